"""Tries a real broker from outside: files calls, works as a department, repeats, sends rubbish.

Needs a running broker and a category whose part for the department is dispatched at once; no other
worker of the department may be connected. Exits 0 if all went as docs/protocol.md says.
"""

import argparse
import os
import random
import re
import secrets
import sys
import time

import zmq

from gridcall_peer import Peer, Refused, claim_key, new_id
from gridcall_wire import Kind, MalformedFrame, decode, encode, wire

CASE_NUMBER = re.compile(r"[A-Z0-9]{1,8}-([0-9]{4})-([0-9]{6,20})-([0-9])")
ANSWER_SECONDS = 5


class Failed(Exception):
    """The broker did not do what docs/protocol.md says."""


class Smoke:
    """Three peers, a terminal, a worker and an operator, and what came for them."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.deadline = time.monotonic() + arguments.time_limit
        self.terminal = Peer(
            arguments.broker, wire.Hello(role=wire.TERMINAL, name="smoke_test.py terminal")
        )
        self.worker = Peer(
            arguments.broker,
            wire.Hello(
                role=wire.WORKER,
                name="smoke_test.py worker",
                department=arguments.department,
                credit=64,
            ),
        )
        self.operator = Peer(
            arguments.broker, wire.Hello(role=wire.OPERATOR, name="smoke_test.py operator")
        )
        self.peers = (self.terminal, self.worker, self.operator)
        self.receipts = {}  # call id: ReceiptItem
        self.replies = {}  # correlation: QueryReplyItem
        self.command_replies = {}  # command id: CommandReplyItem
        self.assigned = []  # AssignItem, as they come
        self.answers = {}  # (claim_key, step): OutcomeReceiptItem, the latest
        self.withdrawn = []  # claim_key

    # Moving on

    def turn(self):
        """One step of each peer."""
        for kind, item in [event for peer in self.peers for event in peer.step(0.005)]:
            if kind == Kind.RECEIPT:
                self.receipts[bytes(item.id)] = item
            elif kind == Kind.COMMAND_REPLY:
                self.command_replies[bytes(item.id)] = item
            elif kind == Kind.QUERY_REPLY:
                self.replies[item.correlation] = item
            elif kind == Kind.ASSIGN:
                self.assigned.append(item)
            elif kind == Kind.OUTCOME_RECEIPT:
                self.answers[claim_key(item.claim), item.step] = item
            elif kind == Kind.WITHDRAW:
                self.withdrawn.append(claim_key(item.claim))

    def until(self, what, condition):
        """Goes on until the condition holds; returns its value."""
        while not (value := condition()):
            if time.monotonic() > self.deadline:
                raise Failed(f"in time: {what}")
            self.turn()
        return value

    def call(self, **fields):
        """A call that this broker should file."""
        given = {"category": self.arguments.category, "grid": self.arguments.grid, "id": new_id()}
        return wire.SubmitItem(**{**given, **fields})

    def submitted(self, *calls):
        """Submits the calls; their receipts, in order."""
        for call in calls:
            self.receipts.pop(call.id, None)
            self.terminal.submit(call)
        self.until("a receipt for each submit", lambda: all(c.id in self.receipts for c in calls))
        return [self.receipts[call.id] for call in calls]

    def reported(self, claim, result, **fields):
        """Sends an outcome; its OutcomeReceiptItem."""
        self.answers.pop((claim_key(claim), 0), None)
        self.worker.outcome(claim, result, **fields)
        return self.until(
            "an answer to an outcome", lambda: self.answers.get((claim_key(claim), 0))
        )

    def stepped(self, claim, step):
        """Sends a progress; its OutcomeReceiptItem."""
        self.answers.pop((claim_key(claim), step), None)
        self.worker.progress(claim, step)
        return self.until(
            "an answer to a progress", lambda: self.answers.get((claim_key(claim), step))
        )

    def asked(self, **query):
        """Sends a query; its QueryReplyItem."""
        correlation = self.terminal.query(wire.QueryItem(**query))
        return self.until("a reply to a query", lambda: self.replies.pop(correlation, None))

    def commanded(self, item):
        """Sends a command; its CommandReplyItem."""
        self.command_replies.pop(item.id, None)
        self.operator.command(item)
        return self.until("a reply to a command", lambda: self.command_replies.get(item.id))

    def assignment_of(self, call_id):
        """The assignment of a call, once it came; others are completed meanwhile."""

        def find():
            found = [item for item in self.assigned if item.call == call_id]
            for item in [item for item in self.assigned if item.call != call_id]:
                self.assigned.remove(item)
                self.worker.outcome(item.claim, wire.COMPLETED)
            return found and found[0]

        item = self.until("the assignment of a call", find)
        self.assigned.remove(item)
        return item


def expect(condition, what):
    """Prints what was checked, or fails with it."""
    if not condition:
        raise Failed(what)
    print(f"ok    {what}")


def expect_refused(item, code, what):
    """The answer item was refused with this code."""
    got = item.refused.code if item.HasField("refused") else 0
    if got != code:
        raise Failed(f"{what}: refused with {code}, not {got}")
    print(f"ok    {what}: {code} {item.refused.field}: {item.refused.reason}")


def check_digit(digits):
    """ISO/IEC 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (11 - product) % 10


