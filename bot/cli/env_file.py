"""``.env`` is written once and added to, never over: what an operator put there stays.

Knows the names of the variables and nothing of what they do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path


def write_env(path: Path, values: Mapping[str, str]) -> list[str]:
    """Put ``values`` into ``path`` where they have none yet, and say which; the file is made if it is missing.

    Nobody but its owner can read it afterwards, and a crash leaves the old file or the new one.
    """
    old = path.read_text("utf-8") if path.exists() else None
    lines = _template() if old is None else old.splitlines()
    written = [name for name, value in values.items() if _put(lines, name, value)]
    if old is not None and not written:
        return []
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as writing:
        writing.write("\n".join(lines) + "\n")
        writing.flush()
        os.fsync(writing.fileno())
    fresh.replace(path)
    return written or ["every variable, explained, with its default"]


def _put(lines: list[str], name: str, value: str) -> bool:
    for number, line in enumerate(lines):
        if found := re.match(rf"\s*(?:export\s+)?{name}\s*=\s*(.*)$", line):
            if found[1].strip().strip("'\""):
                return False
            lines[number] = f"{name}={value}"
            return True
    for number, line in enumerate(lines):
        if re.match(rf"#\s*{name}=", line):
            lines[number] = f"{name}={value}"
            return True
    lines.append(f"{name}={value}")
    return True


def _template() -> list[str]:
    """Every variable with its explanation; what is commented out has its default."""
    from bot.configuration import Configuration

    lines = ["# Bookbag's configuration. What is commented out has its default; docs/configuration.md says more."]
    for field in Configuration.model_fields.values():
        default = field.get_default()
        shown = "" if "Secret" in type(default).__name__ else default
        lines += ["", f"# {field.description}", f"# {field.validation_alias}={shown}"]
    return lines
