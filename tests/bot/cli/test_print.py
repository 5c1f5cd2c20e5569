"""``bookbag print`` writes a child's day for her parents, beside a running program or without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from book.ids import ChildId, PersonId
from book.people import Role
from bot.app import open_store
from bot.clock import SystemClock
from bot.configuration import load_configuration
from storage.roster import NewChild, NewMembership, NewPerson, Roster, enrol
from storage.schema import settings
from tests.bot.running import Bookbag


async def _add_bea(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bea and Rob, who has not joined, are in the book that was begun in ``folder``."""
    monkeypatch.chdir(folder)
    clock = SystemClock()
    async with open_store(load_configuration({}, Path(".env")), clock) as store:
        sunshine = await store.read(lambda connection: connection.execute(settings.select()).one().id)
        rob, bea = PersonId(1), ChildId(2)
        roster = Roster(
            people=[NewPerson(rob, "Rob", full_name="Rob Hale")],
            children=[NewChild(bea, ("Bea",))],
            memberships=[NewMembership(3, rob, Role.PARENT, bea, sunshine)],
        )
        await enrol(store, roster, clock.now())


async def test_a_childs_day_is_written_to_a_file_of_ones_own(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await _add_bea(begun, monkeypatch)

    said = await Bookbag(begun, {}).says("print", "bea", "--out", "bea.pdf")

    assert (said.code, said.err) == (0, "")
    assert "Written to bea.pdf." in said.out
    assert (begun / "bea.pdf").read_bytes().startswith(b"%PDF-")
    assert (begun / "bea.pdf").stat().st_mode & 0o077 == 0


async def test_a_child_who_is_not_there_and_a_day_that_is_none_are_sentences(begun: Path) -> None:
    nobody = await Bookbag(begun, {}).says("print", "Ella", "--out", "ella.pdf")
    never = await Bookbag(begun, {}).says("print", "Ella", "--out", "ella.pdf", "--day", "soon")

    assert nobody.code == 1
    assert "There is no child 'Ella' in this book, or there are several." in nobody.err
    assert never.code == 2
    assert "2026-11-24" in never.err
    assert not (begun / "ella.pdf").exists()
