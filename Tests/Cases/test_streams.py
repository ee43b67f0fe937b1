"""Events as other programs send them: read as they are meant, or refused with the reason."""

import json

import pytest


def send(tmp_path, *bodies):
    """A file of events that goes to the hub as it is; bodies that are several lines or arrays are one message each."""
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps({"partition": 0, "body": body}) + "\n" for body in bodies))
    return f"hub import {path}"


def rows(answer, header):
    """The rows of a CSV answer behind its header."""
    assert answer.status == 0, answer
    lines = answer.output.splitlines()
    return lines[lines.index(header) + 1 :]


def test_names_are_matched_without_regard_to_case(shell, cases):
    answer = shell(f"send --from {cases}/inputs/header-case.jsonl", 'stream s --schema "timestamp TIMESTAMP, favorite INT"', "show s")
    assert rows(answer, "timestamp,favorite")[:2] == ["2019-04-24T00:39:40Z,0", "2019-04-24T01:39:40Z,1"]
    assert "no event has" not in answer.output + answer.error, answer


def test_a_field_that_no_event_has_is_told_from_the_stream_on_and_no_table_is_written(shell, tmp_path):
    told = "no event has a field 'value'; they have timestamp, favorite"
    cells = [send(tmp_path, '{"timestamp":"2019-04-24T00:39:40Z","favorite":0}'), 'stream s --schema "timestamp TIMESTAMP, value INT"']
    answer = shell(*cells)
    assert answer.status == 0 and told in answer.output + answer.error, answer
    cells = cells[1:] + ["aggregate a --from s --window 1h --avg value"]
    shown = shell(*cells, "show s")
    assert shown.status == 0 and (shown.output + shown.error).count(told) == 2, shown
    for cell in ["show a", "write a --to t"]:
        answer = shell(*cells, cell)
        assert answer.status == 1 and told in answer.error, answer
    assert "t" not in shell("tables").output.split(","), "nothing is written"
    # With the right name it is written, and the checkpoint is not in the way.
    right = shell('stream s --schema "timestamp TIMESTAMP, favorite INT"', "aggregate a --from s --window 1h --avg favorite", "write a --to t")
    assert right.status == 0, right


def test_a_field_that_only_some_events_have_is_fine(shell, tmp_path):
    answer = shell(
        send(tmp_path, '{"timestamp":"2019-04-24T00:39:40Z"}', '{"timestamp":"2019-04-24T00:39:41Z","v":2}'),
        'stream s --schema "timestamp TIMESTAMP, v INT"', "aggregate a --from s --window 1h --avg v --count", "show a",
    )  # fmt: skip
    assert rows(answer, "groupTime,avg_v,count")[0] == "2019-04-24T00:00:00Z,2,2", answer
    assert "no event" not in answer.output + answer.error, answer


@pytest.mark.parametrize(
    "file, schema, times",
    [
        ("epoch-seconds", "ts TIMESTAMP, v INT", ["2019-04-24T09:39:40Z,1", "2019-04-24T10:39:40Z,2"]),
        ("tweet-date", "timestamp TIMESTAMP, favorite INT", ["2008-08-27T13:08:45Z,1"]),
        ("dotnet-escaped-plus", "timestamp TIMESTAMP, favorite INT", ["2019-04-24T07:39:40Z,1", "2019-04-24T07:39:40Z,1"]),
    ],
)
def test_times_are_read_as_they_are_meant(shell, cases, file, schema, times):
    answer = shell(f"send --from {cases}/inputs/{file}.jsonl", f'stream s --schema "{schema}"', "show s")
    header = ",".join(field.split()[0] for field in schema.split(", "))
    assert rows(answer, header)[: len(times)] == times, answer


def test_a_time_in_doubt_is_refused_with_the_forms_that_are_read_and_taken_when_told(shell, tmp_path):
    cell = send(tmp_path, '{"t":577791580}', '{"t":"04/03/2019"}')
    answer = shell(cell, 'stream s --schema "t TIMESTAMP"', "show s")
    assert "t: expected TIMESTAMP, found 577791580" in answer.output + answer.error and "--time-format seconds" in answer.output + answer.error, answer
    seconds = shell('stream s --schema "t TIMESTAMP" --time-format seconds', "show s")
    assert "1988-04-23T09:39:40Z" in seconds.output + seconds.error, seconds
    days = shell('stream s --schema "t TIMESTAMP" --time-format day-first', "show s")
    assert "2019-03-04T00:00:00Z" in days.output + days.error, days


def test_a_message_of_stream_analytics_holds_several_events(shell, cases):
    answer = shell(
        f"hub import {cases}/inputs/asa-batched-bodies.jsonl", 'stream s --schema "timestamp TIMESTAMP, v INT"', "show s",
        "aggregate a --from s --window 1h --sum v --count", "show a", "write a --to t",
    )  # fmt: skip
    hours = [f"2019-04-24T0{hour}:00:00Z" for hour in range(3)]
    assert rows(answer, "timestamp,v")[:6] == [f"{time},{v}" for _ in range(2) for v, time in enumerate(hours)], answer
    assert rows(answer, "groupTime,sum_v,count")[:3] == [f"{time},{2 * v},2" for v, time in enumerate(hours)], answer
    assert "6 new events (2 messages)" in answer.output + answer.error, answer