# The checks, in the order in which they run


def check_many_calls(smoke):
    """A number of calls is filed, dispatched and completed."""
    texts = [f"smoke 网格 {number}" for number in range(smoke.arguments.calls)]
    calls = [smoke.call(texts={"description": text}) for text in texts]
    receipts = smoke.submitted(*calls)
    expect(
        all(item.HasField("filed") and not item.filed.repeated for item in receipts),
        f"{len(calls)} calls are filed for the first time",
    )
    numbers = [CASE_NUMBER.fullmatch(item.filed.case_number) for item in receipts]
    expect(
        all(n and check_digit(n[1] + n[2]) == int(n[3]) for n in numbers)
        and len({n[2] for n in numbers}) == len(calls),
        "every case number is well formed, has its check digit and is given once",
    )
    waiting = {bytes(call.id): call for call in calls}
    claims = []

    def all_came():
        while smoke.assigned:
            item = smoke.assigned.pop()
            expected = waiting.pop(bytes(item.call), None)
            if expected is not None and item.texts.description != expected.texts.description:
                raise Failed("an assignment has the texts of its call")
            claims.append(item.claim)
            smoke.worker.outcome(item.claim, wire.COMPLETED)
        return not waiting and not smoke.worker.unanswered

    smoke.until("every call is assigned and its outcome answered", all_came)
    expect(
        not any(smoke.answers[claim_key(claim), 0].HasField("refused") for claim in claims),
        "every call was assigned with its texts, and every outcome was taken",
    )


def check_repeats(smoke):
    """The same call again is the same case; other content under its id is refused."""
    call = smoke.call(texts={"description": "first"})
    (first,) = smoke.submitted(call)
    (again,) = smoke.submitted(call)
    expect(
        again.filed.repeated
        and again.filed.case_number == first.filed.case_number
        and again.filed.filed_at == first.filed.filed_at,
        "a repeated submit gets the same receipt, with repeated",
    )
    other = wire.SubmitItem()
    other.CopyFrom(call)
    other.texts.description = "second"
    expect_refused(smoke.submitted(other)[0], 200, "other content under the same id")
    assignment = smoke.assignment_of(call.id)
    smoke.reported(assignment.claim, wire.COMPLETED)
    expect(
        smoke.submitted(call)[0].filed.case_number == first.filed.case_number,
        "a submit repeated after completion still gets the same receipt",
    )


