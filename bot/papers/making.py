"""Makes slips to join by: an invitation on paper for each parent, and the slip it stands on.

The PDF is drawn before anything is written, then its bytes and every invitation in it are written together: a crash in
between leaves the wish as it was, and no code is valid that stands on no slip.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from book.ids import ChildId, Ids, NoticeId, PersonId, SettingId
from book.links import link_to
from book.papers import Slips
from book.people import Circle, Role
from book.reached import OwnNumbers
from book.wording.catalogue import Catalogue
from bot.papers import slips
from bot.papers.slips import Slip
from storage import circles, documents, enrolled, invitations
from storage.database import Connection
from storage.documents import ToMake
from storage.store import Store
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Chance:
    """Where payloads and codes come from."""

    payload: Callable[[int], bytes]  # so many bytes
    letter: Callable[[str], str]  # one of these


@dataclass(frozen=True, slots=True)
class Prepared:
    """One slip, and the invitation it will stand for."""

    slip: Slip
    person: PersonId
    child: ChildId
    payload: str


def prepare(
    connection: Connection, vault: Vault, wish: Slips, chance: Chance, bot: str, numbers: OwnNumbers, now: datetime
) -> list[Prepared]:
    """A slip for each parent the wish is for who has not joined; siblings share their parent's."""
    roll = enrolled.load(connection, vault, [wish.setting], now)
    known, people = roll.setting(wish.setting), roll.people
    if known is None:
        return []
    around = circles.load(connection, vault, {each.id for each in known.children}, now)
    children: dict[PersonId, list[Circle]] = {}
    for child in known.children:
        for parent in child.parents:
            children.setdefault(parent, []).append(around[child.id])
    taken: set[str] = set()
    prepared: list[Prepared] = []
    for parent, theirs in children.items():
        person = people[parent]
        first = theirs[0]
        room = first.rooms.get(wish.setting)
        if person.has_joined or (wish.parents and parent not in wish.parents):
            continue
        if wish.room is not None and wish.room not in {
            each.rooms[wish.setting].id for each in theirs if wish.setting in each.rooms
        }:
            continue
        code = invitations.new_code(first.child.name, chance.letter)
        while code in taken:
            code = invitations.new_code(first.child.name, chance.letter)
        taken.add(code)
        payload = invitations.new_payload(chance.payload)
        keys = [each for each in first.live(now) if each.role is Role.KEY_PERSON and each.setting == wish.setting]
        managers = [each for each in first.live(now) if each.role is Role.MANAGER and each.setting == wish.setting]
        setting = first.settings[wish.setting]
        slip = Slip(
            children=tuple(each.child.name for each in theirs),
            parent=person.called,
            room=room.name if room is not None else "",
            key_person=keys[0].person.name if keys else "",
            setting=setting.name,
            manager=managers[0].person.name if managers else "",
            telephone=setting.telephone,
            code=code,
            link=link_to(bot, payload) if bot else "",
            bot=f"@{bot}" if bot else "",
            numbers=numbers,
        )
        prepared.append(Prepared(slip, parent, first.child.id, payload))
    return prepared


def write(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    setting: SettingId,
    prepared: Sequence[Prepared],
    made_by: PersonId | None,
    now: datetime,
) -> None:
    """Make the invitations that stand on these slips."""
    for each in prepared:
        invitations.make_slip(
            connection,
            vault,
            ids,
            person=each.person,
            role=Role.PARENT,
            child=each.child,
            setting=setting,
            payload=each.payload,
            code=each.slip.code,
            made_by=made_by,
            now=now,
        )


def finish(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    wanted: ToMake,
    wish: Slips,
    notice: NoticeId,
    prepared: Sequence[Prepared],
    content: bytes,
    now: datetime,
) -> bool:
    """Write the document, its invitations and the notice's freedom together; False if it was made before."""
    if not documents.make(connection, vault, wanted, content, notice):
        return False
    write(connection, vault, ids, wish.setting, prepared, wanted.made_by, now)
    return True


async def slips_now(
    store: Store,
    ids: Ids,
    wish: Slips,
    chance: Chance,
    catalogue: Catalogue,
    bot: str,
    numbers: OwnNumbers,
    now: datetime,
    *,
    drawn: Callable[[int], None] = lambda _: None,
) -> tuple[bytes, int]:
    """The slips at once, for the operator's own command; the PDF and how many stand in it."""
    prepared = await store.read(prepare, store.vault, wish, chance, bot, numbers, now)
    content = slips.make([each.slip for each in prepared], catalogue, large=wish.large, done=drawn)
    await store.write(write, store.vault, ids, wish.setting, prepared, None, now)
    return content, len(prepared)
