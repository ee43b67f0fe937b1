"""Tables that other programs write, read by groundswell, and tables that both write to.

    python foreign.py PROGRAM

delta-rs makes tables of awkward values, many commits, checkpoints, partitions and later columns; PyArrow makes Parquet files
with every kind of page. The rows must be equal to the last bit, as JSON lines say them. Then each program writes to the
other's table, joins its files and deletes old ones, and both must go on reading the same.
"""

import csv
import decimal
import io
import json
import math
import shutil
import struct
import subprocess
import sys
import tempfile
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

program = sys.argv[1]
workspace = Path(tempfile.mkdtemp(prefix="foreign-"))
(workspace / "tables").mkdir()
passed = failed = 0


def check(name, is_true, detail=""):
    global passed, failed
    passed, failed = passed + bool(is_true), failed + (not is_true)
    print(("ok    " if is_true else "FAIL  ") + name + ("" if is_true else f": {detail}"))


def run(*cells, fails=False):
    arguments = [program, "--workspace", workspace] + [word for cell in cells for word in ("-c", cell)]
    result = subprocess.run(arguments, capture_output=True, text=True, timeout=120)
    if (result.returncode != 0) != fails:
        sys.exit(f"{cells}\nended with {result.returncode}: {result.stdout}{result.stderr}")
    return result.stdout + result.stderr


def folder(name):
    return str(workspace / "tables" / name)


def text(value):
    """A value as an export of groundswell's says it."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z").replace(".000000", "")
    if isinstance(value, (date, decimal.Decimal)):
        return format(value, "f") if isinstance(value, decimal.Decimal) else value.isoformat()
    return value


def canonical(row):
    def one(value):
        if isinstance(value, float):
            return "NaN" if math.isnan(value) else struct.pack(">d", value).hex()
        if isinstance(value, str) and value.endswith("Z") and "T" in value:
            return datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp().hex()
        return repr(value)

    return [one(value) for value in row]


def exported(name):
    """The rows as a Parquet file of groundswell's, which PyArrow reads: exact, NaN and both zeros too."""
    run(f"export {name} {workspace}/{name}.parquet")
    return pq.read_table(workspace / f"{name}.parquet")


def same(name, table, what):
    ours = exported(name)
    mine = sorted(canonical(text(value) for value in row.values()) for row in ours.to_pylist())
    theirs = sorted(canonical(text(value) for value in row.values()) for row in table.to_pylist())
    check(f"{what}: {table.num_rows} rows of {table.num_columns} columns", mine == theirs, (mine[:2], theirs[:2]))


def awkward():
    """Nulls, NaN, both zeros, least and greatest of each type, empty and long texts, times before 1970."""
    utc = timezone.utc
    times = [datetime(1, 1, 1, tzinfo=utc), datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=utc), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=utc), datetime(1970, 1, 1, tzinfo=utc), None, datetime(2019, 4, 24, 9, 39, 40, 1, tzinfo=utc)]
    return pa.table(
        {
            "flag": pa.array([True, False, None, True, None, False]),
            "tiny": pa.array([-128, 127, None, 0, 1, 2], pa.int8()),
            "small": pa.array([-(2**15), 2**15 - 1, None, 0, 1, 2], pa.int16()),
            "number": pa.array([-(2**31), 2**31 - 1, None, 0, 1, 2], pa.int32()),
            "large": pa.array([-(2**63), 2**63 - 1, None, 0, 1, 2], pa.int64()),
            "single": pa.array([float("nan"), -0.0, None, 3.4028234663852886e38, float("-inf"), 1e-45], pa.float32()),
            "double": pa.array([float("nan"), -0.0, 0.0, 1.7976931348623157e308, float("inf"), 5e-324]),
            "money": pa.array([decimal.Decimal("-9999999.99"), decimal.Decimal("9999999.99"), None, decimal.Decimal("0.00"), decimal.Decimal("0.01"), decimal.Decimal("-0.01")], pa.decimal128(9, 2)),
            "sum": pa.array([decimal.Decimal("9" * 18), decimal.Decimal("-" + "9" * 18), None, None, None, decimal.Decimal(0)], pa.decimal128(18, 0)),
            "vast": pa.array([decimal.Decimal("-0." + "9" * 38), decimal.Decimal("0." + "9" * 38), None, None, None, decimal.Decimal(0)], pa.decimal128(38, 38)),
            "day": pa.array([date(1, 1, 1), date(9999, 12, 31), None, date(1970, 1, 1), date(1969, 12, 31), date(2020, 2, 29)]),
            "time": pa.array(times, pa.timestamp("us", "UTC")),
            "text": pa.array(["", "x" * 100_000, None, "🌊 \"quoted\", comma\nline\t\0end", "ünï", " "]),
        }
    )


