"""Who may know: the rules of the audience, in order, the first that applies decides, every "no" keeps its reason.

Decided when a message is filed and again when a notice leaves, by this one module (rule 9). What is decided is
decided for *parties*: each parent, family member or professional for herself, each setting as a whole, because
a setting is told through whoever of it is at work (rule 10). Doubt is never resolved towards telling more
people. Knows nothing of addresses, times of day or words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from book.faces import Faces, Shown
from book.ids import ChildId, PersonId, SettingId
from book.people import GUESTS, STAFF, TOLD_FIRST, WEIGHT, Circle, Membership, Role
from book.pictures import Picture
from book.reasons import Reason
from book.sharing import EVERYTHING, HOME, PhotoUse, agreed, newest_by_chooser
from book.topics import OWN_ROAD, Group, Subject, Topic, groups_needed


@dataclass(frozen=True, slots=True)
class Note:
    """What the rules look at in one entry; the words themselves are not among it."""

    author: PersonId
    author_role: Role
    author_setting: SettingId | None  # where she works, or the setting she joined through
    subjects: tuple[Subject, ...]
    only: frozenset[SettingId] = frozenset()  # the author kept it to these settings; empty: not narrowed
    without: frozenset[SettingId] = frozenset()  # the author left these out
    let_through: frozenset[SettingId] = frozenset()  # a parent let it travel here, once
    unread: bool = False  # content nobody could read: a voice note, an unknown language
    has_picture: bool = False
    weekday: int | None = None  # on which it happened, in the setting's civil time (0 is Monday)
    answers: Note | None = None

    @property
    def from_staff(self) -> bool:
        return self.author_role in STAFF


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one person is told, and why or why not."""

    member: Membership
    told: bool
    reason: Reason


Order = Callable[[SettingId | None], Sequence[PersonId]]
"""Through whom a setting is told: its people, the first to be told first."""


def by_role(circle: Circle, now: datetime) -> Order:
    """The order of rule 10 where nobody looks at who is at work: key person first, manager last."""
    everybody = circle.once_each(now)

    def order(setting: SettingId | None) -> tuple[PersonId, ...]:
        return tuple(
            each.person.id for role in TOLD_FIRST for each in everybody if each.role is role and each.setting == setting
        )

    return order


def choose_audience(note: Note, circle: Circle, now: datetime, *, first: Order | None = None) -> tuple[Verdict, ...]:
    """A verdict for every live member of the circle but the author.

    Of each setting that may know, exactly one person is told: the first of ``first`` who may know it herself
    (rule 10); her colleagues find it in the book, and so do all the author's own. ``first`` comes from
    :mod:`book.duty`, which knows who is there; who may know does not depend on it.
    """
    order = first or by_role(circle, now)
    looked_at = [
        (member, *_may_know(note, member, circle, now))
        for member in circle.once_each(now)
        if member.person.id != note.author
    ]
    able: dict[SettingId | None, set[PersonId]] = {}
    for member, allowed, reason in looked_at:
        if allowed and member.role in STAFF and reason is not Reason.COLLEAGUES:
            able.setdefault(member.setting, set()).add(member.person.id)
    told_for = {setting: next((each for each in order(setting) if each in able[setting]), None) for setting in able}
    verdicts = []
    for member, allowed, reason in looked_at:
        if allowed and member.role is Role.PROFESSIONAL and not _is_answer_to(member, note):
            verdicts.append(Verdict(member, told=False, reason=Reason.ROLE))
        elif _has_not_joined(member, circle):
            verdicts.append(Verdict(member, told=False, reason=Reason.NO_ADDRESS))
        elif allowed and member.role in STAFF and told_for.get(member.setting) != member.person.id:
            verdicts.append(Verdict(member, told=False, reason=Reason.COLLEAGUES))
        else:
            verdicts.append(Verdict(member, allowed, reason))
    return tuple(sorted(verdicts, key=lambda verdict: _nearness(note, verdict.member)))


