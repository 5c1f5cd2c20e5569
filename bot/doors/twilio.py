"""What Twilio sends for our numbers is answered when it is on disk: what people wrote, and what became of ours.

Whoever does not sign as Twilio learns nothing, not even that there is a door. Knows nothing of who a sender is or what
the words mean, nor of the proxy before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from book.deliveries import DeliveryState
from book.disclosure import Assurance, Carries, Profile
from book.ids import DeliveryId
from book.media import MediaKind
from book.messages import ONE_BY_ONE, Did, File, Incoming, message_key
from book.wording.templates import SHOW
from bot.channels.twilio_errors import row_of
from bot.channels.twilio_messages import medium_in, reference_to
from bot.dispatch.reports import Reports
from bot.doors.group_commit import GroupCommit
from bot.doors.twilio_signature import HEADER, Signatures, fields_of
from storage.inbox import Received
from storage.receipts import Receipt

MESSAGES_PATH = "/twilio/messages"
REPORTS_PATH = "/twilio/reports"

LARGEST_BODY = 64 * 1024
# What the carriers obey when it is the whole of a text. To START they obey YES as well, which to us is an answer.
STOPS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
STARTS = frozenset({"start", "unstop"})
_NO_CARRIER: frozenset[str] = frozenset()  # on WhatsApp none obeys anything: it is we who do


@dataclass(frozen=True, slots=True)
class Line:
    """One sender of ours: by which channel, under which number, and how what comes in for it is read."""

    channel: str
    account: str
    profile: Profile
    prefix: str = ""  # before a number, in Twilio's own names
    stops: frozenset[str] = STOPS
    shows: frozenset[str] = frozenset()  # typed, these mean that she saw that something waits
    one_by_one: bool = False  # each file is a message of its own

    @property
    def address(self) -> str:
        """As Twilio names it."""
        return f"{self.prefix}{self.account}"

    def handle_of(self, end: str) -> str:
        """The number of the other end of a message; NOBODY's where it is none that can be answered."""
        number = end.removeprefix(self.prefix)
        return number if end.startswith(self.prefix) and _NUMBER.fullmatch(number) else NOBODY


# Until she has chosen words, a text says that there is something, and no more.
PROFILE = Profile(
    carries=Carries.NUDGE,
    assurance=Assurance.WEAK,
    can_change=False,
    take_back_for=None,
    has_buttons=False,
    shows_pictures=False,
)
# WhatsApp vouches for the number, and takes our own words for a day after each message of hers.
ON_WHATSAPP = Profile(can_change=False, take_back_for=None, open_for=timedelta(hours=24))


def texts_to(number: str) -> Line:
    """Our number for plain texts."""
    return Line("sms", number, PROFILE)


def whatsapp_to(number: str, *, shows: frozenset[str]) -> Line:
    """Our number on WhatsApp; ``shows`` are the words on the button below a sentence that says that something waits."""
    return Line("whatsapp", number, ON_WHATSAPP, "whatsapp:", _NO_CARRIER, shows, one_by_one=True)


_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_CODE = re.compile(r"[0-9]{1,6}")
_DELIVERY = re.compile(r"[0-9]{1,19}")
_MOST_MEDIA = 10
_LONGEST_PAYLOAD = 256
_LONGEST_NAME = 80
# Where a text came from that nobody can answer: a word in the place of a number, or a short one.
NOBODY = "none"

