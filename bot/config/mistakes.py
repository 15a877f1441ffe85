"""What is wrong with a file, as pydantic tells it, in our words: one line, the key at fault, what to write instead."""

import re
from collections.abc import Collection, Iterable, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from bot.config.tables import WHOLE, RefusedQueryError
from bot.process.secrecy import without_secrets
from bot.rules.nearest import did_you_mean
from bot.sources.registry import SOURCES

_WRONG_TYPE = {
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "tuple_type": "must be a list in [ ]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "missing": "is missing",
    "string_too_short": "is empty",
    "too_short": "is empty",
}
_PATTERNS = {
    "slug": "small letters, digits and hyphens, 64 at most: streaming-models",
    "listen": "127.0.0.1:8000",
    "telegram_bot": "paper_round_bot",
}


_KINDS = {
    **dict.fromkeys(("rss", "atom", "xml", "blog", "web"), "feed"),
    **dict.fromkeys(("mail", "email", "gmail", "mailbox", "pop3"), "imap"),
    **dict.fromkeys(("hf", "daily-papers", "dailypapers"), "huggingface"),
    **dict.fromkeys(("file", "folder", "inbox", "directory"), "files"),
}
"""What people call a kind of source."""


class ConfigError(Exception):
    """A configuration that can't be used: the key at fault and what to do, in one line, without secrets."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(without_secrets(f"{key}: {problem}" if key else problem))
        self.key = key


def explained(error: ValidationError) -> ConfigError:
    """The first fault, or every query at fault. Unknown keys come first: where one is mistyped, another is missing."""
    faults = sorted(error.errors(include_url=False), key=lambda fault: fault["type"] != "extra_forbidden")
    queries = [fault for fault in faults if isinstance(fault.get("ctx", {}).get("error"), RefusedQueryError)]
    if len(queries) < 2 or faults[0]["type"] == "extra_forbidden":
        return _explained(faults[0])
    return ConfigError("", "\n".join(str(_explained(fault)) for fault in queries))


def _explained(fault: Any) -> ConfigError:
    path = _as_written(fault["loc"])
    key, kind = _dotted(path), fault["type"]
    if kind.startswith("union_tag"):
        return ConfigError(f"{key}.kind", _kind_problem(fault.get("ctx", {}).get("tag")))
    if kind == "extra_forbidden":
        names = _keys_at(fault["loc"][:-1])
        return ConfigError(key, f"is no known key{_hint(path, names) or _known(names)}")
    return ConfigError(key, _problem(kind, fault, key))


def _as_written(path: Sequence[int | str]) -> list[int | str]:
    """A path as the file has it: pydantic puts a source's kind between its place and its keys."""
    tagged = len(path) > 2 and path[0] == "sources" and path[2] in SOURCES
    return [*path[:2], *path[3:]] if tagged else list(path)


def _hint(path: Sequence[int | str], names: Collection[str]) -> str:
    name = str(path[-1])
    meant = did_you_mean(name, names)
    if len(path) == 1 and f"{name}s" not in names and (name in SOURCES or (name in _KINDS and not meant)):
        return f'; a source of that kind is written as [[sources]] with kind = "{_KINDS.get(name, name)}"'
    return meant


def _problem(kind: str, fault: Any, key: str) -> str:
    context, name = fault.get("ctx", {}), key.rpartition(".")[2]
    if kind == "literal_error":
        value, choices = str(fault["input"]), re.findall(r"'([^']+)'", context["expected"])
        return f"{value!r} is not one of {_listed(choices)}{did_you_mean(value, choices)}"
    if kind == "string_pattern_mismatch":
        return f"{fault['input']!r} must look like {_PATTERNS.get(name, context['pattern'])}"
    if kind == "value_error":
        return str(context["error"])
    told = str(fault["msg"])
    return _of_a_table(kind, fault["input"], key) or _WRONG_TYPE.get(kind, told[0].lower() + told[1:])


def _of_a_table(kind: str, given: object, key: str) -> str:
    """How a table is written that is one, or several, or has names; empty where that is not the fault."""
    if kind == "tuple_type" and isinstance(given, dict):
        return f"must be a list of tables: write [[{key}]]"
    if kind == "dict_type" and isinstance(given, list):
        return f"must be tables with names: write [{key}.NAME]"
    return f"must be one table: write [{key}]" if _WRONG_TYPE.get(kind) == "must be a table" and key else ""


def problem_of(fault: Any) -> str:
    """What is wrong with one key of a line."""
    return "is missing" if fault["type"] == "missing" else _problem(fault["type"], fault, str(fault["loc"][-1]))


def _kind_problem(kind: str | None) -> str:
    if kind is None:
        return f"is missing; this version has {_listed(SOURCES)}"
    meant = did_you_mean(_KINDS.get(kind.lower(), kind), SOURCES)
    return f"{kind!r} is no kind of source{meant}; write {_listed(SOURCES)}"


def _keys_at(path: Iterable[int | str]) -> list[str]:
    """The keys of the table that a path leads to, as the file spells them."""
    shape: Any = WHOLE
    for step in path:
        shape = _within(shape, step)
    return keys_of(shape) if isinstance(shape, type) and issubclass(shape, BaseModel) else []


def keys_of(table: type[BaseModel]) -> list[str]:
    """The keys of a table as the file spells them."""
    return [field.alias or name for name, field in table.model_fields.items()]


def _within(shape: Any, step: int | str) -> Any:
    """What stands at one step of a path: a key of a table, an item of a list, a name, or a kind of source."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        named = {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
        return _bare(named.get(str(step)))
    if get_origin(shape) is tuple:
        return _bare(get_args(shape)[0])
    if get_origin(shape) is dict:
        return _bare(get_args(shape)[1])
    return SOURCES[str(step)].table if step in SOURCES else None


def _bare(shape: Any) -> Any:
    """A shape without what is said about it, and without `| None`."""
    if get_origin(shape) is Annotated:
        return _bare(get_args(shape)[0])
    if get_origin(shape) in {Union, UnionType}:
        some = [one for one in get_args(shape) if one is not type(None)]
        return _bare(some[0]) if len(some) == 1 else shape
    return shape


def _dotted(path: Iterable[int | str]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _listed(words: Iterable[str]) -> str:
    return " or ".join(words)


def _known(names: list[str]) -> str:
    return f"; known here: {', '.join(names)}" if names else ""
