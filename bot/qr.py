"""A link as a picture to point a camera at, for what is handed out on paper at the door."""

from __future__ import annotations

import io
import os
from pathlib import Path

from book.errors import OperatorError

_SCALE = 8
_BORDER = 4  # modules of white, without which cameras do not find it


def png(link: str) -> bytes:
    """The QR code of ``link`` as a PNG; legible with a seventh of it torn off or smudged."""
    import segno

    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="png", scale=_SCALE, border=_BORDER)
    return picture.getvalue()


def write_png(link: str, path: Path) -> None:
    """Write it where only its owner can read it: whoever has it can join. Raises :class:`OperatorError`."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(png(link))
    except OSError as fault:
        raise OperatorError(f"The QR code cannot be written to {path} ({fault.strerror}): name another file.") from None
