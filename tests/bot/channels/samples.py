"""Papers and items for the tests of channels."""

import re
from collections.abc import Sequence
from datetime import date
from html import unescape
from typing import Any

from hypothesis import strategies as st

from bot.channels.channel import Hit, Issue, Item
from feeds.match import Reason
from feeds.paper import Paper

ABSTRACT = (
    "We study diffusion models for video. They are slow, e.g. on long clips. "
    "Our sampler needs four steps. It also helps flow matching on small data sets."
)
LINKS = {
    "abstract": "https://arxiv.org/abs/2601.00001",
    "pdf": "https://arxiv.org/pdf/2601.00001",
    "page": "https://huggingface.co/papers/2601.00001",
    "thumbnail": "https://cdn-thumbnails.huggingface.co/2601.00001.png",
}


def paper(**more: Any) -> Paper:
    known = {
        "id": "2601.00001",
        "title": "Four Steps Are Enough",
        "abstract": ABSTRACT,
        "authors": ("Ada Lovelace", "Alan Turing"),
        "votes": 38,
        "announced": date(2026, 1, 5),
        "org": "A Lab",
        "links": LINKS,
    }
    return Paper(**(known | more))


def reason(word: str, text: str = ABSTRACT, term: str = "") -> Reason:
    """A match of `word` where it first stands in the abstract."""
    start = text.index(word)
    return Reason(term or word, "abstract", start, start + len(word))


def item(*words: str, **more: Any) -> Item:
    """One paper for the alert `diffusion`, matched by these words of its abstract."""
    one = paper(**more)
    return Item(one, (Hit("diffusion", tuple(reason(word, one.abstract) for word in words)),))


def issue(items: Sequence[Item], *names: str, full: int = 10, **more: Any) -> Issue:
    """These papers in one digest of alerts of these names."""
    return Issue(names or ("diffusion",), tuple(items), full, **more)


def quoted(html: str) -> list[tuple[str, str]]:
    """Titles and links of a Telegram message's folded quotes, and nothing else may stand in them."""
    found = []
    for quote in re.findall(r"<blockquote expandable>(.*?)</blockquote>", html, re.DOTALL):
        for line in quote.split("\n\n"):
            linked = re.fullmatch(r'<a href="([^"]*)">([^<]*)</a>|([^<]*)', line, re.DOTALL)
            assert linked, line
            found.append((unescape(linked[2] or linked[3] or ""), unescape(linked[1] or "")))
    return found


@st.composite
def any_items(draw: st.DrawFn) -> Item:
    """A paper whose every text is anything that Python can hold, and reasons that lie anywhere."""
    text = st.text(st.characters(), max_size=60) | st.sampled_from(
        ["<b>&", "*_~`", "<!channel>", "&amp;", "\U0001f600" * 900]
    )
    number = st.integers(-5, 200)
    reasons = st.builds(Reason, text, st.sampled_from(["title", "abstract"]), number, number)
    hits = st.builds(Hit, text, st.lists(reasons, max_size=5).map(tuple))
    links = st.dictionaries(
        st.sampled_from(["abstract", "pdf", "page", "code", "thumbnail"]),
        text
        | st.sampled_from(
            ["https://arxiv.org/abs/1?a=\"&b=<'>", "javascript:alert(1)", "http://[::1]/", "https://u:p@host.example/"]
        ),
    )
    return Item(
        paper(
            id=draw(text) or "id",
            title=draw(text),
            abstract=" ".join(draw(st.lists(text, max_size=8))),
            authors=tuple(draw(st.lists(text, max_size=5))),
            org=draw(text),
            links=draw(links),
            votes=draw(st.none() | st.integers(0, 10**6)),
        ),
        tuple(draw(st.lists(hits, max_size=3))),
    )
