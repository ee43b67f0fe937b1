// A cell read from a terminal with editing, completion, history and messages above the prompt: libedit behind plain
// functions, since el_set, el_get and history are variadic, which Swift cannot call.
//
// All functions but line_editor_wake are for one thread at a time. Texts are UTF-8.

#ifndef CLINEEDITOR_H
#define CLINEEDITOR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct line_editor line_editor;

typedef enum {
  LINE_EDITOR_LINE,
  LINE_EDITOR_INTERRUPTED,
  /// Ctrl-C where nothing was typed.
  LINE_EDITOR_INTERRUPTED_EMPTY,
  LINE_EDITOR_END,
} line_editor_outcome;

/// Called during line_editor_read, on its thread, with the context given there.
typedef struct {
  /// Tab was typed. Returns whether there was anything to complete; if not, the terminal beeps.
  bool (*complete)(void *context);
  /// Enter was typed. Returns whether the text is a whole cell, to be run; else typing goes on in a new line.
  bool (*is_complete)(void *context);
  /// line_editor_wake was called. May call line_editor_print_above.
  void (*woken)(void *context);
} line_editor_callbacks;

/// An editor on standard input and output, or NULL if the system refuses what it needs. The caller frees it with
/// line_editor_destroy.
line_editor *line_editor_create(const char *program, line_editor_callbacks callbacks);
void line_editor_destroy(line_editor *editor);

/// Reads one cell, of one or several lines. Escape sequences in the prompt stand between two \1. `initial` is what it holds at
/// first. The text, without the end of its last line, belongs to the editor and lasts until the next call.
line_editor_outcome line_editor_read(
  line_editor *editor, void *context, const char *prompt, const char *initial, const char **line, size_t *length);

/// Forgets what was pasted behind the end of the last cell.
void line_editor_forget_paste(line_editor *editor);

/// Makes the thread in line_editor_read call `woken`, soon. For any thread.
void line_editor_wake(const line_editor *editor);

/// The line being edited, not terminated, until the next edit; `cursor` counts bytes.
const char *line_editor_line(line_editor *editor, size_t *length, size_t *cursor);
/// Removes characters (not bytes) before the cursor, then inserts the text there.
void line_editor_replace(line_editor *editor, int characters, const char *text);
/// Prints lines above the prompt and draws the prompt and the typed line again below. The text ends with a newline.
void line_editor_print_above(line_editor *editor, const char *text);
/// The terminal's width in columns; 80 if it does not tell.
int line_editor_columns(void);
/// The terminal's height in rows; 24 if it does not tell.
int line_editor_rows(void);
/// How many columns a text takes.
int line_editor_width(const char *text);

/// Gives the terminal back as it was found, where a line is being read. For the end of the process, on any thread.
void line_editor_restore_terminal(void);

void line_editor_remember(line_editor *editor, const char *entry);

#endif
