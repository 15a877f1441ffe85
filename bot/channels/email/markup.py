"""A mail as HTML: one column, styles inlined for who drops them, colours for the light and the dark.

No picture but those that go with it: one that is fetched from elsewhere would tell who reads when.
"""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.channels.email.plot import HEIGHT
from bot.channels.email.values import Digest, Entry

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Template


def html_of(digest: Digest, manage: str, unsubscribe: str) -> str:
    """A whole mail. `manage` and `unsubscribe` are addresses; the first may be empty."""
    values = {
        "digest": digest,
        "manage": manage,
        "unsubscribe": unsubscribe,
        "style": _read("mail.css"),
        "height": HEIGHT,
    }
    return _inliner().inline(_template("mail.html").render(values))


def entry_html(one: Entry) -> str:
    """One paper of it, as it stands there."""
    return _inliner().inline_fragment(_template("paper.html").render(one=one), _read("mail.css"))


@cache
def _template(name: str) -> "Template":
    from jinja2 import DictLoader, Environment, StrictUndefined  # noqa: PLC0415  (of those who mail)

    texts = DictLoader({one: _read(one) for one in ("mail.html", "paper.html", "week.html")})
    made = Environment(loader=texts, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.get_template(name)


@cache
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner  # noqa: PLC0415

    # What cannot be inlined stays in the head: colours for the dark.
    return CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@cache
def _read(name: str) -> str:
    return files("bot.channels.email").joinpath(name).read_text("utf-8")
