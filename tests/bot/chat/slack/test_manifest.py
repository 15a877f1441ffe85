"""deploy/slack-manifest.yaml asks for exactly what the code needs: scopes, the command, events."""

import ast
import re
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack import Slack
from bot.chat.slack.events import EVENTS
from tests.fakes.slack import SCOPES

ROOT = Path(__file__).resolve().parents[4]
MANIFEST = (ROOT / "deploy" / "slack-manifest.yaml").read_text()
ROOMS = (ROOT / "bot" / "channels" / "slack", ROOT / "bot" / "chat" / "slack")
METHODS = {
    "apps_connections_open": set(),  # the app token's own connections:write
    "auth_test": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read", "im:read"},
    "conversations_join": {"channels:join"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
}
"""What each needs in the channels, public and private, and direct messages that we may be in (Slack's reference)."""
TOLD = {
    "app_home_opened": set(),
    "channel_left": {"channels:read"},
    "group_left": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
}


def entries(key: str) -> list[str]:
    """A list of the manifest."""
    found = re.search(rf"^( *){key}:\n((?:\1  - .+\n)+)", MANIFEST, re.MULTILINE)
    assert found, key
    return re.findall(r"- (\S+)", found[2])


def called() -> set[str]:
    """The SDK's methods that the code names, as the SDK does or by Slack's own name."""
    nodes = [node for room in ROOMS for path in room.rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))]
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    names |= {text.replace(".", "_") for text in texts}
    methods = {name for name in names if re.match("(apps|auth|chat|conversations|reactions|users|views)_", name)}
    return {name for name in methods if hasattr(AsyncWebClient, name)}


def test_scopes_are_those_that_what_is_called_and_heard_needs() -> None:
    assert called() == METHODS.keys()
    needed = set().union(*(METHODS[one] for one in called()), *(TOLD[one] for one in EVENTS), {"commands"})
    assert entries("bot") == sorted(needed)
    assert needed == SCOPES  # those of the stand-in, over which all else is seen to work


def test_events_and_the_command_are_ours() -> None:
    assert entries("bot_events") == sorted(EVENTS)
    assert re.findall(r"command: (\S+)", MANIFEST) == [Slack().command]
    assert re.findall(r"socket_mode_enabled: (\w+)", MANIFEST) == ["true"]
    assert MANIFEST.count("/slack/events") == 3
