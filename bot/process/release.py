"""Which release this is."""

VERSION = "1.0.0"
"""Of the program, as pyproject.toml has it: to ask the installed package costs every start some milliseconds."""
