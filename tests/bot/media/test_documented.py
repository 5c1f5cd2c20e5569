"""The page about pictures says what the code does: its reasons, its sentences, its figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from book.media import SAID_APART, MediaKind, Refusal
from book.wording.catalogue import load_catalogue
from bot.media.limits import LARGEST_FILE, LIMITS
from tests.bot.media.hostile import corpus

PAGE = (Path(__file__).parents[3] / "docs" / "pictures.md").read_text("utf-8")
CATALOGUE = load_catalogue()


@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_is_on_the_page_with_the_sentence_its_sender_reads(reason: Refusal) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{reason}` |"))

    assert row.endswith(f"| {CATALOGUE.say(reason.sentence())} |")


@pytest.mark.parametrize(("reason", "of_it"), sorted(SAID_APART))
def test_what_is_said_otherwise_of_a_film_a_recording_or_a_pdf_is_on_the_page(reason: Refusal, of_it: str) -> None:
    kind = {"film": MediaKind.VIDEO, "sound": MediaKind.VOICE, "paper": MediaKind.DOCUMENT}[of_it]

    assert f"| `{reason}` | {of_it} | {CATALOGUE.say(reason.sentence(kind))} |" in PAGE.splitlines()


def test_the_figures_on_the_page_are_those_of_the_code() -> None:
    mb = 1024 * 1024
    for said in (
        f"a JPEG, {LIMITS.relay_side:,} points on its long side, {LIMITS.relay_bytes // 1_000_000} MB at most",
        f"more than {LIMITS.relay_ratio} times as long as wide",
        f"a JPEG, {LIMITS.thumbnail_side} points on its long side",
        f"a JPEG at full size, {LIMITS.original_bytes // mb} MB at most",
        f"| {LARGEST_FILE // mb} MB, which",
        f"| {LIMITS.pixels // 1_000_000} million, no side above {LIMITS.side:,} |",
        f"| {LIMITS.memory // mb} MB |",
        f"| {LIMITS.cpu_seconds} seconds of computing, {LIMITS.seconds} by the clock on the wall |",
        f"| {len([each for each in corpus()[::10] if not each.slow])} files | {len(corpus()):,} files |",
    ):
        assert said in PAGE
