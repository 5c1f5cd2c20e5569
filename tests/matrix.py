"""Where each test plays: on SQLite and the demo's phones always, elsewhere in part, and everywhere in the long proofs.

Most tests are about the product, not about its database or a platform. What PostgreSQL, Telegram or WhatsApp does
otherwise shows in a part of them as well as in all, so a test plays there beside SQLite and the phones if it is in that
combination's share. Which tests are follows from their names alone, so everybody plays the same and a new one changes
no other. The rest is marked `prove`: `make test` and `make prove` together play everything everywhere, and
``BOOKBAG_TEST_EVERYWHERE=1`` plays it all at once.

What is about the database itself (locks, order, statements, two processes) plays on both whenever anybody tests:
the folders named here, and whatever is marked `databases`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

import pytest

ONE_IN = 8
"""How many tests there are for each that plays on a combination beside the usual one."""

ABOUT_DATABASES = ("tests/storage/", "tests/scheduler/", "tests/bot/doors/", "tests/bot/channels/")
"""Folders of which every test plays on both databases."""

# Stories that use everything: they play everywhere whenever anybody tests.
EVERYWHERE = frozenset(
    {
        "test_a_bad_night_reaches_the_key_person_and_the_childminder",
        "test_dialogue_4_five_messages_in_a_row",
        "test_undo_too_late_takes_back_what_had_gone_out_and_says_who_may_have_read_it",
    }
)
_BESIDE = ("phones-postgresql", "telegram-sqlite", "telegram-postgresql", "whatsapp-sqlite", "whatsapp-postgresql")
# What WhatsApp and PostgreSQL do otherwise is seen in each by itself: the two together are for the proofs alone.
_NEVER_BY_DEFAULT = "whatsapp-postgresql"


def leave_the_rest_to_the_proofs(items: Sequence[pytest.Item]) -> None:
    """Mark `prove` what is not in its share. What plays in one place only is left as it is."""
    if os.environ.get("BOOKBAG_TEST_EVERYWHERE") == "1":
        return
    usual = {_story(item) for item in items if not _elsewhere(item)}
    for item in items:
        if (place := _elsewhere(item)) and _story(item) in usual and not _plays(item, place):
            item.add_marker(pytest.mark.prove)


def in_share(name: str, place: str) -> bool:
    """Whether the test of this name plays in this place by default."""
    if place == _NEVER_BY_DEFAULT:
        return False
    one_in = 2 * ONE_IN if place.startswith("whatsapp") else ONE_IN  # most of it is Telegram's: buttons and pictures
    return name in EVERYWHERE or crc32(name.encode()) % one_in == _BESIDE.index(place)


def _plays(item: pytest.Item, place: str) -> bool:
    about_databases = item.nodeid.startswith(ABOUT_DATABASES) or item.get_closest_marker("databases") is not None
    return in_share(_name(item), place) or (about_databases and place == "phones-postgresql")


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0].rpartition("::")[2]


def _elsewhere(item: pytest.Item) -> str:
    """The combination a test plays on; nothing if it is SQLite and the phones, or if the test has no choice."""
    stage, database = _parameters(item).get("scenery", ("phones", _parameters(item).get("dialect", "sqlite")))
    place = f"{stage}-{database}"
    return place if place in _BESIDE else ""


def _story(item: pytest.Item) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The test with all its parameters but where it plays."""
    rest = {key: repr(value) for key, value in _parameters(item).items() if key not in ("scenery", "dialect")}
    return item.nodeid.partition("[")[0], tuple(sorted(rest.items()))


def _parameters(item: pytest.Item) -> Mapping[str, Any]:
    callspec = getattr(item, "callspec", None)
    return callspec.params if callspec is not None else {}
