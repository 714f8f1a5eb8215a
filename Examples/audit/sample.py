#!/usr/bin/env python3
"""Draws closed calls from an export, the same that `gridcall audit sample` draws.

    sample.py EXPORT --seed TEXT [--count 20]

Of all calls that were closed those are drawn whose SHA-256 over the seed (UTF-8), a zero byte and
the 16 bytes of the call's id is the smallest. Standard library only; docs/audit.md explains why the
calls cannot be chosen. Verify the export first, with verify.py.
"""

import argparse
import hashlib
import json


def closed_calls(lines):
    """Case number by id, of every call that was closed."""
    calls, closed = {}, {}
    for number, line in enumerate(lines):
        if not number:
            continue
        for step in json.loads(line)["steps"]:
            if step["fact"] == "callFiled":
                calls[step["call"]] = (step["id"], step["caseNumber"])
            elif step["fact"] == "callClosed":
                call_id, case_number = calls[step["call"]]
                closed[call_id] = case_number
    return closed


def rank(seed, call_id):
    return hashlib.sha256(seed.encode() + b"\0" + bytes.fromhex(call_id)).hexdigest()


def main():
    parser = argparse.ArgumentParser(description="Draws closed calls from an export.")
    parser.add_argument("export")
    parser.add_argument("--seed", required=True)
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    with open(options.export, "rb") as export:
        closed = closed_calls(export)
    ranked = sorted(closed, key=lambda call_id: rank(options.seed, call_id))
    for call_id in ranked[: options.count]:
        print(closed[call_id], call_id, rank(options.seed, call_id))


main()
