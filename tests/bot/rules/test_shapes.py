"""Values of the configuration's tables: what each is read into, and what is told of a wrong one."""

from datetime import timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.rules.nearest import did_you_mean
from bot.rules.shapes import BaseUrl, Duration, Rate, SecretPlace, Span, Table, Url, Wait
from bot.rules.zones import zone_of


@pytest.mark.parametrize(
    ("shape", "written", "read"),
    [
        (Duration, "1h30m", timedelta(minutes=90)),
        (Duration, timedelta(1), timedelta(1)),
        (Duration, "0s", timedelta()),
        (Wait, "1s", timedelta(seconds=1)),
        (Span, "2d", timedelta(days=2)),
        (Span, timedelta(2), timedelta(2)),
        (Span, "forever", None),
        (Span, None, None),
        (Url, "https://a.example/x/", "https://a.example/x"),
        (BaseUrl, "https://a.example/x//", "https://a.example/x/"),
        (Rate, 2, 2.0),
        (Rate, 0.5, 0.5),
    ],
)
def test_a_value_is_read_into_what_it_means(shape: object, written: object, read: object) -> None:
    assert TypeAdapter(shape).validate_python(written) == read


@pytest.mark.parametrize(
    ("shape", "written", "told"),
    [
        (Duration, 3, "must be text in quotes"),
        (Duration, "3", "is no duration"),
        (Wait, "0s", "must be longer than nothing"),
        (Span, "never", 'is no duration.*, or "forever"'),
        (Url, "a.example", "no http.s. address; write https://a.example"),
        (Url, "ftp://a.example", "no http.s. address"),
        (Url, "https://a.example:0/", "no http.s. address"),
        (Url, "https://a.example:x/", "no http.s. address"),
        (Url, "https://a example/", "no http.s. address"),
        (Rate, True, "must be a number"),
        (Rate, 0, "greater than 0"),
    ],
)
def test_what_is_wrong_is_told(shape: object, written: object, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        TypeAdapter(shape).validate_python(written)


def test_a_secret_is_asked_for_by_its_place() -> None:
    class Slack(Table):
        token_env: str | None = None
        token_file: str | None = None

    place = SecretPlace.of("slack", "token", Slack(token_file="x"))
    assert (place.env, place.file, place.full_name) == (None, "x", "slack.token")
    assert SecretPlace.of("", "token", Slack(token_env="Y")).full_name == "token"


def test_a_zone_is_known_however_it_is_written_and_the_nearest_is_named() -> None:
    assert [zone_of(one) for one in ("Europe/Berlin", " america/new york ")] == ["Europe/Berlin", "America/New_York"]
    with pytest.raises(ValueError, match=r"Europe/Berlyn is no time zone \(did you mean Europe/Berlin\?\)"):
        zone_of("Europe/Berlyn")
    assert did_you_mean("qqqq", ["Europe/Berlin"]) == ""
