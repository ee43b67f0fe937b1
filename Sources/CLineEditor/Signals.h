// What signals do while a line is read, when the terminal is in a state that no shell expects.

#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

// From here to line_editor_end_reading, a signal that ends the process gives the terminal back first, in its present state; a new
// size or a continuation of the process writes a byte to the pipe.
void line_editor_begin_reading(int pipe);
void line_editor_end_reading(void);

// Asks the terminal to put marks around what is pasted, or not to any more.
void line_editor_mark_pastes(bool marked);

// Whether it has happened since it was last asked.
bool line_editor_was_resized(void);
bool line_editor_was_continued(void);

#endif
