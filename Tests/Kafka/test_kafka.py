"""Topics of a broker as hubs: the tutorial, positions, partitions, gaps, restarts, faults, other clients."""

import base64
import json
import re
import signal
import subprocess
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest
from brokers import Broker, OldBroker, Proxy, free_port, read_until

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SCHEMA = "stream s --schema 'timestamp TIMESTAMP, favorite INT'"
AGGREGATE = "aggregate a --from s --window 1h --avg favorite --count"
ROWS = "SELECT * FROM t ORDER BY groupTime;"


def events(count, first=0):
    return "".join(
        json.dumps({"timestamp": f"2019-04-{1 + n // 1440 % 28:02}T{n // 60 % 24:02}:{n % 60:02}:00Z", "favorite": n % 97}) + "\n"
        for n in range(first, first + count)
    )


@pytest.fixture
def sent(shell, tmp_path):
    """A function that sends a number of events to a hub."""

    def send(hub, count, first=0):
        file = tmp_path / "events.jsonl"
        file.write_text(events(count, first))
        return shell.output(f"connect hub {hub}", f"send --from {file}")

    return send


def connected(notebook, connect, folder):
    """A copy of a notebook in which the `connect` line alone is another."""
    content = json.loads((NOTEBOOKS / notebook).read_text())
    changed = 0
    for cell in content["cells"]:
        lines = "".join(cell["source"]).splitlines(keepends=True)
        for place, line in enumerate(lines):
            if line.startswith("connect hub "):
                lines[place] = connect + line[len(line.rstrip("\n")) :]
                changed += 1
        cell["source"] = lines
    assert changed == 1, notebook
    copy = folder / notebook
    copy.write_text(json.dumps(content))
    return copy


def test_the_tutorial_over_a_broker_that_is_stopped_in_the_middle_ends_as_in_the_embedded_hub(program, own_broker, tmp_path):
    connect = f"connect hub {own_broker.url}/tweets --partitions 4"
    send, analyze = (connected(name, connect, tmp_path) for name in ("SendTweetsToEventHub.ipynb", "AnalyzeTweetsFromEventHub.ipynb"))
    run = [program, "--workspace", str(tmp_path / "kafka"), "run"]
    subprocess.run([*run, str(send)], check=True, capture_output=True)
    own_broker.stop()
    own_broker.start()
    over_kafka = subprocess.run([*run, str(analyze)], check=True, capture_output=True, text=True).stdout
    embedded = subprocess.run(
        [program, "--workspace", str(tmp_path / "embedded"), "run", NOTEBOOKS / "SendTweetsToEventHub.ipynb", NOTEBOOKS / "AnalyzeTweetsFromEventHub.ipynb"],
        check=True, capture_output=True, text=True,
    ).stdout
    table = "SELECT * FROM tweets ORDER BY groupTime;"
    rows = [
        subprocess.run([program, "--workspace", str(tmp_path / kind), "--format", "csv", "-c", table], check=True, capture_output=True, text=True).stdout
        for kind in ("kafka", "embedded")
    ]
    assert rows[0] == rows[1] and rows[0].count("\n") > 400
    # The verdict, too.
    assert over_kafka.splitlines()[-6:] == embedded.splitlines()[-6:]


@pytest.fixture
def proxied(tmp_path_factory):
    """A broker behind a proxy, through which alone clients find it."""
    proxy = Proxy()
    behind = Broker(tmp_path_factory.mktemp("behind"), shown=proxy.port).start()
    proxy.target = behind.port
    yield proxy
    behind.stop()


def test_a_broker_that_goes_while_it_is_sent_to_and_comes_back_gets_everything_once(shell, proxied, tmp_path):
    (tmp_path / "many.jsonl").write_text(events(300_000))
    hub = f"kafka://127.0.0.1:{proxied.port}/many --partitions 3"
    shell.output(f"connect hub {hub}")
    sending = shell.start(f"connect hub {hub}", f"send --from {tmp_path}/many.jsonl", "hub")
    sending.stdin.close()
    # As soon as some of it is there.
    while ", 0 events" in shell.output(f"connect hub {hub}"):
        assert sending.poll() is None
    proxied.go()
    assert "127.0.0.1" in shell.failure(f"connect hub {hub}")[0]
    proxied.come_back()
    output = sending.stderr.read()
    assert sending.wait() == 0, output
    assert "sent 300,000 events" in output
    assert ", 300,000 events" in shell.output(f"connect hub {hub}")
    assert shell.output(f"connect hub {hub}", SCHEMA, AGGREGATE, "write a --to t", "SELECT sum(\"count\") FROM t;").endswith("300000\n")


