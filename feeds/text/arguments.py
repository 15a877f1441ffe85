"""What macros with arguments print: fractions, roots, boxes; `links` and `shape` are the others."""

import re
from string import ascii_uppercase
from types import MappingProxyType

from feeds.text.letters import (
    code_point,
    double_struck,
    fraction,
    negated,
    root,
    subscript,
    superscript,
)
from feeds.text.links import LINKS
from feeds.text.macros import FONTS
from feeds.text.reader import Handler, Reader
from feeds.text.seams import NUMBER, WORD, apart_word
from feeds.text.shape import SHAPE
from feeds.text.units import QUANTITIES

_POLYNOMIAL = re.compile(r"(?=[A-Za-z(_{\\])")
_CHARACTER = re.compile(r"\s*(?:`\\?(\S)|[\"'](?:x)?([0-9A-Fa-f]{1,6})|(\d{1,6}))")
_FORMULA_OF_ATOMS = re.compile(r"(?<=[A-Za-z)\]])(\d+)|\^\{?(\d*[+-])\}?|(<=>|<->|->|<-)")
_CHEMICAL_ARROWS = {"<=>": "⇌", "<->": "↔", "->": "→", "<-": "←"}


def _fraction(reader: Reader, _before: str, depth: int) -> str:
    reader.option()
    above, below = reader.argument(depth), reader.argument(depth)
    return fraction(above, below) if above or below else ""


def _root(reader: Reader, _before: str, depth: int) -> str:
    degree = reader.option()
    return root(reader.argument(depth), degree)


def _choice(reader: Reader, _before: str, depth: int) -> str:
    return f"{WORD}C({reader.argument(depth)},{reader.argument(depth)})"


def _above(reader: Reader, before: str, depth: int) -> str:
    r"""`\stackrel{d}{=}`: what stands over a sign is raised."""
    above, base = reader.argument(depth), reader.argument(depth)
    return f"{NUMBER}{base}{superscript(above, before)}{WORD}"


def _below(reader: Reader, _before: str, depth: int) -> str:
    below, base = reader.argument(depth), reader.argument(depth)
    return f"{_edge(base)}{base}{subscript(below)}{WORD}"


def _edge(content: str) -> str:
    return WORD if len(content) > 1 and content[:1].isalpha() else NUMBER


def _arrow(sign: str) -> Handler:
    def read(reader: Reader, _before: str, depth: int) -> str:
        below = subscript(reader.option())
        above = superscript(reader.argument(depth)) if reader.opens() else ""
        return f"{sign}{above}{below}"

    return read


def _shown(reader: Reader, _before: str, depth: int) -> str:
    reader.star()
    return reader.shown(depth)


def _after(count: int) -> Handler:
    """The group after so many that are no text."""

    def read(reader: Reader, _before: str, depth: int) -> str:
        reader.star()
        while reader.option():
            pass
        for _ in range(count):
            reader.skip_group()
            reader.option()
        return reader.shown(depth)

    return read


def _framed(opening: str, closing: str, name: str) -> Handler:
    def read(reader: Reader, before: str, depth: int) -> str:
        reader.star()
        if not reader.opens():
            return f"{apart_word(before)}{name}{WORD}"
        return f"{opening}{reader.argument(depth)}{closing}"

    return read


def _outer(reader: Reader, _before: str, depth: int) -> str:
    return f"|{reader.argument(depth)}⟩⟨{reader.argument(depth)}|"


def _bracket(reader: Reader, _before: str, depth: int) -> str:
    left = reader.argument(depth)
    return f"⟨{left}|{reader.argument(depth)}⟩" if reader.opens() else f"⟨{left}⟩"


def _negated(reader: Reader, before: str, depth: int) -> str:
    shown = negated(reader.argument(depth))
    blank = before.isspace() and reader.source[reader.at - 1 : reader.at].isspace()
    return shown + (" " if blank else WORD if shown[-1:].isalpha() else "")


def _color(reader: Reader, _before: str, _depth: int) -> str:
    r"""`\color{ddtD}ecoupled` lost a brace on its way (2504.05741): the capitals are text."""
    reader.option()
    name = reader.raw()
    return name[len(name.rstrip(ascii_uppercase)) :]


