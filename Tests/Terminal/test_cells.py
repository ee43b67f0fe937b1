"""Cells of several lines, pasted cells, cells changed, and the walk through a notebook."""

import stat

import pytest

PREPARED = [
    "send --sample --days 3",
    'stream s --schema "timestamp TIMESTAMP, favorite INT"',
    "aggregate a --from s --window 1h --avg favorite --as average",
]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("SELECT 'a", "b' AS open_quote;", "1 row"),
        ("SELECT (1 +", "2) AS open_parenthesis;", "3"),
        ("SELECT 1 AS open_statement", ", 2 AS two;", "open_statement"),
        ("set hours \\", "72", "72"),
        ("show (", "tables)", "Unexpected argument 'tables)'"),
        ("/* a comment", "*/ SELECT 4 AS closed;", "closed"),
    ],
)
def test_what_is_open_goes_on_in_the_next_line(start, first, second, said):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter(first)
    shell.wait_for_line("")
    shell.enter(second)
    shell.wait_for(said)
    shell.wait_for_prompt(2)


def test_an_empty_line_ends_sql(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("SELECT 12345 AS n")
    shell.wait_for_line("")
    shell.press("Enter")
    shell.wait_until(lambda: shell.text.count("12345") == 2, "waiting for the answer")
    shell.wait_for_prompt(2)


def test_up_and_down_move_within_a_cell_and_then_through_the_history(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("tables")
    shell.wait_for_prompt(2)
    shell.enter("SELECT 1 AS one,")
    shell.wait_for_line("")
    shell.type("2 AS two,")
    shell.press("Up")
    shell.wait_for_line("[2]> SELECT 1 AS one,")
    shell.press("End", "Backspace")
    shell.wait_until(lambda: shell.cursor[1] > 0, "waiting for the cursor")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(2)
    shell.press("Up")
    shell.wait_for_line("[2]> tables")
    shell.press("Down")
    shell.wait_for_prompt(2)


@pytest.mark.parametrize("rows, columns", [(24, 80), (50, 200)])
def test_a_paste_of_several_cells_runs_them_one_by_one(start, rows, columns):
    shell = start(rows=rows, columns=columns)
    shell.wait_for_prompt(1)
    shell.paste("\n".join([*PREPARED, "write a --to t", "SELECT count(*)\n  AS hours\nFROM t;", "SELECT 'rest'"]))
    shell.wait_for_line("[6]> SELECT 'rest'")
    assert "72 windows" in shell.text or "     72 " in shell.text
    shell.type(" AS typed_on;")
    shell.press("Enter")
    shell.wait_for("typed_on")
    shell.wait_for_prompt(7)


def test_pasted_prompts_are_dropped(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.paste("[7]> SELECT 'two lines'\n  ...>   AS pasted;\n[8]> set hours 3\n")
    shell.wait_for_prompt(3)
    assert "two lines" in shell.text.split("pasted")[-1] and "command '[" not in shell.text
    shell.press("Up")
    shell.wait_for_line("[3]> set hours 3")
    shell.press("Up")
    shell.wait_for("[3]> SELECT 'two lines'\n")
    assert "[7]>" not in shell.text.split("[3]>")[1]


def test_a_paste_is_no_keys(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.paste("SELECT\t'tab\x03\x04' AS quiet;\n")
    shell.wait_for("quiet")
    shell.wait_for_prompt(2)


def test_ctrl_c_drops_the_rest_of_a_paste(start):
    shell = start()
    shell.wait_for_prompt(1)
    endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c;"
    shell.paste(endless + "\nSELECT 'not wanted' AS n;\n")
    shell.wait_until(lambda: shell.is_as_shells_expect, "waiting for the cell to run")
    shell.press("Ctrl-C")
    shell.wait_for("interrupted")
    shell.wait_for_prompt(2)
    shell.enter("tables")
    shell.wait_for_prompt(3)
    assert "AS n;" not in shell.text.split("interrupted")[1]


@pytest.fixture
def editor(tmp_path):
    """A program that puts TEXT in place of the cell; or, without one, leaves it as it is."""

    def editor(text=None, status=0):
        path = tmp_path / "editor.sh"
        write = "" if text is None else f"printf '%s\\n' \"{text}\" > \"$1\"\n"
        path.write_text(f"#!/bin/sh\ncp \"$1\" {tmp_path}/seen\n{write}exit {status}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return {"EDITOR": str(path)}

    return editor


def test_edit_runs_what_was_saved_in_place_of_the_cell(start, editor, tmp_path):
    shell = start(env=editor("SELECT 'edited' AS state;"))
    shell.wait_for_prompt(1)
    shell.enter("SELECT 'typed' AS state;")
    shell.wait_for_prompt(2)
    shell.enter("tables")
    shell.wait_for_prompt(3)
    shell.enter("edit 1")
    shell.wait_for(" edited ")
    shell.wait_for_prompt(3)
    assert (tmp_path / "seen").read_text() == "SELECT 'typed' AS state;\n"
    shell.enter("cells")
    shell.wait_for("[1] cell-1  SELECT 'edited' AS state;")
    shell.enter("undo")
    shell.wait_for("undone: editing cell-1")
    shell.enter("cells 1")
    shell.wait_until(lambda: "SELECT 'typed' AS state;" in shell.text.split("undone")[1], "waiting for the old text")


def test_visual_is_taken_before_editor(start, editor):
    shell = start(env={**editor("SELECT 'visual' AS state;"), "VISUAL": editor("SELECT 'visual' AS state;")["EDITOR"], "EDITOR": "false"})
    shell.wait_for_prompt(1)
    shell.enter("edit")
    shell.wait_for(" visual ")
    shell.wait_for_prompt(2)


def test_edit_without_a_change_runs_nothing(start, editor):
    shell = start(env=editor())
    shell.wait_for_prompt(1)
    shell.enter("tables")
    shell.wait_for_prompt(2)
    shell.enter("edit")
    shell.wait_for("nothing was changed")
    shell.wait_for_prompt(2)


def test_an_editor_that_fails_changes_nothing(start, editor):
    shell = start(env=editor("SELECT 'lost' AS state;", status=3))
    shell.wait_for_prompt(1)
    shell.enter("tables")
    shell.wait_for_prompt(2)
    shell.enter("edit 1")
    shell.wait_for("the editor ended with an error")
    shell.wait_for_prompt(2)
    shell.enter("cells")
    shell.wait_for("[1] cell-1  tables")


def test_a_tour_runs_cells_on_enter_goes_back_and_takes_other_cells(start, tmp_path):
    (tmp_path / "n.gsw").write_text(
        "# %% [markdown]\n# # First\n#\n# Some words " + "that go on and on " * 6 + "\n\n# %%\nset a 1\n\n# %%\nSELECT $a AS shown;\n\n"
        "# %% [markdown]\n# That was all.\n"
    )
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("tour n.gsw")
    shell.wait_for_line("[1] 1/2>")
    assert {"  │ set a 1", "  | set a 1"} & set(shell.lines)
    assert all(not line.startswith(" ") or "│" in line or "send" in line for line in shell.lines if "go on" in line)
    shell.press("Enter")
    shell.wait_for_line("[2] 2/2>")
    shell.enter("b")
    shell.wait_for_line("[2] 1/2>")
    shell.enter("set a 5")
    shell.wait_for_line("[3] 1/2>")
    shell.enter("q")
    shell.wait_for_prompt(3)
    shell.enter("tour n.gsw")
    shell.wait_for_line("[3] 1/2>")
    shell.press("Enter")
    shell.wait_for_line("[4] 2/2>")
    shell.press("Enter")
    shell.wait_for("That was all.")
    shell.wait_for_prompt(5)
    assert "The end of n.gsw" in shell.text


def test_a_tour_of_nothing_says_so(start, tmp_path):
    (tmp_path / "n.gsw").write_text("# %% [markdown]\n# Words alone.\n")
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("tour n.gsw")
    shell.wait_for("n.gsw has no cells to run")
    shell.wait_for_prompt(1)


def test_a_paste_into_a_search_searches_and_runs_nothing_else(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("tables")
    shell.wait_for_prompt(2)
    shell.press("Ctrl-R")
    shell.wait_until(lambda: "bck:" in shell.text, "waiting for the search")
    shell.paste("tab\nSELECT 'unwanted' AS state;\n")
    shell.wait_until(lambda: "bck:tab" in shell.text, "waiting for what was found")
    shell.press("Escape")
    shell.wait_for_line("[2]> tables")
    assert "unwanted" not in shell.text


def test_home_and_end_are_those_of_the_line(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("SELECT 'größe' AS a,")
    shell.wait_for_line("")
    shell.type("'日本' AS c")
    shell.press("Home")
    shell.type("'b' AS b, ")
    shell.press("End")
    shell.type(", 4 AS d;")
    shell.wait_for_line("'b' AS b, '日本' AS c, 4 AS d;")
    shell.press("Enter")
    shell.wait_for_prompt(2)
    names = next(line for line in shell.lines if " d " in line and " b " in line and "AS" not in line)
    assert names.split()[1::2] == ["a", "b", "c", "d"]


def test_pasted_sql_may_hold_empty_lines(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.paste("SELECT 1 AS one,\n\n\n  2 AS two;\ntables\n")
    shell.wait_for("no tables yet")
    shell.wait_for_prompt(3)
    assert any("one" in line and "two" in line and "AS" not in line for line in shell.lines)


def test_the_question_on_leaving_takes_any_answer(start):
    shell = start()
    shell.wait_for_prompt(1)
    for number, cell in enumerate([*PREPARED, "write a --to t --trigger continuous"], start=2):
        shell.enter(cell)
        shell.wait_for_prompt(number)
    shell.enter("quit")
    shell.wait_for_line("Leave? [y/N] ")
    shell.enter("(what")
    shell.wait_for_prompt(5)
    shell.enter("quit")
    shell.wait_for_line("Leave? [y/N] ")
    shell.enter("yes")
    assert shell.wait_for_exit() == 0


def test_ctrl_c_stops_the_startup_file(start, tmp_path):
    (tmp_path / "config" / "groundswell").mkdir(parents=True)
    (tmp_path / "config" / "groundswell" / "startup.gsw").write_text(
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c;"
    )
    shell = start(env={"XDG_CONFIG_HOME": str(tmp_path / "config")})
    shell.wait_for("working, 1 s")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(1)
    assert "interrupted" in shell.text


def test_ctrl_r_again_goes_to_the_older_cell(start):
    shell = start()
    shell.wait_for_prompt(1)
    for number, cell in enumerate(["set a one", "set a two", "set b three"], start=2):
        shell.enter(cell)
        shell.wait_for_prompt(number)
    shell.press("Ctrl-R")
    shell.type("set a")
    shell.wait_until(lambda: "set a two" in shell.text.split("[4]>")[-1], "waiting for the newest match")
    shell.press("Ctrl-R")
    shell.wait_until(lambda: "set a one" in shell.text.split("[4]>")[-1], "waiting for the older match")


def test_a_paste_may_arrive_in_pieces(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.type("\x1b[2")
    shell.type("00~SELECT 5 AS five;\r\x1b[201~")
    shell.wait_for_prompt(2)
    assert "five" in shell.text and "00~" not in shell.text


def test_a_key_of_columns_is_no_secret(start, tmp_path):
    (tmp_path / "p.csv").write_text("day,price\n2019-04-01,3\n")
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("import p.csv --to prices")
    shell.wait_for_prompt(2)
    shell.enter("import p.csv --to prices --mode merge --key day")
    shell.wait_for_prompt(3)
    shell.press("Up")
    shell.wait_for_line("[3]> import p.csv --to prices --mode merge --key day")
