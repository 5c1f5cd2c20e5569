"""The lists of what can be asked of the bot: commands, choices, sentences understood as one, answers to its questions.

To add one: a function in a module of its own, and a row here. Whoever reads this page knows what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from book.notices import Offer
from book.understanding.administration import may_be_wish
from book.understanding.channels import may_be as may_be_channel
from book.understanding.commands import Command, CommandWord
from book.understanding.free_time import may_be as may_be_free_time
from book.understanding.hearing import may_be as may_be_hearing
from book.understanding.newcomers import may_be_childminder, may_be_other_parent
from book.understanding.work_lines import may_be as may_be_work_line
from handlers import (
    administration,
    asking_a_setting,
    asking_in,
    asking_the_book,
    at_the_door,
    calendars,
    cancelling,
    cannot_wait,
    choosing,
    circle_list,
    claims,
    commands,
    doubts,
    duty,
    echo,
    family,
    free_time,
    gaps,
    hearing,
    importing,
    keeping_safe,
    key_person,
    letting_through,
    mix_ups,
    of_the_day,
    other_parent,
    own_addresses,
    paper_choices,
    parents_apart,
    partners,
    printing,
    professionals,
    proving,
    registers,
    reminding,
    settling_in,
    sharing,
    sharing_by_buttons,
    sharing_in_words,
    sharing_with_professionals,
    starting_a_book,
    stopping,
    tablets,
    timetable,
    waiting,
    whose_picture,
    work_lines,
)
from handlers.choosing import Take
from handlers.desk import Desk
from storage import conversations
from storage.conversations import DOUBT, Asked
from storage.filing import Filing
from storage.situations import Situation

Obey = Callable[[Situation, Desk, Command], tuple[Filing, ...]]
Answer = Callable[[Situation, Desk, Asked], tuple[Filing, ...] | None]


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence that is understood as a wish ("my childminder is Dawn Pike 07700 900432").

    ``may_be`` looks at the words alone, quickly, before anything is loaded; ``take`` does what is wished, or gives
    None where the sentence turns out to be a note, because losing a note is worse than missing a wish.
    """

    may_be: Callable[[str], bool]
    take: Callable[[Situation, Desk], tuple[Filing, ...] | None]


COMMANDS: Mapping[CommandWord, Obey] = MappingProxyType(
    {
        CommandWord.UNDO: commands.undo,
        CommandWord.HELP: commands.help_,
        CommandWord.WHO: circle_list.who,
        CommandWord.INVITE: administration.invite,
        CommandWord.START: commands.start,
        CommandWord.STOP: stopping.command,
        CommandWord.TODAY: of_the_day.today,
        CommandWord.HANDOVER: of_the_day.handover,
        CommandWord.MORNING: of_the_day.morning,
        CommandWord.PRINT: printing.print_,
        CommandWord.SHARING: sharing_in_words.command,
        CommandWord.WAITING: waiting.waiting,
        CommandWord.GAPS: gaps.gaps,
        CommandWord.COVER: duty.cover_word,
        CommandWord.REMIND: reminding.remind,
        CommandWord.LESS: hearing.less_or_more,
        CommandWord.MORE: hearing.less_or_more,
    }
)
"""What each word of command does; one that is missing is answered by :func:`handlers.commands.not_yet`."""

