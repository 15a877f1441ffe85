"""Papers that a query found, as a table on a terminal: for `try` and `search`."""

from collections.abc import Sequence

from bot.rules.found import Found
from bot.terminal.screen import Piece, Screen
from bot.terminal.table import Column, Row, show
from feeds.paper import Paper, sentence_of

_ROOM = 16
"""Cells of width for each paper that has its sentence shown: of more papers, people look for titles."""


def papers_table(screen: Screen, found: Sequence[Found]) -> None:
    """A row a paper: its title is a link, behind it the words that made it match."""
    votes = any(one.paper.votes is not None for one in found)
    columns = [Column("Announced"), Column("Paper", gives=True), Column("Title", flows=True)]
    if votes:
        columns.insert(2, Column("Votes", right=True, alone="▲ {}"))
    if found:
        show(screen, columns, [_row(one, votes=votes, sentence=len(found) <= screen.width // _ROOM) for one in found])
        screen.blank()


def title_of(paper: Paper) -> Piece:
    """The title, linked to the abstract, else to whatever there is."""
    links = paper.links
    url = links.get("abstract") or links.get("page") or next(iter(links.values()), "")
    return Piece(" ".join(paper.title.split()), url=url)


def _row(one: Found, *, votes: bool, sentence: bool) -> Row:
    paper = one.paper
    words = [Piece(f"  [{', '.join(one.words)}]", "found")] if one.words else []
    said = sentence_of(paper) if sentence else None
    mark = " (by AI)" if said and said.by_ai else ""
    notes = [[Piece(said.text + mark, "aside")]] if said and said.text else []
    count = [f"{paper.votes:,}" if paper.votes is not None else ""] if votes else []
    return Row([str(paper.announced or ""), paper.key, *count, [title_of(paper), *words]], notes)
