import gzip
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.text import clean_text, clean_title, first_sentences, plain, shorten
from feeds.text.macros import FONTS, SYMBOLS
from feeds.text.symbols import PAIRS
from tests import macro_table

DATA = Path(__file__).parent / "data"
TABLE = json.loads((DATA / "text_table.json").read_text("utf-8"))
FOUND = json.loads((DATA / "found_texts.json").read_text("utf-8"))
"""What people hit, by the number of the kind of fault: what was read, and what a reader should see."""
CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "corpus" / "hf_daily_papers.jsonl.gz"
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
MARKUP = re.findall(
    r"\S+",
    r"""\ { } $ $$ ~ ` `` ' '' -- --- ^ _ & &amp; &lt; &#38; # % < > \textbf{ \url{ \href{ \'e \" \frac \sqrt \alpha
    \ours \% \$ \& \\ \( \) \small \cite{ \unicode{ \color{
    times sim approx leq https://x.y/ <a</a> "a" 5 3. é 한 e.g.
    \times{ \log{ \pm \binom \over \choose \cite{ \ref{k} \SI{ \kilo \verb| \not\in \overset \bm \b{eta} \~{} \left. \|
    \title{ \today \newcommand{ \def\x \begin{ \end{x} \unknown \unknown{ [1] {,} {=} {} {é} ^th '' Ã¶ â€™
    <math> <mi> </mi> <msup> </math> <sub> </sub> <jats:p> &lt;mn&gt; <think>""",
)
SPACES = [" ", "  ", "\n", "\n\n", "\n  ", "\r\n", "\t"]
MARKS = ["\u200d", "\ufe0f", "\u0301", "\u0323", "👩", "🇫", "\ud800", "\x1b[1m"]
LINE = "we wrap our lines at eighty characters or less, as arXiv once did"
PIECES = st.sampled_from([*MARKUP, *SPACES, *MARKS])
TEXTS = st.text() | st.lists(PIECES | st.text("abcXYZ019 .", max_size=4), max_size=30).map("".join)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['id']} {row['raw'][:24]}")
def test_real_text_reads_as_a_reader_expects(row: dict[str, str]) -> None:
    clean = clean_title if row["kind"] == "title" else clean_text
    assert clean(row["raw"]) == row["reader"]


@pytest.mark.parametrize("row", FOUND, ids=lambda row: f"row_{row['row']}_ {row['id']} {row['raw'][:24]}")
def test_what_people_hit_reads_right(row: dict[str, str]) -> None:
    clean = clean_title if row["kind"] == "title" else clean_text
    assert clean(row["raw"]) == row["reader"]


def test_the_table_of_symbols_is_the_one_that_is_made() -> None:
    made = PAIRS.split()
    assert dict(zip(made[::2], made[1::2], strict=True)) == macro_table.rows(), (
        "python -m tests.macro_table makes it anew"
    )


USES = (
    "{}", "{}{{a}}", "{}{{a}}{{b}}", "${}$", "${}{{a}}$", "{} a", r"{}\alpha", "a{}{{b}}c", "1{}{{2}}3",
    "${}{{a}}{{b}}{{c}}$", "{}{{", "{}}}", "{}[", "{}[a]{{b}}", "{}*{{a}}", "{{{}}}", "{{{} a}}", "x^{}",
    "$x_{}{{2}}$", "{}|a|", "{}{}", "$x {} y$",
)  # fmt: skip
TOLD_OF_A_PARSER = re.compile(r"\\|%s|<(?:ref|cit\.)>|\b20\d\d\b|NO ")


@pytest.mark.parametrize("use", USES)
def test_every_macro_is_read_alone_and_with_groups_on_any_day(use: str) -> None:
    for name in macro_table.known_macros():
        raw = use.replace("{}", f"\\{name}").replace("{{", "{").replace("}}", "}")
        for clean in (clean_title, clean_text):
            text = clean(raw)
            assert not UNSAFE.search(text), raw
            assert not TOLD_OF_A_PARSER.search(text), raw
            assert clean(text) == text, raw


