"""The README as a test: each command shown is run, in the order shown and in one folder, and prints what is shown.

A line `...` stands for any lines. In a console, `$` begins a command of the system's shell and `[1]>` a new groundswell, which
is fed the cells; `...>` continues a cell. A block that cannot run here has a comment before it, `<!-- not run: why -->`.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BLOCK = re.compile(r"(?:<!-- not run: (?P<reason>[^\n]*) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
BLOCKS = list(BLOCK.finditer((ROOT / "README.md").read_text(encoding="utf-8")))
TYPED = re.compile(r"(?:\[(\d+)\]| *\.\.\.)> ?(.*)")
# A cell that shows where another's output ends; no notebook keeps it.
END = "help undo"


@pytest.fixture(scope="module")
def folder(program, tmp_path_factory):
    """Where a reader would be: the notebooks, a file of tweets, and the program."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    shutil.copy(HERE / "tweets.csv", folder)
    (folder / "bin").mkdir()
    (folder / "bin" / "groundswell").symlink_to(program)
    return folder


def run(folder, command, cells=""):
    environment = dict(os.environ, HOME=str(folder), XDG_CONFIG_HOME=str(folder), PATH=f"{folder}/bin:{os.environ['PATH']}")
    done = subprocess.run(
        ["bash", "-c", command], input=cells, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder, env=environment, timeout=600
    )
    assert done.returncode == 0, f"{command}\n{cells}\nended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def steps(console):
    """Commands with what is shown for each: (command, [], lines), or ("groundswell", cells, lines) with the lines of each cell."""
    found = []
    for line in console.splitlines():
        typed = TYPED.match(line)
        if line.startswith("$ "):
            found.append((line[2:], [], [[]]))
        elif not typed:
            found[-1][2][-1].append(line)
        elif typed[1] is None:
            found[-1][1][-1] += "\n" + typed[2]
        else:
            # The greeting above the first prompt is for terminals only.
            if not found or found[-1][0] != "groundswell":
                found.append(("groundswell", [], []))
            elif typed[1] == "1":
                found[-1] = ("groundswell", [], [])
            found[-1][1].append(typed[2])
            found[-1][2].append([])
    return found


def printed_by(folder, command, cells):
    if not cells:
        return [run(folder, command)]
    end = run(folder, f"groundswell -c '{END}'")
    return run(folder, command, "".join(f"{cell}\n{END}\n" for cell in cells)).split(end)[:-1]


def pattern(shown):
    return "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in shown)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line {block.string.count(chr(10), 0, block.start('kind')) + 1}")
def test_a_block_prints_what_it_shows(folder, block):
    if block["reason"]:
        pytest.skip(block["reason"])
    if block["kind"] == "swift":
        pytest.skip("compiled and run by TutorialTests")
    assert block["kind"] == "console", "a block to run is a console; give others a reason: <!-- not run: why -->"
    for command, cells, shown in steps(block["text"]):
        printed = printed_by(folder, command, cells)
        assert len(printed) == len(shown), f"{command}: {len(cells)} cells, {len(printed)} outputs"
        for typed, lines, text in zip(cells or [command], shown, printed):
            assert re.fullmatch(pattern(lines), text), f"{typed}\n\nprinted\n{text}\nand not\n" + "\n".join(lines)
