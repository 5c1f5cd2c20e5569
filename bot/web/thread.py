"""A child's thread as the book has it: what was written, who of the circle heard of it, who did not, and why.

Shown to whoever runs the demo, who stands outside every circle; no reader of a real book is shown this. Decides
nothing: who was told is read from the notices, why not from the rules of the audience.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from aiohttp import web

from book.audience import Verdict, choose_audience
from book.deliveries import NoticeState
from book.entries import Entry, EntryState
from book.facts import to_plain
from book.ids import ChildId, EntryId
from book.notices import Kind
from book.people import Circle
from book.pictures import Picture, PictureId, PictureState
from book.reasons import Reason
from book.wording.compose import Composer
from bot.media.kinds import name_of
from bot.web.backstage import Backstage, instant
from bot.web.files import as_file
from bot.web.gate import refusal
from bot.web.people import Json, load_circles
from storage import entries, notices, pictures
from storage.database import Connection
from storage.documents import Document
from storage.entries import Purpose
from storage.notices import Standing
from storage.pictures import Copy
from storage.vault import Vault


class ThreadAnswers:
    """The handlers of ``/api/children``."""

    def __init__(self, backstage: Backstage) -> None:
        self._at = backstage

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/children", self.children),
            web.get("/api/children/{child}/thread", self.thread),
            web.get("/api/children/{child}/pictures/{picture}", self.picture),
        ]

    async def children(self, request: web.Request) -> web.Response:
        store = self._at.store
        around = await store.read(load_circles, store.vault, self._at.time.now())
        return web.json_response([{"id": each, "name": circle.child.name} for each, circle in around.items()])

    async def thread(self, request: web.Request) -> web.Response:
        """The child's entries, oldest first."""
        store = self._at.store
        around = await store.read(load_circles, store.vault, self._at.time.now())
        circle = around.get(request.match_info["child"])
        if circle is None:
            return refusal(404, "There is no such child here.")
        name = request.match_info["child"]
        shown = await store.read(_thread, store.vault, name, circle, self._at.composer, self._at.time.now())
        return web.json_response({"entries": shown})

    async def picture(self, request: web.Request) -> web.Response:
        """A picture of the child's thread, as it goes out."""
        store, number = self._at.store, request.match_info["picture"]
        around = await store.read(load_circles, store.vault, self._at.time.now())
        circle = around.get(request.match_info["child"])
        copy = None
        if circle is not None and number.isascii() and number.isdigit() and len(number) < 20:
            copy = await store.read(_copy, PictureId(int(number)), ChildId(circle.child.id))
        content = None if copy is None else await asyncio.to_thread(copy.opened, store.vault, store.media)
        if copy is None or content is None:
            return refusal(404, "There is no such picture in this book.")
        return as_file(Document(name_of(copy.media_type, copy.picture), copy.media_type, content), request)


def _thread(
    connection: Connection, vault: Vault, name: str, circle: Circle, composer: Composer, now: datetime
) -> list[Json]:
    child = ChildId(circle.child.id)
    written = entries.of_child(connection, vault, child).for_machine(Purpose.BACKSTAGE)
    standings = notices.of_entries(connection, list(written))
    came = _pictures(connection, written.values())
    return [
        {
            **_as_json(each, circle, standings.get(each.id, ()), composer, now),
            "media": [
                {"url": f"/api/children/{name}/pictures/{copy.picture}", "type": copy.media_type}
                for picture in came.get(each.id, ())
                if (copy := _copy(connection, picture.id, child)) is not None
            ],
            "coming": [picture.kind.value for picture in came.get(each.id, ()) if picture.state is PictureState.COMING],
        }
        for each in written.values()
    ]


def _pictures(connection: Connection, written: Iterable[Entry]) -> dict[EntryId, tuple[Picture, ...]]:
    """Of each entry that stands, what came with it, in order."""
    came = {each.message: each.id for each in written if each.is_live and each.has_files and each.message is not None}
    return {came[message]: several for message, several in pictures.of_messages(connection, came).items()}


def _copy(connection: Connection, picture: PictureId, child: ChildId) -> Copy | None:
    """What goes out of a picture to those who hear of this child."""
    wanted = pictures.to_relay(connection, [picture]).get((picture, child))
    kept = pictures.kept_copies(connection, picture) if wanted is not None else []
    return next((each for each in kept if wanted is not None and each.id == wanted.copy), None)


def _as_json(entry: Entry, circle: Circle, standings: Sequence[Standing], composer: Composer, now: datetime) -> Json:
    text = entry.text
    author = circle.person(entry.author)
    return {
        "id": str(entry.id),
        "text": "" if text is None else text.words,
        # What was filed here by mistake says nothing any more, not even what it was about.
        "topics": [] if entry.state is EntryState.MOVED else [each.topic.value for each in entry.subjects],
        "facts": []
        if entry.state is EntryState.MOVED
        else [{**to_plain(each), "text": each.words} for each in entry.facts],
        "author": "" if author is None else author.name,
        "at": instant(entry.happened_at),
        "state": entry.state.value,
        "corrections": [
            {"text": each.words, "at": instant(each.at)} for each in (() if text is None else text.corrections)
        ],
        "audience": [] if entry.state is EntryState.MOVED else _audience(entry, circle, standings, composer, now),
    }


def _audience(
    entry: Entry, circle: Circle, standings: Sequence[Standing], composer: Composer, now: datetime
) -> list[Json]:
    # A recalled entry's relays stay: they say who may have read it.
    newest = {each.person: each for each in standings if each.kind is Kind.RELAY}
    listed = []
    for verdict in choose_audience(entry.note, circle, now):
        standing = newest.get(verdict.member.person.id)
        told, reason, at = _as_it_stands(verdict, standing)
        listed.append(
            {
                "person": verdict.member.person.name,
                "told": told,
                "reason": composer.reason_of(reason),
                "why": reason.value,
                "at": None if at is None else instant(at),
            }
        )
    return listed


def _as_it_stands(verdict: Verdict, standing: Standing | None) -> tuple[bool, Reason, datetime | None]:
    """Whether she was told, why or why not, and when: then, or when it is to be; None for never."""
    if standing is None:
        # What she would be told today was settled when it was written: she was not.
        return False, Reason.NOT_IN_CIRCLE if verdict.told else verdict.reason, None
    match standing.state:
        case NoticeState.TOLD:
            return True, verdict.reason if verdict.told else Reason.TOLD, standing.ended_at
        case NoticeState.WAITING:
            return False, verdict.reason, standing.not_before
        case _:
            return False, standing.reason or verdict.reason, None
