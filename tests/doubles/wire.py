"""How a fault is put on the wire: a cut, half an answer, the page of a proxy.

It does not know which call it befalls or what the call meant.
"""

from __future__ import annotations

import asyncio

from tests.doubles.plan import Kind


def break_off(transport: asyncio.Transport | None, kind: Kind, body: bytes, content_type: str) -> None:
    """Cut the connection, before or in the middle of an answer with this body; silence leaves it open."""
    if transport is None or kind is Kind.SILENCE:
        return
    if kind is Kind.CUT:
        transport.abort()
        return
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    transport.write(head.encode() + body[: len(body) // 2])
    transport.close()


def proxy_page(status: int) -> str:
    """What a proxy in front of an API answers with in the API's place."""
    title = {
        500: "500 Internal Server Error",
        502: "502 Bad Gateway",
        503: "503 Service Temporarily Unavailable",
        504: "504 Gateway Time-out",
    }.get(status, str(status))
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
    )
