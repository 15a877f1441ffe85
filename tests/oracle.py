"""The query language once more, written plainly from the contract and slowly, to judge the matcher by.

Shares no code with it. `python -m tests.oracle` compares the two over the whole recorded corpus.
"""

import multiprocessing
import re
import sys
import time
import unicodedata
from datetime import UTC, date
from functools import cached_property, lru_cache
from itertools import pairwise

# --- words ---------------------------------------------------------------------------------------------------------

GREEK = (  # noqa: SIM905 - a list of words reads better as a text
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon "
    "phi chi psi omega"
).split()
OTHER_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe", "ŧ": "t"}
# What stripping leaves behind. Each becomes a space.
REMAINS = [
    r"\\(?!(var)?(" + "|".join(f"[{n[0].upper()}{n[0]}]{n[1:]}" for n in GREEK) + r")(?![A-Za-z]))[A-Za-z]+",
    (
        r"(?<![A-Za-z])(text(bf|it|tt|sc|sf|rm|up|sl|md|normal|color|subscript|superscript)?|"
        r"math(cal|bb|bf|rm|sf|tt|scr|frak|it|bm)|emph|operatorname|boldsymbol|underline|overline|url|href|footnote|"
        r"cite|citep|citet|mbox|sqrt|frac|widehat|widetilde)(?=\{)"
    ),
    r"(?<=\{)(bf|it|em|rm|tt|sc|sf|sl|tiny|scriptsize|footnotesize|small|normalsize|large|Large|huge)(?=\s)",
    r"(?<=\{)(times|sim|approx|pm|leq|geq|neq|cdot|to|rightarrow|leftarrow|infty|circ|ast|prime|star|dagger|top)(?=\})",
    (
        r"(\^|(?<![A-Za-z0-9]{2})_(?=[a-z]+(?![A-Za-z0-9_-])))"
        r"(times|sim|approx|pm|leq|geq|neq|cdot|to|rightarrow|leftarrow|infty|circ|ast|prime|star|dagger|top)(?![A-Za-z])"
    ),
    r"(?<![\w-])(leq|geq|neq)(?=\s?[\d$.-])",
    r"(?<![\w-])(right|left|up|down)arrow(?=\s?[\d$.-])",
    r"(?<=[\d%)}$])(right|left|up|down)arrow(?![\w-])",
    r"(?<=\S\s)((right|left|up|down)arrow|cdot)(?=\s\S)",
    r"(?<= )(le|ge)(?= [\d$.])",
    r"(?<![\w-])sim(?!\s?2[\s-]?(real|sim))(?=\s?[\d$])",
    r"(?<![\w-])approx(?=\s?[\d$])",
    r"(?<=[\d%)}]\s)pm(?=\s?\d)",
    r"(?<=[\d%)}KMB]\s)times(?=\s\d)",
    r"(?<=\b[B-HJ-Zb-z0-9]\s)times(?=\s[B-HJ-Zb-z]\b)",
]


HYPHENS = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{MINUS SIGN}"
MOST_PARTS = 5


class Word:
    """A word of a text: as it compares, as it is spelled, and what stands between it and the word before."""

    def __init__(self, characters, gap):
        self.folded = "".join(piece for piece, _ in characters)
        self.spelled = "".join(original for _, original in characters)
        self.capitals = [original.isupper() for piece, original in characters if piece]
        self.gap = gap
        self.alone = is_unspaced(self.folded[0])

    def __repr__(self):
        return self.spelled


@lru_cache(1 << 16)
def written(text):
    """Each word of a text."""
    text = unicodedata.normalize("NFKC", text)
    for remains in REMAINS:
        text = re.sub(remains, lambda found: " " * len(found[0]), text)
    characters = [pair for character in text for pair in folded(character)]
    pieces = [(at, piece) for at, (piece, _) in enumerate(characters) if piece]
    after = {at: piece for (at, _), (_, piece) in pairwise(pieces)}
    found, word, gap, before = [], [], "", ""
    for at, (piece, original) in enumerate(characters):
        if not piece:  # an accent
            word += [(piece, original)] if word else []
            continue
        begins, goes_on = is_unspaced(piece) or is_letter(piece), False
        if word and is_unspaced(before):
            goes_on = is_sign_over(piece)
        elif word and is_letter(piece):
            goes_on = before not in {"+", "#"}
        elif word:
            following = after.get(at, "")
            goes_on = (
                (piece == "." and before.isdigit() and following.isdigit())
                or (piece == "@" and is_letter(before) and is_letter(following))
                or (piece in "+#" and is_final([piece for _, piece in pieces if _ >= at]))
            )
        if word and not goes_on:
            found.append(Word(word, gap))
            word, gap = [], ""
        if goes_on or begins:
            word.append((piece, original))
            before = piece if not is_sign_over(piece) else before
        else:
            gap += piece
    return [*found, Word(word, gap)] if word else found


