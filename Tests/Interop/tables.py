"""Compares tables that groundswell wrote with what other programs make of the same data.

    python tables.py WORKSPACE                  every table opens in delta-rs, Polars, DuckDB and PyArrow, equal rows
    python tables.py WORKSPACE dogs FILE.csv    the daily mean of likes equals Polars' (tests on real tweets)
    python tables.py WORKSPACE volume FILE.csv  the hourly sum equals DuckDB's (tests on a real series)
"""

import sys
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

passed = failed = 0


def check(name, is_true, detail=""):
    global passed, failed
    passed, failed = passed + bool(is_true), failed + (not is_true)
    print(("ok    " if is_true else "FAIL  ") + name + ("" if is_true else f": {detail}"))


def rows(table):
    """Rows as Python values, by the first column, with times in microseconds."""
    return sorted(tuple(row.values()) for row in pa.table(table).cast(table.schema).to_pylist())


def readers(folder):
    table = DeltaTable(str(folder))
    arrow = pa.table(table.to_pyarrow_table())
    files = [str(Path(folder) / Path(uri).name) for uri in table.file_uris()]
    check(f"{folder.name}: protocol 1/2", (table.protocol().min_reader_version, table.protocol().min_writer_version) == (1, 2))
    plain = pa.concat_tables([pq.read_table(file) for file in files]) if files else arrow
    check(f"{folder.name}: PyArrow reads the same rows", rows(plain.cast(arrow.schema)) == rows(arrow))
    polars = pl.read_delta(str(folder)).to_arrow().cast(arrow.schema)
    check(f"{folder.name}: Polars reads the same rows", rows(polars) == rows(arrow))
    duck = duckdb.sql(f"SET TimeZone = 'UTC'; SELECT * FROM read_parquet({files})").arrow()
    duck = (duck.read_all() if hasattr(duck, "read_all") else duck).cast(arrow.schema)
    check(f"{folder.name}: DuckDB reads the same rows", rows(duck) == rows(arrow))
    times = [field.name for field in arrow.schema if pa.types.is_timestamp(field.type)]
    check(f"{folder.name}: times are UTC microseconds", all(arrow.schema.field(name).type == pa.timestamp("us", "UTC") for name in times))
    return arrow


def dogs(folder, csv):
    ours = pl.from_arrow(pa.table(DeltaTable(str(folder)).to_pyarrow_table())).sort("groupTime")
    theirs = (
        pl.read_csv(csv)
        .with_columns(pl.col("created_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_zone="UTC").dt.truncate("1d").alias("groupTime"))
        .group_by("groupTime")
        .agg(pl.col("favorite_count").mean().alias("average"), pl.len().alias("tweets"))
        .sort("groupTime")
    )
    check("dog_rates: as many days as Polars finds", len(ours) == len(theirs), (len(ours), len(theirs)))
    check("dog_rates: the same days", ours["groupTime"].to_list() == theirs["groupTime"].to_list())
    check("dog_rates: the same means, to the last bit", ours["average"].to_list() == theirs["average"].to_list())
    check("dog_rates: the same counts", ours["tweets"].to_list() == theirs["tweets"].to_list())


def volume(folder, csv):
    ours = pl.from_arrow(pa.table(DeltaTable(str(folder)).to_pyarrow_table())).sort("groupTime")
    theirs = duckdb.sql(
        f"SELECT epoch_us(date_trunc('hour', timestamp)) AS t, sum(value)::BIGINT AS s FROM read_csv('{csv}') GROUP BY t ORDER BY t"
    ).fetchall()
    mine = list(zip(ours["groupTime"].dt.epoch("us").to_list(), ours["mentions"].to_list()))
    check(f"{Path(csv).name}: the same {len(theirs)} hourly sums as DuckDB's", mine == theirs)


workspace = Path(sys.argv[1]) / "tables"
if len(sys.argv) == 2:
    for folder in sorted(workspace.iterdir()):
        readers(folder)
else:
    {"dogs": dogs, "volume": volume}[sys.argv[2]](workspace / sys.argv[2], sys.argv[3])
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
