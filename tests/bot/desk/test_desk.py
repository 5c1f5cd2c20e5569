"""The safeguarding desk: a lead reads the exact words there, and nobody else ever does."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Connection, select

from book.ids import IdMaker
from book.people import Role, Standing
from book.understanding.lexicon import load_lexicon
from book.wording.catalogue import load_catalogue
from bot.desk.application import DeskApplication
from bot.desk.page import Pages
from handlers.at_the_desk import AtTheDesk, Tools
from storage import schema
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import LONDON, PACE, Story, tell
from tests.kit.in_the_book import stands
from tests.kit.on_phones import OnPhones
from tests.kit.papers import texts_of

WORDS = "Noah said daddy hits me with a <b>belt</b>"
FIGURES = "3690"


@dataclass
class Office:
    """The story and a browser on the office computer."""

    story: Story
    browser: TestClient

    async def link(self, who: str) -> str:
        """The path of the link that somebody is sent who writes "desk"."""
        person = self.story.person(who)
        await person.says("desk")
        said = await person.hears_anything()
        found = re.search(r"http://desk\.example(/desk/\S+)", said)
        assert found, said
        return found[1]

    async def opens(self, who: str, figures: str = FIGURES) -> str:
        path = await self.link(who)
        assert "Your four figures" in await self.page(path)
        return await self.sends("open", token=path.rsplit("/", 1)[1], figures=figures)

    async def page(self, path: str = "/desk") -> str:
        async with self.browser.get(path) as answer:
            return await answer.text()

    async def sends(self, act: str, **form: str) -> str:
        async with self.browser.post(f"/desk/{act}", data=form) as answer:
            return await answer.text()

    async def disclosure(self) -> str:
        return str(await self.story.store.read(lambda connection: newest(connection).id))


def newest(connection: Connection) -> object:
    return connection.execute(select(schema.disclosures).order_by(schema.disclosures.c.id.desc())).first()


@pytest.fixture
async def office(store: Store, book_clock: BookClock, machine_clock: MachineClock) -> AsyncIterator[Office]:
    ids = IdMaker(now=book_clock.now, chance=random.Random(7).randrange)
    story = await tell(store, OnPhones(), book_clock, machine_clock, ids, desk_address="http://desk.example/desk")
    chance = random.Random(3)
    catalogue = load_catalogue()
    tools = Tools(book_clock.now, ids, load_lexicon(), LONDON, PACE, lambda: f"{chance.getrandbits(128):032x}")
    desk = DeskApplication(AtTheDesk(store, tools), Pages(catalogue, LONDON), catalogue, is_secure=False)
    async with TestClient(TestServer(desk.application()), cookie_jar=CookieJar(unsafe=True)) as browser:
        await story.until("11:05")
        yield Office(story, browser)


async def held(office: Office, words: str = WORDS, by: str = "amy") -> None:
    person = office.story.person(by)
    await person.says(words)
    await person.hears_anything()


async def test_a_lead_reads_the_exact_words_with_when_and_by_whom(office: Office) -> None:
    await held(office)
    page = await office.opens("sam")

    assert "Noah said daddy hits me with a &lt;b&gt;belt&lt;/b&gt;" in page
    assert "Held Tuesday 24 November, 11:05, written by Amy, Sunshine" in page
    assert "Answered by Sam." in page


async def test_having_opened_it_she_has_answered_and_nobody_else_is_called(office: Office) -> None:
    await held(office)
    await office.opens("sam")
    await office.story.until("12:00")

    await office.story.person("ruth").hears_nothing()
    await office.story.person("amy").hears_nothing()


async def test_a_link_opens_once_and_only_for_ten_minutes(office: Office) -> None:
    await held(office)
    used, late = await office.link("sam"), await office.link("sam")
    await office.sends("open", token=used.rsplit("/", 1)[1], figures=FIGURES)
    office.browser.session.cookie_jar.clear()

    assert "not open here" in await office.page(used)
    await office.story.passes(601)
    assert "not open here" in await office.page(late)
    assert "not open here" in await office.sends("open", token=late.rsplit("/", 1)[1], figures=FIGURES)


async def test_it_closes_after_a_quarter_of_an_hour_and_opens_again_with_four_figures(office: Office) -> None:
    await held(office)
    await office.opens("sam")
    await office.story.passes(14 * 60)
    assert "belt" in await office.page()
    await office.story.passes(15 * 60)

    assert "belt" not in await office.page()
    assert "belt" in await office.sends("open", figures=FIGURES)


async def test_what_she_was_writing_when_it_closed_is_not_lost(office: Office) -> None:
    await held(office)
    await office.opens("sam")
    await office.story.passes(16 * 60)
    asked = await office.sends("note", disclosure=await office.disclosure(), words='spoke to "Amy" 11.20')
    assert "what you wrote is kept" in asked
    assert 'value="spoke to &quot;Amy&quot; 11.20"' in asked
    page = await office.sends(
        "open", figures=FIGURES, disclosure=await office.disclosure(), words='spoke to "Amy" 11.20'
    )

    assert "Noted, with the time." in page
    assert "Tuesday 24 November, 11:21, Sam Okoro: spoke to &quot;Amy&quot; 11.20" in page


async def test_five_wrong_tries_close_it_and_the_right_ones_are_refused_meanwhile(office: Office) -> None:
    await held(office)
    path = await office.link("sam")
    token = path.rsplit("/", 1)[1]
    for _ in range(4):
        assert "aren't your figures" in (await office.sends("open", token=token, figures="0000")).replace("&#x27;", "'")
    assert "stays closed" in await office.sends("open", token=token, figures="0000")
    assert "stays closed" in await office.sends("open", token=token, figures=FIGURES)


@pytest.mark.parametrize("who", ["amy", "priya", "hannah", "joe", "dawn"])
async def test_nobody_but_a_lead_or_a_manager_is_given_a_link(office: Office, who: str) -> None:
    await held(office)
    person = office.story.person(who)
    await person.says("desk")
    await office.story.passes(60)

    assert "/desk/" not in await person.hears_anything()


async def test_a_lead_who_has_left_finds_the_desk_shut_even_where_she_had_it_open(office: Office) -> None:
    await held(office)
    assert "belt" in await office.opens("sam")
    link = await office.link("sam")
    await stands(office.story, "sam", Role.SAFEGUARDING_LEAD, None, "sunshine", Standing.ENDED)

    assert "belt" not in await office.page()
    assert "not on your desk any more" in await office.sends("note", disclosure=await office.disclosure(), words="x")
    office.browser.session.cookie_jar.clear()
    assert "belt" not in await office.sends("open", token=link.rsplit("/", 1)[1], figures=FIGURES)


async def test_a_manager_sees_an_empty_desk_unless_a_parent_spoke_of_her_staff(office: Office) -> None:
    await give_figures(office, "maya")
    await held(office)
    assert "Nothing is waiting." in await office.opens("maya")
    await held(office, "noah says Priya hits him when he cries", by="joe")

    page = await office.page()
    assert "when he cries" in page
    assert "belt" not in page


async def give_figures(office: Office, who: str) -> None:
    person = office.story.person(who)
    await person.says("my four figures")
    for figure in FIGURES:
        await person.presses(figure)
    await person.hears_anything()


async def test_a_lead_it_names_finds_nothing_and_can_do_nothing_by_its_number(office: Office) -> None:
    await held(office, "Noah said Sam hits him with a belt")
    page = await office.opens("sam")
    number = await office.disclosure()

    assert "Nothing is waiting." in page
    for act in ("note", "release", "remove"):
        assert "not on your desk any more" in await office.sends(act, disclosure=number, words="x")
    assert "belt" not in await office.page(f"/desk/{number}.pdf")


async def test_it_belongs_in_the_book_files_it_for_those_who_may_know_and_keeps_the_copy(office: Office) -> None:
    await held(office)
    await office.opens("sam")
    page = await office.sends("release", disclosure=await office.disclosure())
    await office.story.until("18:00")

    assert "It is in the book now." in page
    assert "This is the copy." in page
    await office.story.person("joe").hears(f'Noah\'s day · Tuesday 24 November\nAmy: "{WORDS}"')


async def test_where_the_child_was_not_said_its_author_is_asked(office: Office) -> None:
    await held(office, "he has a bruise on his back, dont know how he got it", by="joe")
    await office.opens("sam")
    page = await office.sends("release", disclosure=await office.disclosure())
    joe = office.story.person("joe")
    await office.story.settles()

    assert "is asked which child" in page
    await joe.hears("Who's that about?")
    await joe.presses("Poppy")
    await office.story.passes(60)
    await office.story.person("carys").hears(
        'Poppy, from Joe 11:05: "he has a bruise on his back, dont know how he got it"'
    )


async def test_saved_as_a_pdf_it_holds_the_words_and_what_was_done(office: Office) -> None:
    await held(office)
    await office.opens("sam")
    number = await office.disclosure()
    await office.sends("note", disclosure=number, words="rang children's team 11.40")
    async with office.browser.get(f"/desk/{number}.pdf") as answer:
        content, kind = await answer.read(), answer.content_type

    assert kind == "application/pdf"
    text = texts_of(content)
    assert "belt" in text
    assert "rang children's team 11.40" in text


async def test_removed_its_words_are_nowhere_any_more(office: Office) -> None:
    await held(office)
    await office.opens("sam")
    number = await office.disclosure()
    await office.sends("note", disclosure=number, words="rang children's team 11.40")
    page = await office.sends("remove", disclosure=number)

    assert "Removed." in page
    assert "belt" not in page
    assert await office.story.store.read(originals) == 0
    assert "belt" not in await office.page(f"/desk/{number}.pdf")


def originals(connection: Connection) -> int:
    return len(connection.execute(select(schema.originals)).all())


async def test_another_sites_page_can_send_nothing(office: Office) -> None:
    await held(office)
    await office.opens("sam")
    number = await office.disclosure()
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        async with office.browser.post("/desk/remove", data={"disclosure": number}, headers=headers) as answer:
            assert answer.status == 403
    assert "belt" in await office.page()


async def test_nothing_of_the_page_is_kept_by_a_browser_or_runs_in_it(office: Office) -> None:
    await held(office)
    path = await office.link("sam")
    async with office.browser.get(path) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "script" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    await office.sends("open", token=path.rsplit("/", 1)[1], figures=FIGURES)
    cookie = next(iter(office.browser.session.cookie_jar))
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/desk"
