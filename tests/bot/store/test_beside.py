"""Commands that look, beside a `run` that collects, serves and sends: they take nothing from it."""

from datetime import UTC, datetime

from bot.web.files import PublicFiles
from tests.fakes.source import items
from tests.faults import losses
from tests.world import DAILY, World, alert

TODAY = datetime.now(UTC).date()


def test_what_run_commits_outlives_those_who_look_and_a_kill() -> None:
    """Closing a descriptor of the database once let others delete the journal that `run` wrote to."""
    for what, held, figures in losses.looked_at(quick=True):
        assert held, f"{what}: {figures}"


def test_the_database_is_neither_read_as_a_digest_nor_served(here: World) -> None:
    """Whoever opens and closes the file drops the locks of the whole process, whatever for."""
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    own = '[[sources]]\nname = "inbox"\nkind = "files"\npath = "**"\n[web]\nlisten = "127.0.0.1:0"\n'
    here.configure(DAILY, own.replace('"**"', '"var/*"'), alert("all", "*", "telegram:@papers"))
    assert here.round().well()
    config = here.config
    files = PublicFiles(config.database.parent, hides=config.is_state)
    assert config.database.is_file()
    assert files.get(config.database.name) is None
    assert files.get(config.database.name + "-wal") is None
