"""The few words that are commands, moves, corrections and narrowings; everything else is a note.

Knows nothing of who is writing: whether "morning" asks for the list or greets is decided by whoever knows the role.
A sentence that merely begins with one of the words is a note, because losing a note is worse than missing a command.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from book.understanding.children import Named
from book.understanding.lexicon import fold
from book.understanding.names import mentions_in, words_of


class CommandWord(StrEnum):
    """The nineteen words of command, and two that platforms send of themselves."""

    UNDO = "undo"
    HELP = "help"
    TODAY = "today"
    WHO = "who"
    SHARING = "sharing"
    LESS = "less"
    MORE = "more"
    REMIND = "remind"
    PRINT = "print"
    EVENING = "evening"
    CALL_ME = "call me"
    MORNING = "morning"
    GAPS = "gaps"
    HANDOVER = "handover"
    WAITING = "waiting"
    COVER = "cover"
    INVITE = "invite"
    REPORT = "report"
    SURVEY = "survey"
    START = "start"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Command:
    """A word of command and what was written after it, as written ("today ella": `rest` is "ella").

    For `stop` the rest is the word itself: "cancel" stops a carrier's texts but nothing on Telegram.
    """

    word: CommandWord
    rest: str


@dataclass(frozen=True, slots=True)
class Move:
    """A note of the sender's is about ``child``; ``wrong`` is whom it was filed for, ``about`` which note is meant.

    In "the bump one was Mo, not Noah", ``about`` is "bump"; both are left out where the words do not say.
    """

    child: int
    wrong: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Whom the author limits a message to, in the author's own words.

    `only` is a setting or a person who alone shall have it ("nursery", "Dawn"), `without` those who shall not.
    `alone` says that the message is nothing but the narrowing, and so speaks of the message before it.
    """

    only: str | None
    without: tuple[str, ...]
    alone: bool
    because: str


def as_command(text: str, *, names: Collection[str] = ()) -> Command | None:
    """The command `text` is, or None.

    With a slash or without, in any case. `names` are the names a command may be followed by; without them only a
    single word with a capital is taken for a name, so that "today sick" stays a note.
    """
    written = text.strip()
    if not written or len(written) > LONGEST_COMMAND:
        return None
    slashed = written.startswith("/")
    written = written.lstrip("/")
    first, _, rest = written.partition(" ")
    first = first.partition("@")[0] if slashed else first  # "/today@BookbagBot"
    written, rest = f"{first} {rest}".strip(), rest.strip()
    if written.strip("!. ") in _MARKS:
        return Command(_MARKS[written.strip("!. ")], "")
    said = _plain(written)
    if (word := _SAID.get(said)) is not None:
        return Command(word, said if word is CommandWord.STOP else "")
    if slashed and first.lower() in ("start", "help", "stop"):
        return Command(CommandWord(first.lower()), rest)
    for opening, word in _BY_FIRST_WORD.get(said.partition(" ")[0], ()):
        if said.startswith(opening + " ") and (taken := _rest(word, written, opening, names)) is not None:
            return Command(word, taken)
    return None


_SLASHED = re.compile(r"/[A-Za-z]\w{0,31}(?:@\w+)?")


def is_slashed(text: str) -> bool:
    """Whether it is a word of command by its slash, though perhaps none of ours ("/foo"); nobody writes a note so."""
    return _SLASHED.fullmatch(text.strip()) is not None


def as_move(text: str, circle: Sequence[Named]) -> Move | None:
    """The child an earlier message should have been about ("that was for Noah"), or None.

    None as well where two children share the name; then it is for the sender to say which.
    """
    if len(text) > LONGEST_COMMAND or not _MAY_MOVE.search(text):
        return None
    words = [word for word in words_of(text) if word.is_word]
    mentions = {mention.first: mention for mention in mentions_in(words, circle)}
    said: list[str] = []
    at = 0
    while at < len(words):
        if (mention := mentions.get(at)) is not None:
            said.append(f"@{next(iter(mention.children))}" if len(mention.children) == 1 else "@?")
            at = mention.last + 1
        else:
            said.append(words[at].folded)
            at += 1
    found = _MOVE.fullmatch(" ".join(said))
    if found is None:
        return None
    about = " ".join(each for each in (found["about"] or "").split() if each not in _NO_NOTE_IN_PARTICULAR)
    return Move(int(found["child"]), int(found["wrong"]) if found["wrong"] else None, about)


