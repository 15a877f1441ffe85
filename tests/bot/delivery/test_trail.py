"""One delivery id leads through the log: from the papers of a message to the platform's answer, and no further."""

import json
import logging
from collections.abc import Iterator

import pytest

from bot.channels.channel import Kind, SendError
from bot.process import logs
from tests.desk import NOON, Desk, outside


@pytest.fixture
def said(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The lines of the log, as JSON or for people."""
    root, lines = logging.getLogger(), list[str]()
    before = root.handlers[:], root.level
    as_json, verbose = request.param
    logs.set_up(verbose=verbose, as_json=as_json, secrets=["hushhush"])
    (handler,) = root.handlers
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    yield lines
    root.handlers[:], root.level = before


async def go(desk: Desk) -> str:
    """Two messages, the first of them put off and lost before it is sent; its delivery id."""
    desk.enqueue(2)
    slow, lost = SendError(Kind.WAIT, "hushhush", retry_after=40.0), SendError(Kind.UNSURE, "the answer was lost")
    desk.channel.failures.extend([slow, lost])
    await desk.drain()
    return str(outside(desk.store, "select delivery from message order by id")[0][0])


@pytest.mark.parametrize("said", [(True, False)], indirect=True)
async def test_as_json_each_line_of_a_message_has_its_delivery_id(desk: Desk, said: list[str]) -> None:
    delivery = await go(desk)
    lines = [json.loads(line) for line in said]
    mine = [one["message"] for one in lines if one.get("delivery") == delivery]
    assert mine == [
        "telegram:-1001: claimed, with 2601.00001",
        "telegram:-1001: wait: ***",
        "telegram:-1001: claimed",
        "telegram:-1001: unsure: the answer was lost",
        "telegram:-1001: asked after, since its answer was lost",
        "telegram:-1001: sent (3)",
    ]
    first = next(one for one in lines if one.get("delivery") == delivery)
    assert (first["destination"], first["papers"]) == ("telegram:-1001", ["2601.00001"])
    assert first["found"] == NOON.timestamp()
    assert {one.get("delivery") for one in lines if "waits until" in one["message"]} == {None}
    (other,) = {one["delivery"] for one in lines if one.get("delivery")} - {delivery}
    assert [one["message"] for one in lines if one.get("delivery") == other] == [
        "telegram:-1001: claimed, with 2601.00002",
        "telegram:-1001: sent (4)",
    ]


@pytest.mark.parametrize("said", [(False, False)], indirect=True)
async def test_people_are_told_what_went_wrong_and_of_which_message(desk: Desk, said: list[str]) -> None:
    delivery = await go(desk)
    assert [line.split(": ", 1)[1] for line in said if "unsure" in line] == [
        f"telegram:-1001: unsure: the answer was lost [{delivery}]"
    ]
    assert not [line for line in said if "claimed" in line or "sent (" in line]


@pytest.mark.parametrize("said", [(False, True)], indirect=True)
async def test_v_tells_all_of_it(desk: Desk, said: list[str]) -> None:
    delivery = await go(desk)
    assert [line for line in said if line.endswith(f"telegram:-1001: sent (3) [{delivery}]")]
