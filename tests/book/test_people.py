"""Who stands around a child at one instant, and when somebody is there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from book.ids import ChildId, PersonId, SettingId
from book.people import Child, Circle, Duty, Membership, Person, Presence, Present, Role, Session, Standing
from book.sharing import PhotoChoice, PhotoUse

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TUESDAY, THURSDAY = date(2026, 11, 24), date(2026, 11, 26)
SUNSHINE, ACORNS = SettingId(1), SettingId(2)
HANNAH, TOM, PRIYA, MAYA = (PersonId(number) for number in range(11, 15))


def member(
    person: PersonId,
    role: Role,
    setting: SettingId = SUNSHINE,
    *,
    standing: Standing = Standing.LIVE,
    whole: bool = False,
) -> Membership:
    since = NOW - timedelta(days=9)
    return Membership(person, Person(person, str(person)), role, setting, standing, since, of_whole_setting=whole)


def circle(*members: Membership, **rest: object) -> Circle:
    return Circle(Child(ChildId(1), "Ella"), members, **rest)  # type: ignore[arg-type]


def test_a_manager_stands_in_the_circle_while_the_child_is_with_her_setting() -> None:
    maya = member(MAYA, Role.MANAGER, whole=True)

    assert circle(member(PRIYA, Role.KEY_PERSON), maya).membership(MAYA, NOW) == maya
    assert circle(member(HANNAH, Role.PARENT), maya).membership(MAYA, NOW) == maya


def test_a_manager_is_nobody_to_a_child_who_has_left_her_setting() -> None:
    left = member(PRIYA, Role.KEY_PERSON, standing=Standing.ENDED)
    elsewhere = member(HANNAH, Role.PARENT, ACORNS)

    assert circle(left, elsewhere, member(MAYA, Role.MANAGER, whole=True)).membership(MAYA, NOW) is None


def test_an_exception_takes_the_place_of_the_weekday_for_that_date_alone() -> None:
    usual = Session(SUNSHINE, 3, time(8), time(13))
    away = Session(SUNSHINE, 3, time(0), time(23, 59), day=THURSDAY, off=True)
    ella = circle(sessions=(usual, away))

    assert ella.sessions_on(THURSDAY, SUNSHINE) == ()
    assert ella.sessions_on(THURSDAY + timedelta(days=7), SUNSHINE) == (usual,)
    assert ella.sessions_on(THURSDAY, ACORNS) == ()


def test_the_newest_word_about_a_date_counts() -> None:
    away = Session(SUNSHINE, 3, time(0), time(23, 59), day=THURSDAY, off=True)
    after_all = Session(SUNSHINE, 3, time(9), time(12), day=THURSDAY)

    assert circle(sessions=(away, after_all)).sessions_on(THURSDAY, SUNSHINE) == (after_all,)
    assert circle(sessions=(after_all, away)).sessions_on(THURSDAY, SUNSHINE) == ()


def test_hours_of_a_colleague_are_not_hers() -> None:
    mine, other = Duty(PRIYA, 1, time(8), time(16)), Duty(MAYA, 1, time(9), time(17))

    assert circle(duties=(mine, other)).duties_on(TUESDAY, PRIYA) == (mine,)


def test_the_last_line_of_a_day_says_whether_she_is_there() -> None:
    came = Present(SUNSHINE, TUESDAY, Presence.IN, NOW)
    went = Present(SUNSHINE, TUESDAY, Presence.GONE, NOW + timedelta(hours=4))

    assert circle(presences=(came, went)).presence(TUESDAY, SUNSHINE) is Presence.GONE
    assert circle(presences=(came,)).presence(THURSDAY, SUNSHINE) is None


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        ((), False),  # nobody said anything: no is the default
        (((HANNAH, True),), True),
        (((HANNAH, True), (TOM, False)), False),  # two parents differ
        (((HANNAH, True), (HANNAH, False)), False),  # her last word counts
        (((MAYA, True),), False),  # she is no parent
    ],
)
def test_group_photos_need_a_yes_and_no_no(said: tuple[tuple[PersonId, bool], ...], allowed: bool) -> None:
    choices = tuple(PhotoChoice(who, PhotoUse.GROUP, yes, NOW) for who, yes in said)
    ella = circle(member(HANNAH, Role.PARENT), member(TOM, Role.PARENT), photo_choices=choices)

    assert ella.allows_photos(PhotoUse.GROUP, NOW) is allowed
    assert not ella.allows_photos(PhotoUse.SOCIAL, NOW)


@pytest.mark.parametrize(
    ("said", "allowed"), [((), True), (((HANNAH, True), (TOM, False)), False), (((MAYA, False),), True)]
)
def test_pictures_for_her_own_family_need_no_yes_and_end_with_a_parents_no(
    said: tuple[tuple[PersonId, bool], ...], allowed: bool
) -> None:
    choices = tuple(PhotoChoice(who, PhotoUse.OWN, yes, NOW) for who, yes in said)
    ella = circle(member(HANNAH, Role.PARENT), member(TOM, Role.PARENT), photo_choices=choices)

    assert ella.allows_photos(PhotoUse.OWN, NOW) is allowed
