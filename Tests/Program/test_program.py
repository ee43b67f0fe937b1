"""The program as scripts and cron call it: exit statuses, streams, what is kept when it fails or is killed."""

import json
import os
import resource
import signal
import subprocess
import time

import pytest

EVENTS = [
    '{"timestamp":"2019-04-10T09:10:00Z","favorite":4}',
    '{"timestamp":"2019-04-10T09:20:00Z","favorite":2}',
    '{"timestamp":"2019-04-10T11:59:00Z","favorite":1}',
]
DEFINE = """stream s --schema 'timestamp TIMESTAMP, favorite INT'
aggregate a --from s --window 1h --avg favorite --as average
"""


@pytest.fixture
def run(program, tmp_path):
    """Runs the program in a folder of the test's own: run("-c", "tables", input=None, limit=BYTES_A_FILE)."""

    def run(*arguments, input=None, limit=None, folder=tmp_path):
        def limited():
            if limit:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        return subprocess.run(
            [program, *map(str, arguments)], input=input, capture_output=True, text=True, cwd=folder, timeout=120,
            preexec_fn=limited,
        )  # fmt: skip

    return run


@pytest.fixture
def sent(run, tmp_path):
    (tmp_path / "events.jsonl").write_text("\n".join(EVENTS))
    assert run("send", "--from", "events.jsonl").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "status", "output", "error"),
    [
        (["-c", "SELECT 1 AS one;"], 0, "│    one │", ""),
        (["-c", "SELECT 1 AS one;", "-c", "SELECT 2 AS two;", "--format", "csv"], 0, "one\n1\ntwo\n2\n", ""),
        (["--format", "json", "-c", "SELECT 'ä' AS a, NULL AS b, 0.5 AS c;"], 0, '[{"a":"ä","b":null,"c":0.5}]\n', ""),
        (["-c", "-- a comment\nSELECT 1 AS one;", "--format", "csv"], 0, "one\n1\n", ""),
        (["-c", "set x -5\nSELECT $x AS x;", "--format", "csv"], 0, "x\n-5\n", ""),
        (["-c", "SELECT 1 WHERE FALSE;", "--format", "jsonl"], 0, "", ""),
        (["tables", "--format=csv"], 0, "", "no tables yet"),
        (["-c", "SELECT 1;", "-c", "nonsense", "-c", "SELECT 3 AS three;"], 1, "│      1 │", "there is no command 'nonsense'"),
        (["show", "nothing"], 1, "", "there is no stream, aggregate, table or view 'nothing'"),
        (["run", "missing.ipynb"], 1, "", "missing.ipynb"),
        (["shwo", "nothing"], 64, "", "did you mean 'show'?"),
        (["show"], 64, "", "try: help show"),
        (["--formt", "csv"], 64, "", "did you mean '--format'?"),
        (["tables", "--format", "xml"], 64, "", "table, csv, json, jsonl, markdown"),
        (["tables", "--workspace"], 64, "", "which folder?"),
        (["-c", "tables", "tables"], 64, "", "either cells with -c or a command"),
        (["--version"], 0, "0.1.0\n", ""),
        (["--help"], 0, "USAGE: groundswell", ""),
        (["show", "--help"], 0, "USAGE: show", ""),
    ],
)
def test_the_exit_status_says_what_went_wrong(run, arguments, status, output, error):
    result = run(*arguments)
    assert (result.returncode, output in result.stdout, error in result.stderr) == (status, True, True), result
    assert status != 0 or error or result.stderr == ""
    assert "\x1b" not in result.stdout + result.stderr


def test_cells_come_from_standard_input_until_one_fails(run):
    result = run(input="SELECT 1 AS one,\n 2 AS two;\nset x 'it''s'\nSELECT $x AS x;\nnonsense\nSELECT 3 AS three;\n")
    assert result.returncode == 1
    assert "│    one │    two │" in result.stdout and "three" not in result.stdout
    assert result.stderr == "there is no command 'nonsense'\ntry: help\n"


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but a comment\n", ";"])
def test_empty_input_is_no_failure(run, text):
    result = run(input=text)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_notebook_that_fails_in_the_middle_keeps_its_outputs_so_far(run, tmp_path):
    (tmp_path / "n.gsw").write_text("# %%\nSELECT 1 AS one;\n\n# %%\nSELECT 2 AS two;\nnonsense\n\n# %%\nSELECT 3 AS three;\n")
    result = run("run", "n.gsw", "-o", "out.ipynb")
    assert result.returncode == 1 and "n.gsw, cell " in result.stderr
    outputs = [cell["outputs"] for cell in json.loads((tmp_path / "out.ipynb").read_text())["cells"]]
    assert [[output["output_type"] for output in cell] for cell in outputs] == [["execute_result"], ["execute_result", "error"], []]


