"""What Slack tells us, read: slash commands, buttons, messages, membership; by a socket or a request. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal, NamedTuple

from bot.chat.said import Heard, Moved, Place, Said
from feeds.query import QueryError, parse_query

SCHEME = "slack"
EVENTS = (
    "app_home_opened", "channel_left", "group_left", "member_joined_channel", "message.im", "reaction_added",
)  # fmt: skip
"""What the app subscribes to (deploy/slack-manifest.yaml)."""
HOME = "home"
"""Known by this, a press comes from the app's home, and its answer goes there."""
SAVING = {"bookmark", "star", "pushpin", "floppy_disk"}
"""Reactions that keep a paper."""
SUBSCRIBE = "subscribe"
"""The action of the home's field for a query."""
OPEN = "open"
"""The action of the home's button that opens the modal."""
QUERY = "query"
"""The modal, its field, and the field's action."""
Kind = Literal["slash_commands", "interactive", "events_api"]
Told = Mapping[str, Any]
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_STRAIGHT = str.maketrans("“”„", '"""')


class Opening(NamedTuple):
    """Somebody wants the modal."""

    trigger: str
    person: str
    where: str
    """Chat and address of the answer, as the modal keeps them."""


class Previewing(NamedTuple):
    """Somebody types into the modal."""

    view: str
    person: str
    where: str
    words: str


class Read(NamedTuple):
    """Something told: by what it is known however often it comes (empty: by nothing), and what it says to us."""

    key: str
    heard: Heard | None


def read(kind: str, payload: Told) -> Read:
    """`kind` is an envelope's type in Socket Mode (Slack's page on it); what has no shape that we know says nothing."""
    reader = {"slash_commands": _command, "interactive": _action, "events_api": _event}.get(kind)
    try:
        key = str(payload.get("event_id" if kind == "events_api" else "trigger_id") or "")
        return Read(key, _of_words(reader(payload) if reader else None))
    except (KeyError, TypeError, AttributeError, ValueError, IndexError):
        return Read("", None)


def _of_words(heard: Heard | None) -> Heard | None:
    """The same, if names are names in it. Raises TypeError: what is stored otherwise is dealt with never."""
    for name, value in (asdict(heard) if heard else {}).items():
        if not isinstance(value, str | bool):
            raise TypeError(name)
    return heard


def wished(kind: str, payload: Told) -> Opening | Previewing | None:
    """What is to be shown at once, if that is what is told."""
    try:
        if kind == "slash_commands" and typed(payload.get("text") or "").casefold() == SUBSCRIBE:
            where = json.dumps([payload["channel_id"], payload.get("response_url") or ""])
            return Opening(payload["trigger_id"], f"{SCHEME}:{payload['user_id']}", where)
        if kind != "interactive" or payload.get("type") != "block_actions":
            return None
        view, action, person = payload.get("view") or {}, payload["actions"][0], f"{SCHEME}:{payload['user']['id']}"
        if action.get("action_id") == OPEN and view.get("type") == HOME:
            return Opening(payload["trigger_id"], person, json.dumps([view["private_metadata"], HOME]))
        if action.get("action_id") == QUERY and view.get("type") == "modal":
            return Previewing(view["id"], person, view["private_metadata"], _straight(action.get("value") or ""))
    except (KeyError, TypeError, AttributeError, IndexError):
        return None
    return None


def fault(kind: str, payload: Told) -> str:
    """Why what is submitted by the modal is no query, in a line; empty: it is one, or nothing is submitted."""
    if kind != "interactive" or payload.get("type") != "view_submission":
        return ""
    try:
        parse_query(_submitted(payload))
    except QueryError as error:
        better = f" Better: {error.suggestion}" if error.suggestion else ""
        return f"{str(error).splitlines()[0]}.{better}"
    except (KeyError, TypeError, AttributeError):
        return ""
    return ""


def _submitted(told: Told) -> str:
    return _straight(told["view"]["state"]["values"][QUERY][QUERY]["value"] or "")


