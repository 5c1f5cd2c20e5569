"""The table of who sees what, a line for each group of topics, and groups of topics in words.

What stands in it was decided by :mod:`book.who_sees`; here it is only said.
"""

from __future__ import annotations

import json

from book.topics import Group
from book.who_sees import NOT_CHOSEN, OF_HOME, Between, Table
from book.wording.catalogue import Catalogue


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
        lines += [_row(catalogue, table, at) for at in range(len(table.rows))]
    lines += [_hears(catalogue, who, what) for who, what in table.hears]
    lines += [catalogue.say("sharing.tells", name=who, what=in_words(catalogue, what)) for who, what in table.tells]
    if table.hears and table.hears[0][0]:
        lines.append(catalogue.say("sharing.parents_see"))
    lines += [line for each in table.between for line in _between(catalogue, each, len(table.between) == 1)]
    lines += [_guest(catalogue, *each) for each in table.guests]
    if table.group_photos is not None:
        answer = catalogue.say("answer.yes" if table.group_photos else "answer.no")
        lines.append(catalogue.say("sharing.group_photos", answer=answer))
    return "\n".join(lines)


def _guest(catalogue: Catalogue, who: str, of: str, what: str) -> str:
    if not of:
        return catalogue.say("sharing.guest", name=who, what=in_words(catalogue, what))
    key = "sharing.guest.home" if of == OF_HOME else "sharing.guest.of"
    return catalogue.say(key, name=who, source=of, what=in_words(catalogue, what))


def _row(catalogue: Catalogue, table: Table, at: int) -> str:
    """One group and, after it, each name with its answer: read in a narrow bubble and in a text as on a wide screen."""
    group, cells = table.rows[at]
    key = "sharing.you_write" if at == 0 else "sharing.you_write.more"
    yes, no = catalogue.say("sharing.goes"), catalogue.say("answer.no")
    said = [f"{name} {yes if goes else no}" for name, goes in zip(table.columns, cells, strict=True)]
    return catalogue.say(key, what=catalogue.say(f"group.{group}"), names=", ".join(said))


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
