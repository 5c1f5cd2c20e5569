"""What every channel keeps to, whichever platform it speaks to: one class of tests that each channel's file inherits.

A channel's test file gives a fixture ``line``: the channel, somebody to reach, and eyes on what she is shown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from book.deliveries import Accepted, Act, Later
from book.media import MediaKind
from book.notices import Choice, Offer
from book.wording.utterance import Labelled, Shown, Span, Style, Utterance, plain
from bot.channels.channel import Call, Channel, Part, Picture
from tests.kit.pictures import painting


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as its reader sees it; ``tokens`` are those behind its buttons."""

    text: str
    tokens: tuple[str, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A channel, somebody's handle on it, and what she is shown there now."""

    channel: Channel
    handle: str
    shown: Callable[[], Awaitable[list[Seen]]]
    pictures: Callable[[], Awaitable[list[bytes]]]

    async def say(self, text: str, **more: object) -> Accepted:
        """Say ``text`` and insist that it was accepted."""
        (part,) = self.channel.parts(plain(text), ())
        outcome = await self.channel.call(Call(Act.SAY, self.handle, part, **more))  # type: ignore[arg-type]
        assert isinstance(outcome, Accepted)
        return outcome


class ChannelContract:
    """Inherit from this and give a fixture ``line``."""

    def said(self, part: Part) -> str:
        """The words of a part, without what the channel adds to say which it is."""
        return part.text

    def test_a_long_text_becomes_parts_that_say_all_of_it_in_order(self, line: Line) -> None:
        text = "Ella slept from 12:30 to 13:45, then played. 🇬🇧 👩‍👩‍👧‍👦\n" * 300

        parts = line.channel.parts(Utterance((Span(text),)), ())

        assert len(parts) > 1
        assert "".join("".join(self.said(part) for part in parts).split()) == "".join(text.split())

    def test_nothing_to_say_is_no_message(self, line: Line) -> None:
        assert line.channel.parts(plain(" \n"), ()) == ()

    def test_a_part_comes_back_from_where_it_is_kept_as_it_was(self, line: Line) -> None:
        heading = Span("Dawn 👋🏽, 12:50\n", Style.HEADING)
        choices = (Labelled("Undo", Choice(Offer.UNDO)), Labelled("Change", Choice(Offer.CHANGE)))

        for part in line.channel.parts(Utterance((heading, Span("Slept well")), choices), ("t1", "t2")):
            assert Part.from_json(part.to_json()) == part

    async def test_what_is_said_is_shown_as_it_was_written(self, line: Line) -> None:
        said = "<b>Ella</b> *ate* _all_ of it & [more](http://x.example) 🥕"

        outcome = await line.say(said)

        assert [seen.text for seen in await line.shown()] == [said]
        assert len(outcome.provider_ids) == 1

    async def test_the_choices_stand_under_the_last_part_and_carry_their_tokens(self, line: Line) -> None:
        if not line.channel.abilities.has_buttons:
            return
        long = plain("word " * 2000, choices=(Labelled("Undo", Choice(Offer.UNDO)),))

        for number, part in enumerate(line.channel.parts(long, ("token-1",)), start=1):
            outcome = await line.channel.call(Call(Act.SAY, line.handle, part, delivery=number))
            assert isinstance(outcome, Accepted)

        *earlier, last = await line.shown()
        assert earlier
        assert all(seen.tokens == () for seen in earlier)
        assert last.tokens == ("token-1",)

    async def test_a_message_changes_in_place_and_changing_it_to_the_same_is_no_fault(self, line: Line) -> None:
        if not line.channel.abilities.can_change:
            return
        (target,) = (await line.say("✓ Ella · sleep → Priya")).provider_ids
        (changed,) = line.channel.parts(plain("✓ Ella · sleep → Priya ✓"), ())

        outcomes = [await line.channel.call(Call(Act.CHANGE, line.handle, changed, target=target)) for _ in range(2)]

        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert [seen.text for seen in await line.shown()] == ["✓ Ella · sleep → Priya ✓"]

    async def test_what_is_taken_back_is_gone_and_taking_it_back_again_is_no_fault(self, line: Line) -> None:
        if line.channel.abilities.take_back_for is None:
            return
        (target,) = (await line.say("Not for you")).provider_ids

        outcomes = [await line.channel.call(Call(Act.TAKE_BACK, line.handle, target=target)) for _ in range(2)]

        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert await line.shown() == []

    async def test_pictures_are_shown_in_their_order_with_the_words_said_once_and_taken_back_whole(
        self, line: Line
    ) -> None:
        sent = [painting(number) for number in range(3)]
        album = tuple(Picture(f"{at}.png", "image/png", MediaKind.PHOTO, each) for at, each in enumerate(sent))
        shown = tuple(Shown(number) for number in range(1, 4))
        (part,) = line.channel.parts(Utterance((Span("Priya: painting"),), pictures=shown), ())

        outcome = await line.channel.call(Call(Act.SAY, line.handle, part, pictures=album))

        assert await line.pictures() == sent
        assert [each.text for each in await line.shown() if each.text] == ["Priya: painting"]
        assert isinstance(outcome, Accepted)
        assert len(outcome.files) in (0, 3)
        for target in outcome.provider_ids:
            await line.channel.call(Call(Act.TAKE_BACK, line.handle, target=target))
        assert await line.shown() == []
        assert await line.pictures() == []

    async def test_a_closed_channel_says_later_and_sends_nothing(self, line: Line) -> None:
        (part,) = line.channel.parts(plain("Too late"), ())
        await line.channel.close()
        await line.channel.close()

        assert isinstance(await line.channel.call(Call(Act.SAY, line.handle, part)), Later)
        assert await line.shown() == []
