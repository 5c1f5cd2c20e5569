"""What the book keeps as text comes back as it was: notices, messages, and what a revision says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.deliveries import Act
from book.entries import Correction as Corrected
from book.entries import Text, Travel, subjects_from_json, subjects_to_json
from book.ids import EntryId, InboxId, NoticeId, SettingId
from book.media import MediaKind
from book.messages import Did, File, Incoming, edit_key, message_key, press_key
from book.notices import (
    Acknowledgement,
    AcknowledgementChanged,
    Choice,
    Correction,
    Explanation,
    GroupLeft,
    Kind,
    Notice,
    Offer,
    OfTheDay,
    PressAnswered,
    Recall,
    Relay,
    Said,
    StillThere,
    WhichChild,
    act_of,
    from_parameters,
    kind_of,
    to_parameters,
)
from book.occasions import Occasion
from book.people import Pronoun
from book.topics import Subject, Topic
from tests.examples import examples

# Whatever a telephone can send: emoji, right-to-left marks, newlines, nulls. A lone surrogate is no text.
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ids = st.integers(1, 2**63 - 1)
instants = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-9, minutes=-30))]),
)
still_there = st.builds(StillThere, words, st.sampled_from(Pronoun), instants, st.booleans())
settings_meant = st.frozensets(ids.map(SettingId), max_size=4)

st.register_type_strategy(Choice, st.builds(Choice, st.sampled_from(Offer), ids, words, words))


def _notices(kind: type[Any]) -> st.SearchStrategy[Notice]:
    given_by_name = {
        "entry": ids,
        "told": ids,
        "acknowledgement": ids,
        "confirmed": st.lists(ids, max_size=2).map(tuple),
        "message": ids,
        "among": st.lists(ids, max_size=4).map(tuple),
        "moved_from": words,
        "reached": st.lists(words, max_size=3).map(tuple),
        "wrong": st.none() | ids,
        "kept": st.lists(still_there, max_size=2).map(tuple),
        "noted_by": words,
        "key": words,
        "press": words,
        "values": st.dictionaries(words, words, max_size=3),
        "choices": st.lists(st.from_type(Choice), max_size=3).map(tuple),
        "fixed": st.booleans(),
        "changes": ids,
        "before": st.lists(words, max_size=3).map(tuple),
        "lets_go": st.booleans(),
        "lines": st.lists(st.tuples(words, st.dictionaries(words, words, max_size=2)), max_size=2).map(tuple),
        "document": st.integers(0, 2**63 - 1),
        "paper": st.lists(st.tuples(words, st.dictionaries(words, words, max_size=2)), max_size=2).map(tuple),
        "tells": st.lists(ids, max_size=3).map(tuple),
        "readers": st.lists(ids, max_size=3).map(tuple),
        "only_in_place": st.booleans(),
        "everywhere": st.booleans(),
        "occasion": st.sampled_from(Occasion),
        "unless_seen": st.booleans(),
        "held": st.lists(ids, max_size=2).map(tuple),
        "day": st.dates(),
        "pictures_of": st.none() | ids,
        "pictures": st.lists(ids, max_size=3).map(tuple),
        "closes": st.booleans(),
        "unnamed": words,
        "announces": words,
    }
    if kind is WhichChild:
        # Asked for the first time, it says no more than that.
        again = st.tuples(st.sampled_from(("morning", "later", "older")), words, st.booleans())
        return st.builds(
            lambda message, among, put: WhichChild(message, among, *put),
            ids,
            given_by_name["among"],
            st.just(("", "", False)) | again,
        )
    names = kind.__dataclass_fields__
    return st.builds(kind, **{name: given_by_name[name] for name in names})


@pytest.mark.parametrize("kind", get_args(Notice), ids=lambda kind: kind.__name__)
@examples(15)
@given(st.data())
def test_a_notice_comes_back_as_it_was_kept(kind: type[Any], data: st.DataObject) -> None:
    notice = data.draw(_notices(kind))

    assert from_parameters(kind_of(notice), to_parameters(notice)) == notice


def test_every_kind_of_notice_has_a_name_of_its_own_and_only_a_change_a_recall_or_a_press_is_not_said() -> None:
    plain: list[Notice] = [Relay(EntryId(1)), Correction(EntryId(1)), Acknowledgement(), Explanation(EntryId(1)),
             WhichChild(InboxId(1), ()), Said("stranger")]  # fmt: skip
    acts: dict[Notice, Act] = {
        Recall(EntryId(1), NoticeId(2)): Act.TAKE_BACK,
        AcknowledgementChanged(NoticeId(1)): Act.CHANGE,
        PressAnswered("1"): Act.ANSWER_PRESS,
        GroupLeft(): Act.LEAVE,
        OfTheDay(Occasion.PAGE, date(2026, 11, 24), NoticeId(1)): Act.CHANGE,
    }

    everything = [*plain, *acts]

    assert {kind_of(notice) for notice in everything} == set(Kind)
    assert {type(notice) for notice in everything} == set(get_args(Notice))
    assert all(act_of(notice) is Act.SAY for notice in plain)
    assert {notice: act_of(notice) for notice in acts} == acts


some_files = st.builds(File, words, words, st.integers(0, 2**40), words, st.sampled_from(MediaKind))
some_incoming = st.builds(
    Incoming,
    did=st.sampled_from(Did),
    at=instants,
    text=words,
    message=words,
    reply_to=words,
    token=words,
    press=words,
    media=st.lists(words, max_size=3).map(tuple),
    start=words,
    files=st.lists(some_files, max_size=3).map(tuple),
    album=words,
    forwarded=st.booleans(),
    reaction=words,
)


@examples(20)
@given(some_incoming)
def test_a_message_comes_back_as_it_was_kept(incoming: Incoming) -> None:
    assert Incoming.from_json(incoming.to_json()) == incoming


@examples(20)
@given(some_incoming, some_incoming)
def test_two_copies_say_the_same_whenever_they_came(one: Incoming, other: Incoming) -> None:
    later = Incoming.from_json(other.to_json())

    assert (one.content() == later.content()) == (replace(one, at=other.at) == other)


def test_a_message_kept_when_it_could_have_one_file_still_has_it() -> None:
    kept = '{"did":"wrote","at":"2026-11-23T07:40:00+00:00","file":["roll.csv","text/csv",120,"r"]}'

    assert Incoming.from_json(kept).files == (File("roll.csv", "text/csv", 120, "r"),)


def test_a_message_an_edit_and_a_press_never_share_a_key() -> None:
    keys = {message_key("7", "12"), edit_key("7", "12", "3"), edit_key("7", "12", "4"), press_key("12")}

    assert keys == {"m:7:12", "e:7:12:3", "e:7:12:4", "b:12"}


@examples(20)
@given(
    st.builds(
        Text,
        words=words,
        corrections=st.lists(st.builds(Corrected, words, instants), max_size=3).map(tuple),
        because=st.lists(st.tuples(st.sampled_from([topic.value for topic in Topic]), words), max_size=3).map(tuple),
        collection=words,
    )
)
def test_what_a_revision_says_comes_back_as_it_was_kept(text: Text) -> None:
    assert Text.from_json(text.to_json()) == text


@examples(20)
@given(st.builds(Travel, settings_meant, settings_meant, settings_meant))
def test_how_an_entry_was_bounded_comes_back_as_it_was_kept(travel: Travel) -> None:
    assert Travel.from_json(travel.to_json()) == travel


def test_what_nobody_bounded_is_kept_as_nothing() -> None:
    assert Travel().to_json() == ""


@examples(20)
@given(st.lists(st.builds(Subject, st.sampled_from(Topic), st.booleans()), max_size=6).map(tuple))
def test_topics_and_their_private_marks_come_back_as_they_were_kept(subjects: tuple[Subject, ...]) -> None:
    assert subjects_from_json(subjects_to_json(subjects)) == subjects
