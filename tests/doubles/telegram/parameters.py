"""The parameters of a call, the same whichever way they came: query, JSON, form or multipart.

It does not know which method takes which parameter: in the Bot API one name has one type everywhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.web_request import FileField

Json = dict[str, Any]

INTEGERS = frozenset(
    {
        "cache_time",
        "duration",
        "direct_messages_topic_id",
        "height",
        "length",
        "limit",
        "max_connections",
        "message_id",
        "message_thread_id",
        "offset",
        "start_timestamp",
        "timeout",
        "width",
    }
)
BOOLEANS = frozenset(
    {
        "allow_paid_broadcast",
        "disable_content_type_detection",
        "disable_notification",
        "drop_pending_updates",
        "has_spoiler",
        "protect_content",
        "show_alert",
        "show_caption_above_media",
        "supports_streaming",
    }
)
STRUCTURES = frozenset(
    {
        "allowed_updates",
        "caption_entities",
        "commands",
        "entities",
        "link_preview_options",
        "media",
        "message_ids",
        "reply_markup",
        "reply_parameters",
        "rich_message",
        "scope",
        "suggested_post_parameters",
    }
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The body was not what its content type said, or a value was not of its type."""

    description: str


async def read_parameters(request: web.BaseRequest, query: str) -> tuple[Json, dict[str, Upload]] | Unreadable:
    """Read a call's parameters, typed by name, and its files by field."""
    raw: Json = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    uploads: dict[str, Upload] = {}
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type == "application/json":
        body = await request.read()
        if body:
            try:
                fields = json.loads(body)
            except ValueError:
                return Unreadable("Bad Request: can't parse the request body as JSON")
            if not isinstance(fields, dict):
                return Unreadable("Bad Request: the request body must be a JSON object")
            raw.update(fields)
    elif content_type == "multipart/form-data":
        for name, value in (await request.post()).items():
            if isinstance(value, FileField):
                with value.file as file:
                    uploads[name] = Upload(value.filename, value.content_type, file.read())
            else:
                raw[name] = value
    elif request.can_read_body:
        body = await request.read()
        raw.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return _typed(raw, uploads)


def _typed(raw: Json, uploads: dict[str, Upload]) -> tuple[Json, dict[str, Upload]] | Unreadable:
    parameters: Json = {}
    for name, value in raw.items():
        if value is None:
            continue
        if name == "chat_id":
            try:
                parameters[name] = int(value)
            except (TypeError, ValueError):
                parameters[name] = value
        elif name in STRUCTURES:
            if isinstance(value, str):
                if not value:
                    continue
                try:
                    value = json.loads(value)  # noqa: PLW2901 - a form carries its structures as text
                except ValueError:
                    return Unreadable(f"Bad Request: can't parse {name} JSON object")
            parameters[name] = value
        elif name in INTEGERS:
            try:
                parameters[name] = int(value)
            except (TypeError, ValueError):
                return Unreadable(f"Bad Request: {name} is not a valid Integer")
        elif name in BOOLEANS:
            parameters[name] = value if isinstance(value, bool) else str(value).lower() in {"true", "yes", "1"}
        else:
            parameters[name] = value if isinstance(value, str) else str(value)
    return parameters, uploads
