"""What is private is sealed before it is stored, and opens only as what it was: field, row, owner, revision.

Every owner (a child, a person, a setting, a day) has a key of its own, so that destroying one key forgets one
owner in every copy and every backup. Sealing and opening take no ``await``: live keys are held in memory, and
:meth:`Vault.ensure` makes new ones durable before anything is sealed under them. Knows nothing of tables;
which owner a value belongs to is the caller's to say.

A sealed value is one byte of format, eight of key id, twelve of nonce, then AES-256-GCM ciphertext and tag.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Concatenate, NamedTuple, ParamSpec, Self, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from book.errors import KeyDestroyed, KeyNotLoaded, WrongSeal
from storage.kept import Kept
from storage.keys import KeyName, KeyStore, RootKey

P = ParamSpec("P")
T = TypeVar("T")

_FORMAT = 1
_FORMAT_BYTE = bytes([_FORMAT])
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_NONCE_AT = 1 + _KEY_ID_BYTES
_CIPHERTEXT_AT = _NONCE_AT + _NONCE_BYTES
_SHORTEST = _CIPHERTEXT_AT + 16  # an empty value still has its tag

# A neighbourhood's circles, and what was written in it today.
_KEPT_OPEN = 8_192

SEALED_OVERHEAD = _SHORTEST
"""By how many bytes a sealed value is longer than what it holds."""


class OwnerKind(StrEnum):
    """Whose key it is."""

    CHILD = "child"  # a child's words: entries, deliveries, what notices say
    CHILD_MEDIA = "child_media"  # a child's pictures
    PERSON = "person"  # names, handles, what concerns no child
    SETTING = "setting"  # safeguarding, complaints; never destroyed at a parent's request
    DAY = "day"  # what came in and is not yet filed; destroyed after 30 days
    INDEX = "index"  # looks up handles without storing them


# A child has two keys, told apart by their purpose; everybody else has one.
_STORED_AS = {
    OwnerKind.CHILD: ("child", "text"),
    OwnerKind.CHILD_MEDIA: ("child", "media"),
    OwnerKind.PERSON: ("person", "text"),
    OwnerKind.SETTING: ("setting", "text"),
    OwnerKind.DAY: ("day", "raw"),
    OwnerKind.INDEX: ("index", "mac"),
}
_KINDS = {stored: kind for kind, stored in _STORED_AS.items()}


class Owner(NamedTuple):
    """To whom a sealed value belongs: destroying this owner's key makes it unreadable."""

    kind: OwnerKind
    id: int

    @classmethod
    def child(cls, child: int) -> Self:
        """The key for what is written about a child."""
        return cls(OwnerKind.CHILD, child)

    @classmethod
    def child_media(cls, child: int) -> Self:
        """The key for a child's pictures."""
        return cls(OwnerKind.CHILD_MEDIA, child)

    @classmethod
    def person(cls, person: int) -> Self:
        """The key for a person's name, handles and what concerns no child."""
        return cls(OwnerKind.PERSON, person)

    @classmethod
    def setting(cls, setting: int) -> Self:
        """The key for what a setting keeps whatever a parent asks."""
        return cls(OwnerKind.SETTING, setting)

    @classmethod
    def day(cls, day: date) -> Self:
        """The key for what came in on ``day`` (22 November 2026 is 20261122)."""
        return cls(OwnerKind.DAY, day.year * 10_000 + day.month * 100 + day.day)


_INDEX = Owner(OwnerKind.INDEX, 0)


@dataclass(frozen=True, slots=True, repr=False)
class _Key:
    """A key ready for use; it has no repr, so that no log or traceback can show one."""

    id: bytes
    secret: bytes
    cipher: AESGCM

    @classmethod
    def of(cls, secret: bytes) -> Self:
        return cls(hmac.digest(secret, b"bookbag key id", "sha256")[:_KEY_ID_BYTES], secret, AESGCM(secret))


