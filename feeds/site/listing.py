"""Papers as they stand in lists: what is the same in many of them is made once."""

from functools import partial

from markupsafe import Markup

from feeds.citation import coins
from feeds.known import Known, remembered
from feeds.match.reasons import Reason, Texts, reasons, texts
from feeds.paper import Paper
from feeds.query import Query
from feeds.site.card import Found, card_of, found_in
from feeds.site.drawing import parts
from feeds.site.pieces import piece
from feeds.site.values import Listed


class Lister:
    """Puts one paper into many lists. Lists in which the same is found of it share what is made."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._texts: Texts = texts()
        self._found: Known[tuple[Reason, ...], Found] = Known(partial(found_in, paper))
        self._made: dict[tuple[Found, str, bool, bool], Markup] = {}

    def listed(
        self, query: Query | None, root: str, mark: str = "", *, served: bool = False, dated: bool = False
    ) -> Listed:
        """The paper, with what the query found in it marked. `root` leads to the start page's folder.

        `served`: its author and organisation lead to what they have else; `dated`: it says its day, as no heading does.
        """
        found = reasons(query.tree, self._paper, texts=self._texts) if query else ()
        shown = (self._found[found], root, served, dated)
        if shown not in self._made:
            self._made[shown] = _drawn(self._paper, *shown)
        return Listed(self._paper.announced, piece(self._made[shown], mark))


def listed(
    paper: Paper, query: Query | None, root: str, mark: str = "", *, served: bool = False, dated: bool = False
) -> Listed:
    """A paper in one list, as a Lister puts it there."""
    return Lister(paper).listed(query, root, mark, served=served, dated=dated)


def _drawn(paper: Paper, found: Found, root: str, served: bool, dated: bool) -> Markup:  # noqa: FBT001  (as it is kept)
    html: Markup = parts().paper(found, *_around(paper, root, served=served, dated=dated))
    return html


@remembered(512)
def _around(paper: Paper, root: str, *, served: bool, dated: bool) -> tuple[str, Markup, Markup, Markup, str]:
    """Where the paper's page is, its picture, its authors, its facts, and what Zotero finds: the same in every feed."""
    card = card_of(paper)
    picture, authors = parts().picture(card, root), parts().authors(card, root, served)
    return root + card.path, picture, authors, parts().facts(card, dated), coins(paper)
