"""What comes with a message besides words, from the telephone it was taken with to those who may see it.

Real pictures over real HTTP, decoded in a process of their own; only Telegram's server is played.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from book.sharing import PhotoChoice, PhotoUse
from book.understanding.lexicon import Lexicon
from bot.cli.photos import looking_for, put
from handlers.worker import InboxWorker
from storage import pictures, schema
from storage.roster import Roster, enrol
from storage.sharing import NewPhotoChoice
from tests.bot.media.pictures import encoded, picture, tags
from tests.doubles.telegram import Fault, Person, TelegramDouble
from tests.journeys.conftest import Play
from tests.kit.conversation import LONDON, PACE, Story
from tests.kit.on_telegram import OnTelegram


@pytest.fixture
def scenery(dialect: str) -> tuple[str, str]:
    return ("telegram", dialect)


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def story(play: Play) -> AsyncIterator[Story]:
    async with OnTelegram() as stage:
        told = await play(stage)
        await lets(told, "hannah", "ella", PhotoUse.OWN)
        await lets(told, "joe", "noah", PhotoUse.OWN)
        yield told


async def lets(story: Story, parent: str, child: str, use: PhotoUse, *, allowed: bool = True) -> None:
    """A parent says what pictures may be used for."""
    choice = PhotoChoice(story.people.people[parent], use, allowed, story.clock.now())
    new = NewPhotoChoice(story.ids.new(), story.people.children[child], choice)
    await enrol(story.store, Roster(photo_choices=[new]), story.clock.now())


def double(story: Story) -> TelegramDouble:
    assert isinstance(story.stage, OnTelegram)
    return story.stage.double


def chat(story: Story, who: str) -> Person:
    assert isinstance(story.stage, OnTelegram)
    return story.stage.chat(who)


def photo(seed: int = 1) -> bytes:
    """As a telephone takes it, with where and when."""
    return encoded(picture(seed), exif=tags())


async def sends(story: Story, who: str, content: bytes, caption: str = "") -> int:
    message = await chat(story, who).sends_photo(content, caption=caption)
    await story.settles()
    return message


def pictures_at(story: Story, who: str) -> list[tuple[str, bytes, int | None]]:
    """What the bot has shown somebody: the words, the file, what it answers."""
    shown = chat(story, who).from_bot
    return [(each.text, each.media.content, each.reply_to) for each in shown if each.media is not None]


def is_safe_copy(sent: bytes, of: bytes) -> bool:
    """The same picture, and nothing of the file it came as."""
    before, after = Image.open(io.BytesIO(of)).convert("RGB"), Image.open(io.BytesIO(sent))
    assert b"CANARY" in of
    assert b"CANARY" not in sent
    assert not after.getexif()
    small = [each.convert("RGB").resize((8, 6)).tobytes() for each in (before, after)]
    return all(abs(one - other) < 24 for one, other in zip(*small, strict=True))


async def test_a_photo_is_filed_with_its_words_and_reaches_the_family_as_our_own_copy(story: Story) -> None:
    await story.until("10:30")
    taken = photo()
    await sends(story, "priya", taken, "Ella, painting a bus")
    await story.passes(70)
    await story.until("17:01")

    ((words, sent, _),) = pictures_at(story, "hannah")
    assert words == "Ella, painting a bus. – Priya, 10:30"
    assert is_safe_copy(sent, taken)
    assert double(story).breaches == []
    assert pictures_at(story, "joe") == []


async def kept(story: Story) -> tuple[int, int, int]:
    """Files, files without a row, rows without a file."""
    standing = await story.store.read(pictures.standing, story.store.media)
    return len(story.store.media.names()), standing.files_without_row, standing.rows_without_file


async def test_what_is_kept_is_sealed_for_the_child_in_it_and_for_nobody_else(story: Story) -> None:
    await story.until("10:30")
    await sends(story, "priya", photo(), "Ella, painting a bus")
    await story.passes(5)

    owners = await story.store.read(
        lambda connection: set(
            connection.execute(select(schema.picture_copies.c.owner_kind, schema.picture_copies.c.owner_id)).all()
        )
    )
    assert owners == {("child_media", story.people.children["ella"])}
    assert await kept(story) == (3, 0, 0)
    for name in story.store.media.names():
        sealed = story.store.media.read(name)
        assert sealed is not None
        assert not sealed.startswith(b"\xff\xd8")


async def test_words_go_without_a_picture_that_is_not_here_after_a_minute_and_it_answers_them(story: Story) -> None:
    await story.until("10:30")
    double(story).plan(Fault.server_error(), on="getFile", times=9)
    await sends(story, "hannah", taken := photo(), "Ella's bad rash, can you look")

    await story.passes(59)
    assert chat(story, "priya").from_bot == []
    await story.passes(2)
    words = chat(story, "priya").from_bot[-1]
    assert words.text.startswith("Ella, from Hannah 10:30:")
    assert words.media is None

    await story.passes(3 * 3600)
    ((caption, sent, answers),) = pictures_at(story, "priya")
    assert caption == "Ella, from Hannah 10:30"
    assert answers == words.message_id
    assert is_safe_copy(sent, taken)


async def test_a_link_that_has_expired_is_asked_for_again_by_name(story: Story) -> None:
    await story.until("10:30")
    double(story).plan(Fault.server_error(404), on="download", times=1)
    await sends(story, "hannah", photo(), "Ella at the farm")
    await story.passes(70)

    assert len(double(story).calls("getFile")) == 2
    assert len(pictures_at(story, "priya")) == 1


async def test_words_are_told_though_their_picture_never_comes_and_its_sender_is_asked_for_it_again(
    story: Story,
) -> None:
    await story.until("10:30")
    double(story).plan(Fault.bad_request("Bad Request: wrong file_id or the file is gone"), on="getFile", times=None)
    await sends(story, "hannah", photo(), "Ella at the farm")
    await story.passes(70)

    assert [each.text for each in chat(story, "priya").from_bot] == ['Ella, from Hannah 10:30: "Ella at the farm"']
    assert "I couldn't fetch that one, though I kept trying. Please send it again." in [
        each.text for each in chat(story, "hannah").from_bot
    ]
    assert await kept(story) == (0, 0, 0)


async def test_more_than_the_platform_gives_is_refused_in_a_sentence_and_the_words_are_kept(story: Story) -> None:
    await story.until("10:30")
    double(story).plan(Fault.bad_request("Bad Request: file is too big"), on="getFile", times=None)
    await sends(story, "hannah", photo(), "Ella at the farm")
    await story.passes(70)

    assert any(
        each.text.startswith("That is too large for me: 20 MB at most.") for each in chat(story, "hannah").from_bot
    )
    assert [each.text for each in chat(story, "priya").from_bot] == ['Ella, from Hannah 10:30: "Ella at the farm"']


async def test_an_album_is_one_entry_with_all_its_captions_whatever_order_it_comes_in(story: Story) -> None:
    await story.until("10:30")
    taken = [photo(seed) for seed in (1, 2, 3)]
    await chat(story, "hannah").sends_album(taken, captions={0: "Ella at the farm", 2: "and the goats"})
    await story.settles()
    assert (await entries(story)) == []
    await story.passes(3)
    assert len(await entries(story)) == 1
    await story.passes(70)

    shown = pictures_at(story, "priya")
    assert [words for words, _, _ in shown] == ['Ella, from Hannah 10:30: "Ella at the farm\nand the goats"', "", ""]
    assert all(is_safe_copy(sent, before) for (_, sent, _), before in zip(shown, taken, strict=True))
    assert len({each.album for each in chat(story, "priya").from_bot}) == 1
    assert double(story).breaches == []


async def test_of_an_album_each_family_has_the_pictures_and_the_words_beside_them_that_are_its_own(
    story: Story,
) -> None:
    await story.until("10:30")
    taken = [photo(seed) for seed in (1, 2, 3)]
    captions = {0: "Ella painting", 1: "Noah digging", 2: "Ella's castle, no faces"}
    await chat(story, "priya").sends_album(taken, captions=captions)
    await story.settles()
    await story.passes(14)
    line = "✓ 3 photos · Ella, Noah. Going this evening to Hannah, Tom and Joe."
    assert (await story.person("priya").hears_anything()).startswith(line)
    await story.until("17:01")

    shown = pictures_at(story, "hannah")
    assert [words for words, _, _ in shown] == ["Ella painting\nElla's castle. – Priya, 10:30", ""]
    assert [is_safe_copy(sent, of) for (_, sent, _), of in zip(shown, (taken[0], taken[2]), strict=True)] == [True] * 2
    ((words, sent, _),) = pictures_at(story, "joe")
    assert words == "Noah digging. – Priya, 10:30"
    assert is_safe_copy(sent, taken[1])

    await chat(story, "joe").sends_album(taken[:2], captions={0: "Noah in the bath", 1: "Poppy asleep"})
    await story.settles()
    await story.until("8:30", days=1)
    ((words, sent, _),) = pictures_at(story, "priya")
    assert words == 'Noah, from Joe Tuesday 17:01: "Noah in the bath"'
    assert is_safe_copy(sent, taken[0])
    assert double(story).breaches == []


async def test_of_an_album_only_what_no_words_say_is_asked_and_an_edit_is_of_its_own_picture(story: Story) -> None:
    priya, album = story.person("priya"), [photo(seed) for seed in (1, 2, 3, 4)]
    await story.until("10:30")
    captions = {0: "Ella painting", 1: "so funny", 3: "Noah digging"}
    parts = await chat(story, "priya").sends_album(album, captions=captions)
    await story.settles()
    await story.passes(3)
    await priya.hears("Photo 2 of 4: who's in it?")
    await priya.edits(parts[3], "Noah splashing")
    await priya.says("ella")
    await priya.hears("Only Ella, and nobody behind her?")
    await priya.presses("Only Ella")
    await priya.hears("Photo 3 of 4: who's in it?")
    await priya.presses("Nobody's face")
    await story.until("17:01")

    shown = pictures_at(story, "hannah")
    assert [words for words, _, _ in shown] == ["Ella painting\nso funny. – Priya, 10:30", "", ""]
    assert [is_safe_copy(sent, of) for (_, sent, _), of in zip(shown, album[:3], strict=True)] == [True] * 3
    shown = pictures_at(story, "joe")
    assert [words for words, _, _ in shown] == ["Noah splashing. – Priya, 10:30", ""]
    assert [is_safe_copy(sent, of) for (_, sent, _), of in zip(shown, album[2:], strict=True)] == [True] * 2


async def entries(story: Story) -> list[int]:
    return await story.store.read(lambda connection: list(connection.execute(select(schema.entries.c.id)).scalars()))


async def test_an_album_of_which_a_part_came_before_a_restart_is_one_album_all_the_same(
    story: Story, lexicon: Lexicon
) -> None:
    await story.until("10:30")
    await chat(story, "hannah").sends_album([photo(1), photo(2)], caption="Ella at the farm")
    await story.stage.collect()
    await story.running.worker.work_off()
    again = InboxWorker(
        story.store,
        clock=story.clock,
        ids=story.ids,
        lexicon=lexicon,
        pace=PACE,
        zone=LONDON,
    )
    await again.after_unclean_stop()
    assert await again.work_off() == 0
    story.clock.move(timedelta(seconds=7))
    assert await again.work_off() == 1
    await story.passes(70)

    assert len(await entries(story)) == 1
    assert len(pictures_at(story, "priya")) == 2


async def test_a_part_of_an_album_that_comes_when_the_rest_has_gone_follows_it(story: Story) -> None:
    await story.until("10:30")
    hannah = chat(story, "hannah")
    await hannah.sends_photo(photo(1), caption="Ella at the farm", album="4711")
    await hannah.sends_photo(photo(2), album="4711")
    await story.settles()
    await story.passes(70)
    assert len(pictures_at(story, "priya")) == 2

    await hannah.sends_photo(late := photo(3), album="4711")
    await story.settles()
    await story.passes(70)

    assert len(await entries(story)) == 1
    *before, (words, sent, answers) = pictures_at(story, "priya")
    assert len(before) == 2
    assert words == "Ella, from Hannah 10:30"
    assert answers == next(each for each in chat(story, "priya").from_bot if each.media is not None).message_id
    assert is_safe_copy(sent, late)


async def test_undo_takes_the_picture_back_with_its_words_and_one_that_is_still_to_follow_does_not(
    story: Story,
) -> None:
    await story.until("10:30")
    await sends(story, "hannah", photo(), "Ella at the farm")
    await story.passes(70)
    assert len(pictures_at(story, "priya")) == 1
    await story.person("hannah").says("undo")
    await story.passes(5)
    assert pictures_at(story, "priya") == []

    double(story).plan(Fault.server_error(), on="getFile", times=9)
    await sends(story, "hannah", photo(2), "Ella in the bath")
    await story.passes(70)
    assert "Ella in the bath" in chat(story, "priya").from_bot[-1].text
    await story.person("hannah").says("undo")
    await story.passes(3 * 3600)
    assert pictures_at(story, "priya") == []


async def test_pictures_that_followed_their_words_are_taken_back_with_them(story: Story) -> None:
    await story.until("10:30")
    double(story).plan(Fault.server_error(), on="getFile", times=9)
    await sends(story, "hannah", photo(2), "Ella in the bath")
    await story.passes(3 * 3600)
    assert len(pictures_at(story, "priya")) == 1

    await story.person("hannah").says("undo")
    await story.passes(5)

    assert not any("bath" in each.text or each.media for each in chat(story, "priya").from_bot)


async def test_a_family_whose_permission_ends_while_it_waits_is_shown_nothing(story: Story) -> None:
    await lets(story, "hannah", "ella", PhotoUse.GROUP)
    await lets(story, "joe", "noah", PhotoUse.GROUP)
    await story.until("10:30")
    await sends(story, "priya", photo(), "Ella and Noah painting")
    await lets(story, "joe", "noah", PhotoUse.GROUP, allowed=False)
    await story.until("17:01")

    assert pictures_at(story, "hannah") == []
    assert len(pictures_at(story, "joe")) == 1
    assert any("painting" in each.text for each in chat(story, "hannah").from_bot)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_photo_passed_on_from_another_chat_is_kept_and_sent_to_nobody_until_it_is_said_who_is_in_it(
    story: Story,
) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("16:55")
    for who, caption in (("priya", "Ella, painting"), ("hannah", "her castle")):
        await chat(story, who).sends_photo(photo(), caption=caption, passed_on=True)
        await story.settles()
        heard = await story.person(who).hears_anything()
        assert "That photo comes from another chat, so it's kept and sent to nobody. Who's in it?" in heard
    await story.until("17:03")
    assert [pictures_at(story, each) for each in ("hannah", "tom", "priya", "dawn")] == [[]] * 4
    assert "painting" not in await hannah.hears_anything()
    assert "castle" not in await priya.hears_anything()

    await priya.says("Ella")
    await priya.hears("Only Ella, and nobody behind her?")
    await priya.presses("Only Ella")
    await story.passes(120)
    assert len(pictures_at(story, "hannah")) == 1
    # What the other passed on still waits for her.
    assert pictures_at(story, "priya") == []


async def test_each_family_has_a_photo_of_two_children_where_both_may_be_in_it(story: Story) -> None:
    await lets(story, "hannah", "ella", PhotoUse.GROUP)
    await lets(story, "joe", "noah", PhotoUse.GROUP)
    await story.until("10:30")
    await sends(story, "priya", taken := photo(), "Ella and Noah painting")
    await story.until("17:01")

    for who, child in (("hannah", "Ella"), ("joe", "Noah")):
        ((words, sent, _),) = pictures_at(story, who)
        assert words == f"{child}, painting. – Priya, 10:30"
        assert is_safe_copy(sent, taken)
    assert await kept(story) == (6, 0, 0)
    assert double(story).breaches == []


async def test_a_send_that_nobody_knows_of_is_repeated_with_its_picture_and_only_if_it_may_still_be(
    story: Story,
) -> None:
    await story.until("10:30")
    double(story).plan(Fault.cut(accepted=False), on="sendPhoto", chat=chat(story, "priya"))
    await sends(story, "hannah", photo(), "Ella at the farm")
    await story.passes(200)

    ((words, _, _),) = pictures_at(story, "priya")
    assert words.startswith("You may have this already.")


async def test_a_copy_that_somebody_has_is_sent_to_her_again_by_its_name_until_sharing_changes(story: Story) -> None:
    await story.until("10:30")
    await sends(story, "hannah", photo(), "Ella at the farm")
    await story.passes(70)
    count = select(func.count()).select_from(schema.picture_uploads)

    async def names() -> int:
        return await story.store.read(lambda connection: connection.execute(count).scalar_one())

    assert await names() == 1
    await story.person("hannah").says("stop sharing with Dawn")
    assert await names() == 0


async def test_a_family_takes_its_pictures_with_it_as_files_with_dates_and_captions(
    story: Story, tmp_path: Path
) -> None:
    await lets(story, "hannah", "ella", PhotoUse.GROUP)
    await story.until("10:30")
    await sends(story, "priya", taken := photo(1), "Ella, painting a bus")
    await sends(story, "priya", photo(2), "Ella and Noah at the sink")
    await story.passes(70)
    store = story.store

    found = await store.read(looking_for("ella", story.clock.now()), store.vault)
    assert found is not None
    assert await store.read(looking_for("nobody", story.clock.now()), store.vault) is None
    for number, each in enumerate(found, start=1):
        content = each.copy.opened(store.vault, store.media)
        assert content is not None
        put(tmp_path, number, each, content, LONDON)

    # Noah's family lets nobody else see him.
    written = sorted(each.name for each in tmp_path.iterdir() if "0001" in each.name or "0002" in each.name)
    assert written == ["2026-07-24 10.30 0001.jpg", "2026-07-24 10.30 0001.txt"]
    assert is_safe_copy((tmp_path / written[0]).read_bytes(), taken)
    assert (tmp_path / written[1]).read_text() == "Friday 24 July 2026, 10:30\nPriya: Ella, painting a bus\n"
