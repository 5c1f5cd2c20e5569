"""Whether a request is Twilio's own: one signature, over the address the world knows and over every field.

Wraps the library's validator, which raises where there is no signature, compares in its own way, and would take an
empty token for a token. The address is the configured one, never what a request says of itself.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlparse

from multidict import MultiDict
from twilio.request_validator import RequestValidator, add_port, remove_port

HEADER = "X-Twilio-Signature"
_MOST_FIELDS = 200


class Signatures:
    """Made for one account's token and one public address."""

    def __init__(self, token: str, public_url: str) -> None:
        if not token:
            raise ValueError("an empty token would let anybody in")
        self._validator = RequestValidator(token)
        self._base = public_url.rstrip("/")

    def hold(self, given: Sequence[str], raw_path: str, fields: MultiDict[str]) -> bool:
        """Whether ``given``, all the signatures there are, is one and is right; ``raw_path`` with its query as sent."""
        if len(given) != 1:
            return False
        signature = given[0].encode("utf-8", "surrogateescape")
        try:
            asked = urlparse(f"{self._base}{raw_path}")
            # Twilio signs with the port or without it, whichever it called.
            without, with_port = (
                hmac.compare_digest(self._validator.compute_signature(make(asked), fields).encode(), signature)
                for make in (remove_port, add_port)
            )
        except (ValueError, UnicodeError):
            return False
        return without or with_port


def fields_of(body: bytes) -> MultiDict[str] | None:
    """The fields of a form, the blank ones too, which are signed as well; None for what is no form."""
    try:
        return MultiDict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return None
