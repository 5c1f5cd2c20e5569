"""One thing one person is to hear: a kind for each, never its text.

A notice is unique by (cause, hearer, kind). Its words are made at the moment it can leave, from what the book
says then. The dataclasses here hold what is kept as the notice's parameters; what they refer to is fetched by
whoever composes. Knows nothing of sentences, addresses or databases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never

from book.deliveries import Act
from book.ids import ChildId, EntryId, InboxId, NoticeId, PersonId
from book.occasions import Occasion
from book.papers import Sentences
from book.people import Pronoun
from book.pictures import PictureId


class Kind(StrEnum):
    RELAY = "relay"
    CORRECTION = "correction"
    RECALL = "recall"
    ACKNOWLEDGEMENT = "acknowledgement"
    ACKNOWLEDGEMENT_CHANGED = "acknowledgement_changed"
    EXPLANATION = "explanation"
    WHICH_CHILD = "which_child"
    SAID = "said"
    PRESS_ANSWERED = "press_answered"
    GROUP_LEFT = "group_left"
    OF_THE_DAY = "of_the_day"


@dataclass(frozen=True, slots=True)
class Relay:
    """An entry's words, to somebody who may know. Cause: the entry."""

    entry: EntryId


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected entry, to somebody who had it as it was. Cause: the message that corrected it."""

    entry: EntryId


@dataclass(frozen=True, slots=True)
class Recall:
    """What was told is taken back where the platform can, and said to be ignored where it cannot.

    Cause: the message or press that undid or moved it. ``told`` is the notice that had told it.
    """

    entry: EntryId
    told: NoticeId


@dataclass(frozen=True, slots=True)
class StillThere:
    """Who was told at which instant what cannot be taken back any more, and whether by a text."""

    name: str
    pronoun: Pronoun
    at: datetime
    is_text: bool


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One line back for one message or a burst of them. Cause: the first message.

    Which entries it speaks of is written with them. After a move it also says from which child, who may have read it
    there, who still has it because it could not be taken back, and who runs the setting and has a note of it.
    """

    moved_from: str = ""
    reached: tuple[str, ...] = ()
    wrong: ChildId | None = None  # the child named by ``moved_from``, whose circle decides whether it may be
    kept: tuple[StillThere, ...] = ()
    noted_by: str = ""


