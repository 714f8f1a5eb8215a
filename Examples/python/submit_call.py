"""Submits one call, waits for its receipt and prints its case number.

Exit codes: 0 filed, 1 refused, 2 usage, 69 no receipt in time.
"""

import argparse
import os
import sys
import time

from gridcall_peer import Peer, Refused, checked_text, new_id
from gridcall_wire import Kind, wire

EX_REFUSED = 1
EX_UNAVAILABLE = 69


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    broker = os.environ.get("GRIDCALL_BROKER", "tcp://127.0.0.1:5570")
    parser.add_argument("--broker", default=broker, help="default: %(default)s")
    parser.add_argument("--category", required=True)
    parser.add_argument("--grid", required=True)
    parser.add_argument("--condition", default="")
    parser.add_argument("--campaign", default="")
    parser.add_argument("--description", default="")
    parser.add_argument("--address", default="")
    parser.add_argument("--time-limit", type=float, default=30, help="seconds, default: 30")
    return parser.parse_args()


def receipt_of(peer, item, seconds):
    """The ReceiptItem of the item, None if there is none in time."""
    peer.submit(item)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for kind, answer in peer.step():
            if kind == Kind.RECEIPT:
                return answer
    return None


def main():
    """Submits, says how it went, returns the exit code."""
    arguments = parse_arguments()
    item = wire.SubmitItem(
        id=new_id(),
        category=arguments.category,
        condition=arguments.condition,
        grid=arguments.grid,
        campaign=arguments.campaign,
        observed_at=time.time_ns() // 1_000_000,
        texts=wire.CallTexts(
            description=checked_text(arguments.description, 8192),
            address=checked_text(arguments.address, 512),
        ),
    )
    peer = Peer(arguments.broker, wire.Hello(role=wire.TERMINAL, name="submit_call.py"))
    try:
        answer = receipt_of(peer, item, arguments.time_limit)
    except Refused as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        return EX_REFUSED
    finally:
        peer.close()
    if answer is None:
        print(f"no receipt from {arguments.broker} in time", file=sys.stderr)
        return EX_UNAVAILABLE
    if answer.HasField("refused"):
        print(f"refused: {answer.refused.code} {answer.refused.reason}", file=sys.stderr)
        return EX_REFUSED
    print(answer.filed.case_number)
    return 0


if __name__ == "__main__":
    sys.exit(main())
