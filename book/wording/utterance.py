"""What is to be said, before any channel has shaped it: spans of text and the choices beneath, no markup.

A channel alone turns an utterance into parts: entities, buttons or numbers, lengths. People's own words are a
span of their own, so that nothing they write can look like the bot's heading.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from book.media import MediaKind
from book.notices import Choice

_TURNS = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}


def turned_back(words: str) -> str:
    """``words``, and after them whatever ends the turns of direction left open in them.

    Otherwise a sign that nobody sees would write what the bot says next from right to left.

    >>> turned_back("slept \u202eflah"), turned_back("slept well")
    ('slept \u202eflah\u202c', 'slept well')
    """
    still_open: list[str] = []
    for letter in words:
        if letter in _TURNS:
            still_open.append(_TURNS[letter])
        elif letter in still_open:
            # The end of an isolate ends what was turned within it as well; a mere end of a turn ends only the last.
            if letter == "\u2069":
                while still_open.pop() != letter:
                    pass
            elif still_open[-1] == letter:
                still_open.pop()
    return words + "".join(reversed(still_open))


class Style(StrEnum):
    PLAIN = "plain"
    HEADING = "heading"  # who and when: always ours
    QUOTED = "quoted"  # a person's own words, never altered


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Labelled:
    """A choice with the words on its button."""

    label: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, film or recording that is shown with the words: our own safe copy, by our number for it."""

    media: int
    kind: MediaKind = MediaKind.PHOTO
    size: int = 0  # in bytes


@dataclass(frozen=True, slots=True)
class Utterance:
    spans: tuple[Span, ...]
    choices: tuple[Labelled, ...] = ()
    silent: bool = False
    lets_go: bool = False  # the button that asked for a number is taken away
    document: int = 0  # the file that goes with it
    pictures: tuple[Shown, ...] = ()  # in the order in which they are shown
    template: str = ""  # the platform's name of the approved sentence that this is,
    values: tuple[str, ...] = ()  # and what is filled into it

    @property
    def text(self) -> str:
        """The whole text as a person reads it."""
        return "".join(span.text for span in self.spans)


def plain(text: str, *, choices: tuple[Labelled, ...] = (), silent: bool = False, document: int = 0) -> Utterance:
    """An utterance of our own words only."""
    return Utterance((Span(text),), choices, silent, document=document)
