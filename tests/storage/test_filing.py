"""What handling a message leads to is written whole or not at all, and twice it is written once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from book.deliveries import InboxState, Lane, NoticeState
from book.entries import Text
from book.ids import AddressId, ChildId, EntryId, InboxId, NoticeId
from book.messages import Did, Incoming, message_key
from book.notices import Relay
from book.people import Role
from book.reasons import Reason
from book.topics import Subject, Topic
from storage import filing, inbox, schema
from storage.filing import Filing, NewEntry, NewNotice
from storage.inbox import Received
from storage.vault import Owner
from tests.kit.conversation import Story

EVERYTHING = (
    schema.entries,
    schema.entry_revisions,
    schema.notices,
    schema.originals,
    schema.conversations,
    schema.seen,
    schema.audit,
)


async def open_message(story: Story) -> tuple[InboxId, AddressId]:
    """A message of Hannah's that waits to be handled."""
    store, now = story.store, story.clock.now()
    incoming = Incoming(Did.WROTE, now, text="bad night", message="1")
    kept = Received("phones", "demo", message_key("hannah", "1"), "hannah", "{}", now, incoming)
    await store.write(inbox.keep, store.vault, story.ids, [kept])
    (taken,) = await store.write(inbox.take, store.vault, 1)
    return taken.id, taken.address


async def filed(story: Story) -> Filing:
    message, address = await open_message(story)
    people, ella = story.people.people, story.people.children["ella"]
    entry = EntryId(story.ids.new())
    return Filing(
        message,
        address,
        InboxState.FILED,
        entries=(
            NewEntry(
                entry,
                ella,
                people["hannah"],
                Role.PARENT,
                story.people.settings["sunshine"],
                (Subject(Topic.SLEEP),),
                Text("bad night"),
                story.clock.now(),
            ),
        ),
        notices=(
            NewNotice(
                NoticeId(story.ids.new()),
                entry,
                Relay(entry),
                people["priya"],
                Lane.RELAY,
                story.clock.now(),
                child=ella,
                entry=entry,
            ),
        ),
        seen=((entry, people["hannah"]),),
        originals=(Owner.child(ella),),
        original="bad night",
    )


def counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in EVERYTHING
    }


async def test_one_fault_anywhere_in_a_group_leaves_nothing_of_any_of_it(story: Story) -> None:
    good = await filed(story)
    nobody = replace(good.entries[0], id=EntryId(story.ids.new()), child=ChildId(1))
    before = await story.store.read(counts)
    await story.store.vault.ensure(Owner.child(1))

    for broken in (
        replace(good, entries=(*good.entries, nobody)),
        replace(good, notices=(*good.notices, replace(good.notices[0], id=good.notices[0].id, cause=1))),
        replace(good, seen=((good.entries[0].id, 1),)),  # type: ignore[arg-type]
    ):
        with pytest.raises(IntegrityError):
            await story.store.write(filing.write, story.store.vault, [good, broken], story.clock.now())
        assert await story.store.read(counts) == before

    (row,) = await story.store.read(lambda c: c.execute(select(schema.inbox)).all())
    assert row.state == InboxState.NEW
    assert row.sealed_payload is not None


async def test_filing_ends_the_message_and_clears_the_days_copy_of_it(story: Story) -> None:
    await story.store.write(filing.write, story.store.vault, [await filed(story)], story.clock.now())

    (row,) = await story.store.read(lambda c: c.execute(select(schema.inbox)).all())
    assert (row.state, row.sealed_payload) == (InboxState.FILED, None)
    found = await story.store.read(counts)
    assert (found["entries"], found["entry_revisions"], found["notices"], found["originals"]) == (1, 1, 1, 1)


async def test_a_notice_is_unique_by_its_cause_its_hearer_and_its_kind(story: Story) -> None:
    done = await filed(story)
    await story.store.write(filing.write, story.store.vault, [done], story.clock.now())

    again = [replace(done.notices[0], id=NoticeId(story.ids.new())) for _ in range(3)]
    await story.store.write(filing.add_notices, story.store.vault, again, story.clock.now())

    assert (await story.store.read(counts))["notices"] == 1


async def test_only_what_has_not_left_is_withdrawn_or_put_off(story: Story) -> None:
    done = await filed(story)
    await story.store.write(filing.write, story.store.vault, [done], story.clock.now())
    (notice,) = done.notices
    await story.store.write(
        lambda c: c.execute(schema.notices.update().values(delivery_id=77)) and None,
    )
    later = replace(
        done,
        entries=(),
        notices=(),
        seen=(),
        originals=(),
        withdraw={notice.id: Reason.UNDONE},
        postpone={notice.id: story.clock.now().replace(hour=23)},
    )

    await story.store.write(filing.write, story.store.vault, [later], story.clock.now())

    (row,) = await story.store.read(lambda c: c.execute(select(schema.notices)).all())
    assert row.state == NoticeState.WAITING
    assert row.not_before == notice.not_before
