"""``bookbag evaluate`` says how well labelled messages are read, and shows no sentence if asked for figures alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.running import Bookbag

LABELLED = """\
{"text": "slept 12-1", "categories": ["sleep"], "split": "tune"}
{"text": "qwerty zxcv", "categories": ["kit"], "split": "tune"}

{"text": "ate her lunch", "categories": ["meals"], "split": "held"}
"""


async def test_it_prints_each_topic_the_whole_and_every_message_read_otherwise(tmp_path: Path) -> None:
    (tmp_path / "labelled.jsonl").write_text(LABELLED, encoding="utf-8")
    bookbag = Bookbag(tmp_path, {"TELEGRAM_MODE": "pigeon"})

    all_of_it = await bookbag.says("evaluate", "labelled.jsonl")
    figures = await bookbag.says("evaluate", "labelled.jsonl", "--numbers-only")
    tuned = await bookbag.says("evaluate", "labelled.jsonl", "--split", "tune")

    assert (all_of_it.code, figures.code, tuned.code) == (0, 0, 0)
    assert "sleep                 1      0       0      1.000   1.000  1.000" in all_of_it.out
    assert "all                   2      0       1      1.000   0.667  0.800" in all_of_it.out
    assert "'qwerty zxcv': missed kit" in all_of_it.out
    assert "1 of 3 messages" in figures.out
    assert "qwerty" not in figures.out
    assert "1 of 2 messages" in tuned.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "line 2 is no JSON"),
        ('{"text": "slept"}', "line 2 needs a text and its categories"),
        ('{"text": "slept", "categories": ["slep"]}', "line 2 has a category that does not exist, slep: use sleep"),
    ],
)
async def test_a_faulty_line_is_named_with_the_mend(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "labelled.jsonl").write_text('{"text": "ate", "categories": ["meals"]}\n' + line, encoding="utf-8")

    answer = await Bookbag(tmp_path, {}).says("evaluate", "labelled.jsonl")

    assert answer.code == 1
    assert said in answer.err
    assert "Traceback" not in answer.err


async def test_a_nurserys_own_words_are_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "labelled.jsonl").write_text('{"text": "qwerty", "categories": ["kit"]}', encoding="utf-8")
    (tmp_path / "words.toml").write_text('[words]\nkit = ["qwerty"]\n', encoding="utf-8")

    answer = await Bookbag(tmp_path, {}).says("evaluate", "labelled.jsonl", "--words", "words.toml")

    assert "0 of 1 messages" in answer.out