# Tables of delta-rs.
table = awkward()
write_deltalake(folder("awkward"), table)
same("awkward", table, "delta-rs, awkward values")

for number in range(25):
    write_deltalake(folder("commits"), pa.table({"n": [number], "part": [str(number % 3)]}), mode="append", partition_by=["part"])
    if number % 8 == 7:
        DeltaTable(folder("commits")).create_checkpoint()
same("commits", pa.table({"n": list(range(25)), "part": [str(n % 3) for n in range(25)]}), "delta-rs, 25 commits, partitions, checkpoints")
DeltaTable(folder("commits")).delete("n < 5")
same("commits", pa.table({"n": list(range(5, 25)), "part": [str(n % 3) for n in range(5, 25)]}), "delta-rs, after a deletion")
DeltaTable(folder("commits")).create_checkpoint()
for log in sorted((workspace / "tables/commits/_delta_log").glob("0*.json"))[:-1]:
    log.unlink()
same("commits", pa.table({"n": list(range(5, 25)), "part": [str(n % 3) for n in range(5, 25)]}), "delta-rs, only the checkpoint left")
check("time travel behind a checkpoint is refused", "was deleted from its log" in run("SELECT * FROM commits VERSION AS OF 1;", fails=True))

write_deltalake(folder("later"), pa.table({"a": [1, 2]}))
write_deltalake(folder("later"), pa.table({"a": [3], "b": ["x"]}), mode="append", schema_mode="merge")
same("later", pa.table({"a": [1, 2, 3], "b": [None, None, "x"]}), "delta-rs, a column that came later")

# Parquet files with every kind of page.
flat = awkward().drop_columns(["tiny", "small", "single"])
many = pa.table({"n": pa.array([None if i % 7 == 0 else i * i % 1000 for i in range(5000)], pa.int64()), "i": pa.array(range(-2500, 2500), pa.int32()), "s": [None if i % 5 == 0 else f"text {i % 40}" for i in range(5000)], "x": [i / 7 for i in range(5000)]})
for version in ["1.0", "2.0"]:
    for codec in ["snappy", "zstd", "none"]:
        for dictionary in [True, False]:
            for name, rows in [("awkward", flat), ("many", many)]:
                path = workspace / "pages.parquet"
                pq.write_table(rows, path, data_page_version=version, compression=codec, use_dictionary=dictionary, row_group_size=1500, data_page_size=2000)
                shutil.rmtree(folder("pages"), ignore_errors=True)
                run(f"import {path} --to pages")
                same("pages", rows, f"PyArrow, {name}, pages {version}, {codec}, {'dictionary' if dictionary else 'plain'}")
path = workspace / "delta.parquet"
pq.write_table(many, path, use_dictionary=False, data_page_version="2.0", column_encoding={"n": "DELTA_BINARY_PACKED", "i": "DELTA_BINARY_PACKED", "s": "DELTA_BYTE_ARRAY", "x": "PLAIN"})
shutil.rmtree(folder("pages"), ignore_errors=True)
run(f"import {path} --to pages")
same("pages", many, "PyArrow, differences instead of values, as Spark's version 2 writes them")
pq.write_table(many, path, use_dictionary=False, column_encoding={"n": "DELTA_BINARY_PACKED", "i": "DELTA_BINARY_PACKED", "s": "DELTA_LENGTH_BYTE_ARRAY", "x": "PLAIN"})
run(f"import {path} --to pages --mode overwrite")
same("pages", many, "PyArrow, lengths as differences")
pq.write_table(many, path, write_page_checksum=True)
run(f"import {path} --to pages --mode overwrite")
same("pages", many, "PyArrow, pages with checksums")
check("PyArrow finds our checksums right", pq.read_table(f"{workspace}/pages.parquet", page_checksum_verification=True).num_rows == 5000)
damaged = bytearray(path.read_bytes())
damaged[1000] ^= 1
path.write_bytes(damaged)
check("a flipped bit is noticed by its checksum", "a page whose checksum is another" in run(f"import {path} --to pages", fails=True))
old = pa.table({"time": pa.array([datetime(1900, 1, 1), datetime(2019, 4, 24, 9, 39, 40, 1), None], pa.timestamp("us"))})
pq.write_table(old, path, use_deprecated_int96_timestamps=True)
run(f"import {path} --to old")
same("old", old.cast(pa.schema([("time", pa.timestamp("us", "UTC"))])), "PyArrow, Spark's old timestamps (INT96)")
pq.write_table(pa.table({"a": [1], "nested": [{"b": 1}]}), path)
check("a nested column is refused by name", "column 'nested': a nested column (STRUCT) is not supported" in run(f"import {path} --to nested", fails=True))

