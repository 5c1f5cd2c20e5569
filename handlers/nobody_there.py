"""Parents are told when nobody of a setting will be there for their child: a childminder on her own is off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from book import duty
from book.ids import PersonId, SettingId
from book.notices import Said
from book.people import Circle, Person
from book.timing import spoken_day, when_at_hand
from handlers import replies
from handlers.desk import Desk
from storage.filing import NewNotice
from storage.situations import Situation


def tell_parents(
    situation: Situation,
    desk: Desk,
    absent: Person,
    settings: Sequence[SettingId],
    circles: Iterable[Circle],
    days: Sequence[date],
) -> list[NewNotice]:
    """One sentence for each parent, with all her children who were to come and the days.

    ``circles`` hold already that she is off. Whoever has to find somebody else by tomorrow is told at once, at any
    hour; otherwise in her own hours. Why she is off is nobody's business.
    """
    theirs: dict[PersonId, list[tuple[Circle, list[date]]]] = defaultdict(list)
    for circle in circles:
        left = [day for day in days if any(_nobody_is_there(circle, each, absent.id, day, desk) for each in settings)]
        for parent in circle.parents(desk.now) if left else ():
            theirs[parent.person.id].append((circle, left))
    return [_told(situation, desk, absent, parent, left) for parent, left in theirs.items()]


def _nobody_is_there(circle: Circle, setting: SettingId, absent: PersonId, day: date, desk: Desk) -> bool:
    staff = [each for each in circle.staff_of(setting, desk.now) if each.person.id not in circle.devices]
    return (
        any(each.person.id == absent for each in staff)
        and all(duty.is_away(each, circle, day) for each in staff)
        and duty.is_in_today(circle, setting, day)
    )


def _told(
    situation: Situation, desk: Desk, absent: Person, parent: PersonId, left: Sequence[tuple[Circle, list[date]]]
) -> NewNotice:
    days = sorted({day for _, each in left for day in each})
    names = "\n".join(circle.child.name for circle, _ in left)
    values = {"name": absent.name, "names": names}
    if days == [desk.today]:
        key = "duty.nobody_there"
    else:
        key, values["day"] = "duty.nobody_there.day", ", ".join(spoken_day(day) for day in days)
    soon = days[0] <= desk.today + timedelta(days=1)
    circle = left[0][0]
    me = circle.membership(parent, desk.now)
    at = desk.now if soon or me is None else when_at_hand(me, circle, desk.now, desk.zone)
    return replies.tell(situation, desk, parent, Said(key, values), child=circle.child.id, not_before=at)
