"""What is drawn, in windows of two sizes, with and without UTF-8 and colour."""

import pytest

SIZES = [(24, 80), (50, 200)]
LOCALES = [{"LANG": "C.UTF-8"}, {"LANG": "C"}]
PREPARED = [
    "send --sample",
    'stream s --schema "timestamp TIMESTAMP, favorite INT"',
    "aggregate a --from s --window 1h --avg favorite --as average --count --as tweets",
    "write a --to t",
]


def prepared(shell, number=1):
    shell.wait_for_prompt(number)
    for count, cell in enumerate(PREPARED, start=number + 1):
        shell.enter(cell)
        shell.wait_for_prompt(count)
    return number + len(PREPARED)


@pytest.mark.parametrize("env", LOCALES, ids=["UTF-8", "ASCII"])
@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_tables_fit_the_window(start, rows, columns, env):
    shell = start(rows=rows, columns=columns, env=env)
    number = prepared(shell)
    shell.enter("SELECT groupTime, average, printf('%0200d', tweets) AS wide FROM t;")
    shell.wait_for_prompt(number + 1)
    bar, rule, dots = ("│", "─", "…") if env["LANG"] == "C.UTF-8" else ("|", "-", "~")
    table = [line for line in shell.lines if line.startswith(bar)]
    assert table and all(len(line) <= columns for line in shell.lines)
    # Names, types, and the cut text, the whole table with both ends on the screen.
    assert table[0].split(bar)[1].strip() == "groupTime" and table[1].split(bar)[1].strip() == "timestamp"
    assert (dots in table[2]) == (columns < 200 + 50)
    assert any("in the middle left out" in line for line in shell.lines)
    assert any("504 rows, " in line and "t (version 1)" in line for line in shell.lines)
    assert not any(character in shell.text.split("wide FROM t;")[1] for character in ("|" if bar == "│" else "│─┌"))


@pytest.mark.parametrize("env", LOCALES, ids=["UTF-8", "ASCII"])
@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_plots_fit_the_window_and_mark_anomalies(start, rows, columns, env):
    shell = start(rows=rows, columns=columns, env=env)
    number = prepared(shell)
    shell.enter("plot t")
    shell.wait_for_prompt(number + 1)
    assert all(len(line) <= columns for line in shell.lines)
    mark = "●" if env["LANG"] == "C.UTF-8" else "!"
    assert sum(mark in line for line in shell.lines) >= 3
    assert max(len(line) for line in shell.lines) > columns * 0.9
    shell.enter("plot s --histogram favorite")
    shell.wait_for_prompt(number + 2)
    bar = "█" if env["LANG"] == "C.UTF-8" else "#"
    assert sum(bar in line for line in shell.lines) >= 5


def test_a_new_width_counts_for_the_next_table(start):
    shell = start(columns=120)
    number = prepared(shell)
    shell.resize(shell.screen.lines, 60)
    shell.enter("SELECT groupTime, printf('%0100d', tweets) AS wide FROM t;")
    shell.wait_for_prompt(number + 1)
    assert any(line[:1] in ("│", "|") and len(line) == 60 for line in shell.lines)


def test_no_color_means_none(start):
    for env, coloured in [({}, True), ({"NO_COLOR": "1"}, False)]:
        shell = start(env=env)
        shell.wait_for_prompt(1)
        shell.enter("nonsense here")
        shell.wait_for("there is no command")
        shell.wait_for_prompt(2)
        row = next(i for i, line in enumerate(shell.lines) if "there is no command" in line)
        assert (shell.screen.buffer[row][0].fg == "red") == coloured


def test_an_error_has_a_mark_under_the_word_and_the_nearest_right_one(start):
    shell = start()
    number = prepared(shell)
    for cell, word, nearest in [
        ("detect last t --sensitivty 5", "--sensitivty", "--sensitivity"),
        ("detect lost t", "lost", "last"),
        ("detect last t --value averag", "averag", "average"),
        ("SELECT averge FROM t;", "averge", "average"),
    ]:
        shell.enter(cell)
        number += 1
        shell.wait_for_prompt(number)
        lines = shell.lines
        suggestion = max(i for i, line in enumerate(lines) if line.startswith("did you mean"))
        assert nearest in lines[suggestion]
        place = lines[suggestion - 1].index("^")
        assert lines[suggestion - 2][place:].startswith(word)


