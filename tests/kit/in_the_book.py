"""What is done to a book beside the chats: somebody comes, goes or is shut out, and a parent chooses.

Written through storage as whoever wires the program writes it, committed when the call returns. Knows nothing of what
follows from it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from book.people import Role, Standing
from book.sharing import ANSWERS, HOME, Answer, Choice
from book.topics import Group
from storage.roster import NewMembership, add_memberships
from storage.sharing import NewChoice, add_choices
from tests.kit.conversation import Story


async def stands(
    story: Story,
    who: str,
    role: Role,
    child: str | None,
    setting: str,
    standing: Standing = Standing.LIVE,
    *,
    until: datetime | None = None,
    days: frozenset[int] | None = None,
    sees: frozenset[Group] | None = None,
) -> None:
    """One more line in the log of who stands where."""
    line = NewMembership(
        story.ids.new(),
        story.people.people[who],
        role,
        None if child is None else story.people.children[child],
        story.people.settings[setting],
        standing=standing,
        until=until,
        days=days,
        sees=sees,
    )

    def write(connection: Connection) -> None:
        add_memberships(connection, [line], story.clock.now())

    await story.store.write(write)


async def chooses(
    story: Story,
    who: str,
    child: str,
    answer: Answer | Collection[Group],
    *directions: tuple[str | None, str | None],
    on_paper_by: str | None = None,
) -> None:
    """A parent chooses; a direction's None is home."""
    groups = ANSWERS[answer] if isinstance(answer, Answer) else frozenset(answer)
    people, settings, now = story.people.people, story.people.settings, story.clock.now()
    lines = [
        NewChoice(
            story.ids.new(),
            story.people.children[child],
            Choice(
                people[who],
                HOME if source is None else settings[source],
                HOME if target is None else settings[target],
                groups,
                now,
            ),
            **({} if on_paper_by is None else {"said_by": "paper", "entered_by": people[on_paper_by],
                                               "signed_on": now.date()}),  # type: ignore[arg-type]
        )
        for source, target in directions
    ]  # fmt: skip

    def write(connection: Connection) -> None:
        add_choices(connection, lines)

    await story.store.write(write)
