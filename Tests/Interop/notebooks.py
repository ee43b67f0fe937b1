"""Checks notebooks that Groundswell wrote against Jupyter's own readers and writers.

Usage: python notebooks.py FILE...

FILE.ipynb  must pass nbformat's validator as it is, and must be what nbformat itself would write, byte for byte.
            Its cells must survive jupytext's percent form.
FILE.gsw    must be read by jupytext as percent text; where FILE.ipynb stands beside it, as the same cells.

Prints a line a file; exits 1 if any fails.
"""

import sys
from itertools import zip_longest
from pathlib import Path

import jupytext
import nbformat

# jupytext does not know our file extension; the shell's scripts have the same comment mark.
PERCENT = {"extension": ".sh", "format_name": "percent"}


def cells(notebook):
    """What percent text keeps of the cells: blank lines at the end of a cell are not among it."""
    return [(cell.cell_type, cell.source.rstrip()) for cell in notebook.cells]


def tags(notebook):
    return [cell.metadata.get("tags", []) for cell in notebook.cells]


def require_equal(found, expected, what):
    if found != expected:
        raise AssertionError(f"{what}:\n  found    {found!r}\n  expected {expected!r}")


def check_ipynb(path):
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)  # repairs ids of a kind, which the comparison below would then show
    written = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    if not written.endswith("\n"):
        written += "\n"
    for number, (found, expected) in enumerate(zip_longest(text.split("\n"), written.split("\n")), start=1):
        require_equal(found, expected, f"nbformat writes line {number} differently")
    again = jupytext.reads(jupytext.writes(notebook, fmt=PERCENT), fmt=PERCENT)
    require_equal(cells(again), cells(notebook), "jupytext's percent form changes the cells")
    require_equal(tags(again), tags(notebook), "jupytext's percent form changes the tags")


def check_percent(path):
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt=PERCENT)
    twin = path.with_suffix(".ipynb")
    if twin.exists():
        expected = nbformat.read(twin, as_version=4)
        require_equal(cells(notebook), cells(expected), "jupytext reads other cells")
        require_equal(tags(notebook), tags(expected), "jupytext reads other tags")


def main(paths):
    if not paths:
        sys.exit(__doc__)
    failures = 0
    for path in map(Path, paths):
        try:
            (check_ipynb if path.suffix == ".ipynb" else check_percent)(path)
            print(f"ok    {path}")
        except Exception as error:  # every fault of a file is a finding, whatever its type
            failures += 1
            print(f"FAIL  {path}: {error}")
    print(f"{len(paths) - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
