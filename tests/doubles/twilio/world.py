"""What happens between us and the telephones: messages come in, go out, arrive or not, and are reported.

It knows neither HTTP nor how a call is written down: `api` reads calls, `webhooks` makes requests.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.doubles.plan import FaultPlan
from tests.doubles.twilio.errors import REPORTED
from tests.doubles.twilio.records import Content, Media, Message, Number, Sender
from tests.doubles.twilio.reports import Reports
from tests.doubles.twilio.segments import count_segments
from tests.doubles.twilio.telephones import (
    HELP,
    OPT_IN,
    OPT_OUT,
    THEM,
    TWILIO,
    US,
    Picture,
    Telephone,
    carrier_answer,
    inbound_fields,
)
from tests.doubles.twilio.webhooks import Request, Webhooks

Json = dict[str, Any]

A_DAY = 86_400.0
MOST_BUTTONS = 3
LONGEST_LABEL = 20
LONGEST_BESIDE_BUTTONS = 1024
LARGEST_IMAGE = 5_000_000
LARGEST_FILE = 16_000_000
PRICE_OF_A_SEGMENT = 0.0463
"""Dollars for a part of a text that goes out; what it costs is known only once it has left."""
_TAKEN = ("image/jpeg", "image/png", "image/webp", "audio/", "video/3gpp", "video/mp4", "application/pdf", "text/vcard")


class World:
    """All that Twilio keeps of one account, and all telephones. `changed` is called when something was shown."""

    def __init__(
        self,
        *,
        account: str,
        now: Callable[[], float],
        webhooks: Webhooks,
        changed: Callable[[], None],
        seed: int,
        media_base: str,
        service: str | None,
        advanced_opt_out: bool,
        more_fields: Mapping[str, str],
    ) -> None:
        self.account = account
        self.now = now
        self.webhooks = webhooks
        self.service = service
        self.messages: dict[str, Message] = {}
        self.contents: dict[str, Content] = {}
        self.numbers: dict[str, Number] = {}
        self.senders: dict[str, Sender] = {}
        self.telephones: dict[str, Telephone] = {}
        self.stopped: set[str] = set()
        self.reports: FaultPlan[Reports] = FaultPlan()
        self.media_takes = 0.0
        """Seconds after a message came in during which its files are not found."""
        self.told_fields: dict[str, tuple[tuple[str, str], ...]] = {}
        self.out_of_window: list[Message] = []
        """Words of ours that WhatsApp did not take because nobody had written for a day: each is a fault of ours."""
        self._changed = changed
        self._random = random.Random(seed)
        self._media_base = media_base
        self._advanced_opt_out = advanced_opt_out
        self._more_fields = dict(more_fields)
        self._requests: dict[str, Request] = {}

    # -- names and places

    def new_sid(self, prefix: str) -> str:
        return f"{prefix}{self._random.getrandbits(128):032x}"

    def add_number(self, number: str) -> Number:
        made = Number(self.new_sid("PN"), self.account, number, self.now())
        self.numbers[made.sid] = made
        return made

    def add_sender(self, number: str) -> Sender:
        made = Sender(self.new_sid("XE"), f"whatsapp:{number}")
        self.senders[made.sid] = made
        return made

    def telephone(self, channel: str, number: str, name: str) -> Telephone:
        """The telephone at this address, made if new."""
        made = Telephone(self, channel, number, name)
        return self.telephones.setdefault(made.address, made)

    def ours(self, address: str) -> Number | Sender | None:
        """The number or sender of ours at this address."""
        places = [*self.places("sms"), *self.places("whatsapp")]
        return next((place for place in places if place.address == address), None)

    def places(self, channel: str) -> list[Number | Sender]:
        """All that is ours on a channel, the first added first."""
        return [*self.senders.values()] if channel == "whatsapp" else [*self.numbers.values()]

    def sender_of(self, sid: str) -> str:
        """Who wrote the message with this sid; empty where it is gone."""
        message = self.messages.get(sid)
        return message.sender if message is not None else ""

    def has_stopped(self, address: str) -> bool:
        return address in self.stopped

    # -- coming in

    def comes_in(
        self,
        telephone: Telephone,
        text: str,
        *,
        to: str | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        extra: Mapping[str, str] | None = None,
    ) -> str:
        """Keep what a person wrote, answer a carrier word, and tell us. Returns the sid of the message."""
        place = self.ours(to) if to is not None else self.places(telephone.channel)[0]
        if place is None:
            raise AssertionError(f"{to} is not ours")
        now = self.now()
        message = Message(
            sid=self.new_sid("MM" if files else "SM"),
            account=self.account,
            sender=telephone.address,
            to=place.address,
            body=text,
            direction="inbound",
            status="received",
            created=now,
            sent=now,
            segments=count_segments(text) if telephone.channel == "sms" else 1,
            service=self.service,
            media_count=len(files),
        )
        for content_type, content in files:
            sid = self.new_sid("ME")
            available = now + self.media_takes
            message.media[sid] = Media(sid, self.account, message.sid, content_type, content, now, available)
        self.messages[message.sid] = message
        telephone.last_inbound[message.to] = now
        telephone.show(THEM, message, [Picture(*each) for each in files])
        more = self._more_fields | dict(extra or {})
        if telephone.channel == "sms":
            more |= self._answer_carrier_word(telephone, message)
        self._tell(telephone, message, place, more)
        self._changed()
        return message.sid

    def tells_again(self, sid: str) -> None:
        """Tell us once more of what came in, word for word and with the same token."""
        self.webhooks.push(self._requests[sid])

    def _answer_carrier_word(self, telephone: Telephone, message: Message) -> dict[str, str]:
        word = message.body.strip().upper()
        answer = carrier_answer(word, is_stopped=telephone.address in self.stopped)
        if answer is None:
            return {}
        kind = "STOP" if word in OPT_OUT else "START" if word in OPT_IN else "HELP"
        if word in OPT_OUT:
            self.stopped.add(telephone.address)
        elif word not in HELP:
            self.stopped.discard(telephone.address)
        if self._advanced_opt_out:
            return {"OptOutType": kind}
        # The answer of Twilio itself is in no list.
        reply = Message(
            sid=self.new_sid("SM"),
            account=self.account,
            sender=message.to,
            to=telephone.address,
            body=answer,
            direction="outbound-reply",
            status="sent",
            created=self.now(),
            segments=count_segments(answer),
        )
        telephone.show(TWILIO, reply, ())
        return {}

    def _tell(self, telephone: Telephone, message: Message, place: Number | Sender, more: Mapping[str, str]) -> None:
        fields = inbound_fields(telephone, message, media_base=self._media_base, more=more)
        self.told_fields[message.sid] = fields
        if isinstance(place, Number):
            url, method = place.sms_url, place.sms_method
            fallback, fallback_method = place.sms_fallback_url, place.sms_fallback_method
        else:
            url, method = place.callback_url, place.callback_method
            fallback, fallback_method = place.fallback_url, place.fallback_method
        request = Request(
            kind="message",
            sid=message.sid,
            url=url,
            method=method,
            fields=fields,
            token=self._new_token(),
            lane=("from", telephone.address),
            fallback_url=fallback,
            fallback_method=fallback_method,
        )
        self._requests[message.sid] = request
        if url:
            self.webhooks.push(request)

    # -- going out

    def goes_out(self, message: Message) -> None:
        """Keep a message of ours that was accepted. It leaves with `leaves`."""
        self.messages[message.sid] = message

    async def reports_early(self, message: Message) -> Reports | None:
        """Choose what will be reported of it, and report it now where that is to be before the answer."""
        chosen = self.reports.choose("report", message.to) if self.reports else None
        if chosen is None or not chosen[0].early:
            return chosen[0] if chosen is not None else None
        planned = chosen[0]
        for status in planned.statuses:
            request = self._report(message, status, planned.code)
            if request is not None:
                await self.webhooks.make(request)
        return planned

    async def leaves(self, message: Message, planned: Reports | None) -> None:
        """Let a message of ours arrive or not, and report it."""
        telephone = self.telephones.get(message.to)
        message.sent = message.updated = self.now()
        message.price = message.segments * PRICE_OF_A_SEGMENT
        pictures: list[Picture] = []
        code = planned.code if planned is not None else None
        if code is None and telephone is not None:
            code = telephone.fails_with
        if code is None and message.is_whatsapp:
            code = self._refused_by_whatsapp(telephone, message)
        if code is None:
            code = await self._load_media(message, pictures)
        if code is not None:
            failed = planned is not None and "failed" in planned.statuses
            self._is_lost(message, code, "failed" if failed else "undelivered")
            # What WhatsApp refuses is never sent; what a network loses was.
            usual = Reports.of("undelivered") if message.is_whatsapp else Reports.lost(code)
        elif telephone is not None and telephone.is_off:
            message.status = "sent"
            telephone.waiting.append((message, pictures))
            usual = Reports.only_sent()
        else:
            message.status = "delivered"
            if telephone is not None:
                telephone.show(US, message, pictures)
            usual = Reports()
        if planned is None and self.service is not None:
            self.report(message, "queued", None)
        for status in () if planned is not None and planned.early else (planned or usual).statuses:
            self.report(message, status, code)
        self._changed()

    def comes_back(self, telephone: Telephone, message: Message, pictures: Sequence[Picture]) -> None:
        """A telephone is in reach again for a message that waited for it."""
        if self.now() > message.created + message.validity:
            self._is_lost(message, 30003, "undelivered")
            self.report(message, "undelivered", 30003)
        else:
            message.status = "delivered"
            telephone.show(US, message, pictures)
            self.report(message, "delivered", None)
        self._changed()

    def is_read(self, sid: str) -> None:
        """Somebody opened a message of ours on WhatsApp."""
        message = self.messages.get(sid)
        if message is not None and message.is_whatsapp and message.status == "delivered":
            message.status = "read"
            self.report(message, "read", None)

    def report(self, message: Message, status: str, code: int | None) -> None:
        """Report one word of a message, where it has an address for that."""
        request = self._report(message, status, code)
        if request is not None:
            self.webhooks.push(request)

    @staticmethod
    def _is_lost(message: Message, code: int, status: str) -> None:
        message.status = status
        message.error_code = code
        message.error_message = REPORTED.get(code, "Unknown error")

    def _refused_by_whatsapp(self, telephone: Telephone | None, message: Message) -> int | None:
        if telephone is None:
            return 63003
        if message.content_sid is not None and self.contents[message.content_sid].is_approved:
            return None
        last = telephone.last_inbound.get(message.sender)
        if last is None or self.now() >= last + A_DAY:
            self.out_of_window.append(message)
            return 63016
        return 63013 if message.content_sid is not None and not _fits_a_session(message) else None

    async def _load_media(self, message: Message, pictures: list[Picture]) -> int | None:
        if not message.media_urls:
            return None
        if not message.is_whatsapp:
            # Networks without picture messages get the bare address.
            message.body = "\n".join(filter(None, (message.body, *message.media_urls)))
            return None
        for url in message.media_urls:
            loaded = await self.webhooks.fetch(url, most=LARGEST_FILE)
            if loaded is None:
                return 63019
            content_type, content = loaded
            if not content_type.startswith(_TAKEN):
                return 63021
            if content_type.startswith("image/") and len(content) > LARGEST_IMAGE:
                return 63019
            pictures.append(Picture(content_type, content))
        return None

    def _report(self, message: Message, status: str, code: int | None) -> Request | None:
        place = self.ours(message.sender)
        url = message.callback or (place.status_callback_url if isinstance(place, Sender) else "")
        if not url:
            return None
        return self.make_report(message.sid, message.sender, message.to, status, code, url)

    def make_report(self, sid: str, sender: str, to: str, status: str, code: int | None, url: str) -> Request:
        """The report of a message, known or not."""
        fields = {
            "MessageSid": sid,
            "SmsSid": sid,
            "AccountSid": self.account,
            "From": sender,
            "To": to,
            "MessageStatus": status,
            "SmsStatus": status,
            "ApiVersion": "2010-04-01",
        }
        if self.service is not None:
            fields["MessagingServiceSid"] = self.service
        if code is not None and status in {"failed", "undelivered"}:
            fields |= {"ErrorCode": str(code), "ErrorMessage": REPORTED.get(code, "")}
        if to.startswith("whatsapp:"):
            fields |= {
                "ChannelPrefix": "whatsapp",
                "ChannelInstallSid": "XE" + "0" * 32,
                "ChannelToAddress": to.removeprefix("whatsapp:"),
            }
            if status in {"delivered", "read", "undelivered", "failed"}:
                fields["EventType"] = status.upper()
            else:
                fields["StructuredMessage"] = "false"
        elif status in {"delivered", "undelivered"}:
            fields["RawDlrDoneDate"] = "2611271200"
        return Request(
            kind="status",
            sid=sid,
            url=url,
            fields=tuple((fields | self._more_fields).items()),
            token=self._new_token(),
            lane=("status", sid),
        )

    def _new_token(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


def _fits_a_session(message: Message) -> bool:
    """Whether WhatsApp shows this without having approved it: few short buttons, no two alike, not too many words."""
    labels = [each.label for each in message.buttons]
    is_short = all(0 < len(each) <= LONGEST_LABEL for each in labels)
    return len(labels) == len(set(labels)) <= MOST_BUTTONS and is_short and len(message.body) <= LONGEST_BESIDE_BUTTONS
