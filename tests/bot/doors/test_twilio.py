"""Twilio's door answers for what is on disk and for nothing else, and tells strangers nothing at all."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from book.deliveries import DeliveryState
from book.ids import DeliveryId, Ids
from book.messages import Did, message_key
from book.reasons import Reason
from bot.dispatch.reports import Reports
from bot.doors.group_commit import GroupCommit
from bot.doors.twilio import (
    LARGEST_BODY,
    MESSAGES_PATH,
    REPORTS_PATH,
    STOPS,
    Text,
    Webhooks,
    read,
    report,
    texts_to,
    whatsapp_to,
)
from bot.doors.twilio_signature import Signatures, fields_of
from storage.store import Store
from tests.bot.doors.conftest import Kept
from tests.bot.doors.test_polling import FailsAtFirst
from tests.clocks import BookClock
from tests.doubles.twilio.signing import sign

Look = Callable[[], Awaitable[list[Kept]]]
ACCOUNT, TOKEN, NUMBER = "AC" + "1" * 32, "a" * 32, "+441632960961"
PUBLIC = "https://book.example.org/in"
JOE = "+447700900219"
MESSAGE = {
    "MessageSid": "SM" + "0" * 32,
    "AccountSid": ACCOUNT,
    "From": JOE,
    "To": NUMBER,
    "Body": "  noah bad nite & cough +1 é ",
    "NumMedia": "0",
    "FromCity": "",
    "FromState": "",
}
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class House:
    """A running door behind a proxy that takes /in off, and a visitor's way to it."""

    url: str
    visitor: aiohttp.ClientSession

    async def send(
        self, fields: dict[str, str] | bytes, *, path: str = MESSAGES_PATH, signatures: list[str] | None = None
    ) -> tuple[int, str, list[str]]:
        """What Twilio would send, signed by its own algorithm unless a signature is given."""
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        if signatures is None:
            assert not isinstance(fields, bytes)
            signatures = [sign(TOKEN, PUBLIC + path, fields)]
        headers = [("Content-Type", "application/x-www-form-urlencoded")]
        headers += [("X-Twilio-Signature", each) for each in signatures]
        async with self.visitor.post(URL(self.url + path, encoded=True), data=body, headers=headers) as answer:
            return answer.status, await answer.text(), sorted(name for name in answer.headers if name != "Date")


async def serve(store: Any, ids: Ids, clock: BookClock) -> AsyncIterator[House]:
    commit = GroupCommit(store, ids)
    webhooks = Webhooks(
        commit,
        Reports(store, ids, now=clock.now, time_of=str, zone=ZoneInfo("Europe/London")),
        signatures=Signatures(TOKEN, PUBLIC),
        account_sid=ACCOUNT,
        lines=[texts_to(NUMBER), whatsapp_to("+441632960962", shows=frozenset({"show me"}))],
        now=clock.now,
    )
    application = web.Application()
    application.add_routes(webhooks.routes())
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as visitor:
        yield House(f"http://127.0.0.1:{runner.addresses[0][1]}", visitor)
    await runner.cleanup()
    await commit.close()


@pytest.fixture
async def house(store: Store, ids: Ids, book_clock: BookClock) -> AsyncIterator[House]:
    async for opened in serve(store, ids, book_clock):
        yield opened


async def test_a_text_is_on_disk_when_it_is_acknowledged_and_a_second_copy_changes_nothing(
    house: House, kept: Look
) -> None:
    for _ in range(3):
        status, body, _ = await house.send(MESSAGE)
        assert (status, body) == (204, "")

    (row,) = await kept()
    assert row.is_named(message_key(JOE, MESSAGE["MessageSid"]))
    assert (row.incoming.did, row.incoming.text) == (Did.WROTE, MESSAGE["Body"])


