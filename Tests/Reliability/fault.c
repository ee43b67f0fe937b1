// A file system that fails on demand. Loaded before the program (LD_PRELOAD), it sees the file calls of the program and
// of its libraries, writes them to a journal, and refuses, shortens or ends the program at the one it is told to.
//
//     cc -shared -fPIC -O2 -o fault.so fault.c -ldl -lpthread
//
// Settings, all from the environment:
//
//     FAULT_UNDER    only paths at or below this absolute path are looked at
//     FAULT_AT       the number of the call that fails, from 1; none fails by default
//     FAULT_CALLS    comma-separated kinds of calls that are numbered, as `write,fsync`; all kinds by default
//     FAULT_WITH     an error number as in errno.h: the call is not made and fails with it
//                    short: a read or write takes half of its bytes
//                    kill:  SIGKILL before the call
//                    torn:  SIGKILL after half of a write's bytes, before any other call
//     FAULT_STAYS    when set, every later call that is numbered fails as well (errors only)
//     FAULT_JOURNAL  a file to which a line is appended for each call, in the order of their effects
//     FAULT_DATA     when set, the journal holds what was written, in hexadecimal
//
// A journal line, tab-separated:
//
//     mark  kind  result  path  other path  number  length  data
//
// mark is `!` for the call that was failed and `.` for others; result is -1 where the call failed, else 0 or a count;
// number is the offset of a read or write, the length of a truncation, or the flags of an open.
//
// These calls are made one at a time, so that the journal's order is the order in which they took effect. Calls that may
// wait for others (flock, reads) are not held up.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static struct {
  const char *under, *calls;
  size_t under_length;
  long at;
  int error;
  bool shortens, kills, tears, stays, keeps_data;
  int journal;
} settings = {.journal = -1};

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static long count;
static bool has_failed;

__attribute__((constructor)) static void read_settings(void) {
  const char *at = getenv("FAULT_AT"), *with = getenv("FAULT_WITH"), *journal = getenv("FAULT_JOURNAL");
  settings.under = getenv("FAULT_UNDER");
  settings.under_length = settings.under ? strlen(settings.under) : 0;
  settings.calls = getenv("FAULT_CALLS");
  settings.at = at ? atol(at) : 0;
  settings.stays = getenv("FAULT_STAYS") != NULL;
  settings.keeps_data = getenv("FAULT_DATA") != NULL;
  if (with) {
    settings.shortens = !strcmp(with, "short");
    settings.kills = !strcmp(with, "kill");
    settings.tears = !strcmp(with, "torn");
    settings.error = atoi(with);
  }
  if (journal)
    settings.journal = (int)syscall(SYS_openat, AT_FDCWD, journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

// A call as it goes through the shim.
struct call {
  const char *kind;
  char path[PATH_MAX], other[PATH_MAX];
  long number;
  size_t length;  // what the call may take; halved where it is shortened
  const void *data;
  bool is_watched, waits, fails, dies;
};

// -- Paths --------------------------------------------------------------------------------------------------------

static void path_of_descriptor(int descriptor, char *path) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
  path[length > 0 ? length : 0] = 0;
  // A file keeps the name that it lost.
  char *deleted = strstr(path, " (deleted)");
  if (deleted) *deleted = 0;
}

// Makes a path absolute, without doubled slashes, `.` parts, or a slash at the end.
static void resolve(int folder, const char *name, char *path) {
  char whole[2 * PATH_MAX] = "";
  if (name[0] != '/') {
    if (folder == AT_FDCWD) {
      if (!getcwd(whole, PATH_MAX)) whole[0] = 0;
    } else {
      path_of_descriptor(folder, whole);
    }
    strcat(whole, "/");
  }
  strncat(whole, name, PATH_MAX - 1);
  size_t end = 0;
  for (const char *part = whole; *part && end < PATH_MAX - 1;) {
    size_t length = strcspn(part, "/");
    if (length > 0 && !(length == 1 && part[0] == '.') && end + length + 1 < PATH_MAX) {
      path[end++] = '/';
      memcpy(path + end, part, length);
      end += length;
    }
    part += length + (part[length] == '/');
  }
  path[end] = 0;
}

static bool is_under(const char *path) {
  return settings.under && !strncmp(path, settings.under, settings.under_length) &&
         (path[settings.under_length] == '/' || path[settings.under_length] == 0);
}

// -- A call's way through -----------------------------------------------------------------------------------------

static bool is_listed(const char *kind) {
  if (!settings.calls) return true;
  size_t length = strlen(kind);
  for (const char *part = settings.calls; *part;) {
    size_t end = strcspn(part, ",");
    if (end == length && !strncmp(part, kind, length)) return true;
    part += end + (part[end] == ',');
  }
  return false;
}

static void note(const struct call *call, long result) {
  if (settings.journal < 0) return;
  bool with_data = settings.keeps_data && call->data && result > 0;
  size_t data_length = with_data ? (size_t)result : 0;
  char *line = malloc(2 * PATH_MAX + 2 * data_length + 200);
  if (!line) abort();
  long end = sprintf(line, "%c\t%s\t%ld\t%s\t%s\t%ld\t%zu\t", call->fails || call->dies ? '!' : '.', call->kind, result,
                     call->path, call->other, call->number, call->length);
  const unsigned char *bytes = call->data;
  for (size_t i = 0; i < data_length; i++) {
    line[end++] = "0123456789abcdef"[bytes[i] >> 4];
    line[end++] = "0123456789abcdef"[bytes[i] & 15];
  }
  line[end++] = '\n';
  if (syscall(SYS_write, settings.journal, line, (size_t)end) != end) abort();
  free(line);
}

static void die(void) {
  syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  for (;;) pause();
}

// Decides what becomes of a call. Where it is watched, other calls wait until `finish`.
static void begin(struct call *call) {
  call->is_watched = is_under(call->path) || is_under(call->other);
  if (!call->is_watched) return;
  pthread_mutex_lock(&turn);
  bool is_numbered = is_listed(call->kind);
  count += is_numbered;
  bool is_the_one = is_numbered && settings.at && (count == settings.at || (has_failed && settings.stays));
  if (is_the_one) {
    has_failed = true;
    if (settings.kills) {
      call->dies = true;
      note(call, -1);
      die();
    }
    if (settings.shortens || settings.tears) {
      // Half of one byte is that byte: nothing at all would mean the file's end.
      call->length -= call->length / 2;
      call->dies = settings.tears;
      call->fails = !settings.tears;
    } else {
      call->fails = true;
    }
  }
  if (call->waits) pthread_mutex_unlock(&turn);
}

static bool is_refused(const struct call *call) { return call->fails && settings.error != 0; }

static void finish(struct call *call, long result) {
  if (!call->is_watched) return;
  int saved = errno;
  if (call->waits) pthread_mutex_lock(&turn);
  note(call, result);
  if (call->dies) die();
  pthread_mutex_unlock(&turn);
  errno = is_refused(call) ? settings.error : saved;
}

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (!function) abort();
  return function;
}

