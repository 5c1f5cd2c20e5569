""" "sharing" and sentences about it: what is shown to whom, and what a parent's words change.

A parent's wish to tell less is done at once, for every child it can mean; one to tell more only where it is sure which
child is meant. Everybody else is shown what concerns her and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from book.ids import ChildId, PersonId, SettingId
from book.notices import Choice, Offer, Recall
from book.people import STAFF, Circle, Membership, Role, SettingKind
from book.sharing import HOME
from book.topics import EVERY_GROUP, Group, groups_needed
from book.understanding.commands import Command
from book.understanding.lexicon import fold
from book.understanding.sharing import Wish, may_be_wish, read_wish
from book.who_sees import settings_around, table_for, tables_to_json
from handlers import looking_back, replies, setting_right, sharing
from handlers import sharing_with_professionals as professionals
from handlers.desk import Desk
from handlers.filing_a_note import file_note
from handlers.sharing import Direction
from storage.filing import Filing
from storage.situations import Situation

JUST_NOW = timedelta(hours=1)
_MOST_TABLES = 12
# The same sentences where the note just before is one of those: it was told and taken back, or stopped in time.
_JUST_NOW_TOO = {
    "sharing.stays": ("sharing.stays.just_now", "sharing.stays.in_time"),
    "sharing.no_longer": ("sharing.no_longer.just_now", "sharing.no_longer.in_time"),
    "sharing.no_longer.all": ("sharing.no_longer.all.just_now", "sharing.no_longer.all.in_time"),
    "sharing.no_more": ("sharing.no_more.just_now", "sharing.no_more.in_time"),
    "sharing.no_more.all": ("sharing.no_more.all.just_now", "sharing.no_more.all.in_time"),
    "sharing.notes_apart": ("sharing.notes_apart.just_now", "sharing.notes_apart.in_time"),
}
_OTHER_PARENT = ("dad", "her dad", "his dad", "daddy", "mum", "her mum", "his mum", "mummy", "other parent")
_NURSERY = ("nursery", "preschool", "pre-school", "school", "setting")
_CHILDMINDER = ("childminder", "cm")


def may_be(text: str) -> bool:
    """Whether these words have the shape of a wish about sharing."""
    return may_be_wish(text)


def command(situation: Situation, desk: Desk, said: Command) -> tuple[Filing, ...]:
    """The word alone shows; with a child's name it shows hers; a sentence that begins with it is a wish."""
    words = fold(said.rest).split()
    rest = words[1:] if words[:1] == ["sharing"] else words
    circles = _mine(situation, desk)
    named = [each for each in circles if {fold(name) for name in each.child.names} & set(rest)]
    if not rest or (named and len(rest) == 1):
        return (shown(situation, desk, named or circles),)
    return wish(situation, desk) or (file_note(situation.taken, situation, desk),)


