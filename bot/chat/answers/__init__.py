"""Each command's answer: what is changed, and what is said of it, in one transaction."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from bot.chat import commands
from bot.chat.answers import about, elsewhere, finding, forgetting, papers, subscribing, times
from bot.chat.asked import Asked
from bot.chat.reply import Reply

Answer = Callable[[Connection, Asked, Any], Reply]

ANSWERS: dict[type, Answer] = {
    commands.Start: about.start,
    commands.Help: about.help_,
    commands.Misread: about.misread,
    commands.Subscribe: subscribing.subscribe,
    commands.Lists: subscribing.show,
    commands.Unsubscribe: subscribing.unsubscribe,
    commands.Change: subscribing.change,
    commands.When: times.when,
    commands.QuietHours: times.quiet,
    commands.Zone: times.zone,
    commands.Pause: times.pause,
    commands.Resume: times.resume,
    commands.Preview: finding.preview,
    commands.Latest: finding.latest,
    commands.Search: finding.search,
    commands.Top: finding.top,
    commands.Feed: finding.feed,
    commands.AboutPaper: papers.about,
    commands.Saved: papers.saved,
    commands.Forget: forgetting.forget,
}


def answer(connection: Connection, asked: Asked, command: commands.Command) -> Reply:
    """Do it, and what to say of it."""
    if of := getattr(command, "of", ""):
        there = elsewhere.found(connection, asked, of)
        if isinstance(there, Reply):
            return there
        asked = replace(asked, other=there)
    return ANSWERS[type(command)](connection, asked, command)