// Makes the call, unless it is refused, and gives back its result. `expression` may use `call.length`.
#define MAKE(type, failure, expression)                   \
  do {                                                    \
    begin(&call);                                         \
    type result = is_refused(&call) ? (failure) : (expression); \
    finish(&call, result == (failure) ? -1 : (long)(intptr_t)result); \
    return result;                                        \
  } while (0)

static struct call on_path(const char *kind, int folder, const char *path) {
  struct call call = {.kind = kind};
  resolve(folder, path, call.path);
  return call;
}

static struct call on_paths(const char *kind, int folder, const char *path, int other_folder, const char *other) {
  struct call call = on_path(kind, folder, path);
  resolve(other_folder, other, call.other);
  return call;
}

static struct call on_descriptor(const char *kind, int descriptor) {
  struct call call = {.kind = kind};
  int saved = errno;
  // Standard streams are not the program's files.
  if (descriptor > 2) path_of_descriptor(descriptor, call.path);
  errno = saved;
  return call;
}

// -- Open, close --------------------------------------------------------------------------------------------------

static struct call opening(int folder, const char *path, int flags) {
  struct call call = on_path(flags & O_CREAT ? "creat" : "open", folder, path);
  call.number = flags;
  return call;
}

#define MODE(flags)                              \
  mode_t mode = 0;                               \
  if ((flags) & (O_CREAT | O_TMPFILE)) {         \
    va_list arguments;                           \
    va_start(arguments, flags);                  \
    mode = (mode_t)va_arg(arguments, int);       \
    va_end(arguments);                           \
  }

int open(const char *path, int flags, ...) {
  MODE(flags)
  struct call call = opening(AT_FDCWD, path, flags);
  MAKE(int, -1, REAL(open)(path, flags, mode));
}
int openat(int folder, const char *path, int flags, ...) {
  MODE(flags)
  struct call call = opening(folder, path, flags);
  MAKE(int, -1, REAL(openat)(folder, path, flags, mode));
}
int creat(const char *path, mode_t mode) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

// A descriptor that fails to close is closed all the same.
int close(int descriptor) {
  struct call call = on_descriptor("close", descriptor);
  begin(&call);
  int result = REAL(close)(descriptor);
  if (is_refused(&call)) result = -1;
  finish(&call, result);
  return result;
}

// -- Read, write --------------------------------------------------------------------------------------------------

