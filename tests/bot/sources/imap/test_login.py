"""Logging in, by whatever a server offers, and without telling anybody the secret."""

import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.sources.imap.client import MailError
from bot.sources.imap.token import TokenCommand, TokenFile
from tests.bot.sources.imap.rounds import BOTH, Reader, found, reason
from tests.fakes.imap import FakeImap
from tests.world import until

TOKEN = "ya29.a0AfB_byC-made-up-and-longer-than-any-word"


def printing(tmp_path: Path, program: str, limit: float = 20.0) -> TokenCommand:
    """A command that runs a program of Python."""
    (tmp_path / "token.py").write_text(program)
    return TokenCommand((sys.executable, "-S", "token.py"), tmp_path, limit)


@pytest.mark.parametrize(
    ("offered", "password", "how"),
    [
        (("AUTH=PLAIN",), "correct horse", "LOGIN"),
        ((), "correct horse", "LOGIN"),
        (("AUTH=PLAIN", "LOGINDISABLED"), "correct horse", "PLAIN"),
        (("AUTH=CRAM-MD5", "LOGINDISABLED"), "correct horse", "CRAM-MD5"),
        (("AUTH=LOGIN", "LOGINDISABLED"), "correct horse", "AUTH LOGIN"),
        (("AUTH=PLAIN", "AUTH=CRAM-MD5"), "größer als 🐎", "PLAIN"),
        (("AUTH=CRAM-MD5",), "größer als 🐎", "CRAM-MD5"),
        (("AUTH=LOGIN",), "größer als 🐎", "AUTH LOGIN"),
    ],
)
async def test_it_logs_in_by_what_is_offered(
    server: FakeImap, offered: tuple[str, ...], password: str, how: str
) -> None:
    server.capabilities, server.password = offered, password
    assert found(await Reader(server, password).round()) == BOTH
    assert server.logins == [how]


async def test_a_user_beyond_ascii_logs_in(server: FakeImap) -> None:
    server.user = "jürgen@example.org"
    assert found(await Reader(server).round()) == BOTH
    assert server.logins == ["PLAIN"]


@pytest.mark.parametrize(
    "offered", [("AUTH=PLAIN",), ("AUTH=PLAIN", "LOGINDISABLED"), ("AUTH=CRAM-MD5", "LOGINDISABLED")]
)
async def test_a_refused_password_is_told_in_no_form_and_not_tried_another_way(
    server: FakeImap, offered: tuple[str, ...]
) -> None:
    server.capabilities, server.says_again = offered, True
    told = reason(await Reader(server, 'not "it" \\ at all').round())
    assert "refuses the login: [AUTHENTICATIONFAILED]" in told
    assert "at all" not in told
    assert "AG1l" not in told  # base64 of \0me
    assert len(server.logins) == 1


@pytest.mark.parametrize(
    ("fault", "said"), [("bad", "refuses the login: BAD no such"), ("bye", "hung up: [UNAVAILABLE] Geschlossen")]
)
@pytest.mark.parametrize("password", ["sesame seeds", 'sesame "seeds" \\ all'])
async def test_a_server_that_says_a_command_again_tells_no_password(
    server: FakeImap, fault: str, said: str, password: str
) -> None:
    server.fault = "LOGIN", fault
    told = reason(await Reader(server, password).round())
    assert said in told
    assert "sesame" not in told


async def test_a_server_that_has_no_time_does_not_refuse_the_password(server: FakeImap) -> None:
    server.fault = "LOGIN", "no"
    with pytest.raises(MailError) as caught:
        await Reader(server).check()
    assert not caught.value.refused


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
async def test_a_token_of_a_file_is_read_at_each_login(server: FakeImap, tmp_path: Path, mechanism: str) -> None:
    server.capabilities, server.token = (f"AUTH={mechanism}", "AUTH=PLAIN"), TOKEN
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    reader = Reader(server, TokenFile(path))
    assert found(await reader.round()) == BOTH
    path.write_text("another")
    told = reason(await reader.round())
    assert "refuses the token: [AUTHENTICATIONFAILED]" in told
    assert ("(status 400)" if mechanism == "XOAUTH2" else "(status invalid_token)") in told
    server.token = "another"
    assert await reader.round() == []
    assert server.logins == [mechanism] * 3


