"""The telephones of the small world the double plays: what they show, and what people do on them.

It knows neither HTTP nor the calls of the API: what we send arrives through `world`, what people do goes out there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.doubles.twilio.records import Button, Message

if TYPE_CHECKING:
    from tests.doubles.twilio.world import World

Json = dict[str, Any]

US = "us"
THEM = "them"
TWILIO = "twilio"

OPT_OUT = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
OPT_IN = frozenset({"START", "YES", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})


@dataclass(frozen=True, slots=True)
class Picture:
    """A file as the telephone shows it."""

    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the telephone shows it. `author` is "us", "them" or, of its own answers to STOP, "twilio"."""

    sid: str
    author: str
    text: str
    at: float
    buttons: tuple[Button, ...] = ()
    media: tuple[Picture, ...] = ()
    template: str | None = None
    """The sid of the template it was made from."""
    segments: int = 1

    def as_json(self) -> Json:
        return {
            "sid": self.sid,
            "author": self.author,
            "text": self.text,
            "at": self.at,
            "buttons": [{"label": button.label, "payload": button.payload} for button in self.buttons],
            "media": [picture.content_type for picture in self.media],
            "template": self.template,
            "segments": self.segments,
        }


class Telephone:
    """One person's number on one channel: `sms` or `whatsapp`."""

    def __init__(self, world: World, channel: str, number: str, name: str) -> None:
        self._world = world
        self.channel = channel
        self.number = number
        self.name = name
        self.messages: list[Shown] = []
        """Everything on it, oldest first, whoever wrote it."""
        self.fails_with: int | None = None
        """The code with which whatever is sent here is reported lost."""
        self.is_off = False
        self.waiting: list[tuple[Message, list[Picture]]] = []
        self.last_inbound: dict[str, float] = {}

    @property
    def address(self) -> str:
        """How it is named in From and To."""
        return f"whatsapp:{self.number}" if self.channel == "whatsapp" else self.number

    # -- what it shows

    @property
    def from_us(self) -> list[Shown]:
        """What we wrote that is on it."""
        return [message for message in self.messages if message.author == US]

    @property
    def texts(self) -> list[str]:
        """The words of what we wrote."""
        return [message.text for message in self.from_us]

    def shows(self, text: str) -> Shown | None:
        """The newest message of ours with these words in it, or None."""
        return next((message for message in reversed(self.from_us) if text in message.text), None)

    # -- what the person does

    async def says(self, text: str, *, to: str | None = None, reply_to: str | None = None) -> str:
        """Write to us; `reply_to` is the sid of the message answered. Returns the sid of the new one."""
        return self._world.comes_in(self, text, to=to, extra=self._quoting(reply_to))

    async def sends_photo(
        self,
        content: bytes,
        *,
        caption: str = "",
        content_type: str = "image/jpeg",
        to: str | None = None,
        reply_to: str | None = None,
    ) -> str:
        """Send a picture or another file. Returns the sid of its message."""
        return self._world.comes_in(
            self, caption, to=to, files=[(content_type, content)], extra=self._quoting(reply_to)
        )

    async def sends_photos(
        self,
        contents: Sequence[bytes],
        *,
        caption: str = "",
        order: Sequence[int] = (),
        content_type: str = "image/jpeg",
    ) -> list[str]:
        """Send several at once, a message each, the caption with the first; `order` is that in which they come in."""
        messages = list(enumerate(contents))
        if order:
            messages = [messages[index] for index in order]
        return [
            self._world.comes_in(self, "" if index else caption, files=[(content_type, content)])
            for index, content in messages
        ]

    async def presses(self, button: str, *, sid: str | None = None) -> str:
        """Press a quick reply, by its words or its payload, of the newest message that has it. Returns the new sid."""
        for message in reversed(self.from_us):
            if sid is not None and message.sid != sid:
                continue
            for choice in message.buttons:
                if button in {choice.label, choice.payload}:
                    pressed = {"ButtonText": choice.label, "ButtonPayload": choice.payload, "MessageType": "button"}
                    return self._world.comes_in(self, choice.label, extra=pressed | self._quoting(message.sid))
        offered = sorted({choice.label for message in self.from_us for choice in message.buttons})
        raise AssertionError(f"no message on {self.address} has a button {button!r}; there are {offered}")

    async def sends(self, text: str = "", **fields: str) -> str:
        """Send any other kind of message, as Latitude="51.5", Longitude="0", MessageType="location"."""
        return self._world.comes_in(self, text, extra=fields)

    def reads(self, *sids: str) -> None:
        """Open the messages with these sids, or all: WhatsApp reports them read."""
        for message in self.from_us:
            if not sids or message.sid in sids:
                self._world.is_read(message.sid)

    def switches_off(self) -> None:
        """Be out of reach: what is sent here is reported sent, and waits."""
        self.is_off = True

    def switches_on(self) -> None:
        """Be back: what waited arrives, unless its time has run out meanwhile."""
        self.is_off = False
        waiting, self.waiting = self.waiting, []
        for message, pictures in waiting:
            self._world.comes_back(self, message, pictures)

    @property
    def has_stopped(self) -> bool:
        """Whether a carrier word keeps us from writing here."""
        return self._world.has_stopped(self.address)

    # -- for the world

    def show(self, author: str, message: Message, pictures: Iterable[Picture]) -> None:
        self.messages.append(
            Shown(
                sid=message.sid,
                author=author,
                text=message.body,
                at=self._world.now(),
                buttons=message.buttons,
                media=tuple(pictures),
                template=message.content_sid,
                segments=message.segments,
            )
        )

    def _quoting(self, sid: str | None) -> dict[str, str]:
        if sid is None:
            return {}
        return {"OriginalRepliedMessageSid": sid, "OriginalRepliedMessageSender": self._world.sender_of(sid)}


