"""What `make test` leaves out plays in `make prove`, and nothing is left out that plays in one place only."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.matrix import EVERYWHERE, ONE_IN, in_share, leave_the_rest_to_the_proofs


@dataclass
class Collected:
    """A test as pytest has collected it, as far as it is looked at."""

    name: str
    params: dict[str, Any]
    folder: str = "tests/journeys"
    marks: list[str] = field(default_factory=list)

    @property
    def nodeid(self) -> str:
        return f"{self.folder}/test_it.py::{self.name}[{'-'.join(map(str, self.params.values()))}]"

    @property
    def callspec(self) -> object:
        return SimpleNamespace(params=self.params)

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self.marks else None

    def add_marker(self, mark: pytest.MarkDecorator) -> None:
        self.marks.append(mark.name)


def left_out(*items: Any) -> list[str]:
    leave_the_rest_to_the_proofs(items)
    return [each.nodeid.partition("[")[2] for each in items if "prove" in each.marks]


NAMES = [f"test_story_{number}" for number in range(400)]
ALONE = next(name for name in NAMES if not in_share(name, "phones-postgresql"))


@pytest.fixture(autouse=True)
def _in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOKBAG_TEST_EVERYWHERE", raising=False)


def stories(name: str) -> list[Collected]:
    places = (("phones", "sqlite"), ("phones", "postgresql"), ("telegram", "sqlite"))
    return [Collected(name, {"scenery": place}) for place in places]


def test_every_story_plays_on_the_phones_and_a_share_of_them_elsewhere_too() -> None:
    items = [each for name in NAMES for each in stories(name)]
    leave_the_rest_to_the_proofs(cast(Any, items))
    played = [each.params["scenery"] for each in items if "prove" not in each.marks]

    assert played.count(("phones", "sqlite")) == len(NAMES)
    for place in (("phones", "postgresql"), ("telegram", "sqlite")):
        assert 0.5 < played.count(place) / (len(NAMES) / ONE_IN) < 1.5


def test_what_plays_in_one_place_only_is_never_left_out() -> None:
    assert left_out(Collected(ALONE, {"dialect": "postgresql"})) == []
    assert left_out(*[Collected(ALONE, {"dialect": each}) for each in ("sqlite", "postgresql")]) == ["postgresql]"]
    assert not left_out(
        Collected(ALONE, {"dialect": "sqlite", "n": 1}), Collected(ALONE, {"dialect": "postgresql", "n": 2})
    )


def test_what_is_about_databases_and_what_uses_everything_plays_on_both() -> None:
    both = [{"dialect": "sqlite"}, {"dialect": "postgresql"}]

    assert left_out(*[Collected(ALONE, each, folder="tests/storage") for each in both]) == []
    assert left_out(*[Collected(ALONE, each, marks=["databases"]) for each in both]) == []
    assert left_out(*stories(min(EVERYWHERE))) == []


def test_everything_plays_everywhere_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKBAG_TEST_EVERYWHERE", "1")

    assert left_out(*[each for name in NAMES for each in stories(name)]) == []
