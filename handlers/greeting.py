"""The first words to somebody who has joined, by what she is: what this is, who reads it, what never to write here.

Pure: from who she is and the circles she stands in to the sentences in their order. Knows neither links nor claims.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from book.deliveries import Lane
from book.ids import AddressId, ChildId, PersonId, SettingId
from book.notices import NEW_LINE, Choice, Offer, Said
from book.people import Circle, Hears, Membership, Person, Pronoun, Role, Setting, SettingKind, Standing
from book.sharing import PhotoUse
from book.timing import hours_of
from handlers.desk import Desk
from storage.filing import NewNotice
from storage.invitations import Invitation
from storage.knocks import Knock

_READS = {"key_person": "join.reads.key_person", "childminder": "join.reads.childminder"}
_FEW = 3  # key children whose names show how to write


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who has joined just now."""

    person: Person
    role: Role | None
    child: ChildId | None  # about whom she was invited
    setting: Setting | None  # through which she joins
    circles: Mapping[ChildId, Circle]
    texts: bool = False  # plain text: no buttons
    is_tablet: bool = False  # a room's device
    is_known: bool = False  # she is here already, and comes to one more child

    @property
    def circle(self) -> Circle | None:
        """The circle it is about; her only one where the invitation names none."""
        if self.child is not None:
            return self.circles.get(self.child)
        return next(iter(self.circles.values()), None)


def role_of(invitation: Invitation, knock: Knock) -> Role | None:
    """As what she joins: what the invitation says, else what she is enrolled as."""
    if invitation.role is not None:
        return invitation.role
    person = invitation.person.id
    lines = [*knock.posts, *(each for circle in knock.circles.values() for each in circle.memberships)]
    mine = [each.role for each in lines if each.person.id == person and each.standing is not Standing.ENDED]
    return Role.MANAGER if Role.MANAGER in mine else next(iter(mine), None)


def setting_values(invitation: Invitation, knock: Knock) -> dict[str, str]:
    """The setting as it is named to somebody who does not belong yet."""
    setting = knock.settings.get(invitation.at) if invitation.at is not None else None
    return {
        "setting": long_name(setting) if setting is not None else invitation.setting,
        "short": invitation.setting,
    }


def long_name(setting: Setting | None) -> str:
    """ "Sunshine Nursery": with what it is, where its name does not say so."""
    if setting is None:
        return ""
    kind = "Nursery" if setting.kind is SettingKind.NURSERY else ""
    return setting.name if not kind or kind.casefold() in setting.name.casefold() else f"{setting.name} {kind}"


def greet(newcomer: Newcomer, desk: Desk, *, address: AddressId, cause: int) -> tuple[NewNotice, ...]:
    """The first words to somebody who has joined, at her address, in order."""
    return in_order(first_words(newcomer, desk), newcomer.person.id, desk, address=address, cause=cause)


def in_order(
    said: Sequence[Said], person: PersonId, desk: Desk, *, address: AddressId, cause: int
) -> tuple[NewNotice, ...]:
    """Several sentences to one person at this address, one after the other."""
    return tuple(
        NewNotice(
            id=(number := desk.notice_id()),
            # Each is a sentence of its own to the same hearer.
            cause=cause if at == 0 else number,
            notice=each,
            person=person,
            address=address,
            lane=Lane.REPLY,
            not_before=desk.now,
        )
        for at, each in enumerate(said)
    )


def first_words(newcomer: Newcomer, desk: Desk) -> list[Said]:
    """Everything she is told now, in order."""
    circle = newcomer.circle
    if newcomer.is_tablet:
        return [Said("join.tablet", {"name": newcomer.person.name})]
    if newcomer.is_known and circle is not None and newcomer.role is Role.PARENT:
        values = _values(newcomer, desk)
        if newcomer.texts:
            return [Said("join.another", values), ask_words(circle)]
        return [Said("join.another", values), *_photos(newcomer, circle)]
    match newcomer.role:
        case Role.PARENT if circle is not None:
            return _parent(newcomer, circle, desk)
        case Role.FAMILY if circle is not None:
            return _family(newcomer, desk)
        case Role.PROFESSIONAL if circle is not None:
            return [_professional(newcomer, circle, desk)]
        case Role.KEY_PERSON | Role.SECOND_KEY_PERSON | Role.ROOM_STAFF | Role.SENCO:
            return [_staff(newcomer, desk)]
        case Role.CHILDMINDER if circle is not None and newcomer.child is not None:
            return [Said("join.childminder", _values(newcomer, desk), lets_go=True, before=("join.in", NEW_LINE))]
        case _:
            values = {"name": newcomer.person.name, "setting": newcomer.setting.name if newcomer.setting else ""}
            begin = _begins_with(newcomer)
            if begin:
                return [Said(begin, values, lets_go=True, before=("joined", NEW_LINE))]
            return [Said("joined", values, lets_go=True)]


