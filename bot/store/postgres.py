"""A database of PostgreSQL, by psycopg: statements are written as SQLite spells them, and put otherwise here."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from bot.store import leases, migrating
from bot.store.database import AwayError, LockedError, Server, ShutError, StoreError
from bot.store.postgres_watch import ServerWatch
from bot.store.postgres_words import Spelling, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Connection, Engine

    from bot.store.kind import Driver

T = TypeVar("T")

_WRITES = (1_886_547_821, 1)
"""Advisory lock of a database: of a transaction that writes."""
_HELD: set[Server] = set()
"""The locks of this process."""

_WAIT = 30
"""Seconds for which a transaction waits for others that write."""
_STOPPED = 20
"""Seconds after which the server ends a transaction that writes and whose process says nothing: it holds up all."""
ALIVE: Mapping[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""A server that says nothing is given up, within half a minute."""
_SESSION = f"set lock_timeout = '{_WAIT}s'; set jit = off"
_SNAPSHOT = "begin isolation level repeatable read"
_ALONE = f"""
    begin isolation level read committed;
    set local idle_in_transaction_session_timeout = '{_STOPPED}s';
    select pg_advisory_xact_lock({_WRITES[0]}, {_WRITES[1]});
    select pg_current_xact_id()::text
"""
_LIFE = """
    select pg_postmaster_start_time()::text || ' ' || (select coalesce(stats_reset::text, '') from pg_stat_bgwriter)
"""
"""Another one after the server was started anew, or crashed: then it may give a transaction's number a second time."""
_MAY = """
    select current_setting('transaction_read_only') = 'on',
           case when to_regclass('alembic_version') is null then has_schema_privilege(current_schema(), 'create')
                else has_table_privilege('alembic_version', 'update') end,
           current_setting('server_encoding')
"""
WHOLE = "UTF8"
"""The encoding that has every letter."""
_OCCUPIED = """
    select 1 from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
          and not exists (select 1 from pg_depend where objid = pg_class.oid and deptype = 'e') limit 1
"""


