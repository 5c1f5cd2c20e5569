"""A list goes into a statement in one piece, a constant by name, and what is open is found by its index."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from book.deliveries import NoticeState
from storage import claiming
from storage.schema import notices, people
from storage.statements import among, constant, not_among
from storage.store import Store
from storage.vault import Vault
from tests.kit.conversation import Story


class _Crooked(StrEnum):
    QUOTE = "x' OR 'y"


@pytest.mark.parametrize("count", [0, 1, 500])
async def test_a_list_of_any_length_is_given_to_one_statement(story: Story, count: int) -> None:
    everybody = await story.store.read(lambda c: list(c.execute(select(people.c.id)).scalars()))
    wanted = [*everybody[1:], *range(-count, 0)] if count else []
    chosen, others = (select(people.c.id).where(pick(people.c.id, "wanted")) for pick in (among, not_among))

    def asked(connection: Connection) -> tuple[set[int], set[int]]:
        found, left = (set(connection.execute(each, {"wanted": wanted}).scalars()) for each in (chosen, others))
        return found, left

    assert await story.store.read(asked) == (set(wanted) & set(everybody), set(everybody) - set(wanted))


def test_only_a_plain_word_is_written_into_a_statement() -> None:
    assert str(notices.c.state == constant(NoticeState.WAITING)) == "notices.state = 'waiting'"

    with pytest.raises(ValueError, match="plain word"):
        constant(_Crooked.QUOTE)


async def test_a_look_reads_what_is_open_and_not_what_there_ever_was(story: Story, store: Store) -> None:
    if store.dialect != "sqlite":
        pytest.skip("PostgreSQL plans by what is in the tables, and here there is next to nothing")

    plans = await story.store.write(_plans_of_a_look, story.store.vault, story.clock.now())

    assert len(plans) >= 4
    read = [
        step
        for plan in plans
        for step in plan
        if step.split()[:2] in [["SCAN", each] for each in ("notices", "deliveries", "addresses")]
    ]
    assert not [step for step in read if "USING INDEX ix_" not in step]


def _plans_of_a_look(connection: Connection, vault: Vault, now: datetime) -> list[list[str]]:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    claiming.ready(connection, now)
    claiming.due(connection, vault, now)
    claiming.busy(connection, now)
    claiming.next_instant(connection, now)
    event.remove(connection, "before_cursor_execute", note)
    return [
        [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        for statement, parameters in asked
    ]
