"""Several processes on one embedded hub: one sends, one analyses, one reads along.

For two seconds; GROUNDSWELL_SECONDS says longer.
"""

import json
import os
import subprocess
import time

SECONDS = float(os.environ.get("GROUNDSWELL_SECONDS", "2"))
PARTITIONS = 3
BATCH = 500


def start(program, workspace, *cells):
    process = subprocess.Popen(
        [program, "--workspace", str(workspace), "--format", "csv"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdin.write("".join(cell + "\n" for cell in cells))
    process.stdin.flush()
    return process


def run(program, workspace, *cells):
    words = [word for cell in cells for word in ("-c", cell)]
    done = subprocess.run([program, "--workspace", str(workspace), "--format", "csv", *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{done.stderr}status {done.returncode}"
    return done.stdout


def test_what_one_process_sends_another_reads_once_and_in_order(program, tmp_path):
    workspace = tmp_path / "workspace"
    run(program, workspace, f"connect hub shared --partitions {PARTITIONS}")
    query = start(
        program, workspace, "connect hub shared", "stream s --schema 'timestamp TIMESTAMP, favorite BIGINT'",
        "aggregate a --from s --window 1h --count --as n --sum favorite --as total", "write a --to t --mode update --trigger continuous --query q",
    )  # fmt: skip
    sender = start(program, workspace, "connect hub shared")
    file = tmp_path / "batch.jsonl"
    sent, looked = 0, []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        hour = sent // 3_600 % 24
        file.write_text("".join(json.dumps({"timestamp": f"2019-04-01T{hour:02}:00:00Z", "favorite": number}) + "\n" for number in range(sent, sent + BATCH)))
        sender.stdin.write(f"send --from {file}\n")
        sender.stdin.flush()
        while not (line := sender.stderr.readline()).startswith("sent "):
            assert line, "the sender ended"
        sent += BATCH
        if not looked or time.monotonic() > looked[-1][0] + SECONDS / 10:
            run(program, workspace, "connect hub shared", f"hub export {tmp_path}/along.jsonl")
            events = [json.loads(each) for each in (tmp_path / "along.jsonl").read_text().splitlines()]
            looked.append((time.monotonic(), [[json.loads(each["body"])["favorite"] for each in events if each["partition"] == p] for p in range(PARTITIONS)]))
    sender.stdin.close()
    assert sender.wait(timeout=30) == 0
    query.stdin.write("wait q\nSELECT sum(n) AS n, sum(total) AS total FROM t;\n")
    query.stdin.close()
    output = query.stdout.read()
    assert query.wait(timeout=60) == 0, query.stderr.read()
    # Sent is read, once.
    assert output == f"n,total\n{sent},{sent * (sent - 1) // 2}\n"
    # Whoever read along saw each partition's beginning, in the order in which it was sent.
    last = [[json.loads(json.loads(each)["body"])["favorite"] for each in lines] for lines in by_partition(program, workspace, tmp_path)]
    assert sorted(number for partition in last for number in partition) == list(range(sent))
    for partition in last:
        assert partition == sorted(partition)
    for _, seen in looked:
        for partition in range(PARTITIONS):
            assert seen[partition] == last[partition][: len(seen[partition])]
    print(f"{sent} events in {SECONDS} s, looked at {len(looked)} times")


def by_partition(program, workspace, folder):
    run(program, workspace, "connect hub shared", f"hub export {folder}/all.jsonl")
    lines = (folder / "all.jsonl").read_text().splitlines()
    return [[line for line in lines if json.loads(line)["partition"] == partition] for partition in range(PARTITIONS)]
