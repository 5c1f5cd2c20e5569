"""python-telegram-bot's own echo bot, as its example has it, against a server of one's own.

Everything else is what the library and its dependencies choose. Run by :mod:`tests.bench.answering`.
"""

from __future__ import annotations

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Echo the user message."""
    assert update.message is not None
    assert update.message.text is not None
    await update.message.reply_text(update.message.text)


def main(token: str, url: str, concurrent: int) -> None:
    """Poll until told to stop; ``concurrent`` updates at a time, 1 being the library's default."""
    application = Application.builder().token(token).base_url(f"{url}/bot").concurrent_updates(concurrent).build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
