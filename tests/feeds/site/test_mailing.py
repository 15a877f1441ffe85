"""The pages of who reads by mail: values in, HTML out."""

from datetime import date

import pytest
from lxml import html

from feeds.paper import Paper
from feeds.query import QueryError, parse_query
from feeds.site import (
    Brought,
    Form,
    Managed,
    Site,
    Standing,
    Step,
    brought_piece,
    manage_page,
    step_page,
    subscribe_page,
)

SITE = Site("https://papers.example.org/", ("atom",), served=True, by_mail=True)


def page(content: bytes) -> html.HtmlElement:
    return html.document_fromstring(content)


def test_the_form_holds_what_was_filled_in_and_says_what_is_wrong_beside_it() -> None:
    form = Form("ada@example.org", 'flow & "<b>"', "weekly", "fri", faults={"timezone": "no such zone"})
    made = page(subscribe_page(SITE, form, Brought("Nothing in 30 days."), "Europe/Berlin", "../"))
    (form_made,) = made.xpath("//form[@action='../subscribe']")
    assert form_made.get("data-timezone") == "Europe/Berlin"
    assert form_made.xpath(".//input/@value") == ["ada@example.org", 'flow & "<b>"', "09:00", "UTC"]
    assert made.xpath("//option[@selected]/@value") == ["weekly", "fri"]
    assert made.xpath("//p[@role='alert']/text()") == ["no such zone"]
    assert made.xpath("string(//div[@id='preview'])").strip() == "Nothing in 30 days."
    assert "connect-src 'self'" in made.xpath("string(//meta[@http-equiv]/@content)")


def test_what_a_query_brings_is_a_piece_with_the_newest_papers() -> None:
    papers = [Paper("1", "A < B", "", announced=date(2026, 11, 27)), Paper("2", "Undated", "")]
    made = html.fragment_fromstring(brought_piece(Brought("2 papers", papers)).decode(), create_parent=True)
    assert [one.text_content() for one in made.iter("p", "li")] == ["2 papers", "A < B (27 Nov)", "Undated"]


def test_what_is_no_query_is_shown_with_a_caret_under_its_fault() -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("flow <b> auther:lee")
    made = html.fragment_fromstring(brought_piece(Brought(error=caught.value)).decode(), create_parent=True)
    assert made.findtext("p") == 'no field "auther"; did you mean author:?'
    assert made.findtext("pre") == "  flow <b> auther:lee\n           ^"


def test_all_that_comes_to_an_address_can_be_changed_but_what_the_site_sends() -> None:
    some = [Standing(7, Form(query="flow"), "daily at 09:00", paused=True)]
    made = page(manage_page(SITE, Managed("ada@example.org", some, [("llm", "weekly")], "Changed."), "../"))
    assert made.xpath("string(//p[@role='status'])") == "Changed."
    assert made.xpath("//input[@name='number']/@value") == ["7"]
    assert made.xpath("//button/@value") == ["change", "resume", "remove", "leave"]
    assert "llm, weekly, as who runs this site" in made.text_content()
    assert "Nothing is subscribed to here." in page(manage_page(SITE, Managed("a@b.example", []), "../")).text_content()


def test_a_step_says_its_words_and_has_the_button_and_the_link_that_it_is_given() -> None:
    step = Step("Confirm", ["A mail", "was sent"], "flow", "Yes, send them", ("All feeds", "feeds.html"))
    made = page(step_page(SITE, step, "../"))
    assert made.xpath("//main//h1/text()") == ["Confirm"]
    assert made.xpath("//main//p/code/text()") == ["flow"]
    assert made.xpath("//main//button/text()") == ["Yes, send them"]
    assert made.xpath("//main//p/a/@href") == ["../feeds.html"]
    assert not page(step_page(SITE, Step("Done", []), "../")).xpath("//main//button | //main//a")
