#!/usr/bin/env python3
"""Deliberate faults: applies each mutation of mutations.toml and says who catches it.

Building once for each of them would take hours. So every place is rewritten to hold both texts,
`Mutation.isOn("id") ? changed : original`, in a copy of the tree, which is built once; which
mutation is on is then told by the variable GRIDCALL_MUTANT. The sources themselves get no trace.

Without --prepare, --build or --run all three are done. Exit status 1: a mutation was not caught,
does not apply any more, or the tests fail without any.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIST = pathlib.Path(__file__).with_name("mutations.toml")
VARIABLE = "GRIDCALL_MUTANT"
SIMULATOR = "gridcall-simulate --seeds {seeds} --from {first} --steps 3000"

SWITCH = f"""import Glibc

/// Which deliberate fault is on; see Tests/Mutations.
enum Mutation {{
    private static let active: String? = unsafe getenv("{VARIABLE}").map {{
        unsafe String(cString: $0)
    }}

    static func isOn(_ id: String) -> Bool {{ active == id }}
}}
"""

# The programs that end-to-end tests start get an environment of their own.
HARNESS = (
    "Tests/Support/Street.swift",
    "        return environment\n",
    f"""        environment["{VARIABLE}"] = inherited["{VARIABLE}"]
        return environment
""",
)


class Refused(Exception):
    """The list does not fit the tree."""


class Edit:
    """One place of a mutation."""

    def __init__(self, values, file):
        self.file = values.get("file", file)
        self.original = values["original"].strip("\n")
        self.changed = values.get("changed", "").strip("\n")
        self.within = values.get("within", self.original).strip("\n")
        self.both = values.get("both", "").strip("\n")
        self.form = values.get("form", "expression")

    def place(self, text):
        """Where the original begins and ends in the text of its file."""
        for part, whole in [(self.within, text), (self.original, self.within)]:
            if whole.count(part) != 1:
                raise Refused(f"found {whole.count(part)} times, not once: {part!r}")
        start = text.index(self.within) + self.within.index(self.original)
        return start, start + len(self.original)

    def switched(self, id):
        """Both versions, and what tells them apart."""
        condition = f'Mutation.isOn("{id}")'
        if self.both:
            return self.both.replace("MUTATED", condition)
        if self.form == "statement":
            return f"if {condition} {{\n{self.changed}\n}} else {{\n{self.original}\n}}"
        return f"({condition} ? ({self.changed}) : ({self.original}))"


class Mutation:
    """An entry of the list."""

    def __init__(self, values):
        self.id = values["id"]
        self.file = values["file"]
        self.fault = values["fault"]
        self.tests = values.get("tests", [])
        self.is_simulated = values.get("simulator", False)
        self.edits = [Edit(edit, self.file) for edit in values.get("edits", [values])]

    @property
    def module(self):
        return self.file.split("/")[2]


def read_list(only):
    with LIST.open("rb") as file:
        mutations = [Mutation(entry) for entry in tomllib.load(file)["mutation"]]
    ids = [mutation.id for mutation in mutations]
    if len(set(ids)) != len(ids):
        raise Refused("two mutations have one id")
    if only:
        unknown = set(only) - set(ids)
        if unknown:
            raise Refused(f"there is no mutation {', '.join(sorted(unknown))}")
        mutations = [mutation for mutation in mutations if mutation.id in only]
    return mutations


# Preparing


def prepare(tree, mutations):
    """Makes the copy of the tree; files that need no change keep their time, so that a second
    build is a short one."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    wanted = {name for name in names if name and (ROOT / name).is_file()}
    texts = rewritten(mutations)
    for name in sorted(wanted):
        contents = texts.pop(name).encode() if name in texts else (ROOT / name).read_bytes()
        put(tree / name, contents, (ROOT / name).stat().st_mode)
    for name, text in texts.items():
        put(tree / name, text.encode(), 0o644)
        wanted.add(name)
    for folder in ["Sources", "Tests"]:
        for path in (tree / folder).rglob("*.swift"):
            if str(path.relative_to(tree)) not in wanted:
                path.unlink()


