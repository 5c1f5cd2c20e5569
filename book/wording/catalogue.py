"""Every sentence by its key, in each language there is a catalogue for; a key without a sentence is our fault.

Catalogues are gettext files, so that translators can use the tools they have. Knows no grammar beyond joining names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType

from babel.messages.pofile import read_po

from book.errors import BookbagError


class UnknownSentence(BookbagError):
    """A sentence was asked for that the catalogue does not have."""


class Catalogue:
    """One language's sentences."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self._sentences = MappingProxyType(dict(sentences))

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._sentences)

    def say(self, key: str, **values: str) -> str:
        """The sentence with ``values`` in its places."""
        try:
            sentence = self._sentences[key]
        except KeyError:
            raise UnknownSentence(f"the catalogue {self.language} has no sentence {key!r}") from None
        return sentence.format_map(values)

    def names(self, names: Sequence[str]) -> str:
        """``Hannah``; ``Hannah and Tom``; ``Hannah, Tom and Joe``."""
        if len(names) < 2:
            return "".join(names)
        return self.say("and", first=", ".join(names[:-1]), last=names[-1])

    def possessive(self, name: str) -> str:
        """``Hannah's``; ``Little Acorns'``."""
        return self.say("possessive.s" if name.endswith("s") else "possessive", name=name)

    def in_text(self) -> Catalogue:
        """The same language for plain text: ``key.text``, where there is one, takes the place of ``key``."""
        return Catalogue(
            self.language,
            {key: self._sentences.get(f"{key}.text", sentence) for key, sentence in self._sentences.items()},
        )


@cache
def load_catalogue(language: str = "en") -> Catalogue:
    """One catalogue of the package, read once by a process: nothing changes it."""
    with resources.files("book.wording").joinpath(f"{language}.po").open("rb") as file:
        messages = read_po(file)
    return Catalogue(language, {str(each.id): str(each.string) for each in messages if each.id})