def _begins_with(newcomer: Newcomer) -> str:
    """What comes first where a setting has no child yet; nothing for whoever finds children there."""
    if newcomer.role is not Role.MANAGER or newcomer.circles:
        return ""
    is_childminder = newcomer.setting is not None and newcomer.setting.kind is SettingKind.CHILDMINDER
    return "joined.childminder" if is_childminder else "joined.manager"


def _parent(newcomer: Newcomer, circle: Circle, desk: Desk) -> list[Said]:
    values = _values(newcomer, desk)
    if newcomer.texts:
        before: tuple[str, ...] = ("join.text.hello", "join.text.reader" if values["reader"] else "join.text.setting")
        return [Said(_emergency_in_text(values), values, before=before), ask_words(circle)]
    reads = _READS.get(values["reader_role"], "join.reads.setting")
    before = (reads, NEW_LINE, _emergency(values), NEW_LINE)
    return [Said(_worried(values), values, lets_go=True, before=before), *_photos(newcomer, circle, first=True)]


def _family(newcomer: Newcomer, desk: Desk) -> list[Said]:
    values = _values(newcomer, desk)
    circle = newcomer.circle
    assert circle is not None
    values["reader"] = next((each.person.name for each in circle.parents(desk.now)), values["reader"])
    if newcomer.texts:
        before = ("join.text.hello", "join.text.family")
        return [Said(_emergency_in_text(values), values, before=before), ask_words(circle)]
    return [Said(_emergency(values), values, lets_go=True, before=("join.family", NEW_LINE))]


def _professional(newcomer: Newcomer, circle: Circle, desk: Desk) -> Said:
    me = circle.membership(newcomer.person.id, desk.now)
    values = _values(newcomer, desk)
    if me is None or me.until is None:
        return Said("join.professional", values, lets_go=True, before=("join.professional.open",))
    # The time ends with the day before: what ends at midnight is of use until then.
    last = (me.until - timedelta(minutes=1)).astimezone(desk.zone).date()
    values["day"] = f"{last.day} {_MONTHS[last.month - 1]}"
    return Said("join.professional", values, lets_go=True, before=("join.professional.until",))


def _staff(newcomer: Newcomer, desk: Desk) -> Said:
    values = _values(newcomer, desk)
    keyed = _key_children(newcomer, desk)
    before = ["join.staff", NEW_LINE]
    if len(keyed) >= _FEW:
        values |= {"count": str(len(keyed)), "first": keyed[0], "second": keyed[1], "third": keyed[2]}
        before = ["join.key_person", NEW_LINE]
    if values["lead"]:
        before += ["join.staff.worried", NEW_LINE]
    if newcomer.setting is None or _hours_are_known(newcomer):
        return Said("join.list", values, lets_go=True, before=tuple(before))
    choices = (Choice(Offer.DAYS_WEEK, newcomer.setting.id), Choice(Offer.DAYS_CHOOSE, newcomer.setting.id))
    return Said("join.list.which", values, choices, lets_go=True, before=tuple(before))


def _key_children(newcomer: Newcomer, desk: Desk) -> list[str]:
    return [
        circle.child.name
        for _, circle in sorted(newcomer.circles.items())
        if any(
            each.person.id == newcomer.person.id and each.role is Role.KEY_PERSON
            for each in circle.memberships
            if each.standing in (Standing.LIVE, Standing.PENDING)
        )
    ]