def is_final(pieces):
    after = next((piece for piece in pieces if piece not in "+#"), "")
    return not (is_letter(after) or is_unspaced(after))


@lru_cache(None)
def is_letter(character):
    return bool(character) and character.isalnum() and not is_unspaced(character)


UNSPACED = [  # Han, kana, Thai, Lao, Khmer, Myanmar, Hangul
    (0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x3FFFF), (0x3041, 0x3096), (0x309D, 0x309F),
    (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0x31F0, 0x31FF), (0xE00, 0xEFF), (0x1780, 0x17FF), (0x1000, 0x109F),
    (0xA9E0, 0xA9FE), (0xAA60, 0xAA7F), (0xAC00, 0xD7A3), (0x1100, 0x11FF),
]  # fmt: skip


@lru_cache(None)
def is_unspaced(character):
    """Whether it is a letter of a script without spaces, or a Hangul syllable."""
    inside = bool(character) and any(first <= ord(character) <= last for first, last in UNSPACED)
    return inside and unicodedata.category(character) in {"Lo", "Lm", "Nl"}


@lru_cache(None)
def is_sign_over(character):
    """What voices a kana, and vowel signs and tones of those scripts."""
    code = ord(character) if len(character) == 1 else 0
    return code in {0x3099, 0x309A} or (
        (0xE00 <= code <= 0xEFF or 0x1780 <= code <= 0x17FF or 0x1000 <= code <= 0x109F or 0xA9E0 <= code <= 0xAA7F)
        and unicodedata.category(character) in {"Mn", "Mc"}
    )


@lru_cache(None)
def folded(character):
    """Its pieces as they compare, the first with the character itself; an accent has an empty one."""
    if unicodedata.category(character) == "Cf":
        return []
    if is_unspaced(character) or is_sign_over(character):
        return [(character, character)]
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    kept = [c for c in decomposed if unicodedata.category(c) not in {"Mn", "Mc", "Me", "Cf"}]
    pieces = "".join(GREEK[ord(c) - 0x3B1] if "α" <= c <= "ω" else OTHER_LETTERS.get(c, c) for c in kept)
    return [(pieces[:1], character), *((piece, "") for piece in pieces[1:])]


def plain_words(text):
    return [word.folded for word in written(text)]


# --- one word, several spellings -----------------------------------------------------------------------------------


def is_hyphenated(one, other):
    """Whether two words stand with a hyphen between them, that of a broken line too; `2-3` is a range."""
    joined = len(other.gap) > 0 and other.gap[0] in HYPHENS and not other.gap[1:].strip()
    return joined and not one.alone and not other.alone and not (one.folded[-1].isdigit() and other.folded[0].isdigit())


def is_numbered(one, other):
    """Whether they are two letters or more, a blank, and a number."""
    name = len(one.folded) > 1 and one.folded.isalpha() and not one.alone
    return name and other.gap.isspace() and bool(re.fullmatch(r"\d+(\.\d+)*", other.folded))


def edges(words, shouted=False):
    """For each place where a word begins: (where it ends, the word as it compares, as it begins)."""
    found = []
    for start, word in enumerate(words):
        here = [(start + 1, compared(word.folded, word, shouted), word.folded)]
        end, text = start + 1, word.folded
        while end < min(len(words), start + MOST_PARTS) and is_hyphenated(words[end - 1], words[end]):
            text += words[end].folded
            end += 1
            here.append((end, compared(text, words[end - 1], shouted), text))
        if start + 1 < len(words) and is_numbered(word, words[start + 1]):
            text = word.folded + words[start + 1].folded
            here.append((start + 2, text, text))
        found.append(here)
    return found


def compared(word, last, shouted):
    """A word as it compares, by its last part: IDS is `idS`, IDs is `id`, optimisation is `optimization`."""
    if not re.fullmatch(r"[a-z]{2,}", word):
        return word
    if word.endswith("s") and last.capitals[-1] and len(last.folded) > 1 and len(word) <= 6 and not shouted:
        return word[:-1] + "S"
    if word.endswith("s") and not last.capitals[-1] and len(last.folded) > 2 and last.capitals[-2]:
        return american(word[:-1])
    return american(word)


