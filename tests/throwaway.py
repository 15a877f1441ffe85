"""A copy of the project, to be broken on purpose."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def copied() -> Iterator[Path]:
    """The folder of a copy, with the recorded input beside it where it is beside the project; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="paperround-copy-") as made:
        copy = Path(made) / "project"
        names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in names.splitlines():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
        if (ROOT.parent / "shared").is_dir():
            (Path(made) / "shared").symlink_to(ROOT.parent / "shared")
        yield copy
