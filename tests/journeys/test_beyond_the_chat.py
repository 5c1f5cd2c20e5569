"""Those who do not chat, settings by hand, family and professionals: dialogues 22, 23, 39 and 44, word for word."""

from __future__ import annotations

import re

import pytest

from storage import sharing
from tests.kit.beyond import bea_and_rob, ben_and_acorns, comes
from tests.kit.conversation import Heard, Person, Story
from tests.kit.papers import texts_of

PRINTED = "Ella's day, Tuesday 24 November\nOne side, large print."


async def on_its_file(person: Person, heard: Heard, name: str) -> list[str]:
    """What stands on the one side of paper that came with it."""
    file = await person.file_of(heard)
    assert file is not None
    assert file[0] == name
    assert len(re.findall(rb"/Type /Page\b", file[1])) == 1
    return texts_of(file[1]).split("\n")


async def test_dialogue_22_the_parent_who_never_joins(story: Story) -> None:
    await bea_and_rob(story)
    priya = story.person("priya")
    await story.until("14:00")

    await priya.says("Bea did 3 piece jigsaw by herself!")
    await story.passes(10)
    heard = "✓ Bea · milestone → kept in Bea's book. Rob isn't on Bookbag: tell him at the door, it's on the slip."
    await priya.hears(heard, buttons=("Undo", "Change"))
    await story.until("17:30")
    await priya.sees(heard)
    await priya.hears_nothing()

    await story.until("17:31")
    await priya.says("print bea")
    heard = await priya.hears("Bea's day, Tuesday 24 November\nOne side, large print.")
    assert await on_its_file(priya, heard, "Bea 2026-11-24.pdf") == [
        "Bea's day, Tuesday 24 November",
        "Milestone",
        "14:00 Priya: Bea did 3 piece jigsaw by herself!",
    ]


async def test_dialogue_22_a_paper_choice(story: Story) -> None:
    await bea_and_rob(story)
    maya = story.person("maya")
    await story.until("16:40")

    await maya.says("rob signed paper today: own photos yes group no")
    await maya.hears(
        "✓ Bea: choices from paper, signed by Rob Hale, 24 Nov, entered by Maya. Rob sees them if he joins."
    )


async def test_dialogue_23_the_setting_that_will_not_join(story: Story) -> None:
    await ben_and_acorns(story)
    dawn, chloe = story.person("dawn"), story.person("chloe")
    await _logged_before(story)
    await story.until("8:30")
    await dawn.says("ben up at 6, toast and egg, happy")
    await story.passes(15)
    await dawn.says("ben new shoes, rubs on left heel")
    await story.passes(15)
    await chloe.says("nan collects at 12")
    await story.passes(60)
    await dawn.hears_anything()
    await chloe.hears_anything()

    await story.until("8:40")
    await dawn.says("acorns handover ben")
    handover = (
        "Ben, Tue 24 Nov, from Dawn. Up at 6, toast and egg, happy. New shoes, rubs on left heel. Nan collects at 12."
    )
    await dawn.hears(
        f"For you to show, read out or hand over (Chloe agreed: his day):\n{handover}",
        buttons=("As a printed slip", "Copy text"),
    )
    await dawn.presses("As a printed slip")
    slip = await dawn.hears("For Acorns\nOne side, large print.")
    assert " ".join(await on_its_file(dawn, slip, "Ben 2026-11-24.pdf")) == f"For Acorns {handover}"
    await dawn.says("acorns handover ben")
    await dawn.hears_anything()
    await dawn.presses("Copy text")
    await dawn.hears(handover)

    await story.until("12:20")
    await dawn.says("acorns said he ate nothing, asleep in book corner 11ish")
    await story.passes(10)
    await dawn.hears(
        "✓ Ben · food, sleep – told by Acorns at the door → Chloe this evening", buttons=("Undo", "Change")
    )
    await dawn.says("log called acorns re next steps, left message")
    await dawn.hears("✓ Call logged. That's 3 tries since September; it's in your partnership record.")
    await dawn.says("letter acorns")
    await dawn.hears("I've asked Chloe to read your letter to Acorns first. You'll have it when Chloe says yes.")
    letter = (
        "About Ben\nTo Acorns, 24 November\nBen is with Dawn on Mondays to Fridays, 7:30 to 17:30.\n"
        "Chloe has chosen what we and Acorns may tell each other: his day.\n"
        "We would be glad to keep in touch about Ben."
    )
    await chloe.hears(
        f"Dawn would like to give Acorns this letter about Ben. All right?\n{letter}", buttons=("Yes", "No")
    )
    await chloe.presses("Yes")
    await chloe.hears("Thank you. I've told who asked.")
    said = await dawn.hears("Chloe says yes. To hand over:")
    printed = " ".join(await on_its_file(dawn, said, "letter about Ben.pdf"))
    assert printed == letter.replace("\n", " ")

    await story.until("17:00")
    await chloe.hears(
        "Ben's day · Tuesday 24 November\nSleep up at 6 · asleep in book corner 11ish (Acorns)\n"
        'Food toast and egg · acorns said he ate nothing (Acorns)\nDawn: "happy"\n'
        'Dawn: "ben new shoes, rubs on left heel"'
    )


