"""What an account has at Twilio to be filled in and sent: sentences to be approved, and the forms of our buttons.

Twilio keeps them under names of ours, so they are found again by name after any start; nothing is kept here but what
was found. There is one form for so many buttons: words, labels and tokens are filled in, so that no name of anybody's
stays there. Knows nothing of when one is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twilio.rest import Client

from book.wording.templates import SHOW, Template
from bot.channels.twilio_request import JsonBody

_PAGE = 500
_QUICK_REPLY = "twilio/quick-reply"
_FORM = "bookbag_buttons_{}"
# What the forms' places hold until they are filled in; Twilio wants something there.
_BLANK = "…"


@dataclass(frozen=True, slots=True)
class Approval:
    """What WhatsApp says of a sentence: approved, pending, rejected and why, or that nobody submitted it."""

    status: str
    reason: str = ""

    @property
    def is_given(self) -> bool:
        return self.status == "approved"


class Contents:
    """Of one account. Every call raises what the library and the transport raise."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._sids: dict[str, str] = {}

    async def sid_of(self, name: str) -> str | None:
        """Twilio's name for what we named so; looked for once, and again where something is missing."""
        if name not in self._sids:
            await self._look()
        return self._sids.get(name)

    async def form_of(self, buttons: int) -> tuple[str, str]:
        """The form for a message with so many buttons, by our name and by Twilio's; made if the account has none."""
        name = _FORM.format(buttons)
        found = await self.sid_of(name)
        return name, found if found is not None else await self._create(_form(name, buttons))

    async def make(self, template: Template) -> str:
        """Have the account keep this sentence; it is not submitted by that."""
        found = await self.sid_of(template.name)
        return found if found is not None else await self._create(_sentence(template))

    async def submit(self, template: Template) -> Approval:
        """Ask WhatsApp to approve it, if nobody has; what it says then."""
        sid = await self.make(template)
        now = await self._approval(sid)
        if now.status not in ("unsubmitted", ""):
            return now
        asked = {"name": template.name, "category": template.category}
        resource = self._client.content.v1.contents(sid).approval_create
        await resource.create_async(JsonBody(asked))
        return await self._approval(sid)

    async def approval_of(self, template: Template) -> Approval:
        """What WhatsApp says of it now."""
        sid = await self.sid_of(template.name)
        return Approval("missing") if sid is None else await self._approval(sid)

    def forget(self, name: str) -> None:
        """Twilio has it no more under the name that was found: it is looked for again."""
        self._sids.pop(name, None)

    async def _look(self) -> None:
        # Of several of one name the last that is listed is used, by every process alike.
        async for each in await self._client.content.v1.contents.stream_async(page_size=_PAGE):
            if each.friendly_name and each.sid:
                self._sids[str(each.friendly_name)] = str(each.sid)

    async def _create(self, content: dict[str, Any]) -> str:
        made = await self._client.content.v1.contents.create_async(JsonBody(content))
        if not made.sid:
            raise ValueError("no name for what was made")
        self._sids[content["friendly_name"]] = str(made.sid)
        return str(made.sid)

    async def _approval(self, sid: str) -> Approval:
        found = await self._client.content.v1.contents(sid).approval_fetch().fetch_async()
        said = found.whatsapp if isinstance(found.whatsapp, dict) else {}
        return Approval(str(said.get("status") or "unsubmitted").lower(), str(said.get("rejection_reason") or ""))


def _form(name: str, buttons: int) -> dict[str, Any]:
    """The words are its first place, then for each button its label and its token."""
    actions = [
        {"type": "QUICK_REPLY", "title": f"{{{{{2 * at}}}}}", "id": f"{{{{{2 * at + 1}}}}}"}
        for at in range(1, buttons + 1)
    ]
    return {
        "friendly_name": name,
        "language": "en",
        "variables": {str(place): _BLANK for place in range(1, 2 * buttons + 2)},
        "types": {_QUICK_REPLY: {"body": "{{1}}", "actions": actions}},
    }


def _sentence(template: Template) -> dict[str, Any]:
    return {
        "friendly_name": template.name,
        "language": template.language,
        "variables": {str(place): sample for place, sample in enumerate(template.samples, start=1)},
        "types": {
            _QUICK_REPLY: {
                "body": template.body,
                "actions": [{"type": "QUICK_REPLY", "title": template.button, "id": SHOW}],
            }
        },
    }
