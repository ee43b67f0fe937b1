"""The shell at a pseudo-terminal."""

import os

import pytest

from terminal import Terminal


@pytest.fixture
def start(program, tmp_path):
    """Starts the shell in a home of the test's own: start(rows=24, columns=80, env={...}).

    WINDOW=ROWSxCOLUMNS and LOCALE run the tests that do not ask for their own in another window and locale.
    """
    started = []
    usual_rows, usual_columns = map(int, os.environ.get("WINDOW", "24x80").split("x"))

    def start(*arguments, rows=usual_rows, columns=usual_columns, env=None):
        environment = {
            "HOME": str(tmp_path), "PATH": os.environ.get("PATH", ""), "TERM": "xterm", "LANG": os.environ.get("LOCALE", "C.UTF-8"),
            "XDG_STATE_HOME": str(tmp_path / "state"), **(env or {}),
        }  # fmt: skip
        terminal = Terminal([program, *arguments], env=environment, cwd=tmp_path, rows=rows, columns=columns)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        terminal.close()