def check_bad_items(smoke):
    """Bad items are refused one by one; the good one beside them goes through."""
    bad = {
        100: [smoke.call(id=b"short"), smoke.call(id=bytes(16))],
        101: [smoke.call(category="no-such-category")],
        102: [smoke.call(grid="no-such-grid")],
        103: [smoke.call(campaign="no-such-campaign")],
        105: [smoke.call(condition="no-such-condition")],
        106: [
            smoke.call(texts={"description": "x" * 8193}),
            smoke.call(texts={"address": "x" * 513}),
        ],
        107: [smoke.call(texts={"description": "a\x00b"})],
        108: [smoke.call(category=""), smoke.call(grid="")],
        109: [smoke.call(coordinates={"latitude": 91, "longitude": 0}), smoke.call(urgency=77)],
    }
    good = smoke.call()
    smoke.submitted(*[call for calls in bad.values() for call in calls], good)
    for code, calls in bad.items():
        for call in calls:
            expect_refused(smoke.receipts[call.id], code, "a bad item")
    expect(smoke.receipts[good.id].HasField("filed"), "the good item beside them is filed")
    smoke.reported(smoke.assignment_of(good.id).claim, wire.COMPLETED)


def check_claims(smoke):
    """Progress, a reconnect, refused and repeated outcomes."""
    call = smoke.call()
    (receipt,) = smoke.submitted(call)
    claim = smoke.assignment_of(call.id).claim
    expect(not smoke.stepped(claim, wire.ACCEPT).HasField("refused"), "an accept is taken")
    expect(smoke.stepped(claim, wire.ACCEPT).repeated, "a repeated accept is repeated")
    smoke.worker.reconnect()
    smoke.until("the worker is welcome again", lambda: smoke.worker.is_welcome)
    expect(claim_key(claim) in smoke.worker.claims_in_hand, "a claim is kept over a reconnect")
    expect_refused(smoke.reported(claim, wire.RETURNED), 110, "a return without a reason")
    wrong = wire.Claim(epoch=claim.epoch, assignment=claim.assignment, attempt=claim.attempt + 1)
    expect_refused(smoke.reported(wrong, wire.COMPLETED), 201, "an outcome under a wrong claim")
    wrong = wire.Claim(epoch=claim.epoch + 7, assignment=claim.assignment, attempt=claim.attempt)
    expect_refused(smoke.reported(wrong, wire.COMPLETED), 201, "an outcome of another epoch")
    first = smoke.reported(claim, wire.COMPLETED)
    expect(not first.HasField("refused") and not first.repeated, "the outcome is taken")
    again = smoke.reported(claim, wire.COMPLETED)
    expect(not again.HasField("refused") and again.repeated, "the outcome again is repeated")
    other = smoke.reported(claim, wire.RETURNED, reason="not ours")
    expect_refused(other, 200, "another result under the same claim")
    view = smoke.asked(track={"case_number": receipt.filed.case_number}).call
    ours = [part for part in view.parts if part.department == smoke.arguments.department]
    expect([part.state for part in ours] == ["completed"], "track shows the part as completed")
    if len(view.parts) == len(ours):
        expect(view.state == "closed", "track shows the call as closed")
    smoke.worker.claims_in_hand[claim_key(wrong)] = wire.AssignItem(claim=wrong)
    smoke.worker.reconnect()
    smoke.until("the lost claim is told", lambda: claim_key(wrong) in smoke.withdrawn)
    expect(not smoke.worker.claims_in_hand, "Welcome tells the worker which claims are lost")


def check_give_back(smoke):
    """Work given back comes again under a new claim, and the old one is lost."""
    call = smoke.call()
    smoke.submitted(call)
    first = smoke.assignment_of(call.id).claim
    expect(not smoke.stepped(first, wire.GIVE_BACK).HasField("refused"), "work is given back")
    second = smoke.assignment_of(call.id).claim
    expect(
        second.assignment == first.assignment and second.attempt > first.attempt,
        "it comes again under a new attempt",
    )
    expect_refused(smoke.reported(first, wire.COMPLETED), 201, "an outcome under the old claim")
    expect(not smoke.reported(second, wire.COMPLETED).HasField("refused"), "the new one is taken")


