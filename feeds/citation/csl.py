"""CSL-JSON items (citation-style-language/schema, 1.0.2). A preprint is an `article`, with arXiv as its publisher."""

import json
from typing import Any

from feeds.citation.reference import Author, Reference


def entry(key: str, one: Reference) -> str:
    """The paper's item, on one line."""
    return json.dumps(_item(key, one), ensure_ascii=False)


def _item(key: str, one: Reference) -> dict[str, Any]:
    known = {
        "id": key,
        "type": "article-journal" if one.publication else "article",
        "title": one.title,
        "author": [_name(author) for author in one.authors],
        "issued": {"date-parts": [list(one.date)]} if one.date else None,
        "container-title": one.publication,
        "publisher": "arXiv" if one.arxiv and not one.publication else "",
        "number": f"arXiv:{one.arxiv}" if one.arxiv else "",
        "DOI": one.doi,
        "URL": one.url,
        "keyword": ", ".join(one.keywords),
        "note": "Withdrawn" if one.withdrawn else "",
        "abstract": one.abstract,
    }
    return {name: value for name, value in known.items() if value}


def _name(one: Author) -> dict[str, str]:
    """In parts by BibTeX's own rule where its order is not told: the item has no way to leave that to its reader."""
    order = one.order or one.assumed
    return {"family": order.family, "given": order.given} if order else {"literal": one.written}
