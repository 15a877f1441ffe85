"""A site below a path, as behind a proxy that leaves the path on: it is answered with the path and without it."""

from urllib.parse import quote, unquote, urlsplit

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


def path_of(base_url: str) -> str:
    """`/round/` of `https://lab.example.org/round/`; empty: the site is at the top."""
    path = unquote(urlsplit(base_url).path).strip("/")
    return f"/{path}/" if path else ""


class Below:
    """Takes the path of the site off a request, unless a proxy did."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI)."""
        if scope["type"] == "http" and scope["path"].startswith(self._path):
            path = scope["path"][len(self._path) - 1 :]
            scope = {**scope, "path": path, "raw_path": self._raw(scope, path)}
        elif scope["type"] == "http" and f"{scope['path']}/" == self._path:  # else its links lead beside it
            await RedirectResponse(quote(self._path), 308)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _raw(self, scope: Scope, path: str) -> bytes:
        raw, before = bytes(scope.get("raw_path") or b""), quote(self._path).encode()
        return raw[len(before) - 1 :] if raw.startswith(before) else quote(path).encode()