@pytest.mark.parametrize("away", [0, 1])
def test_who_is_interrupted_while_sending_hears_of_what_is_on_its_way(shell, proxied, tmp_path, away):
    """Also where one of two servers is away."""
    (tmp_path / "e.jsonl").write_text(events(300))
    servers = [f"127.0.0.1:{free_port()}"] * away + [f"127.0.0.1:{proxied.port}"]
    hub = f"kafka://{','.join(servers)}/held"
    shell.output(f"connect hub {hub} --partitions 1")
    proxied.holds = True
    cells = [f"connect hub {hub}", f"send --from {tmp_path}/e.jsonl", "SELECT 'went on';"]
    sending = subprocess.Popen(shell.command(cells), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert proxied.holding.wait(60)
    sending.send_signal(signal.SIGINT)
    # A reader that gives up at once has given up by then.
    time.sleep(0.5)
    proxied.released.set()
    output, error = sending.communicate(timeout=60)
    assert (sending.returncode, output) == (1, "")
    assert "sent 300 events to the hub held" in error and "interrupted\nthe events sent so far stay in the hub" in error, error


def test_nobody_needs_to_wait_for_a_silent_broker(shell, own_broker, sent):
    hub = f"{own_broker.url}/silent"
    shell.output(f"connect hub {hub} --partitions 1")
    sent(hub, 10)
    queries = [f"write a --to t{number} --trigger continuous --query q{number}\nwait q{number}" for number in range(4)]
    shown = shell.start(f"connect hub {hub}", SCHEMA, AGGREGATE, *queries, "SELECT 'all are there';")
    read_until(shown.stdout, "all are there")
    own_broker.process.send_signal(signal.SIGSTOP)
    try:
        for _ in queries:
            read_until(shown.stderr, "waiting for the hub silent")
        # All of them ask now, and so does this; interrupted a moment too early, it ends the program at once.
        shown.stdin.write("SELECT 'now';\nhub\n")
        shown.stdin.flush()
        read_until(shown.stdout, "now")
        time.sleep(0.2)
        shown.send_signal(signal.SIGINT)
        shown.stdin.close()
        assert shown.wait(timeout=10) in (1, 130)
    finally:
        own_broker.process.send_signal(signal.SIGCONT)


def test_a_continuous_query_outlives_its_broker(shell, own_broker, sent):
    hub = f"{own_broker.url}/live"
    shell.output(f"connect hub {hub} --partitions 2")
    sent(hub, 500)
    query = shell.start(f"connect hub {hub}", SCHEMA, AGGREGATE, "write a --to t --trigger continuous --query q", "wait q", ROWS)
    read_until(query.stdout, "2019-04-01T08")
    own_broker.stop()
    # It says so, and goes on when the broker does.
    read_until(query.stderr, "waiting for the hub live")
    # `queries` answers at once.
    query.stdin.write("queries\n")
    query.stdin.flush()
    read_until(query.stdout, "hub is away")
    own_broker.start()
    sent(hub, 500, first=500)
    read_until(query.stderr, "the hub live is back")
    query.stdin.write("wait q\nSELECT sum(\"count\") AS n FROM t;\n")
    query.stdin.close()
    output = query.stdout.read()
    assert "n\n1000\n" in output, output + query.stderr.read()
    query.wait()


@pytest.mark.parametrize(
    ("start", "count"), [("start", 100), ("end", 0), ("0", 100), ("40", 60), ("100", 0), ("2100-01-01", 0), ("2020-01-01", 100)]
)
def test_a_stream_begins_where_it_is_told(shell, broker, sent, start, count):
    hub = f"{broker.url}/positions"
    if ", 0 events" in shell.output(f"connect hub {hub} --partitions 1"):
        sent(hub, 100)
    output = shell.output(f"connect hub {hub}", f"{SCHEMA} --from {start}", AGGREGATE, "write a --to t", "SELECT coalesce(sum(\"count\"), 0) AS n FROM t;")
    assert output.endswith(f"n\n{count}\n"), output


def test_a_start_that_no_partition_has_is_refused(shell, broker):
    shell.output(f"connect hub {broker.url}/short --partitions 2")
    assert shell.failure(f"connect hub {broker.url}/short", f"{SCHEMA} --from 7") == [
        "partition 0 has no offset 7: it holds 0 to 0", "begin at start, at end, or at one of these offsets",
    ]


def test_queries_take_in_partitions_that_came_since(shell, broker, sent):
    from confluent_kafka.admin import NewPartitions

    hub = f"{broker.url}/growing"
    shell.output(f"connect hub {hub} --partitions 1")
    sent(hub, 100)
    write = [f"connect hub {hub}", SCHEMA, AGGREGATE, "write a --to t"]
    assert "100 new events" in shell.output(*write)
    running = shell.start(*write[:-1], "write a --to u --trigger continuous --query q")
    # One that defined its stream before shows them, too.
    before = shell.start(*write[:3])
    admin = broker.admin()
    admin.create_partitions([NewPartitions("growing", 6)])["growing"].result(10)
    while "6 partitions" not in shell.output(f"connect hub {hub}"):
        pass
    for number in range(6):
        sent(hub, 100, first=100 * (number + 1))
    # It looks for new ones every ten seconds.
    count = "SELECT sum(\"count\") AS n FROM u;"
    end = time.monotonic() + 60
    while not shell.run(count).stdout.endswith("n\n700\n"):
        assert time.monotonic() < end and running.poll() is None
        time.sleep(0.2)
    running.stdin.close()
    running.wait(timeout=30)
    before.stdin.write("SELECT 1;\nshow s --limit 700\n")
    before.stdin.close()
    assert len(before.stdout.read().splitlines()) == 2 + 1 + 700, before.stderr.read()
    assert "600 new events" in shell.output(*write)
    assert shell.output("SELECT sum(\"count\") AS n FROM t;").endswith("n\n700\n")


def test_offsets_that_the_broker_lost_are_a_choice(shell, broker, sent):
    from confluent_kafka import TopicPartition

    hub = f"{broker.url}/lossy"
    shell.output(f"connect hub {hub} --partitions 1")
    sent(hub, 100)
    write = [f"connect hub {hub}", SCHEMA, AGGREGATE, "write a --to t"]
    shell.output(*write)
    sent(hub, 100, first=100)
    admin = broker.admin()
    admin.delete_records([TopicPartition("lossy", 0, 150)])[TopicPartition("lossy", 0)].result(10)
    problem, way_out = shell.failure(*write)
    assert "100" in problem and "150" in problem, problem
    assert "--on-gap earliest" in way_out
    assert "50 new events" in shell.output(*write[:-1], write[-1] + " --on-gap earliest")
    assert shell.output("SELECT sum(\"count\") AS n FROM t;").endswith("n\n150\n")


def test_events_of_other_clients_come_as_they_are_and_ours_go_to_them(shell, broker, tmp_path):
    from confluent_kafka import Consumer, Producer

    shell.output(f"connect hub {broker.url}/foreign --partitions 3")
    producer = Producer({"bootstrap.servers": broker.address, "compression.type": "gzip"})
    # Not long ago: the broker soon removes what is older than a week.
    now = datetime.now(timezone.utc).replace(microsecond=123_000)
    theirs = [(b"a", b"k", [("h", b"v")]), (b"\xff\x00", b"\xfe", []), (None, None, []), ("🌊".encode(), b"", [("x", "é".encode())])]
    for body, key, headers in theirs:
        producer.produce("foreign", body, key, partition=1, headers=headers, timestamp=round(now.timestamp() * 1_000))
    assert producer.flush(10) == 0
    file = tmp_path / "export.jsonl"
    assert shell.output(f"connect hub {broker.url}/foreign", f"hub export {file}").endswith(f"wrote 4 events of the hub foreign to {file}\n")
    lines = [json.loads(line) for line in file.read_text().splitlines()]

    def field(line, name):
        return base64.b64decode(line[name + "64"]) if name + "64" in line else line[name].encode() if name in line else None

    assert [(field(line, "body"), field(line, "key"), line.get("properties", {})) for line in lines] == [
        (body or b"", key, {name: value.decode() for name, value in headers}) for body, key, headers in theirs
    ]
    assert [(line["partition"], line["offset"], line["enqueuedTime"]) for line in lines] == [
        (1, n, now.strftime("%Y-%m-%dT%H:%M:%S.123Z")) for n in range(4)
    ]
    # Back to a topic, where the other client finds them in their order.
    shell.output(f"connect hub {broker.url}/back --partitions 3", f"hub import {file}")
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "g", "auto.offset.reset": "earliest"})
    consumer.subscribe(["back"])
    found = []
    end = time.monotonic() + 30
    while len(found) < 4 and time.monotonic() < end:
        message = consumer.poll(1)
        if message is not None and not message.error():
            found.append((message.partition(), message.value() or b"", message.key(), dict(message.headers() or [])))
    consumer.close()
    assert found == [(1, body or b"", key, dict(headers)) for body, key, headers in theirs]


