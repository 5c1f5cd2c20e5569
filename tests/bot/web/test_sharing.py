"""The sharing switch: what one answer means, and what the childminder then receives."""

from __future__ import annotations

from datetime import UTC, datetime

from book.ids import ChildId, PersonId, SettingId
from book.people import Child, Circle, Membership, Person, Role, Setting, SettingKind, Standing
from book.sharing import ANSWERS, Answer, Choice
from handlers.sharing import choices_for, present_answer
from storage import audit
from tests.bot.web.browser import Browser
from tests.clocks import BookClock

SUNSHINE, DAWNS, CLUB = SettingId(1), SettingId(2), SettingId(3)
HANNAH, TOM = PersonId(11), PersonId(12)
CHANGED = 'Hannah has changed what is shared with you about Ella. Say "sharing" to see it.'
CHANGED = 'Hannah has changed what is shared with you about Ella. Say "sharing" to see it.'
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


class Numbers:
    def __init__(self) -> None:
        self._last = 100

    def new(self) -> int:
        self._last += 1
        return self._last


def circle(*choices: Choice) -> Circle:
    kinds = {SUNSHINE: SettingKind.NURSERY, DAWNS: SettingKind.CHILDMINDER, CLUB: SettingKind.CLUB}
    settings = {each: Setting(each, kind, kind.value) for each, kind in kinds.items()}
    here = [
        Membership(each, Person(PersonId(20 + each), "Staff"), Role.MANAGER, SettingId(each), Standing.LIVE, BEFORE)
        for each in settings
    ]
    return Circle(Child(ChildId(5), "Ella"), tuple(here), settings=settings, choices=choices)


def test_one_answer_settles_her_notes_and_both_directions_with_every_other_setting(book_clock: BookClock) -> None:
    now = book_clock.now()

    made = choices_for(Answer.DAY, HANNAH, circle(), DAWNS, now, Numbers())

    assert {(each.choice.source, each.choice.target) for each in made} == {
        (None, DAWNS),
        (SUNSHINE, DAWNS),
        (CLUB, DAWNS),
        (DAWNS, SUNSHINE),
        (DAWNS, CLUB),
    }
    assert {(each.child, each.choice.chooser, each.choice.groups, each.choice.at) for each in made} == {
        (ChildId(5), HANNAH, ANSWERS[Answer.DAY], now)
    }
    assert len({each.id for each in made}) == len(made)


def test_her_present_answer_is_her_last_and_nobody_elses(book_clock: BookClock) -> None:
    now = book_clock.now()
    day = Choice(HANNAH, None, DAWNS, ANSWERS[Answer.DAY], now)
    nothing = Choice(HANNAH, None, DAWNS, ANSWERS[Answer.NOTHING], now)

    assert present_answer(HANNAH, circle(), DAWNS) is None
    assert present_answer(HANNAH, circle(nothing, day), DAWNS) is Answer.DAY
    assert present_answer(HANNAH, circle(day, nothing), DAWNS) is Answer.NOTHING
    assert present_answer(TOM, circle(day), DAWNS) is None
    assert present_answer(HANNAH, circle(day), CLUB) is None


async def test_the_switch_stands_on_parents_phones_alone(browser: Browser) -> None:
    hers = await browser.get("/api/sharing/hannah")
    his = await browser.get("/api/sharing/tom")

    assert hers == {
        "switches": [
            {
                "id": "ella-dawn",
                "label": "Dawn may see",
                "value": "day",
                "choices": [{"value": "day", "label": "her day"}, {"value": "nothing", "label": "nothing"}],
            }
        ]
    }
    assert his["switches"][0]["value"] is None
    for who in ("priya", "dawn", "maya", "joe"):
        assert await browser.get(f"/api/sharing/{who}") == {"switches": []}


async def test_after_nothing_the_childminder_receives_nothing_and_after_her_day_again_she_does(
    browser: Browser,
) -> None:
    await browser.post("/api/sharing/hannah", {"id": "ella-dawn", "value": "nothing"})
    await browser.types("hannah", "bad night, teething")
    await browser.types("priya", "Ella slept 8-9")
    await browser.story.until("12:50")

    assert await browser.hears("dawn") == [CHANGED]
    assert (await browser.get("/api/sharing/hannah"))["switches"][0]["value"] == "nothing"
    first, second = await browser.thread()
    for entry in (first, second):
        dawn = next(each for each in entry["audience"] if each["person"] == "Dawn")
        assert (dawn["told"], dawn["why"], dawn["at"]) == (False, "not_shared", None)

    await browser.post("/api/sharing/hannah", {"id": "ella-dawn", "value": "day"})
    await browser.types("hannah", "she had toast")
    await browser.story.passes(30)

    assert await browser.hears("dawn") == [
        CHANGED,
        CHANGED,
        'Ella, from Hannah 12:50: "she had toast"',
    ]


async def test_a_choice_made_while_a_note_waits_counts_for_that_note(browser: Browser) -> None:
    await browser.types("hannah", "bad night, teething")

    await browser.post("/api/sharing/hannah", {"id": "ella-dawn", "value": "nothing"})
    await browser.story.passes(60)

    assert await browser.hears("dawn") == [CHANGED]
    assert len(await browser.hears("priya")) == 2


async def test_a_change_is_recorded_and_choosing_the_same_again_is_none(browser: Browser) -> None:
    store = browser.story.store
    marks = [await store.read(audit.first_break)]
    for _ in range(2):
        await browser.post("/api/sharing/hannah", {"id": "ella-dawn", "value": "nothing"})
    (entry,) = await browser.story.store.read(_deeds)
    marks.append(await store.read(audit.first_break))

    assert entry == ("sharing", browser.story.people.people["hannah"])
    assert marks == [None, None]


async def test_nobody_chooses_what_is_not_hers_to_choose(browser: Browser) -> None:
    for who in ("priya", "joe"):
        await browser.post(f"/api/sharing/{who}", {"id": "ella-dawn", "value": "day"}, status=404)
    await browser.post("/api/sharing/hannah", {"id": "ella-sunshine", "value": "day"}, status=404)
    await browser.post("/api/sharing/hannah", {"id": "ella-dawn", "value": "her day"}, status=400)


def _deeds(connection: object) -> list[tuple[str, int]]:
    from sqlalchemy import Connection, select

    from storage.schema import audit as table

    assert isinstance(connection, Connection)
    rows = connection.execute(select(table.c.what, table.c.by_id).order_by(table.c.number))
    return [(row.what, row.by_id) for row in rows]
