"""The table of who sees what, laid out with spaces, and groups of topics in words.

What stands in it was decided by :mod:`book.who_sees`; here it is only said.
"""

from __future__ import annotations

import json

from book.topics import Group
from book.who_sees import NOT_CHOSEN, Between, Table
from book.wording.catalogue import Catalogue

_YES = "✓"
_CELL = 4


def in_words(catalogue: Catalogue, groups: str) -> str:
    """ "her day, her learning and photos"; "everything"; "nothing", also before anybody has chosen."""
    if groups == NOT_CHOSEN:
        return catalogue.say("group.not_chosen")
    found = groups.split()
    if not found:
        return catalogue.say("group.nothing")
    if len(found) == len(Group):
        return catalogue.say("group.everything")
    return catalogue.names([catalogue.say(f"group.{each}") for each in found])


def tables_in_words(catalogue: Catalogue, kept: str) -> str:
    """What :func:`book.who_sees.tables_to_json` kept, as it is read."""
    return "\n\n".join(_table(catalogue, Table.from_json(each)) for each in json.loads(kept))


def _table(catalogue: Catalogue, table: Table) -> str:
    lines = [table.child]
    if table.columns:
        lines += _grid(catalogue, table)
    lines += [_hears(catalogue, who, what) for who, what in table.hears]
    lines += [catalogue.say("sharing.tells", name=who, what=in_words(catalogue, what)) for who, what in table.tells]
    if table.hears and table.hears[0][0]:
        lines.append(catalogue.say("sharing.parents_see"))
    lines += [line for each in table.between for line in _between(catalogue, each, len(table.between) == 1)]
    if table.group_photos is not None:
        answer = catalogue.say("answer.yes" if table.group_photos else "answer.no")
        lines.append(catalogue.say("sharing.group_photos", answer=answer))
    return "\n".join(lines)


def _grid(catalogue: Catalogue, table: Table) -> list[str]:
    no = catalogue.say("answer.no")
    labels = [
        catalogue.say(
            "sharing.you_write" if at == 0 else "sharing.you_write.more", what=catalogue.say(f"group.{group}")
        )
        for at, (group, _) in enumerate(table.rows)
    ]
    width = max(len(each) for each in labels) + 3
    heads = "   ".join(table.columns)
    # The names are wider than what stands under them: they end where the last column begins.
    lines = [" " * max(width + _CELL * (len(table.columns) - 1) - len(heads), 0) + heads]
    for label, (_, cells) in zip(labels, table.rows, strict=True):
        said = "".join((_YES if each else no).ljust(_CELL) for each in cells)
        lines.append((label.ljust(width) + said).rstrip())
    return lines


def _hears(catalogue: Catalogue, who: str, what: str) -> str:
    key = "sharing.hears" if who else "sharing.sees"
    return catalogue.say(key, name=who, what=in_words(catalogue, what))


def _between(catalogue: Catalogue, pair: Between, only_one: bool) -> list[str]:
    if pair.there == pair.back:
        key = "sharing.each_other" if only_one else "sharing.each_other.of"
        return [catalogue.say(key, one=pair.one, other=pair.other, what=in_words(catalogue, pair.there))]
    return [
        catalogue.say("sharing.of_other", one=pair.one, other=pair.other, what=in_words(catalogue, pair.back)),
        catalogue.say("sharing.of_other", one=pair.other, other=pair.one, what=in_words(catalogue, pair.there)),
    ]
