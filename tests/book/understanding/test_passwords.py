"""A password for collection is in nothing that is kept, and a note about one keeps all its other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from book.understanding.passwords import without_password


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my sister Jo Bright picking leo up, password biscuit", "my sister Jo Bright picking leo up, password …"),
        (
            "My mum (Sue Bright) picking up today not me. password Biscuit",
            "My mum (Sue Bright) picking up today not me. password …",
        ),
        ("Password is blue biscuit, she'll be there at 4", "Password is …, she'll be there at 4"),
        ("nan at 4 pasword: Rumpelstiltskin thanks x", "nan at 4 pasword: … thanks x"),
        ('code word "red fox" for grandad', "code word … for grandad"),
        (
            "Dave collecting, the password for him is Tiger and he has the car seat",
            "Dave collecting, the password for him is … and he has the car seat",
        ),
        ("pw is biscuit", "pw is …"),
        ("jo picking up, pw: biscuit", "jo picking up, pw: …"),
        ("p/w biscuit", "p/w …"),
        ("the code word's biscuit", "the code word's …"),
        ("password=biscuit", "password=…"),
        ("security word biscuit", "security word …"),
        ("passcode 4321", "passcode …"),
        ("pin number is 4321 for my sister", "pin number is … for my sister"),
        ("the password we agreed is biscuit", "the password we agreed is …"),
        ("use biscuit as the password", "use … as the password"),
        ("biscuit is the password", "… is the password"),
        ("nan collecting at 4 and the word is biscuit", "nan collecting at 4 and the word is …"),
        ("the code is 4321 for my sister picking up", "the code is … for my sister picking up"),
    ],
)
def test_the_word_is_left_out_and_the_rest_stays(text: str, left: str) -> None:
    assert without_password(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "what is the password?",
        "nan picking up at 4",
        "new password please",
        "she will have the password",
        "",
        "password hasn't changed",
        "password same as before",
        "what is her password",
        "the word is spreading about nits",
        "lost a safety pin",
        "I forgot the password",
        "said a new word today: duck",
    ],
)
def test_where_none_is_said_nothing_is_altered(text: str) -> None:
    assert without_password(text) is None


@given(some.text(alphabet="abcdefghij", min_size=3, max_size=12), some.sampled_from(["", "nan at 4, ", "hi. "]))
def test_no_word_said_as_one_is_kept(word: str, before: str) -> None:
    left = without_password(f"{before}password is {word}q.")
    assert left is not None
    assert f"{word}q" not in left