@pytest.mark.parametrize("use", ["85{}{{0.3}}", "$85{}{{0.3}}$", "85{}0.3", "$85{} 0.3$"])
def test_no_symbol_vanishes_between_two_numbers(use: str) -> None:
    for name in SYMBOLS:
        raw = use.replace("{}", f"\\{name}").replace("{{", "{").replace("}}", "}")
        text = clean_text(raw)
        assert re.fullmatch(r"85 ?(\S.*?) ?0\.3", text), f"{raw}: {text}"
        assert unicodedata.normalize("NFC", SYMBOLS[name]).strip("$") in text, f"{raw}: {text}"


@given(st.from_regex(r"[A-Za-z]{2,9}", fullmatch=True), st.integers(0, 999), st.integers(0, 999))
def test_numbers_that_an_unknown_macro_is_given_stay_these_numbers(name: str, first: int, second: int) -> None:
    if name not in SYMBOLS and name.startswith(("q", "z")):
        assert clean_text(rf"\{name}{{{first}}}{{{second}}}") == f"{first} {second}"
        assert clean_text(rf"{first}\{name}{{{second}}}{first}") == f"{first} {second} {first}"


@pytest.mark.parametrize("font", sorted(FONTS))
def test_a_font_shows_what_it_is_given_as_it_stands(font: str) -> None:
    assert clean_text(rf"A \{font}{{word}} more") == "A word more"
    assert clean_text(rf"$\{font} v$") == "v"


@pytest.mark.parametrize(
    "raw",
    [
        r"\verb",
        r"\title",
        r"\author",
        r"\date",
        r"\input",
        r"\include",
        r"\maketitle",
        r"\today",
        r"\newcommand",
        r"\cite",
    ],
)
def test_what_a_macro_parser_stumbled_over_leaves_nothing(raw: str) -> None:
    assert clean_text(f"One {raw} two.") == "One two."


@given(TEXTS)
@example(r"\&\#38;")
@example("a.\n\nb.\n\n" + "long " * 20 + "\nend")
@example("e" + "\u0301\u0323" * 9)
@example("\u00ce\b\u00a1")
@example("I\u0302\u00a1")
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    for clean in (clean_title, clean_text, plain):
        once = clean(raw)
        assert clean(once) == once


@given(TEXTS)
def test_no_unsafe_character_is_left_in_any_text(raw: str) -> None:
    for clean in (clean_title, clean_text, plain):
        text = clean(raw)
        assert not UNSAFE.search(text)
        assert unicodedata.is_normalized("NFC", text)
        assert text == text.strip()
        text.encode()


@given(
    st.text(
        st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"]) | st.sampled_from(" .,:;!?()<>%#+=/*@"), max_size=99
    )
)
def test_text_without_tex_keeps_every_character_but_extra_blanks(raw: str) -> None:
    words_of_stripped_tex = (
        "times",
        "sim",
        "approx",
        "pm",
        "eq",
        "arrow",
        "infty",
        "nabla",
        "propto",
        "varepsilon",
        "<a",
        "<A",
    )
    if not any(word in raw for word in words_of_stripped_tex):
        assert clean_text(raw) == " ".join(raw.split())