@pytest.mark.parametrize("shifted", [b"Bodyhello=", b"FromCityFromState="])
async def test_what_is_signed_alike_but_named_otherwise_is_no_message(house: House, kept: Look, shifted: bytes) -> None:
    fields = {**MESSAGE, "Body": "hello"}
    whole = b"Body=hello" if shifted.startswith(b"Body") else b"FromCity=&FromState="
    body = urlencode(fields).encode().replace(whole, shifted)
    status, _, _ = await house.send(body, signatures=[sign(TOKEN, PUBLIC + MESSAGES_PATH, fields)])

    # Where somebody came from is of no use here; without its words it would be another message.
    assert status == (404 if shifted.startswith(b"Body") else 204)
    assert [each.incoming.text for each in await kept()] == ([] if status == 404 else ["hello"])


async def test_a_field_that_nobody_knows_and_one_that_is_blank_are_signed_as_well(house: House, kept: Look) -> None:
    status, _, _ = await house.send({**MESSAGE, "Invented": "tomorrow", "ToZip": ""})
    assert status == 204

    without_blanks = {name: value for name, value in MESSAGE.items() if value}
    signature = sign(TOKEN, PUBLIC + MESSAGES_PATH, MESSAGE)
    status, _, _ = await house.send(without_blanks, signatures=[signature])
    assert status == 404
    assert len(await kept()) == 1


async def test_strangers_learn_nothing_not_even_that_there_is_a_door(house: House, kept: Look) -> None:
    right = sign(TOKEN, PUBLIC + MESSAGES_PATH, MESSAGE)
    other = {**MESSAGE, "AccountSid": "AC" + "2" * 32}
    short = {**MESSAGE, "MessageSid": "SM123"}
    nowhere = await house.send(MESSAGE, path="/elsewhere")
    assert nowhere[0] == 404

    answers = [
        await house.send(MESSAGE, signatures=[]),
        await house.send(MESSAGE, signatures=[right, right]),
        await house.send(MESSAGE, signatures=[""]),
        await house.send(MESSAGE, signatures=[sign("", PUBLIC + MESSAGES_PATH, MESSAGE)]),
        await house.send(MESSAGE, signatures=[sign(TOKEN, f"http://127.0.0.1{MESSAGES_PATH}", MESSAGE)]),
        await house.send(MESSAGE, signatures=[sign(TOKEN, PUBLIC + MESSAGES_PATH + "#rc=5", MESSAGE)[:-1]]),
        await house.send({**MESSAGE, "Body": "other"}, signatures=[right]),
        await house.send(other),
        await house.send(short),
        await house.send(MESSAGE, path=MESSAGES_PATH + "/"),
        await house.send(b"\xff\xfe", signatures=[right]),
        await house.send(b"{}", signatures=[right]),
        await house.send(b"a=" + b"b" * LARGEST_BODY, signatures=[right]),
        await house.send(urlencode([("f", "x")] * 300).encode(), signatures=[right]),
    ]

    assert [each for each in answers if each != nowhere] == []
    async with house.visitor.get(house.url + MESSAGES_PATH, headers={"X-Twilio-Signature": right}) as answer:
        assert answer.status == 404
    assert await kept() == []


async def test_the_query_is_signed_as_it_was_sent(house: House) -> None:
    fields = {"MessageSid": MESSAGE["MessageSid"], "AccountSid": ACCOUNT, "MessageStatus": "delivered"}
    path = f"{REPORTS_PATH}?delivery=7&x=%2f%20"

    assert (await house.send(fields, path=path))[0] == 204
    wrong = [sign(TOKEN, f"{PUBLIC}{REPORTS_PATH}?delivery=8&x=%2f%20", fields)]
    assert (await house.send(fields, path=path, signatures=wrong))[0] == 404


