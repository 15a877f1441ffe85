"""What the rules of "one word, several spellings" find and what they find wrongly, by an independent count.

`python -m benchmarks.spellings`. Of the recorded papers: the 40 commonest keywords that texts spell in several ways,
and 40 acronyms. The count is by regular expressions over the texts as they stand, each written here by hand or by a
plain rule of its own; it shares nothing with feeds.words.
"""

import re
from collections import Counter
from collections.abc import Sequence

from benchmarks.subscriptions import papers
from feeds.match import Batch
from feeds.paper import Paper
from feeds.query import parse_query

_ACRONYMS = tuple(
    """
    LLM RAG RL AI GAN IDS GPS SAR ASR TTS NER QA VQA SFT DPO PPO RLHF MoE CoT CLIP SAM OCR KV NLP CV GNN CNN RNN VAE ViT
    MLLM VLM SLAM SOTA DNS OS iOS NAS TOS SIS
    """.split()  # noqa: SIM905 - a list of words reads better as a text
)
_COMMONEST = 40
_HYPHEN = r"[-‐‑–−]\s*"
_FORMS = r"(?:s|es|d|ed|r?ing|ings)?"


def main() -> None:
    corpus = papers()
    batch = Batch(corpus)
    texts = [f"{paper.title}\n\n{paper.abstract}" for paper in corpus]
    _print_missed(batch, corpus, texts)
    _print_false(batch, corpus, texts)


def _print_missed(batch: Batch, corpus: Sequence[Paper], texts: Sequence[str]) -> None:
    missed = meant = 0
    print(f"{'keyword':<22} {'meant':>6} {'missed':>6} {'as one spelling':>16}")
    for keyword, parts in _several_ways(texts):
        wanted = _holding(texts, _any_spelling(parts))
        found = _found(batch, keyword)
        plain = _holding(texts, rf"(?i)\b{keyword}{_FORMS}\b")
        meant, missed = meant + len(wanted), missed + len(wanted - found)
        print(f"{keyword:<22} {len(wanted):>6} {len(wanted - found):>6} {len(plain):>16}")
    print(f"missed {missed} of {meant}: {100 * missed / meant:.2f} %\n")


def _several_ways(texts: Sequence[str]) -> list[tuple[str, tuple[str, str]]]:
    """The commonest words that are written closed and with a hyphen, each at least one time in fifty."""
    closed = Counter(word for text in texts for word in set(re.findall(r"[a-z]{5,}", text.lower())))
    pairs = Counter(pair for text in texts for pair in set(re.findall(r"\b([a-z]{2,})-([a-z]{2,})\b", text.lower())))
    several = [
        (closed["".join(pair)] + count, pair)
        for pair, count in pairs.items()
        if min(closed["".join(pair)], count) * 50 > closed["".join(pair)] + count
    ]
    return [("".join(pair), pair) for _, pair in sorted(several, reverse=True)[:_COMMONEST]]


def _any_spelling(parts: tuple[str, str]) -> str:
    first, last = parts
    return rf"(?i)(?<![^\W_])(?<!@)(?<!\d\.){first}(?:{_HYPHEN})?{last}(?![^\W_])(?!@\w)"


def _print_false(batch: Batch, corpus: Sequence[Paper], texts: Sequence[str]) -> None:
    false = found = 0
    print(f"{'acronym':<8} {'found':>6} {'false':>6}")
    for acronym in _ACRONYMS:
        hits = _found(batch, acronym)
        right = _holding(texts, _acronym(acronym))
        false, found = false + len(hits - right), found + len(hits)
        print(f"{acronym:<8} {len(hits):>6} {len(hits - right):>6}")
    print(f"false {false} of {found}: {100 * false / found:.2f} %")


def _acronym(acronym: str) -> str:
    """Itself in any case, and its plural; IDS has none, and `ids` is it while `IDs` is not."""
    if acronym.endswith("S"):
        return rf"(?<![^\W_])(?:{acronym}|{acronym.lower()}|{acronym.title()})(?![^\W_])"
    return rf"(?<![^\W_])(?i:{acronym})(?:['’]?s)?(?![^\W_])"


def _holding(texts: Sequence[str], pattern: str) -> set[int]:
    compiled = re.compile(pattern)
    return {number for number, text in enumerate(texts) if compiled.search(text)}


def _found(batch: Batch, text: str) -> set[int]:
    bits = batch.bitmap(parse_query(text))
    return {number for number in range(len(batch.papers)) if bits >> number & 1}


if __name__ == "__main__":
    main()
