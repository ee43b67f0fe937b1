"""Editing at the prompt: what is typed, what is seen."""

import signal
import stat

import pytest

WORD = "größe 日本 🐕"


def test_each_cell_has_its_number(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("tables")
    shell.wait_for_prompt(2)
    assert "no tables yet" in shell.text


def test_an_unknown_word_gets_a_suggestion(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("hepl")
    shell.wait_for("did you mean")
    shell.wait_for_prompt(2)


def test_an_empty_line_is_no_cell(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.press("Enter", "Enter")
    shell.enter("tables")
    shell.wait_for_prompt(2)


def test_ctrl_c_at_the_prompt_forgets_the_line(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.type("show some")
    shell.wait_for_line("[1]> show some")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(1)
    assert "[1]> show some^C" in shell.lines
    shell.enter("tables")
    shell.wait_for_prompt(2)


def test_ctrl_c_forgets_all_lines_of_a_cell(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("SELECT 1 AS one,")
    shell.wait_for_line("")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(1)


def test_ctrl_c_goes_below_a_line_of_several_rows(start):
    shell = start(columns=40)
    shell.wait_for_prompt(1)
    shell.type("help " + "x" * 90)
    shell.wait_until(lambda: shell.text.count("x") == 90, "waiting for the line")
    shell.press("Home", "Ctrl-C")
    shell.wait_for_prompt(1)
    start_row = shell.lines.index("[1]> help " + "x" * 30)
    assert shell.lines[start_row : start_row + 3] == ["[1]> help " + "x" * 30, "x" * 40, "x" * 20 + "^C"]


def test_ctrl_d_at_an_empty_prompt_leaves(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.press("Ctrl-D")
    assert shell.wait_for_exit() == 0


def test_ctrl_d_in_a_line_deletes(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.type("taables")
    shell.wait_for_line("[1]> taables")
    shell.press("Left", "Left", "Left", "Left", "Left", "Ctrl-D", "Enter")
    shell.wait_for_prompt(2)
    assert "[1]> tables" in shell.lines


def test_the_history_lasts_from_session_to_session(start, tmp_path):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("tables")
    shell.wait_for_prompt(2)
    shell.enter("tables")  # the same again: one entry
    shell.wait_for_prompt(3)
    shell.enter(" tables")  # begins with a blank: not kept
    shell.wait_for_prompt(4)
    shell.press("Ctrl-D")
    assert shell.wait_for_exit() == 0

    history = tmp_path / "state" / "groundswell" / "history"
    assert history.read_text() == "tables\n"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600

    shell = start()
    shell.wait_for_prompt(1)
    shell.press("Up")
    shell.wait_for_line("[1]> tables")


def test_shells_at_the_same_time_add_to_one_history(start, tmp_path):
    first, second = start(), start()
    for shell in first, second:
        shell.wait_for_prompt(1)
    first.enter("show t")
    first.wait_for_prompt(2)
    second.enter("tables")
    second.wait_for_prompt(2)
    first.enter("tables")
    first.wait_for_prompt(3)
    assert (tmp_path / "state" / "groundswell" / "history").read_text() == "show t\ntables\ntables\n"


def test_a_history_torn_by_a_crash_stays_readable(start, tmp_path):
    folder = tmp_path / "state" / "groundswell"
    folder.mkdir(parents=True)
    (folder / "history").write_bytes(b"help\nSELECT 1\\n \\\\n;\ntorn \xff")
    shell = start()
    shell.wait_for_prompt(1)
    shell.press("Up", "Up")
    shell.wait_for_line(" \\n;")
    shell.press("Up")  # within the entry
    shell.wait_until(lambda: shell.line.startswith("[1]> SELECT 1"), "waiting for its first line")
    shell.press("Up")
    shell.wait_until(lambda: "[1]> help" in shell.lines, "waiting for the oldest entry")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(1)
    shell.enter("tables")
    shell.wait_for_prompt(2)
    assert (folder / "history").read_bytes() == b"help\nSELECT 1\\n \\\\n;\ntorn \xff\ntables\n"


def test_a_history_that_cannot_be_kept_is_said_once(start, tmp_path):
    (tmp_path / "state").write_text("a file where the folder should be")
    shell = start()
    shell.wait_for("The history is not kept")
    shell.wait_for_prompt(1)
    shell.enter("tables")
    shell.wait_for_prompt(2)
    assert shell.text.count("The history is not kept") <= 1
    shell.press("Up")
    shell.wait_for_line("[2]> tables")


@pytest.mark.parametrize("is_new_session", [False, True])
def test_a_cell_of_several_lines_comes_back_whole(start, is_new_session):
    shell = start()
    shell.wait_for_prompt(1)
    shell.enter("SELECT 1 AS one,")
    shell.wait_for_line("")
    shell.enter("2 AS two;")
    shell.wait_for_prompt(2)
    number = 2
    if is_new_session:
        shell.press("Ctrl-D")
        shell.wait_for_exit()
        shell = start()
        number = 1
        shell.wait_for_prompt(number)
    shell.press("Up")
    shell.wait_for_line("2 AS two;")
    row, _ = shell.cursor
    assert shell.lines[row - 1] == f"[{number}]> SELECT 1 AS one,"
    shell.press("Enter")
    shell.wait_for_prompt(number + 1)


def test_ctrl_r_searches_the_history(start):
    shell = start()
    shell.wait_for_prompt(1)
    for number, cell in enumerate(["show notes", "show cells"], start=2):
        shell.enter(cell)
        shell.wait_for_prompt(number)
    shell.press("Ctrl-R")
    shell.type("note")
    shell.wait_until(lambda: "bck:note" in shell.text, "waiting for the search")
    shell.press("Escape")
    shell.wait_for_line("[3]> show notes")


def test_tab_completes_the_only_word(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.type("noteb")
    shell.press("Tab")
    shell.wait_until(lambda: shell.line == "[1]> notebook" and shell.cursor[1] == len("[1]> notebook "), "waiting")


def test_tab_lists_several_words_above_the_prompt(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.type("se")
    row = shell.cursor[0]
    shell.press("Tab")
    shell.wait_until(lambda: shell.line == "[1]> se" and shell.cursor[0] > row, "waiting for the list")
    listed = " ".join(shell.lines[: shell.cursor[0]]).split()
    assert {"select", "set"} <= set(listed)
    shell.type("l")
    shell.press("Tab")
    shell.wait_for_line("[1]> select")


@pytest.mark.parametrize("env", [{}, {"LANG": "C"}, {"LANG": ""}, {"LC_ALL": "POSIX"}], ids=str)
def test_characters_beyond_ascii_are_edited_whole(start, env):
    shell = start(env=env)
    shell.wait_for_prompt(1)
    shell.type("help " + WORD + "x")
    shell.press("Left", "Backspace", "Left", "Left", "Delete")
    # The dog and one of the two ideographs are gone.
    shell.wait_until(lambda: shell.line.replace(" ", "").endswith("größe日x"), "waiting for the edit")
    shell.press("Ctrl-C")
    shell.wait_for_prompt(1)


def test_a_dumb_terminal_is_enough(start):
    shell = start(env={"TERM": "dumb"})
    shell.wait_for_prompt(1)
    shell.enter("tables")
    shell.wait_for_prompt(2)


def test_a_new_width_is_drawn_anew(start):
    shell = start(columns=40)
    shell.wait_for_prompt(1)
    shell.type("help " + "a" * 20)
    shell.wait_for_line("[1]> help " + "a" * 20)
    shell.resize(24, 60)
    shell.type("b" * 25)
    shell.wait_for_line("[1]> help " + "a" * 20 + "b" * 25)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV])
def test_the_terminal_is_given_back_when_the_program_is_killed(start, number):
    shell = start(env={"SWIFT_BACKTRACE": "enable=no"})
    shell.wait_for_prompt(1)
    assert not shell.is_as_shells_expect
    shell.send_signal(number)
    assert shell.wait_for_exit() == -number
    assert shell.is_as_shells_expect


def test_the_terminal_is_given_back_in_the_end(start):
    shell = start()
    shell.wait_for_prompt(1)
    shell.press("Ctrl-D")
    shell.wait_for_exit()
    assert shell.is_as_shells_expect


def test_input_that_is_no_terminal_needs_no_editor(program, tmp_path):
    import subprocess

    run = subprocess.run([program], input="help\n", capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert run.returncode == 0
    assert "[1]>" not in run.stdout and "\x1b" not in run.stdout


def test_what_hides_in_a_line_is_not_taken_into_it(start, tmp_path):
    shell = start()
    shell.wait_for_prompt(1)
    shell.type('set x "a\u202eb\u00adc\u200bd\u009b2J"')
    shell.wait_for_line('[1]> set x "abcd2J"')
    shell.press("Enter")
    shell.wait_for_prompt(2)
    shell.paste('set y "\u2066\u200fz"')
    shell.wait_for_line('[2]> set y "z"')
    shell.press("Enter")
    shell.wait_for_prompt(3)
    # Joiners are a part of letters.
    shell.enter('set z "می\u200cخواهم"')
    shell.wait_for_prompt(4)
    assert "\u200c" in (tmp_path / "state" / "groundswell" / "history").read_text()


def test_names_that_hide_something_are_listed_and_not_completed(start, tmp_path):
    (tmp_path / "evil\x1b]0;T\x07\u202e.gsw").write_text("")
    shell = start()
    shell.wait_for_prompt(1)
    shell.type("run evi")
    shell.press("Tab")
    shell.wait_for("evil␛]0;T␇<U+202E>.gsw")
    shell.wait_for_line("[1]> run evi")


def test_an_old_history_shows_what_hides_in_it(start, tmp_path):
    folder = tmp_path / "state" / "groundswell"
    folder.mkdir(parents=True)
    (folder / "history").write_text("set x a\u202eb\x1b[2J\n")
    shell = start()
    shell.wait_for_prompt(1)
    shell.press("Up")
    shell.wait_for_line("[1]> set x a<U+202E>b␛[2J")
