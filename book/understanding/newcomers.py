"""Sentences by which a parent brings somebody in: "my childminder is Dawn Pike 07700 900432", "can leos dad be in it".

Read whole or not at all. Knows neither who is there already nor whether she may.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from book.understanding.lexicon import fold

_NUMBER = r"(?P<number>\+?\(?\d[\d ()\-]{7,20}\d)"
_NAME = r"(?P<name>[^\W\d_][^\W\d_'’\-]*(?: [^\W\d_][\w'’\-]*){0,3})"
_OF = r"(?P<of>[^\W\d_]+?)['’]?s?"
_CHILDMINDER = re.compile(
    rf"(?:hi,? |hello,? |please |pls |can you )*(?:add )?{_OF} (?:new )?child ?minder(?:['’]?s)?(?: name)?"
    rf"(?: is| will be|:|,)?(?: called| now)? {_NAME},?(?: on|:| -| her number is)? {_NUMBER}\W*",
    re.IGNORECASE,
)
_PARENT = r"(?P<parent>dad|daddy|father|mum|mummy|mother)"
_WISH = r"(?:can|could|may|add|let|i want|id like|i'd like)(?: you)?(?: add| let)?"
_THERE = r"(?: (?:be|join|come|to|have|see|use|in|on|it|this|the|book|bookbag|now|please|pls|too|as well|added))*"
_OTHER_PARENT = re.compile(
    rf"(?:hi,? |hello,? |please |pls |so |and )*{_WISH} {_OF} {_PARENT}(?: (?P<called>[^\W\d_]+))??{_THERE}"
    rf",?(?: on|:| his number is| her number is)? {_NUMBER}\W*",
    re.IGNORECASE,
)
_MINE = frozenset({"my", "our", "her", "his", "their", "the"})
_HER = frozenset({"mum", "mummy", "mother"})


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is to come in: of which child (empty: hers), under what name, from which number as written."""

    of: str
    name: str
    surname: str
    number: str
    is_her: bool = True


def may_be_childminder(text: str) -> bool:
    """Whether these words have that shape."""
    return len(text) <= 120 and _CHILDMINDER.fullmatch(text.strip()) is not None


def may_be_other_parent(text: str) -> bool:
    """Whether these words have that shape."""
    return len(text) <= 120 and _OTHER_PARENT.fullmatch(text.strip()) is not None


def read_childminder(text: str, children: Collection[str]) -> Newcomer | None:
    """The childminder named here, of one of these children; None if it is no such sentence."""
    found = _CHILDMINDER.fullmatch(text.strip()) if len(text) <= 120 else None
    of = None if found is None else _of(found["of"], children)
    if found is None or of is None:
        return None
    name, _, surname = _written(found["name"]).partition(" ")
    return Newcomer(of, name, surname, found["number"])


def read_other_parent(text: str, children: Collection[str]) -> Newcomer | None:
    """The other parent wished for here; without a name where none is given."""
    found = _OTHER_PARENT.fullmatch(text.strip()) if len(text) <= 120 else None
    of = None if found is None else _of(found["of"], children)
    if found is None or of is None:
        return None
    return Newcomer(of, _written(found["called"] or ""), "", found["number"], found["parent"].casefold() in _HER)


def _of(word: str, children: Collection[str]) -> str | None:
    """The child's name; empty where none was said; None where it is somebody we do not know."""
    said = fold(word)
    if said in _MINE:
        return ""
    return next((each for each in children if fold(each) in (said, said.removesuffix("s"))), None)


def _written(name: str) -> str:
    """A name as it is kept: a capital where somebody left it out."""
    return " ".join(each[:1].upper() + each[1:] for each in name.split())
