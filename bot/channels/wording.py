"""What a message says of a paper, in pieces of text that every channel puts into its own markup.

Escapes nothing: that is each channel's own, one function a channel. Nothing here is longer than it says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.channels.channel import Hit, Issue, Item
from feeds.known import remembered
from feeds.paper import Paper, Sentence, sentence_of
from feeds.text import first_sentences, shorten

TITLE, BRIEF_TITLE, NAME, WHY, LEAD, SENTENCE = 1000, 300, 60, 300, 400, 300
"""The most that a part may take, in UTF-16 units: Telegram counts code points, its clients UTF-16."""
BY_AI = " (by AI)"
"""After a sentence that an AI wrote."""
URL = 2000
"""Longer links are left out: Slack takes 3,000 characters (its reference), browsers about 2,000."""
PICTURES = {
    *(f"{name}.huggingface.co" for name in ("cdn-thumbnails", "cdn-avatars", "cdn-uploads")),
    *(
        "huggingface.co",
        "arxiv.org",
        "static.arxiv.org",
        "www.biorxiv.org",
        "www.medrxiv.org",
        "media.springernature.com",
    ),
}
"""Hosts whose pictures go to the platforms."""
_LABELS = (("abstract", "Abstract"), ("pdf", "PDF"), ("page", "Daily Papers"), ("code", "Code"), ("project", "Project"))
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_ARXIV = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z-]{2,12})?")
"""An archive of arXiv, or a subject of one (arxiv.org/category_taxonomy): `cs.CL`, `hep-th`, `cond-mat.mes-hall`."""
_CATEGORIES = 4
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d][\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one style."""

    text: str
    bold: bool = False
    url: str = ""


Line = tuple[Piece, ...]


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def safe(text: str) -> str:
    """The same text, as long as before, with a space for each character that no channel can carry."""
    return _UNSAFE.sub(" ", text)


def fit(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units of a text."""
    short = shorten(safe(text), limit)
    return short if units(short) <= limit else shorten(short, limit // 2)


def one_line(text: str, limit: int) -> str:
    """The same of a text that stands on one line."""
    return fit(" ".join(safe(text).split()), limit)


def sentences(text: str, limit: int) -> str:
    """The first whole sentences of a text, at most `limit` UTF-16 units."""
    short = first_sentences(text, limit)
    return short if units(short) <= limit else first_sentences(text, limit // 2)


@remembered(4096)
def sound_url(url: str) -> str:
    """A URL that platforms accept as link, button and image; empty if it is none.

    http or https, a host by name with a dot (Telegram drops others), no credentials in it, at most `URL` characters.
    """
    if len(url) > URL or re.search(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]", url):
        return ""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.hostname or "") and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if sound else ""


def links(paper: Paper) -> list[tuple[str, str]]:
    """The paper's links, as (label, URL), in a fixed order."""
    found = [(label, sound_url(paper.links.get(name, ""))) for name, label in _LABELS]
    return [(label, url) for label, url in found if url]


def thumbnail(paper: Paper) -> str:
    """The paper's image, to be fetched by the platform, never by us; empty if there is none, or on a host unknown.

    A feed may name any address: a platform that fetches it would tell a stranger who reads, or show what they like.
    """
    url = sound_url(paper.links.get("thumbnail", ""))
    return url if url and urlsplit(url).hostname in PICTURES else ""


def headline(paper: Paper, limit: int = TITLE) -> Piece:
    """The title, linked to the abstract page, else to Daily Papers, else to the first link there is."""
    known = dict(links(paper))
    best = known.get("Abstract") or known.get("Daily Papers") or next(iter(known.values()), "")
    return Piece(one_line(paper.title, limit) or one_line(paper.id, limit) or "untitled", bold=True, url=best)


def authors(names: Sequence[str], shown: int = 3) -> str:
    """The first authors, and how many more there are."""
    first = [one_line(name, NAME) for name in names[:shown]]
    more = len(names) - len(first)
    return ", ".join(first) + (f" and {more:,} more" if more else "")


def facts(paper: Paper) -> str:
    """Votes, comments, stars, day announced, organisation and arXiv's categories, as far as known."""
    counts = (("▲", paper.votes), ("💬", paper.comments), ("★", paper.stars))
    parts = [f"{sign} {count:,}" for sign, count in counts if count is not None]
    if paper.announced:
        parts.append(f"{paper.announced.day} {paper.announced:%b %Y}")
    return " · ".join(filter(None, (*parts, one_line(paper.org, NAME), " ".join(categories(paper)))))


def became(paper: Paper) -> str:
    """Where it was published, or that it was withdrawn."""
    if paper.withdrawn:
        return "This paper was withdrawn."
    place = one_line(paper.publication, TITLE)
    return f"Published in {place}" if place else ""


def categories(paper: Paper) -> list[str]:
    """The first of arXiv's categories, where it is arXiv's: other feeds have words of their own."""
    if "arxiv.org" not in paper.links.get("abstract", ""):
        return []
    return [one for one in paper.categories if _ARXIV.fullmatch(one)][:_CATEGORIES]


def why(hits: Sequence[Hit]) -> str:
    """Each alert that called for the paper, and the reader's own keywords that were found; each word of these once."""
    said = set[str]()
    parts = []
    for hit in hits:
        name, found = one_line(hit.alert, NAME), _words(hit)
        named_so = name.casefold() in {word.casefold() for word in found}
        words = [word for word in found if word.casefold() not in {*said, name.casefold()}]
        said |= {name.casefold(), *(word.casefold() for word in words)}
        parts.append((" · " if named_so else ": ").join(filter(None, (name, " · ".join(words)))))
    return fit("; ".join(filter(None, parts)), WHY)


def lead(sentence: Sentence, limit: int) -> Line:
    """A paper's sentence, and that an AI wrote it where one did."""
    if not sentence.text:
        return ()
    return (Piece(one_line(sentence.text, limit)), *((Piece(BY_AI),) if sentence.by_ai else ()))


def in_full(issue: Issue) -> list[list[Line]]:
    """The first papers of an issue: linked title; authors, votes and why; its sentence."""
    several = len(issue.names) > 1
    return [_brief(item, why(item.hits) if several else keywords(item.hits)) for item in issue.items[: issue.full]]


def titles(issue: Issue) -> list[Piece]:
    """The linked titles of the others."""
    return [headline(item.paper, BRIEF_TITLE) for item in issue.items[issue.full :]]


def _brief(item: Item, reason: str) -> list[Line]:
    paper = item.paper
    votes = f"▲ {paper.votes:,}" if paper.votes is not None else ""
    about = " · ".join(filter(None, (_short_authors(paper.authors), votes, reason)))
    lines = [(headline(paper, BRIEF_TITLE),), (Piece(about),), lead(sentence_of(paper), SENTENCE)]
    return [line for line in lines if line and line[0].text]


def keywords(hits: Sequence[Hit]) -> str:
    """The reader's own keywords that were found, whatever the alert."""
    return fit(" · ".join(dict.fromkeys(word for hit in hits for word in _words(hit))), WHY)


def _words(hit: Hit) -> list[str]:
    return list(dict.fromkeys(one_line(reason.term, NAME) for reason in hit.reasons))


def _short_authors(names: Sequence[str]) -> str:
    return one_line(names[0], NAME) + (" et al." if len(names) > 1 else "") if names else ""
