"""What Twilio sends for our number is answered when it is on disk: texts people wrote, and what became of ours.

Whoever does not sign as Twilio learns nothing, not even that there is a door. Knows nothing of who a sender is or what
the words mean, nor of the proxy before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from aiohttp import web

from book.deliveries import DeliveryState
from book.disclosure import Assurance, Carries, Profile
from book.ids import DeliveryId
from book.messages import Did, Incoming, message_key
from bot.channels.twilio_errors import row_of
from bot.dispatch.reports import Reports
from bot.doors.group_commit import GroupCommit
from bot.doors.twilio_signature import HEADER, Signatures, fields_of
from storage.inbox import Received
from storage.receipts import Receipt

CHANNEL = "sms"
MESSAGES_PATH = "/twilio/messages"
REPORTS_PATH = "/twilio/reports"

LARGEST_BODY = 64 * 1024
# Until she has chosen words, a text says that there is something, and no more.
PROFILE = Profile(
    carries=Carries.NUDGE,
    assurance=Assurance.WEAK,
    can_change=False,
    take_back_for=None,
    has_buttons=False,
    shows_pictures=False,
)

# What the carriers obey when it is the whole of a text. To START they obey YES as well, which to us is an answer.
STOPS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
STARTS = frozenset({"start", "unstop"})

_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_CODE = re.compile(r"[0-9]{1,6}")
_DELIVERY = re.compile(r"[0-9]{1,19}")
_MOST_MEDIA = 10
# Where a text came from that nobody can answer: a word in the place of a number, or a short one.
NOBODY = "none"

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
    """One text that somebody sent to our number, however we came to know of it."""

    sid: str
    sender: str
    words: str
    media: tuple[str, ...] = ()


def read(text: Text, *, account: str, at: datetime, now: datetime, payload: Mapping[str, str]) -> Received:
    """What came in with it; ``at`` is when it was written as far as we know, ``now`` book time."""
    handle = text.sender if _NUMBER.fullmatch(text.sender) else NOBODY
    did, said = Did.WROTE, text.words.strip().casefold()
    if handle == NOBODY or not (said or text.media):
        did = Did.OTHER
    elif said in STOPS:
        did = Did.BLOCKED
    elif said in STARTS:
        did = Did.UNBLOCKED
    return Received(
        channel=CHANNEL,
        account=account,
        provider_key=message_key(handle, text.sid),
        handle=handle,
        payload=json.dumps(dict(payload), separators=(",", ":")),
        received_at=now,
        incoming=Incoming(did, at, text=text.words, message=text.sid, media=text.media),
        profile=PROFILE,
    )


def report(
    sid: str, status: str, code: str, *, account: str, handle: str, delivery: DeliveryId | None = None
) -> Receipt | None:
    """What a report says; None for a word that we do not know."""
    state = _STATES.get(status)
    if state is None or not is_sid(sid):
        return None
    reason = None
    if state is DeliveryState.REFUSED:
        reason = row_of(int(code) if _CODE.fullmatch(code) else None).reason
    return Receipt(CHANNEL, account, handle, sid, state, reason, delivery)


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
        number: str,
        now: Callable[[], datetime],
    ) -> None:
        """``now`` is book time; ``number`` is ours."""
        self._commit = commit
        self._reports = reports
        self._signatures = signatures
        self._account_sid = account_sid
        self._number = number
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
        return dict(fields)

    async def _message(self, fields: Mapping[str, str]) -> None:
        if fields.get("To") != self._number:
            self._log.warning("text_to_another_number")
            return
        count = fields.get("NumMedia", "")
        several = min(int(count), _MOST_MEDIA) if _CODE.fullmatch(count) else 0
        media = tuple(kind_of(fields.get(f"MediaContentType{number}", "")) for number in range(several))
        text = Text(fields["MessageSid"], fields.get("From", ""), fields.get("Body", ""), media)
        now = self._now()
        await self._commit.commit(read(text, account=self._number, at=now, now=now, payload=fields))

    async def _report(self, fields: Mapping[str, str], delivery: str) -> None:
        ours = DeliveryId(int(delivery)) if _DELIVERY.fullmatch(delivery) and int(delivery) < 1 << 63 else None
        status = fields.get("MessageStatus") or fields.get("SmsStatus", "")
        found = report(
            fields["MessageSid"],
            status,
            fields.get("ErrorCode", ""),
            account=self._number,
            handle=fields.get("To", ""),
            delivery=ours,
        )
        if found is None:
            self._log.info("report_not_understood")
            return
        await self._reports.receive([found])


def kind_of(media_type: str) -> str:
    """What came beside the words, as the other doors call it."""
    return {"image": "photo", "audio": "voice", "video": "video"}.get(media_type.partition("/")[0], "document")


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
