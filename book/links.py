"""The one way in which an invitation's payload becomes what somebody opens: a link, or a line to send."""

from __future__ import annotations


def link_to(bot: str, payload: str) -> str:
    """The deep link of the bot of this name; where no bot has a name, what is sent to it does the same."""
    return f"https://t.me/{bot}?start={payload}" if bot else f"/start {payload}"