def test_what_a_transaction_took_back_is_not_read_and_its_marks_stop_nobody(shell, broker):
    from confluent_kafka import Producer

    hub = f"{broker.url}/transactions"
    shell.output(f"connect hub {hub} --partitions 1")
    producer = Producer({"bootstrap.servers": broker.address, "transactional.id": "t1"})
    producer.init_transactions(10)
    for number, ends in enumerate(["commit", "abort", "commit", "abort"]):
        producer.begin_transaction()
        for line in events(50, first=50 * number).splitlines():
            producer.produce("transactions", line)
        producer.commit_transaction(10) if ends == "commit" else producer.abort_transaction(10)
    assert "100 new events" in shell.output(f"connect hub {hub}", SCHEMA, AGGREGATE, "write a --to t")
    assert shell.output("SELECT sum(\"count\") AS n FROM t;").endswith("n\n100\n")
    # Events and the end come at once where another partition was read before.
    both = f"{broker.url}/transactions2"
    shell.output(f"connect hub {both} --partitions 2")
    producer.begin_transaction()
    for number, line in enumerate(events(200).splitlines()):
        producer.produce("transactions2", line, partition=number % 2)
    producer.commit_transaction(10)
    assert "200 new events" in shell.output(f"connect hub {both}", SCHEMA, AGGREGATE, "write a --to both")
    # Nothing new is nothing new, though offsets have moved.
    assert " 0 new events" in shell.output(f"connect hub {hub}", SCHEMA, AGGREGATE, "write a --to t")


