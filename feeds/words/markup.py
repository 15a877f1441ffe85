r"""What TeX leaves in a text and no reader sees, so that it is no word: `\textbf`, `textbf{`, `64 times 64`, `sim 50%`.

Elsewhere the same letters are words: "sim-to-real", "text-to-image", "3 times faster". Cleaning texts is feeds.text.
"""

import re

_GREEK = (
    "(?:var)?(?:[Aa]lpha|[Bb]eta|[Gg]amma|[Dd]elta|[Ee]psilon|[Zz]eta|[Ee]ta|[Tt]heta|[Ii]ota|[Kk]appa|[Ll]ambda|[Mm]u|"
    "[Nn]u|[Xx]i|[Oo]micron|[Pp]i|[Rr]ho|[Ss]igma|[Tt]au|[Uu]psilon|[Pp]hi|[Cc]hi|[Pp]si|[Oo]mega)"
)
_FONTS = (
    "text(?:bf|it|tt|sc|sf|rm|up|sl|md|normal|color|subscript|superscript)?|math(?:cal|bb|bf|rm|sf|tt|scr|frak|it|bm)|"
    "emph|operatorname|boldsymbol|underline|overline|url|href|footnote|cite[pt]?|mbox|sqrt|frac|widehat|widetilde"
)
_SWITCHES = "bf|it|em|rm|tt|sc|sf|sl|tiny|scriptsize|footnotesize|small|normalsize|large|Large|huge"
_SIGNS = "times|sim|approx|pm|leq|geq|neq|cdot|to|rightarrow|leftarrow|infty|circ|ast|prime|star|dagger|top"
_ARROW = "(?:right|left|up|down)arrow"
_SIZE = r"times(?<=[\d%)}KMB]\stimes)(?=\s\d)"
_PRODUCT = r"times(?<=\b[B-HJ-Zb-z0-9]\stimes)(?=\s[B-HJ-Zb-z]\b)"
_RULES = tuple(
    (needle, re.compile(pattern))
    for needle, pattern in (
        ("\\", rf"\\(?!{_GREEK}(?![A-Za-z]))[A-Za-z]+"),  # any macro, but a Greek letter is read by its name
        ("{", rf"(?<![A-Za-z])(?:{_FONTS})(?=\{{)|(?<=\{{)(?:{_SWITCHES})(?=\s)|(?<=\{{)(?:{_SIGNS})(?=\}})"),
        ("^", rf"\^(?:{_SIGNS})(?![A-Za-z])"),
        ("_", rf"(?<![A-Za-z0-9][A-Za-z0-9])_(?:{_SIGNS})(?![A-Za-z0-9_-])"),  # `x_star`, and not `num_times`
        *((sign, rf"{sign}(?<![\w-]{sign})(?=\s?[\d$.-])") for sign in ("leq", "geq", "neq")),
        ("arrow", rf"(?<=\S\s){_ARROW}(?=\s\S)|(?<=[\d%)}}$]){_ARROW}(?![\w-])|(?<![\w-]){_ARROW}(?=\s?[\d$.-])"),
        ("cdot", r"(?<=\S\s)cdot(?=\s\S)"),
        (" le ", r"(?<= )le(?= [\d$.])"),
        (" ge ", r"(?<= )ge(?= [\d$.])"),
        ("sim", r"sim(?<![\w-]sim)(?=\s?[\d$])(?!\s?2[\s-]?(?:real|sim))"),
        ("approx", r"approx(?<![\w-]approx)(?=\s?[\d$])"),
        ("pm", r"pm(?<=[\d%)}]\spm)(?=\s?\d)"),
        ("times", f"{_SIZE}|{_PRODUCT}"),
    )
)
"""By what a text must hold for a rule. Most begin with it: the search for plain letters is the fast one."""


def without_markup(text: str) -> str:
    """The text with spaces where such remains stood; every character keeps its place."""
    for needle, pattern in _RULES:
        if needle in text:
            text = pattern.sub(_blank, text)
    return text


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
