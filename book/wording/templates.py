"""The sentences that WhatsApp has to approve before they may be said, from the one file that has them.

They are all that can be said to somebody who has not written for a day. Knows nothing of how they are submitted, nor
of when one is said: that is :mod:`book.announcing`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from book.errors import BookbagError

SHOW = "show"
"""What comes back when the button below such a sentence is pressed."""


class UnknownTemplate(BookbagError):
    """A sentence was asked for that is not among those to be approved."""


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence in one language, under the name by which the platform knows it."""

    name: str
    key: str
    language: str
    body: str
    button: str
    samples: tuple[str, ...]  # an example of each value
    says: str
    category: str

    def filled(self, values: Sequence[str]) -> str:
        """The sentence as its reader has it."""
        text = self.body
        for number, value in enumerate(values, start=1):
            text = text.replace(f"{{{{{number}}}}}", value)
        return text


class Templates:
    """All of them."""

    def __init__(self, templates: Sequence[Template]) -> None:
        self._templates = {(each.key, each.language): each for each in templates}

    @property
    def all(self) -> tuple[Template, ...]:
        return tuple(self._templates.values())

    def of(self, key: str, language: str) -> Template:
        """The sentence of this key, in English where it is not written in that language yet."""
        found = self._templates.get((key, language)) or self._templates.get((key, "en"))
        if found is None:
            raise UnknownTemplate(f"there is no sentence {key!r} to be approved")
        return found

    @property
    def buttons(self) -> frozenset[str]:
        """The words on their buttons, in every language: typed, they mean the same."""
        return frozenset(each.button.casefold() for each in self.all)


def load_templates() -> Templates:
    """Read them from the package."""
    kept = tomllib.loads(resources.files("book.wording").joinpath("templates.toml").read_text(encoding="utf-8"))
    category = kept.pop("category")
    return Templates(
        [_template(key, each, language, category) for key, each in kept.items() for language in each["body"]]
    )


def _template(key: str, kept: Mapping[str, Any], language: str, category: str) -> Template:
    return Template(
        name=f"bookbag_{key}_{kept['version']}_{language}",
        key=key,
        language=language,
        body=kept["body"][language],
        button=kept["button"][language],
        samples=tuple(kept["values"]),
        says=kept["says"],
        category=category,
    )
