"""What all words of a message lean to is weighed beside the lexicon, and never so that doubt tells more people."""

from __future__ import annotations

from datetime import datetime

import pytest

from book.topics import Subject, Topic
from book.understanding.leaning import (
    TOPICS,
    FaultyLeanings,
    Leanings,
    read_concepts,
    read_leanings,
    stem_of,
)
from book.understanding.lexicon import Lexicon, load_lexicon
from book.understanding.notes import read_note
from book.understanding.own_words import read_own_words
from book.understanding.topics import Reading, read

BEGINS = "begins " + " ".join(f"{topic}-30" for topic in TOPICS)
CONCEPTS = "worn_out: knackered, ready to drop\nplates: plate\n"


def leanings(*lines: str) -> Leanings:
    return read_leanings("\n".join([BEGINS, *lines]), read_concepts(CONCEPTS))


def reading(text: str, lexicon: Lexicon, *lines: str) -> Reading:
    return read(text, lexicon.leaning(leanings(*lines)))


def test_words_that_no_pattern_lists_are_read_by_what_they_lean_to(lexicon: Lexicon) -> None:
    found = reading("was utterly flubbed", lexicon, "flub sleep+40")

    assert Topic.SLEEP in found.topics
    assert (Topic.SLEEP, "flubbed") in found.because


def test_every_word_of_a_concept_speaks_for_what_the_concept_speaks_for(lexicon: Lexicon) -> None:
    for text in ("she was knackered", "he was ready to drop"):
        assert Topic.SLEEP in reading(text, lexicon, "<worn_out> sleep+40").topics


def test_a_topic_that_all_other_words_speak_against_is_none(lexicon: Lexicon) -> None:
    text = "the cat is having a nap"

    assert Topic.SLEEP in reading(text, lexicon, "=sleep sleep+40").topics
    assert Topic.SLEEP not in reading(text, lexicon, "=sleep sleep+40", "cat sleep-40").topics


@pytest.mark.parametrize("topic", ["health", "medication", "concern", "family_news", "incident"])
def test_a_topic_without_which_more_people_would_be_told_stays_while_there_is_doubt(
    topic: str, lexicon: Lexicon
) -> None:
    text = {
        "health": "bit of a temperature",
        "medication": "had his calpol",
        "concern": "we are a bit worried about her speech",
        "family_news": "grandad died on sunday",
        "incident": "bumped her head",
    }[topic]

    assert Topic(topic) in reading(text, lexicon, f"={topic} {topic}+12").topics
    assert Topic(topic) not in reading(text, lexicon, f"={topic} {topic}+2").topics


def test_a_topic_of_which_a_fact_is_stated_stands_whatever_other_words_lean_to(lexicon: Lexicon) -> None:
    against = lexicon.leaning(leanings("=sleep sleep-90"))

    read_as, facts = read_note("slept 12-1", against, (), datetime.fromisoformat("2026-11-24T14:00"))

    assert read_as.topics == (Topic.SLEEP,)
    assert [fact.kind for fact in facts.facts] == ["sleep"]


def test_what_is_outweighed_keeps_how_private_it_is_should_a_fact_bring_it_back(lexicon: Lexicon) -> None:
    found = reading("antibiotics amoxicillin 5ml at 12 pls", lexicon, "=medication medication-90")

    assert {subject for subject, _ in found.outweighed} == {Subject(Topic.MEDICATION, private=True)}


def test_a_complaint_that_no_pattern_lists_must_be_surer_than_a_meal(lexicon: Lexicon) -> None:
    assert Topic.MEALS in reading("flubbed", lexicon, "flub meals+35").topics
    assert Topic.COMPLAINT not in reading("flubbed", lexicon, "flub complaint+35").topics
    assert Topic.COMPLAINT in reading("flubbed", lexicon, "flub complaint+40").topics


def test_health_of_which_only_leanings_tell_is_private(lexicon: Lexicon) -> None:
    (subject,) = reading("flubbed", lexicon, "flub health+40").subjects

    assert subject.topic is Topic.HEALTH
    assert subject.private


def test_what_a_nursery_says_its_words_mean_is_never_outweighed() -> None:
    own = load_lexicon(read_own_words('[words]\nmeals = ["magic beans"]\n', "words.toml"))

    assert Topic.MEALS in reading("magic beans", own, "=meals meals-90").topics


def test_a_message_in_another_language_is_read_by_its_own_lexicon_alone(lexicon: Lexicon) -> None:
    text = "nie spała całą noc, ma gorączkę"
    before = read(text, lexicon.leaning(Leanings())).topics

    assert before
    assert read(text, lexicon).topics == before


def test_a_name_of_the_circle_leans_to_nothing(lexicon: Lexicon) -> None:
    flub = lexicon.leaning(leanings("flub meals+40"))

    assert Topic.MEALS in read("flub", flub).topics
    assert Topic.MEALS not in read("flub", flub, names=("Flub",)).topics


@pytest.mark.parametrize(
    ("forms", "stem"),
    [
        (("nap", "naps", "napped", "napping"), "nap"),
        (("bake", "baked", "bakes", "baking"), "bak"),
        (("worry", "worried", "worries"), "worry"),
        (("poo", "poos"), "poo"),
        (("red",), "red"),
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms: tuple[str, ...], stem: str) -> None:
    assert {stem_of(form) for form in forms} == {stem}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("worn_out knackered", "line 1: begin it as in"),
        ("worn out: knackered", "line 1: begin it as in"),
        ("  knackered", "line 1: words stand under no concept"),
        ("worn_out: tired\n    so very tired of all", "line 2: 'so very tired of all' is longer than 4 words"),
    ],
)
def test_a_faulty_line_of_the_concepts_is_named_with_its_mend(text: str, says: str) -> None:
    with pytest.raises(FaultyLeanings, match=r"concepts\.txt, " + says):
        read_concepts(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{BEGINS}\nzonk slumber+4", "line 2: write topics with points"),
        (f"{BEGINS}\nzonk sleep", "line 2: write topics with points"),
        ("begins sleep-3\nzonk sleep+4", "the line 'begins' must name every topic"),
    ],
)
def test_a_faulty_line_of_the_leanings_is_named_with_its_mend(text: str, says: str) -> None:
    with pytest.raises(FaultyLeanings, match=says):
        read_leanings(text, read_concepts(CONCEPTS))