def is_shouted(text, words):
    return text.isupper() and sum(any(c.isalpha() for c in word.folded) for word in words) > 1


BRITISH = [
    (r"^practis(e[ds]?|ing)$", r"practic\1"),
    (r"^([a-z]{2,})is(e|ed|es|er|ers|ing|ings|ation|ations|ational|able|ability)$", r"\1iz\2"),
    (r"^([a-z]{2,})ys(e|ed|er|ers|ing)$", r"\1yz\2"),
    (
        (r"(ard|arm|behavi|cand|clam|col|demean|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|neighb|od|parl|ranc|rig|rum|"
        r"sav|splend|succ|tum|val|vap|vig)our"),
        r"\1or",
    ),
    (r"(calib|cent|fib|lit|lust|meag|met|och|sab|somb|spect|theat|tit)re(s?)$", r"\1er\2"),
    (r"centr(ed|ing)$", r"center\1"),
    (r"(ana|cata|dia|epi|homo|mono|pro|trave)log(?:ue(s?)|u(ing)|u(ed))$", r"\1log\2\3\4"),
    (r"^(def|lic|off|pret)ence(s|d)?$", r"\1ense\2"),
    (r"haem", "hem"), (r"aemi", "emi"), (r"paed", "ped"), (r"oedem", "edem"), (r"oesoph", "esoph"), (r"oestr", "estr"),
    (r"foet", "fet"), (r"gynaec", "gynec"), (r"anaesth", "anesth"), (r"aetiol", "etiol"), (r"rrhoea", "rrhea"),
    (r"palaeo", "paleo"), (r"archaeo", "archeo"), (r"faec", "fec"), (r"caesarean", "cesarean"), (r"aesthet", "esthet"),
    (r"sulph", "sulf"), (r"manoeuvre(s|d)?$", r"maneuver\1"), (r"manoeuvring$", "maneuvering"),
    (r"maneuverd$", "maneuvered"),
    (r"^grey", "gray"), (r"^aluminium", "aluminum"), (r"^artefact", "artifact"), (r"^programme(s?)$", r"program\1"),
    (r"^tyre(s?)$", r"tire\1"), (r"^plough", "plow"), (r"^sceptic", "skeptic"), (r"^mould", "mold"),
    (r"^ageing$", "aging"), (r"^(acknowledg|judg)ement(s?)$", r"\1ment\2"), (r"^fulfil(s|ments?)?$", r"fulfill\1"),
    (r"^enrol(s|ments?)?$", r"enroll\1"), (r"^instalment", "installment"), (r"^skilful", "skillful"),
    (r"^learnt$", "learned"), (r"^jewellery$", "jewelry"), (r"^aeroplane", "airplane"),
    (r"^(cancel|channel|counsel|label|level|model|panel|signal|travel|tunnel)l(er|ers|or|ors)$", r"\1\2"),
    (r"^(dial|duel|fuel|initial)l(ed|ing)$", r"\1\2"),
]  # fmt: skip
PLURALS_IN_ISES = {"crises", "irises", "mantises", "metropolises", "pelvises", "trellises"}


@lru_cache(None)
def american(word):
    if word in PLURALS_IN_ISES or not re.fullmatch(r"[a-z]{2,}", word):
        return word
    for british, spelling in BRITISH:
        word = re.sub(british, spelling, word)
    return word


# --- inflection ----------------------------------------------------------------------------------------------------

