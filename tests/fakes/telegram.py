"""The Bot API as far as a sending bot meets it, with Telegram's rules and refusals.

Methods: getMe, getChat, getChatMember, sendMessage, forwardMessage, deleteMessage, editMessageText; to listen,
getUpdates, answerCallbackQuery, answerInlineQuery and setMyCommands: `said`, `pressed` and `asked_inline` are what a
person does.
`refuse(chat, description)` makes every message to a chat fail; `migrate(chat, new)` moves a group; `rights` is what the
bot is in a chat, and may do; `members` what a person is.
With `enforce_rates` the FAQ's limits hold: one a second and chat (bursts of 3), 20 a minute and group, 30 a second.
"""

import asyncio
import json
import re
import time
import zlib
from collections import defaultdict
from dataclasses import replace
from typing import Any

from aiohttp import web

from tests.fakes.server import FakeServer, Message, params_of
from tests.fakes.telegram_html import ParseError, cleaned, parse

TOKEN = "123456789:AAE-a-made-up-token-of-no-bot-at-all"
NAME = "paper_round_bot"
_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


class RefusedError(Exception):
    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.parameters = parameters


class FakeTelegram(FakeServer):
    """Chats: any number, and the `@names` in `names`, unless `chats` lists the only ones there are."""

    def __init__(
        self, port: int = 0, *, token: str = TOKEN, chats: set[str] | None = None, enforce_rates: bool = False
    ) -> None:
        super().__init__(port)
        self.token = token
        self.chats = chats
        self.names: dict[str, str] = {"@papers": "-1001000000001"}
        self.topics: dict[str, set[str]] = {}
        """Chat -> its topics, where not any will do."""
        self.named: dict[tuple[str, str], str] = {}
        """(chat, topic) that we made -> its name."""
        self.kinds: dict[str, str] = {}
        """Chat -> its type; else a person's is private, any other a channel."""
        self.rights: dict[str, dict[str, Any]] = {}
        """Chat -> what getChatMember says of the bot; else an administrator who may post."""
        self.logged_out = False
        self.poison = ""
        """A text with these words in it is refused."""
        self.poison_differs = False
        """Whether each is refused in words of its own."""
        self.retry_after = 3
        self.rate_limited = 0
        self._enforce_rates = enforce_rates
        self._refusals: dict[str, RefusedError] = {}
        self._sent: dict[str, list[float]] = defaultdict(list)
        self._last_id: dict[str, int] = defaultdict(int)
        self.members: dict[tuple[str, str], str] = {}
        """(chat, person) -> creator, administrator, left, ...; else a member."""
        self.updates: list[dict[str, Any]] = []
        self.edited: list[dict[str, Any]] = []
        """What was asked of editMessageText, in order."""
        self.let_go: list[str] = []
        """What those are told who pressed a button."""
        self.menu: list[dict[str, str]] = []
        self.whispers = False
        """Whether the server is as new as Bot API 10.2, which has messages for one member of a group alone."""
        self.whispered: list[tuple[str, str, str]] = []
        """Chat, who sees it, text."""
        self.inline: dict[str, dict[str, Any]] = {}
        """What each question of inline mode was answered with, by what was asked."""
        self._questions: dict[str, tuple[str, float]] = {}
        self.offset = 0
        """The update from which on they were last asked for."""
        self._last_update = 8000
        self._polls = 0
        self.other_poller = False
        """Whether another program asks for updates all the time."""

    def refuse(self, chat: str, description: str) -> None:
        """`description` as Telegram words it, from `Forbidden:` or `Bad Request:` on; empty: refuse no longer."""
        self._refusals.pop(chat, None)
        if description:
            self._refusals[chat] = RefusedError(403 if description.startswith("Forbidden") else 400, description)

    def migrate(self, chat: str, new: str) -> None:
        description = "Bad Request: group chat was upgraded to a supergroup chat"
        self._refusals[chat] = RefusedError(400, description, migrate_to_chat_id=int(new))

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/bot{token}/{method}", self._call)

    def too_many(self) -> web.Response:
        return _refused(self._flood(self.retry_after))

    def said(self, chat: str, text: str, person: int = 777000, **more: Any) -> int:
        """A person writes; the number of the update."""
        kind = self.kinds.get(chat) or ("supergroup" if chat.startswith("-") else "private")
        self._last_id[chat] += 1
        message = {"message_id": self._last_id[chat], "date": int(time.time()), "chat": {"id": int(chat), "type": kind}}
        if kind == "channel":
            message["sender_chat"] = {"id": int(chat), "type": kind}
        else:
            message["from"] = {"id": person, "is_bot": False, "first_name": "A person"}
        return self.update("channel_post" if kind == "channel" else "message", {**message, "text": text, **more})

    def pressed(self, chat: str, data: str, person: int = 777000, message: str = "1", **more: Any) -> int:
        """A person presses a button below a message; the number of the update."""
        kind = self.kinds.get(chat) or ("supergroup" if chat.startswith("-") else "private")
        below = {"message_id": int(message), "date": int(time.time()), "chat": {"id": int(chat), "type": kind}, **more}
        who = {"id": person, "is_bot": False, "first_name": "A person"}
        press = {"id": f"press{self._last_update + 1}", "from": who, "message": below, "data": data}
        return self.update("callback_query", press)

    def asked_inline(self, text: str, person: int = 777000) -> int:
        """A person types our name and these words, in whatever chat; the number of the update."""
        question = f"question{self._last_update + 1}"
        self._questions[question] = text, time.monotonic()
        who = {"id": person, "is_bot": False, "first_name": "A person"}
        return self.update("inline_query", {"id": question, "from": who, "query": text[:256], "offset": ""})

    def update(self, kind: str, what: dict[str, Any]) -> int:
        """Something happens; the number of the update."""
        self._last_update += 1
        self.updates.append({"update_id": self._last_update, kind: what})
        return self._last_update

    def plain(self, chat: str) -> list[str]:
        """The texts that a chat shows, in order."""
        return [message.text for message in self.messages if message.chat == chat]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        params, method = await params_of(request), request.match_info["method"]
        self.note(method, params)
        if request.match_info["token"] != self.token:
            return _refused(RefusedError(401, "Unauthorized"))
        if self.logged_out:
            return _refused(RefusedError(400, "Logged out"))
        if method == "sendMessage":
            chat = str(params.get("chat_id", ""))
            return await self.taken_with_faults(
                request, lambda: self._answer(self._send_message, params), address=self.names.get(chat, chat)
            )
        if method == "getUpdates":
            return await self._get_updates(request, params)
        methods = {
            "editMessageText": self._edit,
            "answerCallbackQuery": self._answer_press,
            "answerInlineQuery": self._answer_inline,
            "createForumTopic": self._make_topic,
            "setMyCommands": self._set_menu,
            "getMe": self._get_me,
            "getChat": self._get_chat,
            "getChatMember": self._get_chat_member,
            "forwardMessage": self._forward_message,
            "deleteMessage": self._delete_message,
        }
        call = methods.get(method, _no_method)
        return await self.taken_with_faults(request, lambda: self._answer(call, params), method)

    def _answer(self, method: Any, params: dict[str, Any]) -> web.Response:
        try:
            return web.json_response({"ok": True, "result": method(params)})
        except ParseError as error:
            return _refused(RefusedError(400, str(error)))
        except RefusedError as error:
            return _refused(error)

    async def _get_updates(self, request: web.Request, params: dict[str, Any]) -> web.StreamResponse:
        """Held open until something is there. A second poller ends the first (409), as Telegram does it."""
        self._polls += 1
        mine, until = self._polls, time.monotonic() + float(params.get("timeout", 0))
        self.offset = int(params.get("offset", 0))
        self.updates[:] = [one for one in self.updates if one["update_id"] >= self.offset]
        while not self.updates and time.monotonic() < until and mine == self._polls and not self.other_poller:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        if mine != self._polls or self.other_poller:
            said = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            return _refused(RefusedError(409, said))
        found = list(self.updates[:100])
        return await self.taken_with_faults(request, lambda: self._answer(lambda _: found, params), "getUpdates")

    def _edit(self, params: dict[str, Any]) -> dict[str, Any]:
        chat, number = self._chat(params), str(params["message_id"])
        text, links = _text(params)
        _check_markup(json.loads(params.get("reply_markup", "{}")))
        for place, one in enumerate(self.messages):
            if (one.chat, one.id) == (chat, number):
                if one.text == text:
                    raise RefusedError(400, "Bad Request: message is not modified")
                self.messages[place] = replace(one, text=text, params=params, links=links)
                self.edited.append(params)
                return {
                    "message_id": int(number),
                    "date": 0,
                    "chat": {"id": int(chat), "type": "private"},
                    "text": text,
                }
        raise RefusedError(400, "Bad Request: message to edit not found")

    def _answer_press(self, params: dict[str, Any]) -> bool:
        self.let_go.append(str(params.get("text", "")))
        return True

    def _answer_inline(self, params: dict[str, Any]) -> bool:
        """Once, within ten seconds; what a result may be is as the Bot API says."""
        text, asked = self._questions.pop(str(params["inline_query_id"]), ("", -60.0))
        if time.monotonic() - asked > 10:
            told = "query is too old and response timeout expired or query ID is invalid"
            raise RefusedError(400, f"Bad Request: {told}")
        results = json.loads(params["results"])
        ids = [one["id"] for one in results]
        if len(results) > 50:
            raise RefusedError(400, "Bad Request: RESULTS_TOO_MUCH")
        if len(set(ids)) < len(ids):
            raise RefusedError(400, "Bad Request: RESULT_ID_DUPLICATE")
        if not all(1 <= len(one.encode()) <= 64 for one in ids):
            raise RefusedError(400, "Bad Request: RESULT_ID_INVALID")
        for one in results:
            if one["type"] != "article" or not one["title"]:
                raise RefusedError(400, "Bad Request: can't parse inline query result")
            content = one["input_message_content"]
            one["shown"], _ = _text({**content, "text": content["message_text"]})
            _check_markup(one.get("reply_markup", {}))
        button = json.loads(params.get("button", "{}"))
        if button and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button["start_parameter"]):
            raise RefusedError(400, "Bad Request: START_PARAM_INVALID")
        self.inline[text] = {**params, "results": results, "button": button}
        return True

    def _make_topic(self, params: dict[str, Any]) -> dict[str, Any]:
        """In a private chat where the bot's forum mode is on, and in forums."""
        chat, name = self._chat(params), str(params["name"])
        if chat not in self.topics:
            raise RefusedError(400, "Bad Request: the chat is not a forum")
        if not 1 <= len(name) <= 128:
            raise RefusedError(400, "Bad Request: TOPIC_TITLE_EMPTY")
        number = str(100 + len(self.named))
        self.topics[chat].add(number)
        self.named[chat, number] = name
        return {"message_thread_id": int(number), "name": name, "icon_color": 7322096}

    def _set_menu(self, params: dict[str, Any]) -> bool:
        self.menu = json.loads(params["commands"])
        return True

    def _get_me(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"id": 123456789, "is_bot": True, "first_name": "Paper Round", "username": NAME}

    def _get_chat(self, params: dict[str, Any]) -> dict[str, Any]:
        number = self._chat(params)
        kind = self._kind(number)
        name = {"first_name": "A person"} if kind == "private" else {"title": "A chat"}
        return {
            "id": int(number),
            "type": kind,
            **name,
            **({"is_forum": True} if number in self.topics else {}),
            **({"permissions": self.rights[number]["everyone"]} if "everyone" in self.rights.get(number, {}) else {}),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(_GIFTS, False),
        }

    def _get_chat_member(self, params: dict[str, Any]) -> dict[str, Any]:
        chat, person = self._chat(params), str(params.get("user_id", "123456789"))
        if person != "123456789":
            status = self.members.get((chat, person), "member")
            return {"user": {"id": int(person), "is_bot": False, "first_name": "A person"}, "status": status}
        rights = self.rights.get(chat, {"status": "administrator", "can_post_messages": True})
        if rights["status"] in {"left", "kicked"} and self._kind(chat) == "channel":  # as Telegram tells it to a bot
            raise RefusedError(403, "Forbidden: bot is not a member of the channel chat")
        return {"user": self._get_me({}), **rights}

    def _kind(self, chat: str) -> str:
        return self.kinds.get(chat) or ("channel" if chat.startswith("-") else "private")

    def _check_rights(self, chat: str) -> None:
        rights = self.rights.get(chat, {"status": "administrator"})
        if rights["status"] in {"left", "kicked"}:
            raise RefusedError(403, f"Forbidden: bot is not a member of the {self._kind(chat)} chat")
        if self._kind(chat) == "channel" and not (
            rights["status"] == "administrator" and rights.get("can_post_messages", True)
        ):
            raise RefusedError(400, "Bad Request: need administrator rights in the channel chat")

    def _chat(self, params: dict[str, Any]) -> str:
        asked = str(params.get("chat_id", ""))
        chat = self.names.get(asked, asked)
        if not chat.removeprefix("-").isdecimal() or (self.chats is not None and chat not in self.chats):
            raise RefusedError(400, "Bad Request: chat not found")
        return chat

    def _send_message(self, params: dict[str, Any]) -> dict[str, Any]:
        chat, thread = self._chat(params), str(params.get("message_thread_id", ""))
        if chat in self._refusals:
            raise self._refusals[chat]
        self._check_rights(chat)
        if thread == "1" or (thread and thread not in self.topics.get(chat, {thread})):  # 1: General, sent to without
            raise RefusedError(400, "Bad Request: message thread not found")
        text, links = _text(params)
        if self.poison and self.poison in text:
            own = f" ({zlib.crc32(text.encode())})" if self.poison_differs else ""
            raise RefusedError(400, f"Bad Request: this message is beyond us{own}")
        _check_markup(json.loads(params.get("reply_markup", "{}")))
        self._check_rate(chat)
        if self.whispers and "ephemeral_message_parameters" in params:
            return self._whisper(chat, text, json.loads(params["ephemeral_message_parameters"]))
        return self._taken(chat, thread, text, params, links)

    def _whisper(self, chat: str, text: str, told: dict[str, Any]) -> dict[str, Any]:
        """In groups that the bot administers; to who is in them."""
        person = str(told["receiver_user_id"])
        if (
            self._kind(chat) not in {"group", "supergroup"}
            or self.rights.get(chat, {}).get("status") != "administrator"
        ):
            raise RefusedError(400, "Bad Request: BOT_NOT_ADMIN")
        if self.members.get((chat, person), "member") in {"left", "kicked"}:
            raise RefusedError(400, "Bad Request: USER_NOT_PARTICIPANT")
        self.whispered.append((chat, person, text))
        return {"ephemeral_message_id": len(self.whispered), "message_id": 0, "date": 0, "chat": {"id": int(chat)}}

    def _forward_message(self, params: dict[str, Any]) -> dict[str, Any]:
        to, source = self._chat(params), self._chat({"chat_id": params["from_chat_id"]})
        if to in self._refusals:
            raise self._refusals[to]
        asked = str(params["message_id"])
        found = next((one for one in self.messages if (one.chat, one.id) == (source, asked)), None)
        if found is None:
            raise RefusedError(400, "Bad Request: message to forward not found")
        copy = self._taken(to, "", found.text, params, found.links)
        return {**copy, "forward_origin": {"type": "hidden_user", "date": 0, "sender_user_name": "a channel"}}

    def _delete_message(self, params: dict[str, Any]) -> bool:
        chat, number = self._chat(params), str(params["message_id"])
        self.messages[:] = [one for one in self.messages if (one.chat, one.id) != (chat, number)]
        return True

    def _taken(self, chat: str, thread: str, text: str, params: dict[str, Any], links: list[str]) -> dict[str, Any]:
        self._last_id[chat] += 1
        number = self._last_id[chat]
        self.messages.append(Message(chat, text, params, time.time(), str(number), thread, links))
        shown = {"id": int(chat), "type": "channel"}
        return {"message_id": number, "date": int(time.time()), "chat": shown, "text": text}

    def _check_rate(self, chat: str) -> None:
        now = time.monotonic()
        if self._enforce_rates:
            mine, everyone = self._sent[chat], self._sent["*"]
            if _since(everyone, now - 1) >= 30:
                self._limit(1)
            if chat.startswith("-") and _since(mine, now - 60) >= 20:
                self._limit(int(60 - (now - mine[-20])) + 1)
            if _since(mine, now - 3) >= 3:
                self._limit(1)
        self._sent[chat].append(now)
        self._sent["*"].append(now)

    def _limit(self, seconds: int) -> None:
        self.rate_limited += 1
        raise self._flood(seconds)

    def _flood(self, seconds: int) -> RefusedError:
        return RefusedError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _refused(error: RefusedError) -> web.Response:
    body = {"ok": False, "error_code": error.status, "description": str(error)}
    if error.parameters:
        body["parameters"] = error.parameters
    return web.json_response(body, status=error.status)


