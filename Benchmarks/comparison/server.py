"""A server of the comparison: its process, its directory, its memory, its calls of fsync."""
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time

SYNC_CALLS = "fsync,fdatasync,sync_file_range,msync"


class Unavailable(Exception):
    """A peer that cannot be measured here, with the reason."""


class Server:
    """What all servers have in common; a subclass says how its own is set up and started.

    A server runs in a session of its own, below a directory of its own on the disk that is
    measured, on a port of its own, so that one installed as a service is not disturbed.
    """
    name = ""
    title = ""
    driver = ""
    settings = ""
    # A user that the server runs as when the benchmark runs as root.
    unprivileged_user = None

    def __init__(self, directory):
        self.directory = directory
        self.port = free_port()
        self.process = None
        self.is_traced = False

    # --- what a subclass says ---

    def version(self):
        """Its version in words; raises Unavailable where it is not installed."""
        raise NotImplementedError

    def set_up(self):
        """Makes what must lie in the fresh directory before the first start."""

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def tidy_up(self):
        """Ends what outlives the server's own process."""

    # --- its life ---

    def create(self):
        """Makes its directory anew."""
        shutil.rmtree(self.directory, ignore_errors=True)
        os.makedirs(self.directory)
        if self.user is not None:
            shutil.chown(self.directory, self.user)
            reaches = subprocess.run(["test", "-w", self.directory], **self._identity())
            if reaches.returncode != 0:
                raise Unavailable(f"user {self.user} cannot enter {self.directory}")
        self.set_up()

    def start(self, is_traced=False):
        """Starts it; its driver waits until it serves. Returns when, in monotonic nanoseconds."""
        command = self.command()
        self.is_traced = is_traced
        if is_traced:
            command = ["strace", "--quiet=all", "--follow-forks", "--seccomp-bpf",
                       "--summary-only", "-e", f"trace={SYNC_CALLS}", "-e", "signal=none",
                       "-o", self.trace, *command]
        log = open(f"{self.directory}.log", "ab")
        started = time.monotonic_ns()
        self.process = subprocess.Popen(
            command, cwd=self.directory, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True, **self._identity())
        log.close()
        return started

    def stop(self):
        """Ends it in order."""
        self._end(self.stop_signal)

    def kill(self):
        """Ends it without a chance to write anything more."""
        self._end(signal.SIGKILL)

    stop_signal = signal.SIGTERM

    def _end(self, number):
        if self.process is None:
            return
        if number == signal.SIGKILL:
            # All processes at once: none may write what another's end makes known.
            os.killpg(self.process.pid, number)
        elif self.process.poll() is None:
            main = self._main_process()
            os.kill(main, number)
            wait_until_gone(main, seconds=120)
        # strace ends only when all that it follows have ended.
        self.tidy_up()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def _main_process(self):
        """The server itself, where strace started it."""
        if not self.is_traced:
            return self.process.pid
        children = children_of(self.process.pid)
        return children[0] if children else self.process.pid

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    @property
    def user(self):
        return self.unprivileged_user if os.getuid() == 0 else None

    def _identity(self):
        if self.user is None:
            return {}
        account = pwd.getpwnam(self.user)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    # --- what is measured of it ---

    @property
    def trace(self):
        return f"{self.directory}/strace.txt"

    def syncs(self):
        """Calls that made something durable, by name, in a traced run that has ended."""
        return sync_calls(self.trace)

    def memory(self):
        """Bytes in main memory of all its processes; what they share counts once."""
        return sum(proportional_bytes(pid) for pid in descendants(self.process.pid))


def sync_calls(path):
    """The calls in strace's summary: "% time, seconds, µs/call, calls, [errors,] name"."""
    calls = {}
    with open(path, encoding="utf-8") as summary:
        for line in summary:
            words = line.split()
            if len(words) >= 5 and words[-1] in SYNC_CALLS.split(","):
                calls[words[-1]] = int(words[3])
    return calls


def wait_until_gone(pid, seconds):
    """Waits until a process has ended; one that its parent has not asked about yet has, too."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                if stat.read().rpartition(") ")[2].startswith("Z"):
                    return
        except OSError:
            return
        time.sleep(0.01)


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as children:
            return [int(child) for child in children.read().split()]
    except OSError:
        return []


def descendants(pid):
    """A process and all that it started, however deep."""
    found = [pid]
    for process in found:
        try:
            tasks = os.listdir(f"/proc/{process}/task")
        except OSError:
            continue
        for task in tasks:
            try:
                with open(f"/proc/{process}/task/{task}/children", encoding="utf-8") as children:
                    found += [int(child) for child in children.read().split()]
            except OSError:
                continue
    return found


def proportional_bytes(pid):
    """Memory of a process, shared pages divided among those who share them (proc(5), `Pss`)."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as rollup:
            found = re.search(r"^Pss:\s+(\d+) kB", rollup.read(), re.MULTILINE)
    except OSError:
        return 0
    return int(found.group(1)) * 1024 if found else 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def first_line(command, pattern):
    """What a program says of its version; raises Unavailable where there is no such program."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Unavailable(f"{command[0]} is not installed") from None
    found = re.search(pattern, result.stdout + result.stderr)
    return found.group(1) if found else "of unknown version"
