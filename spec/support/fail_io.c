/*
 * Preloaded: makes the disk fail. FAIL_IO="ERRNO AFTER TEXT": writes, truncations and syncs of files whose path holds
 * TEXT fail with that errno, all but the first AFTER of them.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int strikes(int fd) {
    static int code = -1, left;
    static char text[256];
    if (code < 0) {
        const char *spec = getenv("FAIL_IO");
        if (!spec || sscanf(spec, "%d %d %255s", &code, &left, text) != 3)
            code = 0;
    }
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = code ? readlink(link, path, sizeof path - 1) : -1;
    if (len < 0)
        return 0;
    path[len] = 0;
    if (!strstr(path, text) || left-- > 0)
        return 0;
    errno = code;
    return 1;
}

#define REAL(name, type, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

ssize_t write(int fd, const void *bytes, size_t len) {
    return strikes(fd) ? -1 : REAL("write", ssize_t, int, const void *, size_t)(fd, bytes, len);
}
ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at) {
    return strikes(fd) ? -1 : REAL("pwrite64", ssize_t, int, const void *, size_t, off64_t)(fd, bytes, len, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at) {
    return strikes(fd) ? -1 : REAL("pwrite", ssize_t, int, const void *, size_t, off_t)(fd, bytes, len, at);
}
int fsync(int fd) {
    return strikes(fd) ? -1 : REAL("fsync", int, int)(fd);
}
int fdatasync(int fd) {
    return strikes(fd) ? -1 : REAL("fdatasync", int, int)(fd);
}
