"""A paper, a digest, and identity: when two sightings are one paper, and what they make together.

Does not clean text (feeds.text) and stores nothing.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain
from typing import TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

_T = TypeVar("_T")
_ARXIV_EXACT = re.compile(
    r"(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z][a-z-]*(?:\.[a-z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE | re.ASCII
)
_ARXIV_PATH = re.compile(r"^/(?:abs|pdf|html|papers|format)/(.+?)(?:\.pdf|\.md)?/?$")
_ARXIV_HOSTS = re.compile(r"^(?:[\w-]+\.)?(?:arxiv\.org|huggingface\.co|alphaxiv\.org|hf\.co)$")
_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARXIV_DOI = "10.48550/arxiv."


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as a digest gives it, or, from the store, as all its sources together give it.

    Text is plain Unicode; sequences given as lists become tuples. What a source does not know stays empty or None.
    """

    id: str
    """arXiv id without version (a string: `2503.02130` keeps its zero), else `doi:...`, URL, or a slug of the title."""
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    votes: int | None = None
    comments: int | None = None
    stars: int | None = None
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    org: str = ""
    links: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By name: `abstract`, `pdf`, `page` (Daily Papers), `code`, `project`, `thumbnail`; http or https only."""
    announced: date | None = None
    """The day of its digest (see contract: Announced)."""
    sources: tuple[str, ...] = ()
    """Names and kinds of the sources that gave it."""
    doi: str = ""
    publication: str = ""
    published: datetime | None = None
    """When the paper itself first appeared, aware."""
    replaced: bool = False
    """A new version of an older paper, not a new one."""
    crossed: bool = False
    """Listed from another category, where it is new or was before."""
    withdrawn: bool = False
    key: str = ""
    """Public key, fixed when first stored; empty outside the store."""
    entry_id: str = ""
    """`tag:` URI, fixed when first stored; empty outside the store."""
    first_seen: datetime | None = None
    updated: datetime | None = None
    """When title, abstract, authors or links last changed."""

    def __post_init__(self) -> None:
        for name in ("authors", "categories", "keywords", "sources"):
            value = getattr(self, name)
            if not isinstance(value, tuple):
                object.__setattr__(self, name, tuple(value))


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item of a digest that could not be read: where it stood and what was wrong."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What one answer, page, mail or file held, in its own order."""

    papers: tuple[Paper, ...]
    skipped: tuple[Skipped, ...] = ()
    day: date | None = None
    """The day the digest says it is of; a paper's own `announced` wins."""


def arxiv_id(text: str) -> str | None:
    """The arXiv id in an id, `arXiv:` reference, arXiv or Hugging Face URL, or arXiv DOI; version stripped.

    Old ids lose their subject class (`math.GT/0309136` is `math/0309136`: arXiv's own canonical form).
    """
    text = text.strip()
    if text.lower().startswith(("http://", "https://")):
        parts = _split(text)
        if parts is None:
            return None
        host = (parts.hostname or "").lower()
        if host in {"doi.org", "dx.doi.org"}:
            return arxiv_id(unquote(parts.path.lstrip("/")))
        found = _ARXIV_PATH.match(unquote(parts.path)) if _ARXIV_HOSTS.match(host) else None
        return arxiv_id(found[1]) if found else None
    if text.lower().startswith(("doi:", _ARXIV_DOI)):
        text = text.lower().removeprefix("doi:").removeprefix(_ARXIV_DOI)
    elif text.lower().startswith("oai:arxiv.org:"):
        text = text[len("oai:arxiv.org:") :]
    exact = _ARXIV_EXACT.fullmatch(text)
    if not exact:
        return None
    archive, slash, number = exact[1].lower().partition("/")
    return archive.partition(".")[0] + slash + number if slash else archive


def normal_doi(text: str) -> str:
    """A DOI in lower case without resolver or prefix; empty if there is none."""
    found = _DOI.match(unquote(text.strip()))
    return found[1].rstrip(".,;)").lower() if found else ""


def normal_url(url: str) -> str:
    """A URL as an identity: no scheme, `www.`, fragment, last slash or tracking parameters; empty if not http(s)."""
    parts = _split(url.strip())
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    kept = [p for p in parts.query.split("&") if p and not p.lower().startswith(("utm_", "ref=", "rss="))]
    host = parts.hostname.lower().removeprefix("www.")
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    return host + port + parts.path.rstrip("/") + ("?" + "&".join(kept) if kept else "")


