"""Tables and Parquet files of other writers: the right rows, or refused by what is the matter."""

import json
import shutil

import pytest
from deltalake import DeltaTable


@pytest.fixture
def table(cases, tmp_path):
    """Puts a case's table into the workspace, under its own name."""

    def table(path):
        source = cases / "delta" / path
        shutil.copytree(source, tmp_path / "workspace" / "tables" / source.name)
        return source.name

    return table


def rows(answer):
    assert answer.status == 0, answer
    return sorted(line for line in answer.output.splitlines()[1:] if line)


@pytest.mark.parametrize(
    "path, expected",
    [
        ("m1_last_checkpoint_size/lastckpt_bytes", ["1", "2", "3"]),
        ("m2_naive_timestamps/ts_unadjusted", ["2020-01-01T00:00:00Z,1"]),
        ("m6_null_members/null_actions", ["7"]),
        ("m6_null_members/null_protocol2", ["1", "2", "3"]),
        ("m9_feature_not_used/dvfeature_nodv", ["1", "2"]),
        ("m9_feature_not_used/r2w5_none", ["1", "2"]),
        ("m10_extra_nested_column/extra_nested", ["1", "2"]),
        ("w3_checkpoint_map_names/ckmap_names", ["a,97", "b,98"]),
    ],
)
def test_a_table_of_another_writer_has_its_rows(shell, table, path, expected):
    assert rows(shell(f"SELECT * FROM {table(path)};")) == expected


def test_an_older_checkpoint_takes_the_place_of_one_that_is_empty(shell, table):
    answer = shell(f"SELECT v FROM {table('m7_zero_length_checkpoint/ck_zero')} ORDER BY v;")
    assert answer.output.split() == ["v"] + [str(v) for v in range(12)], answer


def test_a_row_is_found_though_the_statistics_were_cut_to_minutes(shell, table):
    name = table("w5_stats_offset/stats_offset")
    assert rows(shell(f"SELECT v FROM {name} WHERE ts = '1849-12-31T23:06:32Z';")) == ["1"]


def test_an_empty_partition_value_of_a_column_without_nulls_is_an_empty_text(shell, table, tmp_path):
    answer = shell(f"export {table('m11_empty_string_not_null/part_empty_nn')} {tmp_path}/out.jsonl")
    assert answer.status == 0, answer
    assert json.loads((tmp_path / "out.jsonl").read_text()) == {"k": "", "v": 1}


def test_a_protocol_that_a_later_line_calls_null_still_stands(shell, table, cases):
    name = table("m6_null_members/null_protocol2")
    answer = shell(f"import {cases}/delta/w1_uint_logical_only/uint32_logical_only.parquet --to {name} --add-columns")
    assert answer.status == 1 and "the change data feed" in answer.error, answer


def test_append_only_survives_a_checkpoint_whose_maps_have_other_names(shell, table, cases):
    name = table("w3_checkpoint_map_names/ckmap_names")
    answer = shell(f"import {cases}/delta/w1_uint_logical_only/uint32_logical_only.parquet --to {name} --mode overwrite")
    assert answer.status == 1 and "delta.appendOnly" in answer.error, answer