# Both write to one table.
pq.write_table(many, path)
run(f"import {path} --to both --compression zstd")
for _ in range(12):
    run(f"import {path} --to both")
write_deltalake(folder("both"), many, mode="append")
run(f"import {path} --to both")
expected = pa.concat_tables([many] * 15)
same("both", expected, "both append; our checkpoints in between")
theirs = DeltaTable(folder("both"))
check("delta-rs reads through our checkpoint", theirs.to_pyarrow_table().num_rows == 75_000)
theirs.optimize.compact()
same("both", expected, "after delta-rs joined the files")
check("optimize finds nothing or joins", "both" in run("optimize both"))
DeltaTable(folder("both")).vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
same("both", expected, "after delta-rs deleted old files")
run("vacuum both --retain 0h --yes")
check("delta-rs reads after our vacuum", DeltaTable(folder("both")).to_pyarrow_table().num_rows == 75_000)
check("Polars reads it, too", pl.read_delta(folder("both")).height == 75_000)
for log in sorted((workspace / "tables/both/_delta_log").glob("0*.json"))[:10]:
    log.unlink()
check("delta-rs reads with our checkpoint alone", DeltaTable(folder("both")).to_pyarrow_table().num_rows == 75_000)

run(f"import {path} --to parts --partition-by s")
ours = DeltaTable(folder("parts"))
check("delta-rs sees our partitions", ours.metadata().partition_columns == ["s"])
check("delta-rs reads our partitions", sorted(map(str, ours.to_pyarrow_table().select(["n", "s"]).to_pylist())) == sorted(map(str, many.select(["n", "s"]).to_pylist())))
(
    ours.merge(pa.table({"i": pa.array([0, 9999], pa.int32()), "n": [1, 2], "s": ["new", "new"], "x": [0.5, 0.5]}), "t.i = s.i", "s", "t").when_matched_update_all().when_not_matched_insert_all().execute()
)
check("we read what delta-rs merged into our table", run("SELECT count(*) AS c, sum(x = 0.5) AS h FROM parts;").count("5001") == 1)

# Checkpoints of other shapes, made of ours: in parts, and of version 2 with and without files beside them.
log = workspace / "tables/both/_delta_log"
classic = sorted(log.glob("*.checkpoint.parquet"))[-1]
rows = pq.read_table(classic)
version = classic.name[:20]
half = rows.num_rows // 2
classic.unlink()
(log / "_last_checkpoint").unlink()
for part, piece in [(1, rows.slice(0, half)), (2, rows.slice(half))]:
    pq.write_table(piece, log / f"{version}.checkpoint.{part:010}.{2:010}.parquet")
same("both", expected, "a checkpoint in two parts")
for piece in log.glob("*.checkpoint.*.parquet"):
    piece.unlink()
actions = [{key: value for key, value in row.items() if value is not None} for row in rows.to_pylist()]


def plain(value):
    if isinstance(value, list) and all(isinstance(item, tuple) for item in value):
        return {key: plain(item) for key, item in value}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if item is not None}
    return value


for action in actions:
    for kind, member in action.items():
        for name in ["partitionValues", "tags", "configuration"]:
            if isinstance(member.get(name), list):
                member[name] = dict(member[name])
    if "metaData" in action:
        action["metaData"]["format"] = {"provider": "parquet", "options": {}}
actions = [plain(action) for action in actions]
(log / f"{version}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json").write_text("\n".join(json.dumps(action) for action in actions))
same("both", expected, "a checkpoint of version 2, JSON")
(log / "_sidecars").mkdir()
is_file = [row["add"] is not None or row["remove"] is not None for row in rows.to_pylist()]
pq.write_table(rows.filter(pa.array(is_file)), log / "_sidecars" / "beside.parquet")
top = [action for action in actions if "add" not in action and "remove" not in action]
top += [{"checkpointMetadata": {"version": int(version)}}, {"sidecar": {"path": "beside.parquet", "sizeInBytes": 1, "modificationTime": 1}}]
(log / f"{version}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json").write_text("\n".join(json.dumps(action) for action in top))
same("both", expected, "a checkpoint of version 2 with a file beside it")
(log / "_sidecars" / "beside.parquet").unlink()
check("a file beside it that has gone is named", "beside.parquet is missing" in run("SELECT count(*) FROM both;", fails=True))

shutil.rmtree(workspace)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
