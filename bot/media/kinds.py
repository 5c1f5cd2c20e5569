"""What a file is, by its first bytes; what it is called and who says what it is count for nothing.

Only kinds that Bookbag keeps have a name here. Knows nothing of whether the rest of the file is whole.
"""

from __future__ import annotations

from enum import Enum, StrEnum

# So many bytes from the beginning decide.
HEAD = 512


class Family(StrEnum):
    """What people would call it."""

    PICTURE = "picture"
    RECORDING = "recording"  # sound or film
    PAPER = "paper"


class Kind(Enum):
    """A kind of file, with its family and the type it is sent under."""

    JPEG = ("jpeg", Family.PICTURE, "image/jpeg")
    PNG = ("png", Family.PICTURE, "image/png")
    WEBP = ("webp", Family.PICTURE, "image/webp")
    HEIC = ("heic", Family.PICTURE, "image/heic")
    OPUS = ("opus", Family.RECORDING, "audio/ogg")
    M4A = ("m4a", Family.RECORDING, "audio/mp4")
    MP4 = ("mp4", Family.RECORDING, "video/mp4")
    MOV = ("mov", Family.RECORDING, "video/quicktime")
    PDF = ("pdf", Family.PAPER, "application/pdf")

    def __init__(self, label: str, family: Family, media_type: str) -> None:
        """``label`` is also what its decoder is told."""
        self.label = label
        self.family = family
        self.media_type = media_type


# The brands of ISO base media files. A phone's HEIC may call itself by a structure (mif1) and name what is in it
# among the brands it is compatible with.
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_STRUCTURE = frozenset({b"mif1", b"msf1", b"mif2"})
_MP4 = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42", b"avc1"}
    | {b"M4V ", b"M4VH", b"M4VP", b"mmp4", b"MSNV", b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3g2a", b"dash", b"f4v "}
)
_M4A = frozenset({b"M4A ", b"M4B "})
# A film of the older QuickTime begins without saying its brand.
_QUICKTIME_BEGINS = frozenset({b"moov", b"mdat", b"wide"})


def kind_of(head: bytes) -> Kind | None:
    """The kind of the file that begins with ``head``, or None for whatever Bookbag does not keep."""
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head[:4] == b"OggS":
        # The first packet of an Opus stream stands behind the first page's header.
        return Kind.OPUS if b"OpusHead" in head[:HEAD] else None
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in _QUICKTIME_BEGINS:
        return Kind.MOV
    return None


def _by_brand(head: bytes) -> Kind | None:
    size = min(int.from_bytes(head[:4]), HEAD)
    brand = head[8:12]
    compatible = {head[at : at + 4] for at in range(16, size - 3, 4)}
    if brand in _HEIC or (brand in _STRUCTURE and compatible & _HEIC):
        return Kind.HEIC
    if brand in _M4A:
        return Kind.M4A
    if brand == b"qt  ":
        return Kind.MOV
    return Kind.MP4 if brand in _MP4 else None


_CALLED = {
    "image/jpeg": ("picture", "jpg"),
    "video/mp4": ("video", "mp4"),
    "audio/ogg": ("voice", "ogg"),
    "audio/mp4": ("sound", "m4a"),
    "application/pdf": ("paper", "pdf"),
}


def ending_of(media_type: str) -> str:
    """What stands behind the point in the name of a copy of this type."""
    return _CALLED.get(media_type, ("file", "bin"))[1]


def name_of(media_type: str, number: int) -> str:
    """What a copy of ours is called where it goes: nothing that anybody wrote is in it."""
    called, ending = _CALLED.get(media_type, ("file", "bin"))
    return f"{called}-{number}.{ending}"
