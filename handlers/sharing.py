"""What one answer to the sharing question means: which choices it makes, in both directions and for her own notes.

Pure: it neither remembers nor tells. Knows nothing of how the question was asked, in chat, on paper or on a page.
"""

from __future__ import annotations

from datetime import datetime

from book.ids import Ids, PersonId, SettingId
from book.people import Circle
from book.sharing import ANSWERS, HOME, Answer, Choice, newest_by_chooser
from storage.sharing import NewChoice


def choices_for(
    answer: Answer, chooser: PersonId, circle: Circle, setting: SettingId, now: datetime, ids: Ids
) -> tuple[NewChoice, ...]:
    """The choices that ``chooser``'s answer about ``setting`` makes for the child of ``circle``.

    One answer settles three directions (dialogue 14): what she writes herself may go to that setting, what the
    child's other settings write may go there, and what that setting writes may go to them. Parents see what
    settings write whatever is chosen (rule 5), so nothing is chosen towards home.
    """
    others = [each for each in sorted(circle.settings) if each != setting]
    directions = [(HOME, setting), *((each, setting) for each in others), *((setting, each) for each in others)]
    return tuple(
        NewChoice(ids.new(), circle.child.id, Choice(chooser, source, target, ANSWERS[answer], now))
        for source, target in directions
    )


def present_answer(chooser: PersonId, circle: Circle, setting: SettingId) -> Answer | None:
    """The answer that ``chooser``'s last word about her own notes to ``setting`` amounts to; None if she never chose.

    Groups picked one by one that make none of the four answers are the largest answer they contain.
    """
    groups = newest_by_chooser(circle.choices, HOME, setting).get(chooser)
    if groups is None:
        return None
    contained = [answer for answer in Answer if ANSWERS[answer] <= groups]
    return max(contained, key=lambda answer: len(ANSWERS[answer]))
