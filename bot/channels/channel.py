"""What every channel promises: to shape an utterance into parts, and to make one call with one of four outcomes.

A channel never decides policy: it does not retry, wait, choose a recipient or keep anything. It only names what
happened. Knows nothing of children, entries or the database.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from book.deliveries import Act, Outcome
from book.media import MediaKind
from book.notices import Offer
from book.wording.utterance import Labelled, Style, Utterance


@dataclass(frozen=True, slots=True)
class Button:
    """A choice as the person sees it; ``token`` is what comes back when it is taken."""

    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Part:
    """One message on the wire. ``styles`` are (start, length, style) in code points of ``text``.

    ``contact`` is the button with which the platform itself gives her own number; ``lets_go`` takes it away again.
    """

    text: str
    styles: tuple[tuple[int, int, Style], ...] = ()
    buttons: tuple[Button, ...] = ()
    contact: Button | None = None
    lets_go: bool = False
    document: int = 0  # the file that goes with it
    pictures: tuple[int, ...] = ()  # the safe copies shown with it, by our numbers
    linked: tuple[int, ...] = ()  # and those to which a private link in it leads
    tells: tuple[int, ...] = ()  # the entries that stand in it, where they are more than those it is sent for
    template: str = ""  # the platform's name of the approved sentence that this is,
    values: tuple[str, ...] = ()  # and what is filled into it

    def to_json(self) -> str:
        """How it is kept, sealed, until its outcome is final."""
        kept: list[object] = [
            self.text,
            [list(each) for each in self.styles],
            [[each.label, each.token] for each in self.buttons],
        ]
        rarer = (self.lets_go, self.document, self.pictures, self.linked, self.tells, self.template)
        if self.contact is not None or any(rarer):
            contact = None if self.contact is None else [self.contact.label, self.contact.token]
            kept += [contact, self.lets_go, self.document, list(self.pictures), list(self.linked), list(self.tells)]
            kept += [self.template, list(self.values)]
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, kept: str) -> Part:
        text, styles, buttons, *more = json.loads(kept)
        # What was kept before there were pictures, links, pages or approved sentences has fewer values.
        absent: list[Any] = [None, False, 0, [], [], [], "", []]
        contact, lets_go, document, pictures, linked, tells, template, values = more + absent[len(more) :]
        return cls(
            text,
            tuple((start, length, Style(style)) for start, length, style in styles),
            tuple(Button(label, token) for label, token in buttons),
            None if contact is None else Button(*contact),
            lets_go,
            document,
            tuple(pictures),
            tuple(linked),
            tuple(tells),
            template,
            tuple(values),
        )


def asked_for(
    utterance: Utterance, tokens: Sequence[str]
) -> tuple[tuple[tuple[Labelled, str], ...], tuple[Labelled, str] | None]:
    """The choices of ``utterance`` with their tokens, and apart from them the one that asks for her number."""
    pairs = tuple(zip(utterance.choices, tokens, strict=True))
    others = tuple(pair for pair in pairs if pair[0].choice.offer is not Offer.CONTACT)
    return others, next((pair for pair in pairs if pair[0].choice.offer is Offer.CONTACT), None)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it goes out with a part."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, film or recording as it goes out: always our own safe copy, never what somebody sent.

    ``reuse`` is the name that the platform gave an earlier upload of this very copy (:class:`Accepted`'s ``files``);
    with it ``content`` may be None and nothing is uploaded. A name out of a message that came in is never put there.
    ``name`` is the file's name with its ending, which holds no child's name.
    """

    name: str
    media_type: str
    kind: MediaKind
    content: bytes | None = None
    reuse: str | None = None
    number: int = 0  # ours for it


class Unfetched(StrEnum):
    """Why a file that somebody sent could not be had."""

    LATER = "later"  # it may be had another time
    TOO_LARGE = "too_large"
    GONE = "gone"  # it will not be had any more


@dataclass(frozen=True, slots=True)
class Call:
    """Everything one call needs.

    ``target`` is the provider's id of the message to change or take back, or of the press to answer;
    ``reply_to`` the provider's id of the message this one answers.
    """

    act: Act
    handle: str
    part: Part | None = None
    target: str | None = None
    reply_to: str | None = None
    silent: bool = False
    urgent: bool = False
    delivery: int = 0  # our own id, for channels that can carry it back in a receipt
    attachment: Attachment | None = None
    pictures: tuple[Picture, ...] = ()  # those of the part, in its order


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the platform can do; kept with the address as data for the floors below."""

    can_change: bool
    take_back_for: timedelta | None
    has_buttons: bool
    largest_file: int | None = None  # so many bytes of one file it takes from us; None: whatever the book keeps
    shows_pictures: bool = True  # otherwise a private link goes in their place
    fetches: bool = False  # what goes with words is fetched by the platform from an address, and not handed to it


@runtime_checkable
class Named(Protocol):
    """A channel whose account has a name that stands in links."""

    async def username(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """A message of ours that the platform has: its name for it, its words, and since when."""

    provider_id: str
    text: str
    at: datetime


@runtime_checkable
class CanBeAsked(Protocol):
    """A channel whose platform says afterwards which messages it was given, and reports what became of them."""

    async def given(self, handle: str) -> Sequence[Taken] | None:
        """The newest messages of ours to this handle, or None while the platform does not answer."""
        ...


@runtime_checkable
class Counted(Protocol):
    """A channel whose messages are paid for by the part."""

    def counts(self, text: str) -> int:
        """How many parts these words are."""
        ...


class Channel(Protocol):
    """A way out to one platform, under one account."""

    name: str
    account: str
    abilities: Abilities

    def parts(self, utterance: Utterance, tokens: Sequence[str]) -> tuple[Part, ...]:
        """The utterance as parts within the platform's limits, in order; never empty for a text that is not.

        ``tokens`` are the single-use tokens of the utterance's choices, in order. A text is never cut inside a
        word (unless the word alone is too long), never inside an emoji or another grapheme. The choices go with
        the last part that has words. Pictures go in as few messages as the platform allows, below them the words where
        these fit there; otherwise the words go first, so that they are not lost with a picture.
        """
        ...

    async def call(self, call: Call) -> Outcome:
        """Make the call once, within the channel's own time limit; never raises for what the platform does.

        A part with pictures needs ``call.pictures``. Accepted, it has an id for each message the platform made of it,
        and where the platform names uploads, one name for each picture. A name it no longer knows is
        ``Later(None, Concerns.FILES)``: nothing went out.
        """
        ...

    async def fetch(self, reference: str, *, most: int) -> bytes | Unfetched:
        """The file somebody sent, by the platform's name for it, if it has no more than ``most`` bytes."""
        ...

    async def close(self) -> None:
        """Let the connections go; may be called twice."""
        ...