def as_correction(text: str) -> str | None:
    """What is to stand instead in the message just before ("sorry 5.45": "5.45"), or None.

    A sentence that only begins with sorry is a note. A move to another child is to be asked for first.
    """
    written = " ".join(text.split())
    if not written or len(written) > LONGEST_CORRECTION:
        return None
    if found := _STARRED.fullmatch(written):
        return (found["before"] or found["after"]).strip()
    if found := _MEANT.fullmatch(written):
        return found["instead"].strip()
    if found := _SORRY.fullmatch(written):
        return found["instead"].strip()
    return None


def as_narrowing(text: str, *, people: Collection[str] = ()) -> Narrowing | None:
    """Whom the author limits the message to, or None. The text itself is never altered.

    `people` are the names of the grown-ups around the child, so that "not dawn" is understood without a capital.
    """
    if len(text) > LONGEST_NARROWED:
        return None
    names = frozenset(fold(name.split()[0]) for name in people if name.strip())
    if (found := _ADDRESSED.match(text)) and _is_somebody(found["whom"], names):
        return Narrowing(found["whom"], (), alone=not text[found.end() :].strip(), because=found[0].strip())
    for found in _NARROWED.finditer(text):
        only, without = found["only"] or found["only2"] or found["only3"], found["without"] or found["not"]
        whom = only or without
        if not _is_somebody(whom, names):
            continue
        if found["not"] and _SPEAKS_OF_COLLECTION.search(text[: found.start()]):
            continue  # "nan picking up at 4, not Dawn" says who comes, not who may read it
        alone = not _plain(text[: found.start()] + " " + text[found.end() :]).removesuffix("please").strip()
        return Narrowing(only, (without,) if without else (), alone, found[0].strip(" ,.;:()-–—\n"))
    return None


# --- commands --------------------------------------------------------------------------------------------------

LONGEST_COMMAND = 120
LONGEST_CORRECTION = 60
LONGEST_NARROWED = 4096

_MARKS: Mapping[str, CommandWord] = MappingProxyType(
    {"0": CommandWord.UNDO, "?": CommandWord.HELP, "??": CommandWord.HELP}
)

