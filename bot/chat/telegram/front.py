"""Telegram's front: our own loop of getUpdates, and how an answer looks there."""

import asyncio
import html
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.channels.channel import Channel, Kind, SendError
from bot.channels.telegram.message import TEXT
from bot.channels.wording import fit, safe
from bot.chat.front import Act, Ear
from bot.chat.lately import Lately
from bot.chat.reply import CARET, Reply
from bot.chat.said import Said, written
from bot.chat.telegram.api import Api
from bot.chat.telegram.inline import Inline
from bot.chat.telegram.menu import MENU
from bot.chat.telegram.updates import SCHEME, WANTED, asked_inline, read
from bot.rules import backoff
from bot.store import hearing, inbox

log = logging.getLogger(__name__)

TOAST = 200
"""Characters that Telegram shows to who pressed a button."""
FRESH = timedelta(days=6)
"""After a week without updates their numbers begin anywhere (Bot API, Update): older ones are no offset."""
LOUD = 3600.0
"""Seconds for which a chat that could not be answered alone, or has no topics, is not asked again."""
TOPIC = 128
"""Characters of a topic's name (Bot API, createForumTopic)."""
_ADMINISTRATORS = {"creator", "administrator"}


def opened(means: Ear) -> "TelegramFront":
    """As the configuration has it."""
    return TelegramFront(means, Api.of(means.config))


