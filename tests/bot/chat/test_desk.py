"""What is said is dealt with once, by whoever may, as often as they may, whatever breaks; on both databases."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.channels.channel import Kind, SendError
from bot.chat import desk as desks
from bot.chat.reply import Reply
from bot.chat.said import Moved, Said, written
from bot.chat.telegram.front import TelegramFront
from bot.intake import begin
from bot.store import answers, inbox
from bot.store.engine import driver
from bot.store.outbox import lanes
from bot.store.subscriptions import imported
from feeds.match import match
from feeds.paper import Paper
from feeds.query import parse_query
from feeds.site.start import mark_of
from tests.bot.chat.conversation import NOON, OPEN, Conversation, Converse
from tests.world import alert


@pytest.fixture
def talk(converse: Converse) -> Conversation:
    return converse()


def standing(talk: Conversation) -> list[tuple[str, str, int]]:
    return [
        (one.destination, one.query, int(one.paused)) for one in talk.store.call(lambda at: list(imported.every(at)))
    ]


def becomes(talk: Conversation, what: Any, to: str = "", address: str = "7") -> None:
    moved = written(Moved("telegram", address, what, to))
    talk.store.call(inbox.append, "telegram", f"{what}{talk.clock.now()}", moved, talk.clock.now())
    talk.work()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_word_takes_effect_once_and_is_answered_though_the_process_dies(
    converse: Converse, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = converse(OPEN)
    real, deaths = desks.answer, ["once"]

    def dying(*given: Any) -> Any:
        if where == "before" and deaths:
            raise KeyboardInterrupt(deaths.pop())
        reply = real(*given)
        if deaths:
            raise KeyboardInterrupt(deaths.pop())
        return reply

    monkeypatch.setattr(desks, "answer", dying)
    with pytest.raises(KeyboardInterrupt, match="once"):
        talk.say("subscribe diffusion")
    assert standing(talk) == []
    (told,) = talk.work()
    assert told.startswith("Subscribed, as 1: diffusion")
    assert standing(talk) == [("telegram:7", "diffusion", 0)]
    assert talk.store.call(lambda at: list(imported.every(at)))[0].owner == "telegram:7"


def test_the_same_update_again_does_nothing_more(talk: Conversation) -> None:
    talk.say("subscribe diffusion")
    for row in talk.store.call(lambda at: driver(at).execute("select key, body from inbox").fetchall()):
        assert not talk.store.call(inbox.append, "telegram", row[0], row[1], NOON)
    assert talk.work() == []


def test_a_bug_in_one_word_keeps_no_other_waiting(talk: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(desks, "answer", broken)
        assert talk.say("subscribe diffusion") == ["Something went wrong with that. Who runs me finds it in the log."]
    assert talk.say("list") == ["Nothing is subscribed to here. Send /subscribe diffusion"]


def test_what_nobody_can_be_told_of_keeps_no_other_waiting(talk: Conversation) -> None:
    """What is stored already, from before it was refused at the door, would end each process anew."""
    broken: Any = {"id": "7"}
    talk.store.call(
        inbox.append, "telegram", "broken", written(Said("telegram", broken, "", "private", "telegram:7", "list")), NOON
    )
    assert talk.say("list") == ["Nothing is subscribed to here. Send /subscribe diffusion"]


def test_what_was_said_where_nobody_listens_any_more_keeps_no_other_waiting(talk: Conversation) -> None:
    talk.store.call(inbox.append, "another", "1", written(Moved("another", "7", "left")), NOON)
    assert talk.say("list") == ["Nothing is subscribed to here. Send /subscribe diffusion"]


def test_beyond_ten_commands_a_minute_there_is_one_answer_and_then_silence(converse: Converse) -> None:
    talk = converse('[chat]\naccess = "open"\n')
    told = [talk.say("list") for _ in range(13)]
    assert [len(one) for one in told] == [1] * 11 + [0, 0]
    assert told[10] == ["10 commands a minute are all I take. Go on at 12:01:00 UTC; until then I drop them."]
    assert talk.say("list", person="telegram:8", address="8") != []
    talk.clock.at += timedelta(seconds=60)
    assert talk.say("list") != []


@pytest.mark.on_sqlite_alone("a deleted row of a server takes its room until it is vacuumed")
@pytest.mark.threat(13)
def test_a_thousand_commands_of_fifty_people_at_once_keep_the_limits(converse: Converse) -> None:
    """How soon they are answered, and that others do not wait, is measured by benchmarks.chatting."""
    talk = converse('[chat]\naccess = "open"\n')
    words = ("list", "help", "subscribe", "unsubscribe all")
    said = [(f"{1000 + person}", words[number % 4]) for number in range(20) for person in range(50)]

    def hear(connection: Any) -> None:
        for number, (person, words) in enumerate(said):
            one = Said("telegram", person, "", "private", f"telegram:{person}", words)
            inbox.append(connection, "telegram", str(number), written(one), talk.clock.now())

    talk.store.call(hear)
    before = talk.store.call(size)
    told = talk.work()
    assert len(told) == 50 * 11
    assert sum(one.startswith("10 commands a minute") for one in told) == 50
    assert talk.store.call(size) - before < 1 << 20


def test_a_button_that_changes_nothing_is_no_command(converse: Converse) -> None:
    talk = converse('[chat]\naccess = "open"\nper_minute = 2\n')
    for _ in range(5):
        assert talk.say("list", pressed=True) != []
    assert [len(talk.say("pause #1", pressed=True)) for _ in range(4)] == [1, 1, 1, 0]


def test_a_button_that_is_pressed_too_often_is_let_go_all_the_same(converse: Converse) -> None:
    talk = converse('[chat]\naccess = "open"\nper_minute = 1\n')
    told = [talk.say("pause #1", pressed=True, press=str(n)) for n in range(4)]
    assert told[2:] == [[""], [""]]
    front = TelegramFront.__new__(TelegramFront)
    said = Said("telegram", "7", "", "private", "telegram:7", "pause #1", pressed=True, press="3")
    assert front.packed(Reply("", aside=True), said) == {"press": "3", "told": ""}


def test_a_chat_has_as_many_subscriptions_as_it_may(converse: Converse) -> None:
    talk = converse('[chat]\naccess = "open"\nper_chat = 2\n')
    for query in ("one", "two"):
        talk.say(f"subscribe {query}")
    assert talk.say("subscribe three") == [
        "There are 2 subscriptions here, as many as a chat may have. End one first: /list"
    ]


def test_members_alone_are_answered_unless_it_is_open(converse: Converse) -> None:
    talk = converse('[chat]\nmembers = ["telegram:8"]\n')
    assert talk.say("subscribe diffusion") == ["I answer my members only. Who runs me can add you: telegram:7"]
    assert talk.say("list", person="telegram:8", address="8") != []
    assert standing(talk) == []


def test_a_code_lets_in_each_who_tells_it_and_nobody_else(converse: Converse) -> None:
    talk = converse('[chat]\naccess = "invite"\ninvite_env = "INVITE"\n')
    assert talk.say("list") == ["I answer those who were invited. Send /start and the code"]
    assert talk.say("start guess") == ["I answer those who were invited. Send /start and the code"]
    for person in ("7", "8"):
        (told,) = talk.say("start sesame", person=f"telegram:{person}", address=person)
        assert told.startswith("I bring new papers here")
        assert talk.say("list", person=f"telegram:{person}", address=person)[0].startswith("Nothing is subscribed")
    assert talk.say("list", person="telegram:9", address="9")[0].startswith("I answer those who were invited")


def test_a_list_names_what_the_file_sends_there_and_none_of_it_ends(converse: Converse) -> None:
    talk = converse(OPEN + alert("mine", "graphs", "telegram:7") + alert("other", "secret", "telegram:8"))
    talk.store.call(begin, talk.config, NOON)
    (told,) = talk.say("list")
    assert told.splitlines()[1:] == ["By who runs me: graphs (each at once)"]
    talk.say("subscribe diffusion")
    assert talk.say("list") == ["1. diffusion (each at once)\nBy who runs me: graphs (each at once)"]
    talk.say("unsubscribe all")
    assert "By who runs me: graphs" in talk.say("list")[0]


def test_nobody_changes_what_is_anothers(talk: Conversation) -> None:
    talk.say("subscribe diffusion")
    (row,) = talk.store.call(lambda at: [one.id for one in imported.every(at)])
    for words in (f"unsubscribe #{row}", f"undo #{row}", f"pause #{row}", f"when #{row} daily 09:00"):
        (told,) = talk.say(words, person="telegram:8", address="8", pressed=True)
        assert told == "There is no such subscription here. Send /list"
    assert standing(talk) == [("telegram:7", "diffusion", 0)]


FORGED = (
    "unsubscribe #0", "unsubscribe #999999999999999999", "unsubscribe #-1", "unsubscribe #1 of telegram:7",
    "undo #1 of telegram:7", "pause #1 of telegram:7", "resume all of telegram:7", "list telegram:7", "undo all",
    "when #1 nonsense", "change #1 x", "forget everything", "why", "save", "start 7", "#1", "\0", "\u202e", "é" * 32,
    "{}",
    "unsubscribe 1' or '1'='1", "undo #1\nunsubscribe #1", "when #1 daily 25:00", "pause #1 999999999d", "pause #1 -3d",
)  # fmt: skip


@pytest.mark.parametrize("words", FORGED)
def test_a_forged_button_changes_nothing_and_is_answered(talk: Conversation, words: str) -> None:
    talk.say("subscribe diffusion")
    (told,) = talk.say(words, person="telegram:8", address="8", pressed=True, about="1")
    assert told not in ("", "Something went wrong with that. Who runs me finds it in the log.")
    assert standing(talk) == [("telegram:7", "diffusion", 0)]


def test_a_link_from_a_feeds_page_offers_its_query_however_long(converse: Converse) -> None:
    query = " OR ".join(f"word{n}" for n in range(40))
    talk = converse(f'{OPEN}[[feeds]]\nslug = "many"\nquery = "{query}"\n')
    (told,) = talk.say(f"start {mark_of(query)}")
    assert f"\n/subscribe {query}\n" in told


def test_half_a_character_stops_nobody(talk: Conversation) -> None:
    assert talk.say("subscribe \ud800")[0].startswith("no letter or digit to look for")


def test_buttons_of_old_lists_mean_what_they_were_below(talk: Conversation) -> None:
    """Also pressed twice, and in a chat that has another address by now."""
    for words in ("subscribe diffusion", "subscribe graph", "list"):
        talk.say(words)
    old = [one["says"] for row in talk.shown[-1]["buttons"] for one in row]
    talk.say("unsubscribe 1")
    talk.say("list")
    becomes(talk, "moved", "-1007")
    assert standing(talk) == [("telegram:7", "graph", 0)]
    talk.say(old[2], address="-1007", pressed=True)
    assert talk.store.call(lambda at: [row.paused for row in imported.every(at)]) == [1]
    assert talk.say(old[1], address="-1007", pressed=True) == ["It has ended already."]
    assert talk.say(old[3], address="-1007", pressed=True)[0].startswith("Ended: graph")
    assert talk.say(old[3], address="-1007", pressed=True) == ["It has ended already."]


def test_where_nobody_can_be_asked_who_administers_nothing_changes(talk: Conversation) -> None:
    talk.front.fails = SendError(Kind.WAIT, "no connection")
    where: dict[str, Any] = {"address": "-1001", "place": "group"}
    assert talk.say("subscribe diffusion", **where) == [
        "I could not ask who administers this chat (no connection). Send it again."
    ]
    assert talk.say("list", **where) == ["Nothing is subscribed to here. Send /subscribe diffusion"]


def test_a_pause_ends_by_itself(talk: Conversation) -> None:
    talk.say("subscribe diffusion")
    talk.say("pause 1 3d")
    errands(talk, timedelta(days=2, hours=23))
    assert standing(talk) == [("telegram:7", "diffusion", 1)]
    errands(talk, timedelta(hours=1))
    assert standing(talk) == [("telegram:7", "diffusion", 0)]
    (row,) = talk.store.call(lambda at: list(imported.every(at)))
    assert row.begun == talk.clock.now().timestamp()


def test_a_chat_that_blocks_us_sleeps_and_goes_on_when_it_lets_us_in(talk: Conversation) -> None:
    for words in ("subscribe diffusion", "subscribe graph", "pause 2"):
        talk.say(words)
    becomes(talk, "left")
    assert standing(talk) == [("telegram:7", "diffusion", 1), ("telegram:7", "graph", 1)]
    talk.clock.at += timedelta(days=1)
    becomes(talk, "back")
    assert standing(talk) == [("telegram:7", "diffusion", 0), ("telegram:7", "graph", 1)]


def test_a_chat_that_only_refuses_us_sleeps_too_until_it_asks(talk: Conversation) -> None:
    talk.say("subscribe diffusion")
    talk.store.call(lambda at: driver(at).execute("update destination set closed = 'blocked', closed_at = 1.0"))
    errands(talk)
    assert standing(talk) == [("telegram:7", "diffusion", 1)]
    talk.say("list")
    assert standing(talk) == [("telegram:7", "diffusion", 0)]
    assert not talk.store.call(lambda at: lanes.is_closed(at, 1))


def test_a_chat_that_refused_us_and_speaks_before_anybody_looked_goes_on(talk: Conversation) -> None:
    talk.say("subscribe diffusion")
    talk.store.call(lambda at: driver(at).execute("update destination set closed = 'blocked', closed_at = 1.0"))
    talk.say("start")
    errands(talk)
    assert standing(talk) == [("telegram:7", "diffusion", 0)]
    assert not talk.store.call(lambda at: lanes.is_closed(at, 1))


def test_a_group_that_moves_takes_all_along(talk: Conversation) -> None:
    talk.front.administrators.add("telegram:7")
    talk.say("subscribe diffusion", address="-5", place="group")
    talk.say("quiet 22:00-07:00", address="-5", place="group")
    becomes(talk, "moved", "-1005", "-5")
    assert talk.say("list", address="-1005", place="group")[0].startswith("1. diffusion (each at once, quiet 22:00")
    assert talk.say("unsubscribe 1", address="-1005", place="group") == ["Ended: diffusion"]


def test_a_watched_paper_is_told_once(talk: Conversation) -> None:
    talk.post("2611.00003", "55")
    assert talk.say("watch", about="55")[0].startswith("I tell you once when Diffusion number 3 has code")
    errands(talk)
    assert talk.work() == []
    links = {"abstract": "https://arxiv.org/abs/2611.00003", "code": "https://example.org/code"}
    talk.paper("2611.00003", "Diffusion number 3", NOON.date(), links=links)
    errands(talk)
    assert talk.work() == [
        "News of Diffusion number 3:\n- code: https://example.org/code\nhttps://arxiv.org/abs/2611.00003"
    ]
    errands(talk)
    assert talk.work() == []


def test_why_tells_a_query_of_two_topics_once(talk: Conversation) -> None:
    for thread, ref in (("", "55"), ("9", "56")):
        talk.say("subscribe diffusion", thread=thread)
        talk.post("2611.00003", ref, thread=thread)
    assert talk.say("why", about="55") == ["Diffusion number 3 came by\n  diffusion, for: Diffusion"]


def test_why_and_save_are_of_the_message_that_is_answered(talk: Conversation) -> None:
    talk.say("subscribe diffusion number")
    talk.post("2611.00003", "55")
    assert talk.say("why", about="55") == ["Diffusion number 3 came by\n  diffusion number, for: Diffusion, number"]
    assert talk.say("save", about="55", pressed=True) == ["Kept: Diffusion number 3. All: /saved"]
    assert talk.say("save", about="55") == ["Kept already: Diffusion number 3. All: /saved"]
    assert talk.say("saved")[0].startswith("Kept here:\n- Diffusion number 3 (2026-11-24)")
    assert talk.say("why", about="56") == ["Answer a message of mine that has a paper with /why"]
    assert talk.say("why", about="55", address="8", person="telegram:8") == [
        "Answer a message of mine that has a paper with /why"
    ]


def test_cite_gives_the_entries_of_the_message_that_is_answered(talk: Conversation) -> None:
    talk.post("2611.00003", "55")
    for pressed in (False, True):
        (said,) = talk.say("cite", about="55", pressed=pressed)
        assert said == (
            "BibTeX:\n@misc{paper2026diffusion,\n  title = {{Diffusion} number 3},\n  year = {2026},\n  month = nov,\n"
            "  eprint = {2611.00003},\n  archivePrefix = {arXiv},\n  url = {https://arxiv.org/abs/2611.00003},\n}"
        )
    channel = {"place": "channel", "address": "-1007", "about": "77", "pressed": True}
    talk.post("2611.00003", "77", address="-1007")
    assert talk.say("cite", **channel) == ["https://papers.example.org/papers/2611.00003.bib"]


def test_an_entry_with_many_authors_names_the_first_and_says_so(talk: Conversation) -> None:
    talk.paper("2611.00777", "Many hands", NOON.date(), authors=tuple(f"Person Number{n}" for n in range(300)))
    talk.post("2611.00777", "56")
    (said,) = talk.say("cite", about="56")
    assert "Person Number9 and others}" in said
    assert "Number10" not in said


def test_what_is_kept_is_had_as_bibtex_by_its_ids(talk: Conversation) -> None:
    for paper, post in (("2611.00003", "55"), ("2611.00002", "56")):
        talk.post(paper, post)
        talk.say("save", about=post)
    address = talk.say("saved")[0].splitlines()[-1].removeprefix("For a reference manager: ")
    parts = urlsplit(address)
    assert parts.path == "/search.bib"
    query = parse_query(parse_qs(parts.query)["q"][0])
    found = match({"": query}, [Paper("2611.00003", "A", ""), Paper("2611.00002", "B", ""), Paper("2611.1", "C", "")])
    assert [one.title for one in found[""]] == ["A", "B"]


@pytest.mark.usefixtures("database")
def test_what_is_forgotten_is_gone(converse: Converse) -> None:
    talk = converse(OPEN)
    talk.say("subscribe diffusion secretly")
    talk.say("unsubscribe all")
    talk.say("subscribe diffusion")
    talk.post("2611.00003", "55")
    talk.say("save", about="55")
    talk.say("forget")
    assert talk.say("forget everything") == ["All of it is forgotten. /start begins anew."]
    tables = ("subscription", "chat", "saved", "watched", "answer", "due", "message")
    left = [
        row
        for table in tables
        for row in talk.store.call(lambda at, of: driver(at).execute(f"select * from {of}").fetchall(), table)
    ]
    assert "diffusion" not in json.dumps([list(row) for row in left])
    assert [row for row in left if "secretly" in str(row)] == []


def errands(talk: Conversation, later: timedelta = timedelta(minutes=1)) -> None:
    talk.clock.at += later
    asyncio.run(talk.desk.errands())


def test_answers_of_a_chat_are_in_order(talk: Conversation) -> None:
    for chat in ("8", "7"):
        for number in range(3):
            talk.store.call(answers.add, ("telegram", chat, ""), f"{chat} {number}", NOON)
    first = talk.store.call(answers.next_ones, 10)
    assert [one.body for one in first] == ["8 0", "7 0"]


def size(connection: Any) -> int:
    """Bytes of the database."""
    pages, each = (connection.exec_driver_sql(f"pragma {name}").scalar() for name in ("page_count", "page_size"))
    return int(pages * each)


@pytest.mark.parametrize(("place", "posted"), [("private", True), ("group", True), ("channel", False)])
def test_what_is_to_be_copied_is_posted_where_people_talk(place: str, posted: bool) -> None:
    front = TelegramFront.__new__(TelegramFront)
    said = Said("telegram", "7", "", place, "telegram:7", "cite", pressed=True, press="3")  # type: ignore[arg-type]
    act = front.packed(Reply("BibTeX:", copied="@misc{a,\n  title = {1 < 2},\n}"), said)
    if posted:
        assert act["text"] == "BibTeX:\n<pre>@misc{a,\n  title = {1 &lt; 2},\n}</pre>"
    else:
        assert act == {"press": "3", "told": "BibTeX:"}


@pytest.mark.parametrize(("place", "posted"), [("private", True), ("group", True), ("channel", False)])
def test_links_are_posted_where_people_talk(place: str, posted: bool) -> None:
    front = TelegramFront.__new__(TelegramFront)
    said = Said("telegram", "7", "", place, "telegram:7", "more", pressed=True, press="3")  # type: ignore[arg-type]
    act = front.packed(Reply("Most like it:\nhttps://arxiv.org/abs/2611.00000", followed=True), said)
    assert ("text" in act) == posted
