"""Times hubs in one run: the embedded one and a broker's topic by groundswell, and the topic by librdkafka alone, in C.

    python hubs.py BENCHMARKS [EVENTS [RUNS]]
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

here = Path(__file__).parent
sys.path.append(str(here.parent / "Kafka"))
from brokers import Broker  # noqa: E402

benchmarks, events = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5_000_000
runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3


def ours(*address):
    output = subprocess.run([benchmarks, "hub", str(events), *address], check=True, capture_output=True, text=True).stdout
    return {name: float(seconds) for name, seconds in re.findall(r"(\w+): ([\d.]+) s", output)}


with tempfile.TemporaryDirectory() as folder:
    client = Path(folder) / "client"
    subprocess.run(["cc", "-O2", "-o", client, here / "client.c", "-lrdkafka"], check=True)
    best = {}
    for run in range(runs):
        # A broker of its own for each run, which holds its events in memory.
        broker = Broker(Path(folder) / f"data-{run}").start()
        (Path(folder) / f"data-{run}").mkdir(exist_ok=True)
        times = {f"embedded {name}": seconds for name, seconds in ours().items()}
        times |= {f"topic {name}": seconds for name, seconds in ours(f"{broker.url}/ours").items()}
        for kind, batch in (("librdkafka, 10,000 at a time,", 10_000), ("librdkafka, all at once,", 0)):
            command = [client, broker.address, f"c{batch}", str(events), str(batch)]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            times |= {f"{kind} {name}": float(seconds) for name, seconds in re.findall(r"(\w+) ([\d.]+)", output)}
        broker.process.kill()
        broker.process.wait()
        for name, seconds in times.items():
            best[name] = min(seconds, best.get(name, seconds))
    print(f"{events:,} events of 56 bytes, the least of {runs} runs:")
    for name, seconds in best.items():
        print(f"  {name}: {seconds:.2f} s, {events / seconds / 1e6:.2f} M events/s")

    def ratio(what, left, right):
        print(f"  {what}: {best[left] / best[right]:.2f} times as long")

    ratio("the embedded hub's send, beside a raw write with as many syncs", "embedded send", "embedded raw")
    for name in ("send", "read"):
        ratio(f"a topic's {name} by groundswell, beside librdkafka's of the same batches", f"topic {name}", f"librdkafka, 10,000 at a time, {name}")
        ratio(f"a topic's {name} by groundswell, beside the embedded hub's", f"topic {name}", f"embedded {name}")
