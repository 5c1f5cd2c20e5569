"""The calls of the API, each with what it does: messages, media, templates, numbers and WhatsApp senders.

It does not know the wire, credentials or faults. What it refuses, it refuses under Twilio's own numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from tests.doubles.twilio.errors import Refusal, refuse
from tests.doubles.twilio.records import API, Button, Content, Message, as_rfc2822
from tests.doubles.twilio.segments import count_segments
from tests.doubles.twilio.world import World

Json = dict[str, Any]

LONGEST_BODY = 1600
_LONGEST_VALIDITY = 36_000
_UNFINISHED = frozenset({"accepted", "queued", "sending", "scheduled"})
_ADDRESS = re.compile(r"(whatsapp:)?\+[1-9][0-9]{6,14}")
_HOST = re.compile(r"[A-Za-z0-9.-]+")
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}")


class Empty:
    """An answer without a body: 204."""


class Redirect:
    """The file lies elsewhere."""

    def __init__(self, media_sid: str) -> None:
        self.media_sid = media_sid


Answer = Json | Refusal | Message | Empty | Redirect


class TwilioApi:
    """Carries out calls on a world. `listed_after` is how many seconds a new message is in no list."""

    def __init__(self, world: World, *, base: Callable[[], str], listed_after: float) -> None:
        self._world = world
        self._base = base
        self.listed_after = listed_after

    def carry_out(self, method: str, parameters: Json) -> Answer:
        """Let the call take effect. A message to send is returned as itself and has not left yet."""
        return CALLS[method](self, parameters)

    # -- messages

    def _create_message(self, parameters: Json) -> Answer:
        to, sender = _text(parameters, "To"), _text(parameters, "From")
        service = _text(parameters, "MessagingServiceSid")
        media_urls = _several(parameters, "MediaUrl")
        refusal = self._refuse_addresses(to, sender, service) or self._refuse_rest(parameters, media_urls)
        if refusal is not None:
            return refusal
        if not sender:
            sender = self._world.places("whatsapp" if to.startswith("whatsapp:") else "sms")[0].address
        body = _text(parameters, "Body")
        buttons: tuple[Button, ...] = ()
        if content_sid := _text(parameters, "ContentSid"):
            made = self._fill_in(content_sid, _text(parameters, "ContentVariables"))
            if isinstance(made, Refusal):
                return made
            body, buttons, media_urls = made
        elif not body and not media_urls:
            return refuse(21602)
        if utf16_length(body) > LONGEST_BODY:
            return refuse(21617)
        if to in self._world.stopped:
            return refuse(21610)
        message = Message(
            sid=self._world.new_sid("MM" if media_urls else "SM"),
            account=self._world.account,
            sender=sender,
            to=to,
            body=body,
            direction="outbound-api",
            status="accepted" if service else "queued",
            created=self._world.now(),
            segments=1 if to.startswith("whatsapp:") else count_segments(body),
            service=service or None,
            media_count=len(media_urls),
            media_urls=tuple(media_urls),
            buttons=buttons,
            content_sid=content_sid or None,
            callback=_text(parameters, "StatusCallback"),
            validity=int(_text(parameters, "ValidityPeriod") or _LONGEST_VALIDITY),
        )
        self._world.goes_out(message)
        return message

    def _refuse_addresses(self, to: str, sender: str, service: str) -> Refusal | None:
        if not to:
            return refuse(21604)
        if not sender and not service:
            return refuse(21603)
        if service and service != self._world.service:
            return refuse(20404, f"The requested resource /Services/{service} was not found")
        if not _ADDRESS.fullmatch(to):
            return refuse(21211, to)
        if sender == to:
            return refuse(21266)
        if sender and sender.startswith("whatsapp:") != to.startswith("whatsapp:"):
            return refuse(21910)
        if sender and self._world.ours(sender) is None:
            return refuse(63007 if sender.startswith("whatsapp:") else 21606, sender)
        return None

    @staticmethod
    def _refuse_rest(parameters: Json, media_urls: Sequence[str]) -> Refusal | None:
        callback = _text(parameters, "StatusCallback")
        if callback and not _is_address(callback):
            return refuse(21609, callback)
        if any(not _is_address(url) for url in media_urls):
            return refuse(21620)
        if len(media_urls) > (1 if _text(parameters, "To").startswith("whatsapp:") else 10):
            return refuse(21623)
        validity = _text(parameters, "ValidityPeriod")
        if validity and not (validity.isdigit() and 1 <= int(validity) <= _LONGEST_VALIDITY):
            return refuse(20001, "ValidityPeriod")
        return None

    def _fill_in(self, sid: str, variables: str) -> Refusal | tuple[str, tuple[Button, ...], list[str]]:
        content = self._world.contents.get(sid)
        if content is None:
            return refuse(21655, sid)
        values = dict(content.variables)
        if variables:
            try:
                given = json.loads(variables)
            except ValueError:
                return refuse(21656)
            if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
                return refuse(21656)
            if any(len(value) > LONGEST_BODY for value in given.values()):
                return refuse(21658)
            values |= given
        kind = next(iter(content.types.values()))

        def filled(text: str) -> str:
            return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)

        actions = kind.get("actions") or ()
        buttons = tuple(Button(filled(each["title"]), filled(each.get("id") or each["title"])) for each in actions)
        return filled(kind.get("body", "")), buttons, [filled(url) for url in kind.get("media") or ()]

    def _list_messages(self, parameters: Json) -> Answer:
        until = self._world.now() - self.listed_after
        bounds = [
            (sign, _day(_text(parameters, name)))
            for sign, name in (("=", "DateSent"), ("<", "DateSent<"), (">", "DateSent>"))
            if _text(parameters, name)
        ]
        if any(day is None for _, day in bounds):
            return refuse(20001, "DateSent")
        found = [
            message
            for message in reversed(self._world.messages.values())
            if _text(parameters, "To") in {"", message.to}
            and _text(parameters, "From") in {"", message.sender}
            and all(_is_within(message.sent, sign, day) for sign, day in bounds)
            and message.created <= until
        ]
        path = f"{API}/Accounts/{self._world.account}/Messages.json"
        return _page(path, "messages", [(each.sid, each.as_json) for each in found], parameters)

    def _fetch_message(self, parameters: Json) -> Answer:
        message = self._world.messages.get(parameters["MessageSid"])
        return _not_found(parameters) if message is None else message.as_json()

    def _update_message(self, parameters: Json) -> Answer:
        message = self._world.messages.get(parameters["MessageSid"])
        if message is None:
            return _not_found(parameters)
        if "Status" in parameters:
            return refuse(20001, "only a message that is scheduled can be canceled")
        if _text(parameters, "Body"):
            return refuse(20001, "Body can only be made empty")
        if "Body" in parameters:
            if message.status in _UNFINISHED:
                return refuse(20009)
            message.body = ""
            message.updated = self._world.now()
        return message.as_json()

    def _delete_message(self, parameters: Json) -> Answer:
        message = self._world.messages.get(parameters["MessageSid"])
        if message is None:
            return _not_found(parameters)
        if message.status in _UNFINISHED:
            return refuse(20009)
        del self._world.messages[message.sid]
        return Empty()

    # -- media

    def _list_media(self, parameters: Json) -> Answer:
        message = self._world.messages.get(parameters["MessageSid"])
        if message is None:
            return _not_found(parameters)
        found = [media for media in message.media.values() if media.available <= self._world.now()]
        path = f"{API}/Accounts/{self._world.account}/Messages/{message.sid}/Media.json"
        return _page(path, "media_list", [(each.sid, each.as_json) for each in found], parameters)

    def _fetch_media(self, parameters: Json) -> Answer:
        message = self._world.messages.get(parameters["MessageSid"])
        media = message.media.get(parameters["MediaSid"]) if message is not None else None
        if media is None or media.available > self._world.now():
            return _not_found(parameters)
        return media.as_json()

    def _download_media(self, parameters: Json) -> Answer:
        found = self._fetch_media(parameters)
        return found if isinstance(found, Refusal) else Redirect(parameters["MediaSid"])

    def _delete_media(self, parameters: Json) -> Answer:
        message = self._world.messages.get(parameters["MessageSid"])
        if message is None or message.media.pop(parameters["MediaSid"], None) is None:
            return _not_found(parameters)
        return Empty()

    # -- templates

    def _create_content(self, parameters: Json) -> Answer:
        types, variables = parameters.get("types"), parameters.get("variables") or {}
        if not parameters.get("language") or not isinstance(types, dict) or not types:
            return refuse(20001, "language and types are required")
        if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
            return refuse(20001, "variables")
        for name, kind in types.items():
            # A client names every type it knows of; those it does not use are null.
            if kind is not None and not name.startswith(("twilio/", "whatsapp/")):
                return refuse(20001, f"there is no type {name}")
        kept = {name: kind for name, kind in types.items() if kind is not None}
        for kind in kept.values():
            if any(not each.get("title") or len(each["title"]) > 25 for each in kind.get("actions") or ()):
                return refuse(20001, "the title of a button has 1 to 25 characters")
        content = Content(
            sid=self._world.new_sid("HX"),
            account=self._world.account,
            friendly_name=parameters.get("friendly_name") or "",
            language=parameters["language"],
            variables=variables,
            types=kept,
            created=self._world.now(),
        )
        self._world.contents[content.sid] = content
        return content.as_json(self._base())

    def _list_contents(self, parameters: Json) -> Answer:
        base = self._base()
        contents = [each.as_json(base) for each in reversed(self._world.contents.values())]
        return _page_with_meta(f"{base}/v1/Content", "contents", contents, parameters)

    def _fetch_content(self, parameters: Json) -> Answer:
        content = self._world.contents.get(parameters["ContentSid"])
        return _not_found(parameters) if content is None else content.as_json(self._base())

    def _delete_content(self, parameters: Json) -> Answer:
        if self._world.contents.pop(parameters["ContentSid"], None) is None:
            return _not_found(parameters)
        return Empty()

    def _submit_content(self, parameters: Json) -> Answer:
        content = self._world.contents.get(parameters["ContentSid"])
        if content is None:
            return _not_found(parameters)
        name, category = parameters.get("name"), parameters.get("category")
        if not isinstance(name, str) or not _TEMPLATE_NAME.fullmatch(name):
            return refuse(20001, "name has small letters, figures and underscores only")
        if category not in {"UTILITY", "MARKETING", "AUTHENTICATION"}:
            return refuse(20001, "category")
        content.approval = {"name": name, "category": category, "status": "received"}
        shown = content.approval_as_json(self._base())["whatsapp"]
        return {key: value for key, value in shown.items() if key != "type"}

    def _fetch_approval(self, parameters: Json) -> Answer:
        content = self._world.contents.get(parameters["ContentSid"])
        return _not_found(parameters) if content is None else content.approval_as_json(self._base())

    # -- numbers and senders

    def _list_numbers(self, parameters: Json) -> Answer:
        wanted = _text(parameters, "PhoneNumber")
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.split("*")))
        found = [number for number in self._world.numbers.values() if pattern.search(number.number)]
        path = f"{API}/Accounts/{self._world.account}/IncomingPhoneNumbers.json"
        return _page(path, "incoming_phone_numbers", [(each.sid, each.as_json) for each in found], parameters)

    def _fetch_number(self, parameters: Json) -> Answer:
        number = self._world.numbers.get(parameters["NumberSid"])
        return _not_found(parameters) if number is None else number.as_json()

    def _update_number(self, parameters: Json) -> Answer:
        number = self._world.numbers.get(parameters["NumberSid"])
        if number is None:
            return _not_found(parameters)
        given = {attribute: _text(parameters, name) for name, attribute in _NUMBER_FIELDS.items() if name in parameters}
        for attribute, value in given.items():
            if attribute.endswith(("url", "callback")) and value and not _is_address(value):
                return refuse(21502, value)
            if attribute.endswith("method") and value not in {"GET", "POST"}:
                return refuse(20001, attribute)
        for attribute, value in given.items():
            setattr(number, attribute, value)
        return number.as_json()

    def _list_senders(self, parameters: Json) -> Answer:
        base = self._base()
        senders = [each.as_json(base) for each in self._world.senders.values()]
        return _page_with_meta(f"{base}/v2/Channels/Senders", "senders", senders, parameters)

    def _fetch_sender(self, parameters: Json) -> Answer:
        sender = self._world.senders.get(parameters["SenderSid"])
        return _not_found(parameters) if sender is None else sender.as_json(self._base())

    def _update_sender(self, parameters: Json) -> Answer:
        sender = self._world.senders.get(parameters["SenderSid"])
        if sender is None:
            return _not_found(parameters)
        given = parameters.get("webhook") or {}
        for name in ("callback_url", "fallback_url", "status_callback_url"):
            if given.get(name) and not _is_address(given[name]):
                return refuse(20001, name)
        for name, value in given.items():
            if value is not None and hasattr(sender, name):
                setattr(sender, name, value)
        return sender.as_json(self._base())

    def _fetch_account(self, _parameters: Json) -> Answer:
        uri = f"{API}/Accounts/{self._world.account}"
        return {
            "auth_token": "not told",
            "date_created": as_rfc2822(self._world.now()),
            "date_updated": as_rfc2822(self._world.now()),
            "friendly_name": "Bookbag",
            "owner_account_sid": self._world.account,
            "sid": self._world.account,
            "status": "active",
            "subresource_uris": {"messages": f"{uri}/Messages.json"},
            "type": "Full",
            "uri": f"{uri}.json",
        }

    TABLE: ClassVar[Mapping[str, Callable[[TwilioApi, Json], Answer]]] = {
        "account.fetch": _fetch_account,
        "messages.create": _create_message,
        "messages.list": _list_messages,
        "messages.fetch": _fetch_message,
        "messages.update": _update_message,
        "messages.delete": _delete_message,
        "media.list": _list_media,
        "media.fetch": _fetch_media,
        "media.download": _download_media,
        "media.delete": _delete_media,
        "content.create": _create_content,
        "content.list": _list_contents,
        "content.fetch": _fetch_content,
        "content.delete": _delete_content,
        "content.submit": _submit_content,
        "content.approval": _fetch_approval,
        "numbers.list": _list_numbers,
        "numbers.fetch": _fetch_number,
        "numbers.update": _update_number,
        "senders.list": _list_senders,
        "senders.fetch": _fetch_sender,
        "senders.update": _update_sender,
    }


CALLS = TwilioApi.TABLE

_NUMBER_FIELDS = {
    "FriendlyName": "friendly_name",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
    "StatusCallback": "status_callback",
}

_ACCOUNT = rf"{API}/Accounts/(?P<AccountSid>AC[0-9a-fA-F]{{32}})"
_MESSAGE = rf"{_ACCOUNT}/Messages/(?P<MessageSid>(?:SM|MM)[0-9a-fA-F]{{32}})"
_MEDIA = rf"{_MESSAGE}/Media/(?P<MediaSid>ME[0-9a-fA-F]{{32}})"
_NUMBER = rf"{_ACCOUNT}/IncomingPhoneNumbers/(?P<NumberSid>PN[0-9a-fA-F]{{32}})"
_CONTENT = r"/v1/Content/(?P<ContentSid>HX[0-9a-fA-F]{32})"
_SENDER = r"/v2/Channels/Senders/(?P<SenderSid>XE[0-9a-fA-F]{32})"

PATHS: Sequence[tuple[re.Pattern[str], Mapping[str, str]]] = tuple(
    (re.compile(path), verbs)
    for path, verbs in (
        (rf"{_ACCOUNT}\.json", {"GET": "account.fetch"}),
        (rf"{_ACCOUNT}/Messages\.json", {"POST": "messages.create", "GET": "messages.list"}),
        (rf"{_MESSAGE}\.json", {"GET": "messages.fetch", "POST": "messages.update", "DELETE": "messages.delete"}),
        (rf"{_MESSAGE}/Media\.json", {"GET": "media.list"}),
        (rf"{_MEDIA}\.json", {"GET": "media.fetch", "DELETE": "media.delete"}),
        (_MEDIA, {"GET": "media.download", "DELETE": "media.delete"}),
        (rf"{_ACCOUNT}/IncomingPhoneNumbers\.json", {"GET": "numbers.list"}),
        (rf"{_NUMBER}\.json", {"GET": "numbers.fetch", "POST": "numbers.update"}),
        (r"/v1/Content", {"POST": "content.create", "GET": "content.list"}),
        (_CONTENT, {"GET": "content.fetch", "DELETE": "content.delete"}),
        (rf"{_CONTENT}/ApprovalRequests/whatsapp", {"POST": "content.submit"}),
        (rf"{_CONTENT}/ApprovalRequests", {"GET": "content.approval"}),
        (r"/v2/Channels/Senders", {"GET": "senders.list"}),
        (_SENDER, {"GET": "senders.fetch", "POST": "senders.update"}),
    )
)
"""Where each call is made, by its verb. Twilio has three hosts for them; here they share one."""


def utf16_length(text: str) -> int:
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def _text(parameters: Json, name: str) -> str:
    value = parameters.get(name, "")
    return value[-1] if isinstance(value, list) else str(value)


def _several(parameters: Json, name: str) -> list[str]:
    value = parameters.get(name, [])
    return value if isinstance(value, list) else [value]


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(_HOST.fullmatch(parts.hostname or ""))


def _not_found(parameters: Json) -> Refusal:
    return refuse(20404, str(parameters.get("path", "")))


def _day(text: str) -> date | None:
    """The day a filter means, in any of the ways in which it may be written."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).astimezone(UTC).date()
    except ValueError:
        return None


