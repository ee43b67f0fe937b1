"""Inputs, tables and attacks that once went wrong, each with what is right. They belong to other projects too, so they lie
beside this one; CASES names their folder."""

import os
import subprocess
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "cases"


@pytest.fixture(scope="session")
def cases():
    folder = Path(os.environ.get("CASES", BESIDE))
    if not folder.is_dir():
        pytest.skip(f"there is no folder {folder}: name the cases' folder with CASES")
    return folder


class Answer:
    """What a run of the program gave: exit status, standard output, standard error."""

    def __init__(self, process):
        self.status, self.output, self.error = process.returncode, process.stdout, process.stderr

    def __repr__(self):
        return f"status {self.status}\n{self.output}\n{self.error}"


@pytest.fixture
def shell(program, tmp_path):
    """Runs cells in a workspace of the test's own: shell("tables", "show t"). Answers come as CSV."""

    def shell(*cells, arguments=(), input=None, environment=None, timeout=60):
        words = [program, "--workspace", str(tmp_path / "workspace"), "--no-startup", "--format", "csv", *map(str, arguments)]
        words += [word for cell in cells for word in ("-c", str(cell))]
        return Answer(
            subprocess.run(
                words, input=input, capture_output=True, text=True, cwd=tmp_path, timeout=timeout,
                env=dict(os.environ, **(environment or {})),
            )
        )  # fmt: skip

    return shell
