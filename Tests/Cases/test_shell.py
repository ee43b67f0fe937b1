"""The shell under attack and on odd paths: what `check` leaves alone, links of other people's workspaces, keys, escape sequences,
short writes; and what one types on a command line by habit."""

import json
import os
import resource
import subprocess

import pexpect
import pytest

HUBS = ["send --sample --days 1"]


def notebook(*cells, metadata=None):
    return json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": metadata or {},
        "cells": [
            {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": cell, "execution_count": 1,
             "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}]}
            for number, cell in enumerate(cells)
        ],
    })  # fmt: skip


def test_check_changes_nothing_outside_of_its_workspace(shell, tmp_path):
    for name in ("victim.csv", "victim.md"):
        (tmp_path / name).write_text("precious\n")
    hub = tmp_path / "hub"
    before = shell(f"connect hub {hub}", *HUBS, "hub").output
    (tmp_path / "n.ipynb").write_text(notebook(
        "send --sample --days 1",
        "stream s --schema \"timestamp TIMESTAMP, favorite INT\"\naggregate a --from s --window 1h --avg favorite\nwrite a --to t",
        f"export t {tmp_path}/victim.csv", f"notebook convert {tmp_path}/n.ipynb {tmp_path}/victim.md",
        f"connect hub {hub}\nsend --sample --days 1", f"connect hub {hub}\nhub retain --size 1B", f"connect hub {tmp_path}/new",
        "run n.ipynb -o victim.md", "notebook save victim.csv", "hub export victim.csv",
    ))  # fmt: skip
    answer = shell("check n.ipynb")
    assert answer.status == 1 and "it will not write" in answer.output + answer.error, answer
    assert (tmp_path / "victim.csv").read_text() == (tmp_path / "victim.md").read_text() == "precious\n"
    assert not (tmp_path / "new").exists()
    assert shell(f"connect hub {hub}", "hub").output.split("\n")[-2].split(",")[:4] == before.split("\n")[-2].split(",")[:4]


def test_links_in_a_workspace_of_others_lead_nowhere(shell, tmp_path):
    (tmp_path / "bashrc").write_text("precious\n")
    hub = tmp_path / "workspace" / "hubs" / "default"
    assert shell(*HUBS).status == 0
    for name in ("partition-0/lock", "hub.json"):
        (hub / name).rename(tmp_path / "kept")
        (hub / name).symlink_to(tmp_path / "bashrc" if name.endswith("lock") else tmp_path / "kept")
        answer = shell(*HUBS)
        assert answer.status == 1 and " is a link" in answer.error, answer
        (hub / name).unlink()
        (tmp_path / "kept").rename(hub / name)
    assert (tmp_path / "bashrc").read_text() == "precious\n"


SECRETS = [
    "connect hub kafka://ann:p@SECRET@127.0.0.1:1/t", "connect hub kafka://127.0.0.1:1/t --user ann --password 'x SECRET'",
    "connect hub kafka://127.0.0.1:1/t --user ann --password \\\nSECRET", "connect hub kafka://SECRET@127.0.0.1:1/t",
    "send --from 'https://acct.example/c?sv=1&sig=SECRET'", "connect \\\n twitter SECRET", "conect twitter 'SECRET'",
    "connect hub kafka://127.0.0.1:1/t --pasword=SECRET", "set api_token SECRET", "set pw 'my SECRET'",
    "connect hub 'kafka://ann:a b/SECRET@127.0.0.1:1/t'", "connect mastodon example.org --token \"a\\\"SECRET\"",
]  # fmt: skip


@pytest.mark.parametrize("cell", SECRETS)
def test_no_key_stays_in_notebook_history_or_message(program, tmp_path, cell):
    environment = dict(os.environ, TERM="dumb", XDG_STATE_HOME=str(tmp_path / "state"))
    child = pexpect.spawn(program, ["--workspace", str(tmp_path / "w"), "--no-startup"], env=environment, encoding="utf-8", timeout=60, echo=False)
    prompt = r"\[\d+\]> "
    child.expect(prompt)
    child.setecho(False)
    for line in cell.split("\n"):
        child.sendline(line)
    child.expect(prompt)
    for ending in ("ipynb", "gsw", "html", "md"):
        child.sendline(f"notebook save {tmp_path}/n.{ending}")
        child.expect(f"saved {tmp_path}/n.{ending}.*{prompt}")
    child.sendline("quit")
    child.expect(pexpect.EOF)
    child.close()
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 4
    for path in written:
        assert b"SECRET" not in path.read_bytes(), (path, path.read_text())
    # What it says, where nothing that was typed is echoed.
    for words in (["-c", cell], cell.replace("\\\n", " ").replace("'", "").split(" ")):
        done = subprocess.run([program, "--workspace", str(tmp_path / "w"), *words], capture_output=True, text=True, timeout=60)
        assert "SECRET" not in done.stdout + done.stderr, done


