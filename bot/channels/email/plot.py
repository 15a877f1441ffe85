"""Papers a week as a small picture that goes with a mail: nothing is fetched to show it. Needs the extra `pictures`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO

from feeds.known import remembered
from feeds.site.weeks import Week, bars

HEIGHT, _BAR, _GAP = 32, 14, 4
"""Pixels as a mail shows them; the picture has twice as many."""
_SCALE = 2
_PALE, _STRONG = (176, 128, 112), (190, 72, 48)
"""The weeks before, and the week told of: both stand out from a light ground and from a dark one."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and what it is called in the mail."""

    name: str
    """Made from its bytes."""
    png: bytes
    width: int
    """Pixels as shown."""


@cache
def _can_draw() -> bool:
    return find_spec("PIL") is not None


@remembered(256)
def picture(papers: Sequence[int]) -> Picture | None:
    """A bar a week; None where there is no Pillow. `papers` is a tuple."""
    if not _can_draw() or not any(papers):
        return None
    from PIL import Image, ImageDraw  # noqa: PLC0415  (an extra)

    width = len(papers) * (_BAR + _GAP) - _GAP
    image = Image.new("P", (width * _SCALE, HEIGHT * _SCALE), 0)
    image.putpalette([*(255, 255, 255), *_PALE, *_STRONG])
    draw = ImageDraw.Draw(image)
    for place, bar in enumerate(bars([Week(date.min, count) for count in papers], HEIGHT * _SCALE)):
        left = place * (_BAR + _GAP) * _SCALE
        if bar.height:
            colour = 2 if place == len(papers) - 1 else 1
            draw.rectangle((left, bar.y, left + _BAR * _SCALE - 1, HEIGHT * _SCALE - 1), fill=colour)
    made = BytesIO()
    image.save(made, "PNG", optimize=True, transparency=0, bits=2)
    return Picture(sha256(made.getvalue()).hexdigest()[:24], made.getvalue(), width)
