"""British and American spellings are one word: each word is brought to its American one, where it has one.

What no rule means may become no word at all (`noise`, `noize`): that harms nothing, since all of them do so alike.
Which words of the recorded corpus meet another by a rule is counted in benchmarks.spellings.
"""

import re
from collections.abc import Callable
from functools import lru_cache

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


@lru_cache(maxsize=1 << 14)
def american(word: str) -> str:
    """The word in its American spelling; itself where it has no other, or is more than small letters."""
    if word in _WORDS:
        return _WORDS[word]
    if word in _PLURALS or not _HINTS.search(word) or not (word.isascii() and word.isalpha()):
        return word
    for british, spelling in _RULES:
        word = british.sub(spelling, word)
    return word


_KEPT = tuple(
    (re.compile(american), kept)
    for american, kept in (
        ("iz", 1), ("yz", 1), (f"(?:{_OUR})or", -1), (f"(?:{_RE})er", -2), ("ens", 2), ("hem[aio]|pedi|fet[aiu]", 1),
        ("fec[ae]|cesarean|gment", 1), ("emi[ac]|edem|esoph|estr|etiol|esthet", 0), ("gynec|rrhea|paleo|sulf", 3),
        ("maneu|artif|fulfi|^plow", 3), ("anesth|^gray|^mold|^aging", 2), ("^skep|^airp|^tir", 1),
        ("^alum|^skill|^enroll|archeo|center", 4), ("^practi|^instal", 6), ("^jewelr", 5),
    )
)  # fmt: skip
"""What an American spelling shares with the British one: so many letters of what was found, counted from its end if
below nothing."""


@lru_cache(maxsize=1 << 13)
def shared_start(word: str) -> str:
    """What every spelling of an American word begins with."""
    for pattern, kept in _KEPT:
        if found := pattern.search(word):
            word = word[: found.start() + kept if kept >= 0 else found.end() + kept]
    return word
