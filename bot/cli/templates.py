"""``bookbag templates``: the sentences that WhatsApp has to approve, to read, to submit, and what it says of each.

The sentences are those of one file, ``book/wording/templates.toml``; without an option nothing is asked of anybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from book.wording.templates import Template
    from bot.channels.twilio_content import Approval
    from bot.configuration import Configuration


def templates(
    submit: Annotated[
        bool, typer.Option("--submit", help="Put those into the Twilio account that it lacks, and ask for approval.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Say of each whether WhatsApp has approved it.")] = False,
) -> None:
    """Show the sentences that WhatsApp has to approve; submit them, or say whether it has."""
    from book.wording.templates import load_templates

    known = load_templates().all
    if not (submit or check):
        typer.echo("\n\n".join(_as_submitted(each) for each in known))
        return
    found = asyncio.run(_ask(known, submit=submit))
    for each, approval in zip(known, found, strict=True):
        colour = "green" if approval.is_given else "yellow"
        why = f": {approval.reason}" if approval.reason else ""
        typer.echo(f"{typer.style(approval.status, fg=colour)}{why}  {each.name}")
    missing = sum(not each.is_given for each in found)
    if missing:
        typer.echo(f"{missing} of {len(found)} are not approved. {_NEXT if submit else _FIRST}")
    raise typer.Exit(1 if missing and check else 0)


_FIRST = "Run bookbag templates --submit for those that are missing."
_NEXT = "WhatsApp takes minutes, sometimes a day: ask again with bookbag templates --check."


def _as_submitted(template: Template) -> str:
    lines = [
        f"{template.name}  ({template.language}, {template.category.lower()})",
        f"  {template.body}",
        f"  [{template.button}]",
    ]
    lines += [f"  {{{{{place}}}}} such as {sample}" for place, sample in enumerate(template.samples, start=1)]
    return "\n".join(lines)


async def _ask(known: Sequence[Template], *, submit: bool) -> list[Approval]:
    from book.errors import OperatorError
    from bot.channels.twilio_messages import NO_ANSWER
    from bot.cli.configured import load

    configuration = load()
    if not configuration.has_whatsapp:
        raise OperatorError("There is no TWILIO_WHATSAPP_NUMBER, and nothing is submitted without one.")
    try:
        return await approvals(configuration, known, submit=submit)
    except NO_ANSWER:
        raise OperatorError(
            "Twilio does not answer to TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN: copy both again from its console, or "
            "try again in a minute."
        ) from None


async def approvals(configuration: Configuration, known: Sequence[Template], *, submit: bool = False) -> list[Approval]:
    """What WhatsApp says of each; ``submit`` those first that it was never asked about.

    Raises what the library and the transport raise.
    """
    from bot.app import whatsapp_channel

    # It sends nothing, and so nothing is fetched from anywhere.
    channel = whatsapp_channel(configuration, lambda *_: "")
    try:
        contents = channel.contents
        return [await (contents.submit(each) if submit else contents.approval_of(each)) for each in known]
    finally:
        await channel.close()
