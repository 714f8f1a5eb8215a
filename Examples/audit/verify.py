#!/usr/bin/env python3
"""Verifies an export of GridCall's journal without GridCall.

    gridcall audit export --texts --output journal.jsonl
    python3 verify.py journal.jsonl --chain LINK

The format is docs/audit.md, the chain docs/journal.md, the facts journal.proto. Python 3.8 or later,
its standard library and nothing else.

Exit code 0: everything that can be checked is as it was written. 1: something is not; the first
batch that is wrong is named. 2: the file cannot be read.
"""

import argparse
import base64
import binascii
import hashlib
import json
import math
import re
import struct
import sys
import zlib

NEVER = 2**63 - 1
SALT_BYTES = 16
NO_NAME = "#"


class Wrong(Exception):
    """What is not as it was written."""


# -- Protobuf ---------------------------------------------------------------------------------------


def fields(data):
    """The fields of a message: (number, wire type, value) in their order."""
    position = 0

    def varint():
        nonlocal position
        value = shift = 0
        while True:
            if position >= len(data) or shift > 63:
                raise Wrong("its facts cannot be read")
            byte = data[position]
            position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value & (2**64 - 1)

    while position < len(data):
        tag = varint()
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            yield number, wire, varint()
            continue
        if wire not in (1, 2):
            raise Wrong("its facts cannot be read")
        length = 8 if wire == 1 else varint()
        if position + length > len(data):
            raise Wrong("its facts cannot be read")
        yield number, wire, data[position : position + length]
        position += length


def message(data):
    return {number: value for number, _, value in fields(data)}


# How a value stands in the fields of a fact and what it is in JSON. Each reader gets the fields,
# the number of the field and the names known so far.


def whole(values, field, names):
    return values.get(field, 0)


def signed(values, field, names):
    value = values.get(field, 0)
    return value - 2**64 if value >= 2**63 else value


def flag(values, field, names):
    return values.get(field, 0) != 0


def string(values, field, names):
    return values.get(field, b"").decode()


def moment(values, field, names):
    """A time that is always there; the largest one means never."""
    value = signed(values, field, names)
    return None if value == NEVER else value


def time(values, field, names):
    """A time that may be absent: never."""
    return moment(values, field, names) if field in values else None


def deadline(values, field, names):
    if field not in values:
        return None
    inner = message(values[field])
    return {
        "warnsAt": time(inner, 1, names),
        "dueAt": time(inner, 2, names),
        "provisional": flag(inner, 3, names),
    }


def words(count):
    """Bytes as so many numbers of eight bytes, which Protobuf writes with the last byte first."""

    def read(values, field, names):
        parts = (values.get(field + index, bytes(8))[::-1] for index in range(count))
        return b"".join(parts).hex()

    return read


def choice(*options):
    def read(values, field, names):
        value = values.get(field, 0)
        if not 1 <= value <= len(options):
            raise Wrong(f"a fact says {value} where one of {', '.join(options)} is meant")
        return options[value - 1]

    return read


def actor(values, field, names):
    number = values.get(field, 0)
    return names.actors[number] if number < len(names.actors) else f"{NO_NAME}{number}"


def resumer(values, field, names):
    """Nobody, where an assignment was resumed because its time had come."""
    return actor(values, field, names) if values.get(6, 0) else None


def continued(values, field, names):
    """The place of a part, which is written one higher; 0 for none."""
    return values[field] - 1 if values.get(field, 0) else None


def declared(kind, offset=0):
    """The id of a number; with an offset, of one that is written so much higher, 0 for none."""

    def read(values, field, names):
        number = values.get(field, 0) - offset
        if number < 0:
            return None
        ids = names.ids[kind]
        return ids[number] if number < len(ids) else f"{NO_NAME}{number}"

    return read


def condition(values, field, names):
    place = values.get(field, 0)
    version = names.version(values.get(15, 0))
    ids = (version or {}).get(declared("categories")(values, 9, names), [])
    return ids[place] if place < len(ids) else f"{NO_NAME}{place}"


def case_number(values, field, names):
    """Prefix, year, serial and the check digit of ISO/IEC 7064 MOD 11,10."""
    prefix = names.prefix(values.get(15, 0))
    if not prefix:
        return None
    year, serial = f"{values.get(8, 0):04}", f"{values.get(1, 0):06}"
    product = 10
    for digit in year + serial:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return f"{prefix}-{year}-{serial}-{(11 - product) % 10}"


