"""Every error of python-telegram-bot has a row in the table, and none is hidden behind the row of another."""

from __future__ import annotations

import warnings
from datetime import timedelta

import pytest
from telegram import error
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from book.deliveries import Accepted, Act, Concerns, Later, Outcome, Refused, Unknown
from book.reasons import Reason
from bot.channels.telegram_errors import ROWS, outcome_of
from bot.channels.telegram_request import NeverSent, PerhapsSent, ToldToWait


def caused(fault: TelegramError, cause: Exception) -> TelegramError:
    fault.__cause__ = cause
    return fault


def test_every_error_of_the_library_has_a_row_of_its_own() -> None:
    errors = {each for each in vars(error).values() if isinstance(each, type) and issubclass(each, TelegramError)}

    assert {kind for kind, _ in ROWS} == errors
    assert len(ROWS) == len(errors)


def test_no_row_stands_below_one_that_would_answer_for_it() -> None:
    for number, (kind, _) in enumerate(ROWS):
        assert not any(issubclass(kind, above) for above, _ in ROWS[:number]), kind


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (ToldToWait(7), Later(7.0, Concerns.ADDRESS)),
        (ToldToWait(0.5), Later(0.5, Concerns.ADDRESS)),
        (Forbidden("Forbidden: bot was blocked by the user"), Refused(Reason.BLOCKED, Concerns.ADDRESS)),
        (Forbidden("Forbidden: user is deactivated"), Refused(Reason.BLOCKED, Concerns.ADDRESS)),
        (InvalidToken(), Refused(Reason.CHANNEL_LOCKED, Concerns.ACCOUNT)),
        (Conflict("two pollers"), Later(None, Concerns.ACCOUNT)),
        (ChatMigrated(-100), Refused(Reason.REFUSED_BY_CHANNEL, Concerns.ADDRESS)),
        (EndPointNotFound("no such method"), Refused(Reason.REFUSED_BY_CHANNEL)),
        (PassportDecryptionError("unreadable"), Unknown()),
        (BadRequest("Bad Request: message is too long"), Refused(Reason.REFUSED_BY_CHANNEL)),
        (BadRequest("Bad Request: chat not found"), Refused(Reason.BLOCKED, Concerns.ADDRESS)),
        (BadRequest("Query is too old and response timeout expired"), Refused(Reason.PRESS_TOO_OLD)),
        (BadRequest("Message is not modified"), Refused(Reason.REFUSED_BY_CHANNEL)),
        (caused(TimedOut(), NeverSent()), Later()),
        (caused(TimedOut(), PerhapsSent()), Unknown()),
        (TimedOut(), Unknown()),
        (caused(NetworkError("no connection"), NeverSent()), Later()),
        (caused(NetworkError("cut"), PerhapsSent()), Unknown()),
        (NetworkError("Bad Gateway"), Unknown()),
        (TelegramError("Invalid server response"), Unknown()),
        (ValueError("a fault of our own"), Unknown()),
    ],
    ids=repr,
)
def test_each_error_means_one_outcome(fault: Exception, outcome: Outcome) -> None:
    assert outcome_of(fault) == outcome


@pytest.mark.parametrize(
    ("act", "said", "is_so_already"),
    [
        (Act.CHANGE, "Message is not modified: specified new message content is the same", True),
        (Act.CHANGE, "Message to edit not found", False),
        (Act.TAKE_BACK, "Message to delete not found", True),
        (Act.TAKE_BACK, "Message can't be deleted for everyone", False),
        (Act.SAY, "Message to delete not found", False),
    ],
)
def test_what_is_so_already_counts_as_done_for_the_act_that_wanted_it(act: Act, said: str, is_so_already: bool) -> None:
    assert isinstance(outcome_of(BadRequest(said), act=act), Accepted) is is_so_already


def test_leaving_a_group_one_is_out_of_is_done() -> None:
    assert outcome_of(Forbidden("Forbidden: bot is not a member of the group chat"), act=Act.LEAVE) == Accepted()


@pytest.mark.parametrize("wait", [5, timedelta(seconds=5)], ids=["seconds", "a timedelta"])
def test_the_wait_of_the_library_s_own_error_is_read_without_its_warning(wait: int | timedelta) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fault = RetryAfter(wait)

    assert outcome_of(fault) == Later(5.0)
