"""Writes the tables of ``docs/roles-and-sharing.md`` from the code.

``python -m tests.guards.roles_and_sharing --write`` does so; without ``--write`` it says whether they are fresh.
What a role sees is not described but asked of :mod:`book.audience`, on one child's model circle.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from book.audience import may_know
from book.people import Role
from book.sharing import ANSWERS, WITHOUT_A_YES, Answer, PhotoUse
from book.topics import OWN_ROAD, Group, Subject, Topic, groups_needed
from book.wording.catalogue import Catalogue, load_catalogue
from tests.book.cast import CAST, NAMED, NOW, PERSON_IDS, circle_of, note_of
from tests.book.oracle.audience import HOME, Book, Said, Writing

PAGE = Path(__file__).parents[2] / "docs/roles-and-sharing.md"
_BLOCK = re.compile(r"(<!-- table: (?P<name>[a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_SUBJECTS = [Subject(each) for each in Topic] + [Subject(Topic.HEALTH, True), Subject(Topic.MEDICATION, True)]
_PRIVATE = {Topic.HEALTH: "letters, appointments, diagnoses", Topic.MEDICATION: "plans and permissions for medicine"}
_WRITTEN = (
    ("the key person, about her day", "Priya", ("sleep",)),
    ("the key person, about her learning", "Priya", ("milestone",)),
    ("the key person, a worry", "Priya", ("concern",)),
    ("a parent, about her day", "Hannah", ("sleep",)),
    ("a parent, a hospital letter", "Hannah", ("private health",)),
    ("a parent, family news", "Hannah", ("family news",)),
)
_WHO = ("Hannah", "Tom", "Nan", "Jo", "Priya", "Amy", "Rosa", "Maya", "Sam", "Lena", "Dawn", "Olive")
_CALLED = {
    "Hannah": "the parent who wrote, or any parent",
    "Tom": "the other parent",
    "Nan": "family",
    "Jo": "a professional",
    "Priya": "key person",
    "Amy": "second key person",
    "Rosa": "room staff",
    "Maya": "manager",
    "Sam": "safeguarding lead",
    "Lena": "SENCO",
    "Dawn": 'childminder, with "her day"',
    "Olive": "manager of a setting nobody has chosen for",
}


def fresh(page: str) -> str:
    """The page with its tables as the code has them now."""
    catalogue = load_catalogue()
    tables = {
        "groups": _groups(catalogue),
        "answers": _answers(catalogue),
        "roles": _roles(),
        "photos": _photos(catalogue),
    }

    def table(found: re.Match[str]) -> str:
        return f"{found[1]}\n" + "\n".join(tables[found["name"]]) + f"\n\n{found[3]}"

    return _BLOCK.sub(table, page)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _groups(catalogue: Catalogue) -> Iterator[str]:
    yield _row("Group", "What is in it")
    yield "|---|---|"
    for group in Group:
        labels = [_label(catalogue, each) for each in _SUBJECTS if groups_needed([each]) == {group}]
        if group is Group.PHOTOS:
            labels = ["any entry with a picture, beside the groups of its words"]
        yield _row(catalogue.say(f"group.{group}"), ", ".join(labels))
    own = [catalogue.say(f"topic.{each}") for each in Topic if each in OWN_ROAD]
    yield _row("by their own road, never by sharing", ", ".join(own))


def _label(catalogue: Catalogue, subject: Subject) -> str:
    if subject.private:
        return _PRIVATE[subject.topic]
    name = catalogue.say(f"topic.{subject.topic}")
    return {"health": "health of the day", "medicine": "medicine given"}.get(name, name)


def _answers(catalogue: Catalogue) -> Iterator[str]:
    yield _row("Group", *(catalogue.say(f"choice.answer.{each}") for each in Answer))
    yield "|---" * (len(Answer) + 1) + "|"
    for group in Group:
        yield _row(catalogue.say(f"group.{group}"), *("✓" if group in ANSWERS[each] else "" for each in Answer))
    yield _row("medicine given, bumps", *("✓" if ANSWERS[each] else "" for each in Answer))


def _roles() -> Iterator[str]:
    pairs = [(HOME, "Dawns"), ("Sunshine", "Dawns"), ("Dawns", "Sunshine")]
    circle = circle_of(Book(CAST, tuple(Said("Hannah", source, target, "her day") for source, target in pairs)))
    yield _row("Written by", *(_CALLED[each] for each in _WHO))
    yield "|---" * (len(_WHO) + 1) + "|"
    for said, author, labels in _WRITTEN:
        note = note_of(Writing(NAMED[author], labels))
        yield _row(said, *("✓" if may_know(note, PERSON_IDS[each], circle, NOW)[0] else "" for each in _WHO))


def _photos(catalogue: Catalogue) -> Iterator[str]:
    yield _row("A picture may be used", "without a yes")
    yield "|---|---|"
    for use in PhotoUse:
        yield _row(catalogue.say(f"photo.{use}"), "yes" if use in WITHOUT_A_YES else "no")


def roles_named() -> frozenset[Role]:
    """Every role that the table speaks of."""
    return frozenset(Role(NAMED[each].role.replace(" ", "_")) for each in _WHO)


def main(arguments: list[str]) -> int:
    """Write the page, or say whether it is fresh."""
    page = PAGE.read_text("utf-8")
    if "--write" in arguments:
        PAGE.write_text(fresh(page), "utf-8")
        return 0
    return 0 if fresh(page) == page else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
