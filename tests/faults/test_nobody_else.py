"""Nobody else is ever told, on every road on which somebody could be: answers, recalls, second tries, acknowledgements.

Each is one promise, small enough that the fault it guards against can be planted and seen (`planted.py`).
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from book.deliveries import Act, Later, Unknown
from book.errors import AlreadyServing
from book.ids import IdMaker, Ids
from book.notices import Choice, Offer
from book.people import Role, Standing
from book.sharing import Answer
from book.understanding.lexicon import Lexicon, load_lexicon
from book.wording.catalogue import Catalogue, load_catalogue
from storage import conversations
from storage.conversations import Offered
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import Heard, Story, tell
from tests.kit.in_the_book import chooses, stands
from tests.kit.on_script import OnScript, Script

STRANGER = "This is a nursery communication book."
AGAIN = "I can't tell which message that answers, so it isn't in the book. Please send it again as a new message."


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """Loaded once: it never changes."""
    return load_lexicon()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def stage() -> OnScript:
    return OnScript()


@pytest.fixture
async def story(
    store: Store,
    stage: OnScript,
    book_clock: BookClock,
    machine_clock: MachineClock,
    lexicon: Lexicon,
    catalogue: Catalogue,
) -> Story:
    """Ten past eight on a Tuesday; Hannah lets Ella's day travel between Sunshine and Dawn."""
    ids: Ids = IdMaker(now=book_clock.now, chance=random.Random(7).randrange)
    told = await tell(store, stage, book_clock, machine_clock, ids, lexicon=lexicon, catalogue=catalogue)
    await told.until("8:10")
    return told


@pytest.fixture
def script(story: Story, stage: OnScript) -> Script:
    return stage.script


def everything(script: Script, to: str) -> str:
    """All that was ever called for her, whatever became of it."""
    return "\n".join(each.text for each in script.made(to, act=None))


async def restricted(story: Story, who: str = "dawn") -> None:
    await stands(story, who, Role.CHILDMINDER, "ella", "dawns", Standing.RESTRICTED)


async def nothing_for_dawn(story: Story) -> None:
    """Hannah lets nothing travel to Dawn any more, and nothing of the nursery's either."""
    await chooses(
        story, "hannah", "ella", Answer.NOTHING, (None, "dawns"), ("sunshine", "dawns"), ("dawns", "sunshine")
    )


# --- who stands there -------------------------------------------------------------------------------------------------


async def test_what_one_parent_writes_never_reaches_the_other(story: Story, script: Script) -> None:
    hannah, tom = story.person("hannah"), story.person("tom")
    await hannah.says("bad night zqone")
    await tom.says("she had porridge zqtwo")
    await story.until("18:00")

    assert "zqone" not in everything(script, "tom")
    assert "zqtwo" not in everything(script, "hannah")
    assert "zqone" in everything(script, "priya")


async def test_whoever_is_restricted_hears_what_a_stranger_hears(story: Story, script: Script) -> None:
    dawn, priya = story.person("dawn"), story.person("priya")
    await restricted(story)
    await dawn.says("how is ella? slept 1-2 zqone")
    await priya.says("Ella ate all her lunch zqtwo")
    await dawn.says("today ella")
    await story.until("18:00")

    assert script.made("dawn")
    assert all(each.text.startswith(STRANGER) for each in script.made("dawn"))
    assert "zqone" not in everything(script, "hannah") + everything(script, "priya")


@pytest.mark.parametrize("words", ["Ella slept 1-2", "?"], ids=["note", "word"])
async def test_what_waits_for_whoever_was_restricted_meanwhile_is_not_said(
    story: Story, stage: OnScript, words: str
) -> None:
    await stage.says("dawn", words, None)
    await story.running.worker.work_off()
    await restricted(story)
    await story.until("18:00")

    assert not stage.script.made("dawn", act=None)


async def test_an_acknowledgement_says_nothing_of_a_child_its_author_is_no_longer_with(
    story: Story, script: Script
) -> None:
    await stands(story, "dawn", Role.CHILDMINDER, "leo", "dawns")
    await story.stage.says("dawn", "Ella slept 1-2", None)
    await story.running.worker.work_off()
    await stands(story, "dawn", Role.CHILDMINDER, "ella", "dawns", Standing.ENDED)
    await story.until("18:00")

    assert "Ella" not in everything(script, "dawn")


