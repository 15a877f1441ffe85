"""Slack's front: by Socket Mode, or by signed requests that the web server takes; and how an answer looks there."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from bot.channels.channel import Channel, Kind, SendError
from bot.channels.slack.errors import SlackError
from bot.channels.slack.people import is_person
from bot.chat.front import Act, Ear
from bot.chat.lately import Lately
from bot.chat.reply import Reply
from bot.chat.said import Said
from bot.chat.slack import blocks
from bot.chat.slack.api import Api
from bot.chat.slack.events import HOME, SCHEME
from bot.chat.slack.modals import Modals
from bot.chat.slack.sockets import Sockets
from bot.chat.slack.taking import Taker

log = logging.getLogger(__name__)

_UNSEEN = {"channel_not_found", "not_in_channel"}


def opened(means: Ear) -> "SlackFront":
    """As the configuration has it."""
    return SlackFront(means, Api(means.config))


class SlackFront:
    """Listens as one app, and answers by its channel, or aside."""

    scheme = SCHEME

    def __init__(self, means: Ear, api: Api) -> None:
        self.sign = f"{means.config.settings.section(SCHEME).command} "
        self._means, self._api = means, api
        self._channel: Channel = means.channels[SCHEME]
        self._known = Lately[Mapping[str, Any]](means.clock)
        self._name = ""

    async def listen(self) -> None:
        """Store what is said, for ever."""
        if "slack.app_token" in self._means.config.secrets:
            store, clock = self._means.store, self._means.clock
            taker = Taker(store, clock, self._means.told, Modals(self._means.config, store, clock))
            await Sockets(self._api, taker, store, clock).serve()
        log.info("slack is heard by signed requests")
        await asyncio.Event().wait()

    async def lacks(self, said: Said) -> str:
        """An invitation, in a channel that we are not in, and in others' direct messages."""
        channel = await self._there(said.address)
        if channel.get("is_member") or (channel.get("is_im") and channel.get("user") == _number(said)):
            return ""
        if said.address.startswith("D"):
            return "I am not in this conversation. Send it to me in direct messages."
        self._name = self._name or await self._api.own_name()
        return f"I am not in this channel. Invite me first: /invite @{self._name}"

    async def administers(self, said: Said) -> bool:
        """Who made the channel, and who administers or owns the workspace; in direct messages who writes them."""
        channel = await self._there(said.address)
        if channel.get("is_im") or channel.get("creator") == _number(said):
            return True
        person = await self._asked(_number(said))
        return any(person.get(role) for role in ("is_admin", "is_owner", "is_primary_owner"))

    async def topic(self, said: Said, name: str) -> str:
        """Slack has none."""
        return ""

    def packed(self, reply: Reply, said: Said) -> Act:
        """In direct messages as a message; in a channel for the asker alone; by the home in the home."""
        if not reply.text:
            return {}
        act = {**blocks.message(reply), "edits": reply.edits and said.pressed}
        if said.press == HOME:
            return {**act, "home": _number(said)}
        thread = said.about.partition(":")[2] if said.message else ""
        if said.place == "private":
            return {**act, "about": said.about, "thread": thread}
        return {**act, "aside": _number(said), "url": said.press}

    async def say(self, address: str, thread: str, act: Act) -> bool:
        """Send it, or put it where what was pressed is."""
        if not act:
            return False
        message = {name: act[name] for name in ("text", "blocks", "unfurl_links", "unfurl_media")}
        if "home" in act or ("aside" in act and not await self._is_ours(address, act["aside"])):
            await self._shown_to_one(address, act, message)
            return False
        if act["edits"] and act.get("about"):
            try:
                await self._api.edit(address, act["about"].partition(":")[2], message)
            except SendError as error:
                if error.kind not in {Kind.DROP, Kind.FIX} and not error.patient:
                    raise
            else:
                return True
        await _fixed(lambda some: self._channel.send(address, act.get("thread", ""), some, ""), message)
        return True

    async def aclose(self) -> None:
        """Close connections."""
        await self._api.aclose()

    async def _shown_to_one(self, address: str, act: Act, message: dict[str, Any]) -> None:
        """In the home or aside. What is refused there with no word of ours for it is not worth hours of tries."""
        try:
            if "home" in act:
                await self._api.publish(act["home"], blocks.home(address, message, self.sign))
            else:
                await _fixed(lambda some: self._aside(address, act, some), message)
        except SendError as error:
            if not error.patient:
                raise
            refusal = SendError(Kind.DROP, error.reason)
        else:
            return
        raise refusal

    async def _aside(self, address: str, act: Act, message: dict[str, Any]) -> None:
        """By the address that came with the question; that is good for half an hour, and five answers."""
        if act["url"]:
            more = {"response_type": "ephemeral", "replace_original": act["edits"]}
            try:
                await self._api.respond(act["url"], {**message, **more})
            except SendError as error:
                if error.kind in {Kind.UNSURE, Kind.FIX} or (error.kind is Kind.WAIT and not error.patient):
                    raise
            else:
                return
        await self._api.aside(address, act["aside"], message)

    async def _is_ours(self, address: str, person: str) -> bool:
        """Whether these are the direct messages of that person with us."""
        if not address.startswith("D"):
            return False
        channel = await self._there(address)
        return bool(channel.get("is_im")) and channel.get("user") == person

    async def _there(self, address: str) -> Mapping[str, Any]:
        """A channel; empty: one that we may not see, as we are not in it."""
        try:
            return await self._asked(address)
        except SlackError as error:
            if error.code in _UNSEEN:
                return {}
            raise

    async def _asked(self, address: str) -> Mapping[str, Any]:
        """A channel or a person; asked again after half a minute."""
        ask = self._api.person if is_person(address) else self._api.channel
        return await self._known.of(address, lambda: ask(address))


async def _fixed(send: Any, message: dict[str, Any]) -> None:
    """Once more without what Slack refuses of it."""
    try:
        await send(message)
    except SendError as error:
        if error.kind is not Kind.FIX or error.fix is None:
            raise
        again = error.fix
    else:
        return
    await send(again)


def _number(said: Said) -> str:
    return said.person.removeprefix(f"{SCHEME}:")
