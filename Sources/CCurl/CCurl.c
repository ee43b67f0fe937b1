#include "CCurl.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>

static void begin(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

static size_t head(char *bytes, size_t size, size_t count, void *listener) {
  http_listener *to = listener;
  to->head(to->context, bytes, size * count);
  return size * count;
}

static size_t body(char *bytes, size_t size, size_t count, void *listener) {
  http_listener *to = listener;
  return to->body(to->context, bytes, size * count) == 0 ? size * count : 0;
}

static int tick(void *listener, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
  http_listener *to = listener;
  return to->stops(to->context);
}

static http_end end(CURLcode code) {
  switch (code) {
    case CURLE_OK: return http_answered;
    case CURLE_ABORTED_BY_CALLBACK: return http_stopped;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return http_bad_address;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return http_unknown_host;
    case CURLE_COULDNT_CONNECT: return http_refused;
    case CURLE_OPERATION_TIMEDOUT: return http_timed_out;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM: return http_no_tls;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_BAD_CONTENT_ENCODING: return http_cut_off;
    case CURLE_WRITE_ERROR: return http_too_large;
    default: return http_failed;
  }
}

http_end http_get(
    const char *address, const char *const *headers, size_t header_count, long connect_seconds,
    http_listener listener, long *status, char *reason, size_t reason_size) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, begin);
  *status = 0;
  reason[0] = 0;
  CURL *curl = curl_easy_init();
  if (!curl) return http_failed;
  struct curl_slist *list = NULL;
  for (size_t index = 0; index < header_count; index++) list = curl_slist_append(list, headers[index]);
  char said[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_URL, address);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "groundswell");
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, connect_seconds);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 6 * connect_seconds);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, said);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, head);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &listener);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &listener);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, tick);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &listener);
  CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
  if (reason_size > 0) {
    strncpy(reason, said[0] ? said : curl_easy_strerror(code), reason_size - 1);
    reason[reason_size - 1] = 0;
  }
  curl_slist_free_all(list);
  curl_easy_cleanup(curl);
  return end(code);
}