@pytest.mark.parametrize("sequence", ["\x1b]0;PWNED\x07", "\x9b2J", "a\u202eb", "a\u00adb", "a\u200bb", "\u2066x", "\x07\x08\r"])
def test_nothing_that_was_typed_or_read_steers_the_terminal(program, tmp_path, sequence):
    """In errors, usage, source lines, tables, names of files, notes and listings."""
    (tmp_path / "n.ipynb").write_text(notebook(f"foo {sequence} bar"))
    (tmp_path / f"{sequence}.gsw").write_text("# %%\ntables\n")
    calls = [
        ["run", "n.ipynb"], ["-c", f"foo {sequence} bar"], ["-c", f"SELECT {sequence} x;"], [f"--{sequence}"], [f"{sequence}"],
        ["show", sequence], ["-c", f"SELECT '{sequence}' AS \"{sequence}\";"], ["--format", "vertical", "-c", f"SELECT '{sequence}' AS \"{sequence}\";"],
        ["--format", "csv", "-c", f"SELECT '{sequence}' AS x;"], ["--format", "markdown", "-c", f"SELECT '{sequence}' AS x;"], ["notebook", "list", "."],
        ["-c", f"note {sequence}", "-c", "cells"], ["-c", f"set x '{sequence}'", "-c", "set"], ["--format", sequence], ["score", sequence], ["score", f"--{sequence}"],
        ["help", sequence], ["run", f"{sequence}.ipynb"], ["--workspace", f"/dev/null/{sequence}", "send", "--sample"],
        ["send", "--from", sequence], ["-c", f"insert 1 {sequence}"], ["-c", f"SELECT '{sequence}"],
    ]  # fmt: skip
    for call in calls:
        child = pexpect.spawn(program, ["--no-color", "--no-startup", *call], cwd=str(tmp_path), env=dict(os.environ, TERM="xterm", LANG="C.UTF-8"), timeout=60)
        shown = child.read().replace(b"\r\n", b"\n").decode()
        child.close()
        for character in set(sequence) - set("\r0;PWNED2Jabx]"):
            assert character not in shown, (call, shown)
        assert "\r" not in shown.replace("\r\x1b[K", ""), (call, shown)


def test_data_for_other_programs_is_exact(shell):
    text = "\x1b[31m\x9b\u202e\u00ad\u200b"
    answer = shell(f"SELECT '{text}' AS x;")
    assert answer.output == f"x\n{text}\n"
    answer = shell(f"SELECT '{text}' AS x;", arguments=["--format", "json"])
    assert json.loads(answer.output) == [{"x": text}]


def test_a_value_of_many_megabytes_is_shown_in_part_and_exported_whole(shell, program, tmp_path):
    (tmp_path / "big.jsonl").write_text(json.dumps({"a": "x" * 20_000_000}) + "\n")
    answer = shell("import big.jsonl --to t")
    assert answer.status == 0, answer
    words = ["--workspace", str(tmp_path / "workspace"), "--no-startup"]
    for style in ("table", "vertical", "markdown"):
        child = pexpect.spawn(program, [*words, "--format", style, "-c", "SELECT * FROM t;"], cwd=str(tmp_path), timeout=120, maxread=1 << 20)
        shown = child.read()
        assert len(shown) < 20_000 and "…".encode() in shown, style
    assert len(shell("SELECT * FROM t;", timeout=120).output) > 20_000_000
    (tmp_path / "long.jsonl").write_text(json.dumps({"a": "x" * 100_000}) + "\n")
    sent = shell("send --from long.jsonl", arguments=["--format", "table"])
    assert sent.status == 0 and len(sent.output + sent.error) < 5_000


