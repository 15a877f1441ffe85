"""Every mistake has a file in config_mistakes; its first line is what a person should read."""

import re
from pathlib import Path

import pytest
import tomli

from bot.channels.registry import CHANNELS
from bot.config import database as databases
from bot.config.load import load
from bot.config.mistakes import ConfigError
from bot.sources.registry import SOURCES

MISTAKES = sorted((Path(__file__).parent / "mistakes").glob("*.toml"))
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_a_mistake_is_one_line_that_names_the_key(path: Path) -> None:
    expected = path.read_text().splitlines()[0].removeprefix("# Expect: ")
    with pytest.raises(ConfigError) as caught:
        load(path, {"TOKEN": "123:abc", "HOOK": "https://hooks.slack.com/services/x", "SLACK": "xoxb-1-a"})
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist; paperround init makes one"):
        load(tmp_path / "config.toml")


def test_the_example_is_right_as_it_is_and_with_every_comment_taken_off(tmp_path: Path) -> None:
    example = (ROOT / "config.example.toml").read_text()
    load(ROOT / "config.example.toml", {})
    lines = [line[2:] if _is_a_key_commented_out(line) else line for line in example.splitlines()]
    full = tmp_path / "config.toml"
    full.write_text("\n".join(lines))
    names = re.findall(r'_env = "(\w+)"', example)
    config = load(full, {**dict.fromkeys(names, "https://c/"), "SLACK_APP_TOKEN": "xapp-1"})
    assert {source.kind for source in config.settings.sources} == set(SOURCES)
    assert {kind.section for kind in CHANNELS.values() if kind.section} <= tomli.loads(full.read_text()).keys()
    assert config.settings.delivery.settle.total_seconds() == 8
    assert set(config.secrets) >= {"slack.webhooks.lab.url", "webhooks.mine.url", "webhooks.mine.secret"}


def _is_a_key_commented_out(line: str) -> bool:
    return re.match(r"# (\[|\w+ = )", line) is not None


def test_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[[sources]]\nname = "d"\nkind = "huggingface"\n[telegram]\ntoken_env = "T"\n')
    settings = load(path, {"T": "x"}).settings
    assert str(settings.timezone) == "UTC"
    assert settings.database == "sqlite:///var/paperround.db"
    assert settings.head_start.days == 1
    assert (settings.publish.directory, settings.publish.entries) == ("public", 100)
    assert settings.telegram is not None
    assert (settings.telegram.per_second, settings.telegram.chat_per_minute) == (30, 20)
    assert settings.delivery.timeout.total_seconds() == 20


def test_an_alert_has_the_files_clock_and_the_contracts_manner_unless_it_has_its_own(tmp_path: Path) -> None:
    own = 'deliver = "daily 09:00"\ntimezone = "Asia/Tokyo"\ntop = 3\nsilent = true\ntogether = 0\n'
    alert = '[[alerts]]\nname = "{}"\nquery = "x"\nto = ["console:"]\n'
    (tmp_path / "config.toml").write_text('timezone = "Europe/Berlin"\n' + alert.format("a") + alert.format("b") + own)
    settings = load(tmp_path / "config.toml").settings
    said = [(one.deliver.mode, settings.zone_of(one).key, one.top, one.silent, one.together) for one in settings.alerts]
    assert said == [("each", "Europe/Berlin", 10, False, 8), ("daily", "Asia/Tokyo", 3, True, 0)]


@pytest.mark.parametrize(("public", "exposed"), [("public", []), ("var/../", ["paperround.env", "var/paperround.db"])])
def test_what_lies_in_the_published_folder_and_is_nobody_s_to_read(
    tmp_path: Path, public: str, exposed: list[str]
) -> None:
    (tmp_path / "var").mkdir()
    for name in ("paperround.env", "var/paperround.db"):
        (tmp_path / name).touch(0o600)
    (tmp_path / "config.toml").write_text(f'[publish]\ndirectory = "{public}"\n')
    assert load(tmp_path / "config.toml").exposed == [tmp_path / name for name in exposed]


