"""The socket of the web server, opened before anything else is done: an address that is taken is told at once."""

import socket

from bot.config.load import Config
from bot.config.mistakes import ConfigError


class ListenError(Exception):
    """The address cannot be listened on now."""


def listen(config: Config) -> socket.socket:
    """The socket of `[web] listen`. Raises ListenError, and ConfigError for what is no address."""
    wanted = config.settings.web.listen
    host, _, port = wanted.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, OverflowError, UnicodeError):
        raise ConfigError("web.listen", f"{wanted!r} is no address of this machine") from None
    family, kind, protocol, _, address = found[0]
    # With its protocol: asyncio turns Nagle's delay off for TCP only, and an answer took 40 ms more (measured).
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)
    except (OSError, OverflowError) as error:
        listening.close()
        raise ListenError(f"{wanted} cannot be listened on: {getattr(error, 'strerror', error)}") from None
    return listening


def address_of(listening: socket.socket) -> str:
    """Where a browser on this machine finds it: `http://127.0.0.1:8000/`."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (every address: this machine's own is one)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
