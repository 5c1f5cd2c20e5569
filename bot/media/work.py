"""Works off pictures: fetched patiently, made our own, written for each child who is in them; what is gone is deleted.

A film, a recording and a PDF are pictures here. Everything that is to be done stands in the tables, and is ended there
in the transaction that says what came of it; so nothing is lost whatever stops the program, and nothing is done by
halves. Nothing of a file that somebody sent ever touches the disk but a PDF, sealed: what is kept is what was made of
it. Woken by the commit that wants something and by book time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo

import structlog

from book.deliveries import Lane
from book.errors import KeyDestroyed
from book.ids import Ids, InboxId, NoticeId, Tape
from book.media import MediaKind, Refusal
from book.notices import Said
from book.pictures import LATE_AFTER, LOOKED_AGAIN_AFTER, CopyFor, PictureState, fetched_again, is_given_up
from bot.channels.channel import Channel, Unfetched
from bot.clock import BookTime
from bot.media.limits import LARGEST_FILE
from bot.media.making_safe import Later, Refused
from bot.media.own_copies import Own, make_own
from bot.media.recordings import FFMPEG_IS_MISSING, Unrelayed, find_ffmpeg
from storage import addresses, filing, inbox, pictures
from storage.bells import Bell, Listener, ring
from storage.database import Connection, in_trouble
from storage.filing import NewNotice
from storage.media_files import new_name
from storage.pictures import Copy, Due, Made, Taken
from storage.store import Store

_log = structlog.get_logger(__name__)
_AT_ONCE = 2  # each may use half a gigabyte while it is made safe
_SCAN_SECONDS = 20.0


class Pictures:
    """One in a process that sends."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[tuple[str, str], Channel],
        *,
        clock: BookTime,
        ids: Ids,
        zone: tzinfo,
        chance: Callable[[int], bytes],
        fraction: Callable[[], float],
        find_ffmpeg: Callable[[], str | None] = find_ffmpeg,
    ) -> None:
        """``chance(n)`` gives n bytes that nobody guesses, for names; ``fraction`` is the jitter of retries.

        ``find_ffmpeg`` is asked each time: it may be installed while this runs.
        """
        self._store = store
        self._channels = channels
        self._clock = clock
        self._ids = ids
        self._zone = zone
        self._chance = chance
        self._fraction = fraction
        self._find_ffmpeg = find_ffmpeg
        self._has_said_so = False

    async def run(self) -> None:
        """Work until cancelled; of a data directory one process does."""
        listener = self._store.bells.listener(Bell.PICTURES)
        try:
            await asyncio.to_thread(self._store.media.clear_unfinished)
            while True:
                try:
                    await self.work_off()
                except Exception as fault:
                    # What is wanted stays in the tables, and the next look finds it.
                    _log.error("pictures_failed", fault=type(fault).__name__)
                await self._until(listener)
        finally:
            self._store.bells.forget(listener)

    async def _until(self, listener: Listener) -> None:
        """Until something new is wanted, or what waits is due, or it is time to look in any case."""
        try:
            next_at = await self._store.read(pictures.next_due)
        except Exception:
            next_at = None  # The database may be away for a moment.
        waits: list[asyncio.Future[object]] = [asyncio.ensure_future(listener.wait())]
        if next_at is not None and next_at > self._clock.now():
            waits.append(asyncio.ensure_future(self._clock.sleep_until(next_at)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=_SCAN_SECONDS)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def work_off(self) -> int:
        """Do everything that is due now; with how many pictures something was done."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(picture: Due) -> bool:
            async with turn:
                return await self._one(picture)

        done = 0
        while found := await self._store.read(
            pictures.due, self._store.vault, self._clock.now(), self._channels.keys()
        ):
            came_of = await asyncio.gather(*(one(each) for each in found))
            done += sum(came_of)
            if not any(came_of):
                break  # Another process's accounts, or trouble that time will mend.
        await self._tidy()
        return done

    async def _one(self, picture: Due) -> bool:
        try:
            if picture.file is not None:
                return await self._fetch(picture)
            return await self._follow(picture)
        except Exception as fault:
            if in_trouble(fault):
                raise
            # Nobody's picture holds up another's. What went wrong may be the machine's: it is tried again.
            _log.error("picture_failed", picture=picture.id, fault=type(fault).__name__)
            return await self._again(picture)

    # --- fetching ---------------------------------------------------------------------------------------------------

    async def _fetch(self, picture: Due) -> bool:
        assert picture.file is not None
        channel = self._channels.get((picture.channel, picture.account))
        if channel is None:
            return False  # Another process's account.
        came_as = picture.file.shown_as or MediaKind.PHOTO
        if (came_as.is_film or came_as.is_sound) and self._find_ffmpeg() is None:
            # The platform keeps it for us: there is no use in asking for it each time.
            return await self._wait_here(picture)
        found: bytes | Unfetched = Unfetched.TOO_LARGE
        if picture.file.size <= LARGEST_FILE:
            # Asked by its own name each time: the address that a platform gives for a file soon leads nowhere.
            found = await channel.fetch(picture.file.reference, most=LARGEST_FILE)
        match found:
            case Unfetched.LATER:
                return await self._again(picture)
            case Unfetched.GONE:
                return await self._give_up(picture, PictureState.LOST, "lost", "media.lost")
            case Unfetched.TOO_LARGE:
                return await self._refuse(picture, Refusal.TOO_LARGE, came_as)
            case bytes():
                return await self._make_own(picture, found, came_as)

    async def _make_own(self, picture: Due, content: bytes, came_as: MediaKind) -> bool:
        match await make_own(content, came_as=came_as, zone=self._zone, ffmpeg=self._find_ffmpeg()):
            case Later():
                return await self._again(picture)
            case Unrelayed():
                return await self._wait_here(picture)
            case Refused(reason):
                return await self._refuse(picture, reason, came_as)
            case Own() as own:
                await self._write(picture, own)
                return True

    async def _wait_here(self, picture: Due) -> bool:
        """Nothing here makes it fit to pass on: whoever runs this is told once, and its sender once for each."""
        if not self._has_said_so:
            self._has_said_so = True
            _log.error("ffmpeg_missing", sentence=FFMPEG_IS_MISSING)
        await self._store.write(self._waits_here, NoticeId(self._ids.new()), picture)
        return False

    def _waits_here(self, connection: Connection, notice: NoticeId, picture: Due) -> None:
        if pictures.wait_here(connection, picture.id, self._clock.now() + LOOKED_AGAIN_AFTER):
            # What is said of it later has the picture for its cause.
            self._tell_sender(connection, notice, picture, Said("media.waits_here"), cause=notice)

    async def _again(self, picture: Due) -> bool:
        """Later, by the timetable; an operator is told of what takes long, and its sender in the end."""
        now = self._clock.now()
        if picture.file is not None and is_given_up(picture.since, picture.tries, now):
            return await self._give_up(picture, PictureState.LOST, "lost", "media.lost")
        if now - picture.since > LATE_AFTER:
            _log.error("picture_late", picture=picture.id, count=picture.tries)
        at = now + fetched_again(picture.tries + 1, self._fraction())
        await self._store.write(pictures.try_again, picture.id, at)
        return False

    async def _refuse(self, picture: Due, reason: Refusal, came_as: MediaKind) -> bool:
        return await self._give_up(picture, PictureState.REFUSED, reason, reason.sentence(came_as))

    async def _give_up(self, picture: Due, state: PictureState, reason: str, said: str) -> bool:
        await self._store.write(self._end, NoticeId(self._ids.new()), picture, state, reason, Said(said))
        _log.info("picture_given_up", picture=picture.id, reason=str(reason))
        return True

    def _end(
        self, connection: Connection, notice: NoticeId, picture: Due, state: PictureState, reason: str, said: Said
    ) -> None:
        """It is given up and its sender is told why, in one step and once."""
        now = self._clock.now()
        message = pictures.give_up(connection, picture.id, state, reason, now)
        if message is not None:
            self._tell_sender(connection, notice, picture, said, cause=picture.id)

    def _tell_sender(self, connection: Connection, notice: NoticeId, picture: Due, said: Said, *, cause: int) -> None:
        now = self._clock.now()
        address = inbox.sender(connection, InboxId(picture.message))
        if address is None:
            return
        here = next(iter(addresses.load(connection, self._store.vault, ids={address[0]})), None)
        if here is None or here.person is None:
            return
        told = NewNotice(notice, cause, said, here.person, Lane.REPLY, now, address=here.id)
        filing.add_notices(connection, self._store.vault, [told], now)
        ring(connection, Bell.OUTBOX)

    # --- writing ----------------------------------------------------------------------------------------------------

    async def _write(self, picture: Due, own: Own) -> None:
        """A copy for each whose it is: rows, then files, then the word that they are there."""
        made = own.copies
        sizes = [Made(purpose, own.media_type, len(content)) for purpose, content in made.items()]
        copies = await self._begin(picture, sizes)
        written = [each for each in copies if await self._put(each, made[each.purpose])]
        await self._store.write(
            pictures.finish_copies,
            self._store.vault,
            picture.id,
            [each.id for each in written],
            self._clock.now(),
            Taken(own.width, own.height, own.taken_at),
        )

    async def _follow(self, picture: Due) -> bool:
        """Its children are others than they were: those who have no copy get one from a copy there is."""
        there = await self._store.read(pictures.kept_copies, picture.id)
        copies = await self._begin(picture, ())
        written = []
        for copy in copies:
            if copy.is_kept:
                continue
            content = await self._content(copy.purpose, there)
            if content is not None and await self._put(copy, content):
                written.append(copy.id)
        await self._store.write(pictures.finish_copies, self._store.vault, picture.id, written, self._clock.now())
        return True

    async def _content(self, purpose: CopyFor, there: Sequence[Copy]) -> bytes | None:
        for source in there:
            if source.purpose is not purpose:
                continue
            try:
                content = await asyncio.to_thread(source.opened, self._store.vault, self._store.media)
            except KeyDestroyed:
                continue  # Forgotten with its child; another's may be there.
            if content is not None:
                return content
        return None

    async def _begin(self, picture: Due, made: Sequence[Made]) -> list[Copy]:
        return await self._store.write(self._rows, Tape(self._ids), picture, made)

    def _rows(self, connection: Connection, ids: Tape, picture: Due, made: Sequence[Made]) -> list[Copy]:
        ids.rewind()
        return pictures.begin_copies(
            connection, self._store.vault, ids, lambda: new_name(self._chance), picture.id, made
        )

    async def _put(self, copy: Copy, content: bytes) -> bool:
        try:
            sealed = await asyncio.to_thread(copy.sealed, self._store.vault, content)
        except KeyDestroyed:
            return False  # Whoever is forgotten gets no copy.
        await asyncio.to_thread(self._store.media.write, copy.file, sealed)
        return True

    async def _tidy(self) -> None:
        """Files that nobody wants are deleted, then the rows that knew of them."""
        gone = await self._store.read(pictures.unwanted)
        if gone:
            await asyncio.to_thread(self._store.media.delete, *(each.file for each in gone))
            await self._store.write(pictures.forget, [each.id for each in gone])
