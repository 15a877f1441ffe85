"""An IMAP server on a loopback port: one user, one folder, and what a client may do to mails it should leave alone.

`commands` is what came, in order. `fault` spoils the next answer to a command: `("LOGIN", "close")`; kinds are close,
no, garbage, drip (a byte now and then, for ever), and huge (a literal of any size).
"""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from datetime import date
from typing import Self

_ONE_ARGUMENT = re.compile(r'\w+ (?:"[^"]*"|[^\s"]+)')
USER, PASSWORD = "me@example.org", "correct horse"


@dataclass
class Stored:
    """A mail in the folder."""

    uid: int
    content: bytes
    arrived: date = date(2026, 1, 6)
    seen: bool = False


@dataclass
class FakeImap:
    """Its fields may be changed while it serves."""

    mails: list[Stored] = field(default_factory=list)
    folder: str = "INBOX"
    validity: int = 7
    password: str = PASSWORD
    commands: list[str] = field(default_factory=list)
    fault: tuple[str, str] | None = None

    def __enter__(self) -> Self:
        fake = self
        self._stopping = threading.Event()

        class Handler(_Handler):
            server_is = fake
            stopping = fake._stopping

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    @property
    def url(self) -> str:
        port = self._server.server_address[1]
        return f"imap://{USER.replace('@', '%40')}@127.0.0.1:{port}/{self.folder}"

    def deliver(self, *contents: bytes, arrived: date = date(2026, 1, 6)) -> None:
        """New mail."""
        for content in contents:
            self.mails.append(Stored(self.next_uid, content.replace(b"\n", b"\r\n"), arrived))

    @property
    def next_uid(self) -> int:
        return max((mail.uid for mail in self.mails), default=40) + 1


class _Handler(socketserver.StreamRequestHandler):
    server_is: FakeImap
    stopping: threading.Event
    _may_write = False

    def handle(self) -> None:
        try:
            self.wfile.write(b"* OK ready\r\n")
            while line := self.rfile.readline():
                tag, _, command = line.decode().strip().partition(" ")
                self.server_is.commands.append(re.sub(r'^(LOGIN "[^"]*").*', r"\1", command))
                if not self._answered(tag, command):
                    return
        except OSError:
            return

    def _answered(self, tag: str, command: str) -> bool:
        """Answer a command; whether the connection goes on."""
        fault, name = self.server_is.fault, command.removeprefix("UID ").split(" ")[0]
        if fault and fault[0] == name:
            self.server_is.fault = None
            return self._spoilt(tag, fault[1])
        lines, end = self._answer(name, command)
        self.wfile.write(b"".join(line + b"\r\n" for line in lines) + f"{tag} {end} done\r\n".encode())
        return name != "LOGOUT"

    def _spoilt(self, tag: str, kind: str) -> bool:
        if kind == "no":
            self.wfile.write(f"{tag} NO [UNAVAILABLE] not now\r\n".encode())
            return True
        if kind == "garbage":
            self.wfile.write(b"\x00\xff what\r\n")
        if kind == "huge":
            self.wfile.write(b"* 1 FETCH (UID 41 BODY[] {999999999999}\r\n")
        while kind == "drip" and not self.stopping.wait(0.05):
            self.wfile.write(b"*")
        return False

    def _answer(self, name: str, command: str) -> tuple[list[bytes], str]:
        fake = self.server_is
        if name == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1 AUTH=PLAIN"], "OK"
        if name == "LOGIN":
            good = command == f'LOGIN "{USER}" "{fake.password}"'
            return [], "OK" if good else "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"
        if name in {"EXAMINE", "SELECT"}:
            if not _ONE_ARGUMENT.fullmatch(command):
                return [], "BAD one argument"
            if command.split(" ", 1)[1].strip('"') != fake.folder:
                return [], "NO [NONEXISTENT] no such folder"
            told = f"* OK [UIDVALIDITY {fake.validity}] valid", f"* OK [UIDNEXT {fake.next_uid}] next"
            self._may_write = name == "SELECT"
            how = "READ-WRITE" if self._may_write else "READ-ONLY"
            return [f"* {len(fake.mails)} EXISTS".encode(), *(line.encode() for line in told)], f"OK [{how}] {name}"
        if name == "STORE":
            return [], self._stored(command)
        if name == "SEARCH":
            return [b"* SEARCH " + " ".join(str(mail.uid) for mail in self._found(command)).encode()], "OK"
        if name == "FETCH":
            return self._fetched(command), "OK"
        return ([b"* BYE"], "OK") if name == "LOGOUT" else ([], "BAD what?")

    def _found(self, command: str) -> list[Stored]:
        mails = self.server_is.mails
        if span := re.search(r"UID (\d+):\*", command):
            # RFC 3501: * is the largest, and a range has no order; so the last mail is always in it
            return [mail for mail in mails if mail.uid >= int(span[1])] or mails[-1:]
        day = re.search(r"SINCE (\d+)-(\w{3})-(\d{4})", command)
        assert day
        months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        since = date(int(day[3]), months.index(day[2]) + 1, int(day[1]))
        return [mail for mail in mails if mail.arrived >= since]

    def _stored(self, command: str) -> str:
        found = re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", command)
        if not found or not self._may_write:
            return "NO [READ-ONLY] not here"
        for mail in self.server_is.mails:
            mail.seen = mail.seen or mail.uid == int(found[1])
        return "OK"

    def _fetched(self, command: str) -> list[bytes]:
        _, _, uid, what = command.split(" ", 3)
        for number, mail in enumerate(self.server_is.mails, 1):
            if mail.uid == int(uid):
                head = f"* {number} FETCH (UID {uid} "
                if "RFC822.SIZE" in what:
                    return [f"{head}RFC822.SIZE {len(mail.content)})".encode()]
                mail.seen = mail.seen or "PEEK" not in what
                return [f"{head}BODY[] {{{len(mail.content)}}}\r\n".encode() + mail.content + b")"]
        return []
