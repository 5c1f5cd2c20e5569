"""``bookbag evaluate``: how well labelled messages are read, topic by topic, and which are read wrongly.

Files nothing and needs no database; the same reading as the pipeline's. With a nursery's own words it shows what they
are worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from book.errors import OperatorError

if TYPE_CHECKING:
    from book.understanding.evaluation import Compared, Evaluation
    from book.understanding.lexicon import Lexicon


class FaultyLabels(OperatorError):
    """A file of labelled messages cannot be read; its line is named."""


def evaluate(
    file: Annotated[Path, typer.Argument(help="One JSON object a line: text, categories.", dir_okay=False)],
    split: Annotated[
        str | None, typer.Option(help="Only the messages of this split, such as tune; all of them without.")
    ] = None,
    numbers_only: Annotated[
        bool, typer.Option("--numbers-only", help="Show no sentence: for messages held out of tuning.")
    ] = False,
    words: Annotated[
        Path | None, typer.Option(help="A nursery's own words, read as well (see docs/understanding.md).")
    ] = None,
) -> None:
    """How well labelled messages are read."""
    from rich.console import Console

    from book.understanding.evaluation import evaluated
    from book.understanding.lexicon import load_lexicon
    from bot.own_words import own_words

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise FaultyLabels(f"{file} cannot be read as text: give a file of one JSON object a line.") from problem
    lexicon = load_lexicon(own_words(words))
    found = evaluated(compared(text.splitlines(), lexicon, called=str(file), split=split))
    for line in shown(found, with_sentences=not numbers_only):
        Console(highlight=False, soft_wrap=True, markup=False).print(line)


def compared(
    lines: Iterable[str], lexicon: Lexicon, *, called: str = "The file", split: str | None = None
) -> Iterator[Compared]:
    """Each labelled message beside what is read of it; raises `FaultyLabels` naming the line that cannot be read."""
    from datetime import datetime

    from book.understanding.evaluation import Compared
    from book.understanding.notes import read_note

    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _row(line, f"{called}, line {number}")
        if split is not None and row.get("split") != split:
            continue
        written = datetime.fromisoformat(row.get("now") or "2026-11-24T12:00")
        reading, _ = read_note(row["text"], lexicon, row.get("roster", ()), written)
        yield Compared(row["text"], frozenset(row["categories"]), frozenset(reading.topics))


def _row(line: str, where: str) -> dict[str, Any]:
    import json

    from book.topics import Topic

    try:
        row = json.loads(line)
    except json.JSONDecodeError as fault:
        raise FaultyLabels(f"{where} is no JSON ({fault.msg}): write one object a line.") from fault
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not isinstance(row.get("categories"), list):
        raise FaultyLabels(
            f'{where} needs a text and its categories: {{"text": "slept 12-1", "categories": ["sleep"]}}.'
        )
    known: Mapping[str, Topic] = {topic.value: topic for topic in Topic}
    if strange := [str(label) for label in row["categories"] if label not in known]:
        raise FaultyLabels(f"{where} has a category that does not exist, {strange[0]}: use {', '.join(known)}.")
    return {**row, "categories": [known[label] for label in row["categories"]]}


def shown(found: Evaluation, *, with_sentences: bool) -> Iterator[str]:
    """What is printed, line by line."""
    yield f"{'topic':<16}{'right':>7}{'wrong':>7}{'missed':>8}{'precision':>11}{'recall':>8}{'F1':>7}"
    for name, tally in [*((topic.value, each) for topic, each in found.by_topic.items()), ("all", found.overall)]:
        yield (
            f"{name:<16}{tally.right:>7}{tally.wrong:>7}{tally.missed:>8}"
            f"{tally.precision:>11.3f}{tally.recall:>8.3f}{tally.f1:>7.3f}"
        )
    if found.confusions:
        yield ""
        yield "Missed, and what was found in its place:"
        for missed, instead, times in found.confusions:
            yield f"  {missed.value} as {instead.value}: {times}"
    wrong = [each for each in found.messages if not each.is_right]
    yield ""
    yield f"{len(wrong)} of {len(found.messages)} messages are read otherwise than labelled."
    if with_sentences:
        for each in wrong:
            missed_topics = ", ".join(sorted(each.given - each.read))
            wrong_topics = ", ".join(sorted(each.read - each.given))
            yield f"  {each.text!r}: " + "; ".join(
                said
                for said in (missed_topics and f"missed {missed_topics}", wrong_topics and f"wrongly {wrong_topics}")
                if said
            )
