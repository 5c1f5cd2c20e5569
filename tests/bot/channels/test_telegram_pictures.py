"""Pictures over real HTTP to a Bot API server: what a family is shown, what goes wrong, and what is fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from book.deliveries import Accepted, Act, Concerns, Later, Outcome, Refused
from book.media import MediaKind
from book.notices import Choice, Offer
from book.reasons import Reason
from book.wording.utterance import Labelled, Shown, Span, Style, Utterance
from bot.channels.channel import Call, Part, Picture, Unfetched
from bot.channels.telegram import Telegram
from bot.channels.telegram_request import AiohttpRequest
from tests.doubles.telegram import Fault, Person, TelegramDouble
from tests.kit.pictures import png

HANNAH = "1001"


@pytest.fixture
async def double() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as opened:
        opened.person(int(HANNAH), "Hannah")
        yield opened


@pytest.fixture
async def channel(double: TelegramDouble) -> AsyncIterator[Telegram]:
    opened = Telegram(double.token, api_url=double.url)
    yield opened
    await opened.close()


@pytest.fixture
def hannah(double: TelegramDouble) -> Person:
    return double.person(int(HANNAH))


def safe_copy(name: str, *, kind: MediaKind = MediaKind.PHOTO) -> Picture:
    return Picture(f"{name}.png", "image/png", kind, png(40, 30) + name.encode())


def shown_with(*kinds: MediaKind, text: str = "Priya\npainting", choices: Sequence[str] = ()) -> Utterance:
    return Utterance(
        (Span(text),),
        tuple(Labelled(each, Choice(Offer.UNDO)) for each in choices),
        pictures=tuple(Shown(number, kind) for number, kind in enumerate(kinds, 1)),
    )


def say(part: Part, *pictures: Picture) -> Call:
    return Call(Act.SAY, HANNAH, part, pictures=pictures)


PHOTO, VIDEO, DOCUMENT, ROUND = MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.DOCUMENT, MediaKind.VIDEO_NOTE


# --- how words and pictures become messages ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("utterance", "shape"),
    [
        (shown_with(PHOTO), [("Priya\npainting", 0, (1,))]),
        (shown_with(PHOTO, PHOTO), [("Priya\npainting", 0, (1, 2))]),
        (shown_with(PHOTO, VIDEO), [("Priya\npainting", 0, (1, 2))]),
        (shown_with(PHOTO, choices=["Seen"]), [("Priya\npainting", 1, (1,))]),
        (shown_with(PHOTO, PHOTO, choices=["Seen"]), [("Priya\npainting", 1, ()), ("", 0, (1, 2))]),
        (shown_with(PHOTO, DOCUMENT), [("Priya\npainting", 0, (1,)), ("", 0, (2,))]),
        (shown_with(ROUND), [("Priya\npainting", 0, ()), ("", 0, (1,))]),
        (shown_with(PHOTO, text=""), [("", 0, (1,))]),
        (shown_with(PHOTO, text="x" * 1024), [("x" * 1024, 0, (1,))]),
        (shown_with(PHOTO, text="x" * 1025), [("x" * 1025, 0, ()), ("", 0, (1,))]),
        (shown_with(PHOTO, text="🥕" * 513), [("🥕" * 513, 0, ()), ("", 0, (1,))]),
        (
            shown_with(*[PHOTO] * 12),
            [("Priya\npainting", 0, tuple(range(1, 11))), ("", 0, (11, 12))],
        ),
    ],
    ids=[
        "one picture with its words",
        "an album with its words",
        "a picture and a film",
        "one picture with buttons",
        "an album has no buttons: they stand under the words",
        "a picture and a file are no album",
        "a round film has no words",
        "a picture alone",
        "a caption as long as can be",
        "too long for a caption",
        "too long as Telegram counts",
        "more than ten",
    ],
)
def test_words_stand_below_their_pictures_where_telegram_lets_them_and_go_before_them_where_not(
    channel: Telegram, utterance: Utterance, shape: list[tuple[str, int, tuple[int, ...]]]
) -> None:
    parts = channel.parts(utterance, ["t1"] * len(utterance.choices))

    assert [(part.text, len(part.buttons), part.pictures) for part in parts] == shape
    assert [Part.from_json(part.to_json()) for part in parts] == list(parts)


async def test_a_picture_is_shown_with_its_words_its_heading_and_its_buttons(channel: Telegram, hannah: Person) -> None:
    utterance = Utterance(
        (Span("Priya\n", Style.HEADING), Span("painting & glue")),
        (Labelled("Seen", Choice(Offer.SEEN)),),
        pictures=(Shown(1),),
    )
    (part,) = channel.parts(utterance, ["t1"])

    outcome = await channel.call(say(part, safe_copy("one")))

    (shown,) = hannah.messages
    assert shown.media is not None
    assert (shown.media.kind, shown.media.content) == ("photo", safe_copy("one").content)
    assert (shown.text, [each.data for each in shown.buttons]) == ("Priya\npainting & glue", ["t1"])
    assert shown.entities == ({"type": "bold", "offset": 0, "length": 6},)
    assert outcome == Accepted((str(shown.message_id),), (shown.media.file_id,))


async def test_an_album_has_an_id_and_a_name_for_each_picture_and_can_be_taken_back_whole(
    channel: Telegram, hannah: Person
) -> None:
    (part,) = channel.parts(shown_with(PHOTO, PHOTO, VIDEO), ())
    asked = await hannah.says("any photos?")
    call = Call(
        Act.SAY, HANNAH, part, reply_to=str(asked), silent=True,
        pictures=(safe_copy("one"), safe_copy("two"), safe_copy("film", kind=VIDEO)),
    )  # fmt: skip

    outcome = await channel.call(call)

    album = hannah.from_bot
    assert [each.media.content for each in album if each.media] == [each.content for each in call.pictures]
    assert [each.text for each in album] == ["Priya\npainting", "", ""]
    assert {(each.silent, each.reply_to) for each in album} == {(True, asked)}
    assert len({each.album for each in album}) == 1
    assert outcome == Accepted(
        tuple(str(each.message_id) for each in album), tuple(each.media.file_id for each in album if each.media)
    )
    assert isinstance(outcome, Accepted)
    for target in outcome.provider_ids:
        assert await channel.call(Call(Act.TAKE_BACK, HANNAH, target=target)) == Accepted()
    assert hannah.from_bot == []


@pytest.mark.parametrize("kind", list(MediaKind))
async def test_each_kind_goes_out_as_what_it_is_and_goes_again_by_its_name_without_an_upload(
    channel: Telegram, double: TelegramDouble, hannah: Person, kind: MediaKind
) -> None:
    *_, part = channel.parts(shown_with(kind), ())
    first = await channel.call(say(part, safe_copy("one", kind=kind)))
    assert isinstance(first, Accepted)

    again = await channel.call(say(part, Picture("one.png", "image/png", kind, reuse=first.files[0])))

    assert isinstance(again, Accepted)
    assert [each.media.kind for each in hannah.messages if each.media] == [kind.value] * 2
    assert hannah.messages[1].media is not None
    assert hannah.messages[1].media.content == safe_copy("one").content
    assert double.breaches == []


async def test_of_an_album_some_are_uploaded_and_some_go_by_name(channel: Telegram, hannah: Person) -> None:
    (alone,) = channel.parts(shown_with(PHOTO), ())
    first = await channel.call(say(alone, safe_copy("one")))
    assert isinstance(first, Accepted)
    (part,) = channel.parts(shown_with(PHOTO, PHOTO), ())

    outcome = await channel.call(
        say(part, Picture("one.png", "image/png", PHOTO, reuse=first.files[0]), safe_copy("two"))
    )

    assert isinstance(outcome, Accepted)
    assert len(outcome.files) == 2
    assert [each.media.content for each in hannah.messages[1:] if each.media] == [
        safe_copy("one").content,
        safe_copy("two").content,
    ]


async def test_the_words_below_a_picture_change_in_place(channel: Telegram, hannah: Person) -> None:
    (part,) = channel.parts(shown_with(PHOTO, choices=["Undo"]), ["t1"])
    said = await channel.call(say(part, safe_copy("one")))
    assert isinstance(said, Accepted)
    (changed,) = channel.parts(shown_with(PHOTO, text="Priya\npainting, not glue"), ())

    outcomes = [await channel.call(Call(Act.CHANGE, HANNAH, changed, target=said.provider_ids[0])) for _ in range(2)]

    assert outcomes == [Accepted(), Accepted()]
    (shown,) = hannah.messages
    assert (shown.text, shown.buttons, shown.media is None) == ("Priya\npainting, not glue", (), False)


async def test_words_go_alone_where_their_picture_is_gone_by_then(channel: Telegram, hannah: Person) -> None:
    (part,) = channel.parts(shown_with(PHOTO), ())

    assert isinstance(await channel.call(say(part)), Accepted)
    assert [(each.text, each.media) for each in hannah.messages] == [("Priya\npainting", None)]


# --- what goes wrong ---------------------------------------------------------------------------------------------

_NOT_THE_PICTURE = Refused(Reason.REFUSED_BY_CHANNEL, Concerns.FILES)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("PHOTO_INVALID_DIMENSIONS", _NOT_THE_PICTURE),
        ("IMAGE_PROCESS_FAILED", _NOT_THE_PICTURE),
        ("wrong file identifier/HTTP URL specified", _NOT_THE_PICTURE),
        ("VOICE_MESSAGES_FORBIDDEN", _NOT_THE_PICTURE),
        ("message caption is too long", Refused(Reason.REFUSED_BY_CHANNEL)),
        ("chat not found", Refused(Reason.BLOCKED, Concerns.ADDRESS)),
    ],
)
async def test_what_is_wrong_with_a_picture_is_told_from_what_is_wrong_with_the_message(
    channel: Telegram, double: TelegramDouble, said: str, outcome: Outcome
) -> None:
    double.plan(Fault.bad_request(said), on="sendPhoto")
    (part,) = channel.parts(shown_with(PHOTO), ())

    assert await channel.call(say(part, safe_copy("one"))) == outcome


async def test_a_name_that_telegram_no_longer_knows_asks_for_the_bytes_and_nothing_went_out(
    channel: Telegram, double: TelegramDouble, hannah: Person
) -> None:
    (part,) = channel.parts(shown_with(PHOTO, PHOTO), ())
    first = await channel.call(say(part, safe_copy("one"), safe_copy("two")))
    assert isinstance(first, Accepted)
    double.forgets_files()
    by_name = tuple(Picture("x.png", "image/png", PHOTO, reuse=each) for each in first.files)

    assert await channel.call(say(part, *by_name)) == Later(None, Concerns.FILES)

    assert len(hannah.messages) == 2
    assert isinstance(await channel.call(say(part, safe_copy("one"), safe_copy("two"))), Accepted)


async def test_a_picture_of_more_than_telegram_takes_is_refused_for_itself(channel: Telegram) -> None:
    (part,) = channel.parts(shown_with(PHOTO), ())
    too_large = Picture("one.png", "image/png", PHOTO, png(40, 30) + bytes(10 * 1024 * 1024))
    too_wide = Picture("one.png", "image/png", PHOTO, png(2100, 100))

    assert await channel.call(say(part, too_large)) == _NOT_THE_PICTURE
    assert await channel.call(say(part, too_wide)) == _NOT_THE_PICTURE


# --- fetching ----------------------------------------------------------------------------------------------------


async def sent(double: TelegramDouble, content: bytes) -> str:
    number = await double.person(8, "Priya").sends_document(content, name="IMG_1.HEIC", mime_type="image/heic")
    media = double.person(8).kept[number].media
    assert media is not None
    return media.file_id


@pytest.mark.parametrize(
    ("fault", "on"),
    [
        (Fault.cut(), "download"),
        (Fault.half(), "download"),
        (Fault.server_error(), "download"),
        (Fault.bad_request("not found"), "download"),
        (Fault.cut(), "getFile"),
        (Fault.flood(), "getFile"),
        (Fault.bad_request("wrong file_id or the file is temporarily unavailable"), "getFile"),
    ],
)
async def test_what_could_not_be_fetched_this_time_may_be_had_another(
    channel: Telegram, double: TelegramDouble, fault: Fault, on: str
) -> None:
    reference = await sent(double, b"whole")
    double.plan(fault, on=on, times=None)

    assert await channel.fetch(reference, most=100) is Unfetched.LATER
    double.forgets_faults()
    assert await channel.fetch(reference, most=100) == b"whole"


async def test_a_slow_file_is_waited_for_no_longer_than_the_line_is_silent(double: TelegramDouble) -> None:
    reference = await sent(double, b"whole")
    channel = Telegram(double.token, api_url=double.url, request=AiohttpRequest(read=0.05))
    double.plan(Fault.silence(), on="download")

    assert await channel.fetch(reference, most=100) is Unfetched.LATER
    await channel.close()


async def test_an_address_that_has_expired_is_asked_for_anew(channel: Telegram, double: TelegramDouble) -> None:
    reference = await sent(double, b"whole")
    assert await channel.fetch(reference, most=100) == b"whole"
    double.time_passes(7200)

    assert await channel.fetch(reference, most=100) == b"whole"


async def test_a_file_that_is_larger_than_may_be_is_not_read_to_its_end(
    channel: Telegram, double: TelegramDouble
) -> None:
    small, large = await sent(double, b"x" * 100), await sent(double, b"x" * 101)
    huge = await sent(double, bytes(20 * 1024 * 1024 + 1))

    assert await channel.fetch(small, most=100) == b"x" * 100
    assert await channel.fetch(large, most=100) is Unfetched.TOO_LARGE
    assert await channel.fetch(huge, most=1 << 30) is Unfetched.TOO_LARGE
    assert double.breaches == []
