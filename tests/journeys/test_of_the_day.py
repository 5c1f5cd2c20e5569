"""The page of the day, the handover and the day so far: one message each, made for its reader as it leaves."""

from __future__ import annotations

from tests.kit.conversation import Story

TITLE = "Ella's day · Tuesday 24 November"


async def _a_day(story: Story) -> None:
    """What is written of Ella on a Tuesday at nursery, and afterwards at Dawn's."""
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("6:02")
    await hannah.says("calpol 5ml 5.45. early nap if she'll have one")
    for at, words in (
        ("11:05", "Ella teary at 11. Rabbit helped."),
        ("11:35", "Ella slept 10.50-11.30"),
        ("12:20", "Ella half her lunch, two yoghurts, 2 wet 1 dirty 12.10"),
    ):
        await story.until(at)
        await priya.says(words)
    await story.until("12:44")
    for each in (hannah, priya, dawn):
        await each.hears_anything()


async def test_dialogue_13_the_handover(story: Story) -> None:
    await _a_day(story)
    dawn = story.person("dawn")
    await story.until("12:45")
    await dawn.hears(
        "Ella, for 1 (Sunshine, Priya)\n"
        "Slept 10:50–11:30\n"
        "Food: half her lunch, two yoghurts\n"
        "Nappies: 2 wet, 1 dirty (12:10)\n"
        "calpol 5 ml at 5:45 at home. No other dose in the book.\n"
        "Ella teary at 11. Rabbit helped.\n"
        "From Hannah: early nap if she'll have one"
    )


async def test_dialogue_31_the_page_of_the_day_and_what_is_undone_leaves_it(story: Story) -> None:
    await _a_day(story)
    hannah, tom, priya, dawn = (story.person(who) for who in ("hannah", "tom", "priya", "dawn"))
    await story.until("15:00")
    await dawn.says("Ella slept 2.10-3, said DUCK to every one")
    await story.until("16:58")
    await tom.hears_anything()
    await story.until("17:00")
    page = (
        f"{TITLE}\nSleep 10:50–11:30 · 2:10–3:00 (Dawn)\nFood half her lunch, two yoghurts\nNappies 2 wet, 1 dirty\n"
        "Medicine 5:45 calpol 5 ml (home)\n"
        'Priya: "Ella teary at 11. Rabbit helped."\n'
    )
    await hannah.hears(f'{page}Dawn: "said DUCK to every one"')

    await dawn.says("undo")
    await story.passes(5)
    changed = page.replace(" · 2:10–3:00 (Dawn)", "").rstrip("\n")
    await hannah.sees(changed)
    await priya.hears_anything()


async def test_whoever_asks_has_the_day_so_far_as_far_as_she_may_know_it(story: Story) -> None:
    await _a_day(story)
    hannah, tom, priya, dawn = (story.person(who) for who in ("hannah", "tom", "priya", "dawn"))
    await tom.says("today ella")
    said = await tom.hears_anything()
    assert "Sleep 10:50–11:30" in said
    assert "calpol" not in said  # Hannah's own notes are not Tom's before both have said yes

    await priya.says("today ella")
    assert "early nap if she'll have one" in await priya.hears_anything()
    await dawn.says("handover")
    assert (await dawn.hears_anything()).startswith("Ella, for 1 (Sunshine, Priya)\nSlept 10:50–11:30")
    await hannah.says("today")
    assert TITLE in await hannah.hears_anything()


async def test_a_day_with_nothing_written_has_no_page(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("17:05")
    await hannah.hears_nothing()
    await hannah.says("today")
    await hannah.hears("Nothing is written of Ella for Tuesday 24 November.")


async def test_dialogue_9_the_morning_list(story: Story) -> None:
    hannah, fay, joe, priya = (story.person(who) for who in ("hannah", "fay", "joe", "priya"))
    await story.until("6:02")
    await hannah.says("bad night, teething, up since 4")
    await fay.says("slept through")
    await joe.says("is it pyjama day for noah?")
    await story.until("7:30")
    await priya.hears(
        "Morning, Priya. 4 of your 4 in today.\n"
        "Ella – bad night, teething, up since 4 (Hannah)\n"
        "Leo – slept through (Fay)\n"
        "Noah – asks: is it pyjama day for noah? (Joe) Reply to this to answer.\n"
        "Zofia – nothing new"
    )
    listed = (await priya.screen())[-1]
    await priya.says("yes, any pjs", reply_to=listed)
    await story.passes(20)
    assert "yes, any pjs" in await joe.hears_anything()
    await hannah.hears_anything()

    await story.until("7:35")
    await fay.says("undo")
    await story.passes(5)
    await priya.sees(
        "Morning, Priya. 4 of your 4 in today.\n"
        "Ella – bad night, teething, up since 4 (Hannah)\n"
        "Noah – asks: is it pyjama day for noah? (Joe) Reply to this to answer.\n"
        "Leo, Zofia – nothing new"
    )
    await priya.hears_anything()
    await priya.says("morning")
    assert "Leo, Zofia – nothing new" in await priya.hears_anything()
