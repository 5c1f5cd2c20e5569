"""Every code of Twilio's is one outcome and one sentence, and the documentation has the same table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from book.deliveries import Concerns, Later, Outcome, Refused, Unknown
from book.reasons import Reason
from book.wording.catalogue import load_catalogue
from bot.channels.twilio_errors import OF_ANY_OTHER, ROWS, outcome_of, row_of
from bot.channels.twilio_request import NeverSent, PerhapsSent, ToldToWait
from bot.dispatch.authors import sentence_for

PAGE = Path(__file__).parents[3] / "docs/text-messages.md"
CATALOGUE = load_catalogue()
# The codes that Twilio's own pages name for messages, with which a call is refused or a message is lost.
MATTER = {
    20003, 20429, 21211, 21408, 21603, 21606, 21610, 21611, 21612, 21614, 21617, 21658, 21712,
    30001, 30003, 30005, 30006, 30007, 30008, 63003, 63016, 63018, 63024, 63032, 63049,
}  # fmt: skip


def test_every_code_that_matters_has_a_row_and_every_row_a_sentence_for_whoever_wrote() -> None:
    assert set(ROWS) >= MATTER
    for row in (*ROWS.values(), OF_ANY_OTHER):
        assert CATALOGUE.say(sentence_for(row.reason), name="Joe", child="Noah", time="6:10").endswith(".")


def test_the_page_has_the_same_table() -> None:
    rows = re.findall(r"^\| (\d{5}|any other) \| (.*?) \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    expected = [(str(code), row.means, row.does) for code, row in sorted(ROWS.items())]
    assert rows == [*expected, ("any other", OF_ANY_OTHER.means, OF_ANY_OTHER.does)]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TwilioRestException(400, "", code=21610), Refused(Reason.STOPPED, Concerns.ADDRESS)),
        (TwilioRestException(400, "", code=21614), Refused(Reason.NOT_A_MOBILE, Concerns.ADDRESS)),
        (TwilioRestException(401, "", code=20003), Refused(Reason.CHANNEL_LOCKED, Concerns.ACCOUNT)),
        (TwilioRestException(403, "", code=403), Refused(Reason.CHANNEL_LOCKED, Concerns.ACCOUNT)),
        (TwilioRestException(400, "", code=29999), Refused(Reason.REFUSED_BY_CHANNEL)),
        (TwilioServiceException("", "", 400, 21211), Refused(Reason.NO_SUCH_NUMBER, Concerns.ADDRESS)),
        # Whatever stands in it, a 5xx may have come after the message was taken; so may what cannot be read.
        (TwilioRestException(500, "", code=20429), Unknown()),
        (TwilioRestException(301, "", code=301), Unknown()),
        (ToldToWait(7.0), Later(7.0)),
        (NeverSent("no connection"), Later()),
        (PerhapsSent("no answer"), Unknown()),
        (ValueError("no JSON"), Unknown()),
    ],
)
def test_what_became_of_a_call_is_never_guessed(error: Exception, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


def test_what_locks_the_account_is_not_said_of_a_message_that_had_been_taken() -> None:
    assert row_of(20003).reason is Reason.GAVE_UP
    assert row_of(30005).reason is Reason.NO_SUCH_NUMBER
    assert row_of(None) is OF_ANY_OTHER
