"""Each `data/NAME.input` is recognised and read as `data/NAME.json` says; the name begins with its kind."""

import json
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from feeds.digests import parse_digest, sniff
from feeds.digests.reading import PARSERS
from feeds.paper import Digest, Paper

DATA = Path(__file__).parent / "data"
INPUTS = sorted(DATA.glob("*.input"))


def shown(digest: Digest) -> object:
    """A digest as JSON; what a paper does not have is left out."""
    papers = [
        {name: value if isinstance(value, bool | int | list | dict) else str(value) for name, value in known(paper)}
        for paper in digest.papers
    ]
    skipped = [[one.item, one.reason] for one in digest.skipped]
    return json.loads(json.dumps({"day": str(digest.day), "papers": papers, "skipped": skipped}))


def known(paper: Paper) -> list[tuple[str, object]]:
    given = []
    for one in fields(Paper):
        value = getattr(paper, one.name)
        empty = one.default if one.default is not MISSING else {}
        if value != empty:
            given.append((one.name, list(value) if isinstance(value, tuple) else value))
    return given


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_an_input_is_recognised_and_read_as_its_golden_says(path: Path) -> None:
    data = path.read_bytes()
    golden = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))

    assert path.stem.startswith(sniff(data))
    assert shown(parse_digest(data)) == golden
    assert shown(parse_digest(data, sniff(data))) == golden


def test_every_kind_has_a_golden() -> None:
    assert {sniff(path.read_bytes()) for path in INPUTS} == set(PARSERS)
