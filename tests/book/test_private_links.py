"""A private link lasts for three days, and stands alone only where the words beside it would say no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from book.entries import Correction, Entry, EntryState, Text, Travel
from book.ids import ChildId, EntryId, InboxId, PersonId, SettingId
from book.people import Role
from book.private_links import ends, is_caption, last_day
from book.topics import Subject, Topic

LONDON = ZoneInfo("Europe/London")
AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
ENTRY = Entry(
    id=EntryId(1), child=ChildId(2), author=PersonId(3), author_role=Role.KEY_PERSON, author_setting=SettingId(4),
    message=InboxId(5), answers=None, acknowledgement=None, urgent=False, unread=False, has_picture=True,
    happened_at=AT, filed_at=AT, revision=1, state=EntryState.FILED, subjects=(Subject(Topic.ACTIVITY),),
    travel=Travel(), text=Text("Noah, painting"), revised_at=AT,
)  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        ("2026-11-24T10:30", "2026-11-27T00:00+00:00"),
        ("2026-11-24T23:59", "2026-11-27T00:00+00:00"),
        ("2026-10-23T12:00", "2026-10-26T00:00+00:00"),  # the clocks go back
        ("2026-03-27T12:00", "2026-03-29T23:00+00:00"),  # they go forward
    ],
)
def test_a_link_ends_with_the_third_day_on_the_clock_of_its_reader(sent: str, end: str) -> None:
    at = datetime.fromisoformat(sent).replace(tzinfo=LONDON)

    assert ends(at, LONDON) == datetime.fromisoformat(end)
    assert (last_day(at, LONDON) - at.date()).days == 2


def test_words_are_left_to_the_page_only_where_the_picture_says_them_too() -> None:
    assert is_caption(ENTRY)
    assert is_caption(replace(ENTRY, text=Text(""), subjects=()))
    words = Text("Noah, painting", corrections=(Correction("and he ate a crayon", AT),))
    for other in (
        replace(ENTRY, subjects=()),  # nobody understood them
        replace(ENTRY, subjects=(Subject(Topic.ACTIVITY), Subject(Topic.HEALTH))),
        replace(ENTRY, urgent=True),
        replace(ENTRY, unread=True),
        replace(ENTRY, text=words),
        replace(ENTRY, text=Text("Noah, painting", collection="Nan collects at 4")),
        replace(ENTRY, text=Text("Noah, painting, " + "and more, " * 6)),
        replace(ENTRY, text=None),
    ):
        assert not is_caption(other)
