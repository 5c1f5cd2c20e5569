"""A picture is a row at once, a sealed file for each child who is in it once it is here, and never half of either."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select

from book.errors import KeyDestroyed, WrongSeal
from book.faces import only
from book.ids import ChildId, InboxId, PersonId
from book.media import MediaKind
from book.messages import Did, File, Incoming
from book.pictures import CopyFor, CopyId, PictureId, PictureState
from storage import inbox, pictures, schema
from storage.inbox import Received
from storage.pictures import Copy, Made, NewPicture, Shows, Taken
from storage.vault import Owner
from tests.kit.conversation import Story

HERE = [("phones", "demo")]
PHOTO = File("", "image/jpeg", 9, "file-id-from-the-platform", MediaKind.PHOTO)
MADE = (Made(CopyFor.RELAY, "image/jpeg", 5), Made(CopyFor.KEEP, "image/jpeg", 9))
NAMES = (f"{number:032x}" for number in itertools.count(1))


@pytest.fixture
async def message(story: Story) -> InboxId:
    """A message of Priya's that is in the inbox."""
    now = story.clock.now()
    account = "demo"
    received = Received("phones", account, "m:priya:77", "priya", "{}", now, Incoming(Did.WROTE, now, files=(PHOTO,)))

    def keep(connection: Connection) -> InboxId:
        inbox.keep(connection, story.store.vault, story.ids, [received])
        return InboxId(connection.execute(select(func.max(schema.inbox.c.id))).scalar_one())

    await story.store.vault.ensure(Owner.day(now.date()))
    return await story.store.write(keep)


async def comes(story: Story, message: InboxId) -> PictureId:
    new = NewPicture(PictureId(story.ids.new()), message, 0, owner(story), PHOTO)
    await story.store.write(pictures.keep, story.store.vault, [new], story.clock.now())
    return new.id


def owner(story: Story) -> Owner:
    return Owner.person(story.people.people["priya"])


def child(story: Story, name: str) -> ChildId:
    return story.people.children[name]


async def says(story: Story, picture: PictureId, *names: str) -> None:
    by: PersonId = story.people.people["priya"]
    shown = only([child(story, name) for name in names])
    await story.store.write(pictures.show, [Shows(picture, shown, by)], story.clock.now())


async def writes(story: Story, picture: PictureId, made: Sequence[Made] = MADE, *, stops: bool = False) -> list[Copy]:
    """What the worker does with a picture that is here; ``stops`` before the last step."""
    store, now = story.store, story.clock.now()
    source = await store.read(pictures.kept_copies, picture)
    copies = await store.write(pictures.begin_copies, store.vault, story.ids, lambda: next(NAMES), picture, made)
    for copy in copies:
        if not copy.is_kept:
            content = f"{copy.purpose} of the painting".encode()
            if not made:
                kept = next(each for each in source if each.purpose is copy.purpose)
                opened = kept.opened(store.vault, store.media)
                assert opened is not None
                content = opened
            store.media.write(copy.file, copy.sealed(store.vault, content))
    if not stops:
        taken = Taken(4, 3, now) if made else None
        await store.write(pictures.finish_copies, store.vault, picture, [each.id for each in copies], now, taken)
    return copies


async def tidies(story: Story) -> None:
    gone = await story.store.read(pictures.unwanted)
    story.store.media.delete(*(each.file for each in gone))
    await story.store.write(pictures.forget, [each.id for each in gone])


async def owners(story: Story, picture: PictureId) -> list[Owner]:
    kept = await story.store.read(pictures.kept_copies, picture)
    return sorted({each.owner for each in kept}, key=lambda each: (each.kind, each.id))


async def test_a_picture_is_coming_until_its_copies_are_on_disk(story: Story, message: InboxId) -> None:
    picture = await comes(story, message)
    await comes(story, message)  # The same file of the same message once more.
    store, now = story.store, story.clock.now()

    (due,) = await store.read(pictures.due, store.vault, now, HERE)
    assert (due.id, due.file, due.channel) == (picture, PHOTO, "phones")
    found = await store.read(pictures.of_messages, [message])
    assert [each.state for each in found[message]] == [PictureState.COMING]

    await writes(story, picture)

    found = await store.read(pictures.of_messages, [message])
    assert [each.state for each in found[message]] == [PictureState.SAFE]
    assert await store.read(pictures.due, store.vault, now, HERE) == []
    assert await owners(story, picture) == [owner(story)]
    standing = await store.read(pictures.standing, store.media)
    assert (standing.files_without_row, standing.rows_without_file, standing.coming) == (0, 0, 0)


async def test_each_child_in_it_has_copies_under_her_own_key_and_the_author_has_none_then(
    story: Story, message: InboxId
) -> None:
    picture = await comes(story, message)
    await writes(story, picture)
    (before, _) = await story.store.read(pictures.kept_copies, picture)
    await says(story, picture, "ella", "noah")
    assert await story.store.read(pictures.due, story.store.vault, story.clock.now(), HERE) != []

    await writes(story, picture, ())
    await tidies(story)

    both = sorted((Owner.child_media(child(story, each)) for each in ("ella", "noah")), key=lambda each: each.id)
    assert await owners(story, picture) == both
    store = story.store
    assert store.media.read(before.file) is None
    copies = await store.read(pictures.kept_copies, picture)
    assert {each.opened(store.vault, store.media) for each in copies} == {
        b"relay of the painting",
        b"keep of the painting",
    }
    ella = next(each for each in copies if each.owner == Owner.child_media(child(story, "ella")))
    noahs = next(each for each in copies if each.owner != ella.owner and each.purpose is ella.purpose)
    sealed = store.media.read(ella.file)
    assert sealed is not None
    assert b"painting" not in sealed
    with pytest.raises(WrongSeal):
        store.vault.open(noahs.owner, f"picture {ella.purpose}", ella.id, sealed)
    await store.vault.destroy(ella.owner)
    with pytest.raises(KeyDestroyed):
        ella.opened(store.vault, store.media)