ONLY_THEMSELVES = {
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
    *("ragged", "ragging", "rugged", "jagged", "dogged", "evening", "united", "during"),
    *("nothing", "something", "anything", "everything"),
}
IRREGULAR = dict(
    pair.split("/")
    for pair in """
    matrix/matrices vertex/vertices vortex/vortices index/indices appendix/appendices helix/helices simplex/simplices
    cortex/cortices codex/codices apex/apices radix/radices
    criterion/criteria phenomenon/phenomena automaton/automata polyhedron/polyhedra ganglion/ganglia
    mitochondrion/mitochondria taxon/taxa corpus/corpora genus/genera
    bacterium/bacteria spectrum/spectra quantum/quanta stratum/strata maximum/maxima minimum/minima optimum/optima
    extremum/extrema momentum/momenta equilibrium/equilibria symposium/symposia curriculum/curricula
    memorandum/memoranda addendum/addenda erratum/errata millennium/millennia continuum/continua
    nucleus/nuclei stimulus/stimuli locus/loci focus/foci radius/radii fungus/fungi alumnus/alumni syllabus/syllabi
    cactus/cacti bacillus/bacilli thrombus/thrombi torus/tori modulus/moduli annulus/annuli calculus/calculi
    alga/algae larva/larvae vertebra/vertebrae formula/formulae antenna/antennae nebula/nebulae supernova/supernovae
    lemma/lemmata schema/schemata stigma/stigmata
    child/children man/men woman/women foot/feet tooth/teeth goose/geese mouse/mice louse/lice ox/oxen
    plateau/plateaux bureau/bureaux
    life/lives leaf/leaves half/halves knife/knives wife/wives wolf/wolves shelf/shelves thief/thieves calf/calves
    loaf/loaves self/selves
    analysis/analyses hypothesis/hypotheses thesis/theses synthesis/syntheses parenthesis/parentheses crisis/crises
    basis/bases axis/axes diagnosis/diagnoses prognosis/prognoses oasis/oases emphasis/emphases synopsis/synopses
    ellipsis/ellipses neurosis/neuroses psychosis/psychoses metastasis/metastases stenosis/stenoses
    thrombosis/thromboses fibrosis/fibroses
    """.split()  # noqa: SIM905 - a list of words reads better as a text
)
LONGER = {one: many for one, many in IRREGULAR.items() if len(many) >= 7}  # they also end longer words: submatrices
SINGULAR = {many: one for one, many in IRREGULAR.items()}


def irregular_plurals(base):
    ending = {base[: -len(one)] + many for one, many in LONGER.items() if base.endswith(one)}
    return ending | ({IRREGULAR[base]} if base in IRREGULAR else set())


def irregular_singulars(word):
    ending = {word[: -len(many)] + one for one, many in LONGER.items() if word.endswith(many)}
    return ending | ({SINGULAR[word]} if word in SINGULAR else set())


@lru_cache(None)
def is_plural_alone(word):
    """Whether it is an irregular plural, and no form of any other word, as `bases` is of `base`."""
    return bool(irregular_singulars(word)) and not re.search("(ses|ves|axes)$", word)


@lru_cache(None)
def forms(base):
    """Every form of a word, taken as noun and as verb."""
    every = {base}
    if not re.fullmatch(r"[a-z]{2,}", base) or is_plural_alone(base):
        return every
    if len(base) == 2:
        every |= {base + "s"} if base[1] != "s" else set()
    elif re.fullmatch(r"([^aeiouy]+|qu)[aeiou]z", base):
        every.add(base + "zes")
    elif re.search(r"(s|x|z|sh)$", base):
        every |= {base + "es"} if len(base) > 3 or not base.endswith("s") or base in {"gas", "bus"} else set()
    elif re.search(r"[^aeiouy]y$", base):
        every.add(base[:-1] + "ies")
    else:
        every |= {base + "s"} | ({base + "es"} if re.search(r"(o|ch)$", base) else set())
    for past, present in verb(base):
        every |= {past, present, present + "s"}
    every = {form for form in every if form not in ONLY_THEMSELVES and not is_plural_alone(form)} | {base}
    return every | irregular_plurals(base) | ({base[:-2] + "ses"} if base.endswith("yze") else set())


def verb(base):
    syllables = len(re.findall(r"[aeiouy]+", base))
    if len(base) < 3 or not syllables or base[-1] in "au":
        return []
    if base.endswith("e"):
        if base.endswith("ie"):
            return [(base + "d", base[:-2] + "ying")]
        if base.endswith("ee"):
            return [(base + "d" if len(base) > 3 else base, base + "ing")]
        dropped = [(base + "d", base[:-1] + "ing")] if re.search("[aeiouy]", base[:-1]) else []
        return dropped + ([(base + "d", base + "ing")] if dropped and base[-2] in "oyug" else [])
    if re.search(r"[^aeiouy]y$", base):
        return [(base[:-1] + "ied", base + "ing")]
    plain = (base + "ed", base + "ing")
    if base.endswith("c") and syllables > 1:
        return [plain, (base + "ked", base + "king")]
    short_vowel = re.search(r"(^|[^aeiouy]|qu)[aeiouy][^aeiouwxy]$", base) and not re.search(
        r"^[aeiouy]{2}[^aeiouy]$", base
    )
    if not short_vowel:
        return [plain]
    doubled = (base + base[-1] + "ed", base + base[-1] + "ing")
    if syllables > 1:
        return [plain, doubled]
    return [doubled] if base[-1] in "bdgklmnprtvz" and not (len(base) == 3 and base[-1] == "l") else []


