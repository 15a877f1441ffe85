"""What matcher and oracle are both asked: recorded papers, keywords of real bots, generated queries."""

import gzip
import json
import random
import re
from datetime import UTC, date, datetime
from pathlib import Path

from feeds.match import Batch, Subscriptions, match
from feeds.paper import Paper
from feeds.query import QueryError, parse_query
from tests import oracle

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
NOW = datetime(2026, 8, 25, 12, tzinfo=UTC)
TRANSLATED = (  # keywords/query_strings.json in our language, in its order
    "(abstract:JWST OR abstract:(James Webb)) (category:astro-ph.GA OR category:astro-ph.CO)",
    "(abstract:JWST OR abstract:(James Webb)) (category:astro-ph.GA OR category:astro-ph.CO) author:Brammer",
    'graph (unsupervised OR self-supervised OR "representation learning" OR "convolutional networks")',
    "category:cs.RO neural",
    "author:muro OR f",
    "Einstein",
    "author:gariazzo",
    (
        'title:"language model" OR title:Transformer OR title:MoE OR title:"foundation model" OR title:alignment '
        'OR title:"model training"'
    ),
    '(title:"object detection" OR abstract:"object detection") category:cs.CV',
    "title:(qudit AND ion) OR abstract:(qudit AND ion)",
    (
        '(title:"quantum computing" OR abstract:"quantum computing") (title:finance OR abstract:finance '
        "OR title:financial OR abstract:financial OR category:q-fin*)"
    ),
    '"quantum computing" (finance OR "quantitative finance" OR pricing OR portfolio OR CVA OR xVA)',
    (
        'title:"remote sensing" OR abstract:"remote sensing" OR title:hyperspectral OR abstract:hyperspectral '
        "OR title:SAR OR abstract:SAR OR title:multispectral OR abstract:multispectral"
    ),
    '"remote sensing" AND "deep learning"',
    "(author:del_maestro OR author:bob) -(title:checkerboard OR title:Pyrochlore)",
    '("image geolocalization" OR "image geolocation" OR "cross-view matching" OR "street view") -"medical imaging"',
    "amyloid",
)