def folded_title(title: str) -> str:
    """A title as an identity: letters and digits alone, case and accents folded."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    return "".join(c for c in decomposed if c.isalnum())


def title_id(title: str) -> str:
    """The id of a paper known by its title alone: readable, the same for every spelling that folds alike."""
    folded = folded_title(title) or title
    words = re.sub(
        r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    )
    return f"{words.strip('-')[:48].strip('-')}-{_digest(folded)[:8]}".lstrip("-")


def keys(paper: Paper) -> tuple[str, ...]:
    """Every key by which a sighting of this paper may be recognised, strongest first."""
    found: list[str] = []
    if arxiv := _arxiv_of(paper):
        found.append(f"arxiv:{arxiv}")
    if (doi := normal_doi(paper.doi or paper.id)) and not doi.startswith(_ARXIV_DOI):
        found.append(f"doi:{doi}")
    if not arxiv and (url := normal_url(paper.links.get("abstract", ""))):
        found.append(f"url:{url}")
    if folded := folded_title(paper.title):
        found.append(f"title:{folded}")
    return tuple(found) or (f"text:{_digest(paper.title + paper.abstract)}",)


def same_paper(a: Paper, b: Paper) -> bool:
    """Whether two sightings are of one paper.

    Any shared key makes them one, except: two different arXiv ids never are; a title alone only joins when one side
    has neither arXiv id nor DOI, and the abstract's start or an author agrees, or one side has none.
    """
    arxiv_a, arxiv_b = _arxiv_of(a), _arxiv_of(b)
    if arxiv_a and arxiv_b:
        return arxiv_a == arxiv_b
    shared = set(keys(a)) & set(keys(b))
    if any(not key.startswith("title:") for key in shared):
        return True
    return bool(shared) and (not _has_strong_id(a) or not _has_strong_id(b)) and _text_agrees(a, b)


def refreshed(before: Paper, now: Paper) -> Paper:
    """What one source says of a paper, after it spoke again: its newest word, and its older one where it is silent."""
    silent = {
        name: getattr(before, name)
        for name in ("title", "abstract", "authors", "votes", "comments", "stars", "categories", "keywords", "org")
        if getattr(now, name) in (None, "", ()) and getattr(before, name)
    }
    links = {**before.links, **now.links}
    # An abstract is missing in a replacement's listing; that does not make an older paper a replacement.
    replaced, crossed = now.replaced and before.replaced, now.crossed and before.crossed
    return replace(now, **silent, links=links, replaced=replaced, crossed=crossed)


def merge(versions: Sequence[Paper]) -> Paper:
    """One paper from what each source last said of it, ordered by when each said it, oldest first.

    The fullest text wins; links, authors and categories are united; numbers are the latest known.
    """
    lead = max(versions, key=lambda p: (len(p.abstract), len(p.title), p.title))
    ids = sorted(filter(None, map(_arxiv_of, versions))) or [lead.id]
    return replace(
        lead,
        id=ids[0],
        authors=_united([lead, *versions], "authors"),
        categories=_united(versions, "categories"),
        keywords=_united(versions, "keywords"),
        sources=_united(versions, "sources"),
        links=dict(chain.from_iterable(p.links.items() for p in (*versions, lead))),
        votes=_latest(p.votes for p in versions),
        comments=_latest(p.comments for p in versions),
        stars=_latest(p.stars for p in versions),
        org=_latest(p.org for p in versions) or "",
        doi=_latest(p.doi for p in versions) or "",
        publication=_latest(p.publication for p in versions) or "",
        announced=min((p.announced for p in versions if p.announced), default=None),
        published=min((p.published for p in versions if p.published), default=None),
        replaced=all(p.replaced for p in versions),
        crossed=all(p.crossed for p in versions),
        withdrawn=any(p.withdrawn for p in versions),
    )


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None for one that is none, such as `http://[`."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (read when asked, and may be no number)
    except ValueError:
        return None
    return parts


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _arxiv_of(paper: Paper) -> str | None:
    return arxiv_id(paper.id) or (arxiv_id(paper.links.get("abstract", "")) if paper.links else None)


def _has_strong_id(paper: Paper) -> bool:
    return keys(paper)[0].startswith(("arxiv:", "doi:"))


def _text_agrees(a: Paper, b: Paper) -> bool:
    start_a, start_b = folded_title(a.abstract[:200])[:80], folded_title(b.abstract[:200])[:80]
    if start_a and start_b and (start_a.startswith(start_b) or start_b.startswith(start_a)):
        return True
    names_a, names_b = {folded_title(n) for n in a.authors}, {folded_title(n) for n in b.authors}
    if names_a & names_b:
        return True
    return not (start_a or names_a) or not (start_b or names_b)


def _united(papers: Iterable[Paper], attribute: str) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for paper in papers:
        for value in getattr(paper, attribute):
            seen.setdefault(folded_title(value) or value, value)
    return tuple(seen.values())


def _latest(values: Iterable[_T | None]) -> _T | None:
    latest = None
    for value in values:
        if value is not None and value != "":
            latest = value
    return latest
