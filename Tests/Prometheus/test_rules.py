#!/usr/bin/env python3
"""Tests of deploy/prometheus and deploy/grafana. Standard library only; without promtool what needs
it is skipped (`make test-alerts` installs it).

Rules and dashboard are worth something only while they name what the console exports: the names are
read from its Swift source, and docs/console.md must list the same.
"""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "Sources/Console/ConsoleKit/Metrics/StreetMetrics.swift"
RULES = ROOT / "deploy/prometheus/rules.yaml"
RULES_TEST = ROOT / "deploy/prometheus/rules_test.yaml"
CONFIGURATION = ROOT / "deploy/prometheus/prometheus.yaml"
DASHBOARD = ROOT / "deploy/grafana/gridcall.json"
CONSOLE = ROOT / "docs/console.md"
OPERATIONS = ROOT / "docs/operations.md"

NAME = re.compile(r"(?<![\w:/])gridcall_[a-z0-9_]+")
# What Grafana fills in before Prometheus sees a query.
VARIABLES = {"$__rate_interval": "5m", "$street": ".*", "$department": ".*"}
needs_promtool = unittest.skipUnless(shutil.which("promtool"), "promtool is missing")


def promtool(*arguments):
    """The command's exit code and all that it said."""
    done = subprocess.run(
        ["promtool", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def exported(source):
    """The metrics that the Swift source adds; fails on a way of naming one that it does not know."""
    names, templates = set(), 0
    for function in re.split(r"\n    (?:private )?(?:package )?(?:mutating )?(?:func|init)\b", source):
        loops = re.split(r"for \(name, help, value\) in (\w+) \{", function)
        for table, body in zip(["", *loops[1::2]], loops[::2]):
            for literal, added in re.findall(r'"(gridcall_[^"]*)"( \+ name)?', body):
                if not added and "\\(" not in literal:
                    names.add(literal)
                    continue
                template = literal + "\\(name)" if added else literal
                inside = elements(function, table) if table else latencies(source)
                if not inside:
                    raise AssertionError(f"which names has {literal}?")
                names.update(template.replace("\\(name)", name) for name in inside)
                templates += 1
    if not templates or any("\\" in name for name in names):
        raise AssertionError("the source names metrics in a way that this test cannot read")
    return names


def elements(function, table):
    """The names in a table of a function: first in each tuple, also in those appended."""
    start = function.index(f"{table}: [(")
    body = function[start : re.compile(r"\n +\]").search(function, start).start()]
    appended = re.findall(rf'{table}\.append\(\s*\("(\w+)"', function)
    return re.findall(r'\(\s*"(\w+)",', body) + appended


def latencies(source):
    return re.findall(r'addLatency\(\s*"(\w+)"', source)


def documented(text, names):
    """The metrics that the table of docs/console.md names. `…_x` goes on with a part of the name
    before it: the longest that makes a metric."""
    found, unknown = set(), set()
    table = text[text.index("## Metrics") :]
    for line in table.splitlines():
        previous = ""
        for token in re.findall(r"`([^`]+)`", line) if line.startswith("| `gridcall_") else []:
            if token.startswith("gridcall_"):
                previous = token
                (found if token in names else unknown).add(token)
            elif token.startswith("…_"):
                pieces = previous.split("_")
                starts = ["_".join(pieces[:count]) for count in range(len(pieces), 0, -1)]
                meant = [start + token[1:] for start in starts if start + token[1:] in names]
                (found if meant else unknown).add(meant[0] if meant else token)
    return found, unknown


def queries():
    """Every query of the dashboard, with the title of its panel."""
    dashboard = json.loads(DASHBOARD.read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def alerts():
    """The text of each alert in the rules, by its name."""
    pieces = re.split(r"^      - (alert|record): (\S+)$", RULES.read_text(), flags=re.MULTILINE)
    return {n: body for kind, n, body in zip(pieces[1::3], pieces[2::3], pieces[3::3]) if kind == "alert"}


class Rules(unittest.TestCase):
    @needs_promtool
    def test_promtool_accepts_rules_and_configuration(self):
        for arguments in (("rules", RULES), ("config", CONFIGURATION)):
            code, said = promtool("check", *arguments)
            self.assertEqual(code, 0, said)

    @needs_promtool
    def test_alerts_fire_when_they_should_and_only_then(self):
        code, said = promtool("test", "rules", RULES_TEST)
        self.assertEqual(code, 0, said)

    def test_every_alert_has_a_case_that_fires_and_one_that_does_not(self):
        cases = re.split(r"^      - expr: ", RULES_TEST.read_text(), flags=re.MULTILINE)[1:]
        for name in alerts():
            own = [case for case in cases if f'alertname="{name}"' in case.splitlines()[0]]
            self.assertTrue(any("exp_samples: []" in case for case in own), f"{name} is never quiet")
            self.assertTrue(any("labels:" in case for case in own), f"{name} never fires")

    def test_every_alert_speaks_two_languages_and_has_severity_and_runbook(self):
        handbook = OPERATIONS.read_text()
        for name, text in alerts().items():
            self.assertRegex(text, r"severity: (critical|warning|info)\b", name)
            for key in ("summary", "description"):
                self.assertRegex(text, rf'\n          {key}: "[^"]+"', name)
                self.assertRegex(text, rf'\n          {key}_zh: "[^"]*[\u4e00-\u9fff]', name)
            runbook = re.search(r"\n          runbook: docs/operations\.md#(\S+)", text)
            self.assertEqual(runbook and runbook[1], name.lower(), name)
            self.assertTrue(f'<a id="{name.lower()}"></a>`{name}`' in handbook, name)
        explained = re.findall(r'<a id="gridcall\w+"></a>`(\w+)`', handbook)
        self.assertEqual(sorted(explained), sorted(alerts()))


class Names(unittest.TestCase):
    def setUp(self):
        self.names = exported(SOURCE.read_text())

    def test_the_source_is_read_whole(self):
        for name in (
            "gridcall_broker_up", "gridcall_broker_views_lag_batches", "gridcall_parts_received_total",
            "gridcall_calls_passed_on_total", "gridcall_campaign_closed_on_time",
            "gridcall_dispatch_latency_seconds", "gridcall_queue_paused", "gridcall_disk_free_bytes",
        ):
            self.assertIn(name, self.names)

    def test_the_documents_name_every_metric_and_no_other(self):
        found, unknown = documented(CONSOLE.read_text(), self.names)
        self.assertEqual(unknown, set(), "nobody exports them")
        self.assertEqual(self.names - found, set(), "docs/console.md does not name them")

    def test_rules_name_only_what_is_exported(self):
        for path in (RULES, RULES_TEST):
            self.assertEqual(set(NAME.findall(path.read_text())) - self.names, set(), path)

    def test_the_dashboard_names_only_what_is_exported(self):
        self.assertEqual(set(NAME.findall(DASHBOARD.read_text())) - self.names, set())


class Dashboard(unittest.TestCase):
    def setUp(self):
        self.dashboard = json.loads(DASHBOARD.read_text())

    def test_it_is_of_grafana_10_and_asks_for_source_street_and_department(self):
        self.assertGreaterEqual(self.dashboard["schemaVersion"], 38)
        variables = [item["name"] for item in self.dashboard["templating"]["list"]]
        self.assertEqual(variables, ["datasource", "street", "department"])
        for panel in self.dashboard["panels"]:
            if panel["type"] != "row":
                self.assertEqual(panel["datasource"]["uid"], "${datasource}", panel["title"])

    def test_panels_have_ids_of_their_own_and_do_not_overlap(self):
        panels = self.dashboard["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        taken = {}
        for panel in panels:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            for x in range(place["x"], place["x"] + place["w"]):
                for y in range(place["y"], place["y"] + place["h"]):
                    self.assertNotIn((x, y), taken, panel["title"])
                    taken[x, y] = panel["title"]

    @needs_promtool
    def test_every_query_can_be_read(self):
        lines = ["groups:", "  - name: dashboard", "    rules:"]
        for number, (title, query) in enumerate(queries()):
            for variable, value in VARIABLES.items():
                query = query.replace(variable, value)
            self.assertNotIn("$", query, title)
            lines += [f"      - record: query_{number}", f"        expr: {json.dumps(query)}"]
        with tempfile.TemporaryDirectory() as place:
            file = pathlib.Path(place) / "dashboard.yaml"
            file.write_text("\n".join(lines) + "\n")
            code, said = promtool("check", "rules", file)
        self.assertEqual(code, 0, said)


if __name__ == "__main__":
    unittest.main()
