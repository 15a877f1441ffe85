"""`init`: a first configuration. Asks for what no flag gave, tries each answer live, sends a first message, writes.

Nothing is written before all of it was found good, but the key of links in mails, without which there are none.
"""

import os
import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from bot.channels.channel import Heard
from bot.commands.founding import tried, written
from bot.commands.founding.asking import Asker
from bot.commands.founding.draft import SLACK, SMTP, TELEGRAM, Draft, address_of
from bot.commands.opening import complain, guarded, say
from bot.config.mistakes import ConfigError
from bot.process import logs
from bot.process.loop import run as to_its_end
from bot.rules.words import counted
from feeds.paper import Paper
from feeds.query import parse_query

SHOWN = 5
"""Papers that show what a query brings."""
_LOOK = 20.0
"""Seconds of waiting for somebody to write in a chat."""
_TOKENS = {"telegram": TELEGRAM, "slack": SLACK}
_ASKED = {
    "telegram": "Telegram: the bot's token (write /newbot to @BotFather to get one)",
    "slack": "Slack: the app's bot token, xoxb-... (deploy/slack-manifest.yaml makes the app)",
}
_PLACES = {
    "slack": ("Slack: which channel? Invite the app there, then write #name", "#papers"),
    "email": ("Mail: to which address?",),
}
_NOWHERE = "none"
_WORDS = {"telegram": "telegram", "slack": "slack", "mail": "email"}
"""What is answered -> the scheme of its destinations."""


@dataclass(frozen=True, slots=True)
class Given:
    """The answers that came by flags; empty: none."""

    source_url: str = ""
    query: str = ""
    to: tuple[str, ...] = ()
    telegram_token: str = ""
    telegram_api_url: str = ""
    slack_token: str = ""
    slack_api_url: str = ""
    smtp: str = ""
    sender: str = ""
    smtp_password: str = ""

    def token(self, scheme: str) -> str:
        """A platform's."""
        return self.telegram_token if scheme == "telegram" else self.slack_token

    def opens(self, scheme: str) -> bool:
        """Whether a flag says that a platform is wanted."""
        return bool(self.smtp if scheme == "email" else self.token(scheme))


@guarded
def command(path: Path, given: Given, *, verbose: bool, program: str) -> int:
    """0, or 2 and nothing is written."""
    tokens = [one for one in (given.telegram_token, given.slack_token, given.smtp_password) if one]
    logs.set_up(verbose=verbose, secrets=tokens)
    written.check(path)
    try:
        draft = _answers(path, given, Asker())
        logs.set_up(verbose=verbose, secrets=draft.secrets.values())
        written.check_environment(path, draft)
        reached = to_its_end(tried.first_message(draft, path, _welcome(draft), sys.stdout))
    except (click.Abort, KeyboardInterrupt):  # at a question, or while an answer is tried
        complain("broken off; no configuration was written")
        return 2
    files = written.write(path, draft)
    say(_ended(path, files, reached, program))
    return 0


def _answers(path: Path, given: Given, asker: Asker) -> Draft:
    """Question by question, each answer tried before the next."""
    urls = Draft(telegram_api_url=given.telegram_api_url, slack_api_url=given.slack_api_url)
    draft, papers = _source(urls, path, given, asker)
    draft = _query(draft, papers, given, asker)
    wanted = _platforms(given, asker)
    for scheme in wanted:
        draft = (_mail if scheme == "email" else partial(_platform, scheme))(draft, path, given, asker)
    for answer in given.to if given.to != (_NOWHERE,) else ():
        draft = _destination(draft, path, answer, asker)
    for scheme in wanted:
        if not any(one.startswith(f"{scheme}:") for one in draft.to):
            draft = _place(draft, path, scheme, asker)
    return draft


def _source(draft: Draft, path: Path, given: Given, asker: Asker) -> tuple[Draft, list[Paper]]:
    """Where papers come from, and what is there now."""

    def ask() -> str:
        question = "Where do papers come from? A feed's address, arXiv categories like cs.CL, or Daily Papers"
        return asker.ask("--source-url", question, tried.DAILY_PAPERS)

    def attempt(answer: str) -> tuple[Draft, list[Paper]]:
        asker.say("  reading it ...")
        drawn = to_its_end(tried.source(draft, path, answer))
        return drawn, to_its_end(tried.papers(drawn, path))

    asks = asker.somebody and not given.query  # who says by flags what is wanted is asked nothing else
    default = given.source_url or ("" if asks else tried.DAILY_PAPERS)
    drawn, papers = asker.tried(default, ask, attempt)
    asker.say(f"  {counted(len(papers), 'paper')} there now")
    return drawn, papers


