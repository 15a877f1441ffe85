"""The Slack channel: one app in one workspace, by bot token. Packs by slack_message, classifies by slack_errors.

Receives nothing: what people say is bot.chat's.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from bot.channels import look_up
from bot.channels.channel import Issue, Item, Kind, Lost, Name, Packed, Payload, SendError, Sent, Sight
from bot.channels.deadline import answer_within
from bot.channels.slack.directory import Directory
from bot.channels.slack.errors import SlackError
from bot.channels.slack.message import pack, pack_issue, pack_text
from bot.channels.slack.pages import confirmed, pages
from bot.channels.slack.people import is_name, is_person
from bot.channels.slack.session import Client, open_client, open_session
from bot.channels.slack.sight import lacking, scopes_of, sight, unseen_for
from bot.rules.way_out import Proxy

if TYPE_CHECKING:
    import aiohttp

_CLOCKS = 600
"""Seconds before the first send from which a look-up begins: clocks differ."""
_EVENT = "paper_delivery"
_NO_LOOK_UP = {"missing_scope", "no_permission", "not_allowed_token_type", "access_denied"}


class SlackChannel:
    """Sends as one app. `timeout` is seconds for one send in all; `channel_per_second` is Slack's 1.0, or lower."""

    can_find = True
    concurrency = 32
    listens = False
    """Whether papers have buttons by which people ask about them."""

    def __init__(
        self, *, token: SecretStr, api_url: str, timeout: float, channel_per_second: float, proxy: Proxy | None = None
    ) -> None:
        self.per_second = channel_per_second * 10
        """Slack allows a workspace "several hundred" messages a minute."""
        self._token = token
        self._api_url = api_url.rstrip("/") + "/"
        self._timeout = timeout
        self._proxy = proxy
        self._interval = 1 / channel_per_second
        self._session: aiohttp.ClientSession | None = None
        self._web: Client | None = None
        self._known: Directory | None = None
        self._scopes: frozenset[str] | None = None

    def interval(self, address: str) -> float:
        """One message a second, without bursts: Slack may lose those though it says ok (its page on rate limits)."""
        return self._interval

    def pack(self, item: Item, *, silent: bool = False) -> Payload:
        """One paper as a message; who reads it says there what rings."""
        return pack(item, asked=self.listens)

    def pack_issue(self, issue: Issue) -> list[Packed]:
        """Many papers as a list."""
        return pack_issue(issue)

    def pack_text(self, text: str) -> Payload:
        """One short message of plain text."""
        return pack_text(text)

    async def resolve(self, name: Name) -> str:
        """The channel's id for a `#name`, the direct messages' for a person's `U...`; an id stays as it is.

        So does a name that no scope lets us look up: chat.postMessage takes it all the same. Raises SendError: MOVED
        where the channel that had the name is seen no more.
        """
        try:
            return await self._resolved(name)
        except SlackError as error:
            if error.code in _NO_LOOK_UP:
                return name.address
            raise

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """`channel:ts` of the message, which carries `delivery` as metadata. Joins a public channel if it must."""
        return await self.send_stored(address, thread, json.dumps(payload), delivery)

    async def send_stored(self, address: str, thread: str, stored: str, delivery: str) -> Sent:
        """Like `send`, of a payload in JSON."""
        async with answer_within(self._timeout):
            try:
                return await self._post(address, thread, stored, delivery)
            except SlackError as error:
                if error.code != "not_in_channel" or not await self._joined(address):
                    raise
            return await self._post(address, thread, stored, delivery)

    async def edit(self, address: str, ref: str, payload: Payload) -> None:
        """Show this in place of what a message shows; its metadata stays."""
        channel, _, ts = ref.partition(":")
        shown = {name: payload[name] for name in ("text", "blocks") if name in payload}
        async with answer_within(self._timeout):
            await confirmed(self._client().chat_update(channel=channel, ts=ts, parse="none", link_names=False, **shown))

    async def find(self, lost: Lost) -> str | None:
        """`channel:ts` of the message that carries the delivery, sent after its first try give or take a clock.

        Raises SendError: UNSURE when no look-up is possible (scope, membership), so that the lane may send again;
        WAIT when the look-up itself failed and may be asked again, from where it stopped.
        """
        search: dict[str, str] = (
            json.loads(lost.asked) if lost.asked else {"latest": str(lost.until + _CLOCKS) if lost.until else ""}
        )
        try:
            if "channel" not in search:
                search["channel"] = await self._id_of(lost.address, search.get("cursor", ""))
                search["cursor"] = ""
            return await self._found(search, lost)
        except SendError as error:
            code = error.code if isinstance(error, SlackError) else ""
            failed = look_up.failed(error, impossible=code in _NO_LOOK_UP)
            failed.asked = json.dumps({**search, "cursor": error.asked or search.get("cursor", "")})
        raise failed

    async def check(self) -> str:
        """The workspace and the bot's name there, and what it lacks to look up lost answers."""
        async with answer_within(self._timeout):
            answer = await confirmed(self._client().auth_test())
        self._scopes = scopes_of(answer.headers)
        return f"{answer['team']} / {answer['user']}{lacking(self._scopes, listens=self.listens)}"

    async def look(self, address: str, thread: str) -> Sight:
        """The channel by conversations.info, and the app's scopes as auth.test names them."""
        if self._scopes is None:
            await self.check()
        scopes = self._scopes or frozenset()
        if is_person(address):
            return sight({}, scopes)
        try:
            channel = await self._id_of(address)
            async with answer_within(self._timeout):
                answer = await confirmed(self._client().conversations_info(channel=channel))
        except SendError as error:
            if (unseen := unseen_for(error, scopes)) is not None:
                return unseen
            raise
        return sight(answer.get("channel") or {}, scopes)

    async def aclose(self) -> None:
        """Close connections."""
        if self._session:
            await self._session.close()

    async def _post(self, address: str, thread: str, stored: str, delivery: str) -> Sent:
        metadata = {"event_type": _EVENT, "event_payload": {"delivery": delivery}}
        where = {"channel": address, "metadata": metadata, "link_names": False, "parse": "none"}
        if thread:
            where["thread_ts"] = thread
        body = f"{json.dumps(where)[:-1]}, {stored[1:]}"  # one object of two
        answer = await confirmed(self._client().post_message(body.encode()), lambda: json.loads(stored))
        channel = str(answer["channel"])
        if address.startswith("#"):
            self._directory().learn(_name_of(address), channel)
        return Sent(f"{channel}:{answer['ts']}", channel if is_name(address) else "")

    async def _joined(self, address: str) -> bool:
        """Whether the app could join: a public channel, and the scope for it. Raises SendError where it may yet."""
        try:
            await confirmed(self._client().conversations_join(channel=await self._id_of(address)))
        except SendError as error:
            if error.kind in {Kind.WAIT, Kind.UNSURE} and not error.patient:  # not even asked: the post was refused
                raise SendError(
                    Kind.WAIT, f"the channel could not be joined: {error.reason}", cure=error.cure
                ) from None
            return False
        return True

    async def _found(self, search: dict[str, str], lost: Lost) -> str | None:
        """After the last message that surely arrived, else the first send, give or take a clock, up to this question.

        So a busy channel is no endless answer: an app may have to wait a minute for every fifteen messages.
        """
        channel, _, before = lost.after.partition(":")
        search.setdefault("oldest", before if channel == search["channel"] else str(lost.since - _CLOCKS))
        history = pages(
            self._client().conversations_history,
            self._timeout,
            search.get("cursor", ""),
            channel=search["channel"],
            oldest=search["oldest"],
            latest=search["latest"] or None,
            include_all_metadata=True,
            limit=200,
        )
        async for page in history:
            for message in page.get("messages") or []:
                if _delivery_of(message) == lost.delivery:
                    return f"{search['channel']}:{message['ts']}"
        return None

    async def _resolved(self, name: Name) -> str:
        if is_person(name.address):
            return await self._conversation_with(name.address)
        if not name.address.startswith("#"):
            return name.address
        wanted, directory = _name_of(name.address), self._directory()
        async with answer_within(self._timeout):
            called = await directory.name_of(name.known, anew=True) if name.known else ""
            if name.known and called == wanted:
                return name.known
            channels = [one for one in name.among if one.startswith(("C", "G"))]
            found = await directory.among(wanted, channels) if channels else None
        if found is not None:
            return found or name.address
        leads_to = await directory.find(wanted, name.asked, anew=bool(name.known))
        if name.known and not called:  # deleted and made anew, or the same, with another number
            raise SendError(Kind.MOVED, f"{name.address} has another number now", moved_to=leads_to)
        return leads_to

    async def _conversation_with(self, person: str) -> str:
        """The direct messages with a person; opening them posts nothing."""
        async with answer_within(self._timeout):
            answer = await confirmed(self._client().conversations_open(users=person))
        return str((answer.get("channel") or {}).get("id") or person)

    async def _id_of(self, address: str, asked: str = "") -> str:
        if is_person(address):
            return await self._conversation_with(address)
        return await self._directory().find(_name_of(address), asked) if address.startswith("#") else address

    def _directory(self) -> Directory:
        self._known = self._known or Directory(self._client(), self._timeout)
        return self._known

    def _client(self) -> Client:
        """Made in the event loop that uses it."""
        if self._web is None:
            self._session = open_session(self._timeout, self.concurrency, self._proxy)
            self._web = open_client(self._token, self._api_url, self._session)
        return self._web


def _name_of(address: str) -> str:
    return address.removeprefix("#").lower()


def _delivery_of(message: Mapping[str, Any]) -> str | None:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get("delivery")
