"""How a conversation is interrupted and ended, and how it begins for somebody new."""

import re

import pytest


def test_ctrl_c_twice_at_an_empty_prompt_says_how_to_leave(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.press("Ctrl-C")
    shell.wait_for("[1]> ^C")
    shell.wait_for_prompt(1)
    assert "quit leaves" not in shell.text
    shell.press("Ctrl-C")
    shell.wait_for("Ctrl-D or quit leaves")
    shell.wait_for_prompt(1)


@pytest.mark.parametrize("word", ["quit", "exit"])
def test_quit_leaves(start, word):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter(word)
    assert shell.wait_for_exit() == 0


def test_leaving_with_a_running_query_asks(start):
    shell = start()
    shell.wait_for_prompt(1)
    for number, cell in enumerate(
        [
            "send --sample --days 1",
            'stream s --schema "timestamp TIMESTAMP, favorite INT"',
            "aggregate a --from s --window 1h --count",
            "write a --to t --trigger continuous",
            "wait a",
        ],
        start=2,
    ):
        shell.enter(cell)
        shell.wait_for_prompt(number)
    for leave in [lambda: shell.press("Ctrl-D"), lambda: shell.enter("quit")]:
        leave()
        shell.wait_for_line("Leave? [y/N] ")
        shell.enter("n")
        shell.wait_for_prompt(6)
    shell.press("Ctrl-D")
    shell.wait_for_line("Leave? [y/N] ")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(6)
    shell.enter("queries")
    shell.wait_for("waiting")
    shell.wait_for_prompt(7)
    shell.press("Ctrl-D")
    shell.wait_for_line("Leave? [y/N] ")
    shell.enter("y")
    assert shell.wait_for_exit() == 0


PREPARED = [
    "send --sample --days 1",
    'stream s --schema "timestamp TIMESTAMP, favorite INT"',
    "aggregate a --from s --window 1h --count",
]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("send --from endless", "interrupted"),
        ("watch b", "b: count"),
        ("check slow.ipynb", "interrupted"),
        ("run slow.gsw", "interrupted"),
    ],
)
def test_ctrl_c_stops_what_takes_long(start, tmp_path, cell, said):
    endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c;"
    (tmp_path / "slow.gsw").write_text(f"# %%\n{endless}\n")
    (tmp_path / "slow.ipynb").write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "id": "a", "metadata": {},'
        ' "execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}],'
        f' "source": "{endless}"}}]}}'
    )
    with (tmp_path / "endless").open("w") as file:
        file.writelines('{"timestamp":"2019-04-01T00:00:00Z","favorite":1}\n' for _ in range(2_000_000))
    shell = start(columns=120)
    shell.wait_for_prompt(1)
    for number, prepared in enumerate([*PREPARED, "write a --to b"], start=2):
        shell.enter(prepared)
        shell.wait_for_prompt(number)
    shell.enter(cell)
    shell.wait_until(lambda: shell.is_as_shells_expect, "waiting for the cell to run")
    if cell.startswith("watch"):
        shell.wait_for(said)
    shell.press("Ctrl-C")
    # What was said first: until then the screen still shows the prompt at which the cell was typed.
    shell.wait_for(said)
    shell.wait_until(lambda: re.fullmatch(r"\[\d\]>", shell.line), "waiting for a prompt")
    shell.enter("SELECT 'alive' AS state;")
    shell.wait_until(lambda: any(line.strip("|│ ") == "alive" for line in shell.lines), "waiting for the answer")


def test_work_that_says_nothing_else_says_that_it_goes_on(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c;")
    shell.wait_for("working, 1 s; Ctrl-C stops it")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(2)
    assert "working" not in shell.text


def test_history_lists_what_was_typed_and_finds_it(start, tmp_path):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("SELECT 1 AS first_cell;")
    shell.wait_for_prompt(2)
    shell.enter(" SELECT 2 AS not_kept;")
    shell.wait_for_prompt(3)
    shell.enter("connect hub Endpoint=sb://a/;SharedAccessKeyName=k;SharedAccessKey=s3cret")
    shell.wait_for_prompt(4)
    other = start()
    other.wait_for_prompt(1)
    other.enter("SELECT 3 AS elsewhere;")
    other.wait_for_prompt(2)
    shell.enter("history SELECT")
    shell.wait_for_prompt(5)
    shown = shell.text.split("history SELECT")[1]
    assert "SELECT 1 AS first_cell;" in shown and "SELECT 3 AS elsewhere;" in shown and "not_kept" not in shown
    assert "s3cret" not in (tmp_path / "state" / "groundswell" / "history").read_text()


def test_the_first_minute(start):
    """From the first start to a plot with an anomaly, typing only what the screen shows, in four lines."""
    shell = start()
    shell.wait_for_prompt(1)
    shown = [line.strip() for line in shell.lines if line.startswith("  ")]
    assert len(shown) <= 4
    for number, line in enumerate(shown, start=2):
        shell.enter(line)
        shell.wait_for_prompt(number)
    assert any("●" in line or "!" in line for line in shell.lines) and "anomalies" in shell.text
    again = start()
    again.wait_for_prompt(1)
    assert "A first look" not in again.text