OFFERS: Mapping[Offer, Take] = MappingProxyType(
    {
        Offer.UNDO: choosing.undo,
        Offer.CHANGE: choosing.change,
        Offer.CHANGE_LINE: choosing.change_line,
        Offer.UNDO_LINE: choosing.undo_line,
        Offer.CHANGE_CHILD: choosing.change_child,
        Offer.CHANGE_TOPIC: choosing.change_topic,
        Offer.CHILD: choosing.child,
        Offer.BOTH: choosing.child,
        Offer.WHOSE: choosing.whose,
        Offer.TOPIC: choosing.topic,
        Offer.ONLY_SETTING: choosing.only_setting,
        Offer.TOO: choosing.too,
        Offer.SEEN: choosing.seen,
        Offer.SEEN_OF: choosing.seen,
        Offer.SEEN_NOW: choosing.seen_now,
        Offer.RUNG: cannot_wait.rung,
        Offer.ORDINARY_BUMP: keeping_safe.ordinary_bump,
        Offer.OWN_BUMP: keeping_safe.ordinary_bump,
        Offer.ABOUT_LEAD: keeping_safe.about_lead,
        Offer.ON_MY_WAY: keeping_safe.on_my_way,
        Offer.SEE_AGAIN: keeping_safe.see_again,
        Offer.COVER: duty.cover,
        Offer.COVER_ELSE: duty.cover_else,
        Offer.NOTED: timetable.noted,
        Offer.AT_SETTING: timetable.at_setting,
        Offer.WRITER: tablets.writer,
        Offer.WRITER_ELSE: tablets.writer_else,
        Offer.FIGURE: tablets.figure,
        Offer.ADMIN_YES: administration.confirmed,
        Offer.ADMIN_NO: administration.left,
        Offer.ADMIN_WHOM: administration.whom,
        Offer.KEY_PERSON: key_person.chosen,
        Offer.LET_BACK: administration.let_back,
        Offer.SEND_SLIP: family.send_slip,
        Offer.LET_SEE: professionals.let_see,
        Offer.BY_HAND_DAY: at_the_door.agree_day,
        Offer.BY_HAND_NOTHING: at_the_door.agree_nothing,
        Offer.AS_SLIP: at_the_door.as_slip,
        Offer.COPY_TEXT: at_the_door.copy_text,
        Offer.LETTER_YES: at_the_door.letter_yes,
        Offer.LETTER_NO: at_the_door.letter_no,
        Offer.SHARING_CHANGE: sharing_by_buttons.change,
        Offer.SHARING_CHILD: sharing_by_buttons.change,
        Offer.SHARING_WORDS: sharing_by_buttons.in_words,
        Offer.SHARING_HOME: sharing_by_buttons.way,
        Offer.SHARING_WAY: sharing_by_buttons.way,
        Offer.SHARING_NOTES: parents_apart.ask_again,
        Offer.SHARING_LET: sharing_by_buttons.let,
        Offer.SHARING_STOP: sharing_by_buttons.stop,
        Offer.SHARING_PHOTOS: sharing_by_buttons.photos,
        Offer.SHARING_ANSWER: partners.answer,
        Offer.PHOTOS_LET: sharing_by_buttons.photos_let,
        Offer.PHOTOS_STOP: sharing_by_buttons.photos_stop,
        Offer.PARTNER_ASK: partners.ask_her,
        Offer.PARTNER_LEAVE: partners.leave_it,
        Offer.PARTNER_HER: partners.is_her,
        Offer.PARTNER_NOT_HER: partners.is_not_her,
        Offer.PARTNER_AGREE: asking_in.agree,
        Offer.PARTNER_REFUSE: asking_in.refuse,
        Offer.SETTING_ASK: asking_a_setting.ask,
        Offer.SETTING_OURS: asking_a_setting.ours,
        Offer.SETTING_NOT_OURS: asking_a_setting.not_ours,
        Offer.LET_ANSWER: letting_through.let,
        Offer.REPLY_MYSELF: letting_through.answer_myself,
        Offer.ASK_PERSON: letting_through.answer_myself,
        Offer.NOTES_SHARE: parents_apart.share,
        Offer.NOTES_APART: parents_apart.keep_apart,
        Offer.EVERYONE: parents_apart.write_again,
        Offer.PARENT_YES: other_parent.is_parent,
        Offer.PARENT_FAMILY: other_parent.is_family,
        Offer.PARENT_UNSURE: other_parent.is_unsure,
        Offer.PARENT_CONFIRM: other_parent.confirm,
        Offer.PARENT_DECLINE: other_parent.decline,
        Offer.LANGUAGE: settling_in.too_late,
        Offer.LANGUAGES: settling_in.too_late,
        Offer.CONTACT: settling_in.too_late,
        Offer.PHOTOS_YES: settling_in.photos,
        Offer.PHOTOS_NO: settling_in.photos,
        Offer.DAY_AT: settling_in.day,
        Offer.DAY_COLLECTED: settling_in.day,
        Offer.DAY_AT_ONCE: settling_in.day,
        Offer.DAY_FRIDAYS: settling_in.day,
        Offer.WORDS_YES: settling_in.words,
        Offer.WORDS_NO: settling_in.words,
        Offer.DAYS_WEEK: settling_in.week,
        Offer.DAYS_CHOOSE: settling_in.choose_days,
        Offer.IS_HER: claims.confirm,
        Offer.IS_NOT_HER: claims.refuse,
        Offer.LET_IN: claims.confirm,
        Offer.SEND_TEXT: starting_a_book.send,
        Offer.PRINT_SLIP: starting_a_book.print_it,
        Offer.IMPORT_RIGHT: importing.right,
        Offer.IMPORT_SHOW: importing.show,
        Offer.IMPORT_ADD: importing.add,
        Offer.IMPORT_FILL: importing.fill,
        Offer.IMPORT_MEND: importing.mend,
        Offer.REMIND_SHOW: reminding.show,
        Offer.REMIND_DAY: reminding.day,
        Offer.REMIND_PAUSE: reminding.pause,
        Offer.REMIND_GO_ON: reminding.go_on,
        Offer.REMIND_MOVE: reminding.move,
        Offer.REMIND_DROP: reminding.drop,
        Offer.REMIND_DONE: reminding.done,
        Offer.CALENDAR_TAKE: calendars.take_file,
        Offer.COMPLAINT_DONE: registers.answered,
        Offer.COMPLAINT_NONE: registers.none,
        Offer.NO_COMPLAINT: registers.not_meant,
        Offer.WAITING: waiting.look,
        Offer.LET_THEM_IN: claims.let_them_in,
        Offer.CHANNEL: own_addresses.chosen,
        Offer.CHANNEL_ADD: own_addresses.add,
        Offer.CHANNEL_HER: own_addresses.confirm,
        Offer.CHANNEL_NOT_HER: own_addresses.refuse,
        Offer.FACES_CHILD: whose_picture.child,
        Offer.FACES_MORE: whose_picture.more,
        Offer.FACES_EACH: whose_picture.each,
        Offer.FACES_NOBODY: whose_picture.nobody,
        Offer.FACES_ONLY: whose_picture.just,
        Offer.FACES_BEHIND: whose_picture.behind,
        Offer.FACES_AND: whose_picture.another_child,
        Offer.FACES_ANOTHER: whose_picture.another_photo,
        Offer.FACES_LEAVE: whose_picture.leave,
        Offer.FEWER: stopping.fewer,
        Offer.STAY_STOPPED: stopping.stay,
        Offer.STOP_RUNG: stopping.was_rung,
        Offer.CANCEL_NOTE: cancelling.note,
        Offer.CANCEL_QUESTION: cancelling.question,
        Offer.CANCEL_NOTHING: cancelling.nothing,
        Offer.HEARS_DAILY: hearing.chosen,
        Offer.HEARS_FRIDAYS: hearing.chosen,
        Offer.HEARS_MATTERS: hearing.chosen,
        Offer.HEARS_AT_ONCE: hearing.chosen,
        Offer.HEARS_COLLECTED: hearing.chosen,
        Offer.HEARS_AT_FIVE: hearing.chosen,
    }
)
"""What each choice does when it is taken. Every offer has a row."""

