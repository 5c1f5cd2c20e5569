"""An update of any shape becomes one thing received, under a key by which a second copy is known."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.media import MediaKind
from book.messages import Did, File, Incoming
from bot.doors.telegram import NOBODY, parse

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
SENT = datetime(2026, 11, 23, 7, 39, tzinfo=UTC)
DATE = int(SENT.timestamp())
HANNAH = {"id": 1001, "is_bot": False, "first_name": "Hannah"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Hannah"}
GROUP = {"id": -500, "type": "group", "title": "Butterfly room"}
SUPERGROUP = {"id": -1_002_147_483_648, "type": "supergroup", "title": "Butterfly room"}
ACCOUNT = "123456"

Json = dict[str, Any]


def message(**more: Any) -> Json:
    return {"message_id": 7, "from": HANNAH, "chat": PRIVATE, "date": DATE} | more


def press(**more: Any) -> Json:
    return {
        "id": "4382bfdwdsb323b2d9",
        "from": HANNAH,
        "message": message(text="✓ Ella"),
        "chat_instance": "-5",
        "data": "token",
    } | more


def standing(chat: Json, status: str) -> Json:
    # Without until_date and old_chat_member, as older servers sent it.
    return {"chat": chat, "from": HANNAH, "date": DATE, "new_chat_member": {"status": status}}


def wrote(**more: Any) -> Incoming:
    return Incoming(Did.WROTE, SENT, message="7", **more)


def reaction(*signs: str) -> Json:
    shown = [{"type": "emoji", "emoji": each} for each in signs]
    return {"chat": PRIVATE, "message_id": 7, "user": HANNAH, "date": DATE, "old_reaction": [], "new_reaction": shown}


PHOTO = {"file_id": "x", "file_unique_id": "u", "width": 1280, "height": 960, "file_size": 3400}
HEIC = {"file_id": "h", "file_unique_id": "v", "file_name": "IMG_0412.HEIC", "mime_type": "image/heic",
        "file_size": 2100}  # fmt: skip
RICH = {
    "blocks": [{"type": "paragraph", "text": ["he ", {"type": "bold", "text": "hu"}, "rt me"]}, {"text": "Tom"}],
    "is_rtl": False,
}


@pytest.mark.parametrize(
    ("update", "key", "handle", "incoming"),
    [
        pytest.param(
            {"message": message(text="bad night, teething")},
            "m:1001:7", "1001", wrote(text="bad night, teething"), id="words",
        ),
        pytest.param(
            {"message": message(text="yes", reply_to_message=message(message_id=5), quote={"text": "x"})},
            "m:1001:7", "1001", wrote(text="yes", reply_to="5"), id="an answer",
        ),
        pytest.param(
            {"message": message(photo=[PHOTO, PHOTO | {"file_id": "s", "width": 90}], caption="painting",
                                media_group_id="9")},
            "m:1001:7", "1001",
            wrote(text="painting", media=("photo",), album="9", files=(File("", "", 3400, "x", MediaKind.PHOTO),)),
            id="a photo of an album, in its largest copy",
        ),
        pytest.param(
            {"message": message(photo=[PHOTO], forward_origin={"type": "hidden_user", "date": DATE})},
            "m:1001:7", "1001",
            wrote(media=("photo",), files=(File("", "", 3400, "x", MediaKind.PHOTO),), forwarded=True),
            id="a photo that was passed on",
        ),
        pytest.param(
            {"message": message(document=HEIC, caption="at the farm")},
            "m:1001:7", "1001",
            wrote(text="at the farm", media=("document",), files=(File("IMG_0412.HEIC", "image/heic", 2100, "h"),)),
            id="a photo sent as a file",
        ),
        pytest.param(
            {"message": message(voice={"file_id": "x", "duration": 3, "mime_type": "audio/ogg", "file_size": 9})},
            "m:1001:7", "1001",
            wrote(media=("voice",), files=(File("", "audio/ogg", 9, "x", MediaKind.VOICE),)),
            id="a voice message without words",
        ),
        pytest.param(
            {"message": message(video_note={"file_id": "x", "duration": 3, "length": 240})},
            "m:1001:7", "1001",
            wrote(media=("video_note",), files=(File("", "", 0, "x", MediaKind.VIDEO_NOTE),)), id="a round film",
        ),
        pytest.param(
            {"message": message(animation={"file_id": "x"}, document={"file_id": "x"})},
            "m:1001:7", "1001",
            wrote(media=("animation", "document"), files=(File("", "", 0, "x", MediaKind.ANIMATION),)),
            id="a moving picture, which is one file though it comes as two",
        ),
        pytest.param(
            {"message": message(live_photo={"file_id": "film", "photo": [PHOTO]}, photo=[PHOTO])},
            "m:1001:7", "1001",
            wrote(media=("live_photo", "photo"), files=(File("", "", 3400, "x", MediaKind.PHOTO),)),
            id="a live photo, which is the photo of it",
        ),
        pytest.param(
            {"message": message(photo=[{"file_id": "../x"}, None, 7], media_group_id="a b")},
            "m:1001:7", "1001", wrote(media=("photo",)), id="a photo by a name that Telegram never gave",
        ),
        pytest.param(
            {"message_reaction": reaction("❤")},
            f"r:1001:7:{DATE}:…", "1001", Incoming(Did.REACTED, SENT, reply_to="7", reaction="❤"), id="a heart",
        ),
        pytest.param(
            {"message_reaction": reaction() | {"new_reaction": [{"type": "custom_emoji", "custom_emoji_id": "5"}]}},
            f"r:1001:7:{DATE}:…", "1001", Incoming(Did.REACTED, SENT, reply_to="7", reaction="\ufffd"),
            id="a sign of somebody's own",
        ),
        pytest.param(
            {"message_reaction": reaction()},
            f"r:1001:7:{DATE}:…", "1001", Incoming(Did.REACTED, SENT, reply_to="7"), id="a heart that was taken away",
        ),
        pytest.param(
            {"message_reaction": reaction("❤") | {"chat": GROUP}},
            None, "-500", Incoming(Did.OTHER, SENT), id="a heart in a group",
        ),
        pytest.param(
            {"message": message(rich_message=RICH)},
            "m:1001:7", "1001", wrote(text="he hurt me\nTom", media=("rich_message",)),
            id="a rich message, every word of it",
        ),
        pytest.param(
            {"message": message(text="/start join-3fQ")},
            "m:1001:7", "1001", wrote(text="/start join-3fQ", start="join-3fQ", called="Hannah"), id="a join link",
        ),
        pytest.param(
            {"message": message(text="/start@bookbag_bot abc")},
            "m:1001:7", "1001", wrote(text="/start@bookbag_bot abc", start="abc", called="Hannah"),
            id="a join link with a name",
        ),
        pytest.param(
            {"message": message(text="ella 7k2p")},
            "m:1001:7", "1001", wrote(text="ella 7k2p", called="Hannah"), id="a short code",
        ),
        pytest.param(
            {"message": message(contact={"phone_number": "447700900214", "first_name": "H", "user_id": 1001})},
            "m:1001:7", "1001", wrote(media=("contact",), contact="447700900214", called="Hannah"),
            id="her own contact",
        ),
        pytest.param(
            {"message": message(contact={"phone_number": "447700900214", "first_name": "H", "user_id": 1002})},
            "m:1001:7", "1001", wrote(media=("contact",), called="Hannah"), id="somebody else's contact",
        ),
        pytest.param(
            {"message": message(contact={"phone_number": "447700900214", "first_name": "H"})},
            "m:1001:7", "1001", wrote(media=("contact",), called="Hannah"), id="a contact of nobody on Telegram",
        ),
        pytest.param(
            {
                "message": message(
                    contact={"phone_number": "447700900214", "first_name": "H", "user_id": 1001},
                    forward_origin={"type": "user", "date": DATE},
                )
            },
            "m:1001:7", "1001", wrote(media=("contact",), called="Hannah", forwarded=True),
            id="a contact that was passed on",
        ),
        pytest.param(
            {"message": message(contact={"phone_number": "447700900214", "user_id": True})},
            "m:1001:7", "1001", wrote(media=("contact",), called="Hannah"), id="a contact that is no contact",
        ),
        pytest.param(
            {"message": message(text="/start")}, "m:1001:7", "1001", wrote(text="/start"), id="a bare start",
        ),
        pytest.param(
            {"message": message(pinned_message=message())},
            "m:1001:7", "1001", Incoming(Did.OTHER, SENT, message="7"), id="a notice of Telegram's own",
        ),
        pytest.param(
            {"edited_message": message(text="good night", edit_date=DATE + 60)},
            f"e:1001:7:{DATE + 60}:…", "1001",
            Incoming(Did.EDITED, datetime(2026, 11, 23, 7, 40, tzinfo=UTC), text="good night", message="7"),
            id="an edit",
        ),
        pytest.param(
            {"edited_message": message(text="good night")},
            None, "1001", Incoming(Did.EDITED, NOW, text="good night", message="7"), id="an edit without its time",
        ),
        pytest.param(
            {"callback_query": press()},
            "b:4382bfdwdsb323b2d9", "1001",
            Incoming(Did.PRESSED, NOW, message="7", token="token", press="4382bfdwdsb323b2d9"), id="a press",
        ),
        pytest.param(
            {"callback_query": press(message={"chat": PRIVATE, "message_id": 7, "date": 0})},
            "b:4382bfdwdsb323b2d9", "1001",
            Incoming(Did.PRESSED, NOW, message="7", token="token", press="4382bfdwdsb323b2d9"),
            id="a press under a message too old to be shown",
        ),
        pytest.param(
            {"callback_query": {"id": "9", "from": HANNAH, "inline_message_id": "x", "data": "token"}},
            "b:9", "1001", Incoming(Did.PRESSED, NOW, token="token", press="9"), id="a press without a message",
        ),
        pytest.param(
            {"message": message(chat=SUPERGROUP, text="hello all")},
            "m:-1002147483648:7", "-1002147483648", Incoming(Did.ADDED_TO_GROUP, SENT, message="7"),
            id="words in a group are not taken in",
        ),
        pytest.param(
            {"edited_message": message(chat=GROUP, text="hello all", edit_date=DATE)},
            f"e:-500:7:{DATE}:…", "-500", Incoming(Did.ADDED_TO_GROUP, SENT, message="7"), id="nor an edit there",
        ),
        pytest.param(
            {"callback_query": press(message=message(chat=GROUP))},
            "b:4382bfdwdsb323b2d9", "-500", Incoming(Did.ADDED_TO_GROUP, NOW), id="nor a press there",
        ),
        pytest.param(
            {"message": message(chat=GROUP, left_chat_member={"id": 123456, "is_bot": True})},
            "m:-500:7", "-500", Incoming(Did.OTHER, SENT, message="7"), id="our own going from a group",
        ),
        pytest.param(
            {"my_chat_member": standing(PRIVATE, "kicked")},
            None, "1001", Incoming(Did.BLOCKED, SENT), id="blocked",
        ),
        pytest.param(
            {"my_chat_member": standing(PRIVATE, "member")},
            None, "1001", Incoming(Did.UNBLOCKED, SENT), id="let in",
        ),
        pytest.param(
            {"my_chat_member": standing(GROUP, "member")},
            None, "-500", Incoming(Did.ADDED_TO_GROUP, SENT), id="added",
        ),
        pytest.param(
            {"my_chat_member": standing(GROUP, "left")},
            None, "-500", Incoming(Did.OTHER, SENT), id="having left",
        ),
        pytest.param(
            {"my_chat_member": standing(GROUP, "kicked")},
            None, "-500", Incoming(Did.OTHER, SENT), id="put out",
        ),
        pytest.param(
            {"poll_answer": {"poll_id": "1"}},
            None, NOBODY, Incoming(Did.OTHER, NOW), id="a kind not asked for",
        ),
        pytest.param(
            {"telepathy": {"chat": PRIVATE}},
            None, "1001", Incoming(Did.OTHER, NOW), id="a kind of years to come",
        ),
        pytest.param({"message": message(chat={})}, None, NOBODY, Incoming(Did.OTHER, SENT), id="words from nowhere"),
        pytest.param({"message": None}, None, NOBODY, Incoming(Did.OTHER, NOW), id="an empty message"),
        pytest.param(
            {"callback_query": press(id="a b")},
            None, "1001", Incoming(Did.OTHER, NOW), id="a press of no name",
        ),
        pytest.param({}, None, NOBODY, Incoming(Did.OTHER, NOW), id="nothing"),
    ],
)  # fmt: skip
def test_each_kind_of_update_is_read(update: Json, key: str | None, handle: str, incoming: Incoming) -> None:
    update = {"update_id": 70, **update}

    received = parse(update, account=ACCOUNT, now=NOW)

    assert (received.handle, received.incoming) == (handle, incoming)
    if key is None:
        assert received.provider_key.startswith("u:70:")
    elif key.endswith("…"):
        assert received.provider_key.startswith(key.removesuffix("…"))
    else:
        assert received.provider_key == key
    assert json.loads(received.payload) == update
    assert (received.channel, received.account, received.received_at) == ("telegram", ACCOUNT, NOW)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("message", message(text="hello")),
        ("edited_message", message(text="hello", edit_date=DATE + 60)),
        ("callback_query", press()),
        ("message_reaction", reaction("❤")),
    ],
)
def test_a_second_copy_under_another_number_has_the_same_key(kind: str, content: Json) -> None:

    first, second = (parse({"update_id": number, kind: content}, account=ACCOUNT, now=NOW) for number in (70, 91))

    assert first.provider_key == second.provider_key


def test_two_edits_within_a_second_are_two() -> None:
    first, second = (
        parse({"update_id": 70, "edited_message": message(text=text, edit_date=DATE + 60)}, account=ACCOUNT, now=NOW)
        for text in ("up 4 times", "up 5 times")
    )

    assert first.provider_key != second.provider_key
    assert first.provider_key.startswith(f"e:1001:7:{DATE + 60}:")


def test_a_heart_that_comes_and_goes_within_a_second_is_two() -> None:
    put, taken_away = (
        parse({"update_id": 70, "message_reaction": each}, account=ACCOUNT, now=NOW)
        for each in (reaction("❤"), reaction())
    )

    assert put.provider_key != taken_away.provider_key


def test_numbers_that_begin_again_do_not_make_two_changes_the_same() -> None:
    blocked, unblocked = (
        parse({"update_id": 70, "my_chat_member": standing(PRIVATE, status)}, account=ACCOUNT, now=NOW)
        for status in ("kicked", "member")
    )

    assert blocked.provider_key != unblocked.provider_key


def test_half_a_character_spoils_neither_the_words_nor_what_is_kept() -> None:
    update = json.loads(r'{"update_id": 70, "message": {"message_id": 7, "chat": {"id": 1001, "type": "private"},'
                        r' "date": 1, "text": "Ella \ud83d slept \ud83d\ude34"}}')  # fmt: skip

    received = parse(update, account=ACCOUNT, now=NOW)

    assert received.incoming.text == "Ella \ufffd slept 😴"
    received.payload.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
FIELDS = st.sampled_from(
    ("update_id", "message", "edited_message", "callback_query", "my_chat_member", "chat", "id", "type", "text", "date",
     "message_id", "edit_date", "from", "data", "new_chat_member", "status", "reply_to_message", "photo",
     "rich_message", "left_chat_member", "document", "file_id", "message_reaction", "new_reaction", "emoji")
)  # fmt: skip
VALUES = st.sampled_from(
    ("private", "group", "kicked", "/start a", -1, 0, 1, 1001, 1 << 70, 1e300, True, None, "\ud800")
)
LIKELY = st.recursive(
    VALUES | JSON,
    lambda inner: st.dictionaries(FIELDS, inner, max_size=6) | st.lists(inner, max_size=3),
    max_leaves=30,
)


@given(update=st.dictionaries(FIELDS, LIKELY, max_size=3) | LIKELY)
def test_no_json_at_all_is_too_strange_to_be_kept(update: object) -> None:
    received = parse(update, account=ACCOUNT, now=NOW)

    assert 0 < len(received.provider_key) < 128
    assert received.provider_key.isascii()
    assert received.handle == NOBODY or int(received.handle)
    assert Incoming.from_json(received.incoming.to_json()) == received.incoming
    received.incoming.to_json().encode()
    received.payload.encode()


def test_an_update_nested_too_deeply_to_be_written_again_is_kept_as_a_note() -> None:
    deep: object = "bottom"
    for _ in range(5000):
        deep = [deep]

    received = parse({"update_id": 70, "message": message(rich_message=deep)}, account=ACCOUNT, now=NOW)

    assert "unreadable" in received.payload
    assert received.provider_key == "m:1001:7"
