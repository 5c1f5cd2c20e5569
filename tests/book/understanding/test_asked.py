"""Which short questions may be answered from the book, and which are a person's."""

from __future__ import annotations

import pytest

from book.topics import Topic
from book.understanding.asked import Wanted, as_question


@pytest.mark.parametrize(
    ("text", "topic", "wanted"),
    [
        ("what time did he wake from nap?", Topic.SLEEP, Wanted.WOKE),
        ("when did she go down", Topic.SLEEP, Wanted.FELL_ASLEEP),
        ("did leo nap", Topic.SLEEP, Wanted.ANYTHING),
        ("how long did he sleep?", Topic.SLEEP, Wanted.ANYTHING),
        ("hi, did she eat her lunch?", Topic.MEALS, Wanted.ANYTHING),
        ("was he upset?", Topic.MOOD, Wanted.ANYTHING),
        ("when was his last nappy?", Topic.NAPPY, Wanted.ANYTHING),
        ("has she had any calpol?", Topic.MEDICATION, Wanted.ANYTHING),
    ],
)
def test_a_short_question_about_the_day_may_be_answered(text: str, topic: Topic, wanted: Wanted) -> None:
    found = as_question(text)
    assert found is not None
    assert (found.topic, found.wanted) == (topic, wanted)


@pytest.mark.parametrize(
    "text",
    [
        "is it pyjama day?",
        "who picked her up?",
        "bad night, did he nap yesterday?",
        "did he nap? he was up since 4",
        "can he have calpol at 12?",
        "when is his next dose due?",
        "does he need nappies?",
        "slept 12-1",
        "did he eat and sleep ok?",
        "where did he sleep?",
        "",
    ],
)
def test_a_note_and_a_question_only_a_person_can_answer_are_left(text: str) -> None:
    assert as_question(text) is None
