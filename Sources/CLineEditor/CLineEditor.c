#include "CLineEditor.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "Layout.h"
#include "Signals.h"

struct line_editor {
  EditLine *edit;
  History *history;
  line_editor_callbacks callbacks;
  void *context;
  int wake[2];
  char *prompt;
  const char *initial;  // not yet inserted, else NULL
  bool interrupted, was_empty, is_searching;
  // What was pasted and not yet read as keys; whether the last key was of it.
  char *pasted;
  size_t pasted_at, pasted_length;
  bool is_pasting;
  // Keys that were read to see what an ESC begins.
  char ahead[8];
  size_t ahead_length;
};

// MARK: Drawing

// Rows and columns from the prompt's start to the cursor and to the end of the line.
static void locate(line_editor *editor, place *cursor, place *end) {
  const LineInfo *info = el_line(editor->edit);
  int columns = line_editor_columns();
  *cursor = (place){0, 0};
  line_editor_advance(cursor, editor->prompt, editor->prompt + strlen(editor->prompt), columns);
  *end = *cursor;
  line_editor_advance(cursor, info->buffer, info->cursor, columns);
  line_editor_advance(end, info->buffer, info->lastchar, columns);
}

// Leaves the terminal's cursor where the prompt began, with everything from there on cleared.
static void clear_prompt(line_editor *editor) {
  if (line_editor_is_dumb()) {
    fputs("\n", stdout);
    return;
  }
  place cursor, end;
  locate(editor, &cursor, &end);
  if (cursor.row > 0) fprintf(stdout, "\033[%dA", cursor.row);
  fputs("\r\033[J", stdout);
}

void line_editor_print_above(line_editor *editor, const char *text) {
  clear_prompt(editor);
  // The terminal is in editing mode, where a newline may not return to the first column.
  for (; *text != 0; text++) {
    if (*text == '\n') fputc('\r', stdout);
    fputc(*text, stdout);
  }
  fflush(stdout);
  el_set(editor->edit, EL_REFRESH);
}

// MARK: Keys

static line_editor *editor_of(EditLine *edit) {
  void *editor = NULL;
  el_get(edit, EL_CLIENTDATA, &editor);
  return editor;
}

static char *show_prompt(EditLine *edit) { return editor_of(edit)->prompt; }

static unsigned char on_tab(EditLine *edit, int key) {
  (void)key;
  line_editor *editor = editor_of(edit);
  return editor->callbacks.complete(editor->context) ? CC_REFRESH : CC_REFRESH_BEEP;
}

static unsigned char on_interrupt(EditLine *edit, int key) {
  (void)key;
  line_editor *editor = editor_of(edit);
  const LineInfo *info = el_line(edit);
  editor->interrupted = true;
  editor->was_empty = info->lastchar == info->buffer;
  line_editor_forget_paste(editor);
  if (!line_editor_is_dumb()) {
    place cursor, end;
    locate(editor, &cursor, &end);
    if (end.row > cursor.row) fprintf(stdout, "\033[%dB", end.row - cursor.row);
    fputc('\r', stdout);
    if (end.column > 0) fprintf(stdout, "\033[%dC", end.column);
  }
  fputs("^C\r\n", stdout);
  fflush(stdout);
  return CC_EOF;
}

static unsigned char on_suspend(EditLine *edit, int key) {
  (void)key;
  el_set(edit, EL_PREP_TERM, 0);
  // A thread of a pool has signals blocked; here the process must have stopped before the terminal is taken again.
  sigset_t suspension, blocked;
  sigemptyset(&suspension);
  sigaddset(&suspension, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &suspension, &blocked);
  raise(SIGTSTP);  // returns when the process is continued, which asks for a new drawing
  pthread_sigmask(SIG_SETMASK, &blocked, NULL);
  return CC_NORM;
}

// libedit's own functions that ours hand over to, by keys that no terminal sends.
static const char newline_key[] = "\033[9990~", up_key[] = "\033[9991~", down_key[] = "\033[9992~",
                  earlier_key[] = "\033[9993~", later_key[] = "\033[9994~";

