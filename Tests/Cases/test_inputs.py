"""Files that people have: read as they are meant, or refused with the reason."""

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import time

import pytest


def bodies(shell, tmp_path):
    """The events in the default hub, as JSON."""
    file = tmp_path / "exported.jsonl"
    assert shell(f"hub export {file}").status == 0
    return [json.loads(json.loads(line)["body"]) for line in file.read_text(encoding="utf-8").splitlines()]


def rows(shell, table="t"):
    answer = shell(f"SELECT * FROM {table};")
    assert answer.status == 0, answer
    return list(csv.DictReader(io.StringIO(answer.output)))


def told(answer):
    """All that it said: words stand apart from tables."""
    return answer.output + answer.error


def types(shell, table="t"):
    """By column."""
    listed = next(csv.DictReader(io.StringIO(shell("tables").output)))["columns"]
    return dict(column.rsplit(" ", 1) for column in listed.split(", "))


def test_a_json_array_is_sent_event_by_event(shell, cases):
    answer = shell(f"send --from {cases}/inputs/json-array.json")
    assert answer.status == 0, answer
    assert "sent 5 events" in answer.error + answer.output, answer


def test_a_json_array_is_imported_row_by_row(shell, cases):
    assert shell(f"import {cases}/inputs/json-array.json --to t").status == 0
    assert [row["favorite"] for row in rows(shell)] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("verb", ["import {file} --to t", "send --from {file} --fields city"])
def test_bytes_that_are_no_utf8_are_refused_with_their_place(shell, cases, verb):
    answer = shell(verb.format(file=cases / "inputs/latin1.csv"))
    assert answer.status == 1, answer
    assert "line 2: byte 48 of the file is 0xFC, which is not UTF-8" in answer.error, answer
    assert "--encoding latin1" in answer.error and "\N{REPLACEMENT CHARACTER}" not in answer.output + answer.error


def test_latin1_becomes_utf8(shell, cases, tmp_path):
    file = cases / "inputs/latin1.csv"
    assert shell(f"import {file} --to t --encoding latin1").status == 0
    assert [row["city"] for row in rows(shell)] == ["München", "São Paulo"]
    assert shell(f"send --from {file} --fields city --encoding windows-1252").status == 0
    assert [event["city"] for event in bodies(shell, tmp_path)] == ["München", "São Paulo"]


def test_a_table_of_another_encoding_is_read_by_others(shell, cases, tmp_path):
    deltalake = pytest.importorskip("deltalake")
    assert shell(f"import {cases}/inputs/latin1.csv --to t --encoding latin1").status == 0
    table = deltalake.DeltaTable(str(tmp_path / "workspace/tables/t")).to_pyarrow_table()
    assert table.column("city").to_pylist() == ["München", "São Paulo"]


def test_utf16_is_named_and_taken_when_it_is_said(shell, cases):
    file = cases / "inputs/utf16be.csv"
    answer = shell(f"import {file} --to t")
    assert answer.status == 1 and "looks like UTF-16BE" in answer.error and "--encoding utf-16be" in answer.error, answer
    assert shell(f"import {file} --to t --encoding utf-16be").status == 0
    assert len(rows(shell)) == 2


def test_identifiers_stay_as_they_are(shell, cases):
    assert shell(f"import {cases}/inputs/hex-ids.csv --to t").status == 0
    with open(cases / "inputs/hex-ids.csv") as file:
        assert rows(shell) == list(csv.DictReader(file))
    assert set(types(shell).values()) == {"STRING"}


def test_hexadecimal_is_no_number(shell, cases, tmp_path):
    answer = shell(f"send --from {cases}/inputs/csv-number-forms.csv")
    assert answer.status == 0, answer
    values = [event["favorite"] for event in bodies(shell, tmp_path)]
    assert values == [1000, 7, 0.5, 5, 12345678901234567890, 7, 0, 0.1, 1e-7]
    for text in ["inf", "0x10", "1_000", "0x1p4", "$5", "5%", "(5)", "٥", "5K", "1e999", "true"]:
        assert f"invalid number '{text}'" in told(answer) or "  ..." in told(answer), text
    assert "left out 11 rows" in told(answer), answer


@pytest.mark.parametrize("verb", ["import {file} --to t", "send --from {file}"])
def test_data_is_not_taken_for_a_header(shell, cases, verb):
    answer = shell(verb.format(file=cases / "inputs/azure-request-data-noheader.csv"))
    assert answer.status == 1, answer
    assert "has values, not names of columns" in answer.error and "--no-header" in answer.error


