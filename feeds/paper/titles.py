"""Titles as identities: folded, cut, and those that name no paper.

Knows no paper.
"""

import hashlib
import re
import unicodedata

_CUT = re.compile(r"\s*(?:…|\.\.\.)\s*\Z")
_WORD = re.compile(r"[^\W_]+")
_FEWEST_WORDS = 4
_HEADING = re.compile(
    r"(?:the |a |an |guest )?(?:"
    r"editor(?:ial|ials|'s|s'|’s|s’)?\b|from the editor|corrigend(?:um|a)\b|errat(?:um|a)\b|addend(?:um|a)\b"
    r"|(?:author|publisher|editorial)(?:'s|’s)? (?:correction|note)\b|corrections?(?: to\b|:|\Z)"
    r"|retract(?:ion|ed)(?: note| notice)?(?: to\b| of\b|:|\Z)|expression of concern\b|withdrawal notice\b"
    r"|(?:table of )?contents\b|(?:front|back|inside|outside)?(?: front| back)? ?(?:cover|matter)\b"
    r"|masthead\b|title page\b"
    r"|(?:full )?issue information\b|in (?:this|the next) issue\b|issue highlights\b|highlights from\b"
    r"|preface\b|foreword\b|prologue\b|introduction to (?:the|this) (?:special|issue|section)\b|special issue on\b"
    r"|book reviews?\b|news(?:\Z| and\b| &| in brief)|obituar(?:y|ies)\b|in memoriam\b|announcements?\b"
    r"|calls? for papers\b|letters? to the editors?\b|acknowledge?ments?\b"
    r"|(?:list of|thanks to|our) (?:the )?reviewers\b"
    r"|(?:author|subject|keyword|annual|volume)? ?index\b|(?:author|subject) index\b|instructions (?:for|to) authors\b"
    r"|guidelines for authors\b|information for authors\b|aims and scope\b|subscription\b|advertis(?:ement|ing)\b"
    r"|calendar of\b|reviewers? (?:list|acknowledge?ment)\b|(?:reply|response|comments?|commentary)(?: to\b| on\b|:|\Z)"
    r")",
    re.IGNORECASE,
)
_HEADING_END = re.compile(
    r"(?:information for authors|(?:publication|society) information|table of contents|editorial board"
    r"|instructions (?:for|to) authors|call for papers)[\W\d]*\Z",
    re.IGNORECASE,
)


def folded_title(title: str) -> str:
    """A title as an identity: letters and digits alone, case and accents folded."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    return "".join(c for c in decomposed if c.isalnum())


def title_id(title: str) -> str:
    """The id of a paper known by its title alone: readable, the same for every spelling that folds alike."""
    folded = folded_title(title) or title
    words = re.sub(
        r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    )
    return f"{words.strip('-')[:48].strip('-')}-{digest(folded)[:8]}".lstrip("-")


def digest(text: str) -> str:
    """Any text as 64 letters and digits."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def is_cut(title: str) -> bool:
    """Whether a title ends in an ellipsis: Scholar and some feeds cut long ones."""
    return _CUT.search(title) is not None


def titles_agree(a: str, b: str) -> bool:
    """Whether two titles fold alike, or one was cut and begins the other."""
    folded_a, folded_b = folded_title(_CUT.sub("", a)), folded_title(_CUT.sub("", b))
    if not folded_a or not folded_b:
        return False
    return (
        folded_a == folded_b
        or (is_cut(a) and folded_b.startswith(folded_a))
        or (is_cut(b) and folded_a.startswith(folded_b))
    )


def is_heading(title: str) -> bool:
    """Whether a title is one that every issue of a journal has: Editorial, Corrigendum, Table of Contents."""
    title = " ".join(title.split())
    return bool(_HEADING.match(title) or _HEADING_END.search(title))


def names_a_paper(title: str) -> bool:
    """Whether a title alone may tell which paper it is: four words or more, and none of every issue's headings."""
    return len(_WORD.findall(_CUT.sub("", title))) >= _FEWEST_WORDS and not is_heading(title)
