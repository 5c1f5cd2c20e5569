"""What is a command, a move, a correction or a narrowing, and what is a note that only looks like one."""

from __future__ import annotations

import pytest

from book.understanding.children import Named
from book.understanding.commands import (
    Command,
    CommandWord,
    Move,
    Narrowing,
    as_command,
    as_correction,
    as_move,
    as_narrowing,
)

CIRCLE = [Named(1, ("Noah",)), Named(2, ("Mo",)), Named(3, ("Ella", "Ella Pike"))]


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("0", CommandWord.UNDO, ""),
        ("?", CommandWord.HELP, ""),
        ("/undo", CommandWord.UNDO, ""),
        ("Delete that", CommandWord.UNDO, ""),
        ("oops", CommandWord.UNDO, ""),
        ("why?", CommandWord.WHO, ""),
        ("/start ELLA-7K2P", CommandWord.START, "ELLA-7K2P"),
        ("/today@BookbagBot", CommandWord.TODAY, ""),
        ("today ella", CommandWord.TODAY, "ella"),
        ("how is ella?", CommandWord.TODAY, "ella"),
        ("print Ella", CommandWord.PRINT, "Ella"),
        ("too many msgs", CommandWord.LESS, ""),
        ("call me at 3", CommandWord.CALL_ME, "at 3"),
        ("remind me to bring wellies friday", CommandWord.REMIND, "to bring wellies friday"),
        (
            "dont tell nursery about the hospital letters either",
            CommandWord.SHARING,
            "dont tell nursery about the hospital letters either",
        ),
        ("CANCEL", CommandWord.STOP, "cancel"),
    ],
)
def test_a_word_of_command_is_heard_in_any_case_with_or_without_a_slash(
    text: str, word: CommandWord, rest: str
) -> None:
    assert as_command(text, names=["Ella"]) == Command(word, rest)


@pytest.mark.parametrize(
    "text",
    [
        "today sick",
        "today ella was sick",
        "who picked her up yesterday?",
        "hows she eating?",
        "evening nap was short",
        "more outdoors in afternoons",
        "why only half?",
        "report of a rash",
        "don't tell Dawn",
        "less milk please, she was sick",
        "",
    ],
)
def test_a_note_that_begins_with_a_word_of_command_stays_a_note(text: str) -> None:
    assert as_command(text, names=["Ella"]) is None


def test_there_are_nineteen_words_and_the_two_that_platforms_send() -> None:
    assert len(CommandWord) == 19 + 2
    assert all(as_command(word.value) is not None for word in CommandWord)


@pytest.mark.parametrize(
    ("text", "child"),
    [
        ("that was noah", 1),
        ("that was for Noah, sorry x", 1),
        ("sorry the bump one was Mo not Noah", 2),
        ("wrong child, it's Mo", 2),
        ("no that's Ella Pike", 3),
        ("i meant noah", 1),
        ("that was Noah's first word!", None),
        ("that was noah crying", None),
        ("noah slept", None),
        ("that was lovely", None),
    ],
)
def test_a_move_names_one_child_and_says_nothing_else(text: str, child: int | None) -> None:
    found = as_move(text, CIRCLE)
    assert (None if found is None else found.child) == child


def test_a_move_says_which_note_is_meant_and_whom_it_was_filed_for_where_the_words_do() -> None:
    assert as_move("sorry the bump one was Mo not Noah", CIRCLE) == Move(2, 1, "bump")
    assert as_move("that last one was for Mo", CIRCLE) == Move(2)


def test_a_move_to_either_of_two_namesakes_is_no_move() -> None:
    assert as_move("that was ella", [Named(1, ("Ella",)), Named(2, ("Ella",))]) is None


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("sorry 5.45", "5.45"),
        ("*5.45", "5.45"),
        ("i meant 2.30", "2.30"),
        ("sorry meant 2.15 not 1.15 for the nap", "2.15 not 1.15 for the nap"),
        ("Sorry, half 5", "half 5"),
        ("sorry tuesday not monday", "tuesday not monday"),
        ("sorry running late", None),
        ("Sorry 15 mins late", None),
        ("sorry about earlier", None),
        ("5.45", None),
    ],
)
def test_a_bare_correction_gives_what_stands_instead_and_an_apology_does_not(text: str, instead: str | None) -> None:
    assert as_correction(text) == instead


@pytest.mark.parametrize(
    ("text", "narrowing"),
    [
        ("just nursery", Narrowing("nursery", (), alone=True, because="just nursery")),
        ("for nursery: ella upset", Narrowing("nursery", (), alone=False, because="for nursery:")),
        ("hospital letter came (just nursery)", Narrowing("nursery", (), alone=False, because="just nursery")),
        ("private to nursery", Narrowing("nursery", (), alone=True, because="private to nursery")),
        ("not Dawn", Narrowing(None, ("Dawn",), alone=True, because="not Dawn")),
        ("ella upset. not dawn please", Narrowing(None, ("dawn",), alone=False, because="not dawn")),
        ("don't tell Dawn", Narrowing(None, ("Dawn",), alone=True, because="don't tell Dawn")),
        ("nan picking up at 4, not Dawn", None),
        ("not sleeping", None),
        ("just milk", None),
        ("for tea: pasta", None),
        ("slept well, not tired", None),
    ],
)
def test_the_author_may_narrow_and_an_ordinary_not_narrows_nothing(text: str, narrowing: Narrowing | None) -> None:
    assert as_narrowing(text, people=["Dawn Pike", "Priya"]) == narrowing
