"""Who is in the demo, from a file: settings, people, children, who stands where, what was chosen and written before.

The file is TOML; a fault in it is one sentence for whoever started the demo.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from book.errors import OperatorError
from book.ids import ChildId, Ids, PersonId, RoomId, SettingId
from book.people import Pronoun, Role, SettingKind
from book.sharing import ANSWERS, Answer, Choice, PhotoChoice, PhotoUse
from storage.roster import (
    NewChild,
    NewDuty,
    NewMembership,
    NewPerson,
    NewRoom,
    NewRoomMove,
    NewSession,
    NewSetting,
    Roster,
)
from storage.sharing import NewChoice, NewPhotoChoice
from storage.tablets import NewFigures, Tablet
from storage.work_lines import NewWorkLine


class FaultyRoster(OperatorError):
    """The roster file cannot be used; the sentence says where."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Setting(_Part):
    id: str
    kind: SettingKind
    name: str
    telephone: str = ""
    by_hand: bool = False
    council_line: str = ""


class _Person(_Part):
    # It is her phone's handle and stands in addresses of the page.
    id: str = Field(pattern=r"^[\w-]{1,40}$")
    name: str
    full_name: str = ""
    about: str = ""
    open: bool = False
    pronoun: Pronoun = Pronoun.THEY
    direct_line: str = ""


class _Room(_Part):
    id: str
    setting: str
    name: str


class _Tablet(_Part):
    person: str
    room: str


class _Figures(_Part):
    person: str
    figures: str = Field(pattern=r"^\d{4}$")


class _Child(_Part):
    id: str
    name: str
    nicknames: list[str] = []
    room: str = ""
    pronoun: Pronoun = Pronoun.THEY


class _Membership(_Part):
    role: Role
    person: str
    children: list[str] = []
    setting: str


class _Session(_Part):
    child: str
    setting: str
    days: list[int]
    start: time
    end: time


class _Duty(_Part):
    person: str
    setting: str
    days: list[int]
    start: time
    end: time


class _Choice(_Part):
    by: str
    child: str
    source: str
    target: str
    answer: Answer


class _Photos(_Part):
    by: str
    child: str
    uses: list[PhotoUse]


class Written(_Part):
    """Something somebody wrote before the demo begins."""

    by: str
    days_ago: int
    at: time
    text: str


class _File(_Part):
    settings: list[_Setting] = []
    rooms: list[_Room] = []
    tablets: list[_Tablet] = []
    figures: list[_Figures] = []
    people: list[_Person] = []
    children: list[_Child] = []
    memberships: list[_Membership] = []
    sessions: list[_Session] = []
    duty: list[_Duty] = []
    choices: list[_Choice] = []
    photos: list[_Photos] = []
    written: list[Written] = []

    def before_photos(self) -> _File:
        """The same before any parent has said what pictures may be used for."""
        return self.model_copy(update={"photos": []})

    def without(self, people: Collection[str]) -> _File:
        """The same without some people, and without the settings that nobody else belongs to."""
        memberships = [each for each in self.memberships if each.person not in people]
        left = {each.setting for each in memberships}
        return self.model_copy(
            update={
                "people": [each for each in self.people if each.id not in people],
                "memberships": memberships,
                "tablets": [each for each in self.tablets if each.person not in people],
                "settings": [each for each in self.settings if each.id in left],
                "sessions": [each for each in self.sessions if each.setting in left],
                "duty": [each for each in self.duty if each.person not in people],
                "choices": [
                    each
                    for each in self.choices
                    if each.by not in people and {each.source, each.target} <= {"home", *left}
                ],
                "photos": [each for each in self.photos if each.by not in people],
                "written": [each for each in self.written if each.by not in people],
            }
        )


@dataclass(frozen=True, slots=True)
class DemoRoster:
    """The roster to enrol, and what only the demo knows: the phones and what was written before."""

    roster: Roster
    people: dict[str, PersonId]
    children: dict[str, ChildId]
    settings: dict[str, SettingId]
    about: Mapping[str, str]
    open: frozenset[str]
    written: tuple[Written, ...]


