"""An answer as Slack shows it: its text, with buttons below that say words for us; and the app's home. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.channels.slack.message import TEXT, fallback
from bot.channels.slack.sheets import Block
from bot.channels.wording import fit, safe
from bot.chat.reply import CARET, Button, Reply
from bot.chat.slack.events import OPEN, QUERY, SUBSCRIBE

_LABEL, _VALUE = 75, 2000
"""Characters of a button's text and of its value (Slack's reference)."""
_LINK = re.compile(r"(https?://\S+)")


def message(reply: Reply) -> dict[str, Any]:
    """`text` and `blocks`, and nothing that Slack would unfold, link or style by itself."""
    text = safe(fit(reply.text, TEXT - 96))
    copied = [_preformatted(reply.copied)] if reply.copied else []
    blocks = [_text(text), *copied, *_buttons(reply.buttons)]
    told = fallback([*text.splitlines(), *reply.copied.splitlines()], "")
    return {"text": told, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def home(chat: str, answer: dict[str, Any], sign: str) -> dict[str, Any]:
    """The app's home: a field for a query, what was answered, and the list. `chat`: the direct messages with them."""
    field = {
        "type": "input",
        "dispatch_action": True,
        "label": _plain("Bring me new papers about"),
        "element": {
            "type": "plain_text_input", "action_id": SUBSCRIBE, "max_length": _VALUE, "placeholder": _plain("diffusion")
        },
    }  # fmt: skip
    more = [Button("All my subscriptions", "list"), Button("What else?", "help")]
    look = {"type": "button", "text": _plain("With a preview"), "value": chat, "action_id": OPEN}
    note = {"type": "section", "text": _plain(f"They come as direct messages. In a channel: {sign}subscribe diffusion")}
    (row,) = _buttons([more], "home")
    row = {**row, "elements": [look, *row["elements"]]}
    blocks = [field, *answer["blocks"], {"type": "divider"}, row, note]
    return {"type": "home", "private_metadata": chat, "blocks": blocks}


def modal(where: str, below: str = "") -> dict[str, Any]:
    """A field for a query, and below it what it would have brought. `where`: kept by Slack, told with what is typed."""
    field = {
        "type": "input", "block_id": QUERY, "dispatch_action": True,
        "label": _plain("Bring me new papers about"),
        "hint": _plain('Words, "phrases in quotes", OR, -without, author:"Y. Bengio", votes>=20'),
        "element": {
            "type": "plain_text_input", "action_id": QUERY, "max_length": _VALUE, "placeholder": _plain("diffusion"),
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]},
        },
    }  # fmt: skip
    shown = [{"type": "divider"}, _text(safe(fit(below, TEXT - 96)))] if below.strip() else []
    words = {"title": _plain("New papers"), "submit": _plain("Subscribe"), "close": _plain("Cancel")}
    return {"type": "modal", "callback_id": QUERY, "private_metadata": where, **words, "blocks": [field, *shown]}


def _buttons(rows: Sequence[Sequence[Button]], name: str = "") -> list[Block]:
    made = ([_button(one, f"{name}{row}.{place}") for place, one in enumerate(some)] for row, some in enumerate(rows))
    return [{"type": "actions", "elements": some} for some in made if some]


def _button(one: Button, name: str) -> Block:
    style = {"style": one.style} if one.style == "danger" else {}
    text = _plain(fit(one.label, _LABEL))
    return {"type": "button", "text": text, "value": one.says[:_VALUE], "action_id": name, **style}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _text(text: str) -> Block:
    """Rich text has no markup that could hide in it. What stands above a caret keeps its width."""
    return {"type": "rich_text", "elements": list(_pieces(text))}


def _preformatted(text: str) -> Block:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": safe(text)}]}],
    }


def _pieces(text: str) -> Iterator[Block]:
    for number, part in enumerate(CARET.split(text)):
        kept = part if number % 2 else part.strip("\n")
        if kept:
            kind = "rich_text_preformatted" if number % 2 else "rich_text_section"
            yield {"type": kind, "elements": [_element(one) for one in _LINK.split(kept) if one]}


def _element(text: str) -> Block:
    return {"type": "link", "url": text, "text": text} if _LINK.fullmatch(text) else {"type": "text", "text": text}