async def test_a_shown_acknowledgement_is_not_brought_up_to_date_for_whoever_has_left(
    story: Story, script: Script
) -> None:
    await stands(story, "dawn", Role.CHILDMINDER, "leo", "dawns")
    await story.person("dawn").says("Ella slept 1-2")
    await story.passes(15)
    await stands(story, "dawn", Role.CHILDMINDER, "ella", "dawns", Standing.ENDED)
    before = len(script.made("dawn", act=None))
    await story.until("18:00")

    assert "Ella" not in "\n".join(each.text for each in script.made("dawn", act=None)[before:])


async def test_an_acknowledgement_put_off_by_the_platform_is_looked_at_again(story: Story, script: Script) -> None:
    await stands(story, "dawn", Role.CHILDMINDER, "leo", "dawns")
    script.answers(Later(60.0), to="dawn")
    await story.person("dawn").says("Ella slept 1-2")
    await story.passes(15)
    before = len(script.made("dawn", act=None))
    await stands(story, "dawn", Role.CHILDMINDER, "ella", "dawns", Standing.ENDED)
    await story.until("18:00")

    assert before == 1
    assert "Ella" not in "\n".join(each.text for each in script.made("dawn", act=None)[before:])


# --- what may travel --------------------------------------------------------------------------------------------------


async def test_a_choice_withdrawn_while_a_note_waits_holds_it_back(story: Story, script: Script) -> None:
    await story.person("hannah").says("slept well zqone")
    await nothing_for_dawn(story)
    await story.until("18:00")

    assert "zqone" not in everything(script, "dawn")
    assert "zqone" in everything(script, "priya")


async def test_of_two_notes_that_leave_together_the_one_that_may_no_longer_is_left_out(
    story: Story, script: Script
) -> None:
    hannah = story.person("hannah")
    await hannah.says("for dawn: could you bring her wipes zqtwo")
    await hannah.says("slept well zqone")
    # Both wait for Dawn now; the day may travel no longer, what was put to her reaches her all the same (rule 6).
    await nothing_for_dawn(story)
    await story.until("18:00")

    assert "zqone" not in everything(script, "dawn")
    assert "zqtwo" in everything(script, "dawn")


async def test_what_was_narrowed_or_taken_back_while_it_was_put_off_is_not_sent_as_it_was(
    story: Story, script: Script
) -> None:
    hannah = story.person("hannah")
    script.answers(Later(120.0), to="dawn", act=Act.SAY)
    script.answers(Later(120.0), to="priya", act=Act.SAY)
    await hannah.says("slept well zqone")
    await story.passes(25)
    assert [each.arrived for each in script.made("dawn")] == [False]
    assert [each.arrived for each in script.made("priya")] == [False]
    await nothing_for_dawn(story)
    await hannah.says("undo")
    await story.until("18:00")

    assert "zqone" not in "".join(each.text for each in await story.person("dawn").screen())
    assert "zqone" not in "".join(each.text for each in await story.person("priya").screen())


async def test_what_is_taken_back_out_of_several_says_the_others_again_only_to_who_may_know_them(
    story: Story, script: Script
) -> None:
    hannah, dawn = story.person("hannah"), story.person("dawn")
    await hannah.says("slept well zqone")
    second = await hannah.says("for dawn: could you bring her wipes zqtwo")
    await story.passes(60)
    assert ["zqone" in each.text and "zqtwo" in each.text for each in await dawn.screen()] == [True]
    await nothing_for_dawn(story)
    before = len(script.made("dawn", act=None))

    await story.stage.says("hannah", "delete that", second)
    await story.until("18:00")

    assert await dawn.screen() == []
    assert "zqone" not in "\n".join(each.text for each in script.made("dawn", act=None)[before:])


