"""Every state and every reason stands in ``docs/reasons.md`` with what its comment says; nothing else does."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest

from book.deliveries import DeliveryState, InboxState, NoticeState
from book.reasons import Reason

ROOT = Path(__file__).parents[2]
STATES: dict[str, type[StrEnum]] = {"Inbox row": InboxState, "Notice": NoticeState, "Delivery": DeliveryState}
_ROW = re.compile(r"\| *`?([^|`]*?)`? *\| *([^|]*?) *\|")
_HEADS = re.compile(r"State|Reason|Word|-+")


@dataclass(frozen=True, slots=True)
class Named:
    """A member of an enum as its source has it: the comment above its group, value, comment beside it."""

    group: str
    value: str
    comment: str


def members_of(module: str, enum: str) -> Iterator[Named]:
    """The members of an enum in their order, with the comments that Python itself forgets."""
    source = (ROOT / module).read_text(encoding="utf-8")
    lines = source.splitlines()
    comments = {
        token.start[0]: (token.string.lstrip("# "), lines[token.start[0] - 1].strip() == token.string)
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    whole = next(each for each in classes if each.name == enum)
    group, seen = "", whole.lineno
    for node in whole.body:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)):
            continue
        for line in range(seen, node.lineno):
            words, stands_alone = comments.get(line, ("", False))
            group = words.rstrip(".") if stands_alone else group
        seen = node.lineno + 1
        yield Named(group, str(node.value.value), comments.get(node.lineno, ("", False))[0])


def tables_of(page: str) -> dict[str, list[tuple[str, str]]]:
    """Under each heading of a page the first two cells of its rows, without those that head the table."""
    tables: dict[str, list[tuple[str, str]]] = {}
    heading = ""
    for line in page.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif (row := _ROW.match(line)) and not _HEADS.fullmatch(row[1]):
            tables.setdefault(heading, []).append((row[1], row[2]))
    return tables


def reasons_page() -> dict[str, list[tuple[str, str]]]:
    return tables_of((ROOT / "docs/reasons.md").read_text(encoding="utf-8"))


def unlike(documented: list[tuple[str, str]], members: list[Named]) -> list[str]:
    """What a table says other than the code. Where there is no comment the page's own words stand."""
    if [value for value, _ in documented] != [member.value for member in members]:
        both = [value for value, _ in documented], [member.value for member in members]
        return [f"the page has {both[0]}, the code {both[1]}"]
    return [
        f"{value}: the page says {meaning!r}, the code {member.comment!r}"
        for (value, meaning), member in zip(documented, members, strict=True)
        if not meaning.startswith(member.comment)
    ]


def test_the_source_is_read_as_python_reads_it() -> None:
    assert [each.value for each in members_of("book/reasons.py", "Reason")] == [each.value for each in Reason]
    for enum in STATES.values():
        found = members_of("book/deliveries.py", enum.__name__)
        assert [each.value for each in found] == [each.value for each in enum]


def test_every_reason_stands_under_its_heading_with_what_its_comment_says() -> None:
    groups: dict[str, list[Named]] = {}
    for member in members_of("book/reasons.py", "Reason"):
        groups.setdefault(member.group, []).append(member)
    page = {heading: rows for heading, rows in reasons_page().items() if heading not in STATES}

    assert list(page) == list(groups)
    assert not [fault for group, members in groups.items() for fault in unlike(page[group], members)]


@pytest.mark.parametrize("heading", STATES)
def test_every_state_stands_in_the_page_with_what_its_comment_says(heading: str) -> None:
    members = list(members_of("book/deliveries.py", STATES[heading].__name__))

    assert not unlike(reasons_page()[heading], members)


@pytest.mark.parametrize("heading", STATES)
def test_the_glossary_knows_the_same_states(heading: str) -> None:
    glossary = tables_of((ROOT / "docs/glossary.md").read_text(encoding="utf-8"))

    assert sorted(value for value, _ in glossary[heading]) == sorted(STATES[heading])


def test_a_state_left_out_added_or_said_otherwise_is_a_fault() -> None:
    members = [Named("", "new", ""), Named("", "filed", "became what it should")]

    assert not unlike([("new", "stored"), ("filed", "became what it should become")], members)
    assert unlike([("new", "stored")], members)
    assert unlike([("new", "stored"), ("filed", "became what it should"), ("lost", "gone")], members)
    assert unlike([("new", "stored"), ("filed", "put away")], members)
