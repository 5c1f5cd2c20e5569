"""When a setting is open, against lists made by hand: four nations, five kinds of calendar, five years."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from book.calendar import (
    ANY_DAY,
    IN_TERM_TIME,
    WEEKDAYS,
    Calendar,
    Nation,
    Shut,
    Sort,
    Stretch,
    closures,
    half_term_of,
    halves,
    is_open,
    is_staffed,
    next_open_day,
    open_days_before,
    term_of,
    week_before_half_term,
    why_shut,
)

# As the governments publish them, with their substitute days; typed from the calendar, not from any library.
_ENGLAND_AND_WALES = """
2024: 1/1 29/3 1/4 6/5 27/5 26/8 25/12 26/12
2025: 1/1 18/4 21/4 5/5 26/5 25/8 25/12 26/12
2026: 1/1 3/4 6/4 4/5 25/5 31/8 25/12 28/12
2027: 1/1 26/3 29/3 3/5 31/5 30/8 27/12 28/12
2028: 3/1 14/4 17/4 1/5 29/5 28/8 25/12 26/12
"""
_SCOTLAND = """
2024: 1/1 2/1 29/3 6/5 27/5 5/8 2/12 25/12 26/12
2025: 1/1 2/1 18/4 5/5 26/5 4/8 1/12 25/12 26/12
2026: 1/1 2/1 3/4 4/5 25/5 15/6 3/8 30/11 25/12 28/12
2027: 1/1 4/1 26/3 3/5 31/5 2/8 30/11 27/12 28/12
2028: 3/1 4/1 14/4 1/5 29/5 7/8 30/11 25/12 26/12
"""
_NORTHERN_IRELAND = """
2024: 1/1 18/3 29/3 1/4 6/5 27/5 12/7 26/8 25/12 26/12
2025: 1/1 17/3 18/4 21/4 5/5 26/5 14/7 25/8 25/12 26/12
2026: 1/1 17/3 3/4 6/4 4/5 25/5 13/7 31/8 25/12 28/12
2027: 1/1 17/3 26/3 29/3 3/5 31/5 12/7 30/8 27/12 28/12
2028: 3/1 17/3 14/4 17/4 1/5 29/5 12/7 28/8 25/12 26/12
"""
_LISTS = {
    Nation.ENGLAND: _ENGLAND_AND_WALES,
    Nation.WALES: _ENGLAND_AND_WALES,
    Nation.SCOTLAND: _SCOTLAND,
    Nation.NORTHERN_IRELAND: _NORTHERN_IRELAND,
}
YEARS = range(2024, 2029)


def _holidays(nation: Nation) -> set[date]:
    found = set()
    for line in _LISTS[nation].split("\n"):
        year, _, days = line.partition(":")
        for each in days.split():
            day, month = each.split("/")
            found.add(date(int(year), int(month), int(day)))
    return found


def _d(written: str) -> date:
    day, month, year = written.split("/")
    return date(int(year), int(month), int(day))


def _stretch(sort: Sort, first: str, last: str, name: str = "") -> Stretch:
    return Stretch(sort, _d(first), _d(last), name)


# A school's five years, each the same weeks: what counts here is that the rule and the list are told apart.
SCHOOL = tuple(
    each
    for year in range(2023, 2029)
    for each in (
        _stretch(Sort.TERM, f"4/9/{year}", f"19/12/{year}", "Autumn"),
        _stretch(Sort.HALF_TERM, f"25/10/{year}", f"31/10/{year}"),
        _stretch(Sort.TERM, f"6/1/{year + 1}", f"24/3/{year + 1}", "Spring"),
        _stretch(Sort.HALF_TERM, f"12/2/{year + 1}", f"18/2/{year + 1}"),
        _stretch(Sort.TERM, f"14/4/{year + 1}", f"21/7/{year + 1}", "Summer"),
        _stretch(Sort.HALF_TERM, f"25/5/{year + 1}", f"1/6/{year + 1}"),
        _stretch(Sort.INSET, f"1/7/{year + 1}", f"2/7/{year + 1}"),
    )
)
CHRISTMAS = tuple(_stretch(Sort.CLOSED, f"24/12/{year}", f"2/1/{year + 1}") for year in range(2023, 2029))
OWN_HOLIDAYS = tuple(_stretch(Sort.CLOSED, f"1/8/{year}", f"14/8/{year}") for year in range(2023, 2029))

KINDS: dict[str, Calendar] = {
    "51 weeks": Calendar(stretches=CHRISTMAS),
    "term time": Calendar(term_time_only=True, stretches=SCHOOL),
    "childminder": Calendar(
        weekdays=frozenset({0, 1, 2, 3}), opens=time(7), bank_holidays=True, stretches=OWN_HOLIDAYS
    ),
    "every day": Calendar(weekdays=frozenset(range(7))),
    "open at Easter": Calendar(
        stretches=(_stretch(Sort.OPEN, "26/3/2027", "29/3/2027"), _stretch(Sort.INSET, "6/9/2027", "6/9/2027"))
    ),
}


def _listed(kind: str, nation: Nation, day: date) -> bool:
    """Whether the same setting is open, by sets of days and nothing of ours."""
    holidays = _holidays(nation)
    week = {"childminder": (0, 1, 2, 3), "every day": tuple(range(7))}.get(kind, (0, 1, 2, 3, 4))
    opened = {_d("26/3/2027") + timedelta(days=ahead) for ahead in range(4)} if kind == "open at Easter" else set()
    if day in opened:
        return True
    # On a Saturday or Sunday it is Christmas Day all the same: whoever is open every day is shut on it too.
    if kind == "every day" and (day.month, day.day) in ((12, 25), (12, 26)):
        return False
    if day.weekday() not in week or (kind != "childminder" and day in holidays):
        return False
    within = [(each.first, each.last, each.sort) for each in KINDS[kind].stretches]
    if any(first <= day <= last and sort in (Sort.CLOSED, Sort.INSET) for first, last, sort in within):
        return False
    if kind == "term time":
        in_term = any(first <= day <= last for first, last, sort in within if sort is Sort.TERM)
        return in_term and not any(first <= day <= last for first, last, sort in within if sort is Sort.HALF_TERM)
    return True


@pytest.mark.parametrize("nation", list(Nation))
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_day_of_five_years_is_open_or_shut_as_the_list_made_by_hand_has_it(kind: str, nation: Nation) -> None:
    from dataclasses import replace

    calendar = replace(KINDS[kind], nation=nation)
    days = [date(YEARS[0], 1, 1) + timedelta(days=ahead) for ahead in range(365 * 5 + 2)]
    # 1 and 2 January, 17 March and 12 July on a weekend are named as well as their substitutes: only whoever opens on
    # weekends sees it, and is asked about weekdays here.
    asked = [day for day in days if kind != "every day" or day.weekday() < 5 or day.month == 12]

    wrong = [day for day in asked if is_open(calendar, day) != _listed(kind, nation, day)]

    assert wrong == []
    opens = [day for day in days if is_open(calendar, day)]
    for after in days[:: 7 * 5]:
        assert next_open_day(calendar, after) == next(
            (day for day in opens if day > after), next_open_day(calendar, after)
        )
        before = [day for day in opens if day < after]
        if len(before) >= 5:
            assert [open_days_before(calendar, after, count) for count in (1, 2, 5)] == [before[-n] for n in (1, 2, 5)]


@pytest.fixture
def school() -> Calendar:
    return KINDS["term time"]


def test_six_half_terms_in_a_year(school: Calendar) -> None:
    year = [each for each in halves(school) if _d("1/9/2026") <= each.first <= _d("31/8/2027")]

    assert [(each.term.name, each.half, each.first.isoformat(), each.last.isoformat()) for each in year] == [
        ("Autumn", 1, "2026-09-04", "2026-10-24"),
        ("Autumn", 2, "2026-11-01", "2026-12-19"),
        ("Spring", 1, "2027-01-06", "2027-02-11"),
        ("Spring", 2, "2027-02-19", "2027-03-24"),
        ("Summer", 1, "2027-04-14", "2027-05-24"),
        ("Summer", 2, "2027-06-02", "2027-07-21"),
    ]


def test_a_day_lies_in_a_term_and_in_half_of_it_or_in_a_holiday(school: Calendar) -> None:
    term = term_of(school, _d("24/11/2026"))
    half = half_term_of(school, _d("24/11/2026"))

    assert term is not None
    assert half is not None
    assert (term.name, half.half) == ("Autumn", 2)
    assert half_term_of(school, _d("27/10/2026")) is None
    assert term_of(school, _d("28/12/2026")) is None


def test_the_week_before_half_term_is_the_last_with_children_in_it(school: Calendar) -> None:
    assert week_before_half_term(school, _d("24/11/2026")) == (_d("8/2/2027"), _d("12/2/2027"))
    assert week_before_half_term(Calendar(), _d("24/11/2026")) is None


def test_on_an_inset_day_staff_are_there_and_children_are_not(school: Calendar) -> None:
    assert (is_open(school, _d("1/7/2027")), is_staffed(school, _d("1/7/2027"))) == (False, True)
    assert (is_open(school, _d("27/10/2026")), is_staffed(school, _d("27/10/2026"))) == (False, False)


def test_as_long_as_nothing_is_written_down_nobody_is_shut_out_by_what_nobody_said() -> None:
    assert why_shut(WEEKDAYS, _d("25/12/2026")) is Shut.BANK_HOLIDAY
    assert is_open(ANY_DAY, _d("25/12/2026"))
    assert is_open(IN_TERM_TIME, _d("11/8/2026")), "its terms are not known"


def test_neighbouring_days_of_one_reason_are_one_closure_with_the_weekend_between() -> None:
    calendar = Calendar(stretches=(_stretch(Sort.CLOSED, "17/12/2026", "23/12/2026"),))

    assert list(closures(calendar, _d("1/12/2026"), _d("31/12/2026"))) == [
        (Shut.CLOSED, _d("17/12/2026"), _d("23/12/2026")),
        (Shut.BANK_HOLIDAY, _d("25/12/2026"), _d("28/12/2026")),
    ]