@pytest.mark.parametrize("form, said", [("csv", "groupTime,average,tweets"), ("markdown", "| groupTime |"), ("vertical", "-- 1 --")])
def test_set_format_shows_tables_otherwise(start, form, said):
    shell = start()
    number = prepared(shell)
    shell.enter(f"set format {form}")
    shell.wait_for_prompt(number + 1)
    shell.enter("SELECT * FROM t LIMIT 2;")
    shell.wait_for(said)
    shell.wait_for_prompt(number + 2)
    shell.enter("set format tabel")
    shell.wait_for("did you mean 'table'?")


def test_what_is_longer_than_the_screen_goes_through_the_pager(start, tmp_path):
    shell = start(env={"PAGER": f"tee {tmp_path}/paged | tail -1"})
    number = prepared(shell)
    shell.enter("show t --all")
    shell.wait_for_prompt(number + 1)
    assert (tmp_path / "paged").read_text().count(" 2019-04-") == 504
    shell.enter("set pager off")
    shell.wait_for_prompt(number + 2)
    (tmp_path / "paged").unlink()
    shell.enter("show t --all")
    shell.wait_for_prompt(number + 3)
    assert not (tmp_path / "paged").exists()


def test_watch_follows_a_table_and_leaves_its_last_state(start):
    shell = start(rows=40, columns=100)
    number = prepared(shell)
    shell.enter("write a --to live --query live --trigger continuous")
    shell.wait_for_prompt(number + 1)
    shell.enter("wait live")
    shell.wait_for_prompt(number + 2)
    shell.enter("watch live --value tweets")
    shell.wait_for("2019-04-21T23:00:00Z: 10 is normal")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(number + 3)
    # Once on the screen, not once for each time that it was drawn.
    assert shell.text.count("live: tweets") == 1
    assert "interrupted" not in shell.text


def test_watch_draws_anew_when_the_table_grows(start, tmp_path):
    shell = start(rows=40, columns=100)
    number = prepared(shell)
    shell.enter("write a --to live --query live --trigger continuous")
    shell.wait_for_prompt(number + 1)
    shell.enter("wait live")
    shell.wait_for_prompt(number + 2)
    second = start(rows=40, columns=100)
    second.wait_for_prompt(1)
    shell.enter("watch live --value tweets")
    shell.wait_for("2019-04-21T23:00:00Z: 10 is normal")
    second.enter("send --sample --days 1 --start 2019-04-22")
    second.wait_for_prompt(2)
    shell.wait_for("2019-04-22T23:00:00Z: ")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(number + 3)
    assert "2019-04-21T23:00:00Z" not in shell.text


def test_help_fits_a_screen_and_names_the_tutorials_steps(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("help")
    shell.wait_for("Ctrl-D or quit leaves")
    shell.wait_for_prompt(1)
    shown = shell.text
    for word in ["Send events", "Stream them", "Look at", "Detect anomalies", "Keep tables", "Ctrl-D or quit leaves"]:
        assert word in shown
    assert "[1]> help" in shown  # nothing has scrolled away


def test_settings_are_listed_and_a_startup_file_is_read(start, tmp_path):
    (tmp_path / "config" / "groundswell").mkdir(parents=True)
    startup = tmp_path / "config" / "groundswell" / "startup.gsw"
    startup.write_text("set format csv\nset hours 48\nnonsense\n")
    env = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    shell = start(env=env, columns=200)
    shell.wait_for("there is no command 'nonsense'")
    shell.wait_for_prompt(1)
    shell.enter("SELECT $hours AS hours;")
    shell.wait_for_prompt(2)
    assert "hours" in shell.lines and "48" in shell.lines
    shell.enter("settings")
    shell.wait_for(f"startup file  {startup}")
    assert any(line.split()[:2] == ["format", "csv"] for line in shell.lines)
    quiet = start("--no-startup", env=env)
    quiet.wait_for_prompt(1)
    assert "nonsense" not in quiet.text