async def test_reports_of_messages_and_in_words_that_nobody_knows_change_nothing(house: House, kept: Look) -> None:
    for status in ("delivered", "delivered", "sent", "failed", "teleported", ""):
        fields = {"MessageSid": MESSAGE["MessageSid"], "AccountSid": ACCOUNT, "MessageStatus": status}
        for query in ("", "?delivery=12", "?delivery=99999999999999999999", "?delivery=x"):
            assert (await house.send(fields, path=REPORTS_PATH + query))[0] == 204

    assert await kept() == []


async def test_what_cannot_be_stored_is_not_acknowledged_and_is_taken_when_it_comes_again(
    store: Store, ids: Ids, book_clock: BookClock, kept: Look
) -> None:
    async for house in serve(FailsAtFirst(store, times=1), ids, book_clock):
        assert [(await house.send(MESSAGE))[0] for _ in range(2)] == [503, 204]

    assert len(await kept()) == 1


def _read(words: str, sender: str = JOE) -> Did:
    text = Text(MESSAGE["MessageSid"], sender, words)
    return read(text, line=texts_to(NUMBER), at=NOW, now=NOW, payload={}).incoming.did


def test_the_words_that_carriers_obey_stop_and_start_and_only_alone() -> None:
    assert {_read(each) for each in (*STOPS, "Stop", " STOPALL\n", "Cancel")} == {Did.BLOCKED}
    assert {_read(each) for each in ("START", "unstop")} == {Did.UNBLOCKED}
    # YES is an answer, whatever the carrier makes of it beside.
    assert {_read(each) for each in ("YES", "stop it", "she had to stop", "the end")} == {Did.WROTE}


@pytest.mark.parametrize("sender", ["Vodafone", "60777", "", "whatsapp:+447700900219", "+44"])
def test_what_nobody_could_answer_is_kept_and_answered_by_nobody(sender: str) -> None:
    assert _read("Your bill is ready", sender) is Did.OTHER


def test_a_report_says_how_far_it_came_and_why_not() -> None:
    sid = MESSAGE["MessageSid"]
    of = DeliveryId(3)

    assert report(sid, "undelivered", "30006", line=texts_to(NUMBER), handle=JOE, delivery=of) is not None
    found = report(sid, "failed", "30006", line=texts_to(NUMBER), handle=JOE)
    assert found is not None
    assert (found.state, found.reason) == (DeliveryState.REFUSED, Reason.NOT_A_MOBILE)
    unheard_of = report(sid, "failed", "777777", line=texts_to(NUMBER), handle=JOE)
    assert unheard_of is not None
    assert unheard_of.reason is Reason.REFUSED_BY_CHANNEL
    assert report(sid, "teleported", "", line=texts_to(NUMBER), handle=JOE) is None


_NAMES = st.sampled_from([*MESSAGE, "NumSegments", "OptOutType", ""])
_FIELDS = st.dictionaries(_NAMES, st.text(max_size=30), max_size=12)


@given(_FIELDS, st.text(max_size=60), st.binary(max_size=80))
def test_no_signature_but_twilios_holds_and_nothing_raises(fields: dict[str, str], signature: str, body: bytes) -> None:
    signatures = Signatures(TOKEN, PUBLIC)
    form = fields_of(urlencode(fields).encode("utf-8", "surrogatepass"))
    if form is not None:
        right = sign(TOKEN, PUBLIC + MESSAGES_PATH, list(form.items()))
        assert signatures.hold([right], MESSAGES_PATH, form)
        assert not signatures.hold([signature], MESSAGES_PATH, form)
        assert not signatures.hold([right, right], MESSAGES_PATH, form)
        assert not signatures.hold([right], MESSAGES_PATH + "/", form)
    other = fields_of(body)
    assert other is None or not signatures.hold([signature], MESSAGES_PATH, other)


def test_an_empty_token_is_no_token() -> None:
    with pytest.raises(ValueError, match="empty"):
        Signatures("", PUBLIC)


# --- WhatsApp -------------------------------------------------------------------------------------------------------

