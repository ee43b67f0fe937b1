"""Queries, their checkpoints and their tables: the right result, or a refusal that names the reason and the way."""

import json
import shutil

import pytest

DEFINE = [
    'stream s --schema "timestamp TIMESTAMP, favorite INT"',
    "aggregate a --from s --window 1h --avg favorite --count",
    "aggregate b --from s --window 1d --avg favorite --count",
]
ROWS = "SELECT groupTime, count FROM t ORDER BY groupTime;"


def events(path, *times):
    path.write_text("".join(json.dumps({"timestamp": f"2019-04-{time}:00Z", "favorite": 1}) + "\n" for time in times))
    return path


@pytest.fixture
def query(shell, tmp_path):
    """Three hours' events in the hub; query("--mode update") writes them to the table t."""
    shell(f"send --from {events(tmp_path / 'e.jsonl', '01T00:10', '01T00:20', '01T01:10', '01T05:10')}")

    def query(options="", aggregate="a", table="t"):
        return shell(*DEFINE, f"write {aggregate} --to {table} {options}")

    return query


def refused(answer, *texts):
    assert answer.status == 1, answer
    for text in texts:
        assert text in answer.error, answer
    return True


@pytest.mark.parametrize("mode", ["complete", "update"])
def test_a_table_belongs_to_one_aggregate(query, shell, mode):
    assert query(f"--mode {mode}").status == 0
    before = shell(ROWS).output
    said = ["t holds what another query wrote (checkpoint a): window 1h, slide 1h → window 1d, slide 1d", "--to NAME", "--restart"]
    assert refused(query(f"--mode {mode}", "b"), *said)
    assert refused(query(f"--mode {mode} --trigger continuous", "b"), *said)
    assert shell(ROWS).output == before
    # Both ways that it names.
    assert query(f"--mode {mode}", "b", table="u").status == 0
    assert query(f"--mode {mode} --restart", "b").status == 0
    assert shell(ROWS).output == "groupTime,count\n2019-04-01T00:00:00Z,4\n"
    assert refused(query(f"--mode {mode}"), "(checkpoint b)")


def test_the_same_query_resumes_and_restarts(query, shell, tmp_path):
    for options in ["--mode update", "--mode update", "--mode update --restart", "--mode update"]:
        assert query(options).status == 0
    shell(f"send --from {events(tmp_path / 'f.jsonl', '01T05:20')}")
    assert "1 new event" in query("--mode update").error
    assert shell(ROWS).output.splitlines()[-1] == "2019-04-01T05:00:00Z,2"
    # Another mode is another definition; under another checkpoint it is another query.
    assert refused(query("--mode complete"), "mode update → mode complete", "--restart")
    assert refused(query("--mode update --checkpoint other"), "written with the checkpoint a", "--checkpoint a")
    assert query("--mode update --checkpoint other --query q --restart").status == 0
    assert query("--mode update --checkpoint other --query q").status == 0


@pytest.mark.parametrize("mode", ["append", "update", "complete"])
def test_a_lost_checkpoint_is_noticed(query, shell, tmp_path, mode):
    define = [DEFINE[0], DEFINE[1] + " --watermark 1h", f"write a --to t --mode {mode}"]
    assert shell(*define).status == 0
    before = shell(ROWS).output
    shutil.rmtree(tmp_path / "workspace/checkpoints/t")
    assert refused(shell(*define), "holds this query's result, but its checkpoint", "was lost", "--restart")
    assert shell(ROWS).output == before
    assert shell(*define[:2], define[2] + " --restart").status == 0
    assert shell(ROWS).output == before


def test_the_append_checkpoint_of_the_report(shell, tmp_path, cases, program):
    import os
    import subprocess

    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "groundswell").symlink_to(program)
    done = subprocess.run(
        ["sh", str(cases / "inputs/append-checkpoint-lost.sh"), str(tmp_path / "w")], capture_output=True, text=True, timeout=120,
        env=dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}"),
    )  # fmt: skip
    assert "was lost" in done.stderr, done


def test_an_imported_table_is_not_written_to(query, shell, tmp_path):
    (tmp_path / "in.csv").write_text("groupTime,avg_favorite,count\n2018-01-01T00:00:00Z,7,7\n")
    assert shell(f"import {tmp_path}/in.csv --to t").status == 0
    for mode in ["complete", "update"]:
        assert refused(query(f"--mode {mode}"), "holds rows that no query wrote", "--to NAME", "--restart")
    assert "2018-01-01" in shell(ROWS).output
    assert query("--restart").status == 0
    assert "2018-01-01" not in shell(ROWS).output
    # And the other way round: what was imported in place of a query's rows is not replaced.
    assert shell(f"import {tmp_path}/in.csv --to t --mode overwrite --add-columns").status == 0
    assert refused(query(), "holds rows that no query wrote")
    assert "2018-01-01" in shell(ROWS).output


