"""What is read as a wish about sharing, and what stays a note."""

from __future__ import annotations

import pytest

from book.topics import EVERY_GROUP, Group
from book.understanding.sharing import Wish, may_be_wish, read_wish

PEOPLE = ("Dawn", "Sunshine", "nursery", "childminder", "Tom", "Priya", "dad", "her dad")


@pytest.mark.parametrize(
    ("words", "wider", "groups", "whom"),
    [
        ("dont tell nursery about the hospital letters either", False, {Group.PRIVATE_HEALTH}, ("nursery",)),
        ("Don't tell Sunshine about appointments.", False, {Group.PRIVATE_HEALTH}, ("Sunshine",)),
        ("stop sharing photos with Dawn", False, {Group.PHOTOS}, ("Dawn",)),
        ("please stop sharing her learning with dawn", False, {Group.LEARNING}, ("Dawn",)),
        ("keep worries and letters from nursery", False, {Group.WORRIES, Group.PRIVATE_HEALTH}, ("nursery",)),
        ("stop sharing with Dawn", False, EVERY_GROUP, ("Dawn",)),
        ("stop sharing photos", False, {Group.PHOTOS}, ()),
        ("dawn can see her learning", True, {Group.LEARNING}, ("Dawn",)),
        ("let Dawn see photos too", True, {Group.PHOTOS}, ("Dawn",)),
        ("share everything with the childminder please", True, EVERY_GROUP, ("childminder",)),
        ("no photos for Dawn", False, {Group.PHOTOS}, ("Dawn",)),
    ],
)
def test_a_wish_is_read_whole(words: str, wider: bool, groups: set[Group], whom: tuple[str, ...]) -> None:
    assert may_be_wish(words)
    wish = read_wish(words, PEOPLE)
    assert wish is not None
    assert (wish.wider, wish.groups, wish.whom) == (wider, groups, whom)


def test_her_own_notes_are_a_wish_of_their_own() -> None:
    wish = read_wish("tom can see my notes", PEOPLE)

    assert wish == Wish(True, EVERY_GROUP, ("Tom",), "my notes", own_notes=True)


def test_to_keep_something_unknown_from_somebody_known_is_no_note() -> None:
    wish = read_wish("dont tell dawn about the party", PEOPLE)

    assert wish == Wish(False, frozenset(), ("Dawn",), "the party")


@pytest.mark.parametrize(
    "words",
    [
        "dont tell grandad about his present",  # nobody in the book
        "Dawn can see her at 5",
        "no milk for Dawn",
        "dawn cant see well without glasses",
        "share her lunch with dawn",
        "let Dawn see her friend",
        "can Dawn see photos?",
        "she can share toys with Dawn now",
        "don't tell Dawn",  # about the note before it: rule 4
        "bad night, dont tell dawn about photos of it",
        "keep her warm",
        "stop sharing",
    ],
)
def test_what_is_not_surely_a_wish_is_a_note(words: str) -> None:
    assert read_wish(words, PEOPLE) is None
