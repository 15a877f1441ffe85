"""deploy/Dockerfile and compose.yaml, as far as they can be judged without Docker."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bot.web.site import SITE, served_as_it_is
from tests.deploy.commands import misspelt
from tests.fakes.source import items
from tests.world import DAILY, ENVIRONMENT, ROOT, World, alert, feed

DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "deploy" / "Dockerfile").read_text())
LINES = [line.split(None, 1) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
OURS = ("paperround", "work")
TODAY = datetime.now(UTC).date()


def of(word: str) -> list[str]:
    return [rest for first, rest in LINES if first == word]


@pytest.mark.threat(23)
def test_an_image_runs_as_nobody_special_and_holds_no_secret() -> None:
    last = LINES[max(number for number, line in enumerate(LINES) if line[0] == "FROM") :]
    user = next(rest for first, rest in last if first == "USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert not [one for first, one in last if first == "RUN" and last.index(["USER", user]) < last.index([first, one])]
    copied = {name for line in of("COPY") if "--from" not in line for name in line.split()[:-1]}
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == allowed
    assert all((ROOT / one).exists() for one in copied)
    assert not re.search(r"(?i)^(arg|env).*(token|secret|password)", DOCKERFILE, re.MULTILINE)


@pytest.mark.threat(22)
def test_an_image_installs_what_is_pinned_by_hash_and_is_asked_how_it_is() -> None:
    installs = [one for line in of("RUN") for one in line.split("&&") if "pip install" in one]
    assert all("--require-hashes" in one or "--no-deps" in one for one in installs)
    pins = re.split(r"\n(?=[a-z0-9])", (ROOT / "deploy" / "requirements.txt").read_text().replace("\\\n", " "))
    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins if pin.strip())
    assert {"psycopg", "procrastinate", "pillow", "apprise"} <= {re.split(r"[=\[]", pin)[0] for pin in pins}
    (health,) = of("HEALTHCHECK")
    program = json.loads(health.partition("CMD ")[2])
    compile(program[2], "healthcheck", "exec")
    (entry,), (command,) = map(json.loads, of("ENTRYPOINT")), map(json.loads, of("CMD"))
    assert (entry, misspelt(command)) == (["paperround"], "")


async def test_a_server_whose_sources_cannot_be_read_yet_is_well(here: World) -> None:
    (health,) = of("HEALTHCHECK")
    (path,) = re.findall(r"http://127\.0\.0\.1:8000(/[^']*)", health)
    here.configure(DAILY, SITE)
    async with served_as_it_is(here) as web:
        assert (await web.get(path)).status_code == 200


def test_pins_of_the_image_are_those_that_are_tested() -> None:
    def pins(path: Path) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==(\S+)", path.read_text(), re.MULTILINE))

    tested = pins(ROOT / "requirements-dev.txt")
    assert {name: at for name, at in pins(ROOT / "deploy" / "requirements.txt").items() if tested.get(name) != at} == {}


@pytest.mark.threat(23)
@pytest.mark.parametrize("name", OURS)
def test_a_service_may_write_to_its_volume_alone_and_has_no_rights(name: str) -> None:
    service: dict[str, Any] = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "cap_add", "network_mode", "environment", "env_file"} & service.keys()
    assert [one.rpartition(":")[2] for one in service["volumes"]] == ["/data"]
    assert not re.fullmatch(r"0(:.*)?", service["user"])
    assert misspelt([service["command"]]) == ""


def test_pages_are_shown_to_the_machine_alone_and_no_secret_stands_in_the_file() -> None:
    ports = [port for one in COMPOSE["services"].values() for port in one.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    settings = COMPOSE["services"]["postgres"]["environment"]
    assert not [name for name in settings if re.search("PASSWORD|TOKEN|SECRET", name) and not name.endswith("_FILE")]
    alone = {name for name, one in COMPOSE["services"].items() if "profiles" not in one}
    assert alone == {"paperround"}


@pytest.mark.on_sqlite_alone("it may not reach the server")
@pytest.mark.threat(23)
def test_a_round_needs_no_right_and_writes_to_its_folder_alone(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "telegram:@papers"))
    (here.folder / "tmp").mkdir()
    mounts = sorted({str(ROOT.parents[-1]), "/dev/shm"})
    script = "\n".join(
        [
            "set -e",
            "mount --make-rprivate /",
            f"mount --bind {here.folder} {here.folder}",
            *(f"mount -o remount,bind,ro {one}" for one in mounts),
            f"cd {here.folder}",
            "! touch /usr/writable 2>/dev/null || exit 99",
            f"exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs {sys.executable} -m bot once",
        ]
    )
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("setpriv"):
        pytest.skip("only root may make a read-only world of its own")
    environment = {
        **os.environ,
        **ENVIRONMENT,
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(here.folder / "tmp"),
        "HOME": "/nowhere",
    }
    command = ["unshare", "--mount", "sh", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if "Operation not permitted" in done.stderr or "permission denied" in done.stderr:
        pytest.skip(f"this machine lets nobody make a read-only world: {done.stderr}")
    assert done.returncode == 0, done.stderr
    assert len(here.telegram.messages) == 2
    assert (here.folder / "public" / "feeds" / "all.rss").is_file()