async def test_a_recall_put_off_by_the_platform_is_looked_at_again(story: Story, script: Script) -> None:
    hannah, dawn = story.person("hannah"), story.person("dawn")
    await hannah.says("slept well zqone")
    second = await hannah.says("for dawn: could you bring her wipes zqtwo")
    await story.passes(60)
    script.answers(Later(60.0), to="dawn", act=Act.CHANGE)
    await story.stage.says("hannah", "delete that", second)
    await story.settles()
    assert len(script.made("dawn", Act.CHANGE)) == 1
    await nothing_for_dawn(story)
    await story.until("18:00")

    assert len(script.made("dawn", Act.CHANGE)) == 1
    assert await dawn.screen() == []


async def test_only_a_parent_lets_a_note_travel(story: Story, stage: OnScript) -> None:
    dawn = story.person("dawn")
    await dawn.says("been hitting a lot this week zqone")
    await story.passes(60)
    (acknowledgement, *_) = await dawn.screen()
    assert "Dawn too" not in acknowledgement.buttons

    # Were such a button ever hers to press, it would do nothing.
    await story.store.write(_offer_to_dawn, story, stage)
    await stage.presses_token("dawn", "a-token-of-hers")
    await story.until("18:00")

    assert "zqone" in everything(stage.script, "hannah")
    assert "zqone" not in everything(stage.script, "priya")


def _offer_to_dawn(connection: object, story: Story, stage: OnScript) -> None:
    entry = connection.exec_driver_sql("SELECT id FROM entries").scalar_one()  # type: ignore[attr-defined]
    notice = connection.exec_driver_sql(  # type: ignore[attr-defined]
        "SELECT id FROM notices WHERE kind = 'acknowledgement'"
    ).scalar_one()
    offered = Offered(
        token="a-token-of-hers",
        notice=notice,
        address=stage.addresses["dawn"],
        number=1,
        choice=Choice(Offer.TOO, entry, str(story.people.settings["sunshine"])),
        label="Sunshine too",
        used=False,
        expires_at=None,
    )
    whose = story.people.people["dawn"]
    offering = [(whose, replace(offered, expires_at=story.clock.now().replace(year=2030)))]
    conversations.offer(connection, story.store.vault, story.ids, offering, story.clock.now())  # type: ignore[arg-type]


async def test_whoever_has_been_replaced_sends_nothing_more(story: Story, stage: OnScript) -> None:
    await stage.says("hannah", "slept well zqone", None)
    await story.running.worker.work_off()
    replaced = story.running
    await story.begins_again()
    before = len(stage.script.calls)
    story.clock.move(timedelta(seconds=60))

    with pytest.raises(AlreadyServing):
        await replaced.dispatcher.drain()

    assert len(stage.script.calls) == before
    await story.passes(60)
    assert "zqone" in everything(stage.script, "priya")


# --- answers ----------------------------------------------------------------------------------------------------------


async def test_an_answer_to_a_private_note_stays_with_its_author_to_the_end(story: Story, script: Script) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await hannah.says("her dad and I had words at the door zqone")
    await story.passes(60)
    (note,) = await priya.screen()
    await priya.says("extra cuddles today zqtwo", reply_to=note)
    await story.passes(60)
    answer = next(each for each in await hannah.screen() if "zqtwo" in each.text)
    await hannah.says("thank you she slept better zqthree", reply_to=answer)
    await story.until("18:00")

    assert "zqtwo" in everything(script, "hannah")
    assert "zqthree" in everything(script, "priya")
    for other in ("tom", "dawn"):
        assert "zq" not in everything(script, other)


async def test_an_answer_to_what_was_taken_back_goes_no_further_than_it_did(story: Story, stage: OnScript) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    note = await hannah.says("her dad and I had words at the door zqone")
    await story.passes(60)
    (heard,) = await priya.screen()
    await stage.says("hannah", "delete that", note)
    await story.settles()
    await priya.says("extra cuddles today, ate all her lunch zqtwo", reply_to=heard)
    await story.until("18:00")

    assert "zqtwo" in everything(stage.script, "hannah")
    assert "zqtwo" not in everything(stage.script, "tom")
    assert "zqtwo" not in everything(stage.script, "dawn")