ssize_t read(int descriptor, void *bytes, size_t length) {
  struct call call = on_descriptor("read", descriptor);
  call.length = length;
  call.waits = true;
  MAKE(ssize_t, -1, REAL(read)(descriptor, bytes, call.length));
}
ssize_t pread(int descriptor, void *bytes, size_t length, off_t offset) {
  struct call call = on_descriptor("read", descriptor);
  call.length = length;
  call.number = offset;
  MAKE(ssize_t, -1, REAL(pread)(descriptor, bytes, call.length, offset));
}

static struct call writing(int descriptor, const void *bytes, size_t length) {
  struct call call = on_descriptor("write", descriptor);
  call.length = length;
  call.data = bytes;
  if (!is_under(call.path)) return call;
  struct stat status;
  if (fcntl(descriptor, F_GETFL) & O_APPEND) {
    call.number = REAL(fstat)(descriptor, &status) == 0 ? status.st_size : 0;
  } else {
    call.number = syscall(SYS_lseek, descriptor, 0, SEEK_CUR);
  }
  return call;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
  struct call call = writing(descriptor, bytes, length);
  MAKE(ssize_t, -1, REAL(write)(descriptor, bytes, call.length));
}
ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
  struct call call = writing(descriptor, bytes, length);
  call.number = offset;
  MAKE(ssize_t, -1, REAL(pwrite)(descriptor, bytes, call.length, offset));
}
// Pieces are written one by one, which POSIX allows: a short result.
ssize_t writev(int descriptor, const struct iovec *pieces, int pieces_count) {
  for (int i = 0; i < pieces_count; i++)
    if (pieces[i].iov_len > 0) return write(descriptor, pieces[i].iov_base, pieces[i].iov_len);
  return 0;
}
off_t lseek(int descriptor, off_t offset, int whence) {
  struct call call = on_descriptor("lseek", descriptor);
  call.number = offset;
  MAKE(off_t, -1, REAL(lseek)(descriptor, offset, whence));
}
int ftruncate(int descriptor, off_t length) {
  struct call call = on_descriptor("ftruncate", descriptor);
  call.number = length;
  MAKE(int, -1, REAL(ftruncate)(descriptor, length));
}
int truncate(const char *path, off_t length) {
  struct call call = on_path("ftruncate", AT_FDCWD, path);
  call.number = length;
  MAKE(int, -1, REAL(truncate)(path, length));
}
void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  struct call call = on_descriptor("mmap", descriptor);
  call.length = length;
  MAKE(void *, MAP_FAILED, REAL(mmap)(address, length, protection, flags, descriptor, offset));
}

// -- Sync, lock ---------------------------------------------------------------------------------------------------

int fsync(int descriptor) {
  struct call call = on_descriptor("fsync", descriptor);
  MAKE(int, -1, REAL(fsync)(descriptor));
}
int fdatasync(int descriptor) {
  struct call call = on_descriptor("fsync", descriptor);
  MAKE(int, -1, REAL(fdatasync)(descriptor));
}
int flock(int descriptor, int operation) {
  struct call call = on_descriptor("flock", descriptor);
  call.waits = true;
  MAKE(int, -1, REAL(flock)(descriptor, operation));
}

// -- Names --------------------------------------------------------------------------------------------------------

int rename(const char *from, const char *to) {
  struct call call = on_paths("rename", AT_FDCWD, from, AT_FDCWD, to);
  MAKE(int, -1, REAL(rename)(from, to));
}
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  struct call call = on_paths("rename", from_folder, from, to_folder, to);
  MAKE(int, -1, REAL(renameat)(from_folder, from, to_folder, to));
}
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  struct call call = on_paths("rename", from_folder, from, to_folder, to);
  MAKE(int, -1, REAL(renameat2)(from_folder, from, to_folder, to, flags));
}
int link(const char *from, const char *to) {
  struct call call = on_paths("link", AT_FDCWD, from, AT_FDCWD, to);
  MAKE(int, -1, REAL(link)(from, to));
}
int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  struct call call = on_paths("link", from_folder, from, to_folder, to);
  MAKE(int, -1, REAL(linkat)(from_folder, from, to_folder, to, flags));
}
int unlink(const char *path) {
  struct call call = on_path("unlink", AT_FDCWD, path);
  MAKE(int, -1, REAL(unlink)(path));
}
int unlinkat(int folder, const char *path, int flags) {
  struct call call = on_path(flags & AT_REMOVEDIR ? "rmdir" : "unlink", folder, path);
  MAKE(int, -1, REAL(unlinkat)(folder, path, flags));
}
int rmdir(const char *path) {
  struct call call = on_path("rmdir", AT_FDCWD, path);
  MAKE(int, -1, REAL(rmdir)(path));
}
int mkdir(const char *path, mode_t mode) {
  struct call call = on_path("mkdir", AT_FDCWD, path);
  MAKE(int, -1, REAL(mkdir)(path, mode));
}
int mkdirat(int folder, const char *path, mode_t mode) {
  struct call call = on_path("mkdir", folder, path);
  MAKE(int, -1, REAL(mkdirat)(folder, path, mode));
}
char *mkdtemp(char *pattern) {
  struct call call = on_path("mkdir", AT_FDCWD, pattern);
  begin(&call);
  char *result = is_refused(&call) ? NULL : REAL(mkdtemp)(pattern);
  if (result) resolve(AT_FDCWD, pattern, call.path);
  finish(&call, result ? 0 : -1);
  return result;
}

