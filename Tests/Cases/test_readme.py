"""The README's cells, run as they stand, in one folder and in their order."""

import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"


def sections():
    """Of each fenced block with prompts: the cells that are typed there."""
    found, block = [], None
    for line in README.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            found += [block] if block else []
            block = [] if block is None else None
        elif block is not None and (cell := re.match(r"\[\d+\]> (.*)", line)):
            block.append(cell[1])
    return found


@pytest.fixture
def tweets(cases, tmp_path):
    """A file of tweets under the name that the README has for one."""
    (tmp_path / "tweets.csv").write_bytes((cases.parent / "data/tweets/dog_rates.csv").read_bytes())


def test_the_sections_run_one_after_the_other(shell, tweets):
    first, second, *rest = sections()
    answer = shell(*first)
    assert answer.status == 0 and "2019-04-17T20:00:00Z,478.6060606060606" in answer.output, answer
    assert "anomaly: high" in answer.output
    answer = shell(*second)
    assert answer.status == 0, answer
    # The file's own days, and none of the sample's.
    assert "already holds" not in answer.output + answer.error, answer
    counted = shell("SELECT count(*) AS days, min(groupTime) AS first, max(groupTime) AS last FROM dogs;")
    days, first_day, last_day = counted.output.splitlines()[1].split(",")
    assert first_day.startswith("2015") and last_day.startswith("2017"), counted
    for cells in rest:
        answer = shell(*cells)
        assert answer.status == 0, answer
    assert "504" in answer.output, answer
