"""A recording leaves without a word of where, when, by what or by whom; and plays the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from book.media import Refusal
from bot.media.limits import LARGEST_FILE, Limits
from bot.media.making_safe import Later, Refused
from bot.media.recordings import Clean, Unrelayed, find_ffmpeg, without_metadata
from tests.bot.media.exiftool import plant, tags_in
from tests.bot.media.ffmpeg import RECORDINGS, ffmpeg, heard, recorded
from tests.bot.media.pictures import encoded, picture

BECOMES = {"ogg": "audio/ogg", "m4a": "audio/mp4", "mp4": "video/mp4", "mov": "video/mp4"}


async def cleaned(content: bytes) -> Clean:
    found = await without_metadata(content, ffmpeg=find_ffmpeg())
    assert isinstance(found, Clean), found
    return found


@pytest.mark.parametrize("name", RECORDINGS)
async def test_a_recording_leaves_without_a_word_and_plays_the_same(name: str, tmp_path: Path) -> None:
    content = recorded(name, tmp_path)
    assert b"CANARY" in content

    clean = await cleaned(content)

    assert b"CANARY" not in clean.content
    assert b"52.2053" not in clean.content
    assert clean.media_type == BECOMES[name.partition(".")[2]]
    assert heard(clean.content, tmp_path) == heard(content, tmp_path)


async def test_an_independent_reader_finds_what_was_said_before_and_nothing_after(tmp_path: Path) -> None:
    came, left = tmp_path / "came", tmp_path / "left"
    came.mkdir()
    left.mkdir()
    for name in RECORDINGS:
        (left / name).write_bytes((await cleaned(recorded(name, came))).content)

    said, unsaid = tags_in(came), tags_in(left)
    for name in RECORDINGS:
        assert "CANARY" in str(said[name])
        assert "CANARY" not in str(unsaid[name])
        assert not [
            tag for tag in unsaid[name] if "GPS" in tag or tag.startswith(("UserData", "Keys", "ItemList", "XMP"))
        ]
        dates = {str(value) for tag, value in unsaid[name].items() if tag.endswith("Date")}
        assert dates <= {"0000:00:00 00:00:00"}


async def test_what_a_camera_writes_between_the_pictures_is_left_out(tmp_path: Path) -> None:
    """The maker of these films signs each in a unit that holds no picture."""
    content = recorded("film.mp4", tmp_path)
    assert b"x264" in content

    assert b"x264" not in (await cleaned(content)).content


async def test_what_hides_in_boxes_that_no_player_reads_is_left_behind(tmp_path: Path) -> None:
    content = recorded("film.mp4", tmp_path)
    hidden = len(b"CANARY" * 50) + 8
    content += hidden.to_bytes(4) + b"free" + b"CANARY" * 50 + hidden.to_bytes(4) + b"uuid" + b"CANARY" * 50

    assert b"CANARY" not in (await cleaned(content)).content


async def test_a_film_that_was_held_upright_stays_upright(tmp_path: Path) -> None:
    recorded("film.mp4", tmp_path)
    plant([(["-Rotation=90"], tmp_path / "film.mp4")])
    (tmp_path / "left").mkdir()
    (tmp_path / "left" / "film.mp4").write_bytes((await cleaned((tmp_path / "film.mp4").read_bytes())).content)

    assert tags_in(tmp_path)["film.mp4"]["Composite:Rotation"] == 90
    assert tags_in(tmp_path / "left")["film.mp4"]["Composite:Rotation"] == 90


async def test_without_ffmpeg_it_is_kept_and_whoever_runs_the_bot_is_told_what_to_install() -> None:
    outcome = await without_metadata(b"OggS" + bytes(24) + b"OpusHead" + bytes(40), ffmpeg=None)

    assert isinstance(outcome, Unrelayed)
    assert "apt-get install ffmpeg" in outcome.sentence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (encoded(picture(1, (32, 32))), Refusal.UNKNOWN_KIND),
        (b"#EXTM3U\nhttp://canary.example/1.ts\n", Refusal.UNKNOWN_KIND),
        (b"RIFF\0\0\0\0AVI LIST", Refusal.UNKNOWN_KIND),
        (b"OggS" + bytes(24) + b"OpusHead" + bytes(LARGEST_FILE), Refusal.TOO_LARGE),
    ],
    ids=["picture", "playlist", "avi", "too large"],
)
async def test_what_is_no_recording_is_not_even_begun(content: bytes, reason: Refusal) -> None:
    assert await without_metadata(content, ffmpeg="/nowhere/ffmpeg") == Refused(reason)


async def test_a_list_of_other_files_that_calls_itself_a_film_is_not_followed() -> None:
    ffmpeg()
    content = b"\0\0\0\x14ftypmp42\0\0\0\0mp42" + b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n"

    assert await without_metadata(content, ffmpeg=find_ffmpeg()) == Refused(Refusal.BROKEN)


async def test_a_broken_recording_is_refused_or_is_a_recording_all_the_same(tmp_path: Path) -> None:
    """What its index calls sound and pictures is copied as it stands: nothing of that is decoded here."""
    ffmpeg()
    whole = {name: recorded(name, tmp_path) for name in ("voice.ogg", "film.mov")}
    broken: list[bytes] = []
    for name, content in whole.items():
        broken += (content[: len(content) * share // 5] for share in range(1, 5))
        for seed in range(4):
            chance, turned = random.Random(f"{name}{seed}"), bytearray(content)
            for _ in range(8):
                turned[chance.randrange(28, len(turned))] = chance.randrange(256)
            broken.append(bytes(turned))

    outcomes = [await without_metadata(content, ffmpeg=find_ffmpeg()) for content in broken]

    assert not [each for each in outcomes if isinstance(each, Later | Unrelayed)]
    assert [each for each in outcomes if isinstance(each, Refused)]


async def test_a_machine_that_is_too_busy_is_no_fault_of_the_recordings(tmp_path: Path) -> None:
    content = recorded("voice.ogg", tmp_path)

    assert await without_metadata(content, ffmpeg=find_ffmpeg(), limits=Limits(seconds=0)) == Later()
    assert await without_metadata(content, ffmpeg="/nowhere/ffmpeg") == Refused(Refusal.BROKEN)
