"""A file that goes with a sentence: wished for in the same filing, the sentence waiting until it is made.

Where no file can go the sentence says what stands on it, and where the paper is to be had. Draws nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from book.deliveries import WaitsFor
from book.ids import PersonId
from book.notices import Said
from book.papers import Paper, Sentences, Sheet, Wish
from book.people import Circle, Role
from book.wording.values import one_line
from handlers.desk import Desk
from storage.documents import NewDocument
from storage.filing import Filing, NewNotice
from storage.vault import Owner

_KINDS = {"pdf": "application/pdf", "png": "image/png"}


def with_paper(
    filing: Filing, desk: Desk, notice: NewNotice, paper: Paper, name: str, owner: Owner, by: PersonId
) -> Filing:
    """``filing`` with ``notice`` said as soon as its paper, a file of this name, is made."""
    assert isinstance(notice.notice, Said)
    document = desk.ids.new()
    waiting = replace(notice, notice=replace(notice.notice, document=document), waits_for=WaitsFor.MEDIA)
    media_type = _KINDS[name.rpartition(".")[2]]
    new = NewDocument(document, owner, name, media_type, recipe=Wish(paper, notice.id).to_recipe(), made_by=by)
    return replace(filing, notices=(*filing.notices, waiting), documents=(*filing.documents, new))


def with_sheet(
    filing: Filing, desk: Desk, notice: NewNotice, sentences: Sentences, name: str, circle: Circle, by: PersonId
) -> Filing:
    """One side of paper about a child, kept under her key."""
    return with_paper(filing, desk, notice, Sheet(sentences), f"{one_line(name)}.pdf", Owner.child(circle.child.id), by)


def where(circle: Circle, asks: PersonId, now: datetime) -> Sentences:
    """Where she can have the paper if her own telephone takes no files: from her setting, with its number."""
    me = circle.membership(asks, now)
    runs = me is not None and me.role in (Role.MANAGER, Role.CHILDMINDER)
    at = [each.setting for each in circle.live(now) if each.role is Role.KEY_PERSON and each.setting is not None]
    wanted = me.setting if me is not None and me.setting is not None else next(iter(at), None)
    setting = circle.settings.get(wanted) if wanted is not None else None
    if runs or setting is None or setting.by_hand:
        return (("paper.at_computer", {}),)
    key = "paper.at" if setting.telephone else "paper.at.no_number"
    return ((key, {"setting": setting.name, "telephone": setting.telephone}),)
