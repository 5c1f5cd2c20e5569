"""What is held for the safeguarding lead, which ordinary sentences are not, and that a held message says why."""

from __future__ import annotations

import pytest

from book.safeguarding import screen
from book.understanding.lexicon import Lexicon, load_lexicon
from tests.corpora import Split, rows


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def rate(lexicon: Lexicon, split: Split, *names: str) -> float:
    """Of these sentences the part that is held. Only the figure: sentences held out are never shown, not even here."""
    held = [
        screen(row["text"], lexicon).held
        for name in names
        for row in rows(name)
        if row.get("split", "tune") == split and "safeguarding" not in row.get("categories", ())
    ]
    return sum(held) / len(held)


@pytest.mark.parametrize(("split", "least"), [("tune", 0.96), ("held", 0.9)])
def test_disclosures_of_every_kind_are_held(split: Split, least: float, lexicon: Lexicon) -> None:
    names = ("disclosures", "own_disclosures") if split == "tune" else ("disclosures",)

    assert rate(lexicon, split, *names) >= least


@pytest.mark.parametrize("split", ["tune", "held"])
def test_of_a_hundred_ordinary_messages_at_most_five_are_held(split: Split, lexicon: Lexicon) -> None:
    assert rate(lexicon, split, "ordinary", "messages", "languages", "first") <= 0.05


@pytest.mark.parametrize("split", ["tune", "held"])
def test_of_messages_as_they_come_in_a_day_at_most_three_in_a_hundred_are_held(split: Split, lexicon: Lexicon) -> None:
    assert rate(lexicon, split, "messages", "languages", "first") <= 0.03


def test_of_rushed_messages_with_several_topics_few_are_held_and_of_new_disclosures_most(lexicon: Lexicon) -> None:
    assert rate(lexicon, "held", "rushed") <= 0.04
    assert rate(lexicon, "held", "rushed_disclosures") >= 0.95


def test_of_ordinary_messages_written_to_sound_like_disclosures_few_are_held(lexicon: Lexicon) -> None:
    assert rate(lexicon, "tune", "own_ordinary") <= 0.1


def test_the_messages_on_which_the_topics_were_agreed_are_held_where_they_say_so(lexicon: Lexicon) -> None:
    wrong = [
        row["text"]
        for row in rows("shared")
        if screen(row["text"], lexicon).held != ("safeguarding" in row["categories"])
    ]

    assert wrong == []


HELD = {
    "a name that is a word": "Grace says Will hits her when mummy is out",
    "shouting": "DADDY HITS ME",
    "a curly apostrophe": "he said daddy hit’s me with the belt",
    "letters drawn out": "he said daaaaddy hits me with his belllt",
    "letters set apart": "he said d a d d y hits me with the belt",
    "joiners nobody sees": "he said da\u200bddy hi\u200dts me with the be\u2060lt",
    "letters that look alike": "he said d\u0430ddy h\u0456ts me with the b\u0435lt",
    "accents piled up": "he said da\u0301\u0302\u0303ddy hits\u0336 me with the belt",
    "letters of another shape": "he said \U0001d41d\U0001d41a\U0001d41d\U0001d41d\U0001d432 hits me with the belt",
    "a text turned round for the eye": "he said \u202edaddy hits me\u202c with the belt",
    "figures for letters": "he said d4ddy h1ts me with the b3lt",
    "slips of the thumb": "he said dady hurts me wiht the beltt wen i cry",
    "text-speak": "dnt tel ne1 but he strangld me infrnt of th kids agen",
    "no comma anywhere": "lovely day thanks had pasta then at nap she said uncle touches her privates",
    "hidden behind an ordinary day": "Slept 12-1, trampoline. She said grandad puts his finger in her bottom.",
    "the child's words in a parent's joke": "lol she told me daddy locks her in the shed when she's naughty haha",
    "a baby that cannot move": "bruise on her ear, she is 8 weeks old and not rolling yet",
    "a bruise and no cause": "Big bruise on his thigh this morning, mum couldn't explain it",
    "a colleague": "I saw Kelly smack a child in the garden",
    "the writer himself": "i shook her last night, i am so ashamed",
    "drink at the gate": "Dad smelt strongly of alcohol at pick up and was going to drive",
    "nobody at home": "he was left home alone all night",
    "a wish to die": "mum says she wants to kill herself",
}

