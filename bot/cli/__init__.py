"""The commands an operator types: what each is called, what it takes, and nothing of what it does.

Every command is a module of its own that imports what it needs when it runs, so that asking for help is quick.
"""

from __future__ import annotations

import sys


def main() -> None:
    """The command ``bookbag``."""
    from bot.cli.commands import app

    app()
