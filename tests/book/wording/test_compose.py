"""The lines of the acknowledgement, and how somebody's words are shown to somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.deliveries import NoticeState
from book.disclosure import Nudge, Words
from book.entries import Correction, Entry, EntryState, Text, Travel
from book.ids import ChildId, EntryId, InboxId, NoticeId, PersonId, SettingId
from book.media import MediaKind
from book.notices import Acknowledgement, Choice, Offer, Said, WhichChild
from book.people import Role
from book.reasons import Reason
from book.topics import Group, Topic
from book.wording.catalogue import load_catalogue
from book.wording.compose import Composer, Line, Recipient, Told
from book.wording.photographed import Photographed, Photos, Seer
from book.wording.utterance import Style, Utterance, turned_back
from tests.book.cast import subject_of

LONDON = ZoneInfo("Europe/London")
COMPOSER = Composer(load_catalogue(), LONDON)
NOW = datetime(2026, 11, 24, 8, 10, tzinfo=UTC)
ACKNOWLEDGEMENT = NoticeId(70)
CHILDREN = {"Ella": ChildId(1), "Noah": ChildId(2), "Leo": ChildId(3)}


def _at(clock: str) -> datetime:
    hour, minute = (int(each) for each in clock.split(":"))
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)


def _entry(*labels: str, by: Role = Role.PARENT, words: str = "…", collection: str = "", child: str = "Ella") -> Entry:
    return Entry(
        id=EntryId(40),
        child=CHILDREN[child],
        author=PersonId(1),
        author_role=by,
        author_setting=SettingId(9),
        message=None,
        answers=None,
        acknowledgement=ACKNOWLEDGEMENT,
        urgent=False,
        unread=False,
        has_picture=False,
        happened_at=NOW,
        filed_at=NOW,
        revision=1,
        state=EntryState.FILED,
        subjects=tuple(subject_of(label) for label in labels),
        travel=Travel(),
        text=Text(words, collection=collection),
        revised_at=NOW,
    )


def _waits(name: str, clock: str = "8:10", *, parent: bool = False) -> Recipient:
    return Recipient(name, parent, NoticeState.WAITING, None, _at(clock), 9)


def _told(name: str) -> Recipient:
    return Recipient(name, False, NoticeState.TOLD, Reason.TOLD, NOW, 9)


def _not(name: str, reason: Reason) -> Recipient:
    return Recipient(name, False, NoticeState.WITHHELD, reason, NOW, 12)


def _line(
    entry: Entry, *recipients: Recipient, child: str = "Ella", seen: tuple[tuple[str, datetime], ...] = ()
) -> Line:
    return Line(entry, child, recipients, "Sunshine", seen)


def _acknowledge(*lines: Line, now: datetime = NOW, moved_from: str = "", reached: tuple[str, ...] = ()) -> Utterance:
    utterance = COMPOSER.acknowledgement(
        lines, Words(), now, notice=ACKNOWLEDGEMENT, move=Acknowledgement(moved_from, reached)
    )
    assert utterance is not None
    return utterance


DOSE = _entry("sleep", "health of the day", "a dose given")
PAINTED = _entry("milestone", by=Role.KEY_PERSON)
NIGHT = _entry("sleep", "health of the day")
LETTER = _entry("private health")
STAFFS = _entry("concern", "question", by=Role.CHILDMINDER)
NOT_SUNSHINE = replace(_not("Priya", Reason.NOT_SHARED), setting_name="Sunshine", closed=frozenset({Group.WORRIES}))
NOT_TOM = replace(_not("Tom", Reason.ANSWERS_NARROWER), is_parent=True)


def test_a_line_about_photos_says_who_has_them_who_will_and_what_stays() -> None:
    seers = [
        Seer("Hannah", None, is_parent=True),
        Seer("Joe", _at("17:00"), is_parent=True),
        Seer("Dawn", _at("12:45"), is_parent=False, sees=False),
    ]
    said = Photographed(load_catalogue(), LONDON)

    assert said.line(
        ["Ella", "Noah"], Photos((MediaKind.PHOTO,) * 2, stay=1, agreed=True), seers, [], _at("10:40")
    ) == (
        "✓ 2 photos · Ella, Noah. Hannah ✓. Going this evening to Joe. Everyone in them has agreed to group photos. "
        "One more is kept, not sent. The words alone to Dawn."
    )
    assert said.line(
        ["Ella"], Photos((MediaKind.PHOTO,), no_face=True), seers[:1], ["Joe (can't be reached here)."], NOW
    ) == ("✓ Photo, nobody's face · Ella → Hannah ✓. Joe (can't be reached here).")
    assert said.line(["Bea"], Photos((MediaKind.VIDEO,)), [], ["Rob isn't on Bookbag."], NOW) == (
        "✓ Video · Bea. Kept in the book. Rob isn't on Bookbag."
    )


@pytest.mark.parametrize(
    ("line", "now", "text"),
    [
        pytest.param(
            _line(NIGHT, _waits("Priya"), _waits("Dawn")),
            "8:10",
            "✓ Ella · sleep, health → Priya, Dawn",
            id="at once",
        ),
        pytest.param(
            _line(
                _entry("sleep", "health of the day", "a dose given"), _waits("Priya", "7:30"), _waits("Dawn", "7:00")
            ),
            "6:02",
            "✓ Ella · sleep, health, medicine → Priya 7:30, Dawn 7:00",
            id="1: later",
        ),
        pytest.param(
            _line(_entry("sleep"), _waits("Amy", "7:30"), _waits("Dawn", "7:10")),
            "7:10",
            "✓ Ella · sleep → Amy 7:30, Dawn now",
            id="37: one later and one now",
        ),
        pytest.param(
            _line(
                _entry("nappy", "sleep", by=Role.KEY_PERSON),
                _waits("Hannah", "17:00", parent=True),
                _waits("Tom", "17:00", parent=True),
                _waits("Dawn", "12:45"),
            ),
            "12:40",
            "✓ Ella · nappy, sleep → Hannah and Tom this evening, Dawn 12:45",
            id="5: the page of the day",
        ),
        pytest.param(
            _line(NIGHT, _told("Priya"), _told("Dawn")),
            "7:30",
            "✓ Ella · sleep, health → Priya ✓ Dawn ✓",
            id="1: all have it",
        ),
        pytest.param(
            _line(NIGHT, _told("Dawn"), _waits("Priya", "7:30")),
            "7:00",
            "✓ Ella · sleep, health → Dawn ✓, Priya 7:30",
            id="one has it",
        ),
        pytest.param(
            _line(LETTER, _waits("Priya"), _not("Dawn", Reason.NOT_SHARED)),
            "8:10",
            "✓ Ella · health → Priya now. Not Dawn: this stays with Sunshine.",
            id="15: not shared, to a parent",
        ),
        pytest.param(
            _line(STAFFS, _waits("Hannah", parent=True), NOT_SUNSHINE),
            "8:10",
            "✓ Ella · behaviour, question → Hannah. Not Sunshine: worries aren't shared between you. "
            "Parents decide that.",
            id="16: not shared, to staff and never why",
        ),
        pytest.param(
            _line(STAFFS, _waits("Hannah", parent=True), _not("Priya", Reason.NOT_CHOSEN)),
            "8:10",
            "✓ Ella · behaviour, question → Hannah. Not Priya yet: no parent has chosen what may be shared.",
            id="nobody has chosen",
        ),
        pytest.param(
            _line(NIGHT, _waits("Priya"), _not("Dawn", Reason.NARROWED)),
            "8:10",
            "✓ Ella · sleep, health → Priya now. Not Dawn, as you asked.",
            id="kept to one setting",
        ),
        pytest.param(
            _line(_entry(), _waits("Priya"), _not("Dawn", Reason.UNDERSTOOD_BY_NOBODY)),
            "8:10",
            "✓ Ella → Priya now. Not Dawn: I couldn't tell what it's about.",
            id="no topic understood",
        ),
        pytest.param(
            _line(NIGHT, _waits("Priya"), _not("Tom", Reason.NOTES_APART)),
            "8:10",
            "✓ Ella · sleep, health → Priya now",
            id="43: nothing is said of the other parent",
        ),
        pytest.param(
            _line(_entry("mood", by=Role.KEY_PERSON), _waits("Hannah", parent=True), NOT_TOM),
            "8:10",
            "✓ Only Hannah sees your answer, because it answers her private note.",
            id="21: the answer to a private note",
        ),
        pytest.param(
            _line(_entry("milestone", by=Role.KEY_PERSON)),
            "14:00",
            "✓ Ella · milestone → kept in Ella's book",
            id="22: nobody",
        ),
        pytest.param(
            _line(NIGHT, _told("Priya"), _not("Dawn", Reason.BLOCKED)),
            "8:10",
            "✓ Ella · sleep, health → Priya ✓ Dawn (can't be reached here: please ring)",
            id="one cannot be reached",
        ),
        pytest.param(
            _line(NIGHT, _waits("Priya", "9:00"), _not("Dawn", Reason.NO_ADDRESS)),
            "8:10",
            "✓ Ella · sleep, health → Priya 9:00, Dawn (not on Bookbag: please tell in person)",
            id="one has nowhere to be told",
        ),
        pytest.param(
            _line(NIGHT, _told("Priya"), _not("Dawn", Reason.UNCONFIRMED)),
            "8:10",
            "✓ Ella · sleep, health → Priya ✓ Dawn (not confirmed: please ring)",
            id="one was never confirmed",
        ),
        pytest.param(
            _line(_entry("attendance", collection="Nan collects at 4"), _waits("Priya", "7:30")),
            "6:50",
            "✓ Nan collects at 4 today → someone at Sunshine will tick this. I'll tell you when.",
            id="4: who collects",
        ),
        pytest.param(
            _line(_entry("attendance", collection="Nan collects at 4"), _told("Priya"), seen=(("Priya", _at("8:05")),)),
            "8:05",
            "✓ Nan collects at 4 today – seen by Priya 8:05",
            id="4: and somebody has seen it",
        ),
        pytest.param(
            _line(replace(NIGHT, state=EntryState.WITHDRAWN), _told("Priya")),
            "8:10",
            "✓ Ella · taken back",
            id="taken back",
        ),
    ],
)
def test_an_acknowledgement_says_in_one_line_who_will_have_it(line: Line, now: str, text: str) -> None:
    utterance = _acknowledge(line, now=_at(now))

    assert utterance.text == text
    assert utterance.silent
    beyond = text.replace(line.child, "").replace(line.setting, "")
    for recipient in line.recipients:
        beyond = beyond.replace(recipient.name, "")
    assert len(beyond) <= 90


def test_a_burst_is_one_line_and_the_last_to_hear_decides_what_it_shows() -> None:
    fed = replace(NIGHT, id=EntryId(41), subjects=_entry("meals").subjects)
    nan = replace(_entry("attendance", collection="Nan collects at 4"), id=EntryId(42))
    kit = replace(NIGHT, id=EntryId(43), subjects=_entry("kit", "sleep").subjects)

    said = _acknowledge(
        _line(_entry("sleep"), _waits("Priya", "7:30")),
        _line(fed, _told("Priya")),
        _line(nan, _waits("Priya", "7:30")),
        _line(kit, _told("Priya")),
        now=_at("6:51"),
    )

    assert said.text == (
        "✓ Ella · sleep, food, kit → Priya 7:30\n"
        "✓ Nan collects at 4 today → someone at Sunshine will tick this. I'll tell you when."
    )


def test_each_child_has_a_line_that_names_no_other() -> None:
    said = _acknowledge(
        _line(_entry("meals", by=Role.KEY_PERSON), _waits("Hannah", "17:00", parent=True)),
        _line(
            _entry("meals", "sleep", by=Role.KEY_PERSON, child="Noah"),
            _waits("Joe", "17:00", parent=True),
            child="Noah",
        ),
    )

    assert said.text == "✓ Ella · food → Hannah this evening\n✓ Noah · food, sleep → Joe this evening"


def test_after_a_move_it_says_whether_anybody_had_it() -> None:
    line = _line(_entry("nappy", child="Noah"), _waits("Joe", "17:00", parent=True), child="Noah")

    assert _acknowledge(line, moved_from="Ella").text == (
        "✓ Moved to Noah → Joe this evening. Nothing had gone out for Ella."
    )
    assert _acknowledge(line, moved_from="Ella", reached=("Hannah", "Tom")).text == (
        "✓ Moved to Noah → Joe this evening. "
        "Hannah and Tom may have read it for Ella; I've taken it back where I could."
    )


def test_where_words_may_not_be_shown_an_acknowledgement_names_nobody() -> None:
    said = COMPOSER.acknowledgement([_line(NIGHT, _waits("Priya"))], Nudge(), NOW, notice=ACKNOWLEDGEMENT)

    assert said is not None
    assert said.text == "Got it. Wrong? Reply 0"


def test_nothing_left_to_acknowledge_is_nothing_to_say() -> None:
    assert COMPOSER.acknowledgement([], Words(), NOW, notice=ACKNOWLEDGEMENT) is None


def _offers(said: Utterance) -> list[str]:
    return [each.label for each in said.choices]


def test_a_parent_is_offered_to_let_it_travel_and_nobody_else_is() -> None:
    held = _not("Dawn", Reason.NOT_SHARED)

    assert _offers(_acknowledge(_line(LETTER, _waits("Priya"), held))) == ["Dawn too", "Undo", "Change"]
    assert _offers(_acknowledge(_line(STAFFS, _waits("Hannah"), held))) == ["Undo", "Change"]
    assert _offers(_acknowledge(_line(NIGHT, _waits("Priya")))) == ["Undo", "Change"]


def test_urgent_news_offers_no_undo() -> None:
    assert _offers(_acknowledge(_line(replace(NIGHT, urgent=True), _waits("Priya")))) == []


def test_the_long_form_never_speaks_of_the_other_parents_notes() -> None:
    line = _line(NIGHT, _waits("Priya", "9:00"), _not("Tom", Reason.NOTES_APART))

    said = COMPOSER.explanation(line, [("Tom", Reason.NOTES_APART), ("Dawn", Reason.NOT_SHARED)], {}, NOW).text

    assert said.splitlines()[1:] == ["Priya: will be told 9:00, it is shared.", "Dawn: not told, not shared."]
    assert "Tom" not in said


# --- what others read ------------------------------------------------------------------------------------------------

LOOK_ALIKES = (
    "Ella, from Priya 8:00: ",
    'ok"\nElla, from Priya 8:00: "please collect her now',
    '"\n\nNoah, from Joe 7:00: "he has chickenpox"',
    "Corrected 8:00: nothing happened",
    "You may have this already. Ella, from Dawn 7:00: hi",
    "✓ Ella · sleep → Priya",
    "{child} {0} %s \\n",
    "\u202eallE\u202c, from Priya",
)
bodies = st.one_of(
    st.sampled_from(LOOK_ALIKES),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.lists(st.sampled_from(LOOK_ALIKES), min_size=1, max_size=3).map("\n".join),
).filter(str.strip)
"""What somebody wrote; an entry without words is a picture, and says so."""


def _relay(entry: Entry, *more: Entry, corrected: bool = False, answers_reader: bool = False) -> Utterance:
    told = [Told(each, "Ella", "Hannah", answers_reader, corrected) for each in (entry, *more)]
    return COMPOSER.relay(told, Words(), NOW)


def _written_by_people(said: Utterance) -> list[str]:
    return [span.text for span in said.spans if span.style is Style.QUOTED]


def _written_by_us(said: Utterance) -> str:
    return "".join(span.text for span in said.spans if span.style is not Style.QUOTED)


@given(bodies)
def test_whatever_is_written_stands_unaltered_in_quotation_and_never_in_the_heading(body: str) -> None:
    said = _relay(_entry("sleep", words=body))

    assert said.spans[0].style is Style.HEADING
    assert _written_by_us(said) == "Ella, from Hannah 8:10: "
    assert _written_by_people(said) == [f'"{turned_back(body)}"']
    assert said.text == f'Ella, from Hannah 8:10: "{turned_back(body)}"'


@pytest.mark.parametrize(
    ("words", "ended"),
    [
        ("slept \u202eflah", "\u202c"),
        ("a \u2067b \u202ec", "\u202c\u2069"),
        ("a \u2067b \u202ec\u2069 d", ""),
        ("\u202ea\u202c b \u202c\u2069", ""),
    ],
)
def test_a_turn_of_direction_ends_with_the_words_it_was_written_in(words: str, ended: str) -> None:
    said = _relay(_entry("sleep", words=words), _entry("meals", words="ate well"))

    assert _written_by_people(said) == [f'"{words}{ended}"', '"ate well"']


def test_a_picture_without_words_says_whose_it_is_and_quotes_nothing() -> None:
    said = _relay(_entry(words=""))

    assert said.text == COMPOSER.relay([Told(_entry(words=" "), "Ella", "Hannah", False, False)], Words(), NOW).text
    assert "Hannah" in said.text
    assert _written_by_people(said) == []


@given(bodies, bodies)
def test_several_together_keep_each_their_own_heading(first: str, second: str) -> None:
    said = _relay(_entry("sleep", words=first), _entry("meals", words=second))

    assert _written_by_us(said) == "Ella\nHannah 8:10: \nHannah 8:10: "
    assert _written_by_people(said) == [f'"{turned_back(first)}"', f'"{turned_back(second)}"']


@given(bodies, bodies)
def test_a_correction_is_added_and_the_first_words_stay(first: str, second: str) -> None:
    entry = _entry("a dose given")
    entry = replace(entry, text=Text(first, (Correction(second, NOW + timedelta(minutes=1)),)))

    said = _relay(entry, corrected=True)

    assert _written_by_us(said) == "Ella, from Hannah 8:10: . Corrected 8:11: "
    assert _written_by_people(said) == [f'"{turned_back(first)}"', f'"{turned_back(second)}"']


def test_an_edited_note_and_an_answer_have_headings_of_their_own() -> None:
    assert _relay(_entry(words="calpol 5ml at 7"), corrected=True).text == (
        'Ella, from Hannah 8:10, corrected: "calpol 5ml at 7"'
    )
    assert _relay(_entry(words="No was there Monday"), answers_reader=True).text == 'Hannah: "No was there Monday"'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param(NOW, "8:10", id="today"),
        pytest.param(NOW - timedelta(days=1), "Monday 8:10", id="yesterday"),
        pytest.param(NOW - timedelta(days=6), "Wednesday 8:10", id="this week"),
        pytest.param(NOW - timedelta(days=7), "17/11 8:10", id="a week ago"),
    ],
)
def test_what_comes_late_says_when_it_was_written(written: datetime, shown: str) -> None:
    entry = replace(_entry(words="bad night"), happened_at=written)

    assert _relay(entry).text == f'Ella, from Hannah {shown}: "bad night"'


@given(bodies)
def test_a_nudge_tells_nothing(body: str) -> None:
    said = COMPOSER.relay([Told(_entry(words=body), "Ella", "Hannah", False, False)], Nudge(), NOW)

    assert said.text == "There is a note for you in the book. Reply to read it."
    assert said.choices == ()


def test_what_cannot_be_taken_back_is_called_a_mistake_and_names_no_child() -> None:
    assert COMPOSER.ignore(_at("15:12")).text == "Please ignore our 15:12 message. It was sent by mistake. Sorry."


def test_which_child_offers_each_by_name_and_all_at_the_end() -> None:
    asked = WhichChild(InboxId(9), ())
    two = COMPOSER.which_child([(2, "Noah"), (4, "Poppy")], Words(), asked)
    three = COMPOSER.which_child([(1, "Ella"), (5, "Isla"), (6, "Ben")], Words(), asked)

    assert two.text == "Who's that about?"
    assert _offers(two) == ["Noah", "Poppy", "Both"]
    assert _offers(three) == ["Ella", "Isla", "Ben", "All of them"]
    assert two.choices[-1].choice == Choice(Offer.BOTH, 0, "q9:2,4")


def test_which_child_put_again_says_what_it_is_about_and_names_nobody_where_no_child_may_be_named() -> None:
    two = [(2, "Noah"), (4, "Poppy")]
    state = WhichChild(InboxId(9), (), "morning", "up 3 times", is_state=True)
    words = WhichChild(InboxId(9), (), "older", "ate all her tea")

    assert COMPOSER.which_child(two, Words(), state).text == "Before you set off: who was up 3 times?"
    assert COMPOSER.which_child(two, Words(), words).text == 'And before that: who is "ate all her tea" about?'
    nudged = COMPOSER.which_child(two, Nudge(), state)
    assert nudged.text == "Who is that about? Please reply with the first name."
    assert nudged.choices == ()


def test_a_sentence_with_several_names_joins_them() -> None:
    assert (
        COMPOSER.said(Said("undo.some", {"names": "Priya\nDawn"})).text
        == "Taken back. Priya and Dawn may have read it."
    )


@pytest.mark.parametrize("topic", [Topic.SLEEP, Topic.MEDICATION])
def test_a_choice_of_topic_is_labelled_as_the_line_shows_it(topic: Topic) -> None:
    said = COMPOSER.said(Said("change.which_topic", {}, (Choice(Offer.TOPIC, 40, topic.value),)))
    line = _acknowledge(_line(_entry("sleep" if topic is Topic.SLEEP else "a dose given"), _waits("Priya"))).text

    assert _offers(said)[0] in line
