"""How notices and deliveries live and end: the only vocabulary of states, and which may follow which.

Notice: waiting → told | withheld | expired | withdrawn.
Delivery: waiting → sending → accepted → sent → delivered → read; ``later`` is waiting with a time;
sending → unknown → accepted | repeated | flagged; ends refused, abandoned.
Provider receipts move a delivery forward by rank or not at all: they come late, twice and in any order.
Knows nothing of databases, channels or words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import assert_never

from book.reasons import Reason


class NoticeState(StrEnum):
    WAITING = "waiting"
    TOLD = "told"
    WITHHELD = "withheld"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    REPEATED = "repeated"  # an unknown that was sent once more, marked
    FLAGGED = "flagged"  # an unknown nobody could settle: shown to people
    REFUSED = "refused"
    ABANDONED = "abandoned"


class InboxState(StrEnum):
    NEW = "new"
    FILED = "filed"
    PENDING = "pending"
    SKIPPED = "skipped"
    SET_ASIDE = "set_aside"


OPEN = frozenset({DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN})
TAKEN = frozenset({DeliveryState.ACCEPTED, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ})

_RANK = {
    DeliveryState.WAITING: 0,
    DeliveryState.SENDING: 1,
    DeliveryState.UNKNOWN: 2,
    DeliveryState.ACCEPTED: 3,
    DeliveryState.SENT: 4,
    DeliveryState.DELIVERED: 5,
    DeliveryState.READ: 6,
}


def forward(now: DeliveryState, receipt: DeliveryState) -> DeliveryState:
    """The state after a provider's receipt: further on by rank, or unchanged.

    A refusal after acceptance counts (the carrier gave up); nothing follows an end of our own.
    """
    if now not in _RANK:
        return now
    if receipt is DeliveryState.REFUSED:
        return receipt if now not in {DeliveryState.DELIVERED, DeliveryState.READ} else now
    return receipt if _RANK.get(receipt, -1) > _RANK[now] else now


class Act(StrEnum):
    """What one delivery does on the wire."""

    SAY = "say"
    CHANGE = "change"
    TAKE_BACK = "take_back"
    ANSWER_PRESS = "answer_press"
    LEAVE = "leave"


class Lane(IntEnum):
    """Who goes first; urgent overtakes."""

    URGENT = 0
    REPLY = 1
    RELAY = 2
    REMINDER = 3
    BULK = 4
    CATCHING_UP = 5  # what somebody hears on her return, after it was told to whoever was there


class WaitsFor(StrEnum):
    """What holds a notice back besides time; whoever removes the cause clears it."""

    NOTHING = ""
    MEDIA = "media"
    WINDOW = "window"
    AGENCY = "agency"


# --- what a channel answers -----------------------------------------------------------------------------------


class Concerns(StrEnum):
    """How far a refusal reaches."""

    MESSAGE = "message"
    ADDRESS = "address"
    ACCOUNT = "account"
    FILES = "files"  # what goes with the words, and not the words


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it, under these ids (several for an album, none for an edit or an answer).

    ``files`` are the provider's names for the pictures that went with it, in their order, each good for sending the
    same copy again; none where the provider gives none.
    """

    provider_ids: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take it. ``concerns`` says whether this message, this address or all of us.

    Where it concerns FILES, the words would be taken without them.
    """

    reason: Reason
    concerns: Concerns = Concerns.MESSAGE


@dataclass(frozen=True, slots=True)
class Later:
    """It certainly did not go out. ``after`` is the provider's own wait in seconds of machine time, if it gave one.

    Where it concerns FILES, the provider no longer knows an upload by the name it gave: whoever asks again gives the
    bytes of every picture.
    """

    after: float | None = None
    concerns: Concerns = Concerns.ADDRESS


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have gone out, and the provider cannot be asked at this moment."""


Outcome = Accepted | Refused | Later | Unknown


# --- the retry timetable (THREATS §3.6) -------------------------------------------------------------------------

_ORDINARY = (2.0, 10.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0)
_URGENT = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)


# A telephone that is off: its network gave up, and in an hour it may be on again.
_OFF = (600.0, 1800.0, 3600.0, 7200.0, 14400.0)


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Try once more, this many seconds from now."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The timetable is at its end: abandon, and let people know."""


def retry(outcome: Later, *, tries: int, lane: Lane, chance: float) -> RetryAfter | GiveUp:
    """When to try again after the ``tries``-th failure (1 for the first).

    The provider's own wait is obeyed exactly, never shortened, and does not use up the timetable's patience;
    ``chance`` from 0 to 1 is full jitter over the upper half of each step.
    """
    if outcome.after is not None:
        return RetryAfter(outcome.after)
    timetable = _URGENT if lane is Lane.URGENT else _ORDINARY
    if tries > len(timetable):
        return GiveUp()
    step = timetable[tries - 1]
    return RetryAfter(step / 2 + step / 2 * chance)


def retry_when_off(*, lost: int, lane: Lane) -> RetryAfter | GiveUp:
    """When to say it again to a telephone that was off or out of reach, the ``lost``-th time (1 for the first).

    What answered somebody is not said again hours later: she had the telephone in her hand. What is urgent goes to
    another address of hers or its author rings, and does not wait for a telephone.

    >>> retry_when_off(lost=1, lane=Lane.RELAY), retry_when_off(lost=1, lane=Lane.URGENT)
    (RetryAfter(seconds=600.0), GiveUp())
    """
    timetable = () if lane in (Lane.URGENT, Lane.REPLY) else _OFF
    return RetryAfter(timetable[lost - 1]) if lost <= len(timetable) else GiveUp()


def settled(outcome: Outcome) -> DeliveryState:
    """The state that an outcome leads to from ``sending``."""
    match outcome:
        case Accepted():
            return DeliveryState.ACCEPTED
        case Refused():
            return DeliveryState.REFUSED
        case Later():
            return DeliveryState.WAITING
        case Unknown():
            return DeliveryState.UNKNOWN
        case _:
            assert_never(outcome)
