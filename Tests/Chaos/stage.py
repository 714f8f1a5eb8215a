"""The machine that faults happen to: networks, a small disk, keys, and the processes on them."""

import ctypes
import errno
import os
import shutil
import signal
import subprocess
import sys

from service import Control

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DEPARTMENTS = ["urban", "market", "safety", "judicial"]
STREET, OFFICE = "10.77.0.1", "10.77.0.2"
MIB = 1 << 20


class Stage:
    """Everything is below one directory, on a small disk and in networks of its own if it may.

    `is_private`: this process has mounts, networks and process numbers of its own (unshare(1)), so
    that whatever it makes is gone with it.
    """

    def __init__(self, binaries, directory, disk_mebibytes, is_private):
        self.binaries = binaries
        self.directory = directory
        self.missing = []
        self.services = []
        self.data = self.path("disk", "data")
        os.makedirs(self.path("disk"))
        os.makedirs(self.path("keys"), 0o700)
        self.has_disk = is_private and self._mount(disk_mebibytes)
        self.has_networks = is_private and self._make_networks()
        self.faults = self._build_faults()
        if self.has_networks:
            self.endpoint, self.local = f"tcp://{STREET}:5570", "tcp://127.0.0.1:5571"
        else:
            port = 20000 + os.getpid() % 12000
            self.endpoint, self.local = (f"tcp://127.0.0.1:{port + n}" for n in (0, 1))

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def program(self, name):
        return os.path.join(self.binaries, name)

    # What the machine must be able to do

    def _mount(self, mebibytes):
        done = self._try(
            ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "none", self.path("disk")])
        return done or self._lacks("a small disk", "only root may mount one")

    def _make_networks(self):
        os.makedirs("/run/netns", exist_ok=True)
        steps = [
            "mount -t tmpfs none /run/netns",
            "ip netns add street", "ip netns add office",
            "ip link add wire0 netns street type veth peer name wire1 netns office",
            f"ip -n street address add {STREET}/24 dev wire0",
            f"ip -n office address add {OFFICE}/24 dev wire1",
            "ip -n street link set lo up", "ip -n office link set lo up",
            "ip -n street link set wire0 up", "ip -n office link set wire1 up",
        ]
        done = shutil.which("ip") and all(self._try(step.split()) for step in steps)
        return done or self._lacks("networks", "iproute2 and root are needed for namespaces")

    def _build_faults(self):
        compiler = next(filter(shutil.which, ["cc", "gcc", "clang"]), None)
        library = self.path("faults.so")
        source = os.path.join(HERE, "faults.c")
        build = [compiler, "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"]
        if compiler and self._try(build):
            return library
        self._lacks("failing writes and wrong clocks", "no C compiler builds faults.c")
        return None

    def _lacks(self, what, why):
        self.missing.append(f"{what}: {why}")
        return False

    @staticmethod
    def _try(command):
        return subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def network(self, *arguments):
        """Runs ip or tc; whether it could be done."""
        return self._try(list(arguments))

    def has_netem(self):
        """Whether this system can lose packets by itself; otherwise a narrow queue loses them."""
        rule = ["tc", "-n", "office", "qdisc", "add", "dev", "wire1", "root", "netem", "loss", "1%"]
        if not self.has_networks or not self._try(rule):
            return False
        return self._try(["tc", "-n", "office", "qdisc", "del", "dev", "wire1", "root"])

    # Processes

    def inside(self, place, command):
        """The command as it runs in the street's network or in the office's."""
        return ["ip", "netns", "exec", place, *command] if self.has_networks else command

    def environment(self, service=None):
        environment = {
            "HOME": self.directory, "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
            "GRIDCALL_LANG": "en",
        }
        control = service.control if service else None
        if control and self.faults:
            environment["LD_PRELOAD"] = self.faults
            environment["CHAOS_CONTROL"] = control.path
            if service.directory:
                environment["CHAOS_DIRECTORY"] = service.directory
        return environment

    def control(self, name):
        return Control(self.path(name + ".control"))

    def admit(self, name, role, *options):
        """Makes a key for `name` and lets it in."""
        self.tool("keygen", self.path("keys", name))
        self.tool(
            "authorize", self.path("keys", name + ".key"), "--keys", self.authorized, "--name",
            name, "--role", role, *options)

    def key_options(self, name):
        return [
            "--key", self.path("keys", name + ".key_secret"), "--server-key",
            self.path("keys", "broker.key"),
        ]

    @property
    def authorized(self):
        return self.path("keys", "authorized-keys")

    def tool(self, *arguments):
        subprocess.run(
            [self.program("gridcall-broker"), *arguments], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    # The disk

    def free(self):
        status = os.statvfs(self.path("disk"))
        return status.f_bavail * status.f_frsize

    def fill(self, leave):
        """A balloon takes the disk's room but for so many bytes."""
        with open(self.path("disk", "balloon"), "wb") as balloon:
            size = self.free() - leave
            step = MIB
            at = 0
            while size > 0 and step >= 4096:
                try:
                    os.posix_fallocate(balloon.fileno(), at, min(step, size))
                    at += min(step, size)
                    size -= min(step, size)
                except OSError as failure:
                    if failure.errno != errno.ENOSPC:
                        raise
                    step //= 16

    def empty(self):
        try:
            os.remove(self.path("disk", "balloon"))
        except FileNotFoundError:
            pass


def end_with_parent():
    """This process is killed when its parent ends, however that came (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def become_private(arguments):
    """Starts this program again with mounts, networks and process numbers of its own.

    Returns if that is impossible here. Everything inside ends when the first process there does, so
    that neither ^C nor kill -9 leaves a process, a mount or a network behind.
    """
    command = [
        "unshare", "--mount", "--propagation", "private", "--net", "--pid", "--fork",
        "--kill-child=SIGKILL", "--mount-proc",
    ]
    if shutil.which("unshare") is None:
        return
    if subprocess.run(command + ["true"], stderr=subprocess.DEVNULL).returncode != 0:
        return
    inner = subprocess.Popen(
        command + [sys.executable, "-B", os.path.abspath(sys.argv[0]), "--inside", *arguments],
        preexec_fn=end_with_parent)
    # ^C reaches both; the one inside cleans up. SIGTERM is passed on as if it were ^C.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: interrupt_child_of(inner.pid))
    raise SystemExit(inner.wait() % 256)


def interrupt_child_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        for child in children.read().split():
            os.kill(int(child), signal.SIGINT)