_ALSO_SAID: Mapping[CommandWord, tuple[str, ...]] = MappingProxyType(
    {
        CommandWord.UNDO: (
            "undo", "undo that", "undo all", "oops", "whoops", "delete", "delete that", "delete it", "delete this",
            "delete last", "wrong one", "wrong message", "scrap that", "ignore that", "ignore last", "take that back",
            "take it back", "oops delete that", "oops wrong one", "sorry wrong one", "sorry delete that", "remove that",
        ),
        CommandWord.HELP: ("help", "what can i say", "what can i do", "commands", "menu"),
        CommandWord.TODAY: (
            "today", "hows she", "hows he", "how is she", "how is he", "hows her day", "hows his day", "any news",
            "how are they", "how is her day", "how is his day", "whats the news", "the day so far", "page", "the page",
        ),
        CommandWord.WHO: (
            "who", "why", "who sees this", "who can see this", "who saw this", "who reads this",
            "who can read this", "who read this", "who gets this", "who has this",
            "who got that", "who got this", "why them", "why that",
        ),
        CommandWord.SHARING: (
            "sharing", "who can see", "stop sharing", "share", "change sharing", "what is shared", "whats shared",
            "who can see her photos", "who can see his photos", "who can see their photos", "who can see photos",
            "who can see the photos", "who sees her photos", "who sees his photos", "who sees the photos",
            "who can see what i write", "who reads what i write", "who sees what i write",
        ),
        CommandWord.LESS: (
            "less", "fewer", "too many", "too many msgs", "too many messages", "too many texts", "once a day",
            "only fridays", "fridays only", "just fridays", "one a day", "less please",
            "fewer messages", "fewer please", "only if it matters", "only when it matters", "too many pings",
        ),
        CommandWord.MORE: ("more", "more please", "as it happens"),
        CommandWord.REMIND: ("remind", "reminders", "remind me"),
        CommandWord.PRINT: ("print",),
        CommandWord.EVENING: (
            "evening", "parents evening", "parent evening", "my slot", "my time", "change evening", "change my slot",
        ),
        CommandWord.CALL_ME: (
            "call me", "can someone ring", "can someone ring me", "can someone call me", "ring me", "phone me",
            "can you ring me", "can you call me", "please call me", "please ring me",
        ),
        CommandWord.MORNING: ("morning", "morning list", "the list", "list"),
        CommandWord.GAPS: ("gaps", "whats blank", "whats missing", "blanks"),
        CommandWord.HANDOVER: ("handover", "hand over"),
        CommandWord.WAITING: ("waiting", "whats waiting", "what is waiting"),
        CommandWord.COVER: ("cover",),
        CommandWord.INVITE: ("invite", "add a child", "add a parent", "add someone"),
        CommandWord.REPORT: ("report",),
        CommandWord.SURVEY: ("survey",),
        CommandWord.START: ("start", "unstop"),
        # The carriers' own words; on SMS texts have stopped before we read them.
        CommandWord.STOP: (
            "stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout",
            # No word alone, so no stop: whether less would do is asked.
            "stop all", "stop texts", "stop it", "stop texting me", "stop messaging me", "no more texts",
            "no more messages", "opt out",
        ),
    }
)  # fmt: skip
_SAID: Mapping[str, CommandWord] = MappingProxyType(
    {phrase: word for word, phrases in _ALSO_SAID.items() for phrase in phrases}
)
# What may be followed by a name, a day or, for reminders and the like, by anything.
_OPENINGS: Mapping[str, CommandWord] = MappingProxyType(
    {
        "remind me": CommandWord.REMIND,
        "remind us": CommandWord.REMIND,
        "remind": CommandWord.REMIND,
        "dont let me forget": CommandWord.REMIND,
        "stop sharing": CommandWord.SHARING,
        "dont share": CommandWord.SHARING,
        "dont tell": CommandWord.SHARING,
        "sharing": CommandWord.SHARING,
        "call me": CommandWord.CALL_ME,
        "how is": CommandWord.TODAY,
        "hows": CommandWord.TODAY,
        "any news of": CommandWord.TODAY,
        "today": CommandWord.TODAY,
        "who": CommandWord.WHO,
        "print": CommandWord.PRINT,
        "handover": CommandWord.HANDOVER,
        "report": CommandWord.REPORT,
        "gaps": CommandWord.GAPS,
        "cover": CommandWord.COVER,
        "invite": CommandWord.INVITE,
        "survey": CommandWord.SURVEY,
        "evening": CommandWord.EVENING,
        "undo": CommandWord.UNDO,
    }
)
_BY_FIRST_WORD: Mapping[str, Sequence[tuple[str, CommandWord]]] = MappingProxyType(
    {
        first: tuple(each for each in _OPENINGS.items() if each[0].partition(" ")[0] == first)
        for first in {opening.partition(" ")[0] for opening in _OPENINGS}
    }
)
_DAYS = frozenset({
    "today", "tomorrow", "tmrw", "yesterday", "week", "month", "monday", "tuesday", "wednesday",
    "thursday", "friday", "mon", "tue", "tues", "wed", "weds", "thu", "thurs", "fri", "day", "book",
    "all", "slips", "everything",
})  # fmt: skip
_ABOUT = re.compile(r"\babout\b|\banything\b|\banymore\b|\bany ?more\b", re.IGNORECASE)