def test_a_file_without_a_header_is_read_when_it_is_said(shell, cases, tmp_path):
    file = cases / "inputs/azure-request-data-noheader.csv"
    assert shell(f"import {file} --to t --columns day,requests").status == 0
    assert types(shell) == {"day": "TIMESTAMP", "requests": "BIGINT"} and len(rows(shell)) == 15
    assert "sent 15 events" in told(shell(f"send --from {file} --no-header"))
    assert bodies(shell, tmp_path)[0] == {"timestamp": "2018-03-01T00:00:00.000Z", "favorite": 32858923}


def test_the_index_of_pandas_gets_a_name(shell, cases):
    answer = shell(f"import {cases}/inputs/pandas-default-index.csv --to t")
    assert answer.status == 0 and "column 1 has no name: called index" in told(answer), answer
    assert types(shell) == {"index": "BIGINT", "timestamp": "TIMESTAMP", "v": "DOUBLE"}


def test_blanks_behind_commas_are_no_part_of_names(shell, cases):
    file = cases / "inputs/space-after-comma.csv"
    assert "sent 4 events" in told(shell(f"send --from {file}"))
    assert shell(f"import {file} --to t").status == 0
    assert types(shell) == {"timestamp": "TIMESTAMP", "favorite": "BIGINT"}


@pytest.mark.parametrize(
    "file, first",
    [
        ("twitter-analytics.csv", {"timestamp": "2019-01-31T23:32:00.000Z", "favorite": 12}),
        ("x-analytics-overview.csv", {"timestamp": "2026-03-10T00:00:00.000Z", "favorite": 24}),
        ("v2-filtered-stream.jsonl", {"timestamp": "2021-04-01T15:52:31.000Z", "favorite": 3}),
    ],
)
def test_what_x_gives_is_taken(shell, cases, tmp_path, file, first):
    assert shell(f"send --from {cases}/inputs/{file}").status == 0
    assert bodies(shell, tmp_path)[0] == first


def test_the_archive_of_2012_has_no_likes_and_says_so(shell, tmp_path):
    file = tmp_path / "tweets.csv"
    file.write_text('"tweet_id","in_reply_to_status_id","timestamp","source","text"\n"1","","2012-11-07 04:38:18 +0000","web","first"\n')
    answer = shell(f"send --from {file}")
    assert answer.status == 1 and "no column that looks like a number" in answer.error, answer
    assert "sent 1 event" in told(shell(f"send --from {file} --value tweet_id"))
    assert bodies(shell, tmp_path) == [{"timestamp": "2012-11-07T04:38:18.000Z", "favorite": 1}]


@pytest.mark.parametrize("more", ["", ',"public_metrics":{"followers_count":5}'])
def test_users_are_not_taken_for_tweets(shell, cases, tmp_path, more):
    file = cases / "inputs/twitter-users-v11.jsonl"
    if more:
        text = file.read_text().replace("}", more + "}").replace("favourites_count", "x")
        file = tmp_path / "users.jsonl"
        file.write_text(text)
    assert shell(f"send --from {file}").status == 0
    assert [event["screen_name"] for event in bodies(shell, tmp_path)] == ["jack", "Twitter"]


def test_a_number_is_a_time_where_it_is_named(shell, cases, tmp_path):
    assert shell(f"send --from {cases}/inputs/epoch-seconds.jsonl --time ts --value v").status == 0
    assert bodies(shell, tmp_path)[0] == {"timestamp": "2019-04-24T09:39:40.000Z", "favorite": 1}
    assert shell("connect hub b", f"send --from {cases}/inputs/tweet-date.jsonl --time timestamp").status == 0


def test_what_the_hub_holds_is_said(shell, cases):
    file = cases / "inputs/json-array.json"
    assert "already holds" not in told(shell(f"send --from {file}"))
    said = "the hub default already holds 5 events and adds these: connect hub NAME uses another"
    assert said in told(shell(f"send --from {file}"))
    assert said.replace("5", "10") in told(shell("send --sample --days 1"))
    assert "already holds" not in told(shell("connect hub other", f"send --from {file}"))


