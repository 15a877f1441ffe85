"""The papers of the site that the browser looks at: plain ones, a crowd of authors, other scripts, hostile texts."""

from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any

from tests.fakes.source import item

_DAY = date(2025, 9, 12)
HOSTILE = [
    "<script>document.title='owned'</script> & <b>bold</b>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "</title></textarea><svg onload=document.title='owned'>",
    "[link](javascript:document.title='owned') {{ 7*7 }}",
    "]]> <![CDATA[x]]> <!-- --> &lt;b&gt;",
]
_WORDS = (
    "large", "language", "model", "reasoning", "diffusion", "of", "the", "with", "efficient", "multimodal",
    "reinforcement", "learning", "for", "scalable", "benchmark", "and", "generalization", "in", "retrieval",
)  # fmt: skip


def _text(start: int, words: int) -> str:
    return " ".join(islice(cycle(_WORDS), start % len(_WORDS), start % len(_WORDS) + words)).capitalize()


def _long(number: int) -> dict[str, Any]:
    """As long as recorded ones are on average: a title of ten words, a sentence of 28, eight authors, all links."""
    one = item(
        f"2507.{number:05}",
        f"{_text(number, 10)}: {number}",
        ". ".join(_text(number + n, 25) for n in range(7)) + ".",
        _BUSY,
        votes=number * 7 % 100 + 1,
        comments=2,
        stars=number,
        authors=[f"Firstname{n} Lastname{number}" for n in range(8)],
        org="Institute of Everything",
        code="https://github.example/one",
        project="https://project.example/one",
    )
    one["paper"]["ai_summary"] = _text(number, 28) + "."
    return one


_BUSY = date(2025, 7, 15)
PAPERS = [
    *(_long(number) for number in range(1, 101)),
    item("2509.00001", "Streaming video agents", "Agents that remember a stream.", _DAY, votes=12),
    item("2509.00002", "The Dragon Hatchling", "Streaming neurons meet. " * 12, _DAY, votes=90, comments=3),
    item("2509.00003", "A crowd", "An agent of many.", _DAY, authors=[f"Author Number{n}" for n in range(1_303)]),
    item("2509.00004", "نموذج لغوي كبير LLM 大语言模型", "Streaming in other scripts.", _DAY, authors=["محمد علي"]),
    item("2509.00005", "W" * 300, "An agent with an unbreakable title.", _DAY, keywords=["agents", "long words"]),
    *(item(f"2509.001{n:02}", text, f"A streaming {text}", _DAY, authors=[text]) for n, text in enumerate(HOSTILE)),
    *(
        item(f"2508.{n:05}", f"Streaming paper {n}", "An agent streams.", _DAY - timedelta(days=n % 60), votes=n)
        for n in range(1, 25)
    ),
]  # fmt: skip
