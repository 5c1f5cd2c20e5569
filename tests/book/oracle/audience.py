"""A decision table of who may know, written from the rules of the audience and the table of groups as people read them.

Knows nothing of the program: it has words of its own for roles, topics and choices, and imports none of it. A cell is
one reader of one writing in one book; the first row that applies decides, and after a "yes" the same is asked of
whatever the writing answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

HOME = "home"
WORKS_AT_A_SETTING = (
    "key person",
    "second key person",
    "room staff",
    "childminder",
    "manager",
    "safeguarding lead",
    "deputy lead",
    "senco",
)
# "A setting is told through whoever is on duty: key person, second key person, cover, room, manager." A childminder
# is her setting's key person.
SPEAKS_FOR_A_SETTING = ("key person", "childminder", "second key person", "room staff", "manager")

GROUPS = ("her day", "private health", "learning", "worries", "family", "photos")
GROUP_OF_LABEL = {
    "sleep": "her day",
    "meals": "her day",
    "nappy": "her day",
    "mood": "her day",
    "activity": "her day",
    "kit": "her day",
    "event": "her day",
    "attendance": "her day",
    "incident": "her day",
    "health of the day": "her day",
    "a dose given": "her day",
    "private health": "private health",
    "a medication plan": "private health",
    "observation": "learning",
    "milestone": "learning",
    "next step": "learning",
    "concern": "worries",
    "family news": "family",
}
BY_THEIR_OWN_ROAD = ("safeguarding", "complaint", "compliment", "suggestion", "contact change", "consent")
PART_OF_EVERY_CHOICE = ("a dose given", "incident")
ALL_LABELS = (*GROUP_OF_LABEL, "question", *BY_THEIR_OWN_ROAD)

ANSWERS = {
    "nothing": frozenset[str](),
    "her day": frozenset({"her day"}),
    "her day, learning and photos": frozenset({"her day", "learning", "photos"}),
    "learning alone": frozenset({"learning"}),
    "everything": frozenset(GROUPS),
}


@dataclass(frozen=True)
class Member:
    """One person around the child, as the book has her at this moment."""

    name: str
    role: str
    setting: str | None
    standing: str = "live"  # live, ended, restricted, begins tomorrow, waits to be let in
    added_by: str = ""  # whoever wrote family or a professional into the book
    days: tuple[str, ...] | None = None  # on which family has the child; None is every day
    given: tuple[str, ...] | None = None  # the groups a parent picked; None where nobody picked any
    given_of: tuple[tuple[str, str], ...] = ()  # to a professional, beside them: of one place, a setting or home


@dataclass(frozen=True)
class Said:
    """One choice that somebody made, in the order in which they were made."""

    who: str
    source: str
    target: str
    answer: str


@dataclass(frozen=True)
class Book:
    """One child's circle and what was chosen in it."""

    members: tuple[Member, ...]
    choices: tuple[Said, ...] = ()

    def live(self, name: str) -> Member | None:
        return self._live.get(name)

    @cached_property
    def _live(self) -> dict[str, Member]:
        shut_out = {each.name for each in self.members if each.standing == "restricted"}
        found: dict[str, Member] = {}
        for each in self.members:
            if each.standing == "live" and each.name not in shut_out:
                found.setdefault(each.name, each)
        return found

    @cached_property
    def parents(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.members if each.role == "parent" and self.live(each.name) is not None)

    def hosts(self, guest: Member) -> tuple[str, ...]:
        """The parent whose family she is, or who gave her her place: whoever added her, else the only one."""
        if guest.added_by in self.parents:
            return (guest.added_by,)
        lost = any(each.name == guest.added_by and each.role == "parent" for each in self.members)
        return self.parents if len(self.parents) == 1 and not lost else ()

    def last_word(self, who: str, source: str, target: str) -> frozenset[str] | None:
        word = self._last_words.get((who, source, target))
        return None if word is None else ANSWERS[word]

    @cached_property
    def _last_words(self) -> dict[tuple[str, str, str], str]:
        return {(said.who, said.source, said.target): said.answer for said in self.choices}


@dataclass(frozen=True)
class Writing:
    """What somebody wrote, as far as the rules look at it."""

    author: Member
    labels: tuple[str, ...]
    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    let_through: frozenset[str] = frozenset()
    unread: bool = False
    picture: bool = False
    day: str = "Tuesday"
    answers: Writing | None = None


@dataclass(frozen=True)
class Decision:
    """Whether one person may know, the rule that says so, and the kind of "no"."""

    may: bool
    rule: str
    kind: str = ""


