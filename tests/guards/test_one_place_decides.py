"""Entries are read in one module and taken from it for a reader; whoever takes them otherwise stands here, with why.

The search is of the source itself, in every package: a raw select or join of the tables, the sealed words opened
elsewhere, everything taken from a shelf at once.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "book", "handlers", "scheduler", "storage")
TABLES = frozenset({"entries", "entry_revisions"})
_SQL = re.compile(r"\b(?:from|join|into|update)\s+\"?(?:entries|entry_revisions)\b", re.IGNORECASE)

# Who may name the tables, and why. None of these gives anybody words.
MAY_NAME_THE_TABLES = {
    "storage/entries.py": "the one place that reads them, for a reader or for a purpose of the machine",
    "storage/filing.py": "writes them",
    "storage/holdings.py": "lists what is held of whom, for export and erasure",
    "storage/marks.py": "counts them, for comparing",
    "storage/outbox.py": "finds by ids which acknowledgement a notice belongs to",
    "storage/settling.py": "the same",
    "storage/pictures.py": "finds by ids which notices wait for the pictures of a message",
    "storage/schema.py": "says what they are",
    "storage/migrations/versions/0001_first_tables.py": "makes them",
    "storage/migrations/versions/0002_the_circle.py": "changes what they are",
}
# Who may take everything from a shelf, and why nobody is shown it by that.
MAY_TAKE_EVERYTHING = {
    "storage/heirs.py": "decides by the audience who is told instead",
    "storage/situations.py": "what a reply points at bounds how far the reply goes; it is shown to nobody by that",
    "bot/dispatch/references.py": "the second look asks the audience for each hearer",
    "bot/web/thread.py": "the demo's page, for whoever runs the demo",
}


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    )


def names_the_tables(tree: ast.Module) -> bool:
    """Whether a module reaches for one of the tables, as a name, as a column of the schema or in a piece of SQL."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="storage.schema", names=names) if TABLES & {each.name for each in names}:
                return True
            case ast.Attribute(value=ast.Name(id="schema"), attr=name) if name in TABLES:
                return True
            case ast.Attribute(value=ast.Attribute(attr="schema"), attr=name) if name in TABLES:
                return True
            case ast.Subscript(value=ast.Attribute(attr="tables"), slice=ast.Constant(value=name)) if name in TABLES:
                return True
            case ast.Constant(value=str(words)) if _SQL.search(words):
                return True
            case _:
                pass
    return False


def takes_everything(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "for_machine" for node in ast.walk(tree))


def opens_words(tree: ast.Module) -> bool:
    """Whether a module opens the sealed words of an entry by itself."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("open", "open_text")
        and any(isinstance(each, ast.Constant) and each.value == "entry" for each in node.args)
        for node in ast.walk(tree)
    )


def test_nobody_else_selects_or_joins_entries() -> None:
    found = {name for name, tree in modules() if names_the_tables(tree)}

    assert found - MAY_NAME_THE_TABLES.keys() == set()
    assert "storage/entries.py" in found


def test_nobody_else_takes_entries_without_a_reader() -> None:
    found = {name for name, tree in modules() if takes_everything(tree)}

    assert found == MAY_TAKE_EVERYTHING.keys()


def test_the_words_of_an_entry_are_opened_in_one_module() -> None:
    assert {name for name, tree in modules() if opens_words(tree)} == {"storage/entries.py"}


@pytest.mark.parametrize(
    "source",
    [
        "from storage.schema import entries",
        "from storage import schema\nselect(schema.entries.c.id)",
        "import storage.schema\nselect(storage.schema.entry_revisions)",
        "connection.execute(text('SELECT * FROM entry_revisions'))",
        "select(schema.notices).join(schema.entries)",
        "metadata.tables['entries']",
    ],
)
def test_every_way_to_the_tables_is_seen(source: str) -> None:
    assert names_the_tables(ast.parse(source))


# Who may take the files of pictures, and who decides there who sees them.
MAY_TAKE_PICTURES = {
    "bot/dispatch/dispatcher.py": "what the second look let into the message that leaves",
    "bot/links/fetching.py": "what was marked as leaving, for the platform that carries that message",
    "bot/links/opening.py": "asks what may be shown for each request, as the second look does",
    "bot/media/work.py": "seals them again for the children who are in them, and shows them to nobody",
    "bot/cli/photos.py": "a child's own, for her family, on the machine that keeps the book",
    "bot/web/thread.py": "the demo's page, for whoever runs the demo",
}
MAY_DECIDE_WHAT_IS_SHOWN = {"bot/dispatch/compose.py", "bot/links/opening.py"}


def takes_pictures(tree: ast.Module) -> bool:
    """Whether a module takes copies whose files can be opened."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("leaving", "kept_copies", "keepsakes")
        and isinstance(node.value, ast.Name)
        and node.value.id == "pictures"
        for node in ast.walk(tree)
    )


def asks_what_is_shown(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "to_show" for node in ast.walk(tree))


def test_pictures_are_taken_where_somebody_has_decided_who_sees_them() -> None:
    assert {name for name, tree in modules() if takes_pictures(tree)} == MAY_TAKE_PICTURES.keys()
    assert {name for name, tree in modules() if asks_what_is_shown(tree)} == MAY_DECIDE_WHAT_IS_SHOWN


# Who may ask the database for a standing in the log of memberships, and why a later line changes nothing there.
MAY_ASK_FOR_A_STANDING = {
    "storage/restricting.py": "counts what was leaving when somebody was shut out, as it was then"
}


def asks_for_a_standing(tree: ast.Module) -> bool:
    """Whether a statement picks lines of the log by their standing, so that a later line about the same is not seen."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "standing"
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "c"
        for compared in ast.walk(tree)
        if isinstance(compared, ast.Compare)
        for node in [compared.left, *compared.comparators]
    )


def test_who_holds_a_place_is_read_from_the_newest_line_alone() -> None:
    assert {name for name, tree in modules() if asks_for_a_standing(tree)} == MAY_ASK_FOR_A_STANDING.keys()
    assert asks_for_a_standing(ast.parse("select(memberships).where(memberships.c.standing == Standing.LIVE)"))