static unsigned char press(EditLine *edit, const char *key) {
  el_push(edit, key);
  return CC_NORM;
}

// Runs a cell that is whole; goes on in the next line of one that is not.
static unsigned char on_enter(EditLine *edit, int key) {
  (void)key;
  line_editor *editor = editor_of(edit);
  const LineInfo *info = el_line(edit);
  // An empty line within a paste is one of the text, and not the end of a statement.
  bool is_gap = editor->is_pasting && info->lastchar > info->buffer && info->lastchar[-1] == '\n';
  bool is_end = line_editor_is_dumb() || (!is_gap && editor->callbacks.is_complete(editor->context));
  if (is_end) return press(edit, newline_key);
  return el_insertstr(edit, "\n") == 0 ? CC_REFRESH : CC_ERROR;
}

// How many characters stand from the cursor back to where its line begins, and on to where it ends.
static int characters(const char *from, const char *to) {
  int count = 0;
  for (; from < to; from++)
    if ((*from & 0xC0) != 0x80) count++;
  return count;
}

static int before_cursor(EditLine *edit) {
  const LineInfo *info = el_line(edit);
  const char *start = info->cursor;
  while (start > info->buffer && start[-1] != '\n') start--;
  return characters(start, info->cursor);
}

static int behind_cursor(EditLine *edit) {
  const LineInfo *info = el_line(edit);
  const char *end = info->cursor;
  while (end < info->lastchar && *end != '\n') end++;
  return characters(info->cursor, end);
}

static unsigned char on_line_start(EditLine *edit, int key) {
  (void)key;
  el_cursor(edit, -before_cursor(edit));
  return CC_REFRESH;
}

static unsigned char on_line_end(EditLine *edit, int key) {
  (void)key;
  el_cursor(edit, behind_cursor(edit));
  return CC_REFRESH;
}

// Up and Down move within a cell of several lines, and beyond it through the history.
static unsigned char on_up(EditLine *edit, int key) {
  (void)key;
  const LineInfo *info = el_line(edit);
  bool is_below = memchr(info->buffer, '\n', (size_t)(info->cursor - info->buffer)) != NULL;
  return press(edit, is_below ? up_key : earlier_key);
}

static unsigned char on_down(EditLine *edit, int key) {
  (void)key;
  const LineInfo *info = el_line(edit);
  bool is_above = memchr(info->cursor, '\n', (size_t)(info->lastchar - info->cursor)) != NULL;
  return press(edit, is_above ? down_key : later_key);
}

// Takes a whole paste, which a terminal puts between two marks: its lines are then read one by one as cells end, and
// what belongs to later cells waits here rather than in the terminal, which would show it twice. In a search only the first
// line counts: what follows would run what the search has found.
static void take_paste(line_editor *editor) {
  static const char end[] = "\033[201~";
  char *text = NULL;
  size_t length = 0, room = 0;
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  for (;;) {
    if (length == room) {
      char *larger = realloc(text, room = room * 2 + 4096);
      if (larger == NULL) break;
      text = larger;
    }
    int ready = poll(&input, 1, 1000);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) break;  // the second mark never came
    ssize_t count = read(STDIN_FILENO, text + length, 1);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) break;
    length++;
    if (length >= sizeof end - 1 && memcmp(text + length - (sizeof end - 1), end, sizeof end - 1) == 0) {
      length -= sizeof end - 1;
      break;
    }
  }
  for (size_t i = 0; editor->is_searching && i < length; i++)
    if (text[i] == '\r' || text[i] == '\n') length = i;
  line_editor_forget_paste(editor);
  editor->pasted = text;
  editor->pasted_length = length;
}

