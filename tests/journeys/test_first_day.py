"""From an empty folder to a nursery that writes to each other: real programs, a real folder, a Bot API server.

As a new user does it, by the words of docs/setting-up.md: nothing is put into the book behind its back. What was said
to whom is read from the server, and waited for there.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bot.running import Bookbag, Said, against
from tests.faults.families import zone_where_it_is_evening
from tests.faults.kill import REPEATED
from tests.faults.processes import TOKEN, Process, Telegram, telegram
from tests.journeys.test_dialogues_of_joining import STRANGER
from tests.kit import rosters
from tests.kit.papers import texts_of
from tests.kit.squares import squares_of

INIT = (
    *("--setting", "Sunshine Nursery", "--kind", "nursery", "--telephone", "01632 960123"),
    *("--name", "Maya", "--no-lead", "--token", TOKEN),
)  # fmt: skip
HANNAH, TOM, PRIYA, AMY, DAWN = "447700900214", "447700900388", "447700900701", "447700900702", "447700900432"
_SQUARE = re.compile(r"start=([\w-]{22})$")


@dataclass(slots=True)
class Person:
    """Somebody with Telegram on her telephone."""

    telegram: Telegram
    name: str
    chat: int
    heard: int = 0  # the newest message she has looked for and seen
    acts: int = 0  # taps and texts

    async def does(self, **deed: Any) -> int:
        self.acts += 1
        (done,) = await self.telegram.happens([{"person": self.chat, "first_name": self.name, **deed}])
        return int(done)

    async def says(self, text: str, **more: Any) -> int:
        return await self.does(says=text, **more)

    async def opens(self, link: str) -> None:
        """A link, from a message or from a square on paper."""
        found = _SQUARE.search(link)
        assert found is not None, link
        await self.says(f"/start {found[1]}")

    async def taps(self, button: str) -> None:
        await self.does(presses=button)

    async def sends_her_number(self, number: str) -> None:
        await self.does(sends_contact=number)

    async def hears(self, words: str) -> dict[str, Any]:
        """Wait for a message with these words in it, newer than the last one that was waited for."""
        message = await self.telegram.shows(self.chat, words, after=self.heard)
        self.heard = message["message_id"]
        return message

    async def sees(self, words: str) -> dict[str, Any]:
        """Wait until any message shows these words: one that was changed as well."""
        return await self.telegram.shows(self.chat, words)


@dataclass(slots=True)
class Nursery:
    """One operator's folder, the program that serves from it, and the people with their telephones."""

    folder: Path
    telegram: Telegram
    bookbag: Bookbag
    program: Process
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        return self.people.setdefault(name, Person(self.telegram, name, 5_000_000_001 + len(self.people)))

    async def command(self, *words: str, given: str = "", code: int = 0) -> Said:
        said = await self.bookbag.says(*words, given=given)
        assert said.code == code, (words, said)
        return said

    async def is_killed_and_begins_again(self) -> None:
        await self.program.kill()
        await self.program.start()

    async def said_to(self, person: Person) -> list[dict[str, Any]]:
        """Everything the bot said or changed there, as it was asked of the server; taken or not."""
        return [call["parameters"] for call in await self.telegram.calls(chat=person.chat)]

    async def came_once(self, person: Person, words: str) -> bool:
        """Whether these words are there, and no second time without being marked as a repeat."""
        calls = await self.telegram.calls("sendMessage", chat=person.chat)
        texts = [call["parameters"]["text"] for call in calls if call["accepted"]]
        found = [text for text in texts if words in text]
        marked = [text for text in found if text.startswith(REPEATED)]
        return 1 <= len(found) <= 2 and len(found) - len(marked) <= 1


@pytest.fixture
async def nursery(tmp_path: Path) -> AsyncIterator[Nursery]:
    """An empty folder, and a server to which everybody has a telephone."""
    folder = tmp_path / "nursery"
    folder.mkdir()
    async with telegram(tmp_path) as server:
        # It is evening, so that everything may leave at once; and nothing waits for somebody to change her mind.
        environment = {
            **against(server, folder).environment,
            "TIMEZONE": zone_where_it_is_evening(datetime.now(UTC)),
            "UNDO_SECONDS": "0",
            "GATHER_SECONDS": "0.3",
            "UNKNOWN_WAIT_SECONDS": "0.5",
        }
        program = Process(["-m", "bot", "run"], environment=environment, folder=folder, log=tmp_path / "bookbag.log")
        try:
            yield Nursery(folder, server, Bookbag(folder, environment), program)
        finally:
            if not program.has_ended:
                await program.stop()


