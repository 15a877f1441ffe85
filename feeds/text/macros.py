"""What TeX macros mean in plain text. Other symbols come from pylatexenc's tables; own macros stay names."""

from functools import lru_cache
from types import MappingProxyType
from unicodedata import normalize as _normalize

WORDS = MappingProxyType(
    {
        "eg": "e.g.",
        "ie": "i.e.",
        "etc": "etc.",
        "vs": "vs.",
        "aka": "a.k.a.",
        "wrt": "w.r.t.",
        "etal": "et al.",
        "deg": "°",
        "degree": "°",
        "textdegree": "°",
        "LaTeX": "LaTeX",
        "TeX": "TeX",
        "textasciitilde": "~",
        "textasciicircum": "^",
        "textgreater": ">",
        "textless": "<",
        "textbar": "|",
        "textbackslash": "/",  # a backslash would begin a macro in the next reader's eyes
        "textunderscore": "_",
        "item": "•",
        "slash": "/",
        "star": "*",
        "ast": "*",
        "dots": "…",
        "cdots": "…",
        "lvert": "|",
        "rvert": "|",
        "lbrace": "{",
        "rbrace": "}",
        "colon": ":",
        "checkmark": "✓",
        "cmark": "✓",
        "xmark": "✗",
        "mu": "μ",
        "textmu": "μ",
        "epsilon": "ε",
        "phi": "φ",
        "quad": " ",
        "qquad": " ",
        "newline": " ",
        "linebreak": " ",
        "par": " ",
        "bmod": "mod",
        "lt": "<",
        "gt": ">",
        "ne": "≠",
        "le": "≤",
        "ge": "≥",
        "iff": "⇔",
        "implies": "⇒",
    }
)
SILENT = frozenset((
    "em", "it", "bf", "tt", "sc", "sf", "rm", "sl", "cal", "bfseries", "itshape", "ttfamily", "scshape", "sffamily",
    "rmfamily", "normalfont", "upshape", "mdseries", "tiny", "scriptsize", "footnotesize", "small", "normalsize",
    "large", "Large", "LARGE", "huge", "Huge", "displaystyle", "textstyle", "scriptstyle", "left", "right", "big",
    "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "middle", "limits", "nolimits",
    "mathstrut", "xspace", "protect", "noindent", "centering", "allowbreak", "nobreakdash", "nobreak", "nonumber",
    "selectfont", "boldmath", "unboldmath", "relax", "ensuremath", "mathchar", "footnotemark",
))  # fmt: skip
"""They change a look, and print nothing."""
SWALLOWING = frozenset((
    "label", "hspace", "vspace", "mkern", "hskip", "vskip", "kern", "phantom", "hphantom", "vphantom", "begin", "end",
    "pagestyle",
))  # fmt: skip
"""They print nothing, and neither does what they are given."""
ACCENTS = MappingProxyType(
    {
        "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
        "v": "\u030c", "c": "\u0327", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "b": "\u0331",
        "d": "\u0323",
        "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
        "overline": "\u0304", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7", "check": "\u030c", "acute": "\u0301",
        "grave": "\u0300", "breve": "\u0306", "mathring": "\u030a",
    }
)  # fmt: skip
_SUPERSCRIPT = str.maketrans("0123456789+-−=()niT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵀ")
_SUBSCRIPT = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_BARE = frozenset("°*′†‡ᵀ")
_DOUBLE_STRUCK = str.maketrans("CNQRZ", "ℂℕℚℝℤ")


@lru_cache(maxsize=4096)
def symbol(name: str) -> str:
    r"""The character or word of a macro without arguments; an own macro (`\ours`) is its name."""
    known = WORDS.get(name)
    return known if known is not None else _pylatexenc(name) or name


def accented(accent: str, letter: str) -> str:
    """A letter under an accent; on several letters, or none, the accent goes."""
    letter = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    return _normalize("NFC", letter + ACCENTS[accent]) if len(letter) == 1 else letter


def superscript(content: str) -> str:
    """`2` as `²`; what has no superscript form as `^x` or `^(a/b)`."""
    bare = content.replace("∘", "°").replace("⊤", "ᵀ")
    return bare if bare in _BARE else _script(content, "^", _SUPERSCRIPT)


def subscript(content: str) -> str:
    """`2` as `₂`; what has no subscript form as `_x` or `_(a/b)`."""
    return _script(content, "_", _SUBSCRIPT)


def double_struck(content: str) -> str:
    """The number sets: `R` as `ℝ`; other letters as they are."""
    return content.translate(_DOUBLE_STRUCK) if len(content) == 1 else content


def code_point(spec: str) -> str:
    r"""The character of MathJax's `\unicode{x2013}` or `\unicode{8211}`; empty if there is none."""
    try:
        return chr(int("0" + spec, 16) if spec[:1] in "xX" else int(spec))
    except (ValueError, OverflowError):
        return ""


def _script(content: str, mark: str, table: dict[int, int]) -> str:
    if not content:
        return ""
    if all(ord(character) in table for character in content):
        return content.translate(table)
    return mark + content if content.replace(".", "").isalnum() or len(content) == 1 else f"{mark}({content})"


def _pylatexenc(name: str) -> str:
    from pylatexenc.latex2text import LatexNodes2Text  # noqa: PLC0415 - 50 ms that most rounds never need

    return str(LatexNodes2Text().latex_to_text("\\" + name)).strip()
