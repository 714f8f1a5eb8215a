#!/usr/bin/env python3
"""A department's server for `gridcall-worker --webhook`, in Python's standard library alone.

    receiver.py --secret FILE [--port 8080] [--certificate FILE --key FILE]

It believes a request only if it is signed, and not long ago; it does the work of an assignment once,
however often it is asked; and it answers when the work is done. docs/handlers.md is the contract.
"""

import argparse
import hashlib
import hmac
import http.server
import json
import pathlib
import ssl
import threading
import time

REPLAY_WINDOW_SECONDS = 300
LONGEST_BODY = 1 << 20


def is_authentic(secret, headers, body, now):
    """Whether whoever sent the request knows the secret and sent it within the replay window."""
    timestamp = headers.get("GridCall-Timestamp", "")
    if not timestamp.isdecimal() or abs(now - int(timestamp)) > REPLAY_WINDOW_SECONDS:
        return False
    expected = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    # In constant time; there may be further versions, separated by commas, some day.
    signatures = headers.get("GridCall-Signature", "").split(",")
    return any(
        hmac.compare_digest(signature.strip().encode(), f"v1={expected}".encode())
        for signature in signatures
    )


def dispose(assignment):
    """Does the work; here there is none."""
    return {"result": "completed", "reason": f"disposed of {assignment['category']}"}


class Receiver(http.server.ThreadingHTTPServer):
    """Remembers what was done, by what the signature covers."""

    def __init__(self, address, secret, work=dispose):
        super().__init__(address, Handler)
        self.secret = secret
        self.work = work
        self.outcomes = {}
        self.lock = threading.Lock()

    def outcome(self, assignment):
        """The outcome of an assignment, which is completed at most once.

        A repeated request gets the answer of the first; a later attempt at what was completed
        too, since only the answer was lost; one at what failed is worked on again. A real
        department keeps its outcomes in a database, and locks one assignment, not all.
        """
        key = (assignment["call"], assignment["department"])
        attempt = assignment["attempt"]
        with self.lock:
            known_attempt, known = self.outcomes.get(key, (0, {}))
            if attempt > known_attempt and known.get("result") != "completed":
                self.outcomes[key] = known_attempt, known = attempt, self.work(assignment)
            return known


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers requests; one thread for each connection."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST_BODY:
            self.close_connection = True
            return self.answer(413, {"error": "a body of at most 1 MiB is needed"})
        body = self.rfile.read(int(length))
        if not is_authentic(self.server.secret, self.headers, body, time.time()):
            return self.answer(401, {"error": "not signed, or too long ago"})
        return self.answer(200, self.server.outcome(json.loads(body)))

    def answer(self, status, value):
        """Sends JSON."""
        body = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--secret", required=True, type=pathlib.Path)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    return parser


def serve(receiver, options):
    """Serves until it is stopped; prints the port, which `--port 0` leaves to the system."""
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
        receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
    print(f"listening at port {receiver.server_port}", flush=True)
    receiver.serve_forever()


def read_secret(path):
    """The secret as gridcall-worker reads it: without the end of the line."""
    secret = path.read_bytes()
    return secret[:-1] if secret.endswith(b"\n") else secret


if __name__ == "__main__":
    given = arguments().parse_args()
    serve(Receiver(("127.0.0.1", given.port), read_secret(given.secret)), given)