SENDER = "+441632960962"
ON_WHATSAPP = {
    **MESSAGE,
    "From": f"whatsapp:{JOE}",
    "To": f"whatsapp:{SENDER}",
    "ProfileName": "Joe M",
    "WaId": JOE.lstrip("+"),
    "MessageType": "text",
    "ChannelMetadata": "{}",
}
PRESS = {"MessageType": "button", "ButtonText": "Poppy", "ButtonPayload": "token-1", "Body": "Poppy"}
ANSWERED = "SM" + "9" * 32


async def test_what_is_written_on_whatsapp_comes_by_the_same_door_under_its_own_number(
    house: House, kept: Look
) -> None:
    status, _, _ = await house.send({**ON_WHATSAPP, "OriginalRepliedMessageSid": ANSWERED, "Forwarded": "true"})

    assert status == 204
    (row,) = await kept()
    assert row.is_named(message_key(JOE, MESSAGE["MessageSid"]))
    said = row.incoming
    assert (said.did, said.text, said.reply_to, said.called) == (Did.WROTE, MESSAGE["Body"], ANSWERED, "Joe M")
    assert said.forwarded


@pytest.mark.parametrize(
    ("fields", "did", "token"),
    [
        ({**PRESS, "OriginalRepliedMessageSid": ANSWERED}, Did.PRESSED, "token-1"),
        ({"ButtonText": "Show me", "ButtonPayload": "show", "Body": "Show me"}, Did.OTHER, ""),
        ({"Body": "show me"}, Did.OTHER, ""),  # as Twilio's own list has a press
        ({**PRESS, "ButtonText": "Show me", "Body": "Show me", "OriginalRepliedMessageSid": ANSWERED}, Did.PRESSED,
         "token-1"),
        ({"Body": "", "Latitude": "51.5", "Longitude": "0", "MessageType": "location"}, Did.OTHER, ""),
        ({"Body": "we are here", "Latitude": "51.5", "Longitude": "0", "Address": "x"}, Did.WROTE, ""),
        ({"Body": "stop"}, Did.WROTE, ""),
        ({"Body": "cancel"}, Did.WROTE, ""),
        ({"Body": "START"}, Did.UNBLOCKED, ""),
        ({"From": "whatsapp:EX.12345", "Body": "hello"}, Did.OTHER, ""),
        ({"From": JOE, "Body": "hello"}, Did.OTHER, ""),
    ],
    ids=["a button", "that something waits", "the same in words", "another button of that name", "a place",
         "a place with words", "stop", "cancel", "start", "no number", "not by WhatsApp"],
)  # fmt: skip
async def test_what_somebody_did_on_whatsapp(
    house: House, kept: Look, fields: dict[str, str], did: Did, token: str
) -> None:
    status, _, _ = await house.send({**ON_WHATSAPP, **fields})

    assert status == 204
    (row,) = await kept()
    assert (row.incoming.did, row.incoming.token) == (did, token)
    if did is Did.PRESSED:
        assert (row.incoming.message, row.incoming.press) == (ANSWERED, MESSAGE["MessageSid"])


def test_a_report_from_whatsapp_is_of_its_own_line() -> None:
    line = whatsapp_to(SENDER, shows=frozenset())
    read_at = report("SM" + "1" * 32, "read", "", line=line, handle=JOE)
    closed = report("SM" + "1" * 32, "undelivered", "63016", line=line, handle=JOE)
    assert read_at is not None
    assert (read_at.channel, read_at.account, read_at.state) == ("whatsapp", SENDER, DeliveryState.READ)
    assert closed is not None
    assert closed.reason is Reason.WINDOW_CLOSED


# --- whatever comes -------------------------------------------------------------------------------------------------