class Postgres:
    """One of them (bot.store.kind.Kind)."""

    is_shared = True

    def __init__(self, server: Server) -> None:
        self._server = server

    def engine(self, *, looks: bool) -> Engine:
        """Those that write do so one after another, as in a file: what is read before a change is still so."""
        from sqlalchemy import create_engine, event, exc  # noqa: PLC0415

        begin = _SNAPSHOT if looks else _ALONE
        engine = create_engine("postgresql+psycopg://", creator=self.connect, pool_size=1, use_native_hstore=False)

        @event.listens_for(engine, "checkout")
        def begin_transaction(connection: Spelling, _record: object, _pooled: object) -> None:
            if connection.closed:
                raise exc.DisconnectionError
            # Here, so that a connection that was lost meanwhile is made anew, and none is asked whether it lives.
            try:
                connection.begin(begin)
            except psycopg.OperationalError as error:
                if connection.closed and connection.is_used:
                    raise exc.DisconnectionError from error
                raise

        return engine

    def version(self, raw: Driver) -> str | None:
        """The migration that its tables are of; None: it has none."""
        if raw.execute("select to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = raw.execute("select version_num from alembic_version").fetchone()
        return str(row[0]) if row else None

    def version_now(self) -> str | None:
        """The same of a database that is not open."""
        with self.explained(), closing(self.connect()) as connection:
            return self.version(connection)

    def unwritable(self) -> str:
        """Why this user changes nothing there; empty: it may. Raises StoreError."""
        with self.explained(), closing(self.connect()) as connection:
            reads, may, encoding = connection.execute(_MAY).fetchone()
        if encoding != WHOLE:
            return self._lacks_letters(encoding)
        if reads:
            return f"database {self._server} takes no changes, as a standby does: name the server that does"
        return "" if may else f"database {self._server}: its user may not change it, and must be its owner"

    def upgrade(self, connection: Connection, head: str) -> None:
        """A new one is made as it is now: the migrations up to 0011 are SQLite's past. Later ones serve both."""
        import bot.store.postgres_indexes  # noqa: F401, PLC0415
        from bot.store.postgres_counters import COUNTERS  # noqa: PLC0415
        from bot.store.schema_outliving import every  # noqa: PLC0415

        raw = connection.connection.driver_connection
        assert isinstance(raw, Spelling)
        if self.version(raw) is not None:
            migrating.migrate(connection)
            return
        if (encoding := raw.info.parameter_status("server_encoding")) != WHOLE:
            raise StoreError(self._lacks_letters(encoding))
        every.create_all(connection, checkfirst=False)  # what is not ours is left as it is
        for statement in COUNTERS:
            raw.tell(statement)
        raw.execute("create table alembic_version (version_num varchar(32) not null primary key)")
        raw.execute("insert into alembic_version values (?)", (head,))

    def receive(self, head: str, fill: Callable[[Connection], T]) -> T:
        """In one transaction, tables and rows: nothing is left of what a kill interrupts."""
        engine = self.engine(looks=False)
        try:
            with self.explained(), engine.begin() as connection:
                connection.exec_driver_sql("set local idle_in_transaction_session_timeout = 0")  # it alone is there
                if self._holds_anything(connection):
                    told = "is not empty and stays as it is; give it one of its own, with createdb"
                    raise StoreError(f"database {self._server} {told}")
                self.upgrade(connection, head)
                return fill(connection)
        finally:
            engine.dispose()

    def _holds_anything(self, connection: Connection) -> bool:
        """Tables of ours without a row are nothing: whoever looks at a new database makes them."""
        from bot.store.schema_outliving import of_a_copy  # noqa: PLC0415

        raw = connection.connection.driver_connection
        assert isinstance(raw, Spelling)
        if self.version(raw) is None:
            return raw.execute(_OCCUPIED).fetchone() is not None
        tables = (one.name for one in of_a_copy)
        return any(raw.execute(f"select 1 from {name} limit 1").fetchone() for name in tables)  # noqa: S608

    def _lacks_letters(self, encoding: str | None) -> str:
        advice = f"make one with createdb --encoding {WHOLE} --template template0"
        return f"database {self._server} has not every letter ({encoding}): {advice}"

    @contextmanager
    def explained(self) -> Iterator[None]:
        """PostgreSQL's errors as StoreError."""
        try:
            yield
        except psycopg.Error as error:
            raise self._told(error) from error
        except Exception as error:
            if isinstance(original := getattr(error, "orig", None), psycopg.Error):  # SQLAlchemy's, around it
                raise self._told(original) from error
            raise

    @contextmanager
    def looking(self) -> Iterator[Driver]:
        """The database as it is at one moment."""
        with closing(self.connect()) as connection:
            connection.tell(f"{_SNAPSHOT} read only")
            yield connection

    @contextmanager
    def beside(self) -> Iterator[Driver]:
        """Without the lock of those who write."""
        with self.explained(), closing(self.connect()) as connection:
            yield connection

    def watch(self) -> ServerWatch:
        """Look out for what others write."""
        return ServerWatch(self.connect, self.explained)

    @contextmanager
    def only_writer(self) -> Iterator[None]:
        """The lease, held unrenewed: whoever leads is longer about it by bot.store.lead."""
        with self.explained(), closing(self.connect()) as connection:
            if connection.execute("select to_regclass('lease')").fetchone() == (None,):  # older than any who leads
                yield
                return
            if (number := leases.take(connection, leases.me())) is None:
                there = leases.held(connection)
                raise LockedError(leases.told(there.holder if there else "another process", self._server))
            _HELD.add(self._server)
            try:
                yield
            finally:
                _HELD.discard(self._server)
                leases.give_back(connection, number)

    def is_held_here(self) -> bool:
        """Whether this very process has the lock."""
        return self._server in _HELD

    def connect(self) -> Spelling:
        """A connection of its own, outside any transaction."""
        connection = Spelling.connect(
            self._server.url,
            password=self._server.password or None,
            application_name=leases.me(),
            autocommit=True,  # transactions are begun and ended in words
            **ALIVE,
        )
        if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
            connection.close()
            raise StoreError(self._lacks_letters("SQL_ASCII"))
        connection.adapters.register_dumper(str, Text)
        connection.tell(_SESSION)
        connection.life = str(connection.execute(_LIFE).fetchone()[0])
        return connection

    def transaction(self, raw: Driver) -> str:
        """By what it is known to the server."""
        assert isinstance(raw, Spelling)
        return f"{raw.life} {raw.number}"

    def is_committed(self, raw: Driver, transaction: str) -> bool:
        """Whether the server knows it as such. Of one from before it was started anew it is not asked."""
        assert isinstance(raw, Spelling)
        life, _, number = transaction.rpartition(" ")
        return life == raw.life and raw.execute(_COMMITTED, (number,)).fetchone() is not None

    def _told(self, error: psycopg.Error) -> StoreError:
        said = " ".join(str(error).split())
        is_away = isinstance(error, _AWAY) and not isinstance(error, _HERE)
        kind = (ShutError if any(one in said for one in _SHUT) else AwayError) if is_away else StoreError
        return kind(f"database {self._server}: {said}", _advice(error, said))


_COMMITTED = "select 1 where pg_xact_status(?::xid8) = 'committed'"
_AWAY = (
    psycopg.OperationalError,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.ReadOnlySqlTransaction,  # while another server takes over
)
_HERE = (psycopg.errors.DiskFull, psycopg.errors.ProgramLimitExceeded)
"""What another connection would meet again."""

_SHUT = ("password", "authentication failed", "pg_hba.conf", "does not exist", "not permitted", "permission denied")


def _advice(error: psycopg.Error, said: str) -> str:
    return next((told for kind, word, told in _ADVICE if isinstance(error, kind) and word in said), "")


_ADVICE = (
    (psycopg.errors.LockNotAvailable, "", "another process is writing for too long"),
    (psycopg.errors.ReadOnlySqlTransaction, "", "it takes no changes, as a standby does"),
    (psycopg.errors.DiskFull, "", "make room and start again, nothing is lost"),
    (psycopg.errors.InsufficientPrivilege, "", "its user must be the owner of the database"),
    (psycopg.errors.DuplicateTable, "", "it holds something else: give Paper Round a database of its own"),
    (psycopg.OperationalError, "password", "see database_password_env"),
    (psycopg.OperationalError, 'FATAL: role "', "make it with createuser, or name another user"),
    (psycopg.OperationalError, "does not exist", "make it once, with createdb"),
    (psycopg.OperationalError, "", "start again when the server answers, nothing is lost"),
)
"""What to do, by an error and a word of its text: the first that fits."""
