"""Runs a systemd unit where systemd cannot: a supervisor for tests.

It honours what the units of GridCall use: the environment files, the command with its variables,
the user, the directories, limits, `ProtectSystem=strict`, the filter of system calls, and the
protocol of `Type=notify` with its watchdog. It watches, but does not restart or kill by itself.
"""

import grp
import json
import os
import pwd
import re
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

PLACE = "/run/gridcall-test"
DYNAMIC_USER = 61184


class Unit:
    """The settings of a unit file, of an instance for a template."""

    def __init__(self, path, instance=""):
        self.name = os.path.basename(path).replace("@.", f"@{instance}.")
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"\\\n\s*", "", file.read())
        self.settings = []
        for line in text.splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith(("#", "[")):
                self.settings.append((key, value.replace("%i", instance)))

    def all(self, key):
        return [value for name, value in self.settings if name == key]

    def one(self, key, default=None):
        values = self.all(key)
        return values[-1] if values else default

    def environment(self):
        values = {}
        for path in self.all("EnvironmentFile"):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    if "=" in line and not line.startswith("#"):
                        key, _, value = line.strip().partition("=")
                        values[key] = " ".join(shlex.split(value))
        return values

    def command(self, environment):
        """`${NAME}` is one word, `$NAME` as many as it holds (systemd.service(5))."""
        words = []
        for word in self.one("ExecStart").split():
            if word.startswith("$") and not word.startswith("${"):
                words += shlex.split(environment.get(word[1:], ""))
            else:
                words.append(re.sub(r"\$\{(\w+)\}", lambda m: environment.get(m[1], ""), word))
        return words

    def system_calls(self):
        """The names that SystemCallFilter= leaves, sets resolved by systemd-analyze."""
        allowed = set()
        for value in self.all("SystemCallFilter"):
            names = set()
            for word in value.lstrip("~").split():
                names |= resolve(word)
            allowed = allowed - names if value.startswith("~") else allowed | names
        return sorted(allowed)


def resolve(name):
    if not name.startswith("@"):
        return {name}
    listing = subprocess.run(
        ["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True
    ).stdout
    words = [line.strip() for line in listing.splitlines()[1:]]
    return set().union(*(resolve(word) for word in words if word and not word.startswith("#")))


class Service:
    """One run after the other of a unit; `messages` is what the present run told."""

    def __init__(self, path, instance="", watchdog_seconds=None):
        self.unit = Unit(path, instance)
        self.watchdog_seconds = watchdog_seconds
        self.process = None
        self.messages = []
        self.strangers = []
        os.makedirs(PLACE, mode=0o755, exist_ok=True)
        name = self.unit.name.replace("@", "-")
        self.log_path = f"{PLACE}/{name}.log"
        self.job_path = f"{PLACE}/{name}.json"
        self.socket_path = f"{PLACE}/{name}.notify"

    def start(self):
        """Starts the service and returns at once."""
        for path in self.unit.all("AssertPathExists"):
            assert os.path.exists(path), f"{path} is missing"
        self._listen()
        user, group, groups = self._identity()
        writable = self._directories(user, group)
        with open(self.log_path, "ab") as log:
            status = os.fstat(log.fileno())
            environment = self.unit.environment()
            command = self.unit.command(environment)
            environment |= {
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
                "LANG": "C.UTF-8",
                "NOTIFY_SOCKET": self.socket_path,
                "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}",
                "WATCHDOG_USEC": str(int(self._watchdog() * 1_000_000)),
            }
            job = {
                "command": command,
                "environment": environment,
                "user": user,
                "group": group,
                "groups": groups,
                "writable": writable,
                "directory": self.unit.one("WorkingDirectory", "/"),
                "openFiles": int(self.unit.one("LimitNOFILE")),
                "umask": int(self.unit.one("UMask"), 8),
                "systemCalls": self.unit.system_calls(),
            }
            with open(self.job_path, "w", encoding="utf-8") as file:
                json.dump(job, file)
            launcher = os.path.join(os.path.dirname(os.path.abspath(__file__)), "launch.py")
            self.process = subprocess.Popen(
                [sys.executable, "-B", launcher, self.job_path],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )

    def start_and_wait(self):
        self.start()
        self.wait_for("READY=1")

    def stop(self):
        """Asks the service to end and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def reload(self):
        """Runs the unit's command for taking in a changed configuration."""
        command = self.unit.one("ExecReload").replace("$MAINPID", str(self.process.pid))
        subprocess.run(command.split(), check=True)

    def end(self):
        """Waits for the end and returns the exit code."""
        code = self.process.wait(timeout=60)
        directory = self.unit.one("RuntimeDirectory")
        if directory:
            shutil.rmtree(f"/run/{directory}", ignore_errors=True)
        return code

    def wait_for(self, message, count=1):
        """Waits until `message` has come `count` times."""

        def has_come():
            assert self.process.poll() is None, f"{self.unit.name} ended:\n{self.log()}"
            return self.messages.count(message) >= count

        eventually(f"{self.unit.name} says {message} {count} times", has_come, self.log)

    def log(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def _watchdog(self):
        if self.watchdog_seconds:
            return self.watchdog_seconds
        return float(self.unit.one("WatchdogSec").removesuffix("s"))

    def _listen(self):
        if os.path.exists(self.socket_path):
            os.unlink(self.socket_path)
        self.messages = []
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        receiver.bind(self.socket_path)
        os.chmod(self.socket_path, 0o777)
        threading.Thread(target=self._receive, args=(receiver, self.messages), daemon=True).start()

    def _receive(self, receiver, messages):
        """`NotifyAccess=main`: what another process says does not count."""
        while True:
            data, ancillary, _, _ = receiver.recvmsg(4096, socket.CMSG_SPACE(12))
            sender = struct.unpack("iii", ancillary[0][2])[0]
            heard = messages if sender == self.process.pid else self.strangers
            heard += data.decode().splitlines()

    def _identity(self):
        groups = [grp.getgrnam(name).gr_gid for name in self.unit.all("SupplementaryGroups")]
        if self.unit.one("DynamicUser") == "yes":
            return DYNAMIC_USER, DYNAMIC_USER, groups
        user = pwd.getpwnam(self.unit.one("User"))
        return user.pw_uid, grp.getgrnam(self.unit.one("Group")).gr_gid, groups

    def _directories(self, user, group):
        """Makes the directories of the unit; returns all that the service may write to."""
        made = []
        for base, key in (("/var/lib", "StateDirectory"), ("/run", "RuntimeDirectory")):
            name = self.unit.one(key)
            if name:
                path = f"{base}/{name}"
                os.makedirs(path, exist_ok=True)
                os.chmod(path, int(self.unit.one(f"{key}Mode"), 8))
                os.chown(path, user, group)
                made.append(path)
        return made + self.unit.all("ReadWritePaths")


def eventually(what, holds, explain=str, seconds=60):
    """Asks again and again until `holds()`; fails when the time is over."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}\n{explain()}"
        time.sleep(0.02)