_KINDS = {"image": MediaKind.PHOTO, "audio": MediaKind.VOICE, "video": MediaKind.VIDEO}
_ALWAYS_THERE: Mapping[str, frozenset[str]] = {
    MESSAGES_PATH: frozenset({"From", "To", "Body", "NumMedia"}),
    REPORTS_PATH: frozenset(),
}
_STATES = {
    "accepted": DeliveryState.ACCEPTED,
    "scheduled": DeliveryState.ACCEPTED,
    "queued": DeliveryState.ACCEPTED,
    "sending": DeliveryState.ACCEPTED,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "undelivered": DeliveryState.REFUSED,
    "failed": DeliveryState.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Text:
    """One message that somebody sent to our number, however we came to know of it; ``sender`` as Twilio names it.

    ``pressed`` is what the button carried by which it was sent, ``replied`` the sid of the message it answers,
    ``called`` what she calls herself there.
    """

    sid: str
    sender: str
    words: str
    media: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    pressed: str = ""
    replied: str = ""
    called: str = ""
    forwarded: bool = False


def read(text: Text, *, line: Line, at: datetime, now: datetime, payload: Mapping[str, str]) -> Received:
    """What came in with it; ``at`` is when it was written as far as we know, ``now`` book time."""
    handle = line.handle_of(text.sender)
    did, said = Did.WROTE, text.words.strip().casefold()
    if handle == NOBODY or not (said or text.media):
        did = Did.OTHER
    elif text.pressed == SHOW or (not text.pressed and said in line.shows):
        did = Did.OTHER  # That she wrote is all it says, and is noted for whatever she wrote.
    elif text.pressed:
        did = Did.PRESSED
    elif said in line.stops:
        did = Did.BLOCKED
    elif said in STARTS:
        did = Did.UNBLOCKED
    is_press = did is Did.PRESSED
    return Received(
        channel=line.channel,
        account=line.account,
        provider_key=message_key(handle, text.sid),
        handle=handle,
        payload=json.dumps(dict(payload), separators=(",", ":")),
        received_at=now,
        incoming=Incoming(
            did,
            at,
            text="" if is_press else text.words,
            message=text.replied if is_press else text.sid,
            reply_to="" if is_press else text.replied,
            token=text.pressed if is_press else "",
            press=text.sid if is_press else "",
            media=text.media,
            files=text.files,
            # One file a message: who sends five photos sends five messages, and nothing says that they belong together.
            album=ONE_BY_ONE if line.one_by_one and did is Did.WROTE and _shows_somebody(text.files) else "",
            called=text.called,
            forwarded=text.forwarded,
        ),
        profile=line.profile,
    )


def report(
    sid: str, status: str, code: str, *, line: Line, handle: str, delivery: DeliveryId | None = None
) -> Receipt | None:
    """What a report says; None for a word that we do not know."""
    state = _STATES.get(status)
    if state is None or not is_sid(sid):
        return None
    reason = None
    if state is DeliveryState.REFUSED:
        reason = row_of(int(code) if _CODE.fullmatch(code) else None).reason
    return Receipt(line.channel, line.account, handle, sid, state, reason, delivery)


def is_sid(sid: str) -> bool:
    """Whether it is a message's name at Twilio."""
    return _SID.fullmatch(sid) is not None


class Webhooks:
    """The door: two handlers for the web application that faces the world."""

    def __init__(
        self,
        commit: GroupCommit,
        reports: Reports,
        *,
        signatures: Signatures,
        account_sid: str,
        lines: Sequence[Line],
        now: Callable[[], datetime],
    ) -> None:
        """``now`` is book time; ``lines`` are our senders."""
        self._commit = commit
        self._reports = reports
        self._signatures = signatures
        self._account_sid = account_sid
        self._lines = {each.address: each for each in lines}
        self._now = now
        self._log = structlog.get_logger(__name__)

    def routes(self) -> list[web.RouteDef]:
        """What the application adds. Every path below /twilio/ comes here, to be answered alike."""
        return [web.route("*", "/twilio/{rest:.*}", self.answer)]

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """204 when it is stored, 503 when it could not be (Twilio sends it again), 404 to strangers."""
        fields = await self._twilios(request)
        if fields is None:
            # The very answer that the application gives to an address it does not have.
            raise web.HTTPNotFound
        try:
            if request.path == MESSAGES_PATH:
                await self._message(fields)
            else:
                await self._report(fields, request.query.get("delivery", ""))
        except Exception as fault:  # Whatever it is: it is still at Twilio, who brings it again.
            self._log.error("text_not_stored", fault=type(fault).__name__)
            return web.Response(status=503)
        return web.Response(status=204)

    async def _twilios(self, request: web.BaseRequest) -> Mapping[str, str] | None:
        """The fields, if Twilio signed them and they are of our account."""
        if request.method != "POST" or request.path not in (MESSAGES_PATH, REPORTS_PATH):
            return None
        body = await _read(request)
        fields = None if body is None else fields_of(body)
        if fields is None:
            return None
        if not self._signatures.hold(request.headers.getall(HEADER, []), request.raw_path, fields):
            return None
        if fields.get("AccountSid") != self._account_sid or not is_sid(fields.get("MessageSid", "")):
            return None
        # The signature runs names and values together, so that "Body=hi" and "Bodyhi=" are signed alike: what Twilio
        # always sends must be there by its own name.
        return dict(fields) if _ALWAYS_THERE[request.path] <= fields.keys() else None

    async def _message(self, fields: Mapping[str, str]) -> None:
        line = self._lines.get(fields.get("To", ""))
        if line is None:
            self._log.warning("text_to_another_number")
            return
        count = fields.get("NumMedia", "")
        several = min(int(count), _MOST_MEDIA) if _CODE.fullmatch(count) else 0
        types = [fields.get(f"MediaContentType{number}", "") for number in range(several)]
        media = [medium_in(fields.get(f"MediaUrl{number}", "")) for number in range(several)]
        files = files_of(fields["MessageSid"], zip(media, types, strict=True))
        replied = fields.get("OriginalRepliedMessageSid", "")
        text = Text(
            fields["MessageSid"],
            fields.get("From", ""),
            fields.get("Body", ""),
            tuple(kind_of(each).value for each in types),
            files,
            pressed=fields.get("ButtonPayload", "")[:_LONGEST_PAYLOAD],
            replied=replied if is_sid(replied) else "",
            called=fields.get("ProfileName", "")[:_LONGEST_NAME],
            forwarded=fields.get("Forwarded", "") == "true" or fields.get("FrequentlyForwarded", "") == "true",
        )
        now = self._now()
        await self._commit.commit(read(text, line=line, at=now, now=now, payload=fields))

    async def _report(self, fields: Mapping[str, str], delivery: str) -> None:
        ours = DeliveryId(int(delivery)) if _DELIVERY.fullmatch(delivery) and int(delivery) < 1 << 63 else None
        line = self._lines.get(fields.get("From", ""))
        if line is None:
            self._log.warning("report_of_another_number")
            return
        status = fields.get("MessageStatus") or fields.get("SmsStatus", "")
        found = report(
            fields["MessageSid"],
            status,
            fields.get("ErrorCode", ""),
            line=line,
            handle=line.handle_of(fields.get("To", "")),
            delivery=ours,
        )
        if found is None:
            self._log.info("report_not_understood")
            return
        await self._reports.receive([found])


def files_of(message: str, found: Iterable[tuple[str, str]]) -> tuple[File, ...]:
    """The files of a message, each by its name at Twilio and its type; what is no name there is left out."""
    return tuple(
        File("", media_type, 0, reference_to(message, medium), kind_of(media_type))
        for medium, media_type in found
        if medium
    )


def _shows_somebody(files: Sequence[File]) -> bool:
    """Whether these are photos or films; of a recording or a paper nobody sends five at a time."""
    return any(each.shows_faces for each in files)


def kind_of(media_type: str) -> MediaKind:
    """What came beside the words, as the other doors call it."""
    return _KINDS.get(media_type.partition("/")[0].lower(), MediaKind.DOCUMENT)


async def _read(request: web.BaseRequest) -> bytes | None:
    """The body, or None if it is larger than any of Twilio's; no more than that is ever held."""
    if (request.content_length or 0) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
