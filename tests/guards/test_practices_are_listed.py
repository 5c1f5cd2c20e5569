"""Each of the 137 practices is listed once, and each test that is said to show one exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NUMBERS = range(1, 138)
_ROW = re.compile(r"^\| *(\d+) *\|(?: *(\S.*?) *)\|(?: *(\S.*?) *)\|(?: *(\S.*?) *)\|$", flags=re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_SHOWS_NOTHING = re.compile(r"\bmark\.(skip|xfail)\b")
_LATER = re.compile(r"later: [\w', -]{3,40}")


def written_in(file: Path) -> dict[str, list[str]]:
    """Every test function or method of a file, with its decorators as they are written."""
    return {
        node.name: [ast.unparse(each) for each in node.decorator_list]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), filename=str(file)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def shown_by(cell: str) -> list[str]:
    """What is wrong with the last cell of a row: nothing if it names real tests or says what is missing."""
    if _LATER.fullmatch(cell):
        return []
    named = _TEST.findall(cell)
    if not named or _TEST.sub("", cell).strip(" ,"):
        return [f"neither tests (`tests/path.py::test_name`, …) nor 'later: what is missing': {cell}"]
    faults = []
    for path, test in named:
        found = written_in(ROOT / path) if (ROOT / path).is_file() else {}
        if not Path(path).name.startswith("test_") or test not in found:
            faults.append(f"there is no {path}::{test}")
        elif any(_SHOWS_NOTHING.search(decorator) for decorator in found[test]):
            faults.append(f"{path}::{test} is skipped or expected to fail, which shows nothing")
    return faults


def faults_of(page: str) -> list[str]:
    """What is wrong with the whole page."""
    rows = _ROW.findall(page)
    numbers = [int(number) for number, *_ in rows]
    times = {number: numbers.count(number) for number in NUMBERS}
    faults = [f"{number} is listed {count} times" for number, count in times.items() if count != 1]
    faults += [f"there is no practice {number}" for number in numbers if number not in NUMBERS]
    if numbers != sorted(numbers):
        faults.append("the practices are not in their order")
    return faults + [f"{number}: {fault}" for number, _, _, cell in rows for fault in shown_by(cell)]


def test_every_practice_is_listed_once_with_tests_that_exist_or_with_what_is_missing() -> None:
    page = (ROOT / "docs/practices.md").read_text(encoding="utf-8")

    assert not faults_of(page)


HERE = "tests/guards/test_practices_are_listed.py"


@pytest.mark.parametrize(
    ("cell", "is_fit"),
    [
        pytest.param("later: photos, voice", True, id="what is missing"),
        pytest.param(f"`{HERE}::test_a_row_is_refused_for_what_it_should_not_say`", True, id="a test"),
        pytest.param("later", False, id="later without what is missing"),
        pytest.param("yes", False, id="a mere claim"),
        pytest.param(f"`{HERE}::test_that_nobody_wrote`", False, id="no such test"),
        pytest.param("`tests/guards/test_nothing.py::test_it`", False, id="no such file"),
        pytest.param("`tests/conftest.py::test_it`", False, id="no file of tests"),
        pytest.param(f"`{HERE}::test_a_row_is_refused_for_what_it_should_not_say`, later", False, id="both"),
    ],
)
def test_a_row_is_refused_for_what_it_should_not_say(cell: str, is_fit: bool) -> None:
    cells = dict.fromkeys(NUMBERS, "later: a test") | {44: cell}
    rows = [f"| {number} | practice | deed | {cell} |" for number, cell in cells.items()]

    assert (not faults_of("\n".join(rows))) is is_fit


def test_a_number_left_out_or_listed_twice_is_a_fault() -> None:
    rows = [f"| {number} | practice | deed | later: a test |" for number in (*NUMBERS, 44) if number != 45]

    assert {"44 is listed 2 times", "45 is listed 0 times"} <= set(faults_of("\n".join(rows)))