def roll() -> bytes:
    """Eighty children; Ella and Bea are two of them, in Butterfly room with Priya and Amy."""
    headings = [*rosters.CHILDREN[:5], "Second key person", *rosters.CHILDREN[5:]]
    rows = [[*row[:5], "", *row[5:]] for row in rosters.children(80)]
    first = ["3/5/2023", "Butterfly", "Priya", "Amy", "", "no"]
    rows[0] = ["Ella", "Moss", *first, "Hannah Moss", f"+{HANNAH}", "Tom Reed", f"+{TOM}"]
    rows[1] = ["Bea", "Hale", *first, "Rob Hale", "07700 900611", "", ""]
    staff = [
        ("Name", "Role", "Mobile", "Days", "Room"),
        ("Priya Nair", "Key person", f"+{PRIYA}", "every day 0:00-23:59", "Butterfly"),
        ("Amy Shaw", "Key person", f"+{AMY}", "every day 0:00-23:59", "Butterfly"),
        ("Sam Okoro", "Safeguarding lead", "", "Mon-Fri 8-6", ""),
        *((name, role, "", days, room) for name, role, days, room in rosters.staff()),
    ]
    return rosters.workbook({"Children": [headings, *rows], "Staff": staff})


async def begins(nursery: Nursery, *answers: str, name: str = "Maya") -> Person:
    """`bookbag init` and `bookbag run`; the manager has opened the link that was printed."""
    made = await nursery.command("init", "--no-questions", *(answers or INIT))
    await nursery.program.start()
    manager = nursery.person(name)
    await manager.opens(made.out.strip().splitlines()[-1])
    await manager.hears(f"Hello {name}.")
    return manager


def slips_in(pdf: bytes) -> dict[str, str]:
    """The link on each slip, by the parent whose name is above it."""
    parents = re.findall(r"^(.+) / \w+ / Sunshine Nursery$", texts_of(pdf), re.MULTILINE)
    links = squares_of(pdf)
    assert len(parents) == len(links) == 131
    return dict(zip(parents, links, strict=True))


async def joins_by_slip(parent: Person, link: str, number: str, *, signed: bool) -> None:
    """As a parent: the camera, her language, her number. Three acts, and she may write.

    ``signed``: whether the roll says already what she signed about photos.
    """
    await parent.opens(link)
    await parent.hears("Hello. This is Bookbag, Sunshine Nursery's communication book.")
    await parent.taps("English")
    await parent.hears("To be sure it's you")
    await parent.sends_her_number(number)
    await parent.hears(f"Thank you, {parent.name}. Just write, any time, any spelling. Priya, Ella's key person")
    assert parent.acts <= 4
    if not signed:
        await parent.hears("May Ella be in group photos that other families get?")
        await parent.taps("No")
    await parent.hears("would you like Ella's day?")
    await parent.taps("5pm")
    await parent.hears("All set. Try it: how was last night?")


async def joins_the_staff(nursery: Nursery, name: str, number: str) -> Person:
    """As a key person, by the link the manager asks for and passes on. Two acts."""
    maya, person = nursery.person("Maya"), nursery.person(name)
    await maya.says(f"invite {name}")
    handed = await maya.hears("Nobody has been messaged. To hand on to")
    await person.opens(handed["text"].splitlines()[-1])
    await person.hears("To be sure it's you")
    await person.sends_her_number(number)
    await person.hears(f"Hello {name}.")
    assert person.acts <= 2
    return person


