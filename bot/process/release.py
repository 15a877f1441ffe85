"""Which release this is."""

VERSION = "1.0.0"
"""Of the program; no other place says it."""
