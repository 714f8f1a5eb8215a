"""A peer that tries what it may not, written from docs/protocol.md, with keys read by pyzmq.

    intruder.py --broker ENDPOINT [--key FILE --server-key FILE] [--routing-id ID] STEP...

A step is sent when the one before it was answered, or not within the patience:

    hello[:NAME=VALUE,...]   role, department, grids, session (hexadecimal), claims
    submit:GRID   progress:CLAIM   outcome:CLAIM   heartbeat:CLAIM   withdraw:CALL

A claim is EPOCH.ASSIGNMENT.ATTEMPT, a call its id in hexadecimal. Prints a line for the handshake
and one for each step: what came for it, or "nothing".
"""

import argparse
import pathlib
import secrets
import sys

import zmq
import zmq.auth
from zmq.utils.monitor import recv_monitor_message

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "Examples/python"))

from gridcall_wire import Kind, decode, encode, wire  # noqa: E402

HANDSHAKE_SECONDS = 10
PATIENCE_MILLISECONDS = 700
MAYBE_LATER_MILLISECONDS = 100
"""How long more than one answer to a step is waited for."""

REFUSED = {
    zmq.EVENT_HANDSHAKE_FAILED_AUTH, zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL,
    zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL, zmq.EVENT_DISCONNECTED,
}


def claim(text):
    epoch, assignment, attempt = (int(part) for part in text.split("."))
    return wire.Claim(epoch=epoch, assignment=assignment, attempt=attempt)


def hello(text):
    message = wire.Hello(
        session=secrets.token_bytes(16), lowest_version=1, highest_version=1, name="intruder",
        credit=16)
    for word in filter(None, text.split(",")):
        name, value = word.split("=", 1)
        if name == "role":
            message.role = getattr(wire, value.upper())
        elif name == "session":
            message.session = bytes.fromhex(value)
        elif name == "grids":
            message.grids.append(value)
        elif name == "claims":
            message.claims.append(claim(value))
        else:
            setattr(message, name, value)
    return Kind.HELLO, message


def message(step):
    name, _, text = step.partition(":")
    if name == "hello":
        return hello(text)
    if name == "submit":
        item = wire.SubmitItem(id=secrets.token_bytes(16), category="one", grid=text)
        item.texts.description = "an intruder's call"
        return Kind.SUBMIT, wire.Submit(items=[item])
    if name == "progress":
        item = wire.ProgressItem(claim=claim(text), step=wire.ACCEPT)
        return Kind.PROGRESS, wire.Progress(items=[item])
    if name == "outcome":
        item = wire.OutcomeItem(claim=claim(text), result=wire.COMPLETED)
        return Kind.OUTCOME, wire.Outcome(items=[item])
    if name == "heartbeat":
        return Kind.HEARTBEAT, wire.Heartbeat(claims=[claim(text)], credit=16)
    if name == "withdraw":
        item = wire.CommandItem(
            id=secrets.token_bytes(16), call=bytes.fromhex(text), reason="because",
            withdraw=wire.WithdrawPart())
        return Kind.COMMAND, wire.Command(items=[item])
    raise SystemExit(f"there is no step {step}")


def shown(frame):
    """The words for what came; none for a plain heartbeat, which holds nothing."""
    kind, body = decode(frame)
    if kind == Kind.ERROR:
        return [f"Error {body.code} {body.field}".strip()]
    if kind == Kind.HEARTBEAT:
        return []
    if kind == Kind.WELCOME:
        lost = ["kept" if answer.kept else "lost" for answer in body.claims]
        return [" ".join(["Welcome", *lost])]
    words = []
    for item in body.items:
        refused = kind.message_name not in ("Assign", "Withdraw") and item.HasField("refused")
        words.append(
            f"{kind.message_name} {item.refused.code}" if refused else kind.message_name)
    return words


def shake_hands(monitor):
    """What became of the first handshake."""
    while monitor.poll(HANDSHAKE_SECONDS * 1000):
        event = recv_monitor_message(monitor)["event"]
        if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
            return "connected"
        if event in REFUSED:
            return "no connection"
    return "no connection"


def answers(socket):
    words = []
    patience = PATIENCE_MILLISECONDS
    while socket.poll(patience):
        words += shown(socket.recv())
        patience = MAYBE_LATER_MILLISECONDS if words else patience
    return ", ".join(words) or "nothing"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--broker", required=True)
    parser.add_argument("--key")
    parser.add_argument("--server-key")
    parser.add_argument("--routing-id")
    parser.add_argument("steps", nargs="*")
    options = parser.parse_args()
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 0
    if options.key:
        socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(options.key)
        socket.curve_serverkey, _ = zmq.auth.load_certificate(options.server_key)
    if options.routing_id:
        socket.setsockopt(zmq.ROUTING_ID, options.routing_id.encode())
    monitor = socket.get_monitor_socket()
    socket.connect(options.broker)
    print(shake_hands(monitor))
    for step in options.steps:
        try:
            socket.send(encode(*message(step)), zmq.NOBLOCK)
        except zmq.Again:  # no connection takes it
            pass
        print(answers(socket), flush=True)


if __name__ == "__main__":
    main()