@lru_cache(None)
def found_by(word):
    """Every word, in American spelling, that is a form of one word with this."""
    stems = {word[:end] for end in range(max(1, len(word) - 6), len(word) + 1)}
    bases = {stem + ending for stem in stems for ending in ("", "e", "y", "ie", "ze")} | irregular_singulars(word)
    same = {form for base in bases if word in forms(base) for form in forms(base)}
    return same | {word}


@lru_cache(None)
def wanted_by(word):
    """The words of a text, as they compare, that a query's word finds where words inflect."""
    if word[-1:] == "S":
        return {word, american(word.lower())}
    return found_by(word) | ({word[:-1] + "S"} if word.endswith("s") and word.isascii() else set())


# --- queries -------------------------------------------------------------------------------------------------------

FIELDS = ("title", "abstract", "author", "org", "keyword", "category", "source", "id")
QUOTES = '"“”„‟«»＂'
SINGLE = "'‘’‚‛"


def parse(text):
    """A query as nested tuples.

    Those are ("and", ...), ("or", ...), ("not", x), ("all",), ("is", field, kind, text)
    or a comparison (name, operator, value).
    """
    pieces = re.findall(
        rf"/(?:\\.|[^/\\])+/(?=[\s()|]|$)|=?[{QUOTES}][^{QUOTES}]*[{QUOTES}](?:~\d+)?"
        rf"|(?:(?<=^)|(?<=[\s(:=]))[{SINGLE}][^{QUOTES}{SINGLE}]+[{SINGLE}](?:~\d+)?(?=[\s()|]|$)"
        rf"|(?:https?://|arxiv:|doi:)\S+"
        rf"|(?:votes|comments|stars|age|date)\s*(?:>=|<=|>|<|=)\s*[^\s()|]+|(?:{'|'.join(FIELDS)}):|[()|]"
        rf"|(?:(?<=^)|(?<=[\s(]))[-+](?=[^\s])|[^\s()|{QUOTES}]+",
        text,
    )
    node, rest = either([piece for piece in pieces if piece != "+"], "")
    assert not rest, (text, rest)
    return node


def either(pieces, field):
    items = []
    while True:
        item, pieces = both(pieces, field)
        items.append(item)
        if not pieces or pieces[0] not in {"|", "OR"}:
            return (items[0] if len(items) == 1 else ("or", *items)), pieces
        pieces = pieces[1:]


def both(pieces, field):
    items = []
    while pieces and pieces[0] not in {"|", "OR", ")"}:
        if pieces[0] == "AND":
            pieces = pieces[1:]
        item, pieces = one(pieces, field)
        items.append(item)
    return (items[0] if len(items) == 1 else ("and", *items)), pieces


def one(pieces, field):
    piece, *rest = pieces
    if piece in {"-", "NOT"}:
        item, rest = one(rest, field)
        return ("not", item), rest
    if piece == "(":
        item, rest = either(rest, field)
        assert rest[0] == ")"
        return item, rest[1:]
    if piece.endswith(":") and piece[:-1] in FIELDS:
        return one(rest, piece[:-1])
    return leaf(piece, field), rest


def leaf(piece, field):
    if piece == "*":
        return ("all",)
    if compared := re.fullmatch(r"(votes|comments|stars|age|date)\s*(>=|<=|>|<|=)\s*(.+)", piece):
        return compared.groups()
    if piece[0] == "/":
        return ("is", field, "regex", piece[1:-1])
    if piece[0] == "=":
        return ("is", field, "exact", piece[1:].strip(QUOTES))
    if address := re.fullmatch(r"(?:https?://arxiv\.org/abs/|arxiv:)([\d.]+)(?:v\d+)?", piece):
        return ("is", "id", "words", address[1])
    if address := re.fullmatch(r"(?:https?://doi\.org/|doi:)(.+)", piece):
        return ("is", "id", "words", f"doi:{address[1]}")
    if near := re.fullmatch(rf"[{QUOTES}{SINGLE}](.*)[{QUOTES}{SINGLE}]~(\d+)", piece, re.DOTALL):
        return ("is", field, f"near {near[2]}", near[1])
    text = piece.strip(QUOTES + SINGLE)
    return ("is", field, "prefix", text[:-1]) if text.endswith("*") else ("is", field, "words", text)


# --- matching ------------------------------------------------------------------------------------------------------


