"""What came in is forgotten in time: day keys older than 30 days are destroyed, and tomorrow's is made ahead.

A key is destroyed before what it sealed is cleared, so that a crash between the two leaves bytes nobody can read and
never a readable row whose key was thought gone. Both are looked after once a day, soon after midnight UTC, and at
every start. Refuses to know what the keys seal.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import structlog

from storage import claims, desk_browsers, documents, inbox, pictures, private_links
from storage.store import Store
from storage.vault import Owner, OwnerKind

KEPT_FOR = timedelta(days=30)
_AFTER_MIDNIGHT = timedelta(minutes=1)
_WRONG_CODES_KEPT_FOR = timedelta(days=1)

_log = structlog.get_logger(__name__)


class Housekeeping:
    """A chore of the metronome."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._done: date | None = None

    async def next_due(self, now: datetime) -> datetime:
        """At once where today's has not been done by this process, else soon after the next midnight UTC."""
        today = now.astimezone(UTC).date()
        if self._done is None or self._done < today:
            return now
        return datetime.combine(today + timedelta(days=1), time(), tzinfo=UTC) + _AFTER_MIDNIGHT

    async def act(self, now: datetime) -> None:
        """Make the keys of today and tomorrow, destroy those that are too old, then clear what they sealed."""
        today = now.astimezone(UTC).date()
        vault = self._store.vault
        # At midnight the first message finds its key made already, and waits for no other database.
        await vault.ensure(Owner.day(today), Owner.day(today + timedelta(days=1)))
        last = Owner.day((now - KEPT_FOR).astimezone(UTC).date()).id
        old = sorted(day for day in vault.living(OwnerKind.DAY) if day <= last)
        if old:
            await vault.destroy(*(Owner(OwnerKind.DAY, day) for day in old))
            _log.info("day_keys_destroyed", count=len(old), day=old[-1])
        gone = await self._store.write(documents.forget_before, now - documents.KEPT_FOR)
        if gone:
            _log.info("documents_deleted", count=gone)
        cleared = await self._store.write(inbox.forget_payloads_before, now)
        if cleared:
            _log.info("payloads_cleared", count=cleared)
        await self._store.write(claims.forget_wrong_codes_before, now - _WRONG_CODES_KEPT_FOR)
        await self._store.write(desk_browsers.forget_before, now)
        await self._store.write(private_links.forget_before, now)
        await self._look_at_pictures(now)
        self._done = today

    async def _look_at_pictures(self, now: datetime) -> None:
        """Pictures whose key was destroyed go; rows and files that are not of each other are said, and left alone."""
        store = self._store
        gone = await store.write(pictures.forget_destroyed, store.vault, now)
        if gone:
            _log.info("pictures_unwanted", count=gone)
        standing = await store.read(pictures.standing, store.media)
        # What to do about either, `bookbag doctor` says.
        if standing.files_without_row:
            _log.warning("files_without_row", count=standing.files_without_row)
        if standing.rows_without_file:
            _log.error("rows_without_file", count=standing.rows_without_file)
