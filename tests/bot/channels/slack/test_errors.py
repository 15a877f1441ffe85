from unittest.mock import sentinel

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from bot.channels.channel import Kind
from bot.channels.slack.errors import classify, classify_lost, classify_webhook, seconds
from bot.channels.slack.message import pack
from tests.bot.channels.samples import item

PAYLOAD = pack(item("diffusion"))
KEY = ConnectionKey("slack.com", 443, True, True, None, None, None)
CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ClientConnectorDNSError, aiohttp.ClientProxyConnectionError)


def kinds(codes, status=200):
    return {classify(status, code, payload=PAYLOAD).kind for code in codes.split()}


def test_too_many_requests_wait_as_told():
    for error in (
        classify(429, "", retry_after="7"),
        classify(200, "ratelimited", retry_after="7"),
        classify(429, "rate_limited", retry_after="7"),
        classify_webhook(429, "", retry_after="7"),
    ):
        assert (error.kind, error.retry_after, error.patient) == (Kind.WAIT, 7.0, False)


def test_a_workspace_over_its_messages_waits_an_hour():
    error = classify(200, "message_limit_exceeded")
    assert (error.kind, error.retry_after) == (Kind.WAIT, 3600.0)


def test_a_channel_that_is_gone_closes():
    codes = "not_in_channel channel_not_found is_archived user_not_found messages_tab_disabled cannot_reply_to_message"
    assert kinds(codes) == {Kind.CLOSE}
    assert "invite the app" in classify(200, "not_in_channel").reason


@pytest.mark.parametrize(
    "code",
    [
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "ekm_access_denied",
        "slack_connect_file_link_sharing_blocked",
        "slack_connect_canvas_sharing_blocked",
        "posting_to_general_channel_denied",
        "org_login_required",
        "team_added_to_org",
        "a_code_quite_new",
    ],
)
def test_a_refusal_that_may_pass_waits_with_patience(code):
    error = classify(200, code, payload=PAYLOAD)
    assert (error.kind, error.patient) == (Kind.WAIT, True)


def test_a_refused_token_or_scope_stops_the_workspace_and_names_the_scope():
    codes = (
        "invalid_auth not_authed account_inactive token_revoked token_expired missing_scope not_allowed_token_type "
        "no_permission access_denied accesslimited two_factor_setup_required team_access_not_granted "
        "enterprise_is_restricted"
    )
    assert kinds(codes) == {Kind.STOP}
    assert "chat:write" in classify(200, "missing_scope", detail="chat:write").reason


@pytest.mark.parametrize(
    "code",
    [
        "msg_too_long",
        "msg_blocks_too_long",
        "invalid_blocks",
        "invalid_blocks_format",
        "too_many_attachments",
        "attachment_payload_limit_exceeded",
        "metadata_too_large",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "markdown_text_conflict",
    ],
)
def test_a_refused_message_is_sent_once_more_without_blocks_and_then_dropped(code):
    error = classify(200, code, payload=PAYLOAD)
    assert error.kind is Kind.FIX
    assert error.fix == {name: value for name, value in PAYLOAD.items() if name != "blocks"}
    dropped = classify(200, code, payload=error.fix)
    assert dropped.kind is Kind.DROP
    assert ("went on as" in error.told, "went on as" in dropped.told) == (True, False)


def test_our_own_bugs_are_dropped():
    codes = (
        "no_text invalid_arguments invalid_arg_name invalid_array_arg invalid_charset invalid_form_data "
        "invalid_post_type method_deprecated unknown_method"
    )
    assert kinds(codes) == {Kind.DROP}


def test_what_may_have_been_delivered_is_unsure():
    codes = (
        "internal_error fatal_error service_unavailable request_timeout duplicate_message_not_found "
        "duplicate_channel_not_found"
    )
    assert kinds(codes) == {Kind.UNSURE}
    assert kinds("channel_not_found", status=500) == {Kind.UNSURE}
    assert {classify(status, "").kind for status in (200, 500, 502, 503)} == {Kind.UNSURE}


@pytest.mark.parametrize(
    "error",
    [
        *(kind(KEY, OSError(111, "refused")) for kind in CONNECTION),
        aiohttp.ConnectionTimeoutError("x"),
        aiohttp.ClientHttpProxyError(sentinel.request, ()),
        aiohttp.InvalidURL("https://hooks.example/secret"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_surely_never_left_waits(error):
    lost = classify_lost(error)
    assert (lost.kind, lost.patient) == (Kind.WAIT, False)
    assert "secret" not in lost.reason


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientOSError(104, "reset"),
        aiohttp.ClientPayloadError(),
        TimeoutError(),
        aiohttp.SocketTimeoutError(),
        aiohttp.ServerTimeoutError(),
        AttributeError("get"),
        ConnectionResetError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_lost_answer_is_unsure(error):
    assert classify_lost(error).kind is Kind.UNSURE


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, "invalid_payload", Kind.FIX),
        (400, "no_text", Kind.FIX),
        (400, "too_many_attachments", Kind.FIX),
        (400, "invalid_blocks", Kind.FIX),
        (400, "user_not_found", Kind.CLOSE),
        (404, "channel_not_found", Kind.CLOSE),
        (404, "no_service", Kind.CLOSE),
        (404, "no_active_hooks", Kind.CLOSE),
        (404, "no_service_id", Kind.CLOSE),
        (404, "no_team", Kind.CLOSE),
        (403, "invalid_token", Kind.CLOSE),
        (403, "action_prohibited", Kind.CLOSE),
        (403, "team_disabled", Kind.CLOSE),
        (403, "posting_to_general_channel_denied", Kind.CLOSE),
        (410, "channel_is_archived", Kind.CLOSE),
        (500, "rollup_error", Kind.UNSURE),
        (502, "<html>", Kind.UNSURE),
        (200, "<html>a page</html>", Kind.UNSURE),
        (403, "something_new", Kind.WAIT),
    ],
)
def test_a_webhooks_answer_is_classified(status, body, kind):
    assert classify_webhook(status, body, payload=PAYLOAD).kind is kind


def test_a_webhook_that_refuses_the_plain_text_too_drops_it():
    fix = classify_webhook(400, "invalid_blocks", payload=PAYLOAD).fix
    dropped = classify_webhook(400, "invalid_payload", payload=fix)
    assert dropped.kind is Kind.DROP
    assert "went on as" not in dropped.told


def test_a_pause_is_whole_seconds_and_at_most_a_day():
    assert [seconds(text) for text in ("30", "0", "999999", "", "Wed, 21 Oct", "-1")] == [
        30,
        0,
        86400,
        None,
        None,
        None,
    ]
