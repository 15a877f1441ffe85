"""`mcp`: the archive for a program, by the Model Context Protocol over standard input and output."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

from bot.commands.opening import CLOCK, complain, configured, guarded, opened
from bot.commands.tools import Tools, UnansweredError
from bot.config.libraries import near_of
from bot.config.load import Config
from bot.process.heap import lives_long
from bot.process.loop import run as to_its_end
from bot.process.release import VERSION
from bot.web.live import LiveArchive
from bot.web.neighbours import Neighbours

if TYPE_CHECKING:
    from mcp.server import MCPServer

P = ParamSpec("P")
_ABOUT = (
    "Papers from arXiv, Hugging Face Daily Papers and other feeds, as this archive has collected them. To hear of new "
    "ones, keep the cursor that new_since gives and ask with it again: every paper comes once, and none is missed."
)


@guarded
def command(path: Path, *, verbose: bool) -> int:
    """2: the extra is not installed."""
    try:
        import mcp  # noqa: F401
    except ImportError:
        complain('mcp needs the library of that name, which is not installed: pip install "paperround[mcp]"')
        return 2
    lives_long()
    to_its_end(_serve(configured(path, verbose=verbose, secrets=False)))
    return 0


async def _serve(config: Config) -> None:
    """Until standard input ends."""
    with opened(config, looks=True) as store:
        near = near_of(config)
        live = LiveArchive(store, CLOCK, CLOCK.steady, near)
        try:
            like = Neighbours(live.ask, near, most_batches=None)
            await server_of(Tools(config, store, live, CLOCK, near, like)).run_stdio_async()
        finally:
            await asyncio.to_thread(live.close)


def server_of(tools: Tools) -> "MCPServer":
    """A server with these tools."""
    from mcp.server import MCPServer
    from mcp.types import ToolAnnotations

    made = MCPServer("paperround", title="Paper Round", instructions=_ABOUT, version=VERSION, log_level="WARNING")
    looks = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    for tool in (tools.search, tools.paper, tools.similar, tools.new_since, tools.why):
        made.add_tool(_told(tool), annotations=looks)
    return made


def _told(tool: Callable[P, Awaitable[dict[str, Any]]]) -> Callable[P, Awaitable[dict[str, Any]]]:
    """What cannot be answered is told to who asked."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    async def safe(*args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        try:
            return await tool(*args, **kwargs)
        except UnansweredError as error:
            raise ToolError(str(error)) from None

    return safe
