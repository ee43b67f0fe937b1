#pragma once
#include <stddef.h>

/// How an exchange ended that had no answer.
typedef enum {
  http_answered = 0,
  http_stopped,
  http_bad_address,
  http_unknown_host,
  http_refused,
  http_timed_out,
  http_no_tls,
  http_cut_off,
  http_too_large,
  http_failed,
} http_end;

/// What an exchange tells while it goes on; `context` is handed through.
typedef struct {
  void *context;
  /// A line of the head of the answer, with its line end; a status line begins a new head.
  void (*head)(void *context, const char *bytes, size_t count);
  /// A piece of the body, unpacked; anything but 0 is too much.
  int (*body)(void *context, const char *bytes, size_t count);
  /// Asked about every tenth of a second; anything but 0 stops.
  int (*stops)(void *context);
} http_listener;

/// Asks for an address with GET and waits for the answer, which may come from a proxy that the environment names; redirects are not
/// followed. `headers` are `Name: value`. Connecting may take `connect_seconds`, so long there may come nothing, and six
/// times as long it all may take.
///
/// Writes the status to `status`; if no answer came, libcurl's reason to `reason`, of up to `reason_size` bytes with the NUL.
http_end http_get(
    const char *address, const char *const *headers, size_t header_count, long connect_seconds,
    http_listener listener, long *status, char *reason, size_t reason_size);