def _plain(reader: Reader, _before: str, depth: int) -> str:
    formatted = reader.shown(depth)
    return (reader.shown(depth) if reader.opens() else "") or formatted


def _molecule(reader: Reader, before: str, _depth: int) -> str:
    return apart_word(before) + _FORMULA_OF_ATOMS.sub(_atoms, reader.raw())


def _atoms(found: re.Match[str]) -> str:
    if found[3]:
        return _CHEMICAL_ARROWS[found[3]]
    return subscript(found[1]) if found[1] else superscript(found[2])


def _modulus(reader: Reader, _before: str, depth: int) -> str:
    number = reader.argument(depth)
    return f" (mod {number})" if number else f"{WORD}mod{WORD}"


def _degree(reader: Reader, before: str, _depth: int) -> str:
    """An angle's or a temperature's after a number, a polynomial's before one."""
    return f"{WORD}deg{WORD}" if not before.isdigit() and reader.matched(_POLYNOMIAL) else "°"


def _character(reader: Reader, _before: str, _depth: int) -> str:
    r"""`\char"7E`, `\char`\~`, `\char126`."""
    found = reader.matched(_CHARACTER)
    if not found:
        return f"{WORD}char{WORD}"
    return found[1] or code_point(found[3] or f"x{found[2]}")


def _code_point(reader: Reader, _before: str, _depth: int) -> str:
    reader.option()
    return code_point(reader.raw())


_FRAMES = {
    "abs": ("|", "|"), "norm": ("‖", "‖"), "ceil": ("⌈", "⌉"), "floor": ("⌊", "⌋"), "bra": ("⟨", "|"),
    "ket": ("|", "⟩"), "Bra": ("⟨", "|"), "Ket": ("|", "⟩"), "enquote": ("“", "”"), "say": ("“", "”"),
    "textquote": ("“", "”"), "expval": ("⟨", "⟩"), "set": ("{", "}"), "tag": ("(", ")"),
}  # fmt: skip
ARGUMENTS: MappingProxyType[str, Handler] = MappingProxyType({
    **SHAPE,
    **LINKS,
    **dict.fromkeys(FONTS, _shown),
    **{name: _framed(opening, closing, name) for name, (opening, closing) in _FRAMES.items()},
    **QUANTITIES,
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac", "textfrac", "flatfrac"), _fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _choice),
    **dict.fromkeys(("overset", "stackrel"), _above),
    **dict.fromkeys(("textcolor", "colorbox", "raisebox", "scalebox", "rotatebox", "parbox", "adjustbox"), _after(1)),
    **dict.fromkeys(("hypertarget", "hyperlink", "foreignlanguage"), _after(1)),
    **dict.fromkeys(("resizebox", "multicolumn", "multirow", "fcolorbox"), _after(2)),
    **dict.fromkeys(("hyperref", "makebox", "framebox", "citetext"), _after(0)),
    **dict.fromkeys(("xrightarrow", "xlongrightarrow"), _arrow("→")),
    **dict.fromkeys(("mathbb", "mathds", "mathbbm", "Bbb"), lambda r, _b, depth: double_struck(r.argument(depth))),
    **dict.fromkeys(("textsuperscript", "sp"), lambda r, before, depth: superscript(r.argument(depth), before)),
    **dict.fromkeys(("textsubscript", "sb"), lambda r, _before, depth: subscript(r.argument(depth))),
    **dict.fromkeys(("pmod", "pod"), _modulus),
    **dict.fromkeys(("ce", "ch"), _molecule),
    "operatorname": lambda r, b, d: f"{WORD}{_shown(r, b, d)}{WORD}",
    "color": _color,
    "sqrt": _root,
    "underset": _below,
    "xleftarrow": _arrow("←"),
    "xleftrightarrow": _arrow("↔"),
    "xmapsto": _arrow("↦"),
    "xRightarrow": _arrow("⇒"),
    "braket": _bracket,
    "ketbra": _outer,
    "deg": _degree,
    "not": _negated,
    "texorpdfstring": _plain,
    "unicode": _code_point,
    "symbol": _code_point,
    "char": _character,
})  # fmt: skip
