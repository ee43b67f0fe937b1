"""Brokers on loopback for the tests of real hubs; what each can prove stands with it.

noida-db speaks Kafka's protocol and keeps what it has when it is stopped in order; it takes any password, and no TLS, so
that stunnel stands before it where TLS is wanted. librdkafka's own mock cluster injects faults.
"""

import importlib.util
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).parent


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, process, host="127.0.0.1"):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"nobody listens at {port}")


class Broker:
    """noida-db on a port, with its data in a folder; `shown` is the port that it tells clients, where a proxy has it."""

    def __init__(self, folder, port=None, shown=None):
        self.folder, self.port, self.shown = folder, port or free_port(), shown
        self.process = None

    def start(self):
        package = Path(importlib.util.find_spec("noida_db").origin).parent
        command = [package / "noida-db", "start", "--only", "kafka", "--data-dir", self.folder]
        environment = dict(os.environ)
        port = self.port
        if self.shown:
            environment |= {"LD_PRELOAD": shim(self.folder), "SHOWN_PORT": str(self.shown), "BOUND_PORT": str(self.port)}
            port = self.shown
        self.process = subprocess.Popen(
            [*command, "--kafka-port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        wait_for(self.port, self.process)
        return self

    def stop(self):
        """In order: what it has is there when it starts again."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"kafka://{self.address}"

    def admin(self):
        from confluent_kafka.admin import AdminClient

        return AdminClient({"bootstrap.servers": self.address})


def shim(folder):
    """noida-db has no option for the port that it tells clients: this lies to it about its own."""
    library = Path(folder) / "shown-port.so"
    if not library.exists():
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "shown_port.c", "-ldl"], check=True)
    return str(library)


class Mock:
    """librdkafka's mock cluster, told what to do."""

    def __init__(self, folder):
        program = folder / "mock"
        subprocess.run(["cc", "-O1", "-o", program, HERE / "mock.c", "-lrdkafka"], check=True)
        self.process = subprocess.Popen([program, "t", "2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"kafka://{self.process.stdout.readline().strip()}"

    def tell(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ok\n", words


class Shell:
    """The program in a workspace."""

    def __init__(self, program, workspace):
        self.program, self.workspace = program, workspace

    def command(self, cells, *options):
        return [self.program, "--workspace", str(self.workspace), "--format", "csv", *options] + [
            word for cell in cells for word in ("-c", cell)
        ]

    def run(self, *cells, environment={}):
        return subprocess.run(
            self.command(cells), capture_output=True, text=True, timeout=180, env=dict(os.environ, **environment)
        )

    def output(self, *cells, environment={}):
        """What it printed, tables last; it must succeed."""
        done = self.run(*cells, environment=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stderr + done.stdout

    def failure(self, *cells, environment={}):
        """The two lines of its error, the last that it writes; it must fail, and let no library write a log."""
        done = self.run(*cells, environment=environment)
        assert done.returncode == 1, done.stdout + done.stderr
        lines = done.stderr.splitlines()
        assert not [line for line in lines if line.startswith("%")], done.stderr
        return lines[-2:]

    def start(self, *cells, environment={}):
        """Runs cells that come through a pipe; more can be written to it."""
        process = subprocess.Popen(
            [self.program, "--workspace", str(self.workspace), "--format", "csv"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=dict(os.environ, **environment),
        )
        for cell in cells:
            process.stdin.write(cell + "\n")
        process.stdin.flush()
        return process