class Read:
    """A paper with its fields' words, read once."""

    def __init__(self, paper):
        self.paper = paper
        self.values = {
            "title": [paper.title], "abstract": [paper.abstract], "author": paper.authors, "org": [paper.org],
            "keyword": paper.keywords, "category": paper.categories, "source": paper.sources, "id": [paper.id],
        }  # fmt: skip
        self._words = {}

    def words(self, field):
        """Of each value: its words, their edges, and where each word begins that these name (`places`)."""
        if field not in self._words:
            self._words[field] = [self._read(value) for value in self.values[field]]
        return self._words[field]

    @cached_property
    def lines(self):
        """The values of each field with their line breaks as spaces."""
        return {field: [re.sub(r"[\r\n]", " ", value) for value in some] for field, some in self.values.items()}

    @staticmethod
    def _read(value):
        words = written(value)
        found = edges(words, is_shouted(value, words))
        return words, found, places(found)


def places(text):
    """Where each word of some edges begins, by the word plain, and by the word as it compares."""
    plain, compared = {}, {}
    for at, here in enumerate(text):
        for _, as_compared, word in here:
            plain.setdefault(word, []).append(at)
            compared.setdefault(as_compared, []).append(at)
    return plain, compared


class Oracle:
    """Papers, and which of them a query asks for, by their numbers."""

    def __init__(self, papers, now):
        self._read = [Read(paper) for paper in papers]
        self._now = now
        self._every = set(range(len(papers)))
        self._leaves = {}

    def __repr__(self):
        return "the oracle"

    def answer(self, query):
        head, *rest = query
        if head == "all":
            return self._every
        if head == "and":
            return set.intersection(*map(self.answer, rest))
        if head == "or":
            return set.union(*map(self.answer, rest))
        if head == "not":
            return self._every - self.answer(rest[0])
        if query not in self._leaves:
            asked = self._candidates(*query[1:]) if head == "is" else self._every
            self._leaves[query] = {number for number in asked if self._is_true(query, self._read[number])}
        return self._leaves[query]

    def _candidates(self, field, kind, text):
        """Only a short cut: papers that hold one of the words which each place of a phrase may take, at all."""
        if field not in {"", "title", "abstract", "keyword"} or kind in {"regex", "exact"}:
            return self._every
        found, reached = self._every, 0
        for at, here in enumerate(wanted_edges(kind.split()[0], text, inflects=True)):
            if at >= reached and not any(beginning for *_, beginning in here):  # else it may be one with others
                every_word = (word for _, words, _ in here for word in words)
                found = found & set().union(*(self._holding(field).get(word, ()) for word in every_word))
            reached = max(reached, *(end for end, *_ in here))
        return found

    @lru_cache(None)  # noqa: B019 - one oracle lives as long as its process
    def _holding(self, field):
        holding = {}
        for number, read in enumerate(self._read):
            for name in [field] if field else ["title", "abstract"]:
                for *_, (_, compared) in read.words(name):
                    for word in compared:
                        holding.setdefault(word, set()).add(number)
        return holding

    def _is_true(self, leaf, read):
        if leaf[0] != "is":
            return compares(*leaf, read.paper, self._now)
        _, field, kind, text = leaf
        return any(has(read, name, kind, text) for name in ([field] if field else ["title", "abstract"]))


def has(read, field, kind, text):
    if kind == "regex":
        return any(map(pattern(text).search, read.lines[field]))
    if field in {"category", "source", "id"}:
        return any(is_value(field, kind, text, value) for value in read.values[field])
    if kind == "exact":
        wanted = [word.spelled for word in written(text)]
        return any(side_by_side([word.spelled for word in words], wanted) for words, *_ in read.words(field))
    if field == "author":
        return any(is_author(kind, text, value) for value in read.values[field])
    inflects = field in {"title", "abstract", "keyword"}
    return any(holds(found, known, kind, text, inflects) for _, found, known in read.words(field))


@lru_cache(None)
def pattern(text):
    import re2  # noqa: PLC0415 - the language's own definition of a pattern

    return re2.compile(f"(?i){text}")


def side_by_side(words, wanted):
    return any(words[at : at + len(wanted)] == wanted for at, word in enumerate(words) if word == wanted[0])


@lru_cache(None)
def wanted_edges(kind, text, inflects):
    """For each place of a query's phrase: (where the word ends, the words of a text that it finds, what it begins)."""
    found = edges(written(text))
    return [
        [
            (end, frozenset(), word)
            if kind == "prefix" and end == len(found)
            else (end, frozenset(wanted_by(compared) if inflects else {word}), "")
            for end, compared, word in here
        ]
        for here in found
    ]


