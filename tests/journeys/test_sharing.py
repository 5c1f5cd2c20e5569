"""Sharing in chat: the model conversations 14, 15, 16, 21 and the second half of 43, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection, select

from book.ids import ChildId, PersonId
from book.people import Circle, Role
from book.sharing import Answer, PhotoChoice, PhotoUse
from book.understanding.lexicon import Lexicon
from handlers import parents_apart
from handlers.desk import Desk
from storage import audit, circles, filing, roster, schema
from storage.bells import Bell, ring
from storage.filing import NewNotice
from storage.roster import Roster
from storage.sharing import NewPhotoChoice
from tests.kit.conversation import LONDON, PACE, Person, Story
from tests.kit.in_the_book import chooses


def at_the_desk(story: Story, lexicon: Lexicon) -> Desk:
    """What a handler of the joining of somebody is given."""
    return Desk(story.clock.now(), story.ids, lexicon, LONDON, PACE, bytes)


async def circle_of(story: Story, child: str) -> Circle:
    wanted = story.people.children[child]
    found = await story.store.read(circles.load, story.store.vault, [wanted], story.clock.now())
    return found[ChildId(wanted)]


async def hands_out(story: Story, notices: Sequence[NewNotice]) -> None:
    """These notices come from whoever lets somebody in."""

    def add(connection: Connection) -> None:
        filing.add_notices(connection, story.store.vault, notices, story.clock.now())
        ring(connection, Bell.OUTBOX)

    await story.store.write(add)
    await story.settles()


async def number_is_of(story: Story, number: str) -> PersonId:
    mac = story.store.vault.mac("telephone", number)
    found = await story.store.read(
        lambda connection: connection.execute(
            select(schema.telephones.c.person_id).where(schema.telephones.c.number_mac == mac)
        ).scalar_one()
    )
    return PersonId(found)


def code_in(heard: str) -> str:
    """The short code that somebody was given to hand on."""
    found = re.search(r"\b[A-Z]+-[A-Z0-9]{4}\b", heard)
    assert found is not None, heard
    return found[0]


async def dawn_sends(story: Story, code: str, number: str = "+447700900432") -> Person:
    """She sends the code she was handed, and her own number when she is asked for it."""
    await story.stage.give_fresh_phone(story, "dawn", number)
    dawn = story.person("dawn")
    await dawn.says(code)
    assert "tap to send me your number" in await dawn.hears_anything()
    await dawn.presses("Send my number")
    await dawn.hears("Thank you. Hannah will check and let you in, usually the same day.")
    return dawn


QUESTION = (
    "What may Sunshine and Dawn tell each other about Ella? You always see it all.\n"
    "1 Her day: sleep, food, nappies, mood, teething and colds, bumps, medicine given\n"
    "2 Her day, her learning and photos\n"
    "3 Everything, worries and letters too\n"
    "4 Nothing. I'll pass things on myself."
)


async def test_dialogue_14_adding_the_childminder_and_the_one_sharing_question(before_dawn: Story) -> None:
    story = before_dawn
    hannah, priya, tom = (story.person(who) for who in ("hannah", "priya", "tom"))
    await story.until("19:40")

    await hannah.says("my childminder is Dawn Pike 07700 900432")
    await hannah.hears("Shall I ask Dawn to join Ella's book?", buttons=("Yes", "No"))
    await hannah.presses("Yes")
    await hannah.hears(QUESTION)
    await hannah.says("1")
    await hannah.hears(
        "Done. Sunshine ⇄ Dawn: Ella's day only. What you write yourself about her day goes to both; letters, worries "
        'and family news to Sunshine only. Say "sharing" to change it.'
    )
    handed = await hannah.hears_anything()
    assert ", from the number you gave, once, until Friday 27 November, 19:40. " in handed
    assert handed.splitlines()[-1].startswith(("https://t.me/bookbag_test_bot?start=", "/start "))
    code = code_in(handed)
    await priya.hears_nothing()

    dawn = await dawn_sends(story, code)
    await hannah.hears("Dawn has joined from 07700 900432. Is that her?", buttons=("Yes", "No"))
    await dawn.says("is she ok?")
    assert "This is a nursery communication book." in await dawn.hears_anything()

    await hannah.presses("Yes")
    await hannah.hears("Thank you. Dawn is in Ella's book.")
    await dawn.hears(
        "Thank you, Dawn. You're in Ella's book. Just write as you'd speak, and I'll say who reads it.\n"
        "Worried about a child's safety? Ring the council's children's team, don't write it here."
    )
    await story.until("7:30", days=1)
    await priya.hears("Dawn Pike (Ella's childminder) is in Ella's book. Hannah shares: her day.")
    await tom.hears('Dawn Pike is in Ella\'s book now. Say "sharing" to see and change what is shared.')

    await hannah.says("bad night, teething")
    await story.passes(30)
    await dawn.hears('Ella, from Hannah 7:30: "bad night, teething"')
    assert await story.store.read(audit.first_break) is None


async def test_who_is_not_her_is_not_let_in(before_dawn: Story) -> None:
    story = before_dawn
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    await hannah.says("my childminder is Dawn Pike 07700 900432")
    await hannah.says("yes")
    await hannah.says("3")
    code = code_in(await hannah.hears_anything())
    dawn = await dawn_sends(story, code)
    await hannah.hears_anything()

    await hannah.says("no")
    await hannah.hears("Then nobody has been let in, and nothing of Ella was shown.")
    await hannah.says("bad night, teething")
    await priya.says("Ella slept 8-8.20")
    await story.until("18:00")
    await dawn.hears_nothing()
    await dawn.says(code)
    assert "This is a nursery communication book." in await dawn.hears_anything()
    # An old button lets nobody in either.
    await hannah.hears_anything()
    await hannah.presses("Yes")
    await priya.says("Ella had 2 wet nappies")
    await story.until("13:00", days=1)
    await dawn.hears_nothing()


async def test_dialogue_15_changing_it_in_words(story: Story) -> None:
    hannah, priya, dawn, tom = (story.person(who) for who in ("hannah", "priya", "dawn", "tom"))
    new = NewPhotoChoice(
        story.ids.new(),
        story.people.children["ella"],
        PhotoChoice(story.people.people["hannah"], PhotoUse.GROUP, allowed=True, at=story.clock.now()),
    )
    await roster.enrol(story.store, Roster(photo_choices=[new]), story.clock.now())
    await story.until("8:10")

    await hannah.says("hospital letter came, squint op in jan")
    await story.passes(10)
    await hannah.hears(
        "✓ Ella · health (letter) → Priya now. Not Dawn: letters stay with Sunshine.", buttons=("Dawn too", "Undo")
    )
    await story.passes(20)
    await priya.hears('Ella, from Hannah 8:10: "hospital letter came, squint op in jan"')
    await hannah.says("dont tell nursery about the hospital letters either")
    await hannah.hears(
        "From now on hospital letters stay with you. The one just now: Priya may have seen it; I've taken it back "
        "where I could."
    )
    assert "hospital" not in "\n".join(each.text for each in await priya.screen())

    await hannah.says("sharing")
    await hannah.hears(
        "Ella\n"
        "What you write: her day – Sunshine ✓, Dawn ✓, Tom no\n"
        "… letters – Sunshine no, Dawn no, Tom no\n"
        "What they see of each other: her day\n"
        "Photos with other children: yes",
        buttons=("Change", "Tell me in words"),
    )
    await hannah.says("another hospital letter came")
    await story.passes(60)
    await dawn.hears_nothing()
    await tom.hears_nothing()
    assert "another" not in "\n".join(each.text for each in await priya.screen())


async def test_dialogue_16_a_worry_that_does_not_travel(story: Story) -> None:
    hannah, priya, dawn, tom = (story.person(who) for who in ("hannah", "priya", "dawn", "tom"))
    await story.until("15:00")

    await dawn.says("Ella's been hitting a lot this wk is it same at nursery?")
    await story.passes(10)
    await dawn.hears(
        "✓ Ella · behaviour, question → Hannah and Tom. Not Sunshine: worries aren't shared between you. Hannah can "
        "change that."
    )
    await story.passes(20)
    await hannah.hears(
        'Dawn: "Ella\'s been hitting a lot this wk is it same at nursery?"',
        buttons=("Let Priya answer this one", "I'll reply"),
    )
    await tom.hears_anything()
    await priya.hears_nothing()
    await hannah.presses("Let Priya answer this one")
    await hannah.hears("✓ Priya, this once.")
    await story.passes(60)
    asked = await priya.hears('Ella, from Dawn 15:00: "Ella\'s been hitting a lot this wk is it same at nursery?"')

    await priya.says("A bit of hitting here too, mostly before lunch", reply_to=asked)
    await story.passes(60)
    for person in (hannah, tom, dawn):
        assert "A bit of hitting here too" in await person.hears_anything()
    # It was this once: the next worry is closed as before.
    await priya.hears_anything()
    await dawn.says("Ella's been biting this wk too")
    await story.passes(60)
    await priya.hears_nothing()


async def test_who_may_answer_this_once_is_whoever_is_at_work(story: Story) -> None:
    hannah, priya, amy, dawn = (story.person(who) for who in ("hannah", "priya", "amy", "dawn"))
    await story.until("6:40")
    await priya.says("off sick today sorry")
    await priya.hears_anything()
    await story.until("15:00")

    await dawn.says("Ella's been hitting a lot this wk is it same at nursery?")
    await story.passes(30)
    await hannah.hears(
        'Dawn: "Ella\'s been hitting a lot this wk is it same at nursery?"',
        buttons=("Let Amy answer this one", "I'll reply"),
    )
    await hannah.presses("Let Amy answer this one")
    await hannah.hears("✓ Amy, this once.")
    await story.passes(60)

    assert "is it same at nursery?" in await amy.hears_anything()
    await priya.hears_nothing()


async def test_a_change_of_what_is_shared_is_told_to_whoever_is_at_work(story: Story) -> None:
    hannah, priya, amy = (story.person(who) for who in ("hannah", "priya", "amy"))
    await story.until("6:40")
    await priya.says("off sick today sorry")
    await story.until("9:00")
    await priya.hears_anything()
    await amy.hears_anything()

    await hannah.says("don't tell nursery about the hospital letters")
    await story.passes(60)

    assert "Hannah has changed what is shared" in await amy.hears_anything()
    await priya.hears_nothing()


async def test_what_was_let_through_brings_no_letter_and_no_picture_back(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("15:00")
    await dawn.says("Ella's been hitting a lot this wk is it same at nursery?")
    await story.passes(30)
    await hannah.presses("Let Priya answer this one")
    await story.passes(60)
    asked = await priya.hears('Ella, from Dawn 15:00: "Ella\'s been hitting a lot this wk is it same at nursery?"')
    await dawn.hears_anything()

    await priya.says("yes, and the hospital letter said to watch it", reply_to=asked)
    await priya.sends_photo("Ella's tower, no faces", reply_to=asked)
    await story.passes(120)
    heard = await dawn.hears_anything()
    assert "hospital" not in heard
    assert "tower" not in heard


async def test_a_parent_answers_herself(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("15:00")
    await dawn.says("Ella's been hitting a lot this wk is it same at nursery?")
    await story.passes(30)
    await hannah.hears_anything()
    await dawn.hears_anything()

    await hannah.presses("I'll reply")
    await hannah.hears("Write it here, and Dawn has it.")
    await hannah.says("she does it at home as well")
    await story.passes(60)
    await dawn.hears('Hannah: "she does it at home as well"')
    await priya.hears_nothing()


async def test_dialogue_21_separated_parents(story: Story, lexicon: Lexicon) -> None:
    hannah, priya, tom = (story.person(who) for who in ("hannah", "priya", "tom"))
    await story.until("7:00")
    circle = await circle_of(story, "ella")
    await hands_out(story, parents_apart.ask_both(at_the_desk(story, lexicon), circle, cause=story.ids.new()))
    for parent in (hannah, tom):
        await parent.hears(
            "You'll see everything Sunshine writes about Ella. What you write goes to Sunshine. Share what you write "
            "with Ella's other parent too?",
            buttons=("Yes", "No"),
        )
    await hannah.presses("Yes")
    await tom.presses("No")
    for parent in (hannah, tom):
        await parent.hears(
            'Thank you. What you each write is shared only if you both say yes. Say "sharing" to change it.'
        )
        await parent.hears_nothing()

    await hannah.says("Ella's upset, her dad and I had words at the door")
    await story.passes(10)
    await hannah.hears("✓ Ella · family, mood → Priya 7:30. Only Sunshine sees this.")
    await story.until("7:30")
    note = await priya.hears('Ella, from Hannah 7:00: "Ella\'s upset, her dad and I had words at the door"')
    await story.until("9:10")
    await priya.says("Thanks for telling us, extra cuddles today", reply_to=note)
    await story.passes(10)
    await priya.hears(
        "✓ Only Hannah sees your answer, because it answers her private note.", buttons=("Everyone: write it again",)
    )
    await hannah.hears('Priya: "Thanks for telling us, extra cuddles today"')
    await tom.says("who picked her up yesterday?")
    await story.passes(10)
    await tom.hears("I've asked Priya. That's one for a person.")
    await story.passes(20)
    await priya.hears(
        'Tom asks: "who picked her up yesterday?" Questions about collection: check with Maya before answering.'
    )
    await priya.presses("Everyone: write it again")
    await priya.hears_anything()
    await priya.says("extra cuddles today, all smiles now")
    await story.until("17:00")
    assert "all smiles now" in await tom.hears_anything()
    await hannah.hears_anything()


async def test_two_yeses_open_it_and_one_no_closes_it_at_once(story: Story, lexicon: Lexicon) -> None:
    hannah, tom = story.person("hannah"), story.person("tom")
    await story.until("8:10")
    circle = await circle_of(story, "ella")
    await hands_out(story, parents_apart.ask_both(at_the_desk(story, lexicon), circle, cause=story.ids.new()))
    await hannah.presses("Yes")
    await tom.presses("Yes")
    await tom.hears_anything()

    await hannah.says("bad night, teething")
    await story.passes(60)
    await tom.hears('Ella, from Hannah 8:10: "bad night, teething"')
    await tom.says("stop sharing my notes with hannah")
    await tom.hears("From now on Ella's other parent doesn't see what you write.")
    await hannah.hears_anything()
    await hannah.says("better now")
    await story.passes(60)
    await tom.hears_nothing()


async def test_private_to_nursery_keeps_a_note_from_the_other_parent_where_both_share_theirs(story: Story) -> None:
    hannah, tom, priya, dawn = (story.person(who) for who in ("hannah", "tom", "priya", "dawn"))
    await story.until("8:10")
    for parent in ("hannah", "tom"):
        await chooses(story, parent, "ella", Answer.EVERYTHING, (None, None))
    await hannah.says("private to nursery: bad night, teething")
    await hannah.says("had porridge")
    await story.passes(60)
    await hannah.says("wet nappy at 7")
    await hannah.says("private to nursery")
    await story.until("9:00")

    heard = await priya.hears_anything()
    for words in ("teething", "porridge", "wet nappy"):
        assert words in heard
    for other in (tom, dawn):
        heard = await other.hears_anything()
        assert "porridge" in heard
        assert "teething" not in heard
        assert "wet nappy" not in heard


async def test_dialogue_43_the_other_parent_later(story: Story) -> None:
    fay, maya = story.person("fay"), story.person("maya")
    await story.until("9:00")

    await fay.says("sharing")
    await fay.hears(
        "Leo\nWhat you write: her day – Sunshine ✓\nPhotos with other children: no",
        buttons=("Change", "Tell me in words"),
    )
    await fay.says("can leos dad be in it now 07700 900388")
    await fay.hears(
        "What should I call him, and is he Leo's parent by law as you are? Sunshine will check that part with you.",
        buttons=("Yes", "No, family", "Not sure"),
    )
    await fay.presses("Yes")
    await fay.hears(
        "I'll ask Maya to confirm, then send him a slip. From then he sees what Sunshine writes; what you wrote before "
        "stays yours unless you say."
    )
    await maya.hears(
        "Fay asks to let Leo's dad (07700 900388) into Leo's book as a parent. Is it so by law? Please check before "
        "you say yes.",
        buttons=("Yes", "No"),
    )
    dad = await number_is_of(story, "+447700900388")
    circle = await circle_of(story, "leo")
    assert circle.membership(dad, story.clock.now()) is None
    await maya.presses("Yes")
    assert "Leo's dad is down as Leo's parent. The code for the slip is LEO-" in await maya.hears_anything()
    await fay.hears("Maya has confirmed it. Leo's dad gets a slip from the setting.")
    him = (await circle_of(story, "leo")).membership(dad, story.clock.now())
    assert him is not None
    assert him.role is Role.PARENT


async def test_his_name_may_be_said_first_and_nobody_but_the_manager_confirms_it(story: Story) -> None:
    fay, maya = story.person("fay"), story.person("maya")
    await story.until("9:00")
    await fay.says("can leos dad be in it now 07700 900388")
    await fay.hears_anything()
    await fay.says("Dan")
    await fay.hears("Thank you. Is Dan Leo's parent by law as you are? Sunshine will check that part with you.")
    await fay.says("not sure")
    await fay.hears("I'll ask Maya to look into it with you. Until then he sees nothing.")
    await maya.says("no")
    dan = await number_is_of(story, "+447700900388")
    assert (await circle_of(story, "leo")).membership(dan, story.clock.now()) is None
    await fay.hears("Maya would like to speak with you about it first. Nobody has been let in.")


async def test_topic_by_topic_and_direction_by_direction_with_buttons(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("9:00")
    await hannah.says("sharing")
    await hannah.hears_anything()
    await hannah.presses("Change")
    await hannah.hears(
        "What shall I change?",
        buttons=("You → Sunshine", "You → Dawn", "Sunshine → Dawn", "Dawn → Sunshine", "Your own notes", "Photos"),
    )
    await hannah.presses("Sunshine → Dawn")
    await hannah.hears(
        "What Dawn sees of Sunshine: ticked is shared. Tap one to change it.",
        buttons=("✓ her day", "letters", "her learning", "worries", "family news", "photos"),
    )
    await hannah.presses("her learning")
    heard = await hannah.hears_anything()
    assert heard.startswith("From now on Dawn may see her learning.\n\nElla\n")
    assert "What Dawn sees of Sunshine: her day and her learning" in heard
    await dawn.hears('Hannah has changed what is shared with you about Ella. Say "sharing" to see it.')
    await priya.hears_nothing()

    await dawn.says("sharing")
    await dawn.hears(
        "Ella\n"
        "What you see of Hannah: her day\n"
        "What you see of Tom: nothing yet\n"
        "What you see of Sunshine: her day and her learning\n"
        "What Sunshine sees of you: her day\n"
        "Parents see everything you write.\n"
        "Photos with other children: no"
    )
    await dawn.says("stop sharing photos with Sunshine")
    await dawn.hears('Only a parent can change what is shared. Say "sharing" to see what you may see.')


async def test_a_wish_that_is_not_understood_tells_nobody(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("9:00")

    await hannah.says("dont tell dawn about the party")
    assert "Nothing was sent and nothing has changed." in await hannah.hears_anything()
    await story.passes(60)
    await priya.hears_nothing()
    await dawn.hears_nothing()


async def test_what_waits_for_her_is_withheld_once_it_is_shared_no_more(story: Story) -> None:
    hannah, dawn = story.person("hannah"), story.person("dawn")
    await story.until("6:02")
    await hannah.says("bad night, teething")
    await story.passes(10)
    await hannah.says("stop sharing with Dawn")
    await story.until("7:30")

    assert "bad night" not in await dawn.hears_anything()


async def test_where_the_setting_asks_both_nothing_travels_before_both_have_answered(before_dawn: Story) -> None:
    story = before_dawn
    hannah, tom, priya = (story.person(who) for who in ("hannah", "tom", "priya"))
    await story.until("8:10")
    maya = story.person("maya")
    await maya.says("ask both parents before more is shared")
    await maya.hears(
        "Then nothing travels between Sunshine and another setting before every parent of the child has said what may. "
        "Is that right?",
        buttons=("Yes", "No"),
    )
    await maya.presses("Yes")
    await maya.hears("From now on Sunshine asks both parents before more is shared.")
    await hannah.says("my childminder is Dawn Pike 07700 900432")
    await hannah.presses("Yes")
    await hannah.says("3")
    heard = await hannah.hears_anything()
    assert "waits until Ella's other parent has answered too." in heard
    await tom.hears(QUESTION)
    dawn = await dawn_sends(story, code_in(heard))
    await hannah.presses("Yes")
    await dawn.hears_anything()
    await priya.says("Ella slept 8-8.20")
    await story.passes(60)
    await story.until("9:00")
    assert "slept" not in await dawn.hears_anything()

    await tom.says("1")
    await tom.hears_anything()
    await priya.says("Ella had 2 wet nappies")
    await priya.says("Ella: worried about her hitting others")
    await story.until("13:00")
    heard = await dawn.hears_anything()
    assert "wet nappies" in heard
    assert "hitting" not in heard
    await hannah.says("dawn can see worries")
    assert "needs both of Ella's parents." in await hannah.hears_anything()


async def test_to_ask_both_stops_what_one_parent_allowed_until_the_other_has_answered(story: Story) -> None:
    hannah, tom, maya, priya, dawn = (story.person(who) for who in ("hannah", "tom", "maya", "priya", "dawn"))
    await story.until("9:00")
    for person in (hannah, tom, maya, priya, dawn):
        await person.hears_anything()
    await maya.says("ask both parents")
    assert "For Ella one parent has not said yet: it stops until then, and I ask." in await maya.hears_anything()
    await priya.says("Ella slept 8-8.20")
    await maya.presses("Yes")
    await maya.hears(
        "From now on Sunshine asks both parents before more is shared. For Ella I've asked, and nothing travels until "
        "both have answered."
    )
    await tom.hears(QUESTION)
    await hannah.hears_nothing()
    await story.until("13:00")
    assert "slept" not in await dawn.hears_anything()
    assert await story.store.read(audit.first_break) is None

    await hannah.says("dawn can see her learning")
    assert "needs both of Ella's parents." in await hannah.hears_anything()
    await tom.presses("Day, learning, photos")
    await tom.hears_anything()
    await priya.says("Ella built a tower of eight by herself")
    await priya.says("Ella had 2 wet nappies")
    await story.until("17:30")
    heard = await dawn.hears_anything()
    assert "2 wet nappies" in heard
    assert "tower of eight" in heard


async def test_one_parent_is_enough_again_once_it_is_said_and_a_note_of_anybody_else_stays_one(story: Story) -> None:
    hannah, maya, priya, dawn = (story.person(who) for who in ("hannah", "maya", "priya", "dawn"))
    await story.until("9:00")
    for person in (hannah, maya, priya, dawn):
        await person.hears_anything()
    await priya.says("ask both parents before more is shared")
    await maya.says("one parent is enough")
    await maya.hears("That is how it is already.")
    await maya.says("ask both parents")
    await maya.says("yes")
    await maya.hears_anything()
    await maya.says("one parent is enough")
    await maya.hears(
        "Then what one parent allows may travel to and from Sunshine, unless the other has said no. Is that right?"
    )
    await maya.says("yes")
    await maya.hears("From now on one parent is enough for Sunshine. A no of the other still counts.")
    await priya.says("Ella slept 8-8.20")
    await story.until("13:00")
    await dawn.hears("Ella, for 1 (Sunshine, Priya)\nSlept 8:00–8:20")