// Whether what follows an ESC at once makes it the mark before a paste; other keys are given back for next time.
static bool is_paste_mark(line_editor *editor) {
  static const char rest[] = "[200~";
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  // Of a slow line a part may come late: no other key goes on as this far.
  while (editor->ahead_length < sizeof rest - 1 && poll(&input, 1, editor->ahead_length < 2 ? 20 : 500) > 0) {
    char *byte = &editor->ahead[editor->ahead_length];
    if (read(STDIN_FILENO, byte, 1) != 1) break;
    if (*byte != rest[editor->ahead_length++]) break;
  }
  bool is_mark = editor->ahead_length == sizeof rest - 1 && memcmp(editor->ahead, rest, sizeof rest - 1) == 0;
  if (is_mark) editor->ahead_length = 0;
  return is_mark;
}

// The mark, where it came so slowly that it was taken for keys.
static unsigned char on_paste(EditLine *edit, int key) {
  (void)key;
  take_paste(editor_of(edit));
  return CC_NORM;
}

void line_editor_forget_paste(line_editor *editor) {
  free(editor->pasted);
  editor->pasted = NULL;
  editor->pasted_at = editor->pasted_length = 0;
}

// The next byte of what was pasted: ends of lines as Enter, tabs as blanks, no other control characters.
static bool next_pasted(line_editor *editor, char *byte) {
  while (editor->pasted_at < editor->pasted_length) {
    char found = editor->pasted[editor->pasted_at++];
    bool is_pair = found == '\r' && editor->pasted_at < editor->pasted_length && editor->pasted[editor->pasted_at] == '\n';
    if (is_pair) continue;
    *byte = found == '\r' ? '\n' : found == '\t' ? ' ' : found;
    if (*byte == '\n' || ((unsigned char)*byte >= 0x20 && *byte != 0x7F)) return true;
  }
  line_editor_forget_paste(editor);
  return false;
}

