/*
 * The rate limiter's algorithm: a table in memory that several processes share, and what is done to it.
 *
 * A lane has N slots and a window W. A request takes a slot in every lane it belongs to, all or
 * none. A slot is free again W after the *response* arrived, so the server can never count more
 * than N requests in any window of W, whatever the network's delay: say N + 1 were counted within
 * less than W, at c1 <= ... <= c(N+1), and take the one sent last, at s. Each of the other N was
 * counted after s - W, so it was answered after s - W, or was not answered yet: N slots were taken
 * when it was sent, and it was not sent. What it needs: every process of the account on this host
 * uses the same table, and nobody on the way sends a request twice. 1 % is added to W for clocks
 * that run at different rates.
 *
 * Nothing needs to notice that a process died or a response was lost: a slot is written from the
 * start as if the answer came at the end of the lease, the longest the request can be under way,
 * and an answer only moves that forward. A request that turns out to need longer moves the end of its lease back,
 * before it has come, and has to be over by then where that fails. Who gives a request up and breaks its connection off moves
 * it forward too, to the last moment at which the server may still count what had left. The proof
 * holds as far as that moment is true; the end of the lease is never passed.
 *
 * Nothing here waits, locks, or reads a clock; limit_file.h does. Times are nanoseconds of
 * CLOCK_BOOTTIME; 0 is the boot of the host, before which nothing was sent.
 */
#ifndef IDNGO_LIMIT_H
#define IDNGO_LIMIT_H

#include "process.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define IDN_SECOND INT64_C(1000000000)
#define IDN_LIMIT_LONGEST (86400 * IDN_SECOND) /* the longest window, lease or closing */

enum {
    IDN_LANES = 64,        /* lanes of one account: a set of them is one number */
    IDN_LANE_NAME = 32,    /* bytes of a lane's name, with its NUL */
    IDN_LANE_SLOTS = 1024, /* slots of one lane */
    IDN_REQUEST_LANES = 4, /* lanes of one request */
    IDN_WAITERS = 4096     /* waiters that are remembered between their polls */
};

/*
 * A lane as one process defines it. Window 0 means: free as soon as the response is there, so that
 * one slot is a mutual exclusion. Where processes disagree, the fewest slots and the longest window
 * hold that any of them has used within the last minute.
 */
struct idn_lane {
    char name[IDN_LANE_NAME];
    int slots; /* 1 .. IDN_LANE_SLOTS */
    int64_t window;
};

struct idn_request {
    const struct idn_lane *lanes[IDN_REQUEST_LANES];
    int count;
    int64_t lease; /* > 0: from the grant on, the longest until the response is there or given up */
    pid_t pid;     /* who waits; a waiter whose process is gone is not waited for */
};

/* Proof of the slots taken. Its owner keeps it; a stale one does no harm. */
struct idn_grant {
    uint64_t stamp; /* unique, below 2^53 */
    int64_t sent;
    int count;
    uint16_t lanes[IDN_REQUEST_LANES], slots[IDN_REQUEST_LANES];
};

struct idn_wait {
    int64_t until; /* when to ask again; a waiter that asks much later is skipped this round, but keeps its position */
    int64_t expected;         /* the estimate of when the slots are there */
    char lane[IDN_LANE_NAME]; /* the lane that is waited for */
};

struct idn_lane_status {
    char name[IDN_LANE_NAME];
    int slots, used, waiting;
    int64_t window;  /* as defined */
    int64_t closed;  /* for how much longer a 429 keeps the lane closed */
    int64_t gap;     /* learned: the least time between two requests; 0: none */
    int64_t widened; /* learned: what is added to the window */
};

struct idn_limit_table; /* larger than a stack should hold */
size_t idn_limit_size(void);

/* Starts an empty table. Every slot is held as if its response had arrived at `held`; 0: all free.
 */
void idn_limit_init(struct idn_limit_table *limit, const char *boot, int64_t held);

/*
 * Whether the table may be used: IDN_DAMAGED means its content must be thrown away with every slot
 * held. Every other function needs a sound table and then takes any content, even one made up by an
 * enemy. Damage to single slots and waiters is found and corrected as they are used.
 *
 * A table is of another boot when its times have not come yet and the boot ids, both known, differ.
 * The ids alone prove nothing: a process in a container may see none, or one of its own.
 */
enum idn_soundness { IDN_SOUND, IDN_OTHER_BOOT, IDN_DAMAGED };
enum idn_soundness idn_limit_check(const struct idn_limit_table *limit, const char *boot, int64_t now);

/*
 * true: the slots are taken, send now. false: ask again at wait->until with the same ticket.
 * *ticket is 0 for a new request; the answer to a wait is a ticket, its place in the queue (FIFO).
 * A waiter held up by one lane does not hold up those behind it that do not need that lane.
 */
bool idn_limit_acquire(struct idn_limit_table *limit, const struct idn_request *request, int64_t now,
                       uint64_t *ticket, struct idn_grant *grant, struct idn_wait *wait);

/* A waiter gives up. One that just stays away is passed over a moment after it should have asked.
 */
void idn_limit_cancel_wait(struct idn_limit_table *limit, uint64_t ticket, int64_t now);

/*
 * The response arrived `at` (the first byte of its status line), or, with at = 0, the request was
 * never sent and its slots are free at once. When nothing is known of a request, nothing is called.
 */
void idn_limit_release(struct idn_limit_table *limit, const struct idn_grant *grant, int64_t at,
                       int64_t now);

/*
 * No response will come: the last of the request left `at`, its connection is broken off, and the
 * server counts it within `late` of that, or never. What lies beyond the lease changes nothing.
 */
void idn_limit_lose(struct idn_limit_table *limit, const struct idn_grant *grant, int64_t at,
                    int64_t late, int64_t now);

/*
 * The request needs longer: its lease ends `lease` from now, or when it would have ended if that is later. false: its
 * lease is over, or the table was started again, so that its slots may be another's; nothing of it may be under way when
 * the lease ends that it had.
 */
bool idn_limit_extend(struct idn_limit_table *limit, const struct idn_grant *grant, int64_t lease,
                      int64_t now);

/*
 * After a 429: nothing is sent in the lane before `until`. It also teaches the lane that the server
 * is stricter than documented: the first 429 asks for an even gap of W/N between requests, the next
 * ones stretch the gap, and if they still go on W grows, up to twice. Ten minutes without a 429
 * undo one step.
 */
void idn_limit_close_lane(struct idn_limit_table *limit, const struct idn_lane *lane, int64_t until,
                          int64_t now);

/* Fills `out` and returns how many lanes there are. */
int idn_limit_status(struct idn_limit_table *limit, int64_t now, struct idn_lane_status out[IDN_LANES]);

#endif
