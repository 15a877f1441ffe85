"""Pages of ours as they stand: what each was made from, and its parts. Reads files and writes none."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from markupsafe import Markup

from bot.publishing.files import look
from bot.store.archive.published import File
from feeds.site import pieces


class Standing:
    """The pages that are known, for one round."""

    def __init__(self, public: Path, known: Mapping[str, File], now: float) -> None:
        self.known = known
        self._public = str(public)
        self._now = now

    def noted(self, path: str) -> str:
        """What a page that is as we wrote it, and for now, was made from; empty for others."""
        file = self.known.get(path)
        return self.stamp(path) if file and (file.until is None or self._now < file.until) else ""

    def stamp(self, path: str) -> str:
        """What a page that is as we wrote it was made from, also if it is time to look again; empty for others."""
        file = self.known.get(path)
        stands = file is not None and look(f"{self._public}/{path}") == (file.size, file.mtime)
        return file.stamp if file and stands else ""

    def beside(self, paths: Iterable[str]) -> list[File]:
        """Files that we write beside a page and do not note, as far as they are there."""
        return [File(path, "", "", *seen) for path in paths if (seen := look(f"{self._public}/{path}"))]

    def pieces(self, paths: Iterable[str]) -> Mapping[str, Markup]:
        """The parts of those of these pages that are as we wrote them."""
        found: dict[str, Markup] = {}
        for path in paths:
            if self.stamp(path):
                found.update(pieces(Path(self._public, path).read_text("utf-8")))
        return found
