"""The telephone numbers under which the book itself is written to, as people here write them.

They stand on slips and beside every code that is handed on. Knows no provider.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnNumbers:
    """Each is empty where there is none."""

    texts: str = ""
    whatsapp: str = ""

    @property
    def first(self) -> str:
        """The one to write to by telephone, whatever one has."""
        return self.texts or self.whatsapp


NO_NUMBERS = OwnNumbers()
