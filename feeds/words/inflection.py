"""Which words are forms of one word: plural, -ed, -ing. Derivations (-er, -ation) and irregular verbs are other words.

A word's lemmas are the words of which it may be a form; two words that share a lemma find each other. All of them are
in their American spelling (feeds.words.british).
"""

from feeds.known import remembered
from feeds.words.british import american
from feeds.words.plurals import is_plural_alone, plurals, singulars

KEPT_S, PLURAL_S = "S", "Z"
"""Marks in place of a last s: IDS is `idS`, and IDs, the plural of ID, is `idZ`."""
_VOWELS = frozenset("aeiouy")
_DOUBLED = frozenset("bdgklmnprtvz")
_SHORT_IN_S = frozenset({"bus", "gas"})
"""Their plurals; other short words in s have none, so that POS is not "poses"."""
_WHOLE = frozenset(
    (
        *(
            "news",
            "its",
            "was",
            "has",
            "his",
            "gas",
            "bus",
            "yes",
            "this",
            "thus",
            "less",
            "gross",
            "ours",
            "species",
            "series",
        ),
        *("ragged", "ragging", "rugged", "jagged", "dogged", "united", "evening", "during"),
        *("nothing", "something", "anything", "everything"),
    )
)
"""They only look like forms of another word: `news` is not `new`, `ragged` is not `rag` (contract)."""


@remembered(1 << 14)
def lemmas(word: str) -> tuple[str, ...]:
    """The words of which this may be a form, itself first. Words with a digit or a sign have no other form."""
    irregular = singulars(word)
    if not _varies(word) or is_plural_alone(word):
        return (word, *irregular)
    regular = (one for one in dict.fromkeys(_guesses(word)) if one != word and word in _forms(one))
    return (word, *regular, *irregular)


@remembered(1 << 14)
def forms(lemma: str) -> frozenset[str]:
    """The words that have this lemma."""
    if is_plural_alone(lemma):
        return frozenset((lemma,))
    regular = (one for one in _forms(lemma) if _varies(one) and not is_plural_alone(one) and lemma in _guesses(one))
    return frozenset((lemma, *regular, *plurals(lemma)))


@remembered(1 << 14)
def root(word: str) -> str:
    """What is left of a word when all that an ending could be is taken off.

    Words that share a lemma have one root; some that share none have, too. So it only serves to know what is absent.
    """
    word = american(word.lower()) if word[-1:] == KEPT_S else word
    if not _inflects(word):
        return word
    if is_plural_alone(word):
        return root(singulars(word)[0])
    word = word.replace("yzz", "yz").replace("yz", "ys")  # analyses is of analyze and of analysis
    shorter = _shortened(word)
    while shorter != word:
        word, shorter = shorter, _shortened(shorter)
    return word[:-1] + _ROOT_ENDS.get(word[-1], word[-1])


_ROOT_ENDS = {"y": "i", "f": "v"}
"""Studies, leaves."""


def _shortened(word: str) -> str:
    """The word without its last letter, or letters, if they could be of an ending; two letters stay."""
    if len(word) > 4 and word.endswith("ing"):
        return word[:-3]
    if len(word) > 3 and word.endswith("ed"):
        return word[:-2]
    if len(word) > 2 and (word[-1] in "seyi" or word[-1] == word[-2] or word.endswith("ck")):
        return word[:-1]
    return word


def _varies(word: str) -> bool:
    """Whether it may be a form of another word."""
    return word not in _WHOLE and word.endswith(("s", "ed", "ing")) and _inflects(word)


def _inflects(word: str) -> bool:
    return len(word) > 1 and word.isascii() and word.isalpha()


def _guesses(word: str) -> list[str]:
    """What is left when an ending is taken off; only some of it is right."""
    if word.endswith("ings"):
        return [word[:-1], *_bare(word[:-4])]
    if word.endswith("ing"):
        return [*_bare(word[:-3]), word[:-4] + "ie" if word.endswith("ying") else word[:-3]]
    if word.endswith("ed"):
        return [*_bare(word[:-2]), word[:-3] + "y" if word.endswith("ied") else word[:-2]]
    third = word[:-3] + ("" if word.endswith("zzes") else "y")
    return [word[:-1], word[:-2], third, *([word[:-3] + "ze"] if word.endswith("yses") else [])]


