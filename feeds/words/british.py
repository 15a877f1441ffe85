"""British and American spellings are one word: each word is brought to its American one, where it has one.

What no rule means may become no word at all (`noise`, `noize`): that harms nothing, since all of them do so alike.
Which words of the recorded corpus meet another by a rule is counted in benchmarks.spellings.
"""

import re
from collections.abc import Callable, Collection

from feeds.known import remembered

_OUR = (
    "ard|arm|behavi|cand|clam|col|demean|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|neighb|od|parl|ranc|rig|rum|sav|"
    "splend|succ|tum|val|vap|vig"
)
_RE = "calib|cent|fib|lit|lust|meag|met|och|sab|somb|spect|theat|tit"
_LOGUE = "ana|cata|dia|epi|homo|mono|pro|trave"
_LER = "cancel|channel|counsel|label|level|model|panel|signal|travel|tunnel"
_GREEK_PARTS = {
    "haem": "hem", "aemi": "emi", "paed": "ped", "oedem": "edem", "oesoph": "esoph", "oestr": "estr", "foet": "fet",
    "gynaec": "gynec", "anaesth": "anesth", "aetiol": "etiol", "rrhoea": "rrhea", "palaeo": "paleo",
    "archaeo": "archeo", "faec": "fec", "caesarean": "cesarean", "aesthet": "esthet", "sulph": "sulf",
}  # fmt: skip
_BEGINNINGS = {
    "grey": "gray", "aluminium": "aluminum", "artefact": "artifact", "plough": "plow", "sceptic": "skeptic",
    "mould": "mold", "instalment": "installment", "skilful": "skillful", "aeroplane": "airplane",
}  # fmt: skip
_WORDS = {
    "programme": "program", "programmes": "programs", "tyre": "tire", "tyres": "tires", "ageing": "aging",
    "learnt": "learned", "jewellery": "jewelry", "fulfil": "fulfill", "fulfils": "fulfills",
    "fulfilment": "fulfillment", "fulfilments": "fulfillments", "enrol": "enroll", "enrols": "enrolls",
    "enrolment": "enrollment", "enrolments": "enrollments", "manoeuvre": "maneuver", "manoeuvres": "maneuvers",
    "manoeuvred": "maneuvered", "manoeuvring": "maneuvering", "practise": "practice", "practised": "practiced",
    "practises": "practices", "practising": "practicing",
}  # fmt: skip
_PLURALS = frozenset({"crises", "irises", "mantises", "metropolises", "pelvises", "trellises"})
"""Of words in -is: no verb in -ise."""


def _replaced(by: dict[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda found: by[found[0]]


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile("^([a-z]{2,})is(e|ed|es|er|ers|ing|ings|ation|ations|ational|able|ability)$"),
        r"\1iz\2",
    ),
    (re.compile("^([a-z]{2,})ys(e|ed|er|ers|ing)$"), r"\1yz\2"),
    (re.compile(f"({_OUR})our"), r"\1or"),
    (re.compile(f"({_RE})re(s?)$"), r"\1er\2"),
    (re.compile("centr(ed|ing)$"), r"center\1"),
    (re.compile(f"({_LOGUE})log(?:ue(s?)|u(ing)|u(ed))$"), r"\1log\2\3\4"),
    (re.compile("^(def|lic|off|pret)ence(s|d)?$"), r"\1ense\2"),
    (re.compile("|".join(_GREEK_PARTS)), _replaced(_GREEK_PARTS)),
    (re.compile(f"^(?:{'|'.join(_BEGINNINGS)})"), _replaced(_BEGINNINGS)),
    (re.compile("^(acknowledg|judg)ement(s?)$"), r"\1ment\2"),
    (re.compile(f"^({_LER})l(er|ers|or|ors)$"), r"\1\2"),
    (re.compile("^(dial|duel|fuel|initial)l(ed|ing)$"), r"\1\2"),
)
_HINTS = re.compile(
    "is[eai]|ys[ei]|our|tre|bre|chre|ctre|gre|tr[ei]|logu|ence|ae|oe|sulph|^grey|^alum|^arte|^plou|^scep|^moul|^inst|^skil|gemen|l[eo]rs?$|l(?:ed|ing)$"
)
"""A word without any of these is spelled alike: one search tells, of most words."""


@remembered(1 << 14)
def american(word: str) -> str:
    """The word in its American spelling; itself where it has no other, or is more than small letters."""
    if word in _WORDS:
        return _WORDS[word]
    if word in _PLURALS or not _HINTS.search(word) or not (word.isascii() and word.isalpha()):
        return word
    for british, spelling in _RULES:
        word = british.sub(spelling, word)
    return word


def common_start(words: Collection[str]) -> str:
    """What all of some words begin with."""
    first, last = min(words), max(words)  # all others lie between these two
    same = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:same]


def _parting(british: str, american: str, before: str = "", after: str = "") -> str:
    """A pattern of what both begin with, where the American one goes on."""
    same = common_start((british, american))
    return f"{before}{same}(?={american[len(same) :]}{after})"


_KEPT = tuple(
    map(
        re.compile,
        (
            *(_parting(*both) for both in _GREEK_PARTS.items()),
            *(_parting(*both, "^") for both in _BEGINNINGS.items()),
            *(_parting(*both, "^", "$") for both in _WORDS.items()),
            *("[iy](?=z)", f"(?:{_OUR})o(?=r)", f"(?:{_RE})(?=er)", f"(?:{_LOGUE})log", "^(?:def|lic|off|pret)en(?=s)"),
            *("^(?:acknowledg|judg)(?=m)", f"^(?:{_LER})(?=[eo]r)", "^(?:dial|duel|fuel|initial)(?=ed|ing)"),
        ),
    )
)
"""What an American spelling begins with in the British one, too, wherever the rules above make one of it."""


@remembered(1 << 13)
def shared_start(word: str) -> str:
    """What every spelling of an American word begins with."""
    return word[: min((found.end() for one in _KEPT if (found := one.search(word))), default=len(word))]
