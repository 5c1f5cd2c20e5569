"""Cues are counted as the file says, faults in it are refused in a sentence, and no text upsets the counting."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.understanding.lexicon import load_lexicon
from book.understanding.screening import FaultyScreen, Screen, compile_screen, tally
from tests.examples import examples

SCREEN = load_lexicon().screen
PIECES = [
    *("he said", "daddy", "Grandad", "hits me", "with the belt", "secret", "dont tell", "bruise", "nobody knows how"),
    *("trampoline", "fell off", "lol", "\u202e", "\u200b", "e\u0301" * 9, '"', "'", "“", "”", ".", "\n", "!?"),
    *("تضرب", "মারে", "бє", "1-", "5ml", "😂", "-", "_", "daaaaddy", "d a d d y", "’s", "\x00", "\ud83d"),
]  # fmt: skip


def screen(cues: list[dict[str, Any]], ordinary: list[dict[str, Any]] | None = None, **more: Any) -> Screen:
    """A screen of a few cues only."""
    return compile_screen({"threshold": 10, "cue": cues, "ordinary": ordinary or [], **more})


def cue(pattern: str, points: int = 10, kind: str = "hurt") -> dict[str, Any]:
    return {"kind": kind, "points": points, "patterns": [pattern]}


@examples(100)
@given(text=st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)))
def test_no_text_upsets_the_counting_and_what_weighed_stands_in_the_text(text: str) -> None:
    weighed, explained = SCREEN.weigh(text), SCREEN.explain(text)

    assert weighed.score == explained.score == tally(SCREEN.cues_in(text), SCREEN.cues)
    assert weighed.held is (weighed.score >= SCREEN.threshold)
    assert all(words and words in text for found in explained.found for words in found.words)


def test_a_cue_counts_once_however_often_it_is_said() -> None:
    assert screen([cue("dad hits", 6)]).weigh("dad hits. dad hits! dad hits").score == 6


def test_gaps_reach_so_far_and_no_further_than_the_sentence() -> None:
    near = screen([cue("dad .. hits")])

    assert near.weigh("dad he always just hits").held
    assert not near.weigh("dad he always just very hits").held
    assert not near.weigh("that was dad. Hits come next").held
    assert not near.weigh("hits dad").held


def test_plus_is_the_sentence_in_any_order_and_and_the_message() -> None:
    assert screen([cue("dad + hits")]).weigh("hits from dad").held
    assert not screen([cue("dad + hits")]).weigh("it hits. So says dad").held
    assert screen([cue("dad & hits")]).weigh("it hits. So says dad").held


def test_an_ordinary_context_takes_no_more_than_its_kinds_had() -> None:
    weighed = screen(
        [cue("bruise", 4, "marks"), cue("secret", 10, "secret")],
        [{"against": ["marks"], "takes": 9, "patterns": ["trampoline"]}],
    )

    assert weighed.weigh("bruise, trampoline").score == 0
    assert weighed.weigh("bruise, trampoline, secret").score == 10


def test_a_held_message_tells_what_added_and_what_took_away() -> None:
    explained = screen(
        [cue("dad .. hits"), cue("secret", 4, "secret")], [{"against": ["secret"], "takes": 2, "patterns": ["party"]}]
    ).explain("Dad often HITS him, a secret party")

    assert [(found.points, found.words) for found in explained.found] == [
        (10, ("Dad often HITS",)),
        (4, ("secret",)),
        (-2, ("party",)),
    ]


@pytest.mark.parametrize(
    "written",
    ["hitting", "hitted", "HITS", "hiiiits", "h.i.t.s", "h i t s", "hi\u00adts", "h1ts", "hittin"],
)
def test_a_word_is_known_in_its_forms_and_disguises(written: str) -> None:
    assert screen([cue("{blow}")], classes={"blow": ["hit~"]}).weigh(f"he was {written}").held


@pytest.mark.parametrize("written", ["strangeld", "strangld", "strangledd", "stranngled"])
def test_a_slip_of_the_thumb_hides_no_long_word(written: str) -> None:
    assert screen([cue("strangled")]).weigh(f"she was {written}").held


@pytest.mark.parametrize("written", ["bell", "Belta", "melt", "bet"])
def test_short_words_names_and_other_first_letters_are_never_taken_for_a_cue(written: str) -> None:
    assert not screen([cue("belt"), cue("belted")]).weigh(f"this is {written} again").held


def test_a_plain_word_is_never_another_one_mis_spelt() -> None:
    assert compile_screen({"cue": [cue("throttled")]}).weigh("he throttles").held
    assert not compile_screen({"cue": [cue("throttled")]}, plain={"throttles"}).weigh("he throttles").held


@pytest.mark.parametrize(
    ("tables", "complaint"),
    [
        ({"cue": [cue("{nobody} hits")]}, "{nobody}"),
        ({"cue": [cue("..")]}, "stands on nothing"),
        ({"cue": [cue("dad ..")]}, "stands on nothing"),
        ({"cue": [cue("dad")], "ordinary": [{"against": ["joy"], "takes": 1, "patterns": ["x"]}]}, "joy"),
        ({"cue": [cue("{blow}")], "classes": {"blow": ["~"]}}, "without letters"),
    ],
)
def test_a_faulty_screen_is_refused_in_a_sentence_that_names_the_fault(tables: dict[str, Any], complaint: str) -> None:
    with pytest.raises(FaultyScreen) as refused:
        compile_screen(tables)

    assert complaint in str(refused.value)


def test_every_cue_of_the_book_says_why_and_counts_something() -> None:
    assert all(each.points for each in SCREEN.cues)
    assert {kind for each in SCREEN.cues for kind in each.kinds} >= {"hurt", "touch", "fear", "secret", "neglect"}