def coordinates(values, field, names):
    if field not in values:
        return None
    inner = message(values[field])
    pair = [struct.unpack("<d", inner.get(index, bytes(8)))[0] for index in (1, 2)]
    pair = [value if math.isfinite(value) else None for value in pair]
    return {"latitude": pair[0], "longitude": pair[1]}


def text(values, field, names):
    if field not in values:
        return None
    inner = message(values[field])
    return {
        "offset": whole(inner, 1, names),
        "length": whole(inner, 2, names),
        "sha256": words(4)(inner, 3, names),
    }


def erased_texts(values, field, names):
    """The texts that an erasure names: 48 bytes each, the last byte of a number last."""
    data = values.get(field, b"")
    if len(data) % 48:
        raise Wrong("its facts cannot be read")
    texts = []
    for start in range(0, len(data), 48):
        batch, offset, length = struct.unpack_from(">QII", data, start)
        digest = data[start + 16 : start + 48].hex()
        texts.append({"batch": batch, "offset": offset, "length": length, "sha256": digest})
    return texts


def part_of(values, field, names):
    return values.get(field, 0) & 63


def call_of(values, field, names):
    return values.get(field, 0) >> 6


URGENCY = choice("emergency", "urgent", "ordinary")
ROLE = choice("lead", "assist")
CAUSE = choice("leaseEnded", "failed", "gaveBack", "restored")
VERDICT = choice("approved", "corrected", "rejected", "bypassed")
ORDER = choice("work", "quiet", "drain")
ACTIVITY = choice("outreach", "training")
CLOCK = choice(
    "dispatch", "accept", "arrive", "resolve", "check", "review", "reply", "reportDue"
)
ACTION = choice(
    *"""connect submit progress outcome redispatch requeue withdraw void track list stats campaigns
    catalogue audit accept arrive propose complete return fail requestExtension suspend resume reply
    report check verify review bypass supervise decideExtension merge unmerge pauseQueue resumeQueue
    directWorker confirmClock tasks reviews workers similar openCampaign extendCampaign
    closeCampaign recordActivity campaign activities export duplicates requestErasure
    confirmErasure""".split()
)

CALL = {"call": (whole, 1)}
PART = {"call": (call_of, 1), "part": (part_of, 1)}
PERSON = {"actor": (actor, 2), "text": (text, 3)}