def _bare(stem: str) -> list[str]:
    return [stem, stem + "e", stem[:-1]]


def _forms(word: str) -> frozenset[str]:
    """Every form of a word, were it noun and verb."""
    forms = {word, *_plurals(word), *([word[:-2] + "ses"] if word.endswith("yze") else [])}
    for past, participle in _verb_forms(word):
        forms |= {past, participle, participle + "s"}
    return frozenset(forms)


def _plurals(word: str) -> list[str]:
    if len(word) < 3:
        return [word + "s"] if len(word) == 2 and word[1] != "s" else []
    if word.endswith("z") and _closed(word) and _syllables(word) == 1:
        return [word + "zes"]
    if word.endswith(("s", "x", "z", "sh")):
        return [word + "es"] if len(word) > 3 or word[-1] != "s" or word in _SHORT_IN_S else []
    if word.endswith("y") and word[-2] not in _VOWELS:
        return [word[:-1] + "ies"]
    return [word + "s", word + "es"] if word.endswith(("o", "ch")) else [word + "s"]


def _verb_forms(word: str) -> list[tuple[str, str]]:
    """Past and participle, each way they may be spelled. Two letters, or none that is a vowel: no verb, an acronym."""
    if len(word) < 3 or not _syllables(word) or word[-1] in "au":
        return []
    if word.endswith("e"):
        return _forms_with_e(word)
    if word.endswith("y") and word[-2] not in _VOWELS:
        return [(word[:-1] + "ied", word + "ing")]
    return _forms_with_consonant(word)


def _forms_with_consonant(word: str) -> list[tuple[str, str]]:
    plain, doubled = (word + "ed", word + "ing"), (word + word[-1] + "ed", word + word[-1] + "ing")
    long = _syllables(word) > 1
    if long and word.endswith("c"):
        return [plain, (word + "ked", word + "king")]
    if not _closed(word):
        return [plain]
    if long:
        return [plain, doubled]
    return [doubled] if word[-1] in _DOUBLED and not (word[-1] == "l" and len(word) == 3) else []


def _forms_with_e(word: str) -> list[tuple[str, str]]:
    stem = word[:-1]
    if word.endswith("ie"):
        return [(word + "d", word[:-2] + "ying")]
    if word.endswith("ee"):
        return [(word + "d", word + "ing")] if len(word) > 3 else [(word, word + "ing")]
    if not any(letter in _VOWELS for letter in stem):
        return []
    forms = [(word + "d", stem + "ing")]
    return [*forms, (word + "d", word + "ing")] if word.endswith(("oe", "ye", "ue", "ge")) else forms


def _closed(word: str) -> bool:
    """Whether it ends in one vowel and one consonant, like `plan`: then `planed` is of `plane`."""
    if word[-1] in "aeiouwxy" or word[-2] not in _VOWELS:
        return False
    return word[-3] not in _VOWELS or word[-4:-2] == "qu"


def _syllables(word: str) -> int:
    groups = [a not in _VOWELS and b in _VOWELS for a, b in zip(" " + word, word, strict=False)]
    return sum(groups)


@remembered(1 << 14)
def accepted(marked: str) -> frozenset[str]:
    """The words of a text, as they compare, that a query's word finds, which is marked (feeds.words.reading)."""
    word = compared(marked)
    if word[-1] == KEPT_S:
        return frozenset((word, american(word.lower())))
    found = forms(word).union(*map(forms, lemmas(word)[1:]))
    return found | {word[:-1] + KEPT_S} if word[-1] == "s" else found


@remembered(1 << 12)
def compared(marked: str) -> str:
    """A marked word as it compares: in its American spelling, an acronym's plural as the acronym."""
    if marked[-1] == KEPT_S:
        return marked
    return american(marked[:-1] if marked[-1] == PLURAL_S else marked)
