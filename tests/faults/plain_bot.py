"""A bot as python-telegram-bot's examples write it: polling, a handler that keeps each text in a file, an echo.

It is killed by the same harness as Bookbag, to show what acknowledging before storing costs, and that the harness
can see it. It takes every care its framework allows: the text is on disk before the handler says anything.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


def main(token: str, url: str, file: Path, *, keeps: bool = True) -> None:
    """Poll the Bot API server at ``url`` until told to stop."""

    async def keep_and_echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        assert update.message.text is not None
        if keeps:
            with file.open("a", encoding="utf-8") as kept:
                kept.write(update.message.text + "\n")
                kept.flush()
                os.fsync(kept.fileno())
        await update.message.reply_text(update.message.text)

    application = Application.builder().token(token).base_url(f"{url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, keep_and_echo))
    application.run_polling(allowed_updates=Update.ALL_TYPES, poll_interval=0.0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
