"""The query language once more, written plainly from the contract and slowly, to judge the matcher by.

Shares no code with it. `python -m tests.oracle` compares the two over the whole recorded corpus.
"""

import re
import sys
import time
import unicodedata
from datetime import UTC, date
from functools import lru_cache

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


def tokens(text, folding=True):
    """Each word of a text, folded or (for `=`) as it is spelled."""
    text = unicodedata.normalize("NFKC", text)
    for remains in REMAINS:
        text = re.sub(remains, lambda found: " " * len(found[0]), text)
    characters = []
    for character in text:
        characters += folded(character) if folding else spelled(character)
    found, word = [], ""
    for at, character in enumerate(characters):
        before, after = word[-1:], "".join(characters[at + 1 : at + 2])
        if is_han(character):
            found += [word, character]
            word = ""
        elif is_letter(character) and not (before in {"+", "#"} and before):
            word += character
        elif is_letter(character):
            found.append(word)
            word = character
        elif (
            (character == "." and before.isdigit() and after.isdigit())
            or (character == "@" and is_letter(before) and is_letter(after))
            or (character in "+#" and before and is_final(characters, at))
        ):
            word += character
        else:
            found.append(word)
            word = ""
    return [word for word in [*found, word] if word]


def is_final(characters, at):
    while at < len(characters) and characters[at] in "+#":
        at += 1
    return at == len(characters) or not (is_letter(characters[at]) or is_han(characters[at]))


def is_letter(character):
    return bool(character) and character.isalnum() and not is_han(character)


def is_han(character):
    code = ord(character)
    return (
        0x3005 <= code <= 0x3007 or 0x3400 <= code <= 0x4DBF or 0x4E00 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF
    )


@lru_cache(None)
def folded(character):
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    kept = [c for c in decomposed if unicodedata.category(c) not in {"Mn", "Mc", "Me", "Cf"}]
    return [piece for c in kept for piece in (GREEK[ord(c) - 0x3B1] if "α" <= c <= "ω" else OTHER_LETTERS.get(c, c))]


def spelled(character):
    return [] if unicodedata.category(character) == "Cf" else [character]


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


@lru_cache(None)
def forms(base):
    """Every form of a word, taken as noun and as verb."""
    every = {base}
    if not re.fullmatch(r"[a-z]{2,}", base):
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
    return (every - ONLY_THEMSELVES) | {base}


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
    """Every word that is a form of one word with this."""
    stems = {word[:end] for end in range(max(1, len(word) - 6), len(word) + 1)}
    bases = {stem + ending for stem in stems for ending in ("", "e", "y", "ie")}
    same = {form for base in bases if word in forms(base) for form in forms(base)}
    return same | {word}


# --- queries -------------------------------------------------------------------------------------------------------

FIELDS = ("title", "abstract", "author", "org", "keyword", "category", "source", "id")
QUOTES = '"“”„‟«»＂'


def parse(text):
    """A query as nested tuples.

    Those are ("and", ...), ("or", ...), ("not", x), ("all",), ("is", field, kind, text)
    or a comparison (name, operator, value).
    """
    pieces = re.findall(
        rf"/(?:\\.|[^/\\])+/(?=[\s()|]|$)|=?[{QUOTES}][^{QUOTES}]*[{QUOTES}]"
        rf"|(?:votes|comments|stars|age|date)\s*(?:>=|<=|>|<|=)\s*[^\s()|]+|(?:{'|'.join(FIELDS)}):|[()|]"
        rf"|(?:(?<=^)|(?<=[\s(]))-(?=[^\s])|[^\s()|{QUOTES}]+",
        text,
    )
    node, rest = either(pieces, "")
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
    if piece.endswith("*"):
        return ("is", field, "prefix", piece[:-1])
    return ("is", field, "words", piece.strip(QUOTES))


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

    def words(self, field, folding):
        if (field, folding) not in self._words:
            found = [tokens(value, folding) for value in self.values[field]]
            self._words[field, folding] = [(words, set(words)) for words in found]
        return self._words[field, folding]


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
            self._leaves[query] = {number for number, read in enumerate(self._read) if self._is_true(query, read)}
        return self._leaves[query]

    def _is_true(self, leaf, read):
        if leaf[0] != "is":
            return compares(*leaf, read.paper, self._now)
        _, field, kind, text = leaf
        return any(has(read, name, kind, text) for name in ([field] if field else ["title", "abstract"]))


def has(read, field, kind, text):
    if kind == "regex":
        import re2  # noqa: PLC0415 - the language's own definition of a pattern

        pattern = re2.compile(f"(?i){text}")
        return any(pattern.search(re.sub(r"[\r\n]", " ", value)) for value in read.values[field])
    if field in {"category", "source", "id"}:
        return any(is_value(field, kind, text, value) for value in read.values[field])
    wanted = wanted_words(kind, text, inflects=field in {"title", "abstract", "keyword"})
    return any(holds(words, known, wanted) for words, known in read.words(field, kind != "exact"))


@lru_cache(None)
def wanted_words(kind, text, inflects):
    words = tokens(text, kind != "exact")
    if kind == "prefix":
        return [*({word} for word in words[:-1]), words[-1]]
    return [found_by(word) if kind == "words" and inflects else {word} for word in words]


def holds(words, known, wanted):
    if any(not isinstance(one_word, str) and known.isdisjoint(one_word) for one_word in wanted):
        return False
    last = len(words) - len(wanted)
    return any(all(is_wanted(words[at + n], one_word) for n, one_word in enumerate(wanted)) for at in range(last + 1))


def is_wanted(word, wanted):
    return word.startswith(wanted) if isinstance(wanted, str) else word in wanted


def is_value(field, kind, text, value):
    if field == "id":
        text, value = re.sub(r"v\d+$", "", text), re.sub(r"v\d+$", "", value)
    if kind == "exact":
        return text == value
    text, value = text.casefold(), value.casefold()
    if kind == "prefix":
        return value.startswith(text)
    if field == "category" and " " in value:
        return holds(tokens(value), set(tokens(value)), [{word} for word in tokens(text)])
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
    papers = questions.recorded()
    texts = [*questions.keywords(), *questions.TRANSLATED, *questions.generated(2000)]
    differences = questions.differences(texts, papers, Oracle(papers, questions.NOW))
    for text, title in differences[:50]:
        print(f"{text}: {title}")  # noqa: T201 - run by hand
    print(  # noqa: T201 - run by hand
        f"{len(papers):,} papers, {len(texts):,} queries, {len(papers) * len(texts):,} pairs: "
        f"{len(differences)} differences in {time.monotonic() - start:.0f} s"
    )
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