def may_know(note: Note, reader: PersonId, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    """Whether this person may know this entry at this instant; also for reading, replying, search and export."""
    member = circle.membership(reader, now)
    if member is None:
        return False, Reason.NOT_IN_CIRCLE
    return _may_know(note, member, circle, now)


def may_see(
    shown: Shown, note: Note, child: ChildId, reader: PersonId, circles: Mapping[ChildId, Circle], now: datetime
) -> tuple[bool, Reason]:
    """Whether this person may see one picture of an entry in ``child``'s thread; never more than may know the entry.

    Rule 8: outside the setting whose picture it is, everybody in it must be known, and every child in it must be one
    that this reader may see: a child of hers, of whom she might have had it as well, or one whose parents let other
    families have group photos, where she is family herself. Of a child whose circle is not among ``circles`` nothing
    is known, and nobody sees her.
    """
    circle = circles.get(child)
    if circle is None:
        return False, Reason.NOT_IN_CIRCLE
    note = replace(note, has_picture=True)
    allowed, reason = may_know(note, reader, circle, now)
    if not allowed or reason in (Reason.AUTHOR, Reason.COLLEAGUES):
        return allowed, reason
    if not shown.may_leave:
        return False, Reason.NOT_SAID_WHO
    if shown.faces is Faces.NOBODY:
        return allowed, reason
    if child not in shown.children:
        return False, Reason.NOT_IN_IT
    for each in sorted(shown.children):
        around = circles.get(each)
        if around is None or not _may_see_child(note, each == child, reader, circle, around, now):
            return False, Reason.OTHERS_IN_IT
    return allowed, reason


def may_have(
    picture: Picture, note: Note, child: ChildId, reader: PersonId, circles: Mapping[ChildId, Circle], now: datetime
) -> tuple[bool, Reason]:
    """Whether this person may have what came with an entry in ``child``'s thread: see it, hear it or read it.

    Pages show nobody, and go where their words go; but only from a setting.
    """
    if not picture.kind.is_paper:
        return may_see(picture.shown, note, child, reader, circles, now)
    circle = circles.get(child)
    if circle is None:
        return False, Reason.NOT_IN_CIRCLE
    allowed, reason = may_know(note, reader, circle, now)
    if not allowed or reason is Reason.AUTHOR:
        return allowed, reason
    if not note.from_staff:
        return False, Reason.ROLE
    return (allowed, reason) if child in picture.shown.children else (False, Reason.NOT_IN_IT)


def _may_see_child(note: Note, is_own: bool, reader: PersonId, circle: Circle, around: Circle, now: datetime) -> bool:
    """Whether this reader of ``circle`` may see the child in the middle of ``around``."""
    # A parent who sends a picture of her own child has not to ask herself.
    of_hers = any(each.person.id == note.author for each in around.parents(now))
    if not around.allows_photos(PhotoUse.OWN, now) and not of_hers:
        return False
    if is_own:
        return True
    # Whoever is shut out of one child's book does not see her as anybody else's guest either (rule 5).
    if any(line.person.id == reader and line.is_restricted(now) for line in around.memberships):
        return False
    if around.membership(reader, now) is not None and may_know(note, reader, around, now)[0]:
        return True
    me = circle.membership(reader, now)
    is_family = me is not None and me.role in (Role.PARENT, Role.FAMILY)
    return is_family and around.allows_photos(PhotoUse.GROUP, now)


def kept_out_of_groups(
    children: Collection[ChildId], circles: Mapping[ChildId, Circle], now: datetime
) -> tuple[ChildId, ...]:
    """Those of these children for whose sake another's family does not get a picture of them all.

    Staff of their setting may know who they are, and nobody else.
    """
    found: list[ChildId] = []
    for each in sorted(children):
        around = circles[each]
        theirs = {line.person.id for line in around.parents(now)}
        has_others = any(
            parent.person.id not in theirs
            for child in children
            if child != each
            for parent in circles[child].parents(now)
        )
        if not around.allows_photos(PhotoUse.OWN, now) or (
            has_others and not around.allows_photos(PhotoUse.GROUP, now)
        ):
            found.append(each)
    return tuple(found)


def _may_know(note: Note, member: Membership, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    if member.person.id == note.author and Topic.SAFEGUARDING not in _topics(note):
        return True, Reason.AUTHOR
    allowed, reason = _rules(note, member, circle, now)
    # Rule 5: an answer goes no further than what it answers did, however long the chain.
    if allowed and note.answers is not None and not _may_know(note.answers, member, circle, now)[0]:
        return False, Reason.ANSWERS_NARROWER
    return allowed, reason


def _rules(note: Note, member: Membership, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    topics = _topics(note)
    is_staff = member.role in STAFF
    # Rule 1: a disclosure has no audience here at all; it is kept for the safeguarding lead by its own road.
    if Topic.SAFEGUARDING in topics:
        return False, Reason.OWN_ROAD
    kept_from = is_staff and (member.setting in note.without or (note.only and member.setting not in note.only))
    # Rule 2: a complaint goes to the manager of the setting it is about, and to nobody else. Put to one setting
    # or kept from another, it is not about that other.
    if Topic.COMPLAINT in topics:
        theirs = member.role is Role.MANAGER and member.setting == note.author_setting and not kept_from
        return (True, Reason.MANAGER) if theirs else (False, Reason.OWN_ROAD)
    if member.role in GUESTS:
        allowed = _to_a_guest(note, member, circle, now)
        return (True, Reason.SHARED) if allowed else (False, Reason.ROLE)
    # Rule 4: the author may keep it to fewer people; nobody may be added by that.
    if kept_from:
        return False, Reason.NARROWED
    allowed, reason = _by_author(note, member, circle, now)
    if allowed and not is_staff and note.only and not note.from_staff:
        # Said only where she would have had it: of the other parent's choices her author learns nothing.
        return False, Reason.NARROWED
    return allowed, reason


def _by_author(note: Note, member: Membership, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    if note.from_staff:
        return _from_a_setting(note, member, circle, now)
    if note.author_role is Role.PROFESSIONAL:
        return _from_a_professional(note, member)
    if note.author_role is Role.FAMILY:
        return _from_family(note, member, circle, now)
    return _from_a_parent(note, member, circle, now)


def _from_a_setting(note: Note, member: Membership, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    # Rule 7: from staff, what nobody could read waits for the sender's words.
    if note.unread:
        return False, Reason.UNDERSTOOD_BY_NOBODY
    if member.setting == note.author_setting and member.role in STAFF:
        return True, Reason.COLLEAGUES
    if member.role is Role.PARENT:
        return _to_a_parent(note)
    if member.setting in note.let_through:
        return True, Reason.LET_THROUGH
    if _has_own_road(note):
        return False, Reason.OWN_ROAD
    chosen = _parents_choices(circle, note.author_setting, member.setting, now)
    # Where one of the two asks both parents, a parent who has not chosen yet has not agreed (rule 6).
    if asks_both(circle, note.author_setting, member.setting) and len(chosen) < len(_parents(circle, now)):
        return False, Reason.NOT_CHOSEN
    return _travels(note, chosen)


def _from_a_professional(note: Note, member: Membership) -> tuple[bool, Reason]:
    """Parents see what a professional writes, and the setting she is with; nobody else (dialogue 39)."""
    if note.unread:
        return False, Reason.UNDERSTOOD_BY_NOBODY
    if member.role is Role.PARENT:
        return _to_a_parent(note)
    if member.setting in note.let_through:
        return True, Reason.LET_THROUGH
    own = member.setting == note.author_setting
    return (True, Reason.OWN_SETTING) if own else (False, Reason.NOT_SHARED)


FAMILY_MAY_BE_GIVEN = frozenset({Group.DAY, Group.LEARNING, Group.PHOTOS})


def _to_a_guest(note: Note, member: Membership, circle: Circle, now: datetime) -> bool:
    """Family and professionals see no more than the parent they came through lets them, and nothing of others' talk.

    Family: her day, on the days she has the child (dialogue 44). A professional: the groups she was given of whoever
    wrote it, until her end date (dialogue 39, rule 6); what she is told of unasked is decided in
    :func:`choose_audience`.
    """
    host = came_through(member, circle, now)
    if host is None or note.only or note.without or note.unread or not note.subjects or _has_own_road(note):
        return False
    if member.role is Role.FAMILY:
        given = FAMILY_MAY_BE_GIVEN & (frozenset({Group.DAY}) if member.sees is None else member.sees)
    else:
        given = member.given(note.author_setting if note.from_staff else HOME)
    if not groups_needed(note.subjects) <= given or (note.has_picture and Group.PHOTOS not in given):
        return False
    if note.answers is not None:
        return _is_answer_to(member, note) and (note.from_staff or note.author_role is Role.PARENT)
    if Topic.QUESTION in _topics(note) or not (note.from_staff or note.author == host):
        return False
    return member.days is None or note.weekday in member.days


def came_through(member: Membership, circle: Circle, now: datetime) -> PersonId | None:
    """The parent that a guest came through, while she is one; the only parent, where nobody wrote it down."""
    parents = {each.person.id for each in circle.parents(now)}
    if member.made_by in parents:
        return member.made_by
    was_a_parent = any(each.person.id == member.made_by and each.role is Role.PARENT for each in circle.memberships)
    return next(iter(parents)) if len(parents) == 1 and not was_a_parent else None


def _is_answer_to(member: Membership, note: Note) -> bool:
    return note.answers is not None and note.answers.author == member.person.id


def _has_not_joined(member: Membership, circle: Circle) -> bool:
    """A setting by hand is told by a person at the door, never by us."""
    setting = circle.settings.get(member.setting) if member.setting is not None else None
    return setting is not None and setting.by_hand


def _to_a_parent(note: Note) -> tuple[bool, Reason]:
    """Rule 5: parents see everything that the settings write in the thread.

    A change of contact may be the other parent's, whose telephone and address she is never shown.
    """
    if Topic.CONTACT_CHANGE in _topics(note):
        return False, Reason.OWN_ROAD
    return True, Reason.PARENT


def _from_family(note: Note, member: Membership, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    """What a grandmother writes goes to the parent she came through and to the setting (dialogue 44).

    She chooses nothing. Where nobody wrote down whose family she is and there are two parents, neither is shown it.
    """
    if member.role is Role.PARENT:
        lines = [each for each in circle.memberships if each.person.id == note.author and each.role is Role.FAMILY]
        hers = any(came_through(each, circle, now) == member.person.id for each in lines)
        return (True, Reason.PARENT) if hers and not note.unread else (False, Reason.NOTES_APART)
    if member.setting in note.let_through:
        return True, Reason.LET_THROUGH
    if member.setting != note.author_setting:
        return False, Reason.NOT_SHARED
    return _to_own_setting(note, _parents_choices(circle, HOME, member.setting, now))


def _from_a_parent(note: Note, member: Membership, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    is_parent = any(each.person.id == note.author for each in circle.parents(now))
    # Rule 5: to the other parent only if both said yes; rule 7: what nobody could read never crosses.
    if member.role is Role.PARENT:
        open_both_ways = open_between(circle, note.author, member.person.id)
        if is_parent and open_both_ways and not note.unread and note.subjects and not _has_own_road(note):
            return True, Reason.SHARED
        return False, Reason.NOTES_APART
    if member.setting in note.let_through:
        return True, Reason.LET_THROUGH
    own = member.setting == note.author_setting
    # Rule 6: words addressed to a setting reach it; the parent chose this for this entry.
    if _is_addressed_to(note, member.setting):
        return True, Reason.OWN_SETTING if own else Reason.LET_THROUGH
    mine = newest_by_chooser(circle.choices, HOME, member.setting)
    chosen = {note.author: mine[note.author]} if note.author in mine else {}
    if own:
        return _to_own_setting(note, chosen)
    if _has_own_road(note):
        return False, Reason.OWN_ROAD
    # What somebody allowed who is no longer a parent here opens nothing any more (rule 9).
    return _travels(note, chosen if is_parent else {})


def _is_addressed_to(note: Note, setting: SettingId | None) -> bool:
    answered = note.answers
    replies = answered is not None and answered.from_staff and answered.author_setting == setting
    return setting in note.only or replies


def _to_own_setting(note: Note, chosen: Mapping[PersonId, frozenset[Group]]) -> tuple[bool, Reason]:
    """Rule 6: the setting she joined through hears all of it until she chooses otherwise."""
    by_own_road = bool(note.subjects) and _topics(note) <= OWN_ROAD and not note.unread and not note.has_picture
    if not chosen or by_own_road:
        return True, Reason.OWN_SETTING
    allowed, reason = _travels(note, chosen, asked=True)
    return allowed, Reason.OWN_SETTING if allowed else reason


def _parents_choices(
    circle: Circle, source: SettingId | None, target: SettingId | None, now: datetime
) -> dict[PersonId, frozenset[Group]]:
    """What each of those who are parents now last said about one direction."""
    chosen = newest_by_chooser(circle.choices, source, target)
    return {parent: chosen[parent] for parent in _parents(circle, now) if parent in chosen}


def _parents(circle: Circle, now: datetime) -> list[PersonId]:
    return list(dict.fromkeys(parent.person.id for parent in circle.parents(now)))


def asks_both(circle: Circle, *settings: SettingId | None) -> bool:
    """Whether one of these settings asks every parent before anything travels between them."""
    return any(circle.settings[each].both_parents for each in settings if each in circle.settings)


def travels(
    circle: Circle, source: SettingId | None, target: SettingId, now: datetime, *, writer: PersonId | None = None
) -> frozenset[Group] | None:
    """The groups that travel in one direction as things stand; None where nobody has chosen yet.

    From home each parent chooses for what she writes herself: ``writer`` says who. The setting she joined through has
    all of it until she chooses otherwise (rule 6).
    """
    if source is not HOME:
        chosen = _parents_choices(circle, source, target, now)
        return agreed(chosen, _parents(circle, now), by_all=asks_both(circle, source, target))
    mine = newest_by_chooser(circle.choices, HOME, target)
    if writer in mine:
        return mine[writer]
    joined_through = any(each.person.id == writer and each.setting == target for each in circle.parents(now))
    return EVERYTHING if joined_through else None


def open_between(circle: Circle, one: PersonId, other: PersonId) -> bool:
    """Whether two parents share their own notes: only where both said yes (rule 5)."""
    both = newest_by_chooser(circle.choices, HOME, HOME)
    return both.get(one) == EVERYTHING and both.get(other) == EVERYTHING


def carried_back(asked: Note, answer: Note, circle: Circle, now: datetime) -> frozenset[SettingId]:
    """Where a parent's "let her answer this one" takes the answer: back to the setting that asked (rule 4).

    Only an answer of a setting that was let through, and only what the question was about or what travels anyway: a
    parent who let a worry be answered has not let a letter go with it.
    """
    home = answer.author_setting
    if asked.author_setting is None or home is None or home not in asked.let_through or not asked.from_staff:
        return frozenset()
    if answer.unread or answer.has_picture or _has_own_road(answer):
        return frozenset()
    allowed = groups_needed(asked.subjects) if asked.subjects else frozenset()
    allowed |= travels(circle, home, asked.author_setting, now) or frozenset()
    if answer.subjects and not groups_needed(answer.subjects) <= allowed | {Group.DAY}:
        return frozenset()
    return frozenset({asked.author_setting})


def _travels(note: Note, chosen: Mapping[PersonId, frozenset[Group]], *, asked: bool = False) -> tuple[bool, Reason]:
    """Rules 6, 7 and 11: only where every one of its topics may go.

    ``asked`` says that a question which names no setting is put to this one.
    """
    shared = agreed(dict(chosen), chosen)
    if shared is None:
        return False, Reason.NOT_CHOSEN
    if not all(chosen.values()):
        return False, Reason.NOT_SHARED
    if _topics(note) == {Topic.QUESTION} and not asked:
        return False, Reason.NOT_SHARED
    ordinary = [subject for subject in note.subjects if not _is_safety(subject)]
    if note.unread or not note.subjects:
        needed = EVERYTHING
    else:
        needed = groups_needed(ordinary) if ordinary else frozenset()
    if note.has_picture:
        needed = needed | {Group.PHOTOS}
    if needed <= shared:
        return True, Reason.SHARED if ordinary or note.has_picture else Reason.SAFETY
    return False, Reason.NOT_SHARED


def _topics(note: Note) -> set[Topic]:
    return {subject.topic for subject in note.subjects}


def _is_safety(subject: Subject) -> bool:
    """Rule 11: medicine given and injuries of the day are part of every choice but "nothing"."""
    return subject.topic is Topic.INCIDENT or (subject.topic is Topic.MEDICATION and not subject.private)


def _has_own_road(note: Note) -> bool:
    return any(subject.topic in OWN_ROAD for subject in note.subjects)


def _nearness(note: Note, member: Membership) -> tuple[int, int, int]:
    """The order in which an author reads the names: parents, her own setting, then the others."""
    group = 0 if member.role is Role.PARENT else 1 if member.setting == note.author_setting else 2
    return (group, WEIGHT[member.role], member.id)
