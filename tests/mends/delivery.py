"""Rows 28 to 44: delivery, waits, and words for what is wrong."""

from tests.taken_out import Out, out

_HIT = "tests/bot/delivery/test_hit.py::"
_PEOPLE = "tests/bot/test_what_people_hit.py::"
_CLOCKS = "tests/bot/test_wrong_clocks.py::"
_ALONE = "tests/bot/test_each_on_its_own.py::"
_TURNS = "tests/bot/web/test_turns.py::"
_REFUSALS = f"{_HIT}test_telegrams_refusals_have_a_kind_and_a_cure"
_WRONG_TABLE = f"{_PEOPLE}test_41_42_a_wrong_table_or_address_is_one_sentence -k "
_NEWER = f"{_PEOPLE}test_39_a_newer_database_is_one_sentence -k status"
_GIVEN = "given.put_nowait((source, error, asyncio.Event()))"

DELIVERY: tuple[Out, ...] = (
    out(
        28,
        "bot/store/outbox/names.py",
        "    lanes.learn(connection, scheme, name, address)\n    answered(",
        "    return\n    answered(",
        f"{_HIT}test_row_28_a_chat_is_its_number_whichever_spelling_came_first",
        ("past = {key for key in everyone - named if", "past = {key for key in set[tuple[str, str]]() if"),
    ),
    out(
        28,
        "bot/store/outbox/names.py",
        "for scheme, name in sorted(named | past)\n",
        "for scheme, name in sorted(named)\n",
        f"{_HIT}test_row_28_a_name_of_a_database_of_before_is_asked_for",
    ),
    out(
        29,
        "bot/channels/slack/directory.py",
        'place = asked or "all:"',
        'place = "all:"',
        f"{_HIT}test_row_29_a_long_list_is_read_on_where_it_was_refused",
    ),
    out(
        29,
        "bot/channels/slack/channel.py",
        "found = await directory.among(wanted, channels) if channels else None",
        "found = None",
        f"{_HIT}test_row_29_a_name_is_looked_for_among_the_known_channels_first",
    ),
    out(
        29,
        "bot/delivery/identity.py",
        "over = question.tries >= TRIES or",
        "over = question.tries < 0 or",
        f"{_HIT}test_row_29_after_some_tries_a_chat_goes_by_its_name",
    ),
    out(
        30,
        "bot/channels/telegram/refusals.py",
        '    Refusal(Kind.STOP, ("logged out",), LOGGED_OUT),\n',
        "",
        _REFUSALS,
    ),
    out(
        30,
        "bot/delivery/setbacks.py",
        "case Kind.DROP if await store.run_together(outcomes.is_the_lanes, claim, error.told):",
        "case Kind.DROP if not claim:",
        f"{_HIT}test_row_30_a_refusal_that_the_next_message_gets_too_is_the_chats",
    ),
    out(
        31,
        "bot/channels/telegram/refusals.py",
        '("inline keyboard button", "button_", "reply markup", "reply_markup", "keyboard button")',
        '("no button",)',
        f"{_HIT}test_row_31_a_fix_is_chosen_by_what_the_error_is_about",
    ),
    out(
        31,
        "bot/channels/telegram/errors.py",
        "said = _QUOTED.sub(\"''\", message).lower()",
        "said = message.lower()",
        _REFUSALS,
    ),
    out(
        32,
        "bot/channels/telegram/__init__.py",
        'thread = "" if group and found[2] == "1" else found[2] or ""',
        'thread = found[2] or ""',
        f"{_HIT}test_row_32_topic_1_is_the_general_topic",
    ),
    out(
        33,
        "bot/delivery/gate.py",
        "mine = max(self._clock.steady(), self._next)",
        "mine = max(self._clock.now().timestamp(), self._next)",
        f"{_CLOCKS}test_the_pace_of_a_platform_does_not_go_by_the_wall_clock",
        ("(seconds := steady - self._clock.steady())", "(seconds := steady - self._clock.now().timestamp())"),
    ),
    out(
        33,
        "bot/web/context.py",
        "self.limits.wait(client, self.steady(), cost)",
        "self.limits.wait(client, self.clock.now().timestamp(), cost)",
        f"{_TURNS}test_limits_do_not_go_by_the_time_of_day",
    ),
    out(
        33,
        "bot/delivery/deliverer.py",
        "        if moved < 0:\n",
        "        if not self._platforms:\n",
        f"{_CLOCKS}test_a_pause_ends_when_it_would_have_though_the_clock_was_set_back",
    ),
    out(
        33,
        "bot/store/outbox/moments.py",
        "        set_back(connection, (last - now).total_seconds(), now)\n",
        "",
        "tests/bot/test_state_of_now.py::test_a_clock_that_was_set_right_between_two_rounds_takes_its_waits_along",
    ),
    out(
        34,
        "bot/process/clock.py",
        "return wall if wall >= RELEASE else",
        "return wall if wall else",
        f"{_CLOCKS}test_no_moment_is_before_the_release",
    ),
    out(
        35,
        "bot/channels/slack/channel.py",
        "        if is_person(address):\n            return await self._conversation_with(address)\n",
        "",
        f"{_HIT}test_row_35_a_persons_messages_are_looked_up_where_they_stand",
    ),
    out(
        36,
        "bot/process/stopping.py",
        "else [*wanted, signal.SIGHUP]",
        "else wanted",
        f"{_PEOPLE}test_36_the_end_comes_within_grace -k http-run-0-1]",
    ),
    out(
        36,
        "bot/process/stopping.py",
        "            last.start()\n",
        "",
        f"{_PEOPLE}test_36_whatever_hangs_the_end_comes_and_a_second_signal_is_obeyed_at_once",
    ),
    out(
        37,
        "bot/pipeline.py",
        "    except Exception as error:  # whatever",
        f"    except Exception as error:\n        {_GIVEN}\n        return\n    #",
        f"{_ALONE}test_what_a_source_gave_before_it_broke_stays",
        (
            "            yield source,",
            "            if type(outcome) is KeyError:\n                raise outcome\n            yield source,",
        ),
    ),
    out(
        38,
        "bot/pipeline.py",
        "        office.press.soon()\n",
        "",
        f"{_ALONE}test_what_is_there_is_published_before_a_slow_source_ends",
    ),
    out(
        39,
        "bot/store/engine.py",
        "    if version is not None and version != HEAD and not _is_older(version):\n",
        "    if not database:\n",
        _NEWER,
    ),
    out(
        39,
        "bot/store/engine.py",
        "with nullcontext() if is_free else self._kind.only_writer():",
        "with nullcontext():",
        f"{_PEOPLE}test_39_who_looks_changes_nothing_under_one_at_work -k status",
    ),
    out(
        40,
        "bot/web/limits.py",
        "return max(1.0, batches *",
        "return min(1.0, 1.0 + batches *",
        f"{_TURNS}test_a_query_costs_what_it_takes",
    ),
    out(
        40,
        "bot/web/turns.py",
        "while self._steady() - began < SLICE:",
        "while True:",
        f"{_TURNS}test_a_short_question_passes_sixty_long_ones",
    ),
    out(
        41,
        "bot/config/mistakes.py",
        'tagged = len(path) > 2 and path[0] == "sources" and path[2] in SOURCES',
        "tagged = path[2] in SOURCES",
        f"{_WRONG_TABLE}feed",
    ),
    out(
        41,
        "bot/config/mistakes.py",
        "    meant = did_you_mean(name, names)\n",
        '    meant = ""\n',
        f"{_WRONG_TABLE}feed",
    ),
    out(42, "bot/config/tables.py", ", AfterValidator(_port_of)]", "]", f"{_WRONG_TABLE}99999"),
    out(
        43,
        "bot/config/secrets.py",
        "    value = _cleaned(place.name, value)\n",
        "",
        f"{_PEOPLE}test_43_a_token_is_known_by_its_shape",
    ),
    out(
        43,
        "bot/channels/telegram/__init__.py",
        "Annotated[Url, AfterValidator(_without_bot)]",
        "Url",
        f"{_PEOPLE}test_43_a_token_is_known_by_its_shape",
    ),
    out(
        43,
        "bot/config/secrets.py",
        "    _check_shape(place.full_name, value, key)\n",
        "",
        f"{_PEOPLE}test_43_what_is_no_token_is_told_and_not_shown",
    ),
    out(43, "bot/channels/telegram/errors.py", 'if "not found" in message.lower():', "if not message:", _REFUSALS),
    out(
        44,
        "bot/channels/slack/errors.py",
        "return row.cure if row else UNKNOWN",
        'return ""',
        f"{_HIT}test_row_44_every_code_of_slack_has_words_and_a_cure",
    ),
    out(
        44,
        "bot/channels/slack/refusals.py",
        '("is_archived", "channel_is_archived")',
        '("no_code",)',
        f"{_HIT}test_row_44_every_code_of_slack_has_words_and_a_cure",
    ),
)
