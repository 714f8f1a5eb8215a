"""One peer's side of the GridCall protocol, written from docs/protocol.md alone.

A Peer says Hello, sends heartbeats, reconnects, sends unanswered items again and keeps the list of
claims in hand. The program adds items (submit, progress, outcome, command, query) and calls step()
again and again; step() returns what came. One thread, no callbacks.
"""

import collections
import os
import random
import secrets
import time

import zmq

from gridcall_wire import VERSION, Kind, MalformedFrame, decode, encode, wire

SOFTWARE = "gridcall-python/1"

HELLO_REQUIRED = 7
CLAIM_LOST = 201
TOO_MANY_SESSIONS = 403
STOPPING = 406
RATE_EXCEEDED = 409
MAY_SUCCEED_LATER = {400, 401, 404, STOPPING, 407, 410}
"""Refusals after which the same item is sent again."""

RECONNECT_SECONDS = 0.1
RECONNECT_MAXIMUM_SECONDS = 5.0
RECONNECT_JITTER = 0.2

ALLOWED_CONTROLS = "\t\n\r"


class Refused(Exception):
    """The broker dropped a frame or refused the Hello; `error` is its Error message."""

    def __init__(self, error):
        super().__init__(f"{error.code} {error.field}: {error.reason}")
        self.error = error


