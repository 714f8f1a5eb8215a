"""Who is on the stage: a broker, workers of every department, terminals and an operator."""

import collections
import json
import os
import subprocess
import time

from service import Service
from stage import DEPARTMENTS, HERE, ROOT
from terminals import News, Terminal, Violation

PYTHON = os.path.join(ROOT, ".build", "python", "bin", "python")


class Scene:
    """All of them; `look_after` starts again whoever has ended."""

    def __init__(self, stage, options, seed):
        self.stage = stage
        self.news = News()
        self.unexplained = []
        self.codes = collections.Counter()
        stage.tool("keygen", stage.path("keys", "broker"))
        for department in DEPARTMENTS:
            stage.admit(f"exec-{department}", "worker", "--departments", department)
        os.makedirs(stage.path("spools"))
        self.terminals = [
            Terminal(
                stage, f"terminal-{number + 1}", ["street", "office"][number % 2], seed, self.news)
            for number in range(options.terminals)]
        self.broker = self._broker()
        self.workers = self._workers()
        self.wires = self._wires(options.rate, seed)
        self.services = [self.broker, *self.workers, *self.wires]
        self.sizes = {}

    def _broker(self):
        stage = self.stage
        return Service(
            stage, "broker", [
                stage.program("gridcall-broker"), "--catalogue", os.path.join(HERE, "street.yaml"),
                "--data", stage.data, "--secret", stage.path("keys", "tags.key"),
                "--bind", stage.endpoint, "--bind-local", stage.local,
                "--key", stage.path("keys", "broker.key_secret"),
                "--authorized-keys", stage.authorized, "--keep-free", "32",
                "--snapshot-after", "20000",
            ], control=stage.control("broker"), directory=stage.data)

    def _workers(self):
        """Of each department one beside the broker, and one with a handler over the network."""
        stage, workers = self.stage, []
        for department in DEPARTMENTS:
            common = [
                stage.program("gridcall-worker"), "--department", department, "--log-level",
                "warning"]
            near, far = f"simulate-{department}", f"exec-{department}"
            workers.append(Service(
                stage, near, [
                    *common, "--broker", stage.local, "--name", near, "--simulate", "200ms"],
                control=stage.control(near)))
            workers.append(Service(
                stage, far, [
                    *common, "--broker", stage.endpoint, "--name", far, "--exec",
                    os.path.join(HERE, "handler.sh"), "--credit", "3", *stage.key_options(far)],
                place="office", control=stage.control(far)))
        return workers

    def _wires(self, rate, seed):
        if not os.path.exists(PYTHON):
            self.stage.missing.append(
                "wire terminals: .build/python is not prepared (make test-deps)")
            return []
        stage = self.stage
        return [
            Service(stage, name, [
                PYTHON, "-B", os.path.join(HERE, "wire_terminal.py"), stage.local, str(rate),
                stage.path(name + ".receipts"), stage.path(name + ".tag"), f"{seed}/{name}"])
            for name in ("wire-1", "wire-2")]

    # The course of things

    def start(self):
        self.broker.start()
        self.wait_until_served(120)
        for service in self.services[1:]:
            service.start()
        for terminal in self.terminals:
            terminal.start()

    def look_after(self):
        """Starts again whatever has ended, and notes ends that nothing explains."""
        for service in self.services:
            code = service.look_after()
            if code is None:
                continue
            self.codes[service.name.split("-")[0], code] += 1
            if not service.is_excused(code):
                self.unexplained.append(f"{service.name} ended with {code}")
        for wire in self.wires:
            path = self.stage.path(wire.name + ".receipts")
            size = os.path.getsize(path) if os.path.exists(path) else 0
            if size != self.sizes.get(path, 0):
                self.sizes[path] = size
                self.news.heard()

    def check(self):
        """Raises what has gone wrong so far."""
        if self.unexplained:
            raise Violation("; ".join(self.unexplained))
        for terminal in self.terminals:
            if terminal.failure is not None:
                raise Violation(f"{terminal.name}: {terminal.failure!r}")

    def operator(self, *arguments, tries=1):
        """A command of the operator at the broker's machine; what it printed."""
        command = [
            self.stage.program("gridcall"), *arguments, "--broker", self.stage.local, "--timeout",
            "30", "--spool", self.stage.path("operator")]
        for _ in range(tries):
            done = subprocess.run(
                self.stage.inside("street", command), capture_output=True, text=True,
                stdin=subprocess.DEVNULL, env=self.stage.environment())
            if done.returncode == 0:
                return done.stdout
        raise Violation(
            f"`gridcall {' '.join(arguments)}` ended with {done.returncode}: {done.stderr}")

    def wait_until_served(self, seconds):
        deadline = time.monotonic() + seconds
        while True:
            self.look_after()
            self.check()
            try:
                return json.loads(self.operator("stats", "--format", "json"))
            except Violation:
                if time.monotonic() > deadline:
                    raise

    def stop(self):
        for terminal in self.terminals:
            terminal.finish()
            terminal.kill()
        for service in self.services:
            service.is_wanted = False
            service.kill()
