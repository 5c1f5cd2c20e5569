"""``bookbag calendar``: a year of a setting as a page one can read; ``bookbag calendar import`` takes term dates.

Showing reads only, beside a running program or without one. Knows nothing of what any day means: the rules say that.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from rich.text import Text

    from book.calendar import Calendar
    from storage.database import Connection
    from storage.vault import Vault

_MONTHS_A_ROW = 3


def commands() -> typer.Typer:
    """Both of them."""
    table = typer.Typer(help="Show when a setting is open, or take its term dates from a file.",
                        invoke_without_command=True, no_args_is_help=False)  # fmt: skip
    table.callback()(show)
    table.command("import")(import_)
    return table


def show(
    context: typer.Context,
    setting: Annotated[str, typer.Option(help="The setting, where there are several.")] = "",
    year: Annotated[int, typer.Option(help="Another year than this; a school year begins in September.")] = 0,
) -> None:
    """Print twelve months from September on: terms, half-terms, INSET days, closures and bank holidays."""
    import asyncio

    from rich.console import Console

    if context.invoked_subcommand is not None:
        return
    name, calendar, today = asyncio.run(_load(setting))
    begins = date(year or (today.year if today.month >= 9 else today.year - 1), 9, 1)
    Console(highlight=False).print(page(name, calendar, begins, today))


def import_(
    file: Annotated[Path, typer.Argument(help="Term dates, as ICS, CSV or XLSX (headings: What, From, To).")],
    add: Annotated[bool, typer.Option("--add", help="Write it; without this it is only looked at.")] = False,
    setting: Annotated[str, typer.Option(help="The setting, where there are several.")] = "",
) -> None:
    """Take term dates from a file. Without --add nothing is written. Ends with 1 where a line could not be used."""
    import asyncio

    from bot.cli import beside
    from bot.cli.configured import load
    from bot.cli.import_ import read_file
    from bot.sheets_asked import SheetsAsked

    asked = SheetsAsked(read_file(file), add, setting)
    answer = asyncio.run(beside.ask(load(), "calendar import", asked.write()))
    for fault in answer["faults"]:
        typer.echo(fault)
    if not answer["found"]:
        typer.echo("No term dates were found: the file needs the headings What, From and To. Nothing was written.")
        raise typer.Exit(1)
    typer.echo(answer["found"])
    if answer["left_out"]:
        typer.echo(f"Left out, for a calendar does not need them: {answer['left_out']}.")
    if answer["written"]:
        typer.echo(f"Written for {answer['setting']}; what stood between those days has gone. Nobody was messaged.")
    else:
        typer.echo(f"Nothing was written. To write it for {answer['setting']}: the same command with --add")
    raise typer.Exit(1 if answer["faults"] else 0)


async def _load(wanted: str) -> tuple[str, Calendar, date]:
    from bot.cli.configured import load
    from bot.cli.reading import open_book
    from bot.clock import SystemClock
    from bot.term_dates import setting_named

    configuration = load()
    today = SystemClock().now().astimezone(configuration.zone).date()
    async with open_book(configuration) as book:

        def look(connection: Connection, vault: Vault) -> tuple[str, Calendar]:
            from storage import calendars

            setting = setting_named(connection, vault, wanted)
            return setting.name, calendars.load(connection, vault, [setting])[setting.id]

        name, calendar = await book.read(look)
    return name, calendar, today


# --- the page -------------------------------------------------------------------------------------------------------


def page(name: str, calendar: Calendar, begins: date, today: date) -> RenderableType:
    """Twelve months from ``begins`` on, what the marks mean, and every date in words."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    months = [_month_after(begins, ahead) for ahead in range(12)]
    grid = Table.grid(padding=(0, 4, 1, 0))
    for at in range(0, 12, _MONTHS_A_ROW):
        grid.add_row(*(_month(calendar, month, today) for month in months[at : at + _MONTHS_A_ROW]))
    last = _month_after(begins, 12) - timedelta(days=1)
    opens = f"{calendar.opens:%H:%M} to {calendar.closes:%H:%M}".replace(" 0", " ").removeprefix("0")
    title = Text(f"{name}, {begins.year}/{(begins.year + 1) % 100:02d}", style="bold")
    title.append(f"   open {opens}" + (", in term time" if calendar.term_time_only else ""), style="not bold")
    marks = Text("x closed   i INSET   b bank holiday   h half-term   - between terms   . not a day of the week", "dim")
    words = [Text(each) for each in _in_words(calendar, begins, last)]
    return Group(title, Text(), grid, marks, Text(), *(Padding(each, (0, 0, 0, 2)) for each in words))


def _month_after(first: date, ahead: int) -> date:
    month = first.month - 1 + ahead
    return date(first.year + month // 12, month % 12 + 1, 1)


def _month(calendar: Calendar, first: date, today: date) -> Text:
    from rich.text import Text

    from book.timing import MONTHS

    text = Text(f"{MONTHS[first.month - 1]} {first.year}".center(21).rstrip() + "\n", style="bold")
    text.append(" Mo Tu We Th Fr Sa Su\n", style="not bold dim")
    text.append("   " * first.weekday())
    day = first
    while day.month == first.month:
        mark, style = _mark(calendar, day)
        text.append(f"{mark or day.day:>3}", style="reverse" if day == today else style)
        if day.weekday() == 6:
            text.append("\n")
        day += timedelta(days=1)
    return text


def _mark(calendar: Calendar, day: date) -> tuple[str, str]:
    from book.calendar import Shut, why_shut

    return {
        None: ("", "not bold"),
        Shut.CLOSED: ("x", "not bold red"),
        Shut.INSET: ("i", "not bold magenta"),
        Shut.BANK_HOLIDAY: ("b", "not bold yellow"),
        Shut.HALF_TERM: ("h", "not bold cyan"),
        Shut.OUT_OF_TERM: ("-", "not bold cyan"),
        Shut.WEEKDAY: (".", "not bold dim"),
    }[why_shut(calendar, day)]


def _in_words(calendar: Calendar, begins: date, last: date) -> Iterator[str]:
    from book.calendar import Shut, Sort, bank_holidays, closures

    for each in calendar.stretches:
        if each.sort in (Sort.TERM, Sort.HALF_TERM) and each.first <= last and begins <= each.last:
            what = "Half-term" if each.sort is Sort.HALF_TERM else f"{each.name} term".strip().capitalize()
            yield f"{what}: {_days(each.first, each.last)}"
    for why, first, until in closures(calendar, begins, last):
        if why in (Shut.CLOSED, Shut.INSET):
            yield f"{'INSET' if why is Shut.INSET else 'Closed'}: {_days(first, until)}"
    if calendar.bank_holidays:
        yield "Open on bank holidays"
        return
    for year in (begins.year, last.year):
        for day, holiday in bank_holidays(calendar.nation, year).items():
            if begins <= day <= last:
                yield f"{holiday}: {_days(day, day)}"


def _days(first: date, last: date) -> str:
    from book.timing import spoken_day

    return spoken_day(first) if first == last else f"{spoken_day(first)} to {spoken_day(last)}"