def test_standard_input_is_a_file_too(program, cases, tmp_path):
    def send(content, *options):
        words = [program, "--workspace", str(tmp_path / "w"), "send", "--from", "-", *options]
        return subprocess.run(words, input=content, capture_output=True, timeout=60)

    array = (cases / "inputs/json-array.json").read_bytes()
    for content in [array, b"\xef\xbb\xbf" + array, gzip.compress(array), array.decode().encode("utf-16")]:
        done = send(content)
        assert done.returncode == 0 and b"sent 5 events" in done.stdout, done
    done = send((cases / "inputs/latin1.csv").read_bytes(), "--encoding", "latin1")
    assert done.returncode == 0 and b"sent 2 events" in done.stdout, done
    assert b"standard input, line 2: byte 48" in send((cases / "inputs/latin1.csv").read_bytes()).stderr
    with open(cases / "inputs/json-array.json") as file:
        done = subprocess.run([program, "--workspace", str(tmp_path / "w"), "send", "--from", "-"], stdin=file, capture_output=True, timeout=60)
    assert b"sent 5 events" in done.stdout, done


def test_a_byte_order_mark_before_cells_is_no_word(program, tmp_path):
    words = [program, "--workspace", str(tmp_path / "w"), "--no-startup"]
    done = subprocess.run(words, input=b"\xef\xbb\xbfsend --sample --days 1\n", capture_output=True, timeout=60)
    assert done.returncode == 0 and b"events to the hub default" in done.stdout, done


def test_a_first_line_of_thirty_megabytes_is_read(shell, tmp_path):
    file = tmp_path / "long.jsonl"
    file.write_text(json.dumps({"timestamp": "2019-04-24T00:00:00Z", "favorite": 1, "text": "x" * (30 << 20)}) + "\n{}\n")
    answer = shell(f"import {file} --to t", timeout=300)
    assert answer.status == 0 and "2 rows" in told(answer), answer.error[:500]


@pytest.mark.parametrize("kind", ["lines", "blanks"])
def test_packed_nothing_is_read_in_bounded_memory(program, tmp_path, kind):
    """100 MB of line ends, or of one line's blanks, in 100 kB."""
    file = tmp_path / ("a.jsonl.gz" if kind == "lines" else "b.csv.gz")
    with gzip.open(file, "wb", 9) as packed:
        if kind == "blanks":
            packed.write(b"timestamp,favorite\n")
        for _ in range(100):
            packed.write((b"\n" if kind == "lines" else b" ") * 1_000_000)
    command = f"ulimit -v 1500000; exec {program} --workspace {tmp_path}/w send --from {file}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=110)
    assert done.returncode == 1, done
    assert ("holds no JSON objects" if kind == "lines" else "line 2: longer than 64 MB") in done.stderr, done


