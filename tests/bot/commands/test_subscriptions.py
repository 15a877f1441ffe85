"""`subscriptions`: listed, taken from lines and written out as the same set; what ends is dropped."""

import json
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from bot.commands.subscriptions import lines_of
from bot.config.lines import Line, read_lines
from tests.fakes.source import items
from tests.world import DAILY, World, alert

pytestmark = pytest.mark.usefixtures("database")

FILE = alert("mine", "rivers", "telegram:@papers", deliver="daily 09:00")
LINES = (
    {"to": "telegram:123", "query": "diffusion OR  flow", "deliver": "weekly mon 09:00", "quiet": "22:00-07:00"},
    {"to": "telegram:-1001234567890/42", "query": "votes>=10", "timezone": "Europe/Berlin", "top": 0, "paused": True},
    {"to": "slack:D0123456789", "query": '"kv cache"', "silent": True},
)


@pytest.fixture
def there(here: World) -> World:
    here.configure(DAILY, FILE)
    return here


def lines(there: World, *some: object) -> str:
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in some)
    (there.folder / "lines.jsonl").write_text(text + "\n")
    return "lines.jsonl"


def listed(there: World, *more: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(there.run("subscriptions", "--json", *more).stdout)
    return found


@pytest.mark.once_is_enough
def test_lines_are_taken_listed_and_written_out_as_the_same_set(there: World) -> None:
    done = there.run("subscriptions", "import", lines(there, *LINES))
    assert (done.returncode, done.stdout.strip()) == (0, "3 new subscriptions, 0 changed")
    found = listed(there)
    assert [(one["destination"], one["query"], one["when"], one["origin"]) for one in found] == [
        ("telegram:@papers", "rivers", "daily 09:00", "config"),
        ("telegram:123", "diffusion OR flow", "weekly mon 09:00", "import"),
        ("telegram:-1001234567890/42", "votes>=10", "each", "import"),
        ("slack:D0123456789", '"kv cache"', "each", "import"),
    ]
    assert [one["paused"] for one in found] == [False, False, True, False]
    exported = there.run("subscriptions", "export").stdout
    assert [json.loads(line)["quiet"] for line in exported.splitlines()] == ["22:00-07:00", "", ""]
    again = there.run("subscriptions", "import", lines(there, *exported.splitlines()))
    assert again.stdout.strip() == "0 new subscriptions, 0 changed"
    there.tell("delete from subscription where origin = 'import'")
    there.run("subscriptions", "import", "lines.jsonl")
    assert there.run("subscriptions", "export").stdout == exported


def test_a_second_line_changes_what_it_names_and_the_rest_stays(there: World) -> None:
    there.run("subscriptions", "import", lines(there, LINES[0]))
    done = there.run(
        "subscriptions", "import", lines(there, {"to": "telegram:123", "query": "diffusion | flow", "top": 3})
    )
    assert done.stdout.strip() == "0 new subscriptions, 1 changed"
    (_, found) = listed(there)
    assert (found["top"], found["when"], found["quiet"]) == (3, "weekly mon 09:00", "22:00-07:00")


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("{", "is no JSON"),
        ([], "is no JSON object"),
        ({"query": "a"}, "to: is missing"),
        ({"to": "telegram:1", "query": "a AND"}, "query: "),
        ({"to": "telegramm:1", "query": "a"}, "did you mean telegram?"),
        ({"to": "telegram:1", "query": "a", "delivr": "each"}, "'delivr' is no key (did you mean deliver?)"),
        ({"to": "telegram:1", "query": "a", "deliver": "hourly"}, "no way to deliver"),
        ({"to": "telegram:1", "query": "a", "timezone": "Europe/Berlinn"}, "no time zone"),
        ({"to": "telegram:1", "query": "a", "paused": 1}, "paused: must be true or false"),
        ({"to": "slack-webhook:none", "query": "a"}, "to: "),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_the_others_are_taken(there: World, bad: object, told: str) -> None:
    done = there.run("subscriptions", "import", lines(there, LINES[0], bad, LINES[1]))
    assert (done.returncode, done.stdout.strip()) == (1, "2 new subscriptions, 0 changed, 1 bad")
    assert "line 2: " in done.stderr
    assert told in done.stderr


def test_those_of_one_destination_are_listed_and_ended_the_file_s_stay(there: World) -> None:
    some = [{"to": "telegram:123", "query": query} for query in ("a1", "b2", "c3")]
    there.run("subscriptions", "import", lines(there, *some, LINES[2]))
    assert len(listed(there, "--of", "telegram:123")) == 3
    assert there.run("subscriptions", "remove", "telegram:123", "b2").stdout.strip().endswith("1 subscription ended")
    assert [one["query"] for one in listed(there, "--of", "telegram:123")] == ["a1", "c3"]
    assert there.run("subscriptions", "remove", "telegram:123").stdout.strip().endswith("2 subscriptions ended")
    assert [one["origin"] for one in listed(there)] == ["config", "import"]
    assert there.run("subscriptions", "remove", "telegram:99").returncode == 2
    assert there.run("subscriptions", "import", "nowhere.jsonl").returncode == 2


@pytest.mark.parametrize("of_stdin", [False, True])
def test_a_line_that_is_no_utf_8_is_bad_and_a_mark_at_the_start_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_stdin: bool
) -> None:
    said = b'\xef\xbb\xbf{"to": "telegram:1", "query": "a"}\n{"to": "telegram:1", "query": "caf\xe9"}\n'
    (tmp_path / "lines.jsonl").write_bytes(said)
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(said), encoding="utf-8", errors="strict"))
    with lines_of("-" if of_stdin else str(tmp_path / "lines.jsonl")) as found:
        good, bad = read_lines(found)
    assert (isinstance(good, Line), str(bad)) == (True, "is not in UTF-8")


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ({"deliver": "daily 09:00"}, "(daily 09:00 Asia/Tokyo, import)"),
        ({"quiet": "22:00-07:00"}, "(each, quiet 22:00-07:00 Asia/Tokyo, import)"),
        ({}, "(each, import)"),
    ],
)
def test_a_time_is_told_with_the_zone_that_it_is_of(there: World, times: dict[str, str], told: str) -> None:
    line = {"to": "telegram:123", "query": "a", "timezone": "Asia/Tokyo", **times}
    there.run("subscriptions", "import", lines(there, line))
    assert there.run("subscriptions", "--of", "telegram:123").stdout == f"telegram:123: a {told}\n"


def test_a_chat_is_named_by_its_number_too(here: World) -> None:
    today = datetime.now(UTC).date()
    here.source.days[today.isoformat()] = items(1, today)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    here.round()
    number = "telegram:-1001000000001"
    assert [one["name"] for one in listed(here, "--of", number)] == ["all"]
    assert here.run("skip", number).stdout.startswith(f"{number}: 0 papers skipped")