def read_roster(path: Path | None) -> _File:
    """The file at ``path``, or the sample that comes with Bookbag."""
    try:
        if path is None:
            text = resources.files("bot.demo").joinpath("sample.toml").read_text("utf-8")
        else:
            text = path.read_text("utf-8")
        return _File.model_validate(tomllib.loads(text))
    except OSError as fault:
        raise FaultyRoster(
            f"The roster {path} cannot be read ({fault.strerror}): give another with --roster."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise FaultyRoster(f"The roster {path} is not a TOML file: {fault}.") from None
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(each) for each in first["loc"])
        raise FaultyRoster(f"The roster {path or 'sample'} is wrong at {where}: {first['msg']}.") from None


def number(file: _File, ids: Ids, now: datetime) -> DemoRoster:
    """Give everybody in ``file`` an id; raises :class:`FaultyRoster` for a name that stands for nobody."""
    people = {each.id: PersonId(ids.new()) for each in file.people}
    children = {each.id: ChildId(ids.new()) for each in file.children}
    settings = {each.id: SettingId(ids.new()) for each in file.settings}
    rooms = {each.id: NewRoom(RoomId(ids.new()), settings[each.setting], each.name) for each in file.rooms}
    try:
        roster = Roster(
            settings=[
                NewSetting(settings[each.id], each.kind, each.name, each.telephone, each.by_hand)
                for each in file.settings
            ],
            rooms=list(rooms.values()),
            room_moves=[
                NewRoomMove(ids.new(), children[each.id], rooms[each.room].setting, rooms[each.room].id)
                for each in file.children
                if each.room
            ],
            tablets=[Tablet(people[each.person], rooms[each.room].id) for each in file.tablets],
            figures=[NewFigures(people[each.person], each.figures) for each in file.figures],
            work_lines=[
                *(NewWorkLine(each.direct_line, lead=people[each.id]) for each in file.people if each.direct_line),
                *(
                    NewWorkLine(each.council_line, council_of=settings[each.id])
                    for each in file.settings
                    if each.council_line
                ),
            ],
            people=[
                NewPerson(people[each.id], each.name, full_name=each.full_name, pronoun=each.pronoun)
                for each in file.people
            ],
            children=[
                NewChild(children[each.id], (each.name, *each.nicknames), pronoun=each.pronoun)
                for each in file.children
            ],
            memberships=[
                NewMembership(ids.new(), people[each.person], each.role, child, settings[each.setting])
                for each in file.memberships
                for child in (_named(children, each.children) or (None,))
            ]
            + [
                NewMembership(
                    ids.new(), people[each.person], Role.ROOM_STAFF, None, rooms[each.room].setting, rooms[each.room].id
                )
                for each in file.tablets
            ],
            sessions=[
                NewSession(ids.new(), children[each.child], settings[each.setting], day, each.start, each.end)
                for each in file.sessions
                for day in each.days
            ],
            duties=[
                NewDuty(ids.new(), people[each.person], settings[each.setting], day, each.start, each.end)
                for each in file.duty
                for day in each.days
            ],
            choices=[
                NewChoice(
                    ids.new(),
                    children[each.child],
                    Choice(
                        people[each.by],
                        _end(settings, each.source),
                        _end(settings, each.target),
                        ANSWERS[each.answer],
                        now,
                    ),
                )
                for each in file.choices
            ],
            photo_choices=[
                NewPhotoChoice(ids.new(), children[each.child], PhotoChoice(people[each.by], use, True, now))
                for each in file.photos
                for use in each.uses
            ],
        )
        for each in file.written:
            people[each.by]
    except KeyError as missing:
        raise FaultyRoster(f"The roster speaks of {missing.args[0]!r}, whom it does not list.") from None
    return DemoRoster(
        roster=roster,
        people=people,
        children=children,
        settings=settings,
        about={each.id: each.about for each in file.people},
        open=frozenset(each.id for each in file.people if each.open),
        written=tuple(file.written),
    )


def _end(settings: Mapping[str, SettingId], name: str | Literal["home"]) -> SettingId | None:
    return None if name == "home" else settings[name]


def _named(children: Mapping[str, ChildId], names: list[str]) -> tuple[ChildId | None, ...]:
    return tuple(children[name] for name in names)
