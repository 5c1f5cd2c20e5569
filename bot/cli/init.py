"""``bookbag init``: from nothing to a book with its first setting and a link for its manager, in a few questions.

Every question has an option, so that it can be answered by a script. What exists is never overwritten: a second run
changes nothing and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from bot.clock import SystemClock
    from bot.configuration import Configuration
    from storage.invitations import Manager
    from storage.store import Store

_KINDS = ("nursery", "childminder", "preschool", "school", "club")


def init(
    setting: Annotated[
        str | None, typer.Option(help="What your nursery or setting is called, as people say it.")
    ] = None,
    kind: Annotated[
        Literal["nursery", "childminder", "preschool", "school", "club"] | None, typer.Option(help="What it is.")
    ] = None,
    telephone: Annotated[str | None, typer.Option(help="The number people ring; may be empty.")] = None,
    name: Annotated[str | None, typer.Option(help="Your own name, as people call you.")] = None,
    lead: Annotated[
        bool | None, typer.Option("--lead/--no-lead", help="Whether you are the safeguarding lead as well.")
    ] = None,
    token: Annotated[
        str | None, typer.Option(help="The token from @BotFather; may be empty, and can be set in .env later.")
    ] = None,
    link: Annotated[
        bool, typer.Option("--link", help="Make a new link for the manager, who has not joined yet.")
    ] = False,
    qr: Annotated[
        Path | None, typer.Option(help="A file (.png) to write the link to as a QR code, to point a camera at.")
    ] = None,
    no_questions: Annotated[
        bool, typer.Option("--no-questions", help="Ask nothing: what is missing is a fault.")
    ] = False,
) -> None:
    """Set up a book: the configuration, the keys, the first setting and a link for you to join with."""
    import asyncio
    import sys

    answers = _Answers(setting, kind, telephone, name, lead, token, may_ask=not no_questions and sys.stdin.isatty())
    asyncio.run(_init(answers, link=link, qr=qr))


@dataclass(slots=True)
class _Answers:
    """What was given by options, and the asking of the rest."""

    setting: str | None
    kind: str | None
    telephone: str | None
    name: str | None
    lead: bool | None
    token: str | None
    may_ask: bool

    def ask_token(self, configured: bool) -> str:
        """The token, or nothing; one that is configured is not asked about."""
        if self.token is None and not configured and self.may_ask:
            typer.echo("Telegram: talk to @BotFather, send /newbot, and copy the token it answers with.")
            self.token = typer.prompt("Token (empty: later)", default="", show_default=False)
        return (self.token or "").strip()

    def ask_the_rest(self) -> None:
        """Everything about the first setting; raises where something is missing and nobody can be asked."""
        if self.may_ask:
            self.setting = self.setting or typer.prompt("What is your setting called")
            while self.kind not in _KINDS:
                self.kind = typer.prompt(f"What is it ({', '.join(_KINDS)})", default="nursery")
            if self.telephone is None:
                self.telephone = typer.prompt("Its telephone number", default="", show_default=False)
            self.name = self.name or typer.prompt("Your own name, as people call you")
            if self.lead is None:
                self.lead = self.kind != "childminder" and typer.confirm(
                    "Are you its safeguarding lead as well", default=True
                )
        missing = [f"--{each}" for each in ("setting", "kind", "name") if not (getattr(self, each) or "").strip()]
        if missing:
            typer.echo(f"Nobody can be asked here, and something is missing: {', '.join(missing)}.", err=True)
            raise typer.Exit(2)


async def _init(answers: _Answers, *, link: bool, qr: Path | None) -> None:
    from contextlib import AsyncExitStack

    from bot.app import is_embedded, open_store, serving_locks
    from bot.cli.configured import ENV_FILE
    from bot.cli.env_file import write_env
    from bot.clock import SystemClock
    from storage import invitations

    configuration = _with_token(answers)
    clock = SystemClock()
    changes: list[str] = []
    if is_embedded(configuration) and not _book_file(configuration).exists():
        # Nothing is made before everything has been answered.
        answers.ask_the_rest()
    async with AsyncExitStack() as held:
        if is_embedded(configuration):
            for _, lock in serving_locks(configuration):
                held.enter_context(lock)
        made_key = _make_root_key(configuration)
        store = await held.enter_async_context(open_store(configuration, clock))
        if made_key:
            changes.append(
                f"{configuration.root_key_file}: the root key. Keep a copy of it elsewhere, apart from backups."
            )
        managers = await store.read(invitations.managers, clock.now())
        # What could still be refused has been by now; from here on things are written that stay.
        if not managers:
            answers.ask_the_rest()
        if written := write_env(ENV_FILE, _tokens(answers, configuration)):
            changes.append(f"{ENV_FILE}: {', '.join(written)}. Only you may read it.")
        payload = None
        if not managers:
            payload = await _enrol(store, answers, clock)
            changes.append(f"The book: {answers.setting}, with {answers.name} as manager.")
        elif link:
            payload = await _invite_again(store, managers, clock)
        if answers.lead and managers and await _name_lead(store, managers, clock):
            changes.append("The manager is the safeguarding lead as well.")
    for change in changes:
        typer.echo(f"Made {change}" if not change.startswith("The") else change)
    if not changes and payload is None:
        typer.echo("Everything is set up already: nothing changed.")
        if any(not manager.has_joined for manager in managers):
            typer.echo("The manager has not joined yet. For a new link: bookbag init --link")
    if payload is not None:
        await _say_link(configuration, payload, qr)


def _with_token(answers: _Answers) -> Configuration:
    """The configuration as it will be when the token that was given stands in it."""
    import os

    from bot.cli.configured import ENV_FILE
    from bot.configuration import ConfigurationError, load_configuration

    configuration = load_configuration(os.environ, ENV_FILE)
    configured = bool(configuration.telegram_token.get_secret_value())
    while token := answers.ask_token(configured):
        if configured:
            break  # What stands in the configuration counts, and is never overwritten.
        try:
            return load_configuration({**os.environ, "TELEGRAM_TOKEN": token}, ENV_FILE)
        except ConfigurationError as fault:
            if not answers.may_ask:
                raise
            typer.echo(str(fault), err=True)
            answers.token = None
    return configuration


def _tokens(answers: _Answers, configuration: Configuration) -> dict[str, str]:
    token = configuration.telegram_token.get_secret_value()
    return {"TELEGRAM_TOKEN": token} if token and token == (answers.token or "").strip() else {}


# --- files --------------------------------------------------------------------------------------------------------


def _book_file(configuration: Configuration) -> Path:
    return Path(configuration.database_url.removeprefix("sqlite:///").partition("?")[0])


def _make_root_key(configuration: Configuration) -> bool:
    """Make the root key where there is none; never beside keys that another one must have wrapped."""
    from book.errors import OperatorError
    from bot.app import is_embedded
    from storage.keys import make_root_key

    path = configuration.root_key_file
    if path.exists():
        return False
    book = _book_file(configuration)
    keys = Path(configuration.keys_database_url.removeprefix("sqlite:///").partition("?")[0])
    if (is_embedded(configuration) and book.exists()) or (keys.suffix == ".db" and keys.exists()):
        raise OperatorError(
            f"There is a book already, and its root key {path} is gone: put the key back there. Without it nothing "
            "in the book can be read; to begin a new book, name another DATA_DIR and ROOT_KEY_FILE."
        )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_root_key(path)
    return True


# --- the book -----------------------------------------------------------------------------------------------------


async def _enrol(store: Store, answers: _Answers, clock: SystemClock) -> str:
    """Write the first setting and its manager; what stands in her link."""
    import os

    from book.ids import PersonId, SettingId
    from book.people import Role, SettingKind
    from bot.app import new_ids
    from storage import invitations, roster

    assert answers.setting is not None
    assert answers.kind is not None
    assert answers.name is not None
    ids, now = new_ids(clock), clock.now()
    setting, person = SettingId(ids.new()), PersonId(ids.new())
    roles = [Role.MANAGER]
    if answers.kind == SettingKind.CHILDMINDER:
        roles.append(Role.CHILDMINDER)
    if answers.lead:
        roles.append(Role.SAFEGUARDING_LEAD)
    await roster.enrol(
        store,
        roster.Roster(
            settings=[
                roster.NewSetting(
                    setting, SettingKind(answers.kind), answers.setting.strip(), (answers.telephone or "").strip()
                )
            ],
            people=[roster.NewPerson(person, answers.name.strip())],
            memberships=[roster.NewMembership(ids.new(), person, role, setting=setting) for role in roles],
        ),
        now,
    )
    payload = invitations.new_payload(os.urandom)
    await store.write(invitations.make, store.vault, ids, person, payload, now)
    return payload


async def _invite_again(store: Store, managers: Sequence[Manager], clock: SystemClock) -> str | None:
    """A new link for the first manager who has not joined; the one she had works no longer."""
    import os

    from bot.app import new_ids
    from storage import invitations

    waiting = [each.person for each in managers if not each.has_joined]
    if not waiting:
        typer.echo("Every manager has joined already: no link is needed.")
        return None
    payload = invitations.new_payload(os.urandom)
    await store.write(invitations.make, store.vault, new_ids(clock), waiting[0], payload, clock.now())
    return payload


async def _name_lead(store: Store, managers: Sequence[Manager], clock: SystemClock) -> bool:
    from book.people import Role
    from bot.app import new_ids
    from storage import roster

    first = managers[0]
    if first.is_lead:
        return False
    number = new_ids(clock).new()
    new = [roster.NewMembership(number, first.person, Role.SAFEGUARDING_LEAD, setting=first.setting)]
    await store.write(roster.add_memberships, new, clock.now())
    return True


async def _say_link(configuration: Configuration, payload: str, qr: Path | None) -> None:
    """Where the manager goes to join; without a bot that answers, what she writes to it later."""
    from book.errors import OperatorError
    from book.links import link_to
    from bot.cli.bot_name import bot_name

    typer.echo("")
    try:
        name = await bot_name(configuration)
    except OperatorError as fault:
        typer.echo(f"{fault}")
        typer.echo("To join as the manager, within 72 hours, start `bookbag run` and write this to your bot:")
        typer.echo(link_to("", payload))
        if qr is not None:
            typer.echo("A QR code needs a bot that answers: set the token, then bookbag init --link --qr FILE.")
        return
    typer.echo("To join as the manager, start `bookbag run` and open this link once, within 72 hours, on your phone:")
    typer.echo(link_to(name, payload))
    if qr is not None:
        from bot.qr import write_png

        write_png(link_to(name, payload), qr)
        typer.echo(f"The same as a QR code: {qr}. Whoever points a camera at it first joins: delete it afterwards.")