@pytest.mark.parametrize("later", [0, 300], ids=["before the repeat", "after it"])
async def test_an_answer_to_what_nobody_knows_arrived_goes_no_further_than_it_did(
    story: Story, stage: OnScript, later: int
) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await hannah.says("her dad and I had words at the door zqone")
    stage.script.answers(Unknown(), to="priya", act=Act.SAY, arrives=True)
    await story.passes(25)
    (heard,) = await priya.screen()
    await story.passes(later)
    await priya.says("extra cuddles today, ate all her lunch zqtwo", reply_to=heard)
    await story.until("18:00")

    assert "zqtwo" in everything(stage.script, "hannah")
    assert "zqtwo" not in everything(stage.script, "tom")
    assert "zqtwo" not in everything(stage.script, "dawn")


async def test_of_what_may_answer_either_of_two_notes_the_sender_is_asked_to_write_it_again(
    story: Story, stage: OnScript
) -> None:
    priya = story.person("priya")
    for who, words in (("hannah", "her dad and I had words zqone"), ("tom", "her mum and I had words zqtwo")):
        stage.script.answers(Unknown(), to="priya", act=Act.SAY, arrives=True)
        await story.person(who).says(words)
        await story.passes(120)
    heard = (await priya.screen())[0]
    await priya.says("I see, ate all her lunch zqthree", reply_to=heard)
    await story.until("18:00")

    assert AGAIN in [each.text for each in await priya.screen()]
    for who in ("hannah", "tom", "dawn"):
        assert "zqthree" not in everything(stage.script, who)


async def test_an_answer_to_what_the_book_does_not_know_is_not_filed_as_a_note(story: Story, stage: OnScript) -> None:
    await stage.says("priya", "Ella ate all her lunch zqone", "4711")
    await story.until("18:00")

    assert [each.text for each in await story.person("priya").screen()] == [AGAIN]
    for who in ("hannah", "tom", "dawn"):
        assert "zqone" not in everything(stage.script, who)


async def test_an_answer_that_was_asked_back_is_still_an_answer(story: Story, stage: OnScript) -> None:
    """Its words name a child whose name two share: what it replies to is not forgotten while that is asked."""
    await stands(story, "carys", Role.KEY_PERSON, "ella", "sunshine")
    hannah, carys = story.person("hannah"), story.person("carys")
    await stands(story, "priya", Role.KEY_PERSON, "ella", "sunshine", Standing.ENDED)
    await hannah.says("her dad and I had words at the door zqone")
    await story.passes(60)
    heard = next(each for each in await carys.screen() if "zqone" in each.text)
    await carys.says("was that Poppy or Ella? zqtwo", reply_to=heard)
    assert stage.script.made("carys")[-1].text.startswith("Who's that about?")
    await carys.says("ella")
    await story.until("18:00")

    assert "zqtwo" in everything(stage.script, "hannah")
    assert "zqtwo" not in everything(stage.script, "tom")
    assert "zqtwo" not in everything(stage.script, "dawn")


async def test_an_answer_that_was_kept_for_the_lead_first_is_still_an_answer(story: Story, stage: OnScript) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await hannah.says("her dad and I had words at the door zqone")
    await story.passes(60)
    (heard,) = await priya.screen()
    await priya.says("Ella has a bruise on her back, dont know how she got it zqtwo", reply_to=heard)
    await priya.presses("It was an ordinary bump")
    await story.until("18:00")

    assert "zqtwo" in everything(stage.script, "hannah")
    assert "zqtwo" not in everything(stage.script, "tom")
    assert "zqtwo" not in everything(stage.script, "dawn")


async def test_an_answer_to_two_notes_told_together_stays_with_the_narrower(story: Story, script: Script) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await hannah.says("slept well zqone")
    await hannah.says("her dad and I had words at the door zqtwo")
    await story.passes(60)
    (both,) = await priya.screen()
    await priya.says("she ate well and seems happy zqthree", reply_to=both)
    await story.until("18:00")

    assert "zqthree" in everything(script, "hannah")
    assert "zqthree" not in everything(script, "dawn")
    assert "zqthree" not in everything(script, "tom")


