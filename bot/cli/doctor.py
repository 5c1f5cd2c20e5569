"""``bookbag doctor``: everything that running needs is looked at; one line each, ok or what to do.

Changes nothing here: it can be run beside a serving program and before the first start. Asked to, it tells Twilio where
to bring texts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from bot.channels.twilio_sms import TwilioSms
    from bot.channels.twilio_whatsapp import TwilioWhatsApp
    from bot.configuration import Configuration
    from storage.pictures import Standing

_LEAST_FREE = 512 * 1024 * 1024
_SKEW_SECONDS = 30.0
_WITHIN_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. ``mend`` empty: all is well, or well enough to run; ``note`` is then what would be better."""

    what: str
    found: str = ""
    mend: str = ""
    note: str = ""


def doctor(
    set_texts: Annotated[
        bool,
        typer.Option(
            "--set-texts", help="Tell Twilio to bring texts and WhatsApp messages to PUBLIC_URL, and to try again."
        ),
    ] = False,
) -> None:
    """Look at everything that running needs: one line each, ok or what to do."""
    needs_mending = asyncio.run(_look(set_texts=set_texts))
    raise typer.Exit(1 if needs_mending else 0)


async def _look(*, set_texts: bool) -> bool:
    from bot.cli.configured import load

    needs_mending = False
    async for finding in findings(load, set_texts=set_texts):
        if finding.mend:
            needs_mending = True
            typer.echo(f"{typer.style('mend', fg='red', bold=True)}  {finding.mend}")
        elif finding.note:
            typer.echo(f"{typer.style('note', fg='yellow')}  {finding.note}")
        else:
            typer.echo(
                f"{typer.style('ok', fg='green')}    {finding.what}{': ' if finding.found else ''}{finding.found}"
            )
    return needs_mending


async def findings(load: Callable[[], Configuration], *, set_texts: bool = False) -> AsyncIterator[Finding]:
    """Everything that is looked at, in order; ``load`` reads the configuration. ``set_texts`` mends where texts go."""
    from bot.configuration import Configuration, ConfigurationError
    from bot.media.recordings import find_ffmpeg

    try:
        configuration = load()
    except ConfigurationError as fault:
        for each in fault.faults:
            yield Finding(each.variable, mend=each.sentence)
        wrong = {each.variable for each in fault.faults}
        for field in Configuration.model_fields.values():
            if field.validation_alias not in wrong:
                yield Finding(str(field.validation_alias))
        yield Finding("the rest", mend="The rest is looked at when these are mended: run bookbag doctor again.")
        return
    for finding in _values(configuration):
        yield finding
    for finding in _places(configuration):
        yield finding
    yield await _decoding()
    yield recordings(find_ffmpeg())
    async for finding in _database(configuration):
        yield finding
    async for finding in _telegram(configuration):
        yield finding
    if configuration.has_texts:
        yield await _texts(configuration, set_texts=set_texts)
    if configuration.has_whatsapp:
        yield await _whatsapp(configuration, set_texts=set_texts)
        yield await _templates(configuration)


def _values(configuration: Configuration) -> Iterator[Finding]:
    from pydantic import SecretStr

    for name, field in type(configuration).model_fields.items():
        value = getattr(configuration, name)
        shown = str(value)
        if isinstance(value, SecretStr):
            shown = "given" if value.get_secret_value() else "empty"
        variable = str(field.validation_alias)
        if variable == "TELEGRAM_TOKEN" and shown == "empty":
            yield Finding(
                variable,
                mend="TELEGRAM_TOKEN is missing: talk to @BotFather in Telegram, send /newbot, and put the token it "
                "answers with into .env as TELEGRAM_TOKEN=…; or run `bookbag init`, which asks for it.",
            )
        else:
            yield Finding(variable, shown or "empty")


