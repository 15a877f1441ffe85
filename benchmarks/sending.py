"""What sending costs beside the bare client libraries: python -m benchmarks.sending [DESTINATIONS] [MESSAGES EACH].

A server on loopback, in a process of its own, answers at once. In one run: python-telegram-bot and slack-sdk alone,
then the whole delivery (pack, claim, send, record, durably) to as many destinations, ten an alert. CPU is of all of
this process's threads, and garbage is looked for as `run` does. The libraries have few requests in flight, which is
when they are quickest: python-telegram-bot takes 0.8 ms a message so on an idle machine, slack-sdk 0.23, and the limits
are 1.5 and 0.5.
"""

import asyncio
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlalchemy import Connection

from bot.channels.channel import Channel, Hit, Item, Payload
from bot.channels.slack.channel import SlackChannel
from bot.channels.telegram.channel import TelegramChannel
from bot.delivery.deliverer import Deliverer
from bot.process.clock import Clock
from bot.process.heap import lives_long
from bot.rules.destinations import Destination
from bot.rules.standing import calendar
from bot.store.archive import papers
from bot.store.archive.papers import Sighting
from bot.store.engine import Store
from bot.store.outbox import lanes
from bot.store.subscriptions import calling, file, news, rows
from bot.store.subscriptions.calling import Match
from bot.store.subscriptions.offers import Offers, of_marks
from bot.store.subscriptions.rows import Subscription
from feeds.paper import Paper
from feeds.query import parse_query

if TYPE_CHECKING:
    from multiprocessing.connection import Connection as Pipe

ABSTRACT = (
    "Diffusion models draw images by removing noise step by step. We ask how many steps are needed, and find that a "
    "small network, trained to see two steps ahead, needs a quarter of them. On three public sets the images are as "
    "good as before, and a picture takes a second on a laptop. We also show where the approach fails: long texts "
    "within an image stay hard, and so do hands. Code and models are public, and the training takes one day."
)
TELEGRAM = {
    "ok": True,
    "result": {"message_id": 7, "date": 1767225600, "chat": {"id": -1001, "type": "channel"}, "text": "x"},
}
SLACK = {"ok": True, "channel": "C0000000001", "ts": "1767225600.000100", "message": {"text": "x"}}
ROUNDS = 3
LIMITS = {"telegram": 1.5 / 0.8, "slack": 0.5 / 0.23}
"""Times the library's CPU: what else the machine does slows both."""
FEW = 4
"""Requests of the bare library in flight at once."""


@dataclass(frozen=True)
class Cost:
    """Of one run: messages a second, and milliseconds of CPU a message."""

    rate: float
    cpu: float


def main() -> None:
    """The script."""
    count, each = (int(word) for word in (*sys.argv[1:], "1000", "5")[:2])
    with answering() as url:
        raise SystemExit(0 if _compared(url, count, each) else 1)


