"""What each column of a spreadsheet is about, from a heading in anybody's own words: "Mum mobile", "Key worker", "DOB".

A heading is understood by its words, and a misspelt word by the one it is nearest to; what is not surely one of ours is
left out and shown as left out. Knows nothing of what stands below a heading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from book.importing.sheets import Row, Sheet


class Field(StrEnum):
    """What a column may hold; its name as people say it is ``import.field.<value>`` in the catalogue."""

    NAME = "name"
    FIRST = "first"
    LAST = "last"
    NICKNAME = "nickname"
    BORN = "born"
    SETTING = "setting"
    ROOM = "room"
    KEY = "key"
    SECOND_KEY = "second_key"
    SESSIONS = "sessions"
    PHOTOS = "photos"
    LANGUAGE = "language"
    MAIN = "main"
    PARENT = "parent"
    PARENT_FIRST = "parent_first"
    PARENT_LAST = "parent_last"
    PARENT_MOBILE = "parent_mobile"
    PARENT_LANGUAGE = "parent_language"
    ROLE = "role"
    MOBILE = "mobile"
    DAYS = "days"
    KIND = "kind"
    TELEPHONE = "telephone"


class About(StrEnum):
    """Of whom a sheet speaks."""

    CHILDREN = "children"
    STAFF = "staff"
    SETTINGS = "settings"


CHILDREN_HEADINGS = (
    "First name",
    "Last name",
    "Born",
    "Room",
    "Key person",
    "Second key person",
    "Sessions",
    "Group photos",
    "Language",
    "Parent 1",
    "Parent 1 mobile",
    "Parent 2",
    "Parent 2 mobile",
    "Main contact",
    "Setting",
)
STAFF_HEADINGS = ("Name", "Role", "Mobile", "Days", "Room", "Setting")
SETTINGS_HEADINGS = ("Setting", "Kind", "Telephone")


@dataclass(frozen=True, slots=True)
class Recognised:
    """One column that is understood; ``slot`` counts the parents from 1, and is 0 for whatever is no parent's."""

    column: int
    heading: str
    field: Field
    slot: int = 0

    @property
    def is_own(self) -> bool:
        """Whether the heading is in the manager's own words rather than the template's."""
        ours = (*CHILDREN_HEADINGS, *STAFF_HEADINGS, *SETTINGS_HEADINGS)
        return fold(self.heading) not in {fold(each) for each in ours}


@dataclass(frozen=True, slots=True)
class Headed:
    """A sheet whose headings were found: of whom it speaks, its columns, what is left out, and the rows below."""

    sheet: str
    about: About
    columns: tuple[Recognised, ...]
    left_out: tuple[str, ...]
    rows: tuple[Row, ...]
    at: int = 0  # the number of the row of headings

    def column(self, field: Field, slot: int = 0) -> Recognised | None:
        return next((each for each in self.columns if (each.field, each.slot) == (field, slot)), None)

    @property
    def slots(self) -> tuple[int, ...]:
        """The parents there are columns for."""
        return tuple(sorted({each.slot for each in self.columns if each.slot}))