def test_paths_start_from_the_files_own_folder(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('database = "sqlite:///state/x.db"\n[publish]\ndirectory = "out"\n')
    config = load(tmp_path / "config.toml")
    assert config.database == tmp_path / "state" / "x.db"
    assert config.public == tmp_path / "out"


def test_secrets_come_from_a_file_and_never_print(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("123456:SECRET\n")
    (tmp_path / "config.toml").write_text('[telegram]\ntoken_file = "token"\n')
    config = load(tmp_path / "config.toml", {})
    assert config.in_clear() == ("123456:SECRET",)
    assert "SECRET" not in repr(config)


def test_a_chat_that_nobody_can_be_heard_in_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[chat]\n")
    with pytest.raises(ConfigError, match="listens nowhere"):
        load(path)
    path.write_text('[chat]\n[slack]\ntoken_env = "T"\n')
    with pytest.raises(ConfigError, match="app_token_env"):
        load(path)


def test_two_spellings_of_one_chat_in_an_alert_are_one(tmp_path: Path) -> None:
    alert = '[[alerts]]\nname = "a"\nquery = "x"\nto = ["telegram:@Papers", "telegram:@papers"]\n'
    (tmp_path / "config.toml").write_text('[telegram]\ntoken_env = "T"\n' + alert)
    assert [str(one) for one in load(tmp_path / "config.toml", {"T": "x"}).settings.alerts[0].to] == [
        "telegram:@papers"
    ]


def test_all_queries_that_are_refused_are_told_at_once_with_what_to_write(tmp_path: Path) -> None:
    feed = '[[feeds]]\nslug = "{}"\nquery = "{}"\n'
    (tmp_path / "config.toml").write_text(feed.format("a", "LLM, agents, RAG") + feed.format("b", "tumo?r"))
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config.toml")
    first, second = str(caught.value).splitlines()
    assert first.startswith("feeds[0].query: ")
    assert second.startswith("feeds[1].query: ")
    assert "write 'LLM OR agents OR RAG'" in first


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:hunter2@db/papers",
        "postgresql://me:hun/ter2@db:5432/papers",
        "postgresql://me:/hunter2@db/papers",
        "postgresql://me:hun@ter2@db/papers",
        "postgresql://me:hun?ter#2@db/papers",
        "postgresql://me:5432/hunter2@db/papers",
        "postgresql://:hunter2@db/papers",
        "postgresql:/me:hunter2@db/papers",
        "postgresql:me:hunter2@db/papers",
        "postgresql+psycopg://me:hunter2@db/papers",
        "postgres://me:hun/ter2@db/papers",
        "me:hunter2@db/papers",
        "postgresql://db/papers?user=me&pass=hunter2",
        "postgresql://db/papers?sslpassword = hunter2",
        "host=db user=me password = hunter2 dbname=papers",
        "host=db user=me password='hunter2 ' dbname=papers",
    ],
)
def test_no_spelling_of_a_databases_address_shows_its_password(address: str) -> None:
    with pytest.raises(ConfigError) as caught:
        databases.check(address)
    assert "hun" not in str(caught.value)
    assert "ter" not in str(caught.value).replace("postgresql://user@host/name", "").replace("better", "")


@pytest.mark.parametrize("address", ["http://me:hun/ter2@host/", "http:me:hunter2@host", "me:hunter2@host"])
@pytest.mark.parametrize("key", ["base_url", "hub"])
def test_no_spelling_of_an_address_shows_its_password(tmp_path: Path, key: str, address: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[publish]\n{key} = "{address}"\n')
    with pytest.raises(ConfigError, match=r"is no http\(s\) address") as caught:
        load(file, {})
    assert "hun" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://db/papers",
        "postgresql://me@db:5432/papers?sslmode=require&passfile=/etc/pass",
        "postgresql://me@[::1]:5432/papers",
        "postgresql://me@one:5432,two:5433/papers?target_session_attrs=read-write",
        "postgresql://one,two/papers",
        "postgresql://one:1,two:2/papers?user=me@tenant",
        "postgresql://db:5432/papers?user=me@tenant&sslrootcert=/etc/ca@2.pem",
        "postgresql://me@db/papers?options=-c%20bypass=on",
        "postgresql://postgres@/papers?host=/run/postgresql",
    ],
)
def test_an_address_of_a_database_is_taken_as_libpq_takes_it(address: str) -> None:
    databases.check(address)