async def test_a_nursery_of_eighty_from_an_empty_folder_to_a_day_with_its_families(nursery: Nursery) -> None:
    await begins(nursery)
    maya = nursery.person("Maya")

    # The roll, beside the running program: looked at first, then written. Nobody hears of it.
    (nursery.folder / "roll.xlsx").write_bytes(roll())
    looked = await nursery.command("import", "roll.xlsx")
    assert "Read 80 children, 131 parents, 12 staff." in looked.out
    assert "Nothing was written. To add 80 children: the same command with --add" in looked.out
    added = await nursery.command("import", "roll.xlsx", "--add")
    assert "80 children are in. Nobody has been messaged." in added.out
    await nursery.command("slips", "--out", "slips.pdf")
    slips = slips_in((nursery.folder / "slips.pdf").read_bytes())

    # Three are handed out, and one of them stays in a pocket: Rob's. Key person and childminder come by links.
    priya = await joins_the_staff(nursery, "Priya", PRIYA)
    amy = await joins_the_staff(nursery, "Amy", AMY)
    hannah, tom, dawn = (nursery.person(each) for each in ("Hannah", "Tom", "Dawn"))
    await joins_by_slip(hannah, slips["Hannah Moss"], HANNAH, signed=True)
    await hannah.says("my childminder is Dawn Pike 07700 900432")
    await hannah.hears("Shall I ask Dawn to join Ella's book?")
    await hannah.taps("Yes")
    await hannah.hears("What may Sunshine Nursery and Dawn tell each other about Ella?")
    await hannah.taps("Her day")
    await hannah.hears("Done. Sunshine Nursery ⇄ Dawn: Ella's day only.")
    handed = await hannah.hears("Dawn comes in by this link or by sending ELLA-")
    await dawn.opens(handed["text"].splitlines()[-1])
    await dawn.hears("To be sure it's you")
    await dawn.sends_her_number(DAWN)
    await hannah.hears("Dawn has joined from 07700 900432. Is that her?")
    await hannah.taps("Yes")
    await dawn.hears("Thank you, Dawn. You're in Ella's book.")
    await priya.hears("Dawn Pike (Ella's childminder) is in Ella's book. Hannah shares: her day.")
    await joins_by_slip(tom, slips["Tom Reed"], TOM, signed=False)

    # Her day goes to both, a letter to the nursery alone.
    await hannah.says("bad night, teething")
    await priya.hears("Ella, from Hannah")
    await dawn.hears("bad night, teething")
    await hannah.sees("✓ Ella · sleep, health → Priya ✓ Dawn ✓")
    await hannah.says("hospital letter came, squint op in jan")
    await priya.hears("hospital letter came, squint op in jan")
    await hannah.sees("→ Priya ✓. Not Dawn: letters stay with Sunshine Nursery.")

    # A note of hers alone, and what answers it.
    await hannah.says("Ella's upset, her dad and I had words at the door")
    private = await priya.hears("her dad and I had words at the door")
    await hannah.sees("Only Sunshine Nursery sees this.")
    await priya.says("Thanks for telling us, extra cuddles today", reply_to=private["message_id"])
    await hannah.hears("extra cuddles today")
    await priya.hears("✓ Only Hannah sees your answer")

    # Priya is off, and Amy has the note.
    await priya.says("off sick today sorry")
    await maya.hears("Priya is off. Amy covers her 2 today?")
    await maya.taps("Amy")
    await amy.hears("You cover Priya's 2 today.")
    await hannah.says("rough night again")
    await amy.hears("rough night again")
    await hannah.sees("→ Amy ✓ Dawn ✓")

    # The power fails when three notes have been fetched and nobody has been told of them yet, or just so.
    await hannah.says("had porridge for breakfast")
    await amy.says("Ella painted a big red bus")
    await amy.says("Bea did 3 piece jigsaw by herself!")
    await nursery.telegram.is_fetched()
    await nursery.is_killed_and_begins_again()
    await amy.hears("had porridge for breakfast")
    await hannah.hears("Ella painted a big red bus")
    await tom.hears("Ella painted a big red bus")
    await dawn.sees("Ella painted a big red bus")
    await dawn.sees("had porridge for breakfast")
    await amy.sees("✓ Bea · milestone → kept in Bea's book. Rob isn't on Bookbag")
    for person, words in (
        *((each, "Ella painted a big red bus") for each in (hannah, tom, dawn)),
        *((each, "had porridge for breakfast") for each in (amy, dawn)),
        *((each, "rough night again") for each in (amy, dawn)),
    ):
        assert await nursery.came_once(person, words), (person.name, words)

    # The same roll on another day changes nothing, though there is a second setting in the book by now.
    again = await nursery.command("import", "roll.xlsx", "--add")
    assert "All of that is in the book already: nothing changed." in again.out

    # Bea's book, whose father never joins: his choices on paper, her day on paper.
    await maya.says("rob signed paper today: own photos yes group no")
    await maya.hears("✓ Bea: choices from paper, signed by Rob Hale")
    await nursery.command("print", "bea", "--out", "bea.pdf")
    page = texts_of((nursery.folder / "bea.pdf").read_bytes())
    assert "Bea's day" in page
    assert "Bea did 3 piece jigsaw by herself!" in page

    # What reached whom, word by word, from the first to now.
    told = {each.name: str(await nursery.said_to(each)) for each in (tom, dawn, priya, hannah)}
    assert "hospital letter" in told["Priya"]
    assert "hospital" not in told["Dawn"]
    assert "hospital" not in told["Tom"]
    for word in ("bad night", "words at the door", "extra cuddles", "rough night", "porridge"):
        assert word not in told["Tom"], "what Hannah writes is hers, and what answers it is for her"
    assert "words at the door" not in told["Dawn"]
    assert "extra cuddles" not in told["Dawn"]
    assert "Bea" not in told["Hannah"] + told["Tom"] + told["Dawn"]

    # Tom is shut out beside the running program: from now on nobody could tell him from somebody who found the bot.
    shut = await nursery.command("restrict", "Tom", "--child", "Ella", given="y\n")
    assert "Tom, parent (Ella), is shut out at once." in shut.out
    assert "Done." in shut.out
    for person in (maya, dawn):
        await person.hears("Tom is not in Ella's book any more, and is not to be told anything.")
    stranger = nursery.person("Zoe")
    tries = ("hello", "how is ella?", "?", "undo", "sharing", "/start", "Ella had porridge")
    answers = {}
    for person in (tom, stranger):
        before = len(await nursery.said_to(person))
        for words in (*tries, slips["Tom Reed"]):
            await person.says(words)
            await person.hears(STRANGER)
        await person.sends_her_number(TOM)
        await person.hears(STRANGER)
        said = (await nursery.said_to(person))[before:]
        answers[person.name] = [{**each, "chat_id": 0} for each in said]
    assert answers["Tom"] == answers["Zoe"]
    assert len(answers["Tom"]) == 9
    status = await nursery.command("status")
    assert "Bookbag is running." in status.out
    assert "Nothing that is free to go waits." in status.out
    assert "Tom" not in status.out


