"""What may stand in a feed: characters that XML allows, and addresses that a reader may follow.

The last guard; cleaning texts for people is feeds.text.
"""

import re
from urllib.parse import quote, urlsplit

# XML 1.0, 2.2: what is not a Char, and the controls and noncharacters it advises against. feedgen raises on the former.
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_HOST_AND_PORT = re.compile(r"(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_SOUND = re.compile(
    r"https?://[A-Za-z0-9_.-]+(?::\d{1,5})?(?:[/?#](?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?", re.ASCII
)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def legal(text: str) -> str:
    """The text without lone surrogates, noncharacters and controls other than tab and line ends (XML 1.0, 2.2)."""
    # All that Python calls printable is legal.
    return text if text.isprintable() else _NOT_TEXT.sub("", text)


def one_line(text: str) -> str:
    """The legal text on one line: every run of white space is one space, none at the ends."""
    if not text.isprintable():
        text = legal(text)
    elif "  " not in text and not text.startswith(" ") and not text.endswith(" "):
        return text  # as nearly all are: of white space only a space is printable
    return " ".join(text.split())


def web_url(text: str) -> str:
    """An http or https address with all that RFC 3986 forbids percent-encoded; empty if it is not one.

    Addresses with a user or password are refused: they are bait or a secret.
    """
    if not text or _SOUND.fullmatch(text):
        return text  # as nearly all are, so the rest need not be quick
    url = one_line(text)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not _HOST_AND_PORT.fullmatch(parts.netloc):
        return ""
    rest = url.partition("://")[2].removeprefix(parts.netloc)
    encoded = _STRAY_PERCENT.sub("%25", quote(rest, safe="/:?#@!$&'()*+,;=~%"))
    return f"{parts.scheme}://{parts.netloc}{encoded}"