class TelegramFront:
    """Listens as one bot, and answers by its channel."""

    scheme = SCHEME
    sign = "/"

    def __init__(self, means: Ear, api: Api) -> None:
        self._means, self._api = means, api
        self._channel: Channel = means.channels[SCHEME]
        self._status = Lately[str](means.clock)
        self._inline = Inline(means, api)
        self._loud: dict[str, float] = {}
        """Chat where nobody can be answered alone -> until when, by the steady clock."""
        self._flat: dict[str, float] = {}
        """Chat that has no topics -> the same."""

    async def listen(self) -> None:
        """Store what is said, for ever."""
        name, offset, failures = "", None, 0
        told: str | None = None  # nobody knows yet
        while True:
            try:
                if not name:
                    name = await self._api.name()
                    await self._api.set_commands(MENU)
                    offset = await self._means.store.run(_offset, self._means.clock.now())
                    log.info("listening as @%s", name)
                updates = await self._api.updates(offset, WANTED)
            except SendError as error:
                pause = backoff.after_refusal(error, failures, 1.0)
                if error.told != told:
                    log.warning("telegram: nobody is heard: %s; asking again in %.0f seconds", error.told, pause)
                    await self._means.store.run(hearing.unheard, SCHEME, error.told, self._means.clock.now())
                failures, told = failures + 1, error.told
                await asyncio.sleep(pause)
                continue
            if told:
                log.info("telegram: people are heard again")
            if told != "":
                await self._means.store.run(hearing.heard, SCHEME)
            failures, told = 0, ""
            if updates:
                await self._take(updates, name)
                offset = max(update["update_id"] for update in updates) + 1

    async def _take(self, updates: Sequence[dict[str, Any]], name: str) -> None:
        """Store all that is for us in one transaction, before the offset moves. Inline questions are not kept."""
        for asked in filter(None, map(asked_inline, updates)):
            self._inline.ask(asked)
        heard = [(str(one["update_id"]), said) for one in updates if (said := read(one, name))]
        if heard:
            bodies = [(key, written(said)) for key, said in heard]
            await self._means.store.run(_stored, bodies, self._means.clock.now())
            self._means.told()

    async def administers(self, said: Said) -> bool:
        """By getChatMember, asked again after half a minute."""
        person = said.person.removeprefix(f"{SCHEME}:")
        status = await self._status.of((said.address, person), lambda: self._api.status(said.address, person))
        return status in _ADMINISTRATORS

    async def lacks(self, said: Said) -> str:
        """Nothing: who is heard there is answered there."""
        return ""

    async def topic(self, said: Said, name: str) -> str:
        """By createForumTopic; a chat that refuses is not asked for an hour."""
        now = self._means.clock.steady()
        if self._flat.get(said.address, now) > now:
            return ""
        try:
            return await self._api.topic(said.address, fit(name, TOPIC))
        except SendError as error:
            log.info("telegram: no topic was made: %s", error.told)
            self._flat = _until_then(self._flat, now) | {said.address: now + LOUD}
            return ""

    def packed(self, reply: Reply, said: Said) -> Act:
        """HTML; what stands under a caret keeps its width. Who presses a button where others read is told alone."""
        lasts = reply.copied or reply.followed  # nothing is copied from a toast, and no link followed
        posted = said.place == "private" or (lasts and said.place == "group")
        if said.press and not reply.edits and (reply.aside or not posted):
            return {"press": said.press, "told": fit(reply.text, TOAST)}
        buttons = [[{"text": one.label, "callback_data": one.says} for one in row] for row in reply.buttons]
        text = _markup(fit(reply.text, TEXT - 96 - len(reply.copied))) + _kept(reply.copied)
        payload = {"text": text, "parse_mode": "HTML", "buttons": buttons, "preview": ""}
        if reply.edits and said.pressed:
            return {**payload, "edit": said.about, "press": said.press}
        answers = said.message if said.place == "group" else ""
        act = {**payload, "silent": False, "answers": answers, "press": said.press}
        asker = said.person.removeprefix(f"{SCHEME}:")
        return {**act, "alone": asker} if reply.aside and answers and asker.isdecimal() else act

    async def say(self, address: str, thread: str, act: Act) -> bool:
        """Send it, put it in place of what was said before, or show it to who pressed the button."""
        if act.get("press"):
            await self._api.let_go(act["press"], act.get("told", ""))
        if "told" in act:
            return False
        await self._sent(address, thread, act)
        return True

    async def _sent(self, address: str, thread: str, act: Act) -> None:
        if "alone" in act and await self._whispered(address, thread, act):
            return
        if "edit" not in act:
            await self._channel.send(address, thread, act, "")
            return
        try:
            await self._api.edit(address, act["edit"], act["text"], act["buttons"])
        except SendError as error:
            if error.kind is not Kind.DROP:
                raise
            if "not modified" in error.reason:
                return
            rest = {name: value for name, value in act.items() if name != "edit"}
            await self._channel.send(address, thread, rest, "")

    async def _whispered(self, address: str, thread: str, act: Act) -> bool:
        """Whether it was said to the asker alone, or by a server that does not know how; one that refuses is let be."""
        now = self._means.clock.steady()
        if self._loud.get(address, now) > now:
            return False
        try:
            alone, said = await self._api.whisper(address, thread, act["alone"], act["text"]), True
        except SendError as error:
            if error.kind not in {Kind.DROP, Kind.CLOSE} and not error.patient:
                raise
            alone = said = False
        if not alone:
            self._loud = _until_then(self._loud, now) | {address: now + LOUD}
        return said

    async def aclose(self) -> None:
        """Close connections."""
        self._inline.close()
        await self._api.aclose()


def _until_then(known: Mapping[str, float], now: float) -> dict[str, float]:
    return {chat: until for chat, until in known.items() if until > now}


def _offset(connection: Connection, now: datetime) -> int | None:
    """The update behind the newest that is stored."""
    newest = inbox.newest(connection, SCHEME)
    return int(newest.key) + 1 if newest and now.timestamp() - newest.created < FRESH.total_seconds() else None


def _stored(connection: Connection, bodies: Sequence[tuple[str, str]], now: datetime) -> None:
    for key, body in bodies:
        inbox.append(connection, SCHEME, key, body, now)


def _markup(text: str) -> str:
    """Lines that begin with two blanks and have a caret under them stand as they are."""
    escaped = html.escape(safe(text), quote=False)
    return CARET.sub(r"<pre>\1</pre>", escaped)


def _kept(text: str) -> str:
    return f"\n<pre>{html.escape(safe(text), quote=False)}</pre>" if text else ""
