"""Does what systemd does between fork and exec, as far as one process can, and runs a service.

Reads a JSON object from the file named by the first argument; see `Service.start` in service.py.
It keeps its process id: what it becomes is the service's main process.
"""

import ctypes
import json
import os
import resource
import sys

CLONE_NEWNS = 0x00020000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP = 38, 24
SCMP_ACT_ALLOW, SCMP_ACT_EPERM = 0x7FFF0000, 0x00050001

libc = ctypes.CDLL(None, use_errno=True)


def check(result, action):
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{action}: {os.strerror(code)}")


def mount(source, target, flags, kind=None):
    arguments = [text.encode() if text else None for text in (source, target, kind)]
    check(libc.mount(*arguments, ctypes.c_ulong(flags), None), f"mount {target}")


def limit(kind, wanted):
    """Sets a limit, but not above what this machine allows."""
    _, highest = resource.getrlimit(kind)
    value = wanted if highest == resource.RLIM_INFINITY else min(wanted, highest)
    resource.setrlimit(kind, (value, value))


def protect_system(writable):
    """ProtectSystem=strict and PrivateTmp=yes: nothing but the service's own places can be written."""
    check(libc.unshare(CLONE_NEWNS), "unshare")
    mount(None, "/", MS_REC | MS_PRIVATE)
    for path in writable:
        mount(path, path, MS_BIND)
    for path in ("/", "/run"):
        mount(None, path, MS_REMOUNT | MS_BIND | MS_RDONLY)
    mount("tmpfs", "/tmp", 0, "tmpfs")


def drop_privileges(user, group, groups):
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups(groups)
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def filter_system_calls(names):
    """SystemCallFilter=: every other system call fails with EPERM."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(SCMP_ACT_EPERM)))
    for name in names:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            check(
                seccomp.seccomp_rule_add(context, ctypes.c_uint32(SCMP_ACT_ALLOW), number, 0),
                f"allow {name}",
            )
    check(seccomp.seccomp_load(context), "seccomp_load")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    environment = job["environment"]
    environment["WATCHDOG_PID"] = str(os.getpid())
    limit(resource.RLIMIT_NOFILE, job["openFiles"])
    limit(resource.RLIMIT_CORE, 0)
    os.umask(job["umask"])
    protect_system(job["writable"])
    os.chdir(job["directory"])
    drop_privileges(job["user"], job["group"], job["groups"])
    filter_system_calls(job["systemCalls"])
    os.execve(job["command"][0], job["command"], environment)


main()
