"""The phones and the thread through the interface, as a page or a script uses it."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from aiohttp import FormData

from tests.bot.media.ffmpeg import recorded
from tests.bot.media.test_own_copies import pdf
from tests.bot.web.browser import Browser
from tests.kit import rosters
from tests.kit.pictures import painting

RELAY = 'Ella, from Hannah 8:10: "bad night, teething"'


async def test_the_people_are_listed_as_the_page_needs_them(browser: Browser) -> None:
    people = {each["id"]: each for each in await browser.get("/api/people")}

    assert people["hannah"] == {
        "id": "hannah",
        "name": "Hannah",
        "role": "parent",
        "children": ["Ella"],
        "about": "Ella's mum",
        "open": True,
    }
    assert people["priya"]["children"] == ["Ella", "Noah", "Leo", "Zofia"]
    assert {each for each in people if people[each]["open"]} == {"hannah", "priya", "dawn"}
    assert await browser.get("/api/children") == [
        {"id": name.lower(), "name": name} for name in ("Ella", "Noah", "Poppy", "Leo", "Zofia")
    ]


async def test_scene_1_plays_through_the_interface(browser: Browser) -> None:
    seq = await browser.types("hannah", "bad night, teething")
    assert await browser.messages("hannah") == [
        {"seq": seq, "from": "me", "text": "bad night, teething", "buttons": [], "media": [],
         "at": "2026-11-24T08:10:00Z", "withdrawn": False, "edited": False, "silent": False, "reply_to": None}
    ]  # fmt: skip

    await browser.story.passes(10)
    (acknowledgement,) = await browser.messages("hannah", after=seq)
    assert acknowledgement["text"] == "✓ Ella · sleep, health → Priya, Dawn"
    assert acknowledgement["silent"]
    assert [each["label"] for each in acknowledgement["buttons"]] == ["Undo", "Change"]
    (entry,) = await browser.thread()
    assert [(each["person"], each["told"], each["at"]) for each in entry["audience"] if each["at"]] == [
        ("Priya", False, "2026-11-24T08:10:20Z"),
        ("Dawn", False, "2026-11-24T08:10:20Z"),
    ]

    await browser.story.passes(10)
    assert await browser.hears("priya") == await browser.hears("dawn") == [RELAY]
    (now,) = await browser.messages("hannah", after=seq)
    assert now["seq"] == acknowledgement["seq"]
    assert now["text"] == "✓ Ella · sleep, health → Priya ✓ Dawn ✓"
    assert now["edited"]
    assert await browser.hears("tom") == []


async def test_the_thread_says_who_was_told_and_why_the_others_were_not(browser: Browser) -> None:
    await browser.types("hannah", "bad night, teething")
    await browser.story.passes(20)

    (entry,) = await browser.thread()
    assert entry["text"] == "bad night, teething"
    assert entry["topics"] == ["sleep", "health"]
    assert (entry["author"], entry["at"], entry["state"]) == ("Hannah", "2026-11-24T08:10:00Z", "filed")
    assert entry["facts"] == entry["corrections"] == []
    told = {each["person"]: (each["told"], each["why"], each["at"]) for each in entry["audience"]}
    assert told["Priya"] == (True, "own_setting", "2026-11-24T08:10:20Z")
    assert told["Dawn"] == (True, "shared", "2026-11-24T08:10:20Z")
    assert told["Tom"] == (False, "notes_apart", None)
    assert told["Amy"] == (False, "colleagues", None)
    assert "Hannah" not in told
    assert {each["reason"] for each in entry["audience"] if each["person"] in ("Tom", "Priya")} == {
        "parents' own notes are kept apart",
        "the parent joined through this setting",
    }


async def test_undo_stops_what_has_not_gone_and_the_thread_shows_it(browser: Browser) -> None:
    await browser.types("hannah", "bad night, teething")
    await browser.story.passes(10)

    await browser.presses("hannah", "Undo")
    await browser.story.passes(60)

    assert await browser.hears("priya") == await browser.hears("dawn") == []
    (entry,) = await browser.thread()
    assert entry["state"] == "withdrawn"
    assert not any(each["told"] or each["at"] for each in entry["audience"])


async def test_a_button_that_is_not_on_the_phone_is_refused(browser: Browser) -> None:
    await browser.types("hannah", "bad night, teething")
    await browser.story.passes(10)
    (token,) = [button["token"] for each in await browser.messages("hannah") for button in each["buttons"][:1]]

    await browser.post("/api/people/priya/press", {"token": token}, status=404)
    await browser.post("/api/people/hannah/press", {"token": "made-up"}, status=404)
    await browser.post("/api/people/hannah/press", {"token": token})


async def test_an_edited_message_keeps_its_number_and_corrects_what_was_told(browser: Browser) -> None:
    seq = await browser.types("hannah", "bad night, teething")
    await browser.story.passes(20)

    await browser.post(f"/api/people/hannah/messages/{seq}/edit", {"text": "awful night, teething"})
    await browser.story.passes(20)

    mine = next(each for each in await browser.messages("hannah") if each["seq"] == seq)
    assert (mine["text"], mine["edited"]) == ("awful night, teething", True)
    assert "awful night" in (await browser.hears("dawn"))[-1]
    (entry,) = await browser.thread()
    assert entry["state"] == "corrected"


async def test_nobody_edits_what_the_bot_or_somebody_else_said(browser: Browser) -> None:
    seq = await browser.types("hannah", "bad night, teething")
    await browser.story.passes(10)
    acknowledgement = (await browser.messages("hannah"))[-1]["seq"]

    for who, number in (("hannah", acknowledgement), ("priya", seq), ("hannah", 999), ("hannah", "x")):
        await browser.post(f"/api/people/{who}/messages/{number}/edit", {"text": "something else"}, status=404)


async def test_a_reply_goes_to_the_entry_it_answers(browser: Browser) -> None:
    await browser.types("hannah", "bad night, teething")
    await browser.story.passes(20)
    relay = next(each for each in await browser.messages("priya") if each["text"] == RELAY)

    await browser.types("priya", "poor thing, will keep her close", reply_to=relay["seq"])
    await browser.story.passes(20)

    assert 'Priya: "poor thing, will keep her close"' in await browser.hears("hannah")
    mine = (await browser.messages("priya"))[-2]
    assert mine["reply_to"] == relay["seq"]
    await browser.post("/api/people/dawn/messages", {"text": "x", "reply_to": relay["seq"]}, status=400)


async def test_what_was_filed_by_mistake_says_nothing_any_more_in_the_wrong_childs_thread(browser: Browser) -> None:
    await browser.types("priya", "Ella had 2 wet nappies and slept 11-12")
    await browser.types("priya", "that was noah")

    (left,) = await browser.thread("ella")
    assert (left["state"], left["text"], left["topics"], left["audience"]) == ("moved", "", [], [])
    (moved,) = await browser.thread("noah")
    assert (moved["state"], moved["topics"]) == ("filed", ["nappy", "sleep"])


async def test_a_second_copy_of_a_message_files_nothing(browser: Browser) -> None:
    async def sends(who: str, key: str) -> int:
        headers = {"Idempotency-Key": key}
        body = {"text": "bad night, teething"}
        answer = await browser.post(f"/api/people/{who}/messages", body, headers=headers)
        return int(answer["seq"])

    copies = await asyncio.gather(*(sends("hannah", "one") for _ in range(6)))
    await browser.story.passes(20)
    late = await sends("hannah", "one")
    another = await sends("hannah", "two")
    elsewhere = await sends("dawn", "one")
    await browser.story.settles()

    assert {*copies, late} == {copies[0]}
    assert len({copies[0], another, elsewhere}) == 3
    assert len([each for each in await browser.messages("hannah") if each["from"] == "me"]) == 2
    assert len([each for each in await browser.thread() if each["author"] == "Hannah"]) == 2


async def test_two_who_write_at_once_are_both_filed_in_their_order(browser: Browser) -> None:
    async def writes(who: str, words: str) -> None:
        for number in range(8):
            await browser.post(f"/api/people/{who}/messages", {"text": f"Ella {words} {number}"})

    await asyncio.gather(writes("hannah", "slept"), writes("priya", "ate"))
    await browser.story.settles()

    filed = [(each["author"], each["text"]) for each in await browser.thread()]
    assert [text for author, text in filed if author == "Hannah"] == [f"Ella slept {number}" for number in range(8)]
    assert [text for author, text in filed if author == "Priya"] == [f"Ella ate {number}" for number in range(8)]


async def test_the_words_beside_a_broken_picture_are_kept_and_its_sender_is_told_to_send_it_again(
    browser: Browser,
) -> None:
    form = FormData()
    form.add_field("text", "Ella painted a bus")
    form.add_field("file", b"\xff\xd8\xff" + b"0" * 100_000, filename="bus.jpg", content_type="image/jpeg")

    assert (await browser.raw("POST", "/api/people/priya/messages", data=form)).status == 202
    await browser.story.passes(70)

    assert [(each["text"], each["media"]) for each in await browser.thread()] == [("Ella painted a bus", [])]
    assert "Part of that picture is missing. Please send it again." in await browser.hears("priya")


async def test_a_spreadsheet_goes_in_through_the_interface_and_the_slips_come_out_of_it(browser: Browser) -> None:
    form = FormData()
    form.add_field("text", "")
    roll = rosters.as_csv(rosters.children(3))
    form.add_field("file", roll, filename="roll.csv", content_type="text/csv")
    answer = await browser.client.post("/api/people/maya/messages", data=form)
    assert answer.status == 202
    seq = (await answer.json())["seq"]
    (mine,) = await browser.messages("maya", after=seq - 1)
    assert mine["media"][0]["type"] == "text/csv"
    await browser.story.passes(1)
    (read,) = await browser.messages("maya", after=seq)
    assert read["text"].startswith("I read 3 children, 6 parents")

    await browser.types("maya", "yes")
    await browser.story.passes(1)
    await browser.types("maya", "1")
    await browser.story.passes(1)

    added = (await browser.messages("maya", after=seq))[-1]
    assert added["text"].endswith("Slips to hand out:")
    (media,) = added["media"]
    assert media["type"] == "application/pdf"
    file = await browser.client.get(media["url"])
    assert file.status == 200
    assert (await file.read()).startswith(b"%PDF")
    assert (await browser.client.get(media["url"].replace("maya", "hannah"))).status == 404


async def test_files_are_shown_on_the_phone_they_were_put_on_and_on_no_other(browser: Browser) -> None:
    form = FormData()
    form.add_field("text", "Ella and Noah, painting")
    for number in (1, 2):
        form.add_field("file", painting(number), filename=f"IMG_{number}.png", content_type="image/png")
    form.add_field("file", b"voice", filename="v.ogg", content_type="audio/ogg; codecs=opus")
    answer = await browser.client.post("/api/people/priya/messages", data=form)
    assert answer.status == 202

    (mine,) = [each for each in await browser.messages("priya") if each["from"] == "me"]
    assert [each["type"] for each in mine["media"]] == ["image/png", "image/png", "audio/ogg"]
    shown = [await browser.client.get(each["url"]) for each in mine["media"]]
    assert [await each.read() for each in shown] == [painting(1), painting(2), b"voice"]
    for each, media in zip(shown, mine["media"], strict=True):
        assert each.headers["Content-Type"] == media["type"]
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Cache-Control"] == "no-store"
        assert each.headers["Content-Disposition"].startswith("inline;")
        assert (await browser.client.get(media["url"].replace("priya", "hannah"))).status == 404


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("media_type", ["image/svg+xml", "text/html", "application/pdf", "image/heic", ""])
async def test_what_could_run_in_the_page_or_cannot_be_shown_is_only_saved(browser: Browser, media_type: str) -> None:
    form = FormData()
    form.add_field("text", "look")
    form.add_field("file", b"<script>", filename="x", content_type=media_type or "application/octet-stream")
    await browser.client.post("/api/people/priya/messages", data=form)

    (media,) = (await browser.messages("priya"))[0]["media"]
    shown = await browser.client.get(media["url"])

    assert shown.headers["Content-Disposition"].startswith("attachment;")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_too_many_files_or_too_much_of_them_is_refused_and_nothing_is_kept(browser: Browser) -> None:
    many, much = FormData(), FormData()
    for number in range(21):
        many.add_field("file", b"x", filename=f"{number}.png", content_type="image/png")
    much.add_field("file", io.BytesIO(bytes(32 * 1024 * 1024 + 1)), filename="film.mp4", content_type="video/mp4")

    for form, sentence in ((many, "20 files are the most"), (much, "32 MB together is the most")):
        answer = await browser.client.post("/api/people/priya/messages", data=form)
        assert answer.status == 413
        assert sentence in (await answer.json())["error"]
    assert await browser.messages("priya") == []


async def test_a_picture_goes_to_the_family_and_stands_in_the_thread_as_our_own_copy(browser: Browser) -> None:
    form = FormData()
    form.add_field("text", "Ella, painting a bus")
    form.add_field("file", painting(1), filename="IMG_1.png", content_type="image/png")
    assert (await browser.raw("POST", "/api/people/priya/messages", data=form)).status == 202
    await browser.story.running.worker.work_off()
    assert [(each["media"], each["coming"]) for each in await browser.thread("ella")] == [([], ["photo"])]
    await browser.story.settles()
    assert [each["coming"] for each in await browser.thread("ella")] == [[]]
    await browser.story.until("17:01")

    (told,) = [each for each in await browser.messages("hannah") if each["media"]]
    assert told["text"] == "Ella, painting a bus. – Priya, 8:10"
    (entry,) = await browser.thread("ella")
    assert (entry["text"], [each["type"] for each in entry["media"]]) == ("Ella, painting a bus", ["image/jpeg"])
    for media in (*told["media"], *entry["media"]):
        shown = await browser.client.get(media["url"])
        assert (shown.headers["Content-Type"], shown.headers["Cache-Control"]) == ("image/jpeg", "no-store")
        assert (await shown.read()).startswith(b"\xff\xd8\xff")
    (url,) = [each["url"] for each in entry["media"]]
    for elsewhere in (url.replace("ella", "noah"), url + "1", url.rpartition("/")[0] + "/x"):
        assert (await browser.client.get(elsewhere)).status == 404
    assert not [each for each in await browser.messages("tom") if each["text"] != told["text"] and each["media"]]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_film_plays_in_parts_and_a_pdf_is_saved_on_the_phone_and_from_the_thread(
    browser: Browser, tmp_path: Path
) -> None:
    menu = pdf()
    for name, content, kind in (
        ("film.mov", recorded("film.mov", tmp_path), "video/quicktime"),
        ("Ella.pdf", menu, "application/pdf"),
    ):
        form = FormData()
        form.add_field("text", "Ella, painting a bus")
        form.add_field("file", content, filename=name, content_type=kind)
        assert (await browser.raw("POST", "/api/people/priya/messages", data=form)).status == 202
        await browser.story.settles()
    await browser.story.until("17:01")

    told = [media for each in await browser.messages("hannah") for media in each["media"]]
    listed = [media for each in await browser.thread("ella") for media in each["media"]]
    for film, paper in (told, listed):
        assert (film["type"], paper["type"]) == ("video/mp4", "application/pdf")
        whole = await (await browser.client.get(film["url"])).read()
        part = await browser.client.get(film["url"], headers={"Range": "bytes=4-7"})
        assert (part.status, await part.read()) == (206, whole[4:8])
        assert part.headers["Content-Range"] == f"bytes 4-7/{len(whole)}"
        assert part.headers["Cache-Control"] == "no-store"
        for asked in ("bytes=-4", "bytes=9999999-", "lines=1-2"):
            status = (await browser.client.get(film["url"], headers={"Range": asked})).status
            assert status == (206 if asked == "bytes=-4" else 200)
        saved = await browser.client.get(paper["url"])
        assert saved.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''paper-")
        assert saved.headers["X-Content-Type-Options"] == "nosniff"
        assert await saved.read() == menu