async def test_a_token_of_a_command_is_asked_for_at_each_login(server: FakeImap, tmp_path: Path) -> None:
    server.capabilities, server.token = ("AUTH=XOAUTH2",), f"{TOKEN}-1"
    program = (
        "import pathlib\ncount = pathlib.Path('count')\nn = len(count.read_text()) + 1 if count.exists() else 1\n"
        f"count.write_text('x' * n)\nprint('{TOKEN}-' + str(n))\n"
    )
    reader = Reader(server, printing(tmp_path, program))
    assert found(await reader.round()) == BOTH
    server.token = f"{TOKEN}-2"
    assert await reader.round() == []


async def test_a_refused_token_is_told_in_no_form(server: FakeImap, tmp_path: Path) -> None:
    server.capabilities, server.token, server.says_again = ("AUTH=XOAUTH2",), "the right one", True
    told = reason(await Reader(server, printing(tmp_path, f"print('{TOKEN}')")).round())
    assert "refuses the token" in told
    assert TOKEN not in told
    assert "dXNlc" not in told  # base64 of user=


async def test_a_server_without_tokens_is_told_with_what_it_offers(server: FakeImap, tmp_path: Path) -> None:
    told = reason(await Reader(server, printing(tmp_path, f"print('{TOKEN}')")).round())
    assert "127.0.0.1 takes no token; it offers PLAIN" in told


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import sys\nprint('SECRET')\nsys.exit('no refresh token: log in anew')", "exit code 1): no refresh token"),
        ("import sys\nsys.exit('bad ya29.SECRETSECRETSECRETSECRET here')", "exit code 1): bad *** here"),
        ("", "holds no token; it must be the access token alone"),
        ("print('two words')", "holds no token"),
        ("print('x' * 100_000)", "holds no token"),
        ("print('ü')", "holds no token"),
        ("import time\ntime.sleep(60)", "printed no token within 1 seconds"),
        ("import os, time\nprint('x', flush=True)\nos.fork() or time.sleep(60)", "printed no token within 1 seconds"),
    ],
)
async def test_a_command_that_gives_no_token_is_told_without_what_it_printed(
    server: FakeImap, tmp_path: Path, program: str, told: str
) -> None:
    limit = 1.0 if "sleep" in program else 20.0
    failed = reason(await Reader(server, printing(tmp_path, program, limit)).round())
    assert told in failed
    assert "SECRET" not in failed
    assert server.commands == []


async def test_a_command_or_file_that_is_not_there_is_told(server: FakeImap, tmp_path: Path) -> None:
    assert "token_command nowhere cannot be run" in reason(
        await Reader(server, TokenCommand(("nowhere",), tmp_path)).round()
    )
    assert "token_file none cannot be read" in reason(await Reader(server, TokenFile(tmp_path / "none")).round())


async def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    token = await TokenCommand(("echo", "$HOME;`id`"), tmp_path).now()
    assert token == SecretStr("$HOME;`id`")


async def test_what_a_slow_command_started_ends_with_it(tmp_path: Path) -> None:
    program = "import os, time\npid = os.fork()\nif pid:\n    open('child', 'w').write(str(pid))\ntime.sleep(60)\n"
    with pytest.raises(MailError):
        await printing(tmp_path, program, 2.0).now()
    child = int((tmp_path / "child").read_text())
    until(lambda: not _lives(child))


def _lives(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().split()[2] != "Z"


async def test_a_password_is_not_sent_without_encryption_unless_told(
    server: FakeImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads to this machine stands for a host elsewhere."""
    monkeypatch.setattr("bot.sources.imap.account.Account.is_here", False)
    told = reason(await Reader(server).round())
    assert "offers no encryption (STARTTLS), and a password is not sent without" in told
    assert "insecure = true" in told
    assert server.logins == []
    assert found(await Reader(server, insecure=True).round()) == BOTH
