"""How parents' choices add up."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.ids import PersonId, SettingId
from book.sharing import ANSWERS, EVERYTHING, HOME, Answer, Choice, agreed, newest_by_chooser
from book.topics import Group

HANNAH, TOM, NAN = PersonId(1), PersonId(2), PersonId(3)
SUNSHINE, DAWNS = SettingId(11), SettingId(12)
AT = datetime(2026, 11, 24, tzinfo=UTC)
DAY = frozenset({Group.DAY})
NOTHING: frozenset[Group] = frozenset()


@pytest.mark.parametrize(
    ("chosen", "parents", "together"),
    [
        pytest.param({}, [HANNAH, TOM], None, id="nobody has chosen: nothing is decided"),
        pytest.param({HANNAH: DAY}, [HANNAH], DAY, id="one parent only"),
        pytest.param({HANNAH: DAY}, [HANNAH, TOM], DAY, id="who has not chosen has not refused"),
        pytest.param({HANNAH: EVERYTHING, TOM: DAY}, [HANNAH, TOM], DAY, id="what both allow"),
        pytest.param({HANNAH: EVERYTHING, TOM: NOTHING}, [HANNAH, TOM], NOTHING, id="one no is no"),
        pytest.param({HANNAH: EVERYTHING, TOM: NOTHING}, [HANNAH], EVERYTHING, id="a parent no more"),
        pytest.param({NAN: EVERYTHING}, [HANNAH, TOM], None, id="a grandmother sets nothing"),
        pytest.param({HANNAH: DAY}, [], None, id="a child without a parent in the book"),
    ],
)
def test_parents_choices_add_up_to_what_all_of_them_allow(
    chosen: dict[PersonId, frozenset[Group]], parents: list[PersonId], together: frozenset[Group] | None
) -> None:
    assert agreed(chosen, parents) == together


def test_where_both_are_asked_one_who_has_not_chosen_has_not_agreed() -> None:
    assert agreed({HANNAH: EVERYTHING}, [HANNAH, TOM], by_all=True) is None
    assert agreed({HANNAH: EVERYTHING, TOM: DAY}, [HANNAH, TOM], by_all=True) == DAY
    assert agreed({HANNAH: DAY}, [HANNAH], by_all=True) == DAY


@given(st.dictionaries(st.sampled_from([HANNAH, TOM, NAN]), st.frozensets(st.sampled_from(Group))))
def test_no_parent_is_ever_overruled(chosen: dict[PersonId, frozenset[Group]]) -> None:
    together = agreed(chosen, [HANNAH, TOM])

    for parent in (HANNAH, TOM):
        assert together is None or parent not in chosen or together <= chosen[parent]


def test_the_last_word_counts_for_its_own_direction_alone() -> None:
    choices = [
        Choice(HANNAH, SUNSHINE, DAWNS, EVERYTHING, AT),
        Choice(HANNAH, DAWNS, SUNSHINE, EVERYTHING, AT),
        Choice(TOM, SUNSHINE, DAWNS, DAY, AT),
        Choice(HANNAH, SUNSHINE, DAWNS, NOTHING, AT),
        Choice(HANNAH, HOME, DAWNS, DAY, AT),
    ]

    assert newest_by_chooser(choices, SUNSHINE, DAWNS) == {HANNAH: NOTHING, TOM: DAY}
    assert newest_by_chooser(choices, DAWNS, SUNSHINE) == {HANNAH: EVERYTHING}
    assert newest_by_chooser(choices, HOME, DAWNS) == {HANNAH: DAY}
    assert newest_by_chooser(choices, HOME, HOME) == {}


def test_the_four_answers_go_from_nothing_to_everything_each_with_all_of_the_one_before() -> None:
    rising = [ANSWERS[each] for each in (Answer.NOTHING, Answer.DAY, Answer.DAY_AND_LEARNING, Answer.EVERYTHING)]

    assert set(ANSWERS) == set(Answer)
    assert all(less < more for less, more in itertools.pairwise(rising))
    assert rising[0] == frozenset()
    assert rising[-1] == frozenset(Group)
    assert Group.PRIVATE_HEALTH not in rising[2]
    assert Group.WORRIES not in rising[2]
