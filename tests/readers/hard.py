"""Fifty papers that are hard to write down in a feed: markup, entities, directions, lengths, what is missing."""

from datetime import UTC, date, datetime, timedelta

from feeds.paper import Paper

DAY = date(2025, 9, 30)

TITLES = (
    # Less, greater, and: readers that take a title for HTML lose what follows.
    "If p<0.05 then a<b, and a>b otherwise",
    "Scaling x<y>z without tags",
    "R&D at AT&T: costs & benefits",
    "Bold <b>claims</b> about <i>attention</i>",
    "<script>alert('title')</script>",
    "An <img src=x onerror=alert(1)> in a title",
    "Generics: Map<String, List<Integer>>",
    "1 << 20 tokens and >> 10 more",
    "<think> Before You Speak </think>",
    "<|endoftext|> and other special tokens",
    # Entities that are meant as they stand.
    "What &amp; means, and what &lt; does not",
    "&nbsp; &eacute; &#233; &#x41; are not decoded twice",
    "&amp;amp; all the way down",
    "AT&T;s semicolon & a lone &",
    # What ends a CDATA section, a comment or the document.
    "The end ]]> of CDATA",
    "<![CDATA[ nested ]]> sections ]]>",
    "A comment --> that ends <!-- and begins",
    "</title></item></channel></rss>",
    "<?xml version='1.0'?> inside",
    "<!DOCTYPE a [<!ENTITY b 'c'>]> &b;",
    # LaTeX.
    r"$\beta$-VAE at $10^{-4}$: $\mathcal{O}(n \log n)$",
    r"\textbf{Fast} and \emph{frugal} at 52.56\%",
    r"$x < y$ and $\{a, b\}$ and C:\new\table",
    r"Erd\H{o}s--R\'enyi, na\"ive, \o re",
    "$5 and $10 an hour",
    "β-VAE, ∇f ≤ 0, x² ∈ ℝⁿ, ‖w‖₂, 𝒪(n)",
    # Directions and scripts.
    "نموذج لغوي كبير متعدد اللغات",
    "מודל שפה גדול: LLM עברי (2025)",
    "English, then עברית, then العربية, then English",
    "大语言模型的推理能力",
    "大規模言語モデルの「推論」",
    "거대 언어 모델",
    "Большие языковые модели",
    "हिन्दी के लिए भाषा मॉडल",
    "Ἀρχιμήδης and Τζώρτζης",
    "🚀 Emoji 👩‍🔬 with joiners 🏳️‍🌈 and ☃",
    "Åström, Łukasz, Ñandú, Çelik, Øre, Straße",
    # Quotes and brackets, templates.
    "\"Quoted\" 'single' “curly” `back` «guillemets»",
    "{{ 7*7 }} ${x} %(y)s {0} %s",
    "[Brackets](https://example.org/) and *stars* _under_",
    "# Not a heading",
    "C++ vs. C#: a/b, a\\b, a|b",
    "=cmd|' /C calc'!A0",
    "https://example.org/?a=1&b=2#c",
    "null",
    "0",
    # Lengths.
    "Very " + "long " * 58 + "title",
    "Unbroken" + "x" * 292,
    "A",
    "A paper with three thousand authors",
)

_NAMES = ("Ada Lovelace", "محمد بن موسى", "יעל כהן", "王小明", "O'Brien, Jr.", "A & B <c>", "Øyvind Žižek")


def papers() -> list[Paper]:
    """The fifty, newest first, as a feed orders them."""
    return [_paper(number, title) for number, title in enumerate(TITLES)]


def _paper(number: int, title: str) -> Paper:
    key = f"2509.{number:05}"
    links = {"abstract": f"https://arxiv.org/abs/{key}", "pdf": f"https://arxiv.org/pdf/{key}?a=1&b=2"}
    return Paper(
        id=key,
        title=title,
        abstract=f"{title}\n\nA second paragraph & more < nothing.",
        authors=_authors(number),
        categories=("cs.CL", "math & logic") if number % 2 else (),
        links=links | ({"thumbnail": f"https://cdn.example.org/{key}.png?w=1&h=2"} if number % 3 else {}),
        announced=DAY - timedelta(days=number),
        doi=f"10.1000/{key}<x>&y" if number % 5 == 0 else "",
        key=key,
        entry_id=f"tag:papers.example.org,2025:paper/{key}",
        first_seen=datetime(2025, 9, 30, 8, tzinfo=UTC),
        updated=datetime(2025, 9, 30, 8, tzinfo=UTC),
    )


def _authors(number: int) -> tuple[str, ...]:
    if number == len(TITLES) - 1:
        return (*(f"Author {n:04} عربي" for n in range(3_302)), "Author 0000 عربي")  # two of one name
    return _NAMES[: number % (len(_NAMES) + 1)]
