/* Preloaded into redis-server: a clock that tests set. IDNGO_CLOCK names a file of two numbers: microseconds to add, and parts
 * per million by which it runs too fast since it was preloaded. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *set;
static int64_t began;

static int64_t true_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("IDNGO_CLOCK");
    int fd = path ? open(path, O_RDONLY) : -1;
    if (fd < 0)
        return;
    void *mapped = mmap(NULL, 16, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    began = true_time();
    set = mapped == MAP_FAILED ? NULL : mapped;
}

int gettimeofday(struct timeval *restrict to, void *restrict zone) {
    int64_t now = true_time();
    (void)zone;
    if (set)
        now += set[0] + (now - began) / 1000000 * set[1] + (now - began) % 1000000 * set[1] / 1000000;
    to->tv_sec = (time_t)(now / 1000000);
    to->tv_usec = (suseconds_t)(now % 1000000);
    return 0;
}
