"""Every sentence that is asked for is there, every one that is there is asked for, and all of them keep the voice."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from book.calendar import Nation, Shut, Sort
from book.importing.calendar_rows import CalendarFault
from book.importing.faults import FaultKind
from book.importing.headings import Field
from book.importing.plans import What
from book.media import SAID_APART, Refusal
from book.notices import Offer
from book.people import Pronoun, Role
from book.reasons import Reason
from book.registers import Register
from book.reminders import For
from book.sharing import Answer, PhotoUse
from book.topics import Group, Topic
from book.understanding.apart import AsksOf
from book.wording.catalogue import Catalogue, UnknownSentence, load_catalogue
from book.wording.compose import WHY_THIS_CHILD
from book.wording.languages import GREETED_IN, LANGUAGES, MORE_LANGUAGES
from book.wording.values import CHANNELS
from bot.papers.reading import Unread
from handlers.professionals import PICKS

ROOT = Path(__file__).parents[3]
FLOORS = ("book", "handlers", "scheduler", "bot")
CATALOGUE = load_catalogue()

_COUNTED = ("children", "parents", "staff", "fine", "in", "terms", "half_terms", "insets", "closures")
_THINGS = frozenset({"photo", "photos", "film", "sound", "file", "several"})
# Keys that are put together from a closed set; a reason without a sentence of its own says "reason.other".
FAMILIES: dict[str, frozenset[str]] = {
    "topic.": frozenset(Topic),
    "choice.": frozenset(Offer),
    "reason.": frozenset({*Reason, "other"}),
    "reason.of.": frozenset(Reason),
    "hello.": frozenset({"parent", "staff"}),
    "hears.not_theirs.": frozenset({"staff", "childminder", "others"}),
    "stopped.what.": frozenset({"which_child", "photos", "seen", "other"}),
    "sharing.": frozenset(Answer),
    "circle.": frozenset(Role),
    "pronoun.": frozenset(
        f"{each}.{form}" for each in Pronoun for form in ("them", "their", "joins", "will", "is", "has")
    ),
    "urgent.unanswered.": frozenset({*Pronoun, "some"}),
    "shared.": frozenset(Answer),
    "gap.": frozenset({Topic.SLEEP, Topic.MEALS, Topic.NAPPY}),
    "let_see.": frozenset(PICKS),
    "professional.sees.": frozenset(PICKS),
    "log.what.": frozenset({"call", "message", "visit"}),
    "page.heading.": frozenset({*Topic, "none"}),
    "sharing.done.": frozenset({*Answer, *(f"{each}.short" for each in Answer)}),
    "choice.answer.": frozenset(Answer),
    "group.": frozenset(Group),
    "photo.": frozenset(PhotoUse),
    "ack.not.parent.": frozenset({*Group, "several"}),
    "ack.not.staff.": frozenset({*Group, "several"}),
    "relay.asks.": frozenset(AsksOf),
    "language.": frozenset(code for code, _ in (*LANGUAGES, *MORE_LANGUAGES) if code != "en")
    | {f"{code}.nursery" for code in GREETED_IN},
    "weekday.": frozenset(str(day) for day in range(7)),
    "import.fault.": frozenset(FaultKind),
    "import.mend.": frozenset(FaultKind),
    "import.change.": frozenset(What),
    "import.field.": frozenset(Field),
    "import.place.": frozenset({"row", "staff", "settings"}),
    "import.read.": frozenset({"1", "2", "3"}),
    "count.": frozenset({f"n_{each}{one}" for each in _COUNTED for one in ("", ".one")}),
    "reminder.who.": frozenset(For),
    "calendar.now.": frozenset({*Sort, "hours", "term_time", "all_year"}),
    "calendar.now.nation.": frozenset(Nation),
    "calendar.shut.": frozenset({Shut.CLOSED, Shut.INSET}),
    "calendar.fault.": frozenset(CalendarFault),
    "number.": frozenset({"2", "3", "4", "5", "6"}),
    "choice.import_fill.": frozenset({"numbers", "numbers.one", "fields", "fields.one"}),
    "register.": frozenset({*Register, *(f"{each}.none" for each in Register)}),
    "why.child.": frozenset(WHY_THIS_CHILD),
    "which_child.": frozenset({"morning", "later", "older"}),
    "media.": frozenset({*Refusal, *(f"{reason}.{of_it}" for reason, of_it in SAID_APART), "lost"}),
    "thing.": frozenset({"photo", "photo.first", "video", "video.first", "photos", "videos", "both"}),
    **{f"link.{how}.": _THINGS for how in ("named", "unnamed", "none", "page.show")},
    "channel.at.": frozenset({*CHANNELS, "here", "other"}),
    "channel.name.": frozenset({*CHANNELS, "other"}),
    "file.": frozenset({*(each.value for each in Unread), "too_large", "gone"}),
}
MAY_BE_WITHOUT = ("reason.", "reason.of.", "page.heading.")
_SAYS = {"_say", "say", "said", "Said", "PressAnswered", "_answered"}
_KEY = re.compile(r"[a-z]+(?:_[a-z]+)*(?:\.[a-z_]+)*")


@cache
def _sources() -> tuple[tuple[Path, ast.Module], ...]:
    paths = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]
    return tuple((path, ast.parse(path.read_text())) for path in paths)


@cache
def _calls() -> tuple[tuple[str, ast.Call], ...]:
    """Every call that says something by its key, with where it stands."""
    found = []
    for path, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in _SAYS:
                    found.append((f"{path.relative_to(ROOT)}:{node.lineno}", node))
    return tuple(found)


def _literals(node: ast.expr) -> Iterator[str]:
    """The keys an argument may be: a string, or either string of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


