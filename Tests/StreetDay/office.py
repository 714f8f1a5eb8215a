"""A street office of real processes: a broker, inbox workers, and keys for everybody."""

import os
import shutil
import subprocess
import tempfile
import threading
import time

DEPARTMENTS = ["urban", "market", "safety", "judicial"]


class Refused(Exception):
    """The broker refused a command; the text says why."""


class Office:
    """Starts and stops the processes, and runs `gridcall` with anybody's key."""

    def __init__(self, binaries, catalogue, at_once):
        self.binaries = binaries
        self.directory = tempfile.mkdtemp(prefix="street-day-")
        self.keys = os.path.join(self.directory, "keys")
        self.endpoint = f"tcp://127.0.0.1:{20000 + os.getpid() % 12000}"
        self.catalogue = catalogue
        self.processes = []
        # So many commands run at once; people do not press Enter together.
        self.gate = threading.BoundedSemaphore(at_once)
        self.lock = threading.Lock()
        self.commands = 0
        self.seconds = []
        os.mkdir(self.keys, 0o700)

    # Keys

    def admit(self, name, role, *options):
        """Makes a key for `name` and lets it in from the broker's start on."""
        path = os.path.join(self.keys, name)
        self.tool("keygen", path)
        self.tool(
            "authorize", path + ".key", "--keys", self.authorized, "--name", name, "--role", role,
            *options)

    @property
    def authorized(self):
        return os.path.join(self.keys, "authorized-keys")

    def tool(self, *arguments):
        subprocess.run(
            [os.path.join(self.binaries, "gridcall-broker"), *arguments], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    # Processes

    def start(self):
        """The broker and a worker for each department, which puts work into its inbox."""
        self.tool("keygen", os.path.join(self.keys, "broker"))
        for department in DEPARTMENTS:
            self.admit(f"inbox-{department}", "worker", "--departments", department)
        self.launch(
            "broker", "gridcall-broker", "--catalogue", self.catalogue, "--data",
            os.path.join(self.directory, "data"), "--bind", self.endpoint, "--key",
            self.secret("broker"), "--authorized-keys", self.authorized)
        self.wait_for("broker", "serving")
        for department in DEPARTMENTS:
            name = f"inbox-{department}"
            self.launch(
                name, "gridcall-worker", "--department", department, "--broker", self.endpoint,
                "--inbox", "--key", self.secret(name), "--server-key", self.server_key)
            self.wait_for(name, "connected")

    def launch(self, name, program, *arguments):
        log = open(self.log(name), "wb")
        process = subprocess.Popen(
            [os.path.join(self.binaries, program), *arguments], stderr=log,
            env={"HOME": self.directory, "PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
        self.processes.append(process)

    def wait_for(self, name, word):
        for _ in range(600):
            with open(self.log(name), encoding="utf-8") as log:
                if word in log.read():
                    return
            time.sleep(0.05)
        raise SystemExit(f"{name} does not say \"{word}\"; its log is {self.log(name)}")

    def stop(self):
        """Workers first; then everything that was made is removed."""
        for process in reversed(self.processes):
            process.terminate()
            process.wait(30)
        shutil.rmtree(self.directory)

    def log(self, name):
        return os.path.join(self.directory, name + ".log")

    def secret(self, name):
        return os.path.join(self.keys, name + ".key_secret")

    @property
    def server_key(self):
        return os.path.join(self.keys, "broker.key")

    # Commands

    def gridcall(self, who, *arguments):
        """Runs one command of a person to its end; returns what it printed."""
        environment = {
            "HOME": self.directory, "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
            "XDG_STATE_HOME": os.path.join(self.directory, "state", who),
            "GRIDCALL_BROKER": self.endpoint, "GRIDCALL_KEY": self.secret(who),
            "GRIDCALL_SERVER_KEY": self.server_key,
        }
        with self.gate:
            began = time.monotonic()
            done = subprocess.run(
                [os.path.join(self.binaries, "gridcall"), *arguments, "--timeout", "30"],
                env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            took = time.monotonic() - began
        with self.lock:
            self.commands += 1
            self.seconds.append(took)
        if done.returncode == 1:
            raise Refused(done.stderr.strip())
        if done.returncode != 0:
            raise SystemExit(
                f"{who}: gridcall {' '.join(arguments)} ended with {done.returncode}:\n"
                f"{done.stderr}")
        return done.stdout