@dataclass(frozen=True, slots=True)
class AcknowledgementChanged:
    """The acknowledgement, edited in place to how things stand. Cause: what changed them.

    ``confirmed`` are those of its entries that a person has just confirmed, ``held`` those of which somebody cannot
    hear for now: where no line can be edited, that is said.
    """

    acknowledgement: NoticeId
    confirmed: tuple[EntryId, ...] = ()
    held: tuple[EntryId, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The long form of an acknowledgement: topics, the words that led there, who has it, who not and why.

    Cause: the question.
    """

    entry: EntryId


@dataclass(frozen=True, slots=True)
class WhichChild:
    """ "Who's that about?", with one choice for each child. Cause: the message that waits for the answer.

    Put again, it says ``why`` ("morning", "later", "older") and what was written: ``about``, as a quotation or, where
    it ``is_state`` somebody was in, inside the question. Each time has a cause of its own.
    """

    message: InboxId
    among: tuple[ChildId, ...]
    why: str = ""
    about: str = ""
    is_state: bool = False


class Offer(StrEnum):
    """What a choice does when it is taken; its name in the catalogue is ``choice.<value>``."""

    UNDO = "undo"
    CHANGE = "change"
    CHANGE_LINE = "change_line"
    UNDO_LINE = "undo_line"
    CHANGE_CHILD = "change_child"
    CHANGE_TOPIC = "change_topic"
    ONLY_SETTING = "only_setting"
    CHILD = "child"
    BOTH = "both"
    WHOSE = "whose"
    TOPIC = "topic"
    TOO = "too"
    SEEN = "seen"
    SEEN_OF = "seen_of"  # the same, where several stand in a list
    SEEN_NOW = "seen_now"  # the same of what cannot wait: its author is told at once
    RUNG = "rung"  # somebody who had not seen it was rung instead
    ORDINARY_BUMP = "ordinary_bump"
    OWN_BUMP = "own_bump"  # the same, for a parent
    ABOUT_LEAD = "about_lead"
    ON_MY_WAY = "on_my_way"
    SEE_AGAIN = "see_again"
    COVER = "cover"
    COVER_ELSE = "cover_else"
    NOTED = "noted"
    AT_SETTING = "at_setting"
    WRITER = "writer"
    WRITER_ELSE = "writer_else"
    FIGURE = "figure"
    ADMIN_YES = "admin_yes"
    ADMIN_NO = "admin_no"
    ADMIN_WHOM = "admin_whom"
    KEY_PERSON = "key_person"
    LET_BACK = "let_back"
    SEND_SLIP = "send_slip"
    LET_SEE = "let_see"
    BY_HAND_DAY = "by_hand_day"
    BY_HAND_NOTHING = "by_hand_nothing"
    AS_SLIP = "as_slip"
    COPY_TEXT = "copy_text"
    LETTER_YES = "letter_yes"
    LETTER_NO = "letter_no"
    SHARING_CHANGE = "sharing_change"
    SHARING_CHILD = "sharing_child"
    SHARING_WORDS = "sharing_words"
    SHARING_HOME = "sharing_home"
    SHARING_WAY = "sharing_way"
    SHARING_NOTES = "sharing_notes"
    SHARING_LET = "sharing_let"
    SHARING_STOP = "sharing_stop"
    SHARING_PHOTOS = "sharing_photos"
    SHARING_ANSWER = "sharing_answer"
    PHOTOS_LET = "photos_let"
    PHOTOS_STOP = "photos_stop"
    PARTNER_ASK = "partner_ask"
    PARTNER_LEAVE = "partner_leave"
    PARTNER_HER = "partner_her"
    PARTNER_NOT_HER = "partner_not_her"
    PARTNER_AGREE = "partner_agree"
    PARTNER_REFUSE = "partner_refuse"
    SETTING_ASK = "setting_ask"
    SETTING_OURS = "setting_ours"
    SETTING_NOT_OURS = "setting_not_ours"
    LET_ANSWER = "let_answer"
    REPLY_MYSELF = "reply_myself"
    ASK_PERSON = "ask_person"  # whoever wrote what a question was answered with
    NOTES_SHARE = "notes_share"
    NOTES_APART = "notes_apart"
    EVERYONE = "everyone"
    PARENT_YES = "parent_yes"
    PARENT_FAMILY = "parent_family"
    PARENT_UNSURE = "parent_unsure"
    PARENT_CONFIRM = "parent_confirm"
    PARENT_DECLINE = "parent_decline"

    LANGUAGE = "language"
    LANGUAGES = "languages"
    CONTACT = "contact"  # her own number, given by the platform itself
    PHOTOS_YES = "photos_yes"
    PHOTOS_NO = "photos_no"
    DAY_AT = "day_at"
    DAY_COLLECTED = "day_collected"
    DAY_AT_ONCE = "day_at_once"
    DAY_FRIDAYS = "day_fridays"
    WORDS_YES = "words_yes"
    WORDS_NO = "words_no"
    DAYS_WEEK = "days_week"
    DAYS_CHOOSE = "days_choose"
    IS_HER = "is_her"
    IS_NOT_HER = "is_not_her"
    LET_IN = "let_in"
    SEND_TEXT = "send_text"
    PRINT_SLIP = "print_slip"
    IMPORT_RIGHT = "import_right"
    IMPORT_SHOW = "import_show"
    IMPORT_ADD = "import_add"
    IMPORT_FILL = "import_fill"
    IMPORT_MEND = "import_mend"
    REMIND_SHOW = "remind_show"  # one of the list of one's own reminders
    REMIND_DAY = "remind_day"  # the day that was meant
    REMIND_PAUSE = "remind_pause"
    REMIND_GO_ON = "remind_go_on"
    REMIND_MOVE = "remind_move"
    REMIND_DROP = "remind_drop"
    REMIND_DONE = "remind_done"  # what is to be done again and again has been done this time
    CALENDAR_TAKE = "calendar_take"  # the term dates of a file
    COMPLAINT_DONE = "complaint_done"
    COMPLAINT_NONE = "complaint_none"  # whoever runs the setting says that it was none
    NO_COMPLAINT = "no_complaint"  # its author says so
    WAITING = "waiting"  # one line of the list of what hangs
    LET_THEM_IN = "let_them_in"
    CHANNEL = "channel"  # to be reached there
    CHANNEL_ADD = "channel_add"  # and by one more
    CHANNEL_HER = "channel_her"  # what came from elsewhere was hers
    CHANNEL_NOT_HER = "channel_not_her"
    FACES_CHILD = "faces_child"  # this child is in the picture
    FACES_MORE = "faces_more"
    FACES_EACH = "faces_each"  # of several each is asked about by itself
    FACES_NOBODY = "faces_nobody"
    FACES_ONLY = "faces_only"  # these and nobody else
    FACES_BEHIND = "faces_behind"
    FACES_AND = "faces_and"  # another child as well
    FACES_ANOTHER = "faces_another"  # another picture will be taken
    FACES_LEAVE = "faces_leave"
    FEWER = "fewer"  # after a stop: less instead
    STAY_STOPPED = "stay_stopped"
    STOP_RUNG = "stop_rung"  # whoever stopped messages has been rung
    HEARS_DAILY = "hears_daily"
    HEARS_FRIDAYS = "hears_fridays"
    HEARS_MATTERS = "hears_matters"
    HEARS_AT_ONCE = "hears_at_once"
    HEARS_COLLECTED = "hears_collected"
    HEARS_AT_FIVE = "hears_at_five"
    CANCEL_NOTE = "cancel_note"
    CANCEL_QUESTION = "cancel_question"
    CANCEL_NOTHING = "cancel_nothing"


SPEAK_OF_ENTRIES = frozenset({Offer.LET_ANSWER, Offer.REPLY_MYSELF, Offer.ASK_PERSON, Offer.EVERYONE})
"""Choices whose subject is an entry that somebody else may have written: it is loaded when one of them is taken."""

SPEAK_OF_DISCLOSURES = frozenset(
    {Offer.ORDINARY_BUMP, Offer.OWN_BUMP, Offer.ABOUT_LEAD, Offer.ON_MY_WAY, Offer.SEE_AGAIN}
)
"""Choices whose subject is a disclosure that is kept: loaded when one of them is taken."""

SPEAK_OF_COMPLAINTS = frozenset({Offer.COMPLAINT_DONE, Offer.COMPLAINT_NONE, Offer.NO_COMPLAINT})
"""Choices whose subject is a line of a register: its register is loaded when one of them is taken."""


OF_REMINDERS = frozenset(
    {
        Offer.REMIND_SHOW,
        Offer.REMIND_DAY,
        Offer.REMIND_PAUSE,
        Offer.REMIND_GO_ON,
        Offer.REMIND_MOVE,
        Offer.REMIND_DROP,
    }
)
"""Choices whose subject is a reminder of one's own: what one asked for is loaded when one of them is taken."""

LAPSE_SOON = frozenset(
    {
        Offer.FACES_CHILD,
        Offer.FACES_MORE,
        Offer.FACES_EACH,
        Offer.FACES_NOBODY,
        Offer.FACES_ONLY,
        Offer.FACES_BEHIND,
        Offer.FACES_AND,
        Offer.FACES_ANOTHER,
        Offer.FACES_LEAVE,
    }
)
"""Choices about a picture: a later picture ends them, and so do ten minutes, so that nobody answers about another."""

ONLY_THERE = frozenset(
    {Offer.UNDO, Offer.CHANGE, Offer.CHANGE_LINE, Offer.UNDO_LINE}  # of a line back, which stands where it stands
    | {Offer.WORDS_YES, Offer.WORDS_NO, Offer.LANGUAGE, Offer.LANGUAGES, Offer.CONTACT, Offer.FEWER, Offer.STAY_STOPPED}
    | {Offer.WRITER, Offer.WRITER_ELSE, Offer.FIGURE}
)
"""Choices about a line or about the address itself, that count where they were offered and from no other of hers."""

CHOICE_LAPSES_AFTER = timedelta(minutes=10)


OF_A_QUESTION = "q"
"""Begins the value of a choice that answers "which child?"; the message follows, and for all of them the children."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice offered with a message: what it does, to what, and the name that stands in its label."""

    offer: Offer
    subject: int = 0  # an entry, an inbox row or a notice, as the offer has it
    value: str = ""
    name: str = ""


NEW_LINE = "\n"
"""Stands among the sentences of one message where a line begins."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the catalogue with what stands in it. Cause: what it answers.

    ``fixed`` sentences name nobody and may be said at any address, a stranger's included. ``before`` are the keys of
    sentences that stand before it in the same message, with the same values, and ``NEW_LINE``. ``lets_go`` takes the
    button away that asked for her number. ``lines`` are further sentences, each on a line of its own; ``document`` is a
    file that goes with it, and ``paper`` the sentences said in place of ``lines`` where no file can go. ``tells`` are
    the entries whose words stand in it or on its file, and ``readers`` who is to hold these words beside its hearer. A
    value may be several names, one a line, or a number of what the catalogue counts under the value's name. With
    ``changes`` it takes the place of an earlier sentence on the screen, where the platform can; ``only_in_place`` says
    nothing where that one was never shown. ``everywhere`` goes to every address she has. ``pictures_of`` is the entry
    whose pictures it brings after its words have gone without them, or only ``pictures`` of them where some had gone
    with those; its cause is the notice that told the words. ``unnamed`` is the sentence, with the same values, that
    takes its place where no child may be named and yet more must be said than that there is something. ``announces``
    names the approved sentence by which it says that something waits; its cause is its own number, negative.
    What ``closes`` is the one line said where somebody has just stopped messages, and nowhere else.
    ``unless_seen`` is said only while what it ``tells`` stands and nobody has answered that she has read it.
    """

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    fixed: bool = False
    changes: NoticeId = NoticeId(0)
    before: tuple[str, ...] = ()
    lets_go: bool = False
    lines: Sentences = ()
    document: int = 0
    paper: Sentences = ()
    tells: tuple[EntryId, ...] = ()
    readers: tuple[PersonId, ...] = ()
    only_in_place: bool = False
    everywhere: bool = False
    pictures_of: EntryId | None = None
    pictures: tuple[PictureId, ...] = ()
    closes: bool = False
    unnamed: str = ""
    announces: str = ""
    unless_seen: bool = False


@dataclass(frozen=True, slots=True)
class PressAnswered:
    """The platform's short answer to a press. Cause: the press. ``key`` may be empty: no words."""

    press: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class GroupLeft:
    """The bot leaves a group chat. Cause: the message or event that showed it was in one."""


@dataclass(frozen=True, slots=True)
class OfTheDay:
    """A child's day so far, to somebody who asked for it; or a page that was sent, as it stands since.

    Cause: what asked. The child is the notice's own. ``changes`` is the notice that led the page which is changed in
    place; then nothing that was written after the page had gone is put on it.
    """

    occasion: Occasion
    day: date
    changes: NoticeId = NoticeId(0)


Notice = (
    Relay
    | Correction
    | Recall
    | Acknowledgement
    | AcknowledgementChanged
    | Explanation
    | WhichChild
    | Said
    | PressAnswered
    | GroupLeft
    | OfTheDay
)

_KINDS: dict[type[Any], Kind] = {
    Relay: Kind.RELAY,
    Correction: Kind.CORRECTION,
    Recall: Kind.RECALL,
    Acknowledgement: Kind.ACKNOWLEDGEMENT,
    AcknowledgementChanged: Kind.ACKNOWLEDGEMENT_CHANGED,
    Explanation: Kind.EXPLANATION,
    WhichChild: Kind.WHICH_CHILD,
    Said: Kind.SAID,
    PressAnswered: Kind.PRESS_ANSWERED,
    GroupLeft: Kind.GROUP_LEFT,
    OfTheDay: Kind.OF_THE_DAY,
}


def kind_of(notice: Notice) -> Kind:
    return _KINDS[type(notice)]


def act_of(notice: Notice) -> Act:
    """What the notice does on the wire; a recall may fall back to saying, which the composer decides."""
    match notice:
        case PressAnswered():
            return Act.ANSWER_PRESS
        case GroupLeft():
            return Act.LEAVE
        case AcknowledgementChanged():
            return Act.CHANGE
        case Recall():
            return Act.TAKE_BACK
        case Said(changes=changes) | OfTheDay(changes=changes) if changes:
            return Act.CHANGE
        case Relay() | Correction() | Acknowledgement() | Explanation() | WhichChild() | Said() | OfTheDay():
            return Act.SAY
        case _:
            assert_never(notice)


def to_parameters(notice: Notice) -> str:
    """The parameters as kept (sealed) with the notice."""
    match notice:
        case Relay(entry):
            kept: dict[str, object] = {"entry": entry}
        case Correction(entry):
            kept = {"entry": entry}
        case Recall(entry, told):
            kept = {"entry": entry, "told": told}
        case Acknowledgement():
            kept = _of_acknowledgement(notice)
        case Explanation(entry):
            kept = {"entry": entry}
        case GroupLeft():
            kept = {}
        case OfTheDay(occasion, day, page):
            kept = {"occasion": occasion.value, "day": day.isoformat(), **({"changes": page} if page else {})}
        case AcknowledgementChanged(acknowledgement, confirmed, held):
            kept = {
                "acknowledgement": acknowledgement,
                **({"confirmed": list(confirmed)} if confirmed else {}),
                **({"held": list(held)} if held else {}),
            }
        case WhichChild(message, among, why, about, is_state):
            kept = {
                "message": message,
                "among": list(among),
                **({"why": why, "about": about, "is_state": is_state} if why else {}),
            }
        case Said(key, values, choices, fixed, changes, before, lets_go, lines, document, paper, tells, readers):
            kept = {
                "key": key,
                "values": dict(values),
                "choices": [_choice(each) for each in choices],
                "fixed": fixed,
                **({"before": list(before)} if before else {}),
                **({"lets_go": True} if lets_go else {}),
                **({"lines": [[line, dict(places)] for line, places in lines]} if lines else {}),
                **({"document": document} if document else {}),
                **({"paper": [[line, dict(places)] for line, places in paper]} if paper else {}),
                **({"tells": list(tells)} if tells else {}),
                **({"readers": list(readers)} if readers else {}),
                **({"only_in_place": True} if notice.only_in_place else {}),
                **({"everywhere": True} if notice.everywhere else {}),
                **({"pictures_of": notice.pictures_of} if notice.pictures_of is not None else {}),
                **({"pictures": list(notice.pictures)} if notice.pictures else {}),
                **({"closes": True} if notice.closes else {}),
                **({"unnamed": notice.unnamed} if notice.unnamed else {}),
                **({"announces": notice.announces} if notice.announces else {}),
                **({"unless_seen": True} if notice.unless_seen else {}),
            }
            if changes:
                kept["changes"] = changes
        case PressAnswered(press, key):
            kept = {"press": press, "key": key}
        case _:
            assert_never(notice)
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _of_acknowledgement(notice: Acknowledgement) -> dict[str, object]:
    kept: dict[str, object] = {
        "moved_from": notice.moved_from,
        "reached": list(notice.reached),
        "wrong": notice.wrong,
    }
    if notice.kept:
        kept["kept"] = [[x.name, x.pronoun.value, x.at.isoformat(), x.is_text] for x in notice.kept]
    if notice.noted_by:
        kept["noted_by"] = notice.noted_by
    return kept


def from_parameters(kind: Kind, parameters: str) -> Notice:
    """The notice that :func:`to_parameters` kept."""
    kept = json.loads(parameters)
    match kind:
        case Kind.RELAY:
            return Relay(EntryId(kept["entry"]))
        case Kind.CORRECTION:
            return Correction(EntryId(kept["entry"]))
        case Kind.RECALL:
            return Recall(EntryId(kept["entry"]), NoticeId(kept["told"]))
        case Kind.ACKNOWLEDGEMENT:
            wrong = kept.get("wrong")
            return Acknowledgement(
                kept["moved_from"],
                tuple(kept["reached"]),
                None if wrong is None else ChildId(wrong),
                tuple(
                    StillThere(name, Pronoun(pronoun), datetime.fromisoformat(at), is_text)
                    for name, pronoun, at, is_text in kept.get("kept", ())
                ),
                kept.get("noted_by", ""),
            )
        case Kind.EXPLANATION:
            return Explanation(EntryId(kept["entry"]))
        case Kind.ACKNOWLEDGEMENT_CHANGED:
            confirmed = tuple(EntryId(each) for each in kept.get("confirmed", ()))
            held = tuple(EntryId(each) for each in kept.get("held", ()))
            return AcknowledgementChanged(NoticeId(kept["acknowledgement"]), confirmed, held)
        case Kind.WHICH_CHILD:
            return WhichChild(
                InboxId(kept["message"]),
                tuple(ChildId(each) for each in kept["among"]),
                kept.get("why", ""),
                kept.get("about", ""),
                kept.get("is_state", False),
            )
        case Kind.SAID:
            choices = tuple(Choice(Offer(each[0]), each[1], each[2], each[3]) for each in kept["choices"])
            return Said(
                kept["key"],
                kept["values"],
                choices,
                kept["fixed"],
                changes=NoticeId(kept.get("changes", 0)),
                before=tuple(kept.get("before", ())),
                lets_go=kept.get("lets_go", False),
                lines=tuple((line, places) for line, places in kept.get("lines", ())),
                document=kept.get("document", 0),
                paper=tuple((line, places) for line, places in kept.get("paper", ())),
                tells=tuple(EntryId(each) for each in kept.get("tells", ())),
                readers=tuple(PersonId(each) for each in kept.get("readers", ())),
                only_in_place=kept.get("only_in_place", False),
                everywhere=kept.get("everywhere", False),
                pictures_of=None if kept.get("pictures_of") is None else EntryId(kept["pictures_of"]),
                pictures=tuple(PictureId(each) for each in kept.get("pictures", ())),
                closes=kept.get("closes", False),
                unnamed=kept.get("unnamed", ""),
                announces=kept.get("announces", ""),
                unless_seen=kept.get("unless_seen", False),
            )
        case Kind.PRESS_ANSWERED:
            return PressAnswered(kept["press"], kept["key"])
        case Kind.GROUP_LEFT:
            return GroupLeft()
        case Kind.OF_THE_DAY:
            day = date.fromisoformat(kept["day"])
            return OfTheDay(Occasion(kept["occasion"]), day, NoticeId(kept.get("changes", 0)))
        case _:
            assert_never(kind)


def _choice(choice: Choice) -> list[object]:
    return [choice.offer.value, choice.subject, choice.value, choice.name]
