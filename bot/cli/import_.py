"""``bookbag import``: a manager's spreadsheet, looked at first and written only with ``--add``; nobody is messaged.

Knows nothing of what any column means: it reads the file, asks, and shows the answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from book.importing.sheets import Sheet


def import_(
    file: Annotated[Path | None, typer.Argument(help="The roll, as XLSX or CSV.")] = None,
    add: Annotated[bool, typer.Option("--add", help="Write it; without this it is only looked at.")] = False,
    setting: Annotated[str, typer.Option(help="The setting of rows that name none.")] = "",
    template: Annotated[
        Path | None, typer.Option(help="Write an empty roll to fill in here instead (.xlsx or .csv).")
    ] = None,
) -> None:
    """Put settings, staff, children and parents from a spreadsheet into the book.

    Without --add nothing is written: a table says what would change, and what is wrong by row and column. Ends with 0
    if everything is fine, with 1 if there is something to look at.
    """
    import asyncio

    from bot.cli import beside
    from bot.cli.configured import load
    from bot.sheets_asked import SheetsAsked

    if (file is None) is (template is None):
        typer.echo("Say which file, or --template FILE for an empty one to fill in.", err=True)
        raise typer.Exit(2)
    if template is not None:
        _write_template(template)
        return
    assert file is not None
    configuration = load()
    sheets = read_file(file)
    asked = SheetsAsked(sheets, add, setting)
    answer = asyncio.run(beside.ask(configuration, "import", asked.write()))
    _show(answer)
    raise typer.Exit(1 if answer["faults"] or not answer["headed"] else 0)


def _write_template(path: Path) -> None:
    from book.errors import OperatorError
    from bot.papers.template import write_template

    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise OperatorError("The template is an XLSX or a CSV file: let its name end in .xlsx or .csv.")
    if path.exists():
        raise OperatorError(f"{path} is there already, and is not written over: name another file.")
    try:
        write_template(path)
    except OSError as fault:
        raise OperatorError(f"{path} cannot be written ({fault.strerror}).") from None
    typer.echo(f"Made {path}: fill it in, then bookbag import {path}")


def read_file(file: Path) -> tuple[Sheet, ...]:
    """The sheets of a file; raises :class:`OperatorError` with a sentence where it cannot be read."""
    from book.errors import OperatorError
    from book.wording.catalogue import load_catalogue
    from bot.papers.reading import LARGEST, Unread, read

    try:
        if file.stat().st_size > LARGEST:
            raise OperatorError(load_catalogue().say("file.too_large"))
        content = file.read_bytes()
    except OSError as fault:
        raise OperatorError(f"{file} cannot be read ({fault.strerror}).") from None
    found = read(content, file.name)
    if isinstance(found, Unread):
        raise OperatorError(load_catalogue().say(f"file.{found}"))
    return found


# --- the answer ---------------------------------------------------------------------------------------------------


def _show(answer: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    if not answer["headed"]:
        typer.echo("No headings were found that Bookbag knows. For an empty roll: bookbag import --template roll.xlsx")
        return
    typer.echo(f"Read {answer['rows']} children, {answer['parents']} parents, {answer['staff']} staff.")
    for column in answer["columns"]:
        typer.echo(f"  {column}")
    if answer["left_out"]:
        typer.echo(f"  Left out: {', '.join(answer['left_out'])}")
    if answer["changes"]:
        table = Table(title="What has changed" if answer["written"] else "What would change", title_justify="left")
        for heading in ("Row", "Who", "What", "To"):
            table.add_column(heading, no_wrap=heading == "Row")
        for each in answer["changes"]:
            row = str(each["row"] or "")
            table.add_row(row, escape(each["whose"]), escape(each["what"]), escape(each["to"]))
        console.print(table)
    if answer["faults"]:
        table = Table(title="To look at", title_justify="left")
        for heading in ("Where and what", "Mend", ""):
            table.add_column(heading)
        for each in answer["faults"]:
            kept = "row left out" if each["stops"] else "left empty"
            table.add_row(escape(each["sentence"]), escape(each["mend"]), kept)
        console.print(table)
    typer.echo(_last_line(answer))


def _last_line(answer: dict[str, Any]) -> str:
    if answer["unchanged"]:
        return "All of that is in the book already: nothing changed." if not answer["faults"] else "Nothing changed."
    if answer["written"]:
        return f"{answer['children']} children are in. Nobody has been messaged. For slips to hand out: bookbag slips"
    return f"Nothing was written. To add {answer['children']} children: the same command with --add"
