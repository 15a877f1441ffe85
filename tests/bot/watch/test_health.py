"""What `/healthz` is red for: a source that stalls, a platform that stops, nobody who collects and sends."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.config.load import Config
from bot.intake import round_over
from bot.store import workers
from bot.store.kinds import only_writer
from bot.store.outbox import outcomes, served
from bot.watch.health import stands_still
from tests import troubled
from tests.desk import NOON, Desk


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return troubled.configured(tmp_path)


def lines(desk: Desk, config: Config, now: datetime = NOON) -> list[str]:
    return desk.store.call(stands_still, config, now)


@pytest.mark.usefixtures("database")
def test_it_names_all_that_stands_still_and_says_no_more(desk: Desk, config: Config) -> None:
    troubled.go_wrong(desk)
    assert lines(desk, config) == [
        "nobody collects and sends yet: start paperround run, or once",
        "source silent is stalled",
        "source broken has failed for days",
        "platform slack refuses us",
    ]


def test_all_is_well_beside_a_closed_chat_a_parked_message_and_one_failed_reading(desk: Desk, config: Config) -> None:
    troubled.go_wrong(desk)
    desk.store.call(outcomes.resume, NOON)
    desk.store.call(served.mark, NOON)
    desk.store.call(lambda connection: connection.exec_driver_sql(f"update source set new_at = {NOON.timestamp()}"))
    desk.store.call(
        lambda connection: connection.exec_driver_sql(f"update source set read_at = {NOON.timestamp() - 3600}")
    )
    assert lines(desk, config) == []


def test_who_is_just_about_to_begin_collects(desk: Desk, config: Config) -> None:
    assert lines(desk, config)
    with only_writer(config.database):
        assert lines(desk, config) == []
    assert lines(desk, config)


@pytest.mark.parametrize(
    ("by", "later", "well"),
    [
        ("run", timedelta(minutes=2), True),
        ("run", timedelta(minutes=4), False),
        ("once", timedelta(days=2.5), True),
        ("once", timedelta(days=3.5), False),
    ],
)
def test_a_run_shows_each_minute_that_it_lives_and_a_once_comes_again(
    desk: Desk, config: Config, by: str, later: timedelta, well: bool
) -> None:
    desk.store.call(round_over, by, NOON, 1.0)
    assert (lines(desk, config, NOON + later) == []) == well


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("kind", "well"), [("run", True), ("once", True), ("work", False)])
def test_a_worker_that_lives_is_one_but_one_that_sends_alone_collects_nothing(
    desk: Desk, config: Config, kind: str, well: bool
) -> None:
    desk.store.call(served.mark, NOON)
    desk.store.call(workers.join, "a", kind)
    assert (lines(desk, config) == []) == well


def test_a_run_that_ended_after_a_once_is_missed(desk: Desk, config: Config) -> None:
    desk.store.call(round_over, "once", NOON, 1.0)
    desk.store.call(served.mark, NOON + timedelta(minutes=1))
    assert lines(desk, config, NOON + timedelta(hours=1)) == [
        "nobody collects and sends since 2026-01-05 12:01:00Z: start paperround run, or once"
    ]
