"""Works as a department: takes assignments, accepts each, completes it after a while.

Survives restarts of the broker. On TERM or INT it drains: takes nothing new, gives back what it has
not finished, waits for the receipts, says Goodbye.
"""

import argparse
import os
import signal
import sys
import time

from gridcall_peer import Peer, Refused, claim_key
from gridcall_wire import Kind, wire

DRAIN_SECONDS = 10


class Department:
    """The work in hand of one worker, each piece with the time at which it will be done."""

    def __init__(self, peer, work_seconds):
        self.peer = peer
        self.work_seconds = work_seconds
        self.due = {}  # claim_key: (AssignItem, time)
        self.is_draining = False

    def step(self):
        """One turn: take what came, complete what is due."""
        for kind, item in self.peer.step():
            if kind == Kind.ASSIGN:
                self.take(item)
            elif kind == Kind.WITHDRAW:
                self.due.pop(claim_key(item.claim), None)
                print(f"called back: assignment {item.claim.assignment}, {item.reason}")
            elif kind == Kind.OUTCOME_RECEIPT:
                self.settle(item)
        for item, time_due in list(self.due.values()):
            if time.monotonic() >= time_due:
                del self.due[claim_key(item.claim)]
                self.peer.outcome(item.claim, wire.COMPLETED)

    def take(self, item):
        """Accepts new work, or gives it straight back while draining."""
        if self.is_draining:
            self.peer.progress(item.claim, wire.GIVE_BACK)
            return
        print(f"taken: {item.case_number} {item.category} in {item.grid}")
        self.peer.progress(item.claim, wire.ACCEPT)
        self.due[claim_key(item.claim)] = item, time.monotonic() + self.work_seconds

    def settle(self, item):
        """Says what became of a report; a refused one ends the work."""
        if item.HasField("refused"):
            self.due.pop(claim_key(item.claim), None)
            print(f"refused: assignment {item.claim.assignment}, {item.refused.reason}")
        elif item.step == wire.PROGRESS_STEP_UNSPECIFIED:
            print(f"completed: assignment {item.claim.assignment}")

    def drain(self):
        """Gives back what is in hand and waits, bounded, until all reports are answered."""
        self.is_draining = True
        self.peer.hello.credit = 0
        for item, _ in self.due.values():
            self.peer.progress(item.claim, wire.GIVE_BACK)
        self.due.clear()
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.peer.unanswered and time.monotonic() < deadline:
            self.step()


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    broker = os.environ.get("GRIDCALL_BROKER", "tcp://127.0.0.1:5570")
    parser.add_argument("--broker", default=broker, help="default: %(default)s")
    parser.add_argument("--department", required=True)
    parser.add_argument("--credit", type=int, default=4, help="pieces of work at once, default: 4")
    parser.add_argument("--work-seconds", type=float, default=1, help="for each, default: 1")
    return parser.parse_args()


def main():
    """Works until it is told to stop; returns the exit code."""
    arguments = parse_arguments()
    sys.stdout.reconfigure(line_buffering=True)
    hello = wire.Hello(
        role=wire.WORKER,
        name="department.py",
        department=arguments.department,
        credit=arguments.credit,
    )
    peer = Peer(arguments.broker, hello)
    department = Department(peer, arguments.work_seconds)
    stops = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: stops.append(number))
    try:
        while not stops:
            department.step()
        department.drain()
    except Refused as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        return 1
    finally:
        peer.close(reason="stopping")
    return 0


if __name__ == "__main__":
    sys.exit(main())
