"""The table of macros in `feeds/text/symbols.tsv`, made from pylatexenc: `python -m tests.macro_table`.

Made at build time and frozen, so that no text depends on a macro parser's ideas, or on the day.
Only what is a character or an operator's name goes in; what takes arguments is the package's own to read.
"""

import unicodedata
from pathlib import Path

from pylatexenc import latex2text, latexwalker

TABLE = Path(__file__).resolve().parents[1] / "feeds" / "text" / "symbols.tsv"
_WRONG = {"eth": "ð", "textlangle": "⟨", "textrangle": "⟩", "texttildelow": "~"}
"""Where pylatexenc names another character than LaTeX prints."""
_LONGEST = 8


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
    if any(mark in text for mark in "%<\n"):  # its arguments' places, its stand-ins for references, headings
        return False
    return not any(unicodedata.category(character)[0] in "CM" for character in text)


def main() -> None:
    """The script."""
    TABLE.write_text("".join(f"{name}\t{text}\n" for name, text in rows().items()), "utf-8")


if __name__ == "__main__":
    main()
