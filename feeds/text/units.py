r"""Quantities as siunitx writes them: `\SI{5}{\giga\hertz}` is 5 GHz.

Source of names and forms: the manual of siunitx, version 3, "Units" and "Numbers"; `\per` is a stroke, as people write.
"""

import re
from types import MappingProxyType

from feeds.text.letters import superscript
from feeds.text.reader import Handler, Reader
from feeds.text.seams import WORD

_PREFIXES = {
    "yocto": "y", "zepto": "z", "atto": "a", "femto": "f", "pico": "p", "nano": "n", "micro": "μ", "milli": "m",
    "centi": "c", "deci": "d", "deca": "da", "hecto": "h", "kilo": "k", "mega": "M", "giga": "G", "tera": "T",
    "peta": "P", "exa": "E", "zetta": "Z", "yotta": "Y", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti",
}  # fmt: skip
_UNITS = {
    "ampere": "A", "candela": "cd", "kelvin": "K", "kilogram": "kg", "gram": "g", "metre": "m", "meter": "m",
    "mole": "mol", "second": "s", "becquerel": "Bq", "degreeCelsius": "°C", "celsius": "°C", "coulomb": "C",
    "farad": "F", "gray": "Gy", "hertz": "Hz", "henry": "H", "joule": "J", "katal": "kat", "lumen": "lm", "lux": "lx",
    "newton": "N", "ohm": "Ω", "pascal": "Pa", "radian": "rad", "siemens": "S", "sievert": "Sv", "steradian": "sr",
    "tesla": "T", "volt": "V", "watt": "W", "weber": "Wb", "astronomicalunit": "au", "bel": "B", "dalton": "Da",
    "day": "d", "decibel": "dB", "degree": "°", "electronvolt": "eV", "hectare": "ha", "hour": "h", "litre": "L",
    "liter": "L", "minute": "min", "neper": "Np", "tonne": "t", "arcminute": "′", "arcsecond": "″", "percent": "%",
    "bar": "bar", "barn": "b", "angstrom": "Å", "knot": "kn", "mmHg": "mmHg", "nauticalmile": "M", "byte": "B",
    "bit": "bit", "parsec": "pc", "year": "yr", "dB": "dB", "eV": "eV", "um": "μm", "us": "μs", "degC": "°C",
}  # fmt: skip
_SHORT = re.compile(r"[fpnumckMGT]?(?:m|s|g|Hz|V|A|W|J|N|Pa|eV|K|mol|l|L|F|H|C|T|B|cd|Wh|Ohm|ohm)")
_POWERS = {"squared": "²", "cubed": "³"}
_POWERS_BEFORE = {"square": "²", "cubic": "³"}
_PART = re.compile(r"\\([A-Za-z]+)\s*|\^\s*(?:\{([^{}]*)\}|(-?\d+))|\\(.)|([.~\s]+)|([^\\^.~\s]+)")
_RAISED = re.compile(r"\{([^{}]*)\}")
_EXPONENT = re.compile(r"(?<=[\d.)])[eEdD]([+-]?\d+)|^[eE]([+-]?\d+)")
_SIGNS = re.compile(r"\+-|\\pm\s*")


def _unit(raw: str) -> str:
    """The unit's sign."""
    out: list[str] = []
    at, power, prefix, per = 0, "", "", ""
    while found := _PART.match(raw, at):
        at = found.end()
        name, raised = found[1], found[2] or found[3]
        if name in ("per", "of"):
            per = "/" if name == "per" else per
        elif name in _PREFIXES and name != "bar":
            prefix += _PREFIXES[name]
        elif name in _POWERS_BEFORE:
            power = _POWERS_BEFORE[name]
        elif name in _POWERS:
            out.append(_POWERS[name])
        elif name in ("tothe", "raiseto") or raised:
            exponent = raised or _exponent(raw, at)
            at = at if raised else at + len(exponent) + 2
            out.append(superscript(exponent))
        elif sign := _sign(found):
            out.append((per or (" " if out and sign not in "%" else "")) + prefix + sign + power)
            power = prefix = per = ""
    return "".join(out) + prefix


def _exponent(raw: str, at: int) -> str:
    found = _RAISED.match(raw, at)
    return found[1] if found else ""


def _sign(found: re.Match[str]) -> str:
    if found[1]:
        return _UNITS.get(found[1]) or (found[1].replace("u", "μ", 1) if _SHORT.fullmatch(found[1]) else found[1])
    return found[4] or found[6] or ""


def _number(raw: str) -> str:
    """`5e3` as `5×10³`, `1+-0.1` as `1±0.1`."""
    text = _SIGNS.sub("±", raw).replace("\\times", "×").replace("~", " ").replace("{", "").replace("}", "")
    return _EXPONENT.sub(_ten, text).strip()


def _ten(found: re.Match[str]) -> str:
    power = "10" + superscript((found[1] or found[2]).lstrip("+"))
    return power if found[1] is None else f"×{power}"


def _quantity(number: str, unit: str) -> str:
    return number + ("" if not unit or (unit[0] in "%°′″" and not unit.startswith("°C")) else " ") + unit


def _reading(name: str, numbers: int, unit: int, between: str = "") -> Handler:
    """A macro with so many numbers and units; without a group it is an author's own."""

    def read(reader: Reader, _before: str, _depth: int) -> str:
        reader.option()
        if not reader.opens():
            return f"{WORD}{name}{WORD}"
        found = [part for _ in range(numbers) for part in reader.raw().split(";")]
        reader.option()
        number = between.join(filter(None, map(_number, found)))
        return f"{WORD}{_quantity(number, _unit(reader.raw()) if unit else '').strip()}{WORD}"

    return read


def _angle(reader: Reader, _before: str, _depth: int) -> str:
    reader.option()
    if not reader.opens():
        return f"{WORD}ang{WORD}"
    parts = zip(reader.raw().split(";"), "°′″", strict=False)
    return WORD + "".join(_number(part) + sign for part, sign in parts if part.strip())


_FORMS = (
    ("SI", 1, 1, ""), ("qty", 1, 1, ""), ("num", 1, 0, ""), ("si", 0, 1, ""), ("unit", 0, 1, ""),
    ("SIrange", 2, 1, "–"), ("qtyrange", 2, 1, "–"), ("numrange", 2, 0, "–"),
    ("SIlist", 1, 1, ", "), ("qtylist", 1, 1, ", "), ("numlist", 1, 0, ", "),
)  # fmt: skip
QUANTITIES: MappingProxyType[str, Handler] = MappingProxyType(
    {form[0]: _reading(*form) for form in _FORMS} | {"ang": _angle}
)