def _modal(told: Told) -> Said:
    """A submitted query, as the word says it where the modal was opened."""
    chat, press = json.loads(told["view"]["private_metadata"])
    place: Place = "private" if press == HOME else "group"
    person = f"{SCHEME}:{told['user']['id']}"
    return Said(SCHEME, chat, "", place, person, f"subscribe {_submitted(told)}", press=press, pressed=press == HOME)


def _command(told: Told) -> Said:
    """In direct messages with somebody else it is said as in a channel: who may read it is not known here."""
    person, words = f"{SCHEME}:{told['user_id']}", typed(told.get("text") or "") or "help"
    return Said(SCHEME, told["channel_id"], "", "group", person, words, press=told.get("response_url") or "")


def _action(told: Told) -> Said | None:
    """A button below a message, a button or the field of the home, or what is submitted."""
    if told.get("type") == "view_submission":
        return _modal(told) if told["view"].get("callback_id") == QUERY else None
    action = told["actions"][0] if told.get("type") == "block_actions" else {}
    words = str(action.get("value") or "")
    if action.get("action_id") == SUBSCRIBE:
        words = f"subscribe {words}"
    if not action or not words.strip() or (told.get("view") or {}).get("type") == "modal":
        return None
    person, container = f"{SCHEME}:{told['user']['id']}", told["container"]
    if container["type"] == "view":
        chat = told["view"]["private_metadata"]
        return Said(SCHEME, chat, "", "private", person, words, pressed=True, press=HOME)
    chat = container["channel_id"]
    alone = chat.startswith("D") and not container.get("is_ephemeral")
    about, press = f"{chat}:{container['message_ts']}", "" if alone else told.get("response_url") or ""
    place: Place = "private" if alone else "group"
    return Said(SCHEME, chat, "", place, person, words, about=about, pressed=True, press=press)


def _event(told: Told) -> Heard | None:
    event = told["event"]
    kind = event["type"]
    if kind == "message":
        return _message(event)
    if kind == "app_home_opened" and event.get("tab", "home") == "home":
        person = f"{SCHEME}:{event['user']}"
        return Said(SCHEME, event["channel"], "", "private", person, "list", pressed=True, press=HOME)
    if kind in {"channel_left", "group_left"}:
        return Moved(SCHEME, event["channel"], "left")
    ours = {one["user_id"] for one in told["authorizations"]}
    if kind == "member_joined_channel" and event["user"] in ours:
        return Moved(SCHEME, event["channel"], "back")
    if kind == "reaction_added" and event["reaction"] in SAVING and event.get("item_user") in ours:
        return _reaction(event)
    return None


def _reaction(event: Told) -> Said:
    """As the button Save says it."""
    chat = event["item"]["channel"]
    place: Place = "private" if chat.startswith("D") else "group"
    about = f"{chat}:{event['item']['ts']}"
    return Said(SCHEME, chat, "", place, f"{SCHEME}:{event['user']}", "save", about=about, pressed=True)


def _message(event: Told) -> Said | None:
    """In direct messages alone. What others post there, or what is edited, is not said to us."""
    words = typed(event.get("text") or "")
    if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id") or not words:
        return None
    chat, thread = event["channel"], event.get("thread_ts")
    about = f"{chat}:{thread}" if thread else ""
    person = f"{SCHEME}:{event['user']}"
    return Said(SCHEME, chat, "", "private", person, words, message=f"{chat}:{event['ts']}", about=about)


def typed(text: str) -> str:
    """As somebody typed it: Slack marks links, escapes three characters, and its clients make quotes curly."""
    plain = re.sub(r"<(?:[^<>|]*\|)?([^<>|]*)>", r"\1", text)
    for entity, character in _ENTITIES:
        plain = plain.replace(entity, character)
    return _straight(plain)


def _straight(text: str) -> str:
    return text.translate(_STRAIGHT).strip()