@pytest.mark.threat(9)
@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Wahlstr\x7fom soft\u00adhyphen", "Wahlstrom softhyphen"),
        ("L\u200bL\u200dM with \ufeffBOM", "LLM with BOM"),
        ("safe \u202egnisrever\u202c \u2066x\u2069", "safe gnisrever x"),
        ("half\ud800 \ufffe\U0001ffff end", "half end"),
        ("NUL\x00 ESC\x1b[31mred\x1b[0m VT\x0bend\u2028x", "NUL ESCred VT end x"),
        ("\u0646\u200c\u0645 \u0915\u094d\u200d\u0937", "\u0646\u200c\u0645 \u0915\u094d\u200d\u0937"),
        ("👨\u200d👩\u200d👧 1\ufe0f\u20e3 ❤\ufe0f x\ufe0f", "👨\u200d👩\u200d👧 1\ufe0f\u20e3 ❤\ufe0f x"),
        ("Z" + "\u0301" * 300 + "!", "\u0179\u0301\u0301\u0301!"),
        ("e\u0301 ﬁne a\xa0b", "é fine a b"),
        (" $x$ {\\bf b} ", "$x$ {\\bf b}"),
    ],
)
def test_plain_drops_what_no_channel_can_carry_and_keeps_markup(raw: str, text: str) -> None:
    assert plain(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("one\ntwo", "one two"),
        ("One.\n\nTwo.", "One.\nTwo."),
        (f"  {LINE}\n{LINE}.\n  {LINE}", f"{LINE} {LINE}.\n{LINE}"),
        (f"  {LINE}\n  {LINE}\n  {LINE}", f"{LINE} {LINE} {LINE}"),
        (
            "A first paragraph that ends.\n  An indented second one.",
            "A first paragraph that ends.\nAn indented second one.",
        ),
        ("x" * 100 + "\ny", "x" * 100 + "\ny"),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_abstracts_join_wrapped_lines_and_keep_paragraphs(raw: str, text: str) -> None:
    assert clean_text(raw) == text


def test_titles_are_one_line_however_they_were_wrapped() -> None:
    assert clean_title("Fine-tuning on a\n  Single GPU.\r\n\n\tin 1 Day") == "Fine-tuning on a Single GPU. in 1 Day"


@pytest.mark.parametrize(
    "piece",
    [
        "&amp;",
        "{",
        "\\sqrt",
        "$x ",
        "\\(",
        "https://",
        "``a",
        "\u0301\u0323",
        "\u093c\u094d",
        "\\small",
        "a.\n",
        "\\href{",
        "{a \\over ",
        "<mfrac>",
    ],
)
def test_half_a_megabyte_of_markup_takes_seconds_not_hours(piece: str) -> None:
    assert isinstance(clean_text(piece * (500_000 // len(piece))), str)


@given(TEXTS, st.integers(0, 40))
def test_shortened_text_fits_and_says_that_it_was_cut(raw: str, limit: int) -> None:
    text = clean_title(raw)
    short = shorten(text, limit)
    assert len(short) <= limit or short == text == ""
    assert short == text if len(text) <= limit else short.endswith("…") or limit == 0
    assert len(first_sentences(text, limit)) <= limit


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("streaming video models", 16, "streaming video…"),
        ("streaming, video", 11, "streaming…"),
        ("Supercalifragilistic", 6, "Super…"),
        ("abc👨\u200d👩\u200d👧 family", 7, "abc…"),
        ("ab🇫🇷🇩🇪", 4, "ab…"),
        ("ab🇫🇷🇩🇪", 5, "ab🇫🇷…"),
        ("xx👍🏽yy", 4, "xx…"),
        ("xxe\u0323\u0301yy", 5, "xx…"),
        ("fits", 4, "fits"),
        ("none", 0, ""),
    ],
)
def test_text_is_cut_between_words_or_graphemes(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


@pytest.mark.parametrize(
    ("text", "limit", "start"),
    [
        ("We do it. It works. And more follows here.", 25, "We do it. It works."),
        (
            "Models, e.g. Llama, of Smith et al. Are good. So we go on.",
            50,
            "Models, e.g. Llama, of Smith et al. Are good.",
        ),
        ("See Fig. 3 and pass@1 of 3.5 by J. Doe. Then we stop here.", 45, "See Fig. 3 and pass@1 of 3.5 by J. Doe."),
        ("It works. As shown by J. Doe and others", 26, "It works."),
        ('He said "no." Then he went away.', 20, 'He said "no."'),
        ("One endless sentence without an end", 15, "One endless…"),
        ("我们做到了。然后继续前进。", 8, "我们做到了。"),
        ("Short.", 10, "Short."),
    ],
)
def test_first_sentences_end_where_sentences_end(text: str, limit: int, start: str) -> None:
    assert first_sentences(text, limit) == start


def test_the_corpus_loses_no_word_outside_macros_and_links() -> None:
    if not CORPUS.exists():
        pytest.skip("the recorded corpus is not on this machine")
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines][::20]
    for paper in papers:
        for text in (paper["title"], paper["abstract"]):
            if not re.search(r"[\\{}<`$^]|times|sim|leq|geq|approx|arrow|infty|nabla|varepsilon|propto", text):
                assert re.findall(r"\w+", clean_text(text)) == re.findall(r"\w+", text)


DEEP = "{" * 45 + "a" + "}" * 45


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (r"$\ce{H2O}$ and \ce{Fe^{3+}} by \ce{A <=> B}", "H₂O and Fe³⁺ by A ⇌ B"),
        (r"$a \equiv b \pmod{7}$ and $\pmod$", "a ≡ b (mod 7) and mod"),
        (r"A \char alone, \unicode{x110000}\symbol{foo}b", "A char alone, b"),
        (r"\let\phi=\varphi We \mkern{3mu}go\kern3pt", "We go"),
        (r"\begin{tabular}{lcr}a & b\end{tabular}\begin{tabularx}{3cm}{ll}c\end{tabularx}", "a b c"),
        (r"Smith et al.\@ with \parencites{a}{b} say", "Smith et al. with say"),
        (r"The \SI unit and the \ang of \num alone", "The SI unit and the ang of num alone"),
        (r"$x^{(i,j)}y$", "x^(i,j)y"),
        (f"$x{DEEP}b$", "xab"),
        (rf"\label{DEEP} b", "{" * 39 + "a" + "}" * 39 + " b"),
    ],
)
def test_what_authors_write_is_read_or_stays_a_word(raw: str, read: str) -> None:
    assert clean_title(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("<mrow>x<mi>a</mi></mrow>", "xa"),
        ("<mrow><mi>a<mi>b</mrow> c", "ab c"),
        ("a</mrow> b<mi>c</mi>", "a bc"),
        ("<msup><mi>x</mi><mn>2</msup>y", "x²y"),
        ("<mover><mi>x</mi><mo>*</mo></mover>", "x*"),
        ("<mover><mi>x</mi><mi>def</mi></mover>", "x^def"),
    ],
)
def test_mathml_that_lacks_a_tag_is_read_as_well(raw: str, read: str) -> None:
    assert clean_title(raw) == read


