"""Who may ask, and how much: decided from the configuration and what is known of a person."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bot.chat.commands import CHANGING, CHANGING_WORDS, AboutPaper, Command, Start
from bot.chat.said import Said
from bot.config.load import Config
from bot.store import chats

Verdict = Literal["welcome", "stranger", "uninvited", "told", "silence"]


@dataclass(frozen=True, slots=True)
class Access:
    """By `[chat]`."""

    config: Config

    def counts(self, said: Said, command: Command) -> bool:
        """Whether it is one of a person's commands: a button is only if it changes something."""
        if isinstance(command, AboutPaper):
            return not said.pressed or command.word in CHANGING_WORDS
        return not said.pressed or isinstance(command, CHANGING)

    def looks(self, connection: Connection, said: Said, command: Command, moment: float) -> Verdict:
        """The verdict that it will get, without counting it."""
        number = chats.commands(connection, said.person, moment) + 1
        return self._verdict(connection, said, command, number)

    def verdict(self, connection: Connection, said: Said, command: Command, now: datetime, moment: float) -> Verdict:
        """What becomes of it, counted; a code that is told admits. `moment`: when it was said, Unix seconds."""
        number = chats.count(connection, said.person, moment) if self.counts(said, command) else 1
        verdict = self._verdict(connection, said, command, number)
        if verdict == "welcome" and isinstance(command, Start) and self._is_the_code(command.code):
            chats.admit(connection, said.person, now.timestamp())
        return verdict

    def _verdict(self, connection: Connection, said: Said, command: Command, number: int) -> Verdict:
        chat = self.config.settings.chat
        assert chat is not None
        if self.counts(said, command) and number > chat.per_minute:
            return "told" if number == chat.per_minute + 1 else "silence"
        if chat.access == "open" or {said.person, f"{said.scheme}:{said.address}"} & {*chat.members, *chat.admins}:
            return "welcome"
        if chat.access == "members":
            return "stranger"
        invited = chats.admitted(connection, said.person)
        return "welcome" if invited or (isinstance(command, Start) and self._is_the_code(command.code)) else "uninvited"

    def _is_the_code(self, told: str) -> bool:
        code = self.config.secrets.get("chat.invite")
        return code is not None and hmac.compare_digest(told.encode(), code.get_secret_value().encode())
