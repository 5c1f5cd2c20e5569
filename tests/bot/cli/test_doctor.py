"""``bookbag doctor`` gives every thing it looks at one line, ok or what to do, and changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from bot.cli.doctor import findings, pictures, private_links, recordings
from bot.configuration import Configuration, load_configuration
from storage.pictures import Standing
from tests.bot.running import Bookbag, against
from tests.doubles.telegram import Fault, TelegramDouble
from tests.doubles.twilio import Fault as TwilioFault
from tests.doubles.twilio import TwilioDouble


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        yield double


async def look(folder: Path, telegram: TelegramDouble, **otherwise: str) -> list[str]:
    """What there is to mend; empty if all is well."""
    environment = {
        "DATA_DIR": str(folder / "data"),
        "ROOT_KEY_FILE": str(folder / "keys" / "root.key"),
        "TELEGRAM_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        **otherwise,
    }
    found = findings(lambda: load_configuration(environment, folder / ".env"))
    return [each.mend async for each in found if each.mend]


def to_mend(out: str) -> list[str]:
    return [line.partition("  ")[2] for line in out.splitlines() if line.startswith("mend")]


async def test_a_sound_book_is_ok_line_by_line(begun: Path, telegram: TelegramDouble) -> None:
    said = await against(telegram, begun).says("doctor", TELEGRAM_TOKEN=telegram.token)

    assert said.code == 0, said.out
    lines = said.out.splitlines()
    # The manager alone is its lead, which is enough to begin with and is said.
    notes = [line for line in lines if not line.startswith("ok    ")]
    assert [line.split()[0] for line in notes] == ["note"]
    assert "has one safeguarding lead" in notes[0]
    for field in Configuration.model_fields.values():
        assert any(f" {field.validation_alias}" in line for line in lines)
    for looked_at in (
        "root key",
        "disk space",
        "pictures: can be made safe here",
        "SQLite",
        "up to date",
        "audit chain",
        "safeguarding",
        "polling",
        "clock",
    ):
        assert looked_at in said.out
    assert "@bookbag_test_bot answers" in said.out
    assert telegram.token not in said.out


async def test_a_file_among_the_pictures_that_is_none_is_said(begun: Path, telegram: TelegramDouble) -> None:
    media = begun / "data" / "media"
    media.mkdir()
    (media / "IMG_2041.jpg").write_bytes(b"whose is it")

    said = await against(telegram, begun).says("doctor", TELEGRAM_TOKEN=telegram.token)

    assert said.code == 0, said.out
    assert "note  1 files in DATA_DIR's folder media are not Bookbag's" in said.out


async def test_a_picture_whose_file_was_deleted_is_said_with_what_to_restore(
    begun: Path, telegram: TelegramDouble
) -> None:
    change(
        begun,
        "INSERT INTO picture_copies (id, picture_id, owner_kind, owner_id, purpose, file, media_type, size, kept_at) "
        f"VALUES (1, 1, 'child_media', 1, 'relay', '{'a' * 32}', 'image/jpeg', 4, 0)",
    )
    assert [each for each in await look(begun, telegram) if "the file is missing" in each] != []

    (begun / "data" / "media").mkdir()
    (begun / "data" / "media" / ("a" * 32)).write_bytes(b"here")
    assert await look(begun, telegram) == []


def test_a_picture_without_its_file_and_one_that_does_not_come_are_to_be_mended() -> None:
    now = datetime(2026, 11, 24, 20, tzinfo=UTC)

    assert [each.mend for each in pictures(Standing(0, 0, 1, now - timedelta(hours=11)), now) if each.mend] == []
    lost, late = [each.mend for each in pictures(Standing(0, 3, 2, now - timedelta(hours=13)), now)]
    assert lost.startswith("Of 3 pictures the file is missing")
    assert late.startswith("2 pictures are still to be fetched, one of them for 13 hours")


def test_that_recordings_wait_for_ffmpeg_is_said_with_what_to_install() -> None:
    assert recordings("/usr/bin/ffmpeg").note == ""
    assert "apt-get install ffmpeg" in recordings(None).note
    (waiting,) = pictures(Standing(0, 0, 0, None, 2), datetime(2026, 11, 24, 20, tzinfo=UTC))
    assert waiting.mend.startswith("2 voice notes or videos wait because ffmpeg is not installed")


def test_private_links_are_missed_only_where_somebody_needs_one() -> None:
    without = load_configuration({}, None)
    with_links = load_configuration({"PUBLIC_URL": "https://book.example.org"}, None)
    assert private_links(without, is_needed=True).mend.startswith("Somebody has plain texts only")
    assert not private_links(without, is_needed=False).mend
    assert private_links(with_links, is_needed=True).found == "lead to https://book.example.org"


async def test_where_texts_are_brought_is_looked_at_and_mended_if_asked(begun: Path, telegram: TelegramDouble) -> None:
    async with TwilioDouble(token="b" * 32) as twilio:
        bookbag = against(telegram, begun)
        texts = {
            "TELEGRAM_TOKEN": telegram.token,
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": "b" * 32,
            "TWILIO_NUMBER": twilio.number.number,
            "TWILIO_API_URL": twilio.url,
            "PUBLIC_URL": "https://book.example.org",
        }
        before = await bookbag.says("doctor", **texts)
        assert to_mend(before.out) == ["Twilio brings texts nowhere: run bookbag doctor --set-texts to mend it."]
        mended = await bookbag.says("doctor", "--set-texts", **texts)
        assert "texts: are brought to book.example.org, and again after a fault" in mended.out
        assert twilio.number.sms_url == "https://book.example.org/twilio/messages#rc=5&rp=all"

        twilio.number.sms_url = "https://book.example.org/twilio/messages"
        (once,) = await look(begun, telegram, **texts)
        assert once.startswith("Twilio brings texts here, but not again after a fault")
        (other,) = await look(begun, telegram, **{**texts, "TWILIO_NUMBER": "+441632960999"})
        assert other.startswith("The Twilio account has no number TWILIO_NUMBER")
        twilio.plan(TwilioFault.unauthorised(), on="numbers.list")
        (locked,) = await look(begun, telegram, **texts)
        assert locked.startswith("Twilio does not answer")


async def test_before_anything_is_set_up_it_says_what_to_do(tmp_path: Path) -> None:
    said = await Bookbag(tmp_path, {}).says("doctor")

    assert said.code == 1
    assert "Traceback" not in said.err
    assert {"TELEGRAM_TOKEN", "The", "DATA_DIR", "There"} == {line.split()[0] for line in to_mend(said.out)}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("spoil", "mend"),
    [
        pytest.param(lambda folder: (folder / "keys" / "root.key").chmod(0o640), "chmod 600", id="an open root key"),
        pytest.param(lambda folder: (folder / "keys" / "root.key").unlink(), "ROOT_KEY_FILE", id="no root key"),
        pytest.param(lambda folder: (folder / "data").chmod(0o755), "chmod 700", id="an open data folder"),
        pytest.param(lambda folder: change(folder, "UPDATE alembic_version SET version_num = '9'"), "newer", id="new"),
        pytest.param(lambda folder: change(folder, "DROP TABLE alembic_version"), "bookbag init", id="no version"),
        pytest.param(
            lambda folder: change(folder, "DELETE FROM memberships WHERE role = 'safeguarding_lead'"),
            "bookbag init --lead",
            id="no safeguarding lead",
        ),
        pytest.param(
            lambda folder: change(
                folder,
                "INSERT INTO audit (number, at, what, owner_kind, owner_id, sealed_details, previous, hash) "
                "VALUES (1, 0, 'x', 'person', 1, x'00', x'00', x'00')",
            ),
            "audit chain is broken at row 1",
            id="a broken chain",
        ),
        pytest.param(
            lambda folder: (folder / ".env").write_text("TELEGRAM_MODE=pigeon\nTELEGRAM_PER_SECOND=x\n"),
            "TELEGRAM_MODE must be",
            id="a faulty configuration",
        ),
    ],
)
async def test_what_is_wrong_is_named_with_the_mend(
    begun: Path, telegram: TelegramDouble, spoil: Callable[[Path], object], mend: str
) -> None:
    spoil(begun)

    assert any(mend in each for each in await look(begun, telegram))


def change(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "data" / "bookbag.db")
    with connection:
        connection.execute(statement)
    connection.close()


async def test_naming_the_lead_mends_what_doctor_found(begun: Path, telegram: TelegramDouble) -> None:
    change(begun, "DELETE FROM memberships WHERE role = 'safeguarding_lead'")
    assert len(await look(begun, telegram)) == 1

    await against(telegram, begun).says("init", "--no-questions", "--lead")

    assert await look(begun, telegram) == []


async def test_a_lead_who_has_left_is_counted_no_more_by_doctor_nor_by_run(
    begun: Path, telegram: TelegramDouble
) -> None:
    change(
        begun,
        "INSERT INTO memberships (id, person_id, role, setting_id, standing, since, made_at) SELECT "
        "id + 1000, person_id, role, setting_id, 'ended', since, made_at FROM memberships "
        "WHERE role = 'safeguarding_lead'",
    )

    assert ["has no safeguarding lead" in each for each in await look(begun, telegram)] == [True]
    taken = telegram.url.rpartition("//")[2]
    run = await against(telegram, begun).says("run", TELEGRAM_TOKEN=telegram.token, OPERATIONS_LISTEN=taken)
    assert "has no safeguarding lead" in run.out + run.err


async def test_a_refused_token_a_platform_that_is_away_and_a_foreign_webhook_are_found(
    begun: Path, telegram: TelegramDouble
) -> None:
    telegram.plan(Fault.unauthorised(), on="getMe")
    assert ["TELEGRAM_TOKEN is not accepted" in each for each in await look(begun, telegram)] == [True]

    away = await look(begun, telegram, TELEGRAM_API_URL="http://127.0.0.1:9")
    assert ["TELEGRAM_API_URL does not answer" in each for each in away] == [True]

    channel = Telegram(telegram.token, api_url=telegram.url)
    await channel.set_webhook("https://elsewhere.example.org/hook", secret="s" * 40)
    await channel.close()
    assert ["webhook at elsewhere.example.org" in each for each in await look(begun, telegram)] == [True]
