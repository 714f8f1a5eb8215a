"""What the tests do with the system they run in."""

import fcntl
import os
import pwd
import socket
import stat
import struct
import subprocess

SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def run(*words, code=0):
    done = subprocess.run(words, capture_output=True, text=True)
    text = done.stdout + done.stderr
    assert done.returncode == code, f"{words} ended with {done.returncode}:\n{text}"
    return text


def raise_loopback():
    """A network of its own begins without an address (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def owner_and_mode(path):
    status = os.stat(path)
    return pwd.getpwuid(status.st_uid).pw_name, stat.S_IMODE(status.st_mode)
