"""Rounds of a mailbox, with what the store would remember between them."""

from datetime import UTC, date, datetime
from typing import Any

from pydantic import SecretStr

from bot.rules.parts import Part
from bot.sources.imap.source import ImapSource, Token
from bot.sources.source import Batch, Failed
from tests.fakes.imap import PASSWORD, FakeImap

NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)
TUESDAY, WEDNESDAY = date(2026, 1, 6), date(2026, 1, 7)
Outcomes = list[Batch | Failed]
BOTH = [("2601.00001", TUESDAY), ("2601.00002", TUESDAY), ("2601.00003", WEDNESDAY)]


class Reader:
    """Rounds, with what the store would remember between them."""

    def __init__(
        self, server: FakeImap, password: str | Token = PASSWORD, url: str = "", deadline: float = 20.0, **how: Any
    ) -> None:
        secret = SecretStr(password) if isinstance(password, str) else password
        self._source = ImapSource("mail", url or server.url, secret, deadline=deadline, **how)
        self.parts: dict[str, Part] = {}

    async def check(self) -> str:
        return await self._source.check()

    async def round(self, stop_after: int = 1000, now: datetime = NOW) -> Outcomes:
        outcomes: Outcomes = []
        async for one in self._source.collect(self.parts, now):
            outcomes.append(one)
            if isinstance(one, Batch):
                self._remember(one, now)
            if len(outcomes) == stop_after:
                break
        return outcomes

    def _remember(self, batch: Batch, now: datetime) -> None:
        if batch.over:
            self.parts.pop(batch.part, None)
        else:
            self.parts[batch.part] = Part(batch.part, batch.stamp, now, batch.trouble)


def found(outcomes: Outcomes) -> list[tuple[str, date | None]]:
    papers = []
    for one in outcomes:
        assert isinstance(one, Batch), one
        papers += [(paper.id, paper.announced) for paper in one.digest.papers]
    return papers


def reason(outcomes: Outcomes) -> str:
    *_, last = outcomes
    assert isinstance(last, Failed)
    assert PASSWORD not in last.reason
    return last.reason
