"""What docs tell people to type and no test can, each with its reason: the world that it wants is not here."""

import re

ELSEWHERE = {
    r"docker |mkdir -p data && docker ": "a Docker daemon; test_containers judges the files, test_docs what is called",
    r"wsl ": "Windows",
    r"sudo apt-get ": "a package registry, and it changes the machine",
    r"(sudo .*/)?(pip|uv tool|pipx) install ": "a package registry; `make wheel` installs it and calls every command",
    r"sudo (useradd|install|python3|-u|cp)|cd /var/lib/": "it changes the machine; test_systemd judges the units",
    r"(sudo )?systemctl |journalctl |systemd-analyze ": "a machine that systemd started; as above",
    r"make (lint|test)\b": "it is what runs this",
    r"make demo-cluster": "a minute; test_demo_cluster hurries it",
    r"make (faults|likeness)|python -m benchmarks": "minutes, and the recorded papers beside the project",
    r"grep ": "all of the source",
}
"""What a line begins with -> what is missing, or where it is done instead."""


def elsewhere(line: str) -> bool:
    """Whether it cannot be typed here."""
    return any(re.match(one, line) for one in ELSEWHERE)
