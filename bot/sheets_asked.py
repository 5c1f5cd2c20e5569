"""What an operator's command asks of the program that serves: to look at a file's sheets, or to write what they hold.

The same for a roll and for term dates. Knows nothing of what stands on the sheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from book.importing.sheets import Sheet, from_json, to_json


@dataclass(frozen=True, slots=True)
class SheetsAsked:
    """Sheets, and whether they are to be written; ``setting`` names whose they are where they do not say so."""

    sheets: tuple[Sheet, ...]
    add: bool = False
    setting: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> SheetsAsked:
        """The request as it came over the socket; raises ValueError for one that makes no sense."""
        match asked:
            case {"sheets": str(sheets), "add": bool(add), "setting": str(setting), **rest} if not rest:
                return cls(from_json(sheets), add, setting)
        raise ValueError("say the sheets, whether to add them, and the setting")

    def write(self) -> dict[str, Any]:
        """The request as it goes over the socket."""
        return {"sheets": to_json(self.sheets), "add": self.add, "setting": self.setting}
