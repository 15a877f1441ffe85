"""The environment file beside a configuration: secrets for who starts commands by hand. The environment itself wins."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.config.mistakes import ConfigError

NAME = "paperround.env"
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


@dataclass(frozen=True, slots=True)
class Environment:
    """Variables, and why the file beside the configuration gave none."""

    variables: Mapping[str, str]
    unread: str = ""
    """Why the file was not read, for who misses what stands in it; empty: it was, or there is none."""


def beside(folder: Path, environment: Mapping[str, str]) -> Environment:
    """The environment, and below it the file's variables. Raises ConfigError for a line that is none.

    A file that everybody may read is left alone: its secrets are none. So is one that only a service's manager may.
    """
    path = folder / NAME
    try:
        if path.stat().st_mode & stat.S_IROTH:
            return Environment(environment, f"{NAME} is not read, as everybody may read it: chmod 600 {NAME}")
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return Environment(environment)
    except (OSError, UnicodeDecodeError) as error:
        return Environment(
            environment, f"{NAME} cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8'}"
        )
    lacked = {name: value for name, value in parse(text).items() if not environment.get(name)}
    return Environment({**environment, **lacked})


def parse(text: str) -> dict[str, str]:
    """NAME=value lines, as systemd and Docker read them; quotes round a value are taken off, `#` begins a comment line.

    Raises ConfigError with the number of a line that is none, and never with what it holds.
    """
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not (written := line.strip()) or written.startswith("#"):
            continue
        said = _LINE.fullmatch(written)
        if said is None:
            raise ConfigError(NAME, f"line {number} is no NAME=value")
        found[said[1]] = re.sub(r"""\A(["'])(.*)\1\Z""", r"\2", said[2])
    return found