async def both_parents_told_together(story: Story) -> Heard:
    """Priya has one message that tells of a note of each parent, which the other may not know."""
    await story.person("hannah").says("her dad and I had words at the door zqone")
    await story.person("tom").says("her mum and I had words at the door zqtwo")
    await story.passes(60)
    (both,) = await story.person("priya").screen()
    assert "zqone" in both.text
    assert "zqtwo" in both.text
    return both


@pytest.mark.parametrize(("meant", "other"), [("hannah", "tom"), ("tom", "hannah")])
async def test_an_answer_to_notes_of_both_parents_goes_to_the_one_who_is_meant(
    story: Story, script: Script, meant: str, other: str
) -> None:
    priya, both = story.person("priya"), await both_parents_told_together(story)
    await priya.says("Ella seems happy, extra cuddles today zqthree", reply_to=both)
    asked = (await priya.screen())[-1]
    assert asked.text == "Whose note does that answer? It goes no further than that note did."
    assert asked.buttons == ("Hannah", "Tom")
    await story.until("9:00")
    await priya.presses(meant.title())
    await story.until("18:00")

    assert "zqthree" in everything(script, meant)
    for nobody in (other, "dawn"):
        assert "zqthree" not in everything(script, nobody)


async def test_a_parent_says_which_of_two_settings_that_share_nothing_she_answers(story: Story, script: Script) -> None:
    hannah = story.person("hannah")
    await nothing_for_dawn(story)
    await story.person("priya").says("Ella had half of her lunch zqone")
    await story.person("dawn").says("Ella had all her tea zqtwo")
    await story.until("18:00")
    both = (await hannah.screen())[-1]
    assert "zqone" in both.text
    assert "zqtwo" in both.text
    await hannah.says("was she thirsty? zqthree", reply_to=both)
    assert (await hannah.screen())[-1].buttons == ("Priya", "Dawn")
    await hannah.says("2")
    await story.until("9:00", days=1)

    assert "zqthree" in everything(script, "dawn")
    assert "zqthree" not in everything(script, "priya")


async def test_an_answer_of_which_nobody_says_whose_note_it_answers_is_told_to_nobody(
    story: Story, script: Script
) -> None:
    priya, both = story.person("priya"), await both_parents_told_together(story)
    await priya.says("no lunch at all zqthree", reply_to=both)
    await priya.says("0")
    await priya.says("ate all her lunch zqfour", reply_to=both)
    await story.until("18:00")

    for who in ("hannah", "tom", "dawn"):
        assert "zqthree" not in everything(script, who)
        assert "zqfour" not in everything(script, who)
    assert "Nobody was told" in everything(script, "priya")


async def test_why_is_answered_only_about_what_may_still_be_known(story: Story, script: Script) -> None:
    hannah, dawn = story.person("hannah"), story.person("dawn")
    await hannah.says("slept well, teething zqone")
    await story.passes(60)
    (note,) = await dawn.screen()
    await nothing_for_dawn(story)
    before = len(script.made("dawn"))
    await dawn.says("why?", reply_to=note)
    await story.passes(60)

    assert "teething" not in "\n".join(each.text for each in script.made("dawn")[before:])


async def test_why_tells_a_reader_who_has_it_and_not_who_was_left_out(story: Story, script: Script) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await hannah.says("slept well, not Dawn")
    await story.passes(60)
    (note,) = await priya.screen()
    await priya.says("why?", reply_to=note)
    await story.passes(60)

    said = script.made("priya")[-1].text
    assert "Priya" in said
    assert "Dawn" not in said


# --- the wrong child, and other children ------------------------------------------------------------------------------


async def test_no_family_reads_the_other_childs_name_when_both_are_chosen(story: Story, script: Script) -> None:
    priya = story.person("priya")
    await priya.says("slept 12-1, Zosia and noah and ella were both tired")
    assert script.made("priya")[-1].text.startswith("Who's that about?")
    await priya.says("ella and noah")
    await story.until("18:00")

    for who, own in (("hannah", "Ella"), ("joe", "Noah")):
        told = everything(script, who)
        assert told
        assert not [name for name in ("Ella", "Noah", "Zosia") if name != own and name.casefold() in told.casefold()]


