#!/usr/bin/env python3
"""Draws closed calls from an export for a review of case files, the same for everybody.

    sample.py EXPORT --seed TEXT [--count 20] [--department ID] [--campaign ID]
              [--from 2026-01-01] [--to 2026-12-31] [--story]

Of the calls that were closed those are drawn whose SHA-256 over the seed (UTF-8), a zero byte and
the 16 bytes of the call's id is the smallest. --from and --to are days of the closing, in UTC, both
included. Prints case number, id and hash of each; with --story also every step with the batch and
the fact that prove it. Standard library only; docs/audit.md explains why the calls cannot be chosen.
Verify the export first, with verify.py.
"""

import argparse
import datetime
import hashlib
import json
import sys

DAY = datetime.timedelta(days=1)


class Call:
    """What is known of a call, and where its facts stand."""

    def __init__(self, step):
        self.id, self.case_number = step["id"], step["caseNumber"]
        self.campaign = step["campaign"]
        self.departments = set()
        self.closed_at = None
        self.story = []


def read(lines):
    """Every call of an export, by its serial."""
    calls, now = {}, 0
    for number, line in enumerate(lines):
        if not number:
            continue
        for place, step in enumerate(json.loads(line)["steps"], 1):
            if step["fact"] == "turnBegan":
                now = step["at"]
            elif step["fact"] == "callFiled":
                calls[step["call"]] = Call(step)
            call = calls.get(step.get("call"))
            if not call:
                continue
            if step["fact"] == "assignmentQueued":
                call.departments.add(step["department"])
            elif step["fact"] == "callClosed":
                call.closed_at = now
            call.story.append((now, number, place, step))
    return calls


def rank(seed, call_id):
    return hashlib.sha256(seed.encode() + b"\0" + bytes.fromhex(call_id)).hexdigest()


def day(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)


def is_wanted(call, options):
    if call.closed_at is None:
        return False
    closed_at = datetime.datetime.fromtimestamp(call.closed_at / 1000, datetime.timezone.utc)
    return (
        (options.department is None or options.department in call.departments)
        and (options.campaign is None or options.campaign == call.campaign)
        and (options.first is None or closed_at >= options.first)
        and (options.last is None or closed_at < options.last + DAY)
    )


def tell(call):
    for now, batch, place, step in call.story:
        time = datetime.datetime.fromtimestamp(now / 1000, datetime.timezone.utc)
        part = f"part {step['part'] + 1}" if "part" in step else ""
        who = step.get("actor") or step.get("worker") or ""
        words = (step.get("text") or {}).get("says") or ""
        if isinstance(words, dict):
            words = "; ".join(value for value in words.values() if value)
        row = [f"{time:%Y-%m-%dT%H:%M:%SZ}", f"{batch}.{place}", step["fact"], part, who, words]
        print("  " + "  ".join(filter(None, row)))


def main():
    parser = argparse.ArgumentParser(description="Draws closed calls from an export.")
    parser.add_argument("export")
    parser.add_argument("--seed", required=True)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--department", help="only calls that it has a part of, by id")
    parser.add_argument("--campaign", help="only calls of it, by id")
    parser.add_argument("--from", dest="first", type=day, help="only calls closed from that day on")
    parser.add_argument("--to", dest="last", type=day, help="only calls closed up to that day")
    parser.add_argument("--story", action="store_true", help="every step with what proves it")
    options = parser.parse_args()
    with open(options.export, "rb") as export:
        calls = [call for call in read(export).values() if is_wanted(call, options)]
    calls.sort(key=lambda call: rank(options.seed, call.id))
    for call in calls[: options.count]:
        print(call.case_number, call.id, rank(options.seed, call.id))
        if options.story:
            tell(call)
    print(f"{min(options.count, len(calls))} of {len(calls)} closed calls", file=sys.stderr)


main()
