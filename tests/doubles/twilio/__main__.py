"""The double as a process of its own: it prints `ready ADDRESS` on one line and serves until told to stop.

It does not know which bot will call. Its control interface is described in `control`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
from pathlib import Path

from tests.doubles.twilio.control import Control
from tests.doubles.twilio.server import TwilioDouble


async def serve(*, port: int, account_sid: str, token: str, tells: str, ledger: Path | None) -> None:
    """Serve until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with TwilioDouble(account_sid=account_sid, token=token, port=port, ledger_file=ledger) as double:
        double.serves_also(Control(double).serve)
        if tells:
            double.tells(tells)
        # The ledger of a benchmark holds many thousand calls, and every collection would walk them in vain.
        gc.freeze()
        gc.set_threshold(50_000, 50, 1_000)
        print(f"ready {double.url}", flush=True)
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.doubles.twilio", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--account-sid", default="AC00000000000000000000000000000d0b")
    parser.add_argument("--token", default="a-token-of-the-double-0123456789")
    parser.add_argument("--tells", default="", help="our address for what comes in, until a call sets another")
    parser.add_argument("--ledger", type=Path, default=None, help="a file that gets one line of JSON a call")
    given = parser.parse_args()
    asyncio.run(
        serve(
            port=given.port,
            account_sid=given.account_sid,
            token=given.token,
            tells=given.tells,
            ledger=given.ledger,
        )
    )


if __name__ == "__main__":
    main()