def test_rows_are_not_added_where_the_next_batch_drops_them(query, shell, tmp_path):
    (tmp_path / "in.csv").write_text("groupTime,avg_favorite,count\n2018-01-01T00:00:00Z,7.5,7\n")
    for mode, table in [("complete", "t"), ("update", "u")]:
        assert query(f"--mode {mode}", table=table).status == 0
    added = f"import {tmp_path}/in.csv --mode append --to"
    assert refused(shell(f"{added} t"), "replaces all rows of t with each batch (mode complete)", "--to NAME", "--mode overwrite")
    assert shell(f"{added} u").status == 0
    shell(f"send --from {events(tmp_path / 'f.jsonl', '01T05:20')}")
    for mode, table in [("complete", "t"), ("update", "u")]:
        assert query(f"--mode {mode}", table=table).status == 0
    assert "2018-01-01" in shell("SELECT * FROM u;").output


def test_a_hub_that_gives_an_offset_to_another_event_is_noticed(query, shell, tmp_path):
    """As after a loss at the hub's end, or a copy of it put back."""
    hub = tmp_path / "workspace/hubs"
    assert query("--mode update").status == 0
    shutil.copytree(hub, tmp_path / "older")
    shell(f"send --from {events(tmp_path / 'f.jsonl', '01T06:10')}")
    assert query("--mode update").status == 0
    shutil.rmtree(hub)
    shutil.copytree(tmp_path / "older", hub)
    assert refused(query("--mode update"), "resumes at offset 5 of partition 0; the hub holds 0 to 4", "--restart")
    for time in ["01T07:10", "01T08:10"]:
        shell(f"send --from {events(tmp_path / 'f.jsonl', time)}")
    assert refused(query("--mode update"), "holds other events before offset 5 of partition 0", "--restart")
    assert query("--mode update --restart").status == 0
    assert shell("SELECT sum(count) AS n FROM t;").output == "n\n6\n"


def test_a_table_of_the_version_before_is_written_on(query, shell, tmp_path):
    """Its log does not say whose it is; the query that wrote to it last goes on with it, another one does not."""
    assert query("--mode update").status == 0
    for file in (tmp_path / "workspace/tables/t/_delta_log").glob("*.json"):
        actions = [json.loads(line) for line in file.read_text().splitlines()]
        for action in actions:
            for name in ["query", "checkpoint", "definition"]:
                action.get("metaData", {}).get("configuration", {}).pop(f"groundswell.{name}", None)
        file.write_text("".join(json.dumps(action) + "\n" for action in actions))
    assert refused(query("--mode update", "b"), "holds what another query wrote", "--restart")
    shell(f"send --from {events(tmp_path / 'f.jsonl', '01T05:20')}")
    assert "1 new event" in query("--mode update").error
    assert refused(query("--mode update", "b"), "(checkpoint a)")


def test_a_copied_table_keeps_its_owner(query, shell, tmp_path):
    assert query("--mode update").status == 0
    workspace = tmp_path / "workspace"
    shutil.copytree(workspace / "tables/t", workspace / "tables/u")
    assert refused(query("--mode update", table="u"), "was lost")
    # With its checkpoint it goes on.
    shutil.copytree(workspace / "checkpoints/t", workspace / "checkpoints/u", dirs_exist_ok=True)
    assert "0 new events" in query("--mode update", table="u").error


@pytest.mark.parametrize("mode", ["update", "complete"])
def test_an_older_copy_of_a_checkpoint_is_refused(query, shell, tmp_path, mode):
    assert query(f"--mode {mode}").status == 0
    shutil.copytree(tmp_path / "workspace/checkpoints", tmp_path / "older")
    shell(f"send --from {events(tmp_path / 'f.jsonl', '01T05:20')}")
    assert query(f"--mode {mode}").status == 0
    shell(f"send --from {events(tmp_path / 'f.jsonl', '01T05:30')}")
    shutil.rmtree(tmp_path / "workspace/checkpoints")
    shutil.copytree(tmp_path / "older", tmp_path / "workspace/checkpoints")
    assert refused(query(f"--mode {mode}"), "has batch 1 of this query", "--restart")


def test_a_digit_of_the_offsets_is_noticed(query, shell, tmp_path):
    assert query("--mode update").status == 0
    offsets = tmp_path / "workspace/checkpoints/t/a/offsets/0"
    assert ":4}" in offsets.read_text()
    offsets.write_text(offsets.read_text().replace(":4}", ":3}"))
    assert refused(query("--mode update"), f"checkpoint's file {offsets} is damaged", "--restart")
