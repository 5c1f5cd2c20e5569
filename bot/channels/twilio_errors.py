"""Every error code of Twilio's that matters is one of the four outcomes: a table with a row for each.

A code stands either in the answer to a call or in a later report of a message that had been taken. Knows nothing of
what was sent. Where it cannot be told whether a call had its effect, the answer is unknown, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from book.deliveries import Concerns, Later, Outcome, Refused, Unknown
from book.reasons import Reason
from bot.channels.twilio_request import NeverSent, ToldToWait


@dataclass(frozen=True, slots=True)
class Row:
    """One code: what it means, what the bot does, what a call comes to that is refused with it.

    Whoever wrote a note is told by the ``reason``: at once in the line below her note, or by a sentence of its own
    ("unreached…") where the message had been taken and was reported lost afterwards.
    """

    means: str
    does: str
    outcome: Outcome

    @property
    def reason(self) -> Reason:
        """What a message ends with that had been taken and failed with this code."""
        is_ours = isinstance(self.outcome, Refused) and self.outcome.concerns is not Concerns.ACCOUNT
        return self.outcome.reason if is_ours and isinstance(self.outcome, Refused) else Reason.GAVE_UP


_NOT_THIS = Refused(Reason.REFUSED_BY_CHANNEL)
_LOCKED = Refused(Reason.CHANNEL_LOCKED, Concerns.ACCOUNT)
_STOPPED = Refused(Reason.STOPPED, Concerns.ADDRESS)
_NO_NUMBER = Refused(Reason.NO_SUCH_NUMBER, Concerns.ADDRESS)
_CLOSED = Refused(Reason.WINDOW_CLOSED, Concerns.ADDRESS)
_NO_TEXTS = Refused(Reason.NOT_A_MOBILE, Concerns.ADDRESS)

_TELLS = "the author is told, and rings"
_HOLDS = "it waits until she writes; where it may be, an approved sentence says that something waits"
_WHEN_OFF = (
    "is said again after ten minutes and then less often, for some eight hours; then, or at once if it is urgent, "
    f"{_TELLS}"
)
_WAITS = "is tried again by the timetable"
_MINUTE = "nothing is lost: everything is tried again every minute, and the log says so"
_OPERATOR = f"{_MINUTE} until the operator has mended it"

ROWS = MappingProxyType(
    {
        20003: Row("the account's token is wrong", _OPERATOR, _LOCKED),
        20429: Row("too many calls at once", "waits as long as Twilio says", Later()),
        21211: Row("no such telephone number", _TELLS, _NO_NUMBER),
        21408: Row("texts to that country are not switched on", f"{_TELLS}; the operator may switch it on", _NOT_THIS),
        21603: Row("no sender was named", _OPERATOR, _LOCKED),
        21606: Row("the sender is not a number of this account", _OPERATOR, _LOCKED),
        21610: Row("the person has stopped texts", "the address is stopped until she texts START", _STOPPED),
        21611: Row("too much waits at the sender already", _WAITS, Later()),
        21612: Row("no way from our number to that one", _TELLS, _NOT_THIS),
        21614: Row("not a mobile", _TELLS, _NO_TEXTS),
        21617: Row("longer than a message may be", _TELLS, _NOT_THIS),
        21655: Row("what is to be filled in is gone at Twilio", "is looked for again, and tried again", Later()),
        21658: Row("a value of a template is too long", _TELLS, _NOT_THIS),
        21712: Row("the service has no sender", _OPERATOR, _LOCKED),
        30001: Row("it waited too long to leave", _TELLS, Refused(Reason.GAVE_UP)),
        30002: Row("the account is suspended", _OPERATOR, _LOCKED),
        30003: Row("switched off or out of reach", _WHEN_OFF, Refused(Reason.OUT_OF_REACH)),
        30004: Row("the person or her network blocks it", _TELLS, Refused(Reason.FILTERED)),
        30005: Row("no such number any more", _TELLS, _NO_NUMBER),
        30006: Row("a landline, or a network that cannot be reached", _TELLS, _NO_TEXTS),
        30007: Row("a network took it for a nuisance", _TELLS, Refused(Reason.FILTERED)),
        30008: Row("the network does not say why", _TELLS, _NOT_THIS),
        63003: Row("not on WhatsApp", _TELLS, _NOT_THIS),
        63016: Row("more than a day since she last wrote on WhatsApp", _HOLDS, _CLOSED),
        63017: Row("the account's daily limit", _WAITS, Later()),
        63018: Row("the channel's limit", _WAITS, Later()),
        63024: Row("not somebody WhatsApp reaches", _TELLS, _NOT_THIS),
        63032: Row("WhatsApp chose not to deliver it", _TELLS, _NOT_THIS),
        63049: Row("WhatsApp chose not to deliver it", _TELLS, _NOT_THIS),
    }
)
OF_ANY_OTHER = Row("not one of these", _TELLS, _NOT_THIS)


def row_of(code: int | None) -> Row:
    """The row of a code; one that nobody has heard of has one too."""
    return OF_ANY_OTHER if code is None else ROWS.get(code, OF_ANY_OTHER)


def outcome_of(error: Exception) -> Outcome:
    """What became of a call that ended in ``error``."""
    match error:
        case ToldToWait():
            return Later(error.seconds)
        case NeverSent():
            return Later()
        case TwilioRestException() | TwilioServiceException():
            # A 5xx may come after the message was taken, whatever it says.
            if not 400 <= error.status < 500 or error.status in (408, 499):
                return Unknown()
            if error.code in ROWS:
                return row_of(error.code).outcome
            return _LOCKED if error.status in (401, 403) else _NOT_THIS
        case _:
            return Unknown()
