"""Whether a channel would take an app's messages, from what Slack says of both. Pure: asks nothing, posts nothing."""

from collections.abc import Mapping
from typing import Any

from bot.channels.channel import Kind, SendError, Sight
from bot.channels.slack.errors import SlackError

_POST = "chat:write"
_LOOK_UP = (("channels:history", "public"), ("groups:history", "private"))
_LISTEN = ("commands", "groups:read", "im:history", "im:read", "users:read")
"""What listening needs beside what sending does."""
_LACKS = (
    "the app lacks the scope chat:write: api.slack.com/apps, your app, OAuth & Permissions, Scopes, add it, then "
    "Reinstall to Workspace"
)


def scopes_of(headers: Mapping[str, Any]) -> frozenset[str] | None:
    """The app's scopes as an answer's header names them; None where it does not."""
    told = next((str(value) for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    return frozenset(one.strip() for one in told.split(",") if one.strip()) if told is not None else None


def lacking(scopes: frozenset[str] | None, *, listens: bool = False) -> str:
    """What the app may do without, in words; empty: nothing is known to lack. `listens`: and should have to listen."""
    if listens and scopes is not None and (unheard := [one for one in _LISTEN if one not in scopes]):
        return f" (people are not heard without {', '.join(unheard)}: deploy/slack-manifest.yaml has all scopes)"
    missing = [scope for scope, _ in _LOOK_UP if scopes is not None and scope not in scopes]
    if not missing:
        return ""
    return f" (without {' and '.join(missing)}, a message whose answer was lost may come twice in such channels)"


def sight(channel: Mapping[str, Any], scopes: frozenset[str]) -> Sight:
    """`channel` as conversations.info has it; empty: it is a person's."""
    problems = [_LACKS] if scopes and _POST not in scopes else []
    if not channel:
        return Sight("a person, who cannot be looked at without posting", tuple(problems))
    name = f"#{channel['name']}" if channel.get("name") else "direct messages"
    return Sight(f"{name} ({channel.get('id')})", (*problems, *_refusals(channel, scopes)))


def _refusals(channel: Mapping[str, Any], scopes: frozenset[str]) -> list[str]:
    if channel.get("is_archived"):
        return ["the channel is archived: unarchive it in its settings, or take it out of the configuration"]
    if channel.get("is_read_only") or channel.get("is_thread_only"):
        return ["only some may post there: an administrator lets the app, in the channel's Posting Permissions"]
    public = not channel.get("is_private") and not channel.get("is_im")
    welcome = public and ({"channels:join", "chat:write.public"} & scopes or not scopes)
    if channel.get("is_member") is False and not channel.get("is_im") and not welcome:
        return ["the app is not in the channel: open it in Slack and write /invite @your_app"]
    return []


def unseen_for(error: SendError, scopes: frozenset[str]) -> Sight | None:
    """What a refused look tells; None where it tells nothing of the channel."""
    code = error.code if isinstance(error, SlackError) else ""
    if code != "missing_scope" and (error.kind is Kind.CLOSE or (error.patient and code)):
        return Sight("", (error.told,))
    if code in {"missing_scope", "unknown_method", "not_allowed_token_type"}:
        return Sight(
            f"a channel that cannot be looked at ({error.reason})", (_LACKS,) if _POST not in (scopes or _POST) else ()
        )
    if error.kind is Kind.WAIT and error.asked:
        return Sight(f"a channel among too many to look at now ({error.reason}): write its id, C...")
    return None
