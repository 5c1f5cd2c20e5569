"""Everything that can go wrong, as one tree.

    BookbagError
    ├── OperatorError            the operator must act; its sentence may be printed as it stands
    │   ├── StorageUnfit         the database is not safe to serve from
    │   ├── DatabaseTooNew       the database was made by a newer Bookbag
    │   ├── ForeignKeys          the key store belongs to another book
    │   └── AlreadyServing       another program serves from this data directory or account
    ├── SealError                a sealed value does not open: never shown, never guessed around
    │   ├── WrongSeal            other row, other owner, other revision, or altered
    │   ├── KeyDestroyed         the owner's key was destroyed on purpose; the value is gone
    │   └── KeyNotLoaded         the key may exist but is not in memory; load the keys and try again
    └── Fenced                   somebody else has moved this row on; what was meant to be written was not

Three questions decide the class: may it be tried again (only ``KeyNotLoaded``), whose fault is it
(``OperatorError``: the operator's), may a person be shown it (only ``OperatorError``). Expected refusals,
such as a choice a parent made or a child that could be either of two, are return values and not here.
"""

from __future__ import annotations


class BookbagError(Exception):
    """Something Bookbag itself raises."""


class OperatorError(BookbagError):
    """A fault that the operator can mend; the message is one sentence saying what is wrong and what to do."""


class StorageUnfit(OperatorError):
    """The database does not keep the promises that serving needs."""


class DatabaseTooNew(OperatorError):
    """This database was made by a newer Bookbag: install that version, or restore an older copy."""


class ForeignKeys(OperatorError):
    """The key store does not belong to this book."""


class AlreadyServing(OperatorError):
    """Another Bookbag already serves here."""


class SealError(BookbagError):
    """A sealed value could not be opened."""


class WrongSeal(SealError):
    """The value belongs to another row, owner or revision, or it was altered."""


class KeyDestroyed(SealError):
    """The owner's key was destroyed; nobody can read the value again."""


class KeyNotLoaded(SealError):
    """No key in memory for this owner; it may have been made by another process a moment ago.

    ``new`` are owners who are being enrolled in the work that met this: their keys are made, and the work runs again.
    """

    def __init__(self, message: str, *, owner: object = None, new: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.owner = owner
        self.new = new


class Fenced(BookbagError):
    """The row is no longer in the state this worker left it in; its write was refused."""
