"""Every refusal of Slack that is known by its code: what it means, and what a person can do about it. Data alone.

Codes from chat.postMessage's reference and the page on incoming webhooks; `*` stands for anything.
"""

from typing import NamedTuple

from bot.channels.channel import Kind

AGAIN = "then: paperround retry DESTINATION"
_INSTALL = "api.slack.com/apps, your app, OAuth & Permissions"
_TOKEN = f"copy the bot token (xoxb-...) again from {_INSTALL}"
OURS = "this is a fault of Paper Round: please report it; the other messages go on"
_ADMIN = "an administrator of the workspace has to allow it"
_ITSELF = "Slack's own trouble: it goes on by itself"
UNREACHABLE = "nothing to do if this passes; else look at the network, at a proxy, or at [slack] api_url"
UNKNOWN = f"look at the channel's settings and the app's; {AGAIN} if it was closed meanwhile"
NEW_WEBHOOK = (
    "api.slack.com/apps, your app, Incoming Webhooks: make a new one for the channel, put its URL in place of the old, "
    f"{AGAIN}"
)


class Refusal(NamedTuple):
    """One row."""

    kind: Kind | None
    """None: surely not delivered, and it may pass: waited for with patience."""
    codes: tuple[str, ...]
    cure: str


ROWS = (
    Refusal(Kind.CLOSE, ("not_in_channel",), f"open the channel in Slack and write /invite @your_app, {AGAIN}"),
    Refusal(
        Kind.CLOSE,
        ("channel_not_found", "channel_is_limited_access"),
        "there is no such channel, or it is private and the app not in it: look at the name (or write its id, C..., of "
        f"the channel's details), open the channel and write /invite @your_app, {AGAIN}",
    ),
    Refusal(
        Kind.CLOSE,
        ("is_archived", "channel_is_archived"),
        f"the channel is archived: unarchive it in its settings, {AGAIN}; or take it out of the configuration",
    ),
    Refusal(
        Kind.CLOSE,
        ("user_not_found", "user_not_visible", "user_disabled", "cannot_dm_bot"),
        f"nobody there takes direct messages from the app: look at the member's id (U..., in the profile), {AGAIN}",
    ),
    Refusal(
        Kind.CLOSE,
        ("messages_tab_disabled",),
        f"api.slack.com/apps, your app, App Home: switch on the Messages Tab, {AGAIN}",
    ),
    Refusal(Kind.CLOSE, ("cannot_reply_to_message",), f"the thread takes no replies: name the channel alone, {AGAIN}"),
    Refusal(
        Kind.STOP,
        ("invalid_auth", "not_authed", "token_revoked", "token_expired"),
        f"the token does not work (any more): {_TOKEN}",
    ),
    Refusal(
        Kind.STOP,
        ("account_inactive",),
        f"the app was removed from the workspace, or its owner left: install it again, then {_TOKEN}",
    ),
    Refusal(
        Kind.STOP,
        ("missing_scope", "no_permission"),
        f"the app lacks a permission: {_INSTALL}, Scopes, add chat:write (and what is named here), then Reinstall",
    ),
    Refusal(Kind.STOP, ("not_allowed_token_type",), f"this is another kind of token (xapp- or xoxp-): {_TOKEN}"),
    Refusal(
        Kind.STOP,
        ("access_denied", "accesslimited", "two_factor_setup_required", "team_access_not_granted",
         "enterprise_is_restricted", "team_not_found"),
        f"the workspace does not let the app in: {_ADMIN}",
    ),
    Refusal(
        Kind.FIX,
        ("msg_too_long", "msg_blocks_too_long", "invalid_blocks*", "too_many_attachments", "too_many_contact_cards",
         "attachment_payload_limit_exceeded", "metadata_too_large", "invalid_metadata_*", "markdown_text_conflict"),
        "the message went on as plain text",
    ),
    Refusal(
        Kind.DROP,
        ("no_text", "invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset",
         "invalid_form_data", "invalid_post_type", "invalid_payload"),
        OURS,
    ),
    Refusal(
        Kind.DROP,
        ("method_deprecated", "unknown_method", "deprecated_endpoint"),
        "Slack has changed, or [slack] api_url is not Slack: look for a newer Paper Round",
    ),
    Refusal(
        Kind.UNSURE,
        ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "duplicate_message_not_found",
         "duplicate_channel_not_found", "rollup_error"),
        _ITSELF,
    ),
    Refusal(Kind.WAIT, ("ratelimited", "rate_limited"), "Slack lets an app send only so much; it goes on by itself"),
    Refusal(
        Kind.WAIT,
        ("message_limit_exceeded",),
        "the workspace's own limit on messages is reached; it goes on by itself, each hour it is tried again",
    ),
    Refusal(
        None,
        ("restricted_action*", "posting_to_general_channel_denied"),
        f"the channel's posting permissions leave the app out: {_ADMIN} (settings, Posting Permissions)",
    ),
    Refusal(None, ("org_login_required", "team_added_to_org"), "the workspace joins an organisation: it passes"),
    Refusal(None, ("external_channel_migrating",), "the channel is being moved between workspaces: it passes"),
    Refusal(None, ("ekm_access_denied",), f"the organisation's keys are withheld: {_ADMIN}"),
    Refusal(None, ("slack_connect_*",), f"Slack Connect is restricted there: {_ADMIN}"),
    Refusal(
        Kind.CLOSE,
        ("no_service", "no_active_hooks", "no_service_id", "no_team", "invalid_token", "action_prohibited",
         "team_disabled"),
        f"the webhook is gone or switched off: {NEW_WEBHOOK}",
    ),
)  # fmt: skip
"""In no table: a refusal (surely not delivered) that may pass, as an administrator lifts it."""
