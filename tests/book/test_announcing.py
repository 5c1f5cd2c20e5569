"""What is said to wait for somebody, how often, and in which sentences: none of them names anybody."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from book.announcing import URGENT_AGAIN_AFTER, Announcement, announcement, may_announce
from book.deliveries import Lane
from book.ids import EntryId, InboxId, NoticeId, PersonId
from book.notices import Acknowledgement, AcknowledgementChanged, Notice, Recall, Relay, Said, WhichChild
from book.occasions import Occasion
from book.people import Role
from book.wording.templates import Template, load_templates

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
TEMPLATES = load_templates()
EXPECTED = {"urgent_ring": 2}  # values: a setting and its telephone; the others have none


@pytest.mark.parametrize(
    ("notice", "lane", "occasion", "expected"),
    [
        (Relay(EntryId(1)), Lane.URGENT, Occasion.NONE, Announcement.URGENT),
        (Relay(EntryId(1)), Lane.RELAY, Occasion.PAGE, Announcement.PAGE),
        (Relay(EntryId(1)), Lane.RELAY, Occasion.MORNING, Announcement.MORNING),
        (Relay(EntryId(1)), Lane.RELAY, Occasion.HANDOVER, Announcement.HANDOVER),
        (Relay(EntryId(1)), Lane.RELAY, Occasion.NONE, None),
        (WhichChild(InboxId(1), ()), Lane.REPLY, Occasion.NONE, Announcement.WAITING),
        (Said("register.reminder"), Lane.REMINDER, Occasion.NONE, Announcement.WAITING),
        (Acknowledgement(), Lane.REPLY, Occasion.NONE, None),
        (AcknowledgementChanged(NoticeId(1)), Lane.REPLY, Occasion.NONE, None),
        (Recall(EntryId(1), NoticeId(1)), Lane.REPLY, Occasion.NONE, None),
    ],
    ids=lambda each: type(each).__name__,
)
def test_everything_is_announced_but_a_single_note_and_what_speaks_of_something_she_had(
    notice: Notice, lane: Lane, occasion: Occasion, expected: Announcement | None
) -> None:
    found = announcement(notice, lane=lane, occasion=occasion, entry=None, reader=PersonId(1), role=Role.PARENT)
    assert found is expected


@pytest.mark.parametrize(
    ("wanted", "before", "may"),
    [
        (Announcement.PAGE, [], True),
        (Announcement.PAGE, [(NOW - timedelta(hours=8), False)], False),
        (Announcement.PAGE, [(NOW - timedelta(hours=8), True)], False),
        (Announcement.PAGE, [(NOW - timedelta(hours=18), False)], True),  # yesterday
        (Announcement.URGENT, [(NOW - timedelta(hours=8), False)], True),
        (Announcement.URGENT, [(NOW - timedelta(minutes=1), False)], True),
        (Announcement.URGENT, [(NOW - URGENT_AGAIN_AFTER + timedelta(seconds=1), True)], False),
        (Announcement.URGENT, [(NOW - URGENT_AGAIN_AFTER, True)], True),
    ],
)
def test_once_on_a_day_and_what_is_urgent_always(
    wanted: Announcement, before: list[tuple[datetime, bool]], may: bool
) -> None:
    assert may_announce(wanted, before, NOW, LONDON) is may


def test_every_announcement_has_its_sentence_in_every_language_there_is() -> None:
    keys = {each.key for each in Announcement} | {"urgent_ring"}
    languages = {each.language for each in TEMPLATES.all}
    assert {(each.key, each.language) for each in TEMPLATES.all} == {(key, code) for key in keys for code in languages}
    assert TEMPLATES.of("page", "ur").language == "en", "what is not written in her language is in English"


@pytest.mark.parametrize("template", TEMPLATES.all, ids=lambda each: each.name)
def test_a_sentence_to_be_approved_names_nobody_and_is_as_whatsapp_wants_it(template: Template) -> None:
    places = re.findall(r"\{\{(.*?)\}\}", template.body)
    # No place for a name or a word of anybody's: a setting and its telephone at most.
    assert len(places) == len(template.samples) == EXPECTED.get(template.key, 0)
    assert places == [str(number) for number in range(1, len(places) + 1)]
    assert not template.body.startswith("{{")
    assert not template.body.endswith("}}")
    assert "}} {{" not in template.body
    assert "{{" not in template.filled(template.samples)
    assert 0 < len(template.button) <= 20
    assert re.fullmatch(r"[a-z0-9_]{1,512}", template.name)
    assert template.category == "UTILITY"