# Whatever may stand in a place of any sentence.
_PLACES = frozenset(
    {"child", "author", "time", "name", "names", "setting", "topics", "told", "who", "wrong", "right", "first", "last"}
    | {
        "lead",
        "lead_in_full",
        "deputy",
        "deputy_telephone",
        "telephone",
        "words",
        "reason",
        "room",
        "number",
        "day",
        "other",
    }
    | {"here", "there", "others", "how", "texts", "whatsapp", "channels", "ending", "languages"}
    | {"they_will", "they_are", "soon", "about", "when", "instants", "until", "civil_day", "born", "people", "link"}
    | {"joins", "mine", "things", "place", "sign", "signed", "blanks"}
    | {"settings", "word", "languages", "tries"}
    | {"heading", "day", "them", "their", "days", "shown", "by", "what", "since", "count", "address", "answer", "until"}
    | {
        "answer",
        "what",
        "one",
        "other",
        "others",
        "groups",
        "tables",
        "source",
        "use",
        "code",
        "number",
        "by",
        "manager",
    }
    | {"setting_s", "name_s", "child_s", "short", "reader", "lead_full", "from", "count", "second", "third", "day"}
    | {"number", "ending", "joined", "proved", "parent", "code", "days", "other"}
    | {"n", "many", "row", "rows", "column", "given", "near", "heading", "field", "headings", "code", "bot", "number"}
    | {"reader", "hours", "line", *(f"n_{each}" for each in _COUNTED)}
    | {f"{name}{at}" for name in ("heading", "field") for at in (1, 2, 3)}
    | {"languages"}
)


_PLACES |= {"they_have", "most"}
# What the composer itself puts into any sentence: where a code that is handed on may be sent.
_EVERYWHERE = {"by_text", "bookbag"}
_PLACES |= _EVERYWHERE


def _fields(key: str) -> set[str]:
    """The places of a sentence, each of which was filled with its own name."""
    sentence = CATALOGUE.say(key, **{place: "{" + place + "}" for place in _PLACES})
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_that_is_asked_for_is_in_the_catalogue() -> None:
    missing = {
        f"{where} asks for {key!r}"
        for where, call in _calls()
        for argument in call.args
        for key in _literals(argument)
        if key and _KEY.fullmatch(key) and key not in CATALOGUE.keys
    }

    assert not missing
    assert sum(1 for _ in _calls()) > 60


def test_every_sentence_of_the_catalogue_is_asked_for() -> None:
    written = {
        node.value
        for _, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    in_families = {family + each for family, members in FAMILIES.items() for each in members}

    # For plain text there may be another sentence in the place of one that is asked for.
    asked = {key for key in CATALOGUE.keys if key.removesuffix(".text") in written | in_families}
    assert CATALOGUE.keys - asked == set()


def test_a_key_that_is_put_together_has_a_sentence_whatever_it_is_put_together_from() -> None:
    beginnings = {
        node.values[0].value
        for _, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant)
    }
    missing = {
        family + each
        for family, members in FAMILIES.items()
        if family not in MAY_BE_WITHOUT
        for each in members
        if family + each not in CATALOGUE.keys
    }

    assert set(FAMILIES) <= beginnings, "a family that nobody asks for any more"
    assert not missing