async def test_a_new_setting_by_hand_is_told_nothing_before_the_parent_says_so(story: Story) -> None:
    await ben_and_acorns(story, by_hand=False)
    dawn, chloe = story.person("dawn"), story.person("chloe")
    await story.until("8:30")

    await dawn.says("ben also goes to acorns 01632 960321")
    await dawn.hears("Acorns is in Ben's book, by hand. Nothing may be told there until Chloe says so. I've asked.")
    await chloe.hears(
        "Dawn has written down that Ben also goes to Acorns. What may be said or shown to Acorns?",
        buttons=("Ben's day", "Nothing"),
    )
    await dawn.says("ben up at 6, happy")
    await story.passes(30)
    await dawn.hears_anything()
    await dawn.says("acorns handover ben")
    await dawn.hears("Nothing may go to Acorns: Chloe hasn't agreed to anything.")
    await chloe.presses("Ben's day")
    await chloe.hears("Done. Acorns: his day, at the door or on a slip. Nothing goes there by itself.")
    await dawn.hears("Ben: Chloe has said what may go to Acorns: his day.")
    await dawn.says("acorns handover ben")
    await dawn.hears(
        "For you to show, read out or hand over (Chloe agreed: his day):\nBen, Tue 24 Nov, from Dawn. Up at 6, happy."
    )


