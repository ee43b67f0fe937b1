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
        (["-c", "SELECT 1 AS one;"], 0, "│ one │", ""),
        (["-c", "SELECT 1 AS one;", "-c", "SELECT 2 AS two;", "--format", "csv"], 0, "one\n1\ntwo\n2\n", ""),
        (["--format", "json", "-c", "SELECT 'ä' AS a, NULL AS b, 0.5 AS c;"], 0, '[{"a":"ä","b":null,"c":0.5}]\n', ""),
        (["-c", "-- a comment\nSELECT 1 AS one;", "--format", "csv"], 0, "one\n1\n", ""),
        (["-c", "set x -5\nSELECT $x AS x;", "--format", "csv"], 0, "x\n-5\n", ""),
        (["-c", "SELECT 1 WHERE FALSE;", "--format", "jsonl"], 0, "", ""),
        (["tables", "--format=csv"], 0, "", "no tables yet"),
        (["-c", "SELECT 1;", "-c", "nonsense", "-c", "SELECT 3 AS three;"], 1, "│ 1 │", "there is no command 'nonsense'"),
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
    assert "│ one │ two │" in result.stdout and "three" not in result.stdout
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