class Vault:
    """The keys of one process. ``seal`` and ``open`` may run in any thread, the rest in the event loop."""

    def __init__(self, keys: KeyStore, *, nonce: Callable[[int], bytes]) -> None:
        """Use :meth:`unlock`."""
        self._keys = keys
        self._nonce = nonce
        # None stands for a destroyed key. The dictionary is only ever replaced whole: other threads read it.
        self._held: dict[Owner, _Key | None] = {}
        self._destroyed: frozenset[Owner] = frozenset()
        self._opened = Kept(at_most=_KEPT_OPEN)
        self._turn = asyncio.Lock()

    @classmethod
    async def unlock(cls, keys: KeyStore, *, nonce: Callable[[int], bytes] = os.urandom) -> Self:
        """A vault over ``keys`` with every live key in memory.

        ``nonce(n)`` gives n bytes that never repeat under one key.
        """
        vault = cls(keys, nonce=nonce)
        await vault.load()
        await vault.ensure(_INDEX)
        return vault

    # --- Keys -------------------------------------------------------------------------------------

    async def ensure(self, *owners: Owner) -> None:
        """Give each of ``owners`` a key, durable in the key store before this returns; once is enough.

        Whoever makes the same key at the same moment, here or in another process, ends with the same one.
        Raises :class:`KeyDestroyed` if a key of one of them was destroyed; the others have theirs.
        """
        if any(self._held.get(owner) is None for owner in owners):
            async with self._turn:
                missing = {owner for owner in owners if owner not in self._held}
                self._take(await self._keys.make(_name(owner) for owner in missing))
        for owner in owners:
            self._key(owner)

    def require(self, owners: Collection[Owner]) -> None:
        """Ask for keys of people, children and settings that are about to be enrolled, before anything is written.

        Raises :class:`KeyNotLoaded` naming all of them that have none yet; :meth:`storage.store.Store.write` makes
        those durable and runs the same work again, which must then enrol them under the same ids.
        """
        if missing := tuple(owner for owner in owners if owner not in self._held):
            raise KeyNotLoaded("keys are to be made first", new=missing)

    async def load(self) -> None:
        """Read again what other processes have made or destroyed."""
        async with self._turn:
            self._take(await self._keys.everything())

    async def destroy(self, *owners: Owner) -> None:
        """Forget these owners for good: gone from memory and from the key store before this returns.

        None of them ever gets a key again. Other processes forget theirs at their next :meth:`load`; what
        they seal until then nobody can read.
        """
        async with self._turn:
            # Out of memory first, and whatever is read meanwhile does not bring them back: if the caller goes
            # away now, the work in the key store still runs to its end.
            self._destroyed |= set(owners)
            self._take({})
            await self._keys.destroy(_name(owner) for owner in owners)

    def living(self, kind: OwnerKind) -> frozenset[int]:
        """The owners of this kind whose key is in memory and was not destroyed."""
        return frozenset(owner.id for owner, key in self._held.items() if owner.kind is kind and key is not None)

    def opens(self, owner: Owner) -> bool:
        """Whether this owner's key can still be used, False once it is destroyed; raises :class:`KeyNotLoaded`."""
        try:
            self._key(owner)
        except KeyDestroyed:
            return False
        return True

    async def rotate_root(self, new: RootKey) -> None:
        """Wrap all keys under ``new``, whose file exists already; what is sealed stays as it is."""
        async with self._turn:
            await self._keys.rotate(new)

    # --- Sealing ----------------------------------------------------------------------------------

    def seal(self, owner: Owner, field: str, row: int, plain: bytes, *, revision: int = 0) -> bytes:
        """``plain``, sealed for this field of this row at this revision under the owner's key.

        ``field`` is a logical name that outlives the column's. Raises :class:`KeyNotLoaded` or
        :class:`KeyDestroyed`.
        """
        key = self._key(owner)
        nonce = self._nonce(_NONCE_BYTES)
        return _FORMAT_BYTE + key.id + nonce + key.cipher.encrypt(nonce, plain, _bound_to(owner, field, row, revision))

    def open(self, owner: Owner, field: str, row: int, sealed: bytes, *, revision: int = 0) -> bytes:
        """What :meth:`seal` was given.

        Raises :class:`WrongSeal` unless every part is the same as then and no bit has changed,
        :class:`KeyDestroyed` if nobody can read it any more, :class:`KeyNotLoaded` if the key is not here.
        """
        key = self._key(owner)
        if len(sealed) < _SHORTEST or sealed[0] != _FORMAT or sealed[1:_NONCE_AT] != key.id:
            raise WrongSeal(_WRONG_SEAL)
        try:
            return key.cipher.decrypt(
                sealed[_NONCE_AT:_CIPHERTEXT_AT],
                sealed[_CIPHERTEXT_AT:],
                _bound_to(owner, field, row, revision),
            )
        except InvalidTag:
            raise WrongSeal(_WRONG_SEAL) from None

    def seal_text(self, owner: Owner, field: str, row: int, words: str, *, revision: int = 0) -> bytes:
        """:meth:`seal` for words."""
        # A lone surrogate, as a broken client may send, is kept rather than refused.
        return self.seal(owner, field, row, words.encode("utf-8", "surrogatepass"), revision=revision)

    def open_text(self, owner: Owner, field: str, row: int, sealed: bytes, *, revision: int = 0) -> str:
        """:meth:`open` for words."""
        return self.open(owner, field, row, sealed, revision=revision).decode("utf-8", "surrogatepass")

    def once(self, make: Callable[Concatenate[Vault, P], T], sealed: Hashable, *args: P.args, **kwargs: P.kwargs) -> T:
        """``make(vault, …)``, made once as long as no bit changes of ``sealed``: all the values it is made of.

        They are fetched each time, so what comes back is never older than they are. Nothing that was opened is kept
        beyond the destruction of a key.
        """
        return self._opened.find_or_make((make, sealed), lambda: make(self, *args, **kwargs))

    def mac(self, *parts: str) -> bytes:
        """32 bytes that are always the same for the same parts and tell nothing about them (HMAC-SHA256).

        For finding a row by what must not be read in it. ("ab", "c") and ("a", "bc") differ.
        """
        encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
        message = b"".join(len(part).to_bytes(8, "big") + part for part in encoded)
        return hmac.digest(self._key(_INDEX).secret, message, hashlib.sha256)

    # --- Within -----------------------------------------------------------------------------------

    def _key(self, owner: Owner) -> _Key:
        try:
            key = self._held[owner]
        except KeyError:
            raise KeyNotLoaded(f"no key in memory for {owner.kind} {owner.id}", owner=owner) from None
        if key is None:
            raise KeyDestroyed(f"the key of {owner.kind} {owner.id} was destroyed")
        return key

    def _take(self, found: dict[KeyName, bytes | None]) -> None:
        held = dict(self._held)
        for name, secret in found.items():
            kind = _KINDS.get((name.owner_kind, name.purpose))
            if kind is not None:  # a kind of a newer Bookbag is none of ours
                owner = Owner(kind, name.owner_id)
                known = held.get(owner)
                if secret is None:
                    held[owner] = None
                elif known is None or known.secret != secret:
                    held[owner] = _Key.of(secret)
        held.update(dict.fromkeys(self._destroyed))
        same = all(held[owner] is key for owner, key in self._held.items() if key is not None)
        self._held = held
        if not same:
            self._opened.forget()


_WRONG_SEAL = "the value was sealed for another place, or it was altered"


def _name(owner: Owner) -> KeyName:
    kind, purpose = _STORED_AS[owner.kind]
    return KeyName(kind, owner.id, purpose)


def _bound_to(owner: Owner, field: str, row: int, revision: int) -> bytes:
    # Numbers and kinds hold no NUL and the field comes last, so no two places give the same bytes.
    return b"bookbag seal\0%s\0%d\0%d\0%d\0%s" % (
        owner.kind.encode(),
        owner.id,
        row,
        revision,
        field.encode(),
    )
