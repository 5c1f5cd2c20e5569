"""Who is in a picture by what is written under it: "Ella and Noah, painting", "only Ella", "Ella (someone behind)".

A child is in it who is named, and nobody else: not whoever was spoken of before, nor whose note is answered. Where
nobody can say, nobody is in it, and who wrote is asked. Knows nothing of who may see what.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from book.faces import Faces
from book.understanding.children import Named, OneChild, SeveralChildren, Together, which_child
from book.understanding.names import mentions_in, words_of


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands under a picture.

    ``clauses`` is what is said of each child who is in it, in the order in which they are named, and empty where the
    words do not say who is. ``faces`` is what they say beside that, and ``UNSAID`` where they say nothing of it.
    """

    words: str
    clauses: tuple[tuple[int, str], ...] = ()
    faces: Faces = Faces.UNSAID

    @property
    def children(self) -> tuple[int, ...]:
        return tuple(child for child, _ in self.clauses)


def read_caption(text: str, circle: Sequence[Named], *, together: Together | None = None) -> Caption:
    """Who is in it, and each child's own line. ``together`` says whom "all mine" stands for."""
    words, faces = _without_marks(text)
    clauses = _clauses(words, circle, together)
    if faces is Faces.UNSAID and clauses:
        faces = Faces.CHILDREN
    return Caption(words, clauses, faces)


def _clauses(text: str, circle: Sequence[Named], together: Together | None) -> tuple[tuple[int, str], ...]:
    if not text or not circle:
        return ()
    match which_child(text, circle, together=together):
        case OneChild(child, _):
            return ((child, text),)
        case SeveralChildren(clauses):
            return clauses
        case _:
            return tuple((child, "") for child in _names_alone(text, circle))


_AMONG_NAMES = frozenset(
    {"and", "n", "with", "in", "this", "one", "here", "x", "xx", ",", "&", "+", "/", ".", "!", ";"}
)


def _names_alone(text: str, circle: Sequence[Named]) -> tuple[int, ...]:
    """ "Ella and Noah": of a note it would be asked what is said of them; of a picture it is said."""
    words = words_of(text)
    mentions = mentions_in(words, circle)
    if not mentions or any(not each.sure or len(each.children) > 1 for each in mentions):
        return ()
    named = {place for each in mentions for place in range(each.first, each.last + 1)}
    if any(at not in named and word.folded not in _AMONG_NAMES for at, word in enumerate(words)):
        return ()
    return tuple(dict.fromkeys(child for each in mentions for child in each.children))


_OPENS = r"[(\[,;:.–—-]?\s*"
_CLOSES = r"\s*[)\]]?"
_SOMEBODY = (
    r"(?:some ?(?:one|body)(?: else)?|(?:some )?others?|(?:an)?other (?:child|kid)"
    r"|(?:other |more )?(?:children|kids|people))"
)
_BACK = r"(?:behind|in (?:the )?back ?ground|in the back|at the back|in (?:it|shot) too)"
_HERSELF = r"(?: (?:him|her|them))?"
_BEHIND = re.compile(rf"{_OPENS}\b(?:with )?{_SOMEBODY}(?: is| are|['’]?s)? {_BACK}{_HERSELF}\b{_CLOSES}", re.I)
_NO_FACE = re.compile(
    rf"{_OPENS}\b(?:(?:nobody|no ?one)['’]?s face|no faces?(?: in (?:it|this|them))?"
    rf"|(?:just|only) (?:(?:her|his|their|the) )?(?:hands|feet)|(?:hands|feet) only)\b{_CLOSES}",
    re.I,
)
_ALONE = re.compile(
    r"(?:^|(?<=[(\[,;:.–—\n]))\s*(?:it['’]?s )?(?:only|just) (?=\w)"
    rf"|{_OPENS}\b(?:nobody|no ?one)(?: else)? (?:is )?(?:{_BACK}|in it){_HERSELF}\b{_CLOSES}",
    re.I,
)


def _without_marks(text: str) -> tuple[str, Faces]:
    """The words without what they say of who is in the picture, and what that is."""
    without = _NO_FACE.sub(" ", text)
    if without != text:
        return _tidy(without), Faces.NOBODY
    plain = _ALONE.sub(" ", text)
    without = _BEHIND.sub(" ", plain)
    return _tidy(without), Faces.BEHIND if without != plain else Faces.UNSAID


def _tidy(text: str) -> str:
    text = re.sub(r"[(\[]\s*[)\]]", " ", text)
    text = re.sub(r"[ \t]+([,.;!?)\]])", r"\1", re.sub(r"[ \t]{2,}", " ", text))
    return text.strip().strip(",;:–—-").strip()
