"""Who may speak to the demo's server, and what becomes of everything it cannot use."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from book.errors import OperatorError
from bot.web.gate import refuse_beyond_loopback
from tests.bot.web.browser import Browser
from tests.examples import examples

MESSAGES = "/api/people/hannah/messages"
# Nothing here differs from database to database.
on_sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@pytest.mark.parametrize("host", ["0.0.0.0", "", "192.168.1.5", "::", "bookbag.example", "127.0.0.1.example"])
def test_an_address_that_others_could_reach_is_refused_in_a_sentence(host: str) -> None:
    with pytest.raises(OperatorError, match="serves this machine only"):
        refuse_beyond_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_may_be_served(host: str) -> None:
    refuse_beyond_loopback(host)


@on_sqlite
async def test_only_our_own_names_are_answered(browser: Browser) -> None:
    """A site whose name is made to point at this machine sends its own name as Host."""
    for own in ("127.0.0.1", "localhost", "[::1]", "LOCALHOST"):
        answer = await browser.raw("GET", "/api/people", headers={"Host": f"{own}:{browser.port}"})
        assert answer.status == 200
    for strange in (
        f"evil.example:{browser.port}",
        "evil.example",
        "127.0.0.1",
        f"127.0.0.1:{browser.port + 1}",
        f"127.0.0.1.evil.example:{browser.port}",
        "",
    ):
        for path in ("/", "/api/people", "/api/events", "/static/demo.js", "/nothing"):
            answer = await browser.raw("GET", path, headers={"Host": strange})
            assert answer.status == 403, (strange, path)
            assert "error" in await answer.json()


@on_sqlite
async def test_what_another_sites_page_sends_is_refused(browser: Browser) -> None:
    body = json.dumps({"text": "bad night, teething"})
    for header, value in (
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Origin", f"https://127.0.0.1:{browser.port}"),
        ("Origin", f"http://127.0.0.1:{browser.port + 1}"),
        ("Origin", f"http://127.0.0.1:{browser.port}.evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ):
        headers = {"Content-Type": "application/json", header: value}
        answer = await browser.raw("POST", MESSAGES, data=body, headers=headers)
        assert answer.status == 403, (header, value)
    assert await browser.messages("hannah") == []

    ours = {"Content-Type": "application/json", "Origin": f"http://localhost:{browser.port}"}
    assert (await browser.raw("POST", MESSAGES, data=body, headers=ours)).status == 202


@on_sqlite
async def test_every_answer_carries_the_headers_that_keep_the_page_to_itself(browser: Browser) -> None:
    for path, status, cache in (
        ("/", 200, "no-cache"),
        ("/static/demo.css", 200, "no-cache"),
        ("/api/people", 200, "no-store"),
        ("/api/people/nobody/messages", 404, "no-store"),
        ("/api/nothing", 404, "no-store"),
        ("/static/../gate.py", 404, "no-cache"),
        ("/static/%2e%2e%2fgate.py", 404, "no-cache"),
    ):
        answer = await browser.raw("GET", path)
        assert answer.status == status, path
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == cache
    async with browser.client.get("/api/events") as stream:
        assert stream.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert stream.headers["Cache-Control"] == "no-store"


@on_sqlite
async def test_every_file_of_the_page_is_served_with_its_type(browser: Browser) -> None:
    for path, content_type in (
        ("/", "text/html"),
        ("/static/demo.css", "text/css"),
        ("/static/demo.js", "text/javascript"),
        ("/static/icon.svg", "image/svg+xml"),
    ):
        assert (await browser.raw("GET", path)).content_type == content_type


NO_MESSAGES = [
    ("text/plain", '{"text": "x"}', 415),
    ("application/x-www-form-urlencoded", "text=x", 415),
    ("application/json", "", 400),
    ("application/json", "{", 400),
    ("application/json", "[1]", 400),
    ("application/json", "[" * 100_000, 400),
    ("application/json", '{"text": 1}', 400),
    ("application/json", '{"text": "  "}', 400),
    ("application/json", "{}", 400),
    ("application/json", '{"text": "x", "to": "everybody"}', 400),
    ("application/json", '{"text": "x", "reply_to": "1"}', 400),
    ("application/json", '{"text": "x", "reply_to": 12345}', 400),
    ("application/json", '{"text": "x", "reply_to": 99999999999999999999}', 400),
    ("application/json", json.dumps({"text": "x" * 8001}), 413),
    ("application/json", " " * 300_000, 413),
    ("multipart/form-data", "x", 400),
    ("multipart/form-data; boundary=b", "--b\r\n\r\nx", 400),
]


@on_sqlite
async def test_what_is_no_message_is_refused_in_a_sentence_and_changes_nothing(browser: Browser) -> None:
    for content_type, body, status in NO_MESSAGES:
        answer = await browser.raw("POST", MESSAGES, data=body.encode(), headers={"Content-Type": content_type})

        assert answer.status == status, (content_type, body[:40])
        assert (await answer.json())["error"].endswith(".")
    assert await browser.messages("hannah") == []


@on_sqlite
async def test_a_text_of_the_greatest_length_is_kept_whole(browser: Browser) -> None:
    text = "Ella slept. " * 666 + "🧸" * 8
    assert len(text) == 8000

    await browser.types("hannah", text)

    assert [each["text"] for each in await browser.thread()] == [text]


@on_sqlite
async def test_nobody_and_nothing_are_not_found(browser: Browser) -> None:
    for path in ("/api/people/nobody/messages", "/api/children/nobody/thread", "/api/sharing/nobody", "/api/x"):
        assert "error" in await browser.get(path, status=404)
    await browser.post("/api/people/nobody/messages", {"text": "x"}, status=404)
    await browser.post("/api/people/nobody/press", {"token": "x"}, status=404)
    await browser.post("/api/people", {}, status=405)
    await browser.get("/api/people/hannah/messages?after=-1", status=400)
    await browser.get("/api/people/hannah/messages?after=%D9%A1", status=400)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(st.characters(codec=None), max_size=60) | anything,
        "reply_to": st.integers() | anything,
        "token": st.text(max_size=80) | anything,
        "id": anything,
        "value": st.sampled_from(["day", "nothing"]) | anything,
        "forward_seconds": st.floats(max_value=30) | anything,
        "until": st.sampled_from(["08:30", "24:00", "8:1"]) | anything,
    },
)


@on_sqlite
@settings(examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(
        [
            MESSAGES,
            "/api/people/hannah/press",
            "/api/people/hannah/messages/1/edit",
            "/api/sharing/hannah",
            "/api/clock",
        ]
    ),
    body=bodies | anything,
)
async def test_no_body_breaks_the_server(browser: Browser, path: str, body: object) -> None:
    answer = await browser.raw("POST", path, data=json.dumps(body), headers={"Content-Type": "application/json"})

    assert answer.status in {200, 202, 400, 404, 413}
    if answer.status >= 400:
        assert (await answer.json())["error"]
    await browser.story.settles()
    await browser.messages("hannah")
    await browser.thread()