def holds(text, known, kind, wanted, inflects):
    kind, *most = kind.split()
    query = wanted_edges(kind, wanted, inflects)
    lost = [all(not start and known[inflects].keys().isdisjoint(words) for _, words, start in here) for here in query]
    if kind == "words" and len(query) == 1:
        return not lost[0]
    if not any(lost) or (any(len(here) > 1 for here in query) and not all(lost)):
        if kind == "near":
            return is_near(text, known, query, units(written(wanted)), int(most[0]), inflects)
        return any(ends(text, at, query, 0, len(query), inflects) for at in starts(known, query[0], inflects))
    return False


def starts(known, here, inflects):
    """Only a short cut: the places of a text where a word of a query can begin at all."""
    plain, compared = known
    beginnings = tuple(start for *_, start in here if start)
    begun = (plain[word] for word in plain if word.startswith(beginnings)) if beginnings else ()
    alike = (compared if inflects else plain).get
    return set().union(*begun, *(alike(word, ()) for _, words, _ in here for word in words))


def ends(text, at, query, number, last, inflects):
    """Where the query's words from one to another end, if they stand in the text from a place on."""
    if number == last:
        return {at}
    return {
        place
        for end, words, beginning in query[number]
        if end <= last
        for edge in (text[at] if at < len(text) else ())
        if is_wanted(words, beginning, edge, inflects)
        for place in ends(text, edge[0], query, end, last, inflects)
    }


def is_wanted(words, beginning, edge, inflects):
    _, compared, word = edge
    return word.startswith(beginning) if beginning else (compared if inflects else word) in words


def units(words):
    """What of a query may stand in any order: words, and words with a hyphen, by where each begins and ends."""
    found = []
    for at, word in enumerate(words):
        if at and is_hyphenated(words[at - 1], word):
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def is_near(text, known, query, wanted, most, inflects):
    """Whether each word of the query has a place of its own, the last beginning at most so far behind the first."""
    places = [
        [
            (at, end, None)
            for at in starts(known, query[start], inflects)
            for end in ends(text, at, query, start, last, inflects)
        ]
        for start, last in wanted
    ]
    for number, ((start, _last), (_, end)) in enumerate(pairwise(wanted)):
        if end == start + 2 and len(query[start]) > 1:  # a name and a number: SAM2 is both
            closed = [[query[start][1]], []]
            closed[0] = [(1, *query[start][1][1:])]
            spans = [
                (at, e) for at in starts(known, closed[0], inflects) for e in ends(text, at, closed, 0, 1, inflects)
            ]
            places[number] += [(*span, number) for span in spans]
            places[number + 1] += [(*span, number + 1) for span in spans]
    return any(
        has_place_each([[place for place in some if place[1] >= first and place[0] < first + most] for some in places])
        for first in {place[1] for some in places for place in some}
    )


def has_place_each(places):
    """Whether one can be chosen of each, no two alike."""
    if not places:
        return True
    some, *others = sorted(places, key=len)
    return any(has_place_each([[p for p in other if p != place] for other in others]) for place in some)


# --- authors -------------------------------------------------------------------------------------------------------


def umlauts(text):
    text = unicodedata.normalize("NFKC", text)
    return re.sub("[äöüÄÖÜ]", lambda found: found[0] + "e", text)


@lru_cache(1 << 16)
def author_edges(text):
    """The edges of a name's words, each word spelled both ways."""
    pairs = zip(edges(written(text)), edges(written(umlauts(text))), strict=True)
    return [[(one[0], {one[2], other[2]}) for one, other in zip(*here, strict=True)] for here in pairs]


def is_author(kind, text, value):
    if kind.startswith("near"):
        ways = [(a, b) for a in (text, umlauts(text)) for b in (value, umlauts(value))]
        return any(holds(edges(written(b)), places(edges(written(b))), kind, a, inflects=False) for a, b in ways)
    query, known = author_edges(text), author_edges(value)
    if any(name_follows(known, at, query, 0, kind == "prefix") for at in range(len(known))):
        return True
    return kind == "words" and any(agree(one, other) for one in names(text) for other in names(value))


def name_follows(known, at, query, number, is_prefix):
    if number == len(query):
        return True
    for end, words in query[number]:
        for text_end, texts in known[at] if at < len(known) else ():
            begins = is_prefix and end == len(query) and any(t.startswith(w) for t in texts for w in words)
            if (begins or texts & words) and name_follows(known, text_end, query, end, is_prefix):
                return True
    return False


SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}


