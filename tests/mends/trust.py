"""Rows 0 to 9: what it says or does is true. And the small ones."""

from tests.taken_out import Out, out

_NOW = "tests/bot/test_state_of_now.py::"
_HIT = "tests/bot/delivery/test_hit.py::"
_PEOPLE = "tests/bot/test_what_people_hit.py::"
_TRY = "tests/bot/commands/test_try.py::"
_ELSEWHERE = "tests/bot/publishing/test_elsewhere.py::"

TRUST: tuple[Out, ...] = (
    out(
        0,
        "bot/store/sqlite.py",
        "os.O_CREAT | os.O_EXCL | os.O_CLOEXEC",
        "os.O_CREAT | os.O_CLOEXEC",
        "tests/bot/store/test_beside.py::test_the_journal_stays_where_one_process_opens_the_database_twice_and_another_looks",
    ),
    *(
        out(
            1,
            "bot/intake.py",
            "    waiting.obey(connection, touched, now)\n    rows.know",
            "    rows.know",
            _NOW + test,
        )
        for test in (
            "test_a_narrower_query_sends_what_it_matches",
            "test_a_removed_alert_or_destination_sends_nothing_and_nothing_waits",
            "test_each_instead_of_daily_sends_at_once_and_quiet_hours_hold",
        )
    ),
    out(
        1,
        "bot/store/subscriptions/waiting.py",
        "        elif row.message_id is None:\n",
        "        elif not row.id:\n",
        f"{_NOW}test_each_instead_of_daily_sends_at_once_and_quiet_hours_hold",
    ),
    out(
        1,
        "bot/store/subscriptions/waiting.py",
        "rows = [row for row in waiting if some[row.paper_id].key in chosen]",
        "rows = list[Row]()",
        f"{_NOW}test_skip_drops_what_waits_or_what_of_it_a_query_matches",
    ),
    out(
        1,
        "bot/watch/status.py",
        "any(lane.configured and lane.troubled()",
        "any(lane.troubled()",
        f"{_HIT}test_a_destination_that_the_file_no_longer_names_never_counts",
    ),
    out(
        2,
        "bot/delivery/deliverer.py",
        "or may_go(one.rule, one.zone, now, instant(last)):",
        "or last:",
        f"{_NOW}test_never_two_digests_on_one_local_date_in_400_days",
    ),
    out(
        3,
        "feeds/weeks.py",
        "number = min(count, (until - monday(begin)).days // _WEEK + 1)",
        "number = count",
        "tests/feeds/test_weeks.py::test_weeks_before_an_archive_began_are_absent_and_not_zero",
    ),
    out(
        3,
        "bot/rules/backtest.py",
        "return max(self.covered.days - (self.covered.first == self.since), 1) if self.covered else 0",
        "return self.days",
        f"{_TRY}test_a_rate_is_of_the_days_that_the_archive_covers",
    ),
    out(
        3,
        "bot/rules/backtest.py",
        "            return EMPTY\n",
        '            return ""\n',
        f"{_TRY}test_the_sentence_says_what_the_numbers_stand_on",
    ),
    out(
        4,
        "bot/commands/arguments.py",
        'return super().parse_args(ctx, [*options, "--", *self.joined(words)])',
        "return super().parse_args(ctx, args)",
        "tests/bot/commands/test_arguments.py::test_words_that_begin_with_a_minus_are_words",
    ),
    out(
        5,
        "bot/store/archive/shown.py",
        "select(meta.c.value).where(meta.c.name == _CHANGES)",
        "select(func.max(paper.c.updated))",
        "tests/bot/web/test_conditional.py::test_votes_that_rise_in_the_second_commit_of_a_moment_show_at_once",
        ("return (changes, past.newest(connection), members,", "return (changes, members,"),
    ),
    out(
        6,
        "bot/commands/check.py",
        "        for problem in look.problems:\n",
        "        for problem in ():\n",
        f"{_HIT}test_row_6_check_looks_into_each_chat_silently",
    ),
    out(
        6,
        "bot/commands/check.py",
        "for told in placeholders.of_settings(config.settings):",
        "for told in ():",
        f"{_HIT}test_row_6_the_examples_address_and_folders_that_cannot_be_written_are_named_together",
    ),
    out(
        6,
        "bot/commands/check.py",
        "for told in filter(None, (unwritable(config.public), told_of_it)):",
        "for told in ():",
        f"{_HIT}test_row_6_the_examples_address_and_folders_that_cannot_be_written_are_named_together",
    ),
    out(
        7,
        "bot/store/outbox/standing.py",
        'return self.state != "open" or',
        'return self.state in {"closed", "stopped"} or',
        f"{_HIT}test_row_7_a_refusal_is_told_at_once_and_status_is_no_success",
    ),
    out(
        7,
        "bot/delivery/lane.py",
        "                await self._tell(hold, deadline)\n",
        "                pass\n",
        f"{_HIT}test_row_7_what_is_waited_for_is_told_once",
    ),
    out(
        8,
        "bot/web/context.py",
        "        if publish.names_its_address:\n",
        "        if publish:\n",
        "tests/bot/web/test_address.py::test_copy_buttons_hold_the_address_that_the_page_was_asked_at",
    ),
    out(
        8,
        "config.example.toml",
        "# base_url =",
        "base_url =",
        "tests/bot/web/test_address.py::test_the_example_names_no_address",
    ),
    out(
        9,
        "bot/config/load.py",
        'return self.settings.web.telegram_bot if answers else ""',
        "return self.settings.web.telegram_bot",
        f"{_ELSEWHERE}test_a_page_leads_to_what_answers_alone",
    ),
    out(
        9,
        "bot/publishing/files.py",
        "if href := CHANNELS[to.scheme].page(to):",
        'if href := "":',
        f"{_ELSEWHERE}test_a_page_leads_to_what_answers_alone",
    ),
)
SMALL: tuple[Out, ...] = (
    out(
        "leftovers",
        "bot/publishing/files.py",
        "if found and not _is_another_alive",
        "if not name and not _is_another_alive",
        f"{_PEOPLE}test_leftovers_of_a_killed_process_go_and_nothing_else",
    ),
    out(
        "idn",
        "bot/web/published.py",
        '<{ascii_url(feed.url(form))}>; rel="self"',
        '<{feed.url(form)}>; rel="self"',
        f"{_PEOPLE}test_the_links_of_a_feed_with_a_hub_are_ascii",
    ),
    out(
        "dc-creator",
        "feeds/render/xml_feed.py",
        '"creator": _one_line_of(entry.authors)',
        '"creator": "".join(entry.authors[-1:])',
        "tests/feeds/render/test_entries.py::test_authors_are_one_dc_creator_in_rss_and_authors_in_atom_and_never_both",
    ),
    out(
        "rss-author",
        "feeds/digests/authors.py",
        'alone = _BRACKETS.sub(";", _MAIL.sub(" ", lines)) if _MAIL.search(lines) else',
        "alone =",
        "tests/feeds/digests/test_feed_entries.py::test_an_entry_is_read_for_what_it_says -k RSS",
    ),
    out(
        "one-paper",
        "bot/rules/words.py",
        'return f"{number} {noun}" if number == 1 else f"{number} {noun}s"',
        'return f"{number} {noun}s"',
        f"{_PEOPLE}test_one_is_no_many",
    ),
    out(
        "console",
        "bot/rules/words.py",
        'return name if name.endswith(":") else f"{name}:"',
        'return f"{name}:"',
        f"{_PEOPLE}test_one_is_no_many",
    ),
    out(
        "absolute-form",
        "bot/web/app.py",
        'if scope["type"] == "http" and (found :=',
        'if scope["type"] == "" and (found :=',
        f"{_PEOPLE}test_a_whole_address_as_a_requests_target_is_its_path",
    ),
    out(
        "spelling-index",
        "bot/store/migrations/versions/0006_chats.py",
        '    "CREATE INDEX spelling_destination ON spelling (destination_id)",\n',
        "",
        "tests/bot/commands/test_many_destinations.py::test_what_a_destination_is_called_is_found_by_an_index",
    ),
    out(
        "once-each",
        "bot/config/load.py",
        "        if value in first:\n",
        "        if value in values[:index]:\n",
        f"{_PEOPLE}test_many_feeds_are_each_compared_with_few",
    ),
    out(
        "two-caches",
        "bot/web/search.py",
        "from bot.publishing.kept_entries import ENTRIES\n",
        "from bot.publishing.kept_entries import KeptEntries\n\nENTRIES = KeptEntries()\n",
        "tests/bot/publishing/test_kept_entries.py::test_there_is_one_cache_for_what_is_published_and_what_is_served",
    ),
    out(
        "thumbnails",
        "bot/channels/wording.py",
        "return url if url and urlsplit(url).hostname in PICTURES else",
        "return url if url else",
        "tests/bot/channels/test_wording.py::test_a_platform_fetches_pictures_of_known_hosts_alone",
    ),
    out(
        "whole-batch",
        "bot/intake.py",
        "CHUNK = 10\n",
        "CHUNK = 10_000\n",
        "tests/bot/test_each_on_its_own.py::test_a_large_batch_is_stored_in_short_transactions_and_read_with_the_last",
    ),
    out(
        "zone",
        "bot/rules/words.py",
        'return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"',
        'return f"{moment:%Y-%m-%d %H:%M:%S %Z}"',
        f"{_PEOPLE}test_a_moment_is_told_by_ones_own_clock",
    ),
    out(
        "windows",
        "bot/cli.py",
        "    _refuse_windows()\n",
        "",
        f"{_PEOPLE}test_where_the_system_lacks_locks_it_is_one_sentence -k status",
    ),
)
