"""Asks the open-sourced detector and groundswell about the same random series, and compares the answers.

    python detector.py GROUNDSWELL [SERIES [SEED]]      300 series of seed 1, if not said; exit 1 where more disagree than may

Series have seasons, trends, noise, jumps, spikes, gaps, equal values; requests all granularities, modes, sensitivities and ratios.
Rounding noise decides a few answers of the package itself: each disagreement is asked again with values that differ by a
billionth, and counts only where the package then still gives the same answer. The order of equal values, which its sorting
leaves open, decides a few more: one in a hundred may disagree.
"""

import importlib.util
import json
import subprocess
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")


def load_detector():
    """The univariate half of the package, without the other half and the model registry, which want gigabytes."""
    mlflow = types.ModuleType("mlflow")
    mlflow.pyfunc = types.ModuleType("mlflow.pyfunc")
    mlflow.pyfunc.PythonModel = object
    package = types.ModuleType("anomaly_detector")
    package.__path__ = importlib.util.find_spec("anomaly_detector").submodule_search_locations
    sys.modules.update({"mlflow": mlflow, "mlflow.pyfunc": mlflow.pyfunc, "anomaly_detector": package})
    from anomaly_detector.univariate.univariate_anomaly_detection import EntireAnomalyDetector, LatestAnomalyDetector

    return {"entire": EntireAnomalyDetector, "last": LatestAnomalyDetector}


DETECTORS = load_detector()

STEPS = {"hourly": "h", "daily": "D", "weekly": "7D", "monthly": "MS", "yearly": "YS", "minutely": "min", "secondly": "s", "none": "h"}
CALENDAR = {"hourly": [24, 168], "daily": [7], "weekly": [12, 4], "monthly": [12], "minutely": [60, 288], "secondly": [60], "yearly": [11], "none": [24]}


# The REST contract's names and the package's.
NAMES = {
    "expectedValue": "expected_value",
    "upperMargin": "upper_margin",
    "lowerMargin": "lower_margin",
    "isAnomaly": "is_anomaly",
    "isNegativeAnomaly": "is_negative_anomaly",
    "isPositiveAnomaly": "is_positive_anomaly",
}


