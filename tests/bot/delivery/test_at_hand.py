"""A message that was packed for one destination is claimed for the next at the first look, as durably as any other."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.desk import Desk

pytestmark = pytest.mark.usefixtures("database")


async def test_what_was_packed_for_one_destination_is_claimed_at_the_first_look_for_the_others(desk: Desk) -> None:
    desk.enqueue(2, "-1001", "-1002", "-1003")
    works, seen = list[str](), list[int]()
    run: Callable[..., Awaitable[Any]] = desk.store.run_together

    async def counted(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        works.append(work.__name__)
        return await run(work, *args, **kwargs)

    desk.store.run_together = counted  # type: ignore[assignment,method-assign]
    desk.channel.before_send = lambda: seen.append(desk.state().count("sending"))
    await desk.drain()
    assert works.count("claim_packed") == 2
    assert seen == [1] * 6
    assert desk.state() == ["sent"] * 6
    assert sorted(desk.channel.taken) == sorted(["Paper 1", "Paper 2"] * 3)
