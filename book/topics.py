"""What a message may be about, and which of a parent's choices each topic needs before it may travel.

Knows nothing of words, people or settings: how a topic is found in a sentence is `book.understanding`, who then
hears of it is `book.audience`, and the names shown to people are `book.wording`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Topic(StrEnum):
    """One label of an entry. An entry has any number of them, or none."""

    SLEEP = "sleep"
    MEALS = "meals"
    NAPPY = "nappy"
    HEALTH = "health"
    MEDICATION = "medication"
    MOOD = "mood"
    ACTIVITY = "activity"
    OBSERVATION = "observation"
    MILESTONE = "milestone"
    ATTENDANCE = "attendance"
    INCIDENT = "incident"
    QUESTION = "question"
    CONCERN = "concern"
    COMPLIMENT = "compliment"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    CONTACT_CHANGE = "contact_change"
    FAMILY_NEWS = "family_news"
    KIT = "kit"
    NEXT_STEP = "next_step"
    EVENT = "event"
    SAFEGUARDING = "safeguarding"
    CONSENT = "consent"


class Group(StrEnum):
    """A bundle of topics that a parent lets travel, or not, with one answer."""

    DAY = "day"
    PRIVATE_HEALTH = "private_health"
    LEARNING = "learning"
    WORRIES = "worries"
    FAMILY = "family"
    PHOTOS = "photos"


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic as one message has it: `private` only means something for health and medication.

    Health is private when it is a letter, an appointment, a diagnosis; medication when it is a plan or a
    permission rather than a dose already given.
    """

    topic: Topic
    private: bool = False


OWN_ROAD: frozenset[Topic] = frozenset(
    {
        Topic.SAFEGUARDING,
        Topic.COMPLAINT,
        Topic.COMPLIMENT,
        Topic.SUGGESTION,
        Topic.CONTACT_CHANGE,
        Topic.CONSENT,
    }
)
"""Topics that no sharing choice opens or closes: each has a person of its own who receives it."""

EVERY_GROUP: frozenset[Group] = frozenset(Group)

_GROUP_OF: Mapping[Topic, Group] = MappingProxyType(
    {
        Topic.SLEEP: Group.DAY,
        Topic.MEALS: Group.DAY,
        Topic.NAPPY: Group.DAY,
        Topic.MOOD: Group.DAY,
        Topic.ACTIVITY: Group.DAY,
        Topic.KIT: Group.DAY,
        Topic.EVENT: Group.DAY,
        Topic.ATTENDANCE: Group.DAY,
        Topic.INCIDENT: Group.DAY,
        Topic.HEALTH: Group.DAY,
        Topic.MEDICATION: Group.DAY,
        Topic.OBSERVATION: Group.LEARNING,
        Topic.MILESTONE: Group.LEARNING,
        Topic.NEXT_STEP: Group.LEARNING,
        Topic.CONCERN: Group.WORRIES,
        Topic.FAMILY_NEWS: Group.FAMILY,
    }
)


def groups_needed(subjects: Collection[Subject]) -> frozenset[Group]:
    """Every group that must be allowed before an entry about `subjects` may travel between settings.

    An entry under no topic needs every group, because nobody knows what it says. A question needs what the
    topics beside it need, and alone it needs none: it goes to the setting it was put to. Topics with a road of
    their own add nothing here; the audience sends them along that road before it asks about sharing.
    Photos are a property of the entry, not of its words: whoever knows of a picture adds `Group.PHOTOS`.
    """
    if not subjects:
        return EVERY_GROUP
    return frozenset(group for subject in subjects if (group := _group_of(subject)) is not None)


def _group_of(subject: Subject) -> Group | None:
    if subject.private and subject.topic in (Topic.HEALTH, Topic.MEDICATION):
        return Group.PRIVATE_HEALTH
    return _GROUP_OF.get(subject.topic)
