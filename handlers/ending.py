"""Somebody's place at a setting ends, now or with a day; and whoever is out is let back in, deliberately.

An end now withholds at once what waits for her, and asks who is key person of the children she had. What is gone is
not deleted: everything she wrote stays, and a later line lets her in again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from book.ids import ChildId
from book.notices import Choice, Offer, Said
from book.people import STAFF, Membership, Role, Standing
from book.understanding.administration import EndMembership, LetBack
from book.wording.values import long_day
from handlers import key_person, replies
from handlers.desk import Desk
from handlers.inviting import handed_on, invitation_of
from handlers.running import Around, Runs, children_named, named, people_named, start_of
from handlers.wishing import Wished, ask, ask_whom
from storage.audit import Deed
from storage.filing import Ending, Filing
from storage.roster import Roster, later_line
from storage.situations import Situation
from storage.vault import Owner


def end(situation: Situation, desk: Desk, runs: Runs, wish: EndMembership, wished: Wished) -> tuple[Filing, ...] | None:
    """End whatever she is at the setting. Only of staff is "has left" certain: a parent leaves every morning."""
    circles = children_named(runs, wish.child) if wish.child else list(runs.circles)
    if children_named(runs, wish.person):
        return None  # A child who has left has left for the day, as far as anybody can tell.
    found = [each for each in people_named(runs, wish.person, of=circles) if _ends(each, runs, desk)]
    if wished.person is not None:
        found = [each for each in found if each.person.id == wished.person]
    if not wish.certain:
        found = [each for each in found if all(line.role in STAFF for _, line in _ends(each, runs, desk))]
    if not found:
        return None
    if len(found) > 1:
        of = {each.child.id: each.child.name for each in circles}
        return (ask_whom(situation, desk, [(each.person, ", ".join(of[c] for c in each.children)) for each in found]),)
    return (_ended(situation, desk, runs, wish, found[0]),)


def _ends(whom: Around, runs: Runs, desk: Desk) -> list[tuple[ChildId | None, Membership]]:
    """Her lines that count at this setting; a post in the whole setting once."""
    lines: dict[tuple[object, ...], tuple[ChildId | None, Membership]] = {}
    for child, line in whom.lines:
        if line.setting == runs.setting and line.standing in (Standing.LIVE, Standing.PENDING) and _runs_on(line, desk):
            of = None if line.of_whole_setting else child
            lines[(of, line.role)] = (of, line)
    return list(lines.values())


def _runs_on(line: Membership, desk: Desk) -> bool:
    return line.until is None or desk.now < line.until


def _ended(situation: Situation, desk: Desk, runs: Runs, wish: EndMembership, whom: Around) -> Filing:
    until = None if wish.last_day is None else start_of(wish.last_day + timedelta(days=1), desk)
    lines = _ends(whom, runs, desk)
    children = sorted(whom.children)
    orphans = key_person.without_one(runs, whom.person.id, desk, children)
    back = Choice(Offer.LET_BACK, whom.person.id, "", whom.person.name)
    values = {"name": whom.person.name, "setting": runs.name}
    choices: tuple[Choice, ...] = (back,)
    key = "ended.done"
    if until is not None:
        assert wish.last_day is not None
        key, values["civil_day"] = "ended.done.from", long_day(wish.last_day)
    elif orphans:
        key, values["names"] = "ended.done.who_now", named([each.child.name for each in orphans])
        choices = (*key_person.who_now(runs, orphans, whom.person.id, desk), back)
    filing = replies.said(situation, desk, key, values, choices=choices)
    details = {"children": children, "until": None if until is None else until.isoformat()}
    return replace(
        filing,
        roster=Roster(
            memberships=[
                later_line(
                    desk.ids.new(),
                    line,
                    child,
                    by=runs.me.id,
                    standing=Standing.ENDED if until is None else line.standing,
                    since=line.since,
                    until=until,
                )
                for child, line in lines
            ]
        ),
        endings=(Ending(whom.person.id, frozenset(children)),) if until is None else (),
        deeds=(Deed("ended", runs.me.id, Owner.person(whom.person.id), whom.person.id, details),),
    )


# --- back again -----------------------------------------------------------------------------------------------------


def let_back(situation: Situation, desk: Desk, runs: Runs, wish: LetBack, wished: Wished) -> tuple[Filing, ...] | None:
    """Ask, naming as what she comes back; then let her in, with a new link where no address of hers is left."""
    circles = children_named(runs, wish.child) if wish.child else list(runs.circles)
    found = [each for each in people_named(runs, wish.person, of=circles) if list(_outside(each, runs, desk))]
    if wished.person is not None:
        found = [each for each in found if each.person.id == wished.person]
    if not found:
        return (replies.said(situation, desk, "let_back.nobody", {"name": wish.person}),)
    of = {each.child.id: each.child.name for each in runs.circles}
    if len(found) > 1:
        return (ask_whom(situation, desk, [(each.person, ", ".join(of[c] for c in each.children)) for each in found]),)
    whom = found[0]
    lines = list(_outside(whom, runs, desk))
    values = {"name": whom.person.name, "names": named([of[child] for child in sorted(whom.children)])}
    if not wished.yes:
        return (ask(situation, desk, "let_back.ask", values),)
    is_reached = situation.roll is not None and whom.person.id in situation.roll.joined
    invites = () if is_reached else (invitation_of(desk, whom.person.id, runs.me.id, whom.person.name),)
    key = "let_back.done" if is_reached else "let_back.done.link"
    filing = handed_on(situation, desk, Said(key, values), invites, [whom.person.name for _ in invites])
    return (
        replace(
            filing,
            roster=Roster(
                memberships=[later_line(desk.ids.new(), line, child, by=runs.me.id) for child, line in lines]
            ),
            invites=invites,
            deeds=(Deed("let_back", runs.me.id, Owner.person(whom.person.id), whom.person.id),),
        ),
    )


def _outside(whom: Around, runs: Runs, desk: Desk) -> Iterator[tuple[ChildId | None, Membership]]:
    """Her lines at this setting that are shut or ended; key person only where no other is by now."""
    seen: set[tuple[object, ...]] = set()
    around = {each.child.id: each for each in runs.circles}
    for child, line in whom.lines:
        if line.setting != runs.setting or not _is_out(line, desk):
            continue
        if line.role is Role.KEY_PERSON and any(
            each.role is Role.KEY_PERSON for each in around[child].staff_of(runs.setting, desk.now)
        ):
            continue
        of = None if line.of_whole_setting else child
        if (of, line.role) not in seen:
            seen.add((of, line.role))
            yield of, line


def _is_out(line: Membership, desk: Desk) -> bool:
    if line.standing in (Standing.ENDED, Standing.RESTRICTED):
        return True
    return line.standing is Standing.LIVE and line.until is not None
