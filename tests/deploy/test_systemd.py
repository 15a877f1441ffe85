"""The units of deploy/: hardened, and what they start exists."""

import configparser
import re
import shutil
import subprocess

import pytest

from tests.deploy.commands import misspelt
from tests.world import ROOT

UNITS = sorted((ROOT / "deploy").glob("*.service"))
MOST = 2.5
"""Of exposure, as systemd-analyze counts it."""


class Unit(configparser.ConfigParser):
    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_calls_a_command_that_exists_as_a_user_of_its_own(path: object) -> None:
    unit = Unit(strict=False, interpolation=None)
    unit.read(str(path))
    service = unit["Service"]
    assert service["User"] not in {"root", ""}
    program, *words = service["ExecStart"].split()
    assert (program.rpartition("/")[2], misspelt(words)) == ("paperround", "")
    assert "TOKEN" not in service.get("Environment", "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_exposed_to_little(path: object) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    if found is None:
        pytest.skip(f"this systemd judges no file: {done.stderr.strip()}")
    assert float(found[1]) < MOST


def test_the_timer_makes_up_for_what_was_missed() -> None:
    unit = Unit(interpolation=None)
    unit.read(ROOT / "deploy" / "paperround-once.timer")
    assert unit["Timer"]["Persistent"] == "true"
    assert (ROOT / "deploy" / "paperround-once.service").is_file()
