"""Text as a reader should see it: plain Unicode without TeX, entities or characters that no channel can carry.

Every function takes any `str`, however broken, and never raises. Escaping for a format belongs to its renderer. The
tables of TeX and markup are loaded when the first text comes: most rounds bring none.
"""

from feeds.text.characters import plain
from feeds.text.cut import each_sentence, first_sentences, shorten

__all__ = ["clean_text", "clean_title", "each_sentence", "first_sentences", "plain", "shorten"]


def clean_title(raw: str) -> str:
    """A title on one line. Cleaning twice is cleaning once."""
    from feeds.text import clean  # noqa: PLC0415  (see above)

    return clean.clean_title(raw)


def clean_text(raw: str) -> str:
    r"""An abstract: a line for each paragraph. Cleaning twice is cleaning once.

    Hard-wrapped lines are joined; a blank line, or an indented one as in arXiv's texts, begins a paragraph.
    """
    from feeds.text import clean  # noqa: PLC0415  (see above)

    return clean.clean_text(raw)