def carrier_answer(word: str, *, is_stopped: bool) -> str | None:
    """What Twilio itself answers to a text of this one word, or None where it is no carrier word."""
    if word in OPT_OUT:
        return (
            "You have successfully been unsubscribed. You will not receive any more messages from this number. "
            "Reply START to resubscribe."
        )
    if word in OPT_IN and (is_stopped or word != "YES"):
        return (
            "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
            "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
        )
    if word in HELP:
        return "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    return None


def inbound_fields(
    telephone: Telephone, message: Message, *, media_base: str, more: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """The form in which a message is told to us: WhatsApp's fields or those of the telephone networks."""
    sid, media = message.sid, list(message.media.values())
    fields: dict[str, str] = {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": message.account,
        "From": message.sender,
        "To": message.to,
        "Body": message.body,
        "NumMedia": str(len(media)),
        "NumSegments": str(message.segments),
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
    if message.service is not None:
        fields["MessagingServiceSid"] = message.service
    for number, each in enumerate(media):
        path = f"/2010-04-01/Accounts/{each.account}/Messages/{each.parent}/Media/{each.sid}"
        fields[f"MediaUrl{number}"] = f"{media_base}{path}"
        fields[f"MediaContentType{number}"] = each.content_type
    if telephone.channel == "whatsapp":
        digits = telephone.number.lstrip("+")
        kind = media[0].content_type.partition("/")[0] if media else "text"
        context = {"ProfileName": telephone.name, "WaId": digits}
        metadata = {"type": "whatsapp", "data": {"context": context}}
        fields |= {
            "ProfileName": telephone.name,
            "WaId": digits,
            "MessageType": kind if kind in {"image", "video", "audio", "text"} else "document",
            "ReferralNumMedia": "0",
            "ChannelMetadata": json.dumps(metadata, ensure_ascii=False, separators=(",", ":")),
        }
    else:
        # Of a British number Twilio knows the country and nothing else.
        for side in ("From", "To"):
            fields |= {f"{side}{part}": "" for part in ("City", "State", "Zip")}
            fields[f"{side}Country"] = "GB"
    return tuple((fields | dict(more)).items())