# The number of a fact in journal.proto, its name, and where each value of the step stands in it.
KINDS = {
    1: ("turnBegan", {"at": (moment, 1)}),
    2: ("epochBegan", {"epoch": (whole, 1), "firstSerial": (whole, 2)}),
    3: ("catalogueAdopted", {}),
    4: ("actorNamed", {"number": (whole, 1), "name": (string, 4)}),
    5: (
        "commandDecided",
        {
            "command": (words(2), 4),
            "contentDigest": (words(2), 6),
            "call": (whole, 1),
            "revision": (whole, 8),
        },
    ),
    6: (
        "callFiled",
        {
            **CALL,
            "caseNumber": (case_number, 1),
            "id": (words(2), 4),
            "contentDigest": (words(2), 6),
            "catalogueVersion": (whole, 15),
            "category": (declared("categories"), 9),
            "condition": (condition, 10),
            "grid": (declared("grids"), 11),
            "campaign": (declared("campaigns", 1), 12),
            "urgency": (URGENCY, 13),
            "observedAt": (moment, 14),
            "recordedEarlier": (flag, 16),
            "clockSuspect": (flag, 17),
            "verifying": (flag, 18),
            "coordinates": (coordinates, 19),
            **PERSON,
        },
    ),
    7: (
        "assignmentQueued",
        {
            **PART,
            "department": (declared("departments"), 4),
            "role": (ROLE, 5),
            "stage": (whole, 6),
            "dispatch": (deadline, 7),
            "resolve": (deadline, 8),
            "continues": (continued, 9),
        },
    ),
    8: (
        "assignmentDispatched",
        {**PART, "attempt": (whole, 4), "worker": (actor, 2), "accept": (deadline, 5)},
    ),
    9: ("assignmentAccepted", {**PART, "arrive": (deadline, 4), "actor": (actor, 2)}),
    10: ("assignmentCompleted", {**PART, "attempt": (whole, 4), **PERSON}),
    11: ("callClosed", CALL),
    12: ("stageBegan", {**CALL, "stage": (whole, 4)}),
    13: ("assignmentArrived", {**PART, "actor": (actor, 2)}),
    14: ("assignmentDelivered", PART),
    15: (
        "assignmentReleased",
        {
            **PART,
            "cause": (CAUSE, 4),
            "failures": (whole, 5),
            "notBefore": (time, 6),
            "text": (text, 3),
        },
    ),
    16: ("callVerified", {**CALL, "passed": (flag, 4), **PERSON}),
    17: ("checkOpened", {**CALL, "check": (deadline, 4)}),
    18: ("checkDecided", {**CALL, "passed": (flag, 4), **PERSON}),
    19: ("callVoided", {**CALL, **PERSON}),
    20: ("callMerged", {**CALL, "into": (whole, 4), **PERSON}),
    21: ("callUnmerged", {**CALL, **PERSON}),
    22: ("assignmentStuck", {**PART, "cause": (CAUSE, 4)}),
    23: ("assignmentReturned", {**PART, "attempt": (whole, 4), **PERSON}),
    24: ("assignmentWithdrawn", {**PART, **PERSON}),
    25: ("assignmentRedispatched", {**PART, "toPart": (part_of, 4), **PERSON}),
    26: ("assignmentRequeued", {**PART, **PERSON}),
    27: ("assignmentReworked", {**PART, "dispatch": (deadline, 4), "resolve": (deadline, 5)}),
    28: (
        "measuresProposed",
        {
            **PART,
            "proposal": (words(4), 4),
            "major": (flag, 8),
            "review": (deadline, 9),
            **PERSON,
        },
    ),
    29: (
        "proposalReviewed",
        {**PART, "proposal": (words(4), 4), "verdict": (VERDICT, 8), **PERSON},
    ),
    30: ("extensionRequested", {**PART, **PERSON}),
    31: ("extensionDecided", {**PART, "approved": (flag, 4), "resolve": (deadline, 5), **PERSON}),
    32: (
        "assignmentSuspended",
        {**PART, "remainingMilliseconds": (signed, 4), "until": (time, 5), **PERSON},
    ),
    33: (
        "assignmentResumed",
        {
            **PART,
            "step": (deadline, 5),
            "resolve": (deadline, 4),
            "actor": (resumer, 2),
            "text": (text, 3),
        },
    ),
    34: ("deadlineWarned", {**PART, "clock": (CLOCK, 4), "report": (whole, 5)}),
    35: ("deadlineMissed", {**PART, "clock": (CLOCK, 4), "report": (whole, 5)}),
    36: ("deadlineRevised", {**PART, "clock": (CLOCK, 4), "deadline": (deadline, 5)}),
    37: (
        "supervisionOpened",
        {**PART, "reply": (deadline, 4), "supervisor": (declared("departments", 1), 5), **PERSON},
    ),
    38: ("supervisionReplied", {**PART, **PERSON}),
    39: (
        "queuePaused",
        {"department": (declared("departments"), 1), "until": (time, 4), **PERSON},
    ),
    40: ("queueResumed", {"department": (declared("departments"), 1), "actor": (actor, 2)}),
    41: (
        "accessRefused",
        {"action": (ACTION, 1), "code": (whole, 4), "unlisted": (whole, 5), "actor": (actor, 2)},
    ),
    42: ("leadTaken", PART),
    43: ("mergeSettled", CALL),
    44: ("workerDirected", {"worker": (actor, 1), "order": (ORDER, 4), "stands": (flag, 5), "actor": (actor, 2)}),
    45: ("clockJumped", {"milliseconds": (signed, 1)}),
    46: ("clockConfirmed", {"actor": (actor, 2)}),
    47: ("reportScheduled", {**CALL, "report": (whole, 5), "due": (deadline, 4)}),
    48: ("reportFiled", {**CALL, "report": (whole, 4), **PERSON}),
    49: (
        "campaignOpened",
        {"campaign": (declared("campaigns"), 1), "until": (time, 4), **PERSON},
    ),
    50: (
        "campaignExtended",
        {"campaign": (declared("campaigns"), 1), "until": (time, 4), **PERSON},
    ),
    51: ("campaignClosed", {"campaign": (declared("campaigns"), 1), **PERSON}),
    52: (
        "activityRecorded",
        {
            "kind": (ACTIVITY, 1),
            "heldAt": (moment, 4),
            "sessions": (whole, 5),
            "people": (whole, 6),
            **PERSON,
        },
    ),
    53: ("duplicateReported", {**CALL, "of": (whole, 4), "actor": (actor, 2)}),
    60: (
        "personalDataErased",
        {**CALL, "requestedBy": (actor, 4), "texts": (erased_texts, 5), **PERSON},
    ),
    61: ("erasureRequested", {**CALL, **PERSON}),
}


