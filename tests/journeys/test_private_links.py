"""Whoever has plain texts gets a private link in place of a picture: hers alone, and only while she may see it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Connection, func, select, update
from structlog.testing import capture_logs

from book.disclosure import Carries
from book.faces import SOMEBODY_BEHIND
from book.ids import AddressId, PersonId
from book.people import Role, Standing
from book.sharing import PhotoChoice, PhotoUse
from book.wording.catalogue import load_catalogue
from bot.links.application import LinksApplication
from bot.links.opening import Openings
from bot.links.page import LinkPages
from storage import addresses, pictures, private_links, schema
from storage.roster import Roster, enrol
from storage.schema import private_links as private_link
from storage.sharing import NewPhotoChoice
from storage.vault import Owner
from tests.bot.media.ffmpeg import recorded
from tests.bot.media.test_own_copies import pdf
from tests.journeys.conftest import Play
from tests.kit.conversation import LONDON, Story
from tests.kit.in_the_book import stands
from tests.kit.on_phones import OnPhones
from tests.kit.on_text import OnText
from tests.kit.pictures import painting
from tests.kit.together import Together

OURS = "https://bookbag.example"
Texts = Callable[..., Awaitable[Story]]


@pytest.fixture
def scenery(dialect: str) -> tuple[str, str]:
    return ("phones", dialect)


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def joe_texts(play: Play) -> Texts:
    """Joe has texts; everybody lets photos be taken."""

    async def begins(carries: Carries = Carries.WORDS, *, public_url: str = OURS) -> Story:
        stage = Together(OnPhones(), OnText(carries), ("joe",))
        return await play(
            stage,
            with_photos=True,
            public_url=public_url,
        )

    return begins


def opened(story: Story) -> TestClient:
    """A browser before the pages that the world reaches."""
    pages = LinkPages(load_catalogue(), LONDON)
    openings = Openings(story.store, now=story.clock.now)
    application = web.Application()
    application.add_routes(LinksApplication(openings, pages, monotonic=story.machine.monotonic).routes())
    return TestClient(TestServer(application))


def path_in(text: str) -> str:
    found = re.search(rf"{re.escape(OURS)}(/m/[A-Za-z0-9_-]{{22}})(?: |$)", text)
    assert found, text
    return found[1]


async def answer(browser: TestClient, method: str, path: str, **more: Any) -> tuple[int, bytes, dict[str, str]]:
    async with browser.request(method, path, **more) as given:
        headers = {name: value for name, value in given.headers.items() if name not in ("Date", "Server")}
        return given.status, await given.read(), headers


async def shows(browser: TestClient, path: str) -> bool:
    """Whether pressing the button of the page shows anything; asked of the page and of pressing alike."""
    looked, pressed = await answer(browser, "GET", path), await answer(browser, "POST", path)
    assert {looked[0], pressed[0]} in ({200}, {404})
    return pressed[0] == 200


def pictures_on(page: bytes) -> list[str]:
    return [f"/m/{each}" for each in re.findall(r'<img src="([^"]+)"', page.decode())]


async def test_dialogue_11_a_text_has_a_private_link_in_place_of_the_photo(joe_texts: Texts) -> None:
    story = await joe_texts()
    await story.until("10:30")
    await story.person("priya").sends_photo("Ella and Noah, painting")
    await story.until("17:01")
    said = await story.person("joe").hears_anything()
    path = path_in(said)
    assert said == f"A photo of Noah from Priya: {OURS}{path} (yours only, until Thursday)"
    assert (await story.person("hannah").screen())[-1].pictures == 1

    with capture_logs() as logged:
        async with opened(story) as browser:
            # A robot that makes a preview of it, any number of times.
            for method in ("GET", "HEAD", "GET"):
                status, page, headers = await answer(browser, method, path)
                assert status == 200
                assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
                assert headers["Cache-Control"] == "private, no-store"
                assert headers["X-Content-Type-Options"] == "nosniff"
                assert headers["Referrer-Policy"] == "no-referrer"
                assert "default-src 'none'" in headers["Content-Security-Policy"]
                assert headers["Content-Type"] == "text/html; charset=utf-8"
                assert b"<img" not in page
                assert not re.search(rb"Noah|Priya|painting|<script", page)
            assert await story.store.read(openings_written) == 0

            status, page, headers = await answer(browser, "POST", path)
            assert status == 200
            assert b"Noah, from Priya, Tuesday 24 November 10:30" in page
            assert b"painting" in page
            assert b"Ella" not in page
            (picture,) = pictures_on(page)
            status, content, headers = await answer(browser, "GET", picture)
            assert (status, headers["Content-Type"], headers["X-Content-Type-Options"]) == (
                200,
                "image/jpeg",
                "nosniff",
            )
            assert headers["Cache-Control"] == "private, no-store"
            assert content.startswith(b"\xff\xd8")
            part = await answer(browser, "GET", picture, headers={"Range": "bytes=2-9"})
            assert (part[0], part[1]) == (206, content[2:10])
            assert (await answer(browser, "GET", "/robots.txt"))[1] == b"User-agent: *\nDisallow: /\n"
            assert (await answer(browser, "PUT", path))[0] == 405
            assert await story.store.read(openings_written) == 1
    token = path.rsplit("/", 1)[1]
    assert token not in str(logged)
    # Of the link itself nothing is kept, once it has been sent.
    assert await story.store.read(kept_of, token) == []
    assert await story.store.read(texts_kept) == 0


def openings_written(connection: Connection) -> int:
    return connection.execute(
        select(func.count()).select_from(schema.audit).where(schema.audit.c.what == "link_opened")
    ).scalar_one()


def kept_of(connection: Connection, token: str) -> list[str]:
    return [
        table.name
        for table in schema.metadata.sorted_tables
        for row in connection.execute(select(table))
        if any(token.encode() in (each if isinstance(each, bytes) else str(each).encode()) for each in row)
    ]


def texts_kept(connection: Connection) -> int:
    return connection.execute(
        select(func.count()).select_from(schema.deliveries).where(schema.deliveries.c.sealed_text.is_not(None))
    ).scalar_one()


async def test_where_no_words_were_chosen_the_text_names_nobody_and_its_link_shows_the_photo(joe_texts: Texts) -> None:
    story = await joe_texts(Carries.NUDGE)
    await story.until("10:30")
    await story.person("priya").sends_photo("Ella and Noah, painting")
    await story.until("17:01")
    said = await story.person("joe").hears_anything()
    path = path_in(said)
    assert said == f"There is a photo for you: {OURS}{path} (yours only, until Thursday)"
    async with opened(story) as browser:
        assert await shows(browser, path)


async def test_all_pictures_of_an_entry_share_a_link_and_words_that_say_more_stand_before_it(joe_texts: Texts) -> None:
    story = await joe_texts()
    await story.until("16:59")
    await story.person("priya").sends_photos(2, "Noah ate all his lunch, pear too")
    await story.until("17:05")
    said = await story.person("joe").hears_anything()
    path = path_in(said)
    words, link = said.split("\n")
    assert words == 'Noah, from Priya 16:59: "Noah ate all his lunch, pear too"'
    assert link == f"2 photos of Noah from Priya: {OURS}{path} (yours only, until Thursday)"
    async with opened(story) as browser:
        page = (await answer(browser, "POST", path))[1]
        contents = [(await answer(browser, "GET", each))[1] for each in pictures_on(page)]
        assert len(set(contents)) == 2


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_voice_note_plays_behind_its_link_and_a_pdf_is_saved_under_a_name_of_ours(
    joe_texts: Texts, tmp_path: Path
) -> None:
    story, menu = await joe_texts(), pdf()
    await story.until("10:30")
    await story.person("priya").sends("Noah.ogg", recorded("voice.ogg", tmp_path), "Noah singing the bus song")
    await story.person("priya").sends("Noah.pdf", menu, "Noah: the menu for next week")
    await story.until("17:01")
    texts = [each.text for each in await story.person("joe").screen() if OURS in each.text]
    found = []
    async with opened(story) as browser:
        for text in texts:
            page = (await answer(browser, "POST", path_in(text)))[1].decode()
            (source,) = re.findall(r'<(?:audio src|a href)="([^"]+)"', page)
            found.append(await answer(browser, "GET", f"/m/{source}"))
    shown = {headers["Content-Type"]: (content, headers["Content-Disposition"]) for _, content, headers in found}
    assert shown["audio/ogg"][1] == "inline"
    assert shown["application/pdf"] == (menu, 'attachment; filename="paper-1.pdf"')


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_without_an_address_to_link_to_the_words_go_and_say_that_there_is_a_photo(joe_texts: Texts) -> None:
    story = await joe_texts(public_url="")
    await story.until("10:30")
    await story.person("priya").sends_photo("Noah, painting")
    await story.until("17:01")
    assert await story.person("joe").hears_anything() == (
        'Noah, from Priya 10:30: "Noah, painting"\nThere is a photo too: ask Priya to show you.'
    )


async def test_a_link_leads_nowhere_at_once_when_its_reader_may_not_see_the_photo_any_more(joe_texts: Texts) -> None:
    story = await joe_texts()
    store, joe, noah = story.store, story.people.people["joe"], story.people.children["noah"]
    await story.until("10:30")
    paths = []
    for number, caption in enumerate(("Noah, painting", "Noah, digging", "Noah, singing", "Noah, jumping")):
        await story.person("priya").sends_photo(caption, content=painting(number))
        await story.passes(300)
    await story.until("17:01")
    paths = [path_in(each.text) for each in await story.person("joe").screen()]
    assert len(set(paths)) == 4
    async with opened(story) as browser:
        nowhere = await answer(browser, "GET", "/m/AAAAAAAAAAAAAAAAAAAAAA")
        assert nowhere[0] == 404
        picture = pictures_on((await answer(browser, "POST", paths[0]))[1])[0]

        async def leads_nowhere(path: str) -> None:
            # Not a byte tells this one from what never was.
            story.machine.move(600)
            assert await answer(browser, "GET", path) == nowhere
            assert await answer(browser, "POST", path) == nowhere

        async def leads(path: str) -> None:
            story.machine.move(600)
            assert await shows(browser, path)

        for wrong in (
            "/m",
            "/m/",
            "/m/x",
            f"{paths[0]}x",
            f"{paths[0]}/",
            f"{paths[0]}/1",
            paths[0][:-1],
            f"{paths[0]}/../x",
        ):
            await leads_nowhere(wrong)
        # Whatever its row is made to say, it was signed for something else.
        for change in await store.read(changes, story):
            before = await store.write(change_row, change)
            await leads_nowhere(paths[0])
            await store.write(change_row, before)
            await leads(paths[0])

        story.clock.move_to(story.clock.now() + timedelta(minutes=9))
        assert (await answer(browser, "GET", picture))[0] == 200
        other = pictures_on((await answer(browser, "POST", paths[1]))[1])[0]
        assert await answer(browser, "GET", f"{paths[0]}/{other.split('/', 3)[3]}") == nowhere
        await store.write(addresses.stop, [await store.read(address_of, joe)], story.clock.now())
        await leads_nowhere(paths[0])
        assert await answer(browser, "GET", picture) == nowhere
        await store.write(addresses.start, [await store.read(address_of, joe)])
        await leads(paths[0])
        story.clock.move_to(story.clock.now() + timedelta(minutes=2))
        assert await answer(browser, "GET", picture) == nowhere
        # The parent lets no pictures be taken, and then lets them again.
        await lets(story, "joe", "noah", PhotoUse.OWN, allowed=False)
        await leads_nowhere(paths[0])
        await lets(story, "joe", "noah", PhotoUse.OWN)
        await leads(paths[0])
        # It turns out that somebody stands behind.
        await store.write(says_who_is_in_it, story, paths[1].rsplit("/", 1)[1])
        await leads_nowhere(paths[1])
        # What was written is taken back, or was about another child.
        await story.person("priya").says("undo")
        await leads_nowhere(paths[3])
        await leads(paths[2])
        # His number is somebody else's by now; and in the end he is shut out.
        here = await store.read(address_of, joe)
        await store.write(change_address, here, None)
        await leads_nowhere(paths[2])
        await store.write(change_address, here, joe)
        await leads(paths[2])
        await stands(story, "joe", Role.PARENT, "noah", "sunshine", Standing.RESTRICTED)
        for each in paths:
            await leads_nowhere(each)
        assert noah


async def test_a_link_can_be_opened_until_the_end_of_its_last_day_and_never_without_the_childs_key(
    joe_texts: Texts,
) -> None:
    story = await joe_texts()
    await story.until("16:59")
    await story.person("priya").sends_photo("Noah, painting")
    await story.until("17:05")
    path = path_in(await story.person("joe").hears_anything())
    await story.until("17:05", days=1)
    await story.person("priya").sends_photo("Noah, digging")
    await story.until("17:15")
    late = path_in((await story.person("joe").screen())[-1].text)
    async with opened(story) as browser:
        story.clock.move_to(datetime(2026, 11, 26, 23, 59, 59, tzinfo=LONDON))
        assert await shows(browser, path)
        story.clock.move_to(datetime(2026, 11, 27, 0, 0, tzinfo=LONDON))
        assert not await shows(browser, path)
        assert await shows(browser, late)
        await story.store.write(private_links.forget_before, story.clock.now())
        assert await story.store.read(how_many_links) == 1
        await story.store.vault.destroy(Owner.child_media(story.people.children["noah"]))
        page = (await answer(browser, "POST", late))[1]
        assert (await answer(browser, "GET", pictures_on(page)[0]))[0] == 404
        await story.store.vault.destroy(Owner.child(story.people.children["noah"]))
        assert not await shows(browser, late)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_whoever_guesses_is_soon_told_nothing_and_keeps_nobody_from_her_own_link(joe_texts: Texts) -> None:
    story = await joe_texts()
    await story.until("16:59")
    await story.person("priya").sends_photo("Noah, painting")
    await story.until("17:05")
    path = path_in(await story.person("joe").hears_anything())
    async with opened(story) as browser:
        guesses = [(await answer(browser, "GET", f"/m/{number:022d}"))[0] for number in range(50)]
        assert guesses.count(404) == 30
        assert guesses[30:] == [429] * 20
        assert await shows(browser, path)
        presses = [(await answer(browser, "POST", path))[0] for _ in range(12)]
        assert presses.count(200) == 9
        assert presses[-1] == 429
        assert (await answer(browser, "GET", path))[0] == 200
        story.machine.move(120)
        assert await shows(browser, path)
        assert (await answer(browser, "GET", f"/m/{1:022d}"))[0] == 404


# --- what is done to the tables -----------------------------------------------------------------------------------

Change = tuple[str, int, object]


def changes(connection: Connection, story: Story) -> list[Change]:
    """One for everything that the first link's row says: each to what another, good link says."""
    first, second = connection.execute(select(private_link).order_by(private_link.c.id).limit(2)).all()
    others = {
        "mac": None,
        "signature": second.signature,
        "person_id": story.people.people["hannah"],
        "address_id": connection.execute(
            select(schema.addresses.c.id).where(schema.addresses.c.person_id == story.people.people["hannah"])
        ).scalar_one(),
        "child_id": story.people.children["ella"],
        "entry_id": second.entry_id,
        "until": first.until + timedelta(days=400),
    }
    return [(name, first.id, value) for name, value in others.items() if value is not None]


