"""Runs the drivers of Benchmarks/peers and reads what they print."""
import json
import os
import subprocess


class RunFailed(Exception):
    """A run that gave no figures, with what its program said."""


class Driver:
    """The driver of one peer, built by Benchmarks/peers/Makefile."""

    def __init__(self, directory, name):
        self.program = f"{directory}/{name}"

    @property
    def is_built(self):
        return os.access(self.program, os.X_OK)

    def run(self, server, mode, queue, **options):
        """One run against a server; the options are the driver's own, "_" for "-"."""
        command = [self.program, "--port", str(server.port), "--mode", mode, "--queue", queue]
        for name, value in options.items():
            command += [f"--{name.replace('_', '-')}", str(value)]
        return json.loads(output_of(command, server=server))


def output_of(command, directory=None, server=None):
    """What a program prints; raises RunFailed with its complaint where it fails, and where the
    server that it speaks with ends meanwhile."""
    with subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        try:
            while True:
                try:
                    output, complaints = process.communicate(timeout=1)
                    break
                except subprocess.TimeoutExpired:
                    if server is not None and not server.is_running:
                        raise RunFailed(
                            f"the server ended; see {server.directory}.log") from None
        finally:
            # Does nothing where it has ended by itself.
            process.kill()
    if process.returncode != 0:
        lines = complaints.strip().splitlines() or [f"exit {process.returncode}"]
        # A program that is told something wrong ends with how to be told better.
        complaint = next((line for line in lines if line.startswith("Error:")), lines[-1])
        raise RunFailed(f"{os.path.basename(command[0])}: {complaint[-300:]}")
    return output


def disk_limits(directory, data, seconds):
    """What the disk alone allows: a line for each size, overwriting and growing."""
    lines = output_of([f"{directory}/disk", data, str(seconds)]).splitlines()
    return [json.loads(line) for line in lines]