// Marks of direction, blanks without width and other invisible characters, which libedit would draw as they are: the line shows them.
// Joiners are a part of letters and pictures.
static bool hides(wchar_t character) {
  static const wchar_t ranges[][2] = {
    {0x80, 0x9F}, {0xAD, 0xAD}, {0x61C, 0x61C}, {0x180E, 0x180E}, {0x200B, 0x200B}, {0x200E, 0x200F}, {0x2028, 0x202E},
    {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
  };
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (ranges[i][0] <= character && character <= ranges[i][1]) return true;
  return false;
}

static int next_character_as_typed(EditLine *edit, wchar_t *character);

// A character that hides becomes one that no command is bound to: libedit rings the bell.
static int next_character(EditLine *edit, wchar_t *character) {
  int count = next_character_as_typed(edit, character);
  if (count == 1 && hides(*character)) *character = L'\a';
  return count;
}

static int next_character_as_typed(EditLine *edit, wchar_t *character) {
  line_editor *editor = editor_of(edit);
  mbstate_t state = {0};
  if (editor->initial != NULL) {
    clear_prompt(editor);
    el_insertstr(edit, editor->initial);
    editor->initial = NULL;
    el_set(edit, EL_REFRESH);
  }
  editor->is_pasting = false;
  for (char byte; editor->ahead_length == 0 && next_pasted(editor, &byte);) {
    editor->is_pasting = true;
    size_t bytes = mbrtowc(character, &byte, 1, &state);
    if (bytes == (size_t)-1) memset(&state, 0, sizeof state);
    if (bytes != (size_t)-1 && bytes != (size_t)-2) return 1;
  }
  for (;;) {
    struct pollfd inputs[] = {{STDIN_FILENO, POLLIN, 0}, {editor->wake[0], POLLIN, 0}};
    if (poll(inputs, 2, editor->ahead_length > 0 ? 0 : -1) < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    if (inputs[1].revents != 0) {
      char drained[64];
      while (read(editor->wake[0], drained, sizeof drained) > 0) continue;
      if (line_editor_was_continued()) {
        el_set(edit, EL_PREP_TERM, 0);
        el_set(edit, EL_PREP_TERM, 1);
        el_set(edit, EL_REFRESH);
      }
      if (line_editor_was_resized()) {
        el_resize(edit);
        clear_prompt(editor);
        el_set(edit, EL_REFRESH);
      }
      editor->callbacks.woken(editor->context);
    }
    if (inputs[0].revents == 0 && editor->ahead_length == 0) continue;
    char byte;
    ssize_t count = 1;
    if (editor->ahead_length > 0) {
      byte = editor->ahead[0];
      memmove(editor->ahead, editor->ahead + 1, --editor->ahead_length);
    } else {
      count = read(STDIN_FILENO, &byte, 1);
    }
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) return (int)count;
    if (byte == '\033' && is_paste_mark(editor)) {
      take_paste(editor);
      return next_character_as_typed(edit, character);
    }
    // Ctrl-R begins a search or goes on in it; other control characters end it, of which libedit tells nobody.
    if ((unsigned char)byte < 0x20 && byte != '\b') editor->is_searching = byte == ('R' & 0x1F);
    size_t bytes = mbrtowc(character, &byte, 1, &state);
    if (bytes == (size_t)-2) continue;
    if (bytes == (size_t)-1) {  // not UTF-8: dropped
      memset(&state, 0, sizeof state);
      continue;
    }
    return 1;
  }
}

// MARK: An editor's life

static bool open_pipe(int ends[2]) {
  if (pipe(ends) != 0) return false;
  for (int i = 0; i < 2; i++) {
    fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    fcntl(ends[i], F_SETFL, O_NONBLOCK);
  }
  return true;
}

static void bind_keys(EditLine *edit) {
  static const char *const keys[][2] = {
    {"^I", "groundswell-complete"}, {"^C", "groundswell-interrupt"}, {"^Z", "groundswell-suspend"},
    {"^R", "em-inc-search-prev"}, {"^A", "groundswell-line-start"}, {"^E", "groundswell-line-end"},
    {"^W", "ed-delete-prev-word"}, {"\\e[3~", "ed-delete-next-char"},
    {"\\e[H", "groundswell-line-start"}, {"\\e[F", "groundswell-line-end"}, {"\\e[1~", "groundswell-line-start"},
    {"\\e[4~", "groundswell-line-end"}, {"\\e[1;5D", "ed-prev-word"}, {"\\e[1;5C", "em-next-word"},
    {"^J", "groundswell-enter"}, {"^M", "groundswell-enter"}, {"\\e[A", "groundswell-up"}, {"\\eOA", "groundswell-up"},
    {"\\e[B", "groundswell-down"}, {"\\eOB", "groundswell-down"},
    {"\\e[200~", "groundswell-paste"}, {newline_key, "ed-newline"}, {up_key, "ed-prev-line"}, {down_key, "ed-next-line"},
    {earlier_key, "ed-prev-history"}, {later_key, "ed-next-history"},
  };
  el_set(edit, EL_ADDFN, "groundswell-enter", "Run the cell, or go on in its next line", on_enter);
  el_set(edit, EL_ADDFN, "groundswell-up", "Go up in the cell, or to the one before", on_up);
  el_set(edit, EL_ADDFN, "groundswell-down", "Go down in the cell, or to the next", on_down);
  el_set(edit, EL_ADDFN, "groundswell-line-start", "Go to where the line begins", on_line_start);
  el_set(edit, EL_ADDFN, "groundswell-line-end", "Go to where the line ends", on_line_end);
  el_set(edit, EL_ADDFN, "groundswell-paste", "Take what is pasted", on_paste);
  el_set(edit, EL_ADDFN, "groundswell-complete", "Complete the word", on_tab);
  el_set(edit, EL_ADDFN, "groundswell-interrupt", "Clear the line", on_interrupt);
  el_set(edit, EL_ADDFN, "groundswell-suspend", "Suspend the program", on_suspend);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) el_set(edit, EL_BIND, keys[i][0], keys[i][1], NULL);
}

