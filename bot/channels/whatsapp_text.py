"""An utterance as WhatsApp messages: buttons where three short ones say it all, numbers where they do not.

Every limit is the provider's own: so many letters to a message, fewer where buttons stand below it or it is a caption,
and one file to a message. Pure: knows no provider and no telephones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from book.media import MediaKind
from book.wording.utterance import Labelled, Utterance
from bot.channels.channel import Button, Part, asked_for
from bot.channels.splitting import split, utf16_units

LONGEST = 1600
LONGEST_WITH_BUTTONS = 1024  # and as a caption
MOST_BUTTONS = 3
LONGEST_BUTTON = 20

_LONGEST_NUMBER = len("(99/99) ")
# Below anything else WhatsApp shows no words.
_HAVE_CAPTIONS = frozenset({MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.ANIMATION, MediaKind.VIDEO_NOTE})


def parts(utterance: Utterance, tokens: Sequence[str]) -> tuple[Part, ...]:
    """See :meth:`bot.channels.channel.Channel.parts`. Several parts each say which it is: they come in any order."""
    if utterance.template:
        return (Part(utterance.text, template=utterance.template, values=utterance.values),)
    choices, _ = asked_for(utterance, tokens)  # Her own number she need never give here: it is where she writes from.
    labels = [label for label, _ in choices]
    buttons = tuple(Button(label.label, token) for label, token in choices) if fit_on_buttons(labels) else ()
    said = utterance.text.strip()
    if labels and not buttons:
        said = "\n".join(filter(None, (said, numbered(labels))))
    if utterance.pictures and not buttons and not utterance.document:
        shown, caption = _pictures(utterance, said)
        if caption:
            return shown
    else:
        shown, _ = _pictures(utterance, "")
    if utterance.document:
        shown = (*shown, Part("", document=utterance.document))
    return (*_in_words(said, buttons), *shown)


def fit_on_buttons(labels: Sequence[Labelled]) -> bool:
    """Whether these choices can be buttons: few, short, and no two alike.

    >>> from book.notices import Choice, Offer
    >>> labelled = lambda *labels: [Labelled(each, Choice(Offer.CHILD)) for each in labels]
    >>> fit_on_buttons(labelled("Noah", "Poppy", "Both")), fit_on_buttons(labelled("Send one of Ella alone"))
    (True, False)
    """
    names = {each.label for each in labels}
    is_short = all(each and utf16_units(each) <= LONGEST_BUTTON for each in names)
    return 0 < len(labels) == len(names) <= MOST_BUTTONS and is_short


def numbered(labels: Sequence[Labelled]) -> str:
    """The choices by number, a line each."""
    return "\n".join(f"{number} {each.label}" for number, each in enumerate(labels, start=1))


def _in_words(said: str, buttons: tuple[Button, ...]) -> tuple[Part, ...]:
    most = LONGEST_WITH_BUTTONS if buttons else LONGEST
    if utf16_units(said) <= most:
        return (Part(said, buttons=buttons),) if said else ()
    # All of one length: which is the last, where the buttons stand, is known only afterwards.
    pieces = split(said, most - _LONGEST_NUMBER, utf16_units)
    whole = [Part(f"({number}/{len(pieces)}) {piece}") for number, piece in enumerate(pieces, start=1)]
    return (*whole[:-1], replace(whole[-1], buttons=buttons))


def _pictures(utterance: Utterance, said: str) -> tuple[tuple[Part, ...], bool]:
    """Each by itself, and whether the words are the caption of the first."""
    first = next(iter(utterance.pictures), None)
    is_caption = bool(said) and first is not None and first.kind in _HAVE_CAPTIONS
    is_caption = is_caption and utf16_units(said) <= LONGEST_WITH_BUTTONS
    shown = tuple(
        Part(said if is_caption and number == 0 else "", pictures=(each.media,))
        for number, each in enumerate(utterance.pictures)
    )
    return shown, is_caption or not said
