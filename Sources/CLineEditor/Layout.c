#define _GNU_SOURCE  // wcwidth
#define _DARWIN_C_SOURCE

#include "Layout.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "CLineEditor.h"

// libedit counts and draws characters by the locale; the program's texts are UTF-8 whatever that says.
void line_editor_use_utf8(void) {
  const char *locales[] = {"", "C.UTF-8", "en_US.UTF-8", "UTF-8"};
  for (size_t i = 0; i < sizeof locales / sizeof *locales; i++)
    if (setlocale(LC_CTYPE, locales[i]) != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
}

bool line_editor_is_dumb(void) {
  const char *terminal = getenv("TERM");
  return terminal == NULL || *terminal == 0 || strcmp(terminal, "dumb") == 0;
}

int line_editor_columns(void) {
  struct winsize size;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

int line_editor_rows(void) {
  struct winsize size;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

// libedit wraps when a row is full, before a wide character that does not fit, and at line ends; control characters
// show as two, tabs end at multiples of eight.
void line_editor_advance(place *place, const char *text, const char *end, int columns) {
  mbstate_t state = {0};
  bool hidden = false;
  while (text < end) {
    wchar_t character;
    size_t bytes = mbrtowc(&character, text, (size_t)(end - text), &state);
    if (bytes == 0 || bytes > (size_t)(end - text)) return;
    text += bytes;
    if (character == L'\1') hidden = !hidden;
    if (hidden || character == L'\1') continue;
    int width = wcwidth(character);
    if (character == L'\n') {
      place->row++;
      place->column = 0;
      continue;
    }
    if (character == L'\t') {
      width = 8 - place->column % 8;
    } else if (width < 0) {
      width = 2;
    }
    if (place->column + width > columns) {
      place->row++;
      place->column = 0;
    }
    place->column += width;
    if (place->column >= columns) {
      place->row++;
      place->column = 0;
    }
  }
}

int line_editor_width(const char *text) {
  place place = {0, 0};
  line_editor_advance(&place, text, text + strlen(text), INT_MAX / 2);
  return place.column;
}
