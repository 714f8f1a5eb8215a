#!/usr/bin/env python3
"""Tests of instructions.py: what it reads of callgrind's file and what it says of a difference."""
import unittest

import instructions

FILE = """version: 1
positions: line
events: Ir
fn=(1) $s7measured
+3 10
cfn=(2) decode
calls=2 40
+1 900
* 5
fn=(2)
12 600
fn=(1)
-4 1
totals: 616
""".splitlines(keepends=True)


class OwnCosts(unittest.TestCase):
    def test_costs_of_called_functions_are_left_out_and_parts_of_one_are_added_up(self):
        self.assertEqual(instructions.own_costs(FILE), {"$s7measured": 16, "decode": 600})

    def test_nothing_counted_is_no_figure(self):
        with self.assertRaises(instructions.Failure):
            instructions.entry_of({}, 8)


class Comparing(unittest.TestCase):
    before = {"instructions_per_call": 1000, "functions": {"decode": 600, "encode": 300}}

    def compare(self, total, functions):
        now = {"instructions_per_call": total, "functions": functions}
        return instructions.compare(self.before, now, 3)

    def test_more_than_the_tolerance_is_a_failure_that_names_what_grew(self):
        text, is_exceeded = self.compare(1031, {"decode": 600, "encode": 320, "copy": 11})
        self.assertTrue(is_exceeded)
        self.assertLess(text.index("encode"), text.index("copy"))
        self.assertNotIn("decode", text)

    def test_the_tolerance_itself_is_none(self):
        self.assertFalse(self.compare(1030, self.before["functions"])[1])

    def test_fewer_are_to_be_recorded(self):
        text, is_exceeded = self.compare(969, self.before["functions"])
        self.assertFalse(is_exceeded)
        self.assertIn("record", text)


if __name__ == "__main__":
    unittest.main()
