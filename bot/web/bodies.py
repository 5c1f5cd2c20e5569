"""What a page or a script sends, read with care: the right type, the right size, the right shape, or one sentence.

Refuses to know what is done with any of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import BodyPartReader, web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.doors.phones import Upload

LONGEST_TEXT = 8_000
LARGEST_JSON = 256 * 1024
LARGEST_FILES = 32 * 1024 * 1024
MOST_FILES = 20
# What a 32-bit number of a message can be.
_HIGHEST_SEQ = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a body is not taken."""

    status: int
    sentence: str


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Letter(_Body):
    """A new message."""

    text: str = ""
    reply_to: int | None = Field(default=None, ge=1, le=_HIGHEST_SEQ)


class Edit(_Body):
    text: str


class Press(_Body):
    token: str = Field(min_length=1, max_length=64)


class Sharing(_Body):
    id: str = Field(max_length=200)
    value: str = Field(max_length=40)


class Forward(_Body):
    """How book time is to be moved: by so many seconds or an ISO 8601 duration, until a civil time, or to a moment."""

    forward_seconds: float | None = Field(default=None, gt=0, le=31 * 24 * 3600, allow_inf_nan=False)
    until: str | None = Field(default=None, pattern=r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$")
    advance: str | None = Field(
        default=None,
        pattern=r"^P([0-9]{1,3}W)?([0-9]{1,3}D)?(T([0-9]{1,4}H)?([0-9]{1,5}M)?([0-9]{1,6}S)?)?$",
    )
    to: str | None = Field(default=None, max_length=40)


Body = TypeVar("Body", bound=_Body)


async def read_json(request: web.Request, shape: type[Body]) -> Body | Refused:
    """The JSON body of ``request`` as ``shape``."""
    if request.content_type != "application/json":
        return Refused(415, "Send JSON, with Content-Type: application/json.")
    try:
        sent = json.loads((await request.read()).decode())
    except web.HTTPRequestEntityTooLarge:
        return Refused(413, "That is too large.")
    except (ValueError, RecursionError):
        return Refused(400, "That is no JSON.")
    if not isinstance(sent, dict):
        return Refused(400, "The body must be a JSON object.")
    return _shaped(sent, shape)


@dataclass(frozen=True, slots=True)
class Read:
    """A message and its files, in the order in which they were sent."""

    letter: Letter
    uploads: tuple[Upload, ...] = ()


async def read_letter(request: web.Request) -> Read | Refused:
    """A message as JSON or as multipart with files."""
    if request.content_type != "multipart/form-data":
        letter = await read_json(request, Letter)
        return letter if isinstance(letter, Refused) else Read(letter)
    try:
        return await _parts(request)
    except ValueError:
        return Refused(400, "That is no multipart form.")


async def _parts(request: web.Request) -> Read | Refused:
    fields: dict[str, object] = {}
    uploads: list[Upload] = []
    size = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            return Refused(400, "That is no multipart form.")
        content = bytearray()
        while chunk := await part.read_chunk():
            size += len(chunk)
            if size > LARGEST_FILES:
                return Refused(413, "These files are too large: 32 MB together is the most.")
            content += chunk
            if part.filename is None and len(content) > LARGEST_JSON:
                return Refused(413, "That is too large.")
        if part.filename is not None:
            media_type = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            uploads.append(Upload(part.filename, media_type, bytes(content)))
            if len(uploads) > MOST_FILES:
                return Refused(413, f"{MOST_FILES} files are the most in one message.")
        elif part.name == "text":
            fields["text"] = content.decode()
        elif part.name == "reply_to":
            fields["reply_to"] = int(content.decode())
        else:
            return Refused(400, "A message has text, reply_to and files, and nothing else.")
    letter = _shaped(fields, Letter)
    return letter if isinstance(letter, Refused) else Read(letter, tuple(uploads))


def _shaped(sent: Mapping[str, object], shape: type[Body]) -> Body | Refused:
    text = sent.get("text")
    if isinstance(text, str) and len(text) > LONGEST_TEXT:
        return Refused(413, f"That is longer than {LONGEST_TEXT:,} characters: send it in two.")
    try:
        return shape.model_validate(sent)
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(each) for each in first["loc"]) or "the body"
        return Refused(400, f"{where}: {first['msg']}.")