def check_commands(smoke):
    """A call is voided by an operator, once, and its work called back."""
    call = smoke.call()
    smoke.submitted(call)
    claim = smoke.assignment_of(call.id).claim
    command = wire.CommandItem(id=new_id(), call=call.id, void_call={})
    expect_refused(smoke.commanded(command), 110, "a void without a reason")
    command.reason = "smoke test"
    command.expected_revision = 1_000_000
    expect_refused(smoke.commanded(command), 204, "a command for another revision")
    command.expected_revision = 0
    first = smoke.commanded(command)
    expect(not first.HasField("refused") and not first.repeated, "the call is voided")
    again = smoke.commanded(command)
    expect(again.repeated and again.revision == first.revision, "the command again is repeated")
    smoke.until("the work is called back", lambda: claim_key(claim) in smoke.withdrawn)
    expect_refused(smoke.reported(claim, wire.COMPLETED), 201, "an outcome of voided work")
    expect(smoke.asked(track={"id": call.id}).call.state == "voided", "track shows it as voided")
    command = wire.CommandItem(id=new_id(), call=new_id(), void_call={}, reason="smoke test")
    expect_refused(smoke.commanded(command), 202, "a command on an unknown call")


def check_queries(smoke):
    """Every query is answered, unknown names are refused."""
    for name in ("list", "stats", "campaigns", "catalogue", "audit", "activities"):
        reply = smoke.asked(**{name: {}})
        expect(reply.WhichOneof("reply") == name, f"{name} is answered as of {reply.as_of}")
    expect_refused(smoke.asked(track={"id": new_id()}), 202, "track of an unknown id")
    expect_refused(smoke.asked(track={"case_number": "no"}), 111, "track of no case number")
    expect_refused(smoke.asked(campaign={"campaign": "no"}), 103, "an unknown campaign")


class RawConnection:
    """A connection that sends whatever it is told."""

    def __init__(self, endpoint):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(endpoint)

    def exchange(self, message, probe, is_answer):
        """Sends a message and behind it a probe; what came before the answer of the probe."""
        if message is not None:
            self.socket.send_multipart(message)
        self.socket.send(probe)
        before = []
        while self.socket.poll(ANSWER_SECONDS * 1000):
            try:
                kind, body = decode(self.socket.recv())
            except MalformedFrame as error:
                raise Failed(f"the broker's frames can be read, but: {error}") from error
            if is_answer(kind, body):
                return before
            before.append((kind, body))
        raise Failed("the broker answers a good frame behind a bad one")

    def close(self):
        """Drops the connection."""
        self.socket.close()


def malformed_messages():
    """Name, frames and allowed error codes of each; silence is allowed for all."""
    submit = encode(Kind.SUBMIT, wire.Submit(items=[wire.SubmitItem(id=new_id(), category="c")]))
    chance = random.Random(20)
    yield "an empty frame", [b""], {1}
    yield "a truncated header", [b"GC\x01"], {1}
    yield "a truncated body", [submit[:-3]], {1}
    yield "wrong magic", [b"XX" + submit[2:]], {1}
    yield "a wrong version", [b"GC\x63" + submit[3:]], {2}
    for kind in (0, 16, 20, 22, 99, 255):
        yield f"kind {kind}", [b"GC\x01" + bytes([kind])], {3}
    for kind in (Kind.WELCOME, Kind.RECEIPT, Kind.ASSIGN, Kind.ERROR):
        yield f"a kind of the broker's, {kind.name}", [b"GC\x01" + bytes([kind])], {6}
    item = wire.SubmitItem(id=new_id(), category="Z" * 8)
    text = encode(Kind.SUBMIT, wire.Submit(items=[item]))
    yield "broken UTF-8", [text.replace(b"Z" * 8, b"\xff" * 8)], {1}
    many = wire.Submit(items=[wire.SubmitItem()] * 5000)
    yield "a list of 5,000", [encode(Kind.SUBMIT, many)], {5}
    yield "a message of two frames", [submit, submit], {1}
    for number in range(1, 51):
        yield f"random bytes {number}", [chance.randbytes(chance.randrange(1, 400))], {1, 2, 3}
    for number in range(1, 51):
        kind = chance.choice([Kind.SUBMIT, Kind.PROGRESS, Kind.OUTCOME, Kind.COMMAND, Kind.QUERY])
        body = chance.randbytes(chance.randrange(1, 400))
        yield f"random body {number}", [b"GC\x01" + bytes([kind]) + body], {1, 5, 6}


