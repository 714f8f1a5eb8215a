#!/usr/bin/env python3
"""Tests of Examples/audit on the export that a release left. Standard library only."""

import base64
import hashlib
import io
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = HERE.parents[1] / "Examples/audit"
EXPORT = sorted((HERE / "releases").iterdir())[-1] / "answers/export.jsonl"
sys.dont_write_bytecode = True
sys.path.insert(0, str(PROGRAMS))

import verify  # noqa: E402

LINES = EXPORT.read_text().splitlines()


def ending(lines):
    """The lines with a header that says where they end."""
    header, last = json.loads(lines[0]), json.loads(lines[-1])
    header["end"] = {key: last[key] for key in ("seq", "epoch", "chain")}
    return [json.dumps(header, separators=(",", ":")), *lines[1:]]


def changed(start, change):
    """The export with batches from `start` on changed, and the chain computed anew."""
    lines, chain = LINES[:start], bytes(32)
    if start > 1:
        chain = bytes.fromhex(json.loads(LINES[start - 1])["chain"])
    for line in LINES[start:]:
        batch = json.loads(line)
        change(batch)
        head = struct.pack(">QIqI", *(batch[key] for key in ("seq", "epoch", "at", "count")))
        chain = hashlib.sha256(chain + head + base64.b64decode(batch["facts"])).digest()
        batch["chain"] = chain.hex()
        lines.append(json.dumps(batch, separators=(",", ":"), ensure_ascii=False))
    return lines


def anchor(count):
    """The anchor of the first so many batches."""
    lines = "".join(line + "\n" for line in ending(LINES[: count + 1])).encode()
    return verify.verified(io.BytesIO(lines)).anchor()


class Anchors(unittest.TestCase):
    def verified(self, lines, *anchors, against=None):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.write("".join(line + "\n" for line in ending(lines)))
            file.flush()
            words = [word for each in anchors for word in ("--anchor", each)]
            words += ["--against", str(against)] if against else []
            done = subprocess.run(
                [sys.executable, PROGRAMS / "verify.py", file.name, *words],
                capture_output=True,
                text=True,
            )
        return done.returncode, done.stdout

    def expect(self, code, sentence, lines, *anchors, against=None):
        found, said = self.verified(lines, *anchors, against=against)
        self.assertEqual(found, code, said)
        self.assertIn(sentence, said)

    def test_a_journal_that_grew_is_as_anchored(self):
        self.expect(0, "unchanged up to batch 10 (", LINES, anchor(10), anchor(40), against=EXPORT)

    def test_one_that_was_cut_off_says_what_is_missing(self):
        self.expect(1, "ends with batch 30; batches 31 to 40 are missing", LINES[:31], anchor(40))

    def test_one_that_was_computed_anew_is_changed_between_two_anchors(self):
        def later(batch):
            batch["at"] += 1

        lines = changed(15, later)
        self.expect(1, "batches 11 to 20 was changed", lines, anchor(10), anchor(20))
        self.expect(1, "batch 15 is another one", lines, against=EXPORT)
        self.expect(1, "another journal, or its batch 1", changed(1, later), anchor(10))

    def test_one_that_was_restored_says_what_was_lost(self):
        lines = changed(31, lambda batch: batch.update(epoch=1_795_900_000))
        self.expect(0, "unchanged up to batch 30 (", lines, anchor(30))
        self.expect(1, "kept it up to batch 30; what were batches 31 to 40", lines, anchor(40))

    def test_whatever_is_mistyped_is_no_anchor(self):
        line = anchor(20)
        for place, digit in enumerate(line):
            if digit not in " -\n" and place > len("gridcall-anchor"):
                typed = line[:place] + ("1" if digit == "7" else "7") + line[place + 1 :]
                with self.assertRaises(verify.Wrong):
                    verify.anchors(typed)


class Samples(unittest.TestCase):
    def drawn(self, *words):
        done = subprocess.run(
            [sys.executable, PROGRAMS / "sample.py", EXPORT, *words],
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.split() for line in done.stdout.splitlines()]

    def test_the_same_seed_draws_the_same_and_its_rule_can_be_followed(self):
        drawn = self.drawn("--seed", "2026-11-28 双色球")
        self.assertEqual(drawn, self.drawn("--seed", "2026-11-28 双色球", "--count", "100"))
        self.assertTrue(drawn)
        for _, call_id, rank in drawn:
            seed = "2026-11-28 双色球".encode()
            self.assertEqual(
                rank, hashlib.sha256(seed + b"\0" + bytes.fromhex(call_id)).hexdigest()
            )
        self.assertNotEqual(drawn, self.drawn("--seed", "another"))

    def test_it_is_drawn_only_from_what_is_asked_for(self):
        seed = ("--seed", "x")
        self.assertTrue(self.drawn(*seed, "--department", "market"))
        for narrow in (
            ("--department", "judicial"), ("--campaign", "always"), ("--to", "2020-01-01"),
            ("--from", "2100-01-01"), ("--count", "0"),
        ):  # fmt: skip
            self.assertEqual(self.drawn(*seed, *narrow), [], narrow)

    def test_a_story_names_the_batch_and_the_fact_of_each_step(self):
        story = self.drawn("--seed", "x", "--count", "1", "--story")[1:]
        self.assertGreater(len(story), 5)
        for _, proof, fact, *_ in story:
            batch, place = map(int, proof.split("."))
            self.assertEqual(json.loads(LINES[batch])["steps"][place - 1]["fact"], fact)


if __name__ == "__main__":
    unittest.main()