def _hours_are_known(newcomer: Newcomer) -> bool:
    return any(
        duty.person == newcomer.person.id and duty.day is None
        for circle in newcomer.circles.values()
        for duty in circle.duties
    )


def _photos(newcomer: Newcomer, circle: Circle, *, first: bool = False) -> list[Said]:
    """The question about group photos, unless she has answered it already."""
    asked = any(each.chooser == newcomer.person.id and each.use is PhotoUse.GROUP for each in circle.photo_choices)
    if asked:
        return [ask_day(circle)] if first else []
    return [ask_photos(circle, before=("join.two_quick",) if first else ())]


def ask_photos(circle: Circle, *, key: str = "join.photos", before: tuple[str, ...] = ()) -> Said:
    """May she be in group photos."""
    choices = (Choice(Offer.PHOTOS_YES, circle.child.id), Choice(Offer.PHOTOS_NO, circle.child.id))
    return Said(key, {"child": circle.child.name}, choices, before=before)


def ask_day(circle: Circle) -> Said:
    """When her page of the day is wanted."""
    child = circle.child
    choices = (
        Choice(Offer.DAY_AT, child.id, Hears.AT_FIVE),
        Choice(
            Offer.DAY_COLLECTED,
            child.id,
            Hears.COLLECTED,
            child.name if child.pronoun is Pronoun.THEY else child.pronoun,
        ),
        Choice(Offer.DAY_AT_ONCE, child.id, Hears.AS_IT_HAPPENS),
        Choice(Offer.DAY_FRIDAYS, child.id, Hears.FRIDAYS),
    )
    return Said("join.day", {"child": child.name}, choices)


def ask_words(circle: Circle) -> Said:
    """Whether texts may use the child's name."""
    choices = (Choice(Offer.WORDS_YES, circle.child.id), Choice(Offer.WORDS_NO, circle.child.id))
    return Said("join.words", {}, choices)


def _values(newcomer: Newcomer, desk: Desk) -> dict[str, str]:
    circle, setting = newcomer.circle, newcomer.setting
    reader = _reader(circle, setting.id if setting else None, desk) if circle is not None else None
    return {
        "name": newcomer.person.name,
        "child": circle.child.name if circle is not None else "",
        "setting": long_name(setting),
        "short": setting.name if setting else "",
        "telephone": setting.telephone if setting else "",
        "reader": reader.person.name if reader is not None else "",
        "reader_role": reader.role.value if reader is not None else "",
        "from": _from(reader, circle, desk) if reader is not None and circle is not None else "",
        **_lead(newcomer, circle, desk),
    }


def _reader(circle: Circle, setting: SettingId | None, desk: Desk) -> Membership | None:
    """Whom she writes to: the key person of the setting she joins through, or its childminder."""
    staff = circle.staff_of(setting, desk.now) if setting is not None else ()
    for role in (Role.KEY_PERSON, Role.CHILDMINDER):
        for each in staff:
            if each.role is role:
                return each
    return None


def _lead(newcomer: Newcomer, circle: Circle | None, desk: Desk) -> dict[str, str]:
    """Whom to tell of a worry about a child's safety."""
    if circle is not None and newcomer.setting is not None:
        for each in circle.staff_of(newcomer.setting.id, desk.now):
            if each.role is Role.SAFEGUARDING_LEAD and each.person.id != newcomer.person.id:
                return {"lead": each.person.name, "lead_full": each.person.in_full}
    return {"lead": "", "lead_full": ""}


def _from(reader: Membership, circle: Circle, desk: Desk) -> str:
    """When her day at work begins, on the next day she works."""
    today = desk.today
    for ahead in range(8):
        day: date = today + timedelta(days=ahead)
        hours = hours_of(reader, circle, day)
        if hours:
            return f"{hours[0][0].hour}:{hours[0][0].minute:02d}"
    return ""


def _emergency(values: Mapping[str, str]) -> str:
    return "join.emergency" if values["telephone"] else "join.emergency.nowhere"


def _emergency_in_text(values: Mapping[str, str]) -> str:
    return "join.text.emergency" if values["telephone"] else "join.text.emergency.nowhere"


def _worried(values: Mapping[str, str]) -> str:
    return "join.worried" if values["lead_full"] else "join.worried.nobody"


_MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
