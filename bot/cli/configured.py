"""The configuration as every command reads it: the environment, and ``.env`` in the current directory.

Knows nothing of what is in it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.configuration import Configuration

ENV_FILE = Path(".env")


def load() -> Configuration:
    """The configuration; raises :class:`bot.configuration.ConfigurationError` with every fault in it."""
    from bot.configuration import load_configuration

    return load_configuration(os.environ, ENV_FILE)