def test_every_place_of_a_sentence_is_filled_wherever_it_is_said() -> None:
    for where, call in _calls():
        # What is handed on in a variable is seen by the journeys.
        if any(isinstance(argument, ast.Name) and argument.id == "values" for argument in call.args):
            continue
        given = {each.arg for each in call.keywords if each.arg is not None}
        for argument in call.args:
            if isinstance(argument, ast.Dict):
                given |= {str(each.value) for each in argument.keys if isinstance(each, ast.Constant)}
        given |= {f"{each}_s" for each in given} | _EVERYWHERE
        for key in {each for argument in call.args for each in _literals(argument)} & CATALOGUE.keys:
            missing = _fields(key) - given
            assert not missing, f"{where} says {key!r} without {sorted(missing)}"


@pytest.mark.parametrize("key", sorted(CATALOGUE.keys))
def test_every_sentence_keeps_the_voice(key: str) -> None:
    sentence = CATALOGUE.say(key, **dict.fromkeys(_PLACES, "Ella"))

    assert sentence
    assert sentence == sentence.strip() or key in {"relay.correction", "repeat", *_ENDS_IN_WORDS}
    assert "{" not in sentence
    assert "}" not in sentence
    # Nothing here is a cheer: bad news gets none, and no sentence knows whether its news is good.
    assert "!" not in sentence
    assert not re.search(r"\b(?:filed|audience|delivery|thread|database|error)\b", sentence, re.IGNORECASE)
    # Whoever is to ring somebody who stopped texts reads what begins them again; nobody else is told such a word.
    if key != "stopped.again":
        assert not re.search(
            r"\b(?:STOP|STOPALL|END|CANCEL|QUIT|REVOKE|OPTOUT|HELP|INFO|START|UNSTOP|UNSUBSCRIBE)\b", sentence
        )
    assert "sorry, i didn't understand" not in sentence.lower()
    assert not re.search(
        r"\b(?:please )?reply (?:stop|stopall|unsubscribe|end|cancel|quit|revoke|optout|help|info)\b",
        sentence,
        re.IGNORECASE,
    )


# These go before somebody's own words, which begin after a space.
_ENDS_IN_WORDS = {"relay.heading", "relay.one_of_several", "relay.answer", "relay.corrected.heading"}
# The sentence before it ends in "Reply", and this choice is its number alone.
_ENDS_IN_WORDS |= {"choice.own_bump.text", "relay.ring"}
_ENDS_IN_WORDS |= {"relay.unproved", "relay.asks", "relay.asks.collection", "relay.asks.parent"}


@pytest.mark.parametrize("offer", list(Offer))
def test_no_choice_is_a_word_that_a_carrier_or_the_book_takes_for_a_command(offer: Offer) -> None:
    label = CATALOGUE.say(f"choice.{offer}", name="Dawn")

    assert label.casefold() not in {
        "stop", "stopall", "unsubscribe", "end", "cancel", "quit", "revoke", "optout", "help", "info", "start", "unstop"
    }  # fmt: skip
    assert len(label) <= 24


def test_a_sentence_that_is_not_there_is_our_fault_and_says_which() -> None:
    with pytest.raises(UnknownSentence, match=r"hello\.nobody"):
        CATALOGUE.say("hello.nobody")


@pytest.mark.parametrize(
    ("names", "joined"),
    [([], ""), (["Hannah"], "Hannah"), (["Hannah", "Tom"], "Hannah and Tom"), (["A", "B", "C"], "A, B and C")],
)
def test_names_are_joined_as_people_do(names: list[str], joined: str) -> None:
    assert CATALOGUE.names(names) == joined


def test_what_a_person_is_called_is_never_read_as_a_place_to_fill() -> None:
    catalogue = Catalogue("en", {"greeting": "Hello {name}."})

    assert catalogue.say("greeting", name="{telephone} {0}") == "Hello {telephone} {0}."
