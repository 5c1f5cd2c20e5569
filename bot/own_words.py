"""A nursery's own words, from the file that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from book.understanding.lexicon import FaultyLexicon
from book.understanding.own_words import read_own_words


def own_words(file: Path | None) -> Mapping[str, Any] | None:
    """The words in `file`, or nothing where none is named; raises `FaultyLexicon` in a sentence with the mend."""
    if file is None:
        return None
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as problem:
        raise FaultyLexicon(
            f"WORDS_FILE names {file}, which does not exist: make it, or leave WORDS_FILE empty."
        ) from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise FaultyLexicon(f"{file} cannot be read as text: save it as UTF-8, readable by Bookbag.") from problem
    return read_own_words(text, str(file))
