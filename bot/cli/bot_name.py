"""Asks Telegram who the bot is, which proves the token as well.

Asks nothing else and changes nothing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.configuration import Configuration

_WITHIN_SECONDS = 15.0


async def bot_name(configuration: Configuration) -> str:
    """The bot's name in links; raises :class:`OperatorError` with a sentence where nobody answers to the token."""
    from book.errors import OperatorError
    from bot.app import telegram_channel

    if not configuration.telegram_token.get_secret_value():
        raise OperatorError(
            "TELEGRAM_TOKEN is empty: talk to @BotFather in Telegram, send /newbot, and put the token into .env."
        )
    telegram = telegram_channel(configuration)
    from telegram.error import InvalidToken, TelegramError

    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            return await telegram.username()
    except InvalidToken:
        raise OperatorError(
            "TELEGRAM_TOKEN is not accepted: copy it again from @BotFather, and check TELEGRAM_API_URL."
        ) from None
    except (TelegramError, TimeoutError) as fault:
        said = fault.message if isinstance(fault, TelegramError) else "no answer in time"
        raise OperatorError(f"TELEGRAM_API_URL does not answer ({said}): is this machine connected?") from None
    finally:
        await telegram.close()
