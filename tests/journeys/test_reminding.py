"""Reminders in words: for oneself and for others, confirmed with day and time, listed, moved, paused, deleted."""

from __future__ import annotations

from tests.kit.conversation import Story


async def test_somebody_is_reminded_of_what_she_asked_for_at_its_moment_and_once(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("12:00")

    await hannah.says("remind me Friday to bring wellies")
    await hannah.hears("I'll remind you on Friday 27 November, 7:00: bring wellies", buttons=("Delete it",))
    await story.until("6:59", days=3)
    await hannah.hears_nothing()
    await story.until("7:01")
    await hannah.hears("Reminder: bring wellies")
    await story.until("12:00", days=7)
    assert "wellies" not in await hannah.hears_anything()


async def test_everybody_is_told_in_time_that_the_setting_is_closed(story: Story) -> None:
    maya, hannah, joe, priya = (story.person(who) for who in ("maya", "hannah", "joe", "priya"))
    await story.until("12:00")

    await maya.says("remind everyone on the 14th we're closed")
    await maya.hears("The last open day before, or that morning?", buttons=("Friday 11 December", "Monday 14 December"))
    await maya.presses("Friday 11 December")
    await maya.hears("I'll remind all families on Friday 11 December, 7:30: we're closed", buttons=("Delete it",))
    await story.until("7:31", days=17)

    await hannah.hears("Reminder from Maya: we're closed")
    await joe.hears("Reminder from Maya: we're closed")
    await priya.hears_nothing()


async def test_what_was_not_said_is_asked_and_a_day_that_leaves_a_doubt_too(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("12:00")

    await hannah.says("remind me to pay the fees")
    await hannah.hears("When? A day, and a time if you like: Friday, or 3 Dec at 8, or every Tuesday.")
    await hannah.says("3 dec at 6")
    await hannah.hears("I'll remind you on Thursday 3 December, 18:00: pay the fees", buttons=("Delete it",))
    await hannah.says("remind me tuesday to ring the GP")
    await hannah.hears("Which day do you mean?", buttons=("Tuesday 24 November", "Tuesday 1 December"))
    await hannah.presses("Tuesday 1 December")
    await hannah.hears("I'll remind you on Tuesday 1 December, 7:00: ring the GP", buttons=("Delete it",))


async def test_reminders_are_listed_moved_paused_and_deleted(story: Story) -> None:
    priya = story.person("priya")
    await story.until("12:00")
    await priya.says("every Thursday PE kit")
    await priya.hears("I'll remind you, next on Thursday 26 November, 7:30: PE kit", buttons=("Delete it",))

    await priya.says("remind")
    await priya.hears("Reminders:\nPE kit (you, next Thursday 26 November, 7:30)", buttons=("PE kit",))
    await priya.presses("PE kit")
    await priya.hears(
        "PE kit (you, next Thursday 26 November, 7:30)", buttons=("Another time", "Pause it", "Delete it")
    )
    await priya.presses("Another time")
    await priya.hears_anything()
    await priya.says("every friday at 8")
    await priya.hears("Moved. I'll remind you next on Friday 27 November, 8:00: PE kit")
    await priya.says("remind")
    await priya.hears_anything()
    await priya.presses("PE kit")
    await priya.hears_anything()
    await priya.presses("Pause it")
    await priya.hears("Paused. Nothing of it comes until you say so.")
    await story.until("9:00", days=3)
    assert "PE kit" not in await priya.hears_anything()
    await priya.says("remind")
    await priya.hears("Reminders:\nPE kit (you, paused)", buttons=("PE kit",))
    await priya.presses("PE kit")
    await priya.hears("PE kit (you, paused)", buttons=("Another time", "Go on with it", "Delete it"))
    await priya.presses("Delete it")
    await priya.hears("Deleted. Nothing more of it comes.")
    await priya.says("remind")
    await priya.hears("No reminders. Write: remind me Friday to bring wellies.")


async def test_each_reminds_whom_her_role_allows_and_no_family_reads_another_childs_name(story: Story) -> None:
    hannah, priya, maya, sam = (story.person(who) for who in ("hannah", "priya", "maya", "sam"))
    await story.until("12:00")

    await hannah.says("remind everyone tomorrow to bring wellies")
    await hannah.hears(
        "I can remind you, or people around your children by name. Write it like: remind me Friday to bring wellies."
    )
    await maya.says("remind everyone tomorrow that Noah has chickenpox")
    await maya.hears("That names a child whom not everybody who reads it may know of. Write it again without the name.")
    await priya.says("remind Ella's family tomorrow to bring wellies")
    await priya.hears("I'll remind the family on Wednesday 25 November, 7:30: bring wellies", buttons=("Delete it",))
    await hannah.says("remind Priya tomorrow at 9 that mr clark hit me")
    assert "I'll remind" not in await hannah.hears_anything()
    await story.until("7:31", days=1)
    assert "Reminder from Priya: bring wellies" in await hannah.hears_anything()
    await story.until("9:01")
    assert "clark" not in await priya.hears_anything()
    assert "Reminder" not in await sam.hears_anything()


async def test_a_plan_is_spoken_of_every_half_term_until_somebody_says_that_it_was_reviewed(story: Story) -> None:
    maya = story.person("maya")
    await story.until("12:00")
    await maya.says("spring term 5 jan to 25 mar")
    await maya.says("half term 15 to 19 feb")
    await maya.hears_anything()

    await maya.says("review Leo's support plan every half-term")
    await maya.hears(
        "I'll remind you, next on Tuesday 5 January, 7:30: review Leo's support plan", buttons=("Delete it",)
    )
    await story.until("7:31", days=42)
    await maya.hears("Reminder: review Leo's support plan", buttons=("Reviewed",))
    await story.until("7:31", days=20)
    await maya.hears("Reminder: review Leo's support plan", buttons=("Reviewed",))
    await maya.presses("Reviewed")
    await maya.hears("Written down as reviewed today. I'll ask again when it comes round.")
    await story.until("7:29", days=28)
    assert "support plan" not in await maya.hears_anything(), "nothing more of this half-term"
    await story.until("7:31")
    await maya.hears("Reminder: review Leo's support plan", buttons=("Reviewed",))