def _no_method(_: dict[str, Any]) -> dict[str, Any]:
    raise RefusedError(404, "Not Found")


def _text(params: dict[str, Any]) -> tuple[str, list[str]]:
    raw = str(params.get("text", ""))
    if len(raw.encode()) > 32_768:
        raise RefusedError(400, "Bad Request: text is too long")
    if params.get("parse_mode") not in {None, "HTML"}:
        raise RefusedError(400, "Bad Request: unsupported parse_mode")
    parsed = parse(raw) if params.get("parse_mode") else None
    text = cleaned(parsed.text if parsed else raw)
    if not text:
        raise RefusedError(400, "Bad Request: message text is empty")
    if len(text) > 4096:
        raise RefusedError(400, "Bad Request: message is too long")
    return text, parsed.links if parsed else []


def _check_markup(markup: dict[str, Any]) -> None:
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    if len(buttons) > 98:
        raise RefusedError(400, "Bad Request: reply markup is too long")
    for button in buttons:
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
        url = button.get("url", "")
        if url and (not url.startswith(("http://", "https://", "tg://")) or "." not in url or " " in url):
            said = f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
            raise RefusedError(400, f"Bad Request: {said}")


def _since(times: list[float], start: float) -> int:
    return sum(1 for moment in times[-60:] if moment > start)
