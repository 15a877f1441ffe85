"""What a letter says that asks for a yes. Pure.

Nothing in it was written by who asked: the query stands on the page that it leads to, so that nobody sends his own
words to strangers through us.
"""

from bot.channels.email.letter import Words
from bot.rules.wishes import CONFIRM, KEPT
from bot.store.subscriptions.questions import Question

SUBJECT = "Please confirm: papers by mail from Paper Round"
_SAYS = """\
Somebody, most likely you, asked at {site} for papers by mail to this
address, {when}.

To have them, open this page and press its button:

{site}{confirm}/{token}

It shows what was asked for. If it was not you, there is nothing to do:
nothing more comes of it, and after {days} days this address is forgotten.

-- 
Paper Round
"""  # noqa: W291  (by a dash, a dash and a blank readers know that a signature begins: RFC 3676, 4.3)


def letter_of(one: Question, site: str, token: str) -> Words:
    """The same question makes the same letter. `site` ends with a slash."""
    when = f"{one.deliver} ({one.timezone})"
    text = _SAYS.format(site=site, when=when, confirm=CONFIRM, token=token, days=KEPT.days)
    return Words(SUBJECT, text, "", one.created)
