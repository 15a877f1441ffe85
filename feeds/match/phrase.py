"""One word or several side by side, as the compiled form writes them, looked for in the tokens of one text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds.words.folding import FOLDS
from feeds.words.inflection import lemmas


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a leaf wants: its kind's letter, its words (each with its lemmas, by commas), and whether they inflect."""

    kind: str
    words: tuple[str, ...]
    inflects: bool

    def places(self, tokens: Sequence[str]) -> Iterator[int]:
        """Where in the tokens the phrase begins. For an exact phrase, the tokens are as they are spelled."""
        start = self.words[0] if self.kind == "e" else self.stem(0)
        last = len(tokens) - len(self.words)
        for at, token in enumerate(tokens):
            if at <= last and token.startswith(start) and self._begins(tokens, at):
                yield at

    def stem(self, number: int) -> str:
        """What every form of a word begins with; text that nowhere holds it, folded, does not hold the word."""
        word = self.words[number]
        if self.kind == "e":
            return word.translate(FOLDS)
        return _common_start([_unchanging(lemma) for lemma in word.split(",")]) if self._varies() else word

    def _varies(self) -> bool:
        return self.inflects and self.kind == "w"

    def _begins(self, tokens: Sequence[str], at: int) -> bool:
        return all(self._is(number, tokens[at + number]) for number in range(len(self.words)))

    def _is(self, number: int, token: str) -> bool:
        word = self.words[number]
        if self.kind == "p" and number == len(self.words) - 1:
            return token.startswith(word)
        return is_form(word, token) if self._varies() else token == word


def is_form(word: str, token: str) -> bool:
    """Whether a token of a text is a form of a word; the word comes with its lemmas."""
    wanted = word.split(",")
    return any(lemma in wanted for lemma in lemmas(token))


def _unchanging(lemma: str) -> str:
    return lemma.removesuffix("e").removesuffix("y").removesuffix("i") if len(lemma) > 1 else lemma


def _common_start(words: Sequence[str]) -> str:
    first, last = min(words), max(words)  # all others lie between these two
    same = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:same]
