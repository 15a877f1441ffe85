"""Slack as far as an app meets it: the Web API's methods, incoming webhooks at /services/NAME, Socket Mode, and the
addresses for answers at /commands/NUMBER.

`refuse(channel, code)` makes every message to a channel or webhook fail; `scopes` and `members` are honoured.
`enforce_rates` allows one message a second and channel.
"""

import json
import math
import time
from collections import defaultdict
from dataclasses import replace
from typing import Any

from aiohttp import web

from tests.fakes.server import FakeServer, Message, params_of
from tests.fakes.slack_blocks import BlockError, Shown, show, show_mrkdwn
from tests.fakes.slack_sockets import Envelope, SlackSockets

TOKEN = "xoxb-1-made-up-token-of-no-app-at-all"
SCOPES = {"chat:write", "channels:read", "groups:read", "channels:history", "groups:history", "channels:join"}
SCOPES |= {"im:write", "im:history", "im:read", "users:read", "commands", "reactions:read"}
APP_TOKEN = "xapp-1-made-up-token-of-no-app-at-all"
APP = "U0000000099"
"""The app's own user."""
_NEEDS = {
    "conversations.history": "channels:history",
    "conversations.join": "channels:join",
    "conversations.open": "im:write",
    "conversations.info": "channels:read",
    "users.info": "users:read",
}


class RefusedError(Exception):
    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.more = more


