"""`make install`, for machines without Debian's packages, in a system that is thrown away.

Variables: BINARIES, the directory of the programs; PROJECT, the repository.
"""

import os
import unittest

from service import Unit
from system import owner_and_mode, read, run, write

KEYS = "/var/lib/gridcall-keys"


class InstallTest(unittest.TestCase):
    def test_installs_under_a_prefix_and_leaves_settings_alone(self):
        root = "/tmp/machine"
        script = f"{os.environ['PROJECT']}/deploy/install.sh"
        run(script, os.environ["BINARIES"], "/opt/gridcall", root)
        unit = Unit(f"{root}/opt/gridcall/lib/systemd/system/gridcall-worker@.service", "market")
        self.assertTrue(unit.one("ExecStart").startswith("/opt/gridcall/bin/gridcall-worker "))
        self.assertIn("/opt/gridcall/share/gridcall", read(f"{root}/etc/gridcall/broker.env"))
        examples = f"{root}/opt/gridcall/share/gridcall/examples"
        for name in ["worker.env", "prometheus/prometheus.yaml", "prometheus/rules.yaml",
                     "grafana/gridcall.json"]:
            self.assertTrue(read(f"{examples}/{name}"), name)
        write(f"{root}/etc/gridcall/broker.env", "# ours\n")
        run(script, os.environ["BINARIES"], "/opt/gridcall", root)
        self.assertEqual(read(f"{root}/etc/gridcall/broker.env"), "# ours\n")

    def test_makes_user_and_directories_on_the_machine_itself_and_leaves_without_a_trace(self):
        project, binaries = os.environ["PROJECT"], os.environ["BINARIES"]
        run(f"{project}/deploy/install.sh", binaries, "/usr/local")
        self.assertEqual(owner_and_mode(KEYS), ("gridcall", 0o700))
        units = "/usr/local/lib/systemd/system"
        report = run(
            "systemd-analyze", "verify", f"{units}/gridcall-broker.service",
            f"{units}/gridcall-backup.timer",
        )
        self.assertEqual(report, "")
        run(f"{project}/deploy/uninstall.sh", "/usr/local")
        left = run("find", "/usr/local", "-name", "*gridcall*", "-not", "-path", "*/lib/gridcall*")
        self.assertEqual(left, "")
        self.assertTrue(os.path.exists("/etc/gridcall/broker.env"))


if __name__ == "__main__":
    unittest.main(failfast=True)