def _places(configuration: Configuration) -> Iterator[Finding]:
    import os
    import shutil
    import sqlite3

    from book.errors import OperatorError
    from bot.lock import is_held
    from bot.own_words import own_words
    from storage.database import known_faults
    from storage.keys import read_root_key

    try:
        read_root_key(configuration.root_key_file)
        yield Finding("the root key", f"{configuration.root_key_file}, which only you may read")
    except OperatorError as fault:
        yield Finding("the root key", mend=str(fault))
    if configuration.words_file is not None:
        try:
            own_words(configuration.words_file)
            yield Finding("the nursery's own words", str(configuration.words_file))
        except OperatorError as fault:
            yield Finding("the nursery's own words", mend=str(fault))
    folder = configuration.data_dir
    if not folder.is_dir():
        yield Finding("the data folder", mend=f"DATA_DIR {folder} does not exist yet: bookbag init makes it.")
        return
    if not os.access(folder, os.W_OK):
        yield Finding("the data folder", mend=f"DATA_DIR {folder} cannot be written by you: mend its owner or mode.")
    elif mode := folder.stat().st_mode & 0o077:
        yield Finding("the data folder", mend=f"DATA_DIR {folder} is open to others ({mode:03o}): chmod 700 {folder}.")
    else:
        yield Finding("the data folder", f"{folder}, yours alone")
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        yield Finding("disk space", mend=f"Only {free // 1024**2} MiB are free below DATA_DIR {folder}: make room.")
    else:
        yield Finding("disk space", f"{free / 1024**3:.1f} GiB free")
    yield Finding("a program serving from here", "yes" if is_held(folder) else "none")
    faults = known_faults(sqlite3.sqlite_version_info)
    for fault_known in faults:
        if fault_known.refuse:
            yield Finding("SQLite", mend=fault_known.sentence)
        else:
            yield Finding(f"SQLite {sqlite3.sqlite_version}", fault_known.sentence)
    if not faults:
        yield Finding("SQLite", sqlite3.sqlite_version)


async def _decoding() -> Finding:
    from bot.media.making_safe import can_make_safe

    if await can_make_safe():
        return Finding("pictures", "can be made safe here")
    return Finding(
        "pictures",
        mend="Pictures can't be made safe here, so none is passed on: the process that does it cannot run. Install "
        "Bookbag again (make setup), and see that this machine has half a gigabyte of memory to spare.",
    )


def recordings(ffmpeg: str | None) -> Finding:
    """Whether voice notes and films can be made fit to pass on."""
    from bot.media.recordings import FFMPEG_IS_MISSING

    if ffmpeg is None:
        return Finding("voice notes and videos", note=FFMPEG_IS_MISSING)
    return Finding("voice notes and videos", f"written anew by {ffmpeg}")


async def _database(configuration: Configuration) -> AsyncIterator[Finding]:
    from book.errors import OperatorError
    from bot.clock import SystemClock
    from storage import addresses, audit, health, migrations
    from storage import pictures as picture_rows
    from storage.media_files import MediaFiles

    try:
        async with health.reading(configuration.database_url) as database:
            stands_at = await database.read(migrations.version)
            if stands_at is None:
                yield Finding("the database", mend="The database is empty: bookbag init sets it up.")
                return
            if stands_at not in migrations.REVISIONS:
                yield Finding(
                    "the database",
                    mend=f"The database was made by a newer Bookbag (revision {stands_at}): install that version.",
                )
                return
            if stands_at != migrations.REVISIONS[-1]:
                yield Finding("the database", mend="The database is not up to date: run bookbag migrate.")
                return
            yield Finding("the database", f"up to date at revision {stands_at}")
            if not await database.read(health.is_sound):
                yield Finding(
                    "the database's own check",
                    mend="The database file is damaged: stop Bookbag and restore the newest backup.",
                )
            broken = await database.read(audit.first_break)
            if broken is None:
                yield Finding("the audit chain", "whole")
            else:
                yield Finding(
                    "the audit chain",
                    mend=f"The audit chain is broken at row {broken}: somebody changed the database behind Bookbag's "
                    "back; keep a copy of it and compare it with a backup.",
                )
            standing = await database.read(picture_rows.standing, MediaFiles(configuration.media_dir))
            for finding in pictures(standing, SystemClock().now()):
                yield finding
            yield private_links(configuration, is_needed=await database.read(addresses.need_private_links))
            if await database.read(health.is_empty):
                yield Finding("settings", mend="No setting is enrolled yet: run bookbag init.")
            leads = await database.read(health.leads_of_settings, SystemClock().now())
            for setting, count in leads.items():
                if count < health.LEADS_NEEDED:
                    sentence = f"Setting {setting} {health.too_few_leads(count)}"
                    yield Finding("safeguarding lead", **({"note": sentence} if count else {"mend": sentence}))
            if all(count >= health.LEADS_NEEDED for count in leads.values()):
                yield Finding("safeguarding leads", "named")
    except OperatorError as fault:
        yield Finding("the database", mend=str(fault))


