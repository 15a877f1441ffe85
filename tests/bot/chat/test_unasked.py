"""Without `[chat]` the bot is no worse company: nothing of it is imported."""

from tests.world import World

PROGRAM = """
import sys
from bot.cli import main
import bot.commands.run, bot.commands.once, bot.app, bot.pipeline, bot.delivery.deliverer
print([name for name in sys.modules if name.startswith(("bot.chat", "apprise"))])
"""


def test_nothing_of_it_is_imported_unless_it_is_asked_for(here: World) -> None:
    done = here.run("-c", PROGRAM, PYTHONUTF8="1")
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
