"""The phones in the browser: a channel like any other, whose platform is our own table.

It can be asked twice without showing twice, so nothing it does is ever unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from book.deliveries import Accepted, Act, Later, Outcome, Refused
from book.ids import AddressId, Ids
from book.media import MediaKind
from book.reasons import Reason
from book.wording.utterance import Span, Style, Utterance
from bot.channels.channel import Abilities, Button, Call, Part, Unfetched, asked_for
from bot.channels.splitting import split
from bot.clock import BookTime
from storage import documents, phones
from storage.database import Connection
from storage.documents import NewDocument
from storage.store import Store

ACCOUNT = "demo"
LONGEST = 4096
CONTACT = "contact:"


class Phones:
    """What leaves for a phone is shown on it."""

    name = "phones"
    account = ACCOUNT
    abilities = Abilities(can_change=True, take_back_for=timedelta(hours=48), has_buttons=True)

    def __init__(self, store: Store, clock: BookTime, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._is_closed = False

    def parts(self, utterance: Utterance, tokens: Sequence[str]) -> tuple[Part, ...]:
        """See :meth:`bot.channels.channel.Channel.parts`. A phone shows any number of pictures over the first words."""
        pieces = split(utterance.text, LONGEST, len)
        choices, asks = asked_for(utterance, tokens)
        buttons = tuple(Button(each.label, token) for each, token in choices)
        if asks is not None:
            # A phone here is its own number: the door puts it in the place of this token.
            buttons = (*buttons, Button(asks[0].label, f"{CONTACT}{asks[1]}"))
        pictures = tuple(each.media for each in utterance.pictures)
        if not pieces and pictures:
            pieces = ("",)
        last = len(pieces) - 1
        return tuple(
            Part(
                piece,
                _styles(utterance.spans) if len(pieces) == 1 else (),
                buttons if number == last else (),
                document=utterance.document if number == last else 0,
                pictures=pictures if number == 0 else (),
            )
            for number, piece in enumerate(pieces)
        )

    async def call(self, call: Call) -> Outcome:
        if self._is_closed:
            return Later()
        return await self._store.write(self._show, call, self._clock.now())

    def _show(self, connection: Connection, call: Call, now: datetime) -> Outcome:
        vault = self._store.vault
        address = phones.at_handles(connection, vault, ACCOUNT, [call.handle]).get(call.handle)
        if address is None:
            return Refused(Reason.BLOCKED)
        text = call.part.text if call.part is not None else ""
        buttons = tuple((each.label, each.token) for each in (call.part.buttons if call.part is not None else ()))
        match call.act:
            case Act.SAY:
                seq = phones.add(
                    connection,
                    vault,
                    address,
                    text,
                    mine=False,
                    at=now,
                    buttons=buttons,
                    delivery=call.delivery,
                    reply_to=int(call.reply_to) if call.reply_to else None,
                    silent=call.silent,
                )
                self._hang(connection, AddressId(address), seq, call, now)
                return Accepted((str(seq),))
            case Act.CHANGE:
                assert call.target is not None
                changed = phones.change(connection, vault, address, int(call.target), text, buttons)
                return Accepted() if changed else Refused(Reason.REFUSED_BY_CHANNEL)
            case Act.TAKE_BACK:
                assert call.target is not None
                phones.withdraw(connection, AddressId(address), int(call.target))
                return Accepted()
            case Act.ANSWER_PRESS | Act.LEAVE:
                return Accepted()
            case _:
                assert_never(call.act)

    def _hang(self, connection: Connection, address: AddressId, seq: int, call: Call, now: datetime) -> None:
        """What goes with the words; pictures in copies of the phone's own, as any platform keeps them."""
        if phones.has_files(connection, seq):
            return  # Said before: what it showed hangs there.
        hung = []
        if call.part is not None and call.part.document and call.attachment is not None:
            hung.append((call.part.document, MediaKind.DOCUMENT))
        owner = phones.owner(connection, address, now)
        for each in call.pictures:
            if each.content is not None:
                new = NewDocument(self._ids.new(), owner, each.name, each.media_type, each.content)
                documents.keep(connection, self._store.vault, new, now)
                hung.append((new.id, each.kind))
        phones.hang(connection, seq, hung)

    async def fetch(self, reference: str, *, most: int) -> bytes | Unfetched:
        """What was put on the phone is kept as a document from the first; see :mod:`bot.doors.phones`."""
        number = int(reference) if reference.isascii() and reference.isdigit() else 0
        found = await self._store.read(documents.load, self._store.vault, number)
        if found is None:
            return Unfetched.GONE
        return found.content if len(found.content) <= most else Unfetched.TOO_LARGE

    async def close(self) -> None:
        """Nothing is shown any more; the store is closed by whoever opened it."""
        self._is_closed = True


def _styles(spans: Sequence[Span]) -> tuple[tuple[int, int, Style], ...]:
    found, at = [], 0
    for span in spans:
        if span.style is not Style.PLAIN:
            found.append((at, len(span.text), span.style))
        at += len(span.text)
    return tuple(found)
