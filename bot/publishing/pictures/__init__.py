"""Pictures of papers, where `[publish] pictures` asks for them: fetched once, made small, served from here."""

FOLDER = "pictures"
"""Below the published folder. A file's name there is made from its bytes, so it never changes."""