class FakeSlack(FakeServer):
    """A workspace: channels by name in `channels`; the app is in those of `members`. Pages hold `page` items."""

    def __init__(self, port: int = 0, *, token: str = TOKEN, enforce_rates: bool = False, page: int = 100) -> None:
        super().__init__(port)
        self.token = token
        self.channels = {"papers": "C0000000001", "diffusion": "C0000000002", "private": "G0000000003"}
        self.members = set(self.channels.values())
        self.people = {"U0000000001": "D0000000001"}
        """Person -> the channel of direct messages with the app."""
        self.archived: set[str] = set()
        self.scopes = set(SCOPES)
        self.per_minute: dict[str, int] = {}
        """Method -> calls that are allowed in a minute."""
        self.time = time.time
        """Unix seconds, by which messages are dated and calls counted."""
        self.webhooks = {"lab": "C0000000001"}
        self.poison = ""
        self.edited: list[dict[str, Any]] = []
        """What was asked of chat.update, in order."""
        """A message with these words in it is refused."""
        self.retry_after = 3
        self.rate_limited = 0
        self.sockets = SlackSockets(self._loop)
        self.asides: list[tuple[str, str, str]] = []
        """What one person alone is shown: channel, person ("": who has the address), text."""
        self.asided: list[dict[str, Any]] = []
        """The same as they came."""
        self.homes: dict[str, dict[str, Any]] = {}
        """Person -> the app's home as they see it."""
        self.modals: dict[str, dict[str, Any]] = {}
        """Number of a modal -> the modal as it is seen."""
        self.triggers: dict[str, float] = {}
        """Those by which a modal may be opened -> when they were made."""
        self.creators: dict[str, str] = {}
        self.admins: set[str] = set()
        self.addresses: dict[str, tuple[str, int]] = {}
        """Number of an address for answers -> its channel, and how often it may still be used."""
        self._page = page
        self._enforce_rates = enforce_rates
        self._count = 0
        self._refusals: dict[str, str] = {}
        self._last_sent: dict[str, float] = defaultdict(float)
        self._calls: dict[str, list[float]] = defaultdict(list)

    def refuse(self, channel: str, code: str) -> None:
        """A channel's id or a webhook's name; empty code: refuse no longer."""
        self._refusals[channel] = code

    def webhook_url(self, name: str) -> str:
        return f"{self.url}/services/{name}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def plain(self, channel: str) -> list[str]:
        """The texts that a channel shows, in order."""
        return [message.text for message in self.messages if message.chat == channel]

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/services/{name:.+}", self._hook)
        app.router.add_post("/commands/{number}", self._respond)
        app.router.add_get("/link", self.sockets.serve)
        app.on_shutdown.append(self.sockets.close)

    def command(self, text: str, person: str, channel: str = "C0000000001") -> dict[str, Any]:
        """A slash command, as Slack tells it."""
        number = self._number()
        self.addresses[number] = (channel, 5)
        return {
            "command": "/papers", "text": text, "user_id": person, "channel_id": channel, "team_id": "T1",
            "trigger_id": f"trigger-{number}", "response_url": f"{self.url}/commands/{number}",
        }  # fmt: skip

    def typed(self, text: str, person: str, **more: Any) -> dict[str, Any]:
        """A direct message to the app."""
        event = {"type": "message", "channel": self.people[person], "channel_type": "im", "user": person, "text": text}
        return self.event({**event, "ts": f"{self.time():.6f}", **more})

    def event(self, event: dict[str, Any]) -> dict[str, Any]:
        """An event's payload."""
        known = {"type": "event_callback", "team_id": "T1", "authorizations": [{"user_id": APP, "is_bot": True}]}
        return {**known, "event_id": f"Ev{self._number()}", "event": event}

    def pressed(self, value: str, person: str, ref: str, *, aside: bool = False, **more: Any) -> dict[str, Any]:
        """A button below a message (`channel:ts`)."""
        channel, _, ts = ref.partition(":")
        number = self._number()
        self.addresses[number] = (channel, 5)
        container = {"type": "message", "channel_id": channel, "message_ts": ts, "is_ephemeral": aside}
        return {
            "type": "block_actions", "trigger_id": f"trigger-{number}", "user": {"id": person},
            "response_url": f"{self.url}/commands/{number}", "container": container,
            "actions": [{"type": "button", "action_id": "0.0", "value": value}], **more,
        }  # fmt: skip

    def home(self, value: str, person: str, action: str = "0.0") -> dict[str, Any]:
        """A button, or the field, of the app's home."""
        more = {"container": {"type": "view"}, "view": self.homes[person]}
        told = self.pressed(value, person, "", **more)
        return {**told, "actions": [{"type": "button", "action_id": action, "value": value}]}

    def types(self, words: str, person: str, view: str) -> dict[str, Any]:
        """Into the field of a modal."""
        container = {"type": "view", "view_id": view}
        told = self.pressed(words, person, "", container=container, view={**self.modals[view], "id": view})
        del told["response_url"]
        action = {"type": "plain_text_input", "block_id": "query", "action_id": "query", "value": words}
        return {**told, "actions": [action]}

    def submits(self, words: str, person: str, view: str) -> dict[str, Any]:
        """A modal with these words in its field."""
        state = {"values": {"query": {"query": {"type": "plain_text_input", "value": words}}}}
        its = {"type": "view_submission", "user": {"id": person}, "trigger_id": f"trigger-{self._number()}"}
        return {**its, "view": {**self.modals[view], "id": view, "state": state}, "response_urls": []}

    def said(self, text: str, person: str, channel: str = "C0000000001") -> Envelope:
        """A slash command by a socket."""
        return self.sockets.tell("slash_commands", self.command(text, person, channel))

    def _number(self) -> str:
        self._count += 1
        self.triggers[f"trigger-{self._count}"] = self.time()
        return str(self._count)

    def too_many(self, seconds: int = 0) -> web.Response:
        body = {"ok": False, "error": "ratelimited"}
        return web.json_response(body, status=429, headers={"Retry-After": str(seconds or self.retry_after)})

    async def _call(self, request: web.Request) -> web.StreamResponse:
        params, method = await params_of(request), request.match_info["method"]
        self.note(method, params)
        if method == "apps.connections.open":
            return await self.taken_with_faults(request, lambda: self._connection(request), method)
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if method == "chat.postMessage":
            asked = params.get("channel", "")
            return await self.taken_with_faults(
                request,
                lambda: self._answer(self._post_message, params),
                address=self.channels.get(asked.removeprefix("#"), asked),
            )
        if pause := self._limited_for(method):
            return self.too_many(pause)
        if (needed := _NEEDS.get(method)) and needed not in self.scopes:
            return web.json_response({"ok": False, "error": "missing_scope", "needed": needed})
        methods = {
            "auth.test": lambda _: {"team": "Lab", "user": "paper_round", "team_id": "T1", "user_id": "U1"},
            "chat.postEphemeral": self._aside,
            "users.info": lambda params: {"user": {"id": params["user"], "is_admin": params["user"] in self.admins}},
            "views.publish": self._publish,
            "views.open": self._open_modal,
            "views.update": self._update_modal,
            "conversations.info": self._info,
            "conversations.open": self._open,
            "conversations.list": self._list,
            "conversations.history": self._history,
            "conversations.join": self._join,
            "chat.update": self._update,
        }
        call = methods.get(method, _no_method)
        return await self.taken_with_faults(request, lambda: self._answer(call, params), method)

    def _answer(self, method: Any, params: dict[str, Any]) -> web.Response:
        try:
            told = {"X-OAuth-Scopes": ",".join(sorted(self.scopes))}
            return web.json_response({"ok": True, **method(params)}, headers=told)
        except BlockError as error:
            return web.json_response(
                {"ok": False, "error": str(error), "response_metadata": {"messages": [error.detail]}}
            )
        except RefusedError as error:
            if str(error) == "ratelimited":
                return self.too_many()
            return web.json_response({"ok": False, "error": str(error), **error.more})

    def _post_message(self, params: dict[str, Any]) -> dict[str, Any]:
        asked = params.get("channel", "")
        channel = self.people.get(asked) or self.channels.get(asked.removeprefix("#"), asked)
        if channel not in {*self.channels.values(), *self.people.values()}:
            raise RefusedError("channel_not_found")
        if channel in self.archived:
            raise RefusedError("is_archived")
        if self._refusals.get(channel):
            raise RefusedError(self._refusals[channel])
        if channel not in {*self.members, *self.people.values()}:
            raise RefusedError("not_in_channel")
        return self._stored(channel, params, channel)

    def _update(self, params: dict[str, Any]) -> dict[str, Any]:
        """What was posted says something else from now on."""
        for place, one in enumerate(self.messages):
            if one.id == params["ts"] and one.chat == params["channel"]:
                shown = _shown(params)
                self.messages[place] = replace(one, text=shown.text, params={**one.params, **params})
                self.edited.append(params)
                return {"channel": one.chat, "ts": one.id, "text": shown.text}
        raise RefusedError("message_not_found")

    def _stored(self, channel: str, params: dict[str, Any], lane: str) -> dict[str, Any]:
        shown = _shown(params)
        if self.poison and self.poison in shown.text:
            raise RefusedError("invalid_arguments")
        now = self.time()
        if self._enforce_rates and now - self._last_sent[lane] < 0.95:
            self.rate_limited += 1
            raise RefusedError("ratelimited")
        self._last_sent[lane] = now
        ts = f"{now:.6f}"
        thread = params.get("thread_ts", "")
        self.messages.append(Message(channel, shown.text, params, now, ts, thread, shown.links, shown.mentions))
        return {"channel": channel, "ts": ts, "message": {"text": params.get("text", ""), "ts": ts}}

    def _connection(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {APP_TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        return web.json_response({"ok": True, "url": f"{self.url.replace('http', 'ws')}/link?ticket={self._number()}"})

    def _aside(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["channel"] not in {*self.members, *self.people.values()}:
            raise RefusedError("not_in_channel" if params["channel"].startswith("C") else "channel_not_found")
        if code := self._refusals.get(params["user"]):
            raise RefusedError(code)
        self.asides.append((params["channel"], params["user"], _shown(params).text))
        self.asided.append(params)
        return {"message_ts": f"{self.time():.6f}"}

    def _publish(self, params: dict[str, Any]) -> dict[str, Any]:
        view = json.loads(params["view"]) if isinstance(params["view"], str) else params["view"]
        shown = show(view["blocks"], home=True)
        self.homes[params["user_id"]] = {**view, "shown": shown.text}
        return {"view": view}

    def _open_modal(self, params: dict[str, Any]) -> dict[str, Any]:
        """By a trigger, once, within three seconds."""
        made = self.triggers.pop(params["trigger_id"], None)
        if made is None:
            raise RefusedError("exchanged_trigger_id")
        if self.time() - made > 3:
            raise RefusedError("expired_trigger_id")
        number = f"V{self._number()}"
        return self._modal(number, params)

    def _update_modal(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["view_id"] not in self.modals:
            raise RefusedError("not_found")
        return self._modal(params["view_id"], params)

    def _modal(self, number: str, params: dict[str, Any]) -> dict[str, Any]:
        view = json.loads(params["view"]) if isinstance(params["view"], str) else params["view"]
        has_field = any(one["type"] == "input" for one in view["blocks"])
        if view["type"] != "modal" or len(view["private_metadata"]) > 3000 or (has_field and "submit" not in view):
            raise RefusedError("invalid_arguments")
        if any(len(view[one]["text"]) > 24 for one in ("title", "submit", "close")):
            raise RefusedError("invalid_arguments")
        self.modals[number] = {**view, "shown": show(view["blocks"], home=True).text}
        return {"view": {**view, "id": number}}

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        params, number = await params_of(request), request.match_info["number"]
        self.note("respond", params)
        return await self.taken_with_faults(request, lambda: self._responded(number, params), "respond")

    def _responded(self, number: str, params: dict[str, Any]) -> web.Response:
        channel, left = self.addresses.get(number, ("", 0))
        if not left:
            return web.Response(status=404, text="expired_url")
        self.addresses[number] = (channel, left - 1)
        self.asides.append((channel, "", _shown(params).text))
        self.asided.append(params)
        return web.Response(text="ok")

    def _list(self, params: dict[str, Any]) -> dict[str, Any]:
        private = "private_channel" in params.get("types", "")
        if private and "groups:read" not in self.scopes:
            raise RefusedError("missing_scope", needed="groups:read")
        if "channels:read" not in self.scopes:
            raise RefusedError("missing_scope", needed="channels:read")
        listed = {id_ for id_ in self.channels.values() if id_.startswith("C") or (private and id_ in self.members)}
        seen = [(name, id_) for name, id_ in self.channels.items() if id_ in listed]
        if params.get("exclude_archived") in {"1", "true", True}:
            seen = [one for one in seen if one[1] not in self.archived]
        return self._paged("channels", [{"id": id_, "name": name} for name, id_ in seen], params)

    def _info(self, params: dict[str, Any]) -> dict[str, Any]:
        channel = params["channel"]
        if channel in self.people.values():
            person = next(one for one, its in self.people.items() if its == channel)
            return {"channel": {"id": channel, "is_im": True, "user": person}}
        name = next((name for name, id_ in self.channels.items() if id_ == channel), "")
        if not name or (channel.startswith("G") and channel not in self.members):
            raise RefusedError("channel_not_found")
        member, archived = channel in self.members, channel in self.archived
        known = {
            "id": channel,
            "name": name,
            "is_private": channel.startswith("G"),
            "is_channel": True,
            "creator": self.creators.get(channel, ""),
        }
        return {"channel": {**known, "is_member": member, "is_archived": archived}}

    def _open(self, params: dict[str, Any]) -> dict[str, Any]:
        if params.get("users") not in self.people:
            raise RefusedError("user_not_found")
        return {"channel": {"id": self.people[params["users"]]}}

    def _limited_for(self, method: str) -> int:
        """Seconds until a method may be called again; 0: it may."""
        now, allowed = self.time(), self.per_minute.get(method)
        recent = [one for one in self._calls[method] if now - one < 60]
        self._calls[method] = recent
        if allowed is not None and len(recent) >= allowed:
            self.rate_limited += 1
            return max(math.ceil(60 - (now - recent[0])), 1) if recent else 60
        recent.append(now)
        return 0

    def _history(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["channel"] not in {*self.members, *self.people.values()}:
            raise RefusedError("not_in_channel" if params["channel"].startswith(("C", "G")) else "channel_not_found")
        oldest, latest = float(params.get("oldest") or 0), float(params.get("latest") or "inf")
        mine = [m for m in self.messages if m.chat == params["channel"] and oldest < m.time < latest]
        with_metadata = params.get("include_all_metadata") in {"1", "true", True}
        found = [_as_history(message, with_metadata) for message in reversed(mine) if not message.thread]
        return self._paged("messages", found, params)

    def _join(self, params: dict[str, Any]) -> dict[str, Any]:
        if not params["channel"].startswith("C"):
            raise RefusedError("method_not_supported_for_channel_type")
        self.members.add(params["channel"])
        return {"channel": {"id": params["channel"]}}

    def _paged(self, name: str, items: list[dict[str, Any]], params: dict[str, Any]) -> dict[str, Any]:
        start = int(params.get("cursor") or 0)
        end = start + self._page
        return {name: items[start:end], "response_metadata": {"next_cursor": str(end) if end < len(items) else ""}}

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        params, name = await params_of(request), request.match_info["name"]
        self.note("webhook", params)
        return await self.taken_with_faults(request, lambda: self._hooked(name, params))

    def _hooked(self, name: str, params: dict[str, Any]) -> web.Response:
        if name not in self.webhooks:
            return web.Response(status=404, text="no_service")
        if code := self._refusals.get(name):
            return web.Response(status=403, text=code)
        try:
            self._stored(self.webhooks[name], params, name)
        except (BlockError, RefusedError) as error:
            return self.too_many() if str(error) == "ratelimited" else web.Response(status=400, text=str(error))
        return web.Response(text="ok")


def _shown(params: dict[str, Any]) -> Shown:
    for name in ("blocks", "metadata"):
        if isinstance(params.get(name), str):  # a form's fields are JSON
            params[name] = json.loads(params[name])
    if not params.get("text") and not params.get("blocks"):
        raise RefusedError("no_text")
    if len(params.get("text", "")) > 40_000:
        raise RefusedError("msg_too_long")
    spoken = show_mrkdwn(params.get("text", ""), autolink=params.get("parse") != "none")
    shown = show(params["blocks"]) if params.get("blocks") else spoken
    return Shown(shown.text, shown.links, shown.mentions + (spoken.mentions if shown is not spoken else []))


def _as_history(message: Message, with_metadata: bool) -> dict[str, Any]:
    known = {"type": "message", "ts": message.id, "text": message.params.get("text", "")}
    metadata = message.params.get("metadata")
    return {**known, "metadata": metadata} if with_metadata and metadata else known


def _no_method(_: dict[str, Any]) -> dict[str, Any]:
    raise RefusedError("unknown_method")
