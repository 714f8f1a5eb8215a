"""A street of real processes: a broker full of calls, its workers, and a console before it."""
import csv
import ctypes
import datetime
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CATALOGUE = f"{ROOT}/deploy/catalogues/gulou.yaml"
# Loaded here: between fork and exec nothing may be.
LIBC = ctypes.CDLL(None)
DEPARTMENTS = ("bench", "urban", "market", "safety", "judicial")

PLACES = ["鼓楼大街", "河沿路", "市场街", "东门外", "古城路", "学府路", "滨河公园", "北里小区", "南苑小区",
          "地铁站出口"]
DETAILS = ["多次反映未解决", "已拍照", "影响通行", "气味很大", "商户拒不配合", "请尽快处理", "晚上九点以后",
           "居民意见较大", "存在安全隐患", "manhole cover missing"]
# Category, what a reporter writes, how often.
KINDS = [
    ("litter", "垃圾桶旁成堆生活垃圾未清运", 9), ("uncollected-waste", "垃圾桶满溢", 8),
    ("blocked-pavement", "流动摊贩占用盲道卖水果", 8), ("shop-front", "店外摆放货架和桌椅", 6),
    ("open-air-barbecue", "夜间露天烧烤，油烟扰民", 4), ("small-posters", "楼道张贴小广告", 6),
    ("shared-bicycles", "共享单车堵住人行道", 7), ("construction-waste", "装修垃圾堆放在绿化带内", 4),
    ("kitchen-hygiene", "后厨卫生差，餐具未消毒", 3), ("expired-food", "超市货架有过期酸奶", 3),
    ("sewage", "污水外溢", 2), ("group-rental", "群租房私拉电线", 2),
]
# What every 50,000th call says besides, and what no call says.
SELDOM, NEVER = "貔貅石像倒塌", "龙舟"
# Left open, and not the measured department's.
WAITING = [kind for kind in KINDS if kind[0] in ("kitchen-hygiene", "expired-food")]

MAPPING = """source: bench-{name}
key: key
zone: Asia/Shanghai
observed_at: {{column: observed, format: "yyyy-MM-dd HH:mm:ss"}}
category: "{{category}}"
grid: "{{grid}}"
campaign: "{{campaign}}"
description: "{{text}}"
address: "{{place}}"
"""


class Failure(Exception):
    """A process did not do what the measurement needs."""


def until(what, holds, seconds=60, pause=0.1):
    """The first true result of `holds`, which is asked again and again."""
    deadline = time.monotonic() + seconds
    while True:
        result = holds()
        if result:
            return result
        if time.monotonic() > deadline:
            raise Failure(f"not within {seconds:.0f} s: {what}")
        time.sleep(pause)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def catalogue():
    """The sample street with a department that does the measured calls alone, in a grid of its own,
    and campaigns that go on all year; and which campaigns a category has."""
    with open(CATALOGUE, encoding="utf-8") as file:
        text = file.read()
    text = text.replace(
        "\ndepartments:\n", "\ndepartments:\n  - {id: bench, name: {zh: 基准, en: Bench}}\n", 1)
    text = text.replace(
        "\ngrids:\n", "\ngrids:\n  - {id: bench-101, name: {zh: 基准网格, en: Bench grid}}\n", 1)
    text = re.sub(r"(  - id: litter\n.*\n    plan: \[\{lead: )urban", r"\1bench", text, count=1)
    year = datetime.date.today().year
    text = re.sub(r"(?m)^    from: \S+$", f"    from: {year}-01-01", text)
    text = re.sub(r"(?m)^    to: \S+$", f"    to: {year}-12-31", text)
    campaigns = {}
    for campaign, categories in re.findall(
            r"(?m)^  - id: (\S+)\n(?:    .*\n)*?    categories: \[(.*)\]\n(?:    .*\n)*?    from:",
            text.split("\ncampaigns:\n", 1)[1]):
        for category in categories.split(", "):
            campaigns.setdefault(category, []).append(campaign)
    return text, campaigns


