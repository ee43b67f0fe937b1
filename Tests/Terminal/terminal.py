"""A program in a pseudo-terminal, and what a person would see of it: pexpect types, pyte draws the screen."""

import termios
import time

import pexpect
import pyte

KEYS = {
    "Enter": "\r", "Tab": "\t", "Up": "\x1b[A", "Down": "\x1b[B", "Right": "\x1b[C", "Left": "\x1b[D",
    "Home": "\x1b[H", "End": "\x1b[F", "Delete": "\x1b[3~", "Backspace": "\x7f", "Escape": "\x1b",
    **{f"Ctrl-{letter}": chr(ord(letter) - 64) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
}  # fmt: skip


# What a terminal puts around a paste.
PASTE = ("\x1b[200~", "\x1b[201~")


class Terminal:
    """Starts a program at once. Nothing here sleeps: every wait ends when the screen is as expected."""

    def __init__(self, command, *, env, cwd, rows=24, columns=80, timeout=30):
        self.timeout = timeout
        self.screen = pyte.HistoryScreen(columns, rows, history=10_000)
        self._stream = pyte.ByteStream(self.screen)
        self._child = pexpect.spawn(
            command[0], command[1:], env=env, cwd=str(cwd), dimensions=(rows, columns), timeout=timeout
        )
        self._child.delaybeforesend = None

    # Typing

    def type(self, text):
        self._child.send(text.encode())

    def press(self, *keys):
        for key in keys:
            self._child.send(KEYS[key].encode())

    def enter(self, text):
        self.type(text)
        self.press("Enter")

    def paste(self, text):
        self.type(PASTE[0] + text.replace("\n", "\r") + PASTE[1])

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)

    def send_signal(self, number):
        self._child.kill(number)

    # Seeing

    @property
    def lines(self):
        """The rows of the screen from the top, without blanks at their ends."""
        return [row.rstrip() for row in self.screen.display]

    @property
    def text(self):
        """The screen, without the empty rows below."""
        return "\n".join(self.lines).rstrip("\n")

    @property
    def line(self):
        """The row with the cursor, without blanks at its end."""
        return self.lines[self.screen.cursor.y]

    @property
    def cursor(self):
        """Row and column of the cursor, from 0."""
        return self.screen.cursor.y, self.screen.cursor.x

    # Waiting

    def wait_until(self, holds, what):
        """Reads until `holds()` is true; fails with the screen when the program ends or takes too long."""
        deadline = time.monotonic() + self.timeout
        while not holds():
            try:
                self._read(deadline - time.monotonic())
            except pexpect.TIMEOUT:
                raise AssertionError(f"{what}: not within {self.timeout} s; the screen:\n{self.text}") from None
            except pexpect.EOF:
                if holds():
                    return
                raise AssertionError(f"{what}: the program ended; the screen:\n{self.text}") from None

    def wait_for(self, text):
        """Waits until the text stands anywhere on the screen."""
        self.wait_until(lambda: text in self.text, f"waiting for {text!r}")

    def wait_for_line(self, line):
        """Waits until the row with the cursor is this, blanks at its end aside."""
        self.wait_until(lambda: self.line == line.rstrip(), f"waiting for the line {line!r}")

    def wait_for_prompt(self, number):
        """Waits for an empty prompt of the cell with this number."""
        prompt = f"[{number}]> "
        self.wait_until(
            lambda: self.line == prompt.rstrip() and self.screen.cursor.x == len(prompt), f"waiting for {prompt!r}"
        )

    def wait_for_exit(self):
        """Waits for the end of the program; its exit status, or minus the signal that ended it."""
        deadline = time.monotonic() + self.timeout
        try:
            while True:
                self._read(deadline - time.monotonic())
        except pexpect.EOF:
            pass
        except pexpect.TIMEOUT:
            raise AssertionError(f"the program has not ended; the screen:\n{self.text}") from None
        self._child.wait()
        return self._child.exitstatus if self._child.signalstatus is None else -self._child.signalstatus

    def _read(self, seconds):
        if seconds <= 0:
            raise pexpect.TIMEOUT("")
        self._stream.feed(self._child.read_nonblocking(1 << 16, timeout=seconds))

    # The terminal's own state

    @property
    def is_as_shells_expect(self):
        """Whether the terminal edits lines itself, shows what is typed, and makes signals of Ctrl-C."""
        wanted = termios.ICANON | termios.ECHO | termios.ISIG
        return termios.tcgetattr(self._child.child_fd)[3] & wanted == wanted

    def close(self):
        self._child.close(force=True)
