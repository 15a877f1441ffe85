"""Block Kit as Slack checks it, and what a message shows: its plain text, its live links and mentions."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

_CONTROL = re.compile(r"<([^<>\n]+)>")


@dataclass
class Shown:
    text: str = ""
    links: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)


class BlockError(ValueError):
    """Slack's error code, and what `response_metadata.messages` says."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.detail = detail


def show_mrkdwn(text: str, *, autolink: bool = True) -> Shown:
    """Text with Slack's control sequences followed; three entities are decoded. `parse="none"` links nothing itself."""
    shown = Shown()

    def live(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target[0] in "!@#":
            shown.mentions.append(found[0])
            return found[0]
        shown.links.append(target)
        return label or target

    shown.text = _decoded(_CONTROL.sub(live, text))
    if autolink:
        shown.links += re.findall(r"(?<![\w<|])https?://[^\s<>|]+", _CONTROL.sub(" ", text))
    return shown


def show(blocks: list[dict[str, Any]], *, home: bool = False) -> Shown:
    """What blocks show, or BlockError. `home`: of a view, which may have fields, and twice as many."""
    _expect(len(blocks) <= (100 if home else 50), "no more than 50 items allowed [json-pointer:/blocks]")
    if len(json.dumps(blocks, ensure_ascii=False)) > 13_200:
        raise BlockError("msg_blocks_too_long")
    parts = [_show_block(block) for block in blocks]
    merged = Shown("\n".join(part.text for part in parts))
    for part in parts:
        merged.links += part.links
        merged.mentions += part.mentions
        merged.bold += part.bold
    return merged


def _show_block(block: dict[str, Any]) -> Shown:
    kind = block.get("type")
    if kind == "header":
        _expect(block["text"]["type"] == "plain_text", "header is plain_text")
        return _show_text(block["text"], 150)
    if kind == "section":
        _check_accessory(block.get("accessory"))
        return _show_text(block["text"], 3000)
    if kind == "rich_text":
        return _show_rich_text(block)
    if kind == "actions":
        return _show_actions(block)
    if kind == "input":
        return _show_text(block["label"], 2000)
    _expect(kind == "divider", f"unsupported type: {kind}")
    return Shown()


def _show_text(text: dict[str, Any], limit: int) -> Shown:
    _expect(text.get("type") in {"plain_text", "mrkdwn"}, "unsupported text type")
    _expect(1 <= len(text.get("text", "")) <= limit, f"must be 1 to {limit} characters")
    verbatim = text.get("verbatim", False)
    return show_mrkdwn(text["text"], autolink=not verbatim) if text["type"] == "mrkdwn" else Shown(text["text"])


def _show_actions(block: dict[str, Any]) -> Shown:
    elements = block["elements"]
    _expect(1 <= len(elements) <= 25, "1 to 25 elements")
    names = {one["action_id"] for one in elements}
    _expect(len(names) == len(elements) and all(1 <= len(one) <= 255 for one in names), "action_id must be unique")
    for one in elements:
        _expect(one["type"] == "button" and one["text"]["type"] == "plain_text", "unsupported element")
        _expect(1 <= len(one["text"]["text"]) <= 75, "a label has 1 to 75 characters")
        _expect(1 <= len(one["value"]) <= 2000, "a value has 1 to 2000 characters")
        _expect(one.get("style") in {None, "primary", "danger"}, "unknown style")
    return Shown(" ".join(f"[{one['text']['text']}]" for one in elements))


def _show_rich_text(block: dict[str, Any]) -> Shown:
    shown = Shown()
    for number, section in enumerate(block["elements"]):
        shown.text += "\n" if number else ""
        _expect(section["type"] in {"rich_text_section", "rich_text_preformatted"}, "unsupported rich text element")
        _expect(bool(section["elements"]), "empty rich text section")
        for element in section["elements"]:
            _show_element(element, shown)
    return shown


def _show_element(element: dict[str, Any], shown: Shown) -> None:
    kind = element.get("type")
    if kind in {"user", "usergroup", "channel", "broadcast"}:
        shown.mentions.append(str(element))
        return
    _expect(kind in {"text", "link"}, f"unsupported rich text element {kind}")
    _expect(set(element) <= {"type", "text", "url", "style"}, "unknown property")
    _expect(bool(element["text"]), "empty text")
    shown.text += element["text"]
    if element.get("style", {}).get("bold"):
        shown.bold.append(element["text"])
    if kind == "link":
        _expect(element["url"].startswith(("http://", "https://")) and len(element["url"]) <= 3000, "bad url")
        shown.links.append(element["url"])


def _check_accessory(accessory: dict[str, Any] | None) -> None:
    if accessory is None:
        return
    _expect(accessory.get("type") == "image", "unsupported accessory")
    _expect(accessory.get("image_url", "").startswith("https://"), "image_url must be https")
    _expect(1 <= len(accessory.get("alt_text", "")) <= 2000, "alt_text is needed")


def _decoded(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _expect(condition: bool, detail: str) -> None:
    if not condition:
        raise BlockError("invalid_blocks", detail)
