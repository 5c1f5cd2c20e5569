"""What a message is read as: the model dialogues, the traps of the language, a labelled set with a held-out part."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from book.topics import Topic
from book.understanding.lexicon import Lexicon
from book.understanding.topics import Reading, read
from tests.corpora import Message, Split, messages

CIRCLE = ["Ella", "Noah", "Leo", "Zofia", "Mo", "Bea", "Kit", "Ava", "Ben", "Isla", "Poppy"]


def topics(text: str, lexicon: Lexicon) -> str:
    return " ".join(
        f"{subject.topic}{'*' if subject.private else ''}" for subject in read(text, lexicon, names=CIRCLE).subjects
    )


DIALOGUES = {
    "bad night, teething. up since 4. calpol 5ml 6.45": "sleep health medication",
    "noah bad nite cough no temp": "sleep health",
    "up 3 times, bit snotty": "sleep health",
    "leo slept thru!!": "sleep",
    "had porridge": "meals",
    "oh and no nappies left in his bag sorry x": "kit",
    "Ella had 2 wet nappies and slept 11-12": "nappy sleep",
    "kit had seconds": "meals",
    "leo down": "sleep",
    "leo up": "sleep",
    'Noah painted a bus, said "big red bus"': "activity observation",
    "Ella and Noah, painting": "activity",
    "Is the rash on her neck new?": "health question",
    "my childminder is Dawn Pike 07700 900432": "contact_change",
    "hospital letter came, squint op in jan": "health*",
    "Ella's been hitting a lot this wk is it same at nursery?": "concern mood question",
    "Zofia dziś zostaje w domu, gorączka 38,5": "attendance health",
    "Bea did 3 piece jigsaw by herself!": "milestone",
    "acorns said he ate nothing, asleep in book corner 11ish": "meals sleep",
    "noah has a bruise on his back, dont know how he got it": "safeguarding",
    "antibiotics amoxicillin 5ml at 12 pls, form signed": "medication*",
    "ella amox 5ml given 12.02 seen by amy": "medication",
    "Noah temp 38.9 pls collect asap": "health attendance",
    "what time did he wake from nap?": "question sleep",
    "was he upset?": "question mood",
    "Forgot to say Leo needs wellies tmrw": "kit",
    "ella has chickenpox": "health",
    "rough night again": "sleep",
    "not happy he was in a wet nappy AGAIN want to speak to manager": "complaint nappy",
    "leo sad, missing grandad": "mood family_news",
    "Ella's upset, her dad and I had words at the door": "mood family_news",
    "leo had sausage n mash slept 1-2": "meals sleep",
    "is it pyjama day?": "question event",
    "Lunch: all good, Noah half, Bea 0": "meals",
    "all mine slept 12-1.30 bar Leo": "sleep",
    "E N L wet nappies": "nappy",
}

TRAPS = {
    "2 wet accidents, spare trousers used": "nappy kit",
    "no accidents all day": "nappy",
    "little accident on the slide, graze on his knee": "incident",
    "full of beans": "mood",
    "egg on forehead, ice pack on": "incident",
    "struggling to drop off": "sleep",
    "tearful at drop off": "mood",
    "hes dropped his nap": "sleep",
    "didn't nap": "sleep",
    "no temp": "health",
    "going to be 27 tomorrow, sun hat please": "kit",
    "asked 'why is the moon out?' and we looked it up": "observation",
    "nobody told me": "complaint",
    "he's not happy today": "mood",
    "clapol 5ml at 7": "medication",
    "diahorrea since 4": "health",
    "sooo sleepy": "sleep",
    "sheep and hunting for acorns": "activity",
    "Poppy and Ivy": "",
    "Gp appointment on friday": "health*",
    "gp says its viral": "health",
    "calpol in his bag, pls give 5ml after lunch": "medication*",
    "gave calpol 5ml at 6.45, pls keep an eye on him": "medication",
}


@pytest.mark.parametrize(("text", "expected"), [*DIALOGUES.items(), *TRAPS.items()])
def test_a_message_is_read_as_the_model_dialogues_and_the_label_rules_say(
    text: str, expected: str, lexicon: Lexicon
) -> None:
    assert topics(text, lexicon) == expected


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("Noah temp 38.9 pls collect asap", True),
        ("nan collects at 12 today not 1!!", True),
        ("bumped his head on the table, cold compress", True),
        ("please ring me", True),
        ("having a seizure", True),
        ("nan picking up at 4", False),
        ("Please you call me if she is more hot thank you", False),
        ("bit snotty, no temp", False),
        ("grazed her knee", False),
        ("nan picking up tomorrow not me", False),
    ],
)
def test_what_cannot_wait_is_urgent_and_the_diary_is_not(text: str, urgent: bool, lexicon: Lexicon) -> None:
    assert read(text, lexicon).urgent is urgent


@pytest.mark.parametrize(
    ("text", "collection"),
    [
        ("nan picking up at 4", "Nan collects at 4"),
        ("nan collects at 12 today not 1!!", "Nan collects at 12"),
        ("nan collects Ella at 12", "Nan collects at 12"),
        ("nan to fetch noah at 12", "Nan collects at 12"),
        ("my sister Jo Bright picking leo up, password biscuit", "Jo Bright collects"),
        ("My mum (Sue Bright) picking up today not me. password Biscuit", "Sue Bright collects"),
        ("leo slept well. Grandad will pick him up at half 3", "Grandad collects at half 3"),
        ("nan picking up tmrw 3.30", "Nan collects at 3:30 tomorrow"),
        ("my mum is collecting at 5", '"my mum" collects at 5'),
        ("pls collect asap", None),
        ("can nan pick up at 4?", None),
        ("nan can't pick up today", None),
        ("who picked her up yesterday?", None),
        ("Nan collected at 4", None),
    ],
)
def test_who_collects_is_said_back_only_where_somebody_said_it(
    text: str, collection: str | None, lexicon: Lexicon
) -> None:
    assert read(text, lexicon, names=CIRCLE).collection == collection


def test_names_of_the_circle_are_never_taken_for_words(lexicon: Lexicon) -> None:
    assert read("summer, sunny and olive", lexicon, names=["Summer", "Sunny", "Olive"]).topics == ()
    assert read("bug slept", lexicon, names=["Bug"]).topics == (Topic.SLEEP,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Told me a dinosaur ate his lunch", "observation"),
        ("told me his leg is sore", "health"),
        ("she told everyone her grandad died", "observation family_news"),
    ],
)
def test_what_a_child_tells_is_no_news_of_the_day_but_a_hurt_and_the_family_are_heard(
    text: str, expected: str, lexicon: Lexicon
) -> None:
    assert topics(text, lexicon) == expected


def test_a_reading_points_at_the_words_as_they_were_written(lexicon: Lexicon) -> None:
    text = "Bad NITE, clapol 5ml 6.45"

    reading = read(text, lexicon)

    assert reading.because[0] == (Topic.SLEEP, "Bad NITE")
    assert all(written in text for _, written in reading.because)


@pytest.mark.parametrize(("text", "understood"), [("thanks xx", True), ("morning", True), ("qwerty zxcv", False)])
def test_small_talk_is_understood_and_noise_is_not(text: str, understood: bool, lexicon: Lexicon) -> None:
    reading = read(text, lexicon)

    assert reading.topics == ()
    assert reading.understood is understood


def micro_f1(messages: Sequence[Message], readings: Sequence[Reading]) -> float:
    right = wrong = 0
    for message, reading in zip(messages, readings, strict=True):
        found = {str(topic) for topic in reading.topics}
        right += len(message.topics & found)
        wrong += len(message.topics ^ found)
    return 2 * right / (2 * right + wrong)


@pytest.mark.parametrize(
    ("collection", "split", "least"),
    [
        ("shared", "tune", 0.97),
        ("first", "tune", 0.95),
        ("first", "held", 0.91),
        ("messages", "tune", 0.94),
        ("messages", "held", 0.84),
        ("languages", "tune", 0.96),
        ("languages", "held", 0.91),
        ("own_messages", "tune", 0.86),
        ("rushed", "held", 0.84),
    ],
)
def test_labelled_messages_are_read_well_also_where_the_lexicon_was_not_tuned_to_them(
    collection: str, split: Split, least: float, lexicon: Lexicon
) -> None:
    labelled = messages(collection, split)

    assert micro_f1(labelled, [read(message.text, lexicon) for message in labelled]) >= least


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stung on his lip at snack", "incident"),
        ("needs a dose after lunch", "medication*"),
        ("sneezing in the garden", "health"),
        ("pack of nappies in his bag", "kit"),
        ("so pleased with herself", "mood"),
        ("paintin all mornin", "activity"),
        ("l8 2day sry", "attendance"),
        ("4got his hat", "kit"),
        ("Spał źle, ma gorączkę", "sleep health"),
        ("nu vine azi, are febră", "attendance health"),
        ("добре спала", "sleep"),
        ("بخار ہے", "health"),
        ("raat ko soya nahi", "sleep"),
        ("জ্বর এসেছে", "health"),
        ("نامت جيدا", "sleep"),
        ("متى الحفلة؟", "event question"),
        ("Mae gwres arni heddiw", "health"),
    ],
)
def test_hurried_shorthand_and_the_families_languages_are_read_and_where_and_when_are_no_topics(
    text: str, expected: str, lexicon: Lexicon
) -> None:
    assert sorted(topics(text, lexicon).split()) == sorted(expected.split())


@pytest.mark.parametrize("collection", ["shared", "first", "messages", "languages", "own_messages"])
def test_no_labelled_medicine_is_missed(collection: str, lexicon: Lexicon) -> None:
    missed = [
        message.text
        for message in messages(collection)
        if Topic.MEDICATION in message.topics
        and Topic.MEDICATION
        not in read(message.text, lexicon, released=True).topics  # what is held is judged elsewhere
    ]

    # Only how many: those held out of tuning are not to be read.
    assert len(missed) == 0


def test_no_disclosure_among_the_first_messages_is_missed(lexicon: Lexicon) -> None:
    missed = [
        message.text
        for message in messages("first")
        if Topic.SAFEGUARDING in message.topics and Topic.SAFEGUARDING not in read(message.text, lexicon).topics
    ]

    assert missed == []
