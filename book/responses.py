"""A light response to an entry: a sign somebody put on it, thanks for it, or that she would like more like it.

It is no entry, has no topics, and nobody is told of it; its author finds it beside her own line. Knows nothing of
platforms or of how it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from book.ids import PersonId

THANKS = "❤"
"""A thank-you in answer to somebody's note stands beside it as this."""

NO_LETTER = "\ufffd"
"""A sign that is a picture of its platform's own."""


class ResponseKind(StrEnum):
    SIGN = "sign"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Response:
    """What one person said of one entry."""

    person: PersonId
    kind: ResponseKind
    sign: str = ""
