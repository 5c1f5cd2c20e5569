"""What the operator's commands do with a roll: say what would change, write it whole, and make slips to print.

One transaction writes everything or nothing, and nobody is messaged. Knows nothing of terminals or sockets; what it
answers is JSON, so that it goes through either.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from book.errors import OperatorError
from book.ids import Ids, RoomId, SettingId, Tape
from book.importing.changes import plan
from book.importing.headings import fold
from book.importing.known import Known
from book.importing.plans import Plan
from book.importing.reading import Reading, read_sheets
from book.papers import Slips
from book.people import Role
from book.reached import NO_NUMBERS, OwnNumbers
from book.wording.catalogue import Catalogue
from book.wording.compose import Composer
from book.wording.values import column
from bot.papers.making import Chance, slips_now
from bot.sheets_asked import SheetsAsked
from handlers.enrolling import roster_of
from handlers.importing import values_of
from storage import audit, enrolled, roster
from storage.audit import Deed
from storage.database import Connection
from storage.store import Store
from storage.vault import Owner

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlipsAsked:
    """Which slips are to be made; ``bot`` is the name that stands in links, empty where none is known."""

    setting: str = ""
    room: str = ""
    large: bool = False
    bot: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> SlipsAsked:
        match asked:
            case {"setting": str(setting), "room": str(room), "large": bool(large), "bot": str(bot), **rest} if (
                not rest
            ):
                return cls(setting, room, large, bot)
        raise ValueError("say the setting, the room, whether in large print, and the bot's name")

    def write(self) -> dict[str, Any]:
        return {"setting": self.setting, "room": self.room, "large": self.large, "bot": self.bot}


class Enrolment:
    """The roll of one book."""

    def __init__(
        self,
        store: Store,
        *,
        ids: Ids,
        zone: ZoneInfo,
        catalogue: Catalogue,
        chance: Chance,
        numbers: OwnNumbers = NO_NUMBERS,
    ) -> None:
        """``numbers`` are the book's own, as they stand on slips."""
        self._store = store
        self._ids = ids
        self._zone = zone
        self._catalogue = catalogue
        self._composer = Composer(catalogue, zone)
        self._chance = chance
        self._numbers = numbers

    async def import_(self, asked: SheetsAsked, now: datetime) -> Answer:
        """What the roll would change, or has changed; raises :class:`OperatorError` where it cannot be looked at."""
        if asked.add:
            reading, done = await self._store.write(self._add, Tape(self._ids), asked, now)
        else:
            reading, done = await self._store.read(self._look, self._ids, asked, now)
        return self._answer(reading, done, written=asked.add)

    async def slips(self, asked: SlipsAsked, now: datetime) -> Answer:
        """The PDF, and how many slips are in it."""
        wish = await self._store.read(self._wish, asked, now)
        content, count = await slips_now(
            self._store, self._ids, wish, self._chance, self._catalogue, asked.bot, self._numbers, now
        )
        return {"count": count, "pdf": b64encode(content).decode()}

    # --- within -----------------------------------------------------------------------------------------------------

    def _look(self, connection: Connection, ids: Ids, asked: SheetsAsked, now: datetime) -> tuple[Reading, Plan]:
        known = enrolled.load(connection, self._store.vault, None, now)
        default = self._default(known, asked.setting)
        known = Known(known.settings, known.people, known.may_make_settings, default)
        reading = read_sheets(asked.sheets, now.astimezone(self._zone).date())
        return reading, plan(reading, known, ids)

    def _add(self, connection: Connection, ids: Tape, asked: SheetsAsked, now: datetime) -> tuple[Reading, Plan]:
        ids.rewind()
        reading, found = self._look(connection, ids, asked, now)
        if found.is_empty:
            return reading, found
        vault = self._store.vault
        new = roster_of(found, ids, None, now)
        vault.require(roster.owners_of(new))
        roster.write(connection, vault, new, now)
        details = {"children": len(found.children), "people": len(found.people), "open": len(found.faults)}
        deeds = [Deed("imported", None, Owner.setting(each), each, details) for each in self._touched(found)]
        audit.record(connection, vault, deeds, now)
        return reading, found

    @staticmethod
    def _touched(found: Plan) -> list[SettingId]:
        settings = [each.id for each in found.settings]
        settings += [each.setting for each in found.stands]
        settings += [setting for _, setting, _ in found.works]
        return list(dict.fromkeys(settings))

    @staticmethod
    def _default(known: Known, named: str) -> SettingId | None:
        if not named:
            # Childminders whom parents brought in have settings of their own, and no roll.
            led = [each for each in known.settings if any(Role.MANAGER in staff.roles for staff in each.staff)]
            return led[0].id if len(led) == 1 else None
        found = [each.id for each in known.settings if fold(each.name) == fold(named)]
        if len(found) != 1:
            names = ", ".join(each.name for each in known.settings) or "none yet"
            raise OperatorError(f"There is no setting called {named} in the book ({names}).")
        return found[0]

    def _wish(self, connection: Connection, asked: SlipsAsked, now: datetime) -> Slips:
        known = enrolled.load(connection, self._store.vault, None, now)
        setting = self._default(known, asked.setting)
        if setting is None:
            raise OperatorError("There are several settings in the book: name one with --setting.")
        at = known.setting(setting)
        rooms = {} if at is None else at.rooms
        room: RoomId | None = None
        if asked.room:
            wanted = fold(asked.room).removesuffix(" room")
            room = next((each for each, name in rooms.items() if fold(name) == wanted), None)
            if room is None:
                names = ", ".join(rooms.values()) or "none"
                raise OperatorError(f"There is no room called {asked.room} (there are: {names}).")
        return Slips(setting, room=room, large=asked.large)

    def _answer(self, reading: Reading, done: Plan, *, written: bool) -> Answer:
        say = self._composer.sentence
        return {
            "headed": bool(reading.headed),
            "rows": reading.rows,
            "parents": reading.parents,
            "staff": reading.staff_rows,
            "columns": [
                say("import.column", {"heading": each.heading, "field": column(each.field.value, each.slot)})
                for each in reading.own_headings
            ],
            "left_out": list(reading.left_out),
            "changes": [
                {
                    "row": each.row,
                    "whose": each.whose,
                    "what": say(f"import.change.{each.what}", {}),
                    "to": each.to,
                    "new": each.new,
                }
                for each in done.changes
            ],
            "faults": [
                {
                    "sentence": say(f"import.fault.{each.kind}", values_of(each)),
                    "mend": say(f"import.mend.{each.kind}", values_of(each)),
                    "stops": each.stops,
                }
                for each in done.look_at()
            ],
            "children": done.children_in,
            "unchanged": done.is_empty,
            "written": written,
        }
