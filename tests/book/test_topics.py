"""Which groups a parent must have allowed before an entry travels."""

from __future__ import annotations

import pytest

from book.topics import EVERY_GROUP, OWN_ROAD, Group, Subject, Topic, groups_needed


@pytest.mark.parametrize(
    ("subjects", "groups"),
    [
        pytest.param([Subject(Topic.SLEEP), Subject(Topic.HEALTH)], {Group.DAY}, id="a bad night and teething"),
        pytest.param([Subject(Topic.HEALTH, private=True)], {Group.PRIVATE_HEALTH}, id="a hospital letter"),
        pytest.param([Subject(Topic.MEDICATION)], {Group.DAY}, id="a dose given"),
        pytest.param([Subject(Topic.MEDICATION, private=True)], {Group.PRIVATE_HEALTH}, id="a dose to be given"),
        pytest.param([Subject(Topic.MILESTONE), Subject(Topic.NAPPY)], {Group.LEARNING, Group.DAY}, id="every group"),
        pytest.param([Subject(Topic.MOOD), Subject(Topic.CONCERN)], {Group.DAY, Group.WORRIES}, id="hitting a lot"),
        pytest.param([Subject(Topic.FAMILY_NEWS)], {Group.FAMILY}, id="grandad died"),
        pytest.param([Subject(Topic.QUESTION), Subject(Topic.SLEEP)], {Group.DAY}, id="a question adds nothing"),
        pytest.param([Subject(Topic.QUESTION)], set(), id="a question alone goes where it was put"),
        pytest.param([Subject(Topic.SLEEP, private=True)], {Group.DAY}, id="private means nothing for sleep"),
    ],
)
def test_an_entry_needs_every_group_that_its_topics_belong_to(subjects: list[Subject], groups: set[Group]) -> None:
    assert groups_needed(subjects) == groups


def test_an_entry_about_nothing_we_know_needs_every_group() -> None:
    assert groups_needed([]) == EVERY_GROUP


def test_every_topic_has_a_group_or_a_road_of_its_own() -> None:
    without_group = {topic for topic in Topic if not groups_needed([Subject(topic)])}

    assert without_group == OWN_ROAD | {Topic.QUESTION}