def check_malformed_frames(smoke):
    """Rubbish, before and after a Hello, is answered with an Error or silence; all goes on."""
    stranger, guest = RawConnection(smoke.arguments.broker), RawConnection(smoke.arguments.broker)
    heartbeat = encode(Kind.HEARTBEAT, wire.Heartbeat())
    query = encode(Kind.QUERY, wire.Query(items=[wire.QueryItem(correlation=9, campaigns={})]))
    session = secrets.token_bytes(16)
    hello = wire.Hello(role=wire.TERMINAL, lowest_version=1, highest_version=1, session=session)

    def wants_hello(kind, body):
        return kind == Kind.ERROR and (body.code, body.kind) == (7, Kind.HEARTBEAT)

    def is_reply(kind, body):
        return kind == Kind.QUERY_REPLY and any(item.correlation == 9 for item in body.items)

    def is_welcome(kind, body):
        return kind == Kind.WELCOME

    stranger.exchange(None, heartbeat, wants_hello)
    expect(True, "a frame before Hello gets 7 helloRequired")
    guest.exchange(None, encode(Kind.HELLO, hello), is_welcome)
    expect(True, "a Hello made by hand is welcome")
    for name, message, codes in malformed_messages():
        came = stranger.exchange(message, heartbeat, wants_hello)
        check_errors(f"{name}, without a session", came, codes | {7})
        check_errors(name, guest.exchange(message, query, is_reply), codes)
        smoke.turn()
    stranger.exchange(None, encode(Kind.HELLO, hello), is_welcome)
    expect(True, "the stranger may still say Hello")
    stranger.close()
    guest.close()


def check_errors(name, came, codes):
    """All Errors that came have one of these codes."""
    got = {body.code for kind, body in came if kind == Kind.ERROR}
    if not got <= codes:
        raise Failed(f"{name}: an Error {sorted(codes)} or silence, not {sorted(got)}")
    print(f"ok    {name}: {f'Error {sorted(got)}' if got else 'silence'}")


def check_frame_too_large(smoke):
    """A frame above the limit costs its connection only."""
    rude = RawConnection(smoke.arguments.broker)
    rude.socket.send(encode(Kind.SUBMIT, wire.Submit()) + bytes(1 << 20))
    check_many_calls(smoke)
    rude.close()


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    broker = os.environ.get("GRIDCALL_BROKER", "tcp://127.0.0.1:5570")
    parser.add_argument("--broker", default=broker, help="default: %(default)s")
    parser.add_argument("--department", required=True)
    parser.add_argument("--category", required=True)
    parser.add_argument("--grid", required=True)
    parser.add_argument("--calls", type=int, default=100, help="default: 100")
    parser.add_argument("--time-limit", type=float, default=120, help="seconds, default: 120")
    return parser.parse_args()


def main():
    """Runs the checks; returns the exit code."""
    sys.stdout.reconfigure(line_buffering=True)
    smoke = Smoke(parse_arguments())
    checks = (
        check_many_calls,
        check_repeats,
        check_bad_items,
        check_claims,
        check_give_back,
        check_commands,
        check_queries,
        check_malformed_frames,
        check_frame_too_large,
    )
    try:
        for check in checks:
            print(f"      {check.__doc__}")
            check(smoke)
    except (Failed, Refused) as failure:
        print(f"FAILED {failure}")
        return 1
    finally:
        for peer in smoke.peers:
            peer.close()
    print("all checks passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
