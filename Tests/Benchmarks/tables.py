"""Times tables written and read by groundswell, delta-rs and Polars, one after the other in one run.

    python tables.py BENCHMARKS [ROWS]
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from deltalake import DeltaTable, write_deltalake

rows = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000


def table(count):
    index = pl.int_range(0, count, eager=True)
    times = (index * 1_000_000 + 1_556_064_000_000_000).cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame({"time": times, "value": (index * 2_654_435_761 % 1_000_003) / 7}).to_arrow()


def timed(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


print("groundswell", flush=True)
subprocess.run([sys.argv[1], "tables", str(rows)], check=True)
folder = Path(tempfile.mkdtemp())
small, large = str(folder / "small"), str(folder / "large")
piece, whole = table(100), table(rows)
commits = sorted(timed(lambda: write_deltalake(small, piece, mode="append")) for _ in range(200))
print("delta-rs")
print(f"commit of 100 rows: {commits[100] * 1e3:.2f} ms (median of 200)")
print(f"read a table of 200 commits: {min(timed(lambda: DeltaTable(small).to_pyarrow_table()) for _ in range(5)) * 1e3:.1f} ms (least of 5)")
written = timed(lambda: write_deltalake(large, whole))
size = sum(file.stat().st_size for file in Path(large).glob("*.parquet"))
print(f"write {rows} rows: {rows / written / 1e6:.2f} M rows/s, {size} bytes")
print(f"read {rows} rows: {rows / min(timed(lambda: DeltaTable(large).to_pyarrow_table()) for _ in range(3)) / 1e6:.2f} M rows/s (best of 3)")
print("Polars")
print(f"read a table of 200 commits: {min(timed(lambda: pl.read_delta(small)) for _ in range(5)) * 1e3:.1f} ms (least of 5)")
frame = pl.from_arrow(whole)
written = timed(lambda: frame.write_parquet(folder / "large.parquet", compression="snappy"))
print(f"write {rows} rows: {rows / written / 1e6:.2f} M rows/s, {(folder / 'large.parquet').stat().st_size} bytes")
print(f"read {rows} rows: {rows / min(timed(lambda: pl.read_delta(large)) for _ in range(3)) / 1e6:.2f} M rows/s (best of 3)")
shutil.rmtree(folder)
