"""Every kind of source. A new one is a folder beside this file, and a line here."""

from collections.abc import Mapping

from bot.sources.arxiv import KIND as ARXIV
from bot.sources.feed import KIND as FEED
from bot.sources.files import KIND as FILES
from bot.sources.huggingface import KIND as HUGGINGFACE
from bot.sources.imap import KIND as IMAP
from bot.sources.kind import PATIENCE, SourceKind

SOURCES: Mapping[str, SourceKind] = {kind.name: kind for kind in (HUGGINGFACE, ARXIV, FEED, IMAP, FILES)}
"""By the word that the file has for it."""


def patience_of(kind: str) -> float:
    """Seconds for which a source of a kind may give nothing while it is read."""
    return SOURCES[kind].patience if kind in SOURCES else PATIENCE


def kind_gathers(kind: str) -> bool:
    """Whether a source of a kind gives digests of many kinds."""
    return kind in SOURCES and SOURCES[kind].gathers
