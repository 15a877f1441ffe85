"""`start`, `help`, and what cannot be read."""

from sqlalchemy import Connection

from bot.chat.asked import Asked
from bot.chat.commands import Help, Misread, Start
from bot.chat.reply import LONGEST, Button, Reply
from feeds.query import QueryError, parse_query
from feeds.site.start import mark_of, query_of

_WHO = "I bring new papers here as they appear, by what you subscribe to."
_WORDS = (
    ("subscribe diffusion", "papers about it come here from now on"),
    ("list", "what is subscribed to, by number"),
    ("unsubscribe 1", "end one, by its number; or all"),
    ("change 1 diffusion", "another query for it"),
    ("preview diffusion", "what it would have brought"),
    ("latest", "the newest papers of all subscriptions; or of a query"),
    ("search diffusion", "in the whole archive"),
    ("top week", "by votes; day or month, and a query"),
    ("when 1 daily 09:00", "or each, batch, weekly mon 09:00; of all"),
    ("quiet 22:00-07:00", "nothing comes then; or off"),
    ("zone Europe/Berlin", "the clock of this chat"),
    ("pause 1 3d", "for three days; or until resume"),
    ("resume 1", "from now on"),
    ("saved", "the papers kept here"),
    ("feed diffusion", "for a feed reader"),
    ("forget", "all that I know of this chat"),
)


def start(_: Connection, asked: Asked, command: Start) -> Reply:
    """Who we are, and what to do first; from a page of the site, its query."""
    if query := _offered(asked, command.code):
        words = f"subscribe {query}"
        button = ((Button("Subscribe", words),),) if len(words.encode()) <= LONGEST else ()
        first = f"Papers that match it come here from now on if you send:\n{asked.example(words)}"
        return Reply(f"{_WHO}\n{first}\nWhat it would have brought: {asked.example(f'preview {query}')}", button)
    first = f"Try {asked.example('preview diffusion')}, then {asked.example('subscribe diffusion')}"
    return Reply(f"{_WHO}\n{first}\nAll that I understand: {asked.example('help')}")


def _offered(asked: Asked, code: str) -> str:
    """The query that a link on a page carries, or names; empty: none."""
    named = [str(feed.query) for feed in asked.config.settings.feeds if mark_of(str(feed.query)) == code]
    try:
        return parse_query(query_of(code) or next(iter(named), "")).text
    except QueryError:
        return ""


def help_(_: Connection, asked: Asked, __: Help) -> Reply:
    """The words, each as an example."""
    lines = [f"{asked.example(words)} - {what}" for words, what in _WORDS]
    lines.append(
        f"As an answer to a paper: {', '.join(map(asked.about_a_paper, ('why', 'more', 'save', 'watch', 'cite')))}"
    )
    said = 'A query is words, "phrases in quotes", OR, -without, author:"Y. Bengio", votes>=20.'
    return Reply("\n".join([_WHO, "", *lines, "", said]))


def misread(_: Connection, __: Asked, command: Misread) -> Reply:
    """Why, and what to send instead."""
    return Reply(command.why, aside=True)