def fold(text: str) -> str:
    """Lower case, without accents and signs, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(re.findall(r"[^\W_]+", kept))


def find_headings(sheet: Sheet) -> Headed | None:
    """The sheet by its headings, which stand in one of its first rows; None where none are found."""
    for at, row in enumerate(sheet.rows[:_LOOKED_AT]):
        about, columns, left_out = _read(sheet.name, row)
        fields = {each.field for each in columns}
        if about is About.SETTINGS:
            enough = Field.SETTING in fields
        else:
            enough = bool(fields & _NAMES) and (len(columns) > 1 or len(sheet.rows[0].cells) == 1)
        if enough:
            return Headed(sheet.name, about, columns, left_out, sheet.rows[at + 1 :], row.number)
    return None


# --- within -----------------------------------------------------------------------------------------------------

_LOOKED_AT = 10
_NAMES = frozenset({Field.NAME, Field.FIRST, Field.LAST})
_LONGEST = 60
_MOST_WORDS = 5
_NEAR_ENOUGH = 80

_CHILD = frozenset({"child", "childs", "children", "pupil", "pupils", "baby", "kid", "kids"})
_STAFF = frozenset({"staff", "practitioner", "employee", "team", "colleague", "educator", "teacher"})
_MUM = frozenset({"mum", "mums", "mother", "mothers", "mummy", "mom"})
_DAD = frozenset({"dad", "dads", "father", "fathers", "daddy"})
_PARENT = frozenset({"parent", "parents", "carer", "carers", "guardian", "guardians", "p1", "p2", "p3", "p4"})
_MOBILE = frozenset({"mobile", "mob", "phone", "tel", "telephone", "cell", "number", "mobiles", "no", "num"})
_BORN = frozenset({"dob", "birth", "born", "birthday", "birthdate", "bday"})
_ROOM = frozenset({"room", "rooms", "group", "class", "base"})
_SESSIONS = frozenset({"session", "sessions", "attendance", "hours", "days", "booked", "booking", "pattern", "attends"})
_WORKS = frozenset({"days", "hours", "works", "working", "shift", "shifts", "rota", "pattern"})
_PHOTOS = frozenset({"photo", "photos", "photograph", "photographs", "pictures", "picture"})
_LANGUAGE = frozenset({"language", "languages", "lang"})
_SETTING = frozenset({"setting", "nursery", "site", "preschool", "branch"})
_ROLE = frozenset({"role", "job", "position", "post"})
_FIRST = frozenset({"first", "forename", "forenames", "given", "firstname", "christian"})
_LAST = frozenset({"last", "surname", "family", "lastname"})
_NAME = frozenset({"name", "names", "fullname", "full"})
_NICKNAME = frozenset({"nickname", "nicknames", "known", "preferred", "called"})
_KEY = frozenset({"key", "keyworker", "keyperson", "keycarer"})
_SECOND = frozenset({"second", "2nd", "2", "co", "buddy", "deputy", "backup", "other"})
_KIND = frozenset({"kind", "type"})
_ORDINALS = {"1": 1, "2": 2, "3": 3, "4": 4, "one": 1, "two": 2, "first": 1, "second": 2, "third": 3, "1st": 1,
             "2nd": 2, "3rd": 3, "p1": 1, "p2": 2, "p3": 3, "p4": 4, "a": 1, "b": 2}  # fmt: skip
# What would be taken for something of ours and is not; a column of it is left out.
_NOT_OURS = frozenset({
    "email", "emails", "mail", "address", "postcode", "street", "town", "emergency", "gp", "doctor", "allergy",
    "allergies", "diet", "dietary", "medical", "notes", "note", "comments", "collect", "collects", "collection",
    "collector", "password", "start", "leaving", "end", "funded", "funding", "fees", "invoice", "religion", "ethnicity",
    "gender", "sex", "work", "home", "landline", "ni", "insurance", "social", "relationship", "relation",
    "consent", "trips", "outings", "sunscreen", "plasters", "vaccinations", "sen", "health", "visitor", "age", "id",
    "newsletter", "media", "website", "facebook", "dbs", "qualification", "qualifications", "salary", "pay",
})  # fmt: skip
_WORDS = sorted(
    each
    for known in (_CHILD, _STAFF, _MUM, _DAD, _PARENT, _MOBILE, _BORN, _ROOM, _SESSIONS, _PHOTOS, _LANGUAGE, _SETTING,
                  _ROLE, _FIRST, _LAST, _NAME, _NICKNAME, _KEY, _NOT_OURS)
    for each in known
    if len(each) >= 5
)  # fmt: skip
_ALL_WORDS = frozenset(
    each
    for known in (_CHILD, _STAFF, _MUM, _DAD, _PARENT, _MOBILE, _BORN, _ROOM, _SESSIONS, _WORKS, _PHOTOS, _LANGUAGE,
                  _SETTING, _ROLE, _FIRST, _LAST, _NAME, _NICKNAME, _KEY, _SECOND, _KIND, _NOT_OURS)
    for each in known
)  # fmt: skip


def _read(sheet: str, row: Row) -> tuple[About, tuple[Recognised, ...], tuple[str, ...]]:
    headings = [(at, row.cell(at), _words(row.cell(at))) for at in range(len(row.cells))]
    about = _about(sheet, [words for _, _, words in headings])
    columns: list[Recognised] = []
    left_out: list[str] = []
    slots: dict[tuple[str, int], int] = {}
    taken: set[tuple[Field, int]] = set()
    for at, heading, words in headings:
        if not heading:
            continue
        found = _field(words, about)
        if found is None:
            left_out.append(heading)
            continue
        field, who = found
        slot = 0
        if who is not None:
            slot = slots.setdefault(who, len(slots) + 1)
        if (field, slot) in taken:
            left_out.append(heading)
            continue
        taken.add((field, slot))
        columns.append(Recognised(at, heading, field, slot))
    return about, tuple(columns), tuple(left_out)


def _words(heading: str) -> frozenset[str]:
    """The words of a heading, misspelt ones put right where only one of ours can be meant."""
    words = re.findall(r"\w+", _spelt_out(heading[: _LONGEST + 1]))
    if len(heading) > _LONGEST or len(words) > _MOST_WORDS or "," in heading or ":" in heading:
        return frozenset()  # A sentence, such as one that explains how to fill in a form.
    found: set[str] = set()
    for word in words:
        if word in _ALL_WORDS or len(word) < 4:
            found.add(word)
            continue
        near = process.extractOne(word, _WORDS, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
        found.add(near[0] if near else word)
    return frozenset(found)


def _spelt_out(heading: str) -> str:
    """A heading folded, "Mum's" and "D.O.B." being one word each."""
    return fold(re.sub(r"(?<=\b\w)\.(?=\w\b)|['’]", "", heading))


def _about(sheet: str, headings: Sequence[frozenset[str]]) -> About:
    named = _words(sheet)
    everything = frozenset(word for words in headings for word in words)
    parents = _MUM | _DAD | _PARENT
    if (named & _SETTING or "settings" in named) and not everything & (_BORN | parents | _KEY):
        return About.SETTINGS
    if everything & _SETTING and everything & _KIND and not everything & (_BORN | parents | _KEY | _ROLE | _FIRST):
        return About.SETTINGS
    if everything & (_BORN | _CHILD | parents | _KEY):
        return About.CHILDREN
    if named & _STAFF or everything & (_STAFF | _ROLE | _WORKS | _MOBILE):
        return About.STAFF
    return About.CHILDREN


def _field(words: frozenset[str], about: About) -> tuple[Field, tuple[str, int] | None] | None:
    if not words or (words & _NOT_OURS and not words & (_PHOTOS | _LANGUAGE)):
        return None
    if "title" in words and not words & _ROLE:
        return None
    match about:
        case About.SETTINGS:
            return _first_of(_of_setting(words))
        case About.STAFF:
            return _first_of(_of_staff(words))
        case About.CHILDREN:
            return _of_child(words)


def _first_of(found: Iterator[Field]) -> tuple[Field, None] | None:
    field = next(found, None)
    return None if field is None else (field, None)


def _of_setting(words: frozenset[str]) -> Iterator[Field]:
    if words & _MOBILE:
        yield Field.TELEPHONE
    if words & _KIND:
        yield Field.KIND
    if words & (_SETTING | _NAME):
        yield Field.SETTING


def _of_staff(words: frozenset[str]) -> Iterator[Field]:
    if words & _ROLE:
        yield Field.ROLE
    if words & _MOBILE:
        yield Field.MOBILE
    if words & _WORKS:
        yield Field.DAYS
    if words & _ROOM:
        yield Field.ROOM
    yield from _name(words)
    if words & _SETTING:
        yield Field.SETTING
    if words & _STAFF:
        yield Field.NAME


def _name(words: frozenset[str]) -> Iterator[Field]:
    if words & _FIRST:
        yield Field.FIRST
    if words & _LAST:
        yield Field.LAST
    if words & _NAME:
        yield Field.NAME


def _of_child(words: frozenset[str]) -> tuple[Field, tuple[str, int] | None] | None:
    if words & _KEY and not words & _MOBILE:
        return (Field.SECOND_KEY if words & _SECOND else Field.KEY), None
    if "buddy" in words:
        return Field.SECOND_KEY, None
    if words & _PHOTOS:
        return None if words & {"newsletter", "media", "website", "facebook"} else (Field.PHOTOS, None)
    who = _whose(words)
    if who is not None:
        return _of_parent(words), who
    if words >= {"main", "contact"} or words >= {"first", "contact"} or words >= {"primary", "contact"}:
        return Field.MAIN, None
    if words & _BORN:
        return Field.BORN, None
    if words & _LANGUAGE:
        return Field.LANGUAGE, None
    if words & _ROOM:
        return Field.ROOM, None
    if words & _SESSIONS:
        return Field.SESSIONS, None
    if words & _NICKNAME:
        return Field.NICKNAME, None
    if words & _SETTING and not words & _CHILD:
        return Field.SETTING, None
    if (field := next(_name(words), None)) is not None:
        return field, None
    if words & _MOBILE:
        return Field.PARENT_MOBILE, ("parent", 1)
    return (Field.NAME, None) if words <= _CHILD else None


def _whose(words: frozenset[str]) -> tuple[str, int] | None:
    """Which parent a heading speaks of, if it speaks of one."""
    number = next((_ORDINALS[each] for each in sorted(words) if each in _ORDINALS and not each.isalpha()), None)
    if words & _MUM:
        return "mum", number or 1
    if words & _DAD:
        return "dad", number or 1
    if words & _PARENT:
        spelt = next((_ORDINALS[each] for each in ("one", "two", "second", "third", "a", "b") if each in words), None)
        return "parent", number or spelt or 1
    if "contact" in words and (number or words & _MOBILE):
        return ("main", 1) if "main" in words else ("parent", number or 1)
    if words >= {"main", "contact", "name"}:
        return "main", 1
    return None


def _of_parent(words: frozenset[str]) -> Field:
    if words & _LANGUAGE:
        return Field.PARENT_LANGUAGE
    if words & _MOBILE:
        return Field.PARENT_MOBILE
    if words & _FIRST:
        return Field.PARENT_FIRST
    if words & _LAST:
        return Field.PARENT_LAST
    return Field.PARENT