def test_what_lies_under_more_layers_of_markup_than_eight_stays() -> None:
    layers = [r"\&\#38;"]
    for _ in range(8):
        layers.append(layers[-1].replace("\\", r"\&\#92;"))
    assert clean_title(layers[6]) == "&"
    assert clean_title(layers[7]) == clean_text(layers[7]) == "&#38;"


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (r"\SI{5}{\kilo\gram\per\metre\squared}", "5 kg/m²"),
        (r"\SI{5}{\metre\tothe{3}}", "5 m³"),
        (r"\qty{5}{\metre\raiseto{4}}", "5 m⁴"),
        (r"\si{\square\metre}", "m²"),
        (r"\SI{5}{kg.m^2}", "5 kg m²"),
        (r"\SI{5}{\milli\bar}", "5 mbar"),
        (r"\SIrange{1}{5}{\kilo\metre}", "1–5 km"),
        (r"\ang{30}", "30°"),
    ],
)
def test_a_unit_is_its_sign(raw: str, read: str) -> None:
    assert clean_title(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [("Ã¼ber", "über"), ("ÃƒÂ¼ber", "über"), ("IRMÃ» IRMÃ¤", "IRMÃ» IRMä"), ("5Â µm", "5 µm"), ("Ãx", "Ãx"),
     ("«así»” es", "«así»” es"), ("Ãƒƒƒƒƒ", "Ãƒƒ")],
)  # fmt: skip
def test_letters_that_were_misread_are_read_again_and_no_others(raw: str, read: str) -> None:
    assert clean_title(raw) == read
