"""What is to be said, before any channel has shaped it: spans of text and the choices beneath, no markup.

A channel alone turns an utterance into parts: entities, buttons or numbers, lengths. People's own words are a
span of their own, so that nothing they write can look like the bot's heading.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from book.notices import Choice


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
class Utterance:
    spans: tuple[Span, ...]
    choices: tuple[Labelled, ...] = ()
    silent: bool = False
    lets_go: bool = False  # the button that asked for a number is taken away
    document: int = 0  # the file that goes with it

    @property
    def text(self) -> str:
        """The whole text as a person reads it."""
        return "".join(span.text for span in self.spans)


def plain(text: str, *, choices: tuple[Labelled, ...] = (), silent: bool = False, document: int = 0) -> Utterance:
    """An utterance of our own words only."""
    return Utterance((Span(text),), choices, silent, document=document)
