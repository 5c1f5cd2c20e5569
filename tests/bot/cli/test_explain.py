"""``bookbag explain`` answers each line in its order, and a faulty one with its fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from book.understanding.lexicon import Lexicon, load_lexicon
from bot.cli.explain import answers
from tests.bot.running import Bookbag

ELLA, NOAH = {"id": "e", "names": ["Ella", "Ellie"]}, {"id": 2, "names": ["Noah"]}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def ask(lexicon: Lexicon, *asked: object) -> list[dict[str, Any]]:
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in asked]
    return [json.loads(answer) for answer in answers(lines, lexicon)]


def test_topics_come_in_the_order_found_and_the_child_is_named_or_asked_for(lexicon: Lexicon) -> None:
    parent = {"sender_role": "parent"}
    assert ask(
        lexicon,
        {"text": "bad night, teething", **parent},
        {"text": "bad night, teething", **parent, "children": [ELLA]},
        {"text": "Ellie slept 12-1. Noah ate nothing", **parent, "children": [ELLA, NOAH], "now": "2026-11-23T15:00"},
        {"text": "nappies please", **parent, "children": [ELLA, NOAH]},
        {"text": "mr clark hit me", **parent, "children": [ELLA]},
    ) == [
        {"categories": ["sleep", "health"], "facts": [], "children": [], "per_child": {}},
        {
            "categories": ["sleep", "health"],
            "facts": [],
            "children": ["e"],
            "per_child": {"e": ["sleep", "health"]},
        },
        {
            "categories": ["sleep", "meals"],
            "facts": [
                {
                    "kind": "sleep",
                    "from": "2026-11-23T12:00",
                    "to": "2026-11-23T13:00",
                    "words": "slept 12-1",
                    "child": "e",
                },
                {"kind": "meal", "amount": "none", "words": "ate nothing", "child": 2},
            ],
            "children": ["e", 2],
            "per_child": {"e": ["sleep"], "2": ["meals"]},
        },
        {"categories": ["kit"], "facts": [], "children": "ask", "per_child": {}},
        {"categories": ["safeguarding"], "facts": [], "children": ["e"], "per_child": {"e": ["safeguarding"]}},
    ]


@pytest.mark.parametrize(
    "faulty",
    [
        b"",
        b"\n",
        b"not json\n",
        b"\xff\xfe\n",
        b"[" * 100_000,
        [],
        {"sender_role": "parent"},
        {"text": 7},
        {"text": "hello", "sender_role": 7},
        {"text": "hello", "now": "yesterday"},
        {"text": "hello", "children": "Ella"},
        {"text": "hello", "children": [{"id": 1}]},
        {"text": "hello", "children": [{"id": 1, "names": []}]},
        {"text": "hello", "children": [{"id": 1, "names": [7]}]},
        {"text": "hello", "children": [ELLA, ELLA]},
    ],
    ids=lambda each: repr(each)[:30],
)
def test_a_faulty_line_is_answered_and_the_rest_goes_on(lexicon: Lexicon, faulty: object) -> None:
    before, wrong, after = ask(lexicon, {"text": "slept well"}, faulty, {"text": "ate well"})

    assert before["categories"] == ["sleep"]
    assert set(wrong) == {"error"}
    assert after["categories"] == ["meals"]


def test_any_text_at_all_is_answered(lexicon: Lexicon) -> None:
    for text in ("", " ", "\ud83d", "😩" * 5000, "a" * 100_000, "\x00", "\u202e\u2066", "<b>[bold]</b>"):
        (answer,) = ask(lexicon, {"text": text, "children": [ELLA, NOAH]})
        assert "categories" in answer


async def test_by_hand_and_by_the_line_it_needs_no_configuration(tmp_path: Path) -> None:
    bookbag = Bookbag(tmp_path, {"TELEGRAM_MODE": "pigeon"})

    by_hand = await bookbag.says("explain", "Ella slept [bold]12-1[/]", "--child", "Ella", "--child", "Noah")
    by_line = await bookbag.says("explain", "--jsonl", given='{"text":"slept ❤"}\n{"text":"ate"}')
    neither = await bookbag.says("explain")

    assert (by_hand.code, by_line.code, neither.code) == (0, 0, 2)
    assert "sleep: slept" in by_hand.out
    assert "About Ella" in by_hand.out
    assert "[bold]12-1[/]" in by_hand.out
    assert [json.loads(line)["categories"] for line in by_line.out.splitlines()] == [["sleep"], ["meals"]]
