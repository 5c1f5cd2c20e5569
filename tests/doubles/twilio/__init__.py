"""Twilio for tests, by hand and in benchmarks: see `server.TwilioDouble`.

It stands in for Twilio and for the people who write by text and WhatsApp; it never leaves the machine.

    async with TwilioDouble() as twilio:
        twilio.tells(f"{our_url}/twilio/messages#rc=5&rp=all")
        hannah = twilio.sms("+447700900123")
        twilio.plan(Fault.silence(accepted=True), on="messages.create", to=hannah)
        twilio.plan_reports(Reports.backwards(), to=hannah)
        await hannah.says("bad night, teething")
        await twilio.waits_for(lambda: hannah.shows("Ella"))
        assert [attempt.status for attempt in twilio.attempts] == [204]
        assert [call.accepted for call in twilio.calls("messages.create", to=hannah)] == [True]

By hand, `python -m tests.doubles.twilio --port 8082` serves beside a bot whose TWILIO_API_URL names it, and `control`
says how to write to that bot.
"""

from __future__ import annotations

from tests.doubles.plan import Planned, Thrown
from tests.doubles.twilio.faults import Fault
from tests.doubles.twilio.ledger import Call
from tests.doubles.twilio.records import Button, Content, Message, Number, Sender
from tests.doubles.twilio.reports import Reports
from tests.doubles.twilio.server import TwilioDouble
from tests.doubles.twilio.signing import sign
from tests.doubles.twilio.telephones import Picture, Shown, Telephone
from tests.doubles.twilio.webhooks import Alert, Attempt, Patience, Request

__all__ = [
    "Alert",
    "Attempt",
    "Button",
    "Call",
    "Content",
    "Fault",
    "Message",
    "Number",
    "Patience",
    "Picture",
    "Planned",
    "Reports",
    "Request",
    "Sender",
    "Shown",
    "Telephone",
    "Thrown",
    "TwilioDouble",
    "sign",
]