@pytest.fixture
def pipe(program, tmp_path):
    """A pipe that `send` reads: write to it, and look at the hub with `count`."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    process = subprocess.Popen([program, "--workspace", str(tmp_path / "workspace"), "send", "--from", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    writer = open(path, "wb", buffering=0)
    yield process, writer
    if process.poll() is None:
        process.kill()
        process.wait()
    writer.close()


def wait_for_events(shell, count):
    """Waits until the hub holds `count` events."""
    end = time.monotonic() + 60
    while True:
        answer = shell("hub")
        held = sum(int(row["events"]) for row in csv.DictReader(io.StringIO(answer.output)) if (row["events"] or "").isdigit()) if answer.status == 0 else 0
        if held >= count:
            return held
        assert time.monotonic() < end, f"{held} of {count} events"


LINE = b'{"timestamp":"2019-04-01T00:00:00Z","favorite":%d}\n'


def test_what_comes_through_a_pipe_is_sent_while_it_pauses(pipe, shell):
    process, writer = pipe
    for number in range(500):
        writer.write(LINE % number)
    assert wait_for_events(shell, 500) == 500
    # The rest of a line that is not whole waits, and holds nothing back.
    writer.write(LINE % 500 + LINE[:20])
    assert wait_for_events(shell, 501) == 501
    writer.write((LINE % 501)[20:])
    assert wait_for_events(shell, 502) == 502
    process.send_signal(signal.SIGINT)
    output, error = process.communicate(timeout=30)
    assert process.returncode == 1 and "sent 502 events" in output and "interrupted" in error, output + error


def test_a_pipe_that_never_pauses_is_sent_as_it_comes(pipe, shell):
    process, writer = pipe
    end, number = time.monotonic() + 3, 0
    while time.monotonic() < end:
        writer.write(LINE % number)
        number += 1
        time.sleep(0.01)
    assert wait_for_events(shell, number // 2) > 0
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert f"sent {number} events" in output or "interrupted" in output


def test_packed_data_comes_through_a_pipe(pipe, shell):
    process, writer = pipe
    packed = gzip.compress(b"".join(LINE % number for number in range(100)))
    writer.write(packed[:50])
    writer.write(packed[50:] + packed)
    writer.close()
    output, error = process.communicate(timeout=30)
    assert process.returncode == 0 and "sent 200 events" in output, output + error


def test_a_huge_event_is_printed_in_part(shell, tmp_path):
    file = tmp_path / "huge.jsonl"
    file.write_text(json.dumps({"text": "é" * 3_000_000}) + "\n")
    answer = shell(f"send --from {file}")
    assert answer.status == 0 and len(told(answer)) < 10_000, len(told(answer))


def test_the_environment_of_a_databricks_notebook_stays(shell, cases, tmp_path):
    source, book, again = cases / "inputs/databricks-serverless.py", tmp_path / "n.ipynb", tmp_path / "n.py"
    assert shell(f"notebook convert {source} {book}", f"notebook convert {book} {again}").status == 0
    assert [cell["cell_type"] for cell in json.loads(book.read_text())["cells"]] == ["markdown", "code"]
    assert again.read_text() == source.read_text()


def test_sql_cells_of_databricks_stay_sql(shell, cases, tmp_path):
    source, book, again = cases / "inputs/databricks-sql-cells.py", tmp_path / "n.ipynb", tmp_path / "n.py"
    assert shell(f"notebook convert {source} {book}", f"notebook convert {book} {again}").status == 0
    assert again.read_text() == source.read_text()


def test_batched_bodies_come_into_the_hub(shell, cases):
    answer = shell(f"hub import {cases}/inputs/asa-batched-bodies.jsonl", "stream s --schema 'timestamp TIMESTAMP, v INT'", "show s")
    assert answer.status == 0 and "sent 2 events" in told(answer), answer


@pytest.mark.parametrize(
    "line, problem",
    [
        (b'{"partition":0,"body":"a\xff"}', "byte 24 of the file is 0xFF"),
        (b'{"partition":0,"body":"a","properties":{"n":1}}', "the property 'n' is not a text"),
    ],
)
def test_a_hubs_file_that_is_no_text_is_refused(shell, tmp_path, line, problem):
    file = tmp_path / "h.jsonl"
    file.write_bytes(line + b"\n")
    answer = shell(f"hub import {file}")
    assert answer.status == 1 and problem in answer.error, answer


def test_the_detectors_words_are_the_shells(shell, tmp_path):
    lines = ["timestamp,value"] + [f"2019-04-{1 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:00Z,{minute % 7}" for minute in range(0, 9000)]
    (tmp_path / "long.csv").write_text("\n".join(lines) + "\n")
    assert shell(f"import {tmp_path}/long.csv --to t").status == 0
    answer = shell("detect entire t --granularity minutely")
    assert answer.status == 1 and "--window 8640" in answer.error and "Send" not in answer.error, answer
    (tmp_path / "tens.csv").write_text("\n".join(lines[:1] + lines[1::10]) + "\n")
    assert shell(f"import {tmp_path}/tens.csv --to tens").status == 0
    answer = shell("detect entire tens --granularity hourly")
    assert answer.status == 1 and "--granularity minutely --interval 10" in answer.error and "series[" not in answer.error, answer
    assert shell("detect entire tens --granularity minutely --interval 10").status == 0
    (tmp_path / "keys.csv").write_text("\n".join(lines[:1] + sorted(lines[1:40] * 2)) + "\n")
    assert shell(f"import {tmp_path}/keys.csv --to keys").status == 0
    answer = shell("detect last keys --granularity minutely")
    assert answer.status == 1 and "'keys' has two points at 2019-04-01T00:00:00Z" in answer.error and "--by" in answer.error, answer
    answer = shell("detect last t --sensitivity 101")
    assert answer.status == 1 and "--sensitivity takes 0 to 100" in answer.error, answer


def test_the_end_may_be_now(shell, cases):
    shell("send --sample", "stream m --schema 'timestamp TIMESTAMP, favorite INT'")
    cells = ["stream m --schema 'timestamp TIMESTAMP, favorite INT'", "aggregate h --from m --window 1h --avg favorite --as average"]
    assert shell(*cells, "detect last h --end now").status == 0
