"""``bookbag status``: how the book stands, beside a running program or without one.

Reads only, without a lock: numbers, ages and ids, and nothing that anybody wrote. A key is used for one thing, and only
where there is need of it: to name whoever is shut out and may have been reached all the same.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from book.ids import PersonId
    from bot.configuration import Configuration
    from storage.health import Picture, Reader

# Heartbeats are written every 15 seconds.
_ALIVE_SECONDS = 60.0


def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """How the book stands: what came in, what waits, what is doubtful."""
    import asyncio
    import json

    picture, now, texts, names = asyncio.run(_look())
    told = as_object(picture, now, texts)
    if as_json:
        typer.echo(json.dumps(told, indent=2))
        return
    for line in as_lines(told, names):
        typer.echo(line)


async def _look() -> tuple[Picture, datetime, Mapping[str, int] | None, Mapping[int, str]]:
    from book.errors import StorageUnfit
    from bot.cli.configured import load
    from bot.clock import SystemClock
    from storage import health, migrations

    configuration, now = load(), SystemClock().now()
    async with health.reading(configuration.database_url) as database:
        if await database.read(migrations.version) != migrations.REVISIONS[-1]:
            raise StorageUnfit("The database is not up to date with this Bookbag: run bookbag migrate, or bookbag run.")
        picture = await database.read(health.look, now)
        shut_out = [each.person for each in picture.may_have_reached]
        names = await _names(configuration, database, shut_out) if shut_out else {}
        return picture, now, texts_of(picture, now, configuration), names


async def _names(configuration: Configuration, database: Reader, people: Sequence[PersonId]) -> Mapping[int, str]:
    """As they are called in the book; nobody's where its keys cannot be read from here."""
    from book.errors import BookbagError
    from bot.clock import SystemClock
    from storage import circles
    from storage.database import Connection, open_database
    from storage.keys import KeyStore, read_root_key
    from storage.vault import Vault

    def named(connection: Connection, vault: Vault) -> dict[int, str]:
        return {each: person.name for each, person in circles.load_people(connection, vault, set(people)).items()}

    try:
        root = read_root_key(configuration.root_key_file)
        keys_database = await open_database(configuration.keys_database_url)
    except BookbagError:
        return {}
    try:
        keys = await KeyStore.open(keys_database, root, now=SystemClock().now)
        return await database.read(named, await Vault.unlock(keys))
    except BookbagError:
        return {}
    finally:
        await keys_database.close()


def as_object(picture: Picture, now: datetime, texts: Mapping[str, int] | None = None) -> dict[str, Any]:
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
        "may_have_reached": [
            {"person": each.person, "messages": each.messages, "seconds_ago": age(each.since)}
            for each in picture.may_have_reached
        ],
        "disclosures_without_lead": picture.disclosures_without_lead,
        "texts": None if texts is None else dict(texts),
    }


def as_lines(told: Mapping[str, Any], names: Mapping[int, str] = MappingProxyType({})) -> Iterator[str]:
    """The same for people; ``names`` of those who are shut out, as far as they are known."""
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
    if (texts := told["texts"]) is not None:
        used = f"{texts['parts']} of {texts['most']}" if texts["most"] else f"{texts['parts']}, without a limit"
        yield f"Parts of texts this month: {used}."
    for each in told["set_aside"]:
        mend = f"try again with: bookbag retry {each['message']}" if each["can_retry"] else "its words are gone by now"
        yield f"Set aside: message {each['message']} of {each['received_at'][:16]} ({each['reason']}); {mend}"
    for each in told["doubtful"]:
        yield f"Nobody knows whether delivery {each['delivery']} arrived ({each['state']})."
    for each in told["may_have_reached"]:
        whom = names.get(each["person"], f"person {each['person']}")
        yield (
            f"{each['messages']} message(s) may have reached {whom}, who is shut out: leaving since "
            f"{spoken(each['seconds_ago'])}, and nobody knows yet whether they arrived."
        )
    if count := told["disclosures_without_lead"]:
        yield f"{count} disclosure(s) wait because there is no safeguarding lead who is not concerned: name one."


def texts_of(picture: Picture, now: datetime, configuration: Configuration) -> dict[str, int] | None:
    """The parts of this civil month, and how many there may be; None where nobody can text."""
    from book.spending import month_of

    if not configuration.has_texts:
        return None
    parts = picture.text_parts.get(month_of(now, configuration.zone), 0)
    return {"parts": parts, "most": configuration.twilio_monthly_parts}


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