@dataclass(frozen=True)
class Cell:
    """One reader of one writing; what the rows below ask about it."""

    book: Book
    writing: Writing
    reader: Member

    def author_is(self, *roles: str) -> bool:
        return self.writing.author.role in roles

    def reader_is(self, *roles: str) -> bool:
        return self.reader.role in roles

    @property
    def reader_works(self) -> bool:
        return self.reader.role in WORKS_AT_A_SETTING

    @property
    def author_works(self) -> bool:
        return self.writing.author.role in WORKS_AT_A_SETTING

    @property
    def own_setting(self) -> bool:
        """The reader is of the author's own setting: where she works, or the one she joined through."""
        return self.reader.setting == self.writing.author.setting

    @property
    def narrowed_away(self) -> bool:
        writing, setting = self.writing, self.reader.setting
        return setting in writing.without or (bool(writing.only) and setting not in writing.only)

    def says(self, label: str) -> bool:
        return label in self.writing.labels

    @property
    def own_road(self) -> bool:
        return any(label in BY_THEIR_OWN_ROAD for label in self.writing.labels)

    @property
    def own_road_alone(self) -> bool:
        writing = self.writing
        understood = bool(writing.labels) and not writing.unread and not writing.picture
        return understood and all(label in BY_THEIR_OWN_ROAD for label in writing.labels)

    @property
    def not_understood(self) -> bool:
        return self.writing.unread or not self.writing.labels

    @property
    def addressed(self) -> bool:
        """ "for nursery:", a reply, Only nursery."""
        answered = self.writing.answers
        reply = (
            answered is not None
            and answered.author.role in WORKS_AT_A_SETTING
            and answered.author.setting == self.reader.setting
        )
        return self.reader.setting in self.writing.only or reply

    @property
    def both_parents_said_yes(self) -> bool:
        both = (self.writing.author.name, self.reader.name)
        return all(
            name in self.book.parents and self.book.last_word(name, HOME, HOME) == ANSWERS["everything"]
            for name in both
        )

    @property
    def would_reach_this_parent(self) -> bool:
        """Rule 5, one author after the other."""
        if self.reader.role != "parent":
            return False
        if self.author_is("family"):
            return self.reader.name in self.book.hosts(self.writing.author) and not self.writing.unread
        if self.author_is("parent"):
            return self.both_parents_said_yes and not self.not_understood and not self.own_road
        return True

    @property
    def answers_her(self) -> bool:
        return self.writing.answers is not None and self.writing.answers.author.name == self.reader.name

    @property
    def open_to_a_guest(self) -> bool:
        """Family: her day, and learning and photos where a parent gave them. A professional: what she was given."""
        writing, reader = self.writing, self.reader
        if writing.only or writing.without or self.not_understood or self.own_road:
            return False
        given = set(reader.given or ())
        if reader.role == "family":
            given = {"her day"} if reader.given is None else given & {"her day", "learning", "photos"}
        else:
            place = writing.author.setting if self.author_works else "home"
            given |= {group for of, group in reader.given_of if of == place}
        needed = {GROUP_OF_LABEL[label] for label in writing.labels if label in GROUP_OF_LABEL}
        return needed | ({"photos"} if writing.picture else set()) <= given

    @property
    def written_for_a_guest(self) -> bool:
        """What settings write and what the parent writes through whom she came; no talk between others; on her days."""
        writing, reader = self.writing, self.reader
        hosts = self.book.hosts(reader)
        if not hosts:
            return False
        if writing.answers is not None:
            return self.answers_her and (self.author_works or writing.author.role == "parent")
        if self.says("question") or not (self.author_works or writing.author.name in hosts):
            return False
        return reader.days is None or writing.day in reader.days

    @cached_property
    def choices(self) -> list[frozenset[str]]:
        """The last words that count for this direction."""
        target = self.reader.setting or ""
        author = self.writing.author
        if self.author_works:
            askers, source = self.book.parents, author.setting or ""
        elif author.role == "family":
            askers, source = self.book.parents, HOME
        else:
            # Another setting hears of her notes while she is a parent in the book; what she kept from her own
            # setting stays kept.
            askers = (author.name,) if self.own_setting or author.name in self.book.parents else ()
            source = HOME
        words = (self.book.last_word(who, source, target) for who in askers)
        return [word for word in words if word is not None]

    @property
    def every_group_is_open(self) -> bool:
        needed = set(GROUPS) if self.not_understood else set()
        for label in self.writing.labels:
            if label in GROUP_OF_LABEL and label not in PART_OF_EVERY_CHOICE:
                needed.add(GROUP_OF_LABEL[label])
        if self.writing.picture:
            needed.add("photos")
        return all(group in choice for group in needed for choice in self.choices)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    rule: str
    applies: Callable[[Cell], bool]
    may: bool
    kind: str = field(default="")


