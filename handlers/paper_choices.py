"""What a parent signed on paper, entered by a manager (dialogue 22); shown to the parent if she joins.

A choice on paper counts as one made in chat: newest last, told to nobody who need not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from book.deliveries import Lane
from book.ids import ChildId, SettingId
from book.notices import Said
from book.people import Circle, Person, Role
from book.reasons import Reason
from book.sharing import PhotoChoice
from book.understanding import beyond
from book.understanding.lexicon import fold
from book.wording.values import sentence, short_day
from handlers import echo, replies
from handlers.desk import Desk
from handlers.sharing import choices_for
from storage.audit import Deed
from storage.conversations import Asked
from storage.filing import Filing, NewNotice
from storage.roster import Roster
from storage.sharing import NewChoice, NewPhotoChoice, OnPaper
from storage.situations import Situation
from storage.vault import Owner

PAPER = "paper"
ECHO = "echo.paper"


def may_be(text: str) -> bool:
    return "signed" in text.casefold() and ":" in text


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Enter what was signed; whatever of it is unclear, nothing of it is entered. None: it is a note."""
    return _read(situation, desk, situation.taken.incoming.text, desk.today, sure=False)


def echoed(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: what was signed is entered."""
    return _read(situation, desk, asked.values["words"], date.fromisoformat(asked.values["today"]), sure=True)


def _read(situation: Situation, desk: Desk, text: str, today: date, *, sure: bool) -> tuple[Filing, ...] | None:
    wished = beyond.as_paper(text, today)
    managed = _managed(situation, desk)
    if wished is None or not managed:
        return None
    found = [
        (child, circle, parent)
        for child, circle in managed
        for parent in _parents_called(circle, wished.who, desk)
        if not wished.child or fold(wished.child) == fold(circle.child.name)
    ]
    if not found:
        return None
    if len({parent.id for _, _, parent in found}) > 1:
        return (replies.said(situation, desk, "paper.who", {"name": beyond.titled(wished.who)}),)
    if wished.unclear:
        return (replies.said(situation, desk, "paper.unclear", {"words": wished.unclear}),)
    if echo.is_needed(situation) and not sure:
        kept = {"words": text, "today": today.isoformat()}
        return (echo.ask(situation, desk, ECHO, "echo.do", {}, pending=kept),)
    return _entered(situation, desk, wished, found)


def _entered(
    situation: Situation,
    desk: Desk,
    wished: beyond.PaperWished,
    found: Sequence[tuple[ChildId, Circle, Person]],
) -> tuple[Filing, ...]:
    assert situation.person is not None
    me, parent = situation.person, found[0][2]
    choices: list[NewChoice] = []
    photos: list[NewPhotoChoice] = []
    for child, circle, _ in found:
        photos += [
            NewPhotoChoice(
                desk.ids.new(), child, PhotoChoice(parent.id, use, allowed, desk.now), PAPER, me.id, wished.signed_on
            )
            for use, allowed in wished.photos
        ]
        for answer, whom in wished.shares:
            setting = _setting_called(circle, whom)
            if setting is None:
                return (replies.said(situation, desk, "paper.unclear", {"words": whom}),)
            choices += [
                replace(each, said_by=PAPER, entered_by=me.id, signed_on=wished.signed_on)
                for each in choices_for(answer, parent.id, circle, setting, desk.now, desk.ids)
            ]
    joined = situation.roll is not None and parent.id in situation.roll.joined
    if joined and (later := _chosen_since(parent, found, wished.signed_on, desk)) is not None:
        values = {"name": parent.name, "day": short_day(later), "signed": short_day(wished.signed_on)}
        return (replies.said(situation, desk, "paper.older", values),)
    key = "paper.kept.joined" if joined else "paper.kept"
    said = Said(
        key,
        {
            "names": "\n".join(circle.child.name for _, circle, _ in found),
            "who": parent.full_name or parent.name,
            "day": short_day(wished.signed_on),
            "by": me.name,
            "name": parent.name,
            "joins": sentence(f"pronoun.{parent.pronoun}.joins"),
        },
    )
    shown = [
        _shown(situation, desk, parent, OnPaper(child, parent.id, wished.signed_on, me.id), circle)
        for child, circle, _ in found
        if joined
    ]
    filing = replace(
        replies.skip(situation, Reason.ANSWERED),
        notices=(replies.say(situation, desk, said), *shown),
        roster=Roster(choices=choices, photo_choices=photos),
        deeds=tuple(
            Deed("paper_choices", me.id, Owner.child(child), parent.id, {"signed_on": wished.signed_on.isoformat()})
            for child, _, _ in found
        ),
    )
    return (filing,)


def _chosen_since(
    parent: Person, found: Sequence[tuple[ChildId, Circle, Person]], signed_on: date, desk: Desk
) -> date | None:
    """The day on which she herself chose later than she signed: an older paper takes nothing of that back."""
    moments = [each.at for _, circle, _ in found for each in circle.choices if each.chooser == parent.id]
    moments += [each.at for _, circle, _ in found for each in circle.photo_choices if each.chooser == parent.id]
    days = [each.astimezone(desk.zone).date() for each in moments]
    return max((day for day in days if day > signed_on), default=None)


def shown_to(paper: OnPaper, circle: Circle) -> Said:
    """What a parent reads of a paper of hers that somebody entered: when she joins, or at once if she has."""
    by = circle.person(paper.entered_by) if paper.entered_by is not None else None
    return Said(
        "paper.shown",
        {"child": circle.child.name, "day": short_day(paper.signed_on), "by": by.name if by is not None else ""},
    )


def _shown(situation: Situation, desk: Desk, parent: Person, paper: OnPaper, circle: Circle) -> NewNotice:
    cause = desk.ids.new()  # one message may show her papers of several children
    said = shown_to(paper, circle)
    return replies.tell(situation, desk, parent.id, said, child=paper.child, lane=Lane.RELAY, cause=cause)


def _managed(situation: Situation, desk: Desk) -> list[tuple[ChildId, Circle]]:
    """The children of the setting whose manager the sender is."""
    assert situation.person is not None
    return [
        (child, circle)
        for child, circle in sorted(situation.circles.items())
        if (me := circle.membership(situation.person.id, desk.now)) is not None and me.role is Role.MANAGER
    ]


def _parents_called(circle: Circle, name: str, desk: Desk) -> list[Person]:
    said = fold(name)
    return [
        each.person
        for each in circle.parents(desk.now)
        if said in (fold(each.person.name), fold(each.person.full_name))
    ]


def _setting_called(circle: Circle, name: str) -> SettingId | None:
    """The setting of this name, or the one where somebody of this name works with the child."""
    said = fold(name)
    for setting in circle.settings.values():
        if fold(setting.name) == said:
            return setting.id
    people = [each for each in circle.memberships if each.role is Role.CHILDMINDER and fold(each.person.name) == said]
    return people[0].setting if people else None
