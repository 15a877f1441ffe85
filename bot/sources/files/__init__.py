"""Digests dropped in a folder, whatever their format."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from bot.rules.health import Silence
from bot.sources.kind import SourceKind, SourceTable, Surroundings
from bot.sources.source import Source


class Files(SourceTable):
    """A source of kind `files`."""

    kind: Literal["files"]
    path: Annotated[str, Field(min_length=1)]


def _open(around: Surroundings, table: Files) -> Source:
    from bot.sources.files.source import FilesSource

    return FilesSource(table.name, str(around.folder / table.path), around.is_state)


async def _check(around: Surroundings, table: Files) -> str:
    from bot.sources.files.source import missing_folder

    missing = missing_folder(str(around.folder / table.path))
    return f"the folder {missing} does not exist yet: make it" if missing else f"reads {around.folder / table.path}"


KIND = SourceKind("files", Files, timedelta(minutes=1), Silence.NEVER_STALLED, _open, _check, gathers=True)
