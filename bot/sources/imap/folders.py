"""Names of folders: as people write them, as the server does (modified UTF-7: RFC 3501, 5.1.3), and which is meant."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from imap_tools.imap_utf7 import utf7_decode, utf7_encode

_LISTED = re.compile(
    rb'\((?P<flags>[^)]*)\) (?P<delimiter>"(?:\\.|[^"])*"|NIL) (?P<name>.+)', re.DOTALL | re.IGNORECASE
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_NEAREST = 3
"""Folders named where the one asked for is not there."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that the server has."""

    wire: bytes
    """Its name as the server takes it, without quotes."""
    name: str
    """The same for people."""
    delimiter: str
    """Between the levels of its name; empty where there are none."""


def spelled(name: str) -> bytes:
    """A name that people wrote, as the server takes it."""
    return utf7_encode(unicodedata.normalize("NFC", name))


def quoted(wire: bytes) -> bytes:
    """A name as an argument of a command."""
    return b'"' + wire.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def listed(answer: Iterable[object]) -> list[Folder]:
    """What LIST answered, as imaplib gives it: a line, or a line and a literal. Lines that are none are left out."""
    found = [_of_line(*one[:2]) if isinstance(one, tuple) else _of_line(one) for one in answer]
    return [one for one in found if one and one.wire]


def meant(written: str, folders: Sequence[Folder]) -> Folder | None:
    """The folder that somebody means: spelled so, or else the only one that is so but for case, levels and root."""
    for one in folders:
        if one.wire == written.encode("utf-8") or _plain(one.name) == _plain(written):
            return one
    for likeness in (_loose, _without_root):
        near = {one.wire: one for one in folders if likeness(written, one) == _loose(one.name, one)}
        if len(near) == 1:
            return next(iter(near.values()))
    return None


def nearest(written: str, folders: Sequence[Folder]) -> str:
    """The folders that are named most like it, in words; its last level counts too."""
    names = {one.name.casefold(): one.name for one in folders}
    last = {re.split(r"[/.]", name)[-1]: name for name in names}
    wanted = written.casefold()
    near = get_close_matches(wanted, names, _NEAREST, 0.5)
    near += [last[one] for one in get_close_matches(re.split(r"[/.]", wanted)[-1], last, _NEAREST, 0.6)]
    chosen = list(dict.fromkeys(near))[:_NEAREST] or sorted(names)[:_NEAREST]
    return ", ".join(names[one] for one in chosen)


def _of_line(line: object, literal: object = None) -> Folder | None:
    found = _LISTED.match(line) if isinstance(line, bytes) else None
    if found is None:
        return None
    wire = literal if isinstance(literal, bytes) else _unquoted(found["name"].strip())
    delimiter = b"" if found["delimiter"].upper() == b"NIL" else _unquoted(found["delimiter"])
    return Folder(wire, _decoded(wire), delimiter.decode("latin-1"))


def _unquoted(text: bytes) -> bytes:
    inner = text[1:-1] if text[:1] == text[-1:] == b'"' and len(text) > 1 else text
    return _ESCAPED.sub(rb"\1", inner) if inner is not text else text


def _decoded(wire: bytes) -> str:
    """For people; a server that writes no modified UTF-7 mostly writes UTF-8."""
    try:
        return utf7_decode(wire) if wire.isascii() else wire.decode()
    except ValueError:
        return wire.decode("latin-1")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _loose(name: str, folder: Folder) -> str:
    """Without case, and with one sign between levels."""
    return _plain(name).casefold().replace(folder.delimiter or "/", "/").replace(".", "/")


def _without_root(name: str, folder: Folder) -> str:
    """The same below the root that some servers put all folders under (`INBOX.Lists`), or below `[Gmail]`."""
    root, _, _ = _loose(folder.name, folder).partition("/")
    return f"{root}/{_loose(name, folder)}" if root in {"inbox", "[gmail]", "[google mail]"} else ""
