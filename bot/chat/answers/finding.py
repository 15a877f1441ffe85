"""`preview`, `latest`, `search`, `top`, `feed`: what the archive has."""

from urllib.parse import quote

from sqlalchemy import Connection

from bot.chat.answers import wording
from bot.chat.asked import Asked
from bot.chat.commands import Feed, Latest, Preview, Search, Top
from bot.chat.reply import Reply
from bot.chat.seeking import BEST
from feeds.paper import Paper
from feeds.site import Period, search_path


def preview(_: Connection, asked: Asked, command: Preview) -> Reply:
    """What it would have brought, and what spelling may be better."""
    told = asked.sought.backtest
    assert told is not None
    query = command.query.text
    lines = [wording.short(query), *wording.tried(told, newest=5)]
    if found := wording.better(told):
        why, other = found
        lines.append(f"{why}. " + (f"Better: {asked.example(f'preview {other}')}" if other else ""))
    return Reply("\n".join([*lines, "", asked.example(f"subscribe {query}")]))


def latest(_: Connection, asked: Asked, command: Latest) -> Reply:
    """The newest five."""
    query = command.query.text if command.query else ""
    if not query and not asked.sought.asked:
        return Reply(f"Nothing is subscribed to here. Send {asked.example('latest diffusion')}")
    return _papers(asked, f"The newest for {wording.short(query)}" if query else "The newest of all", query)


def search(_: Connection, asked: Asked, command: Search) -> Reply:
    """In the whole archive."""
    return _papers(asked, f"Found for {wording.short(command.query.text)}, newest first", command.query.text)


def top(_: Connection, asked: Asked, command: Top) -> Reply:
    """By votes."""
    query = command.query.text if command.query else ""
    about = f" for {wording.short(query)}" if query else ""
    lines, within = [_voted(one) for one in asked.sought.papers], asked.sought.within
    assert within is not None
    if not lines:
        return Reply(f"Nothing of {within.title}{about}.")
    return Reply("\n".join([f"Most votes of {within.title}{about}:", *lines, *_all_of(asked, query or "*", within)]))


def _all_of(asked: Asked, query: str, within: Period) -> list[str]:
    """The page that goes on."""
    site = asked.config.site
    served = site is not None and site.serves and len(asked.sought.papers) == BEST
    return [f"All: {site.base_url}{search_path(query, within=within)}"] if site and served else []


def feed(_: Connection, asked: Asked, command: Feed) -> Reply:
    """The addresses at which feed readers find it."""
    site, query = asked.config.site, command.query.text
    if site is None:
        return Reply("There is no site with feeds here: who runs me sets [publish] base_url.")
    slugs = [one.slug for one in asked.config.settings.feeds if one.query.text == query]
    found = [f"{site.base_url}feeds/{slug}.atom" for slug in slugs]
    if site.serves:
        found += [f"{site.base_url}search.{form}?q={quote(query, safe='')}" for form in ("rss", "atom", "json")]
    if not found:
        return Reply(f"No feed has just that query; all feeds: {site.base_url}feeds.opml")
    return Reply("\n".join([f"Feeds for {wording.short(query)}:", *found]))


def _papers(asked: Asked, head: str, query: str) -> Reply:
    papers = asked.sought.papers
    if not papers:
        hint = f" Broader? {asked.example(f'preview {query}')} tells." if query else ""
        return Reply(f"Nothing found.{hint}")
    return Reply("\n".join([f"{head}:", *wording.lines_of(papers)]))


def _voted(paper: Paper) -> str:
    votes = f"{paper.votes or 0} - "
    (line,) = wording.lines_of([paper])
    return f"- {votes}{line.removeprefix('- ')}"