def _plain(text: str) -> str:
    return " ".join(word.folded for word in words_of(text) if word.is_word)


def _rest(word: CommandWord, written: str, opening: str, names: Collection[str]) -> str | None:
    rest = written.split(None, len(opening.split()))[-1].strip(" ?!.")
    match word:
        case CommandWord.REMIND:
            return rest
        case CommandWord.SHARING:
            # "Don't tell Dawn" limits one message; "don't tell nursery about letters" changes what travels.
            return written if opening in ("stop sharing", "sharing") or _ABOUT.search(rest) else None
        case CommandWord.CALL_ME:
            return rest if len(rest.split()) <= 4 else None
        case CommandWord.INVITE | CommandWord.SURVEY:
            return rest if len(rest.split()) <= 6 and "," not in rest else None
        case _:
            return rest if _is_name_or_day(rest, names, certain=word in _NEVER_OPEN_A_NOTE) else None


# "Print bea" can only be a command; "today ella" could be the beginning of a note.
_NEVER_OPEN_A_NOTE = frozenset({CommandWord.PRINT, CommandWord.HANDOVER, CommandWord.REPORT, CommandWord.GAPS})


def _is_name_or_day(rest: str, names: Collection[str], *, certain: bool) -> bool:
    words = [fold(word) for word in rest.split()]
    known = {fold(part) for name in names for part in name.split()} | _DAYS
    if not words or len(words) > 3:
        return False
    if all(word in known or word.removesuffix("s") in known for word in words):
        return True
    return len(words) == 1 and not names and (certain or rest[0].isupper())


# --- moves -----------------------------------------------------------------------------------------------------

_MAY_MOVE = re.compile(r"\b(?:was|is|were|should|shouldve|that['’]?s|it['’]?s|meant?|move|change|for)\b", re.IGNORECASE)
_MOVE = re.compile(
    r"(?:(?:sorry|oops|whoops|no|ah|oh|wait|actually|argh|hi|hang on|my mistake|wrong child|wrong one) )*"
    r"(?:"
    r"(?:(?:that|this|it|(?:the |that )?(?P<about>(?:\w+ ){0,3})(?:one|note|message|msg|text|bit|last)) )?"
    r"(?:was|is|were|should be|should have been|shouldve been|shouldve said|should say"
    r"|was meant to be|was supposed to be)"
    r"|thats|its|i meant|i mean|meant|move (?:that|it|this)|change (?:that|it|this)|for"
    r")"
    r"(?: (?:all|for|about|meant|to|to be|meant for))*"
    r" @(?P<child>\d+)"
    r"(?: (?:not|instead of|rather than) (?:for )?@(?:(?P<wrong>\d+)|\?))?"
    r"(?: (?:instead|not|sorry|pls|please|x+|oops|thanks|ta|my mistake|silly me))*"
)

_NO_NOTE_IN_PARTICULAR = frozenset({"the", "that", "this", "last", "my", "first", "other", "previous", "wrong"})

# --- corrections -----------------------------------------------------------------------------------------------

# A bare value: a time, an amount, a count, a day or part of one; with "not …" and what it is about behind it.
_VALUE = (
    r"(?:at |about |abt )?(?:(?:half|quarter|ten|five|twenty)(?: past| to)? )?"
    r"(?:£?\d+(?:[.:,/]\d+)?|half|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon"
    r"|mon|tues?|weds?|thurs?|fri|monday|tuesday|wednesday|thursday|friday|today|tomorrow|tmrw|yesterday"
    r"|left|right|am|pm|wet|dirty|all|none|some)"
    r"(?: ?[-–] ?\d+(?:[.:]\d+)?)?"
    r"(?: ?(?:am|pm|ish|ml|mls|oz|mg|mins?|hrs?|hours?|x|c|degrees|°c?))?"
    r"(?: (?:knee|arm|leg|eye|ear|wet|dirty))?"
)
_STARRED = re.compile(r"\*+ ?(?P<after>[^*]{1,50})|(?P<before>[^*\s]{1,20})\*+")
_MEANT = re.compile(
    r"(?:(?:sorry|oops|no|wait|actually|ah)[,.!\- ]+)*"
    r"(?:i meant|i mean|meant|that should (?:be|say|have been)|that shouldve been|should (?:be|say)|make that"
    r"|correction:?|i meant to say|typo:?)[,:]? (?P<instead>\S+(?: \S+){0,7})",
    re.IGNORECASE,
)
_SORRY = re.compile(
    r"(?:(?:sorry|oops|no|whoops|wait|actually|ah)[,.!\- ]+)+"
    rf"(?P<instead>{_VALUE}(?:,? not {_VALUE})?)(?: sorry| x+|!|\.)*",
    re.IGNORECASE,
)

