"""The web server beside a bare Starlette route in one run: python -m benchmarks.serving FOLDER.

FOLDER is one that `python -m benchmarks.fill_archive FOLDER` made. Wants wrk for the first table; the second asks
1,000 distinct queries, each once, after each other; the third asks words while sixty clients ask for thirty regular
expressions each.
"""

import http.client
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks.fill_archive import corpus

ROUNDS, SECONDS = 5, 2
QUERIES = 1_000
COSTLY, REGEXES = 60, 30
FEEDS = """
[publish]
base_url = "http://127.0.0.1/"
[web]
listen = "127.0.0.1:{port}"
[[feeds]]
slug = "streaming"
query = "streaming"
"""
SOURCES = '[[sources]]\nname = "inbox"\nkind = "files"\npath = "inbox/*"\n'
BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
DATA = bytes(int(sys.argv[2]))
async def fixed(request):
    return Response(DATA, media_type="application/rss+xml")
app = Starlette(routes=[Route("/", fixed)])
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
"""


def main() -> None:
    """The script."""
    folder = Path(sys.argv[1]).resolve()
    port = _free_port()
    (folder / "serving.toml").write_text(SOURCES + FEEDS.replace("{port}", str(port)))
    command = [sys.executable, "-m", "bot", "--config", str(folder / "serving.toml")]
    subprocess.run([*command, "once"], check=True, capture_output=True)
    with _running([*command, "serve"], port):
        _table_of_wrk(port)
        _table_of_queries(port)
        _words_beside_costly_queries(port)


def _table_of_wrk(port: int) -> None:
    if not shutil.which("wrk"):
        print("wrk is not installed: no first table")
        return
    feed = f"http://127.0.0.1:{port}/feeds/streaming.rss"
    answer = _get(port, "/feeds/streaming.rss", {"Accept-Encoding": "gzip"})
    tag, size = answer[1]["ETag"], len(answer[2])
    query = f"http://127.0.0.1:{port}/search.rss?q=diffusion"
    bare_port = _free_port()
    with _running([sys.executable, "-c", BARE, str(bare_port), str(size)], bare_port):
        bare = f"http://127.0.0.1:{bare_port}/"
        cases = {
            f"bare route, {size} fixed bytes": (bare, ""),
            "a feed, 304": (feed, f"If-None-Match: {tag}"),
            "a feed, kept in memory, gzip": (feed, "Accept-Encoding: gzip"),
            "a query's feed, 304": (query, f"If-None-Match: {_get(port, '/search.rss?q=diffusion', {})[1]['ETag']}"),
            "a query's feed, kept in memory, gzip": (query, "Accept-Encoding: gzip"),
        }
        rates = {name: [] for name in cases}  # type: dict[str, list[float]]
        for _ in range(ROUNDS):
            for name, (url, header) in cases.items():
                rates[name].append(_wrk(url, header))
    base = statistics.median(next(iter(rates.values())))
    for name, found in rates.items():
        print(f"{name:45} {statistics.median(found):8.0f}/s  {statistics.median(found) / base:.2f} of bare")


def _wrk(url: str, header: str) -> float:
    more = ["-H", header] if header else []
    out = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{SECONDS}s", *more, url], capture_output=True, text=True, check=True
    ).stdout
    return float(out.partition("Requests/sec:")[2].split()[0])


def _table_of_queries(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for query in _queries():
        began = time.perf_counter()
        connection.request("GET", f"/search.rss?q={quote(query)}", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, (query, answer.status)
    ordered = sorted(took)
    p50, p95, p99 = (ordered[int(len(ordered) * part)] for part in (0.5, 0.95, 0.99))
    print(f"{len(took)} distinct queries: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, most {ordered[-1]:.1f}")


def _words_beside_costly_queries(port: int) -> None:
    first = {paper.title.split()[0].lower() for paper, _ in corpus()}
    words = [f'"{word}" -nothing' for word in sorted(first) if word.isascii() and word.isalpha()][:200]
    alone = [_asked(port, word, "198.51.100.1") for word in words[:100]]
    crowd = [threading.Thread(target=_asked, args=(port, _costly(n), f"192.0.2.{n}")) for n in range(COSTLY)]
    began = time.perf_counter()
    for one in crowd:
        one.start()
    time.sleep(0.2)
    beside, left = [], 0
    for word in words[100:]:
        beside.append(_asked(port, word, "198.51.100.1"))
        left = sum(one.is_alive() for one in crowd)
        time.sleep(0.05)
    for one in crowd:
        one.join()
    p95s = [sorted(some)[int(len(some) * 0.95)] for some in (alone, beside)]
    took = time.perf_counter() - began
    print(
        f"a word alone: p95 {p95s[0] * 1000:.0f} ms; beside {COSTLY} clients' {REGEXES} regular expressions each: "
        f"p95 {p95s[1] * 1000:.0f} ms, {p95s[1] / p95s[0]:.1f} times ({left} still wait; {took:.0f} s in all)"
    )


def _costly(number: int) -> str:
    return " OR ".join(f"/[a-m]+q{number}x{n}[n-z]*/" for n in range(REGEXES))


def _asked(port: int, query: str, client: str) -> float:
    """Seconds until the page of a query was there, asked by a client behind a proxy."""
    began = time.perf_counter()
    status, _, _ = _get(port, f"/search?q={quote(query)}", {"X-Forwarded-For": client}, patience=600)
    assert status == 200, (query, status)
    return time.perf_counter() - began


def _queries() -> list[str]:
    """Words, phrases, both, either, without, in the title, by an author; as people mix them (performance.md)."""
    chance = random.Random(7)
    papers = [paper for paper, _ in corpus()]
    found: dict[str, None] = {}
    while len(found) < QUERIES:
        words = [word.strip(".,:;()").lower() for word in chance.choice(papers).title.split()]
        words = [word for word in words if word.isascii() and word.isalpha() and len(word) > 3]
        if len(words) > 2:
            found[_shape(chance, words)] = None
    return list(found)


def _shape(chance: random.Random, words: list[str]) -> str:
    a, b, c = words[:3]
    shapes = [
        a,
        b,
        f'"{a} {b}"',
        f"{a} {b}",
        f"{a} OR {b}",
        f"{a} -{c}",
        f"title:{a}",
        f"{a} votes>=10",
        f"({a} | {b}) {c}",
    ]
    return chance.choice(shapes)


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        if "serve" in command:
            _wait_for_the_index(port)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_for_the_index(port: int) -> None:
    """The server indexes the archive beside answering; until then a query takes longer."""
    quick = 0
    for number in range(1_000):
        began = time.perf_counter()
        _get(port, f"/search.json?q=nothing{number}", {})
        quick = quick + 1 if time.perf_counter() - began < 0.02 else 0
        if quick == 20:
            return
        time.sleep(0.1)


def _get(port: int, path: str, headers: dict[str, str], patience: float = 60) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return (
        answer.status,
        {name.title().replace("Etag", "ETag"): value for name, value in answer.getheaders()},
        answer.read(),
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
