"""Cells at work: what is seen meanwhile, and how they are stopped."""

import pytest


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("send --sample --days 100000", "interrupted"),
        ("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c;", "interrupted"),
    ],
    ids=["send", "SQL"],
)
def test_ctrl_c_stops_the_cell_and_not_the_shell(start, cell, said):
    shell = start(columns=120)
    shell.wait_for_prompt(1)
    shell.enter(cell)
    shell.wait_until(lambda: shell.is_as_shells_expect, "waiting for the cell to run")
    shell.press("Ctrl-C")
    shell.wait_for(said)
    shell.wait_for_prompt(2)
    shell.enter("SELECT 'alive' AS state;")
    shell.wait_for("alive")
    shell.wait_for_prompt(3)


def test_a_send_that_is_stopped_says_how_much_was_sent(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("send --sample --days 100000")
    shell.wait_for("events sent, ")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(2)
    assert "0 events to the hub default" in shell.text
    # The progress line is gone.
    assert "events sent, " not in shell.text


def test_progress_of_a_stream_says_what_is_left(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("send --sample --days 2000")
    shell.wait_for("sent 1,1")
    shell.enter("stream s --schema 'timestamp TIMESTAMP, favorite INT'")
    shell.enter("aggregate a --from s --window 1h --avg favorite")
    shell.enter("write a --to t")
    shell.wait_until(lambda: " s left" in shell.text or "48,000 windows" in shell.text, "waiting for progress")
    shell.wait_for("48,000 windows")
    assert " s left" not in shell.text


def test_a_query_in_the_background_leaves_the_shell_usable_and_speaks_above_the_prompt(start, tmp_path):
    shell = start(columns=120, rows=40)
    shell.wait_for_prompt(1)
    for number, cell in enumerate(
        [
            "send --sample --days 1",
            "stream s --schema 'timestamp TIMESTAMP, favorite INT'",
            "aggregate a --from s --window 1h --watermark 1h --avg favorite",
            "write a --to t --mode update --trigger continuous",
            "wait a",
        ]
    ):
        shell.enter(cell)
        shell.wait_for_prompt(number + 2)
    assert "runs in the background" in shell.text and "caught up" in shell.text
    (tmp_path / "late.jsonl").write_text('{"timestamp":"2001-01-01T00:00:00Z","favorite":1}')
    shell.enter(f"send --from {tmp_path}/late.jsonl")
    shell.wait_for_prompt(7)
    shell.type("SELECT 'typed")
    shell.wait_for("the query a dropped 1 late event: the watermark stands at")
    shell.wait_for_line("[7]> SELECT 'typed")
    shell.type(" on' AS state;")
    shell.press("Enter")
    shell.wait_for("typed on")
    shell.enter("stop a")
    shell.wait_for("stopped a")
