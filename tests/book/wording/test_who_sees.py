"""The table of who sees what reads in a narrow bubble and in a plain text: each name beside its answer."""

from __future__ import annotations

from book.topics import Group
from book.who_sees import Table, tables_to_json
from book.wording.catalogue import load_catalogue
from book.wording.who_sees import tables_in_words
from bot.channels.sms_text import in_plain_signs

KEPT = tables_to_json(
    [
        Table(
            "Ella",
            columns=("Sunshine", "Dawn", "Tom"),
            rows=((Group.DAY.value, (True, True, False)), (Group.PRIVATE_HEALTH.value, (False, False, False))),
            group_photos=True,
        )
    ]
)


def test_each_name_stands_beside_its_answer() -> None:
    said = tables_in_words(load_catalogue(), KEPT)

    assert said == (
        "Ella\n"
        "What you write: her day – Sunshine ✓, Dawn ✓, Tom no\n"
        "… letters – Sunshine no, Dawn no, Tom no\n"
        "Photos with other children: yes"
    )
    assert "  " not in said, "nothing is laid out with spaces, which a narrow bubble breaks"


def test_in_a_plain_text_nothing_of_it_is_lost() -> None:
    said = tables_in_words(load_catalogue().in_text(), KEPT)

    assert in_plain_signs(said) == (
        "Ella\n"
        "What you write: her day - Sunshine yes, Dawn yes, Tom no\n"
        "... letters - Sunshine no, Dawn no, Tom no\n"
        "Photos with other children: yes"
    )
