"""What stands in the places of a sentence, from what is kept there: moments, days, lists of names and of people.

Whoever makes a sentence's notice leaves an instant or a day as it is; here it becomes civil words. Knows no notice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from book.people import Role
from book.timing import MONTHS, spoken_day, spoken_time
from book.wording.catalogue import Catalogue


def filled(values: Mapping[str, str], catalogue: Catalogue, zone: ZoneInfo) -> dict[str, str]:
    """Each value as it is said; several names in one place are joined as the language does."""
    return {key: _said(key, value, catalogue, zone) for key, value in values.items()}


def _said(key: str, value: str, catalogue: Catalogue, zone: ZoneInfo) -> str:
    match key:
        case "instants":
            return catalogue.names([spoken_time(_local(each, zone)) for each in value.split("\n")])
        case "until":
            at = _local(value, zone)
            return f"{spoken_day(at.date())}, {spoken_time(at)}"
        case "civil_day":
            return spoken_day(date.fromisoformat(value))
        case "born":
            day = date.fromisoformat(value)
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        case "people":
            return "\n".join(_person(each, catalogue) for each in json.loads(value))
        case "link":
            return value
        case _:
            return catalogue.names(value.split("\n")) if "\n" in value else value


def _person(described: list[str], catalogue: Catalogue) -> str:
    role, name, setting, is_missing = described
    said = catalogue.say(f"circle.{Role(role)}", name=name, setting=setting)
    return catalogue.say("circle.not_joined", who=said) if is_missing else said


def _local(instant: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(instant).astimezone(zone)
