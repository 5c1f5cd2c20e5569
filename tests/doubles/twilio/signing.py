"""The signature Twilio puts on a request to us, computed from its published description and from nothing else.

It refuses to share code with whatever checks signatures: the two must agree of their own accord.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping


def sign(
    token: str, url: str, fields: Mapping[str, str] | Iterable[tuple[str, str]] = (), *, algorithm: str = "sha1"
) -> str:
    """The value of X-Twilio-Signature for a form sent to `url`.

    The address as it was configured, without its fragment and with its query; then the name and the value of every
    field, in the order of the names, with nothing between them; HMAC-SHA1 with the account's token; base64. A shared
    key signs the same with its own secret in the token's place and SHA-256.
    """
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    signed = url.partition("#")[0] + "".join(name + value for name, value in sorted(pairs))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), algorithm)).decode()
