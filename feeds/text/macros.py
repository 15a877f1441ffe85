"""What TeX macros mean in plain text, by name. What takes arguments is in feeds.text.arguments; own macros stay names.

Symbols come from `symbols.py`, which `python -m tests.macro_table` writes; the words here go before it.
"""

from types import MappingProxyType

from feeds.text.symbols import PAIRS

_WORDS = {
    "liminf": "lim inf", "limsup": "lim sup",
    "eg": "e.g.", "ie": "i.e.", "etc": "etc.", "vs": "vs.", "aka": "a.k.a.", "wrt": "w.r.t.", "etal": "et al.",
    "degree": "°", "textdegree": "°", "celsius": "°C", "micro": "μ", "micron": "μm", "ohm": "Ω",
    "angstrom": "Å", "farcs": "″.", "farcm": "′.", "fdg": "°.",
    "perthousand": "‰", "mu": "μ", "textmu": "μ", "epsilon": "ε", "phi": "φ",
    "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "TeX": "TeX", "BibTeX": "BibTeX", "XeTeX": "XeTeX", "slash": "/",
    "textasciitilde": "~", "textasciicircum": "^", "textgreater": ">", "textless": "<", "textbar": "|",
    "textunderscore": "_", "textpercent": "%", "textampersand": "&", "textbraceleft": "{", "textbraceright": "}",
    "textbackslash": "∖", "backslash": "∖",  # a backslash would begin a macro in the next reader's eyes
    "star": "*", "ast": "*", "dots": "…", "cdots": "…", "textellipsis": "…", "prime": "′",
    "lvert": "|", "rvert": "|", "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]", "colon": ":",
    "lparen": "(", "rparen": ")", "lq": "‘", "rq": "’", "lt": "<", "gt": ">", "mathdollar": "$", "hyphen": "-",
    "checkmark": "✓", "cmark": "✓", "xmark": "✗", "bmod": "mod", "coloneqq": "≔", "coloneq": "≔", "eqqcolon": "≕",
    "ne": "≠", "le": "≤", "ge": "≥", "iff": "⇔", "implies": "⇒", "impliedby": "⇐", "land": "∧", "lor": "∨", "neg": "¬",
    "owns": "∋", "gets": "←", "models": "⊨", "leadsto": "⇝", "Re": "ℜ", "Im": "ℑ", "triangle": "△", "dagger": "†",
    "ddagger": "‡", "ddag": "‡", "dag": "†", "copyright": "©", "pounds": "£", "S": "§", "euro": "€",
    "EUR": "€", "bigstar": "★", "clubsuit": "♣", "heartsuit": "♥", "spadesuit": "♠", "diamondsuit": "♦",
    "Diamond": "◇", "Box": "□", "lhd": "⊲", "rhd": "⊳", "unlhd": "⊴", "unrhd": "⊵", "Join": "⋈", "bigsqcup": "⨆",
    "bigodot": "⨀", "biguplus": "⨄", "oiint": "∯", "nsim": "≁", "ncong": "≇", "nsubset": "⊄", "notni": "∌",
    "imath": "ı", "jmath": "ȷ", "varDelta": "Δ", "varGamma": "Γ", "varOmega": "Ω",
    "varSigma": "Σ", "bigtimes": "⨉", "circledR": "®", "yen": "¥", "cent": "¢", "varpropto": "∝", "thickapprox": "≈",
    "thicksim": "∼", "gtreqless": "⋛", "lessgtr": "≶", "uparrow": "↑", "downarrow": "↓", "mapsfrom": "↤",
    "longmapsto": "⟼", "Vert": "‖", "lVert": "‖", "rVert": "‖", "textcelsius": "°C", "textminus": "-",
    "glqq": "„", "grqq": "”", "glq": "‚", "grq": "’", "flqq": "«", "frqq": "»", "dq": '"', "arcsec": "″", "arcmin": "′",
    "sun": "⊙", "earth": "⊕",
}  # fmt: skip
_OPERATORS = (
    "arg", "argmax", "argmin", "cot", "coth", "csc", "det", "dim", "erf", "gcd", "hom", "ker", "lg", "mod", "Pr", "sec",
    "sech", "sgn", "sign", "softmax", "supp", "tr", "Tr", "rank", "diag", "lcm", "poly", "polylog",
)  # fmt: skip
"""They print their own names."""
SPACES = frozenset((
    "quad", "qquad", "newline", "linebreak", "par", "thinspace", "medspace", "thickspace", "enspace", "enskip",
    "space", "nobreakspace", "hfil", "hfill", "vfill", "break", "hline", "toprule", "midrule", "bottomrule",
    "smallskip", "medskip", "bigskip", "newpage", "clearpage", "pagebreak", "indent", "noindent",
))  # fmt: skip
SILENT = frozenset((
    "em", "it", "bf", "tt", "sc", "sf", "rm", "sl", "cal", "mit", "bfseries", "itshape", "slshape", "ttfamily",
    "scshape", "sffamily", "rmfamily", "normalfont", "upshape", "mdseries", "tiny", "scriptsize", "footnotesize",
    "small", "normalsize", "large", "Large", "LARGE", "huge", "Huge", "displaystyle", "textstyle", "scriptstyle",
    "scriptscriptstyle", "limits", "nolimits", "displaylimits", "mathstrut", "strut", "xspace", "protect", "centering",
    "raggedright", "raggedleft", "allowbreak", "nobreakdash", "nobreak", "nolinebreak", "nopagebreak", "nonumber",
    "notag", "selectfont", "boldmath", "unboldmath", "relax", "mathchar", "ignorespaces", "unskip", "leavevmode",
    "null", "sloppy", "fussy", "negthinspace", "negmedspace", "negthickspace", "textcompwordmark",
    "tableofcontents", "appendix", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "big", "Big",
    "bigg", "Bigg", "bigm", "Bigm", "left", "right", "middle", "singlespacing", "doublespacing", "onehalfspacing",
    "makeatletter", "makeatother", "begingroup", "endgroup", "bgroup", "egroup", "hfuzz", "nopagecolor",
    "frenchspacing", "itemsep", "parindent", "parskip", "thepage", "thesection",
))  # fmt: skip
"""They change a look, and print nothing; what follows them is read on."""
FONTS = frozenset((
    "text", "textbf", "textit", "textrm", "textsc", "textsf", "textsl", "texttt", "textup", "textmd", "textnormal",
    "emph", "mathbf", "mathcal", "mathfrak", "mathit", "mathrm", "mathscr", "mathsf", "mathtt", "mathnormal",
    "mathbfit", "mathbfcal", "bm", "boldsymbol", "pmb", "symbf", "symit", "symrm", "mbox", "hbox", "fbox", "vbox",
    "ensuremath", "underline", "uline", "uwave", "ul", "hl", "smash", "rlap", "llap", "clap", "mathrlap", "mathllap",
    "mathclap", "mathop", "mathbin", "mathrel", "mathord", "mathopen", "mathclose", "mathpunct", "mathinner",
    "substack", "overbrace", "underbrace", "overbracket", "underbracket", "overgroup", "undergroup", "underleftarrow",
    "underrightarrow", "underleftrightarrow", "overlinesegment", "underlinesegment", "uppercase", "lowercase",
    "MakeUppercase", "MakeLowercase", "textulc", "centerline", "wideparen", "overleftharpoon",
    "overrightharpoon", "overleftrightarrow", "boxed", "framebox", "makebox", "cancel", "bcancel", "xcancel",
    "upright", "detokenize",
))  # fmt: skip
"""They show what they are given as it stands."""
SWALLOWED = MappingProxyType({
    "label": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "pagestyle": 1, "thispagestyle": 1, "title": 1,
    "author": 1, "date": 1, "input": 1, "include": 1, "includeonly": 1, "includegraphics": 1, "bibliography": 1,
    "bibliographystyle": 1, "index": 1, "usepackage": 1, "RequirePackage": 1, "documentclass": 1, "hypersetup": 1,
    "selectlanguage": 1, "addtocounter": 2, "addcounter": 2, "setcounter": 2, "setlength": 2, "addtolength": 2,
    "addlength": 2, "definecolor": 3, "providecolor": 3, "colorlet": 2, "pagecolor": 1, "rowcolors": 3, "rowcolor": 1,
    "cellcolor": 1, "rule": 2, "newtheorem": 2, "theoremstyle": 1, "newcounter": 1, "newlength": 1, "newif": 0,
    "graphicspath": 1, "pdfbookmark": 2, "glsadd": 1, "vspace": 1, "hspace": 1, "footnotemark": 0, "linespread": 1,
    "fontsize": 2, "fontfamily": 1, "fontseries": 1, "fontshape": 1, "sisetup": 1, "defcitealias": 2, "import": 2,
    "subfile": 1, "subimport": 2, "pdfsolution": 1, "pdfloesung": 1, "lstset": 1, "captionsetup": 1,
    "multispan": 1, "phantomsection": 0, "today": 0, "maketitle": 0, "addbibresource": 1, "printbibliography": 0,
})  # fmt: skip
"""They print nothing, and neither do so many groups after them."""
LENGTHS = frozenset(("mkern", "mskip", "hskip", "vskip", "kern", "raise", "lower", "moveleft", "moveright"))
"""Likewise, with a bare length."""


def _symbols() -> dict[str, str]:
    made = PAIRS.split()
    return dict(zip(made[::2], made[1::2], strict=True)) | {name: name for name in _OPERATORS} | _WORDS


SYMBOLS = MappingProxyType(_symbols())
"""The character or word of each macro without arguments."""
