"""What is handed out at the door: numbers on the roll, links, and slips with a code."""

from __future__ import annotations

from book.ids import ChildId, PersonId
from book.people import Role
from storage import invitations, roster
from storage.database import Connection
from tests.kit.conversation import Story


async def hold_number(story: Story, who: str, number: str) -> None:
    """From now on this number stands on the roll as hers."""
    new = roster.NewTelephone(story.ids.new(), story.people.people[who], number)
    await roster.enrol(story.store, roster.Roster(telephones=(new,)), story.clock.now())


async def slip(
    story: Story, who: str, code: str = "", *, child: str | None = None, role: Role | None = None, byte: int = 7,
    made_by: str | None = None, setting: str = "sunshine",
) -> str:  # fmt: skip
    """A slip of paper for somebody; what stands in its link."""
    payload = invitations.new_payload(lambda count: bytes([byte]) * count)
    people: dict[str, PersonId] = dict(story.people.people)
    children: dict[str, ChildId] = dict(story.people.children)

    def make(connection: Connection) -> None:
        invitations.make_slip(
            connection,
            story.store.vault,
            story.ids,
            person=people[who],
            role=role,
            child=children[child] if child is not None else None,
            setting=story.people.settings[setting],
            payload=payload,
            code=code,
            made_by=people[made_by] if made_by is not None else None,
            now=story.clock.now(),
        )

    await story.store.write(make)
    return payload


async def link(
    story: Story, who: str, *, role: Role | None = None, proves: bool = True, byte: int = 9, setting: str = "sunshine"
) -> str:
    """A link made for somebody who is vouched for by whoever hands it to her."""
    payload = invitations.new_payload(lambda count: bytes([byte]) * count)

    def make(connection: Connection) -> None:
        invitations.make(
            connection, story.store.vault, story.ids, story.people.people[who], payload, story.clock.now(),
            role=role, setting=story.people.settings[setting], proves=proves,
        )  # fmt: skip

    await story.store.write(make)
    return payload
