"""What may be said at an address, for everything that is known of one."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from book.disclosure import (
    Address,
    Assurance,
    Carries,
    Nudge,
    Silence,
    Words,
    takes_private_links,
    what_may_be_said,
)
from book.ids import AddressId, PersonId
from book.reasons import Reason

AT = datetime(2026, 11, 24, tzinfo=UTC)

CELLS = list(itertools.product(("Hannah", "a stranger"), ("proved", "not proved"), Carries, ("stopped", "open")))


@pytest.mark.parametrize(("whose", "proof", "carries", "stopped"), CELLS)
def test_words_are_said_only_where_a_person_proved_it_chose_words_and_did_not_stop(
    whose: str, proof: str, carries: Carries, stopped: str
) -> None:
    address = Address(
        id=AddressId(1),
        channel="sms",
        account="",
        handle="07700 900219",
        person=PersonId(1) if whose == "Hannah" else None,
        carries=carries,
        proved_at=AT if proof == "proved" else None,
        stopped_at=AT if stopped == "stopped" else None,
    )

    said = what_may_be_said(address, AT)

    # A private link names nobody, and goes where she wants no words; but nowhere that is not proved to be hers.
    assert takes_private_links(address) == ((whose, proof, stopped) == ("Hannah", "proved", "open"))
    if stopped == "stopped":
        assert said == Silence(Reason.STOPPED)
    elif (whose, proof, carries) == ("Hannah", "proved", Carries.WORDS):
        assert said == Words()
    else:
        assert said == Nudge()


@pytest.mark.parametrize("assurance", list(Assurance))
def test_how_sure_it_is_who_writes_changes_nothing_of_what_may_be_read(assurance: Assurance) -> None:
    address = Address(AddressId(1), "sms", "", "07700 900219", PersonId(1), assurance=assurance, proved_at=AT)

    assert what_may_be_said(address, AT) == Words()
