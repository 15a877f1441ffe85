"""What we answer: plain text that any client shows, and buttons, each of which says words for us."""

import re
from dataclasses import dataclass

LONGEST = 64
"""Bytes of a button's words that every platform takes (Telegram's callback_data)."""
CARET = re.compile(r"(?m)^(  .*\n *\^)$")
"""A line that begins with two blanks and has a caret under it: its width is to be kept."""


@dataclass(frozen=True, slots=True)
class Button:
    """A label, and what pressing it says."""

    label: str
    says: str
    style: str = ""
    """`danger`, where the platform has colours."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    text: str
    """Empty: nothing is said; who pressed a button sees that it was."""
    buttons: tuple[tuple[Button, ...], ...] = ()
    """In rows."""
    copied: str = ""
    """What stands below the text to be copied from there, its lines and widths kept."""
    followed: bool = False
    """Whether it has links to follow, for which a note that passes is too little where people talk."""
    edits: bool = False
    """Whether it stands in place of the message whose button was pressed."""
    aside: bool = False
    """Whether it concerns the asker alone."""
