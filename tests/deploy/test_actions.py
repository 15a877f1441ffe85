"""deploy/actions.yml: its own steps, run twice on clones of a repository as GitHub does it."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fakes.source import items
from tests.world import DAILY, ENVIRONMENT, ROOT, World, alert, feed

TODAY = datetime.now(UTC).date()
WORKFLOW = yaml.safe_load((ROOT / "deploy" / "actions.yml").read_text())
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["round"]["steps"]
OURS = ("Take up where the last round ended", "One round", "Keep the state")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def runner(here: World, name: str) -> dict[str, str]:
    """What GitHub's machine has: a clone, and the program on the path."""
    programs = here.folder / "programs"
    programs.mkdir(exist_ok=True)
    (programs / "paperround").write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
    (programs / "paperround").chmod(0o755)
    git(here.folder, "clone", "-q", "origin.git", name)
    (here.folder / f"{name}-temp").mkdir()
    return {
        **os.environ,
        **ENVIRONMENT,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "RUNNER_TEMP": str(here.folder / f"{name}-temp"),
        "STATE": WORKFLOW["env"]["STATE"],
    }


def round_on(here: World, name: str) -> Path:
    """A job on a fresh machine; its folder."""
    environment = runner(here, name)
    for step in STEPS:
        if step.get("name") in OURS:
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            done = subprocess.run(
                command, cwd=here.folder / name, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (step["name"], done.stdout, done.stderr)
    return here.folder / name


@pytest.mark.on_sqlite_alone("its state is a copy of a file")
def test_a_round_goes_on_where_the_last_machine_ended_and_catches_up(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "telegram:@papers"))
    git(here.folder, "init", "-q", "--bare", "origin.git")
    git(here.folder, "init", "-q", "-b", "main", "seed")
    (here.folder / "config.toml").rename(here.folder / "seed" / "config.toml")
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    git(here.folder / "seed", "add", "config.toml")
    git(here.folder / "seed", *who, "commit", "-qm", "x")
    git(here.folder / "seed", "push", "-q", str(here.folder / "origin.git"), "main")
    git(here.folder / "origin.git", "symbolic-ref", "HEAD", "refs/heads/main")

    first = round_on(here, "first")
    here.source.days[TODAY.isoformat()] = items(5, TODAY)
    second = round_on(here, "second")

    titles = [message.text.split("\n")[0] for message in here.telegram.messages]
    assert (len(titles), len(set(titles))) == (5, 5)
    assert (first / "public" / "feeds" / "all.rss").read_text().count("<item>") == 2
    assert (second / "public" / "feeds" / "all.rss").read_text().count("<item>") == 5
    assert (second / "public" / "index.html").is_file()
    assert git(here.folder / "origin.git", "rev-list", "--count", "paperround-state") == "1"


@pytest.mark.threat(22)
def test_it_may_do_no_more_than_it_must_and_its_actions_are_pinned() -> None:
    assert WORKFLOW["permissions"] == {}
    assert WORKFLOW["concurrency"] == {"group": "paperround", "cancel-in-progress": False}
    uses = [step["uses"] for job in WORKFLOW["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one) for one in uses)
    assert [step["name"] for step in STEPS if "secrets." in str(step)] == ["One round"]
    assert not [step for step in STEPS if "${{" in step.get("run", "")], "what is put into a script can be a script"