def pictures(standing: Standing, now: datetime) -> Iterator[Finding]:
    """Whether the rows and the files of the media folder are of each other, and what has been coming for too long."""
    from book.pictures import LATE_AFTER

    is_whole = True
    if standing.rows_without_file:
        is_whole = False
        yield Finding(
            "pictures",
            mend=f"Of {standing.rows_without_file} pictures the file is missing in DATA_DIR's folder media: restore it "
            "from a backup of the same day as the database.",
        )
    if standing.files_without_row:
        is_whole = False
        yield Finding(
            "pictures",
            note=f"{standing.files_without_row} files in DATA_DIR's folder media are not Bookbag's, or of a newer "
            "database than this one: nothing reads them, and you may move them away.",
        )
    if standing.longest_since is not None and now - standing.longest_since > LATE_AFTER:
        is_whole = False
        hours = int((now - standing.longest_since).total_seconds() // 3600)
        yield Finding(
            "pictures",
            mend=f"{standing.coming} pictures are still to be fetched, one of them for {hours} hours: look whether "
            "Telegram can be reached from here and whether the disk is full.",
        )
    if standing.waiting_here:
        is_whole = False
        yield Finding(
            "voice notes and videos",
            mend=f"{standing.waiting_here} voice notes or videos wait because ffmpeg is not installed: install it (on "
            "Debian and Ubuntu: apt-get install ffmpeg), and they go within ten minutes.",
        )
    if is_whole:
        yield Finding("pictures", "rows and files are of each other")


def private_links(configuration: Configuration, *, is_needed: bool) -> Finding:
    """Whether there can be links for whoever has plain texts only."""
    if configuration.public_url.startswith("https://"):
        return Finding("private links", f"lead to {configuration.public_url}")
    if not is_needed:
        return Finding("private links", "none, without an https address as PUBLIC_URL; nobody here needs one")
    return Finding(
        "private links",
        mend="Somebody has plain texts only, and without an https address as PUBLIC_URL no private link can be made: "
        "she is told that there is a photo and sees none. Set PUBLIC_URL to where a proxy passes /m/ on to LISTEN.",
    )


async def _telegram(configuration: Configuration) -> AsyncIterator[Finding]:
    from book.errors import OperatorError
    from bot.cli.bot_name import bot_name

    if not configuration.telegram_token.get_secret_value():
        return
    try:
        yield Finding("the bot", f"@{await bot_name(configuration)} answers to TELEGRAM_TOKEN")
    except OperatorError as fault:
        yield Finding("the bot", mend=str(fault))
        return
    yield await _webhook(configuration)
    yield await _clock(configuration)


async def _webhook(configuration: Configuration) -> Finding:
    from urllib.parse import urlsplit

    from bot.app import telegram_channel

    telegram = telegram_channel(configuration)
    from telegram.error import TelegramError

    from bot.doors.webhook import webhook_path

    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            url = await telegram.webhook_url()
    except (TelegramError, TimeoutError):
        return Finding("the door", mend="Telegram does not say where it sends messages: try again in a minute.")
    finally:
        await telegram.close()
    host = urlsplit(url).hostname or "an unknown host"
    if configuration.telegram_mode == "polling":
        ours = configuration.public_url and url.startswith(configuration.public_url)
        if url and not ours:
            return Finding(
                "the door",
                mend=f"TELEGRAM_MODE is polling, but messages are sent to a webhook at {host}: stop the program "
                "there and remove its webhook, or set TELEGRAM_MODE=webhook.",
            )
        return Finding("the door", "messages wait to be fetched (polling)")
    secret = configuration.telegram_webhook_secret.get_secret_value()
    if url == configuration.public_url + webhook_path(secret):
        return Finding("the door", f"messages are sent to {host} (webhook)")
    if not url:
        return Finding("the door", "no webhook is set yet; bookbag run sets it")
    return Finding("the door", mend=f"Messages are sent to {host}, not to PUBLIC_URL: start bookbag run to change it.")


async def _texts(configuration: Configuration, *, set_texts: bool) -> Finding:
    """Whether Twilio brings texts here, and again after a fault; told to if asked."""
    from bot.app import sms_channel

    able = "TWILIO_NUMBER cannot have texts: get a number that can, and write that."
    return await _brought_here(
        sms_channel(configuration), "texts", configuration, "TWILIO_NUMBER", able, set_texts=set_texts
    )


async def _whatsapp(configuration: Configuration, *, set_texts: bool) -> Finding:
    """The same of what people write on WhatsApp."""
    from bot.app import whatsapp_channel

    able = "TWILIO_WHATSAPP_NUMBER is not online at WhatsApp yet: see its state in Twilio's console, under Senders."
    channel = whatsapp_channel(configuration, lambda *_: "")  # Nothing is sent, and so nothing is fetched.
    return await _brought_here(channel, "WhatsApp", configuration, "TWILIO_WHATSAPP_NUMBER", able, set_texts=set_texts)


async def _brought_here(
    channel: TwilioSms | TwilioWhatsApp,
    what: str,
    configuration: Configuration,
    variable: str,
    unable: str,
    *,
    set_texts: bool,
) -> Finding:
    from urllib.parse import urlsplit

    from bot.channels.twilio_messages import TRIES_AGAIN, TwilioDoesNotAnswer
    from bot.doors.twilio import MESSAGES_PATH

    wanted = configuration.public_url + MESSAGES_PATH + TRIES_AGAIN
    try:
        found = await channel.settings()
        if found is not None and set_texts:
            await channel.send_here(found.sid, wanted)
            found = await channel.settings()
    except TwilioDoesNotAnswer:
        return Finding(what, mend=_NO_ANSWER)
    finally:
        await channel.close()
    if found is None:
        return Finding(what, mend=f"The Twilio account has no number {variable}: write one that it has.")
    if not found.is_able:
        return Finding(what, mend=unable)
    if (found.messages_to, found.method, found.fallback_to) == (wanted, "POST", wanted):
        return Finding(what, f"are brought to {urlsplit(wanted).hostname}, and again after a fault")
    there = f"to {urlsplit(found.messages_to).hostname}" if found.messages_to else "nowhere"
    if found.messages_to.partition("#")[0] == wanted.partition("#")[0]:
        there = "here, but not again after a fault"
    return Finding(what, mend=f"Twilio brings {what} {there}: run bookbag doctor --set-texts to mend it.")


_NO_ANSWER = (
    "Twilio does not answer to TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN: copy both again from its console, or try "
    "again in a minute."
)


async def _templates(configuration: Configuration) -> Finding:
    """Whether WhatsApp has approved what may be said to somebody who has not written for a day."""
    from book.wording.templates import load_templates
    from bot.channels.twilio_messages import NO_ANSWER
    from bot.cli.templates import approvals

    known = load_templates().all
    try:
        found = await approvals(configuration, known)
    except NO_ANSWER:
        return Finding("templates", mend=_NO_ANSWER)
    lacking = [each.name for each, approval in zip(known, found, strict=True) if not approval.is_given]
    if not lacking:
        return Finding("templates", f"all {len(known)} are approved by WhatsApp")
    names = ", ".join(lacking)
    return Finding(
        "templates",
        mend=f"WhatsApp has not approved {names}: until it has, whoever has not written for a day is not told that "
        "something waits. Run bookbag templates --submit, and later --check.",
    )


async def _clock(configuration: Configuration) -> Finding:
    """This machine's clock beside the Date that the API server's answer bears; nothing but its address is asked for."""
    from datetime import UTC
    from email.utils import parsedate_to_datetime

    import aiohttp

    from bot.clock import SystemClock

    try:
        limit = aiohttp.ClientTimeout(total=_WITHIN_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.head(configuration.telegram_api_url, allow_redirects=False) as answer,
        ):
            said = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, OSError, KeyError, ValueError):
        return Finding("the clock", "cannot be compared with another")
    skew = (SystemClock().now() - said.astimezone(UTC)).total_seconds()
    if abs(skew) > _SKEW_SECONDS:
        return Finding(
            "the clock",
            mend=f"This machine's clock is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}, so times in the "
            "book would be wrong: switch on NTP (timedatectl set-ntp true).",
        )
    return Finding("the clock", "right to within half a minute")
