"""What is released is what was written down: versions, the lock, the packages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from setuptools import find_namespace_packages

ROOT = Path(__file__).parents[2]
FLOORS = {"bot", "book", "handlers", "scheduler", "storage"}
LOCKS = ["requirements.txt", "requirements-test.txt"]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", text, flags=re.MULTILINE))


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~ ]", requirement)[0].lower() for requirement in requirements}


def test_the_changelog_begins_with_unreleased_and_then_the_version_of_the_project() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert headings[:2] == ["Unreleased", project()["project"]["version"]]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_an_exact_version_and_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    loose = [
        line[:60]
        for line in lines
        if not re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+( ; [^#]+?)?\s+--hash=sha256:[0-9a-f]{64}", line)
    ]

    assert lines
    assert not loose


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_registry_and_no_place_on_a_machine(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert not re.findall(r"://|--(?:extra-)?index-url|--find-links|file:| @ |/\w+/", text)


def test_the_locks_hold_what_the_project_asks_for_at_one_version() -> None:
    asked = project()
    runtime, test = pins("requirements.txt"), pins("requirements-test.txt")

    assert named(asked["project"]["dependencies"]) <= runtime.keys()
    assert named(asked["build-system"]["requires"]) <= runtime.keys()
    assert named(asked["project"]["optional-dependencies"]["test"]) <= test.keys()
    assert runtime.items() <= test.items()


def test_exactly_the_five_floors_are_packaged_and_never_the_tests() -> None:
    include = project()["tool"]["setuptools"]["packages"]["find"]["include"]

    found = {package.partition(".")[0] for package in find_namespace_packages(str(ROOT), include=include)}

    assert found == FLOORS