class Names:
    """What the numbers in facts stand for, as the facts before them say."""

    TABLES = ("departments", "grids", "categories", "campaigns")

    def __init__(self):
        self.actors = ["local"]
        self.ids = {table: [] for table in self.TABLES}
        self.versions = []

    def version(self, number):
        """The ids of each category's conditions under a version of the catalogue."""
        return self.versions[number - 1][1] if 1 <= number <= len(self.versions) else None

    def prefix(self, number):
        return self.versions[number - 1][0] if 1 <= number <= len(self.versions) else ""

    def name(self, number, name):
        if number == len(self.actors):
            self.actors.append(name)

    def adopt(self, catalogue):
        """Numbers what a catalogue declares first; gives what the step says of it."""
        numbers = {}
        for table in self.TABLES:
            known = self.ids[table]
            first = len(known)
            for entry in catalogue[table]:
                if entry["id"] not in known:
                    known.append(entry["id"])
            numbers[table] = {"first": first, "ids": known[first:]}
        conditions = {
            category["id"]: [each["id"] for each in category["conditions"]]
            for category in catalogue["categories"]
        }
        self.versions.append((catalogue["street"]["casePrefix"], conditions))
        return {"version": len(self.versions), "numbers": numbers, "catalogue": catalogue}


def expected_step(data, names):
    """The step that a fact is, without the texts themselves."""
    found = list(fields(data))
    if len(found) != 1 or found[0][1] != 2:
        raise Wrong("its facts cannot be read")
    number, _, payload = found[0]
    if number not in KINDS:
        raise Wrong(f"it holds a fact of kind {number}, which this program does not know")
    name, columns = KINDS[number]
    values = message(payload)
    step = {"fact": name}
    for key, (read, field) in columns.items():
        step[key] = read(values, field, names)
    if name == "actorNamed":
        names.name(step["number"], step["name"])
    if name == "catalogueAdopted":
        step.update(names.adopt(json.loads(values[1])))
    return step


# -- The export -------------------------------------------------------------------------------------


