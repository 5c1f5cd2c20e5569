"""The month's texts: counted as they are marked, what is not urgent held once they are used, and warnings on the way.

One claim asks for a budget, spends from it, and closes it in its own transaction. Knows no provider and no wording.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from book.deliveries import Lane
from book.disclosure import Address
from book.ids import Ids, NoticeId
from book.notices import Recall, Said
from book.reasons import Reason
from book.spending import crossed, goes_on_at, month_of
from book.timing import in_the_day
from book.wording.values import day_of
from bot.channels.channel import Channel, Counted, Part
from storage import filing, holding, invitations, text_months
from storage.database import Connection
from storage.filing import NewNotice
from storage.outbox import Waiting
from storage.vault import Vault

Key = tuple[str, str]
# Each warning is unique by its month and how much is used.
_WARNING = 7
_KEYS = MappingProxyType({50: "texts.spent.50", 80: "texts.spent.80", 100: "texts.spent.100"})


class Spending:
    """The limit of one process that sends."""

    def __init__(self, channels: Mapping[Key, Channel], *, most: int, zone: ZoneInfo) -> None:
        """``most`` parts go out of each account in a civil month of ``zone``, and what is urgent; 0 is no limit."""
        self._counts: dict[Key, Callable[[str], int]] = {
            key: channel.counts for key, channel in channels.items() if isinstance(channel, Counted)
        }
        self._most = most
        self._zone = zone

    def open(self, connection: Connection, now: datetime) -> Budget:
        """What is left at this moment."""
        month = month_of(now, self._zone)
        spent = {key: text_months.spent(connection, key[1], month) for key in self._counts}
        return Budget(self._counts, spent, most=self._most, zone=self._zone, now=now)

    def release(self, connection: Connection, now: datetime) -> int:
        """At a start: where the limit was raised, what was held goes, by day and at the pace of everything else."""
        budget = self.open(connection, now)
        if not self._counts or not all(budget.is_left(key) for key in self._counts):
            return 0
        return holding.release(connection, Reason.TEXTS_SPENT, in_the_day(now, self._zone))

    def give_back(self, connection: Connection, key: Key, text: str | None, now: datetime) -> None:
        """The provider would not take it, so it is not paid for."""
        if key in self._counts and text:
            parts = self._counts[key](Part.from_json(text).text)
            text_months.add(connection, key[1], month_of(now, self._zone), -parts)


class Budget:
    """Of one claim."""

    def __init__(
        self,
        counts: Mapping[Key, Callable[[str], int]],
        spent: Mapping[Key, int],
        *,
        most: int,
        zone: ZoneInfo,
        now: datetime,
    ) -> None:
        self._counts = counts
        self._spent = dict(spent)
        self._new: dict[Key, int] = {}
        self._most = most
        self._zone = zone
        self._now = now

    @property
    def until(self) -> datetime:
        """When what is held now goes."""
        return goes_on_at(self._now, self._zone)

    def is_left(self, key: Key) -> bool:
        """Whether anything that is not urgent may go out of this account."""
        return not self._most or self._spent.get(key, 0) + self._new.get(key, 0) < self._most

    def allows(self, waiting: Waiting, address: Address) -> bool:
        """Whether this may go there now. What is urgent, and what takes something back, always may."""
        if waiting.lane is Lane.URGENT or isinstance(waiting.notice, Recall):
            return True
        return self.is_left((address.channel, address.account))

    def spend(self, address: Address, text: str | None) -> None:
        """It is marked as leaving."""
        key = (address.channel, address.account)
        if key in self._counts and text:
            self._new[key] = self._new.get(key, 0) + self._counts[key](Part.from_json(text).text)

    def close(self, connection: Connection, vault: Vault, ids: Ids) -> None:
        """Write what was spent; whoever runs a setting is warned once of each mark that was reached."""
        month = month_of(self._now, self._zone)
        for key, parts in self._new.items():
            before = self._spent.get(key, 0)
            after = text_months.add(connection, key[1], month, parts)
            if (reached := crossed(before, after, self._most)) is not None:
                self._warn(connection, vault, ids, reached, after, month)

    def _warn(self, connection: Connection, vault: Vault, ids: Ids, reached: int, spent: int, month: str) -> None:
        until = self.until.astimezone(self._zone).date()
        values = {"number": str(spent), "most": str(self._most), "until": day_of(until)}
        warned = [
            NewNotice(
                id=NoticeId(ids.new()),
                cause=int(f"{month.replace('-', '')}{reached:03}{_WARNING}"),
                notice=Said(_KEYS[reached], values),
                person=each.person,
                # Who has texts alone must hear this one although they are used up.
                lane=Lane.URGENT if reached == 100 else Lane.REMINDER,
                not_before=in_the_day(self._now, self._zone),
            )
            for each in {each.person: each for each in invitations.managers(connection, self._now)}.values()
        ]
        filing.add_notices(connection, vault, warned, self._now)