def write_calls(directory, name, count, kinds, campaigns):
    """Writes a CSV of calls, the same ones at every run, and its mapping; their paths."""
    chance = random.Random(7)
    grids = [f"gl-{community}{grid:02}" for community in range(1, 27) for grid in (1, 2, 3)]
    weights = [chance.choice((1, 1, 2, 3, 6)) for _ in grids]
    drawn = chance.choices(kinds, [kind[2] for kind in kinds], k=count)
    in_grids = chance.choices(grids, weights, k=count)
    observed = (datetime.datetime.now(datetime.timezone.utc)
                + datetime.timedelta(hours=8, minutes=-10)).strftime("%Y-%m-%d %H:%M:%S")
    path = f"{directory}/{name}.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["key", "observed", "category", "grid", "campaign", "text", "place"])
        for number in range(count):
            category, problem, _ = drawn[number]
            seldom = f"，{SELDOM}" if number % 50_000 == 7 else ""
            text = f"{chance.choice(PLACES)}{problem}，{chance.choice(DETAILS)}{seldom}"
            known = campaigns.get(category)
            campaign = chance.choice(known) if known and chance.random() < 0.3 else ""
            place = f"{chance.choice(PLACES)}{chance.randint(1, 400)}号"
            rows.writerow([number, observed, category, in_grids[number], campaign, text, place])
    mapping = f"{directory}/{name}.yaml"
    with open(mapping, "w", encoding="utf-8") as file:
        file.write(MAPPING.format(name=name))
    return path, mapping


def end_with_parent():
    """Has the kernel end a child whose parent was killed (PR_SET_PDEATHSIG)."""
    LIBC.prctl(1, signal.SIGTERM)


def processor_seconds(process):
    """What a process has used of processors until now."""
    with open(f"/proc/{process.pid}/stat", encoding="utf-8") as file:
        words = file.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(process):
    with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
        return 1024 * int(re.search(r"VmRSS:\s*(\d+)", file.read()).group(1))


