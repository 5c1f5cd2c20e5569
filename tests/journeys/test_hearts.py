"""Hearts, thanks and "more like this" stand beside the note they answer: no entry, told to nobody, taken back."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import Connection, select

from book.deliveries import InboxState
from book.errors import KeyDestroyed
from book.ids import IdMaker
from book.people import Role, Standing
from book.reasons import Reason
from book.understanding.lexicon import Lexicon
from book.wording.catalogue import Catalogue
from storage import schema
from storage.store import Store
from storage.vault import Owner
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import tell
from tests.kit.in_the_book import stands
from tests.kit.on_disk import entries, inbox
from tests.kit.on_telegram import OnTelegram


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_what_a_reader_says_lightly_stands_beside_the_line_of_its_author_and_files_nothing(
    store: Store, book_clock: BookClock, machine_clock: MachineClock, lexicon: Lexicon, catalogue: Catalogue
) -> None:
    ids = IdMaker(now=book_clock.now, chance=random.Random(7).randrange)
    async with OnTelegram() as stage:
        story = await tell(
            store, stage, book_clock, machine_clock, ids, lexicon=lexicon, catalogue=catalogue, with_photos=True
        )
        hannah, priya, joe = story.person("hannah"), story.person("priya"), story.person("joe")
        await story.until("16:58")
        await priya.sends_photo("Ella, painting")
        await story.until("17:05")
        for each in (priya, hannah, joe):
            await each.hears_anything()
        photo = next(each for each in await hannah.screen() if each.pictures)
        filed, line = await entries(story), (await priya.screen())[-1].text

        async def stands(*said: str) -> None:
            await story.passes(2)
            assert (await priya.screen())[-1].text.removeprefix(line) == "".join(f"\n{each}" for each in said)

        await hannah.reacts(photo)
        await stands("Hannah ❤")
        await hannah.reacts(photo, "")
        await stands()
        await hannah.says("More like this please!", reply_to=photo)
        await stands("Hannah: more like this")
        await hannah.reacts(photo, "🔥")
        await stands("Hannah: more like this, Hannah 🔥")
        await hannah.says("Thank you so much x", reply_to=photo)
        await stands("Hannah: more like this, Hannah ❤")
        # An "ok" is no thanks; what one wrote oneself, or was never shown, is nothing to respond to.
        await hannah.says("ok", reply_to=photo)
        await priya.reacts((await priya.screen())[-1])
        await joe.reacts(photo)
        await stands("Hannah: more like this, Hannah ❤")
        assert {(row.state, row.reason) for row in (await inbox(story))[1:]} == {
            (InboxState.SKIPPED, Reason.SMALL_TALK)
        }
        await hannah.says("more like this")
        await hannah.hears('Which one? Reply to it with "more like this".')

        assert await entries(story) == filed
        assert len(await story.store.read(kept)) == 2
        for each in (hannah, priya, joe):
            await each.hears_nothing()

        # Once it is taken back nothing more can be said of it, but what was said can be taken away.
        ella = Owner.child(story.people.children["ella"])
        await priya.says("undo")
        await hannah.reacts(photo, "👍")
        assert await story.store.read(opened, store, ella) == ["", "❤"]
        await hannah.reacts(photo, "")
        assert await story.store.read(opened, store, ella) == [""]
        await store.vault.destroy(ella)
        with pytest.raises(KeyDestroyed):
            await story.store.read(opened, store, ella)


def kept(connection: Connection) -> list[int]:
    return list(connection.execute(select(schema.responses.c.id)).scalars())


def opened(connection: Connection, store: Store, child: Owner) -> list[str]:
    kept_now = select(schema.responses.c.id, schema.responses.c.sealed_sign).order_by(schema.responses.c.id)
    rows = connection.execute(kept_now).all()
    return [store.vault.open_text(child, "response", row.id, row.sealed_sign) for row in rows]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_heart_on_a_note_from_home_stands_beside_it_and_goes_with_whoever_is_shut_out(
    store: Store, book_clock: BookClock, machine_clock: MachineClock, lexicon: Lexicon, catalogue: Catalogue
) -> None:
    ids = IdMaker(now=book_clock.now, chance=random.Random(7).randrange)
    async with OnTelegram() as stage:
        story = await tell(store, stage, book_clock, machine_clock, ids, lexicon=lexicon, catalogue=catalogue)
        hannah, priya = story.person("hannah"), story.person("priya")
        await story.until("8:10")
        await hannah.says("bad night, teething")
        await story.passes(30)
        relay = await priya.hears('Ella, from Hannah 8:10: "bad night, teething"')
        await hannah.hears_anything()
        filed = await entries(story)

        await priya.reacts(relay)
        await story.passes(60)
        assert (await hannah.screen())[-1].text.endswith("\nPriya ❤")
        await stands(story, "priya", Role.KEY_PERSON, "ella", "sunshine", Standing.RESTRICTED)
        await priya.reacts(relay, "👍")
        await hannah.says("also no appetite")
        await story.passes(60)

        assert "Priya" not in (await hannah.screen())[-1].text.partition("\n")[2]
        assert len(await story.store.read(kept)) == 1
        assert await entries(story) == filed + 1
        await priya.hears_nothing()
