"""The text of a spreadsheet: sheets, their rows by the number the spreadsheet shows, and cells as they were typed.

Knows nothing of files or of what any cell means.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``number`` is what stands beside it in the spreadsheet, so that 1 is the first."""

    number: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """What stands there, without spaces around it; empty beyond the row's end."""
        return self.cells[column].strip() if column < len(self.cells) else ""

    @property
    def is_blank(self) -> bool:
        return not any(each.strip() for each in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with every row that holds anything."""

    name: str
    rows: tuple[Row, ...]

    def only(self, numbers: Collection[int]) -> Sheet:
        """The same sheet with these rows alone."""
        return replace(self, rows=tuple(each for each in self.rows if each.number in numbers))


def to_json(sheets: Sequence[Sheet]) -> str:
    """How sheets are kept, sealed, until they are added or dropped."""
    kept = [[sheet.name, [[row.number, *row.cells] for row in sheet.rows]] for sheet in sheets]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def from_json(kept: str) -> tuple[Sheet, ...]:
    """What :func:`to_json` kept; raises ValueError for anything else."""
    try:
        return tuple(
            Sheet(str(name), tuple(Row(int(number), tuple(str(each) for each in cells)) for number, *cells in rows))
            for name, rows in json.loads(kept)
        )
    except (TypeError, RecursionError) as fault:
        raise ValueError("these are no sheets") from fault