line_editor *line_editor_create(const char *program, line_editor_callbacks callbacks) {
  line_editor_use_utf8();
  line_editor *editor = calloc(1, sizeof *editor);
  if (editor == NULL) return NULL;
  editor->callbacks = callbacks;
  editor->wake[0] = editor->wake[1] = -1;
  editor->prompt = strdup("");
  editor->history = history_init();
  editor->edit = el_init(program, stdin, stdout, stderr);
  if (editor->prompt == NULL || editor->history == NULL || editor->edit == NULL || !open_pipe(editor->wake)) {
    line_editor_destroy(editor);
    return NULL;
  }
  HistEvent event;
  history(editor->history, &event, H_SETSIZE, 10000);
  EditLine *edit = editor->edit;
  el_set(edit, EL_CLIENTDATA, editor);
  el_set(edit, EL_PROMPT_ESC, show_prompt, '\1');
  el_set(edit, EL_EDITOR, "emacs");
  el_set(edit, EL_HIST, history, editor->history);
  el_set(edit, EL_SIGNAL, 0);
  // The narrow el_set took another type of function in older versions.
  el_wset(edit, EL_GETCFN, next_character);
  // Keys that send signals are only keys while a line is edited; a running cell gets its signals.
  el_set(edit, EL_SETTY, "-d", "-isig", NULL);
  el_source(edit, NULL);
  bind_keys(edit);
  return editor;
}

void line_editor_destroy(line_editor *editor) {
  if (editor->edit != NULL) el_end(editor->edit);
  if (editor->history != NULL) history_end(editor->history);
  for (int i = 0; i < 2; i++)
    if (editor->wake[i] >= 0) close(editor->wake[i]);
  line_editor_forget_paste(editor);
  free(editor->prompt);
  free(editor);
}

line_editor_outcome line_editor_read(
  line_editor *editor, void *context, const char *prompt, const char *initial, const char **line, size_t *length) {
  char *copy = strdup(prompt);
  if (copy == NULL) return LINE_EDITOR_END;
  free(editor->prompt);
  editor->prompt = copy;
  editor->context = context;
  editor->initial = *initial == 0 ? NULL : initial;
  editor->interrupted = editor->is_searching = false;
  line_editor_begin_reading(editor->wake[1]);
  el_resize(editor->edit);  // the window may have changed while a cell ran
  // libedit would show the prompt first: what is typed at once would be shown twice, and Ctrl-C would be a signal.
  el_set(editor->edit, EL_PREP_TERM, 1);
  line_editor_mark_pastes(true);
  int count = 0;
  const char *text = el_gets(editor->edit, &count);
  line_editor_mark_pastes(false);
  line_editor_end_reading();
  if (editor->interrupted) {
    el_reset(editor->edit);
    return editor->was_empty ? LINE_EDITOR_INTERRUPTED_EMPTY : LINE_EDITOR_INTERRUPTED;
  }
  if (text == NULL || count <= 0) {
    fputc('\n', stdout);
    fflush(stdout);
    return LINE_EDITOR_END;
  }
  *line = text;
  *length = strlen(text);
  if (*length > 0 && text[*length - 1] == '\n') --*length;
  return LINE_EDITOR_LINE;
}

void line_editor_wake(const line_editor *editor) {
  ssize_t ignored = write(editor->wake[1], "", 1);  // a full pipe wakes as well
  (void)ignored;
}

const char *line_editor_line(line_editor *editor, size_t *length, size_t *cursor) {
  const LineInfo *info = el_line(editor->edit);
  *length = (size_t)(info->lastchar - info->buffer);
  *cursor = (size_t)(info->cursor - info->buffer);
  return info->buffer;
}

void line_editor_replace(line_editor *editor, int characters, const char *text) {
  el_deletestr(editor->edit, characters);
  el_insertstr(editor->edit, text);
}

void line_editor_remember(line_editor *editor, const char *entry) {
  HistEvent event;
  history(editor->history, &event, H_ENTER, entry);
}
