"""Apprise, end to end: what is due goes there, whatever happens to the service."""

from datetime import UTC, datetime, timedelta

from tests.fakes.apprise import TOKEN, FakeServices
from tests.fakes.source import item
from tests.world import DAILY, World

ALERT = """
[apprise.mine]
url_file = "service"
[[alerts]]
name = "diffusion"
query = "diffusion"
to = ["apprise:mine"]
"""


def titles(services: FakeServices) -> list[str]:
    return sorted(one.text.splitlines()[0] for one in services.messages)


def test_a_service_that_goes_down_and_comes_back_gets_every_paper(here: World) -> None:
    """And no word of its address is told: in no log, table or answer."""
    day = datetime.now(UTC).date()
    here.source.days = {day.isoformat(): [item("2601.00001", "First diffusion", "Of noise.", day)]}
    here.configure(DAILY, ALERT)
    with FakeServices() as services:
        (here.folder / "service").write_text(services.url_of("json"))
        port = int(services.url.rpartition(":")[2])
        here.round()
        assert titles(services) == ["First diffusion"]
        services.status = 503
        here.source.days[day.isoformat()].append(item("2601.00002", "Second diffusion", "Of noise.", day))
        refused = here.run("-v", "once", "--wait", "0s")
    here.source.days[day.isoformat()].append(item("2601.00003", "Third diffusion", "Of noise.", day))
    gone = here.round(timedelta(minutes=1), wait=0)
    with FakeServices(port) as services:
        here.round(timedelta(minutes=2))
        assert titles(services) == ["Second diffusion", "Third diffusion"]
    check = here.run("check")
    assert (refused.returncode, gone.well()) == (1, False)
    assert "JSON did not take it (503)" in refused.stderr
    assert "apprise:mine: JSON by Apprise" in check.stdout
    kept = [path.read_bytes() for path in here.folder.rglob("*") if path.is_file() and path.name != "service"]
    assert TOKEN not in refused.stdout + refused.stderr + check.stdout + check.stderr
    assert not any(TOKEN.encode() in one for one in kept)
