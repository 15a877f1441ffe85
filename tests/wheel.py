"""The wheel as a stranger gets it: in an empty environment, without extras, every command starts. `make wheel`.

Told by a line each; what lacks an extra says so in one line.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIGEST = ROOT / "bot" / "demo" / "digest.json"
CONFIG = """
[[sources]]
name = "inbox"
kind = "files"
path = "inbox/*"
[[feeds]]
slug = "agents"
query = "agent"
[[alerts]]
name = "agents"
query = "agent"
to = ["console:"]
[web]
listen = "127.0.0.1:0"
"""
SERVER = 'database = "postgresql://nobody@127.0.0.1:1/none"\n'
PICTURES = "[publish]\npictures = true\n"
CALLS: tuple[tuple[str, int, str], ...] = (
    ("--version", 0, "paperround, version"),
    ("--help", 0, "Commands:"),
    ("demo", 0, "What next"),
    ("init --query agent", 2, "config.toml is there already"),
    ("once --dry-run", 0, ""),
    ("once", 0, "agent"),
    ("check", 0, "all well"),
    ("status --json", 0, "{"),
    ("try agent", 0, "a week"),
    ("search agent", 0, ""),
    ("explain nothing", 1, "nothing"),
    ("export agent", 0, "@"),
    ("subscriptions export", 0, ""),
    ("backfill nowhere --since 2026-01-05", 2, "is no source"),
    ("skip console: agent", 0, ""),
    ("retry console:", 0, ""),
    ("backup copy.db", 0, ""),
    ("migrate --to sqlite:///moved.db", 0, ""),
    ("work", 2, "run alone delivers from it"),
    ("mcp", 2, 'pip install "paperround[mcp]"'),
    ("--config server.toml once", 2, 'pip install "paperround[postgres]"'),
    ("--config pictures.toml once", 2, 'pip install "paperround[pictures]"'),
)
"""Words, exit code, and what is said by it, in order: all but those that run until they are stopped."""
LONG = ("run", "serve")
HELP = 0.1
"""Seconds of CPU that `--help` may take, at its best of:"""
TIMES = 15


def main() -> int:
    """0: all of it did; 1: something did not."""
    with tempfile.TemporaryDirectory(prefix="paperround-wheel-") as made:
        folder = Path(made)
        wheel = build(folder)
        complete(wheel)
        program = install(wheel, folder / "venv")
        bad = [*called(program, arranged(folder / "here")), *stopped(program, folder / "here"), *quick(program, folder)]
    for line in bad:
        tell(f"WRONG {line}")
    tell("the wheel is well" if not bad else "the wheel is not well")
    return 1 if bad else 0


def tell(text: str) -> None:
    print(text, flush=True)


def build(folder: Path) -> Path:
    """By the build back end itself: it is installed already."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, stdout=-3
    )
    return next(folder.glob("*.whl"))


def complete(wheel: Path) -> None:
    """Typed, told about, and with all its data."""
    with zipfile.ZipFile(wheel) as whole:
        names = set(whole.namelist())
        told = next(whole.read(name).decode() for name in names if name.endswith("/METADATA"))
    assert {"bot/py.typed", "feeds/py.typed", "bot/demo/digest.json", "bot/demo/config.toml"} <= names
    assert not [name for name in names if not name.startswith(("bot/", "feeds/", "paperround-"))]
    assert re.search(r"^Classifier: Typing :: Typed$", told, re.MULTILINE)
    assert "License-Expression: MIT" in told
    tell(f"{wheel.name}: {len(names)} files, {wheel.stat().st_size // 1024} kB")


def install(wheel: Path, place: Path) -> Path:
    """The pinned requirements without extras, then the wheel; the program."""
    tell("installing into an empty environment ...")
    venv.create(place, with_pip=True)
    pip = [place / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements.txt"], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)
    return place / "bin" / "paperround"


def arranged(here: Path) -> Path:
    """A folder with a digest and configurations."""
    (here / "inbox").mkdir(parents=True)
    (here / "inbox" / "digest.json").write_bytes(DIGEST.read_bytes())
    (here / "config.toml").write_text(CONFIG)
    (here / "server.toml").write_text(SERVER + CONFIG)
    (here / "pictures.toml").write_text(CONFIG + PICTURES)
    return here


def called(program: Path, here: Path) -> list[str]:
    """What went wrong of the calls."""
    bad = []
    for words, code, said in CALLS:
        command = [program, *words.split()]
        done = subprocess.run(command, cwd=here, env=alone(), capture_output=True, text=True, check=False)
        shown = done.stdout + done.stderr
        if done.returncode != code or said not in shown or "Traceback" in shown:
            bad.append(f"{words}: exit {done.returncode}, {shown.strip()[-400:]}")
        else:
            tell(f"  {words}: exit {code}")
    return bad


def stopped(program: Path, here: Path) -> list[str]:
    """The same of those that go on: they say that they are there, and stop."""
    bad = []
    for words in LONG:
        with subprocess.Popen([program, words], cwd=here, env=alone(), stdout=-3, stderr=-1, text=True) as process:
            assert process.stderr is not None
            line = process.stderr.readline()
            process.terminate()
            _, rest = process.communicate(timeout=60)
        if process.returncode != 0 or "Traceback" in rest:
            bad.append(f"{words}: exit {process.returncode}, {line}{rest[-400:]}")
        else:
            tell(f"  {words}: {line.strip()}")
    return bad


def quick(program: Path, folder: Path) -> list[str]:
    """The CPU of `--help`."""
    best = min(cpu_of([str(program), "--help"], folder) for _ in range(TIMES))
    tell(f"  --help: {1000 * best:.0f} ms of CPU")
    return [f"--help takes {best:.3f} s of CPU, more than {HELP}"] if best > HELP else []


def cpu_of(command: list[str], folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=alone(), check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def alone() -> dict[str, str]:
    """An environment that knows nothing of this project."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}


if __name__ == "__main__":
    sys.exit(main())
