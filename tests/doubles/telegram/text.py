"""What a text may be: its length, and entities that lie on whole characters inside it.

It does not know messages or methods. Wordings and order of the checks follow Telegram's own server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024

_MAKES_ITSELF = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)
"""Kinds the server finds by itself and ignores when they are sent."""

_NEEDS: dict[str, str | None] = {
    "bold": None,
    "italic": None,
    "underline": None,
    "strikethrough": None,
    "spoiler": None,
    "blockquote": None,
    "expandable_blockquote": None,
    "code": None,
    "pre": None,
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}
"""Kinds that may be sent, each with the field it cannot do without."""


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text as the server keeps it, trimmed, its entities in UTF-16 units from its start."""

    text: str
    entities: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Malformed:
    """A sentence saying why a text is refused, without the words "Bad Request"."""

    why: str


def format_text(text: str, entities: object, parse_mode: str, *, longest: int) -> FormattedText | Malformed:
    """Check and trim a text. Lengths are counted in characters, offsets in UTF-16 code units."""
    if parse_mode:
        known = parse_mode.lower() in {"html", "markdown", "markdownv2"}
        return Malformed("this test server reads no parse_mode" if known else "unsupported parse_mode")
    kept: list[Json] = []
    if entities:
        checked = _check_entities(text, entities)
        if isinstance(checked, Malformed):
            return checked
        kept = checked
    trimmed = text.strip()
    if len(trimmed) > longest:
        return Malformed("message is too long" if longest == LONGEST_TEXT else "message caption is too long")
    if not kept:
        return FormattedText(trimmed)
    return FormattedText(trimmed, tuple(_shift(kept, text, trimmed)))


def utf16_length(text: str) -> int:
    """How many UTF-16 code units a text takes."""
    return len(text) + sum(character > "\uffff" for character in text)


def _check_entities(text: str, entities: object) -> list[Json] | Malformed:
    if not isinstance(entities, list):
        return Malformed("can't parse MessageEntity: expected an Array of MessageEntity")
    boundaries = {0}
    position = 0
    for character in text:
        position += 2 if character > "\uffff" else 1
        boundaries.add(position)
    kept: list[Json] = []
    for entity in entities:
        if not isinstance(entity, dict):
            return Malformed("can't parse MessageEntity: expected an Object")
        kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int):
            return Malformed("can't parse MessageEntity: offset and length must be of type Number")
        if kind in _MAKES_ITSELF:
            continue
        if kind not in _NEEDS:
            return Malformed("can't parse MessageEntity: unsupported type specified")
        needed = _NEEDS[kind]
        if needed is not None and not entity.get(needed):
            return Malformed(f"can't parse MessageEntity: can't find field \"{needed}\"")
        if offset < 0 or offset > 1_000_000:
            return Malformed(f"receive an entity with incorrect offset {offset}")
        if length < 0 or length > 1_000_000:
            return Malformed(f"receive an entity with incorrect length {length}")
        if length == 0:
            continue
        if offset > position:
            return Malformed(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if offset + length > position:
            return Malformed(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset "
                f"{offset + length}"
            )
        if offset not in boundaries:
            return Malformed(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
        if offset + length not in boundaries:
            return Malformed(f"entity ends in a middle of a UTF-16 symbol at UTF-16 offset {offset + length}")
        kept.append(entity)
    return kept


def _shift(entities: list[Json], text: str, trimmed: str) -> list[Json]:
    cut = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(trimmed)
    shifted: list[Json] = []
    for entity in entities:
        first = max(entity["offset"] - cut, 0)
        last = min(entity["offset"] + entity["length"] - cut, end)
        if last > first:
            shifted.append(entity | {"offset": first, "length": last - first})
    return sorted(shifted, key=lambda entity: (entity["offset"], -entity["length"]))
