"""JSON as servers send it, read once; what is no JSON (NaN, Infinity, absurd numbers) spoils the object around it.

Knows nothing of papers.
"""

import json
from collections.abc import Mapping
from typing import Never

from feeds.digests.error import DigestError

_NO_NUMBER = object()
"""Stands for what is no number; as a key it marks an object that holds one, at whatever depth."""
_MOST_OBJECTS = 200_000
"""A hundred papers have 5,000, and one of 3,303 authors 7,000 more; each takes memory, however small."""
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_MOST_DIGITS = 300
"""More than any count has. Python refuses to read more than 4,300 (docs.python.org, int-max-str-digits)."""


def read_json(data: bytes) -> object:
    """A JSON value. Raises DigestError where it is none, nested absurdly, or of absurdly many parts."""
    if len(data) > _MOST_OBJECTS and _is_absurd(data):
        raise DigestError("JSON of absurdly many parts, or nested too deeply")
    try:
        text = data.decode(json.detect_encoding(data), "replace")
        return _strict(text) or _lenient(text)
    except RecursionError:
        raise DigestError("JSON nested too deeply") from None
    except ValueError as error:
        raise DigestError(f"not JSON: {_instead(data) or error}") from None


def is_spoilt(value: object) -> bool:
    """Whether a value holds what is no number of JSON's. Only one number is bad, but nobody knows what it was."""
    if isinstance(value, list):
        return any(map(is_spoilt, value))
    return value is _NO_NUMBER or (isinstance(value, dict) and _NO_NUMBER in value)


def _instead(data: bytes) -> str:
    """What is there in its place, where that says more than a position does: servers in trouble answer with a page."""
    if not data.strip():
        return "the answer is empty"
    return "the answer is a web page" if data.lstrip(_BLANKS).startswith(b"<") else ""


def _is_absurd(data: bytes) -> bool:
    """Whether reading it would cost far more memory than it has bytes.

    Objects and texts have more quotes than commas; with more commas it is a list of numbers (2 million: 100 MB).
    """
    commas = data.count(b",")
    return data.count(b"{") + data.count(b"[") > _MOST_OBJECTS or commas > max(_MOST_OBJECTS, data.count(b'"'))


def _strict(text: str) -> object:
    """The value, or None where something in it is no JSON; most answers are read by this alone."""
    try:
        value: object = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError:
        raise
    except ValueError:  # NaN, Infinity, or a number of too many digits
        return None
    return value


def _lenient(text: str) -> object:
    return json.loads(text, parse_constant=lambda _: _NO_NUMBER, parse_int=_integer, object_hook=_marked)


def _refuse(constant: str) -> Never:
    raise ValueError(constant)


def _integer(digits: str) -> object:
    return int(digits) if len(digits) <= _MOST_DIGITS else _NO_NUMBER


def _marked(holder: dict[object, object]) -> Mapping[object, object]:
    if any(map(is_spoilt, holder.values())):
        holder[_NO_NUMBER] = True
    return holder