NOT_HELD = {
    "a bruise with its fall": "He fell off the trampoline at nan's, bruise on his shin, cold compress",
    "another child": "another child bit her on the arm over a train, small mark, both fine",
    "a blow at a drum": "he was hitting the drum in time, loved it",
    "out of temper, at a parent": "tantrum, hit me when I said no tv",
    "a surprise": "it's a secret but we made a card for daddy's birthday",
    "what children fear": "scared of the hoover so went next door",
    "fireworks": "she was scared of the fireworks last night",
    "milk": "he had drunk all his milk by 10",
    "training": "safeguarding training inset day friday",
    "visitors": "police officer visit on weds, they sat in the car",
    "a sore bottom": "her bottom is sore from the antibiotics, cream every change please",
    "a slide": "pushed each other down the slide, giggling",
    "football": "kicked the ball at football and hit the post",
    "a way of speaking": "this cold is killing me, nan is collecting",
    "a tired child": "not a crumb left at brekkie, could barely keep her eyes open tho",
    "a name that is a blow elsewhere": "Marta one: slept well, Mara has her bottle at 3",
    "a new child": "add a child: Mia Brown 3/4/23, mum Kate 07700 900123, key person Priya, Butterfly room",
    "giggling": "cant stand up straight for giggling",
    "calpol": "calpol at 6.45 for teething, bit grumpy",
    "an own head": "mummy hit her head on the shelf at Tesco so she is with nan",
    "being alone by choice": "played on his own in the book corner for ages",
}


@pytest.mark.parametrize("text", HELD.values(), ids=HELD)
def test_no_trick_and_no_company_hides_a_disclosure(text: str, lexicon: Lexicon) -> None:
    assert screen(text, lexicon).held


# Some are words for a blow, or for worse, in a language that the screen knows.
NAMES = [
    "Marta", "Mara", "Martha", "Marti", "Taro", "Daro", "Lanie", "Bili", "Bija", "Tomasz", "Zofia", "Maja",
    "Oliwia", "Jakub", "Ioana", "Andrei", "Mihai", "Olena", "Ivan", "Aisha", "Fatima", "Omar", "Ali", "Amira",
    "Yusuf", "Ibrahim", "Zara", "Rhys", "Cerys", "Sian", "Dylan", "Tara", "Mary", "Martin", "Bella", "Priya",
    "Anya", "Mia", "Leo", "Noah", "Kit", "Ava", "Bea", "Mo", "Poppy", "Ivy", "Grace", "Will", "Summer", "Daisy",
    "Bear", "Robin", "Rose", "Lily", "Hope", "Faith", "Joy", "Rob", "Nick", "Bob", "Jack", "Pat", "Tom",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_nobody_s_name_is_enough_to_hold_a_note(name: str, lexicon: Lexicon) -> None:
    assert not screen(f"{name} slept well", lexicon).held
    assert not screen(f"{name.lower()} had all her lunch", lexicon).held


@pytest.mark.parametrize("text", NOT_HELD.values(), ids=NOT_HELD)
def test_what_belongs_to_an_ordinary_day_is_not_held(text: str, lexicon: Lexicon) -> None:
    assert not screen(text, lexicon).held


@pytest.mark.parametrize("text", HELD.values(), ids=HELD)
def test_a_held_message_says_which_of_its_own_words_held_it(text: str, lexicon: Lexicon) -> None:
    screened = screen(text, lexicon)

    assert screened.because
    assert all(because in text for because in screened.because)
    assert sum(each.points for each in screened.found if each.points > 0) >= lexicon.screen.threshold


def test_an_ordinary_message_shows_no_words(lexicon: Lexicon) -> None:
    assert screen("slept 12-1", lexicon).because == ()


@pytest.mark.parametrize(
    "text",
    [
        "dont tell nursery about the hospital letters either",
        "don't tell Dawn about the speech referral",
        "both boys have nits AGAIN",
        "stop sharing photos with Dawn",
    ],
)
def test_a_parent_who_says_what_is_not_to_be_passed_on_is_heard(text: str, lexicon: Lexicon) -> None:
    assert not screen(text, lexicon).held


def test_the_same_words_about_an_injury_are_held_all_the_same(lexicon: Lexicon) -> None:
    assert screen("she said daddy says dont tell nursery about the bruise", lexicon).held
