"""Sentences by which whoever runs a setting changes who stands around a child; everything else is a note.

The whole message must be such a sentence: one that merely begins like it is a note, because losing a note is worse
than missing a wish. Names come out as they were written; whether there is anybody of that name, and whether the
writer may wish this, is decided elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from book.understanding.days_said import DATE, birthday, coming_day

LONGEST = 400


@dataclass(frozen=True, slots=True)
class Relative:
    """A parent as written beside a new child."""

    name: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class AddChild:
    """ "add a child: Mia Brown 3/4/23, mum Kate 07700 900123, key person Priya"; ``unread`` was not understood."""

    name: str
    born: date | None
    parents: tuple[Relative, ...] = ()
    key_person: str = ""
    room: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invite:
    """ "invite Kate 07700 900123 for Mia"; ``role`` is the word for it and ``setting`` where she works, if said."""

    name: str
    number: str = ""
    child: str = ""
    role: str = ""
    setting: str = ""


@dataclass(frozen=True, slots=True)
class ChangeKeyPerson:
    """ "key person of Ella is Amy from Monday"; no day is now."""

    children: tuple[str, ...]
    person: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class EndMembership:
    """ "Jo has left", "end Jo"; ``last_day`` None is now. ``certain``: it cannot be about today only."""

    person: str
    child: str = ""
    last_day: date | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class MoveRoom:
    """ "Ella moves to Caterpillar room on Monday"; no day is now."""

    child: str
    room: str
    since: date | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class ShutOut:
    """ "restrict Tom", "Tom may not see anything any more (court order)", "Hannah's phone is stolen"."""

    person: str
    child: str = ""
    certain: bool = True
    lost_phone: bool = False


@dataclass(frozen=True, slots=True)
class LetBack:
    """ "let Tom back in"."""

    person: str
    child: str = ""


@dataclass(frozen=True, slots=True)
class NewTablet:
    """ "tablet for Butterfly room"; ``certain`` where the word "room" stood there."""

    room: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class NewFiguresFor:
    """ "new figures for Amy", "Amy forgot her figures"."""

    person: str


@dataclass(frozen=True, slots=True)
class AskBoth:
    """ "ask both parents before more is shared"; not ``both``: "one parent is enough"."""

    both: bool


Wish = (
    AddChild
    | AskBoth
    | Invite
    | ChangeKeyPerson
    | EndMembership
    | MoveRoom
    | ShutOut
    | LetBack
    | NewTablet
    | NewFiguresFor
)


def may_be_wish(text: str) -> bool:
    """Whether the words could be one of these sentences; quick, and no more than a look."""
    return len(text) <= LONGEST and _MAY_BE.search(text) is not None


def as_wish(text: str, today: date) -> Wish | None:
    """The wish that the whole of ``text`` is, or None; ``today`` says which Monday is meant."""
    if not may_be_wish(text):
        return None
    said = " ".join(text.replace("’", "'").split()).rstrip(" .!")
    for pattern, read in _PATTERNS:
        if (found := pattern.fullmatch(said)) and (wish := read(found, today)) is not None:
            return wish
    return _as_child(text.replace("’", "'"), today)


# --- the sentences --------------------------------------------------------------------------------------------------

_MAY_BE = re.compile(
    r"\b(?:add|new child|invite|key person|kp|left|leav\w+|end|moves?|moving|moved|goes|restrict|shut|not|let|lift"
    r"|unrestrict|phone|tablet|figures|both parents|one parent)\b",
    re.IGNORECASE,
)
_NO_NAME = (
    r"for|to|as|from|on|of|is|are|was|has|have|may|must|can|not|will|be|becomes|mum|mummy|mam|mother|dad|daddy|father"
    r"|parent|carer|guardian|key|room|and|born|dob|back|in|out|now|today|tomorrow|the|a|an|she|he|they|it|we|i|you|who"
    r"|everyone|everybody|nobody|someone|anyone|child|this|that|my|your|our|her|his|their|up|childminder|staff|nan"
)
_WORD = rf"(?!(?:{_NO_NAME})\b)[^\W\d_](?:[^\W\d_]|[\-])*(?:'(?!s\b)[^\W\d_]+)?"
_NAME = rf"{_WORD}(?: {_WORD}){{0,2}}"
_TWO_NAMES = rf"(?!(?:[^\W\d_]+ )at\b){_WORD}(?: (?!at\b){_WORD})?"
_NAMES = rf"{_NAME}(?:(?:, | and | & ){_NAME})*"
_PHONE = r"\+?\(?\d[\d ()\-]{5,17}\d"
_WHEN = r"(?P<when>(?:,? (?:from|on|since|starting|as of|next|now|today|tomorrow|tmrw)\b.*)?)"
_REASON = r"(?:\s*(?:\(.*\)|[,:;.\-–] .*|because .*|due to .*))?"
_PARENT = r"mum|mummy|mam|mother|dad|daddy|father|parent|carer|guardian"
_ROLE = rf"{_PARENT}|childminder|key person|second key person|room staff|staff|nan|nana|gran|grandma|grandad|family"
_POLITE = r"(?:(?:please|pls|can you|could you) )?"


def _when(found: re.Match[str], today: date) -> tuple[bool, date | None]:
    """Whether the words for the day are understood, and the day they mean; None is now."""
    words = found["when"].strip(" ,")
    if not words:
        return True, None
    day = coming_day(words, today)
    return day is not None, None if day == today else day


def _key_person(found: re.Match[str], today: date) -> Wish | None:
    understood, since = _when(found, today)
    children = tuple(each for each in re.split(r", | and | & ", found["child"]) if each)
    return ChangeKeyPerson(children, found["person"], since) if understood else None


def _end(found: re.Match[str], today: date) -> Wish | None:
    understood, last = _when(found, today)
    child = found.groupdict().get("child") or ""
    return EndMembership(found["person"], child, last) if understood else None


def _left(found: re.Match[str], today: date) -> Wish | None:
    understood, last = _when(found, today)
    certain = bool(found["where"]) or (last is not None and found["verb"].casefold() != "has left")
    return EndMembership(found["person"], "", last, certain) if understood else None


def _room(found: re.Match[str], today: date) -> Wish | None:
    understood, since = _when(found, today)
    return MoveRoom(found["child"], found["room"], since, bool(found["word"])) if understood else None


def _invite(found: re.Match[str], _today: date) -> Wish | None:
    role = (found["role"] or found["role2"] or found["role3"] or "").casefold()
    return Invite(found["name"], (found["phone"] or "").strip(), found["child"] or "", role)


def _invite_from(found: re.Match[str], _today: date) -> Wish | None:
    number = (found["phone"] or found["phone2"] or "").strip()
    return Invite(found["name"], number, found["child"] or "", "", found["setting"])


def _both(_found: re.Match[str], _today: date) -> Wish | None:
    return AskBoth(both=True)


def _one(_found: re.Match[str], _today: date) -> Wish | None:
    return AskBoth(both=False)


def _shut(found: re.Match[str], _today: date) -> Wish | None:
    return ShutOut(found["person"], found["child"] or "")


def _may_not(found: re.Match[str], _today: date) -> Wish | None:
    return ShutOut(found["person"], found["child"] or "", certain=False)


def _phone(found: re.Match[str], _today: date) -> Wish | None:
    return ShutOut(found["person"], certain=False, lost_phone=True)


def _tablet(found: re.Match[str], _today: date) -> Wish | None:
    return NewTablet(found["room"], bool(found["word"]))


def _figures(found: re.Match[str], _today: date) -> Wish | None:
    return NewFiguresFor(found["person"])


def _back(found: re.Match[str], _today: date) -> Wish | None:
    return LetBack(found["person"], found["child"] or "")


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PATTERNS = (
    (
        _compiled(rf"(?:the )?(?:new )?key person (?:of|for) (?P<child>{_NAMES}) (?:is|will be|becomes)(?: now)? "
                  rf"(?P<person>{_NAME}){_WHEN}"),
        _key_person,
    ),
    (
        _compiled(rf"(?P<child>{_NAMES})'s? (?:new )?key person (?:is|will be|becomes)(?: now)? "
                  rf"(?P<person>{_NAME}){_WHEN}"),
        _key_person,
    ),
    (
        _compiled(rf"(?P<person>{_NAME}) (?:is|becomes|will be|takes over as)(?: now)? (?P<child>{_NAMES})'s? "
                  rf"(?:new )?key person{_WHEN}"),
        _key_person,
    ),
    (
        _compiled(rf"{_POLITE}end (?P<person>{_NAME})(?:'s (?:place|access|membership))?(?: (?:for|in) "
                  rf"(?P<child>{_NAME})(?:'s book)?)?{_WHEN}"),
        _end,
    ),
    (
        _compiled(rf"(?P<person>{_NAME}) (?P<verb>has left|is leaving|leaves)"
                  rf"(?P<where>(?: us| the (?:nursery|setting|team|school|preschool)| for good)?){_WHEN}"),
        _left,
    ),
    (
        _compiled(rf"(?P<child>{_NAME}) (?:moves|is moving|goes|moved|has moved)(?: up)? (?:in)?to (?:the )?"
                  rf"(?P<room>{_NAME})(?P<word> room)?{_WHEN}"),
        _room,
    ),
    (
        _compiled(rf"{_POLITE}invite (?P<name>{_NAME})(?:,? \(?(?:as )?(?P<role>{_ROLE})\)?)?"
                  rf"(?:,? (?P<phone>{_PHONE}))?"
                  rf"(?:,? \(?(?:as )?(?P<role2>{_ROLE})\)?)?(?:,? (?:for|to|of) (?P<child>{_NAME})(?:'s book)?)?"
                  rf"(?:,? \(?(?:as )?(?P<role3>{_ROLE})\)?)?"),
        _invite,
    ),
    (
        _compiled(rf"{_POLITE}invite (?P<name>{_TWO_NAMES})(?:,? (?P<phone>{_PHONE}))?,? (?:from|of|at) "
                  rf"(?P<setting>{_NAME})(?:,? (?P<phone2>{_PHONE}))?"
                  rf",? (?:for|to) (?P<child>{_NAME})(?:'s book)?"),
        _invite_from,
    ),
    (
        _compiled(rf"(?:from now on )?{_POLITE}(?:always )?ask both parents(?: first| always| from now on| please"
                  r"| before (?:more|anything)(?: more)? (?:is|gets) shared"
                  r"| before (?:we share|sharing)(?: more| anything)?)*"),
        _both,
    ),
    (
        _compiled(r"(?:from now on )?one parent(?:'s (?:yes|word))? is enough(?: now| again| from now on| to share)*"),
        _one,
    ),
    (
        _compiled(rf"{_POLITE}(?:restrict|shut out) (?P<person>{_NAME})(?: room)?(?: (?:for|from) (?P<child>{_NAME})"
                  rf"(?:'s book)?)?{_REASON}"),
        _shut,
    ),
    (
        _compiled(rf"(?P<person>{_NAME}) (?:may|must|can|should) not (?:see|know|hear|read|get) anything"
                  rf"(?: (?:about|of) (?P<child>{_NAME}))?(?: any ?more)?{_REASON}"),
        _may_not,
    ),
    (
        _compiled(rf"(?P<person>{_NAME})(?:'s (?:phone|mobile) (?:is|was|has been) (?:lost|stolen|gone)"
                  rf"|(?: has)? lost (?:her|his|their|the) (?:phone|mobile))"),
        _phone,
    ),
    (
        _compiled(rf"{_POLITE}(?:let (?P<person>{_NAME})(?: room)? back(?: in)?(?: (?:to|for) (?P<child>{_NAME})"
                  rf"(?:'s book)?)?)"),
        _back,
    ),
    (
        _compiled(rf"{_POLITE}(?:unrestrict|lift (?:the )?restriction (?:on|of|for)) (?P<person>{_NAME})"
                  rf"(?: (?:to|for) (?P<child>{_NAME}))?"),
        _back,
    ),
    (
        _compiled(rf"{_POLITE}(?:(?:add|make|new|set up)(?: an?| the)?(?: new)? )?(?:room )?tablet (?:for|in) (?:the )?"
                  rf"(?P<room>{_NAME})(?P<word> room)?"),
        _tablet,
    ),
    (
        _compiled(rf"{_POLITE}(?:new|reset)(?: the)?(?: (?:four|4))? figures (?:for|of) (?P<person>{_NAME})"),
        _figures,
    ),
    (
        _compiled(rf"{_POLITE}reset (?P<person>{_NAME})'s?(?: (?:four|4))? figures"),
        _figures,
    ),
    (
        _compiled(rf"(?P<person>{_NAME}) (?:forgot|has forgotten|forgets)(?: (?:her|his|their|the))?"
                  rf"(?: (?:four|4))? figures"),
        _figures,
    ),
)  # fmt: skip

# --- a new child ----------------------------------------------------------------------------------------------------

_CHILD = _compiled(
    rf"\s*{_POLITE}(?:(?:add(?: a)?|new)(?: new)? child[:,]?|add)\s+(?P<name>{_NAME}),?\s+(?:born |dob:? |d\.o\.b\.? )?"
    rf"(?P<born>{DATE})(?P<rest>.*)"
)
_ONE_PARENT = _compiled(
    rf"(?:(?:{_PARENT})(?: is)?:? (?P<name>{_NAME})|(?P<name2>{_NAME}) \(?(?:{_PARENT})\)?)(?:,? (?P<phone>{_PHONE}))?"
)
_HER_KEY_PERSON = _compiled(rf"(?:key person|kp)(?: is)?:? (?P<name>{_NAME})")
_HER_ROOM = _compiled(rf"(?:room:? (?P<name>{_NAME})|(?:in )?(?P<name2>{_NAME}) room)")


def _as_child(text: str, today: date) -> AddChild | None:
    found = re.fullmatch(_CHILD.pattern, " , ".join(text.splitlines()).strip(), re.IGNORECASE)
    if found is None:
        return None
    parents: list[Relative] = []
    key_person = room = ""
    unread: list[str] = []
    for part in (" ".join(each.split()).rstrip(" .!") for each in re.split(r"[,;]", found["rest"])):
        if not part:
            continue
        if parent := _ONE_PARENT.fullmatch(part):
            parents.append(Relative(parent["name"] or parent["name2"], (parent["phone"] or "").strip()))
        elif parents and not parents[-1].number and re.fullmatch(_PHONE, part):
            parents[-1] = Relative(parents[-1].name, part)
        elif key := _HER_KEY_PERSON.fullmatch(part):
            key_person = key["name"]
        elif place := _HER_ROOM.fullmatch(part):
            room = place["name"] or place["name2"]
        else:
            unread.append(part)
    return AddChild(found["name"], birthday(found["born"], today), tuple(parents), key_person, room, tuple(unread))
