"""When a setting is open: everybody sees it, whoever runs it changes it, and what can wait waits over a holiday."""

from __future__ import annotations

from tests.kit.conversation import Story

ICS = "\r\n".join(
    [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//council//term dates//EN",
        *(line for uid, (what, first, last) in enumerate([
            ("Spring Term", "20270105", "20270326"),
            ("Spring Half Term", "20270215", "20270220"),
            ("INSET Day", "20270104", "20270105"),
            ("Summer Half Term", "20270531", "20270605"),
            ("Governors' meeting", "20270120", "20270121"),
        ]) for line in (
            "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260901T000000Z", f"SUMMARY:{what}",
            f"DTSTART;VALUE=DATE:{first}", f"DTEND;VALUE=DATE:{last}", "END:VEVENT",
        )),
        "END:VCALENDAR", "",
    ]
).encode()  # fmt: skip


async def test_whoever_runs_a_setting_changes_its_calendar_in_words_and_everybody_sees_it(story: Story) -> None:
    maya, hannah, priya = (story.person(who) for who in ("maya", "hannah", "priya"))
    await story.until("12:00")

    await maya.says("closed 24 Dec to 1 Jan")
    await maya.hears("Noted: Sunshine is closed Thu 24 Dec to Fri 1 Jan. Nobody has been told.")
    await maya.says("inset day Mon 4 Jan")
    await maya.hears("Noted: INSET at Sunshine Mon 4 Jan, no children. Nobody has been told.")
    await maya.says("autumn term 3 sep to 18 dec")
    await maya.hears("Noted: Autumn term, Thu 3 Sep to Fri 18 Dec.")
    await maya.says("open 8 to 6")
    await maya.hears("Noted: Sunshine is open Mondays to Fridays, 8:00 to 18:00.")
    await maya.says("inset day Fri 9 Jan")
    await maya.hears(
        "Which days do you mean? Write them with the month, like 26 Nov. Nothing has changed in the calendar."
    )

    await priya.says("/calendar")
    await priya.hears(
        "Sunshine: open Mondays to Fridays, 8:00 to 18:00.\n"
        "Autumn term Thu 3 Sep to Fri 18 Dec\n"
        "Closed Thu 24 Dec to Fri 1 Jan\n"
        "INSET (no children) Mon 4 Jan\n"
        "Bank holidays, closed: Fri 25 Dec, Mon 28 Dec, Fri 1 Jan, Fri 26 Mar, Mon 29 Mar, Mon 3 May, Mon 31 May and "
        "Mon 30 Aug"
    )
    await hannah.says("when are you closed?")
    assert "Closed Thu 24 Dec to Fri 1 Jan" in await hannah.hears_anything()
    await hannah.says("closed 24 Dec to 1 Jan")
    assert "Noted" not in await hannah.hears_anything()

    await maya.says("open 24 Dec to 1 Jan")
    await maya.hears_anything()
    await priya.says("calendar")
    assert "Closed Thu 24 Dec" not in await priya.hears_anything()


async def test_a_manager_sends_a_file_of_term_dates_and_what_is_wrong_is_said_by_line(story: Story) -> None:
    maya, priya = story.person("maya"), story.person("priya")
    await story.until("12:00")

    await maya.sends("terms.ics", ICS)
    await maya.hears(
        "I read 1 term, 1 half-term, 1 INSET day and 0 closures, from 4 January 2027 to 25 March 2027. They take the "
        "place of what was there between those days. Right?\n"
        'Line 25: "Summer Half Term" lies in no term.\n'
        "Left out, for the calendar does not need them: 1.",
        buttons=("Use these dates",),
    )
    await priya.says("calendar")
    assert "Spring term" not in await priya.hears_anything()
    await maya.presses("Use these dates")
    await maya.hears("Noted: 1 term, 1 half-term, 1 INSET day and 0 closures, from 4 January 2027 to 25 March 2027.")
    await priya.says("calendar")
    assert "Half-term Mon 15 Feb to Fri 19 Feb" in await priya.hears_anything()


async def test_what_can_wait_waits_over_a_holiday_and_its_author_is_told_until_when(story: Story) -> None:
    maya, fay, priya = (story.person(who) for who in ("maya", "fay", "priya"))
    await story.until("12:00")
    await maya.says("closed 24 Dec to 3 Jan")
    await story.until("9:00", days=30)
    for person in (maya, fay, priya):
        await person.hears_anything()

    await fay.says("leo slept through")
    await story.passes(10)

    await fay.hears("✓ Leo · sleep → Priya Monday 4 Jan 7:30")
    await story.until("7:29", days=11)
    await priya.hears_nothing()
    await story.until("7:31")
    assert "leo slept through" in await priya.hears_anything()
