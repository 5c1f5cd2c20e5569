"""What the operator's command does with a file of term dates: say what it holds and what is wrong, write it whole.

Nobody is messaged. Knows nothing of terminals or sockets; what it answers is JSON, so that it goes through either.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from book.errors import OperatorError
from book.ids import Ids, Tape
from book.importing.calendar_rows import CalendarRead, read_calendar
from book.importing.headings import fold
from book.people import Setting, SettingKind
from book.wording.catalogue import Catalogue
from book.wording.compose import Composer
from bot.sheets_asked import SheetsAsked
from handlers.calendars import counted
from storage import audit, calendars, circles
from storage.audit import Deed
from storage.calendars import CalendarChange
from storage.database import Connection
from storage.store import Store
from storage.vault import Owner, Vault


def setting_named(connection: Connection, vault: Vault, wanted: str) -> Setting:
    """The setting of this name; without one the only one that is no childminder's, whom parents may have brought in.

    Raises :class:`OperatorError` with a sentence.
    """
    here = circles.load_settings(connection, vault, calendars.kept_here(connection)).values()
    if wanted:
        found = [each for each in here if fold(each.name) == fold(wanted)]
    else:
        found = [each for each in here if each.kind is not SettingKind.CHILDMINDER] or list(here)
    if len(found) == 1:
        return found[0]
    known = ", ".join(each.name for each in here) or "none yet"
    if wanted:
        raise OperatorError(f"There is no setting called {wanted} in the book ({known}).")
    raise OperatorError(f"Name the setting with --setting ({known}).")


class TermDates:
    """The calendars of one book."""

    def __init__(self, store: Store, *, ids: Ids, catalogue: Catalogue, zone: ZoneInfo) -> None:
        self._store = store
        self._ids = ids
        self._composer = Composer(catalogue, zone)

    async def import_(self, asked: SheetsAsked, now: datetime) -> dict[str, Any]:
        """What the file holds; written where that was asked and there is anything to write."""
        read = read_calendar(asked.sheets)
        name = await self._store.write(self._add, Tape(self._ids), asked, read, now)
        say = self._composer.sentence
        values = counted(read) if read.stretches else {}
        return {
            "setting": name,
            "found": say("calendar.file.taken", values) if values else "",
            "faults": [
                say(f"calendar.fault.{each.kind}", {"line": str(each.line), "given": each.given})
                for each in read.faults
            ],
            "left_out": read.left_out,
            "written": asked.add and bool(read.stretches),
        }

    def _add(self, connection: Connection, ids: Tape, asked: SheetsAsked, read: CalendarRead, now: datetime) -> str:
        ids.rewind()
        vault = self._store.vault
        setting = setting_named(connection, vault, asked.setting)
        if asked.add and read.stretches:
            new = tuple((ids.new(), each) for each in read.stretches)
            change = CalendarChange(setting.id, None, add=new, between=(read.first, read.last))
            calendars.write(connection, vault, [change], now)
            deed = Deed("calendar imported", None, Owner.setting(setting.id), setting.id, {"lines": len(new)})
            audit.record(connection, vault, [deed], now)
        return setting.name