REPORT = {
    "MessageSid": "SM" + "5" * 32,
    "AccountSid": ACCOUNT,
    "From": NUMBER,
    "To": JOE,
    "MessageStatus": "delivered",
    "ErrorCode": "",
}
CAPTURED = (
    (MESSAGES_PATH, MESSAGE),
    (MESSAGES_PATH, ON_WHATSAPP),
    (MESSAGES_PATH, {**ON_WHATSAPP, **PRESS, "OriginalRepliedMessageSid": ANSWERED}),
    (
        MESSAGES_PATH,
        {
            **ON_WHATSAPP,
            "NumMedia": "1",
            "MediaContentType0": "image/jpeg",
            "MediaUrl0": f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1/Media/ME{'7' * 32}",
        },
    ),
    (REPORTS_PATH, REPORT),
    (REPORTS_PATH + "?delivery=12", {**REPORT, "MessageStatus": "undelivered", "ErrorCode": "30003"}),
)
NONSENSE = (
    "", " ", "0", "-1", "99999999999999999999", "NaN", "null", "true", "\x00", "\n", "é" * 50, "\ud83d",
    "\u202e", "%00",
    "../..", "whatsapp:", "whatsapp:+", "+44", JOE, NUMBER, "SM", "SM" + "g" * 32, "AC" + "2" * 32, "a" * 5_000,
    "{}", "[]", "<Response/>", "' OR 1=1 --", "https://evil.example/Media/ME" + "7" * 32, "delivered", "stop", "START",
)  # fmt: skip


def _mutated(fields: dict[str, str], chance: random.Random) -> dict[str, str]:
    """The same form with one to three of its fields changed, dropped, swapped, or joined by others."""
    found = dict(fields)
    for _ in range(chance.randint(1, 3)):
        name = chance.choice([*found, "NumMedia", "MediaUrl1", "ButtonPayload", "ProfileName", "Invented"])
        match chance.randrange(4):
            case 0:
                found[name] = chance.choice(NONSENSE)
            case 1:
                found.pop(name, None)
            case 2:
                found[name] = found.get(chance.choice(list(fields)), "")
            case _:
                found[name] = found.get(name, "")[: chance.randrange(40)] + chance.choice(NONSENSE)
    return found


def _broken(body: bytes, chance: random.Random) -> bytes:
    """The same bytes with some of them changed, taken out or put in."""
    found = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(found) or 1)
        match chance.randrange(3):
            case 0 if found:
                found[at] = chance.randrange(256)
            case 1:
                del found[at : at + chance.randint(1, 30)]
            case _:
                found[at:at] = chance.randbytes(3)
    return bytes(found)


def _body(fields: dict[str, str]) -> bytes:
    return urlencode(fields, errors="surrogatepass").encode()


def _as_signed(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(name + value for name, value in sorted(set(pairs)))


@pytest.mark.parametrize("many", [300, pytest.param(100_000, marks=pytest.mark.prove)])
async def test_no_forged_request_writes_anything_and_no_request_breaks_the_door(
    house: House, kept: Look, many: int
) -> None:
    """A third are signed by Twilio's own algorithm, whatever is in them; of the others none may be believed."""
    chance = random.Random(6)
    signed = 0
    for _ in range(many):
        path, whole = chance.choice(CAPTURED)
        right = sign(TOKEN, PUBLIC + path, whole)
        match chance.randrange(3):
            case 0:
                fields = {name: value for name, value in _mutated(whole, chance).items() if "\ud83d" not in value}
                status, said, _ = await house.send(fields, path=path)
                assert status in (204, 404)
                assert said in ("", "404: Not Found")
                signed += status == 204
                continue
            case 1:
                body = _body(_mutated(whole, chance))
            case _:
                body = _broken(_body(whole), chance)
        found = fields_of(body)
        if found is not None and _as_signed(found.items()) == _as_signed(whole.items()):
            # Twilio's signature runs names and values together: this it signed as well.
            continue
        status, _, _ = await house.send(body, path=path, signatures=[right])
        assert status in (400, 404)

    rows = await kept()
    assert 0 < len(rows) <= signed