class Verification:
    """Follows an export line by line."""

    def __init__(self):
        self.chain = bytes(32)
        self.batches = self.facts = self.epoch = 0
        self.texts = self.erased = self.without = 0
        self.gone, self.told = {}, set()
        self.links, self.facts_at, self.epochs = [], [], {}
        self.names = Names()

    def header(self, line):
        header = parsed(line)
        if header.get("gridcallExport") != 1:
            raise Wrong("the first line is not the header of an export of format 1")
        self.has_texts = header["texts"]
        self.end = header["end"]

    def batch(self, line):
        batch = parsed(line)
        seq, epoch, at, count = (batch[key] for key in ("seq", "epoch", "at", "count"))
        if seq != self.batches + 1:
            raise Wrong(f"it says it is batch {seq}: a batch is missing, or one is twice there")
        if epoch < self.epoch:
            raise Wrong("its epoch goes back")
        try:
            facts = base64.b64decode(batch["facts"], validate=True)
        except binascii.Error:
            raise Wrong("its facts are not base64") from None
        if base64.b64encode(facts).decode() != batch["facts"]:
            raise Wrong("its facts are not the base64 of any bytes")
        header = struct.pack(">QIqI", seq, epoch, at, count)
        self.chain = hashlib.sha256(self.chain + header + facts).digest()
        if self.chain.hex() != batch["chain"]:
            raise Wrong("its link is not the one that follows from the batches up to it")
        self.steps(seq, facts, count, batch["steps"])
        self.batches, self.epoch, self.at = seq, epoch, at
        self.links.append(self.chain)
        self.facts_at.append(self.facts)
        self.epochs.setdefault(epoch, seq)

    def steps(self, seq, facts, count, steps):
        found = list(fields(facts))
        if len(found) != count or len(steps) != count:
            raise Wrong(f"it says {count} facts, holds {len(found)} and tells {len(steps)} steps")
        for place, ((_, _, fact), step) in enumerate(zip(found, steps), 1):
            expected = expected_step(fact, self.names)
            given = step.get("text")
            if given is not None:
                step = {**step, "text": {key: given.get(key) for key in ("offset", "length", "sha256")}}
            if step != expected:
                keys = sorted(set(step) | set(expected))
                wrong = next((key for key in keys if step.get(key) != expected.get(key)), keys[0])
                raise Wrong(f"step {place} says another {wrong} than its fact")
            if step["fact"] == "personalDataErased":
                self.told.update((each["batch"], each["offset"]) for each in step["texts"])
            if given is not None:
                self.text(place, given, step["fact"] == "callFiled", seq)
        self.facts += count

    def text(self, place, given, is_of_call, seq):
        self.texts += 1
        extra = set(given) - {"offset", "length", "sha256"}
        if not self.has_texts or given.get("erased") is True:
            if extra != ({"erased"} if self.has_texts else set()):
                raise Wrong(f"the text of step {place} says more than it can")
            self.erased += self.has_texts
            if self.has_texts:
                self.gone[seq, given["offset"]] = place
            self.without += not self.has_texts
            return
        if extra != {"salt", "bytes", "says"}:
            raise Wrong(f"the text of step {place} is missing")
        try:
            salt, data = bytes.fromhex(given["salt"]), base64.b64decode(given["bytes"], validate=True)
        except ValueError:
            raise Wrong(f"the text of step {place} cannot be read") from None
        if given["salt"] != salt.hex() or given["bytes"] != base64.b64encode(data).decode():
            raise Wrong(f"the text of step {place} is not written as it should be")
        if len(salt) != SALT_BYTES or len(salt) + len(data) != given["length"]:
            raise Wrong(f"the text of step {place} has another length")
        if hashlib.sha256(salt + data).hexdigest() != given["sha256"]:
            raise Wrong(f"the text of step {place} is not the one that its fact tells of")
        if given["says"] != said(data, is_of_call):
            raise Wrong(f"the text of step {place} says other words than its bytes")

    def anchor(self):
        """The line to keep elsewhere of where it ends, as `--anchor` reads it."""
        digits = self.chain.hex()
        link = "-".join(digits[start : start + 8] for start in range(0, len(digits), 8))
        journal = self.links[0].hex()[:16]
        line = (
            f"gridcall-anchor 1 {journal} {self.epoch} {self.batches} {self.facts} {self.at} {link}"
        )
        return f"{line} {zlib.crc32(line.encode()):08x}"

    def finish(self, anchor):
        unexplained = sorted(set(self.gone) - self.told)
        if unexplained:
            seq, offset = unexplained[0]
            raise Wrong(
                f"the text of step {self.gone[seq, offset]} of batch {seq} is gone, and no fact "
                "says that it was erased"
            )
        end = self.end
        if self.batches != end["seq"]:
            raise Wrong(f"it ends with batch {self.batches}, its header says {end['seq']}")
        if self.epoch != end["epoch"] or self.chain.hex() != end["chain"]:
            raise Wrong("its last batch is not the one that its header names")
        if anchor is not None and anchor.lower() != self.chain.hex():
            raise Wrong(f"its last link is {self.chain.hex()}, not the one that was written down")


ANCHOR = re.compile(
    r"(gridcall-anchor 1 ([0-9a-f]{16}) (\d+) (\d+) (\d+) (-?\d+) ([0-9a-f-]{71})) ([0-9a-f]{8})\s*"
)


def anchors(text):
    """The anchors in the lines of a text; raises Wrong for one that is mistyped."""
    found = []
    for line in text.splitlines():
        if not line.lstrip().startswith("gridcall-anchor"):
            continue
        match = ANCHOR.fullmatch(line.strip().lower())
        if not match or f"{zlib.crc32(match[1].encode()):08x}" != match[8]:
            raise Wrong("an anchor is mistyped: its check does not fit")
        journal, epoch, seq, facts = match[2], int(match[3]), int(match[4]), int(match[5])
        found.append((seq, epoch, facts, journal, match[7].replace("-", "")))
    if not found:
        raise Wrong("there is no anchor in it")
    return sorted(found)


