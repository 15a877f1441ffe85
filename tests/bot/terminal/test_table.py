"""Tables and lines on terminals of any width: nothing lost, nothing broken, nothing that drives the terminal."""

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.terminal.screen import Piece, Screen
from bot.terminal.table import Column, Row, show
from bot.terminal.told import complaint_of, told
from feeds.query import QueryError, parse_query

COLUMNS = (
    Column("Announced"),
    Column("Paper", gives=True),
    Column("Votes", right=True, alone="▲ {}"),
    Column("Title", flows=True),
)
PAPER = Row(["2026-11-27", "2511.20123", "34", "Streaming diffusion for long videos and more of it"])
WORD = st.text("abcxyz0189", min_size=1, max_size=14)
CELL = st.lists(WORD, min_size=1, max_size=9).map(" ".join)


class Latin(StringIO):
    encoding = "ascii"


def shown(width: int, *rows: Row, columns: tuple[Column, ...] = COLUMNS, looks: bool = False) -> list[str]:
    stream = StringIO()
    show(Screen(stream, width, looks=looks), columns, rows)
    return stream.getvalue().splitlines()


def test_columns_stand_below_their_headings_and_text_flows_beside() -> None:
    assert shown(60, PAPER) == [
        "Announced   Paper       Votes  Title",
        "2026-11-27  2511.20123     34  Streaming diffusion for long",
        "                               videos and more of it",
    ]


def test_a_value_too_long_for_its_column_has_a_line_of_its_own() -> None:
    long = Row(["2026-11-27", "a-key-that-is-longer-than-any-other", "34", "Streaming"])
    assert shown(60, PAPER, long)[-2:] == [
        "2026-11-27  a-key-that-is-longer-than-any-other",
        "                           34  Streaming",
    ]


def test_a_long_word_belongs_below_its_row_and_stays_whole() -> None:
    address = "https://papers.example.org/a/long/address/of/one/more"
    assert shown(60, PAPER._replace(cells=["2026-11-27", "2511.20123", "34", f"see {address}"]))[-3:] == [
        "2026-11-27  2511.20123     34",
        "    see",
        f"    {address}",
    ]


def test_a_narrow_terminal_is_told_in_words() -> None:
    assert shown(36, PAPER) == [
        "2026-11-27 · 2511.20123 · ▲ 34",
        "  Streaming diffusion for long",
        "  videos and more of it",
    ]


def test_wide_characters_take_the_cells_that_they_take() -> None:
    columns = (Column("Name", gives=True), Column("Sent", right=True))
    rows = [Row(["拡散", "1"]), Row(["❤️👩‍🔬", "22"]), Row(["e\u0301e\u0301", "3"])]
    found = shown(40, *rows, columns=columns)
    assert {cell_len(line) for line in found} == {10}


@given(
    rows=st.lists(st.tuples(WORD, CELL, st.integers(0, 10**6).map(str), CELL, st.lists(CELL, max_size=2)), max_size=5),
    width=st.integers(1, 200),
)
def test_every_word_is_there_whole_and_no_line_is_too_long(rows: list[tuple], width: int) -> None:
    made = [Row([day, key, votes, title], notes) for day, key, votes, title, notes in rows]
    columns = (Column("A", gives=True), *COLUMNS[1:])
    found = shown(width, *made, columns=columns)
    words = [word for line in found for word in line.replace("·", " ").replace("▲", " ").split()]
    wanted = [word for row in made for cell in (*row.cells, *row.notes) for word in str(cell).split()]
    headings = [column.heading for column in columns]
    assert sorted(words) in (sorted(wanted), sorted([*headings, *wanted]))
    longest = max((len(word) for word in words), default=0)
    assert all(len(line) <= max(width, longest + 4) for line in found)


def test_titles_are_links_of_which_every_line_is_part() -> None:
    title = [Piece("Streaming diffusion for long videos and more", "head", "https://example.org/é\x1b]8;;x")]
    lines = shown(60, Row(["2026-11-27", "1", "2", title]), looks=True)
    assert "\x1b]8;;x" not in "".join(lines)
    sound = [Piece(title[0].text, "head", "https://example.org/é")]
    links = [
        line.split("\x1b]8;")[1].split("\x1b")[0] for line in shown(60, Row(["1", "1", "2", sound]), looks=True)[1:]
    ]
    assert len(links) == 2
    assert len(set(links)) == 1
    assert links[0].endswith(";https://example.org/%C3%A9")


@pytest.mark.threat(24)
def test_what_drives_a_terminal_is_shown_as_a_sign() -> None:
    stream = StringIO()
    screen = Screen(stream, 60, looks=False)
    told(screen, "FAILED x: \x1b]0;pwned\x07 \x9b31m \u202egnirts\r")
    show(screen, COLUMNS, [PAPER._replace(cells=["\x1b[2J", "a\x07", "1", "b\x9b"])])
    assert not set(stream.getvalue()) & set("\x1b\x07\x9b\u202e\r")


def test_no_colour_and_a_dumb_terminal_get_no_escape() -> None:
    assert "\x1b" in "".join(shown(80, PAPER, looks=True))
    for environment, plain in (
        ({}, False),
        ({"NO_COLOR": "1"}, True),
        ({"NO_COLOR": ""}, False),
        ({"TERM": "dumb"}, True),
    ):
        stream = StringIO()
        show(Screen.of(stream, environment), COLUMNS, [PAPER])
        assert ("\x1b" not in stream.getvalue()) is plain


def test_a_terminal_without_our_signs_gets_others_as_wide() -> None:
    stream = Latin()
    Screen(stream, 60, looks=False).say("a · b → c ██")
    assert stream.getvalue() == "a - b > c ##\n"


@pytest.mark.parametrize("width", [24, 40, 80])
@pytest.mark.parametrize(
    "query", ['拡散 OR "モデル" titel:x', "diffusion OR flow OR (agents AND memory) titel:x", "titel:x"]
)
def test_a_caret_stands_below_its_fault(query: str, width: int) -> None:
    stream = StringIO()
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    complaint_of(Screen(stream, width, looks=False), caught.value)
    lines = stream.getvalue().splitlines()
    (caret,) = [number for number, line in enumerate(lines) if line.strip() == "^"]
    above = lines[caret - 1]
    assert above[len(above) - len(above.lstrip()) :].isprintable()
    at = cell_len(lines[caret]) - 1
    start = next(number for number in range(len(above)) if cell_len(above[:number]) == at)
    assert above[start:].startswith("titel")
    assert all(cell_len(line) <= width for line in lines)


def test_running_text_that_is_empty_has_no_line_in_words() -> None:
    columns = (Column("Name"), Column("Title", flows=True))
    assert shown(8, Row(["a-long-name", ""], notes=["n"]), columns=columns) == ["a-long-name", "  n"]
    assert shown(8, Row(["a-long-name", "text"]), columns=columns) == ["a-long-name", "  text"]


def test_a_line_end_in_a_name_parts_no_row() -> None:
    name = Column("Name", gives=True)
    assert shown(60, Row(["a\nb"], ["said\n by c"]), columns=(name,)) == ["Name", "a b", "    said by c"]
