"""``bookbag status``: how the book stands, beside a running program or without one.

Reads only, with no key and no lock: numbers, ages and ids, and nothing that anybody wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from storage.health import Picture

# Heartbeats are written every 15 seconds.
_ALIVE_SECONDS = 60.0


def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """How the book stands: what came in, what waits, what is doubtful."""
    import asyncio
    import json

    picture, now = asyncio.run(_look())
    told = as_object(picture, now)
    if as_json:
        typer.echo(json.dumps(told, indent=2))
        return
    for line in as_lines(told):
        typer.echo(line)


async def _look() -> tuple[Picture, datetime]:
    from book.errors import StorageUnfit
    from bot.cli.configured import load
    from bot.clock import SystemClock
    from storage import health, migrations

    configuration, now = load(), SystemClock().now()
    async with health.reading(configuration.database_url) as database:
        if await database.read(migrations.version) != migrations.REVISIONS[-1]:
            raise StorageUnfit("The database is not up to date with this Bookbag: run bookbag migrate, or bookbag run.")
        return await database.read(health.look, now), now


def as_object(picture: Picture, now: datetime) -> dict[str, Any]:
    """What ``--json`` prints; ages are whole seconds, None where there is nothing to have an age."""

    def age(instant: datetime | None) -> int | None:
        return None if instant is None else max(int((now - instant).total_seconds()), 0)

    polled = [each.last_success_at for each in picture.heartbeats if each.last_success_at is not None]
    beats = [
        {
            "part": each.name,
            "seconds_ago": age(each.at),
            "last_poll_seconds_ago": age(each.last_success_at),
            "alarm": each.alarm,
        }
        for each in picture.heartbeats
    ]
    return {
        "running": any((age(each.at) or 0) < _ALIVE_SECONDS for each in picture.heartbeats),
        "parts": beats,
        "last_inbound_seconds_ago": age(picture.last_inbound_at),
        "last_poll_seconds_ago": age(max(polled, default=None)),
        "inbox": dict(picture.inbox),
        "notices": _nested(picture.notices),
        "deliveries": _nested(picture.deliveries),
        "oldest_unsent_seconds": age(picture.oldest_unsent_at),
        "set_aside": [
            {
                "message": each.id,
                "received_at": each.received_at.isoformat(),
                "reason": each.reason,
                "can_retry": each.can_retry,
            }
            for each in picture.set_aside
        ],
        "unknown": sum(count for key, count in picture.deliveries.items() if key.startswith("unknown/")),
        "flagged": sum(count for key, count in picture.deliveries.items() if key.startswith("flagged/")),
        "doubtful": [{"delivery": delivery, "state": state} for delivery, state in picture.doubtful],
        "disclosures_without_lead": picture.disclosures_without_lead,
    }


def as_lines(told: Mapping[str, Any]) -> Iterator[str]:
    """The same for people."""
    yield "Bookbag is running." if told["running"] else "Bookbag is not running."
    for part in told["parts"]:
        alarm = f" ALARM: {part['alarm']}" if part["alarm"] else ""
        yield f"  {part['part']}: heard from {spoken(part['seconds_ago'])}.{alarm}"
    yield f"Last message in: {spoken(told['last_inbound_seconds_ago'])}."
    yield f"Last successful poll: {spoken(told['last_poll_seconds_ago'])}."
    inbox = told["inbox"]
    yield f"Inbox: {', '.join(f'{count} {state}' for state, count in sorted(inbox.items())) or 'empty'}."
    for name in ("notices", "deliveries"):
        yield f"{name.capitalize()}:{'' if told[name] else ' none.'}"
        for state, lanes in sorted(told[name].items()):
            yield f"  {state}: {', '.join(f'{count} {lane}' for lane, count in sorted(lanes.items()))}"
    waited = told["oldest_unsent_seconds"]
    yield "Nothing that is free to go waits." if waited is None else f"Oldest unsent: waits for {duration(waited)}."
    for each in told["set_aside"]:
        mend = f"try again with: bookbag retry {each['message']}" if each["can_retry"] else "its words are gone by now"
        yield f"Set aside: message {each['message']} of {each['received_at'][:16]} ({each['reason']}); {mend}"
    for each in told["doubtful"]:
        yield f"Nobody knows whether delivery {each['delivery']} arrived ({each['state']})."
    if count := told["disclosures_without_lead"]:
        yield f"{count} disclosure(s) wait because there is no safeguarding lead who is not concerned: name one."


def spoken(seconds: int | None) -> str:
    """An age, as one says it."""
    return "never" if seconds is None else f"{duration(seconds)} ago"


def duration(seconds: int) -> str:
    """A length of time in its two largest units."""
    for size, unit, smaller, small in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            return f"{whole} {unit} {rest // smaller} {small}"
    return f"{seconds} s"


def _nested(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for key, count in sorted(counts.items()):
        state, _, lane = key.partition("/")
        found.setdefault(state, {})[lane] = count
    return found