def _is_within(sent: float | None, sign: str, day: date | None) -> bool:
    if sent is None or day is None:
        return False
    on = datetime.fromtimestamp(sent, UTC).date()
    return on == day if sign == "=" else on <= day if sign == "<" else on >= day


def _bounds(parameters: Json, usual: int) -> tuple[int, int]:
    size, page = _text(parameters, "PageSize"), _text(parameters, "Page")
    return min(max(int(size), 1), 1000) if size.isdigit() else usual, int(page) if page.isdigit() else 0


def _page(path: str, key: str, items: Sequence[tuple[str, Callable[[], Json]]], parameters: Json) -> Json:
    """One page of a list. A token names the last item of the page before, so that new ones move nothing."""
    size, page = _bounds(parameters, 50)
    token = _text(parameters, "PageToken").removeprefix("PA")
    sids = [sid for sid, _ in items]
    start = sids.index(token) + 1 if token in sids else page * size
    shown = items[start : start + size]
    asked = {
        name: value
        for name, value in parameters.items()
        if name in {"To", "From", "DateSent", "DateSent<", "DateSent>", "PhoneNumber", "FriendlyName"}
    }

    def at(number: int, last: str = "") -> str:
        more = {"PageSize": size, "Page": number} | ({"PageToken": f"PA{last}"} if last else {})
        return f"{path}?{urlencode(asked | more)}"

    goes_on = start + size < len(items)
    return {
        "end": page * size + max(len(shown) - 1, 0),
        "first_page_uri": at(0),
        "next_page_uri": at(page + 1, shown[-1][0]) if goes_on else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": at(page - 1) if page else None,
        "start": page * size,
        "uri": at(page),
        key: [as_json() for _, as_json in shown],
    }


def _page_with_meta(url: str, key: str, items: Sequence[Json], parameters: Json) -> Json:
    size, page = _bounds(parameters, 50)
    goes_on = (page + 1) * size < len(items)

    def at(number: int) -> str:
        return f"{url}?{urlencode({'PageSize': size, 'Page': number})}"

    return {
        key: list(items[page * size : (page + 1) * size]),
        "meta": {
            "first_page_url": at(0),
            "key": key,
            "next_page_url": at(page + 1) if goes_on else None,
            "page": page,
            "page_size": size,
            "previous_page_url": at(page - 1) if page else None,
            "url": at(page),
        },
    }
