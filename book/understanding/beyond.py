"""Wishes about those who do not chat, said in a sentence: family, professionals, paper, settings by hand.

Each function gives what was wished, or None: whatever is not surely a wish is a note, because losing a note is worse
than missing a wish. Knows nothing of who is writing, nor whether anybody of that name is in the book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import phonenumbers

from book.people import Pronoun, SettingKind
from book.sharing import Answer, PhotoUse
from book.understanding.days_said import MONTH, WEEKDAY, coming_day, past_day, weekday_of

LONGEST = 160
_NAME = r"[^\W\d_][\w'’-]*"
_TELEPHONE = re.compile(r"(?:\+44\s?|\b0)\d(?:[\s-]?\d){8,10}\b")

# --- family -------------------------------------------------------------------------------------------------------

_SHE = ("mum", "mam", "mom", "mother", "nan", "nana", "nanny", "gran", "granny", "grandma", "grandmother", "sister",
        "aunt", "auntie", "aunty", "wife", "girlfriend", "cousin")  # fmt: skip
_HE = ("dad", "father", "grandad", "granddad", "grandpa", "grandfather", "brother", "uncle", "husband", "boyfriend")
_ANY = ("partner", "friend", "neighbour", "childcarer", "mother-in-law", "father-in-law", "sister-in-law",
        "brother-in-law", "stepmum", "stepdad")  # fmt: skip
_RELATION = "|".join(sorted((*_SHE, *_HE, *_ANY), key=len, reverse=True))
_FAMILY = re.compile(
    rf"\s*(?:please )?(?:add (?:(?:my|our|her|his) )?(?P<relation>{_RELATION}) (?P<rest>.+?)"
    rf"|can (?:my|our) (?P<relation2>{_RELATION}) (?P<rest2>.+?) be in (?:it|(?:the|his|her|their) book)(?P<more>.*?))"
    r"(?: please)?\s*[.!?]*\s*",
    re.IGNORECASE,
)
_FILLING = frozenset({"on", "and", "&", "every", "only", "just", "each", "for", "to", "the", "book", "in", "it", "see"})
_ENDED = re.compile(
    rf"\s*(?:please )?(?:(?:remove|take out) (?P<a>{_NAME}(?: {_NAME})?)"
    rf"(?: from (?:it|(?:the|his|her|\S+?['’]s) book))?"
    rf"|take (?P<b>{_NAME}(?: {_NAME})?) out(?: of (?:it|(?:the|his|her|\S+?['’]s) book))?"
    rf"|(?P<c>{_NAME}(?: {_NAME})?) no more)\s*(?:please)?\s*[.!]*\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FamilyWished:
    """Somebody of the family is to be in the book: "add my mum Jean thursdays"."""

    words: tuple[str, ...]  # her name, and perhaps the child's among it
    pronoun: Pronoun
    days: frozenset[int] | None  # None: every day
    telephone: str


def as_family(text: str) -> FamilyWished | None:
    """Who of the family is to be let in, and on which days."""
    found = _FAMILY.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    relation = (found["relation"] or found["relation2"]).lower()
    rest, telephone = _without_telephone(f"{found['rest'] or found['rest2']} {found['more'] or ''}")
    days: set[int] = set()
    words: list[str] = []
    for word in re.split(r"[\s,]+", rest.strip()):
        plain = word.lower().removesuffix("'s").removesuffix("’s")
        if re.fullmatch(WEEKDAY, plain):
            days.add(weekday_of(plain))
        elif plain and plain not in _FILLING:
            words.append(word.removesuffix("'s").removesuffix("’s"))
    if not words or len(words) > 3 or not all(re.fullmatch(_NAME, word) for word in words):
        return None
    pronoun = Pronoun.SHE if relation in _SHE else Pronoun.HE if relation in _HE else Pronoun.THEY
    return FamilyWished(tuple(words), pronoun, frozenset(days) or None, telephone)


def as_ended(text: str) -> str | None:
    """Who is to be in the book no longer: "remove Jean", "Jean no more"."""
    found = _ENDED.fullmatch(text) if len(text) <= LONGEST else None
    return (found["a"] or found["b"] or found["c"]) if found is not None else None


# --- professionals ------------------------------------------------------------------------------------------------

_PROFESSIONS = (
    "health visitor", "hv", "speech therapist", "speech and language therapist", "slt", "salt",
    "occupational therapist", "ot", "physio", "physiotherapist", "social worker", "area senco", "portage worker",
    "support worker", "family support worker", "educational psychologist", "ed psych", "paediatrician",
    "community nurse", "nurse", "dietitian", "early years adviser",
)  # fmt: skip
_PROFESSION = "|".join(sorted(_PROFESSIONS, key=len, reverse=True))
_PROFESSIONAL = re.compile(
    rf"\s*(?:please )?(?P<asks>can|could|add|invite) (?:(?:the|our|my|her|his) )?(?P<profession>{_PROFESSION})[, ]+"
    rf"(?P<name>{_NAME}(?: (?!be\b|to\b|for\b|until\b|till\b){_NAME}){{0,2}})"
    r"(?P<rest>(?: (?:be in|to|into|see|for|until|till)\b.*)?)",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    rf"\b(?:until|till|til|to) (?:the )?(?P<day>\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ProfessionalWished:
    """A professional is to be in one child's book for a while."""

    profession: str
    name: str
    until: date | None  # the last day, where it was said
    telephone: str
    rest: str  # what else was said: a child's name may be in it