def change_row(connection: Connection, change: Change) -> Change:
    """Make it so; what it was."""
    name, link, value = change
    before = connection.execute(select(private_link.c[name]).where(private_link.c.id == link)).scalar_one()
    connection.execute(update(private_link).where(private_link.c.id == link).values({name: value}))
    return name, link, before


def address_of(connection: Connection, person: PersonId) -> AddressId:
    return AddressId(
        connection.execute(select(schema.addresses.c.id).where(schema.addresses.c.person_id == person)).scalar_one()
    )


def change_address(connection: Connection, address: AddressId, person: PersonId | None) -> None:
    connection.execute(update(schema.addresses).where(schema.addresses.c.id == address).values(person_id=person))


def says_who_is_in_it(connection: Connection, story: Story, token: str) -> None:
    link = private_links.find(connection, story.store.vault, token, story.clock.now())
    assert link is not None
    said = [pictures.Shows(each, SOMEBODY_BEHIND, story.people.people["priya"]) for each in link.pictures]
    pictures.show(connection, said, story.clock.now())


def how_many_links(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(private_link)).scalar_one()


async def lets(story: Story, parent: str, child: str, use: PhotoUse, *, allowed: bool = True) -> None:
    choice = PhotoChoice(story.people.people[parent], use, allowed, story.clock.now())
    new = NewPhotoChoice(story.ids.new(), story.people.children[child], choice)
    await enrol(story.store, Roster(photo_choices=[new]), story.clock.now())