class Street:
    """The processes, in a directory of their own, on free ports; `close` ends them all."""

    def __init__(self, binaries, data):
        self.binaries = os.path.abspath(binaries)
        self.directory = os.path.join(os.path.abspath(data), f"console-{os.getpid()}")
        os.makedirs(self.directory)
        self.endpoint = f"tcp://127.0.0.1:{free_port()}"
        self.processes = []
        self.workers = []
        self.broker = self.console = self.port = None
        text, self.campaigns = catalogue()
        self.catalogue = f"{self.directory}/catalogue.yaml"
        with open(self.catalogue, "w", encoding="utf-8") as file:
            file.write(text)

    def environment(self):
        kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        return kept | {"XDG_STATE_HOME": f"{self.directory}/state", "LANG": "C.UTF-8",
                       "GRIDCALL_BROKER": self.endpoint, "GRIDCALL_LANG": "en"}

    def start(self, program, *words, log, piped=False, niceness=0):
        """Starts a program that Ctrl-C does not reach: `close` ends it in its turn."""
        def prepare():
            os.nice(niceness)
            end_with_parent()

        with open(f"{self.directory}/{log}.log", "ab") as errors:
            process = subprocess.Popen(
                [f"{self.binaries}/{program}", *map(str, words)], env=self.environment(),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if piped else subprocess.DEVNULL,
                stderr=errors, start_new_session=True, preexec_fn=prepare)
        self.processes.append(process)
        return process

    def log(self, name):
        with open(f"{self.directory}/{name}.log", encoding="utf-8", errors="replace") as file:
            return file.read()

    def finish(self, process, log, seconds=3_600):
        """What a process that was started with `piped` writes; it must end well."""
        output, _ = process.communicate(timeout=seconds)
        self.processes.remove(process)
        if process.returncode != 0:
            raise Failure(f"{log}: exit {process.returncode}: {self.log(log)[-2_000:]}")
        return output.decode()

    def run(self, program, *words, log="run"):
        return self.finish(self.start(program, *words, log=log, piped=True), log)

    def stop(self, process, seconds=30):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process in self.processes:
            self.processes.remove(process)

    def start_broker(self):
        self.broker = self.start(
            "gridcall-broker", "--catalogue", self.catalogue, "--data", f"{self.directory}/data",
            "--bind", self.endpoint, log="broker")

        def serves():
            if self.broker.poll() is not None:
                raise Failure("the broker ended: " + self.log("broker"))
            return "serving" in self.log("broker")

        until("the broker serves", serves)

    def start_workers(self, departments=DEPARTMENTS):
        for department in departments:
            self.workers.append(self.start(
                "gridcall-worker", "--department", department, "--simulate", 0, "--no-accept",
                "--credit", 1024, "--log-level", "warning", log=f"worker-{department}"))

    def stop_workers(self):
        for worker in self.workers:
            self.stop(worker)
        self.workers = []

    def start_console(self):
        """Starts the console on a port that the system chooses, which its log tells."""
        log = f"{self.directory}/console.log"
        if os.path.exists(log):
            os.remove(log)
        # Its unit sets the same niceness.
        self.console = self.start(
            "gridcall-console", "--listen", "127.0.0.1:0", log="console", niceness=5)

        def port():
            if self.console.poll() is not None:
                raise Failure("the console ended: " + self.log("console"))
            found = re.findall(r" serving address=http://\S+:(\d+)", self.log("console"))
            return found and int(found[-1])

        self.port = until("the console serves", port, pause=0.02)

    def stats(self):
        return json.loads(self.run("gridcall", "stats", "--format", "json", log="stats"))

    def wait_until_level(self, is_open=50, seconds=1_800):
        """Waits until the views show everything and few calls are open."""
        def holds():
            stats = flat(self.stats())
            is_level = stats["viewsLagBatches"] == 0 and stats["open"] <= is_open
            return stats if is_level else None

        return until("the views are level", holds, seconds, pause=0.5)

    def wait_for_index(self, seconds=1_800):
        """Waits until the text index answers; it follows behind the views."""
        def holds():
            try:
                return self.run("gridcall", "list", "--text", SELDOM, "--limit", 1, "--format",
                                "csv", log="index")
            except Failure:
                return None

        until("the text index answers", holds, seconds, pause=1)

    def fill(self, imported, loaded, waiting):
        """Files so many calls of each kind; seconds taken, and what the broker says then."""
        began = time.monotonic()
        self.start_workers()
        import_seconds = self.import_calls("calls", imported, KINDS) if imported else 0
        if loaded:
            self.run("gridcall-bench", "load", "--broker", self.endpoint, "--window", 1024,
                     "--calls", loaded, log="load")
        self.wait_until_level()
        self.stop_workers()
        if waiting:
            self.import_calls("waiting", waiting, WAITING)
        stats = self.wait_until_level(is_open=waiting + 50)
        self.wait_for_index()
        return {"seconds": time.monotonic() - began, "imported": imported,
                "import_seconds": import_seconds, "loaded": loaded,
                "waiting": waiting, "filed": stats["filed"], "open": stats["open"],
                "merged": stats["merged"]}

    def import_calls(self, name, count, kinds):
        """Files so many calls of some kinds; seconds that the import took."""
        path, mapping = write_calls(self.directory, name, count, kinds, self.campaigns)
        began = time.monotonic()
        self.run("gridcall", "import", path, "--mapping", mapping, log=f"import-{name}")
        os.remove(path)
        return time.monotonic() - began

    def close(self):
        """Ends everything, the broker last, and removes the files."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        others = [process for process in self.processes if process is not self.broker]
        for process in others:
            if process.poll() is None:
                process.terminate()
        for process in others + [self.broker]:
            if process:
                self.stop(process)
        shutil.rmtree(self.directory, ignore_errors=True)


def flat(tree, found=None):
    """The numbers of nested objects by their own names, the outermost of a name."""
    found = {} if found is None else found
    for key, value in tree.items():
        if isinstance(value, (int, float)):
            found.setdefault(key, value)
    for value in tree.values():
        if isinstance(value, dict):
            flat(value, found)
    return found
