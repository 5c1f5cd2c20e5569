"""What whoever runs a setting may wish in a sentence is read whole or not at all; a note stays a note."""

from __future__ import annotations

from datetime import date

import pytest

from book.understanding.administration import (
    AddChild,
    AskBoth,
    ChangeKeyPerson,
    EndMembership,
    Invite,
    LetBack,
    MoveRoom,
    Relative,
    ShutOut,
    Wish,
    as_wish,
    may_be_wish,
)
from book.understanding.days_said import birthday, coming_day

TUESDAY = date(2026, 11, 24)
MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        (
            "add a child: Mia Brown 3/4/23, mum Kate 07700 900123, key person Priya",
            AddChild("Mia Brown", date(2023, 4, 3), (Relative("Kate", "07700 900123"),), "Priya"),
        ),
        (
            "New child Mia Brown, born 3 April 2023\nmum Kate Brown 07700 900123\nCaterpillar room",
            AddChild("Mia Brown", date(2023, 4, 3), (Relative("Kate Brown", "07700 900123"),), "", "Caterpillar"),
        ),
        ("add Mia 3/4/23", AddChild("Mia", date(2023, 4, 3))),
        ("add a child: Mia 31/2/23", AddChild("Mia", None)),
        ("add a child: Mia 3/4/23, likes ducks", AddChild("Mia", date(2023, 4, 3), unread=("likes ducks",))),
        ("invite Kate 07700 900123 for Mia", Invite("Kate", "07700 900123", "Mia")),
        ("invite Kate (mum) for Mia", Invite("Kate", "", "Mia", "mum")),
        (
            "invite Dawn Pike 07700 900432, childminder for Ella",
            Invite("Dawn Pike", "07700 900432", "Ella", "childminder"),
        ),
        (
            "invite Kate Moss from Acorns 07700 900321 for Ben",
            Invite("Kate Moss", "07700 900321", "Ben", setting="Acorns"),
        ),
        (
            "invite Kate 07700 900321 at Little Acorns for Ben",
            Invite("Kate", "07700 900321", "Ben", setting="Little Acorns"),
        ),
        ("invite Kate of Acorns for Ben", Invite("Kate", "", "Ben", setting="Acorns")),
        ("ask both parents before more is shared", AskBoth(both=True)),
        ("Please ask both parents first.", AskBoth(both=True)),
        ("one parent is enough", AskBoth(both=False)),
        ("key person of Ella is Amy from Monday", ChangeKeyPerson(("Ella",), "Amy", MONDAY)),
        ("Amy is Ella's key person now", ChangeKeyPerson(("Ella",), "Amy")),
        ("amy is ella’s key person from 1 Dec", ChangeKeyPerson(("ella",), "amy", date(2026, 12, 1))),
        ("key person of Ella and Noah is Amy", ChangeKeyPerson(("Ella", "Noah"), "Amy")),
        ("Jo has left", EndMembership("Jo", certain=False)),
        ("Jo has left the nursery", EndMembership("Jo")),
        ("Jo leaves on Friday", EndMembership("Jo", last_day=date(2026, 11, 27))),
        ("end Jo", EndMembership("Jo")),
        ("end Tom for Ella", EndMembership("Tom", "Ella")),
        ("Ella moves to Caterpillar room on Monday", MoveRoom("Ella", "Caterpillar", MONDAY)),
        ("ella moves to caterpillar", MoveRoom("ella", "caterpillar", certain=False)),
        ("restrict Tom", ShutOut("Tom")),
        ("Restrict Tom for Ella.", ShutOut("Tom", "Ella")),
        ("shut out Tom (court order)", ShutOut("Tom")),
        ("Tom may not see anything any more (court order)", ShutOut("Tom", certain=False)),
        ("Hannah's phone is stolen", ShutOut("Hannah", certain=False, lost_phone=True)),
        ("let Tom back in", LetBack("Tom")),
        ("lift the restriction on Tom", LetBack("Tom")),
    ],
)  # fmt: skip
def test_a_wish_is_read_as_it_was_meant(text: str, wish: Wish) -> None:
    assert may_be_wish(text)
    assert as_wish(text, TUESDAY) == wish


@pytest.mark.parametrize(
    "text",
    [
        "Ella has left her shoes",
        "Ella moves to the table on her own",
        "Tom may not be on time",
        "add nappies please",
        "end of day was lovely",
        "She has left",
        "Noah left at 4",
        "Ella goes to nan on Monday",
        "Tom can't see anything about Ella",
        "let her have her dummy",
        "Amy is Ella's key person from her birthday onwards I think",
        "invite them all to the party on Friday at 3 with cake",
        "ask both parents about the trip",
        "one parent is enough at the door today",
        "my key person is lovely",
        "",
        "restrict " + "a" * 500,
    ],
)
def test_everything_else_is_a_note(text: str) -> None:
    assert as_wish(text, TUESDAY) is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Monday", MONDAY),
        ("from Tuesday", date(2026, 12, 1)),
        ("on Fri", date(2026, 11, 27)),
        ("today", TUESDAY),
        ("tomorrow", date(2026, 11, 25)),
        ("1 Dec", date(2026, 12, 1)),
        ("1st of December", date(2026, 12, 1)),
        ("Mon 30 Nov", MONDAY),
        ("1/12", date(2026, 12, 1)),
        ("3/1", date(2027, 1, 3)),
        ("3/1/27", date(2027, 1, 3)),
        ("3/1/26", None),
        ("31/11", None),
        ("13/13", None),
        ("soon", None),
        ("1 Foo", None),
    ],
)
def test_a_day_is_read_with_the_day_before_the_month(words: str, day: date | None) -> None:
    assert coming_day(words, TUESDAY) == day


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("3/4/23", date(2023, 4, 3)),
        ("3.4.2023", date(2023, 4, 3)),
        ("3 April 2023", date(2023, 4, 3)),
        ("3/4", None),
        ("3/4/62", None),
        ("25/11/2026", None),
        ("24/11/2026", TUESDAY),
    ],
)
def test_a_birthday_is_a_whole_date_that_is_not_to_come(words: str, day: date | None) -> None:
    assert birthday(words, TUESDAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "add a child: " + "Mia " * 90,
        "key person of " + "a and " * 60,
        "invite " + "Bo, " * 90,
        "x's " * 99,
        "Amy is " + "Ella and " * 40 + "key person",
        "add Mia 3/4/23" + ", mum K" * 50,
    ],
)
def test_words_that_go_on_and_on_are_no_sentence_of_ours(text: str) -> None:
    wish = as_wish(text, TUESDAY)

    assert wish is None or isinstance(wish, AddChild)
