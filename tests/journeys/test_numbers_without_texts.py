"""A number that cannot have texts is nobody's in the book, by whatever road it comes, and that is said kindly."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from storage import schema
from storage.database import Connection
from tests.kit.conversation import Story

LANDLINE = "01632 960555 is a landline, it can't have texts"
AGAIN = f"{LANDLINE}, so nothing has changed. Please write it again with a mobile number."


@pytest.mark.parametrize(
    ("who", "written", "answer"),
    [
        ("fay", "can leos dad be in it now 01632 960555", AGAIN),
        ("fay", "add my mum Jean thursdays 01632 960555", AGAIN),
        ("fay", "can the health visitor Jo Marsh be in it for the 2 yr check 01632 960555", AGAIN),
        ("fay", "my childminder is Kim Lee 01632 960555", AGAIN),
        ("maya", "invite Tom 01632 960555 for Ella", AGAIN),
        ("maya", "invite Kim Lee 01632 960555, childminder for Noah", AGAIN),
        (
            "maya",
            "add a child: Mia Brown 3/4/23, mum Kate 01632 960555",
            f"{LANDLINE}: please write the line again with Kate's mobile.",
        ),
    ],
    ids=["other parent", "family", "professional", "childminder", "invited", "partner suggested", "new child"],
)
async def test_whoever_writes_a_landline_down_is_told_and_nothing_changes(
    story: Story, who: str, written: str, answer: str
) -> None:
    before = await story.store.read(_numbers)
    await story.until("10:00")
    await story.person(who).says(written)
    await story.person(who).hears(answer)
    assert await story.store.read(_numbers) == before


async def test_a_book_begun_with_a_landline_is_begun_by_the_same_line_with_a_mobile(story: Story) -> None:
    dawn = story.person("dawn")
    await story.until("10:00")
    await dawn.says("start a book")
    await dawn.hears_anything()
    await dawn.says("Ben 3/5/23 Chloe 01632 960555")
    await dawn.hears(AGAIN)
    await dawn.says("Ben 3/5/23 Chloe 07700 900611")
    assert "Ben's book is open for you." in await dawn.hears_anything()


def _numbers(connection: Connection) -> tuple[int, ...]:
    found = (schema.telephones, schema.memberships, schema.invitations)
    return tuple(connection.execute(select(func.count()).select_from(each)).scalar_one() for each in found)