def test_parameters_replace_those_of_the_notebook(run, tmp_path):
    (tmp_path / "n.gsw").write_text('# %% tags=["parameters"]\nset low 1\nset name a\n\n# %%\nSELECT $low AS low, $name AS name;\n')
    result = run("run", "-p", "low", "-5", "n.gsw", "-p", "name", "--x", "--format", "csv")
    assert (result.returncode, result.stdout, result.stderr) == (0, "low,name\n-5,--x\n", "")
    unknown = run("run", "n.gsw", "-p", "lo", "1")
    assert unknown.returncode == 1 and "did you mean 'low'?" in unknown.stderr


def test_a_notebook_is_saved_without_the_cells_that_save_it(run, tmp_path):
    cells = "set a 1\nnotebook save n.ipynb\nSELECT $a AS a;\ncells\nrerun 2\nnotebook save n.ipynb\n"
    assert run(input=cells).returncode == 0
    saved = json.loads((tmp_path / "n.ipynb").read_text())["cells"]
    assert ["".join(cell["source"]) for cell in saved] == ["set a 1", "SELECT $a AS a;"]
    assert run("run", "n.ipynb").returncode == 0


def test_keys_are_shown_to_nobody(run, tmp_path):
    endpoint = "Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=TOPSECRET=;EntityPath=e"
    result = run(input=f"set a 1\nconnect hub '{endpoint}'\n")
    assert result.returncode == 1
    saved = run("-c", f"set b '{endpoint}'", "-c", "notebook save n.ipynb")
    assert saved.returncode == 0 and "SharedAccessKey=…" in (tmp_path / "n.ipynb").read_text()
    assert "TOPSECRET" not in result.stdout + result.stderr + (tmp_path / "n.ipynb").read_text()


