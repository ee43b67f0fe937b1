#include "Signals.h"

#include "CLineEditor.h"
#include "Layout.h"

#include <errno.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

// The signals after which a process ends: the terminal is given back in the state in which it was found.
static const int ending[] = {SIGHUP, SIGTERM, SIGQUIT, SIGABRT, SIGTRAP, SIGILL, SIGSEGV, SIGBUS, SIGFPE};
enum { ending_count = sizeof ending / sizeof *ending };
static struct sigaction previous[ending_count], previous_resize, previous_continue;
static struct termios found;
static volatile sig_atomic_t is_reading, marks_pastes, resized, continued;
static volatile int signal_pipe;

void line_editor_restore_terminal(void) {
  line_editor_mark_pastes(false);
  if (is_reading) tcsetattr(STDIN_FILENO, TCSANOW, &found);
}

void line_editor_mark_pastes(bool marked) {
  static const char on[] = "\033[?2004h", off[] = "\033[?2004l";
  if (marked == (marks_pastes != 0) || (marked && line_editor_is_dumb())) return;
  ssize_t ignored = write(STDOUT_FILENO, marked ? on : off, sizeof on - 1);
  (void)ignored;
  marks_pastes = marked;
}

static void on_ending(int number) {
  line_editor_restore_terminal();
  for (int i = 0; i < ending_count; i++)
    if (ending[i] == number) sigaction(number, &previous[i], NULL);
  raise(number);
}

static void on_notice(int number) {
  int saved = errno;
  if (number == SIGWINCH) resized = 1;
  if (number == SIGCONT) continued = 1;
  ssize_t ignored = write(signal_pipe, "", 1);
  (void)ignored;
  errno = saved;
}

void line_editor_begin_reading(int pipe) {
  tcgetattr(STDIN_FILENO, &found);
  signal_pipe = pipe;
  is_reading = 1;
  struct sigaction action = {.sa_handler = on_ending, .sa_flags = SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < ending_count; i++) {
    sigaction(ending[i], &action, &previous[i]);
    if (previous[i].sa_handler == SIG_IGN) sigaction(ending[i], &previous[i], NULL);
  }
  action.sa_handler = on_notice;
  action.sa_flags = SA_RESTART;
  sigaction(SIGWINCH, &action, &previous_resize);
  sigaction(SIGCONT, &action, &previous_continue);
}

void line_editor_end_reading(void) {
  for (int i = 0; i < ending_count; i++) sigaction(ending[i], &previous[i], NULL);
  sigaction(SIGWINCH, &previous_resize, NULL);
  sigaction(SIGCONT, &previous_continue, NULL);
  is_reading = 0;
}

static bool take(volatile sig_atomic_t *flag) {
  bool was = *flag != 0;
  *flag = 0;
  return was;
}

bool line_editor_was_resized(void) { return take(&resized); }
bool line_editor_was_continued(void) { return take(&continued); }