def as_professional(text: str, today: date) -> ProfessionalWished | None:
    """Which professional is to be let in, and until when."""
    written, telephone = _without_telephone(text)
    found = _PROFESSIONAL.fullmatch(written.strip(" .!?")) if len(text) <= LONGEST else None
    asks = found is not None and found["asks"].lower() in ("can", "could")
    if found is None or (asks and not found["rest"].strip().lower().startswith("be in")):
        return None
    until = _UNTIL.search(found["rest"])
    last = coming_day(until["day"], today) if until is not None else None
    return ProfessionalWished(found["profession"].lower(), titled(found["name"]), last, telephone, found["rest"])


# --- paper --------------------------------------------------------------------------------------------------------

_PAPER = re.compile(
    rf"\s*(?P<who>{_NAME}(?: {_NAME})?) (?:has )?signed(?: (?:the |a )?(?:paper|form|slip|sheet))?"
    rf"(?: for (?P<child>{_NAME}))?(?P<day> today| yesterday| on [^:]{{3,20}}| \d{{1,2}}[^:]{{2,12}})?"
    r"\s*:\s*(?P<what>.+)",
    re.IGNORECASE | re.DOTALL,
)
_PHOTO = re.compile(
    r"(?P<use>own|group|newsletter|social(?: media)?)(?: photos?| pictures?)?[ :]+(?P<says>yes|no)\b", re.I
)
_SHARES = re.compile(
    r"(?:(?P<all>everything)|(?P<none>nothing)|(?:her|his|their|the) day"
    r"(?P<more>(?:,| and)?(?: (?:her|his|their))? learning"
    rf"(?:(?:,| and) photos)?)?) with (?P<whom>{_NAME}(?: (?!and\b){_NAME})?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PaperWished:
    """A manager enters what a parent signed. ``unclear`` is what of it was not understood; then nothing is entered."""

    who: str
    child: str
    signed_on: date
    photos: tuple[tuple[PhotoUse, bool], ...]
    shares: tuple[tuple[Answer, str], ...]  # the answer, and with whom
    unclear: str = ""


def as_paper(text: str, today: date) -> PaperWished | None:
    """What somebody signed on paper, and when: "rob signed paper today: own photos yes group no"."""
    found = _PAPER.fullmatch(text) if len(text) <= 300 else None
    if found is None:
        return None
    what = found["what"]
    photos = tuple(
        (PhotoUse(each["use"].lower().split()[0]), each["says"].lower() == "yes") for each in _PHOTO.finditer(what)
    )
    shares = tuple((_answer(each), each["whom"]) for each in _SHARES.finditer(what))
    left = re.sub(r"[\s,;.&]+|\band\b|\bphotos?\b", " ", _SHARES.sub(" ", _PHOTO.sub(" ", what))).strip()
    signed = past_day(found["day"] or "today", today)
    if signed is None:
        left = left or (found["day"] or "").strip()
    if not photos and not shares:
        left = left or what.strip()
    return PaperWished(found["who"], found["child"] or "", signed or today, photos, shares, left)


def _answer(found: re.Match[str]) -> Answer:
    if found["all"]:
        return Answer.EVERYTHING
    if found["none"]:
        return Answer.NOTHING
    return Answer.DAY_AND_LEARNING if found["more"] else Answer.DAY


# --- settings by hand ---------------------------------------------------------------------------------------------

_SAID = re.compile(
    r"\s*(?:the )?(?P<who>[^\W\d_][\w'’ -]{1,40}?) (?:said|says|say|told (?:me|us)|tells? (?:me|us)|mentioned)\b",
    re.IGNORECASE,
)
_GOES = re.compile(
    rf"\s*(?P<child>{_NAME}) (?:also )?(?:goes|is going) to (?P<name>[^\W\d_][\w'’& -]{{1,50}}?)(?: (?:as well|too))?",
    re.IGNORECASE,
)
_HANDOVER = re.compile(
    rf"\s*(?P<setting>[^\W\d_][\w'’ -]{{0,40}}?) handover(?: (?P<child>{_NAME}))?\s*[.!]?", re.IGNORECASE
)
_LOG = re.compile(
    r"\s*log[: ]+(?P<verb>called|rang|phoned|texted|emailed|wrote to|met|visited|saw|tried) (?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_HOW = {
    "texted": "message",
    "emailed": "message",
    "wrote to": "message",
    "met": "visit",
    "visited": "visit",
    "saw": "visit",
}
_NOT_REACHED = re.compile(
    r"\b(?:left (?:a )?(?:message|msg|voicemail)|no (?:answer|reply|response|luck)|voicemail|answerphone|engaged"
    r"|not (?:there|in)|couldn['’]?t get|tried)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\s*letter (?:to |for )?(?P<name>[^\W\d_][\w'’ -]{0,40})\s*[.!]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SettingWished:
    """A child also goes to a setting that has not joined: its name and telephone."""

    child: str
    name: str
    kind: SettingKind
    telephone: str


@dataclass(frozen=True, slots=True)
class HandoverWished:
    """Text to show, read out or hand over at a setting by hand."""

    setting: str
    child: str


@dataclass(frozen=True, slots=True)
class LogWished:
    """A call, a message or a visit to be logged; ``rest`` begins with the setting's name."""

    how: str
    rest: str
    reached: bool


def told_by(text: str) -> str | None:
    """Whose words the writer passes on, if they begin so: "acorns said he ate nothing"."""
    found = _SAID.match(text)
    return found["who"] if found is not None else None


def as_setting(text: str) -> SettingWished | None:
    """The setting a child also goes to; only with a telephone is it surely a wish."""
    written, telephone = _without_telephone(text)
    found = _GOES.fullmatch(written.strip(" .,!")) if telephone and len(text) <= LONGEST else None
    if found is None:
        return None
    name = titled(found["name"])
    kinds = {"nursery": SettingKind.NURSERY, "school": SettingKind.SCHOOL, "club": SettingKind.CLUB}
    last = name.split()[-1].lower()
    return SettingWished(found["child"], name, kinds.get(last, SettingKind.PRESCHOOL), telephone)


def as_handover(text: str) -> HandoverWished | None:
    """ "acorns handover ben"."""
    found = _HANDOVER.fullmatch(text) if len(text) <= LONGEST else None
    return HandoverWished(found["setting"], found["child"] or "") if found is not None else None


def as_log(text: str) -> LogWished | None:
    """ "log called acorns re next steps, left message"."""
    found = _LOG.fullmatch(text)
    if found is None:
        return None
    verb = found["verb"].lower()
    reached = verb != "tried" and not _NOT_REACHED.search(found["rest"])
    return LogWished(_HOW.get(verb, "call"), found["rest"].strip(), reached)


def as_letter(text: str) -> str | None:
    """To whom a letter of introduction is to go: "letter acorns"."""
    found = _LETTER.fullmatch(text) if len(text) <= LONGEST else None
    return found["name"].strip() if found is not None else None


# --- what they have in common -------------------------------------------------------------------------------------


def titled(name: str) -> str:
    """A name as it is written: "jo marsh" is Jo Marsh; capitals of one's own stay."""
    return " ".join(word if any(each.isupper() for each in word) else word.capitalize() for word in name.split())


def _without_telephone(text: str) -> tuple[str, str]:
    found = _TELEPHONE.search(text)
    if found is None:
        return " ".join(text.split()), ""
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split()), found[0].strip()


def in_full(telephone: str) -> str:
    """A number as the roll keeps it, "+447700900432"; empty where it is none that can be rung."""
    if not telephone:
        return ""
    try:
        number = phonenumbers.parse(telephone, "GB")
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
