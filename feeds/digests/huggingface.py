"""The Hugging Face Daily Papers API: a JSON list of entries, in every shape it has had since 2024.

Does not fetch; the paging and the day asked for are the source's.
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from feeds.digests.error import DigestError
from feeds.digests.fields import (
    abstract_text,
    arxiv_id,
    arxiv_links,
    count,
    instant,
    names,
    people,
    title_text,
    utc_day,
    web_links,
)
from feeds.digests.items import read_each
from feeds.digests.json_value import is_spoilt, read_json
from feeds.paper import Digest, Paper
from feeds.text import first_sentences, plain

_EASTERN_SINCE = date(2025, 3, 11)
"""From this day an entry's own publishedAt is the paper's date, no longer that of the list (measured)."""

_SPOILT = "holds NaN, Infinity or a number beyond reason"

_MOST_ENTRIES = 5_000
"""The API gives 100 at once; a recorder may keep a whole month."""
_LONGEST_SENTENCE = 600
_LONGEST_DUMP = 1_000_000
"""Far more than an entry needs; what is longer is not worth reading as Python."""


def parse(data: bytes) -> Digest:
    """The papers of an answer; an empty list is an empty digest.

    Raises DigestError if it is no JSON list of entries.
    """
    value = read_json(data)
    items, day = _unwrapped(value) if isinstance(value, dict) else (value, None)
    if not isinstance(items, list):
        raise DigestError("not a list of papers: the Daily Papers API answers with one")
    if len(items) > _MOST_ENTRIES:
        raise DigestError(f"a list of {len(items):,} things: no answer has so many papers")
    entries = [_undumped(item) for item in items]
    if entries and not any(isinstance(entry, dict) and "paper" in entry for entry in entries):
        raise DigestError(f"a list of {len(entries)} things, none of them a paper's entry")
    digest = entries_digest(entries, day)
    if not digest.papers and any(is_spoilt(entry) for entry in entries if isinstance(entry, dict)):
        raise DigestError(f"not JSON: {_SPOILT}")
    return digest


def entries_digest(entries: Sequence[object], day: date | None = None) -> Digest:
    """The digest of a list of entries; a bad one is skipped and named, `day` is what the page says of itself."""
    numbered = enumerate(entries, start=1)
    papers, skipped = read_each(numbered, lambda one: entry_paper(one[1]), lambda one: _name(one[1], one[0]))
    return Digest(tuple(papers), tuple(skipped), day or _day(papers, entries))


def entry_paper(item: object) -> Paper:
    """One entry as a paper. Raises DigestError if id, title or abstract is missing."""
    if not isinstance(item, dict):
        raise DigestError("not an object")
    paper = item.get("paper")
    if not isinstance(paper, dict):
        raise DigestError("has no paper")
    if is_spoilt(item):
        raise DigestError(_SPOILT)
    return _paper(_arxiv(paper), item, paper)


def _paper(arxiv: str, entry: Mapping[str, object], paper: Mapping[str, object]) -> Paper:
    title, abstract = _title(entry, paper), _abstract(entry, paper)
    return Paper(
        id=arxiv,
        title=title,
        abstract=abstract,
        authors=people(_authors(paper.get("authors"))),
        votes=count(paper.get("upvotes")),
        comments=count(entry.get("numComments")),
        stars=count(paper.get("githubStars")),
        keywords=names(_list(paper.get("ai_keywords"))),
        org=_org(paper) or _org(entry),
        sentence=_sentence(paper),
        links=_links(arxiv, entry, paper),
        announced=utc_day(paper.get("submittedOnDailyAt")),
        published=instant(paper.get("publishedAt")),
        withdrawn=bool(paper.get("withdrawnAt") or entry.get("withdrawnAt")),
    )


def _arxiv(paper: Mapping[str, object]) -> str:
    given = paper.get("id")
    found = arxiv_id(given) if isinstance(given, str) else None
    if not found:
        raise DigestError("has no arXiv id")
    return found


def _title(entry: Mapping[str, object], paper: Mapping[str, object]) -> str:
    for given in (entry.get("title"), paper.get("title")):  # the entry's keeps the TeX, the paper's lost parts of it
        if isinstance(given, str) and (title := title_text(given)):
            return title
    raise DigestError("has no title")


def _abstract(entry: Mapping[str, object], paper: Mapping[str, object]) -> str:
    for given in (paper.get("summary"), entry.get("summary")):
        if isinstance(given, str) and (abstract := abstract_text(given)):
            return abstract
    raise DigestError("has no abstract")


def _authors(value: object) -> Iterable[object]:
    for author in _list(value):
        if isinstance(author, dict) and author.get("hidden") is not True:
            yield author.get("name")


def _org(holder: Mapping[str, object]) -> str:
    organization = holder.get("organization")
    if not isinstance(organization, dict):
        return ""
    given = organization.get("fullname") or organization.get("name")
    return plain(given) if isinstance(given, str) else ""


def _sentence(paper: Mapping[str, object]) -> str:
    """The summary that Hugging Face has a model write: one sentence, at most 333 characters long (measured)."""
    given = paper.get("ai_summary")
    text = title_text(given) if isinstance(given, str) else ""
    return first_sentences(text, _LONGEST_SENTENCE)


def _links(arxiv: str, entry: Mapping[str, object], paper: Mapping[str, object]) -> dict[str, str]:
    given = {
        "code": paper.get("githubRepo"),
        "project": paper.get("projectPage"),
        "thumbnail": entry.get("thumbnail"),
    }
    return arxiv_links(arxiv) | {"page": f"https://huggingface.co/papers/{arxiv}"} | web_links(given)


def _day(papers: Iterable[Paper], entries: Iterable[object]) -> date | None:
    """The day all papers agree on; for answers older than submittedOnDailyAt the latest day an entry was listed."""
    days = {paper.announced for paper in papers if paper.announced}
    if days:
        return days.pop() if len(days) == 1 else None
    listed = [day for entry in entries if isinstance(entry, dict) and (day := utc_day(entry.get("publishedAt")))]
    latest = max(listed, default=None)
    return latest if latest and latest < _EASTERN_SINCE else None


def _unwrapped(value: Mapping[str, object]) -> tuple[object, date | None]:
    """The list in {"status", "date", "count", "data"}, as recorders of the API keep it; a count of 0 needs no list."""
    items = value.get("data", [] if value.get("count") == 0 else None)
    return items, utc_day(value.get("date"))


def _undumped(item: object) -> object:
    """An entry that a recorder wrote as Python shows it, `"{'paper': {'id': ...`, read back; others as they are."""
    if not isinstance(item, str) or not item.startswith("{'") or len(item) > _LONGEST_DUMP:
        return item
    try:
        return ast.literal_eval(item)
    except (ValueError, SyntaxError, RecursionError, MemoryError):  # what its documentation names
        return item


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _name(item: object, position: int) -> str:
    paper = item.get("paper") if isinstance(item, dict) else None
    given = paper.get("id") if isinstance(paper, dict) else None
    return plain(given)[:80] if isinstance(given, str) and given else f"item {position}"
