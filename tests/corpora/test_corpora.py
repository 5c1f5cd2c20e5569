"""The collections are what they say: enough of each, well formed, labelled from the vocabulary, a third held out."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpora import rows, sentences

LABELLED_SENTENCES = ("disclosures", "ordinary")
COLLECTIONS = (*LABELLED_SENTENCES, "shared")
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


@pytest.mark.parametrize("name", LABELLED_SENTENCES)
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