def test_an_event_that_is_too_large_is_refused_and_nothing_of_its_batch_is_sent(shell, broker, tmp_path):
    (tmp_path / "large.jsonl").write_text('{"a":1}\n{"a":"' + "x" * 1_000_000 + '"}\n')
    hub = f"{broker.url}/large"
    assert shell.failure(f"connect hub {hub} --partitions 1", f"send --from {tmp_path}/large.jsonl") == [
        "an event of 1000008 bytes is too large: the limit is 998976", "make the event smaller",
    ]
    assert "0 events" in shell.output(f"connect hub {hub}")


def test_a_topic_that_has_other_partitions_is_not_taken_for_the_wanted_one(shell, broker):
    shell.output(f"connect hub {broker.url}/two --partitions 2")
    assert shell.failure(f"connect hub {broker.url}/two --partitions 3") == [
        "the hub two has 2 partitions, not 3", "leave --partitions out: the number is fixed when a hub is created",
    ]


@pytest.mark.parametrize("code", [6, 7, 19, 5, 14, 3, 56])
def test_faults_of_a_broker_that_pass_are_outlived(shell, mock, tmp_path, code):
    """Not leader, timed out, too few replicas, no leader, loading, unknown topic, storage: twice on produce, twice on fetch."""
    (tmp_path / "e.jsonl").write_text(events(300))
    mock.tell("error", 0, code, 2)
    assert "sent 300 events" in shell.output(f"connect hub {mock.url}", f"send --from {tmp_path}/e.jsonl")
    mock.tell("error", 1, 6, 2)
    output = shell.output(f"connect hub {mock.url}", SCHEMA, AGGREGATE, "write a --to t", "SELECT sum(\"count\") AS n FROM t;")
    assert output.endswith("n\n300\n")


def test_a_broker_without_idempotent_producers_is_sent_to_all_the_same(shell, tmp_path):
    old = OldBroker()
    (tmp_path / "e.jsonl").write_text(events(300))
    hub = f"kafka://127.0.0.1:{old.port}/t"
    output = shell.output(f"connect hub {hub}", f"send --from {tmp_path}/e.jsonl", f"connect hub {hub}")
    assert "sent 300 events" in output and ", 1 partition, 300 events" in output
    assert old.next == 300


def test_an_acknowledgement_that_is_lost_does_not_send_twice(shell, proxied, tmp_path):
    proxied.losing = 3
    (tmp_path / "e.jsonl").write_text(events(2_000))
    hub = f"kafka://127.0.0.1:{proxied.port}/once"
    assert "sent 2,000 events" in shell.output(f"connect hub {hub} --partitions 2", f"send --from {tmp_path}/e.jsonl")
    assert proxied.lost == 3
    assert ", 2,000 events" in shell.output(f"connect hub {hub}")


@pytest.mark.parametrize(
    ("code", "reason"),
    [(29, "does not let you use the topic 't'"), (44, "Broker: Policy violation"), (45, "no longer knows events that it had acknowledged, and may have lost them")],
)
def test_a_send_that_the_broker_refuses_says_what_was_acknowledged(shell, mock, tmp_path, code, reason):
    (tmp_path / "e.jsonl").write_text(events(300))
    mock.tell("error", 0, code, 1)
    problem, way_out = shell.failure(f"connect hub {mock.url}", f"send --from {tmp_path}/e.jsonl")
    assert re.match(r"the hub acknowledged \d+ of the last 300 events: ", problem), problem
    assert reason.lower() in problem.lower()
    assert way_out == "look which of the others arrived: hub"


def test_a_broker_that_is_slow_is_waited_for(shell, mock, tmp_path):
    (tmp_path / "e.jsonl").write_text(events(10))
    mock.tell("rtt", 400)
    output = shell.output(f"connect hub {mock.url}", f"send --from {tmp_path}/e.jsonl", SCHEMA, AGGREGATE, "write a --to t", "SELECT sum(\"count\") AS n FROM t;")
    assert output.endswith("n\n10\n")
