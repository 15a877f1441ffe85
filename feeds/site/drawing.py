"""The templates, and what they may call. Reads the package's own data alone."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from feeds.render import CONTENT_TYPES
from feeds.render.safe import legal
from feeds.site import address
from feeds.site.assets import POLICY, TEMPLATES, VERSION
from feeds.site.card import counted
from feeds.site.periods import brief, written
from feeds.site.start import start_link
from feeds.site.weeks import bars, line
from feeds.weeks import mean

if TYPE_CHECKING:
    from jinja2 import Environment

NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


@cache
def environment() -> "Environment":
    """Made when a page is: loading Jinja and compiling the templates takes 0.1 s (measured)."""
    from jinja2 import DictLoader, Environment, StrictUndefined  # noqa: PLC0415

    made = Environment(
        loader=DictLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(legal=legal, written=written, brief=brief, counted=counted)
    made.globals.update(address=address, bars=bars, line=line, mean=mean, names=NAMES, types=CONTENT_TYPES)
    made.globals.update(start_link=start_link, policy=POLICY, version=VERSION, terms=_terms)
    return made


@cache
def parts() -> Any:
    """The macros of parts.html, as functions."""
    return environment().get_template("parts.html").module


def _terms(root: str, field: str, values: Sequence[str], served: bool) -> Markup:  # noqa: FBT001  (templates ask)
    """Values of a field with commas between; where a server answers, each leads to all papers that have it."""
    if not served:
        return escape(", ".join(values))
    return Markup(", ").join(_term(root, path, one) for one in values for path in [address.term_path(field, one)])


def _term(root: str, path: str, value: str) -> Markup:
    return Markup('<a href="{}{}">{}</a>').format(root, path, value) if path else escape(value)