@pytest.mark.parametrize(
    "path, cell, expected",
    [
        ("w1_uint_logical_only/uint32_logical_only.parquet", "SELECT u FROM t;", ["1", "4000000000"]),
        ("m3_empty_page_v2/datapage_v2_empty_datapage.snappy.parquet", "SELECT count(*) FROM t WHERE value IS NULL;", ["1"]),
        ("m4_zero_rows/pa_empty.parquet", "SELECT count(t), count(v), count(name), count(i) FROM t;", ["0,0,0,0"]),
        ("m4_zero_rows/column_chunk_key_value_metadata.parquet", "SELECT count(column1), count(column2) FROM t;", ["0,0"]),
        ("m2_naive_timestamps/duckdb_naive.parquet", "SELECT min(t), max(t), count(*) FROM t;", ["2024-01-01T00:00:00Z,2024-02-11T15:00:00Z,1000"]),
        ("f1_codecs_encodings/duckdb_v2.parquet", "SELECT count(*), sum(i) FROM t;", ["1000,499500"]),
        ("f1_codecs_encodings/pandas_gzip.parquet", "SELECT count(*), sum(i) FROM t;", ["1000,499500"]),
        ("f1_codecs_encodings/polars_uint32.parquet", "SELECT count(*), sum(i) FROM t;", ["1000,499500"]),
    ],
)  # fmt: skip
def test_a_parquet_file_of_another_writer_has_its_rows(shell, cases, path, cell, expected):
    assert rows(shell(f"import {cases}/delta/{path} --to t", cell))[-len(expected) :] == expected


def test_times_without_zone_are_taken_as_utc_and_said_to_be(shell, cases):
    answer = shell(f"import {cases}/delta/m2_naive_timestamps/pandas_naive_ts.parquet --to t")
    assert "'t' has no time zone: its times were taken as UTC" in answer.output + answer.error, answer


@pytest.mark.parametrize(
    "path, words",
    [
        ("w1_uint_logical_only/uint64_logical_only.parquet", ["column 'u'", "row 2", "UNSIGNED INT 18446744073709551615"]),
        ("w2_duplicate_columns/pa_dupcols.parquet", ["called 'a'"]),
        ("w2_duplicate_columns/pa_casecols.parquet", ["called 'A'", "case"]),
        ("w6_ms_overflow/pa_ms_overflow.parquet", ["column 't'", "row 1", "beyond what a TIMESTAMP can hold"]),
        ("w7_bad_utf8/pa_badutf8.parquet", ["column 'bad'", "row 1 is not UTF-8"]),
        ("m5_encrypted/uniform_encryption.parquet.encrypted", ["the file is encrypted", "without encryption"]),
        ("m8_misnamed_types/pandas_time.parquet", ["column 'time': TIME is not supported", "microseconds"]),
        ("m8_misnamed_types/pandas_allnull.parquet", ["column 'allnone': NULL is not supported", "give the column a type"]),
        ("m8_misnamed_types/pandas_float16.parquet", ["column 'f2': FLOAT16 is not supported", "DOUBLE"]),
        ("m8_misnamed_types/duckdb_uuid.parquet", ["column 'id': UUID is not supported", "STRING"]),
        ("f1_codecs_encodings/pandas_lz4.parquet", ["LZ4", "snappy, zstd, gzip or no codec"]),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_by_what_is_the_matter(shell, cases, tmp_path, path, words):
    file = tmp_path / "file.parquet"
    shutil.copy(cases / "delta" / path, file)
    answer = shell(f"import {file} --to t")
    assert answer.status == 1, answer
    assert all(word in answer.error for word in words), answer
    assert not (tmp_path / "workspace/tables/t").exists()


@pytest.mark.parametrize(
    "path, words",
    [
        ("tables/with-short-dv", "deletion vectors"),
        ("tables/table_with_column_mapping", "column mapping"),
        ("tables/data-reader-timestamp_ntz", "timestamp_ntz in column 'tsNtz'"),
        ("tables/type-widening", "typeWidening"),
    ],
)
def test_a_table_with_a_feature_that_is_not_read_is_refused_by_its_name(shell, table, path, words):
    answer = shell(f'SELECT * FROM "{table(path)}";')
    assert answer.status == 1 and words in answer.error, answer


def test_what_is_imported_delta_rs_reads(shell, cases, tmp_path):
    answer = shell(f"import {cases}/delta/f1_codecs_encodings/pandas_gzip.parquet --to t")
    assert answer.status == 0, answer
    assert DeltaTable(tmp_path / "workspace/tables/t").to_pyarrow_table().num_rows == 1000