def test_a_part_of_a_message_that_does_not_fit_is_rejected_alone(shell, tmp_path):
    answer = shell(
        send(tmp_path, '{"t":"2019-04-24","v":1}\n{"t":"2019-04-24","v":"x"}\n{"t":"2019-04-24","v":3}'),
        'stream s --schema "t TIMESTAMP, v INT"', "aggregate a --from s --window 1d --sum v", "show a",
    )  # fmt: skip
    assert rows(answer, "groupTime,sum_v")[0] == "2019-04-24T00:00:00Z,4", answer
    assert 'partition 0, offset 0, part 2: v: expected INT, found "x"' in answer.output + answer.error, answer


EVENTS = [f'{{"t":"2019-{month}-{day}T{hour}:30:00Z"}}' for month, day, hour in [("03", "30", "23"), ("03", "31", "21"), ("03", "31", "22"), ("10", "26", "22"), ("10", "27", "22"), ("10", "27", "23")]]  # fmt: skip


@pytest.mark.parametrize(
    "options, windows",
    [
        ("--window 1d --time-zone Europe/Berlin", ["2019-03-30T23:00:00Z,2", "2019-03-31T22:00:00Z,1", "2019-10-26T22:00:00Z,2", "2019-10-27T23:00:00Z,1"]),
        ("--window 1w --time-zone Europe/Berlin", ["2019-03-24T23:00:00Z,2", "2019-03-31T22:00:00Z,1", "2019-10-20T22:00:00Z,2", "2019-10-27T23:00:00Z,1"]),
        ("--window 1w --offset 4d", ["2019-03-25T00:00:00Z,3", "2019-10-21T00:00:00Z,3"]),
        ("--window 1d --offset=-1h", ["2019-03-30T23:00:00Z,3", "2019-10-25T23:00:00Z,1", "2019-10-26T23:00:00Z,1", "2019-10-27T23:00:00Z,1"]),
    ],
)  # fmt: skip
def test_windows_begin_where_they_are_told_to(shell, tmp_path, options, windows):
    cells = [send(tmp_path, *EVENTS), 'stream s --schema "t TIMESTAMP"', f"aggregate a --from s {options} --count"]
    assert rows(shell(*cells, "show a"), "groupTime,count")[: len(windows)] == windows
    assert rows(shell(*cells[1:], "write a --to t", "SELECT * FROM t ORDER BY 1"), "groupTime,count")[: len(windows)] == windows


@pytest.mark.parametrize("zone", ["../../etc/passwd", "Europe/Berln", "tzdata.zi", "Mars/Olympus", "/etc/localtime", "Europe"])
def test_a_zone_that_does_not_exist_is_refused_by_name(shell, tmp_path, zone):
    answer = shell(send(tmp_path, *EVENTS), 'stream s --schema "t TIMESTAMP"', f"aggregate a --from s --window 1d --time-zone {zone} --count")
    assert answer.status == 1 and f"there is no time zone '{zone}'" in answer.error, answer


def test_days_of_a_zone_are_judged_day_by_day(shell, tmp_path):
    bodies = [json.dumps({"t": f"2019-{3 + (day + 9) // 31:02}-{(day + 9) % 31 + 1:02}T12:00:00Z", "v": day % 7}) for day in range(50)]
    answer = shell(
        send(tmp_path, *bodies), 'stream s --schema "t TIMESTAMP, v INT"',
        "aggregate a --from s --window 1d --time-zone Europe/Berlin --sum v --as total", "write a --to t",
        "detect entire t --granularity daily --value total",
    )  # fmt: skip
    assert answer.status == 0 and "missing" not in answer.output + answer.error, answer
    assert "2019-03-30T23:00:00Z" in answer.output + answer.error and "2019-03-31T22:00:00Z" in answer.output + answer.error, answer


def test_an_event_far_in_the_future_is_told_and_can_be_left_out(shell, tmp_path):
    cells = [
        send(tmp_path, '{"t":"2019-04-24T10:00:00Z"}', '{"t":"2091-01-01T00:00:00Z"}'), 'stream s --schema "t TIMESTAMP"',
        "aggregate a --from s --window 1h --count --watermark 2h", "write a --to t --mode update",
    ]  # fmt: skip
    answer = shell(*cells)
    assert "partition 0, offset 1, time 2091-01-01T00:00:00Z" in answer.output + answer.error and "--max-future" in answer.output + answer.error, answer
    late = shell(send(tmp_path, '{"t":"2019-04-24T11:00:00Z"}'), *cells[1:])
    assert "dropped 1 late event: the watermark stands at 2090-12-31T22:00:00Z" in late.output + late.error, late
    assert "partition 0, offset 1" in late.output + late.error, late
    near = shell('stream s --schema "t TIMESTAMP"', "aggregate b --from s --window 1h --count --watermark 2h --max-future 1d", "show b")
    assert rows(near, "groupTime,count")[:2] == ["2019-04-24T10:00:00Z,1", "2019-04-24T11:00:00Z,1"], near
    assert "dropped 1 event further after" in near.output + near.error, near