SAYINGS: Sequence[Saying] = (
    Saying(tablets.may_be_figures, tablets.set_figures),
    Saying(keeping_safe.may_be_desk, keeping_safe.open_desk),
    Saying(may_be_work_line, work_lines.take),
    Saying(duty.may_be, duty.take),
    Saying(timetable.may_be_about_today, timetable.take_here),
    Saying(timetable.may_be, timetable.take),
    Saying(timetable.may_be_asking_where, timetable.take_where),
    Saying(calendars.may_be, calendars.take),
    Saying(may_be_wish, administration.take),
    Saying(family.may_be, family.take),
    Saying(professionals.may_be, professionals.take),
    Saying(paper_choices.may_be, paper_choices.take),
    Saying(at_the_door.may_be, at_the_door.take),
    Saying(sharing_in_words.may_be, sharing_in_words.wish),
    Saying(may_be_childminder, partners.named),
    Saying(may_be_other_parent, other_parent.wished),
    Saying(claims.may_say_let_in, claims.say_let_in),
    Saying(starting_a_book.may_be, starting_a_book.take),
    Saying(importing.may_be_slips, importing.take_slips),
    Saying(registers.may_be, registers.take),
    Saying(may_be_free_time, free_time.take),
    Saying(may_be_hearing, hearing.take),
    Saying(reminding.may_be_every, reminding.take),
    Saying(mix_ups.may_be, mix_ups.take),
    Saying(may_be_channel, own_addresses.take),
    Saying(asking_the_book.may_be, asking_the_book.take),
)
"""Sentences understood as wishes, in the order in which they are tried."""

ASKED: Mapping[str, Answer] = MappingProxyType(
    {
        sharing.ECHO: echo.confirmed(sharing.echoed),
        conversations.ECHO_OF_NOTE: echo.confirmed(choosing.changed_by_echo),
        conversations.ECHO_OF_ANSWER: echo.confirmed(letting_through.let_by_echo),
        sharing_by_buttons.ECHO_PHOTOS: echo.confirmed(sharing_by_buttons.photos_echoed),
        family.ECHO: echo.confirmed(family.echoed),
        professionals.ECHO: echo.confirmed(professionals.echoed),
        administration.ECHO: echo.confirmed(administration.echoed),
        own_addresses.ECHO: echo.confirmed(own_addresses.confirmed_by_echo),
        conversations.ECHO_OF_COLLECTION: echo.confirmed(proving.proved),
        claims.ECHO: echo.confirmed(claims.confirmed_by_echo),
        at_the_door.ECHO: echo.confirmed(at_the_door.agreed_by_echo),
        paper_choices.ECHO: echo.confirmed(paper_choices.echoed),
        partners.ECHO_HER: echo.confirmed(partners.her_by_echo),
        other_parent.ECHO_CONFIRM: echo.confirmed(other_parent.confirmed_by_echo),
        sharing_with_professionals.ECHO: echo.confirmed(sharing_with_professionals.echoed),
        partners.ECHO: echo.confirmed(partners.echoed),
        asking_a_setting.ECHO: echo.confirmed(asking_a_setting.asked_by_echo),
        asking_in.ECHO_AGREE: echo.confirmed(asking_in.agreed_by_echo),
        other_parent.ECHO: echo.confirmed(other_parent.echoed),
        other_parent.ASKED: other_parent.answered,
        reminding.ECHO: echo.confirmed(reminding.echoed),
        reminding.WHEN: reminding.answered,
        conversations.REPLY: letting_through.answered,
        settling_in.DAYS: settling_in.take_days,
        DOUBT: doubts.answered,
        starting_a_book.WHOSE: starting_a_book.whose,
        conversations.FACES: whose_picture.named,
        conversations.FEW_WORDS: whose_picture.few_words,
    }
)
"""Who takes words as the answer to an open question of ours, by the question's name; None: they were a note."""
