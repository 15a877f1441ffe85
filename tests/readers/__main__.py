"""Every reader that is installed, over feeds of the hard papers and of the recorded corpus: `make readers`.

Wanted, where you have them: newsboat and jing (Debian), fastfeedparser and listparser (pip), and in a folder that
NODE_PATH names, from npm: rss-parser, feedparser, @extractus/feed-extractor, feedsmith, and jsonfeed-schema with ajv.
Exits 1 at any difference.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks.rendering import CORPUS, stored
from feeds.paper import Paper
from feeds.render import Feed, Kind, opml, render
from tests.readers import hard
from tests.readers.reading import HERE, Reader, ReadError, differences, has_npm, limits, readers, told

KINDS: tuple[Kind, ...] = ("rss", "atom", "json")
BASE = "https://papers.example.org/"
SAMPLE = 500


def main() -> int:
    papers = {"hard": hard.papers(), "none": []} | _corpus()
    with tempfile.TemporaryDirectory() as folder:
        faults = _all(Path(folder), papers)
    for fault in faults:
        print(f"  {fault}")
    print(f"{len(faults)} differences or errors")
    return 1 if faults else 0


def _all(folder: Path, every: dict[str, list[Paper]]) -> list[str]:
    faults: list[str] = []
    found = readers()
    schema = has_npm("jsonfeed-schema/v1.1") and has_npm("ajv")
    others = (("jing", shutil.which("jing")), ("listparser", find_spec("listparser")), ("jsonfeed-schema", schema))
    also = [name for name, there in others if there]
    print(f"installed: {', '.join([*(one.name for one in found), *also])}")
    for name, papers in every.items():
        feed = Feed(name, f"The <{name}> & others", f"{name} OR a<b", BASE, hub="https://hub.example.org/?a&b")
        for kind in KINDS:
            path = folder / f"{name}.{kind}"
            path.write_bytes(render(feed, papers, kind))
            for reader in found:
                if kind in reader.kinds:
                    faults += _compared(reader, path, papers)
        for page in (feed, feed.archived(2)):
            (folder / "schema.atom").write_bytes(render(page, papers, "atom"))
            faults += [f"jing on {name}: {line}" for line in jing(folder / "schema.atom")]
            (folder / "schema.json").write_bytes(render(page, papers, "json"))
            faults += [
                f"jsonfeed-schema on {name}: {line}" for line in (_schema(folder / "schema.json") if schema else [])
            ]
    return faults + _listed([Feed(name, f"{name} & <b>", base_url=BASE) for name in every])


def _compared(reader: Reader, path: Path, papers: Sequence[Paper]) -> list[str]:
    what = f"{reader.name} on {path.name}"
    try:
        found, own = differences(told(papers), reader.read(path)), limits(reader.name, path)
    except ReadError as error:
        found, own = [str(error)], limits(reader.name, path)
    left = [one for one in found if not any(limit in one for limit in own)]
    print(f"{what}: {len(papers)} entries, {len(left)} differences, {len(found) - len(left)} by its own limits")
    return [f"{what}: {one}" for one in left[:5]]


def jing(*paths: Path) -> list[str]:
    """What RFC 4287's rules (atom.rnc) find wrong; nothing where jing is missing."""
    if not shutil.which("jing"):
        return []
    ended = subprocess.run(["jing", "-c", HERE / "atom.rnc", *paths], capture_output=True, text=True, check=False)
    return ended.stdout.splitlines() or ended.stderr.splitlines() if ended.returncode else []


def _schema(path: Path) -> list[str]:
    """What a published JSON Feed 1.1 schema finds wrong."""
    ended = subprocess.run(["node", HERE / "schema.cjs", path], capture_output=True, text=True, check=True)
    return ended.stdout.splitlines()


def _listed(feeds: list[Feed]) -> list[str]:
    if not find_spec("listparser"):
        return []
    import listparser  # type: ignore[import-not-found]  # noqa: PLC0415  (optional)

    parsed = listparser.parse(opml(feeds, "All & more"))
    right = [(feed.name, feed.url("rss")) for feed in feeds]
    got = [(one.title, one.url) for one in parsed.feeds]
    print(f"listparser: {len(got)} feeds of {len(right)}")
    return ([] if got == right else [f"listparser: {got}"]) + ([str(parsed.bozo_exception)] if parsed.bozo else [])


def _corpus() -> dict[str, list[Paper]]:
    """The newest recorded papers, as the store gives them."""
    if not CORPUS.exists():
        print("the recorded corpus is not beside the project")
        return {}
    return {"corpus": stored(SAMPLE)}


if __name__ == "__main__":
    sys.exit(main())
