"""A nursery's own words, beside those that come with the book: read from the text of a TOML file, faults by line.

Three tables are enough for a nursery: `[words]`, a topic and its patterns; `[spellings]`, how a word is written in a
hurry; `ordinary`, words never to be taken for another. Whoever knows the lexicon may write its `[[sense]]` and
`[classes]` as well. Knows nothing of where the file lies.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from book.understanding.lexicon import FaultyLexicon, compile_lexicon, tables_of_the_book

_TABLES = ("words", "sense", "classes", "spellings", "ordinary")


def read_own_words(text: str, called: str) -> Mapping[str, Any]:
    """The tables of a nursery's file, fit for `load_lexicon`; raises `FaultyLexicon` with the line and the mend."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise FaultyLexicon(f"{called} is not well written: {fault}. Mend that line.") from fault
    for name in tables:
        if name not in _TABLES:
            raise _fault(text, called, name, f"{name} is no table of words: use {', '.join(_TABLES)}.")
    if not all(isinstance(tables.get(name, {}), dict) for name in ("words", "classes", "spellings")):
        raise FaultyLexicon(
            f"{called}: words, classes and spellings are tables: begin them with a line such as [words]."
        )
    senses = [*_simple(tables.get("words", {}), text, called), *tables.get("sense", ())]
    classes = tables.get("classes", {})
    _check_lists({**classes, "ordinary": tables.get("ordinary", [])}, text, called)
    for written, meant in tables.get("spellings", {}).items():
        if not isinstance(meant, str) or not meant.strip() or " " in meant.strip():
            raise _fault(text, called, written, f'{written} must stand for one word: {written} = "tomorrow".')
    known = tables_of_the_book()
    all_classes = {**known.get("classes", {}), **classes}
    for sense in senses:
        _check(sense, all_classes, text, called)
    # What a nursery says its words mean is never outweighed.
    marked = [{**sense, "marks": [*sense.get("marks", ()), "own"]} for sense in senses]
    own: dict[str, Any] = {"sense": marked, "classes": classes, "spellings": tables.get("spellings", {})}
    return {**own, "ordinary": tables.get("ordinary", [])}


def _simple(words: Mapping[str, Any], text: str, called: str) -> list[dict[str, Any]]:
    _check_lists(words, text, called)
    return [{"topics": [topic], "patterns": patterns} for topic, patterns in words.items()]


def _check_lists(lists: Mapping[str, Any], text: str, called: str) -> None:
    for name, members in lists.items():
        if not isinstance(members, list) or not all(isinstance(each, str) and each.strip() for each in members):
            raise _fault(text, called, name, f'{name} must be a list of words: {name} = ["kip", "forty winks"].')


def _check(sense: Any, classes: Mapping[str, Any], text: str, called: str) -> None:
    """Each pattern by itself, so that the fault can be found by its line."""
    if not isinstance(sense, dict) or not isinstance(sense.get("patterns"), list):
        raise _fault(
            text, called, "sense", "a [[sense]] needs topics and patterns: see the first lines of lexicon.toml."
        )
    for mark in sense.get("marks", ()):
        try:
            compile_lexicon({"sense": [{"marks": [mark], "patterns": []}]})
        except FaultyLexicon as fault:
            raise _fault(text, called, str(mark), str(fault)) from fault
    for topic in sense.get("topics", ()):
        try:
            compile_lexicon({"sense": [{**sense, "topics": [topic], "patterns": []}], "classes": classes})
        except FaultyLexicon as fault:
            raise _fault(text, called, str(topic), str(fault)) from fault
    for pattern in sense["patterns"]:
        try:
            compile_lexicon({"sense": [{**sense, "patterns": [pattern]}], "classes": classes})
        except FaultyLexicon as fault:
            raise _fault(text, called, str(pattern), str(fault)) from fault


def _fault(text: str, called: str, culprit: str, sentence: str) -> FaultyLexicon:
    lines = text.splitlines()
    line = next((number for number, each in enumerate(lines, start=1) if culprit in each.partition("#")[0]), None)
    return FaultyLexicon(f"{called}, line {line}: {sentence}" if line else f"{called}: {sentence}")
