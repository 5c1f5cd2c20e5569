"""Whatever is sent: nothing of it comes out, nothing hangs, the bot does not grow, and a refusal has its sentence.

A tenth of the files in every run, all of them in ``make prove``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from book.media import Refusal
from book.wording.catalogue import load_catalogue
from bot.media.limits import LIMITS
from bot.media.making_safe import Later, Refused, Safe, make_safe
from tests.bot.media.hostile import CANARY, Hostile, corpus
from tests.bot.media.pictures import encoded, picture

LONDON = ZoneInfo("Europe/London")
CATALOGUE = load_catalogue()
AT_ONCE = 2
MAY_GROW_BY = 64 * 1024 * 1024
_RUN = 24
_ENDS = 400_000


@pytest.fixture(scope="module")
def everything() -> Sequence[Hostile]:
    return corpus()


def test_the_corpus_is_as_large_as_it_claims_and_no_two_are_called_alike(everything: Sequence[Hostile]) -> None:
    assert len(everything) >= 1_000
    assert len({each.name for each in everything}) == len(everything)


async def test_a_tenth_of_the_hostile_files_does_no_harm(everything: Sequence[Hostile]) -> None:
    assert not await harm([each for each in everything[::10] if not each.slow])


@pytest.mark.prove
async def test_none_of_the_hostile_files_does_any_harm(everything: Sequence[Hostile]) -> None:
    assert not await harm(everything)


@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_has_a_sentence_that_says_what_to_do(reason: Refusal) -> None:
    sentence = CATALOGUE.say(reason.sentence())

    assert any(f"{verb} " in sentence for verb in ("Send", "send"))


def test_what_would_leak_is_seen_to_leak() -> None:
    content = encoded(picture(11), quality=97)
    scan = content[content.index(b"\xff\xda") :]
    copy = encoded(picture(12), quality=92)

    assert list(leaks(content, copy)) == []
    assert list(leaks(content, copy + scan[400:460]))
    assert list(leaks(content, copy + b"CANARY-GPS"))


async def harm(files: Sequence[Hostile]) -> list[str]:
    """What went wrong with which of them."""
    found: list[str] = []
    for start in range(0, len(files), AT_ONCE):
        some = files[start : start + AT_ONCE]
        contents = [each.make() for each in some]
        before = _begin_to_watch()
        outcomes = await asyncio.gather(*(make_safe(each, zone=LONDON) for each in contents))
        if (grown := _peak() - before) > MAY_GROW_BY:
            found.append(f"{' and '.join(each.name for each in some)}: the bot grew by {grown // 1024**2} MB")
        for each, content, outcome in zip(some, contents, outcomes, strict=True):
            found += (f"{each.name}: {fault}" for fault in _faults(each, content, outcome))
    return found


def _faults(hostile: Hostile, content: bytes, outcome: Safe | Refused | Later) -> Iterator[str]:
    match outcome:
        case Refused(reason) if hostile.reasons and reason not in hostile.reasons:
            yield f"refused as {reason}"
        case Refused(reason):
            assert CATALOGUE.say(reason.sentence())
        case Later():
            yield f"no outcome within {LIMITS.seconds} s"
        case Safe(relay, thumbnail, original):
            if hostile.reasons:
                yield "passed on"
            yield from leaks(content, relay, thumbnail, original)


def leaks(content: bytes, *copies: bytes) -> Iterator[str]:
    """What of ``content`` stands in a copy: a planted word, or a run of bytes that is no table of the format's."""
    ends = content[:_ENDS], content[-_ENDS:]
    runs = {part[at : at + _RUN] for part in ends for at in range(len(part) - _RUN + 1)}
    for copy in copies:
        if CANARY in copy:
            yield "a planted word came out"
        # The tables are the format's own, the same in every file. A run of one colour is nobody's.
        scan = copy[copy.index(b"\xff\xda") :]
        some = (scan[at : at + _RUN] for at in range(0, len(scan) - _RUN + 1, _RUN))
        if any(run in runs and len(set(run)) > 8 for run in some):
            yield f"{_RUN} bytes of it came out"


# --- How large the bot is ---------------------------------------------------------------------------------------

_PROCESS = Path("/proc/self")


def _begin_to_watch() -> int:
    """How much memory the process holds now; from here on its peak is measured anew. Nothing where no /proc is."""
    try:
        (_PROCESS / "clear_refs").write_text("5")
    except OSError:
        return 0
    return _status("VmRSS:")


def _peak() -> int:
    return _status("VmHWM:") if (_PROCESS / "status").exists() else 0


def _status(what: str) -> int:
    lines = (_PROCESS / "status").read_text().splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith(what)))
