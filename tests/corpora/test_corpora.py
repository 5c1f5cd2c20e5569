"""The collections are what they say: enough of each, well formed, labelled from the vocabulary, a third held out."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, datetime

import pytest

from book.topics import Topic
from tests.corpora import messages, rows, sentences

LABELLED_SENTENCES = ("disclosures", "ordinary")
RUSHED_SENTENCES = ("rushed_disclosures", "rushed_ordinary")
LABELLED_MESSAGES = ("messages", "languages", "first", "own_messages", "many_messages", "shared", "rushed")
COLLECTIONS = (*LABELLED_SENTENCES, *RUSHED_SENTENCES, *LABELLED_MESSAGES)
KINDS_OF_FACT = {
    "sleep", "feed", "meal", "nappy", "temperature", "medicine", "absence", "lateness", "collection", "injury",
}  # fmt: skip
MOMENTS, DAYS = {"from", "to", "at"}, {"day", "until"}
AMOUNTS, COUNTS = {"none", "some", "half", "most", "all", "more"}, {"minutes", "wakings", "wet", "dirty"}
MEASURES, WORDS = {"ml", "oz", "celsius", "dose"}, {"name", "unit", "who", "reason", "where"}
LANGUAGES = {"en", "pl", "ro", "uk", "ur-Latn", "ur", "bn", "ar", "cy"}


def plain(text: str) -> str:
    """The text as it would look to a reader who does not mind capitals, commas or spaces."""
    return "".join(letter for letter in text.casefold() if not letter.isspace() and letter not in ".,!?'\"")


def test_no_text_stands_twice_in_any_collection() -> None:
    seen = Counter(plain(row["text"]) for name in COLLECTIONS for row in rows(name))

    assert [text for text, times in seen.items() if times > 1] == []


@pytest.mark.parametrize(("name", "least"), [("disclosures", 330), ("ordinary", 2000)])
def test_there_are_as_many_sentences_as_were_asked_for(name: str, least: int) -> None:
    assert len(sentences(name)) >= least


@pytest.mark.parametrize("name", [*LABELLED_SENTENCES, *RUSHED_SENTENCES])
def test_every_sentence_says_who_wrote_it_about_whom_and_in_which_language(name: str) -> None:
    for sentence in sentences(name):
        assert sentence.text == sentence.text.strip() != ""
        assert sentence.sender in {"parent", "staff", "childminder", "family"}, sentence
        assert sentence.about in {"home", "staff", "childminder", "other", "unknown"}, sentence
        assert sentence.kind.isidentifier(), sentence
        assert sentence.languages, sentence
        assert set(sentence.languages) <= LANGUAGES, sentence
        assert sentence.split in {"tune", "held"}, sentence


@pytest.mark.parametrize("name", LABELLED_SENTENCES)
def test_a_third_is_held_out_of_the_whole_and_of_every_common_kind(name: str) -> None:
    of_kind = Counter(sentence.kind for sentence in sentences(name))
    held = Counter(sentence.kind for sentence in sentences(name, "held"))

    assert 0.30 <= held.total() / of_kind.total() <= 0.37
    assert {
        kind: held[kind] for kind, count in of_kind.items() if count >= 6 and not 0.2 <= held[kind] / count <= 0.5
    } == {}


def test_disclosures_come_in_every_language_from_everybody_and_about_everybody() -> None:
    disclosures = sentences("disclosures")
    by_language = Counter(language for sentence in disclosures for language in sentence.languages)

    assert set(by_language) == LANGUAGES
    assert min(by_language.values()) >= 6
    assert {sentence.sender for sentence in disclosures} == {"parent", "staff", "childminder", "family"}
    assert {sentence.about for sentence in disclosures} == {"home", "staff", "childminder", "other", "unknown"}


def test_ordinary_sentences_have_many_that_sound_like_a_disclosure_and_are_not() -> None:
    ordinary = sentences("ordinary")

    assert sum(sentence.near for sentence in ordinary) >= 500
    assert {language for sentence in ordinary for language in sentence.languages} == LANGUAGES


@pytest.mark.parametrize(("name", "least"), [("messages", 450), ("languages", 12 * 8), ("shared", 84)])
def test_there_are_as_many_messages_as_were_asked_for(name: str, least: int) -> None:
    assert len(messages(name)) >= least


@pytest.mark.parametrize("name", LABELLED_MESSAGES)
def test_every_message_has_topics_of_the_vocabulary_and_no_topic_twice(name: str) -> None:
    for row in rows(name):
        assert row["sender_role"] in {"parent", "key_person", "childminder", "family"}, row
        assert len(set(row["categories"])) == len(row["categories"]), row
        assert {Topic(label) for label in row["categories"]} <= set(Topic), row
        assert set(row.get("languages", ["en"])) <= LANGUAGES, row


def test_every_topic_and_the_message_without_any_is_met_often() -> None:
    every = messages("messages")
    met = Counter(topic for message in every for topic in message.topics)

    assert {topic: met[str(topic)] for topic in Topic if met[str(topic)] < 10} == {}
    assert sum(not message.topics for message in every) >= 15


@pytest.mark.parametrize("name", ["messages", "languages", "first"])
def test_a_third_of_the_messages_is_held_out(name: str) -> None:
    assert math.isclose(len(messages(name, "held")) / len(messages(name)), 1 / 3, abs_tol=0.03)


def test_each_other_language_has_a_dozen_messages_and_some_held_out() -> None:
    for language in LANGUAGES - {"en"}:
        meant = [message for message in messages("languages") if message.languages == (language,)]
        assert len(meant) >= 12, language
        assert sum(message.split == "held" for message in meant) >= 4, language


def test_two_hundred_messages_have_facts_with_plain_fields_in_plain_units() -> None:
    with_facts = [message for message in messages("messages") if message.facts is not None]

    assert len(with_facts) >= 200
    for message in with_facts:
        assert message.now is not None, message
        datetime.fromisoformat(message.now)
        for fact in message.facts or ():
            assert fact["kind"] in KINDS_OF_FACT, message
            for field, value in fact.items():
                assert is_fit(field, value, message.roster), (field, value, message)


def is_fit(field: str, value: object, roster: tuple[str, ...]) -> bool:
    """Whether a field of a fact is one of those named, with a value of its sort."""
    match value:
        case str() if field in MOMENTS:
            return datetime.fromisoformat(value).isoformat(timespec="minutes") == value
        case str() if field in DAYS:
            return date.fromisoformat(value).isoformat() == value
        case str() if field == "amount":
            return value in AMOUNTS
        case str() if field == "child":
            return value in roster
        case str():
            return field == "kind" or field in WORDS
        case int() | float() if field in MEASURES:
            return value > 0
        case int():
            return field in COUNTS and value >= 0
    return False
