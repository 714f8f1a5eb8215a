"""The Debian package from installation to purge, in a system that is thrown away (enter.sh).

Variables: PACKAGE, the package; PROJECT, the repository. The tests tell one story in the order of
their names.
"""

import json
import os
import pwd
import re
import shutil
import signal
import time
import unittest
import urllib.request

from service import PLACE, Service, eventually
from system import owner_and_mode, raise_loopback, read, run, write

UNITS = "/usr/lib/systemd/system"
DATA, KEYS = "/var/lib/gridcall", "/var/lib/gridcall-keys"
BACKUPS = "/var/lib/gridcall-backup"
HANDLER = "/usr/local/lib/gridcall/handler"
STAND_IN = "/usr/local/sbin/systemctl"
EXPOSURE = 2.0


def submit(description):
    """Files a call; returns its case number."""
    text = run(
        "gridcall", "submit", "--category", "litter", "--grid", "gl-101",
        "--description", description,
    )
    return re.search(r"GL-\d{4}-\d{6}-\d", text)[0]


def part(case):
    return json.loads(run("gridcall", "track", case, "--format", "json"))["parts"][0]


def page(address):
    """What the console answers; empty while it does not."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def newer(package):
    """The same package under a higher version, packed quickly."""
    tree = "/tmp/newer"
    run("dpkg-deb", "--raw-extract", package, tree)
    control = read(f"{tree}/DEBIAN/control")
    write(f"{tree}/DEBIAN/control", re.sub(r"(?m)^Version: (.*)$", r"Version: \1+1", control))
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, "/tmp/newer.deb")
    return "/tmp/newer.deb"


class PackageTest(unittest.TestCase):
    broker = None
    worker = None
    cases = []

    @classmethod
    def setUpClass(cls):
        raise_loopback()
        # Where systemd does not run, maintainer scripts must not ask for it; then a stand-in
        # writes down what they would have had done.
        os.environ["XDG_STATE_HOME"] = "/tmp/state"
        cls.installed = run("dpkg", "--install", os.environ["PACKAGE"])
        os.makedirs("/run/systemd/system")
        write(STAND_IN, f'#!/bin/sh\necho "$@" >>{PLACE}/systemctl\n', 0o755)

    @classmethod
    def tearDownClass(cls):
        for service in (cls.worker, cls.broker):
            if service and service.process.poll() is None:
                service.process.kill()

    def asked_of_systemd(self):
        path = f"{PLACE}/systemctl"
        lines = read(path).splitlines() if os.path.exists(path) else []
        write(path, "")
        return lines

    def both_logs(self):
        """For failures: what both said, and where the broker's threads wait."""
        tasks = f"/proc/{self.broker.process.pid}/task"
        waits = [
            [read(f"{tasks}/{task}/{name}").strip() for name in ("comm", "wchan", "syscall")]
            for task in os.listdir(tasks)
        ]
        return f"{self.worker.log()}\n{self.broker.log()}\n{waits}\n{self.broker.messages[-3:]}"

    def test_01_installs_users_directories_and_nothing_that_runs(self):
        self.assertEqual(owner_and_mode(KEYS), ("gridcall", 0o700))
        self.assertEqual(pwd.getpwnam("gridcall").pw_shell, "/usr/sbin/nologin")
        self.assertFalse(os.path.exists(DATA))
        self.assertEqual(run("find", "/etc/systemd", "-name", "gridcall*"), "")
        for program in ("gridcall", "gridcall-broker", "gridcall-worker", "gridcall-console"):
            run(program, "--help")
            run("bash", "-n", f"/usr/share/bash-completion/completions/{program}")

    @unittest.skipIf(os.environ.get("SHARED_SWIFT") == "yes", "built for tests, with shared Swift")
    def test_02_needs_no_swift_on_the_machine(self):
        self.assertIsNone(shutil.which("swift"))
        for program in ("gridcall", "gridcall-broker", "gridcall-worker", "gridcall-console"):
            self.assertNotRegex(run("ldd", f"/usr/bin/{program}"), "libswift|libFoundation|not found")
        depends = re.search(r"(?m)^ *Depends: (.*)$", run("dpkg", "--status", "gridcall"))[1]
        for library in ("libc6", "libzmq5", "libsqlite3-0"):
            self.assertIn(library, depends)

    def test_03_units_are_right_and_closed(self):
        write("/etc/gridcall/worker-urban.env", "")
        units = [
            f"{UNITS}/gridcall-{name}.service"
            for name in ("broker", "worker@", "backup", "console")
        ]
        timer = f"{UNITS}/gridcall-backup.timer"
        self.assertEqual(run("systemd-analyze", "verify", *units, timer), "")
        for unit in units:
            report = run("systemd-analyze", "security", "--offline=true", unit)
            exposure = float(re.search(r"exposure level for \S+: ([\d.]+)", report)[1])
            self.assertLessEqual(exposure, EXPOSURE, report)

    def test_04_a_broker_without_a_sound_catalogue_says_so_and_is_not_restarted(self):
        broker = Service(f"{UNITS}/gridcall-broker.service")
        stays_down = broker.unit.one("RestartPreventExitStatus").split()
        broker.start()
        self.assertIn(str(broker.end()), stays_down, broker.log())
        self.assertIn("catalogue.yaml", broker.log())
        write("/etc/gridcall/catalogue.yaml", "street: 7\n")
        broker.start()
        self.assertEqual(broker.end(), 78)
        self.assertIn("78", stays_down)
        self.assertRegex(broker.log(), r"catalogue.yaml:1: ")

    def test_05_runs_as_its_unit_says(self):
        shutil.copy("/usr/share/gridcall/catalogues/gulou.yaml", "/etc/gridcall/catalogue.yaml")
        run("gridcall-broker", "check", "/etc/gridcall/catalogue.yaml")
        PackageTest.broker = Service(f"{UNITS}/gridcall-broker.service", watchdog_seconds=0.9)
        self.broker.start_and_wait()
        self.assertEqual(owner_and_mode(DATA), ("gridcall", 0o700))
        self.assertEqual(owner_and_mode(f"{KEYS}/tags.key"), ("gridcall", 0o600))
        self.assertEqual(owner_and_mode("/run/gridcall/broker.sock"), ("gridcall", 0o770))
        eventually("it serves", lambda: "serving" in self.broker.log(), self.broker.log)
        for line in self.broker.log().splitlines()[-2:]:
            self.assertRegex(line, r"^<[2-6]>\w", self.broker.log())

    def test_06_the_loops_feed_their_watchdogs_as_long_as_they_turn(self):
        write(HANDLER, f"#!/bin/sh\nuntil [ -e {PLACE}/go ]; do sleep 0.05; done\n", 0o755)
        settings = read("/usr/share/gridcall/examples/worker.env")
        write(
            "/etc/gridcall/worker-urban.env",
            settings.replace("--time-limit 600", "--time-limit 600 --credit 2"), 0o600,
        )
        PackageTest.worker = Service(
            f"{UNITS}/gridcall-worker@.service", "urban", watchdog_seconds=0.9
        )
        self.worker.start_and_wait()
        for service in (self.broker, self.worker):
            service.wait_for("WATCHDOG=1", count=5)
            service.process.send_signal(signal.SIGSTOP)
            time.sleep(0.2)
            before = service.messages.count("WATCHDOG=1")
            time.sleep(1.2)
            self.assertEqual(service.messages.count("WATCHDOG=1"), before)
            service.process.send_signal(signal.SIGCONT)
            service.wait_for("WATCHDOG=1", count=before + 3)
            self.assertEqual(service.strangers, [])

    def test_07_calls_are_filed_and_left_open(self):
        self.cases.extend(submit(f"路边垃圾 {number}") for number in range(3))
        eventually(
            "two calls are being worked on",
            lambda: sorted(part(case)["state"] for case in self.cases)
            == ["accepted", "accepted", "queued"],
            self.worker.log,
        )

    def test_07a_the_console_runs_as_its_unit_says_and_shows_the_street(self):
        console = Service(f"{UNITS}/gridcall-console.service", watchdog_seconds=0.9)
        console.start_and_wait()
        eventually(
            "it shows the calls", lambda: 'data-number="filed">3<' in page("http://127.0.0.1:8570/"),
            console.log,
        )
        self.assertIn("gridcall_disk_free_bytes", page("http://127.0.0.1:8570/metrics"))
        console.wait_for("WATCHDOG=1", count=3)
        self.assertEqual(console.strangers, [])
        self.assertEqual(console.stop(), 0)
        self.assertEqual(console.messages.count("STOPPING=1"), 1)

    def test_07b_a_backup_is_made_beside_the_broker_and_is_restored_elsewhere(self):
        backup = Service(f"{UNITS}/gridcall-backup.service", watchdog_seconds=60)
        backup.start()
        self.assertEqual(backup.end(), 0, backup.log())
        self.assertEqual(owner_and_mode(BACKUPS), ("gridcall", 0o700))
        [name] = os.listdir(BACKUPS)
        self.assertEqual(owner_and_mode(f"{BACKUPS}/{name}"), ("gridcall", 0o600))
        self.assertIn("intact", run("gridcall-broker", "verify", "--backup", f"{BACKUPS}/{name}"))
        restored = run("gridcall-broker", "restore", f"{BACKUPS}/{name}", "--data", "/tmp/restored")
        self.assertIn("3 open calls, 2 assignments in hand", restored)
        self.assertEqual(owner_and_mode(f"{DATA}/journal.sqlite")[0], "gridcall")

    def test_08_a_reload_takes_a_sound_catalogue_and_no_other(self):
        file = "/etc/gridcall/catalogue.yaml"
        sound = read(file)
        write(file, "street: 7\n")
        self.broker.reload()
        self.broker.wait_for("RELOADING=1")
        self.broker.wait_for("READY=1", count=2)
        self.assertIn("the catalogue before it stays in force", self.broker.log())
        write(file, sound.replace("鼓楼街道", "鼓楼街道办事处"))
        self.broker.reload()
        self.broker.wait_for("READY=1", count=3)
        self.assertIn("a new catalogue is in force", self.broker.log())
        self.assertEqual(self.broker.messages.count("RELOADING=1"), 2)

    def test_09_an_upgrade_keeps_them_open_and_restarts_the_services(self):
        with open("/etc/gridcall/broker.env", "a", encoding="utf-8") as file:
            file.write("# ours\n")
        before = run("dpkg-query", "-Wf", "${Version}", "gridcall")
        run("dpkg", "--install", newer(os.environ["PACKAGE"]))
        self.assertEqual(run("dpkg-query", "-Wf", "${Version}", "gridcall"), before + "+1")
        self.assertIn("# ours\n", read("/etc/gridcall/broker.env"))
        self.assertEqual(
            self.asked_of_systemd(),
            [
                "daemon-reload",
                "try-restart gridcall-broker.service gridcall-worker@*.service "
                "gridcall-console.service",
            ],
        )
        self.assertEqual(self.broker.stop(), 0)
        self.assertEqual(self.broker.messages.count("STOPPING=1"), 1)
        self.broker.start_and_wait()
        eventually(
            "the worker has kept its claims",
            lambda: "claimsKept=2" in self.worker.log().splitlines()[-1], self.both_logs, seconds=25,
        )

    def test_10_the_calls_go_on(self):
        write(f"{PLACE}/go", "")
        eventually(
            "all calls are done",
            lambda: all(part(case)["state"] == "completed" for case in self.cases), self.worker.log,
        )
        self.assertEqual([part(case)["attempts"] for case in self.cases], [1, 1, 1])

    def test_11_a_worker_that_is_stopped_gives_back_after_its_grace(self):
        grace = int(re.search(r"--grace (\d+)", self.worker.unit.one("ExecStart"))[1])
        limit = int(self.worker.unit.one("TimeoutStopSec").removesuffix("s"))
        self.assertGreater(limit, grace + 5)
        self.assertEqual(self.worker.stop(), 0)
        os.remove(f"{PLACE}/go")
        settings = read("/etc/gridcall/worker-urban.env")
        write("/etc/gridcall/worker-urban.env", settings.replace("--credit", "--grace 1 --credit"))
        self.worker.start_and_wait()
        self.cases.append(submit("stays open"))
        eventually(
            "it is being worked on", lambda: part(self.cases[-1])["state"] == "accepted",
            self.worker.log,
        )
        self.assertEqual(self.worker.stop(), 0)
        self.assertEqual(self.worker.messages.count("STOPPING=1"), 1)
        self.assertEqual(part(self.cases[-1])["state"], "queued")

    def test_12_removal_keeps_calls_and_settings(self):
        run("dpkg", "--remove", "gridcall")
        self.assertEqual(
            self.asked_of_systemd(),
            [
                "stop gridcall-backup.timer gridcall-console.service gridcall-worker@*.service",
                "stop gridcall-broker.service", "daemon-reload",
            ],
        )
        self.assertEqual(self.broker.stop(), 0)
        self.assertIsNone(shutil.which("gridcall-broker"))
        self.assertFalse(os.path.exists(f"{UNITS}/gridcall-broker.service"))
        for path in (f"{DATA}/journal.sqlite", f"{KEYS}/tags.key", "/etc/gridcall/broker.env"):
            self.assertTrue(os.path.exists(path), path)

    def test_13_so_does_purge_but_for_its_own_settings(self):
        note = run("dpkg", "--purge", "gridcall")
        self.assertFalse(os.path.exists("/etc/gridcall/broker.env"))
        for path in (DATA, KEYS, BACKUPS, "/etc/gridcall"):
            self.assertIn(f"gridcall: kept {path};", note)
        for path in (f"{DATA}/journal.sqlite", f"{KEYS}/tags.key", "/etc/gridcall/catalogue.yaml"):
            self.assertTrue(os.path.exists(path), path)

    def test_14_installed_again_it_serves_the_same_calls(self):
        run("dpkg", "--install", os.environ["PACKAGE"])
        self.broker.start_and_wait()
        states = [part(case)["state"] for case in self.cases]
        self.assertEqual(states, ["completed"] * 3 + ["queued"])
        self.assertEqual(self.broker.stop(), 0)
        self.assertIn("intact", run("gridcall-broker", "verify", "--data", DATA))

    def test_15_a_purge_without_data_leaves_nothing(self):
        for path in (DATA, KEYS, BACKUPS, "/etc/gridcall"):
            shutil.rmtree(path)
        self.assertNotIn("kept", run("dpkg", "--purge", "gridcall"))
        left = run("find", "/etc", "/usr", "/var/lib/dpkg/info", "-xdev", "-name", "*gridcall*")
        self.assertEqual(left.split(), [os.path.dirname(HANDLER)])


if __name__ == "__main__":
    unittest.main(failfast=True)