def rewritten(mutations):
    """Files by name that differ from the sources."""
    replacements, failures = {}, []
    for mutation in mutations:
        for edit in mutation.edits:
            try:
                found = (*edit.place((ROOT / edit.file).read_text()), edit.switched(mutation.id))
                replacements.setdefault(edit.file, []).append(found)
            except Refused as refused:
                failures.append(f"{mutation.id} does not apply any more to {edit.file}: {refused}")
    if failures:
        raise Refused("\n".join(failures))
    texts = {name: replaced(name, found) for name, found in replacements.items()}
    for name in replacements:
        texts["/".join(name.split("/")[:3]) + "/Mutation.swift"] = SWITCH
    name, original, changed = HARNESS
    text = (ROOT / name).read_text()
    if text.count(original) != 1:
        raise Refused(f"{name} does not pass its environment on as it did")
    texts[name] = text.replace(original, changed)
    return texts


def replaced(name, replacements):
    """A file's text with every place of every mutation in both versions."""
    text, end_before = (ROOT / name).read_text(), 0
    parts = []
    for start, end, switched in sorted(replacements):
        if start < end_before:
            raise Refused(f"two mutations change one place of {name}: {text[start:end]!r}")
        parts += [text[end_before:start], switched]
        end_before = end
    return "".join(parts + [text[end_before:]])


def put(path, contents, mode):
    if path.is_file() and path.read_bytes() == contents:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents)
    path.chmod(mode & 0o777)


# Running


class Result:
    """What came of one run of something that should catch a mutation."""

    def __init__(self, caught_by="", seeds=None):
        self.caught_by = caught_by
        self.seeds = seeds

    def __bool__(self):
        return bool(self.caught_by)


