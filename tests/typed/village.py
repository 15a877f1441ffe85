"""The world that docs speak of, on loopback: the names of the internet, a copy of the source, a shell and who types."""

import fcntl
import os
import pty
import shlex
import shutil
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from select import select

from tests.certificates import certificate_of, served_by
from tests.fakes.proxy import FakeSocks
from tests.fakes.slack import TOKEN as SLACK_TOKEN
from tests.fakes.source import item
from tests.fakes.submission import Sink, beside
from tests.fakes.telegram import TOKEN as TELEGRAM_TOKEN
from tests.nursery import nursery
from tests.world import ROOT, World, world

TODAY = datetime.now(UTC).date()
CHANNEL = "-1001000000002"
_SOURCE = ("Makefile", "deploy", "pyproject.toml", "requirements.txt", ".gitignore", "config.example.toml")
"""What docs need of a copy of the source; the program itself is the one that is tested."""
_LONGEST = 60.0
"""Seconds in which something must be said."""
_BEGIN = """
begin() { cd "$(mktemp -d)" && git clone -q "$ORIGIN" paperround && cd paperround && cp -R "$DESK"/. .; }
ready() {
    case "$1" in *"paperround init"*) if [ -e config.toml ]; then begin; fi;; esac
    if [ -f Makefile ] && [ ! -e .venv ]; then cp -R "$INSTALLED" .venv; fi
}
put_on_top() { cat - config.toml > new && mv new config.toml; }
begin
"""
"""A page begins in a copy of the source, and so does each `init` after its first, since that writes over nothing. What
`make` would install is there."""
_LINE = """
ready {quoted}
printf '$ %s\\n' {quoted}
{line}
code=$?; [ $code = {code} ] || {{ echo "exit $code"; exit 99; }}
"""


@dataclass(frozen=True, slots=True)
class Village:
    """Telegram, Slack, Daily Papers and mail.example.org by their own names, and what a page needs besides."""

    here: World
    mails: Sink
    environment: dict[str, str]
    """Of its shells."""
    seed: Path
    """A repository of the source."""

    def arrived(self) -> dict[str, int]:
        """How much came where, by what `init` calls it."""
        sent = {"telegram": self.here.telegram.messages, "slack": self.here.slack.messages}
        return {"mail": len(self.mails.taken), **{name: len(came) for name, came in sent.items()}}

    def shell(self, place: Path, desk: dict[str, str], **more: str) -> "Shell":
        """For a page: a home and an origin of its own; `desk` is what lies in each copy of the source beside it."""
        (place / "home").mkdir()
        shutil.copytree(self.seed, place / "origin.git")
        (place / "desk").mkdir()
        for name, text in desk.items():
            (place / "desk" / name).parent.mkdir(parents=True, exist_ok=True)
            (place / "desk" / name).write_text(text)
            (place / "desk" / name).chmod(0o600)  # paperround.env is not read where others may
        (place / "home" / ".gitconfig").write_text(
            f'[user]\nname = You\nemail = you@example.org\n[url "file://{place}/origin.git"]\n'
            "insteadOf = https://git.example.org/paperround\n"
        )
        own = {"HOME": f"{place}/home", "ORIGIN": f"{place}/origin.git", "DESK": f"{place}/desk", "TMPDIR": str(place)}
        return Shell({**self.environment, **own, **more}, place)


@dataclass(frozen=True, slots=True)
class Shell:
    """Lines typed at a terminal, and somebody who answers what is asked there."""

    environment: dict[str, str]
    place: Path

    def type(self, lines: Sequence[tuple[str, int]], habits: Sequence["Habit"]) -> str:
        """Type these, each with the code that it ends by; what was seen. The first that ends otherwise is the last."""
        script = _BEGIN + "".join(_LINE.format(quoted=shlex.quote(line), line=line, code=code) for line, code in lines)
        (self.place / "script").write_text(script)
        master, slave = pty.openpty()
        process = subprocess.Popen(
            ["bash", "--noprofile", "--norc", self.place / "script"],
            stdin=slave, stdout=slave, stderr=slave, cwd=self.place, env=self.environment,
            pass_fds=[nursery().fileno()], start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  (Ctrl-C is typed there)
        )  # fmt: skip
        os.close(slave)
        try:
            seen = _answered(master, habits)
            assert process.wait(_LONGEST) == 0, seen
        finally:
            process.kill()
            process.wait()
            os.close(master)
        return seen