@pytest.mark.parametrize("way", ["option", "standard input"])
def test_waiting_for_a_pipe_can_be_given_up(program, tmp_path, way):
    os.mkfifo(tmp_path / "events")
    cell = f"send --from {tmp_path}/events"
    process = subprocess.Popen(
        [program, "--workspace", tmp_path / "w", *(["-c", cell] if way == "option" else [])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    if way != "option":
        process.stdin.write(cell + "\n")
        process.stdin.flush()
    # It has opened the pipe when somebody can open it for writing without waiting.
    while True:
        try:
            writer = os.open(tmp_path / "events", os.O_WRONLY | os.O_NONBLOCK)
            break
        except OSError:
            assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=10)
    os.close(writer)
    assert process.returncode == 1 and error.startswith("interrupted"), error


def test_what_comes_through_a_pipe_is_read_once(run, tmp_path):
    for name, text in [("csv", "date,likes\n2019-04-10,4\n2019-04-11,5\n"), ("json", "\n".join(EVENTS))]:
        result = run("send", "--from", "/dev/stdin", "--workspace", name, input=text)
        assert (result.returncode, f"sent {2 if name == 'csv' else 3} events" in result.stdout) == (0, True), result


def test_results_that_cannot_be_written_are_a_failure(program, tmp_path):
    with open("/dev/full", "w") as full:
        result = subprocess.run([program, "-c", "SELECT 1;"], stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    assert result.returncode == 1 and "No space left on device" in result.stderr


def test_a_file_that_may_not_grow_fails_the_send_and_keeps_what_was_acknowledged(run):
    # As on a full disk, a write gives up half-way.
    result = run("send", "--sample", limit=600_000)
    assert result.returncode == 1
    assert "sent 10,000 events" in result.stdout and "File too large" in result.stderr
    assert "10,000 events" in run("connect", "hub", "default").stdout
    assert run("send", "--sample", "--days", "1").returncode == 0
    assert "10,619 events" in run("connect", "hub", "default").stdout


def test_a_table_that_cannot_be_written_stays_as_it_was(run, sent):
    assert run("-c", DEFINE + "write a --to t").returncode == 0
    before = run("--format", "csv", "-c", "SELECT * FROM t;").stdout
    assert run("send", "--sample").returncode == 0
    failed = run("-c", DEFINE + "write a --to t", limit=2_000)
    assert failed.returncode == 1 and "File too large" in failed.stderr
    assert run("--format", "csv", "-c", "SELECT * FROM t;").stdout == before
    assert "12,221 new events" in run("-c", DEFINE + "write a --to t").stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody without write permission")
def test_a_folder_without_write_permission_is_named(program, run, tmp_path, sent):
    tmp_path.chmod(0o755)
    for folder in [*tmp_path.parents][:-2]:
        folder.chmod(folder.stat().st_mode | 0o055)
    result = subprocess.run(
        [program, "send", "--sample"], capture_output=True, text=True, cwd=tmp_path, user=65534, group=65534, timeout=60
    )
    assert result.returncode == 1
    assert result.stderr.startswith("cannot write .groundswell/hubs/default/partition-0/lock: Permission denied\nchoose a folder")


def test_a_second_sender_is_told_who_has_the_hub(program, run, tmp_path):
    first = subprocess.Popen([program, "send", "--sample", "--days", "100000"], stdout=subprocess.DEVNULL, cwd=tmp_path)
    try:
        wait_for_events(run, 20_000)
        second = run("send", "--sample", "--days", "1")
        assert second.returncode == 1
        assert second.stderr.startswith(f"groundswell (process {first.pid}) is sending to .groundswell/hubs/default/partition-0\n")
    finally:
        first.kill()
        first.wait()


def test_a_killed_sender_loses_nothing_that_was_seen(program, run, tmp_path):
    counts = [0]
    for _ in range(5):
        sender = subprocess.Popen([program, "send", "--sample", "--days", "100000"], stdout=subprocess.DEVNULL, cwd=tmp_path)
        seen = wait_for_events(run, counts[-1] + 20_000)
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        counts.append(events(run))
        assert counts[-1] >= seen and counts[-1] % 10_000 == 0, (seen, counts)
    # A reader finds every one whole, and so does the next sender.
    rows = run("--format", "csv", "-c", "stream s --schema 'timestamp TIMESTAMP, favorite INT'\naggregate n --from s --window 1d --count\nshow n --limit 1")
    assert rows.returncode == 0 and f"from {counts[-1]:,} events" in rows.stderr and "did not fit" not in rows.stderr
    assert run("send", "--sample", "--days", "1").returncode == 0
    assert events(run) == counts[-1] + 619


def events(run):
    """What the hub holds, as another process sees it while it is written."""
    said = run("connect", "hub", "default").stdout
    return int(said.split()[-2].replace(",", ""))


def wait_for_events(run, count):
    deadline = time.monotonic() + 60
    while (seen := events(run)) < count:
        assert time.monotonic() < deadline, f"{seen} events after a minute"
    return seen


# Streaming queries and their tables

WRITE = DEFINE + "write a --to t"


def test_of_queries_that_begin_at_once_with_one_table_one_gets_it(program, run, tmp_path):
    (tmp_path / "events.jsonl").write_text("\n".join(EVENTS))
    assert run("send", "--from", "events.jsonl").returncode == 0
    define = DEFINE.replace("--avg", "--watermark 10m --avg")
    writers = [
        subprocess.Popen(
            [program, "-c", define + f"write a --to t --mode update --query q{number} --events-per-batch 1"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        )
        for number in range(4)
    ]  # fmt: skip
    ended = [writer.communicate(timeout=60) + (writer.returncode,) for writer in writers]
    assert sorted(status for *_, status in ended) == [0, 1, 1, 1], ended
    refused = [error for _, error, status in ended if status]
    assert all("written with the checkpoint q" in error or "at the same time" in error for error in refused), refused
    rows = run("--format", "csv", "-c", "SELECT count(*) AS n, count(DISTINCT groupTime) AS d FROM t;").stdout
    assert rows == "n,d\n2,2\n"
    batches = run("--format", "csv", "history", "t", "--limit", "100").stdout
    assert batches.count("STREAMING UPDATE") == sum(output.count("in 4 batches") * 4 + output.count("in 3 batches") * 3 for output, *_ in ended)


def test_one_checkpoint_is_one_query_at_a_time(program, run, tmp_path, sent):
    query = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    try:
        query.stdin.write(DEFINE + "write a --to t --trigger continuous\nwait a\n")
        query.stdin.flush()
        while "caught up" not in (line := query.stdout.readline()):
            assert line, query.stderr.read()
        second = run("-c", WRITE)
        assert second.returncode == 1 and f"groundswell (process {query.pid}) is writing with the checkpoint" in second.stderr
    finally:
        query.stdin.close()
    # Its end stops the query, which goes on where it was.
    assert query.wait(timeout=30) == 0
    assert "0 new events" in run("-c", WRITE).stdout


def test_a_table_folder_that_may_not_be_written_to_is_named(program, run, tmp_path, sent):
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody without write permission")
    assert run("-c", WRITE).returncode == 0
    for folder in [tmp_path, *tmp_path.parents][:-2]:
        folder.chmod(folder.stat().st_mode | 0o055)
    before = run("--format", "csv", "-c", "SELECT * FROM t;").stdout
    result = subprocess.run(
        [program, "-c", DEFINE + "write a --to t --checkpoint other"], capture_output=True, text=True, cwd=tmp_path,
        user=65534, group=65534, timeout=60,
    )  # fmt: skip
    assert result.returncode == 1 and "Permission denied" in result.stderr and "choose a folder that you may write to" in result.stderr
    assert run("--format", "csv", "-c", "SELECT * FROM t;").stdout == before


@pytest.mark.parametrize("limit", [60, 150, 400, 700])
def test_a_full_disk_in_the_middle_of_a_batch_loses_nothing(run, sent, limit):
    """Limits at which the checkpoint's, the data file's and the log's writing give up."""
    result = run("-c", WRITE, limit=limit)
    assert result.returncode == 1 and "File too large" in result.stderr, result
    assert "3 new events" in run("-c", WRITE).stdout
    assert run("--format", "csv", "-c", "SELECT * FROM t;").stdout == "groupTime,average\n2019-04-10T09:00:00Z,3\n2019-04-10T11:00:00Z,1\n"


def test_a_query_whose_definition_changed_says_what_changed(run, sent):
    assert run("-c", WRITE).returncode == 0
    for change, said in [
        ("write a --to t --mode update", "mode complete → mode update"),
        (DEFINE.replace("1h", "2h") + "write a --to t", "window 1h, slide 1h → window 2h, slide 2h"),
        (DEFINE.replace("--avg", "--by favorite --avg") + "write a --to t", "by window → by favorite"),
    ]:
        result = run("-c", DEFINE + change)
        assert result.returncode == 1 and said in result.stderr and "--restart" in result.stderr, result
    append = run("-c", DEFINE + "write a --to u --mode append")
    assert append.returncode == 1 and "--watermark 1h" in append.stderr


def test_a_table_that_lost_what_a_query_wrote_is_not_filled_up_again(run, tmp_path, sent):
    write = WRITE + " --mode update"
    assert run("-c", write).returncode == 0
    subprocess.run(["rm", "-r", str(tmp_path / ".groundswell/tables/t")], check=True)
    result = run("-c", write)
    assert result.returncode == 1 and "no longer holds what the query" in result.stderr
    assert "3 new events" in run("-c", write + " --restart").stdout


def test_files_go_in_and_come_out_the_same(run, tmp_path):
    text = "day,flag,n,x,who,at\n2020-02-29,true,1,0.5,\"a, \"\"b\"\"\",2019-04-10T09:10:00Z\n,,,,,\n1969-12-31,false,-9223372036854775808,1e+300,ü,1969-12-31T23:59:59.999999Z\n"
    (tmp_path / "in.csv").write_text(text)
    assert run("import", "in.csv", "--to", "t").returncode == 0
    assert "day DATE, flag BOOLEAN, n BIGINT, x DOUBLE, who STRING, at TIMESTAMP" in run("tables").stdout
    for name in ["out.csv", "out.jsonl", "out.parquet"]:
        assert run("export", "t", name).returncode == 0
        assert run("import", name, "--to", name.replace(".", "_")).returncode == 0
        assert run("export", name.replace(".", "_"), "back.csv").returncode == 0
        rows = sorted((tmp_path / "back.csv").read_text().splitlines())
        if name != "out.jsonl":
            assert rows == sorted(text.splitlines())
    for content, said in [("a,a\n1,2\n", "columns 1 and 2 are both called 'a'"), ("a,b\n1\n", "line 2: 1 field"), ("", "is empty"), ("a b\n1\n", "invalid column name 'a b'")]:
        (tmp_path / "bad.csv").write_text(content)
        result = run("import", "bad.csv", "--to", "bad")
        assert (result.returncode, said in result.stderr) == (1, True), result


def test_ctrl_c_ends_a_check_in_order(program, tmp_path):
    endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c;"
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "outputs": [], "source": endless}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {**cell, "id": "first", "source": "send --sample --days 1"}, cell,
    ]}  # fmt: skip
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "tmp").mkdir()
    process = subprocess.Popen(
        [program, "check", "n.ipynb"], cwd=tmp_path, env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not list((tmp_path / "tmp").glob("groundswell-*/hubs/default/*")):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and "interrupted" in errors
    assert list((tmp_path / "tmp").iterdir()) == []
