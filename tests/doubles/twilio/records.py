"""What Twilio keeps: messages, media, templates, numbers and senders, each with its JSON as published.

It does not know who may see a record, nor what happens to one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

Json = dict[str, Any]

API = "/2010-04-01"


def as_rfc2822(seconds: float | None) -> str | None:
    return None if seconds is None else format_datetime(datetime.fromtimestamp(int(seconds), UTC))


def as_iso(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply below a WhatsApp message: what it shows, and what comes back as ButtonPayload."""

    label: str
    payload: str


@dataclass(slots=True)
class Media:
    """A file that belongs to a message. It can be read from `available` on."""

    sid: str
    account: str
    parent: str
    content_type: str
    content: bytes = field(repr=False)
    created: float
    available: float

    def as_json(self) -> Json:
        return {
            "account_sid": self.account,
            "content_type": self.content_type,
            "date_created": as_rfc2822(self.created),
            "date_updated": as_rfc2822(self.created),
            "parent_sid": self.parent,
            "sid": self.sid,
            "uri": f"{API}/Accounts/{self.account}/Messages/{self.parent}/Media/{self.sid}.json",
        }


@dataclass(slots=True)
class Message:
    """One message, from somebody to us or from us to somebody."""

    sid: str
    account: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    created: float
    segments: int
    updated: float = 0.0
    sent: float | None = None
    error_code: int | None = None
    error_message: str | None = None
    service: str | None = None
    media: dict[str, Media] = field(default_factory=dict)
    media_count: int = 0
    media_urls: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    content_sid: str | None = None
    callback: str = ""
    validity: int = 36_000
    price: float | None = None

    @property
    def is_inbound(self) -> bool:
        return self.direction == "inbound"

    @property
    def is_whatsapp(self) -> bool:
        return self.to.startswith("whatsapp:")

    def as_json(self) -> Json:
        uri = f"{API}/Accounts/{self.account}/Messages/{self.sid}"
        return {
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": as_rfc2822(self.created),
            "date_sent": as_rfc2822(self.sent),
            "date_updated": as_rfc2822(self.updated or self.created),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": str(self.media_count),
            "num_segments": str(self.segments),
            "price": None if self.price is None else f"-{self.price:.5f}",
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


@dataclass(slots=True)
class Content:
    """A template, and what WhatsApp says of it."""

    sid: str
    account: str
    friendly_name: str
    language: str
    variables: dict[str, str]
    types: Json
    created: float
    approval: Json = field(default_factory=dict)

    @property
    def is_approved(self) -> bool:
        return self.approval.get("status") == "approved"

    def as_json(self, base: str) -> Json:
        url = f"{base}/v1/Content/{self.sid}"
        return {
            "account_sid": self.account,
            "date_created": as_iso(self.created),
            "date_updated": as_iso(self.created),
            "friendly_name": self.friendly_name,
            "language": self.language,
            "links": {
                "approval_create": f"{url}/ApprovalRequests/whatsapp",
                "approval_fetch": f"{url}/ApprovalRequests",
            },
            "sid": self.sid,
            "types": self.types,
            "url": url,
            "variables": self.variables,
        }

    def approval_as_json(self, base: str) -> Json:
        approval = {
            "type": "whatsapp",
            "name": "",
            "category": "",
            "content_type": next(iter(self.types), ""),
            "status": "unsubmitted",
            "rejection_reason": "",
            "allow_category_change": True,
        }
        return {
            "sid": self.sid,
            "account_sid": self.account,
            "whatsapp": approval | self.approval,
            "url": f"{base}/v1/Content/{self.sid}/ApprovalRequests",
        }


@dataclass(slots=True)
class Number:
    """A telephone number of ours, and where its texts are to be told."""

    sid: str
    account: str
    number: str
    created: float
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    status_callback: str = ""
    friendly_name: str = ""
    takes_texts: bool = True

    @property
    def address(self) -> str:
        return self.number

    def as_json(self) -> Json:
        return {
            "account_sid": self.account,
            "address_requirements": "none",
            "address_sid": None,
            "api_version": "2010-04-01",
            "beta": False,
            "bundle_sid": None,
            "capabilities": {"voice": True, "sms": self.takes_texts, "mms": False, "fax": False},
            "date_created": as_rfc2822(self.created),
            "date_updated": as_rfc2822(self.created),
            "emergency_address_sid": None,
            "emergency_address_status": "unregistered",
            "emergency_status": "Inactive",
            "friendly_name": self.friendly_name or self.number,
            "identity_sid": None,
            "origin": "twilio",
            "phone_number": self.number,
            "sid": self.sid,
            "sms_application_sid": "",
            "sms_fallback_method": self.sms_fallback_method,
            "sms_fallback_url": self.sms_fallback_url,
            "sms_method": self.sms_method,
            "sms_url": self.sms_url,
            "status": "in-use",
            "status_callback": self.status_callback,
            "status_callback_method": "POST",
            "trunk_sid": None,
            "type": "mobile",
            "uri": f"{API}/Accounts/{self.account}/IncomingPhoneNumbers/{self.sid}.json",
            "voice_application_sid": None,
            "voice_caller_id_lookup": False,
            "voice_fallback_method": "POST",
            "voice_fallback_url": "",
            "voice_method": "POST",
            "voice_receive_mode": "voice",
            "voice_url": "",
        }


@dataclass(slots=True)
class Sender:
    """A WhatsApp sender of ours, and where its messages are to be told."""

    sid: str
    address: str
    callback_url: str = ""
    callback_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback_url: str = ""

    def as_json(self, base: str) -> Json:
        return {
            "sid": self.sid,
            "status": "ONLINE",
            "sender_id": self.address,
            "configuration": {"waba_id": "1234567890"},
            "webhook": {
                "callback_url": self.callback_url or None,
                "callback_method": self.callback_method,
                "fallback_url": self.fallback_url or None,
                "fallback_method": self.fallback_method,
                "status_callback_url": self.status_callback_url or None,
                "status_callback_method": "POST",
            },
            "profile": {"name": "Bookbag"},
            "properties": {"quality_rating": "HIGH", "messaging_limit": "1K Customers/24hr"},
            "offline_reasons": None,
            "url": f"{base}/v2/Channels/Senders/{self.sid}",
        }
