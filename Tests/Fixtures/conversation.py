#!/usr/bin/env python3
"""A conversation with a broker in the very bytes of a release, recorded once and held for ever.

    conversation.py record RELEASE --broker ENDPOINT
    conversation.py replay RELEASE --broker ENDPOINT

`record` talks to a fresh broker of that release and writes RELEASE/conversation.json: each frame
that a peer sent, and the frames that answered it. `replay` sends the same bytes to a fresh broker
of another version and expects the same answers, read with RELEASE/wire.proto, so that whatever was
added since is invisible as it is to an old peer. Times, tags and case numbers may differ. Both need
the street of `catalogue.yaml` without keys and the packages of Examples/python/requirements.txt.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import sys
import time

PATIENCE_SECONDS = 20
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z")
VOLATILE = re.compile(
    r"(At|Due|Ms|Time|Seconds|Millis)$|^(at|tag|asOf|caseNumber|software|chain|year|latency"
    r"|broker|journalBatches|viewsLagBatches|resolve|accept|dispatch|sessions|limits|total)$"
)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("action", choices=["record", "replay"])
    parser.add_argument("release", type=pathlib.Path)
    parser.add_argument("--broker", required=True)
    return parser.parse_args()


def fixed(name):
    """Sixteen bytes that are the same in every run."""
    return hashlib.sha256(name.encode()).digest()[:16]


class Peer:
    """A bare DEALER: what it sends and hears are whole frames."""

    def __init__(self, endpoint):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(endpoint)

    def ask(self, frame, count):
        """Sends a frame and returns the next `count` answers; heartbeats are none."""
        self.socket.send(frame)
        answers, end = [], time.monotonic() + PATIENCE_SECONDS
        while len(answers) < count:
            if not self.socket.poll(max(0, 1000 * (end - time.monotonic()))):
                raise SystemExit(f"{len(answers)} of {count} answers to {frame.hex()}")
            answer = self.socket.recv()
            if answer[3] != codec.Kind.HEARTBEAT:
                answers.append(answer)
        return sorted(answers, key=lambda frame: frame[3])


def hello(name, role, **more):
    return codec.encode(
        codec.Kind.HELLO,
        codec.wire.Hello(
            session=fixed(name), role=role, lowest_version=1, highest_version=1,
            software="a recorded peer", name=name, **more,
        ),
    )  # fmt: skip


def script():
    """Who sends what, and how many answers come."""
    wire, kind, encode = codec.wire, codec.Kind, codec.encode
    texts = wire.CallTexts(description="垃圾成堆", address="东街 12 号", contact="13900000001")
    call = dict(id=fixed("call"), category="one", grid="g-1", observed_at=1_790_000_000_000)

    def submit(**fields):
        return encode(kind.SUBMIT, wire.Submit(items=[wire.SubmitItem(**fields)]))

    def query(number, **fields):
        item = wire.QueryItem(correlation=number, **fields)
        return encode(kind.QUERY, wire.Query(items=[item]))

    def outcome(claim, **fields):
        item = wire.OutcomeItem(claim=claim, result=wire.COMPLETED, **fields)
        return encode(kind.OUTCOME, wire.Outcome(items=[item]))

    yield "terminal", submit(**call), 1  # before any Hello
    yield "terminal", hello("terminal", wire.TERMINAL), 1
    yield "terminal", submit(**call, texts=texts), 1
    yield "terminal", submit(**call, texts=texts), 1
    yield "terminal", submit(**call), 1
    yield "terminal", submit(**{**call, "id": fixed("other"), "category": "none"}), 1
    assigned = yield "worker", hello("worker", wire.WORKER, department="urban", credit=1), 2
    claim = next(codec.decode(frame)[1] for frame in assigned if frame[3] == kind.ASSIGN)
    claim = claim.items[0].claim
    accept = wire.ProgressItem(claim=claim, step=wire.ACCEPT)
    yield "worker", encode(kind.PROGRESS, wire.Progress(items=[accept])), 1
    yield "worker", outcome(wire.Claim(epoch=1, assignment=claim.assignment, attempt=9)), 1
    yield "worker", outcome(claim, reason="cleared"), 1
    yield "worker", outcome(claim, reason="cleared"), 1
    yield "operator", hello("operator", wire.OPERATOR), 1
    yield "operator", query(1, track=wire.TrackQuery(id=fixed("call"))), 1
    yield "operator", query(2, list=wire.ListQuery(limit=10)), 1
    yield "operator", query(3, stats=wire.StatsQuery()), 1
    yield "operator", query(4, campaigns=wire.CampaignsQuery()), 1
    yield "operator", query(5, catalogue=wire.CatalogueQuery()), 1
    requeue = wire.CommandItem(
        id=fixed("command"), call=fixed("call"), reason="again", requeue=wire.Requeue()
    )
    yield "operator", encode(kind.COMMAND, wire.Command(items=[requeue])), 1
    yield "operator", b"GC\x01\x10", 1  # a reserved kind
    yield "operator", b"GC\x01\xc8\x0a\x00", 1  # a kind of later times
    yield "operator", b"GC\x09\x01", 1  # a version of later times
    # Fields that no version knows, beside those that all do.
    later = query(6, track=wire.TrackQuery(id=fixed("call")))
    yield "operator", later + b"\xfa\x3f\x03new\xc8\x3e\x01", 1


def play(endpoint, turns):
    """Goes through the script; gives each turn with its answers."""
    peers, answers = {}, None
    while True:
        try:
            who, frame, count = turns.send(answers)
        except StopIteration:
            return
        peer = peers.setdefault(who, Peer(endpoint))
        answers = peer.ask(frame, count)
        yield {"peer": who, "sends": frame.hex(), "hears": [answer.hex() for answer in answers]}


def recorded(turns):
    """The recorded bytes in place of the script's."""
    for turn in turns:
        yield turn["peer"], bytes.fromhex(turn["sends"]), len(turn["hears"])


