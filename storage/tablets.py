"""A room's own device: who is writing on it and until when; and the four figures by which she is known there.

Four figures are kept as a keyed hash (the record in ``docs/decisions`` says why); what guards them is that five
wrong ones close them for a while. Nothing here shows a figure, in no ``repr`` and in no row.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from book.deliveries import WaitsFor
from book.errors import Fenced
from book.ids import PersonId, RoomId
from storage import dialect
from storage.schema import disclosures, notices, pins, tablets
from storage.statements import among
from storage.vault import Vault

IDLE = timedelta(minutes=20)
TRIES = 5
CLOSED = timedelta(minutes=15)
CHOSEN_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Tablet:
    """A device, and who is writing on it, if anybody is."""

    person: PersonId  # stands for the room
    room: RoomId
    writer: PersonId | None = None
    since: datetime | None = None
    until: datetime | None = None

    def writer_now(self, now: datetime) -> PersonId | None:
        """Who is writing at this instant."""
        return self.writer if self.until is not None and now < self.until else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The four figures of some people, to try others against; they themselves cannot be read from it."""

    _vault: Vault = field(repr=False)
    _kept: Mapping[PersonId, tuple[str, int, datetime | None]] = field(repr=False)
    _anew: Mapping[PersonId, datetime] = field(default_factory=dict)

    def has(self, person: PersonId) -> bool:
        return person in self._kept and bool(self._kept[person][0])

    def may_be_chosen(self, person: PersonId, now: datetime) -> bool:
        """Whether she has none now and may choose hers on a tablet."""
        return not self.has(person) and person in self._anew and now < self._anew[person]

    def closed_until(self, person: PersonId, now: datetime) -> datetime | None:
        """Until when nothing may be tried for her, if it is so now."""
        kept = self._kept.get(person)
        return kept[2] if kept is not None and kept[2] is not None and now < kept[2] else None

    def are_hers(self, person: PersonId, figures: str) -> bool:
        kept = self._kept.get(person)
        return kept is not None and bool(kept[0]) and hmac.compare_digest(kept[0], hashed(self._vault, person, figures))

    def failures(self, person: PersonId) -> int:
        """How often in a row they were wrong."""
        kept = self._kept.get(person)
        return kept[1] if kept is not None else 0

    def tried(self, person: PersonId, figures: str, now: datetime) -> Tried:
        """What trying these comes to: five wrong in a row close hers, each time for twice as long."""
        before = self.failures(person)
        if self.are_hers(person, figures):
            return Tried(person, before, 0)
        failures = before + 1
        closed = None if failures % TRIES else now + CLOSED * 2 ** min(failures // TRIES - 1, 6)
        return Tried(person, before, failures, closed)


@dataclass(frozen=True, slots=True)
class NewFigures:
    """Somebody's four figures, from now on."""

    person: PersonId
    figures: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChosenAnew:
    """Somebody has no figures from now on, and may choose hers on a tablet until then."""

    person: PersonId
    until: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """Four figures were tried: right, or wrong for so many times in a row now and closed until then.

    It was decided where ``before`` had been wrong; if that is not so any more, nothing of it is written.
    """

    person: PersonId
    before: int
    failures: int
    closed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of one device, and of the figures that were tried or chosen."""

    session: Tablet | None = None
    tried: Tried | None = None
    figures: NewFigures | None = None
    anew: ChosenAnew | None = None
    held_since: datetime | None = None  # what was held since then with the room as its author is the writer's


def hashed(vault: Vault, person: PersonId, figures: str) -> str:
    return vault.mac("four figures", str(person), figures).hex()


_TABLETS = select(tablets).where(among(tablets.c.person_id, "people"))
_PINS = select(pins).where(among(pins.c.person_id, "people"))


def load(connection: Connection, people: Collection[PersonId]) -> dict[PersonId, Tablet]:
    """Those of these people who are a room's device."""
    rows = connection.execute(_TABLETS, {"people": list(people)})
    return {
        PersonId(row.person_id): Tablet(
            PersonId(row.person_id),
            RoomId(row.room_id),
            None if row.writer_id is None else PersonId(row.writer_id),
            row.writing_since,
            row.writing_until,
        )
        for row in rows
    }


def load_figures(connection: Connection, vault: Vault, people: Collection[PersonId]) -> Figures:
    rows = connection.execute(_PINS, {"people": list(people)})
    kept = {PersonId(row.person_id): row for row in rows}
    return Figures(
        vault,
        {person: (row.hashed, row.failures, row.closed_until) for person, row in kept.items()},
        {person: row.anew_until for person, row in kept.items() if row.anew_until is not None},
    )


def add(connection: Connection, new: Sequence[Tablet]) -> None:
    """New devices; their people and rooms exist."""
    dialect.add(connection, tablets, [{"person_id": each.person, "room_id": each.room} for each in new])


def set_figures(connection: Connection, vault: Vault, new: Sequence[NewFigures], now: datetime) -> None:
    """From now on these are theirs; what was tried before counts no more."""
    _replace(connection, [(each.person, hashed(vault, each.person, each.figures), None) for each in new], now)


def _replace(connection: Connection, new: Sequence[tuple[PersonId, str, datetime | None]], now: datetime) -> None:
    if not new:
        return
    statement = dialect.insert(connection, pins)
    statement = statement.on_conflict_do_update(
        index_elements=["person_id"],
        set_={
            name: statement.excluded[name] for name in ("hashed", "failures", "closed_until", "made_at", "anew_until")
        },
    )
    connection.execute(
        statement,
        [
            {
                "person_id": person,
                "hashed": kept,
                "failures": 0,
                "closed_until": None,
                "made_at": now,
                "anew_until": anew_until,
            }
            for person, kept, anew_until in new
        ],
    )


def write(connection: Connection, vault: Vault, changes: Sequence[Changes], now: datetime) -> bool:
    """Write ``changes``; whether something that waited for somebody to sign in is free to go now."""
    opened = False
    for each in changes:
        if each.session is not None:
            opened |= _keep_session(connection, each.session)
            _say_who_wrote(connection, each.session, each.held_since)
        if each.tried is not None:
            _count(connection, each.tried)
    # Nothing is the keyed hash of nothing: as long as she has not chosen, no figures are hers.
    _replace(connection, [(each.anew.person, "", each.anew.until) for each in changes if each.anew is not None], now)
    set_figures(connection, vault, [each.figures for each in changes if each.figures is not None], now)
    return opened


def _count(connection: Connection, tried: Tried) -> None:
    """Raises :class:`Fenced` where somebody tried on another tablet meanwhile, so that no try goes uncounted."""
    counted = connection.execute(
        update(pins)
        .where(pins.c.person_id == tried.person, pins.c.failures == tried.before)
        .values(failures=tried.failures, closed_until=tried.closed_until)
        .returning(pins.c.person_id)
    )
    if counted.one_or_none() is None:
        raise Fenced("her figures were tried on another tablet a moment ago")


def _keep_session(connection: Connection, tablet: Tablet) -> bool:
    connection.execute(
        update(tablets)
        .where(tablets.c.person_id == tablet.person)
        .values(writer_id=tablet.writer, writing_since=tablet.since, writing_until=tablet.until)
    )
    if tablet.writer is None:
        return False
    freed = connection.execute(
        update(notices)
        .where(notices.c.person_id == tablet.person, notices.c.waits_for == WaitsFor.WINDOW)
        .values(waits_for=WaitsFor.NOTHING)
        .returning(notices.c.id)
    )
    return bool(freed.all())


def _say_who_wrote(connection: Connection, tablet: Tablet, since: datetime | None) -> None:
    """A disclosure was held before anybody was asked; now its lead can see by whom it was written."""
    if tablet.writer is not None and since is not None:
        connection.execute(
            update(disclosures)
            .where(
                disclosures.c.author_id == tablet.person,
                disclosures.c.at >= since,
                # Where no lead exists the words are sealed for their author, and stay so.
                disclosures.c.setting_id.is_not(None),
            )
            .values(author_id=tablet.writer)
        )


def wait_for_somebody(connection: Connection, waiting: Collection[int]) -> None:
    """These notices wait until somebody signs in on the device at which they would be told."""
    if waiting:
        connection.execute(update(notices).where(notices.c.id.in_(list(waiting))).values(waits_for=WaitsFor.WINDOW))
