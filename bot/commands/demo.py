"""`demo`: one true round in a fresh folder, on a digest that ships with the package. No credentials, no network."""

import asyncio
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TextIO

from bot.commands.once import once, text_of
from bot.commands.opening import guarded
from bot.commands.screens import screen_of
from bot.config.load import load
from bot.process.clock import Clock
from bot.store.engine import Store, StoreError

_NAME = "paperround-demo"
_MARK = ".made-by-paperround-demo"


@guarded
def demo(stream: TextIO, program: str) -> int:
    """Run it and say what to do next with `program`. 0 when all went well, 1 also where it can be made nowhere."""
    try:
        folder = _made_ready()
    except OSError as error:
        told = f"the demo needs a folder that can be written to: {error.strerror or error}; go to one, or set TMPDIR"
        raise StoreError(told) from None
    config = load(folder / "config.toml")
    _put(stream, "A digest of ten papers comes in; these match the alerts in the demo's configuration:\n")
    store = Store(config.database)
    try:
        result = asyncio.run(once(config, store, Clock(), wait=0.0))
    finally:
        store.close()
    _put(stream, text_of(result))
    _put(stream, _NEXT.format(public=config.public, folder=folder, program=program))
    return 0 if result.well() else 1


_NEXT = """
The feeds are in {public}/feeds/
The start page is {public}/index.html

What next:
  1. Look at {folder}/config.toml, which made this.
  2. {program} init     makes a configuration of your own, with your query and your channel.
  3. {program} check    says whether your configuration and credentials are good.
  4. {program} once     does one round; {program} run keeps doing them."""


def _put(stream: TextIO, text: str) -> None:
    screen = screen_of(stream)
    if screen is None:
        stream.write(text + "\n")
    else:
        from bot.terminal.told import told

        told(screen, text)
    stream.flush()


def _made_ready() -> Path:
    """A folder with the demo's configuration and digest. Raises OSError."""
    folder = _fresh_folder(Path.cwd())
    for name, place in (("config.toml", "config.toml"), ("digest.json", "inbox/digest.json")):
        target = folder / place
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(files("bot.demo").joinpath(name).read_bytes())
    return folder


def _fresh_folder(here: Path) -> Path:
    """An empty folder: the last demo's place if a demo made it, else a new one; elsewhere if we may not write here."""
    folder = here / _NAME
    try:
        if (folder / _MARK).is_file():
            shutil.rmtree(folder)
        folder.mkdir()
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix=f"{_NAME}-"))
    (folder / _MARK).touch()
    return folder
