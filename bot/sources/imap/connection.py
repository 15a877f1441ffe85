"""imaplib's client, bounded: what a server sends is limited, whatever it announces, and the line can be cut at once.

imaplib takes as much as a server names, as many lines as it sends, and connects by itself alone.
"""

import imaplib
import socket
import ssl
from contextlib import suppress
from typing import cast

MAX_BYTES = 16 * 1024 * 1024
"""Of one mail: an arXiv listing of a day is below 1 MB."""
MAX_ANSWER = MAX_BYTES + 1024 * 1024
"""Of all that a server sends to one command."""
LINE = 512
"""Bytes that a line counts for at least: imaplib takes 20 us for each, and keeps it (measured)."""


class Line:
    """The connection in hand. `cut` may be called from elsewhere, and ends what waits for it."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.is_cut = False

    def hold(self, connected: socket.socket) -> None:
        """From now on this one is cut. Raises OSError where that was asked for meanwhile."""
        self._socket = connected
        if self.is_cut:
            connected.close()
            raise ConnectionAbortedError("the connection was cut off")

    def cut(self) -> None:
        """End the connection at once, and one that is only being made as soon as it is."""
        self.is_cut = True
        if self._socket:
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # not TLS's own: that would wait for an answer


class HungUpError(imaplib.IMAP4.abort):
    """The server took leave (BYE: RFC 3501, 7.1.5), and why."""


class Client(imaplib.IMAP4):
    """A connection to a mail server, with TLS from the start where it is given a context, by a SOCKS proxy or straight.

    Raises what imaplib raises; `IMAP4.abort` also where a server sends more than MAX_ANSWER to one command.
    """

    def __init__(
        self, line: Line, address: tuple[str, int], timeout: float, secure: ssl.SSLContext | None, proxy: str | None
    ) -> None:
        self.left = MAX_ANSWER
        self._line = line
        self._secure = secure
        self._proxy = proxy
        super().__init__(*address, timeout)

    def read(self, size: int) -> bytes:
        """Unlike imaplib's own, not as much as the server names."""
        self._spend(size)
        return cast("bytes", self.file.read(size))

    def readline(self) -> bytes:
        """Unlike imaplib's own, within what is left of an answer."""
        line = cast("bytes", self.file.readline(self.left + 1))
        self._spend(max(len(line), LINE))
        return line

    def _check_bye(self) -> None:
        """Unlike what imaplib raises, this can be told from a line that broke."""
        if said := self.untagged_responses.get("BYE"):
            last = said[-1]
            raise HungUpError(last.decode("utf-8", "replace") if isinstance(last, bytes) else "")

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise imaplib.IMAP4.abort("the server sends too much")

    def _create_socket(self, timeout: float | None) -> socket.socket:
        made = _connected(self.host, self.port, timeout, self._proxy)
        try:
            made.settimeout(timeout)
            self._line.hold(made)
            return self._encrypted(made) if self._secure else made
        except BaseException:
            made.close()
            raise

    def _encrypted(self, plain: socket.socket) -> ssl.SSLSocket:
        """The handshake is made on a line that can be cut already."""
        assert self._secure
        wrapped = self._secure.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        try:
            self._line.hold(wrapped)
            wrapped.do_handshake()
        except BaseException:
            wrapped.close()
            raise
        return wrapped

    def encrypt(self, secure: ssl.SSLContext) -> None:
        """STARTTLS. Raises what imaplib raises."""
        self.starttls(secure)
        self._line.hold(self.sock)


def _connected(host: str, port: int, timeout: float | None, proxy: str | None) -> socket.socket:
    if not proxy:
        return socket.create_connection((host, port), timeout)
    from python_socks import ProxyError  # noqa: PLC0415  (few have one)
    from python_socks.sync import Proxy  # noqa: PLC0415

    try:
        return Proxy.from_url(proxy, rdns=True).connect(host, port, timeout)
    except ProxyError as error:
        raise OSError(f"by the SOCKS proxy: {error}") from None
    except ValueError:  # its words hold the address, and with it a password
        raise OSError("the address of the SOCKS proxy is none") from None
