"""A terminal that speaks the protocol itself and submits so many calls a second.

    wire_terminal.py ENDPOINT RATE RECEIPTS TAG SEED

Appends `ID CASE-NUMBER` to RECEIPTS for every confirmed call, before it does anything else. Ends on
SIGTERM when every call has its answer. TAG keeps the highest proof of the journal's progress, which
the next process of this terminal shows to the broker: one that has lost confirmed calls is found
out.
"""

import os
import random
import signal
import sys
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "Examples", "python"))

from gridcall_peer import Peer, new_id  # noqa: E402
from gridcall_wire import Kind, wire  # noqa: E402

CATEGORIES = ["litter", "litter", "night-stall", "dispute"]
MOST_UNANSWERED = 300


def main():
    endpoint, rate, receipts, tag, seed = sys.argv[1:]
    chance = random.Random(seed)
    hello = wire.Hello(role=wire.TERMINAL, name="wire")
    peer = Peer(endpoint, hello, tag_path=tag)
    log = os.open(receipts, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    ending = []
    signal.signal(signal.SIGTERM, lambda *_: ending.append(True))
    pause, next_at = 1 / float(rate), time.monotonic()
    while not ending or peer.unanswered:
        if time.monotonic() >= next_at:
            next_at = max(next_at + pause, time.monotonic() - 1)
            if not ending and peer.unanswered < MOST_UNANSWERED:
                submit(peer, chance)
        for kind, item in peer.step(timeout=max(0.0, min(0.05, next_at - time.monotonic()))):
            if kind == Kind.RECEIPT:
                note(log, item)
    peer.close("done")


def submit(peer, chance):
    peer.submit(
        wire.SubmitItem(
            id=new_id(), category=chance.choice(CATEGORIES),
            grid=chance.choice(["ch-101", "ch-102"]), observed_at=time.time_ns() // 1_000_000,
            texts=wire.CallTexts(description="路面积水")))


def note(log, item):
    if item.HasField("refused"):
        raise SystemExit(f"refused: {item.refused.code} {item.refused.reason}")
    name = uuid.UUID(bytes=bytes(item.id))
    os.write(log, f"{name} {item.filed.case_number}\n".encode("ascii"))


if __name__ == "__main__":
    main()
