"""What may be said at this address now: words, a nudge that tells nothing, or silence with a reason.

One pure decision from what is known of the address; the same for every channel. Knows nothing of who may know
what: that is :mod:`book.audience`, asked before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from book.ids import AddressId, PersonId
from book.reasons import Reason


class Carries(StrEnum):
    """What the person chose to receive at this address."""

    WORDS = "words"
    NUDGE = "nudge"


class Assurance(StrEnum):
    """How sure it is that whoever writes from here is the person."""

    PROVED = "proved"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Address:
    """What the floors below the channels may know of an address: data, never a channel object."""

    id: AddressId
    channel: str
    account: str
    handle: str
    person: PersonId | None
    carries: Carries = Carries.WORDS
    assurance: Assurance = Assurance.PROVED
    can_change: bool = True
    take_back_for: timedelta | None = timedelta(hours=48)
    has_buttons: bool = True
    shows_pictures: bool = True
    proved_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped_with: str = ""  # the word of hers that stopped it; none where the platform or the network said so
    acknowledged_at: datetime | None = None  # when what was written from here was last acknowledged
    doubted_at: datetime | None = None  # since when it is to be proved again that it is still hers
    is_chosen: bool = False  # of all her addresses she chose this one
    open_for: timedelta | None = None  # so long after she wrote the platform takes our own words; None: always
    last_inbound_at: datetime | None = None
    closed_at: datetime | None = None  # the platform itself said then that it takes none
    is_device: bool = False  # a room's tablet, which several use
    writer: PersonId | None = None  # who last signed in on it,
    writing_until: datetime | None = None  # and until when she counts

    @property
    def takes_files(self) -> bool:
        """Whether a file can go there: what has no buttons is a plain text."""
        return self.has_buttons

    def is_open(self, now: datetime) -> bool:
        """Whether the platform takes words of our own at ``now``: some do only for a while after she wrote."""
        if self.open_for is None:
            return True
        last = self.last_inbound_at
        if last is None or now >= last + self.open_for:
            return False
        return self.closed_at is None or self.closed_at < last

    def shows_to(self, person: PersonId | None, now: datetime) -> bool:
        """Whether what ``person`` is to hear about a child may stand on this screen now.

        A room's tablet shows nothing of a child unless somebody has signed in: to her what is hers, and what is the
        room's.
        """
        if not self.is_device:
            return True
        open_now = self.writing_until is not None and now < self.writing_until
        return open_now and person in (self.writer, self.person)


@dataclass(frozen=True, slots=True)
class Words:
    """Everything may be said."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """Only that there is something, and whom to ring: no name, no topic.

    Where the platform ``is_closed`` to our own words until she writes, they are held meanwhile, and even that there is
    something is said only in a sentence which the platform has approved. ``is_doubted`` where it is to be proved again
    that whoever reads it is she: then nothing there is hers to answer.
    """

    is_closed: bool = False
    is_doubted: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing may be sent here."""

    reason: Reason


Disclosure = Words | Nudge | Silence


def takes_private_links(address: Address) -> bool:
    """Whether a private link may go there, and be opened: nothing it says names a child, and it shows its pictures to
    whoever has it. So it goes even where somebody wants no words, but nowhere that is not proved to be hers."""
    is_hers = address.person is not None and address.proved_at is not None and address.doubted_at is None
    return is_hers and address.stopped_at is None


def what_may_be_said(address: Address, now: datetime) -> Disclosure:
    """The one decision; an address nobody has proved gets only the fixed sentences that name nobody."""
    if address.stopped_at is not None:
        return Silence(Reason.STOPPED)
    if not address.is_open(now):
        return Nudge(is_closed=True)
    if address.doubted_at is not None:
        return Nudge(is_doubted=True)
    if address.person is None or address.proved_at is None or address.carries is Carries.NUDGE:
        return Nudge()
    return Words()


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform can do and how it proves who writes, as a door tells it of each new address."""

    carries: Carries = Carries.WORDS
    assurance: Assurance = Assurance.PROVED
    can_change: bool = True
    take_back_for: timedelta | None = timedelta(hours=48)
    has_buttons: bool = True
    shows_pictures: bool = True
    open_for: timedelta | None = None
