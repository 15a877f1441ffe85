"""An IMAP server on a loopback port: one user, its folders, and what a client may do to mails it should leave alone.

`commands` is what came, in order, without secrets. `fault` spoils the next answer to a command: `("LOGIN", "close")`;
kinds are close, bye and bad (they say the command again), no, garbage, drip (a byte now and then, for ever), silence,
huge (a literal of any size) and endless (lines without end). `poison` does the same to one mail, again and again.
"""

import base64
import hmac
import json
import re
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from datetime import date
from typing import Self

_ONE_ARGUMENT = re.compile(r'\w+ (?:"(?:\\.|[^"\\])*"|[^\s"]+)')
USER, PASSWORD = "me@example.org", "correct horse"
CAPABILITIES = ("AUTH=PLAIN",)


@dataclass
class Stored:
    """A mail in the folder."""

    uid: int
    content: bytes
    arrived: date = date(2026, 1, 6)
    seen: bool = False


@dataclass
class FakeImap:
    """Its fields may be changed while it serves. Names of folders are as they go over the wire."""

    mails: list[Stored] = field(default_factory=list)
    folder: str = "INBOX"
    others: tuple[str, ...] = ()
    """Folders that are there, and empty."""
    delimiter: str = "/"
    as_literals: bool = False
    """Whether LIST gives names as literals."""
    validity: int = 7
    user: str = USER
    password: str = PASSWORD
    token: str = ""
    capabilities: tuple[str, ...] = CAPABILITIES
    tls: ssl.SSLContext | None = None
    """By STARTTLS, or from the first byte on where `tls_at_once`."""
    tls_at_once: bool = False
    says_again: bool = False
    """Whether a refused login is answered with what was sent, as servers for debugging do."""
    commands: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    """By what mechanism."""
    fault: tuple[str, str] | None = None
    poison: dict[int, str] = field(default_factory=dict)
    """UID -> what happens to who fetches it."""

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
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return self.address_of(self.folder)

    def address_of(self, folder: str) -> str:
        """As somebody writes it into the file."""
        return f"imap://{self.user.replace('@', '%40')}@127.0.0.1:{self.port}/{folder}"

    def deliver(self, *contents: bytes, arrived: date = date(2026, 1, 6)) -> None:
        """New mail."""
        for content in contents:
            self.mails.append(Stored(self.next_uid, content.replace(b"\n", b"\r\n"), arrived))

    @property
    def next_uid(self) -> int:
        return max((mail.uid for mail in self.mails), default=40) + 1

    def names(self) -> set[str]:
        """Of the commands that came."""
        return {command.removeprefix("UID ").split(" ")[0] for command in self.commands}

    def fetched(self) -> list[int]:
        """UIDs of the mails that were asked for whole, in order."""
        asked = (re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]\)", command) for command in self.commands)
        return [int(found[1]) for found in asked if found]


