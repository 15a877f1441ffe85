"""One word, several spellings (contract): which are one, and which are not."""

import pytest

from feeds.match import match
from feeds.paper import Paper
from feeds.query import parse_query


def finds(query: str, title: str) -> bool:
    return bool(match({0: parse_query(query)}, [Paper("1", title, "")])[0])


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("pretraining", "On pre-training"), ("pre-training", "On pretraining"), ("pre-training", "On pre training"),
        ("multi-modal", "Multimodal nets"), ("state-of-the-art", "A stateoftheart net"),
        ('"state-of-the-art nets"', "Some stateoftheart nets"), ('"a multi-modal net"', "A multimodal net"),
        ("SAM2", "With SAM 2"), ("SAM2", "With SAM-2"), ("SAM-2", "With SAM2"), ('"SAM 2"', "With SAM2"),
        ('"with SAM 2 alone"', "With SAM2 alone"), ("T5", "With T-5"), ("T-5", "With T5"),
        ("IDS-2", "An IDS2"), ('"IDS 2"', "An IDS2"), ("GPS-free", "A gpsfree map"), ("un-GPS", "An UNGPS map"),
        ("IDS", "An ids net"), ("ids", "An IDS net"), ("LLM", "Of LLMs"), ("LLMs", "An LLM"),
        ("optimisation", "On optimization"), ("matrix", "Of matrices"), ("analysis", "Two analyses"),
        ("indi-ces", "An index"),
    ],
)  # fmt: skip
def test_one_word(query: str, title: str) -> None:
    assert finds(query, title)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("pretraining", "On pre training"), ('"pre training"', "On pretraining"), ("GPT-4", "With GPT-4o"),
        ("qwen", "With Qwen2.5"), ("T5", "With T 5"), ("ID", "An IDS net"), ("IDS", "An ID"), ("IDS-2", "An S2"),
        ('"SAM 2 alone"', "SAM2 and alone"), ("=pretraining", "On pre-training"), ("=IDS", "An ids net"),
        ("=optimisation", "On optimization"), ('"state-of-the-art nets"', "stateoftheart in nets"),
    ],
)  # fmt: skip
def test_another_word(query: str, title: str) -> None:
    assert not finds(query, title)


SPELLED = """
    traveller/traveler modellers/modelers labeller/labeler counsellor/counselor cancelled/canceled fuelled/fueled
    initialling/initialing dialogues/dialogs catalogued/cataloged haem/hem haemia/hemia faecal/fecal paed/ped
    Foetal/fetal anaemic/anemic Jaemin/Jemin aesthetic/esthetic oedema/edema sulphide/sulfide
    palaeontology/paleontology fibre/fiber centred/centered neighbours/neighbors defence/defense judgement/judgment
    organisers/organizers paralysed/paralyzed grey/gray greyscale/grayscale moulds/molds sceptics/skeptics
    aeroplane/airplane tyres/tires ageing/aging manoeuvring/maneuvering practised/practiced fulfil/fulfill
    enrolment/enrollment programmes/programs learnt/learned jewellery/jewelry artefacts/artifacts ploughed/plowed
"""


@pytest.mark.parametrize("spellings", SPELLED.split())
def test_every_spelling_finds_every_other_and_tells_where(spellings: str) -> None:
    british, american = spellings.split("/")
    for query in (british, american):
        for title in (british, american):
            found = match({0: parse_query(query)}, [paper := Paper("1", f"A {title} here", "")])
            assert [(one.start, one.end) for one in found.reasons(0, paper)] == [(2, 2 + len(title))], (query, title)
