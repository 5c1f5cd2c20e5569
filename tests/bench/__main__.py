"""``python -m tests.bench`` measures, prints its tables and writes what it found as JSON; it judges nothing.

Everything that is compared is measured in one sitting, in turns, on one machine, so that only the ratio says much.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.answering import Answered, answering, calls_cost
from tests.bench.pictures import AT_ONCE, MadeSafe, making_safe
from tests.bench.relaying import Relayed, relaying
from tests.bench.storing import DOORS, Stored, storing
from tests.bench.understanding import Understood, understanding


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how many times each bot takes its turn")
    parser.add_argument("--notes", type=int, default=500, help="messages a round")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each rate of the second row is kept up")
    parser.add_argument("--only", choices=["answering", "storing", "understanding", "pictures"], default=None)
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"), help="where the figures are written")
    given = parser.parse_args()
    console = Console()
    found: dict[str, object] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }
    with tempfile.TemporaryDirectory(prefix="bookbag-bench-") as folder:
        if given.only in (None, "answering"):
            answered = asyncio.run(answering(_below(folder, "answering"), rounds=given.rounds, notes=given.notes))
            console.print(_answering_table(answered))
            found["answering"] = [asdict(each) for each in answered]
        if given.only in (None, "storing"):
            for door in DOORS:
                stored = asyncio.run(storing(_below(folder, f"storing-{door}"), door, seconds=given.seconds))
                console.print(_storing_table(door, stored))
                found[f"storing {door}"] = [asdict(each) for each in stored]
        if given.only in (None, "pictures"):
            relayed = asyncio.run(relaying(_below(folder, "relaying"), photos=3 * given.rounds))
            console.print(_relaying_table(relayed))
            found["relaying"] = asdict(relayed)
    if given.only in (None, "understanding"):
        understood = understanding(rounds=given.rounds)
        console.print(_understanding_table(understood))
        found["understanding"] = asdict(understood)
    if given.only in (None, "pictures"):
        made = asyncio.run(making_safe(rounds=given.rounds))
        console.print(_pictures_table(made))
        found["pictures"] = [asdict(each) for each in made]
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    console.print(f"The figures are in {given.json}.")


def _below(folder: str, name: str) -> Path:
    made = Path(folder) / name
    made.mkdir()
    return made


def _answering_table(found: Sequence[Answered]) -> Table:
    table = Table(title="What a call costs: the bot's own CPU, the same server, pacing off (median, range)")
    for heading in ("bot", "notes", "calls", "ms CPU a call", "calls a second", "ms CPU a note"):
        table.add_column(heading, justify="left" if heading == "bot" else "right")
    for each in found:
        table.add_row(
            each.bot,
            str(each.notes),
            str(each.calls),
            _spread([1000 * turn.cpu_seconds / turn.calls for turn in each.turns], 2),
            _spread([turn.calls / turn.seconds for turn in each.turns], 0),
            _spread([1000 * turn.cpu_seconds / each.notes for turn in each.turns], 2),
        )
    cost, speed = calls_cost(found)
    table.caption = f"Bookbag beside the sequential echo: {cost:.2f} of the CPU a call, {speed:.2f} times the calls."
    return table


def _storing_table(door: str, found: Sequence[Stored]) -> Table:
    signed = ", each signature checked" if door == "twilio" else ""
    whose = f"{door.capitalize()}'s webhook at 40 connections{signed}"
    table = Table(title=f"Store, then acknowledge: {whose}; SQLite, synchronous=FULL")
    for heading in ("asked for", "answered a second", "p50 ms", "p99 ms", "worst ms", "refused", "ms CPU", "MB more"):
        table.add_column(heading, justify="right")
    for each in found:
        table.add_row(
            "as fast as it goes" if each.asked is None else f"{each.asked:,.0f}/s",
            f"{each.rate:,.0f}",
            f"{each.p50_ms:.1f}",
            f"{each.p99_ms:.1f}",
            f"{each.worst_ms:.1f}",
            str(each.refused),
            f"{each.cpu_ms:.3f}",
            f"{each.grown_mb:.1f}",
        )
    return table


def _understanding_table(found: Understood) -> Table:
    table = Table(
        title="Understanding a message: screened, which child, topics, facts; one core, the process's own CPU"
    )
    for heading in ("messages", "a second", "median µs", "p99 ms", "hostile", "worst ms"):
        table.add_column(heading, justify="right")
    table.add_row(
        str(found.messages),
        f"{found.rate:,.0f}",
        f"{1e6 * found.percentile(0.5):.0f}",
        f"{1000 * found.percentile(0.99):.2f}",
        str(found.hostile),
        f"{1000 * found.worst:.1f}",
    )
    return table


def _pictures_table(found: Sequence[MadeSafe]) -> Table:
    table = Table(title=f"A picture made safe, each in a process of its own: alone, and {AT_ONCE} at a time")
    for heading in ("picture", "KB", "median ms", "worst ms", "ms CPU", "a second", "MB needed"):
        table.add_column(heading, justify="left" if heading == "picture" else "right")
    for each in found:
        table.add_row(
            each.what,
            f"{each.size / 1024:,.0f}",
            f"{1000 * each.median:.0f}",
            f"{1000 * max(each.seconds):.0f}",
            f"{1000 * each.cpu_seconds:.0f}",
            f"{each.rate:.1f}",
            f"{each.memory / 1024**2:.0f}",
        )
    return table


def _relaying_table(found: Relayed) -> Table:
    table = Table(title="A photo of 12 megapixels, from the update that brings it to the calls that show it to two")
    for heading in ("photos", "KB", "ms to the first", "ms to the last", "ms CPU of the bot"):
        table.add_column(heading, justify="right")
    spread = (_spread([1000 * each for each in some], 0) for some in (found.first, found.last, found.cpu_seconds))
    table.add_row(str(len(found.first)), f"{found.size / 1024:,.0f}", *spread)
    table.caption = "Median and range. No undo time, no gathering, no pace; what opens the picture is not in the CPU."
    return table


def _spread(values: Sequence[float], digits: int) -> str:
    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    return f"{middle:.{digits}f} ({ordered[0]:.{digits}f} - {ordered[-1]:.{digits}f})"


if __name__ == "__main__":
    main()