class Runner:
    """Runs the built programs of a tree."""

    def __init__(self, tree, options):
        self.tree = tree
        self.bin = tree / ".build" / "debug"
        self.options = options

    def environment(self, id):
        environment = dict(os.environ, SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH="4")
        environment.pop(VARIABLE, None)
        if id:
            environment[VARIABLE] = id
        return environment

    def run(self, command, id, seconds):
        """Exit status and output; -1 if it did not end in time."""
        process = subprocess.Popen(
            command, cwd=self.tree, env=self.environment(id), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output, _ = process.communicate(timeout=seconds)
            return process.returncode, output.decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return -1, output.decode(errors="replace")

    def tests(self, suites, id, seconds):
        """Runs suites and names the tests that failed."""
        pattern = "|".join(suite.replace(".", r"\.") for suite in sorted(suites))
        with tempfile.NamedTemporaryFile(prefix="gridcall-mutation-") as events:
            status, output = self.run(
                [str(self.bin / "gridcallPackageTests.xctest"), "--testing-library",
                 "swift-testing", "--filter", f"^({pattern})/", "--event-stream-output-path",
                 events.name, "--event-stream-version", "0"], id, seconds)
            failed, begun, count = read_events(events.name)
        if status == 0 and count == 0:
            raise Refused(f"no test is called {pattern}")
        if status == 0:
            return Result()
        names = failed or begun
        how = "" if failed else "hangs: " if status == -1 else f"stops (status {status}): "
        return Result(how + listed(names) if names else (how or output[-300:]))

    def simulator(self, id):
        """Runs the simulator over its first seeds, until one fails."""
        status, output = self._simulate(id, 1, self.options.seeds)
        if status == 0:
            return Result()
        found = re.search(r"^failed: seed \d+ after (\d+) seeds: (.*)$", output, re.M)
        if found:
            return Result(found[2], int(found[1]))
        # It trapped, or is caught in a loop, and could not say where.
        for seed in range(1, self.options.seeds + 1):
            status, output = self._simulate(id, seed, 1)
            if status != 0:
                how = "hangs" if status == -1 else first_line(output, "Fatal error") or "stops"
                return Result(how, seed)
        return Result("hangs", self.options.seeds)

    def _simulate(self, id, first, seeds):
        words = self.options.simulator.format(first=first, seeds=seeds).split()
        program = shutil.which(words[0]) or str(self.bin / words[0])
        return self.run([program] + words[1:], id, self.options.seconds)


def read_events(path):
    """The tests with an issue, those that began and did not end, and how many there were."""
    failed, begun, count = [], {}, 0
    for line in open(path, errors="replace"):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        payload = record.get("payload", {})
        kind, test = payload.get("kind"), name_of(payload.get("testID", ""))
        if "()" not in test and "(" not in test:
            continue
        if kind == "testStarted":
            begun[test] = True
            count += 1
        elif kind == "testEnded":
            begun.pop(test, None)
        elif kind == "issueRecorded" and not payload.get("issue", {}).get("isKnown"):
            if test not in failed:
                failed.append(test)
    return failed, list(begun), count


def name_of(test_id):
    """`Module.Suite/function(_:)/File.swift:1:2` as `Suite.function`."""
    parts = test_id.split("/")
    if len(parts) < 2:
        return ""
    suite = ".".join(part.split(".")[-1] for part in parts[:-2] or parts[:1])
    function = parts[-2] if len(parts) > 2 else parts[1]
    return f"{suite}.{function}"


def first_line(output, part):
    """What follows `part` in the first line that has it."""
    found = re.search(rf"{part}:? *(.*)", output)
    return found[1].strip() if found else ""


def listed(names):
    shown = ", ".join(re.sub(r"\(.*", "", name) for name in names[:2])
    return shown + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def check_without(runner, mutations):
    """Throws if anything fails without a mutation: it would pass for a catch."""
    suites = {suite for mutation in mutations for suite in mutation.tests}
    seconds = max(1_200, runner.options.seconds)
    result = runner.tests(suites, None, seconds) if suites else Result()
    if result:
        raise Refused(f"without any mutation the tests fail: {result.caught_by}")
    if any(mutation.is_simulated for mutation in mutations) and runner.options.seeds > 0:
        result = runner.simulator(None)
        if result:
            raise Refused(f"without any mutation the simulator fails: {result.caught_by}")


def run(runner, mutations):
    """Prints the table; whether every mutation was caught."""
    def one(mutation):
        tests = None
        if mutation.tests:
            tests = runner.tests(mutation.tests, mutation.id, runner.options.seconds)
        is_simulated = mutation.is_simulated and runner.options.seeds > 0
        simulator = runner.simulator(mutation.id) if is_simulated else None
        return mutation, tests, simulator

    print("| mutation | fault | module | seeds | caught by |")
    print("|---|---|---|---|---|", flush=True)
    missed = []
    with concurrent.futures.ThreadPoolExecutor(runner.options.jobs) as pool:
        for mutation, tests, simulator in pool.map(one, mutations):
            seeds = "–" if simulator is None else f"{simulator.seeds}" if simulator else "not"
            caught = [
                f"{result.caught_by}" for result in (tests, simulator if not tests else None)
                if result]
            if not tests and not simulator:
                missed.append(mutation.id)
                caught = ["**NOT CAUGHT**"]
            text = "; ".join(caught).replace("|", "\\|")
            print(
                f"| {mutation.id} | {mutation.fault} | {mutation.module} | {seeds} | {text} |",
                flush=True)
    print(f"\n{len(mutations)} mutations, {len(mutations) - len(missed)} caught")
    if missed:
        print(f"not caught: {', '.join(missed)}")
    return not missed


def options():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], epilog=__doc__.split("\n\n")[2])
    parser.add_argument(
        "--tree", type=pathlib.Path, default=ROOT / ".build" / "mutations" / "tree",
        help="where the mutated copy lies (%(default)s)")
    parser.add_argument("--prepare", action="store_true", help="make or renew the mutated copy")
    parser.add_argument("--build", action="store_true", help="build it")
    parser.add_argument("--run", action="store_true", help="run what was built")
    parser.add_argument(
        "--only", action="append", default=[], metavar="ID", help="only this mutation; repeatable")
    parser.add_argument("--list", action="store_true", help="list the mutations and end")
    parser.add_argument(
        "--simulator", default=SIMULATOR, metavar="COMMAND",
        help="how the simulator is run (%(default)s)")
    parser.add_argument("--seeds", type=int, default=40, help="its seeds; 0: not at all")
    parser.add_argument(
        "--seconds", type=int, default=180, help="the longest run of one mutation's tests")
    parser.add_argument("--jobs", type=int, default=2, help="mutations at a time (%(default)s)")
    parser.add_argument(
        "--unchecked", action="store_true",
        help="do not first see that all is well without a mutation")
    return parser.parse_args()


def main():
    chosen = options()
    try:
        mutations = read_list(chosen.only)
        if chosen.list:
            for mutation in mutations:
                print(f"{mutation.id:34} {mutation.module:14} {mutation.fault}")
            return 0
        does_all = not (chosen.prepare or chosen.build or chosen.run)
        if chosen.prepare or does_all:
            # Always with every mutation, so that --only needs no other build.
            prepare(chosen.tree, read_list([]))
        if chosen.build or does_all:
            subprocess.run(
                [os.environ.get("SWIFT", "swift"), "build", "--build-tests"], cwd=chosen.tree,
                check=True)
        if chosen.run or does_all:
            runner = Runner(chosen.tree, chosen)
            if not chosen.unchecked:
                check_without(runner, mutations)
            return 0 if run(runner, mutations) else 1
        return 0
    except (Refused, subprocess.CalledProcessError) as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
