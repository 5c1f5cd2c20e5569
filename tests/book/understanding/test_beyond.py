"""A wish about those who do not chat is understood; whatever is not surely one stays a note."""

from __future__ import annotations

from datetime import date

import pytest

from book.people import Pronoun, SettingKind
from book.sharing import Answer, PhotoUse
from book.understanding import beyond
from book.understanding.beyond import FamilyWished, HandoverWished, LogWished, PaperWished, SettingWished

TODAY = date(2026, 11, 24)
THURSDAYS = frozenset({3})


@pytest.mark.parametrize(
    ("text", "wished"),
    [
        ("add my mum Jean thursdays", FamilyWished(("Jean",), Pronoun.SHE, THURSDAYS, "")),
        ("add my dad bob", FamilyWished(("bob",), Pronoun.HE, None, "")),
        ("Add nan Jean for Leo on thursdays and fri 07700 900555",
         FamilyWished(("Jean", "Leo"), Pronoun.SHE, frozenset({3, 4}), "07700 900555")),
        ("can my partner Sam be in it please?", FamilyWished(("Sam",), Pronoun.THEY, None, "")),
    ],
)  # fmt: skip
def test_family_is_let_in(text: str, wished: FamilyWished) -> None:
    assert beyond.as_family(text) == wished


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("remove Jean", "Jean"),
        ("Jean no more", "Jean"),
        ("take jean out of leo's book", "jean"),
        ("remove jo marsh", "jo marsh"),
    ],
)
def test_and_let_go(text: str, name: str) -> None:
    assert beyond.as_ended(text) == name


def test_a_professional_is_let_in_for_as_long_as_is_said() -> None:
    asked = beyond.as_professional("can the health visitor Jo Marsh be in it for the 2 yr check", TODAY)
    until = beyond.as_professional("add our speech therapist ann lee until 12 jan 07700 900999", TODAY)

    assert asked is not None
    assert (asked.profession, asked.name, asked.until, asked.telephone) == ("health visitor", "Jo Marsh", None, "")
    assert until is not None
    assert (until.name, until.until, until.telephone) == ("Ann Lee", date(2027, 1, 12), "07700 900999")


OWN_YES, GROUP_NO = (PhotoUse.OWN, True), (PhotoUse.GROUP, False)


@pytest.mark.parametrize(
    ("text", "wished"),
    [
        ("rob signed paper today: own photos yes group no", PaperWished("rob", "", TODAY, (OWN_YES, GROUP_NO), ())),
        ("fay signed: her day with dawn", PaperWished("fay", "", TODAY, (), ((Answer.DAY, "dawn"),))),
        ("Rob Hale signed the form on 3 nov: nothing with dawn",
         PaperWished("Rob Hale", "", date(2026, 11, 3), (), ((Answer.NOTHING, "dawn"),))),
        ("rob signed for bea yesterday: her day and learning with dawn and group photos no",
         PaperWished("rob", "bea", date(2026, 11, 23), (GROUP_NO,), ((Answer.DAY_AND_LEARNING, "dawn"),))),
        ("rob signed on 28 dec: group no", PaperWished("rob", "", date(2025, 12, 28), (GROUP_NO,), ())),
        ("rob signed paper: photos maybe", PaperWished("rob", "", TODAY, (), (), "maybe")),
        ("rob signed paper: group no, worries with dawn",
         PaperWished("rob", "", TODAY, (GROUP_NO,), (), "worries with dawn")),
    ],
)  # fmt: skip
def test_a_paper_is_entered_whole_or_what_is_unclear_is_said(text: str, wished: PaperWished) -> None:
    assert beyond.as_paper(text, TODAY) == wished


def test_what_is_done_with_a_setting_by_hand() -> None:
    assert beyond.as_setting("ben also goes to acorns 01632 960321") == SettingWished(
        "ben", "Acorns", SettingKind.PRESCHOOL, "01632 960321"
    )
    assert beyond.as_handover("acorns handover ben") == HandoverWished("acorns", "ben")
    assert beyond.as_log("log called acorns re next steps, left message") == LogWished(
        "call", "acorns re next steps, left message", reached=False
    )
    assert beyond.as_log("log met acorns, shared his next steps") == LogWished(
        "visit", "acorns, shared his next steps", reached=True
    )
    assert beyond.as_letter("letter to Acorns") == "Acorns"
    assert beyond.told_by("acorns said he ate nothing") == "acorns"


@pytest.mark.parametrize(
    "text",
    [
        "my mum jean has leo on thursdays",
        "add more nappies to his bag pls",
        "add my mum's number to the list of people who can collect please",
        "remove his shoes before nap pls",
        "no more milk please",
        "can the health visitor come on thursday",
        "the health visitor Jo Marsh came for the 2 yr check",
        "form signed, antibiotics at 12",
        "i signed the form: its in his bag",
        "ben goes to acorns on mon",
        "the acorns handover went well today",
        "handover ben",
        "he put the log in the fire pit",
        "letter from the hospital came, squint op in jan and we are worried about it",
        "calpol 5ml at 6.45",
    ],
)
def test_a_note_is_no_wish(text: str) -> None:
    assert beyond.as_family(text) is None
    assert beyond.as_ended(text) is None
    assert beyond.as_professional(text, TODAY) is None
    assert beyond.as_setting(text) is None
    assert beyond.as_handover(text) is None
    assert beyond.as_log(text) is None
    paper = beyond.as_paper(text, TODAY)
    assert paper is None or paper.who == "i", "nobody is called so"


@pytest.mark.parametrize(
    ("telephone", "number"),
    [("07700 900555", "+447700900555"), ("+44 7700 900555", "+447700900555"), ("0123", ""), ("", "")],
)
def test_a_number_is_kept_as_the_roll_keeps_it(telephone: str, number: str) -> None:
    assert beyond.in_full(telephone) == number
