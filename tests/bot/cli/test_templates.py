"""``bookbag templates`` and the doctor say what WhatsApp approved, and ask it where they are told to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from book.wording.templates import load_templates
from tests.bot.cli.test_doctor import look, to_mend
from tests.bot.running import against
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble

TEMPLATES = load_templates().all


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as opened:
        yield opened


async def test_the_sentences_are_shown_submitted_checked_and_missed_by_the_doctor(
    begun: Path, telegram: TelegramDouble
) -> None:
    async with TwilioDouble(token="b" * 32) as twilio:
        bookbag = against(telegram, begun)
        whatsapp = {
            "TELEGRAM_TOKEN": telegram.token,
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": "b" * 32,
            "TWILIO_WHATSAPP_NUMBER": twilio.sender.address.removeprefix("whatsapp:"),
            "TWILIO_API_URL": twilio.url,
            "PUBLIC_URL": "https://book.example.org",
        }
        shown = await bookbag.says("templates", **whatsapp)
        assert shown.code == 0
        assert all(each.body in shown.out and each.name in shown.out for each in TEMPLATES)
        assert twilio.calls() == [], "to read them nobody is asked"

        nowhere, none = to_mend((await bookbag.says("doctor", **whatsapp)).out)
        assert nowhere == "Twilio brings WhatsApp nowhere: run bookbag doctor --set-texts to mend it."
        assert none.startswith("WhatsApp has not approved bookbag_urgent_ring_1_en, ")

        submitted = await bookbag.says("templates", "--submit", **whatsapp)
        assert submitted.code == 0
        assert "received  bookbag_page_1_en" in submitted.out
        asked = {each.friendly_name: each for each in twilio.contents}
        assert asked.keys() == {each.name for each in TEMPLATES}
        assert {each.approval["category"] for each in asked.values()} == {"UTILITY"}
        for each in asked.values():
            twilio.decides(each.sid)
        twilio.decides(asked["bookbag_page_1_en"].sid, "rejected", reason="not clear")

        checked = await bookbag.says("templates", "--check", **whatsapp)
        assert checked.code == 1
        assert "rejected: not clear  bookbag_page_1_en" in checked.out
        twilio.decides(asked["bookbag_page_1_en"].sid)
        assert (await bookbag.says("templates", "--check", **whatsapp)).code == 0
        assert (await bookbag.says("doctor", "--set-texts", **whatsapp)).code == 0
        assert await look(begun, telegram, **whatsapp) == []
        assert twilio.sender.callback_url == "https://book.example.org/twilio/messages#rc=5&rp=all"


async def test_without_a_sender_nothing_is_submitted(begun: Path, telegram: TelegramDouble) -> None:
    said = await against(telegram, begun).says("templates", "--submit", TELEGRAM_TOKEN=telegram.token)
    assert said.code == 1
    assert "There is no TWILIO_WHATSAPP_NUMBER" in said.err
