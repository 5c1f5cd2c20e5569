"""Faults that somebody could put into the rules by accident, each with the tests that must then fail.

A list and the hands that plant one of them in a copy of the tree; the tree itself is never touched. What they stand
for is in `tests/faults/test_planted.py`. One by name: ``make prove ARGS="tests/faults/test_planted.py -k cached"``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_COPIED = ("bot", "book", "handlers", "scheduler", "storage", "tests", "pyproject.toml")
_TAKES_AT_MOST = 1200.0  # every cell is compared for some of them, and other work may take most of a machine


@dataclass(frozen=True, slots=True)
class Fault:
    """One change of one place, and who notices."""

    name: str
    file: str
    old: str
    new: str
    caught_by: tuple[str, ...]

    def times_found(self, root: Path = ROOT) -> int:
        """How often the text to be changed stands there: exactly once, or this list has rotted."""
        return (root / self.file).read_text("utf-8").count(self.old)


EVERY_CELL = "tests/book/test_audience.py::test_the_book_agrees_with_the_rules_in_every_cell"
_RULES = "tests/book/test_audience.py::"
_HOLDS = "tests/book/test_audience_properties.py::"
_SHARING = "tests/book/test_sharing.py::"
_HERE = "tests/faults/test_nobody_else.py::"
_RIGHT = "tests/journeys/test_putting_right.py::"
_OUTBOX = "tests/bot/dispatch/test_faults.py::"
_STRANGERS = (
    "tests/faults/test_strangers.py::test_strangers_at_the_doors_are_told_one_sentence_and_none_is_let_in[sqlite]"
)
_LINKS = "tests/journeys/test_private_links.py::"
_REMINDERS = "tests/scheduler/test_reminders.py::"
_HEARTS = "tests/journeys/test_hearts.py::"
_ON_PHONES = "[phones-sqlite]"
_BY_WHATSAPP = "tests/journeys/test_by_whatsapp.py::"
_ON_SQLITE = "[sqlite]"

FAULTS = (
    # --- the rules themselves ---------------------------------------------------------------------------------------
    Fault(
        "a disclosure enters the thread",
        "book/audience.py",
        "    if Topic.SAFEGUARDING in topics:\n        return False, Reason.OWN_ROAD\n",
        "",
        (EVERY_CELL,),
    ),
    Fault(
        "a disclosure is not screened for",
        "handlers/pipeline.py",
        "    if held.held:\n",
        "    if held.held and not held.held:\n",
        (f"{_RIGHT}test_a_disclosure_is_kept_for_the_lead_alone{_ON_PHONES}",),
    ),
    Fault(
        "a complaint is told to the room",
        "book/audience.py",
        "theirs = member.role is Role.MANAGER and member.setting == note.author_setting",
        "theirs = is_staff and member.setting == note.author_setting",
        (EVERY_CELL, f"{_RULES}test_no_colleague_hears_by_an_answer_what_was_complained_of"),
    ),
    Fault(
        "what the author narrowed travels all the same",
        "book/audience.py",
        "    if kept_from:\n        return False, Reason.NARROWED\n",
        "",
        (EVERY_CELL, f"{_RIGHT}test_not_dawn_keeps_the_note_just_before_from_dawn{_ON_PHONES}"),
    ),
    Fault(
        "or for and: one parent's yes opens the notes of both",
        "book/audience.py",
        "both.get(one) == EVERYTHING and both.get(other) == EVERYTHING",
        "both.get(one) == EVERYTHING or both.get(other) == EVERYTHING",
        (EVERY_CELL,),
    ),
    Fault(
        "parents' notes are not kept apart",
        "book/audience.py",
        "        return False, Reason.NOTES_APART\n    if member.setting in note.let_through:",
        "        return True, Reason.SHARED\n    if member.setting in note.let_through:",
        (EVERY_CELL, f"{_HERE}test_what_one_parent_writes_never_reaches_the_other{_ON_SQLITE}"),
    ),
    Fault(
        "an answer goes further than what it answers",
        "book/audience.py",
        "    if allowed and note.answers is not None and not _may_know(",
        "    if allowed and note.answers is not None and None is not None and not _may_know(",
        (
            _RULES + "test_the_book_agrees_with_the_rules_whatever_comes_together[0]",
            f"{_HOLDS}test_an_answer_goes_no_further_than_what_it_answers",
        ),
    ),
    Fault(
        "the chain of answers is followed one step only",
        "book/audience.py",
        "not _may_know(note.answers, member, circle, now)[0]:",
        "not _rules(note.answers, member, circle, now)[0]:",
        (_RULES + "test_the_book_agrees_with_the_rules_whatever_comes_together[0]",),
    ),
    Fault(
        "default to allow: what nobody chose travels",
        "book/audience.py",
        "    if shared is None:\n        return False, Reason.NOT_CHOSEN\n",
        "    if shared is None:\n        return True, Reason.SHARED\n",
        (EVERY_CELL,),
    ),
    Fault(
        "or for and: one topic that may travel takes the others along",
        "book/audience.py",
        "    if needed <= shared:\n",
        "    if not needed or needed & shared:\n",
        (EVERY_CELL,),
    ),
    Fault(
        "what nobody understood travels with any choice",
        "book/audience.py",
        "        needed = EVERYTHING\n",
        "        needed = frozenset()\n",
        (EVERY_CELL,),
    ),
    Fault(
        "a picture travels as its words do",
        "book/audience.py",
        "        needed = needed | {Group.PHOTOS}\n",
        "        needed = needed | set()\n",
        (_RULES + "test_the_book_agrees_with_the_rules_whatever_comes_together[0]",),
    ),
    Fault(
        "a parent's new telephone is shown to the other",
        "book/audience.py",
        "    if Topic.CONTACT_CHANGE in _topics(note):\n        return False, Reason.OWN_ROAD\n",
        "",
        (EVERY_CELL,),
    ),
    Fault(
        "what an earlier parent allowed still counts",
        "book/audience.py",
        "    return _travels(note, chosen if is_parent else {})\n",
        "    return _travels(note, chosen)\n",
        (_RULES + "test_the_book_agrees_with_the_rules_whatever_comes_together[0]",),
    ),
    # --- choices and topics -----------------------------------------------------------------------------------------
    Fault(
        "or for and: one parent's yes outweighs the other's no",
        "book/sharing.py",
        "    return frozenset.intersection(*chosen)\n",
        "    return frozenset.union(*chosen)\n",
        (EVERY_CELL, f"{_SHARING}test_no_parent_is_ever_overruled"),
    ),
    Fault(
        "an earlier choice outlives a later one",
        "book/sharing.py",
        "    return {each.chooser: each.groups for each in choices if",
        "    return {each.chooser: each.groups for each in reversed(tuple(choices)) if",
        (f"{_SHARING}test_the_last_word_counts_for_its_own_direction_alone",),
    ),
    Fault(
        "forget one topic",
        "book/topics.py",
        "        Topic.FAMILY_NEWS: Group.FAMILY,\n",
        "",
        (EVERY_CELL, "tests/book/test_topics.py::test_every_topic_has_a_group_or_a_road_of_its_own"),
    ),
    Fault(
        "a letter is health of the day",
        "book/topics.py",
        "    if subject.private and subject.topic in (Topic.HEALTH, Topic.MEDICATION):\n",
        "    if subject.private and subject.topic in (Topic.MEDICATION,):\n",
        (EVERY_CELL, f"{_RIGHT}test_a_parent_lets_one_note_travel_once{_ON_PHONES}"),
    ),
    # --- who stands in the circle -----------------------------------------------------------------------------------
    Fault(
        "somebody restricted in one role lives on in another",
        "book/people.py",
        "if each.is_live(now) and each.person.id not in barred]",
        "if each.is_live(now)]",
        (f"{_RULES}test_somebody_restricted_in_one_role_is_a_stranger_in_every_other",),
    ),
    Fault(
        "somebody whose time is over is still there",
        "book/people.py",
        "        return self.since <= now and (self.until is None or now < self.until)\n",
        "        return self.since <= now\n",
        (f"{_RULES}test_the_book_agrees_with_the_rules_whatever_comes_together[0]",),
    ),
    Fault(
        "somebody who waits to be let in is there already",
        "book/people.py",
        "        return self.standing is Standing.LIVE and self._holds(now)\n",
        "        return self.standing in (Standing.LIVE, Standing.PENDING) and self._holds(now)\n",
        (f"{_RULES}test_the_book_agrees_with_the_rules_whatever_comes_together[0]",),
    ),
    Fault(
        "the first line of the log outlives the last",
        "book/people.py",
        "        newest[(child, line.person.id, line.role, line.setting)] = line\n",
        "        newest.setdefault((child, line.person.id, line.role, line.setting), line)\n",
        (f"{_OUTBOX}test_no_call_begins_once_the_permission_has_ended",),
    ),
    Fault(
        "a cached membership",
        "storage/circles.py",
        '    lines = connection.execute(_OF_CHILDREN, {"wanted": list(wanted)}).all()\n',
        "    key, seen = str(sorted(wanted)), vars(load)\n"
        "    lines = seen.get(key) or "
        'seen.setdefault(key, connection.execute(_OF_CHILDREN, {"wanted": list(wanted)}).all())\n',
        (f"{_OUTBOX}test_no_call_begins_once_the_permission_has_ended",),
    ),
    Fault(
        "a cached choice",
        "storage/circles.py",
        "    choices = _load_choices(connection, wanted)\n",
        "    key, seen = str(sorted(wanted)), vars(load)\n"
        "    choices = seen.get(key) or seen.setdefault(key, _load_choices(connection, wanted))\n",
        (f"{_HERE}test_a_choice_withdrawn_while_a_note_waits_holds_it_back{_ON_SQLITE}",),
    ),
    Fault(
        "a circle kept by its child alone",
        "storage/circles.py",
        "        values = _values(lying)\n",
        "        values = child\n",
        (f"{_OUTBOX}test_no_call_begins_once_the_permission_has_ended",),
    ),
    Fault(
        "an ended membership counts as live",
        "storage/circles.py",
        "        standing=Standing(line.standing),\n",
        "        standing=Standing.LIVE,\n",
        (f"{_HERE}test_whoever_is_restricted_hears_what_a_stranger_hears{_ON_SQLITE}",),
    ),
    Fault(
        "a restricted person still belongs",
        "storage/membership_log.py",
        "if line.standing == Standing.LIVE and line.since <= now",
        "if line.standing != Standing.PENDING and line.since <= now",
        (f"{_HERE}test_what_waits_for_whoever_was_restricted_meanwhile_is_not_said[sqlite-word]",),
    ),
    Fault(
        "whoever has left still holds her place",
        "storage/membership_log.py",
        "        for line in newest(lines)\n",
        "        for line in lines\n",
        (f"tests/storage/test_membership_log.py::test_whoever_has_left_leads_and_manages_nothing{_ON_SQLITE}",),
    ),
    # --- what comes in ----------------------------------------------------------------------------------------------
    Fault(
        "a stranger is listened to",
        "handlers/pipeline.py",
        "    if not situation.belongs(desk.now):\n        return (joining.stranger(situation, desk),)\n",
        "",
        (f"{_HERE}test_whoever_is_restricted_hears_what_a_stranger_hears{_ON_SQLITE}",),
    ),
    Fault(
        "one wrong code more is taken from a chat",
        "storage/claims.py",
        "WRONG_HERE = 5\n",
        "WRONG_HERE = 6\n",
        (_STRANGERS,),
    ),
    Fault(
        "wrong codes are counted for each chat alone",
        "handlers/joining.py",
        "    if knock.is_code and (knock.past_here or knock.past_in_all):\n",
        "    if knock.is_code and knock.past_here:\n",
        (_STRANGERS,),
    ),
    Fault(
        "a right code is counted as a wrong one",
        "storage/knocks.py",
        " and code not in found.known\n",
        "\n",
        (_STRANGERS,),
    ),
    Fault(
        "a wrong link is answered in words of its own",
        "handlers/joining.py",
        '    notice: Notice = Said("stranger", fixed=True)\n',
        '    notice: Notice = Said("undo.nothing" if incoming.start else "stranger", fixed=True)\n',
        (_STRANGERS,),
    ),
    Fault(
        "somebody else's button counts",
        "handlers/choosing.py",
        "    if pressed is None or pressed.address != situation.address.id:\n",
        "    if pressed is None:\n",
        (
            "tests/handlers/test_pipeline.py::"
            f"test_a_button_of_somebody_elses_message_does_nothing_and_says_so{_ON_SQLITE}",
        ),
    ),
    Fault(
        "whoever works there may let a note travel",
        "handlers/choosing.py",
        "    if me is None or me.role is not Role.PARENT:\n",
        "    if me is None:\n",
        (f"{_HERE}test_only_a_parent_lets_a_note_travel{_ON_SQLITE}",),
    ),
    Fault(
        "an answer forgets what it answers",
        "handlers/filing_a_note.py",
        "        answers=answered.id if answered is not None else None,\n",
        "        answers=None,\n",
        (f"{_HERE}test_an_answer_to_a_private_note_stays_with_its_author_to_the_end{_ON_SQLITE}",),
    ),
    Fault(
        "an answer to what was taken back goes everywhere",
        "handlers/answering.py",
        "    return [entry for entry in found if _stands(entry, me, circle, desk)] or found\n",
        "    return [entry for entry in found if _stands(entry, me, circle, desk)]\n",
        (f"{_HERE}test_an_answer_to_what_was_taken_back_goes_no_further_than_it_did{_ON_SQLITE}",),
    ),
    Fault(
        "an answer to what was never confirmed is a note like any other",
        "storage/situations.py",
        "        told[pair] = list(maybe or ())\n        if maybe is None or len(maybe) > 1:\n",
        "        told[pair] = []\n        if maybe is None:\n",
        (
            f"{_HERE}test_an_answer_to_what_nobody_knows_arrived_goes_no_further_than_it_did[sqlite-after it]",
            f"{_HERE}test_of_what_may_answer_either_of_two_notes_the_sender_is_asked_to_write_it_again{_ON_SQLITE}",
        ),
    ),
    Fault(
        "what nobody can say what it answers is filed as a note",
        "handlers/filing_a_note.py",
        "    if situation.replied is not None and situation.replied.is_unknown:\n",
        "    if situation.replied is not None and situation.replied.is_unknown and not situation.circles:\n",
        (f"{_HERE}test_an_answer_to_what_the_book_does_not_know_is_not_filed_as_a_note{_ON_SQLITE}",),
    ),
    Fault(
        "an answer that was asked back forgets what it answers",
        "storage/situations.py",
        "        return replace(self, replied=self.waiting_replied.get(message))\n",
        "        return replace(self, replied=None)\n",
        (f"{_HERE}test_an_answer_that_was_asked_back_is_still_an_answer{_ON_SQLITE}",),
    ),
    Fault(
        "an answer that was kept for the lead first forgets what it answers",
        "handlers/keeping_safe.py",
        "replace(situation.of_waiting(taken.id), taken=taken, gathering=None)",
        "replace(situation, taken=taken, gathering=None, replied=None)",
        (f"{_HERE}test_an_answer_that_was_kept_for_the_lead_first_is_still_an_answer{_ON_SQLITE}",),
    ),
    Fault(
        "an answer to several goes as far as the one that went furthest",
        "handlers/answering.py",
        "key=lambda entry: (len(_readers(entry, circle, desk)), -entry.id), default=None)\n",
        "key=lambda entry: (-len(_readers(entry, circle, desk)), -entry.id), default=None)\n",
        (f"{_HERE}test_an_answer_to_two_notes_told_together_stays_with_the_narrower{_ON_SQLITE}",),
    ),
    Fault(
        "an answer to notes of both parents is taken for one to the newest",
        "handlers/answering.py",
        "    if all(narrowest <= each for each in readers.values()):\n",
        "    if readers:\n",
        (f"{_HERE}test_an_answer_to_notes_of_both_parents_goes_to_the_one_who_is_meant[sqlite-hannah-tom]",),
    ),
    Fault(
        "what points at a filed note answers an open question",
        "handlers/pipeline.py",
        "    if situation.question is not None and not of_a_note and (answer",
        "    if situation.question is not None and (answer",
        (f"{_HERE}test_what_points_at_a_note_moves_that_note_whatever_else_was_asked{_ON_SQLITE}",),
    ),
    Fault(
        "the other child's name stays in the line of the one that was chosen",
        "handlers/filing_a_note.py",
        "take_out(text, [name for each in (*circle, *elsewhere) if each.child != child for name in each.names]),",
        "take_out(text, []),",
        (f"{_HERE}test_no_family_reads_the_other_childs_name_when_both_are_chosen{_ON_SQLITE}",),
    ),
    Fault(
        "other children's names are left in",
        "book/understanding/renaming.py",
        "    places = _places(text, names)\n    if not places:\n        return text\n    kept, at",
        "    places = _places(text, ())\n    if not places:\n        return text\n    kept, at",
        (
            f"{_HERE}test_no_family_reads_the_other_childs_name_when_both_are_chosen{_ON_SQLITE}",
            "tests/book/understanding/test_renaming.py::test_no_name_that_is_taken_out_stays_and_no_other_word_goes",
        ),
    ),
    Fault(
        "what is moved keeps the wrong child's name",
        "handlers/setting_right.py",
        "words=rename(entry.text.words, wrong.names, circle.child.name)",
        "words=entry.text.words",
        (f"{_HERE}test_what_is_moved_names_the_first_child_to_nobody{_ON_SQLITE}",),
    ),
    Fault(
        "what was told of the wrong child is left with its people",
        "handlers/setting_right.py",
        "reason=Reason.MOVED)\n        withdraw |= gone\n        notices += recalls\n",
        "reason=Reason.MOVED)\n        withdraw |= gone\n",
        (f"{_HERE}test_what_is_moved_after_it_left_is_taken_back_from_the_first_childs_people{_ON_SQLITE}",),
    ),
    Fault(
        "undo said of one note takes back all that its line tells of",
        "handlers/choosing.py",
        "    if (pointed := looking_back.pointed_at(situation)) is not None:\n        return pointed\n",
        "",
        (f"{_RIGHT}test_undo_said_of_one_note_of_a_burst_takes_back_that_one_alone{_ON_PHONES}",),
    ),
    Fault(
        "an edit of what was asked back is a message of its own",
        "handlers/pipeline.py",
        "    if situation.edited_waits is not None:\n        # It still",
        "    if situation.edited_waits is not None and situation.edited_waits.incoming.files:\n        # It still",
        (f"{_RIGHT}test_every_later_edit_of_a_message_that_was_asked_back_is_the_one_note{_ON_PHONES}",),
    ),
    # --- where words are taken for a day after she wrote ------------------------------------------------------------
    Fault(
        "words go to somebody who has not written for a day",
        "book/disclosure.py",
        "    if not address.is_open(now):\n        return Nudge(is_closed=True)\n",
        "",
        (
            f"{_BY_WHATSAPP}test_dialogue_31_more_than_a_day_since_she_wrote[sqlite]",
            f"{_BY_WHATSAPP}test_what_waits_is_announced_once_a_day_and_let_go_in_its_order[sqlite]",
        ),
    ),
    Fault(
        "what she writes lets nothing go",
        "storage/inbox.py",
        "        windows.opened(connection, heard)\n",
        "",
        (f"{_BY_WHATSAPP}test_what_waits_is_announced_once_a_day_and_let_go_in_its_order[sqlite]",),
    ),
    Fault(
        "what a platform says of a closed window is a loss",
        "storage/receipts.py",
        "    if reason is Reason.WINDOW_CLOSED and windows.closed(connection, [delivery.id], now):\n"
        "        return True\n",
        "",
        (f"{_BY_WHATSAPP}test_a_window_that_whatsapp_finds_closed_loses_nothing[sqlite]",),
    ),
    # --- the second look --------------------------------------------------------------------------------------------
    Fault(
        "the second look is skipped",
        "bot/dispatch/compose.py",
        "(NoticeState.WITHHELD, reason)\n        if isinstance(notice, Said) and notice.fixed:\n",
        "None\n        if isinstance(notice, Said) and notice.fixed:\n",
        (
            f"{_HERE}test_a_choice_withdrawn_while_a_note_waits_holds_it_back{_ON_SQLITE}",
            f"{_OUTBOX}test_no_call_begins_once_the_permission_has_ended",
        ),
    ),
    Fault(
        "what is told along with the first is not looked at",
        "bot/dispatch/compose.py",
        "                    and self._refusal(each, what_may_be_said(address, now), found, now) is None\n",
        "",
        (f"{_HERE}test_of_two_notes_that_leave_together_the_one_that_may_no_longer_is_left_out{_ON_SQLITE}",),
    ),
    Fault(
        "what was taken back is told",
        "bot/dispatch/compose.py",
        "            if not entry.is_live or entry.text is None:\n",
        "            if entry.text is None:\n",
        (f"{_HERE}test_what_was_narrowed_or_taken_back_while_it_was_put_off_is_not_sent_as_it_was{_ON_SQLITE}",),
    ),
    Fault(
        "whoever belongs nowhere is spoken to",
        "bot/dispatch/compose.py",
        "        if waiting.person is None or waiting.person not in found.belonging:\n",
        "        if waiting.person is None:\n",
        (f"{_HERE}test_what_waits_for_whoever_was_restricted_meanwhile_is_not_said[sqlite-word]",),
    ),
    Fault(
        "a second try leaves as it was composed",
        "bot/dispatch/claiming.py",
        "            elif refusal is None:\n                resend.append(each)\n",
        "            elif refusal is None or refusal is not None:\n                resend.append(each)\n",
        (f"{_OUTBOX}test_no_call_begins_once_the_permission_has_ended",),
    ),
    Fault(
        "a line that was put off says what was taken back meanwhile",
        "bot/dispatch/compose.py",
        "            return found.acknowledged.get(waiting.id, ())\n        case _:\n",
        "            return ()\n        case _:\n",
        (f"{_HERE}test_a_line_that_was_put_off_does_not_say_what_its_author_took_back_meanwhile{_ON_SQLITE}",),
    ),
    Fault(
        "the fence is down: whoever lost the lease still sends",
        "bot/dispatch/claiming.py",
        "        if not leases.holds(connection, self._lease):\n",
        "        if leases.holds(connection, self._lease) is None:\n",
        (f"{_HERE}test_whoever_has_been_replaced_sends_nothing_more{_ON_SQLITE}",),
    ),
    # --- what may be said at this address ---------------------------------------------------------------------------
    Fault(
        "words are said at an address that nobody has proved",
        "book/disclosure.py",
        "    if address.person is None or address.proved_at is None or",
        "    if address.person is None or",
        ("tests/book/test_disclosure.py::"
         "test_words_are_said_only_where_a_person_proved_it_chose_words_and_did_not_stop",),
    ),
    Fault(
        "an address that was stopped is written to",
        "book/disclosure.py",
        "    if address.stopped_at is not None:\n",
        "    if address.stopped_at is not None and address.person is None:\n",
        ("tests/book/test_disclosure.py::"
         "test_words_are_said_only_where_a_person_proved_it_chose_words_and_did_not_stop",),
    ),
    # --- what is handed out -----------------------------------------------------------------------------------------
    Fault(
        "a page for the door holds what one of its readers may know",
        "book/pages.py",
        "        may = bool(readers) and all(may_know(",
        "        may = bool(readers) and any(may_know(",
        ("tests/faults/test_many_days.py::test_what_goes_out_as_a_file_is_read_and_judged" + _ON_SQLITE,),
    ),
    Fault(
        "a page is printed for whoever asks alone",
        "book/pages.py",
        "    return frozenset({reader, *(each.person.id for each in circle.parents(now))})\n",
        "    return frozenset({reader})\n",
        ("tests/faults/test_many_days.py::test_what_goes_out_as_a_file_is_read_and_judged" + _ON_SQLITE,),
    ),
    Fault(
        "a file that is made is not looked at again as it leaves",
        "bot/dispatch/compose.py",
        "        said = said if self._stands(lead, found, now) else Said(\"paper.changed\")\n",
        "",
        ("tests/journeys/test_papers.py::"
         "test_words_taken_back_while_their_paper_was_made_do_not_go_out_on_it" + _ON_PHONES,),
    ),
    # --- what goes out with a picture -------------------------------------------------------------------------------
    Fault(
        "a file on one phone is read on every phone",
        "bot/web/letters.py",
        "number) if hangs else None",
        "number)",
        ("tests/bot/web/test_phones.py::"
         "test_files_are_shown_on_the_phone_they_were_put_on_and_on_no_other" + _ON_SQLITE,),
    ),
    Fault(
        "a drawing that may hold a program is shown in its place",
        "bot/web/files.py",
        '        "image/gif",\n',
        '        "image/gif",\n        "image/svg+xml",\n',
        ("tests/bot/web/test_phones.py::"
         "test_what_could_run_in_the_page_or_cannot_be_shown_is_only_saved[image/svg+xml-sqlite]",),
    ),
    Fault(
        "a copy whose name the platform has forgotten is refused for good",
        "bot/channels/telegram_errors.py",
        "    if named and isinstance(error, BadRequest)",
        "    if named and not named and isinstance(error, BadRequest)",
        ("tests/bot/channels/test_telegram_pictures.py::"
         "test_a_name_that_telegram_no_longer_knows_asks_for_the_bytes_and_nothing_went_out",),
    ),
    Fault(
        "words are lost with a picture that the platform does not take",
        "bot/dispatch/dispatcher.py",
        " and part.text and _is_for_its_files(outcome):",
        " and not part.text and _is_for_its_files(outcome):",
        ("tests/bot/dispatch/test_pictures.py::"
         "test_words_are_not_lost_with_a_picture_that_the_platform_does_not_take" + _ON_SQLITE,),
    ),
    # --- whose picture, and to whom ---------------------------------------------------------------------------------
    Fault(
        "a group photo goes where one child in it is not in group photos",
        "book/audience.py",
        "    return is_family and around.allows_photos(PhotoUse.GROUP, now)\n",
        "    return is_family\n",
        ("tests/book/test_pictures.py::test_a_group_photo_of_six_goes_to_no_audience_that_the_table_keeps_it_from",),
    ),
    Fault(
        "a photo in which somebody stands behind leaves the setting",
        "book/faces.py",
        "        return self.faces is Faces.NOBODY or (",
        "        return self.faces in (Faces.NOBODY, Faces.BEHIND) or (",
        ("tests/book/test_pictures.py::test_a_picture_of_which_not_all_is_said_stays_with_its_setting",),
    ),
    Fault(
        "a photo that is still held at half past three is sent then",
        "scheduler/still_kept.py",
        "        kept = questions.take_listed(connection, now)\n",
        "        kept = questions.take_listed(connection, now)\n"
        "        from dataclasses import replace\n"
        "        from storage import inbox\n"
        "        waits = connection.execute(inbox.inbox.select().where(inbox.inbox.c.state == 'pending')).all()\n"
        "        for row in waits:\n"
        "            came_in = inbox.open_payload(self._store.vault, row.id, row.day, row.sealed_payload)\n"
        "            sent = replace(came_in, text='only Ella')\n"
        "            inbox.handle_again(connection, self._store.vault, row.id, sent, now)\n",
        ("tests/journeys/test_whose_picture.py::"
         "test_what_is_still_kept_is_listed_for_its_author_once_at_half_past_three" + _ON_PHONES,),
    ),
    Fault(
        "a photo stays behind when its note is moved",
        "handlers/setting_right.py",
        "        shows=tuple(shows),\n",
        "",
        ("tests/journeys/test_moved_pictures.py::"
         "test_a_photo_that_was_of_another_child_goes_to_that_childs_family_and_leaves_the_first" + _ON_PHONES,),
    ),
    Fault(
        "a copy under one child's key is sent to another's family",
        "bot/dispatch/showing.py",
        "(relayed := found.copies.get((picture.id, entry.child))) is not None",
        "(relayed := next((found.copies[it] for it in sorted(found.copies) if it[0] == picture.id), None)) is not None",
        ("tests/bot/dispatch/test_pictures.py::"
         "test_a_family_has_a_photo_of_two_though_the_other_child_is_forgotten" + _ON_SQLITE,),
    ),
    Fault(
        "a photo is passed on by the name under which it came in",
        "storage/pictures.py",
        "    if taken is not None and row.state == PictureState.COMING:\n",
        "    if taken is not None and row.state == PictureState.COMING:\n"
        "        import itertools\n"
        "        from storage.schema import people\n"
        "        came, spare = _file(vault, row), itertools.count(row.id + 1)\n"
        "        ids = type('Spare', (), {'new': staticmethod(spare.__next__)})()\n"
        "        known = select(addresses.c.channel, addresses.c.account).distinct()\n"
        "        for channel, account in connection.execute(known):\n"
        "            for person in connection.execute(select(people.c.id)).scalars():\n"
        "                named = {each.id: came.reference for each in there}\n"
        "                remember_uploads(connection, vault, ids, named, person, channel, account, now)\n",
        ("tests/journeys/test_pictures.py::"
         "test_a_photo_is_filed_with_its_words_and_reaches_the_family_as_our_own_copy" + _ON_SQLITE,),
    ),
    Fault(
        "a photo is relayed as it came",
        "bot/media/own_copies.py",
        "{CopyFor.RELAY: safe.relay,",
        "{CopyFor.RELAY: content,",
        ("tests/journeys/test_pictures.py::"
         "test_a_photo_is_filed_with_its_words_and_reaches_the_family_as_our_own_copy" + _ON_SQLITE,),
    ),
    Fault(
        "a name that two children have is one of them's below a photo",
        "book/understanding/captions.py",
        "    if not mentions or any(not each.sure or len(each.children) > 1 for each in mentions):\n",
        "    if not mentions:\n",
        ("tests/book/understanding/test_captioned_rosters.py::"
         "test_no_picture_is_said_to_be_of_a_child_where_two_could_be_meant",),
    ),
    Fault(
        "a recording goes wherever its words go, whoever may be heard in it",
        "book/audience.py",
        "    if not picture.kind.is_paper:\n",
        "    if picture.kind.shows_faces:\n",
        ("tests/journeys/test_recordings.py::"
         "test_a_recording_of_several_children_goes_without_their_voices_where_one_is_in_no_group_photo" + _ON_SQLITE,),
    ),
    # --- what is made safe ------------------------------------------------------------------------------------------
    Fault(
        "a film that calls itself a recording is shown",
        "bot/media/recordings.py",
        "    is_film = kind in _FILMS and not only_sound\n",
        "    is_film = kind in _FILMS\n",
        ("tests/bot/media/test_own_copies.py::test_what_came_as_a_voice_shows_nobody_whatever_it_calls_itself",),
    ),
    Fault(
        "a picture keeps the words that came with it",
        "bot/media/decoding.py",
        "    image.info = {}\n",
        "",
        ("tests/bot/media/test_metadata.py::test_no_tag_is_found_in_what_leaves",),
    ),
    Fault(
        "a picture keeps its camera's tags",
        "bot/media/decoding.py",
        '        image.save(written, "JPEG", quality=coarser)\n',
        '        image.save(written, "JPEG", quality=coarser, exif=image.getexif().tobytes())\n',
        ("tests/bot/media/test_metadata.py::test_no_tag_is_found_in_what_leaves",),
    ),
    Fault(
        "a copy is believed as it comes",
        "bot/media/jpegs.py",
        "        elif marker not in _BARE or number > _MOST_BARE:\n            return False\n",
        "",
        ("tests/bot/media/test_jpegs.py::test_a_jpeg_with_anything_beside_its_picture_is_not_bare",),
    ),
    Fault(
        "an archive hides behind a picture",
        "bot/media/whole.py",
        "        or is_archive(content)\n",
        "",
        ("tests/bot/media/test_hostile.py::test_a_tenth_of_the_hostile_files_does_no_harm",),
    ),
    Fault(
        "whatever opens a picture may open files as well",
        "bot/media/confinement.py",
        '        ("RLIMIT_NOFILE", free + files),\n',
        "",
        ("tests/bot/media/test_confinement.py::test_a_confined_process_cannot",),
    ),
    Fault(
        "whatever opens a picture inherits the secrets of the bot",
        "bot/media/apart.py",
        "        env=_ENVIRONMENT,\n",
        "",
        ("tests/bot/media/test_confinement.py::test_the_process_inherits_nothing_and_ends_with_whoever_asked",),
    ),
    # --- private links, and what is said lightly --------------------------------------------------------------------
    Fault(
        "a row of a private link is believed whatever it was made to say",
        "storage/private_links.py",
        "    if not signed or row.until <= now:\n",
        "    if row.until <= now:\n",
        (f"{_LINKS}test_a_link_leads_nowhere_at_once_when_its_reader_may_not_see_the_photo_any_more{_ON_SQLITE}",),
    ),
    Fault(
        "a private link outlives the address it was sent to",
        "bot/links/opening.py",
        "        if here is None or here.person != link.person or not takes_private_links(here):\n",
        "        if here is None:\n",
        (f"{_LINKS}test_a_link_leads_nowhere_at_once_when_its_reader_may_not_see_the_photo_any_more{_ON_SQLITE}",),
    ),
    Fault(
        "a private link shows what its author may see",
        "bot/links/opening.py",
        "        shown = showing.to_show(entry, link.person, ",
        "        shown = showing.to_show(entry, entry.author, ",
        (f"{_LINKS}test_a_link_leads_nowhere_at_once_when_its_reader_may_not_see_the_photo_any_more{_ON_SQLITE}",),
    ),
    Fault(
        "a heart is put on what was taken back",
        "handlers/responding.py",
        " if each.id in known and each.is_live]",
        " if each.id in known]",
        (f"{_HEARTS}test_what_a_reader_says_lightly_stands_beside_the_line_of_its_author_and_files_nothing{_ON_SQLITE}",),
    ),
    # --- reminders and the calendar ---------------------------------------------------------------------------------
    Fault(
        "after an outage everything that was due is said one by one",
        "scheduler/reminders.py",
        "            told = past[-1:] if past and past[-1].is_useful(now) else []\n",
        "            told = past\n",
        (f"{_REMINDERS}test_after_an_outage_what_is_still_worth_saying_is_said_once_and_together[sqlite-away2]",),
    ),
    Fault(
        "what was changed is said as it was",
        "storage/reminders.py",
        "            _take_back(connection, vault, each.rule, None, Reason.CORRECTED, ids, now)\n",
        "            pass\n",
        (
            f"{_REMINDERS}test_what_was_changed_or_done_is_not_said_though_it_was_due_and_what_stood_beside_it_is"
            f"{_ON_SQLITE}",
        ),
    ),
    Fault(
        "somebody is at work on a day on which the setting is closed",
        "book/people.py",
        "        return calendar is not None and not is_staffed(calendar, day)\n",
        "        return False\n",
        (
            "tests/journeys/test_calendar.py::"
            f"test_what_can_wait_waits_over_a_holiday_and_its_author_is_told_until_when{_ON_PHONES}",
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """How some tests of a copy ended."""

    code: int
    failed: frozenset[str]
    said: str


class Copy:
    """A copy of the tree in which one fault at a time may stand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in _COPIED:
            here, there = ROOT / name, folder / name
            if here.is_dir():
                shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(here, there)

    def plant(self, fault: Fault) -> None:
        """Put the fault in; says so loudly if its place is no longer there."""
        self.heal(fault)
        found = fault.times_found(self.folder)
        if found != 1:
            raise AssertionError(f"{fault.file} holds the place of {fault.name!r} {found} times and not once")
        file = self.folder / fault.file
        file.write_text(file.read_text("utf-8").replace(fault.old, fault.new), "utf-8")

    def heal(self, fault: Fault) -> None:
        """The file as it is in the tree."""
        shutil.copyfile(ROOT / fault.file, self.folder / fault.file)

    def run(self, tests: Sequence[str]) -> Run:
        """Run just these tests there."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        # Two changes within a second could leave a compiled file that looks up to date.
        kept |= {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1", "BOOKBAG_TEST_POSTGRES": ""}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *tests],
            cwd=self.folder,
            env=kept,
            capture_output=True,
            text=True,
            timeout=_TAKES_AT_MOST,
            check=False,
        )
        failed = frozenset(re.findall(r"^FAILED (.+?)(?: - .*)?$", done.stdout, re.MULTILINE))
        return Run(done.returncode, failed, (done.stdout + done.stderr)[-6_000:])