@dataclass(frozen=True, slots=True)
class Habit:
    """What is typed when these words are seen; `does` happens first."""

    seen: str
    typed: str
    does: Callable[[], object] = lambda: None


def _answered(master: int, habits: Sequence[Habit]) -> str:
    """All that is seen until nobody holds the terminal any more."""
    ever = new = ""
    while select([master], [], [], _LONGEST)[0]:
        part = ""
        with suppress(OSError):  # how Linux says that nobody does
            part = os.read(master, 65536).decode("utf-8", "replace")
        if not part:
            return ever
        ever, new = ever + part, new + part
        for habit in habits:
            if habit.seen in new:
                new = new.partition(habit.seen)[2]
                habit.does()
                os.write(master, habit.typed.encode())
    raise AssertionError(f"nothing more was said: {ever}")


@contextmanager
def village(folder: Path) -> Iterator[Village]:
    """One that stands."""
    with ExitStack() as stack:
        here = stack.enter_context(world(folder))
        here.telegram.names["@diffusion_papers"] = CHANNEL
        here.telegram.kinds[CHANNEL] = "channel"
        here.source.days[TODAY.isoformat()] = [
            item("2601.00001", "Diffusion of ideas", "We diffuse.", TODAY, votes=5),
            item("2601.00002", "A survey of streams", "We survey.", TODAY),
        ]
        names = ("huggingface.co", "api.telegram.org", "slack.com", "mail.example.org")
        certificate = certificate_of(names[0], "DNS", folder, *names[1:])
        mails, port = stack.enter_context(beside(served_by(certificate)))
        ports = (*(int(one.url.rpartition(":")[2]) for one in (here.source, here.telegram, here.slack)), port)
        proxy = stack.enter_context(FakeSocks(dict(zip(names, ports, strict=True))))
        proxy.secured |= dict.fromkeys(names[:3], served_by(certificate))
        environment = {
            "PATH": f"{_programs(folder)}:{os.environ['PATH']}",
            "INSTALLED": str(folder / "installed"),
            "NURSERY": str(nursery().fileno()),
            "ALL_PROXY": proxy.url,
            "SSL_CERT_FILE": str(certificate.with_suffix(".crt")),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "TERM": "dumb",
        }
        yield Village(here, mails, environment, _seed(folder))


def _programs(folder: Path) -> Path:
    """Where `paperround` is, and an environment that it was installed into."""
    place = folder / "installed" / "bin"
    place.mkdir(parents=True)
    errand = (ROOT / "tests" / "typed" / "errand.py").read_text()
    (place / "paperround").write_text(f"#!{sys.executable} -SEs\n{errand}")
    (place / "paperround").chmod(0o755)
    for stamp in (".venv", ".runtime"):
        (folder / "installed" / stamp).touch()
    programs = folder / "programs"
    programs.mkdir()
    (programs / "paperround").symlink_to(place / "paperround")
    return programs


def _seed(folder: Path) -> Path:
    source = folder / "source"
    source.mkdir()
    for name in _SOURCE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, source / name)
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    for words in (("init", "-qb", "main"), ("add", "."), (*who, "commit", "-qm", "all of it")):
        subprocess.run(["git", *words], cwd=source, check=True)
    subprocess.run(["git", "clone", "-q", "--bare", source, folder / "seed.git"], check=True)
    return folder / "seed.git"


def answers(here: World, where: str) -> list[Habit]:
    """Of somebody who takes what is offered, looks for diffusion, and wants it there; and who stops what goes on."""
    return [
        Habit("Where do papers come from?", "\n"),
        Habit("Which papers do you want?", "diffusion\n"),
        Habit("Keep this query?", "\n"),
        Habit("Where are they sent?", f"{where}\n"),
        Habit("the bot's token", f"{TELEGRAM_TOKEN}\n"),
        Habit("post anything there now", "", lambda: here.telegram.said(CHANNEL, "anything")),
        Habit("Which one?", "1\n"),
        Habit("the app's bot token", f"{SLACK_TOKEN}\n"),
        Habit("which channel?", "\n"),
        Habit(" enqueued, ", "\x03"),
        Habit("serving on", "\x03"),
        Habit("delivering, ", "\x03"),
        Habit("password for new role", "a word\n"),
        Habit("Enter it again", "a word\n"),
    ]
