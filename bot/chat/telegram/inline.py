"""Inline mode: `@bot diffusion` in any chat, answered with the newest papers. Nothing of it is kept.

Telegram asks with each key that somebody presses: only what a person asked last is answered.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

from bot.channels.channel import Channel, Item, SendError
from bot.channels.wording import authors, facts, fit, headline, one_line, thumbnail
from bot.chat.access import Access
from bot.chat.commands import Search
from bot.chat.front import Ear
from bot.chat.glancing import Glances
from bot.chat.said import Said
from bot.chat.seeking import newest
from bot.chat.telegram.api import Api
from bot.chat.telegram.updates import SCHEME, AskedInline
from bot.config.libraries import near_of
from feeds.paper import Paper
from feeds.query import Query, QueryError, parse_query

log = logging.getLogger(__name__)

RESULTS = 50
"""The Bot API's limit (answerInlineQuery)."""
CACHED = 60
"""Seconds for which Telegram answers the same question of the same person by itself."""
_TITLE, _DESCRIPTION = 200, 300
_ID = 64
"""Bytes of a result's id (Bot API, InlineQueryResultArticle)."""
_STRANGER = {"text": "I answer my members only", "start_parameter": "inline"}
Result = dict[str, Any]


class Inline:
    """Answers beside the listening, each person's last question."""

    def __init__(self, means: Ear, api: Api) -> None:
        self._means, self._api = means, api
        self._channel: Channel = means.channels[SCHEME]
        self._access = Access(means.config)
        self._glances = Glances()

    def ask(self, asked: AskedInline) -> None:
        """Answer it soon, and what they asked before no more."""
        self._glances.ask(asked.person, lambda: self._answer(asked))

    def close(self) -> None:
        """Nobody waits any more."""
        self._glances.close()

    async def _answer(self, asked: AskedInline) -> None:
        try:
            await self._api.answer_inline(asked.id, **await self._found(asked))
        except SendError as error:  # too old, mostly: they have typed on
            log.debug("an inline question was not answered: %s", error.told)

    async def _found(self, asked: AskedInline) -> dict[str, Any]:
        """What answerInlineQuery takes."""
        try:
            query = parse_query(asked.text) if asked.text.strip() else None
        except QueryError as error:
            return _shown([_fault(str(error))])
        if not await self._is_welcome(asked, query):
            return {**_shown([]), "button": json.dumps(_STRANGER)}
        config, now = self._means.config, self._means.clock.now()
        seek = partial(newest, query, config.database, now, RESULTS, near_of(config))
        return await asyncio.to_thread(self._listed, await self._glances.look(seek))

    def _listed(self, papers: Sequence[Paper]) -> dict[str, Any]:
        return _shown([_article(one, self._channel.pack(Item(one, ()))) for one in papers])

    async def _is_welcome(self, asked: AskedInline, query: Query | None) -> bool:
        """By `[chat]`, as whoever presses a button in their own chat with us; it counts as no command."""
        alone = asked.person.removeprefix(f"{SCHEME}:")
        said = Said(SCHEME, alone, "", "private", asked.person, asked.text, pressed=True)
        command = Search(query or parse_query("a"))
        moment = self._means.clock.now().timestamp()
        return await self._means.store.run(self._access.looks, said, command, moment) == "welcome"


def _shown(results: Sequence[Result]) -> dict[str, Any]:
    return {"results": json.dumps(results, ensure_ascii=False), "cache_time": CACHED, "is_personal": True}


def _article(paper: Paper, message: Mapping[str, Any]) -> Result:
    """A paper in the list, and the message that whoever takes it posts."""
    title, about = headline(paper, _TITLE), " · ".join(filter(None, (authors(paper.authors), facts(paper))))
    url = message["preview"]
    links = [[one for one in row if "url" in one] for row in message["buttons"]]
    content = {
        "message_text": message["text"],
        "parse_mode": message["parse_mode"],
        "link_preview_options": {"url": url, "prefer_small_media": True}
        if (url := message["preview"])
        else {"is_disabled": True},
    }
    shown = {"thumbnail_url": picture} if (picture := thumbnail(paper)) else {}
    markup = {"reply_markup": {"inline_keyboard": rows}} if (rows := [row for row in links if row]) else {}
    its = {"type": "article", "id": _id_of(paper), "title": title.text, "description": one_line(about, _DESCRIPTION)}
    return {**its, "input_message_content": content, **shown, **markup}


def _id_of(paper: Paper) -> str:
    key = (paper.key or paper.id).encode()
    return key.decode() if 1 <= len(key) <= _ID else sha256(key).hexdigest()


def _fault(told: str) -> Result:
    """One result that says why there is none."""
    plain = {"message_text": fit(told, _DESCRIPTION)}
    its = {"type": "article", "id": "fault", "title": "I cannot read that query"}
    return {**its, "description": one_line(told, _DESCRIPTION), "input_message_content": plain}
