"""Parts of a page that can be taken over into the next one, each between comments that say what it was made from."""

from collections.abc import Mapping

from markupsafe import Markup

_END = "<!--/-->"


def piece(html: Markup, mark: str) -> Markup:
    """The part with its mark, of letters, digits and hyphens; without one it cannot be taken over."""
    return Markup(f"<!--{mark}-->{html}{_END}") if mark else html  # noqa: S704  (marks are made here, from no text)


def pieces(page: str) -> Mapping[str, Markup]:
    """Every such part of a page of ours, ready to stand in another, by its mark. No text on a page holds a raw `<`."""
    parts = (part.partition("-->") for part in page.split("<!--"))
    return {mark: Markup(f"<!--{mark}-->{html}{_END}") for mark, _, html in parts if mark != "/" and html}  # noqa: S704