async def test_dialogue_44_nan_who_has_leo_on_thursdays(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("9:00")

    await fay.says("add my mum Jean thursdays")
    await fay.hears(
        "Jean can write, and sees Leo's day on Thursdays only. No letters, no worries, no choices. Send her a slip?",
        buttons=("Yes",),
    )
    await fay.presses("Yes")
    said = await fay.hears_anything()
    assert re.fullmatch(
        r"Jean comes in by sending LEO-\w{4} to Bookbag, once, until 15 December\. Sunshine checks who sent it\.", said
    )
    jean = await comes(story, "Jean")

    await priya.says("Leo ate all his lunch")
    await story.until("17:30")
    await jean.hears_nothing()
    await story.until("16:30", days=2)
    await fay.hears_anything()
    await priya.hears_anything()
    await jean.says("leo had sausage n mash slept 1-2")
    await story.passes(10)
    await jean.hears("✓ Leo · food, sleep → Fay now, Priya Friday 7:30", buttons=("Undo", "Change"))
    await story.passes(10)
    await fay.hears('Leo, from Jean 16:30: "leo had sausage n mash slept 1-2"')
    await priya.hears_nothing()
    await priya.says("Leo slept 12-1")
    await priya.says("Leo has his hearing appointment letter, squint clinic in jan")
    await story.until("18:00")
    heard = await jean.hears_anything()
    assert "Leo's day · Thursday 26 November\nSleep 12:00–1:00" in heard
    assert "hearing" not in heard

    await fay.says("Jean no more")
    await fay.hears_anything()
    await jean.says("leo had tea")
    await jean.hears(
        "This is a nursery communication book. If you have been given a slip, send me the code on it. "
        "Otherwise please speak to the setting."
    )


async def test_dialogue_39_a_health_visitor_for_one_child_for_a_while(story: Story) -> None:
    hannah, tom, priya = (story.person(who) for who in ("hannah", "tom", "priya"))
    await story.until("9:00")

    await hannah.says("can the health visitor Jo Marsh be in it for the 2 yr check")
    await hannah.hears(
        "Jo Marsh, for Ella only, until 18 December, seeing only what you pick:",
        buttons=("The two-year check", "Her learning", "Her day too"),
    )
    await hannah.presses("The two-year check")
    done, slip = (await hannah.hears_anything()).split("\n")
    assert done == "Done. Jo Marsh hears of the two-year check for Ella, until 18 December."
    assert slip.startswith("Jo Marsh comes in by sending ELLA-")
    assert (await hannah.screen())[-1].buttons == ("Her learning", "Her day too")
    await tom.hears('Jo Marsh is in Ella\'s book until 18 December. Who sees what: say "sharing".')
    await hannah.presses("Her learning")
    await hannah.hears("Done. Jo Marsh may read about Ella's learning, until 18 December.")
    jo = await comes(story, "Jo Marsh")

    await priya.says("Ella built a tower of eight by herself")
    await story.until("10:00")
    await priya.hears_anything()
    await jo.hears_nothing()
    await jo.says("Review booked 9 Dec 10am at clinic")
    await story.passes(10)
    await jo.hears("Noted for parents and Priya. Nobody else.")
    await story.passes(30)
    assert "Review booked 9 Dec 10am at clinic" in await priya.hears_anything()
    assert "Review booked 9 Dec 10am at clinic" in await hannah.hears_anything()
    await story.until("16:59", days=24)
    await jo.hears_anything()
    await story.until("17:00")
    await jo.hears("Your time in this book has ended today. Thank you.")
    await story.until("17:00", days=3)
    await jo.hears_nothing()
    await jo.says("how did it go?")
    await jo.hears(
        "This is a nursery communication book. If you have been given a slip, send me the code on it. "
        "Otherwise please speak to the setting."
    )


async def _logged_before(story: Story) -> None:
    """Two tries of this autumn, one of last summer and one that was answered."""
    dawn = story.person("dawn")
    for words in (
        "log called acorns, no answer",
        "log rang acorns, left message",
        "log met acorns, talked of next steps",
    ):
        await dawn.says(words)
    await dawn.hears_anything()


async def test_what_a_parent_signed_counts_and_is_shown_to_her_and_only_a_manager_enters_it(story: Story) -> None:
    maya, hannah, priya, dawn = (story.person(who) for who in ("maya", "hannah", "priya", "dawn"))
    await story.until("9:00")

    await priya.says("Hannah signed paper today: everything with dawn")
    await story.passes(30)
    assert "entered" not in await priya.hears_anything()
    await priya.says("Ella has been hitting a lot this week")
    await story.until("14:00")
    assert "hitting" not in await dawn.hears_anything()

    await maya.says("hannah signed paper today: everything with dawn, newsletter maybe")
    await maya.hears(
        'I entered nothing, because I couldn\'t read "newsletter maybe". '
        "Say it like: Jo signed paper today: own photos yes, group no, her day with Dawn"
    )
    await hannah.hears_anything()
    await maya.says("hannah signed paper today: everything with dawn")
    await maya.hears(
        "✓ Ella: choices from paper, signed by Hannah, 24 Nov, entered by Maya. Hannah has been shown them."
    )
    await hannah.hears(
        'Ella: what you signed on paper on 24 Nov was entered by Maya. Say "sharing" to see or change it.'
    )
    papers = await story.store.read(sharing.on_paper, [story.people.people["hannah"]])
    assert [each.entered_by for each in papers] == [story.people.people["maya"]]

    await priya.says("Ella has been biting too")
    await story.until("17:00")
    assert "biting" in await dawn.hears_anything()


async def test_family_of_one_parent_is_not_the_other_parents_to_read_or_to_send_away(story: Story) -> None:
    hannah, tom, priya = (story.person(who) for who in ("hannah", "tom", "priya"))
    await story.until("9:00")
    await tom.says("add my mum Jean tuesdays")
    await tom.hears(
        "Jean can write, and sees Ella's day on Tuesdays only. No letters, no worries, no choices. Send her a slip?"
    )
    jean = await comes(story, "Jean")

    await hannah.says("ella slept badly, just nursery")
    await hannah.says("ella had porridge")
    await jean.says("ella had two naps")
    await story.passes(30)
    await jean.hears("✓ Ella · sleep → Tom ✓ Priya ✓. Not Dawn: her day stays with Sunshine.")
    assert "two naps" not in await hannah.hears_anything()
    assert "two naps" in await tom.hears_anything()
    assert "two naps" in await priya.hears_anything()
    await priya.says("Ella ate all her lunch")
    await hannah.says("remove Jean")
    await story.until("17:30")
    await jean.hears("Ella's day · Tuesday 24 November\nFood ate all her lunch")

    await tom.says("remove Jean")
    assert "Done. Jean no longer sees or writes anything in Ella's book." in await tom.hears_anything()


@pytest.mark.parametrize("words", ["end Jean", "restrict Jean"])
async def test_family_who_is_let_back_in_is_whose_guest_she_was_and_sees_what_she_was_given(
    story: Story, words: str
) -> None:
    hannah, tom, maya, priya = (story.person(who) for who in ("hannah", "tom", "maya", "priya"))
    await story.until("9:00")
    await tom.says("add my mum Jean wednesdays")
    await comes(story, "Jean")

    await maya.says(words)
    await maya.presses("Let Jean back in")
    await maya.presses("Yes")
    jean = await comes(story, "Jean")
    await jean.says("ella had two naps")
    await priya.says("Ella ate all her lunch")
    await story.until("17:30")

    assert "two naps" in await tom.hears_anything()
    assert "two naps" not in await hannah.hears_anything()
    assert "lunch" not in await jean.hears_anything()  # it is a Tuesday


async def test_a_slip_that_was_not_used_yet_rings_and_promises_nothing(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("9:00")
    await fay.says("add my mum Jean")
    await fay.hears(
        "Jean can write, and sees Leo's day. No letters, no worries, no choices. Send her a slip?", buttons=("Yes",)
    )

    await priya.says("Leo ate all his lunch")
    await story.passes(10)
    await priya.hears("✓ Leo · food → Fay this evening", buttons=("Undo", "Change"))
    await story.until("17:01")
    await priya.sees("✓ Leo · food → Fay ✓")


async def test_what_is_printed_for_one_parent_says_nothing_of_the_others_notes(story: Story) -> None:
    hannah, tom, priya = (story.person(who) for who in ("hannah", "tom", "priya"))
    await story.until("9:00")
    await hannah.says("ella slept badly, her dad and I had words")
    await priya.says("Ella ate all her lunch")
    await story.passes(60)
    for person in (hannah, tom, priya):
        await person.hears_anything()

    page = ["Ella's day, Tuesday 24 November", "Food", "9:00 Priya: Ella ate all her lunch"]
    for person in (priya, tom):
        await person.says("print ella")
        assert await on_its_file(person, await person.hears(PRINTED), "Ella 2026-11-24.pdf") == page
    await hannah.says("print ella")
    hers = await on_its_file(hannah, await hannah.hears(PRINTED), "Ella 2026-11-24.pdf")
    assert "had words" in " ".join(hers)


async def test_words_for_the_nursery_alone_are_not_handed_over_at_a_setting_by_hand(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("9:00")
    await hannah.says("ella also goes to acorns 01632 960321")
    await hannah.hears(
        "Acorns is in Ella's book, by hand: nothing goes there by itself. What may be said or shown to Acorns?",
        buttons=("Ella's day", "Nothing"),
    )
    await hannah.presses("Ella's day")
    await hannah.hears("Done. Acorns: her day, at the door or on a slip. Nothing goes there by itself.")

    await hannah.says("slept badly, just nursery")
    await hannah.says("hospital letter came, squint op in jan")
    await hannah.says("ate a big breakfast")
    await story.passes(60)
    heard = await hannah.hears_anything()
    assert "Acorns" not in heard
    await hannah.says("acorns handover ella")
    await hannah.hears(
        "For you to show, read out or hand over (Hannah agreed: her day):\n"
        "Ella, Tue 24 Nov, from Hannah. Ate a big breakfast."
    )


async def test_family_who_asks_who_had_it_learns_of_her_own_note_alone(story: Story) -> None:
    tom = story.person("tom")
    await story.until("9:00")
    await tom.says("add my mum Jean")
    jean = await comes(story, "Jean")
    await jean.says("ella had two naps")
    await story.passes(40)
    await jean.hears_anything()

    await jean.says("who")
    answer = await jean.hears_anything()
    assert "Tom: told" in answer
    assert "Priya: told" in answer
    assert "not told" not in answer
    assert "Hannah" not in answer


async def test_a_paper_older_than_what_a_parent_chose_herself_takes_nothing_back(story: Story) -> None:
    maya, hannah = story.person("maya"), story.person("hannah")
    await story.until("9:00")
    await hannah.says("stop sharing photos with Dawn")
    await story.passes(60)
    await hannah.hears_anything()
    await maya.says("hannah signed paper 23 nov: everything with dawn")

    assert "Nothing is entered: Hannah chose again on 24 Nov" in await maya.hears_anything()
