"""The shell at a pseudo-terminal."""

import os

import pytest

from terminal import Terminal


@pytest.fixture
def start(program, tmp_path):
    """Starts the shell in a home of the test's own: start(rows=24, columns=80, env={...})."""
    started = []

    def start(*arguments, rows=24, columns=80, env=None):
        environment = {
            "HOME": str(tmp_path), "PATH": os.environ.get("PATH", ""), "TERM": "xterm", "LANG": "C.UTF-8",
            "XDG_STATE_HOME": str(tmp_path / "state"), **(env or {}),
        }  # fmt: skip
        terminal = Terminal([program, *arguments], env=environment, cwd=tmp_path, rows=rows, columns=columns)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        terminal.close()
