"""Parts of a page that can be taken over into the next one, each between comments that say what it was made from."""

from collections.abc import Mapping

from markupsafe import Markup

_BEGIN, _END = "<!--", "<!--/-->"


def piece(html: Markup, mark: str) -> Markup:
    """The part with its mark, of letters, digits and hyphens; without one it cannot be taken over."""
    return Markup(f"<!--{mark}-->{html}{_END}") if mark else html  # noqa: S704  (marks are made here, from no text)


def pieces(page: str) -> Mapping[str, Markup]:
    """Every such part of a page of ours, ready to stand in another, by its mark. No text on a page holds a raw `<`."""
    found: dict[str, Markup] = {}
    start = page.find(_BEGIN)
    while start >= 0 and (end := page.find(_END, start) + len(_END)) > start:
        mark = page[start + len(_BEGIN) : page.find("-->", start)]
        found[mark] = Markup(page[start:end])  # noqa: S704  (as we wrote it)
        start = page.find(_BEGIN, end)
    return found


def moved(part: Markup, mark: str, root: str, new_root: str) -> Markup:
    """Such a part as it is made for a page from where `new_root` leads to the start page's folder, with that mark.

    It was made for one from where `root` does, a folder below at least. No text on a page holds a raw `"`.
    """
    html = str(part).partition("-->")[2]  # a Markup would escape what is put into it
    return Markup(f"<!--{mark}-->" + html.replace(f'="{root}', f'="{new_root}'))  # noqa: S704  (as it was)