async def test_who_is_said_not_to_be_in_it_loses_her_copy_once_the_others_have_theirs(
    story: Story, message: InboxId
) -> None:
    picture = await comes(story, message)
    await says(story, picture, "ella")
    await writes(story, picture)
    assert await owners(story, picture) == [Owner.child_media(child(story, "ella"))]

    await says(story, picture, "noah")
    await writes(story, picture, ())
    await tidies(story)

    assert await owners(story, picture) == [Owner.child_media(child(story, "noah"))]
    assert len(story.store.media.names()) == len(MADE)


async def test_a_stop_between_row_and_file_leaves_nothing_that_the_next_try_does_not_use(
    story: Story, message: InboxId
) -> None:
    picture = await comes(story, message)
    first = await writes(story, picture, stops=True)
    assert await story.store.read(pictures.due, story.store.vault, story.clock.now(), HERE) != []

    await writes(story, picture)

    assert story.store.media.names() == {each.file for each in first}
    standing = await story.store.read(pictures.standing, story.store.media)
    assert (standing.files_without_row, standing.rows_without_file) == (0, 0)


async def test_what_could_not_be_had_is_tried_again_then_and_what_never_will_be_is_due_no_more(
    story: Story, message: InboxId
) -> None:
    picture = await comes(story, message)
    store, now = story.store, story.clock.now()
    await store.write(pictures.try_again, picture, now + timedelta(seconds=30))

    assert await store.read(pictures.due, store.vault, now, HERE) == []
    assert await store.read(pictures.next_due) == now + timedelta(seconds=30)
    (due,) = await store.read(pictures.due, store.vault, now + timedelta(seconds=30), HERE)
    assert due.tries == 1

    assert await store.write(pictures.give_up, picture, PictureState.LOST, "gone", now) == message
    assert await store.write(pictures.give_up, picture, PictureState.LOST, "gone", now) is None
    assert await store.read(pictures.next_due) is None


async def test_files_without_a_row_and_rows_without_a_file_are_both_found(story: Story, message: InboxId) -> None:
    picture = await comes(story, message)
    (first, *_) = await writes(story, picture)
    story.store.media.write("e" * 32, b"nobody knows of it")
    story.store.media.delete(first.file)

    standing = await story.store.read(pictures.standing, story.store.media)

    assert (standing.files_without_row, standing.rows_without_file) == (1, 1)


async def test_once_the_key_of_a_child_s_pictures_is_destroyed_her_files_go(story: Story, message: InboxId) -> None:
    picture = await comes(story, message)
    await says(story, picture, "ella", "noah")
    await writes(story, picture)
    await story.store.vault.destroy(Owner.child_media(child(story, "ella")))

    gone = await story.store.write(pictures.forget_destroyed, story.store.vault, story.clock.now())
    await tidies(story)

    assert gone == len(MADE)
    assert await owners(story, picture) == [Owner.child_media(child(story, "noah"))]
    assert len(story.store.media.names()) == len(MADE)


async def test_once_a_child_is_forgotten_no_phone_shows_a_picture_that_was_told_of_her_and_all_else_stays(
    story: Story,
) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("10:30")
    await hannah.sends_photo("Ella at the farm")
    await story.passes(70)
    assert [each.pictures for each in await priya.screen()] == [1]
    documents = select(func.count()).select_from(schema.documents)
    before = await story.store.read(lambda connection: connection.execute(documents).scalar_one())
    await story.store.vault.destroy(Owner.child_media(child(story, "noah")))
    assert await story.store.write(pictures.forget_destroyed, story.store.vault, story.clock.now()) == 0
    assert [each.pictures for each in await priya.screen()] == [1]
    await story.store.vault.destroy(Owner.child_media(child(story, "ella")))

    assert await story.store.write(pictures.forget_destroyed, story.store.vault, story.clock.now()) == 3

    (told,) = await priya.screen()
    assert ("farm" in told.text, told.pictures) == (True, 0)
    assert await story.store.read(lambda connection: connection.execute(documents).scalar_one()) < before


async def test_a_name_of_an_upload_is_used_for_the_same_copy_and_person_alone_and_goes_with_sharing(
    story: Story, message: InboxId
) -> None:
    picture = await comes(story, message)
    await says(story, picture, "ella")
    (copy, *_) = await writes(story, picture)
    store, now = story.store, story.clock.now()
    hannah, tom = (story.people.people[each] for each in ("hannah", "tom"))

    async def upload(person: PersonId, account: str = "1") -> str:
        found = await store.read(pictures.leaving, store.vault, [copy.id, CopyId(7)], person, "telegram", account)
        return found[0].upload

    await store.write(
        pictures.remember_uploads, store.vault, story.ids, {copy.id: "ours"}, hannah, "telegram", "1", now
    )

    assert [await upload(hannah), await upload(tom), await upload(hannah, "2")] == ["ours", "", ""]
    await store.write(pictures.forget_uploads, [child(story, "noah")])
    assert await upload(hannah) == "ours"
    await store.write(pictures.forget_uploads, [child(story, "ella")])
    assert await upload(hannah) == ""
