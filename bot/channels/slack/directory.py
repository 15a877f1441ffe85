"""Which channel of a workspace has which id: asked of Slack as little as possible, and remembered for an hour.

A workspace may have 25,000 channels, and its list comes at 20 pages a minute (Slack's Tier 2). So a name is first
looked for among the channels that we know by id, and a list that was refused half-way is read on from there.
"""

import asyncio
from collections.abc import Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.channel import Kind, SendError
from bot.channels.slack.errors import SlackError
from bot.channels.slack.pages import confirmed, pages

AMONG = 30
"""So many channels are asked for their names one by one (Tier 3: 50 a minute); of more, the list is read."""
_HOUR = 3600.0
_ANEW = 300.0
"""Seconds before a list that was begun anew is so again: of several names that are not there, one has it read."""
_PAGE = 1000
_TYPES = {"all": "public_channel,private_channel", "public": "public_channel"}
_END = "!"
_UNSEEN = {"channel_not_found", "method_not_supported_for_channel_type"}
_NONE = "there is no such channel, or it is archived, or private and the app not in it: look at the name"


class Directory:
    """What Slack said. `seconds` is for a request, and for all pages that one call asks for."""

    def __init__(self, client: AsyncWebClient, seconds: float) -> None:
        self._client = client
        self._seconds = seconds
        self._ids: dict[str, str] = {}
        self._learnt: dict[str, str] = {}
        """Ids that the list did not tell."""
        self._names: dict[str, str] = {}
        self._following: dict[str, str] = {}
        """Place in the list -> the next one, of pages whose names are known: `all:` is the beginning."""
        self._old_at, self._anew_at = 0.0, float("-inf")

    def learn(self, name: str, channel: str) -> None:
        """A message to the name went to this channel."""
        self._learnt[name] = channel

    async def find(self, name: str, asked: str = "", *, anew: bool = False) -> str:
        """The id of the channel of this name, from the list. Raises SendError: CLOSE where there is none.

        `asked` is how far an earlier call came, as its error said; `anew`: what was learnt of the name is not believed.
        """
        self._forget_what_is_old()
        if anew:
            self._learnt.pop(name, None)
            self._begin_anew()
        elif name in self._learnt:
            return self._learnt[name]
        place = asked or "all:"
        while name not in self._ids:
            while place in self._following:
                place = self._following[place]
            if place.endswith(_END):
                raise _unseen(name, whole=place == "all" + _END)
            place = await self._read_on(name, place)
        return self._ids[name]

    async def among(self, name: str, channels: Sequence[str]) -> str | None:
        """Which of these channels has the name; empty: none of them; None: that cannot be told."""
        if len(channels) > AMONG:
            return None
        try:
            for channel in channels:
                if await self.name_of(channel) == name:
                    return channel
        except SendError:
            return None
        return ""

    async def name_of(self, channel: str, *, anew: bool = False) -> str:
        """What a channel is called now; empty: nothing, or the app cannot see it. Raises SendError.

        `anew`: what was learnt of it is not believed.
        """
        self._forget_what_is_old()
        if anew:
            self._names.pop(channel, None)
        if channel not in self._names:
            try:
                answer = await confirmed(self._client.conversations_info(channel=channel))
                self._names[channel] = str((answer.get("channel") or {}).get("name") or "")
            except SlackError as error:
                if error.code not in _UNSEEN:
                    raise
                self._names[channel] = ""
        return self._names[channel]

    async def _read_on(self, name: str, place: str) -> str:
        """The list from this place on, until the name comes; the place where that was."""
        scope, _, cursor = place.partition(":")
        listed = pages(
            self._client.conversations_list,
            self._seconds,
            cursor,
            types=_TYPES[scope],
            exclude_archived=True,
            limit=_PAGE,
        )
        try:
            async for page in listed:
                self._ids.update((one["name"], one["id"]) for one in page.get("channels") or [])
                following = (page.get("response_metadata") or {}).get("next_cursor") or ""
                self._following[place] = f"{scope}:{following}" if following else scope + _END
                if name in self._ids or self._following[place] in self._following:
                    return self._following[place]
                place = self._following[place]
        except SendError as error:
            if isinstance(error, SlackError) and error.code == "missing_scope" and scope == "all":
                return "public:"  # without the scope for private ones
            error.asked = f"{scope}:{error.asked}"
            raise
        return scope + _END

    def _begin_anew(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._anew_at + _ANEW:
            self._anew_at = now
            self._following.clear()
            self._ids.clear()

    def _forget_what_is_old(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._old_at:
            self._following.clear()
            self._names.clear()
            self._old_at = now + _HOUR


def _unseen(name: str, *, whole: bool) -> SendError:
    """No channel of this name; or, where private ones were not listed, nobody may know."""
    error = SlackError(Kind.CLOSE, f"no channel #{name} that the app can see", cure=_NONE)
    error.code = "channel_not_found" if whole else "missing_scope"
    return error
