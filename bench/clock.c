/*
 * A clock for what is counted and not timed, to be preloaded: it goes on by a little with each look at it. Under callgrind
 * or strace calls take long, and the longer the busier the machine is, so that slots that were taken ahead would expire. By
 * this clock a call takes about as long as without them. And the seconds stand still, from which Lua makes the seed of its
 * hashes: with another seed a call costs more or less by some hundred instructions.
 */
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { LOOK = 10000 }; /* nanoseconds */

int clock_gettime(clockid_t id, struct timespec *at) {
    static struct timespec now;
    if (id == CLOCK_REALTIME) /* the server compares it with its own */
        return timespec_get(at, TIME_UTC) == TIME_UTC ? 0 : -1;
    if (now.tv_sec == 0)
        syscall(SYS_clock_gettime, id, &now);
    now.tv_nsec += LOOK;
    if (now.tv_nsec >= 1000000000) {
        now.tv_nsec -= 1000000000;
        now.tv_sec++;
    }
    *at = now;
    return 0;
}

time_t time(time_t *at) {
    static const time_t always = 1700000000;
    if (at)
        *at = always;
    return always;
}
