"""``bookbag restrict``: somebody is shut out of a child's book, or of everything, at once, beside the running program.

For the day on which nobody who runs the setting can write it in the chat. Says whom it would hit and asks first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.restricting import Look, Shut


def restrict(
    name: Annotated[str, typer.Argument(help="Whom, as she is called in the book.")],
    child: Annotated[str, typer.Option(help="Out of this child's book alone.")] = "",
    everywhere: Annotated[bool, typer.Option("--everywhere", help="Out of every child's book and every post.")] = False,
    person: Annotated[int | None, typer.Option(help="Which of several of that name, by the number shown.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
) -> None:
    """Shut somebody out: a court order, somebody who has left, a lost telephone."""
    import asyncio

    if bool(child) is everywhere:
        typer.echo("Say out of what: --child NAME for one child's book, or --everywhere.", err=True)
        raise typer.Exit(2)
    asyncio.run(_restrict(name, child, person, yes=yes))


async def _restrict(name: str, child: str, person: int | None, *, yes: bool) -> None:
    from book.ids import ChildId, PersonId
    from bot.restricting import Look, Shut

    people = (await _ask(Look(name, child)))["people"]
    if person is not None:
        people = [each for each in people if each["person"] == person]
    if not people:
        typer.echo(f"Nobody called {name} is in {'that book' if child else 'any book'}: nothing has changed.", err=True)
        raise typer.Exit(1)
    if len(people) > 1:
        typer.echo(f"{len(people)} people are called {name}; say which with --person NUMBER:", err=True)
        for each in people:
            typer.echo(f"  {each['person']}  {each['name']}, {', '.join(each['as'])}", err=True)
        raise typer.Exit(1)
    (whom,) = people
    typer.echo(f"{whom['name']}, {', '.join(whom['as'])}, is shut out{' of everything' if not child else ''} at once.")
    if not yes and not typer.confirm("Go on?"):
        typer.echo("Nothing has changed.")
        raise typer.Exit(1)
    children = frozenset(ChildId(each) for each in whom["children"]) if child else None
    done = await _ask(Shut(PersonId(whom["person"]), children))
    typer.echo("Done." if done["lines"] else f"{whom['name']} was shut out already.")
    if done["is_stranger"]:
        typer.echo(f"Every telephone {whom['name']} had is a stranger's from now on.")
    if count := done["may_have_reached"]:
        typer.echo(f"{count} message(s) were leaving at that moment and may have reached {whom['name']}.")
        typer.echo("Whoever runs the settings is told what came of it." if done["told"] else "See `bookbag status`.")


async def _ask(request: Look | Shut) -> dict[str, Any]:
    from bot import restricting
    from bot.app import new_ids
    from bot.cli.beside import asked
    from bot.cli.configured import load

    configuration = load()
    return await asked(
        configuration,
        "restrict",
        restricting.write(request),
        lambda store, clock: restricting.obey(store, new_ids(clock), clock.now(), configuration.zone, request),
    )
