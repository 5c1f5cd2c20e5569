"""``bookbag explain``: how the bot would file these words, and the words that led it there.

Files nothing and needs neither configuration nor database; the same reading as the pipeline's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from book.topics import Topic
    from book.understanding.facts.reading import FactsRead
    from book.understanding.lexicon import Lexicon


def explain(
    text: Annotated[str | None, typer.Argument(help="The words, as somebody might write them.")] = None,
    child: Annotated[
        list[str] | None, typer.Option(help="A child of the sender's circle; give several by repeating it.")
    ] = None,
    words: Annotated[Path | None, typer.Option(help="A nursery's own words, read as well.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read one JSON object a line from standard input, and answer each.")
    ] = False,
) -> None:
    """How the bot would file a text, and why."""
    import sys

    from book.understanding.lexicon import load_lexicon
    from bot.own_words import own_words

    if jsonl is (text is not None):
        typer.echo("Give a text, or --jsonl and lines on standard input.", err=True)
        raise typer.Exit(2)
    lexicon = load_lexicon(own_words(words))
    if text is not None:
        _show(text, child or [], lexicon)
        return
    for answer in answers(sys.stdin.buffer, lexicon):
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()  # Whoever feeds one line at a time waits for its answer.


# --- lines --------------------------------------------------------------------------------------------------------


def answers(lines: Iterable[bytes], lexicon: Lexicon) -> Iterator[str]:
    """One JSON object for each line, in the same order; a faulty line is answered by ``{"error": …}``."""
    import json

    for line in lines:
        try:
            answer = reading_of(_asked(line), lexicon)
        except (ValueError, RecursionError) as fault:
            answer = {"error": str(fault) or type(fault).__name__}
        yield json.dumps(answer, ensure_ascii=False)


def reading_of(asked: Mapping[str, Any], lexicon: Lexicon) -> dict[str, Any]:
    """The reading of one request: ``text``, and optional ``sender_role``, ``now`` and ``children``.

    Raises ValueError with a sentence for a request that is not of this form.
    """
    from book.facts import to_plain
    from book.topics import Topic
    from book.understanding.children import AskWhich, Named, OneChild, SeveralChildren, which_child
    from book.understanding.notes import read_note

    text = asked.get("text")
    if not isinstance(text, str):
        raise ValueError("text is missing or is no string")
    _check_role(asked.get("sender_role"))
    now = _now(asked.get("now"))
    known = _children(asked.get("children"))
    names = [name for _, given in known for name in given]
    circle = [Named(number, given) for number, (_, given) in enumerate(known)]
    whole = _topics(text, names, lexicon)
    facts: list[dict[str, Any]] = []
    meant: list[int] | None
    per_child: dict[int, list[str]] = {}
    if not circle:
        meant = []
    else:
        match which_child(text, circle):
            case OneChild(number):
                meant, per_child = [number], {number: whole}
            case SeveralChildren(clauses):
                meant = [number for number, _ in clauses]
                per_child = {number: _topics(words, names, lexicon) for number, words in clauses}
                for number, words in clauses:
                    stated = read_note(words, lexicon, names, now, beside=text)[1]
                    facts += [{**_as_written(to_plain(each), text), "child": known[number][0]} for each in stated.facts]
            case AskWhich():
                meant = None
    if not per_child or len(per_child) == 1:
        facts = [to_plain(each) for each in read_note(text, lexicon, names, now)[1].facts]
    if Topic.SAFEGUARDING.value in whole:
        facts = []
    return {
        "categories": whole,
        "facts": facts,
        "children": "ask" if meant is None else [known[number][0] for number in meant],
        "per_child": {str(known[number][0]): topics for number, topics in per_child.items()},
    }


def _as_written(fact: dict[str, Any], text: str) -> dict[str, Any]:
    """A child's part is said in full, with the dash that print has; the words of a fact are the sender's own."""
    words = str(fact["words"])
    plain = words.replace("–", "-")
    return {**fact, "words": plain} if words not in text and plain in text else fact


def _topics(text: str, names: Sequence[str], lexicon: Lexicon) -> list[str]:
    from book.safeguarding import screen
    from book.topics import Topic
    from book.understanding.notes import read_note

    found = [topic.value for topic in read_note(text, lexicon, names, _now(None))[0].topics]
    # Every text is screened before it is read, without any name being known.
    if screen(text, lexicon).held and Topic.SAFEGUARDING.value not in found:
        found.insert(0, Topic.SAFEGUARDING.value)
    return found


def _asked(line: bytes) -> Mapping[str, Any]:
    import json

    try:
        asked = json.loads(line.decode())
    except UnicodeDecodeError:
        raise ValueError("the line is not UTF-8") from None
    except json.JSONDecodeError as fault:
        raise ValueError(f"the line is no JSON: {fault.msg}") from None
    except RecursionError:
        raise ValueError("the line is nested too deeply") from None
    if not isinstance(asked, dict):
        raise ValueError("the line is no JSON object")
    return asked


def _check_role(role: object) -> None:
    if role is not None and not isinstance(role, str):
        raise ValueError("sender_role is no string")


def _now(now: object) -> datetime:
    """The local moment of writing; the computer's own where none is given."""
    from datetime import datetime

    if now is None:
        return datetime.now().astimezone().replace(tzinfo=None)
    try:
        return datetime.fromisoformat(now if isinstance(now, str) else "").replace(tzinfo=None)
    except ValueError:
        raise ValueError("now is no local time, such as 2026-11-23T07:40") from None


