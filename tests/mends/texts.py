"""Rows 45 to 61: parsers, texts, identity and words."""

from tests.taken_out import Out, out

_TEXT = "tests/feeds/test_text.py::"
_READ = f"{_TEXT}test_what_people_hit_reads_right -k row_"
_ENTRY = "tests/feeds/digests/test_feed_entries.py::"
_IS_READ = f"{_ENTRY}test_an_entry_is_read_for_what_it_says -k "
_PLANTED = "tests/feeds/digests/test_planted.py::"
_SAME = "tests/feeds/test_identity.py::"
_ONE_WORD = "tests/feeds/query/test_one_word.py::test_one_word -k "
_EVERY_SPELLING = "tests/feeds/query/test_one_word.py::test_every_spelling_finds_every_other_and_tells_where -k "

TEXTS: tuple[Out, ...] = (
    out(
        45,
        "feeds/digests/items.py",
        "        except Exception as error:",
        "        except ZeroDivisionError as error:",
        f"{_PLANTED}test_an_item_whose_reader_breaks_is_skipped_and_named",
    ),
    out(
        45,
        "feeds/digests/reading.py",
        "    except Exception as error:  # whatever",
        "    except ZeroDivisionError as error:  # whatever",
        f"{_PLANTED}test_a_digest_whose_reader_breaks_is_a_digest_error_with_its_cause",
    ),
    out(
        46,
        "feeds/digests/entry.py",
        r'_OWN_ELEMENT.sub(rb"<\1x-\2\3>", data)',
        "data",
        f"{_IS_READ}46",
    ),
    out(46, "feeds/digests/feed.py", '[*written, entry.text("x-authors")]', "[*written]", f"{_IS_READ}IEEE"),
    out(
        47,
        "feeds/text/shape.py",
        '    **dict.fromkeys(("verb", "lstinline"), _verbatim),\n',
        "",
        f"{_READ}47_",
    ),
    out(47, "feeds/text/macros.py", ' "today": 0,', "", f"{_READ}47_"),
    out(
        47, "feeds/text/macros.py", ' "title": 1,', "", f"{_TEXT}test_what_a_macro_parser_stumbled_over_leaves_nothing"
    ),
    out(
        48,
        "feeds/text/reader.py",
        "printed = self._symbol(SYMBOLS[name], space, before)",
        'printed = "" if self.opens() else self._symbol(SYMBOLS[name], space, before)',
        f"{_READ}48_",
    ),
    out(
        48,
        "feeds/text/reader.py",
        "printed = self._symbol(SYMBOLS[name], space, before)",
        'printed = "" if self.opens() else self._symbol(SYMBOLS[name], space, before)',
        f"{_TEXT}test_no_symbol_vanishes_between_two_numbers",
    ),
    out(
        49,
        "feeds/text/latex.py",
        "return not _DIGIT.search(content) or (of_tex and not amount)",
        "return False",
        f"{_READ}49_",
    ),
    out(49, "feeds/text/latex.py", "if _NUMBER.fullmatch(content):", "if not content:", f"{_READ}49_"),
    out(50, "feeds/text/arguments.py", '("binom", "dbinom", "tbinom")', "()", f"{_READ}50_"),
    out(50, "feeds/text/arguments.py", '("overset", "stackrel")', "()", f"{_READ}50_"),
    out(51, "feeds/text/arguments.py", "dict.fromkeys(FONTS, _shown)", "{}", f"{_READ}51_"),
    out(
        52,
        "feeds/text/reader.py",
        "return (len(letters) > 1 and SYMBOLS.get(name + letters)) or accented(name, letters)",
        "return accented(name, letters)",
        f"{_READ}52_",
    ),
    out(52, "feeds/text/typography.py", r"|([^\W\d_\x00-\x7f])", "|(~~)", f"{_READ}52_"),
    out(52, "feeds/text/characters.py", "read_again(raw)", "raw", f"{_READ}52_"),
    out(
        53,
        "feeds/text/links.py",
        "if url and not _ADDRESS.fullmatch(url) and _ADDRESS.fullmatch(text):",
        "if not url and text:",
        f"{_READ}53_",
    ),
    out(54, "feeds/text/typography.py", r"|(?<=[\w)=<>]\{)([,.=+:<>/×±≈≤≥∼*-])", "", f"{_READ}54_"),
    out(54, "feeds/text/typography.py", "if \"''\" in text:", "if not text:", f"{_READ}54_"),
    out(54, "feeds/text/stripped.py", r"(?=(?:th|st|nd|rd)\b)", r"(?=\Z.)", f"{_READ}54_"),
    out(54, "feeds/text/arguments.py", '    "not": _negated,\n', "", f"{_READ}54_"),
    out(54, "feeds/text/reader.py", "elif _CITED.fullmatch(name):", "elif not name:", f"{_READ}54_"),
    out(54, "feeds/text/arguments.py", "    **QUANTITIES,\n", "", f"{_READ}54_"),
    out(
        55,
        "feeds/digests/feed.py",
        "told = [told_by(text) for text in texts]",
        "told = [Told(text) for text in texts]",
        f"{_ENTRY}test_a_publishers_first_lines_are_no_abstract",
    ),
    out(55, "feeds/digests/authors.py", 'part.split(",")', "[part]", f"{_IS_READ}ACM"),
    out(
        55,
        "feeds/digests/feed.py",
        "    if _is_authors(fullest, url):",
        "    if not url:",
        f"{_ENTRY}test_55_the_authors_alone_are_no_abstract",
    ),
    *(
        out(
            56,
            "feeds/digests/withdrawal.py",
            way,
            "",
            "tests/feeds/digests/test_withdrawn.py::test_a_remark_that_the_paper_was_withdrawn_is_seen",
        )
        for way in (
            r'    rf"{_PAPER}(?:{_NOT_FORMER}\w+ )?withdrawn\b{_NOT_ELSEWHERE}",',
            r'    rf"{_INTENT}{_IT}{_NOT_ELSEWHERE}",',
            r'    rf"{_DONE}(?:\Z|due|because|for|as|since|after)",',
        )
    ),
    out(
        57,
        "feeds/paper/people.py",
        "x == y or (len(x) == 1 and y.startswith(x)) or (len(y) == 1 and x.startswith(y))",
        "x == y",
        f"{_SAME}test_57_names_agree_by_family_and_initials",
    ),
    out(
        57,
        "feeds/paper/titles.py",
        "or (is_cut(a) and folded_b.startswith(folded_a))",
        "",
        f"{_SAME}test_57_a_title_joins_where_text_or_authors_agree",
    ),
    out(
        57,
        "feeds/paper/texts.py",
        "return _stands_in(a, b, fewest) or _stands_in(b, a, fewest)",
        "return False",
        f"{_SAME}test_57_a_title_joins_where_text_or_authors_agree",
    ),
    out(
        58,
        "feeds/paper/addresses.py",
        r"|ar5iv\.org|papers\.cool",
        "",
        f"{_SAME}test_58_an_arxiv_id_is_read_wherever_an_address_holds_it",
    ),
    out(
        58,
        "feeds/paper/addresses.py",
        r"(?:\s*\[[a-z-]+(?:\.[a-z-]+)?\](?:\s+\d{1,2} [a-z]{3} \d{4})?)?",
        "",
        f"{_SAME}test_58_an_arxiv_id_is_read_wherever_an_address_holds_it",
    ),
    *(
        out(
            58,
            "feeds/paper/addresses.py",
            old,
            new,
            f"{_SAME}test_58_a_doi_is_read_wherever_a_publishers_address_holds_it",
        )
        for old, new in (
            (r"acm\.org|wiley", "wiley"),
            (r"|springer\.com", ""),
            ('host.endswith("nature.com")', "not host"),
            ('host.endswith("rxiv.org")', "not host"),
        )
    ),
    out(59, "feeds/words/reading.py", "found += self._hyphenated(at)", "continue", f"{_ONE_WORD}pretraining"),
    out(59, "feeds/words/reading.py", 'return "~" if _WHOLE_NUMBER', 'return "" if _WHOLE_NUMBER', f"{_ONE_WORD}SAM"),
    out(
        59,
        "feeds/words/reading.py",
        "return plain[:-1] + KEPT_S if len(plain) <= _KEEPS_S else plain",
        "return plain",
        "tests/feeds/query/test_one_word.py::test_another_word -k IDS",
    ),
    out(59, "feeds/words/british.py", "    if word in _PLURALS or", "    if word or", f"{_ONE_WORD}optimisation"),
    out(
        59,
        "feeds/words/inflection.py",
        "frozenset((lemma, *regular, *plurals(lemma)))",
        "frozenset((lemma, *regular))",
        f"{_ONE_WORD}matrix",
    ),
    *(
        out(59, "feeds/words/british.py", old, "", f"{_EVERY_SPELLING}{word}")
        for old, word in (
            ("            *(_parting(*both) for both in _GREEK_PARTS.items()),\n", "haem"),
            (' f"^(?:{_LER})(?=[eo]r)",', "traveller"),
        )
    ),
    out(
        59,
        "feeds/roundup/terms.py",
        '    text = " ".join({text, *map(_ODD.__getitem__, _LETTERS.findall(text))})\n',
        "",
        "tests/feeds/test_roundup.py::test_what_a_paper_holds_is_found_quickly_as_it_is_slowly",
    ),
    out(
        60,
        "feeds/query/foreign.py",
        "if not rule.needs.isdisjoint(there)) if there else ():",
        "if not rule.needs) if there else ():",
        "tests/feeds/query/test_foreign.py::test_an_operator_of_another_system_is_refused_with_a_hint",
    ),
    out(
        60,
        "feeds/query/parser.py",
        "_LENGTH = 4_000\n",
        "_LENGTH = 1_000\n",
        "tests/feeds/query/test_language.py::test_what_makes_sense_is_accepted",
    ),
    out(
        61,
        "feeds/words/names.py",
        "a == b or (1 in {len(a), len(b)} and a[0] == b[0])",
        "a == b",
        "tests/feeds/query/test_meaning.py::test_a_name_is_found_however_it_is_written",
    ),
    out(
        61,
        "feeds/words/names.py",
        "    if first and last:\n",
        "    if not text:\n",
        "tests/feeds/query/test_meaning.py::test_a_name_is_found_however_it_is_written",
    ),
    out(
        61,
        "feeds/match/authors.py",
        'same = kind == "w" and any(',
        'same = kind == "" and any(',
        "tests/feeds/query/test_meaning.py::test_a_name_is_found_however_it_is_written",
    ),
)