class _Handler(socketserver.StreamRequestHandler):
    server_is: FakeImap
    stopping: threading.Event
    _may_write = False
    _inside = False

    def handle(self) -> None:
        try:
            if self.server_is.tls_at_once:
                self._encrypt()
            self.wfile.write(b"* OK ready\r\n")
            while line := self.rfile.readline():
                tag, _, command = line.decode().rstrip("\r\n").partition(" ")
                self.server_is.commands.append(re.sub(r'^(LOGIN "[^"]*").*', r"\1", command))
                if not self._answered(tag, command):
                    return
        except OSError:
            return
        finally:
            self.request.close()

    def _encrypt(self) -> None:
        assert self.server_is.tls
        self.request = self.server_is.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)

    def _answered(self, tag: str, command: str) -> bool:
        """Answer a command; whether the connection goes on."""
        fault, name = self.server_is.fault, command.removeprefix("UID ").split(" ")[0]
        if fault and fault[0] == name:
            self.server_is.fault = None
            return self._spoilt(tag, fault[1], command)
        if name == "FETCH" and (kind := self.server_is.poison.get(int(command.split(" ")[2]))):
            return self._spoilt(tag, kind, command)
        lines, end = self._answer(name, command)
        self.wfile.write(b"".join(line + b"\r\n" for line in lines) + f"{tag} {end} done\r\n".encode())
        if name == "STARTTLS":
            self._encrypt()
        return name != "LOGOUT"

    def _spoilt(self, tag: str, kind: str, command: str) -> bool:
        if kind in {"no", "bad"}:
            words = "NO [UNAVAILABLE] not now" if kind == "no" else f"BAD no such command: {command}"
            self.wfile.write(f"{tag} {words}\r\n".encode())
            return True
        if kind == "bye":
            self.wfile.write(f"* BYE [UNAVAILABLE] Geschlossen für heute: {command}\r\n".encode())
        if kind == "garbage":
            self.wfile.write(b"\x00\xff what\r\n")
        if kind == "huge":
            self.wfile.write(b"* 1 FETCH (UID 41 BODY[] {999999999999}\r\n")
        while kind in {"drip", "endless", "silence"} and not self.stopping.wait(0 if kind == "endless" else 0.05):
            self.wfile.write({"drip": b"*", "endless": b"* LIST () NIL x\r\n" * 1000, "silence": b""}[kind])
        return False

    def _answer(self, name: str, command: str) -> tuple[list[bytes], str]:
        fake = self.server_is
        if name == "CAPABILITY":
            offered = " ".join(fake.capabilities) + (" STARTTLS" if fake.tls and not fake.tls_at_once else "")
            return [f"* CAPABILITY IMAP4rev1 {offered}".encode()], "OK"
        if name == "STARTTLS" and fake.tls:
            return [], "OK"
        if name == "LOGIN":
            return [], self._logged_in(
                "LOGIN", command == f"LOGIN {_quoted(fake.user)} {_quoted(fake.password)}", command
            )
        if name == "AUTHENTICATE":
            return [], self._authenticated(command.split(" ")[1])
        if not self._inside and name != "LOGOUT":
            return [], "BAD log in first"
        if name in {"EXAMINE", "SELECT"}:
            return self._entered(name, command)
        return self._looked(name, command)

    def _looked(self, name: str, command: str) -> tuple[list[bytes], str]:
        """Answers to who is logged in."""
        fake = self.server_is
        if name == "LIST":
            return [self._listed(one) for one in (fake.folder, *fake.others)], "OK"
        if name == "STORE":
            return [], self._stored(command)
        if name == "SEARCH":
            return [b"* SEARCH " + " ".join(str(mail.uid) for mail in self._found(command)).encode()], "OK"
        if name == "FETCH":
            return self._fetched(command), "OK"
        return ([b"* BYE"], "OK") if name == "LOGOUT" else ([], "BAD what?")

    def _logged_in(self, how: str, good: bool, sent: str) -> str:
        fake = self.server_is
        if how == "LOGIN" and "LOGINDISABLED" in fake.capabilities:
            return "NO [PRIVACYREQUIRED] LOGIN is disabled"
        fake.logins.append(how)
        self._inside = good
        again = f" to {sent}" if fake.says_again else ""
        return "OK" if good else f"NO [AUTHENTICATIONFAILED] Invalid credentials (Failure){again}"

    def _authenticated(self, mechanism: str) -> str:
        fake = self.server_is
        if f"AUTH={mechanism}" not in fake.capabilities:
            return "NO unknown mechanism"
        if mechanism == "PLAIN":
            sent = self._asked()
            return self._logged_in(mechanism, sent == f"\0{fake.user}\0{fake.password}".encode(), _coded(sent))
        if mechanism == "LOGIN":
            sent = [self._asked(b"User Name\0"), self._asked(b"Password\0")]
            right = [fake.user.encode(), fake.password.encode()]
            return self._logged_in("AUTH LOGIN", sent == right, _coded(sent[1]))
        if mechanism == "CRAM-MD5":
            challenge = b"<1896.697170952@postoffice.example.net>"
            sent = self._asked(challenge)
            digest = hmac.new(fake.password.encode(), challenge, "md5").hexdigest()
            return self._logged_in(mechanism, sent == f"{fake.user} {digest}".encode(), _coded(sent))
        return self._with_token(mechanism)

    def _with_token(self, mechanism: str) -> str:
        """XOAUTH2 (developers.google.com/gmail/imap/xoauth2-protocol) or OAUTHBEARER (RFC 7628)."""
        fake = self.server_is
        right = f"user={fake.user}\1auth=Bearer {fake.token}\1\1"
        if mechanism == "OAUTHBEARER":
            right = f"n,a={fake.user},\1host=127.0.0.1\1port={fake.port}\1auth=Bearer {fake.token}\1\1"
        sent = self._asked()
        if sent == right.encode():
            return self._logged_in(mechanism, True, "")
        refusal = json.dumps({"status": "invalid_token" if mechanism == "OAUTHBEARER" else "400", "schemes": "Bearer"})
        if self._asked(refusal.encode()) != (b"\1" if mechanism == "OAUTHBEARER" else b""):
            return "BAD the answer to a refusal is empty"
        return self._logged_in(mechanism, False, _coded(sent))

    def _asked(self, challenge: bytes = b"") -> bytes:
        self.wfile.write(b"+ " + base64.b64encode(challenge) + b"\r\n")
        return base64.b64decode(self.rfile.readline().strip(), validate=True)

    def _entered(self, name: str, command: str) -> tuple[list[bytes], str]:
        fake = self.server_is
        if not _ONE_ARGUMENT.fullmatch(command):
            return [], "BAD one argument"
        asked = re.sub(r"\\(.)", r"\1", command.split(" ", 1)[1].strip('"'))
        if not asked.isascii():
            return [], "BAD not in modified UTF-7"
        if asked.upper() != "INBOX" and asked not in {fake.folder, *fake.others}:
            return [], "NO [NONEXISTENT] no such folder"
        mails = fake.mails if asked == fake.folder else []
        told = f"* OK [UIDVALIDITY {fake.validity}] valid", f"* OK [UIDNEXT {fake.next_uid}] next"
        self._may_write = name == "SELECT"
        how = "READ-WRITE" if self._may_write else "READ-ONLY"
        return [f"* {len(mails)} EXISTS".encode(), *(line.encode() for line in told)], f"OK [{how}] {name}"

    def _listed(self, name: str) -> bytes:
        delimiter = _quoted(self.server_is.delimiter) if self.server_is.delimiter else "NIL"
        shown = f"{{{len(name)}}}\r\n{name}" if self.server_is.as_literals else _quoted(name)
        return f"* LIST (\\HasNoChildren) {delimiter} {shown}".encode()

    def _found(self, command: str) -> list[Stored]:
        mails = self.server_is.mails
        if span := re.search(r" UID (\d+):\*", command):
            # RFC 3501: * is the largest, and a range has no order; so the last mail is always in it
            return [mail for mail in mails if mail.uid >= int(span[1])] or mails[-1:]
        if those := re.search(r" UID ([\d,]+)$", command):
            return [mail for mail in mails if str(mail.uid) in those[1].split(",")]
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
                part = "HEADER" if "[HEADER]" in what else ""
                content = mail.content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if part else mail.content
                return [f"{head}BODY[{part}] {{{len(content)}}}\r\n".encode() + content + b")"]
        return []


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _coded(sent: bytes) -> str:
    return base64.b64encode(sent).decode()
