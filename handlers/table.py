"""The lists of what can be asked of the bot: commands, choices, sentences understood as one, answers to its questions.

To add one: a function in a module of its own, and a row here. Whoever reads this page knows what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from book.notices import Offer
from book.understanding.administration import may_be_wish
from book.understanding.commands import Command, CommandWord
from handlers import (
    administration,
    at_the_door,
    choosing,
    circle_list,
    commands,
    duty,
    family,
    key_person,
    paper_choices,
    printing,
    professionals,
    tablets,
    timetable,
)
from handlers.choosing import Take
from handlers.desk import Desk
from storage.conversations import Asked
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
        CommandWord.STOP: commands.stop,
        CommandWord.SHARING: commands.sharing,
        CommandWord.PRINT: printing.print_,
    }
)
"""What each word of command does; one that is missing is answered by :func:`handlers.commands.not_yet`."""

OFFERS: Mapping[Offer, Take] = MappingProxyType(
    {
        Offer.UNDO: choosing.undo,
        Offer.CHANGE: choosing.change,
        Offer.CHANGE_CHILD: choosing.change_child,
        Offer.CHANGE_TOPIC: choosing.change_topic,
        Offer.CHILD: choosing.child,
        Offer.BOTH: choosing.child,
        Offer.TOPIC: choosing.topic,
        Offer.ONLY_SETTING: choosing.only_setting,
        Offer.TOO: choosing.too,
        Offer.SEEN: choosing.seen,
        Offer.ORDINARY_BUMP: choosing.ordinary_bump,
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
    }
)
"""What each choice does when it is taken. Every offer has a row."""

SAYINGS: Sequence[Saying] = (
    Saying(tablets.may_be_figures, tablets.set_figures),
    Saying(duty.may_be, duty.take),
    Saying(timetable.may_be_about_today, timetable.take_here),
    Saying(timetable.may_be, timetable.take),
    Saying(may_be_wish, administration.take),
    Saying(family.may_be, family.take),
    Saying(professionals.may_be, professionals.take),
    Saying(paper_choices.may_be, paper_choices.take),
    Saying(at_the_door.may_be, at_the_door.take),
)
"""Sentences understood as wishes, in the order in which they are tried."""

ASKED: Mapping[str, Answer] = MappingProxyType({})
"""Who takes words as the answer to an open question of ours, by the question's name; None: they were a note."""