@contextmanager
def answering() -> Iterator[str]:
    """A server that takes any message at once, in a process of its own: its address."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        yield ours.recv()
    finally:
        server.terminate()


def _compared(url: str, count: int, each: int) -> bool:
    """Whether our delivery costs no more beside the bare libraries than it may."""
    held = True
    lives_long()
    for scheme, make in (("telegram", _telegram), ("slack", _slack)):
        bare, whole = _best_of(ROUNDS, partial(_pair, make, url, scheme, count, each))
        held &= whole.cpu <= LIMITS[scheme] * bare.cpu
        limit = f"limit {LIMITS[scheme]:.2f} times the library's CPU"
        print(f"{scheme}, {count} destinations, {each} messages each; {limit}")
        print(f"  library alone  {bare.rate:6.0f} messages/s  {bare.cpu:.3f} ms of CPU a message")
        print(f"  Paper Round    {whole.rate:6.0f} messages/s  {whole.cpu:.3f} ms = {whole.cpu / bare.cpu:.2f} times")
    return held


def _pair(make: Callable[[str], Channel], url: str, scheme: str, count: int, each: int) -> tuple[Cost, Cost]:
    bare = asyncio.run(_measured(count * each, partial(_bare, make(url), scheme, count, each)))
    return bare, asyncio.run(_delivered(make(url), scheme, count, each))


def _best_of(rounds: int, pair: Callable[[], tuple[Cost, Cost]]) -> tuple[Cost, Cost]:
    """The least processor time of each, taken in turn: what else the machine does only adds."""
    bare, whole = zip(*(pair() for _ in range(rounds)), strict=True)
    return min(bare, key=lambda cost: cost.cpu), min(whole, key=lambda cost: cost.cpu)


def _telegram(url: str) -> Channel:
    token = SecretStr("123456789:AAE-a-made-up-token-of-no-bot-at-all")
    return TelegramChannel(token=token, api_url=url, timeout=20, per_second=1e6, chat_per_minute=6e7)


def _slack(url: str) -> Channel:
    return SlackChannel(token=SecretStr("xoxb-made-up"), api_url=url + "/api/", timeout=20, channel_per_second=1e6)


async def _measured(messages: int, work: Callable[[], Awaitable[None]]) -> Cost:
    cpu, wall = time.process_time(), time.perf_counter()
    await work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Cost(messages / wall, cpu * 1000 / messages)


async def _bare(channel: Channel, scheme: str, count: int, each: int) -> None:
    """The client library with one packed message."""
    payload = channel.pack(Item(_paper(1), (Hit("all"),)))
    gate = asyncio.Semaphore(FEW)
    post = _ptb(channel, payload) if scheme == "telegram" else _sdk(channel, payload)

    async def one(address: str) -> None:
        for _ in range(each):
            async with gate:
                await post(address)

    await asyncio.gather(*(one(address) for address in _addresses(scheme, count)))
    await channel.aclose()


def _ptb(channel: Channel, payload: Payload) -> Callable[[str], Awaitable[object]]:
    assert isinstance(channel, TelegramChannel)
    bot = channel._bot  # noqa: SLF001  (the library's own client, set up as we set it up)
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions  # noqa: PLC0415

    def post(address: str) -> Awaitable[object]:
        rows = [[InlineKeyboardButton(b["text"], url=b["url"]) for b in row] for row in payload["buttons"]]
        preview = LinkPreviewOptions(url=payload["preview"], prefer_large_media=True)
        markup = InlineKeyboardMarkup(rows)
        return bot.send_message(
            address, payload["text"], parse_mode="HTML", reply_markup=markup, link_preview_options=preview
        )

    return post


def _sdk(channel: Channel, payload: Payload) -> Callable[[str], Awaitable[object]]:
    assert isinstance(channel, SlackChannel)
    client = channel._client()  # noqa: SLF001  (as above)
    metadata = {"event_type": "paper_delivery", "event_payload": {"delivery": "0" * 32}}
    return lambda address: client.chat_postMessage(channel=address, metadata=metadata, parse="none", **payload)


async def _delivered(channel: Channel, scheme: str, count: int, each: int) -> Cost:
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder:
        store = Store(Path(folder) / "paperround.db")
        store.call(enqueue, [Destination(scheme, address) for address in _addresses(scheme, count)], each)
        deliverer = Deliverer(store, {scheme: channel}, ZoneInfo("UTC"), 8.0, Clock())
        cost = await _measured(count * each, lambda: deliverer.drain(time.time() + 3600, asyncio.Event()))
        assert sum(deliverer.tally.sent.values()) == count * each, "not all was sent"
        await channel.aclose()
        store.close()
    return cost


def enqueue(connection: Connection, destinations: Sequence[Destination], each: int) -> None:
    now, query = datetime.now(UTC) - timedelta(seconds=1), parse_query('diffusion OR "flow matching"')
    ids = lanes.of(connection, destinations)
    alerts = [
        Subscription(str(one), ids[one], query, together=0, name=f"alert {n // 10}", head_start=timedelta(days=1))
        for n, one in enumerate(destinations)
    ]
    file.synchronise(connection, alerts, ["daily"], now)
    seen = [Sighting("daily", "huggingface", _paper(n), now.date()) for n in range(1, each + 1)]
    stored = [papers.add(connection, one, now, lambda day, key: f"tag:{key}") for one in seen]
    news.mark(connection, stored, "daily", now)
    offers = Offers(of_marks(connection, news.some(connection, None)))
    hits = [Match(row.destination_id, row.id, (1 << each) - 1) for row in rows.of_the_file(connection)]
    calling.enqueue(connection, sorted(hits), offers, calendar(now, None, reading=False), now)


def _paper(number: int) -> Paper:
    """A paper of usual length, that each alert finds."""
    return Paper(
        f"2601.{number:05}", f"Diffusion in few steps, part {number}", ABSTRACT, ("Ada Lovelace", "Alan Turing")
    )


def _addresses(scheme: str, count: int) -> list[str]:
    return [f"-100{n:010}" if scheme == "telegram" else f"C{n:010}" for n in range(1, count + 1)]


def _serve(pipe: "Pipe[str, str]") -> None:
    asyncio.run(_listen(pipe))


async def _listen(pipe: "Pipe[str, str]") -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    pipe.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    telegram, slack = (response(json.dumps(body)) for body in (TELEGRAM, SLACK))
    while True:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
        except asyncio.IncompleteReadError:
            break
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        writer.write(slack if b"/api/" in head.split(b"\r\n")[0] else telegram)
    writer.close()


def response(body: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


if __name__ == "__main__":
    main()