def test_a_notebook_that_does_not_fit_leaves_the_old_one(program, tmp_path):
    old = notebook("SELECT 1;")
    target = tmp_path / "n.ipynb"
    target.write_text(old)
    target.chmod(0o600)
    for limit in (1, 100, 500):
        done = subprocess.run(
            [program, "--workspace", str(tmp_path / "w"), "-c", "SELECT 5 AS five;", "-c", "notebook save n.ipynb"],
            cwd=tmp_path, capture_output=True, text=True, timeout=60,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )  # fmt: skip
        assert done.returncode == 1 and "cannot write the notebook n.ipynb" in done.stderr, done
        assert "saved" not in done.stdout and target.read_text() == old
    done = subprocess.run([program, "--workspace", str(tmp_path / "w"), "-c", "tables", "-c", "notebook save n.ipynb"], cwd=tmp_path, timeout=60)
    assert done.returncode == 0 and target.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["n.ipynb"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["-c", "exit", "-c", "nonsense"], 0, ""), (["-c", "quit"], 0, ""), (["quit"], 0, ""), (["exit"], 0, ""),
        (["SELECT 1 AS one"], 0, "one\n1\n"), (["select", "1", "AS", "one"], 0, "one\n1\n"), (["SELECT 1 AS one;"], 0, "one\n1\n"),
        (["set x 5; SELECT $x AS x;"], 0, "x\n5\n"), (["help", "score"], 0, "groundswell score"), (["help", "exit"], 0, "Ctrl-D"),
        (["help", "quit"], 0, "Ctrl-D"), (["-c", "help score"], 0, "groundswell score"), (["-c", "score x"], 1, "groundswell score"),
        (["-c", "tables; quit"], 1, "delete it"), (["tour", "n.ipynb"], 1, "needs a terminal"), (["n.ipynb"], 64, "run n.ipynb"),
    ],
)  # fmt: skip
def test_habits_on_the_command_line(program, tmp_path, arguments, status, said):
    (tmp_path / "n.ipynb").write_text(notebook("tables"))
    done = subprocess.run([program, "--format", "csv", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == status and said in done.stdout + done.stderr, done


def test_a_tour_begins_from_the_command_line(program, tmp_path):
    (tmp_path / "n.ipynb").write_text(notebook("SELECT 5 AS five;"))
    child = pexpect.spawn(program, ["--no-startup", "tour", "n.ipynb"], cwd=str(tmp_path), env=dict(os.environ, TERM="dumb", XDG_STATE_HOME=str(tmp_path)), encoding="utf-8", timeout=60)
    child.expect("1 step. Enter runs a cell")
    child.expect(r"\[1\] 1/1> ")
    child.sendline("")
    child.expect("five")
    child.sendline("quit")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (notebook("tables").encode("utf-16"), "is UTF-16"),
        (notebook("SELECT 'XX';").encode().replace(b"XX", b"\xff"), "not UTF-8"),
        (json.dumps({"nbformat": 3, "worksheets": []}).encode(), "format 3"), (json.dumps({"nbformat": 5}).encode(), "newer groundswell"),
        (b"", "is not JSON"),
    ],
)  # fmt: skip
def test_notebooks_that_cannot_be_read_are_named_with_what_they_are(shell, tmp_path, content, said):
    (tmp_path / "n.ipynb").write_bytes(content)
    answer = shell("run n.ipynb")
    assert answer.status == 1 and "n.ipynb" in answer.error and said in answer.error, answer


def test_lines_that_end_with_carriage_returns_are_lines(shell, tmp_path):
    (tmp_path / "n.gsw").write_bytes(b"# %%\rset x 5\rSELECT $x AS x;\r")
    (tmp_path / "n.ipynb").write_text(notebook("set x 5\rSELECT $x AS x;"))
    for name in ("n.gsw", "n.ipynb"):
        assert shell(f"run {name}").output == "x\n5\n"


def test_notebooks_are_checked_in_the_order_in_which_they_build_on_each_other(shell, tmp_path):
    for name, after, cell in [("a", ["b"], "SELECT $x AS x;"), ("b", [], "set x 5"), ("c", [], "SELECT 7 AS x;")]:
        path = tmp_path / f"{name}.ipynb"
        path.write_text(notebook(cell, metadata={"groundswell": {"after": after}}))
    updated = shell("check a.ipynb b.ipynb c.ipynb --update")
    assert updated.status == 0, updated
    checked = shell("check a.ipynb b.ipynb c.ipynb")
    assert checked.status == 0, checked
    said = checked.output + checked.error
    assert said.index("b.ipynb") < said.index("a.ipynb") < said.index("c.ipynb"), checked
    missing = shell("check a.ipynb")
    assert missing.status == 1 and "a.ipynb builds on b, which is not among the notebooks to check" in missing.error, missing
