/*
 * Preloaded: lets one call fail that our modules make of the system or of libcrypto, whichever the test says.
 *
 * getenv is how a Lua test talks to this: os.getenv("FAIL:ARM N ERRNO") lets the N-th call from now on fail, with that errno
 * where the call has one; os.getenv("FAIL:LEFT") disarms, and says how many calls were left before it: 0 when it has failed.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long left;
static int code;

/* Whether this call is the one; `caller` is where it returns to. */
static int strikes(const void *caller) {
    Dl_info module;
    if (left <= 0 || !dladdr(caller, &module) || !module.dli_fname || !strstr(module.dli_fname, "/lua5.4/idngo/"))
        return 0;
    if (--left > 0)
        return 0;
    errno = code;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL(type, name, failure, parameters, arguments)                                           \
    type name parameters {                                                                         \
        return strikes(__builtin_return_address(0)) ? (failure) : REAL(name) arguments;            \
    }

char *getenv(const char *name) {
    static char answer[24];
    long n;
    int with;
    if (sscanf(name, "FAIL:ARM %ld %d", &n, &with) == 2) {
        code = with;
        left = n;
        return NULL;
    }
    if (strcmp(name, "FAIL:LEFT") == 0) {
        snprintf(answer, sizeof answer, "%ld", atomic_exchange(&left, 0));
        return answer;
    }
    return REAL(getenv)(name);
}

static unsigned mode_of(int flags, va_list args) {
    return flags & O_CREAT ? va_arg(args, unsigned) : 0;
}

int open(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    unsigned mode = mode_of(flags, args);
    va_end(args);
    return strikes(__builtin_return_address(0)) ? -1 : REAL(open)(path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    unsigned mode = mode_of(flags, args);
    va_end(args);
    return strikes(__builtin_return_address(0)) ? -1 : REAL(openat)(dir, path, flags, mode);
}

int fcntl(int fd, int command, ...) {
    va_list args;
    va_start(args, command);
    long value = va_arg(args, long);
    va_end(args);
    return strikes(__builtin_return_address(0)) ? -1 : REAL(fcntl)(fd, command, value);
}

FAIL(int, fstat, -1, (int fd, struct stat *st), (fd, st))
FAIL(int, stat, -1, (const char *path, struct stat *st), (path, st))
FAIL(int, lstat, -1, (const char *path, struct stat *st), (path, st))
FAIL(int, fstatat, -1, (int dir, const char *path, struct stat *st, int flags), (dir, path, st, flags))
FAIL(int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
FAIL(int, mkostemp, -1, (char *template, int flags), (template, flags))
FAIL(int, rename, -1, (const char *from, const char *to), (from, to))
FAIL(ssize_t, read, -1, (int fd, void *to, size_t len), (fd, to, len))
FAIL(ssize_t, pread, -1, (int fd, void *to, size_t len, off_t at), (fd, to, len, at))
FAIL(ssize_t, write, -1, (int fd, const void *from, size_t len), (fd, from, len))
FAIL(off_t, lseek, -1, (int fd, off_t at, int whence), (fd, at, whence))
FAIL(int, ftruncate, -1, (int fd, off_t size), (fd, size))
FAIL(int, posix_fallocate, code, (int fd, off_t at, off_t len), (fd, at, len))
FAIL(int, fsync, -1, (int fd), (fd))
FAIL(int, fdatasync, -1, (int fd), (fd))
FAIL(int, flock, -1, (int fd, int how), (fd, how))
FAIL(void *, mmap, MAP_FAILED, (void *at, size_t len, int protection, int flags, int fd, off_t from),
     (at, len, protection, flags, fd, from))
FAIL(DIR *, opendir, NULL, (const char *path), (path))
FAIL(struct dirent *, readdir, NULL, (DIR *dir), (dir))
FAIL(DIR *, fdopendir, NULL, (int fd), (fd))
FAIL(int, pipe, -1, (int ends[2]), (ends))
FAIL(int, pipe2, -1, (int ends[2], int flags), (ends, flags))
FAIL(int, signalfd, -1, (int fd, const sigset_t *mask, int flags), (fd, mask, flags))
FAIL(int, pthread_create, code,
     (pthread_t *restrict thread, const pthread_attr_t *restrict attr, void *(*start)(void *), void *restrict arg),
     (thread, attr, start, arg))
FAIL(int, posix_spawn, code,
     (pid_t *restrict pid, const char *restrict path, const posix_spawn_file_actions_t *restrict actions,
      const posix_spawnattr_t *restrict attr, char *const argv[], char *const envp[]),
     (pid, path, actions, attr, argv, envp))
FAIL(int, posix_spawn_file_actions_init, code, (posix_spawn_file_actions_t *actions), (actions))
FAIL(int, posix_spawn_file_actions_adddup2, code, (posix_spawn_file_actions_t *actions, int from, int to),
     (actions, from, to))
FAIL(int, posix_spawn_file_actions_addclosefrom_np, code, (posix_spawn_file_actions_t *actions, int from),
     (actions, from))
FAIL(int, posix_spawnattr_init, code, (posix_spawnattr_t *attr), (attr))
FAIL(int, posix_spawnattr_setsigmask, code, (posix_spawnattr_t *restrict attr, const sigset_t *restrict mask), (attr, mask))
FAIL(int, posix_spawnattr_setsigdefault, code, (posix_spawnattr_t *restrict attr, const sigset_t *restrict mask),
     (attr, mask))
FAIL(int, posix_spawnattr_setpgroup, code, (posix_spawnattr_t *attr, pid_t group), (attr, group))
FAIL(int, posix_spawnattr_setflags, code, (posix_spawnattr_t *attr, short flags), (attr, flags))
FAIL(int, prlimit, -1, (pid_t pid, __rlimit_resource_t what, const struct rlimit *new, struct rlimit *old),
     (pid, what, new, old))
FAIL(int, socket, -1, (int family, int type, int protocol), (family, type, protocol))
FAIL(int, setsockopt, -1, (int fd, int level, int name, const void *value, socklen_t len), (fd, level, name, value, len))
FAIL(int, listen, -1, (int fd, int backlog), (fd, backlog))
FAIL(int, RAND_bytes, 0, (unsigned char *to, int len), (to, len))
FAIL(EVP_MD_CTX *, EVP_MD_CTX_new, NULL, (void), ())
FAIL(int, EVP_DigestInit_ex, 0, (EVP_MD_CTX *ctx, const EVP_MD *type, ENGINE *engine), (ctx, type, engine))
FAIL(int, EVP_DigestUpdate, 0, (EVP_MD_CTX *ctx, const void *from, size_t len), (ctx, from, len))
FAIL(int, EVP_DigestFinal_ex, 0, (EVP_MD_CTX *ctx, unsigned char *to, unsigned *len), (ctx, to, len))
FAIL(int, EVP_Digest, 0,
     (const void *from, size_t len, unsigned char *to, unsigned *to_len, const EVP_MD *type, ENGINE *engine),
     (from, len, to, to_len, type, engine))
FAIL(unsigned char *, HMAC, NULL,
     (const EVP_MD *type, const void *key, int key_len, const unsigned char *from, size_t len, unsigned char *to,
      unsigned *to_len),
     (type, key, key_len, from, len, to, to_len))
FAIL(int, SHA256_Init, 0, (SHA256_CTX *state), (state))
FAIL(int, SHA256_Update, 0, (SHA256_CTX *state, const void *from, size_t len), (state, from, len))
FAIL(int, SHA256_Final, 0, (unsigned char *to, SHA256_CTX *state), (to, state))