def _query(draft: Draft, papers: list[Paper], given: Given, asker: Asker) -> Draft:
    """What is looked for, once it was shown what that brings."""

    def ask() -> str:
        question = 'Which papers do you want? Words like diffusion OR "flow matching"; * is all of them'
        return asker.ask("--query", question)

    def attempt(answer: str) -> str:
        found = tried.brought(parse_query(answer), papers)
        lines = [f"  {paper.title}" for paper in found[:SHOWN]]
        lines += [f"  and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        say("\n".join([f"{answer} matches {len(found)} of {counted(len(papers), 'paper')} that are there now", *lines]))
        return answer

    query = asker.tried(given.query, ask, attempt)
    while query != given.query and not asker.agree("Keep this query?"):
        query = asker.tried("", ask, attempt)
    return draft.but(query=query)


def _platforms(given: Given, asker: Asker) -> list[str]:
    """Those that are wanted: what flags name, else what is answered."""
    named = [scheme for scheme in _WORDS.values() if any(one.startswith(f"{scheme}:") for one in given.to)]
    named += [scheme for scheme in _WORDS.values() if given.opens(scheme) and scheme not in named]
    if named or given.to or not asker.somebody:
        return named
    while True:
        question = "Where are they sent? telegram, slack, mail, several of these, or none: feeds alone"
        answer = asker.ask("--to", question, "telegram")
        words = re.findall(r"\w+", answer.lower())
        if words == [_NOWHERE]:
            return []
        if words and set(words) <= _WORDS.keys():
            return [_WORDS[word] for word in dict.fromkeys(words)]
        complain(f"{answer!r} is none of these")


def _platform(scheme: str, draft: Draft, path: Path, given: Given, asker: Asker) -> Draft:
    """A platform's token, tried."""

    def ask() -> str:
        return asker.ask(f"--{scheme}-token", _ASKED[scheme], hidden=True)

    def attempt(answer: str) -> Draft:
        drawn = draft.with_secret(_TOKENS[scheme], answer.strip())
        asker.say(f"  {scheme}: {to_its_end(tried.platform(drawn, path, scheme))}")
        return drawn

    return asker.tried(given.token(scheme) or os.environ.get(_TOKENS[scheme], ""), ask, attempt)


def _mail(draft: Draft, path: Path, given: Given, asker: Asker) -> Draft:
    """The mail server, whom mails are from, and the password where it wants a login, tried together."""
    passwords = [given.smtp_password or os.environ.get(SMTP, "")]
    senders = [given.sender]

    def ask() -> str:
        return asker.ask("--smtp", "Mail: your mail server, like smtp://you@mail.example.org:587", given.smtp or None)

    def attempt(answer: str) -> Draft:
        sender = senders.pop() if senders else ""
        sender = sender or asker.ask("--from", "Mail: whom are mails from?", given.sender or None)
        drawn = draft.but(smtp=answer, sender=sender)
        if "@" in answer:
            known = passwords.pop() if passwords else ""
            word = known or asker.ask("--smtp-password", "Mail: the password there", hidden=True)
            drawn = drawn.with_secret(SMTP, word)
        asker.say(f"  mail: {to_its_end(tried.platform(drawn, path, 'email'))}")
        return drawn

    return asker.tried(given.smtp, ask, attempt)


def _destination(draft: Draft, path: Path, answer: str, asker: Asker) -> Draft:
    """One of the destinations that flags name, looked up."""

    def ask() -> str:
        return asker.ask("--to", "Where then?", answer)

    def attempt(answer: str) -> Draft:
        return _looked_up(draft, path, answer, asker)

    return asker.tried(answer, ask, attempt)


def _place(draft: Draft, path: Path, scheme: str, asker: Asker) -> Draft:
    """Where on a platform: in Telegram it is found out, elsewhere it has a name."""

    def ask() -> str:
        if scheme == "telegram":
            return f"telegram:{_found(draft, path, asker)}"
        return f"{scheme}:{address_of(scheme, asker.ask(f'--to {scheme}:', *_PLACES[scheme]))}"

    def attempt(answer: str) -> Draft:
        return _looked_up(draft, path, answer, asker)

    return asker.tried("", ask, attempt)


def _looked_up(draft: Draft, path: Path, answer: str, asker: Asker) -> Draft:
    drawn, words = to_its_end(tried.destination(draft, path, answer))
    asker.say(f"  {drawn.to[-1]}: {words}")
    return drawn


def _found(draft: Draft, path: Path, asker: Asker) -> str:
    """The address of a chat in which somebody writes. Raises ConfigError."""
    asker.say(
        "Make the bot an administrator of your channel, or a member of your group, and post anything there now ..."
    )
    heard = _overheard(draft, path, asker)
    if not heard and not asker.somebody:
        told = "nobody wrote where the bot is; post anything in your channel and try again, or name it: telegram:@name"
        raise ConfigError("--to", told)
    if len(heard) > 1 and not asker.somebody:
        places = ", ".join(f"telegram:{one.address} ({one.words})" for one in heard)
        raise ConfigError("--to", f"the bot is heard in several chats, name yours: {places}")
    if not asker.somebody:
        return heard[0].address
    for number, one in enumerate(heard, 1):
        asker.say(f"  {number}. {one.words} ({one.address})")
    default = "1" if heard else "again"
    answer = asker.ask("--to telegram:", "Which one? A number of these, its @name, or again", default)
    if answer == "again":
        return _found(draft, path, asker)
    chosen = int(answer) - 1 if answer.isascii() and answer.isdigit() else -1
    return heard[chosen].address if 0 <= chosen < len(heard) else address_of("telegram", answer)


def _overheard(draft: Draft, path: Path, asker: Asker) -> list[Heard]:
    """Where the bot was spoken to; nowhere, if that can't be asked: who is there may name the chat, or try again."""
    try:
        return to_its_end(tried.overheard(draft, path, _LOOK))
    except ConfigError as error:
        asker.tell(error)
        return []


def _welcome(draft: Draft) -> str:
    return f"Paper Round: from now on papers that match {draft.query} come here"


def _ended(path: Path, files: list[Path], reached: list[str], program: str) -> str:
    options = "" if path == Path("config.toml") else f" --config {path}"
    lines = [f"a first message went to {one}" for one in reached]
    lines += [
        f"{files[0]} is written"
        + (f", and {path.parent / files[1].name} with the secrets, for you alone" if files[1:] else "")
    ]
    lines += ["", "What next:"]
    lines += [f"  {program} once{options}    one round now: feeds in public/feeds/ are made, papers are sent"]
    lines += [f"  {program} run{options}     rounds on a schedule, until you stop it"]
    lines += [f"  {program} check{options}   whether all of it is still good"]
    return "\n".join(lines)
