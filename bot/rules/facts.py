"""What a program is told of a paper, as JSON: what is known, and nothing empty. Pure."""

from typing import Any

from feeds.paper import Paper


def facts_of(one: Paper) -> dict[str, Any]:
    """All that the archive knows of a paper."""
    known: dict[str, Any] = {
        "key": one.key,
        "id": one.id,
        "title": one.title,
        "abstract": one.abstract,
        "authors": one.authors,
        "announced": one.announced and one.announced.isoformat(),
        "published": one.published and one.published.isoformat(),
        "votes": one.votes,
        "comments": one.comments,
        "stars": one.stars,
        "categories": one.categories,
        "keywords": one.keywords,
        "org": one.org,
        "sentence": one.sentence,
        "doi": one.doi,
        "publication": one.publication,
        "links": dict(one.links),
        "withdrawn": one.withdrawn or None,
    }
    return {name: value for name, value in known.items() if value not in (None, "", (), {})}