def random_request(rng):
    granularity = rng.choice(list(STEPS), p=[0.3, 0.15, 0.06, 0.08, 0.05, 0.18, 0.06, 0.12])
    n = int(rng.choice([rng.integers(12, 40), rng.integers(40, 200), rng.integers(200, 700), rng.integers(700, 2500)], p=[0.25, 0.4, 0.27, 0.08]))
    if granularity == "yearly":
        n = min(n, 200)
    t = np.arange(n)
    x = np.zeros(n)
    if rng.random() < 0.55:
        period = int(rng.choice(CALENDAR[granularity])) if rng.random() < 0.75 else int(rng.integers(5, max(6, n // 3)))
        x += rng.choice([1, 5, 20]) * np.sin(2 * np.pi * t / period + rng.random()) + rng.random() * 5 * np.cos(4 * np.pi * t / period)
    noise = rng.choice(["normal", "heavy", "walk", "counts", "flat"], p=[0.4, 0.2, 0.15, 0.15, 0.1])
    scale = rng.choice([0.1, 1, 4])
    x += {
        "normal": lambda: rng.normal(0, scale, n),
        "heavy": lambda: rng.standard_t(2, n) * scale,
        "walk": lambda: np.cumsum(rng.normal(0, scale, n)),
        "counts": lambda: rng.poisson(rng.choice([0.3, 3, 30]), n).astype(float),
        "flat": lambda: (rng.random(n) < 0.15) * rng.normal(0, scale, n),
    }[noise]()
    if rng.random() < 0.3:
        x += t * rng.normal(0, 10 / n)
    if rng.random() < 0.2:
        x[int(rng.integers(n // 4, n)) :] += rng.normal(0, 15)
    for _ in range(int(rng.choice([0, 1, 3, n // 20]))):
        x[rng.integers(0, n)] += rng.normal(0, 30)
    if rng.random() < 0.3:
        x[-1] += rng.normal(0, 20)
    x += rng.choice([0, 10, 100, 1000])
    if rng.random() < 0.2:
        x = np.exp(np.clip(x / (np.abs(x).max() + 1e-9), -3, 3)) * 10
    x = np.round(x * rng.choice([1, 1, 1, 1e-3, 1e6]), int(rng.choice([0, 2, 6, 12])))

    request = {"granularity": str(granularity)}
    interval = int(rng.choice([1, 5, 15])) if granularity in ("minutely", "secondly") and rng.random() < 0.5 else 1
    if interval > 1:
        request["customInterval"] = interval
    start = pd.Timestamp("2000-01-01") if granularity in ("yearly", "monthly") else pd.Timestamp("2019-04-01")
    step = STEPS[granularity]
    times = pd.date_range(start, periods=n, freq=step if interval == 1 else f"{interval}{step}")
    keep = np.ones(n, bool)
    if granularity != "none" and rng.random() < 0.25:
        keep = rng.random(n) > rng.choice([0.02, 0.1, 0.3])
        if rng.random() < 0.4:
            first = int(rng.integers(1, n))
            keep[first : first + int(rng.integers(1, max(2, n // 6)))] = False
        keep[0] = keep[-1] = True
        if keep.sum() < 12:
            keep[:] = True
        # Many filled zeros are many equal values, whose order the package leaves to chance.
        modes = ["auto", "auto", "previous", "linear", "notFill"] + ["zero"] * int((~keep).sum() <= 2)
        request["imputeMode"] = str(rng.choice(modes))
    request["series"] = [
        {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"), "value": float(value)} for time, value, kept in zip(times, x, keep) if kept
    ]
    if rng.random() < 0.8:
        request["sensitivity"] = int(rng.integers(0, 101))
    if rng.random() < 0.8:
        request["maxAnomalyRatio"] = float(np.round(rng.uniform(0.01, 0.49), 3))
    if rng.random() < 0.12:
        request["period"] = int(rng.choice([0, 1, 4, 7, 12, 24]))
    return {"detectMode": str(rng.choice(["last", "entire"])), "request": request}


def ask(line):
    """The package's answer, or None where it breaks."""
    request = dict(line["request"])
    frame = pd.DataFrame(request.pop("series"))
    try:
        answer = DETECTORS[line["detectMode"]]().predict(None, frame, request)
    except Exception:
        return None
    rows = [row["result"] for row in answer]
    if line["detectMode"] == "last":
        last = rows[-1]
        return {name: last[key] for name, key in NAMES.items()} | {"period": last["period"], "suggestedWindow": last["suggested_window"]}
    plural = {"expectedValue": "expectedValues", "upperMargin": "upperMargins", "lowerMargin": "lowerMargins"}
    return {plural.get(name, name): [row[key] for row in rows] for name, key in NAMES.items()} | {"period": rows[0]["period"]}


def differ(found, wanted, slack=1e-6):
    """The first member in which two answers differ, with both values; None where they agree."""
    for key, value in wanted.items():
        ours = np.atleast_1d(np.array(found.get(key), dtype=float))
        theirs = np.atleast_1d(np.array(value, dtype=float))
        if ours.shape != theirs.shape:
            return f"{key}: {len(ours)} instead of {len(theirs)} values"
        if key.startswith("is") or key in ("period", "suggestedWindow"):
            bad = ours != theirs
        else:
            reach = 1e-9 + slack * np.abs(np.atleast_1d(np.array(wanted[key], dtype=float)))
            bad = ~(np.abs(ours - theirs) <= np.maximum(reach, 1e-9 * np.abs(np.atleast_1d(np.array(wanted.get("expectedValues", wanted.get("expectedValue")), dtype=float)))))
        if bad.any():
            place = int(np.argmax(bad))
            return f"{key}[{place}]: {ours[place]} instead of {theirs[place]}"
    return None


def is_shaky(line, answer, rng):
    """Whether the package changes its mind when the values change by a billionth of their size."""
    for _ in range(6):
        moved = json.loads(json.dumps(line))
        values = np.array([point["value"] for point in moved["request"]["series"]])
        size = max(np.abs(values).max(), 1e-12)
        for point, value in zip(moved["request"]["series"], values + rng.normal(0, 1e-11 * size, len(values))):
            point["value"] = float(value)
        again = ask(moved)
        if again is None or differ(again, answer, slack=1e-5):
            return True
    return False


def main():
    program, count, seed = sys.argv[1], int((sys.argv[2:] or [300])[0]), int((sys.argv[3:] or [1])[0])
    rng = np.random.default_rng(seed)
    lines = [random_request(rng) for _ in range(count)]
    scored = subprocess.run([program, "score", "-"], input="".join(json.dumps(line) + "\n" for line in lines), capture_output=True, text=True, check=True)
    answers = [json.loads(text) for text in scored.stdout.splitlines()]
    assert len(answers) == count, (len(answers), count)
    agreed = broken = shaky = 0
    failures = []
    for number, (line, found) in enumerate(zip(lines, answers)):
        wanted = ask(line)
        if wanted is None:
            broken += 1
            continue
        problem = found["code"] if "code" in found else differ(found, wanted)
        if problem is None:
            agreed += 1
        elif is_shaky(line, wanted, rng):
            shaky += 1
        else:
            request = {key: value for key, value in line["request"].items() if key != "series"}
            failures.append((number, line))
            print(f"series {number} ({line['detectMode']}, {len(line['request']['series'])} points, {request}): {problem}")
    print(f"{count} series: {agreed} agree, {len(failures)} disagree; {shaky} on which the package does not agree with itself, {broken} on which it breaks")
    if failures and len(sys.argv) > 4:
        Path(sys.argv[4]).write_text("".join(json.dumps(line) + "\n" for _, line in failures))
    sys.exit(len(failures) > count // 100)


if __name__ == "__main__":
    main()
