"""The floors of the house stand on each other in one order, and the book stands on nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE_LIBRARIES = frozenset({"babel", "dateutil", "holidays", "phonenumbers", "rapidfuzz"})


def imported(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"), filename=str(module))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_imports_point_down_only_and_each_floor_keeps_its_libraries() -> None:
    lint = Path(sys.executable).parent / "lint-imports"

    found = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stdout + found.stderr


def test_the_book_imports_the_standard_library_and_pure_libraries_only() -> None:
    allowed = PURE_LIBRARIES | sys.stdlib_module_names | {"book"}

    strangers = {
        f"{module.relative_to(ROOT)}: {name}"
        for module in (ROOT / "book").rglob("*.py")
        for name in imported(module) - allowed
    }

    assert not strangers


@pytest.mark.parametrize("floor", ["bot", "book", "handlers", "scheduler", "storage"])
def test_nothing_imports_the_tests(floor: str) -> None:
    modules = list((ROOT / floor).rglob("*.py"))

    assert modules
    assert not [str(module) for module in modules if {"tests", "conftest"} & imported(module)]


@pytest.mark.parametrize("floor", ["book", "handlers"])
def test_the_rules_read_no_clock(floor: str) -> None:
    """``now`` is an argument: a rule that looks at the clock itself cannot be tried at any other hour."""
    read = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}

    readings = [
        f"{module.relative_to(ROOT)}:{node.lineno}"
        for module in (ROOT / floor).rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr, node.attr) in read
    ]

    assert not readings