def wish(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """What these words change; None where they are a note after all."""
    text = situation.taken.incoming.text
    meant = [(each, _whom(situation, each, desk)) for each in _mine(situation, desk)]
    found = read_wish(text, list(dict.fromkeys(name for _, whom in meant for name in whom)))
    if found is None:
        return None
    if not any(sharing.is_parent(situation, desk, each) for each, _ in meant):
        return (replies.said(situation, desk, "sharing.parents_only"),)
    theirs = [
        _Meant(circle, [whom[name] for name in found.whom])
        for circle, whom in meant
        if sharing.is_parent(situation, desk, circle) and all(name in whom for name in found.whom)
    ]
    if not theirs:
        return None
    if not found.groups:
        return (replies.said(situation, desk, "sharing.which"),)
    if found.wider:
        return (_widen(situation, desk, found, theirs),)
    return (_narrow(situation, desk, found, theirs),)


def shown(situation: Situation, desk: Desk, circles: Sequence[Circle]) -> Filing:
    """The table of each of these children, as it concerns the reader; what a parent may do with it beneath."""
    assert situation.person is not None
    tables = [found for each in circles if (found := table_for(each, situation.person.id, desk.now)) is not None]
    if not tables:
        return replies.said(situation, desk, "no_children")
    if len(tables) > _MOST_TABLES:
        return replies.said(situation, desk, "sharing.say_which")
    mine = [each for each in circles if sharing.is_parent(situation, desk, each)]
    choices: list[Choice] = []
    if len(mine) == 1:
        choices = [Choice(Offer.SHARING_CHANGE, mine[0].child.id), Choice(Offer.SHARING_WORDS, mine[0].child.id)]
    elif mine:
        choices = [Choice(Offer.SHARING_CHILD, each.child.id, "", each.child.name) for each in mine]
    return replies.said(situation, desk, "sharing.table", {"tables": tables_to_json(tables)}, choices=choices)


# The settings somebody means, a professional, or the other parent (None).
Whom = frozenset[SettingId] | PersonId | None


@dataclass(frozen=True, slots=True)
class _Meant:
    """One child, and for each name in the wish whom it means there."""

    circle: Circle
    whom: Sequence[Whom]

    def directions(self, wish: Wish, situation: Situation, desk: Desk) -> list[Direction]:
        """The ways along which what was named would travel."""
        around = settings_around(self.circle, desk.now)
        targets = [each for each in around if any(each in meant for meant in self._settings())]
        found: list[Direction] = []
        if not self.whom:
            targets = list(around)
        if None in self.whom or (wish.own_notes and not self.whom):
            found.append((HOME, HOME))
        for target in targets:
            found.append((HOME, target))
            if not wish.own_notes:
                found += [(source, target) for source in around if source != target]
        return found

    def guests(self, wish: Wish, desk: Desk) -> list[Membership]:
        """The professionals who are meant; where nobody is named, all of them."""
        here = professionals.around(self.circle, desk)
        if not self.whom:
            return [] if wish.own_notes else here
        return [each for each in here if each.person.id in self.whom]

    def names(self) -> list[str]:
        """Who is meant, as people call them."""
        people = [each.person.name for each in self.circle.memberships if each.role is Role.PROFESSIONAL]
        ids = [each.person.id for each in self.circle.memberships if each.role is Role.PROFESSIONAL]
        guests = [name for name, person in zip(people, ids, strict=True) if person in self.whom]
        return [*(self.circle.name_of(each) for meant in self._settings() for each in sorted(meant)), *guests]

    def _settings(self) -> list[frozenset[SettingId]]:
        return [each for each in self.whom if isinstance(each, frozenset)]


def _mine(situation: Situation, desk: Desk) -> list[Circle]:
    assert situation.person is not None
    me = situation.person.id
    return [each for _, each in sorted(situation.circles.items()) if each.membership(me, desk.now) is not None]


def _whom(situation: Situation, circle: Circle, desk: Desk) -> Mapping[str, Whom]:
    """Every name by which somebody around this child may be meant."""
    assert situation.person is not None
    around = settings_around(circle, desk.now)
    found: dict[str, Whom] = dict(professionals.called(professionals.around(circle, desk)))
    minders = frozenset(each for each in around if circle.settings[each].kind is SettingKind.CHILDMINDER)
    for words, settings in ((_NURSERY, frozenset(around) - minders), (_CHILDMINDER, minders)):
        if settings:
            found |= dict.fromkeys(words, settings)
    for each in around:
        found |= dict.fromkeys((circle.settings[each].name, circle.name_of(each)), frozenset({each}))
    for member in circle.memberships:
        if member.role in STAFF and member.setting in around:
            found.setdefault(member.person.name, frozenset({member.setting}))
    others = [each.person for each in circle.parents(desk.now) if each.person.id != situation.person.id]
    if others:
        found |= dict.fromkeys((*_OTHER_PARENT, *(each.name for each in others)), None)
    return found


# --- less ------------------------------------------------------------------------------------------------------------


def _narrow(situation: Situation, desk: Desk, wish: Wish, theirs: Sequence[_Meant]) -> Filing:
    assert situation.person is not None
    me = situation.person.id
    filing: Filing | None = None
    for each in theirs:
        directions = each.directions(wish, situation, desk)
        wanted = sharing.narrowed(each.circle, me, directions, wish.groups, desk.now)
        guests = professionals.narrowed(each.guests(wish, desk), wish.groups)
        if not wanted and not guests:
            continue
        if filing is None:
            filing = _less(situation, desk, wish, each, wanted)
        else:
            filing = sharing.change(situation, desk, each.circle, wanted, filing, name="")
        filing = professionals.make(situation, desk, each.circle, guests, filing)
    if filing is None:
        return replies.said(situation, desk, "sharing.already_not")
    return filing


def _less(
    situation: Situation, desk: Desk, wish: Wish, meant: _Meant, wanted: Mapping[Direction, frozenset[Group]]
) -> Filing:
    assert situation.person is not None
    me, circle = situation.person.id, meant.circle
    after = sharing.with_choices(circle, sharing.as_choices(wanted, me, circle, desk.now, desk.ids))
    gone, names = _taken_back(situation, desk, wish, after) if wanted else (None, [])
    words = dict(zip(("what", "names"), (wish.what or "", "\n".join(names)), strict=True))
    if set(wanted) == {(HOME, HOME)}:
        key, values = "sharing.notes_apart", {"child": circle.child.name}
    elif wanted and wish.what and not _goes_anywhere(after, me, wish.groups, desk):
        key, values = "sharing.stays", {"what": wish.what}
    else:
        groups = " ".join(each.value for each in Group if each in wish.groups)
        key, values = "sharing.no_longer", {"name": "\n".join(meant.names()), "groups": groups}
        if not meant.whom:
            key = "sharing.no_longer.all"
        if wish.groups == EVERY_GROUP:
            key, values = "sharing.no_more", {**values, "child": circle.child.name}
            if not meant.whom:
                key = "sharing.no_more.all"
    if gone is not None:
        taken_back, in_time = _JUST_NOW_TOO[key]
        key, values = taken_back if names else in_time, {**values, **words}
    said = replies.said(situation, desk, key, values)
    changed = sharing.change(situation, desk, circle, wanted, said, name="")
    if gone is None:
        return changed
    return replace(
        changed,
        revisions=gone.revisions,
        notices=(*changed.notices, *gone.notices),
        withdraw=gone.withdraw,
    )


def _goes_anywhere(circle: Circle, me: PersonId, groups: frozenset[Group], desk: Desk) -> bool:
    """Whether what she writes of these still goes to any setting, or settings tell each other of them."""
    around = settings_around(circle, desk.now)
    ways: list[Direction] = [(HOME, each) for each in around]
    ways += [(one, other) for one in around for other in around if one != other]
    return any((sharing.hers(circle, me, each, desk.now) or frozenset()) & groups for each in ways)


def _taken_back(situation: Situation, desk: Desk, wish: Wish, after: Circle) -> tuple[Filing | None, list[str]]:
    """The note just before, if it is one of those that are to travel no more: taken back where it can be.

    None where there is none; the names are of those who may have read it.
    """
    newest = [each for each in looking_back.newest(situation) if each.child == after.child.id]
    if len(newest) != 1 or desk.now - newest[0].happened_at > JUST_NOW:
        return None, []
    entry = newest[0]
    if not groups_needed(entry.subjects) & wish.groups:
        return None, []
    then = replace(situation, circles={**situation.circles, ChildId(entry.child): after})
    gone = setting_right.rebound(situation.taken, then, desk, entry, entry, why="sharing")
    recalled = [each.person for each in gone.notices if isinstance(each.notice, Recall)]
    if not recalled and not gone.withdraw:
        return None, []
    people = [after.person(each) for each in recalled if each is not None]
    return gone, [each.name for each in people if each is not None]


# --- more ------------------------------------------------------------------------------------------------------------


def _widen(situation: Situation, desk: Desk, wish: Wish, theirs: Sequence[_Meant]) -> Filing:
    assert situation.person is not None
    now = situation.conversation.child_now(desk.now)
    spoken_of = [each for each in theirs if each.circle.child.id == now]
    sure = theirs if len(theirs) == 1 else spoken_of
    if len(sure) != 1:
        return replies.said(situation, desk, "sharing.say_which")
    meant = sure[0]
    directions = meant.directions(wish, situation, desk)
    guests = meant.guests(wish, desk) if meant.whom else []
    if guests and directions:
        return replies.said(situation, desk, "sharing.one_each")
    if guests:
        return _open_to(situation, desk, wish, meant, guests)
    wanted = sharing.widened(meant.circle, situation.person.id, directions, wish.groups, desk.now)
    # What she has opened already may still need the other parent's word.
    opened = wanted or dict.fromkeys(directions, wish.groups)
    if not wanted and sharing.is_enough(meant.circle, situation.person.id, opened, desk.now):
        return replies.said(situation, desk, "sharing.already")
    groups = " ".join(each.value for each in Group if each in wish.groups)
    name = "\n".join(meant.names()) or meant.circle.child.name
    if set(wanted) == {(HOME, HOME)}:
        said = replies.said(situation, desk, "notes.answered")
    else:
        enough = sharing.is_enough(meant.circle, situation.person.id, opened, desk.now)
        values = {"name": name, "groups": groups, "child": meant.circle.child.name}
        said = replies.said(situation, desk, "sharing.may_now" if enough else "sharing.may_now.with_both", values)
    return sharing.change(situation, desk, meant.circle, wanted, said, name=name)


def _open_to(situation: Situation, desk: Desk, wish: Wish, meant: _Meant, guests: Sequence[Membership]) -> Filing:
    """A professional may see more: said by the parent she came through."""
    names = "\n".join(each.person.name for each in guests)
    if not professionals.may_open(situation, desk, meant.circle, guests):
        return replies.said(situation, desk, "sharing.not_yours", {"name": names})
    more = professionals.widened(guests, wish.groups)
    if not more:
        return replies.said(situation, desk, "sharing.already")
    groups = " ".join(each.value for each in Group if each in wish.groups)
    said = replies.said(situation, desk, "sharing.may_now", {"name": names, "groups": groups})
    return professionals.open_more(situation, desk, meant.circle, more, said)
