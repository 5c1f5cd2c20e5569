"""The safeguarding desk: what a lead may read, and what she does there, each in one transaction and in the audit.

A browser is known by a link she asked for in her chat; four figures open it for a quarter of an hour, counted anew with
everything she does. Nobody but a lead who is not concerned has it. Knows nothing of pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from book.deliveries import InboxState
from book.ids import ChildId, Ids, PersonId, Tape
from book.people import Circle
from book.timing import Pace
from book.understanding.lexicon import Lexicon
from handlers.desk import Desk
from handlers.filing_a_note import file_note, named_children
from storage import audit, circles, desk_browsers, disclosures, filing, situations, tablets
from storage.audit import Deed
from storage.database import Connection
from storage.desk_browsers import Browser
from storage.disclosures import HELD, Handled, Held, OnTheDesk
from storage.situations import Situation, Wants
from storage.store import Store
from storage.tablets import Changes
from storage.vault import Owner


class Opening(StrEnum):
    """What came of trying to open it."""

    OPEN = "open"
    WRONG = "wrong"
    CLOSED = "closed"  # wrong too often: for a while nothing is tried
    NO_FIGURES = "no_figures"  # she has chosen none yet
    UNKNOWN = "unknown"  # a link that was used, is too old, or never was one


class Done(StrEnum):
    """What came of doing something there."""

    DONE = "done"
    ASKED = "asked"  # its author is asked which child it is about
    NOT_OPEN = "not_open"
    NOT_HERS = "not_hers"
    NOBODY_TO_FILE = "nobody_to_file"  # its author is in no child's book any more


@dataclass(frozen=True, slots=True)
class Tools:
    """What the desk needs beside the store."""

    now: Callable[[], datetime]
    ids: Ids
    lexicon: Lexicon
    zone: ZoneInfo
    pace: Pace
    token: Callable[[], str]  # by which a browser is known, beyond anybody's guess


class AtTheDesk:
    """One for a process; it remembers nothing itself."""

    def __init__(self, store: Store, tools: Tools) -> None:
        self._store = store
        self._tools = tools

    async def is_known(self, token: str) -> bool:
        """Whether this is a link or a browser that may try four figures."""
        return await self._store.read(desk_browsers.find, self._store.vault, token, self._tools.now()) is not None

    async def open_(self, token: str, figures: str) -> tuple[Opening, str]:
        """Try her four figures; where they are right, the token by which the browser is known from now on."""
        fresh = self._tools.token()
        opened = await self._store.write(self._open, token, figures, fresh, self._tools.now())
        return opened, fresh if opened is Opening.OPEN else ""

    def _open(self, connection: Connection, token: str, figures: str, fresh: str, now: datetime) -> Opening:
        vault = self._store.vault
        browser = desk_browsers.find(connection, vault, token, now)
        if browser is None:
            return Opening.UNKNOWN
        kept = tablets.load_figures(connection, vault, [browser.person])
        if not kept.has(browser.person):
            return Opening.NO_FIGURES
        if kept.closed_until(browser.person, now) is not None:
            return Opening.CLOSED
        tried = kept.tried(browser.person, figures, now)
        tablets.write(connection, vault, [Changes(tried=tried)], now)
        if tried.failures:
            return Opening.CLOSED if tried.closed_until is not None else Opening.WRONG
        desk_browsers.open_(connection, vault, browser, fresh, now)
        self._record(connection, browser.person, "desk_opened", None, now)
        return Opening.OPEN

    async def close(self, token: str) -> None:
        """Closed before its time."""
        browser = await self._store.read(desk_browsers.find, self._store.vault, token, self._tools.now())
        if browser is not None:
            await self._store.write(desk_browsers.close, browser)

    async def looks(self, token: str) -> list[OnTheDesk] | None:
        """What is on her desk, newest first; None where it is not open. Having seen it she has answered."""
        return await self._store.write(self._look, token, self._tools.now())

    def _look(self, connection: Connection, token: str, now: datetime) -> list[OnTheDesk] | None:
        vault = self._store.vault
        browser = self._opened(connection, token, now)
        if browser is None:
            return None
        found = disclosures.on_the_desk(connection, vault, browser.person, now)
        new = [Handled(each.held.id, answered_by=browser.person) for each in found if not each.held.answered]
        if new:
            disclosures.handle(connection, vault, new, now)
            found = disclosures.on_the_desk(connection, vault, browser.person, now)
        return found

    async def notes(self, token: str, disclosure: int, words: str) -> Done:
        """Write down what she did."""
        return await self._store.write(self._note, token, disclosure, words, self._tools.now())

    def _note(self, connection: Connection, token: str, disclosure: int, words: str, now: datetime) -> Done:
        return self._with(
            connection, token, disclosure, now, "desk_noted",
            lambda on, reader: disclosures.add_note(
                connection, self._store.vault, self._tools.ids, on.held, reader, words, now
            ),
        )  # fmt: skip

    async def removes(self, token: str, disclosure: int) -> Done:
        """The words leave Bookbag: they are in the setting's own records."""
        return await self._store.write(self._remove, token, disclosure, self._tools.now())

    def _remove(self, connection: Connection, token: str, disclosure: int, now: datetime) -> Done:
        return self._with(
            connection, token, disclosure, now, "desk_removed",
            lambda on, _: disclosures.remove(connection, self._store.vault, on.held),
        )  # fmt: skip

    async def record(self, token: str, disclosure: int) -> OnTheDesk | None:
        """Everything of one, to be saved for the setting's own records."""
        return await self._store.write(self._save, token, disclosure, self._tools.now())

    def _save(self, connection: Connection, token: str, disclosure: int, now: datetime) -> OnTheDesk | None:
        found: list[OnTheDesk] = []
        self._with(connection, token, disclosure, now, "desk_saved", lambda on, _: found.append(on))
        return found[0] if found else None

    async def releases(self, token: str, disclosure: int) -> Done:
        """It belongs in the book: filed as its author wrote it, to whoever may know; the copy stays."""
        return await self._store.write(self._release, Tape(self._tools.ids), token, disclosure, self._tools.now())

    def _release(self, connection: Connection, ids: Tape, token: str, disclosure: int, now: datetime) -> Done:
        ids.rewind()
        outcome = Done.DONE

        def file(on: OnTheDesk, reader: PersonId) -> None:
            nonlocal outcome
            outcome = self._file(connection, ids, on.held, now)

        done = self._with(connection, token, disclosure, now, "desk_released", file)
        return outcome if done is Done.DONE else done

    def _file(self, connection: Connection, ids: Ids, held: Held, now: datetime) -> Done:
        vault = self._store.vault
        whole = disclosures.load(connection, vault, [held.id])[held.id]
        if whole.original is None or held.state != HELD:
            return Done.DONE
        taken = replace(whole.original, incoming=replace(whole.original.incoming, released=True))
        desk = Desk(now, ids, self._tools.lexicon, self._tools.zone, self._tools.pace)
        situation = self._of_author(connection, situations.load(connection, vault, [(taken, Wants())], now)[0], held)
        if situation.person is None or not named_children(situation, desk):
            return Done.NOBODY_TO_FILE
        note = file_note(taken, replace(situation, gathering=None), desk)
        if note.state is InboxState.PENDING:
            note = replace(note, put_back=taken.incoming.to_json())
        filing.write(connection, vault, [replace(note, handled=(Handled(held.id, released=True),))], now)
        return Done.ASKED if note.state is InboxState.PENDING else Done.DONE

    def _of_author(self, connection: Connection, situation: Situation, held: Held) -> Situation:
        """On a room's tablet somebody else may be writing by now: it is filed as its author's all the same."""
        people = circles.load_people(connection, self._store.vault, [held.author])
        children = circles.children_of(connection, [held.author]).get(held.author, set())
        around = circles.load(connection, self._store.vault, children, now=self._tools.now())
        return replace(situation, person=people.get(held.author), circles=_live(around, held.author, self._tools.now()))

    # --- what all of it needs ----------------------------------------------------------------------------------------

    def _opened(self, connection: Connection, token: str, now: datetime) -> Browser | None:
        """The browser in which the desk is open, which it is for as long again."""
        browser = desk_browsers.find(connection, self._store.vault, token, now)
        if browser is None or not browser.is_open(now):
            return None
        desk_browsers.keep_open(connection, browser, now)
        return browser

    def _with(
        self,
        connection: Connection,
        token: str,
        disclosure: int,
        now: datetime,
        deed: str,
        act: Callable[[OnTheDesk, PersonId], object],
    ) -> Done:
        browser = self._opened(connection, token, now)
        if browser is None:
            return Done.NOT_OPEN
        on = disclosures.read_by(connection, self._store.vault, disclosure, browser.person, now)
        if on is None:
            return Done.NOT_HERS
        act(on, browser.person)
        self._record(connection, browser.person, deed, disclosure, now)
        return Done.DONE

    def _record(self, connection: Connection, person: PersonId, what: str, subject: int | None, now: datetime) -> None:
        audit.record(connection, self._store.vault, [Deed(what, person, Owner.person(person), subject)], now)


def _live(around: dict[ChildId, Circle], person: PersonId, now: datetime) -> dict[ChildId, Circle]:
    return {child: each for child, each in around.items() if each.membership(person, now) is not None}