def new_id():
    """A new name for a call or a command: a UUIDv7 (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return (value | 0b10 << 62 | secrets.randbits(62)).to_bytes(16, "big")


def checked_text(text, most_bytes):
    """The text, if a broker would take it; raises ValueError."""
    if any(character < " " and character not in ALLOWED_CONTROLS for character in text):
        raise ValueError("control characters other than TAB, LF and CR are not allowed")
    if len(text.encode("utf-8")) > most_bytes:  # a lone surrogate raises UnicodeEncodeError
        raise ValueError(f"a text of more than {most_bytes} bytes of UTF-8")
    return text


def claim_key(claim):
    """The claim as something a dictionary can hold."""
    return claim.epoch, claim.assignment, claim.attempt


class Peer:
    """One session with a broker.

    `hello` says who the peer is: role, name and, for workers, department, filters and credit. Its
    credit may be changed at any time; the next heartbeat announces it. `tag_path` names a file that
    keeps the highest tag over restarts. `clock` gives seconds that never go back.
    """

    def __init__(self, endpoint, hello, *, tag_path=None, context=None, clock=time.monotonic):
        self.endpoint = endpoint
        self.hello = hello
        self.hello.session = secrets.token_bytes(16)
        self.hello.lowest_version = self.hello.highest_version = VERSION
        self.hello.software = SOFTWARE
        self.claims_in_hand = {}
        """AssignItem by claim_key: begun or waiting, until its outcome is answered."""
        self.is_welcome = False
        self._limits = wire.Limits(
            frame_bytes=1 << 20,
            list_items=4096,
            description_bytes=8192,
            text_bytes=512,
            window=4096,
        )
        self._heartbeat, self._dead, self._resend = 2.0, 10.0, 5.0
        self._context = context or zmq.Context.instance()
        self._clock = clock
        self._socket = None
        self._waiting = collections.deque()  # keys of items not sent yet
        self._items = {}  # key: (kind, item)
        self._sent_at = {}  # key: time of the last send
        self._correlation = 0
        self._tag_path = tag_path
        self._saved_tag_at = clock()
        self._load_tag()
        self._reconnect_seconds = RECONNECT_SECONDS
        self._open_at = self._heard_at = self._hello_at = self._heartbeat_at = clock()

    # What the program asks for

    def submit(self, item):
        """Submits a SubmitItem; its ReceiptItem comes from a step() as Kind.RECEIPT."""
        self._add(Kind.SUBMIT, bytes(item.id), item)

    def progress(self, claim, step):
        """Reports a step; answered as Kind.OUTCOME_RECEIPT with that step."""
        item = wire.ProgressItem(claim=claim, step=step)
        self._add(Kind.PROGRESS, (claim_key(claim), step), item)

    def outcome(self, claim, result, reason="", measures=()):
        """Reports an outcome; answered as Kind.OUTCOME_RECEIPT without a step."""
        item = wire.OutcomeItem(claim=claim, result=result, reason=reason, measures=measures)
        self._add(Kind.OUTCOME, (claim_key(claim), 0), item)

    def command(self, item):
        """Sends a CommandItem; answered as Kind.COMMAND_REPLY."""
        self._add(Kind.COMMAND, bytes(item.id), item)

    def query(self, item):
        """Sends a QueryItem under a new correlation, which is returned; Kind.QUERY_REPLY."""
        self._correlation += 1
        item.correlation = self._correlation
        self._add(Kind.QUERY, item.correlation, item)
        return item.correlation

    @property
    def unanswered(self):
        """How many items have no answer yet."""
        return len(self._items)

    def step(self, timeout=0.1):
        """Does what is due, waits up to `timeout` seconds; returns what came as (kind, item).

        Kind.WELCOME and its Welcome tell of a (re)connection; Kind.ASSIGN of new work;
        Kind.WITHDRAW and its WithdrawItem of a claim that is lost. Raises Refused for what cannot
        be mended.
        """
        self._keep_up()
        events = []
        if self._socket is None:
            time.sleep(max(0.0, min(timeout, self._open_at - self._clock())))
        elif self._socket.poll(int(timeout * 1000)):
            for frame in self._frames():
                events.extend(self._receive(frame))
        self._keep_up()
        return events

    def reconnect(self):
        """Drops the connection; the session goes on over the next one."""
        if self._socket is not None:
            self._socket.close(linger=0)
            self._socket = None
        self.is_welcome = False
        jitter = random.uniform(1 - RECONNECT_JITTER, 1 + RECONNECT_JITTER)
        self._open_at = self._clock() + self._reconnect_seconds * jitter
        self._reconnect_seconds = min(2 * self._reconnect_seconds, RECONNECT_MAXIMUM_SECONDS)

    def close(self, reason=""):
        """Says Goodbye and closes; unanswered items and claims in hand are left as they are."""
        if self._socket is None:
            return
        self._save_tag()
        if self.is_welcome:
            self._send(Kind.GOODBYE, wire.Goodbye(reason=reason))
        self._socket.close(linger=500)
        self._socket = None

    # What is due

    def _keep_up(self):
        now = self._clock()
        if self._socket is not None and now - self._heard_at > self._dead:
            self.reconnect()
        if self._socket is None:
            if now >= self._open_at:
                self._open(now)
        elif not self.is_welcome:
            if now - self._hello_at > self._resend:
                self._say_hello()
        else:
            if now >= self._heartbeat_at + self._heartbeat:
                self._send_heartbeat(now)
            self._send_items(now)

    def _open(self, now):
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.MAXMSGSIZE, self._limits.frame_bytes)
        self._socket.connect(self.endpoint)
        self._heard_at = now
        self._say_hello()

    def _say_hello(self):
        self.is_welcome = False
        self._hello_at = self._clock()
        del self.hello.claims[:]
        self.hello.claims.extend(item.claim for item in self.claims_in_hand.values())
        self._send(Kind.HELLO, self.hello)

    def _send_heartbeat(self, now):
        self._heartbeat_at = now
        claims = [item.claim for item in self.claims_in_hand.values()]
        self._send(Kind.HEARTBEAT, wire.Heartbeat(claims=claims, credit=self.hello.credit))
        if now - self._saved_tag_at > self._dead:
            self._save_tag()

    def _send_items(self, now):
        due = []
        for key, sent_at in self._sent_at.items():
            if now - sent_at < self._resend:
                break  # ordered by time: a send moves its key to the end
            due.append(key)
        while self._waiting and len(self._sent_at) + len(due) < self._limits.window:
            due.append(self._waiting.popleft())
        by_kind = collections.defaultdict(list)
        for key in dict.fromkeys(due):
            if key not in self._items:
                continue  # answered while it waited to be sent again
            self._sent_at.pop(key, None)
            self._sent_at[key] = now
            kind, item = self._items[key]
            by_kind[kind].append(item)
        for kind, items in by_kind.items():
            self._send_list(kind, items)

    def _send_list(self, kind, items):
        """Sends the items in as few frames as the limits allow."""
        body = getattr(wire, kind.message_name)
        room = self._limits.frame_bytes - 64
        batch, size = [], 0
        for item in items:
            item_size = item.ByteSize() + 8  # its tag and length in the list
            if batch and (size + item_size > room or len(batch) == self._limits.list_items):
                self._send(kind, body(items=batch))
                batch, size = [], 0
            batch.append(item)
            size += item_size
        self._send(kind, body(items=batch))

    def _send(self, kind, body):
        try:
            self._socket.send(encode(kind, body), zmq.NOBLOCK)
        except zmq.Again:
            pass  # the queue is full: what matters is sent again when it has no answer

    def _add(self, kind, name, item):
        key = (kind, name)
        if item.ByteSize() + 128 > self._limits.frame_bytes:
            raise ValueError("an item larger than a frame")
        if key in self._items:
            if self._items[key][1] != item:
                raise ValueError("another item of this name waits for its answer")
            return
        self._waiting.append(key)
        self._items[key] = (kind, item)

    # What comes

    def _frames(self):
        while self._socket is not None:
            try:
                frames = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            if len(frames) == 1:
                yield frames[0]

    def _receive(self, frame):
        self._heard_at = self._clock()
        try:
            kind, body = decode(frame)
        except MalformedFrame:
            return []  # what this side cannot read it drops
        if "tag" in body.DESCRIPTOR.fields_by_name and body.HasField("tag"):
            self._remember(body.tag)
        if kind == Kind.WELCOME:
            return self._receive_welcome(body)
        if kind == Kind.ERROR:
            return self._receive_error(body)
        if kind == Kind.GOODBYE:
            self.reconnect()
            return []
        if kind == Kind.ASSIGN:
            return self._receive_assignments(body)
        if kind == Kind.WITHDRAW:
            return self._lose(body.items)
        if kind == Kind.HEARTBEAT:
            return []
        return self._receive_answers(kind, body)

    def _receive_welcome(self, welcome):
        self.is_welcome = True
        self._limits = welcome.limits
        self._heartbeat = welcome.heartbeat_ms / 1000
        self._dead = welcome.dead_ms / 1000
        self._resend = welcome.resend_ms / 1000
        self._reconnect_seconds = RECONNECT_SECONDS
        self._heartbeat_at = self._clock()
        self._waiting.extendleft(reversed(self._sent_at))  # all again, before anything new
        self._sent_at.clear()
        lost = [answer.claim for answer in welcome.claims if not answer.kept]
        items = [wire.WithdrawItem(claim=claim, reason="the claim is lost") for claim in lost]
        return [(Kind.WELCOME, welcome), *self._lose(items)]

    def _receive_error(self, error):
        if error.code == HELLO_REQUIRED:
            if self.is_welcome:  # else a Hello is on its way already
                self._say_hello()
        elif error.code == RATE_EXCEEDED and self.is_welcome:
            pass  # what was dropped is sent again in time
        elif error.code in (TOO_MANY_SESSIONS, STOPPING):
            self.reconnect()
        else:
            raise Refused(error)
        return []

    def _receive_assignments(self, assign):
        events = []
        for item in assign.items:
            if claim_key(item.claim) not in self.claims_in_hand:
                self.claims_in_hand[claim_key(item.claim)] = item
                events.append((Kind.ASSIGN, item))
        return events

    def _lose(self, items):
        """Drops lost claims; one with an outcome under way may have counted: its receipt decides."""
        events = []
        for item in items:
            key = claim_key(item.claim)
            if (Kind.OUTCOME, (key, 0)) in self._items:
                continue
            if self.claims_in_hand.pop(key, None) is not None:
                events.append((Kind.WITHDRAW, item))
        return events

    def _receive_answers(self, kind, body):
        events = []
        for item in body.items:
            key = self._key_answered_by(kind, item)
            if key not in self._items:
                continue  # the answer of an item that was sent twice
            if item.HasField("refused") and item.refused.code in MAY_SUCCEED_LATER:
                continue  # is sent again in time
            del self._items[key]
            self._sent_at.pop(key, None)
            if kind == Kind.OUTCOME_RECEIPT:
                self._let_go(item)
            events.append((kind, item))
        return events

    @staticmethod
    def _key_answered_by(kind, item):
        if kind == Kind.RECEIPT:
            return Kind.SUBMIT, bytes(item.id)
        if kind == Kind.COMMAND_REPLY:
            return Kind.COMMAND, bytes(item.id)
        if kind == Kind.QUERY_REPLY:
            return Kind.QUERY, item.correlation
        asked = Kind.PROGRESS if item.step else Kind.OUTCOME
        return asked, (claim_key(item.claim), item.step)

    def _let_go(self, item):
        """Drops the claim if the answer shows that it is no longer in hand."""
        if item.HasField("refused"):
            is_over = item.refused.code == CLAIM_LOST
        else:
            is_over = item.step in (wire.PROGRESS_STEP_UNSPECIFIED, wire.DELIVER, wire.GIVE_BACK)
        if is_over:
            self.claims_in_hand.pop(claim_key(item.claim), None)

    # Tags

    def _remember(self, tag):
        seen = self.hello.highest_seen
        if (tag.epoch, tag.seq) > (seen.epoch, seen.seq):
            seen.CopyFrom(tag)

    def _load_tag(self):
        if self._tag_path is not None and os.path.exists(self._tag_path):
            with open(self._tag_path, "rb") as file:
                self.hello.highest_seen.ParseFromString(file.read())

    def _save_tag(self):
        self._saved_tag_at = self._clock()
        if self._tag_path is None:
            return
        new_path = f"{self._tag_path}.new"
        with open(new_path, "wb") as file:
            file.write(self.hello.highest_seen.SerializeToString())
            file.flush()
            os.fsync(file.fileno())
        os.replace(new_path, self._tag_path)
