"""``python -m bot`` is the command ``bookbag``.

Knows nothing else.
"""

from __future__ import annotations

from bot.cli import main

if __name__ == "__main__":
    main()
