"""Whether a setting asks every parent of a child before anything travels to it or from it, or one parent is enough.

Whoever runs the setting says which (rule 6). To ask both stops what only one of two has allowed so far, and the other
is asked at once; what either has refused stays refused both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from book.ids import PersonId, SettingId
from book.people import Circle
from book.sharing import newest_by_chooser
from book.timing import when_at_hand
from book.understanding.administration import AskBoth
from book.who_sees import settings_around
from handlers import partners, replies
from handlers.desk import Desk
from handlers.running import Runs, named
from handlers.wishing import Wished, ask
from storage.audit import Deed
from storage.filing import Filing, NewNotice
from storage.roster import Roster, SettingChange
from storage.situations import Situation
from storage.vault import Owner


@dataclass(frozen=True, slots=True)
class _Open:
    """One parent has said what may travel between this setting and another, and these have not."""

    circle: Circle
    other: SettingId
    silent: tuple[PersonId, ...]


def change(situation: Situation, desk: Desk, runs: Runs, wish: AskBoth, wished: Wished) -> tuple[Filing, ...] | None:
    """Say what it means for whom; do it once that is confirmed."""
    setting = next((each.settings[runs.setting] for each in runs.circles), None)
    if setting is None:
        return None
    if setting.both_parents is wish.both:
        return (replies.said(situation, desk, "both.already"),)
    still = _still_open(runs, desk) if wish.both else []
    names = named([each.circle.child.name for each in still])
    if not wished.yes:
        if not wish.both:
            return (ask(situation, desk, "both.ask.one", {"setting": setting.name}),)
        if still:
            return (ask(situation, desk, "both.ask.stops", {"setting": setting.name, "names": names}),)
        return (ask(situation, desk, "both.ask", {"setting": setting.name}),)
    if not wish.both:
        said = replies.said(situation, desk, "both.one", {"setting": setting.name})
    elif still:
        said = replies.said(situation, desk, "both.both.stops", {"setting": setting.name, "names": names})
    else:
        said = replies.said(situation, desk, "both.both", {"setting": setting.name})
    deed = Deed("both_parents", runs.me.id, Owner.setting(setting.id), setting.id, {"both": wish.both})
    return (
        replace(
            said,
            roster=Roster(setting_changes=(SettingChange(setting.id, both_parents=wish.both),)),
            notices=(*said.notices, *_asked(desk, still)),
            deeds=(deed,),
        ),
    )


def _still_open(runs: Runs, desk: Desk) -> list[_Open]:
    """Where something travels by one parent's word alone."""
    found = []
    for circle in runs.circles:
        parents = list(dict.fromkeys(each.person.id for each in circle.parents(desk.now)))
        for other in settings_around(circle, desk.now):
            ways = [(runs.setting, other), (other, runs.setting)]
            chosen = [newest_by_chooser(circle.choices, source, target) for source, target in ways]
            silent = tuple(each for each in parents if any(each not in by for by in chosen))
            if other != runs.setting and silent and any(each in by for by in chosen for each in parents):
                found.append(_Open(circle, other, silent))
    return found


def _asked(desk: Desk, still: Sequence[_Open]) -> list[NewNotice]:
    """Who has not said yet is asked what may travel there, as soon as she is up."""
    return [
        replace(
            partners.asked(desk, each.circle, each.other, parent.person.id, cause=desk.ids.new()),
            not_before=when_at_hand(parent, each.circle, desk.now, desk.zone),
        )
        for each in still
        for parent in each.circle.parents(desk.now)
        if parent.person.id in each.silent
    ]