def recorded(step: int = 1) -> list[Paper]:
    """Every `step`th recorded paper, with categories and stars made up, since the recording has none."""
    with gzip.open(DATA / "corpus" / "hf_daily_papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_paper(number, json.loads(line)) for number, line in enumerate(lines) if number % step == 0]


def _paper(number: int, record: dict[str, object]) -> Paper:
    categories = (("cs.CL", "cs.LG"), ("cs.CV",), ("astro-ph.GA",), ("q-fin.ST", "Cancer Biology"), ())
    return Paper(
        record["id"], record["title"], record["abstract"], record["authors"], votes=record["upvotes"],
        keywords=record["keywords"] or (), org=record["organization"] or "",
        announced=date.fromisoformat(record["daily"][:10]) if record["daily"] else None,
        sources=("daily-papers", "huggingface"), categories=categories[number % 5],
        stars=number * 7 % 500 if number % 3 else None,
    )  # fmt: skip


def keywords() -> list[str]:
    """Every keyword of the recorded profiles, each once, in our language."""
    profiles = json.loads((DATA / "keywords" / "profiles.json").read_text("utf-8"))
    words = [
        _translated(word, profile["kind"])
        for profile in profiles
        for word in [*profile["include"], *profile["exclude"], *_flat(profile["require_any"])]
    ]
    return list(dict.fromkeys(words))


def _flat(groups: list[str | list[str]]) -> list[str]:
    return [word for group in groups for word in ([group] if isinstance(group, str) else group)]


def _translated(word: str, kind: str) -> str:
    """`a*` is no wildcard in those bots (quirks, section 5)."""
    return f"/{word}/" if kind == "regex" else '"' + re.sub(r"[\"*]", " ", word).strip() + '"'


def differences(texts: list[str], papers: list[Paper], judge: oracle.Oracle) -> list[tuple[str, str]]:
    """Query and title wherever matcher and oracle disagree."""
    batch = Batch(papers, NOW)
    found = []
    queries = {text: parse_query(text) for text in texts}
    subscribed = match(Subscriptions(queries.items()), papers, NOW)
    for text, bits in zip(texts, batch.bitmaps([queries[text] for text in texts]), strict=True):
        found += [(f"subscribed: {text}", "") for _ in "." if subscribed[text] != batch.chosen(bits)]
        hits = {number for number in range(len(papers)) if bits >> number & 1}
        found += [(text, papers[number].title) for number in hits ^ judge.answer(oracle.parse(text))]
    return found


WORDS = tuple(
    """
    model models diffusion streaming stream pruning prune LLM LLMs RAG agent agents image imaging video kv cache
    KV-Cache GPT-4 Llama-3.1 3D fine-tuning fine tuned embedding embeddings bias analysis studies study
    generation language large transformer transform planning plan plane times sim text it learning learned use
    uses used set settings data β beta chain-of-thought self-supervised rates news new process see seed C++
    pass@1 R1 Schrödinger attention multi-agent
    pretraining pre-training multimodal multi-modal finetuning SAM-2 SAM2 GPT4 Llama3 T5 T-5 IDS IDs GPS 3-D
    optimisation behaviour modelling analyses analyze matrix indices bases children criterion end-to-end zero-shot
        """.split()  # noqa: SIM905 - a list of words reads better as a text
)
OTHERS = (
    "author:wang", 'author:"yang li"', "author:zha*", "org:university", "category:cs", "category:cs.CV",
    "category:biology", "source:huggingface", "votes>=50", "votes<10", "stars>100", "comments>1", "age<400d",
    "age>=30w", "date>=2025-01-01", "date<2024-06-01", "*", 'author:"Yoshua Bengio"', 'author:"Y. Wang"',
    'author:"Li, Yang"', 'author:"X. M. Chen"', "author:xiao-ming", 'author:"Yang L*"', 'author:"zhang wei"~2',
    "author:=Wang", "author:müller", 'author:"van der Maaten"', "org:deep-mind", 'org:"google research"~3',
    "2503.02130", "https://arxiv.org/abs/2503.02130", "'large language model'", "+video +model",
)  # fmt: skip


def every() -> list[str]:
    """All that `make oracle` asks."""
    return list(dict.fromkeys([*keywords(), *TRANSLATED, *LEAVES, *generated(3_400)]))


def generated(number: int, seed: int = 1) -> list[str]:
    """That many queries that the language allows."""
    dice = random.Random(seed)
    found: list[str] = []
    while len(found) < number:
        text = some_query(dice)
        if is_query(text):
            found.append(text)
    return found


def is_query(text: str) -> bool:
    """Whether the language allows it; made-up queries often make no sense."""
    try:
        parse_query(text)
    except QueryError:
        return False
    return True


def some_query(dice: random.Random, depth: int = 3) -> str:
    """A query of up to eight leaves."""
    shape = dice.choice(("leaf", "leaf", "and", "AND", "or", "|", "not", "not first")) if depth else "leaf"
    if shape == "leaf":
        return dice.choice(LEAVES)
    first, second = some_query(dice, depth - 1), some_query(dice, depth - 1)
    return {
        "and": f"{first} {second}", "AND": f"{first} AND {second}", "or": f"({first} OR {second})",
        "|": f"({first}) | {second}", "not": f"{first} -({second})",
        "not first": f"-({second}) {first}",
    }[shape]  # fmt: skip


def _some_leaf(dice: random.Random) -> str:
    word, other = dice.choice(WORDS), dice.choice(WORDS)
    field = dice.choice(("", "", "", "title:", "abstract:", "keyword:"))
    pattern = "".join(c if c.isalnum() else "." for c in word)
    return dice.choice(
        (f"{field}{word}", f"{field}{word}", f"{field}{word}", f'{field}"{word} {other}"', f"{field}={word}",
         f'{field}="{word} {other}"', f"{field}{word}-mode*", f"{field}gene*", f"{field}/{pattern}[a-z]/",
         f'{field}"{word} {other}"~{dice.choice((1, 2, 5, 20))}', f'{field}"{word} {other} model"~9',
         f'{field}"{word} gene*"', f"{field}{word}", f'{field}"{word} {other} {dice.choice(WORDS)}"',
         dice.choice(OTHERS))
    )  # fmt: skip


LEAVES = tuple(leaf for leaf in map(_some_leaf, [random.Random(7)] * 600) if is_query(leaf))
