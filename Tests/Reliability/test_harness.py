"""The harness sees what it is there to see: small programs, wrong on purpose, under the shim and on the model of a disk."""

import random
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from disk import Disk
from program import MEMORY, Fault, Program, build_shim

REPLACE = "import os; d = os.open('new', os.O_WRONLY | os.O_CREAT); os.write(d, b'new' * 400); {sync}os.close(d); os.rename('new', 'file'); {folder}"
SYNC = "os.fsync(d); "
SYNC_FOLDER = "d = os.open('.', os.O_RDONLY); os.fsync(d)"


@pytest.fixture
def tmp_path():
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    return build_shim(tmp_path_factory.mktemp("shim"))


def run(shim, folder, code, fault=None):
    """Runs Python code under the shim, in a folder, in place of the program."""
    script = folder.parent / "python"
    script.write_text(f'#!/bin/sh\ncd {folder} && exec {sys.executable} -c "$CODE"\n')
    script.chmod(0o755)
    program = Program(script, folder.parent, shim)
    program.environment["CODE"] = code
    return program.run(folder, fault=fault, log=folder.parent / "journal", data=True)


@pytest.mark.parametrize(
    ("code", "call", "how", "text"),
    [
        ("import os; print(os.listdir('.'))", "readdir", "EIO", "Input/output error"),
        ("open('x', 'w')", "creat", "ENOSPC", "No space left"),
        ("import os; os.mkdir('x')", "mkdir", "EACCES", "Permission denied"),
        ("import os; os.stat('file')", "stat", "EIO", "Input/output error"),
        ("import os; os.open('file', 0)", "open", "EMFILE", "Too many open files"),
    ],
)
def test_a_call_fails_as_it_is_told_to(shim, tmp_path, code, call, how, text):
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "file").write_text("old")
    ran = run(shim, folder, code, Fault(1, how, (call,)))
    assert ran.status == 1 and text in ran.error
    assert ran.hit.kind == call


def test_a_write_is_shortened_once_and_a_torn_one_is_the_last(shim, tmp_path):
    folder = tmp_path / "w"
    folder.mkdir()
    code = "import os; d = os.open('x', os.O_WRONLY | os.O_CREAT); print(os.write(d, b'0123456789'), os.write(d, b'ab'))"
    assert run(shim, folder, code, Fault(1, "short", ("write",))).output == "5 2\n"
    assert (folder / "x").read_text() == "01234ab"
    torn = run(shim, folder, code, Fault(1, "torn", ("write",)))
    assert torn.status == -signal.SIGKILL
    assert (folder / "x").read_text().startswith("01234")


def contents_after_power_loss(shim, tmp_path, code, at_the_end=False):
    """What `file` may hold after a loss of power."""
    folder, pristine = tmp_path / "w", tmp_path / "before"
    for path in (folder, pristine):
        path.mkdir()
        (path / "file").write_bytes(b"old")
    ran = run(shim, folder, code)
    assert ran.succeeded, ran
    disk = Disk(folder, pristine)
    disk.take(ran.calls)
    first = len(disk.changes) if at_the_end else 0
    return {state.files.get("file") for state in disk.states(random.Random(1), first=first, thorough=True)}


def test_a_rename_without_a_sync_may_leave_an_empty_or_torn_file(shim, tmp_path):
    found = contents_after_power_loss(shim, tmp_path, REPLACE.format(sync="", folder=""))
    assert {b"old", b"", b"new" * 400, bytes(1200)} < found


def test_a_synced_file_is_whole_or_not_there_yet(shim, tmp_path):
    assert contents_after_power_loss(shim, tmp_path, REPLACE.format(sync=SYNC, folder="")) == {b"old", b"new" * 400}


def test_a_name_lasts_only_once_its_folder_is_synced(shim, tmp_path):
    code = REPLACE.format(sync=SYNC, folder="")
    assert contents_after_power_loss(shim, tmp_path, code, at_the_end=True) == {b"old", b"new" * 400}


def test_behind_the_folders_sync_only_the_new_file_is_there(shim, tmp_path):
    code = REPLACE.format(sync=SYNC, folder=SYNC_FOLDER)
    assert contents_after_power_loss(shim, tmp_path, code, at_the_end=True) == {b"new" * 400}
