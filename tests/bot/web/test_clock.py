"""Book time, shown and moved on through the interface."""

from __future__ import annotations

import pytest

from tests.bot.web.browser import Browser

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


async def test_what_falls_due_on_the_way_happens_at_its_moment(browser: Browser) -> None:
    await browser.types("priya", "Ella slept 8-9")

    moved = await browser.post("/api/clock", {"until": "17:30"}, status=200)

    assert moved == {"now": "2026-11-24T17:30:00.000Z"}
    assert [each["at"] for each in await browser.messages("dawn")] == ["2026-11-24T12:45:00Z"]
    assert [each["at"] for each in await browser.messages("hannah")] == ["2026-11-24T17:00:00Z"]


async def test_an_hour_that_has_passed_means_the_next_day(browser: Browser) -> None:
    assert await browser.get("/api/clock") == {"now": "2026-11-24T08:10:00.000Z", "timezone": "Europe/London"}

    forward = await browser.post("/api/clock", {"forward_seconds": 90}, status=200)
    tomorrow = await browser.post("/api/clock", {"until": "7:30"}, status=200)

    assert forward == {"now": "2026-11-24T08:11:30.000Z"}
    assert tomorrow == {"now": "2026-11-25T07:30:00.000Z"}


async def test_it_goes_on_by_a_duration_or_to_a_moment_of_the_setting_or_of_another_zone(browser: Browser) -> None:
    for wish, now in (
        ({"advance": "PT3H"}, "2026-11-24T11:10:00.000Z"),
        ({"advance": "P1DT5M"}, "2026-11-25T11:15:00.000Z"),
        ({"to": "2026-11-25T17:00"}, "2026-11-25T17:00:00.000Z"),
        ({"to": "2026-11-26T09:00+01:00"}, "2026-11-26T08:00:00.000Z"),
    ):
        assert await browser.post("/api/clock", wish, status=200) == {"now": now}
    assert (await browser.get("/api/clock"))["now"] == "2026-11-26T08:00:00.000Z"


async def test_time_cannot_be_moved_back_or_beyond_reason(browser: Browser) -> None:
    for wish in (
        {"forward_seconds": -1},
        {"forward_seconds": 0},
        {"forward_seconds": 1e9},
        {"forward_seconds": "60"},
        {"until": "24:00"},
        {"until": "7:5"},
        {"until": ""},
        {},
        {"forward_seconds": 60, "until": "17:00"},
        {"advance": "PT3H", "until": "17:00"},
        {"advance": "P"},
        {"advance": "PT0S"},
        {"advance": "3 hours"},
        {"advance": "P400D"},
        {"to": "2026-11-24T08:00"},
        {"to": "tomorrow"},
        {"to": "9999-12-31T23:59"},
    ):
        assert "error" in await browser.post("/api/clock", wish, status=400)
    assert (await browser.get("/api/clock"))["now"] == "2026-11-24T08:10:00.000Z"
