// Has a server bind one port and believe that it has another: BOUND_PORT for the one that it asks for, SHOWN_PORT.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

static void change(struct sockaddr *address, const char *from, const char *to) {
  struct sockaddr_in *internet = (struct sockaddr_in *)address;
  if (address->sa_family == AF_INET && ntohs(internet->sin_port) == atoi(getenv(from)))
    internet->sin_port = htons(atoi(getenv(to)));
}

int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
  int (*next)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
  struct sockaddr_storage changed = {0};
  if (length > sizeof changed) return next(descriptor, address, length);
  __builtin_memcpy(&changed, address, length);
  change((struct sockaddr *)&changed, "SHOWN_PORT", "BOUND_PORT");
  return next(descriptor, (struct sockaddr *)&changed, length);
}

int getsockname(int descriptor, struct sockaddr *address, socklen_t *length) {
  int (*next)(int, struct sockaddr *, socklen_t *) = dlsym(RTLD_NEXT, "getsockname");
  int result = next(descriptor, address, length);
  if (result == 0) change(address, "BOUND_PORT", "SHOWN_PORT");
  return result;
}
