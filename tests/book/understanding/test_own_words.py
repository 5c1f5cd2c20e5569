"""A nursery's own words are read beside the book's; a fault in their file is named by its line, with the mend."""

from __future__ import annotations

import pytest

from book.topics import Topic
from book.understanding.lexicon import FaultyLexicon, load_lexicon
from book.understanding.own_words import read_own_words
from book.understanding.topics import read

OWN = """
ordinary = ["hatchlings"]

[words]
sleep = ["in the den"]       # where our beds stand
meals = ["magic beans"]

[spellings]
snax = "snack"

[classes]
food = ["fidget pie"]

[[sense]]
topics = ["event"]
patterns = ["wellie wednesday"]
"""


def test_a_nursery_adds_words_spellings_and_senses_of_its_own() -> None:
    lexicon = load_lexicon(read_own_words(OWN, "words.toml"))

    assert read("an hour in the den", lexicon).topics == (Topic.SLEEP,)
    assert read("no magic beans left over", lexicon).topics == (Topic.MEALS,)
    assert read("had snax", lexicon).topics == (Topic.MEALS,)
    assert read("Wellie Wednesday!!", lexicon).topics == (Topic.EVENT,)
    assert read("slept 12-1", lexicon).topics == (Topic.SLEEP,)


@pytest.mark.parametrize(
    ("text", "line", "mend"),
    [
        ('[words]\nsleep = ["kip"]\nsleeep = ["doze"]\n', 3, "Use one of sleep, meals"),
        ('[words]\nsleep = ["kip",\n  "{nobody} dozed"]\n', 3, "{nobody}"),
        ('[words]\nsleep = "kip"\n', 2, "must be a list of words"),
        ('[words]\nsleep = ["kip" "doze"]\n', 2, "Mend that line"),
        ('[spellings]\ntmoz = "to morrow"\n', 2, "must stand for one word"),
        ('[wrods]\nsleep = ["kip"]\n', 1, "use words, sense"),
        ('[[sense]]\ntopics = ["sleep"]\npatterns = ["kip"]\nmarks = ["shiny"]\n', 4, "shiny"),
        ('[[sense]]\ntopics = ["sleep"]\n', 1, "needs topics and patterns"),
    ],
)
def test_a_fault_is_named_by_its_line_with_the_mend(text: str, line: int, mend: str) -> None:
    with pytest.raises(FaultyLexicon) as refused:
        read_own_words(text, "words.toml")

    assert f"line {line}" in str(refused.value)
    assert mend in str(refused.value)
