"""Processes that are started again when they end, and what faults.so does inside them."""

import mmap
import signal
import struct
import subprocess
import threading
import time

# A broker's exit code for a journal that must not be served: no fault of the system excuses it.
REFUSES_TO_SERVE = 65


class Control:
    """What faults.so does in one process; see there for the fields."""

    LAYOUT = struct.Struct("=iiiiiiqIII")

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.write(bytes(64))
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 64)
        self.lock = threading.Lock()

    def set(self, **fields):
        names = ("write_error", "sync_error", "one_in", "is_short", "delay", "unused", "offset")
        with self.lock:
            for name, value in fields.items():
                place = names.index(name)
                struct.pack_into("=q" if name == "offset" else "=i", self.memory, 4 * place, value)

    def counts(self):
        """Writes and syncs that failed, and syncs that were delayed, so far."""
        return self.LAYOUT.unpack_from(self.memory)[7:]


class Service:
    """A process that is started again whenever it ends, as systemd would, after a short pause."""

    PAUSE = 0.5

    def __init__(self, stage, name, command, *, place="street", control=None, directory=None):
        self.stage = stage
        self.name = name
        self.command = command
        self.place = place
        self.control = control
        self.directory = directory
        self.limits = []
        self.process = None
        self.started_at = 0.0
        self.start_again_at = 0.0
        self.starts = 0
        self.is_wanted = False
        self.is_killed = False
        self.lock = threading.RLock()
        # Until when an end with such a code is a fault's doing; None: any but REFUSES_TO_SERVE.
        self.excuses = []

    def start(self):
        with self.lock:
            self.is_wanted = True
            self._start()

    def _start(self):
        log = open(self.log, "ab")
        with log:
            self.process = subprocess.Popen(
                self.stage.inside(self.place, self.limits + self.command), stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, env=self.stage.environment(self))
        self.is_killed = False
        self.started_at = time.monotonic()
        self.starts += 1

    @property
    def log(self):
        return self.stage.path(self.name + ".log")

    @property
    def pid(self):
        return self.process.pid

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """-9, now."""
        with self.lock:
            if self.is_running:
                self.is_killed = True
                self.process.kill()

    def signal(self, number):
        with self.lock:
            if self.is_running:
                self.process.send_signal(number)

    def excuse(self, seconds, codes):
        """Within so many seconds an end with one of these codes is a fault's doing."""
        self.excuses.append((time.monotonic() + seconds, codes))

    def is_excused(self, code):
        """Whether a fault explains that it ended with this code."""
        now = time.monotonic()
        self.excuses = [excuse for excuse in self.excuses if excuse[0] > now]
        if code == REFUSES_TO_SERVE:
            return False
        return any(code in codes for _, codes in self.excuses)

    def look_after(self):
        """Starts it again if it has ended; returns the code of an end that is new, else None.

        The end of a process that was killed here is no news.
        """
        with self.lock:
            if not self.is_wanted or self.is_running:
                return None
            now = time.monotonic()
            if self.process is not None:
                code, self.process = self.process.returncode, None
                self.start_again_at = now + self.PAUSE
                return None if self.is_killed and code == -signal.SIGKILL else code
            if now >= self.start_again_at:
                self._start()
            return None

    def stop(self, seconds=60):
        """Asks it to end; its code, or None if it had to be killed."""
        with self.lock:
            self.is_wanted = False
            if not self.is_running:
                return self.process.returncode if self.process else None
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                return self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                return None
