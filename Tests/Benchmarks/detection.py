"""Times the open-sourced detector and ours on the same series, in one run: python detection.py BENCHMARKS

Prints, for each case, the package's milliseconds, ours, and the ratio; each the least of several runs.
"""

import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "Interop"))
from detector import ask  # noqa: E402


def series(count, seasonal):
    """As DetectionBenchmarks.series makes it."""
    state, points = 1, []
    for hour in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        noise = (state >> 32) / 2**32
        week = hour % 168 // 24 * 3 if count >= 1000 else 0
        value = (3 * abs(hour % 24 - 12) + week if seasonal else 0) + 5 * noise + 20
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1554076800 + 3600 * hour))
        points.append({"timestamp": stamp, "value": float(value)})
    return points


ours = {}
for line in subprocess.run([sys.argv[1], "detection"], capture_output=True, text=True, check=True).stdout.splitlines():
    mode, count, kind, microseconds = line.split()
    ours[mode, int(count), kind] = float(microseconds) / 1000
for (mode, count, kind), milliseconds in ours.items():
    request = {"granularity": "hourly", "sensitivity": 95, "series": series(count, kind == "seasonal")}
    least = float("inf")
    for _ in range(7 if count < 1000 else 3):
        start = time.perf_counter()
        ask({"detectMode": mode, "request": request})
        least = min(least, time.perf_counter() - start)
    print(f"{mode:6} {count:5} {kind:8} package {least * 1000:8.1f} ms, ours {milliseconds:8.3f} ms: {least * 1000 / milliseconds:6.0f} times")
