"""The peers: how each is set so that it confirms a task only when it is on disk."""
import glob
import os
import re
import shutil
import signal
import subprocess

from .server import Server, Unavailable, first_line, free_port


class Beanstalkd(Server):
    name = driver = "beanstalkd"
    title = "beanstalkd"
    settings = "`-b DIR -f 0`: an fsync after every write to the log"

    def version(self):
        return first_line(["beanstalkd", "-v"], r"beanstalkd (\S+)")

    def command(self):
        return ["beanstalkd", "-l", "127.0.0.1", "-p", str(self.port), "-b", self.directory,
                "-f", "0"]


class Redis(Server):
    name = driver = "redis"
    title = "Redis Streams"
    settings = "`appendonly yes`, `appendfsync always`; XADD, XREADGROUP, XACK and XDEL"

    def version(self):
        return first_line(["redis-server", "--version"], r"v=(\S+)")

    def command(self):
        # The file is not rewritten in the middle of a run.
        return ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1",
                "--dir", self.directory, "--appendonly", "yes", "--appendfsync", "always",
                "--auto-aof-rewrite-percentage", "0", "--save", "", "--daemonize", "no"]


class RabbitMQ(Server):
    name = driver = "rabbitmq"
    title = "RabbitMQ, quorum queue"
    settings = ("quorum queue of one node, publisher confirms, multiple acks; an ack is not "
                "confirmed and counts when sent")
    unprivileged_user = "rabbitmq"
    binaries = "/usr/lib/rabbitmq/bin"

    def __init__(self, directory):
        super().__init__(directory)
        self.distribution_port = free_port()
        self.names_port = free_port()

    def version(self):
        if not os.path.exists(f"{self.binaries}/rabbitmq-server"):
            raise Unavailable("rabbitmq-server is not installed")
        versions = glob.glob("/usr/lib/rabbitmq/lib/rabbitmq_server-*")
        return versions[0].rpartition("-")[2] if versions else "of unknown version"

    def set_up(self):
        with open(f"{self.directory}/rabbitmq.conf", "w", encoding="utf-8") as file:
            file.write(f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
                       "log.file.level = warning\n"
                       # The share of memory and the disk space at which it would stop taking
                       # tasks are no part of what is measured.
                       "vm_memory_high_watermark.relative = 0.8\n"
                       "disk_free_limit.absolute = 50MB\n")
        with open(f"{self.directory}/plugins", "w", encoding="utf-8") as file:
            file.write("[].\n")

    def environment(self):
        return {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": self.directory,
            "ERL_EPMD_PORT": str(self.names_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"gridcall-bench-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": f"{self.directory}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{self.directory}/plugins",
            "RABBITMQ_MNESIA_BASE": f"{self.directory}/data",
            "RABBITMQ_LOG_BASE": f"{self.directory}/log",
            "RABBITMQ_PID_FILE": f"{self.directory}/pid",
        }

    def command(self):
        return [f"{self.binaries}/rabbitmq-server"]

    def tidy_up(self):
        # The name service of Erlang that this node started, on a port of its own, lives on.
        epmd = glob.glob("/usr/lib/erlang/erts-*/bin/epmd") + [shutil.which("epmd")]
        if epmd[0]:
            subprocess.run([epmd[0], "-port", str(self.names_port), "-kill"],
                           env=self.environment(), capture_output=True, check=False)


class PostgreSQL(Server):
    name = driver = "postgresql"
    title = "PostgreSQL, pipelined"
    settings = ("`fsync` and `synchronous_commit` on, full pages on, 512 MB of buffers, WAL up to "
                "4 GB; a table, SKIP LOCKED, LISTEN; transactions of W/2, two on the way")
    unprivileged_user = "postgres"
    # A fast shutdown, which does not wait for clients.
    stop_signal = signal.SIGINT

    def version(self):
        return first_line([self._program("postgres"), "--version"], r"PostgreSQL\) (\S+)")

    def _program(self, name):
        found = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
        # Debian has a directory for each version; the newest counts.
        newest = sorted(found, key=lambda path: int(re.search(r"/(\d+)/", path).group(1)))
        return newest[-1] if newest else shutil.which(name) or name

    def set_up(self):
        subprocess.run(
            [self._program("initdb"), "--pgdata", f"{self.directory}/data", "--auth=trust",
             "--username=bench", "--no-locale", "--encoding=UTF8"],
            stdout=subprocess.DEVNULL, check=True, **self._identity())

    def command(self):
        options = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
            "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
            "shared_buffers": "512MB", "max_wal_size": "4GB", "checkpoint_timeout": "15min",
            "autovacuum_naptime": "1s",
        }
        command = [self._program("postgres"), "-D", f"{self.directory}/data"]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return command


class Nats(Server):
    name = driver = "nats"
    title = "NATS JetStream"
    settings = ("`sync_interval: always`, file storage, work-queue retention, pull consumer, "
                "explicit acks with an answer")
    # Beside what is built; Benchmarks/prepare.sh puts it there.
    program = "nats-server"

    def version(self):
        return first_line([self.program, "--version"], r"v(\d\S*)")

    def set_up(self):
        with open(f"{self.directory}/nats.conf", "w", encoding="utf-8") as file:
            file.write(f"listen: 127.0.0.1:{self.port}\n"
                       f'jetstream {{ store_dir: "{self.directory}/store", '
                       "sync_interval: always, max_file_store: 50GB }\n")

    def command(self):
        return [self.program, "-c", f"{self.directory}/nats.conf"]


ALL = [Beanstalkd, Redis, RabbitMQ, PostgreSQL, Nats]
