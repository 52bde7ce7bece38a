/* Requests to one limiter's table over simulated time, for the tests of its rules. */
#ifndef IDNGO_LIMIT_CALLS_H
#define IDNGO_LIMIT_CALLS_H

#include "system/limit_table.h"

#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#define S IDN_SECOND
#define BOOT "5ed1f9c0-simulated"

static struct idn_limit_table *limit;
static int64_t now;

static const struct idn_lane seven = {"seven", 7, 10 * S}, read_lane = {"read", 300, 5 * S},
                             report = {"report", 1, 0};

/* One request: what it asked for and what it was told. */
struct call {
    struct idn_request request;
    uint64_t ticket;
    struct idn_grant grant;
    struct idn_wait wait;
};

static inline void start(void) {
    now = 1000 * S;
    idn_limit_init(limit, BOOT, 0);
    limit->queue.last = 0;
}

static inline struct call call(const struct idn_lane *a, const struct idn_lane *b) {
    return (struct call){.request = {{a, b}, b ? 2 : 1, 30 * S, getpid()}};
}

static inline bool try(struct call *c) {
    return idn_limit_acquire(limit, &c->request, now, &c->ticket, &c->grant, &c->wait);
}

static inline bool send_one(const struct idn_lane *a, const struct idn_lane *b) {
    struct call c = call(a, b);
    bool sent = try(&c);
    if (!sent)
        idn_limit_cancel_wait(limit, c.ticket, now);
    return sent;
}

static inline void answer(const struct call *c) {
    idn_limit_release(limit, &c->grant, now, now);
}

/* Requests that a lane takes now; each is answered at once. */
static inline int drain(const struct idn_lane *lane) {
    struct call c = call(lane, NULL);
    int n = 0;
    while (n <= IDN_LANE_SLOTS && try(&c)) {
        answer(&c);
        n++;
    }
    idn_limit_cancel_wait(limit, c.ticket, now);
    return n;
}

static inline struct idn_lane_status status_of(const char *name) {
    struct idn_lane_status all[IDN_LANES];
    int n = idn_limit_status(limit, now, all);
    for (int i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i];
    return (struct idn_lane_status){.slots = -1};
}

#endif
