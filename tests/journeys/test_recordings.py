"""Voice notes, films and PDFs, from the telephone they were made with to those who may have them.

Real recordings over real HTTP, written anew by ffmpeg; only Telegram's server is played.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from book.sharing import PhotoUse
from bot.cli.photos import looking_for, put
from bot.media.recordings import find_ffmpeg
from storage import pictures
from tests.bot.media.ffmpeg import ffmpeg, heard, recorded
from tests.bot.media.test_own_copies import pdf
from tests.doubles.telegram import Fault
from tests.doubles.telegram.chats import StoredFile
from tests.journeys.conftest import Play
from tests.journeys.test_pictures import chat, double, kept, lets
from tests.kit.conversation import LONDON, Story
from tests.kit.on_telegram import OnTelegram

Begin = Callable[[Callable[[], str | None]], Awaitable[Story]]


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def scenery(dialect: str) -> tuple[str, str]:
    return ("telegram", dialect)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ffmpeg()
    return tmp_path_factory.mktemp("recordings")


@pytest.fixture(scope="module")
def voice(folder: Path) -> bytes:
    """As a telephone makes it, with where and by whom."""
    return recorded("voice.ogg", folder)


@pytest.fixture(scope="module")
def film(folder: Path) -> bytes:
    return recorded("film.mov", folder)


@pytest.fixture
async def begin(play: Play) -> AsyncIterator[Begin]:
    async with OnTelegram() as stage:

        async def begins(find: Callable[[], str | None]) -> Story:
            told = await play(stage, find_ffmpeg=find)
            await lets(told, "hannah", "ella", PhotoUse.OWN)
            await lets(told, "joe", "noah", PhotoUse.OWN)
            await told.until("10:30")
            return told

        yield begins


@pytest.fixture
async def story(begin: Begin) -> Story:
    return await begin(find_ffmpeg)


def files_at(story: Story, who: str) -> list[tuple[str, StoredFile]]:
    """What the bot has sent somebody: the words below it, and the file."""
    return [(each.text, each.media) for each in chat(story, who).from_bot if each.media is not None]


def texts_at(story: Story, who: str) -> list[str]:
    return [each.text for each in chat(story, who).from_bot]


async def test_a_voice_note_with_words_reaches_the_family_without_a_word_of_where_it_was_made(
    story: Story, voice: bytes, folder: Path
) -> None:
    await chat(story, "priya").sends_voice(voice, caption="Ella singing the bus song")
    await story.until("17:01")

    ((words, sent),) = files_at(story, "hannah")
    assert words == "Ella singing the bus song. – Priya, 10:30"
    assert sent.kind == "voice"
    assert b"CANARY" in voice
    assert b"CANARY" not in sent.content
    assert heard(sent.content, folder) == heard(voice, folder)
    assert files_at(story, "joe") == files_at(story, "dawn") == []
    assert await kept(story) == (1, 0, 0)
    assert double(story).breaches == []


async def test_a_parents_voice_note_without_words_goes_to_her_own_setting_and_to_nobody_else(
    story: Story, voice: bytes
) -> None:
    """Nobody has read it: it goes only where everything may, and never to the other parent (rule 7)."""
    for parent in ("hannah", "tom"):
        await story.person(parent).says("share my notes with the other parent")
    await story.passes(30)
    await chat(story, "hannah").sends_voice(voice)
    await story.until("17:01")

    ((words, sent),) = files_at(story, "priya")
    assert words == "Ella, from Hannah 10:30"
    assert sent.kind == "voice"
    assert files_at(story, "tom") == files_at(story, "dawn") == []


async def test_a_film_of_two_children_goes_to_a_family_only_if_the_other_lets_its_own_be_seen(
    story: Story, film: bytes
) -> None:
    priya = story.person("priya")
    await chat(story, "priya").sends_video(film)
    await story.settles()
    await priya.hears("I can't watch videos, so I've sent this to nobody. In a few words, what's it about?")
    await priya.says("dancing in the garden")
    await priya.hears("Video kept. Who's in it?")
    await priya.says("ella and noah")
    await priya.hears("Only Ella and Noah, and nobody behind them?")
    await lets(story, "joe", "noah", PhotoUse.GROUP)
    await priya.presses("Only Ella, Noah")
    await priya.hears(
        "Video kept, not sent: Ella isn't in group photos. Send Noah's family one of Noah alone?",
        buttons=("I'll take another", "Leave it"),
    )
    await lets(story, "hannah", "ella", PhotoUse.GROUP)
    await chat(story, "priya").sends_video(film, caption="Ella and Noah dancing")
    await story.settles()
    await lets(story, "joe", "noah", PhotoUse.GROUP, allowed=False)
    await story.until("17:01")

    assert files_at(story, "hannah") == []
    ((words, sent),) = files_at(story, "joe")
    assert words == "Noah, dancing. – Priya, 10:30"
    assert (sent.kind, sent.name) == ("video", "video-1.mp4")


async def test_a_recording_of_several_children_goes_without_their_voices_where_one_is_in_no_group_photo(
    story: Story, voice: bytes
) -> None:
    await lets(story, "joe", "noah", PhotoUse.GROUP)
    await chat(story, "priya").sends_voice(voice, caption="Ella and Noah singing the bus song")
    await story.until("17:01")

    assert "Ella isn't in group photos, so other families get your words without the recording." in texts_at(
        story, "priya"
    )
    assert files_at(story, "joe") == []
    assert any("singing the bus song" in each for each in texts_at(story, "joe"))
    assert len(files_at(story, "hannah")) == 1


async def test_a_pdf_of_a_setting_goes_where_its_words_go_and_a_parents_nowhere(story: Story) -> None:
    menu = pdf()
    await chat(story, "priya").sends_document(
        menu, name="Menu for Ella.pdf", mime_type="application/pdf", caption="Ella: the menu for next week"
    )
    await chat(story, "hannah").sends_document(
        menu, name="letter.pdf", mime_type="application/pdf", caption="Ella slept badly"
    )
    await chat(story, "hannah").sends_document(menu, name="letter.pdf", mime_type="application/pdf")
    await story.until("17:01")

    ((words, sent),) = files_at(story, "hannah")
    assert words == "Ella: the menu for next week. – Priya, 10:30"
    assert (sent.kind, sent.name, sent.content) == ("document", "paper-1.pdf", menu)
    assert files_at(story, "priya") == []
    assert any("Ella slept badly" in each for each in texts_at(story, "priya"))
    no = "I can't pass on that PDF"
    assert [each for each in texts_at(story, "hannah") if no in each] == [
        f"Your words are kept. {no}, so it went to nobody: send a photo of each page instead.",
        f"{no}, so I've sent it to nobody. Send a photo of each page instead, or say it in a few words.",
    ]


async def test_of_several_pdfs_and_several_children_it_is_never_guessed_whose_each_is(story: Story) -> None:
    hers, his = pdf(), pdf().replace(b"/Title", b"/title") + b"\n%%EOF"
    priya = chat(story, "priya")
    await priya.sends_album([hers, his], captions={0: "Ella: her new plan", 1: "Noah: his new plan"}, named=["1", "2"])
    await story.passes(70)
    await priya.sends_album([hers, his], caption="Ella and Noah: their plans for May", named=["1", "2"])
    await story.until("17:01")

    assert [sent.content for _, sent in files_at(story, "hannah")] == [hers]
    assert [sent.content for _, sent in files_at(story, "joe")] == [his]
    told = "I can't tell whose each of those is, so they went to nobody: send each by itself, with the child's name."
    assert told in texts_at(story, "priya")
    assert sum("for May" in each for each in texts_at(story, "hannah")) == 1


async def test_without_ffmpeg_a_recording_waits_and_goes_as_soon_as_it_is_there(begin: Begin, voice: bytes) -> None:
    found: list[str | None] = [None]
    story = await begin(lambda: found[0])
    await chat(story, "hannah").sends_voice(voice, caption="Ella slept badly, listen to that cough")
    await story.passes(6 * 3600)  # every ten minutes it is looked for again
    story.clock.move(timedelta(days=4))
    await story.settles()

    assert double(story).calls("getFile") == []
    assert [each for each in texts_at(story, "hannah") if "waits" in each] == [
        "That part is kept and waits: voice notes and videos can't be passed on from here yet. "
        "If it matters today, say it in words."
    ]
    words = next(each for each in chat(story, "priya").from_bot if "slept badly" in each.text)
    assert (await story.store.read(pictures.standing, story.store.media)).waiting_here == 1

    found[0] = find_ffmpeg()
    await story.passes(601)
    (follows,) = [each for each in chat(story, "priya").from_bot if each.media is not None]
    assert follows.reply_to == words.message_id
    assert (await story.store.read(pictures.standing, story.store.media)).waiting_here == 0


async def test_a_film_that_is_too_large_is_refused_in_a_sentence_that_says_what_to_do(
    story: Story, film: bytes
) -> None:
    double(story).plan(Fault.bad_request("Bad Request: file is too big"), on="getFile", times=None)
    await chat(story, "hannah").sends_video(film, caption="Ella at the farm")
    await chat(story, "hannah").sends_video(film)
    await story.passes(70)

    assert "That is too large for me: 20 MB at most. Send a shorter one." in texts_at(story, "hannah")
    # Of the one without words there is nothing to tell.
    assert texts_at(story, "priya") == ['Ella, from Hannah 10:30: "Ella at the farm"']


async def test_undo_takes_a_round_film_back_with_its_words_which_went_before_it(story: Story, film: bytes) -> None:
    await chat(story, "hannah").sends_video(film, round=True)
    await story.passes(70)
    assert [sent.kind for _, sent in files_at(story, "priya")] == ["video_note"]

    await story.person("hannah").says("undo")
    await story.passes(5)
    assert chat(story, "priya").from_bot == []


async def test_a_family_takes_its_recordings_with_it(story: Story, voice: bytes, film: bytes, tmp_path: Path) -> None:
    await chat(story, "priya").sends_voice(voice, caption="Ella singing")
    await chat(story, "priya").sends_video(film, caption="Ella dancing")
    await chat(story, "priya").sends_document(pdf(), name="a.pdf", mime_type="", caption="Ella: the menu for next week")
    await story.passes(70)
    found = await story.store.read(looking_for("ella", story.clock.now()), story.store.vault)
    assert found is not None
    for number, each in enumerate(found, start=1):
        content = each.copy.opened(story.store.vault, story.store.media)
        assert content is not None
        put(tmp_path, number, each, content, LONDON)

    written = [each.name for each in tmp_path.iterdir() if "10.30" in each.name and each.suffix != ".txt"]
    assert sorted(each.rpartition(".")[2] for each in written) == ["mp4", "ogg", "pdf"]
