"""Row 45: a reader that breaks, by a bug of ours or of a library's, costs the item that meets it, or this digest."""

from pathlib import Path
from typing import Any

import pytest

from feeds.digests import DigestError, parse_digest, sniff
from feeds.digests.reading import PARSERS

DATA = Path(__file__).parent / "data"
INPUTS = {kind: next(iter(sorted(DATA.glob(f"{name}.input")))) for kind, name in {
    "huggingface": "huggingface-2026", "huggingface-page": "huggingface-page-list", "page-text": "page-text-plain",
    "arxiv-feed": "arxiv-feed-rss", "arxiv-api": "arxiv-api-new", "arxiv-mail": "arxiv-mail-eml",
    "scholar-mail": "scholar-mail", "daily-papers-mail": "daily-papers-mail", "feed": "feed-rss"}.items()}  # fmt: skip
MODULES = {kind: kind.replace("-", "_") for kind in PARSERS} | {"huggingface-page": "huggingface"}
ERRORS = [AttributeError("'str' object has no attribute 'get'"), IndexError(), KeyError("x"), RecursionError("deep"),
    MemoryError(), UnicodeError("bad"), AssertionError()]  # fmt: skip


class Planted:
    """Does what a function does, but raises when it meets one text."""

    def __init__(self, real: Any, marked: str, error: Exception) -> None:
        self._real, self._marked, self._error = real, marked, error

    def __call__(self, text: str, *more: Any) -> Any:
        if self._marked in " ".join(text.split()):
            raise self._error
        return self._real(text, *more)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("kind", PARSERS)
def test_an_item_whose_reader_breaks_is_skipped_and_named(
    monkeypatch: pytest.MonkeyPatch, kind: str, error: Exception
) -> None:
    data = INPUTS[kind].read_bytes()
    whole = parse_digest(data)
    lost = whole.papers[-1]
    name = f"feeds.digests.{MODULES[kind]}"
    module = __import__(name, fromlist=["title_text"])
    if kind in {"daily-papers-mail", "huggingface-page"}:
        monkeypatch.setattr(module, "arxiv_links", Planted(module.arxiv_links, lost.id, error))
    else:
        monkeypatch.setattr(module, "title_text", Planted(module.title_text, lost.title, error))

    digest = parse_digest(data, kind)

    assert digest.papers == whole.papers[:-1]
    (told,) = [one for one in digest.skipped if one not in whole.skipped]
    assert told.item
    assert type(error).__name__ in told.reason
    assert "its reader broke" in told.reason


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("kind", PARSERS)
def test_a_digest_whose_reader_breaks_is_a_digest_error_with_its_cause(
    monkeypatch: pytest.MonkeyPatch, kind: str, error: Exception
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setitem(PARSERS, kind, broken)  # type: ignore[misc]
    with pytest.raises(DigestError, match=type(error).__name__) as caught:
        parse_digest(INPUTS[kind].read_bytes())
    assert caught.value.__cause__ is error
    assert "broke" in str(caught.value)


def test_a_digest_that_cannot_be_recognised_is_a_digest_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise TypeError("planted")

    monkeypatch.setattr("feeds.digests.sniffing.is_mail", broken)
    for ask in (sniff, parse_digest):
        with pytest.raises(DigestError, match="planted") as caught:
            ask(b"<rss><channel><item/></channel></rss>")
        assert isinstance(caught.value.__cause__, TypeError)


def test_a_feed_on_which_feedparser_breaks_is_a_digest_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("feedparser.parse", broken)
    with pytest.raises(DigestError, match="ZeroDivisionError") as caught:
        parse_digest(INPUTS["feed"].read_bytes())
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_an_unknown_kind_is_a_mistake_of_the_callers() -> None:
    with pytest.raises(KeyError):
        parse_digest(b"", "no such kind")
