"""The transcripts through another front: as a notebook that `groundswell run` replays. TranscriptTests runs them in the engine."""

import json
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROMPT, CONTINUED = re.compile(r"(?:\[\d+\])?> "), re.compile(r" *\.\.\.> ?")
ELSEWHERE = {
    "end": "a notebook does not keep the remark that a hub already holds events; the engine's test sets the clock",
    "partitions": "a notebook does not keep the remark that a hub already holds events",
    "windows": "the engine's test sets the clock, the program has the system's",
    "parameters": "it lists the notebook's cells, which here are all there from the start",
}


def exchanges(path):
    """The cells of a transcript, each with the lines that it prints."""
    found, blank = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if start := PROMPT.match(line):
            found.append(([line[start.end() :]], []))
            blank = []
        elif found and not found[-1][1] and (start := CONTINUED.match(line)):
            found[-1][0].append(line[start.end() :])
        elif not line or line.startswith("#"):
            blank.append(line)
        else:
            found[-1][1].extend([*blank, line])
            blank = []
    return found


def printed(cell):
    """What a notebook keeps of a cell, as a transcript has it."""
    lines = []
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            text = "! " + "\n".join(output["traceback"])
        else:
            text = "".join(output["data"]["text/plain"])
        lines += text.split("\n")
    return lines


@pytest.mark.parametrize("path", sorted(HERE.glob("*.gsw")), ids=lambda path: path.stem)
def test_a_notebook_of_the_same_cells_prints_the_same(program, tmp_path, path):
    if path.stem in ELSEWHERE:
        pytest.skip(ELSEWHERE[path.stem])
    for file in (HERE / "Files").iterdir():
        (tmp_path / file.name).write_text(file.read_text().replace("DIR", str(tmp_path)))
    expected = exchanges(path)
    cells = [
        {"cell_type": "code", "id": f"c{number}", "metadata": {}, "outputs": [], "execution_count": None, "source": "\n".join(cell).replace("DIR", str(tmp_path))}
        for number, (cell, _) in enumerate(expected)
    ]
    notebook = tmp_path / "transcript.ipynb"
    notebook.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    saved = tmp_path / "out.ipynb"
    subprocess.run(
        [program, "--workspace", str(tmp_path), "run", str(notebook), "--keep-going", "-o", str(saved)], capture_output=True, text=True, timeout=120
    )
    replayed = json.loads(saved.read_text().replace(str(tmp_path), "DIR"))["cells"]
    assert [("\n".join(cell), printed(after)) for (cell, _), after in zip(expected, replayed)] == [("\n".join(cell), lines) for cell, lines in expected]