def against_anchors(verification, wanted):
    """What became of each anchor: the sentences, and whether all fit."""
    sentences, fits, all_fit = [], 0, True
    for seq, epoch, facts, journal, link in wanted:
        last = verification.batches
        is_there = seq <= last
        if is_there and (verification.links[seq - 1].hex(), verification.facts_at[seq - 1]) == (
            link,
            facts,
        ):
            fits = seq
            sentences.append(f"as anchored: unchanged up to batch {seq} ({facts} facts)")
            continue
        all_fit = False
        later = sorted((e, first) for e, first in verification.epochs.items() if e > epoch)
        if not last or verification.links[0].hex()[:16] != journal:
            what = "this is another journal, or its batch 1 was changed"
        elif later and later[0][1] <= seq:
            kept = later[0][1] - 1
            what = (
                f"it was restored from a backup in epoch {later[0][0]}, which kept it up to batch "
                f"{kept}; what were batches {kept + 1} to {seq} is lost"
            )
        elif not is_there:
            what = f"it ends with batch {last}; batches {last + 1} to {seq} are missing"
        else:
            what = f"something in batches {fits + 1} to {seq} was changed"
        sentences.append(f"NOT as anchored: {what}")
    return sentences, all_fit


def against_earlier(verification, lines):
    """Names the first batch that is another one than in an earlier export; None if none is."""
    for number, line in enumerate(lines):
        if not number:
            continue
        batch = parsed(line)
        if number > verification.batches:
            return f"batch {number} of the earlier export is missing"
        if verification.links[number - 1].hex() != batch["chain"]:
            return f"batch {number} is another one than in the earlier export"
    return None


def said(data, is_of_call):
    """What the bytes of a text say; of a call they are the message CallTexts of wire.proto."""
    try:
        if not is_of_call:
            return data.decode()
        keys = ("description", "address", "reporter", "contact")
        words = dict.fromkeys(keys, "")
        for number, wire, value in fields(data):
            if wire != 2:
                return None
            if number <= len(keys):
                words[keys[number - 1]] = value.decode()
        return words
    except (UnicodeDecodeError, Wrong):
        return None


def parsed(line):
    if not line.endswith(b"\n"):
        raise Wrong("its line is cut off")
    return json.loads(line, object_pairs_hook=unique)


def unique(pairs):
    """An object in which no key stands twice: another reader might take the other value."""
    if len({key for key, _ in pairs}) != len(pairs):
        raise Wrong("a key stands twice in it")
    return dict(pairs)


def verified(lines, anchor=None):
    """Follows an export to its end; raises Wrong with the first batch that is not as it was."""
    verification = Verification()
    where = "the header"
    try:
        for number, line in enumerate(lines):
            where = f"batch {number}" if number else "the header"
            verification.batch(line) if number else verification.header(line)
        where = "the end"
        verification.finish(anchor)
    except Wrong as error:
        raise Wrong(f"{where}: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        kind = type(error).__name__
        raise Wrong(f"{where}: it is malformed ({kind}: {error})") from None
    return verification


def main():
    parser = argparse.ArgumentParser(description="Verifies an export of GridCall's journal.")
    parser.add_argument("export", help="the file, or - for standard input")
    parser.add_argument("--chain", help="the last link, as it was written down elsewhere")
    parser.add_argument(
        "--anchor", action="append", default=[], metavar="LINE|FILE",
        help="the line that begins gridcall-anchor, kept elsewhere, or a file; may be repeated",
    )  # fmt: skip
    parser.add_argument("--against", help="an earlier export: names the first batch that differs")
    options = parser.parse_args()
    try:
        wanted = []
        for text in options.anchor:
            if not text.startswith("gridcall-anchor"):
                with open(text, encoding="utf-8") as file:
                    text = file.read()
            wanted += anchors(text)
        source = sys.stdin.buffer if options.export == "-" else open(options.export, "rb")
        with source:
            verification = verified(source, options.chain)
        difference = None
        if options.against:
            with open(options.against, "rb") as earlier:
                difference = against_earlier(verification, earlier)
    except OSError as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2
    except Wrong as error:
        print(f"NOT intact: {error}")
        return 1
    print(f"intact: {verification.batches} batches, {verification.facts} facts")
    if verification.without:
        print(f"texts: {verification.without}, left out of this export")
    else:
        print(f"texts: {verification.texts}, {verification.erased} of them erased")
    print(f"last link {verification.chain.hex()}")
    if verification.batches:
        print(verification.anchor())
    sentences, fits = against_anchors(verification, sorted(wanted))
    for sentence in sentences:
        print(sentence)
    if difference:
        print(f"NOT as it was: {difference}")
    if not fits or difference:
        return 1
    if options.chain is None and not wanted and not options.against:
        print("Keep the line above elsewhere, and compare one kept before: --anchor LINE.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
