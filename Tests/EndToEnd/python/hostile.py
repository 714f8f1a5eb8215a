"""A peer with a valid key that means harm; ends by itself.

    hostile.py ATTACK --broker tcp://127.0.0.1:PORT --key FILE --server-key FILE

Prints "begun" when the attack is under way and a line with what it saw at its end.
"""

import argparse
import os
import pathlib
import random
import resource
import secrets
import socket
import sys
import time

import zmq
import zmq.auth

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "Examples/python"))

from gridcall_wire import Kind, decode, encode, wire  # noqa: E402

FRAME_BYTES = 1 << 20
CONNECTIONS = 2_000
ATTACK_SECONDS = 3


class Attacker:
    """What every attack needs: the keys and the address."""

    def __init__(self, options):
        self.broker = options.broker
        self.port = int(options.broker.rsplit(":", 1)[1])
        self.keys = zmq.auth.load_certificate(options.key)
        self.server = zmq.auth.load_certificate(options.server_key)[0]
        self.context = zmq.Context()
        self.context.set(zmq.MAX_SOCKETS, 4_096)

    def dealer(self, **options):
        peer = self.context.socket(zmq.DEALER)
        peer.linger = 0
        peer.curve_publickey, peer.curve_secretkey = self.keys
        peer.curve_serverkey = self.server
        for name, value in options.items():
            setattr(peer, name, value)
        peer.connect(self.broker)
        return peer

    def tcp(self):
        return socket.create_connection(("127.0.0.1", self.port))

    def garbage(self):
        """Frames of any bytes, some with a good beginning."""
        random.seed(1)
        peer = self.dealer()
        for _ in range(20_000):
            body = random.randbytes(random.randrange(200))
            head = random.choice([b"", b"GC", b"GC\x01", b"GC\x01" + bytes([random.randrange(24)])])
            peer.send(head + body)
        return f"answers {drain(peer)}"

    def oversized(self):
        """Frames above the limit: each costs the connection."""
        peer = self.dealer()
        end = time.monotonic() + ATTACK_SECONDS
        sent = 0
        while time.monotonic() < end:
            if flood(peer, bytes(2 * FRAME_BYTES)):
                sent += 1
            else:
                time.sleep(0.01)
        return f"sent {sent}"

    def multipart(self):
        """Messages of many frames."""
        peer = self.dealer()
        for _ in range(20):
            peer.send_multipart([bytes(1_000)] * 5_000)
        return f"answers {drain(peer)}"

    def halfopen(self):
        """Connections that say nothing: the broker closes each."""
        connections = [self.tcp() for _ in range(200)]
        print("begun", flush=True)
        began = time.monotonic()
        for connection in connections:
            connection.settimeout(30)
            while connection.recv(4_096):
                pass  # the broker's greeting, then the end
        return f"closed {len(connections)} seconds {time.monotonic() - began:.1f}"

    def stalled(self):
        """Handshakes that stop in their middle: greeting and half a HELLO of CURVE."""
        connections = [self.tcp() for _ in range(200)]
        greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + bytes(32)
        for connection in connections:
            connection.sendall(greeting + b"\x04\xc8\x05HELLO" + bytes(50))
        print("begun", flush=True)
        began = time.monotonic()
        for connection in connections:
            connection.settimeout(30)
            while connection.recv(4_096):
                pass
        return f"closed {len(connections)} seconds {time.monotonic() - began:.1f}"

    def connections(self):
        """Very many connections at once, opened anew when the broker closes them."""
        resource.setrlimit(resource.RLIMIT_NOFILE, (CONNECTIONS + 200,) * 2)
        opened = []
        for _ in range(CONNECTIONS):
            try:
                opened.append(self.tcp())
            except OSError:
                break
        print("begun", flush=True)
        time.sleep(ATTACK_SECONDS)
        return f"opened {len(opened)}"

    def hellos(self):
        """A new session with every message, over one connection."""
        peer = self.dealer()
        for _ in range(20_000):
            peer.send(encode(Kind.HELLO, hello()))
        return f"answers {drain(peer)}"

    def sessions(self):
        """More sessions under one key than it may have."""
        peers = [self.dealer() for _ in range(100)]
        for peer in peers:
            peer.send(encode(Kind.HELLO, hello()))
        welcomes, codes = 0, set()
        for peer in peers:
            kind, body = decode(receive(peer))
            welcomes += kind == Kind.WELCOME
            codes |= {body.code} if kind == Kind.ERROR else set()
        return f"welcomes {welcomes} codes {sorted(codes)}"

    def queryflood(self):
        """Questions without end over many sessions of one key, whatever is answered."""
        peers = [self.dealer(rcvhwm=0) for _ in range(8)]
        memory = [wire.QueryItem(catalogue=wire.CatalogueQuery()) for _ in range(32)]
        views = [wire.QueryItem(list=wire.ListQuery(limit=1_000)) for _ in range(32)]
        for number, item in enumerate(memory + views):
            item.correlation = number + 1
        frame = encode(Kind.QUERY, wire.Query(items=memory + views))
        for peer in peers:
            peer.send(encode(Kind.HELLO, hello()))
        sent = 0
        end = time.monotonic() + ATTACK_SECONDS
        while time.monotonic() < end:
            for peer in peers:
                sent += flood(peer, frame)
        codes = set()
        for peer in peers:
            while peer.poll(200):
                kind, body = decode(peer.recv())
                if kind == Kind.ERROR:
                    codes.add(body.code)
                if kind == Kind.QUERY_REPLY:
                    codes |= {item.refused.code for item in body.items}
        return f"sent {sent} codes {sorted(codes)}"

    def slowreader(self):
        """Asks for much and reads nothing."""
        peer = self.dealer(rcvhwm=1, rcvbuf=4_096)
        peer.send(encode(Kind.HELLO, hello()))
        question = wire.QueryItem(catalogue=wire.CatalogueQuery())
        item = wire.QueryItem(list=wire.ListQuery(limit=1_000))
        for number in range(3_000):
            for query in (question, item):
                query.correlation += 1
            peer.send(encode(Kind.QUERY, wire.Query(items=[question] * 32 + [item] * 2)))
        return f"sent {number + 1}"

    def slowworker(self):
        """Takes work, never lists or reads it, and so has it sent again and again."""
        peer = self.dealer(rcvhwm=1, rcvbuf=4_096)
        introduction = hello()
        introduction.department = "urban"
        introduction.credit = 4_096
        peer.send(encode(Kind.HELLO, introduction))
        beat = encode(Kind.HEARTBEAT, wire.Heartbeat(credit=4_096))
        sent = 0
        end = time.monotonic() + 3 * ATTACK_SECONDS
        while time.monotonic() < end:
            sent += flood(peer, beat)
            time.sleep(0.002)
        return f"beats {sent}"


def hello():
    return wire.Hello(
        session=secrets.token_bytes(16), lowest_version=1, highest_version=1,
        name=secrets.token_hex(200))


def flood(peer, frame):
    """Sends without waiting; 0 where nothing more fits the queue."""
    try:
        peer.send(frame, zmq.NOBLOCK)
        return 1
    except zmq.Again:
        return 0


def receive(peer):
    if not peer.poll(20_000):
        raise SystemExit("no answer")
    return peer.recv()


def drain(peer):
    """Reads until nothing comes for a while; the number of frames."""
    count = 0
    while peer.poll(500):
        peer.recv()
        count += 1
    return count


def main():
    attacks = [name for name, value in vars(Attacker).items() if not name.startswith("_")]
    parser = argparse.ArgumentParser()
    parser.add_argument("attack", choices=attacks)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--server-key", required=True)
    options = parser.parse_args()
    print(getattr(Attacker(options), options.attack)(), flush=True)
    os._exit(0)  # as an attacker leaves: without Goodbye, whatever still waits to be sent


if __name__ == "__main__":
    main()
