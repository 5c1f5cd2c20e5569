"""What a message is about, whether it cannot wait, and the words that led there.

Knows nothing of who wrote it, when, or about which child; it never alters the words, only points at them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from book.safeguarding import screen
from book.topics import Subject, Topic
from book.understanding.lexicon import Hit, Lexicon, Words
from book.understanding.signs import signs_of
from book.understanding.small_talk import is_greeting, is_thanks


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of one message.

    `collection` is who collects and when, as an acknowledgement shows it ("Nan collects at 4"); another day than
    today is part of it ("Nan collects at 4 tomorrow"). `understood` is false where nothing was recognised: such a
    message is filed under no topic and treated as the strictest.
    """

    subjects: tuple[Subject, ...]
    because: tuple[tuple[Topic, str], ...]
    urgent: bool = False
    collection: str | None = None
    understood: bool = False
    outweighed: tuple[tuple[Subject, str], ...] = ()
    """What the lexicon found it to be about and all words together spoke against, with its words for that."""

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics in the order in which their words appear."""
        return tuple(subject.topic for subject in self.subjects)


def read(text: str, lexicon: Lexicon, *, names: Collection[str] = (), released: bool = False) -> Reading:
    """Read one message.

    `names` are the names in the sender's circle; they are never taken for words ("Summer", "Will", "Bear").
    A message that must be held for the safeguarding lead reads as safeguarding, whatever else it says, unless it was
    `released`: its author, or a lead, said that it is an ordinary one.
    """
    return read_words(lexicon.read(text, names), lexicon, released=released)


def read_words(words: Words, lexicon: Lexicon, *, released: bool = False) -> Reading:
    """The same for a message that the lexicon has cut into words already."""
    hits, because = _because(words, lexicon)
    held = () if released else screen(words.text, lexicon).because
    if held:
        because.insert(0, (-1, Topic.SAFEGUARDING, held[0]))
    because = _without_displaced(because, lexicon)
    listed = because
    if lexicon.leanings and not held and not lexicon.spoken(words):
        because = _weighed(because, hits, words, lexicon)
    topics = tuple(dict.fromkeys(topic for _, topic, _ in because))
    collection = _collection(words, hits)
    return Reading(
        subjects=tuple(Subject(topic, private=_is_private(topic, hits)) for topic in topics),
        because=tuple(dict.fromkeys((topic, written) for _, topic, written in because)),
        urgent=_is_urgent(topics, hits, words, collection),
        collection=collection,
        understood=bool(topics) or is_thanks(words.text) or is_greeting(words.text),
        outweighed=tuple(
            dict.fromkeys(
                (Subject(topic, private=_is_private(topic, hits)), written)
                for _, topic, written in listed
                if topic not in topics
            )
        ),
    )


def found_by_words(words: Words, lexicon: Lexicon) -> tuple[list[Hit], frozenset[Topic]]:
    """What the lexicon alone finds in an English message, before anything is weighed: its senses and their topics."""
    hits, because = _because(words, lexicon)
    return hits, frozenset(topic for _, topic, _ in _without_displaced(because, lexicon))


_Because = list[tuple[int, Topic, str]]
"""The place of a word, a topic, and the words that led to it."""


def _because(words: Words, lexicon: Lexicon) -> tuple[list[Hit], _Because]:
    hits = [hit for hit in lexicon.find(words) if _stands(hit, words)]
    return hits, _without_outshone(sorted({*_topics_found(hits, words), *_questions(hits, words)}), words, lexicon)


def _without_displaced(because: _Because, lexicon: Lexicon) -> _Because:
    found = {topic for _, topic, _ in because}
    displaced = {loser for winner in found for loser in lexicon.displaces.get(winner, ())}
    return [reason for reason in because if reason[1] not in displaced]


_ONLY_TOLD = frozenset({
    Topic.SLEEP, Topic.MEALS, Topic.NAPPY, Topic.MOOD, Topic.ACTIVITY, Topic.MILESTONE, Topic.EVENT, Topic.KIT,
})  # fmt: skip
"""What is no news of the day where a child only tells of it; whoever tells of a hurt is heard all the same."""


# --- topics ----------------------------------------------------------------------------------------------------


def _stands(hit: Hit, words: Words) -> bool:
    # "Said" is an observation only beside the child's own words, and what a child says is not what the note is
    # about ("more nana pls" was no meal).
    if "speech" in hit.sense.marks:
        return bool(words.quoted)
    start, end = words.spans[hit.at[0]][0], words.spans[hit.at[-1]][1]
    return not any(opening < start and end < closing for opening, closing in words.quoted)


def _topics_found(hits: Sequence[Hit], words: Words) -> Iterator[tuple[int, Topic, str]]:
    in_clause, in_sentence = _firm_topics(hits, words)
    told = {words.sentences[hit.at[0]]: hit.at[0] for hit in reversed(hits) if "told" in hit.sense.marks}
    for hit in hits:
        place = hit.at[0]
        if place > told.get(words.sentences[place], place) and _ONLY_TOLD.issuperset(hit.sense.topics):
            continue
        beside = in_sentence.get(words.sentences[place], set())
        if not hit.sense.yields_to.isdisjoint(beside):
            continue
        for topic in hit.sense.topics:
            # The garden in "stung in the garden" is where it was, not what was done.
            if "faint" in hit.sense.marks and in_clause.get(words.clauses[place], set()) - {topic}:
                continue
            yield place, topic, words.as_written(hit.at)


def _firm_topics(hits: Sequence[Hit], words: Words) -> tuple[dict[int, set[Topic]], dict[int, set[Topic]]]:
    """What each clause and each sentence is about, by words that are not faint."""
    in_clause: dict[int, set[Topic]] = {}
    in_sentence: dict[int, set[Topic]] = {}
    for hit in hits:
        if "faint" not in hit.sense.marks and hit.sense.topics:
            in_clause.setdefault(words.clauses[hit.at[0]], set()).update(hit.sense.topics)
            in_sentence.setdefault(words.sentences[hit.at[0]], set()).update(hit.sense.topics)
    return in_clause, in_sentence


def _without_outshone(because: _Because, words: Words, lexicon: Lexicon) -> _Because:
    """Without the topics that another topic of the same sentence only seemed to say ("worried" is no mood)."""
    winners: dict[tuple[int, Topic], set[tuple[int, str]]] = {}
    for place, topic, written in because:
        for loser in lexicon.outshines.get(topic, ()):
            winners.setdefault((words.sentences[place], loser), set()).add((place, written))
    # The same words may mean both ("keeps hitting" is the mood and the worry): then both stand.
    return [
        (place, topic, written)
        for place, topic, written in because
        if not (stronger := winners.get((words.sentences[place], topic))) or (place, written) in stronger
    ]


def _questions(hits: Sequence[Hit], words: Words) -> Iterator[tuple[int, Topic, str]]:
    favours = {words.sentences[hit.at[0]] for hit in hits if "request" in hit.sense.marks}
    last = {sentence: place for place, sentence in enumerate(words.sentences)}
    for sentence in words.asked - favours:
        place = last.get(sentence)
        if place is None or _child_asked(sentence, words):
            continue
        yield place, Topic.QUESTION, words.as_written((place,)) + "?"


def _child_asked(sentence: int, words: Words) -> bool:
    # "She asked why the moon is out?" is the child's question told, not the sender's put.
    spoken = [
        place
        for place, word in enumerate(words.read)
        if words.sentences[place] == sentence and word in {"asked", "asks", "asking", "said", "says"}
    ]
    return bool(spoken) and any("{who}" in words.labels[place] for place in range(max(0, spoken[0] - 2), spoken[0]))


# --- what all words together lean to ---------------------------------------------------------------------------


def _weighed(because: _Because, hits: Sequence[Hit], words: Words, lexicon: Lexicon) -> _Because:
    """The topics that the points of all words together bear out; those of the lexicon are its strongest voice."""
    found = {topic for _, topic, _ in because}
    leanings = lexicon.leanings
    signs = signs_of(words, hits, found, leanings.concepts)
    scores = leanings.scores(signs)
    own = {topic for hit in hits if "own" in hit.sense.marks for topic in hit.sense.topics}
    kept = [
        reason
        for reason in because
        if reason[1] in own or leanings.bears_out(reason[1], scores[reason[1]], listed=True)
    ]
    for topic, score in scores.items():
        if topic not in found and leanings.bears_out(topic, score, listed=False):
            place = leanings.strongest(topic, signs)
            if place is not None:
                kept.append((place, topic, words.as_written((place,))))
    return sorted(kept)


# --- private and urgent ----------------------------------------------------------------------------------------


def _is_private(topic: Topic, hits: Sequence[Hit]) -> bool:
    """Letters and clinics, and medicine that is planned or allowed rather than given. In doubt private."""
    if topic is Topic.HEALTH:
        listed = [hit.sense for hit in hits if topic in hit.sense.topics]
        return not listed or any("private" in sense.marks for sense in listed)
    if topic is Topic.MEDICATION:
        marks = {mark for hit in hits if topic in hit.sense.topics for mark in hit.sense.marks}
        return "plan" in marks or "given" not in marks
    return False


def _is_urgent(topics: Sequence[Topic], hits: Sequence[Hit], words: Words, collection: str | None) -> bool:
    marks = {mark for hit in hits for mark in hit.sense.marks}
    if "urgent" in marks and "if" not in words.read:
        return True
    if Topic.HEALTH in topics and "collect" in marks and "get" in words.read:
        return True
    return collection is not None and _changes_today(words)


def _changes_today(words: Words) -> bool:
    """Whether the words about collection overturn what was agreed for today, rather than tell it in good time."""
    if any(word in _OTHER_DAYS or "{weekday}" in labels for word, labels in zip(words.read, words.labels, strict=True)):
        return False
    return "today" in words.read and not _CHANGED.isdisjoint(words.read)


# --- collection ------------------------------------------------------------------------------------------------

_CHANGED = frozenset({"not", "instead", "change", "changed", "earlier", "early", "now"})
_OTHER_DAYS = frozenset({"tomorrow", "tmrw", "tomo", "tmr", "tomoz", "yesterday"})
_COLLECTS = frozenset(
    {"pick", "picks", "picking", "collect", "collects", "collecting", "colecting", "fetch", "fetches", "fetching"}
)
_BETWEEN = frozenset({
    "is", "s", "will", "ll", "to", "be", "today", "now", "tomorrow", "tmrw", "gonna", "going", "can",
    "has", "have", "also", "ill", "please", "pls", "up", "him", "her", "them",
})  # fmt: skip
_NOT = frozenset({"not", "cant", "wont", "isnt", "unable", "dont", "who", "whos", "can", "could", "if",
    "i", "im", "we"})  # fmt: skip
_OWN = frozenset({"my", "his", "her", "their", "our"})
# "My mum" is somebody else's mum to the reader, so who exactly it is must stay in the sender's words.
_RELATIVE = frozenset({
    "mum", "mam", "mom", "mummy", "dad", "daddy", "sister", "brother", "friend", "cousin", "neighbour",
    "partner", "husband", "wife",
})  # fmt: skip
_HALVES = frozenset({"half", "quarter"})


def _collection(words: Words, hits: Sequence[Hit]) -> str | None:
    for hit in hits:
        # A longer turn of phrase may stand in the place of the one that is marked ("nan collects Ella at 12").
        if "collect" not in hit.sense.marks and Topic.ATTENDANCE not in hit.sense.topics:
            continue
        verb = next((place for place in hit.at if words.read[place] in _COLLECTS), None)
        if verb is None or words.sentences[verb] in words.asked:
            continue
        who = _collector(words, verb)
        if who is None:
            continue
        return " ".join(filter(None, (who, "collects", _time(words, verb), _other_day(words, verb))))
    return None


def _collector(words: Words, verb: int) -> str | None:
    place = verb - 1
    while place >= 0 and words.sentences[place] == words.sentences[verb]:
        word, labels = words.read[place], words.labels[place]
        if word in _NOT:
            return None
        if not (word in _BETWEEN or "{number}" in labels or word in {"at", "am", "pm"} or word.startswith("\0")):
            break
        place -= 1
    if place < 0 or words.sentences[place] != words.sentences[verb]:
        return None
    end = place
    while place >= 0 and words.sentences[place] == words.sentences[verb] and _is_capital_name(words, place):
        place -= 1
    if place < end:
        return words.text[words.spans[place + 1][0] : words.spans[end][1]]
    if "{family}" not in words.labels[end]:
        return None
    written = words.as_written((end,))
    if words.read[end] in _RELATIVE and end > 0 and words.read[end - 1] in _OWN:
        return f'"{words.as_written((end - 1, end))}"'
    return written[0].upper() + written[1:]


def _is_capital_name(words: Words, place: int) -> bool:
    # "Bright" is a word, and in the middle of a sentence with a capital it is somebody's name all the same.
    inside = place > 0 and words.sentences[place - 1] == words.sentences[place]
    return (
        words.text[words.spans[place][0]].isupper()
        and not words.read[place].startswith("\0")
        and "{family}" not in words.labels[place]
        and (inside or "{name}" in words.labels[place])
    )


def _time(words: Words, verb: int) -> str | None:
    """The first time of day said near the verb, as written but with a colon: "at 3:30", "at half 4"."""
    around = [*range(verb + 1, min(verb + 7, len(words.read))), *range(max(0, verb - 5), verb)]
    for place in around:
        if words.sentences[place] != words.sentences[verb] or "{clock}" not in words.labels[place]:
            continue
        before = words.read[place - 1] if place else ""
        if before in {"not", "of", "for"}:
            continue
        following = words.read[place + 1] if place + 1 < len(words.read) else ""
        if following in {"min", "mins", "minutes", "days", "weeks", "hours"}:
            continue
        written = words.as_written((place,)).replace(".", ":")
        half = f"{before} " if before in _HALVES else ""
        part = following if following in {"am", "pm", "ish"} else ""
        return f"at {half}{written}{part}"
    return None


def _other_day(words: Words, verb: int) -> str | None:
    for place, word in enumerate(words.read):
        if words.sentences[place] != words.sentences[verb]:
            continue
        if word in _OTHER_DAYS - {"yesterday"}:
            return "tomorrow"
        if "{weekday}" in words.labels[place] and word not in {"sun", "sat"}:
            return "on " + words.as_written((place,)).capitalize()
    return None
