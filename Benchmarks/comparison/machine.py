"""What the figures were measured on."""
import os
import platform
import re
import subprocess


def describe(directory):
    """Cores, processor, memory, kernel, system and the file system below a directory."""
    return {
        "cores": os.cpu_count(),
        "processor": _first(r"model name\s*:\s*(.+)", "/proc/cpuinfo") or platform.machine(),
        "memory_bytes": 1024 * int(_first(r"MemTotal:\s*(\d+)", "/proc/meminfo") or 0),
        "kernel": platform.release(),
        "system": (_first(r'PRETTY_NAME="?([^"\n]+)', "/etc/os-release") or "Linux"),
        "file_system": file_system(directory),
        "load_before": round(os.getloadavg()[0], 2),
    }


def sentence(machine, disk):
    """The description as a sentence, with the time of one fdatasync."""
    memory = machine["memory_bytes"] / 2**30
    text = (f"{machine['cores']} cores of {machine['processor']}, {memory:.0f} GiB, "
            f"{machine['system']}, Linux {machine['kernel']}, {machine['file_system']}")
    for line in disk:
        if line["bytes"] == 4096:
            way = "the file grows" if line["is_growing"] else "it overwrites"
            text += f"; write and fdatasync of 4 KiB when {way}: {line['p50_us']:.0f} µs"
    return text + f"; load of the machine before the run: {machine['load_before']}."


def _first(pattern, path):
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(pattern, file.read())
    except OSError:
        return None
    return found.group(1).strip() if found else None


def file_system(directory):
    """Kind and options of the file system that a directory lies on."""
    try:
        words = subprocess.run(
            ["findmnt", "--noheadings", "--output", "FSTYPE,OPTIONS", "--target", directory],
            capture_output=True, text=True, check=False).stdout.split()
    except FileNotFoundError:
        return "unknown file system"
    return f"{words[0]} ({words[1]})" if len(words) > 1 else "unknown file system"
