"""Runs the program under test, as it is or with a file system that fails (see fault.c)."""

import contextlib
import errno
import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

# Calls that change what is on the disk: a kill before any other one leaves what a kill before the next of these leaves.
MUTATING = ["creat", "open", "write", "fsync", "ftruncate", "rename", "link", "unlink", "mkdir", "rmdir", "chmod"]

# A disk's syncs would take most of the time.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@dataclass(frozen=True)
class Fault:
    """Which call fails, and how."""

    at: int = 0
    # The name of an error number, or `short`, `kill`, `torn`.
    how: str = ""
    calls: tuple = ()
    stays: bool = False

    def __str__(self):
        kind = "change" if self.calls == tuple(MUTATING) else "/".join(self.calls) or "call"
        return f"{self.how} {'from' if self.stays else 'at'} {kind} {self.at}"


@dataclass(frozen=True)
class Call:
    """A line of the shim's journal."""

    failed: bool
    kind: str
    result: int
    path: str
    other: str
    number: int
    length: int
    data: bytes = field(repr=False)

    @staticmethod
    def parse(line):
        mark, kind, result, path, other, number, length, data = line.rstrip("\n").split("\t")
        return Call(mark == "!", kind, int(result), path, other, int(number), int(length), bytes.fromhex(data))


def journal(path):
    return [Call.parse(line) for line in open(path)] if os.path.exists(path) else []


@dataclass
class Run:
    """How a run of the program ended. `status` is None for one that had to be ended because it hung."""

    status: int | None
    output: str
    error: str
    calls: list

    @property
    def hit(self):
        """The call that the shim failed; None where the run ended before it."""
        return next((call for call in self.calls if call.failed), None)

    @property
    def succeeded(self):
        return self.status == 0

    @property
    def was_killed(self):
        return self.status == -signal.SIGKILL

    @property
    def refused(self):
        """Whether it ended as a refusal should: status 1, what was found, and what to do."""
        lines = self.error.strip().splitlines()
        return self.status == 1 and len(lines) >= 2 and all(line.strip() for line in (lines[0], lines[-1]))

    def __str__(self):
        how = "hung" if self.status is None else f"status {self.status}"
        return f"{how}: {' | '.join(self.error.strip().splitlines()[-3:])[:300] or self.output.strip()[-200:]}"


def build_shim(folder):
    shim = folder / "fault.so"
    source = Path(__file__).with_name("fault.c")
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-w", "-o", shim, source, "-ldl", "-lpthread"], check=True)
    return shim


class Program:
    def __init__(self, path, scratch=None, shim=None):
        self.path = os.path.abspath(path)
        self.scratch = Path(tempfile.mkdtemp(prefix="reliability-", dir=scratch or MEMORY))
        self.shim = shim or build_shim(self.scratch)
        (self.scratch / "tmp").mkdir()
        home = {name: str(self.scratch / "home") for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
        self.environment = dict(os.environ, TMPDIR=str(self.scratch / "tmp"), **home)

    @contextlib.contextmanager
    def folder(self):
        """A context with a folder that is removed at its end."""
        path = Path(tempfile.mkdtemp(dir=self.scratch))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def run(self, workspace, cells=(), arguments=(), *, fault=None, log=None, data=False, under=None, seconds=30):
        """Runs cells, or a command of the program, on a workspace; in both `{w}` stands for the workspace's path.

        `fault` fails calls on paths below `under`, else the workspace; `log` is the journal's path, with `data` also
        what was written.
        """
        workspace = str(workspace)
        words = [word.replace("{w}", workspace) for word in arguments]
        for cell in cells:
            words += ["-c", cell.replace("{w}", workspace)]
        environment = dict(self.environment)
        if fault or log:
            environment |= {"LD_PRELOAD": str(self.shim), "FAULT_UNDER": str(under or workspace)}
        if log:
            environment |= {"FAULT_JOURNAL": str(log)} | ({"FAULT_DATA": "1"} if data else {})
        if fault and fault.at:
            how = fault.how if fault.how in ("short", "kill", "torn") else str(getattr(errno, fault.how))
            environment |= {"FAULT_AT": str(fault.at), "FAULT_WITH": how}
            environment |= {"FAULT_CALLS": ",".join(fault.calls)} if fault.calls else {}
            environment |= {"FAULT_STAYS": "1"} if fault.stays else {}
        process = subprocess.Popen(
            [self.path, "--no-startup", "--workspace", workspace, "--format", "csv", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=self.scratch)
        try:
            output, error = process.communicate(timeout=seconds)
            status = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            output, error = process.communicate()
            status = None
        text = [plain(part.decode(errors="replace"), workspace) for part in (output, error)]
        return Run(status, *text, journal(log) if log else [])


def plain(text, workspace):
    """Leaves out what differs between runs: paths, times, ids, rates."""
    text = text.replace(workspace, "{w}")
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?", "TIME", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)
    return re.sub(r"(?m)^(\d+,\d+,\d+,\d+,[^,\n]+),[\d.]+$", r"\1", text)
