"""Every end has a reason, and every reason is on this list.

The documentation prints the list; nothing outside it may be stored. A reason never reveals another person's
private choice: what an author may be told of it is decided in the catalogue of wordings.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why something was told, not told, or ended as it did."""

    # Why somebody is told, or is not (the rules of the audience).
    AUTHOR = "author"  # wrote it
    PARENT = "parent"  # a parent sees what the settings write (rule 5)
    OWN_SETTING = "own_setting"  # the setting the parent joined through (rule 6)
    SHARED = "shared"  # a parent's choice lets it travel (rule 6)
    COLLEAGUES = "colleagues"  # of the author's own setting: they find it in the book (rule 10)
    SAFETY = "safety"  # medicine given and injuries are part of every choice but "nothing" (rule 11)
    LET_THROUGH = "let_through"  # a parent let this one entry travel, once (rule 4)
    MANAGER = "manager"  # a complaint goes to the manager (rule 2)
    NOT_SHARED = "not_shared"  # a parent's choice does not let it travel (rule 6)
    NOT_CHOSEN = "not_chosen"  # no parent has chosen yet (rule 6)
    NARROWED = "narrowed"  # its author kept it to fewer people (rule 4)
    ANSWERS_NARROWER = "answers_narrower"  # it answers something that went no further (rule 5)
    NOTES_APART = "notes_apart"  # the other parent's notes are not shared (rule 5)
    OWN_ROAD = "own_road"  # goes by its own road, never by sharing (rules 1, 2)
    ROLE = "role"  # family and professionals: not among what a parent lets them see, or not unasked
    UNDERSTOOD_BY_NOBODY = "not_understood"  # no topic: only where everything may go (rule 7)
    NOT_WANTED = "not_wanted"  # of the day, and she asked to be told only what matters: she reads it in the book
    NOT_IN_CIRCLE = "not_in_circle"  # no live membership, or ended, or restricted
    NOT_SAID_WHO = "not_said_who"  # who is in the picture was not said, or somebody is behind (rule 8)
    NOT_IN_IT = "not_in_it"  # the picture is of another child (rule 8)
    OTHERS_IN_IT = "others_in_it"  # a child in the picture may not be seen there (rule 8)
    # Why a notice ended.
    TOLD = "told"
    UNDONE = "undone"  # its author took it back
    MOVED = "moved"  # it was about another child
    CORRECTED = "corrected"  # a newer wording is told instead
    TEXTS_SPENT = (
        "texts_spent"  # the month's texts are used up: it is held for the next, or is an answer and of no use then
    )
    TO_BE_PROVED = "to_be_proved"  # it is asked whether the number is still hers: held until she answers
    NO_ADDRESS = "no_address"  # nowhere to send it: a person must tell
    STOPPED = "stopped"  # the person stopped messages at this address
    NOBODY_SIGNED_IN = "nobody_signed_in"  # its reader had left the room's tablet
    TOO_LATE = "too_late"  # it was of use only until a moment that has passed
    NOTHING_TO_SAY = "nothing_to_say"  # what it would have changed or taken back never left
    # Why a delivery ended.
    ACCEPTED = "accepted"
    BLOCKED = "blocked"  # the person blocked the bot, or the account is gone
    NO_SUCH_NUMBER = "no_such_number"  # no telephone has this number, or no longer
    NOT_A_MOBILE = "not_a_mobile"  # a landline, or something else that takes no texts
    OUT_OF_REACH = "out_of_reach"  # the telephone was switched off or without a network for too long
    FILTERED = "filtered"  # a telephone network kept it back
    REFUSED_BY_CHANNEL = "refused_by_channel"  # the channel will never take this message
    CHANNEL_LOCKED = "channel_locked"  # our token was refused: nothing can be sent
    GAVE_UP = "gave_up"  # every try of the timetable failed
    OVERTAKEN = "overtaken"  # composed again before it left, because the book had changed
    PERMISSION_ENDED = "permission_ended"  # the second look found it may no longer be told
    TOLD_ELSEWHERE = "told_elsewhere"  # urgent, and taken at another address of hers meanwhile
    WINDOW_CLOSED = "window_closed"  # too long since the person wrote there: what it was to tell waits until she does
    PRESS_TOO_OLD = "press_too_old"  # the platform no longer takes an answer to this press
    UNCONFIRMED = "unconfirmed"  # sent twice at most and never confirmed: a person must ask
    # Why an inbox row ended without an entry.
    STRANGER = "stranger"
    SMALL_TALK = "small_talk"
    ANSWERED = "answered"  # it answered the bot: a command, a press, a choice
    NOT_FOR_THE_BOOK = "not_for_the_book"  # a kind of update the book has no use for
    GROUP_CHAT = "group_chat"
    UNCHANGED = "unchanged"  # an edit that changed no words
    HELD = "held"  # kept for the safeguarding lead alone
    WAITS_FOR_ANSWER = "waits_for_answer"  # which child?
    WAITS_FOR_FACES = "waits_for_faces"  # who is in the picture?
    WAITS_FOR_WORDS = "waits_for_words"  # nobody can read it: in a few words, what is it about?
    WAITS_FOR_FILE = "waits_for_file"  # the manager's spreadsheet is being fetched
    WAITS_FOR_ALBUM = "waits_for_album"  # part of an album of which more may come
    PART_OF_ALBUM = "part_of_album"  # kept with the first of its album
    WAITS_FOR_WRITER = "waits_for_writer"  # written on a room's tablet: who is writing?
    FAILED_FIVE_TIMES = "failed_five_times"