async def test_a_manager_sets_up_her_nursery_without_leaving_the_chat(nursery: Nursery) -> None:
    maya = await begins(nursery)
    await maya.sees("To begin, send me your list of children as a spreadsheet")

    maya.acts = 0
    await maya.does(sends_document=b64encode(roll()).decode(), name="children.xlsx")
    await maya.hears('I read 80 children, 131 parents, 12 staff. I took "Child first name" as name')
    await maya.taps("Yes")
    await maya.hears("80 rows are fine.")
    await maya.taps("Add the 80")
    added = await maya.hears("80 children are in. Nobody has been messaged.")
    # The file and two taps.
    assert maya.acts == 3
    slips = slips_in(await nursery.telegram.file(added["media"]))
    await maya.does(sends_document=b64encode(roll()).decode(), name="children.xlsx")
    await maya.hears("All of that is in the book already. Nothing changed.")

    # A slip works until another is made in its place, and then gives away no more than any wrong one.
    hannah, tom = nursery.person("Hannah"), nursery.person("Tom")
    await joins_by_slip(hannah, slips["Hannah Moss"], HANNAH, signed=True)
    await maya.says("slips butterfly")
    again = await maya.hears("Slips to hand out. They take the place of any made before:")
    newer = squares_of(await nursery.telegram.file(again["media"]))
    assert len(newer) == 2, "Tom's and Rob's; Hannah has joined"
    await tom.opens(slips["Tom Reed"])
    await tom.hears(STRANGER)

    # Of the staff nobody has joined but Maya: what Hannah writes is told to her, whatever hour the test is run at.
    await maya.says("i work every day 0:00-23:59")
    await maya.hears("Noted. Your list comes on those days.")
    await hannah.says("bad night, teething")
    await maya.hears("bad night, teething")
    for who in ("Priya", "Amy"):
        await joins_the_staff(nursery, who, PRIYA if who == "Priya" else AMY)
    await hannah.says("up since four")
    await nursery.person("Priya").hears("up since four")


async def test_a_childminder_begins_alone_and_the_parent_brings_in_the_nursery(nursery: Nursery) -> None:
    answers = ("--setting", "Dawn", "--kind", "childminder", "--telephone", "07700 900432", "--name", "Dawn")
    dawn = await begins(nursery, *answers, "--token", TOKEN, name="Dawn")
    await dawn.sees("To begin, write: start a book: Ben 3/5/23 Chloe 07700 900611.")

    dawn.acts = 0
    await dawn.says("start a book: Ben 3/5/23 Chloe 07700 900611")
    await dawn.hears("Ben's book is open for you. I've a text ready for Chloe to join: send it?")
    assert dawn.acts <= 2
    await dawn.taps("I'll print it")
    handed = await dawn.hears("Please copy this for Chloe:")

    chloe = nursery.person("Chloe")
    await chloe.opens(handed["text"].splitlines()[-1])
    await chloe.hears("Hello. This is Bookbag, Dawn's communication book.")
    await chloe.taps("English")
    await chloe.hears("To be sure it's you, tap to send me your number. Dawn has it already")
    await chloe.sends_her_number("447700900611")
    await chloe.hears("Dawn, Ben's childminder, reads it")
    assert chloe.acts <= 4
    await chloe.says("bad night, teething")
    await dawn.hears("Ben, from Chloe")

    # The nursery has not joined: it stands in the book by hand, and hears nothing before the parent says what.
    await chloe.says("ben also goes to acorns 01632 960321")
    await chloe.hears("Acorns is in Ben's book, by hand: nothing goes there by itself.")
    await chloe.taps("Ben's day")
    await chloe.hears("Done. Acorns:")
    await dawn.says("acorns handover ben")
    shown = await dawn.hears("For you to show, read out or hand over")
    assert "Bad night, teething" in shown["text"]
