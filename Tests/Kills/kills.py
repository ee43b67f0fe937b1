"""Kills the program again and again, and shows that nothing is lost and nothing counted twice.

    python kills.py PROGRAM COUNT [--seed N] [--broker]

Each trial sends events to a hub and writes them to a table, and both are killed with SIGKILL: at random moments, and at
every step of writing a file (see DurableFiles/KillPoint.swift). Started again until they end, they must leave in the hub
what was acknowledged, in its order, and in the table what an uninterrupted run leaves. Between the kills delta-rs must be
able to read the table, and find no batch of the query twice. Ends when COUNT processes have been killed.

With --broker the events are in a topic of a broker that this starts, sent once, and only the queries that read it are killed.
"""

import argparse
import csv
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

from deltalake import DeltaTable

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("program", type=os.path.abspath)
parser.add_argument("count", type=int, help="how many processes to kill")
parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
parser.add_argument("--broker", action="store_true", help="read the events from a broker's topic")
options = parser.parse_args()
program, seed = options.program, options.seed
chance = random.Random(seed)
STEPS = ["begun", "half-written", "written", "in-place", "durable"]
PATHS = ["/offsets/", "/state/", "/commits/", "_delta_log/0", ".checkpoint.parquet", "_last_checkpoint", "part-0", "/metadata", "/rejected/"]
DEFINE = "stream s --schema 'timestamp TIMESTAMP, favorite INT, lang STRING'\naggregate a --from s --window 1h --by lang --avg favorite --count"
kills = Counter()


def run(workspace, *cells, kill=None, wait=None):
    """Runs cells; killed at the step `kill` of writing a file, or after `wait` seconds. Gives back exit status and output."""
    arguments = [program, "--workspace", workspace, "--format", "csv"] + [word for cell in cells for word in ("-c", cell)]
    environment = dict(os.environ, **({"GROUNDSWELL_KILL_AT": kill} if kill else {}))
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        output, error = process.communicate(timeout=wait if wait is not None else 120)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        output, error = process.communicate()
    if process.returncode == -signal.SIGKILL:
        kills[kill.rsplit(" ", 1)[0] if kill else "at a random moment"] += 1
    elif process.returncode != 0:
        sys.exit(f"seed {seed}: {cells}\nended with {process.returncode}: {error}")
    return process.returncode, output if output else error


def kill_somehow():
    if chance.random() < 0.3:
        return {"wait": chance.random() * 0.12}
    return {"kill": f"{chance.choice(STEPS)} {chance.choice(PATHS)} {chance.randint(1, 4)}"}


def make_events(count):
    time_ = datetime(2019, 4, 10, tzinfo=timezone.utc)
    for number in range(count):
        time_ += timedelta(seconds=chance.randint(0, 240))
        late = timedelta(minutes=chance.choice([0, 0, 0, 0, 20, 90, 300]))
        if chance.random() < 0.01:
            yield "{broken"
        else:
            yield json.dumps({"timestamp": (time_ - late).isoformat().replace("+00:00", "Z"), "favorite": number, "lang": chance.choice(["en", "de", None])})


def held(workspace):
    """How many events the hub holds."""
    return int(run(workspace, "connect hub default")[1].split()[-2].replace(",", "")) if (Path(workspace) / "hubs").exists() else 0


def send(workspace, lines, killing):
    """Sends the lines from the first that the hub does not hold, until all are acknowledged."""
    part = Path(workspace).parent / "part.jsonl"
    while (there := held(workspace)) < len(lines):
        size = chance.randint(1, 300)
        part.write_text("\n".join(lines[there : there + size]))
        status, _ = run(workspace, f"send --from {part}", **({"wait": chance.random() * 0.06} if killing and chance.random() < 0.3 else {}))
        after = held(workspace)
        expected = there + len(lines[there : there + size])
        # What was acknowledged is there; what was not, is there wholly or not at all.
        assert after == expected or (status != 0 and there <= after <= expected), (seed, status, there, after, expected)


def rows(workspace):
    return sorted(csv.reader(io.StringIO(run(workspace, "SELECT * FROM t;")[1])))


def check_with_delta_rs(workspace):
    path = Path(workspace) / "tables" / "t"
    if not any((path / "_delta_log").glob("0*.json")):
        return
    table = DeltaTable(str(path))
    table.to_pyarrow_table()
    batches = [
        action["txn"]["version"]
        for file in sorted((path / "_delta_log").glob("0*.json"))
        for action in map(json.loads, file.read_text().splitlines())
        if "txn" in action
    ]
    assert batches == list(range(len(batches))), (seed, workspace, batches)


def trial(folder, broker):
    mode = chance.choice(["complete", "update", "append"])
    define = DEFINE + (" --watermark 1h" if mode == "append" or chance.random() < 0.5 else "")
    write = f"write a --to t --mode {mode} --events-per-batch {chance.choice([25, 60, 200])}" + chance.choice(["", " --partition-by lang"])
    lines = list(make_events(chance.randint(100, 700)))
    killed, whole = str(folder / "killed"), str(folder / "whole")
    # Batches end where the hub ends: with a watermark what is late depends on it, so that the whole hub is there first.
    parts = 1 if "--watermark" in define or broker else chance.randint(1, 4)
    if broker:
        connect = f"connect hub {broker}/{folder.name} --partitions {chance.randint(1, 4)}"
        (folder / "all.jsonl").write_text("\n".join(lines))
        run(whole, connect, f"send --from {folder}/all.jsonl")
        define = f"{connect}\n{define}"
    for part in range(1, parts + 1):
        if not broker:
            send(killed, lines[: len(lines) * part // parts], killing=True)
        attempts = 0
        while True:
            attempts += 1
            status, _ = run(killed, define, write, **(kill_somehow() if attempts < 25 else {}))
            check_with_delta_rs(killed)
            if status == 0:
                break
    if not broker:
        send(whole, lines, killing=False)
    run(whole, define, write)
    assert rows(killed) == rows(whole), f"seed {seed}: {killed} and {whole} differ: {define}; {write}"
    return mode


def trials(broker):
    """Runs trials until enough processes were killed; how many there were of each mode."""
    modes = Counter()
    while kills.total() < options.count:
        folder = Path(tempfile.mkdtemp(prefix="kills-"))
        modes[trial(folder, broker)] += 1
        shutil.rmtree(folder)
    return modes


def trials_with_broker():
    sys.path.append(str(Path(__file__).parents[1] / "Kafka"))
    from brokers import Broker

    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(folder).start()
        try:
            return trials(broker.url)
        finally:
            broker.stop()


began = time.monotonic()
modes = trials_with_broker() if options.broker else trials(None)
for step, count in sorted(kills.items()):
    print(f"{count:5} killed {step}")
print(f"{kills.total()} killed in {modes.total()} trials {dict(modes)}, {time.monotonic() - began:.0f} s, seed {seed}: every table as without a kill")