def meaning(frame):
    kind, body = codec.decode(bytes.fromhex(frame))
    return kind.name, json_format.MessageToDict(body)


def without_times(value):
    return INSTANT.sub("", value) if isinstance(value, str) else value


def differences(before, now, path=""):
    """Where `now` does not say what `before` said, in the words of both."""
    name = path.rsplit(".", 1)[-1]
    if VOLATILE.search(name):
        return
    if isinstance(before, dict) and isinstance(now, dict):
        for key in before.keys() | now.keys():
            yield from differences(before.get(key), now.get(key), f"{path}.{key}")
    elif isinstance(before, (list, tuple)) and isinstance(now, (list, tuple)):
        if len(before) != len(now):
            yield f"{path}: {len(before)} items then, {len(now)} now"
        for number, (old, new) in enumerate(zip(before, now)):
            yield from differences(old, new, path if name != "" else f".{number}")
    elif without_times(before) != without_times(now) and name != "reason":
        yield f"{path}: {before!r} then, {now!r} now"


def main():
    given = arguments()
    file = given.release / "conversation.json"
    if given.action == "record":
        with file.open("x") as out:
            json.dump(list(play(given.broker, script())), out, indent=1)
            out.write("\n")
        return
    then = json.loads(file.read_text())
    found = 0
    for old, new in zip(then, play(given.broker, recorded(then))):
        for before, now in zip(old["hears"], new["hears"]):
            for difference in differences(meaning(before), meaning(now)):
                found += 1
                print(f"{old['peer']} {meaning(before)[0]}{difference}")
    print(f"{len(then)} frames of {given.release.name} sent, {found} differences")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    options = arguments()
    os.environ["GRIDCALL_WIRE_PROTO"] = str((options.release / "wire.proto").resolve())
    sys.path.insert(0, str((options.release / "peer").resolve()))
    import gridcall_wire as codec
    import zmq
    from google.protobuf import json_format

    main()