async def test_what_is_moved_names_the_first_child_to_nobody(story: Story, script: Script) -> None:
    priya = story.person("priya")
    await story.until("12:40")
    await priya.says("Ella had 2 wet nappies and Ella slept 11-12")
    await priya.says("that was noah")
    await story.until("18:00")

    assert "Nappies 2 wet" in everything(script, "joe")
    assert "ella" not in everything(script, "joe").casefold()


async def test_what_is_moved_before_it_leaves_reaches_nobody_of_the_first_child(story: Story, script: Script) -> None:
    priya, hannah = story.person("priya"), story.person("hannah")
    await story.until("12:40")
    script.answers(Later(60.0), to="dawn", act=Act.SAY)
    await priya.says("Ella had 2 wet nappies zqone")
    await story.passes(25)
    await priya.says("that was noah")
    await story.until("18:00")

    assert "zqone" in everything(script, "joe")
    assert "zqone" not in "".join(each.text for each in await hannah.screen())
    assert "zqone" not in "".join(each.text for each in await story.person("dawn").screen())


async def test_what_is_moved_after_it_left_is_taken_back_from_the_first_childs_people(
    story: Story, script: Script
) -> None:
    priya, dawn = story.person("priya"), story.person("dawn")
    await story.until("13:10")
    await priya.says("Ella had 2 wet nappies zqone")
    await story.passes(60)
    assert "zqone" in everything(script, "dawn")
    await priya.says("that was noah")
    await story.until("18:00")

    assert "zqone" not in "".join(each.text for each in await dawn.screen())


async def test_whoever_has_left_hears_the_childs_name_no_more_when_she_moves_her_note(
    story: Story, script: Script
) -> None:
    await stands(story, "dawn", Role.CHILDMINDER, "leo", "dawns")
    await story.person("dawn").says("Ella slept 1-2")
    await story.passes(60)
    await stands(story, "dawn", Role.CHILDMINDER, "ella", "dawns", Standing.ENDED)
    before = len(script.made("dawn", act=None))
    await story.person("dawn").says("that was leo")
    await story.until("18:00")

    assert "Ella" not in "\n".join(each.text for each in script.made("dawn", act=None)[before:])


async def test_what_points_at_a_note_that_is_gone_moves_no_other(story: Story, stage: OnScript) -> None:
    priya = story.person("priya")
    await story.until("12:40")
    first = await priya.says("Ella had 2 wet nappies zqone")
    await priya.says("Leo slept 11-12 zqtwo")
    for _ in range(2):
        await stage.says("priya", "delete that", first)
        await story.settles()
    await stage.says("priya", "that was noah", first)
    await story.until("18:00")

    assert "zqtwo" in everything(stage.script, "fay")
    assert "zqone" not in everything(stage.script, "hannah")
    assert "zq" not in everything(stage.script, "joe")


async def test_what_points_at_a_note_moves_that_note_whatever_else_was_asked(story: Story, stage: OnScript) -> None:
    priya = story.person("priya")
    await story.until("12:40")
    first = await priya.says("Ella had 2 wet nappies zqone")
    await story.passes(600)
    await priya.says("slept 11-12 zqtwo")
    assert stage.script.made("priya")[-1].text.startswith("Who's that about?")
    await stage.says("priya", "that was noah", first)
    await story.until("18:00")

    assert "zqone" in everything(stage.script, "joe")
    assert "zqone" not in everything(stage.script, "hannah")


async def test_a_line_that_was_put_off_does_not_say_what_its_author_took_back_meanwhile(
    story: Story, script: Script
) -> None:
    priya = story.person("priya")
    await story.until("13:10")
    script.answers(Later(300.0), to="priya", act=Act.SAY)
    written = await priya.says("Ella, Leo ate all the lunch zqone")
    await story.passes(90)
    before = len(script.calls)
    (line,) = [each for each in script.calls if each.to == "priya" and "zqone" in each.text]
    assert isinstance(line.answer, Later), "her line was to be put off with the words in it"

    await story.stage.says("priya", "delete that", written)
    await story.settles()
    await story.passes(600)

    hers = [each.text for each in script.calls[before:] if each.to == "priya"]
    assert not any("zqone" in each for each in hers), hers
    assert any("taken back" in each for each in hers), hers
