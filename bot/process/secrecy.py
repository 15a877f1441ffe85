"""What a secret looks like, wherever it stands: cut out of what is logged, and of what people are told."""

import re

_SHAPES = re.compile(
    r"(?<=/bot)\d+:[\w-]+|\d{6,12}:[\w-]{30,}|xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=/services/)[\w/]+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
"""Telegram tokens, Slack tokens, Slack webhook paths, user:password in addresses."""


def without_secrets(text: str) -> str:
    """The text with `***` for each."""
    return _SHAPES.sub("***", text)