def _children(given: object) -> list[tuple[int | str, tuple[str, ...]]]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise ValueError("children is no list")
    found: list[tuple[int | str, tuple[str, ...]]] = []
    for each in given:
        match each:
            case {"id": str() | int() as child, "names": [*names]} if names and not isinstance(child, bool):
                if not all(isinstance(name, str) and name.strip() for name in names):
                    raise ValueError("a name of a child is no string")
                found.append((child, tuple(names)))
            case _:
                raise ValueError("a child needs an id and names")
    if len({str(child) for child, _ in found}) < len(found):
        raise ValueError("two children have one id")
    return found


# --- one text, for people -----------------------------------------------------------------------------------------


_DOUBTS = {
    "not_yet": "that time has not come yet, or has passed",
    "impossible": "that cannot be",
    "which_day": "which day is meant is not clear",
}


def _show(text: str, children: Sequence[str], lexicon: Lexicon) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.text import Text

    from book.facts import TOPIC_OF
    from book.safeguarding import screen
    from book.understanding.children import AskWhich, Named, OneChild, SeveralChildren, which_child
    from book.understanding.notes import read_note

    console = Console(highlight=False, soft_wrap=True)
    reading, stated = read_note(text, lexicon, children, _now(None))
    colours = ("cyan", "magenta", "green", "yellow", "blue", "bright_red")
    colour = {topic: colours[number % len(colours)] for number, topic in enumerate(reading.topics)}
    shown = Text(text)
    for topic, found in reading.because:
        shown.highlight_words([found], f"bold {colour.get(topic, 'white')}", case_sensitive=False)
    for fact, (start, end) in zip(stated.facts, stated.spans, strict=True):
        shown.stylize(f"underline {colour.get(TOPIC_OF[fact.kind], 'white')}", start, end)
    console.print(shown)
    held = screen(text, lexicon)
    if held.held:
        console.print(
            f"[bold red]Held[/] for the safeguarding lead, word for word, because of: "
            f"{escape(', '.join(held.because))}. It enters no thread and nobody else is told."
        )
        for cue in held.found:
            console.print(f"{cue.points:+4}  {cue.kind}: {escape(', '.join(cue.words))}")
        return
    if not reading.topics:
        console.print("Nothing was recognised: filed under no topic, and told only where everything may be told.")
    for topic in reading.topics:
        words = [found for about, found in reading.because if about is topic]
        private = any(subject.private for subject in reading.subjects if subject.topic is topic)
        console.print(
            f"[bold {colour[topic]}]{topic.value}[/]{' (private)' if private else ''}: {escape(', '.join(words))}"
        )
    _show_facts(console, text, stated, colour)
    if reading.urgent:
        console.print("[bold]Urgent[/]: told at once, ahead of everything else.")
    if reading.collection:
        console.print(f"Collection: {escape(reading.collection)}; somebody must say that it was seen.")
    match which_child(text, [Named(number, (name,)) for number, name in enumerate(children)]) if children else None:
        case OneChild(number, because):
            console.print(f"About {escape(children[number])}, because of: {escape(because)}.")
        case SeveralChildren(clauses):
            for number, words_of_child in clauses:
                console.print(f"About {escape(children[number])}: {escape(words_of_child)}")
        case AskWhich(among):
            console.print(f"It would ask which child: {escape(', '.join(children[each] for each in among))}?")
        case None:
            console.print("Which child is not asked here: name the sender's children with --child.")


def _show_facts(console: Console, text: str, stated: FactsRead, colour: Mapping[Topic, str]) -> None:
    from rich.markup import escape

    from book.facts import TOPIC_OF, to_plain

    for fact, (start, end) in zip(stated.facts, stated.spans, strict=True):
        said = ", ".join(f"{key} {value}" for key, value in to_plain(fact).items() if key not in ("kind", "words"))
        tint = colour.get(TOPIC_OF[fact.kind], "white")
        console.print(f"[underline {tint}]{fact.kind.value}[/] {escape(said)}, because of: {escape(text[start:end])}")
    for doubt in stated.doubts:
        console.print(f"[bold red]{doubt.of.value}[/]: {escape(doubt.words)} is kept as words: {_DOUBTS[doubt.why]}.")