// -- Looking ------------------------------------------------------------------------------------------------------

DIR *opendir(const char *path) {
  struct call call = on_path("opendir", AT_FDCWD, path);
  MAKE(DIR *, NULL, REAL(opendir)(path));
}
DIR *fdopendir(int descriptor) {
  struct call call = on_descriptor("opendir", descriptor);
  MAKE(DIR *, NULL, REAL(fdopendir)(descriptor));
}
// The end of a folder is NULL with errno as it was; an error is NULL with errno set.
struct dirent *readdir(DIR *folder) {
  struct call call = on_descriptor("readdir", dirfd(folder));
  MAKE(struct dirent *, NULL, REAL(readdir)(folder));
}
int stat(const char *path, struct stat *status) {
  struct call call = on_path("stat", AT_FDCWD, path);
  MAKE(int, -1, REAL(stat)(path, status));
}
int lstat(const char *path, struct stat *status) {
  struct call call = on_path("stat", AT_FDCWD, path);
  MAKE(int, -1, REAL(lstat)(path, status));
}
int fstat(int descriptor, struct stat *status) {
  struct call call = on_descriptor("stat", descriptor);
  MAKE(int, -1, REAL(fstat)(descriptor, status));
}
int fstatat(int folder, const char *path, struct stat *status, int flags) {
  struct call call = path[0] ? on_path("stat", folder, path) : on_descriptor("stat", folder);
  MAKE(int, -1, REAL(fstatat)(folder, path, status, flags));
}
int access(const char *path, int mode) {
  struct call call = on_path("access", AT_FDCWD, path);
  MAKE(int, -1, REAL(access)(path, mode));
}
int faccessat(int folder, const char *path, int mode, int flags) {
  struct call call = on_path("access", folder, path);
  MAKE(int, -1, REAL(faccessat)(folder, path, mode, flags));
}
char *realpath(const char *path, char *resolved) {
  struct call call = on_path("realpath", AT_FDCWD, path);
  MAKE(char *, NULL, REAL(realpath)(path, resolved));
}
ssize_t readlink(const char *path, char *target, size_t length) {
  struct call call = on_path("readlink", AT_FDCWD, path);
  MAKE(ssize_t, -1, REAL(readlink)(path, target, length));
}
int chmod(const char *path, mode_t mode) {
  struct call call = on_path("chmod", AT_FDCWD, path);
  MAKE(int, -1, REAL(chmod)(path, mode));
}
int fchmod(int descriptor, mode_t mode) {
  struct call call = on_descriptor("chmod", descriptor);
  MAKE(int, -1, REAL(fchmod)(descriptor, mode));
}
int inotify_add_watch(int descriptor, const char *path, uint32_t mask) {
  struct call call = on_path("inotify", AT_FDCWD, path);
  MAKE(int, -1, REAL(inotify_add_watch)(descriptor, path, mask));
}

// -- The same calls under the names of large files ----------------------------------------------------------------

#define ALIAS(type, name, of, ...) type name(__VA_ARGS__) __attribute__((alias(of)))
ALIAS(int, open64, "open", const char *, int, ...);
ALIAS(int, openat64, "openat", int, const char *, int, ...);
ALIAS(int, creat64, "creat", const char *, mode_t);
ALIAS(ssize_t, pread64, "pread", int, void *, size_t, off64_t);
ALIAS(ssize_t, pwrite64, "pwrite", int, const void *, size_t, off64_t);
ALIAS(off64_t, lseek64, "lseek", int, off64_t, int);
ALIAS(int, ftruncate64, "ftruncate", int, off64_t);
ALIAS(int, truncate64, "truncate", const char *, off64_t);
ALIAS(void *, mmap64, "mmap", void *, size_t, int, int, int, off64_t);
ALIAS(struct dirent64 *, readdir64, "readdir", DIR *);
ALIAS(int, stat64, "stat", const char *, struct stat64 *);
ALIAS(int, lstat64, "lstat", const char *, struct stat64 *);
ALIAS(int, fstat64, "fstat", int, struct stat64 *);
ALIAS(int, fstatat64, "fstatat", int, const char *, struct stat64 *, int);