# --- narrowing -------------------------------------------------------------------------------------------------

_PLACES = (
    r"(?:the )?(?:nursery|pre-?school|school|setting|childminder|cm|key ?person|kp|dad|daddy|mum|mummy|nan|nana|nanny"
    r"|gran|grandma|grandad|his dad|her dad|his mum|her mum|manager|you|room|staff)"
)
_WHOM = rf"(?:{_PLACES}|[^\W\d_]+)"
_STARTS = r"(?:^|[\n.!?,;:(\-–—]\s{0,3})"
_ENDS = r"(?=\s{0,3}(?:$|[\n.!?,;:)\-–—]|pls\b|please\b|x+\b))"
_FOR = r"(?:for |to |between us and )?"
_ADDRESSED = re.compile(rf"\s{{0,9}}(?:just |only )?(?:for|to) (?P<whom>{_WHOM})(?: only)?\s?:\s?", re.IGNORECASE)
_NARROWED = re.compile(
    rf"{_STARTS}(?:this is |thats |that's |keep (?:this |it )?)?(?:just |only ){_FOR}(?P<only>{_WHOM}){_ENDS}"
    rf"|\b(?:(?:private|confidential) (?:to|for) |(?:this is |keep (?:this |it )?)(?:just |only ){_FOR}"
    rf"|keep (?:this|it) (?:to|with) )(?P<only2>{_WHOM}){_ENDS}"
    rf"|{_STARTS}(?P<only3>{_PLACES}) only{_ENDS}"
    r"|\b(?:not for|not to|don'?t tell|do not tell|dont show|don't show|without telling) "
    rf"(?P<without>{_WHOM})(?: this| about this| that)?{_ENDS}"
    rf"|{_STARTS}(?:but )?not (?P<not>{_WHOM}){_ENDS}",
    re.IGNORECASE,
)
_SPEAKS_OF_COLLECTION = re.compile(r"\b(?:pick|picking|picks|collect\w*|fetch\w*|drop\w*|pickup)\b", re.IGNORECASE)
_IS_PLACE = re.compile(_PLACES, re.IGNORECASE)
_NOT_SOMEBODY = frozenset({
    "i", "me", "him", "her", "it", "them", "that", "this", "good", "sure", "well", "yet", "today", "now",
    "bad", "great", "really", "much", "many", "one", "two", "three", "half", "some", "all", "any",
    "here", "there", "eating", "sleeping", "happy", "hungry", "nap", "naps", "milk", "water", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "morning", "afternoon",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "calpol", "english", "polish", "christmas", "easter", "halloween", "eid",
    "anyone", "everyone", "again", "ideal", "fine", "ok", "nice", "tired", "keen", "saying", "kidding",
    "impressed", "cool", "enough", "lunch", "tea", "dinner", "breakfast", "snack", "pudding", "home",
    "info", "information",
})  # fmt: skip


def _is_somebody(whom: str, names: frozenset[str]) -> bool:
    if _IS_PLACE.fullmatch(whom):
        return True
    if fold(whom) in names:
        return True
    return whom[0].isupper() and not whom.isupper() and fold(whom) not in _NOT_SOMEBODY and not names
