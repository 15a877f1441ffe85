"""Every platform that can listen. A new one is a folder beside this file, and a line here."""

from collections.abc import Iterator

from bot.chat.front import Ear, Front


def opened(means: Ear) -> Iterator[Front]:
    """A front for each platform that the configuration lets listen."""
    if means.config.settings.section("telegram"):
        from bot.chat.telegram import front as telegram  # noqa: PLC0415  (its library takes 0.4 s to import)

        yield telegram.opened(means)
