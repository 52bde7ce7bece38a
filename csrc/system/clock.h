/* The clock of time-outs, leases and grants: it is never set back, goes on while the host sleeps, and is the same for all
   processes of the host. */
#ifndef IDNGO_CLOCK_H
#define IDNGO_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds since the host's boot. */
static inline int64_t idn_clock_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_BOOTTIME, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

/* The same in seconds. */
static inline double idn_clock(void) {
    return (double)idn_clock_ns() / 1e9;
}

/* So many seconds as whole milliseconds, rounded up, for what the system waits for: none when they are over, at most 1 000 000.
   Without ceil, for which 64 KiB of libm would be loaded. */
static inline int idn_clock_ms(double seconds) {
    enum { MOST = 1000000 };
    double ms = seconds * 1000;
    int whole = ms > 0 ? ms < MOST ? (int)ms : MOST : 0;
    return whole + (whole < ms && whole < MOST);
}

#endif
