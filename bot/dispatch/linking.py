"""Where pictures cannot be shown: a private link to them and what is said with it, or where there can be none, a word
that they are there.

Is given what may be shown, and knows nothing of who may see what.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from book.disclosure import Address, Words, takes_private_links, what_may_be_said
from book.ids import NoticeId
from book.pictures import PictureId
from book.private_links import ends, is_caption, last_day
from book.wording.compose import Composer, Told
from book.wording.utterance import Shown, Span, Utterance, plain
from storage.private_links import NewLink

PLACE = "/m/"
"""What stands between the public address and a link's own letters."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What is said instead of pictures that cannot be shown, and the link in it, if there is one."""

    utterance: Utterance
    link: NewLink | None = None
    copies: tuple[int, ...] = ()  # what it leads to now, by our numbers


class Linking:
    """What making links needs and does not change."""

    def __init__(self, composer: Composer, *, public_url: str, new_token: Callable[[], str]) -> None:
        """``public_url`` is PUBLIC_URL, under which the world reaches the pages; without it there are no links."""
        self._composer = composer
        # In the open a link would be everybody's on the way.
        self._root = public_url.rstrip("/") + PLACE if public_url.startswith("https://") else ""
        self._new_token = new_token

    def takes_pictures(self, address: Address, now: datetime) -> bool:
        """Whether anything can be said at this address of pictures, whatever is said there of words."""
        if isinstance(what_may_be_said(address, now), Words):
            return True
        return not address.shows_pictures and bool(self._root) and takes_private_links(address)

    def instead(
        self,
        address: Address,
        notice: NoticeId,
        told: Told,
        utterance: Utterance,
        shown: Sequence[Shown],
        pictures: tuple[PictureId, ...],
        now: datetime,
    ) -> Linked:
        """What is said there in place of ``utterance`` with these pictures beneath it."""
        disclosure = what_may_be_said(address, now)
        names = isinstance(disclosure, Words)
        if not self._root or not takes_private_links(address):
            return Linked(_below(utterance, self._composer.only_there(told, shown)) if names else utterance)
        assert address.person is not None
        zone = self._composer.zone
        token = self._new_token()
        link = NewLink(token, notice, address.person, address.id, told.entry.child, told.entry.id, pictures,
                       ends(now, zone))  # fmt: skip
        said = self._composer.picture_link(told, shown, self._root + token, last_day(now, zone), disclosure)
        says_enough = not names or (is_caption(told.entry) and not utterance.choices)
        copies = tuple(each.media for each in shown)
        return Linked(plain(said) if says_enough else _below(utterance, said), link, copies)


def _below(utterance: Utterance, said: str) -> Utterance:
    return replace(utterance, spans=(*utterance.spans, Span(f"\n{said}")))
