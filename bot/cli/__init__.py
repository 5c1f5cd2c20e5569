"""The commands an operator types: which there are, and how a command that fails says so.

Each is a module of its own that imports what it needs when it runs, so that asking for help is quick. Knows nothing
of what any command does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

    from book.errors import OperatorError


def main() -> None:
    """The command ``bookbag``.

    Ends with 0 if all went well, 1 where something could not be done, 2 where the configuration or the command line
    is to blame. What an operator can mend is said in a sentence; only a fault of Bookbag's own shows where it came
    from.
    """
    import gc

    from book.errors import OperatorError

    # Starting makes a few hundred thousand small things that stay, the lexicon most of all. Looking through them for
    # rubbish after every 700 more takes a third of the time.
    gc.set_threshold(50_000)
    try:
        application()()
    except OperatorError as fault:
        sys.exit(_say(fault))
    except BaseExceptionGroup as faults:
        # A task group wraps the sentence; what else fell with it has its cause there.
        if not (said := list(_sentences(faults))):
            raise
        sys.exit(max(_say(each) for each in said))


def application() -> typer.Typer:
    """The table of commands."""
    import typer

    from bot.cli import (
        calendar,
        demo,
        doctor,
        evaluate,
        explain,
        import_,
        init,
        migrate,
        photos,
        print_,
        restrict,
        retry,
        run,
        slips,
        status,
        templates,
    )

    commands = typer.Typer(
        name="bookbag",
        help="The communication book between home, nursery and childminder, kept by a chat bot.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name, command in (
        ("demo", demo.demo),
        ("init", init.init),
        ("import", import_.import_),
        ("slips", slips.slips),
        ("run", run.run),
        ("doctor", doctor.doctor),
        ("templates", templates.templates),
        ("status", status.status),
        ("explain", explain.explain),
        ("evaluate", evaluate.evaluate),
        ("restrict", restrict.restrict),
        ("retry", retry.retry),
        ("print", print_.print_),
        ("photos", photos.photos),
        ("migrate", migrate.migrate),
    ):
        commands.command(name)(command)
    commands.add_typer(calendar.commands(), name="calendar")
    return commands


def _sentences(faults: BaseException) -> Iterator[OperatorError]:
    """What an operator can mend among these faults."""
    from book.errors import OperatorError

    if isinstance(faults, BaseExceptionGroup):
        for each in faults.exceptions:
            yield from _sentences(each)
    elif isinstance(faults, OperatorError):
        yield faults


def _say(fault: OperatorError) -> int:
    import typer

    from bot.configuration import ConfigurationError

    typer.echo(str(fault), err=True)
    return 2 if isinstance(fault, ConfigurationError) else 1
