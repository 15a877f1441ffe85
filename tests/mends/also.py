"""More of the same kinds as those that people hit, found on the way: by the number of its kind, and `also`."""

from tests.taken_out import Out, out

_PEOPLE = "tests/bot/test_what_people_hit.py::"
_HIT = "tests/bot/delivery/test_hit.py::"
_ENTRY = "tests/feeds/digests/test_feed_entries.py::"
_IS_READ = f"{_ENTRY}test_an_entry_is_read_for_what_it_says -k "
_READ = "tests/feeds/test_text.py::test_what_people_hit_reads_right -k row_"
_STORED = "tests/bot/store/test_identity.py::"
_SAME = "tests/feeds/test_identity.py::"
_ALONE = "tests/bot/test_each_on_its_own.py::"

ALSO: tuple[Out, ...] = (
    out(
        "0-also",  # whoever opens and closes the database's file drops the locks
        "bot/web/files.py",
        "(None if self._hides(self._folder / path) else self._read(path))",
        "self._read(path)",
        "tests/bot/store/test_beside.py::test_the_database_is_neither_read_as_a_digest_nor_served",
    ),
    out(
        "10-also",  # an id that all entries of a feed share is none of theirs
        "feeds/digests/feed.py",
        "self.guids = {guid for guid, owners in guids.items() if owners > 1} | {home}",
        "self.guids = set[str]()",
        f"{_ENTRY}test_an_id_or_a_doi_that_all_entries_share_names_none",
    ),
    out(
        "10-also",  # tracking alone tells no two sightings of different sources apart
        "feeds/paper/addresses.py",
        "_normal(url, lambda parameter: not _TRACKING.match(parameter))",
        "_normal(url, lambda _: True)",
        f"{_STORED}test_tracking_joins_sightings_of_different_sources",
    ),
    out(
        "13-also",  # a time in milliseconds
        "feeds/digests/entry.py",
        "seconds / 1000 if seconds > _MILLISECONDS else seconds",
        "seconds",
        f"{_IS_READ}milliseconds",
    ),
    out(
        "13-also",  # a day as people write it
        "feeds/digests/entry.py",
        "*reads, _day(written, _DAYS)]",
        "*reads]",
        f"{_IS_READ}German",
    ),
    out(
        "14-also",  # a link behind a mail system's guard
        "feeds/digests/mail_links.py",
        "url = _inner(url) or url",
        "url = url or _inner(url)",
        "tests/feeds/digests/test_forwarded_mails.py"
        "::test_14_a_link_leads_where_it_leads_whatever_mail_systems_put_before_it",
    ),
    out(
        "18-also",  # certificates that are not there
        "bot/app.py",
        "if opening and kind.section and _roots_are_missing():",
        "if not kind:",
        f"{_PEOPLE}test_certificates_that_are_not_there_are_one_sentence",
    ),
    out(
        "21-also",  # what stands behind a gzip
        "bot/fetch/body.py",
        "self._over = not data.startswith(_MEMBER)",
        "self._over = False",
        f"{_PEOPLE}test_21_what_follows_a_gzip_is_nothing",
    ),
    out(
        "22-also",  # the charset that only the answer names
        "bot/sources/feed/source.py",
        "kind = _kind(reading.body, reading.address, reading.charset)",
        "kind = _kind(reading.body, reading.address, reading.charset)\n    reading = replace(reading, charset='utf-8')",
        f"{_STORED}test_22_the_charset_of_the_answer_counts_where_the_feed_is_silent",
    ),
    out(
        "28-also",  # a channel that was renamed
        "bot/delivery/identity.py",
        "            lanes.learn(connection, scheme, name, address)\n",
        "            pass\n",
        f"{_HIT}test_a_renamed_channel_under_its_new_name_gets_nothing_twice",
    ),
    out(
        "36-also",  # a resolver that is silent
        "bot/process/loop.py",
        "asyncio.Runner(loop_factory=_Loop)",
        "asyncio.Runner()",
        f"{_PEOPLE}test_36_a_resolver_that_is_silent_holds_up_no_end",
    ),
    out(
        "36-also",  # `nohup`
        "bot/process/stopping.py",
        "return wanted if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else",
        "return wanted if not wanted else",
        f"{_PEOPLE}test_36_a_hangup_is_nothing_to_one_that_was_told_to_ignore_it",
    ),
    out(
        "45-also",  # a paper that cannot be stored
        "bot/intake.py",
        "        except Exception:\n",
        "        except ZeroDivisionError:\n",
        f"{_ALONE}test_a_paper_that_cannot_be_stored_is_skipped_and_named",
    ),
    out(
        "37-also",  # a source that hangs
        "bot/pipeline.py",
        "            async with asyncio.timeout(patience):\n",
        "            async with asyncio.timeout(100 * patience):\n",
        f"{_ALONE}test_a_source_that_hangs_is_given_up",
    ),
    out(
        "43-also",  # a token written where something else belongs
        "bot/config/mistakes.py",
        'super().__init__(without_secrets(f"{key}: {problem}" if key else problem))',
        'super().__init__(f"{key}: {problem}" if key else problem)',
        f"{_PEOPLE}test_43_a_secret_at_a_wrong_place_is_not_shown",
    ),
    out(
        "46-also",  # an attribute makes a mapping of a text
        "feeds/digests/entry.py",
        r'data = _ATTRIBUTED.sub(rb"<\1\2>", _OWN',
        r'data = (lambda _, data: data)(b"", _OWN',
        f"{_IS_READ}identifier",
    ),
    out(
        "48-also",  # 3½ is no 31/2
        "feeds/text/letters.py",
        'return f"{WORD}{factor(above)}/{factor(below)}{WORD}"',
        'return f"{factor(above)}/{factor(below)}"',
        f"{_READ}48_",
    ),
    out(
        "57-also",  # who is named in full is not named again by initials
        "feeds/paper/merging.py",
        "        if not any(names_agree(name, other) for other in known.get(name[0], ())):\n",
        "        if name not in known.get(name[0], ()):\n",
        f"{_SAME}test_57_who_is_named_in_full_is_not_named_again_by_initials",
    ),
    out(
        "58-also",  # a site's own number behind a DOI
        "feeds/paper/addresses.py",
        r'_OWN_NUMBER.sub(r"\1", path)',
        "path",
        f"{_SAME}test_58_a_doi_is_read_wherever_a_publishers_address_holds_it",
    ),
    out(
        "61-also",  # Jürgen Müller is Juergen Mueller
        "feeds/words/names.py",
        '_UMLAUT.sub(lambda found: f"{found[0]}e",',
        "_UMLAUT.sub(lambda found: found[0],",
        "tests/feeds/query/test_meaning.py::test_one_person",
    ),
)
