"""The table of macros in `feeds/text/symbols.py`, made from pylatexenc: `python -m tests.macro_table`.

Made at build time and frozen, so that no text depends on a macro parser's ideas, or on the day.
Only what is a character or an operator's name goes in; what takes arguments is the package's own to read.
"""

import textwrap
import unicodedata
from pathlib import Path

from pylatexenc import latex2text, latexwalker

TABLE = Path(__file__).resolve().parents[1] / "feeds" / "text" / "symbols.py"
_WRONG = {"eth": "ð", "textlangle": "⟨", "textrangle": "⟩", "texttildelow": "~"}
"""Where pylatexenc names another character than LaTeX prints."""
_LONGEST = 8
_MODULE = '''"""Macros that print one character or a name. Made by `python -m tests.macro_table`; not to be edited."""

PAIRS = """
{}
"""
"""Macro and text by turns, between blanks."""
'''


def known_macros() -> list[str]:
    """Every macro that pylatexenc knows to print or to take apart."""
    printed = latex2text.get_default_latex_context_db().iter_macro_specs()
    parsed = latexwalker.get_default_latex_context_db().iter_macro_specs()
    return sorted({spec.macroname for spec in (*printed, *parsed)})


def rows() -> dict[str, str]:
    """Macro to text, of all that are a symbol or a name."""
    specs = latex2text.get_default_latex_context_db().iter_macro_specs()
    found = {spec.macroname: spec.simplify_repl for spec in specs if isinstance(spec.simplify_repl, str)}
    return {name: _WRONG.get(name, text.strip()) for name, text in sorted(found.items()) if _is_symbol(name, text)}


def _is_symbol(name: str, text: str) -> bool:
    if not (name.isascii() and name.isalpha()) or not 0 < len(text.strip()) <= _LONGEST:
        return False
    if any(mark in text.strip() for mark in "%<\\ \n"):  # places of arguments, stand-ins for references, headings
        return False
    return not any(unicodedata.category(character)[0] in "CM" for character in text)


def main() -> None:
    """The script."""
    pairs = "\n".join(textwrap.wrap(" ".join(f"{name} {text}" for name, text in rows().items()), 118))
    TABLE.write_text(_MODULE.format(pairs), "utf-8")


if __name__ == "__main__":
    main()
