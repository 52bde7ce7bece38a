/*
 * Linked into idngo-jail for ./dev coverage alone: a confined process cannot write down what it executed, and its host
 * ends it with SIGKILL. So the system does not really limit it here, and before each reply the counters are written.
 */
#include <gcov.h>
#include <seccomp.h>
#include <sys/resource.h>
#include <unistd.h>

int __wrap_setrlimit(int resource, const struct rlimit *limit);
int __wrap_seccomp_load(const scmp_filter_ctx filter);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
ssize_t __real_write(int fd, const void *bytes, size_t len);

int __wrap_setrlimit(int resource, const struct rlimit *limit) {
    (void)resource;
    (void)limit;
    return 0;
}

int __wrap_seccomp_load(const scmp_filter_ctx filter) {
    return filter ? 0 : -1;
}

ssize_t __wrap_write(int fd, const void *bytes, size_t len) {
    __gcov_dump();
    __gcov_reset();
    return __real_write(fd, bytes, len);
}
