"""What Twilio reports of a message after it took it: which words, in which order, and whether before its answer.

It does not know addresses or the wire. Twilio promises neither order nor that a report comes once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """The reports of one message. With a `code` the message never arrives, whatever the words say."""

    statuses: tuple[str, ...] = ("sent", "delivered")
    code: int | None = None
    """Goes with the words `failed` and `undelivered`."""
    early: bool = False
    """The reports are made, and answered, before the call that made the message is."""

    @staticmethod
    def of(*statuses: str, code: int | None = None, early: bool = False) -> Reports:
        """These words in this order, whether Twilio has them or not."""
        return Reports(statuses=statuses, code=code, early=early)

    @staticmethod
    def none() -> Reports:
        """Not a word, as of networks without receipts and of a Twilio in trouble."""
        return Reports(statuses=())

    @staticmethod
    def only_sent() -> Reports:
        """Sent, and no receipt from the network."""
        return Reports(statuses=("sent",))

    @staticmethod
    def twice() -> Reports:
        """Each report comes two times."""
        return Reports(statuses=("sent", "sent", "delivered", "delivered"))

    @staticmethod
    def backwards() -> Reports:
        """The last report comes first."""
        return Reports(statuses=("delivered", "sent", "sending"))

    @staticmethod
    def before_the_answer() -> Reports:
        """All is reported before the call that made the message is answered."""
        return Reports(early=True)

    @staticmethod
    def lost(code: int, *, status: str = "undelivered") -> Reports:
        """It was taken, and did not arrive for this reason."""
        return Reports(statuses=("sent", status), code=code)

    @staticmethod
    def strange() -> Reports:
        """A word that nobody knows comes between."""
        return Reports(statuses=("sent", "teleported", "delivered"))


def read_reports(description: Json) -> Reports:
    """Make reports from their JSON: `reports` names one of the makers above, the rest are its arguments.

    Raises ValueError for a name or an argument that does not exist.
    """
    makers: dict[str, Callable[..., Reports]] = {
        "none": Reports.none,
        "only_sent": Reports.only_sent,
        "twice": Reports.twice,
        "backwards": Reports.backwards,
        "before_the_answer": Reports.before_the_answer,
        "lost": Reports.lost,
        "strange": Reports.strange,
    }
    arguments = dict(description)
    name = arguments.pop("reports", None)
    try:
        if name == "of":
            return Reports.of(*arguments.pop("statuses"), **arguments)
        return makers[name](**arguments)
    except (TypeError, KeyError) as wrong:
        raise ValueError(f"the reports {name!r} cannot be made so: {wrong}") from wrong
