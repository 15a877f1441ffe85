from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

import bot.channels.telegram.channel  # noqa: F401  (tells PTB that pauses are timedeltas)
from bot.channels.channel import Kind
from bot.channels.telegram.errors import classify
from bot.channels.telegram.message import pack
from tests.bot.channels.samples import item

PAYLOAD = pack(item("diffusion"))


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "text",
    [
        "bot was blocked by the user",
        "user is deactivated",
        "bot was kicked from the supergroup chat",
        "the group chat was deleted",
        "bot is not a member of the channel chat",
        "bot can't initiate conversation with a user",
        "bot can't send messages to the bot",
    ],
)
def test_a_chat_that_is_gone_closes(text):
    assert classify(Forbidden(f"Forbidden: {text}")).kind is Kind.CLOSE


@pytest.mark.parametrize("text", ["chat not found", "message thread not found"])
def test_a_chat_or_topic_that_is_not_found_closes(text):
    assert classify(BadRequest(f"Bad Request: {text}")).kind is Kind.CLOSE


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("Forbidden: something quite new"),
        *(
            BadRequest(f"Bad Request: {text}")
            for text in (
                "not enough rights to send text messages to the chat",
                "need administrator rights in the channel chat",
                "have no write access to the chat",
                "CHAT_WRITE_FORBIDDEN",
                "CHAT_SEND_PLAIN_FORBIDDEN",
                "TOPIC_CLOSED",
                "CHAT_RESTRICTED",
                "have no rights to send a message",
            )
        ),
    ],
)
def test_a_refusal_that_may_pass_waits_with_patience(error):
    refusal = classify(error, PAYLOAD)
    assert (refusal.kind, refusal.patient) == (Kind.WAIT, True)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("can't parse entities: Unsupported start tag", {"text", "parse_mode"}),
        ("message is too long", {"text", "parse_mode", "buttons"}),
        ("message caption is too long", {"text", "parse_mode", "buttons"}),
        ("text is too long", {"text", "parse_mode", "buttons"}),
        ("failed to get HTTP URL content", {"preview"}),
        ("wrong type of the web page content", {"preview"}),
        ("wrong file identifier/HTTP URL specified", {"preview"}),
        ("wrong HTTP URL", {"preview"}),
        ("PHOTO_INVALID_DIMENSIONS", {"preview"}),
        ("IMAGE_PROCESS_FAILED", {"preview"}),
        ("BUTTON_DATA_INVALID", {"buttons"}),
        ("BUTTON_URL_INVALID", {"buttons"}),
        ("reply markup is too long", {"buttons"}),
    ],
)
def test_a_message_that_can_change_is_changed_and_sent_once(text, changed):
    refusal = classify(BadRequest(f"Bad Request: {text}"), PAYLOAD)
    assert refusal.kind is Kind.FIX
    assert {name for name in PAYLOAD if refusal.fix[name] != PAYLOAD[name]} == changed
    assert classify(BadRequest(f"Bad Request: {text}"), refusal.fix).kind is Kind.DROP


@pytest.mark.parametrize(
    "text",
    [
        "message text is empty",
        "text must be non-empty",
        "message to edit not found",
        "message can't be edited",
        "query is too old",
        "a refusal quite new",
    ],
)
def test_any_other_400_is_dropped(text):
    assert classify(BadRequest(f"Bad Request: {text}"), PAYLOAD).kind is Kind.DROP


def test_too_large_a_request_is_shortened():
    refusal = classify(NetworkError("Request Entity Too Large (413)"), PAYLOAD)
    assert refusal.kind is Kind.FIX
    assert refusal.fix["parse_mode"] == ""


@pytest.mark.parametrize(
    ("pause", "told"), [(35, 35.0), (timedelta(seconds=2), 2.0), (43_837, 43_837.0), (10**7, 86_400.0), (-5, 0.0)]
)
def test_flood_control_waits_as_told_but_never_longer_than_a_day(pause, told):
    refusal = classify(RetryAfter(pause))
    assert (refusal.kind, refusal.retry_after, refusal.patient) == (Kind.WAIT, told, False)


def test_429_without_a_pause_waits():
    assert classify(NetworkError("Too Many Requests (429)")).kind is Kind.WAIT


def test_a_group_that_became_a_supergroup_has_moved():
    refusal = classify(ChatMigrated(-1001234567890))
    assert (refusal.kind, refusal.moved_to) == (Kind.MOVED, "-1001234567890")


@pytest.mark.parametrize("text", ["Unauthorized", "Not Found"])
def test_a_refused_token_stops_the_platform(text):
    assert classify(InvalidToken(text)).kind is Kind.STOP


def test_a_second_poller_does_not_stop_sending():
    assert classify(Conflict("terminated by other getUpdates request")).kind is Kind.WAIT


@pytest.mark.parametrize(
    "cause",
    [
        httpx.ConnectError("x"),
        httpx.ConnectTimeout("x"),
        httpx.PoolTimeout("x"),
        httpx.UnsupportedProtocol("x"),
        httpx.LocalProtocolError("x"),
        httpx.ProxyError("x"),
        httpx.InvalidURL("x"),
    ],
)
@pytest.mark.parametrize("error", [NetworkError, TimedOut])
def test_what_surely_never_left_waits(cause, error):
    refusal = classify(caused(error("x"), cause))
    assert (refusal.kind, refusal.patient) == (Kind.WAIT, False)


@pytest.mark.parametrize(
    "error",
    [
        *(caused(TimedOut(), cause("x")) for cause in (httpx.ReadTimeout, httpx.WriteTimeout)),
        *(
            caused(NetworkError("x"), cause("x"))
            for cause in (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError, httpx.CloseError)
        ),
        TimedOut(),
        TelegramError("Invalid server response"),
        NetworkError("Internal Server Error"),
        NetworkError("Bad Gateway (502)"),
        caused(NetworkError("Bad Gateway (502). Parsing the server response b'<html>' failed"), TelegramError("x")),
    ],
)
def test_a_lost_answer_is_unsure(error):
    assert classify(error, PAYLOAD).kind is Kind.UNSURE


def test_no_error_text_holds_the_url_of_its_request():
    url = "https://api.telegram.org/bot123:AAE-secret/sendMessage"
    error = caused(NetworkError(f"Unknown error in HTTP implementation: InvalidURL({url!r})"), httpx.InvalidURL(url))
    assert "AAE" not in classify(error).reason
