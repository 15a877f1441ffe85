"""Every platform that can listen. A new one is a folder beside this file, and a line here."""

from collections.abc import Awaitable, Callable, Iterator, Mapping

from bot.chat.front import Ear, Front
from bot.config.load import Config
from bot.process.clock import Clock
from bot.store.engine import Store


def opened(means: Ear) -> Iterator[Front]:
    """A front for each platform that the configuration lets listen."""
    if means.config.settings.section("telegram"):
        from bot.chat.telegram import front as telegram  # noqa: PLC0415  (its library takes 0.4 s to import)

        yield telegram.opened(means)
    if means.config.secrets.keys() & {"slack.app_token", "slack.signing_secret"}:
        from bot.chat.slack import front as slack  # noqa: PLC0415

        yield slack.opened(means)


Post = Callable[[bytes, Mapping[str, str]], Awaitable[tuple[int, str]]]
"""Takes what is posted to us: its body and headers. Status and text of the answer."""


def posts(config: Config, store: Store, clock: Clock, told: Callable[[], object]) -> dict[str, Post]:
    """Where platforms post what is said there, by the path that the web server has for it."""
    secret = config.secrets.get("slack.signing_secret")
    if secret is None:
        return {}
    from bot.chat.slack.modals import Modals  # noqa: PLC0415
    from bot.chat.slack.requests import PATH, SignedRequests  # noqa: PLC0415
    from bot.chat.slack.taking import Taker  # noqa: PLC0415

    return {PATH: SignedRequests(secret, Taker(store, clock, told, Modals(config, store, clock)), clock).take}
