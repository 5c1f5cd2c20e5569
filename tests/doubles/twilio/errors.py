"""Twilio's errors: the number, the status and the words of each that the double answers with or reports.

It does not know when one is due. The words are near to Twilio's; only the numbers may be relied on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as an answer: {"code", "message", "more_info", "status"}."""

    code: int
    status: int
    message: str

    def as_bytes(self) -> bytes:
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return json.dumps(
            {"code": self.code, "message": self.message, "more_info": more, "status": self.status}
        ).encode()


REFUSALS: dict[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20009: (409, "Cannot delete a resource in progress"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21211: (400, "Invalid 'To' Phone Number"),
    21266: (400, "'To' and 'From' number cannot be the same"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"),
    21502: (400, "SmsUrl is not valid"),
    21602: (400, "Message body is required"),
    21603: (400, "A 'From' phone number is required"),
    21604: (400, "A 'To' phone number is required"),
    21606: (400, "The 'From' phone number provided is not a valid message-capable Twilio phone number"),
    21609: (400, "Invalid 'StatusCallback' URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (429, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "Message cannot be sent with the current combination of 'To' and 'From' parameters"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL(s)"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21655: (400, "The ContentSid is invalid"),
    21656: (400, "The ContentVariables parameter is invalid"),
    21658: (400, "A content variable exceeds the 1600 character limit"),
    21663: (400, "The number is not in this region"),
    21712: (400, "The Messaging Service contains no phone numbers"),
    21910: (400, "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel"),
    63007: (400, "Twilio could not find a Channel with the specified 'From' address"),
    63018: (429, "Rate limit exceeded for Channel"),
}
"""What a call may be refused with: the status of the answer and its message."""

REPORTED: dict[int, str] = {
    12300: "Invalid Content-Type",
    30001: "Queue overflow",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity period expired",
    63003: "Channel could not find To address",
    63016: "Failed to send freeform message because you are outside the allowed window",
    63018: "Rate limit exceeded for Channel",
    63019: "Media failed to download",
    63021: "Channel invalid content error",
    63024: "Invalid message recipient",
    63032: "We cannot send this message to this user because of an experiment",
    63049: "Meta chose not to deliver this message",
}
"""What becomes known of a message after it was accepted."""


def refuse(code: int, about: str = "") -> Refusal:
    """The answer with this number. Raises KeyError for one the double has no words for."""
    status, message = REFUSALS[code]
    return Refusal(code, status, f"{message}: {about}" if about else message)
