"""Notices to the operator: one for each cause until it is over, never a storm, and never a failed round."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.source import items
from tests.world import DAILY, INBOX, World, alert, until

TODAY = datetime.now(UTC).date()
OPERATOR = '[operator]\nto = "telegram:777000"\n'


@pytest.fixture
def told(here: World) -> World:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    return here


def notices(here: World) -> list[str]:
    return here.telegram.plain("777000")


def test_a_failed_source_is_told_once_until_it_is_well_again(told: World) -> None:
    told.configure(DAILY, OPERATOR)
    told.source.fault("html")
    for _ in range(3):
        told.round()
    assert len(notices(told)) == 1
    assert "source daily is failed" in notices(told)[0]
    told.source.faults.clear()
    assert told.round().well()
    assert len(notices(told)) == 1
    told.source.fault("html")
    told.round()
    assert len(notices(told)) == 2


def test_a_stalled_source_is_told(told: World) -> None:
    told.configure(DAILY, OPERATOR)
    told.round()
    told.round(ahead=timedelta(days=30))
    assert [text for text in notices(told) if "source daily is stalled" in text]


def test_a_closed_destination_is_told_once_with_what_to_do(told: World) -> None:
    told.telegram.refuse("-500", "Forbidden: bot was kicked from the group chat")
    told.configure(DAILY, OPERATOR, alert("all", "*", "telegram:-500"))
    told.round()
    told.source.days[TODAY.isoformat()] = items(4, TODAY)
    told.round()
    (notice,) = notices(told)
    assert "telegram:-500 is closed: Forbidden: bot was kicked" in notice
    assert "paperround retry telegram:-500" in notice


def test_parked_messages_of_a_destination_are_one_notice_until_they_are_back(told: World) -> None:
    told.source.days[TODAY.isoformat()] = items(12, TODAY)
    told.telegram.poison = "number 1"  # the papers 1, 10, 11 and 12
    told.telegram.poison_differs = True
    told.configure(DAILY, OPERATOR, alert("all", "*", "telegram:-500"))
    told.round()
    (notice,) = notices(told)
    assert "telegram:-500: 4 parked" in notice
    told.telegram.poison = ""
    assert told.run("retry", "telegram:-500").returncode == 0
    assert told.round().well()
    assert len(notices(told)) == 1


def test_many_causes_are_one_message(told: World) -> None:
    chats = [f"telegram:-{500 + n}" for n in range(25)]
    for chat in chats:
        told.telegram.refuse(chat.removeprefix("telegram:"), "Forbidden: bot was kicked from the group chat")
    told.configure(DAILY, OPERATOR, alert("all", "*", *chats))
    told.round()
    (notice,) = notices(told)
    assert notice.count("is closed") == 10
    assert "more: see paperround status" in notice


def test_an_operator_who_cannot_be_reached_fails_no_round(told: World) -> None:
    told.telegram.refuse("777000", "Forbidden: bot was blocked by the user")
    told.telegram.poison = "number 1"
    told.configure(DAILY, OPERATOR, alert("all", "*", "telegram:-500"))
    first = told.round()
    assert len(first.tally.parked) == 1
    assert "telegram:-500" in first.tally.parked[0]
    told.source.days[TODAY.isoformat()] = items(3, TODAY)
    assert told.round().well()


def test_run_tells_while_it_runs(told: World) -> None:
    told.configure(INBOX, OPERATOR, alert("all", "*", "telegram:-500"))
    told.drop("broken.json", b"[")
    process = told.start("run")
    until(lambda: notices(told))
    process.terminate()
    assert process.wait(timeout=10) == 0
    assert "source inbox is failed" in notices(told)[0]
