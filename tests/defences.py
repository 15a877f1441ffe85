"""Every defence against a threat, taken out: its test must fail. `python -m tests.defences [ROW ...]`, some minutes.

It works on a copy of the project; tests/test_threats.py looks that the table is up to date.
"""

import sys

from tests.taken_out import main, out

_IN_TURN = "    for source in due:\n        await _read(office, source, given)\n\n\n"
_BOMBS = "tests/bot/sources/test_bombs.py::"
DEFENCES = (
    out(
        1,
        "bot/fetch/guard.py",
        "        ip = inner\n    return ip.is_global and not ip.is_multicast",
        "        ip = inner\n    return True",
        f"{_BOMBS}test_a_source_that_redirects_to_this_machine_or_its_network_reaches_nothing",
    ),
    out(
        2,
        "feeds/digests/arxiv_xml.py",
        "if made_up := {name for name in declared & used",
        "if made_up := {name for name in set[str]()",
        f"{_BOMBS}test_bombs_cost_nobody_else_a_paper_and_their_day_stays_open",
    ),
    out(
        3,
        "bot/fetch/body.py",
        "inflater.inflate(chunk, limit + 1 - len(body))",
        "inflater.inflate(chunk, 1 << 40)",
        "tests/bot/fetch/test_fetch.py::test_a_bomb_in_one_piece_is_refused_within_little_memory",
    ),
    out(
        4,
        "bot/pipeline.py",
        "[asyncio.create_task(_read(office, source, given)) for source in due]",
        "[asyncio.create_task(_one_after_the_other(office, due, given))]",
        "tests/bot/test_each_on_its_own.py::test_what_is_there_is_sent_and_published_while_another_source_is_slow",
        ("    left = len(readers)\n", "    left = len(due)\n"),
        ("async def _read(", "async def _one_after_the_other(office, due, given):\n" + _IN_TURN + "async def _read("),
    ),
    out(
        5,
        "feeds/digests/json_value.py",
        "    except RecursionError:\n",
        "    except ZeroDivisionError:\n",
        "tests/feeds/digests/test_broken.py::test_json_nested_beyond_reason_is_an_error",
        ("if len(data) > _MOST_OBJECTS and _is_absurd(data):", "if not data:"),
    ),
    out(
        6,
        "feeds/render/safe.py",
        '        return ""\n    rest = url',
        "        return url\n    rest = url",
        "tests/feeds/render/test_hostile.py::test_hostile_records_are_all_shown_and_do_no_harm",
    ),
    out(
        6,
        "feeds/site/drawing.py",
        "autoescape=True",
        "autoescape=False",
        "tests/browser/test_site.py::test_hostile_titles_are_read_and_never_run",
    ),
    out(
        7,
        "bot/channels/telegram/message.py",
        "html.escape(safe(piece.text), quote=False)",
        "safe(piece.text)",
        "tests/bot/channels/telegram/test_channel.py::test_hostile_titles_arrive_as_plain_text",
    ),
    out(
        8,
        "bot/channels/slack/message.py",
        'return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")',
        "return text",
        "tests/bot/channels/slack/test_channel.py::test_hostile_titles_arrive_as_plain_text_and_mention_nobody",
    ),
    out(
        9,
        "feeds/text/characters.py",
        '_DROP.sub(lambda found: found[1] or "", text)',
        "text",
        "tests/feeds/test_text.py::test_plain_drops_what_no_channel_can_carry_and_keeps_markup",
    ),
    out(
        10,
        "feeds/text/characters.py",
        r"\u202a-\u202e\u2060-\u206f",
        "",
        "tests/test_threats.py::test_what_turns_text_around_or_hides_in_it_is_taken_out_and_what_joins_signs_stays",
    ),
    out(
        11,
        "feeds/query/patterns.py",
        "return re2.compile(text, options)",
        "return __import__('re').compile(text, 2)",
        "tests/feeds/query/test_language.py::test_an_evil_pattern_is_answered_at_once",
    ),
    out(
        12,
        "feeds/query/parser.py",
        "_LENGTH = 4_000\n",
        "_LENGTH = 4_000_000\n",
        "tests/feeds/query/test_language.py::test_a_bomb_is_refused_at_once",
        ("_TERMS = 256\n", "_TERMS = 256_000\n"),
    ),
    out(
        13,
        "bot/chat/access.py",
        "number > chat.per_minute:",
        "number < 0:",
        "tests/bot/chat/test_desk.py::test_a_thousand_commands_of_fifty_people_at_once_keep_the_limits",
    ),
    out(
        14,
        "bot/process/logs.py",
        "        return printable(without_secrets(text))",
        "        return text",
        "tests/bot/process/test_redaction.py::test_no_secret_is_logged",
        ('            text = text.replace(secret, "***")', "            text = text"),
    ),
    out(
        15,
        "bot/store/sqlite.py",
        "os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600",
        "os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644",
        "tests/test_threats.py::test_state_is_for_its_owner_alone_and_what_is_published_for_everyone",
    ),
    out(
        15,
        "bot/config/environment.py",
        "if path.stat().st_mode & stat.S_IROTH:",
        "if not path.stat():",
        "tests/bot/config/test_environment.py::test_a_file_that_everybody_may_read_is_not_read",
    ),
    out(
        16,
        "bot/web/files.py",
        "self._stamp(path) if _NAME.fullmatch(path) else None",
        "self._stamp(path)",
        "tests/bot/web/test_paths.py::test_no_address_leads_out_of_the_folder",
    ),
    out(
        17,
        "bot/chat/slack/requests.py",
        "return SignatureVerifier(secret.get_secret_value(), _At(now)).is_valid(body, time, signature)",
        "return True",
        "tests/bot/chat/slack/test_requests.py::test_what_slack_did_not_sign_has_no_effect",
    ),
    out(
        18,
        "bot/web/app.py",
        'Route("/{path:path}", files.get),',
        'Route("/{path:path}", files.get, methods=["GET", "POST"]),',
        "tests/bot/web/test_paths.py::test_nobody_can_pretend_to_be_telegram_as_updates_are_asked_for_and_never_taken",
    ),
    out(
        14,
        "bot/web/app.py",
        '_TOKEN.sub(r"\\1…", request.url.path)',
        "request.url.path",
        "tests/bot/web/test_subscribing.py::test_no_address_and_no_token_is_logged_or_shown_in_an_error",
    ),
    out(
        19,
        "bot/store/subscriptions/questions.py",
        "where name = ? and over is null and created > ?",
        "where name = ? and created > ?",
        "tests/bot/web/test_subscribing.py::test_whatever_is_wrong_with_a_token_the_answer_is_the_same",
    ),
    out(
        19,
        "bot/store/subscriptions/by_mail.py",
        "    for row in standing(connection, wish.about):\n",
        "    for row in rows.some(connection, [wish.number]).values():\n",
        "tests/bot/store/test_by_mail.py::test_a_subscription_is_changed_by_its_address_alone",
    ),
    out(
        19,
        "bot/rules/tokens.py",
        "right = hmac.compare_digest(tag, self._tag(purpose, words))",
        "right = True",
        "tests/bot/rules/test_tokens.py::test_a_token_hides_what_it_is_about_and_no_change_of_it_is_ours",
    ),
    out(
        20,
        "bot/store/archive/papers.py",
        'execute(_TAKEN, (wanted, wanted, f"key:{wanted}")).fetchone()',
        "execute(f\"SELECT 1 FROM paper WHERE key = '{wanted}'\").fetchone()",
        "tests/test_threats.py::test_any_text_is_stored_and_rendered_and_changes_no_table",
    ),
    out(
        21,
        "bot/channels/email/address.py",
        "len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local)",
        "len(local) > _LONGEST_LOCAL",
        "tests/bot/channels/email/test_mail.py::test_what_is_no_address_is_refused",
    ),
    out(
        21,
        "bot/channels/email/markup.py",
        "autoescape=True",
        "autoescape=False",
        "tests/bot/channels/email/test_mail.py::test_no_title_query_or_name_adds_a_header_a_recipient_or_markup",
    ),
    out(
        22,
        "deploy/Dockerfile",
        "--require-hashes -r requirements.txt",
        "-r requirements.txt",
        "tests/deploy/test_containers.py::test_an_image_installs_what_is_pinned_by_hash_and_is_asked_how_it_is",
    ),
    out(
        23,
        "deploy/Dockerfile",
        "USER 10001:10001\n",
        "USER 0:0\n",
        "tests/deploy/test_containers.py::test_an_image_runs_as_nobody_special_and_holds_no_secret",
    ),
    out(
        24,
        "bot/rules/words.py",
        'return DRIVES.sub("\\N{REPLACEMENT CHARACTER}", text)',
        "return text",
        "tests/bot/rules/test_words.py::test_what_drives_a_terminal_or_turns_a_line_is_a_sign",
    ),
    out(
        25,
        "bot/store/sqlite.py",
        'return "; make room and start again, nothing is lost"',
        'raise OSError("full")',
        "tests/bot/test_recovery.py::test_a_full_disk_is_one_clear_error_and_nothing_is_lost",
    ),
    out(
        26,
        "bot/store/outbox/moments.py",
        "    if last > now + LEEWAY:",
        "    if not last:",
        "tests/bot/test_state_of_now.py::test_a_clock_that_was_set_right_between_two_rounds_takes_its_waits_along",
    ),
    out(
        26,
        "bot/store/subscriptions/file.py",
        ".rowcount > 0",
        ".rowcount < 0",
        "tests/bot/commands/test_newcomer.py::test_a_clock_that_was_ahead_silences_nothing",
    ),
)


if __name__ == "__main__":
    sys.exit(main(DEFENCES, sys.argv[1:]))