@lru_cache(1 << 16)
def names(text):
    """What a name may be read as: (family name, given names), each name the ways in which it may be spelled."""
    text = unicodedata.normalize("NFKC", text)
    before, comma, after = text.partition(",")
    first, last = name_words(before), name_words(after)
    if comma and first and last:
        return [(closed(first), given(last, text))]
    words = first
    found = [(closed(words[at:]), given(words[:at], text)) for at in range(1, len(words))]
    if len(words) > 1 and is_initials(words[-1], text):
        found.append((closed(words[:-1]), given(words[-1:], text)))
    return found


def name_words(text):
    words = [word for word in re.split(r"[\s.,]+", text) if written(word)]
    while len(words) > 1 and words[-1].casefold() in SUFFIXES:
        words.pop()
    return words


def is_initials(word, text):
    """GE of `GE Hinton` and `Hinton GE`; a name that is all in capitals has none."""
    return word.isalpha() and word.isupper() and len(word) <= 3 and not text.isupper()


def closed(words):
    return {"".join(plain_words(" ".join(words))), "".join(plain_words(umlauts(" ".join(words))))}


def given(words, text):
    """Given names one by one, those with a hyphen apart."""
    parts = [part for word in words for part in (list(word) if is_initials(word, text) else re.split("[-‐‑–−]", word))]
    return [closed([part]) for part in parts if written(part)]


def agree(one, other):
    (family, first), (known, second) = one, other
    if not family & known:
        return False
    if not first or not second:
        return True
    if any("".join(a) == "".join(b) for a in every_way(first) for b in every_way(second)):
        return True
    short, long = sorted((first[1:], second[1:]), key=len)
    return same_name(first[0], second[0]) and is_within(short, long)


def every_way(names):
    return [[sorted(name)[0] for name in names], [sorted(name)[-1] for name in names]]


def same_name(one, other):
    """Whether two given names may be one: an initial agrees with a name."""
    return any(a == b or (1 in {len(a), len(b)} and a[0] == b[0]) for a in one for b in other)


def is_within(short, long):
    """Whether the shorter ones are among the longer in their order."""
    if not short:
        return True
    return any(same_name(short[0], name) and is_within(short[1:], long[at + 1 :]) for at, name in enumerate(long))


def is_value(field, kind, text, value):
    if field == "id":
        text, value = re.sub(r"v\d+$", "", text), re.sub(r"v\d+$", "", value)
    if kind == "exact":
        return text == value
    text, value = text.casefold(), value.casefold()
    if kind == "prefix":
        return value.startswith(text)
    if field == "category" and " " in value:
        return side_by_side(plain_words(value), plain_words(text))
    return value == text or (field == "category" and value.startswith(text + "."))


def compares(name, operator, value, paper, now):
    if name in {"age", "date"}:
        if paper.announced is None:
            return False
        if name == "date":
            known, value = paper.announced, date.fromisoformat(value)
        else:
            known = (now.astimezone(UTC).date() - paper.announced).days
            value = int(value[:-1]) * {"d": 1, "w": 7}[value[-1]]
    else:
        known, value = getattr(paper, name), int(value)
        if known is None:
            return False
    return {">=": known >= value, "<=": known <= value, ">": known > value, "<": known < value, "=": known == value}[
        operator
    ]


# --- all papers ----------------------------------------------------------------------------------------------------


def main():
    """Compares matcher and oracle over every recorded paper and every keyword; exits 1 on a difference."""
    from tests.feeds import oracle_questions as questions  # noqa: PLC0415 - it reads this module

    start = time.monotonic()
    papers, texts = questions.recorded(), questions.every()
    parts = [papers[at : at + PART] for at in range(0, len(papers), PART)]
    with multiprocessing.get_context("spawn").Pool(2, maxtasksperchild=1) as pool:
        differences = [one for found in pool.imap_unordered(_compared, parts) for one in found]
    for text, title in differences[:50]:
        print(f"{text}: {title}")  # noqa: T201 - run by hand
    print(  # noqa: T201 - run by hand
        f"{len(papers):,} papers, {len(texts):,} queries, {len(papers) * len(texts):,} pairs: "
        f"{len(differences)} differences in {time.monotonic() - start:.0f} s"
    )
    sys.exit(bool(differences))


PART = 1_000  # papers of which all words are kept at once


def _compared(papers):
    from tests.feeds import oracle_questions as questions  # noqa: PLC0415 - it reads this module

    return questions.differences(questions.every(), papers, Oracle(papers, questions.NOW))


if __name__ == "__main__":
    main()
