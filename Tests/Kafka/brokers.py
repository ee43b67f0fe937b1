"""Brokers on loopback for the tests of real hubs; what each can prove stands with it.

noida-db speaks Kafka's protocol and keeps what it has when it is stopped in order; it takes any password, and no TLS, so
that stunnel stands before it where TLS is wanted. librdkafka's own mock cluster injects faults.
"""

import importlib.util
import os
import signal
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

HERE = Path(__file__).parent


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def check_is_free(port):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))


def wait_for(port, process, host="127.0.0.1"):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")


class Broker:
    """noida-db on a port, with its data in a folder; `shown` is the port that it tells clients, where a proxy has it."""

    def __init__(self, folder, port=None, shown=None):
        self.folder, self.port, self.shown = folder, port or free_port(), shown
        self.process = None

    def start(self):
        check_is_free(self.port)
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


def take(connection, count):
    """So many bytes, no fewer."""
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


def read_until(stream, text):
    """Takes lines up to the one that has the text, which must come."""
    while text not in (line := stream.readline()):
        assert line, f"ended without {text}"


class Proxy:
    """Stands before a broker; cuts the connection in place of the answers to the first few sends, and lets nobody through while it is
    away: so a broker goes under load, and loses nothing, which noida-db does not promise when it is stopped then. It can hold back
    answers to sends, too."""

    def __init__(self):
        self.losing, self.lost, self.away = 0, 0, False
        self.holds, self.holding, self.released = False, threading.Event(), threading.Event()
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.target = self.listener.getsockname()[1], None
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.away:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.target))
            self.connections += [client, server]
            waiting = set()
            threading.Thread(target=self.forward, args=(client, server, waiting, True), daemon=True).start()
            threading.Thread(target=self.forward, args=(server, client, waiting, False), daemon=True).start()

    def go(self):
        self.away = True
        for each in self.connections:
            self.end(each)
        self.connections = []

    def come_back(self):
        self.away = False

    @staticmethod
    def end(connection):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def forward(self, source, target, waiting, is_request):
        try:
            while True:
                head = take(source, 4)
                message = take(source, struct.unpack(">i", head)[0])
                if is_request and struct.unpack(">h", message[:2])[0] == 0:
                    waiting.add(message[4:8])
                if not is_request and message[:4] in waiting and self.holds:
                    self.holding.set()
                    self.released.wait()
                if not is_request and message[:4] in waiting and self.lost < self.losing:
                    self.lost += 1
                    raise ConnectionError
                target.sendall(head + message)
        except OSError:
            for each in (source, target):
                self.end(each)


def text(value):
    """As the protocol writes it."""
    return struct.pack(">h", len(value)) + value.encode()


class Responder:
    """Speaks ApiVersions and SaslHandshake, and answers SaslAuthenticate as it is told; or refuses the topic `t`."""

    def __init__(self, mechanisms=("PLAIN",), refuses_key=True, topic_code=0):
        self.mechanisms, self.refuses_key, self.topic_code = mechanisms, refuses_key, topic_code
        self.versions = [(18, 0, 0), (17, 0, 1), (36, 0, 0), (3, 0, 1)]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            while True:
                request = take(connection, struct.unpack(">i", take(connection, 4))[0])
                api, version, correlation = struct.unpack(">hhi", request[:8])
                body = self.answer(api, version, request)
                connection.sendall(struct.pack(">ii", len(body) + 4, correlation) + body)
        except OSError:
            connection.close()

    def answer(self, api, version, request):
        if api == 18 and version > 0:
            return struct.pack(">hihhh", 35, 1, 18, 0, 0)  # "use version 0"
        if api == 18:
            return struct.pack(">hi", 0, len(self.versions)) + b"".join(struct.pack(">hhh", *each) for each in self.versions)
        if api == 17:
            known = "PLAIN" in self.mechanisms
            return struct.pack(">hi", 0 if known else 33, len(self.mechanisms)) + b"".join(map(text, self.mechanisms))
        if api == 36 and self.refuses_key:
            return struct.pack(">h", 58) + text("Invalid credentials") + struct.pack(">i", 0)
        if api == 36:
            return struct.pack(">hhi", 0, -1, 0)
        broker = struct.pack(">ii", 1, 0) + text("127.0.0.1") + struct.pack(">ih", self.port, -1)
        return broker + struct.pack(">iih", 0, 1, self.topic_code) + text("t") + b"\0" + self.partitions()

    def partitions(self):
        return struct.pack(">i", 0)


class OldBroker(Responder):
    """A broker from before idempotent producers: it has one partition, takes what is produced, and counts it."""

    def __init__(self):
        super().__init__()
        self.versions = [(18, 0, 0), (3, 0, 1), (2, 0, 1), (0, 0, 2)]
        self.next = 0

    def partitions(self):
        return struct.pack(">i", 1) + struct.pack(">hii", 0, 0, 0) + struct.pack(">ii", 1, 0) + struct.pack(">ii", 1, 0)

    def answer(self, api, version, request):
        if api == 0:
            body = request[10 + max(0, struct.unpack(">h", request[8:10])[0]) :]
            # Acks, timeout, one topic, one partition; then the message set: offset, size, message, and again.
            place = 2 + 4 + 4 + 2 + 1 + 4 + 4
            size = struct.unpack(">i", body[place : place + 4])[0]
            messages, count = body[place + 4 : place + 4 + size], 0
            while messages:
                messages, count = messages[12 + struct.unpack(">i", messages[8:12])[0] :], count + 1
            first, self.next = self.next, self.next + count
            return struct.pack(">i", 1) + text("t") + struct.pack(">iihqq", 1, 0, 0, first, -1) + struct.pack(">i", 0)
        if api == 2:
            time = struct.unpack(">q", request[-8:])[0]
            return struct.pack(">i", 1) + text("t") + struct.pack(">iihqq", 1, 0, 0, -1, 0 if time == -2 else self.next)
        return super().answer(api, version, request)


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
        assert done.returncode == 0, f"{done.stdout}{done.stderr}status {done.returncode}"
        return done.stderr + done.stdout

    def failure(self, *cells, environment={}):
        """The two lines of its error, the last that it writes; it must fail, and let no library write a log."""
        done = self.run(*cells, environment=environment)
        assert done.returncode == 1, done.stdout + done.stderr
        lines = done.stderr.splitlines()
        assert not [line for line in lines if line.startswith("%")], done.stderr
        return lines[-2:]

    def start(self, *cells, environment={}):
        """Runs cells that come through a pipe; more can be written to it. After three minutes it is ended, and so is the reader that waits."""
        process = subprocess.Popen(
            [self.program, "--workspace", str(self.workspace), "--format", "csv"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=dict(os.environ, **environment),
        )
        watchdog = threading.Timer(180, process.kill)
        watchdog.daemon = True
        watchdog.start()
        for cell in cells:
            process.stdin.write(cell + "\n")
        process.stdin.flush()
        return process
