"""The demo's book from its first start on: the days before, and what is found again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from book.errors import OperatorError
from bot.demo.book import DemoBook, open_book
from bot.demo.directory import DemoDirectory
from bot.doors import phones as door
from storage import phones
from storage.phones import PhoneMessage

LONDON = ZoneInfo("Europe/London")
SUNDAY = date(2026, 11, 22)
OPENING = datetime(2026, 11, 20, 7, 40, tzinfo=UTC)

TINY = """
[[settings]]
id = "hill"
kind = "nursery"
name = "Hill"
[[people]]
id = "ann"
name = "Ann"
[[people]]
id = "kay"
name = "Kay"
[[children]]
id = "bo"
name = "Bo"
[[memberships]]
role = "parent"
person = "ann"
children = ["bo"]
setting = "hill"
[[memberships]]
role = "key_person"
person = "kay"
children = ["bo"]
setting = "hill"
"""


async def shown(book: DemoBook, who: str) -> list[PhoneMessage]:
    address = next(each.address for each in book.phones if each.id == who)
    return await book.store.read(phones.messages, book.store.vault, address)


async def test_a_new_demo_has_a_few_days_in_it_and_opens_on_the_latest_school_day(tmp_path: Path) -> None:
    with DemoDirectory(tmp_path / "demo") as directory:
        async with open_book(directory, None, today=SUNDAY, zone=LONDON) as book:
            assert OPENING <= book.time.now() < OPENING + timedelta(minutes=1)
            assert [each.id for each in book.phones if each.open] == ["hannah", "priya", "dawn"]
            hers = await shown(book, "hannah")

    assert {each.at.date() for each in hers} == {date(2026, 11, 18), date(2026, 11, 19)}
    assert any(each.mine for each in hers)
    assert "✓ Ella · sleep, food → Priya ✓ Dawn ✓" in [each.text for each in hers]
    # The page of the day came at 17:00 and not when the clock was next looked at.
    assert {(each.at.hour, each.at.minute) for each in hers if each.text.startswith("Ella")} == {(17, 0)}


async def test_a_demo_opened_again_is_the_same_and_its_time_never_goes_back(tmp_path: Path) -> None:
    with DemoDirectory(tmp_path / "demo") as directory:
        async with open_book(directory, None, today=SUNDAY, zone=LONDON) as book:
            await book.time.move_on(OPENING + timedelta(hours=3))
            before = await shown(book, "priya")
    with DemoDirectory(tmp_path / "demo") as directory:
        async with open_book(directory, None, today=SUNDAY, zone=LONDON) as book:
            assert book.time.now() >= OPENING + timedelta(hours=3)
            assert await shown(book, "priya") == before
        # Killed before the small file was written again: what is in the book counts.
        directory.kept_time.keep(OPENING)
        async with open_book(directory, None, today=SUNDAY, zone=LONDON) as book:
            late = OPENING + timedelta(hours=5)
            await book.time.move_on(late)
            hannah = next(each for each in book.phones if each.id == "hannah")
            now = book.time.now()
            await book.store.write(
                door.write, book.store.vault, book.ids, hannah.address, "hannah", "bad night", None, now
            )
        directory.kept_time.keep(OPENING)
        async with open_book(directory, None, today=SUNDAY, zone=LONDON) as book:
            assert book.time.now() >= late


async def test_a_demo_opened_on_a_later_day_goes_on_to_that_morning(tmp_path: Path) -> None:
    with DemoDirectory(tmp_path / "demo") as directory:
        async with open_book(directory, None, today=SUNDAY, zone=LONDON) as book:
            priya = next(each for each in book.phones if each.id == "priya")
            now = book.time.now()
            await book.store.write(
                door.write, book.store.vault, book.ids, priya.address, "priya", "Ella slept 9-10", None, now
            )
        async with open_book(directory, None, today=date(2026, 11, 24), zone=LONDON) as book:
            assert book.time.now() >= datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
            (told,) = [each for each in await shown(book, "tom") if "9:00–10:00" in each.text]

    assert told.at.replace(microsecond=0) == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


async def test_people_of_ones_own_need_nothing_written_before(tmp_path: Path) -> None:
    roster = tmp_path / "mine.toml"
    roster.write_text(TINY)
    with DemoDirectory(tmp_path / "demo") as directory:
        async with open_book(directory, roster, today=SUNDAY, zone=LONDON) as book:
            assert [(each.id, each.open) for each in book.phones] == [("ann", True), ("kay", True)]
            assert book.time.now() >= OPENING
        # Without the file the same people are there still.
        async with open_book(directory, None, today=SUNDAY, zone=LONDON) as book:
            assert [each.id for each in book.phones] == ["ann", "kay"]


async def test_a_demo_that_was_begun_with_other_people_is_not_mixed_with_these(tmp_path: Path) -> None:
    roster = tmp_path / "mine.toml"
    roster.write_text(TINY)
    with DemoDirectory(tmp_path / "demo") as directory:
        async with open_book(directory, None, today=SUNDAY, zone=LONDON):
            pass
        with pytest.raises(OperatorError, match=r"begun with other people than those of .*mine.toml"):
            async with open_book(directory, roster, today=SUNDAY, zone=LONDON):
                pass


async def test_a_roster_that_speaks_of_nobody_is_refused_in_a_sentence(tmp_path: Path) -> None:
    roster = tmp_path / "mine.toml"
    note = '[[written]]\nby = "zoe"\ndays_ago = 1\nat = "07:30"\ntext = "x"\n'
    for faulty, sentence in (
        (TINY.replace('person = "kay"', 'person = "kai"'), "speaks of 'kai'"),
        (TINY + note, "speaks of 'zoe'"),
        (TINY.replace('role = "parent"', 'role = "aunt"'), "is wrong at memberships.0.role"),
        (TINY.replace('"kay"', '"k/y"'), "is wrong at people.1.id"),
        ("settings = ", "is not a TOML file"),
    ):
        roster.write_text(faulty)
        with (
            DemoDirectory(tmp_path / "demo") as directory,
            pytest.raises(OperatorError, match=sentence),
        ):
            async with open_book(directory, roster, today=SUNDAY, zone=LONDON):
                pass
