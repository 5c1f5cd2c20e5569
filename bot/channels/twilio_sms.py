"""SMS through Twilio as a way out: utterances become plain texts, and one call has one outcome.

Knows neither the database nor the inbox.
"""

from __future__ import annotations

from collections.abc import Sequence

from book.deliveries import Accepted, Act, Outcome, Refused
from book.reasons import Reason
from book.wording.utterance import Utterance
from bot.channels import sms_text
from bot.channels.channel import Abilities, Call, Part
from bot.channels.twilio_messages import NO_ANSWER, SenderSettings, TwilioDoesNotAnswer, TwilioMessages


class TwilioSms(TwilioMessages):
    """One number."""

    name = "sms"
    abilities = Abilities(can_change=False, take_back_for=None, has_buttons=False, shows_pictures=False)

    def parts(self, utterance: Utterance, tokens: Sequence[str]) -> tuple[Part, ...]:
        """See :meth:`bot.channels.channel.Channel.parts`. Pictures and files do not go by SMS: links do, in words."""
        return tuple(Part(each) for each in sms_text.parts(utterance))

    def counts(self, text: str) -> int:
        """See :class:`bot.channels.channel.Counted`."""
        return sms_text.segments(text)

    async def call(self, call: Call) -> Outcome:
        """See :meth:`bot.channels.channel.Channel.call`. What has been sent can be neither changed nor taken back."""
        if call.act is Act.ANSWER_PRESS:
            return Accepted()
        if call.act is not Act.SAY or call.part is None or not call.part.text:
            return Refused(Reason.REFUSED_BY_CHANNEL)
        return await self._make(call, body=call.part.text)

    async def settings(self) -> SenderSettings | None:
        """Where what comes in is sent, or None if the account has no such number.

        Raises :class:`TwilioDoesNotAnswer`.
        """
        try:
            found = await self._client.incoming_phone_numbers.list_async(phone_number=self.account, limit=20)
        except NO_ANSWER as fault:
            raise TwilioDoesNotAnswer(type(fault).__name__) from None
        for each in found:
            if each.phone_number == self.account:
                able = each.capabilities if isinstance(each.capabilities, dict) else {}
                return SenderSettings(
                    str(each.sid),
                    each.sms_url or "",
                    each.sms_method or "",
                    each.sms_fallback_url or "",
                    able.get("sms") is not False,
                )
        return None

    async def send_here(self, sid: str, address: str) -> None:
        """Have what comes in for our number sent to ``address``, also when it failed there before.

        Raises :class:`TwilioDoesNotAnswer`.
        """
        try:
            await self._client.incoming_phone_numbers(sid).update_async(
                sms_url=address, sms_method="POST", sms_fallback_url=address, sms_fallback_method="POST"
            )
        except NO_ANSWER as fault:
            raise TwilioDoesNotAnswer(type(fault).__name__) from None
