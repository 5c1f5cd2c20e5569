"""Whoever can forge the sender of a text, and cannot read what is sent to it, widens nothing: whatever she writes.

What counts as wider is read from the tables alone, by rules written down here: nothing of the product is asked.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, select, update

from book.disclosure import Assurance
from storage import schema
from tests.kit.conversation import Story
from tests.kit.on_script import OnScript

# Everything by which somebody, or something, comes nearer to a child; answers, numbers, and codes that were guessed.
PARENT = (
    "let Dawn see photos", "Dawn can see everything", "let Dawn see her learning", "sharing", "share everything",
    "tell Dawn everything", "dawn can see the hospital letters", "share my notes with tom", "Jo can see her day",
    "my childminder is Kate Marsh 07700 900555", "add my mum Jean thursdays 07700 900777", "send it",
    "can the health visitor Jo Marsh be in it for the 2 yr check", "ella also goes to acorns 01632 960321",
    "can ellas stepdad be in it now 07700 900388", "dawn too", "just dawn", "Ella may be in group photos",
    "hospital letter came, squint op in jan", "bad night, teething", "calendar", "who",
)  # fmt: skip
MANAGER = (
    "add a child: Mia Brown 3/4/23, mum Kate 07700 900123", "invite Pip Rowe 07700 900555, childminder for Noah",
    "invite Hannah", "invite Priya", "hannah signed paper today: everything with dawn", "let Tom back", "restrict Tom",
    "hannah signed paper today: group photos yes", "Priya is key person for Ella", "waiting", "slips", "invite Sam",
    "let them in", "new tablet for Butterfly", "Jo Ray works here now 07700 900321", "add a parent Tom for Ella",
    "Amy is Ella's key person", "Ella is with us mon tue wed",
)  # fmt: skip
CHILDMINDER = (
    "start a book", "Mia 3/5/23 Kate 07700 900611", "add a child: Mia Brown 3/4/23, mum Kate 07700 900123",
    "invite Hannah", "ella also goes to acorns 01632 960321", "Ella slept 12-1", "waiting", "sharing",
)  # fmt: skip
ANSWERS = ("1", "2", "3", "4", "yes", "Yes", "ok", "0123", "0999", "0", "change", "Send it", "Everything")
WRITES = {"hannah": PARENT, "maya": MANAGER, "dawn": CHILDMINDER}


@dataclass(frozen=True, slots=True)
class Wide:
    """All that lets anybody know, in or near, as the tables have it."""

    shared: frozenset[tuple[object, ...]]  # child, chooser, from, to, one group
    photos: frozenset[tuple[object, ...]]  # child, chooser, use
    places: frozenset[tuple[object, ...]]  # child, person, role, setting, what she sees
    rows: tuple[frozenset[int], ...]  # people, children, numbers, ways in, tablets: whatever is new is wider
    through: frozenset[tuple[object, ...]]  # entry, where it was let through

    def beyond(self, other: Wide) -> list[frozenset[object]]:
        """What is here and is not there, kind by kind."""
        kinds = zip(self._kinds(), other._kinds(), strict=True)
        return [frozenset(mine - theirs) for mine, theirs in kinds]

    def is_within(self, other: Wide) -> bool:
        """Nothing here that is not there."""
        return not any(self.beyond(other))

    def _kinds(self) -> tuple[frozenset[object], ...]:
        kinds = (self.shared, self.photos, self.places, self.through, *self.rows)
        return tuple(frozenset[object](each) for each in kinds)


_NEVER_MORE = (
    schema.people, schema.children, schema.telephones, schema.invitations, schema.tablets,
)  # fmt: skip


def wide(connection: Connection) -> Wide:
    """What the tables say now: of each thing that is written anew, the newest line."""
    chosen: dict[tuple[object, ...], str] = {}
    # Before she chose, what a parent writes goes to the setting that she joined through, all of it.
    for row in connection.execute(select(schema.memberships).where(schema.memberships.c.role == "parent")):
        chosen[row.child_id, row.person_id, None, row.setting_id] = "day private_health learning worries family photos"
    for row in connection.execute(select(schema.sharing_choices).order_by(schema.sharing_choices.c.id)):
        chosen[row.child_id, row.chooser_id, row.source_id, row.target_id] = row.groups
    photos: dict[tuple[object, ...], bool] = {}
    for row in connection.execute(select(schema.photo_uses).order_by(schema.photo_uses.c.id)):
        photos[row.child_id, row.chooser_id, row.use] = row.allowed
    places: dict[tuple[object, ...], tuple[object, ...]] = {}
    for row in connection.execute(select(schema.memberships).order_by(schema.memberships.c.id)):
        places[row.child_id, row.person_id, row.role, row.setting_id] = (row.standing, row.days, row.sees)
    revisions = schema.entry_revisions
    through = set()
    for row in connection.execute(select(revisions.c.entry_id, revisions.c.travel)):
        if "through" in (row.travel or "") and '"through":[]' not in row.travel.replace(" ", ""):
            through.add((row.entry_id, row.travel))
    return Wide(
        shared=frozenset((*way, group) for way, groups in chosen.items() for group in groups.split()),
        photos=frozenset(each for each, allowed in photos.items() if allowed),
        places=frozenset((*place, *how) for place, how in places.items() if how[0] == "live"),
        rows=tuple(
            frozenset(connection.execute(select(table.primary_key.columns.values()[0])).scalars())
            for table in _NEVER_MORE
        ),
        through=frozenset(through),
    )


def weaken(connection: Connection) -> None:
    connection.execute(update(schema.addresses).values(assurance=Assurance.WEAK))


async def attacked(story: Story, seed: int, many: int) -> None:
    chance = random.Random(seed)
    await story.until("9:00")
    await story.store.write(weaken)
    before = await story.store.read(wide)
    said: list[str] = []
    for _ in range(many):
        who = chance.choice(sorted(WRITES))
        text = chance.choice(WRITES[who] if chance.random() < 0.55 else ANSWERS)
        said.append(f"{who}: {text}")
        await story.person(who).says(text)
        now = await story.store.read(wide)
        assert now.is_within(before), said


async def test_each_wish_alone_and_whatever_it_is_answered_with_widens_nothing(story: Story, stage: OnScript) -> None:
    await story.until("9:00")
    await story.store.write(weaken)
    before = await story.store.read(wide)
    wider = []
    for who, wishes in WRITES.items():
        for wish in wishes:
            for text in (wish, "1", "1", "0123"):
                await story.person(who).says(text)
                if not (await story.store.read(wide)).is_within(before):
                    after = await story.store.read(wide)
                    wider.append((who, wish, text, after.beyond(before)))
                    before = after
    assert not wider, "\n".join(map(str, wider))


@pytest.mark.parametrize("seed", [1, *(pytest.param(each, marks=pytest.mark.prove) for each in range(2, 120))])
async def test_no_sequence_of_texts_without_the_code_widens_anything(story: Story, seed: int) -> None:
    await attacked(story, seed, 25)
