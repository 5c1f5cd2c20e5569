"""Each fault that is planted is caught by the tests that are named for it; so those tests would see it if it came."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.planted import FAULTS, ROOT, Copy, Fault

_ALL_TESTS = sorted({test for fault in FAULTS for test in fault.caught_by})


def test_every_fault_still_has_its_place_and_its_tests() -> None:
    places = {fault.name: fault.times_found() for fault in FAULTS}
    missing = [
        test for test in _ALL_TESTS if f"def {test.split('::')[1].split('[')[0]}(" not in _read(test.split("::")[0])
    ]

    assert {name: found for name, found in places.items() if found != 1} == {}
    assert missing == []
    assert len(places) == len(FAULTS) >= 20
    assert all(fault.old != fault.new for fault in FAULTS)


def _read(file: str) -> str:
    return (ROOT / file).read_text("utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """One copy of the tree for all; whoever plants in it heals it."""
    made: Path = tmp_path_factory.mktemp("planted")
    return Copy(made)


@pytest.mark.prove
def test_without_a_fault_every_test_that_is_named_passes(copy: Copy) -> None:
    run = copy.run(_ALL_TESTS)

    assert run.code == 0, run.said


@pytest.mark.prove
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_planted_fault_is_caught(copy: Copy, fault: Fault) -> None:
    copy.plant(fault)
    try:
        run = copy.run(fault.caught_by)
    finally:
        copy.heal(fault)

    assert run.code == 1, run.said
    missed = [test for test in fault.caught_by if not any(failed.startswith(test) for failed in run.failed)]
    assert missed == [], run.said
