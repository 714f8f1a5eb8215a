"""What is done to the processes: every kind of fault, in an order that one seed decides."""

import collections
import errno
import os
import resource
import signal
import time

from stage import MIB, OFFICE

# What a broker ends with when a file cannot be written or read.
STORAGE_CODES = {69, 70, 74}
# Without descriptors libzmq aborts; nothing may end by any other signal.
DESCRIPTOR_CODES = STORAGE_CODES | {71, 75, -signal.SIGABRT}
# Without memory the Swift runtime traps wherever it is, and so do libraries.
MEMORY_CODES = DESCRIPTOR_CODES | {-signal.SIGILL, -signal.SIGTRAP, -signal.SIGSEGV}
# How long after a fault its consequences may still show: a start that met it may take seconds.
AFTERMATH = 12
# Longer than the lease of street.yaml.
PAST_A_LEASE = (6.5, 11.0)
HOUR, DAY = 3600, 86400


class Faults:
    """Draws faults, begins them, ends them and counts them."""

    def __init__(self, stage, scene, chance):
        self.stage = stage
        self.scene = scene
        self.chance = chance
        self.counts = collections.Counter()
        # What is under way: key to (end, undo). One of a key at a time.
        self.active = {}
        self.loses_packets = stage.has_netem()
        self.kinds = [
            (10, "broker killed", self.kill_broker),
            (12, "worker killed", self.kill_worker),
            (12, "terminal killed", self.kill_terminal),
            (5, "wire terminal killed", self.kill_wire_terminal),
            (4, "broker stopped", self.stop_broker),
            (6, "worker stopped past its lease", self.stop_worker),
            (3, "wire terminal stopped", self.stop_wire_terminal),
        ]
        if stage.has_disk:
            self.kinds += [
                (3, "disk full", self.fill_disk), (3, "disk nearly full", self.nearly_fill)]
        if stage.faults:
            self.kinds += [
                (4, "broker's writes fail", self.fail_writes),
                (4, "broker's fsync fails", self.fail_syncs),
                (3, "broker's fsync slow", self.delay_syncs),
                (4, "terminal's writes fail", self.fail_spool),
                (5, "broker's clock moved", self.move_broker_clock),
                (3, "worker's clock moved", self.move_worker_clock),
                (3, "terminal's clock moved", self.move_terminal_clock),
            ]
        if stage.has_networks:
            self.kinds += [
                (4, "networks apart", self.cut),
                (4, "networks apart one way", self.cut_one_way),
                (4, "packets lost", self.lose_packets),
            ]
        self.kinds += [
            (3, "broker short of descriptors", self.limit_descriptors),
            (3, "broker short of memory", self.limit_memory),
            (3, "broker started with too little", self.start_limited),
            (3, "worker short of descriptors", self.limit_worker),
        ]

    # The course of things

    def step(self):
        """Begins one fault, if the one drawn can be; returns its name or None."""
        weights = [weight for weight, _, _ in self.kinds]
        _, name, begin = self.chance.choices(self.kinds, weights)[0]
        if not begin():
            return None
        self.counts[name] += 1
        return name

    def end_due(self):
        """Ends what has lasted long enough."""
        now = time.monotonic()
        for key in [key for key, (end, _) in self.active.items() if end <= now]:
            self.active.pop(key)[1]()

    def end_all(self):
        for _, undo in self.active.values():
            undo()
        self.active.clear()

    def _last(self, key, shortest, longest, begin, undo):
        """A fault that lasts a while; not begun while another of its key is under way."""
        seconds = self.chance.uniform(shortest, longest)
        if key in self.active:
            return None
        begin()
        self.active[key] = time.monotonic() + seconds, undo
        return seconds

    # Death

    def kill_broker(self):
        return self._kill(self.scene.broker)

    def kill_worker(self):
        return self._kill(self.chance.choice(self.scene.workers))

    def kill_wire_terminal(self):
        return self.scene.wires and self._kill(self.chance.choice(self.scene.wires))

    def kill_terminal(self):
        """The command that a terminal runs just now, wherever it is in its work."""
        terminal = self.chance.choice(self.scene.terminals)
        delay = self.chance.uniform(0, 0.06)
        for _ in range(50):
            time.sleep(delay)
            if terminal.kill():
                return True
            delay = 0.005
        return False

    @staticmethod
    def _kill(service):
        if not service.is_running:
            return False
        service.kill()
        return True

    # Sleep

    def stop_broker(self):
        return self._stop(self.scene.broker, 2.0, 14.0)

    def stop_worker(self):
        return self._stop(self.chance.choice(self.scene.workers), *PAST_A_LEASE)

    def stop_wire_terminal(self):
        wires = self.scene.wires
        return wires and self._stop(self.chance.choice(wires), 3.0, 12.0)

    def _stop(self, service, shortest, longest):
        if not service.is_running:
            return False
        return self._last(
            f"stop {service.name}", shortest, longest, lambda: service.signal(signal.SIGSTOP),
            lambda: service.signal(signal.SIGCONT))

    # Storage

    def fill_disk(self):
        return self._fill(0)

    def nearly_fill(self):
        """Less than the broker's --keep-free is left: calls are refused, open ones go on."""
        return self._fill(16 * MIB)

    def _fill(self, leave):
        done = self._last("disk", 2, 6, lambda: self.stage.fill(leave), self.stage.empty)
        if done:
            self.scene.broker.excuse(done + AFTERMATH, STORAGE_CODES)
        return done

    def fail_writes(self):
        return self._fail_storage(
            write_error=self.chance.choice([errno.EIO, errno.ENOSPC]),
            is_short=self.chance.randrange(2), one_in=self.chance.choice([1, 3, 20]))

    def fail_syncs(self):
        return self._fail_storage(
            sync_error=errno.EIO, one_in=self.chance.choice([1, 3]))

    def delay_syncs(self):
        return self._fail_storage(delay=self.chance.choice([20, 100, 500, 2000]))

    def _fail_storage(self, **fields):
        control = self.scene.broker.control
        done = self._last(
            "broker's storage", 0.5, 4, lambda: control.set(**fields),
            lambda: control.set(write_error=0, sync_error=0, one_in=0, is_short=0, delay=0))
        if done and "delay" not in fields:
            self.scene.broker.excuse(done + AFTERMATH, STORAGE_CODES)
        return done

    def fail_spool(self):
        terminal = self.chance.choice(self.scene.terminals)
        fields = {
            self.chance.choice(["write_error", "sync_error"]):
                self.chance.choice([errno.EIO, errno.ENOSPC]),
            "is_short": self.chance.randrange(2), "one_in": self.chance.choice([1, 2, 4]),
        }
        return self._last(
            f"spool {terminal.name}", 1, 5, lambda: terminal.control.set(**fields),
            lambda: terminal.control.set(write_error=0, sync_error=0, one_in=0, is_short=0))

    # Clocks

    def _jump(self):
        """Hours or days, ahead or back, in seconds."""
        unit = self.chance.choice([HOUR, HOUR, DAY])
        return int(self.chance.choice([-1, 1]) * self.chance.uniform(0.5, 5) * unit)

    def _move(self, key, control, shortest, longest):
        jump = self._jump()
        return self._last(
            key, shortest, longest, lambda: control.set(offset=jump), lambda: control.set(offset=0))

    def move_broker_clock(self):
        return self._move("broker's clock", self.scene.broker.control, 2, 10)

    def move_worker_clock(self):
        worker = self.chance.choice(self.scene.workers)
        return self._move(f"clock of {worker.name}", worker.control, 2, 10)

    def move_terminal_clock(self):
        terminal = self.chance.choice(self.scene.terminals)
        return self._move(f"clock of {terminal.name}", terminal.control, 2, 10)

    # Networks

    def cut(self):
        link = ["ip", "-n", "office", "link", "set", "wire1"]
        return self._last(
            "network", 1, 14, lambda: self.stage.network(*link, "down"),
            lambda: self.stage.network(*link, "up"))

    def cut_one_way(self):
        """What the broker says to the office is lost; what the office says arrives."""
        route = ["ip", "-n", "street", "route"]
        return self._last(
            "network", 1, 14,
            lambda: self.stage.network(*route, "add", "blackhole", OFFICE),
            lambda: self.stage.network(*route, "del", "blackhole", OFFICE))

    def lose_packets(self):
        place, device = self.chance.choice([("street", "wire0"), ("office", "wire1")])
        rule = ["dev", device, "root"]
        percent = self.chance.choice([5, 20, 50])
        if self.loses_packets:
            loss = ["netem", "loss", f"{percent}%", "delay", "20ms", "10ms"]
        else:
            # Without netem: a line so narrow that its queue overflows.
            loss = ["tbf", "rate", f"{percent * 2}kbit", "burst", "2kb", "limit", "4kb"]
        begin = ["tc", "-n", place, "qdisc", "add", *rule, *loss]
        end = ["tc", "-n", place, "qdisc", "del", *rule]
        return self._last(
            "network", 3, 12, lambda: self.stage.network(*begin), lambda: self.stage.network(*end))

    # Scarcity

    def limit_descriptors(self):
        """The broker can open a file or two more, then none."""
        return self._limit(
            self.scene.broker, resource.RLIMIT_NOFILE,
            lambda pid: len(os.listdir(f"/proc/{pid}/fd")) + self.chance.randrange(3))

    def limit_worker(self):
        return self._limit(
            self.chance.choice(self.scene.workers), resource.RLIMIT_NOFILE,
            lambda pid: len(os.listdir(f"/proc/{pid}/fd")) + self.chance.randrange(3))

    def limit_memory(self):
        """The broker's address space can hardly grow."""
        return self._limit(
            self.scene.broker, resource.RLIMIT_AS,
            lambda pid: virtual_bytes(pid) + self.chance.randint(1, 16) * MIB)

    def _limit(self, service, what, bound):
        """A limit on a running process, which is started anew when the limit ends."""
        if not service.is_running or f"limit {service.name}" in self.active:
            return False
        pid = service.pid
        try:
            _, hard = resource.prlimit(pid, what)
            limit = bound(pid)
            done = self._last(
                f"limit {service.name}", 2, 7,
                lambda: resource.prlimit(pid, what, (limit, hard)), service.kill)
        except (ProcessLookupError, FileNotFoundError):
            return False
        if done:
            codes = MEMORY_CODES if what == resource.RLIMIT_AS else DESCRIPTOR_CODES
            service.excuse(done + AFTERMATH, codes)
        return done

    def start_limited(self):
        """The broker is started anew with few descriptors, or little address space."""
        broker = self.scene.broker
        limit = self.chance.choice(
            ["--nofile=16", "--nofile=32", "--nofile=64", f"--as={96 * MIB}", f"--as={512 * MIB}"])

        def begin():
            broker.limits = ["prlimit", limit]
            broker.kill()

        def end():
            broker.limits = []
            broker.kill()

        done = self._last(f"limit {broker.name}", 3, 7, begin, end)
        if done:
            broker.excuse(
                done + AFTERMATH, MEMORY_CODES if "--as" in limit else DESCRIPTOR_CODES)
        return done


def virtual_bytes(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as pages:
        return int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
