"""A body as an HTTP answer: 304 or 200, compressed or not, with the headers of its kind."""

from collections.abc import Mapping
from email.utils import formatdate
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from bot.web.accepting import is_person
from bot.web.body import Body, is_known, takes_gzip
from feeds.site import POLICY
from feeds.site.address import FILE

HTML = "text/html; charset=utf-8"
OF_PAGES: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
)
OF_FEEDS: Mapping[str, str] = MappingProxyType(
    {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
)
"""Readers that live in a browser may fetch a feed."""
OF_BOTH: Mapping[str, str] = MappingProxyType({"Vary": "Accept-Encoding, Accept"})
"""Of an address that is a feed for readers, and a page for people (bot.web.accepting)."""


def reply(request: Request, body: Body, max_age: int, more: Mapping[str, str]) -> Response:
    """The body for a GET or HEAD; nothing but headers where the client has it already."""
    gzip = bool(body.zipped) and takes_gzip(request.headers)
    headers = {
        **more,
        "ETag": f'"{body.zipped_tag if gzip else body.tag}"',
        "Last-Modified": formatdate(body.modified, usegmt=True),
        "Cache-Control": f"public, max-age={max_age}",
        "Vary": more.get("Vary", "Accept-Encoding"),
    }
    if is_known(request.headers, body):
        return Response(status_code=304, headers=headers)
    data = body.zipped if gzip else body.data
    if gzip:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(data))
    headers["Content-Type"] = body.content_type
    return Response(data, headers=headers)  # whoever sends it leaves the body out for HEAD (ASGI)


def wants_page(request: Request, feed: Body) -> bool:
    """Whether a person opened a feed's address: no reader, and nobody who has the feed already or asks for the file."""
    tags = request.headers.get("if-none-match", "")
    return is_person(request.headers) and FILE not in request.query_params and feed.tag not in tags


def page(html: bytes, status: int, more: Mapping[str, str] | None = None) -> Response:
    """A page that is not kept: an error, or what is true for a moment."""
    headers = {**OF_PAGES, "Cache-Control": "no-store", "Content-Length": str(len(html)), **(more or {})}
    return Response(html, status, headers, media_type=HTML)


def root_of(request: Request) -> str:
    """The way from the page asked for to the start page's folder, however its path is encoded."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return "../" * (raw.partition(b"?")[0].count(b"/") - 1)
