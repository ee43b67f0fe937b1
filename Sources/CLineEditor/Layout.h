// How many rows and columns a text takes, as libedit draws it: it tells nobody where its cursor is.

#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdbool.h>

// Makes the C library count characters and columns of UTF-8, whatever the user's locale says.
void line_editor_use_utf8(void);

// Whether the terminal can do no more than print.
bool line_editor_is_dumb(void);

typedef struct {
  int row, column;
} place;

// Moves the place over a text. Between two \1, characters take no room.
void line_editor_advance(place *place, const char *text, const char *end, int columns);

#endif