TABLE = (
    Row("1: a disclosure never enters a thread", lambda c: c.says("safeguarding"), False, "own road"),
    Row("she wrote it", lambda c: c.reader.name == c.writing.author.name, True),
    Row(
        "2: a complaint goes to the manager of the setting it is about",
        lambda c: c.says("complaint") and c.reader_is("manager") and c.own_setting and not c.narrowed_away,
        True,
    ),
    Row("2: a complaint goes to nobody else", lambda c: c.says("complaint"), False, "own road"),
    Row(
        "family sees her day on her days, a professional what she was given",
        lambda c: c.reader_is("family", "professional") and c.open_to_a_guest and c.written_for_a_guest,
        True,
    ),
    Row(
        "family and professionals know nothing else",
        lambda c: c.reader_is("family", "professional"),
        False,
        "role",
    ),
    Row("4: the author narrowed", lambda c: c.reader_works and c.narrowed_away, False, "narrowed"),
    Row(
        "7: unread from staff waits for the sender's words",
        lambda c: c.writing.unread and (c.author_works or c.author_is("professional")),
        False,
        "not understood",
    ),
    Row(
        "a parent's contact details are never shown to another",
        lambda c: (
            c.reader_is("parent") and (c.author_works or c.author_is("professional")) and c.says("contact change")
        ),
        False,
        "own road",
    ),
    # Only where she would hear of it at all: whether parents share is told to neither as a thing that was asked for.
    Row(
        "4: the author kept it to a setting",
        lambda c: c.would_reach_this_parent and not c.author_works and bool(c.writing.only),
        False,
        "narrowed",
    ),
    Row(
        "5: parents see what settings and professionals write; family's and each other's by agreement",
        lambda c: c.would_reach_this_parent,
        True,
    ),
    Row("5: parents' notes are kept apart", lambda c: c.reader_is("parent"), False, "notes apart"),
    # From here on the reader works at a setting.
    Row("it is the setting's own book", lambda c: c.author_works and c.own_setting, True),
    Row("4: a parent let it travel", lambda c: c.reader.setting in c.writing.let_through, True),
    Row("6: words addressed to a setting reach it", lambda c: c.author_is("parent") and c.addressed, True),
    Row(
        "by their own road, never by sharing",
        lambda c: c.own_road and (c.author_works or (c.author_is("parent") and not c.own_setting)),
        False,
        "own road",
    ),
    Row("what a professional writes: her setting", lambda c: c.author_is("professional") and c.own_setting, True),
    Row(
        "what a professional or family writes: nobody else",
        lambda c: c.author_is("professional") or (c.author_is("family") and not c.own_setting),
        False,
        "not shared",
    ),
    Row(
        "6: the setting she joined through",
        lambda c: not c.author_works and c.own_setting and (not c.choices or c.own_road_alone),
        True,
    ),
    Row("6: until a parent has chosen nothing travels", lambda c: not c.choices, False, "not chosen"),
    Row("6: one no is no; 11: nothing is nothing", lambda c: frozenset() in c.choices, False, "not shared"),
    Row(
        "a question alone goes to the setting addressed",
        lambda c: set(c.writing.labels) == {"question"} and (c.author_works or not c.own_setting),
        False,
        "not shared",
    ),
    Row("6, 7, 11: every one of its topics may travel", lambda c: c.every_group_is_open, True),
    Row("6, 7: one of its topics may not travel", lambda c: True, False, "not shared"),
)


def decide(book: Book, writing: Writing, reader: str) -> Decision:
    """Whether ``reader`` may know, by the table."""
    member = book.live(reader)
    if member is None:
        return Decision(False, "5: she stands in no circle", "not in circle")
    cell = Cell(book, writing, member)
    row = next(row for row in TABLE if row.applies(cell))
    if row.may and writing.answers is not None and reader != writing.author.name:
        answered = decide(book, writing.answers, reader)
        if not answered.may:
            return Decision(False, "5: an answer goes no further than what it answers", "answers narrower")
    return Decision(row.may, row.rule, row.kind)


def decide_all(book: Book, writing: Writing) -> dict[str, Decision]:
    """The decision about everybody who is, was or will be in the book."""
    return {member.name: decide(book, writing, member.name) for member in book.members}


def told(book: Book, writing: Writing, decisions: Mapping[str, Decision]) -> frozenset[str]:
    """Who is told: parents for themselves, and of each setting that may know exactly one; never the author's own."""
    found: set[str] = set()
    spoken_for: set[str] = set()
    allowed = [
        member
        for name, decision in decisions.items()
        if decision.may and name != writing.author.name and (member := book.live(name)) is not None
    ]
    for member in allowed:
        if member.role == "professional":
            # She hears nothing unless asked or due: what answers her own words is told her, the rest she may read.
            if writing.answers is not None and writing.answers.author.name == member.name:
                found.add(member.name)
        elif member.role not in WORKS_AT_A_SETTING:
            found.add(member.name)
    for role in SPEAKS_FOR_A_SETTING:
        for member in allowed:
            if member.role != role or member.setting is None or member.setting in spoken_for:
                continue
            own_book = writing.author.role in WORKS_AT_A_SETTING and member.setting == writing.author.setting
            if own_book and "complaint" not in writing.labels:
                continue
            spoken_for.add(member.setting)
            found.add(member.name)
    return frozenset(found)
