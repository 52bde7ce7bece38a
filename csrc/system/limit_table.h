/*
 * The limiter's table as it lies in shared memory; only limit.c, limit_table.c and their tests look
 * inside.
 *
 * There is no "being changed" flag: a process may be killed between any two stores, so each record
 * carries a check of its own content and a half-written one shows itself. What a damaged record
 * means is decided to be safe: a slot is held for the longest lease, a head means the whole table
 * is damaged. Nothing depends on two records changing together. Waiters carry no check: a queue
 * made up of rubbish can cost time or a place in it, never a slot, and waiters come back with their
 * ticket, which is their place.
 */
#ifndef IDNGO_LIMIT_TABLE_H
#define IDNGO_LIMIT_TABLE_H

#include "limit.h"

enum { IDN_LEVELS = 26 }; /* steps of strictness a lane can learn, see limit.c */

struct idn_head {
    uint64_t magic, layout;
    char boot[IDN_BOOT_ID];
    int64_t held;  /* what a slot used for the first time starts with, see idn_limit_init */
    int64_t lease; /* the longest lease granted so far */
    int64_t lanes; /* in use */
    uint64_t check;
};

struct idn_lane_head {
    char name[IDN_LANE_NAME];
    int64_t slots, slots_at; /* the definition in force, and when it was last used */
    int64_t window, window_at;
    int64_t high;    /* slots that have content; more than `slots` after N became less */
    int64_t sent_at; /* of the last request */
    int64_t closed_until;
    int64_t level, level_at; /* strictness learned, and when it last changed or was confirmed */
    uint64_t check;
};

struct idn_slot {
    int64_t anchor; /* when the response arrived, or the end of the lease while it is awaited */
    uint64_t stamp; /* of the grant under way; 0: answered */
    uint64_t check;
};

struct idn_waiter {
    uint64_t ticket; /* increasing from one waiter to the next */
    int64_t promise; /* when it will ask again */
    uint64_t lanes;  /* one bit for each lane it needs */
    int32_t pid;
    int32_t unused;
};

struct idn_queue {
    uint64_t last; /* the last stamp or ticket given out */
    uint64_t count;
    struct idn_waiter waiters[IDN_WAITERS];
};

struct idn_limit_table {
    struct idn_head head;
    struct idn_slot old; /* its anchor: when the file of version 0.1 was marked, or found marked: see limit_old.h */
    struct idn_lane_head lanes[IDN_LANES];
    struct idn_queue queue;
    struct idn_slot slots[IDN_LANES][IDN_LANE_SLOTS];
};

/* As idn_limit_check, for a table of any layout that has these records. */
enum idn_soundness idn_table_check(const struct idn_head *head, uint64_t layout,
                                   const struct idn_lane_head *lanes, int64_t most,
                                   const char *boot, int64_t now);

/*
 * Records are changed in a copy and put in place with their check, so that the moment in which
 * being killed costs the table is as short as it can be.
 */
void idn_head_put(struct idn_limit_table *limit, struct idn_head head);
void idn_lane_put(struct idn_limit_table *limit, uint32_t index, struct idn_lane_head lane);

static inline uint64_t idn_slot_check(int64_t anchor, uint64_t stamp) {
    /* not zero for zeros, so that a wiped page is not a page of free slots */
    return ((uint64_t)anchor ^ (stamp << 24 | stamp >> 40)) * UINT64_C(0x9e3779b97f4a7c15) + 0x51;
}

static inline void idn_slot_set(struct idn_slot *slot, int64_t anchor, uint64_t stamp) {
    *slot = (struct idn_slot){anchor, stamp, idn_slot_check(anchor, stamp)};
}

/* A time that can have been written by now. Keeps sums of times far from overflow. */
static inline bool idn_time_sound(int64_t at, int64_t now) {
    return at >= 0 && at <= now + IDN_LIMIT_LONGEST;
}

/* The latest that a slot can be anchored at: nothing granted so far has a lease that ends later. */
static inline int64_t idn_latest_anchor(const struct idn_head *head, int64_t now) {
    return head->held > now + head->lease ? head->held : now + head->lease;
}

static inline bool idn_slot_sound(const struct idn_slot *slot, int64_t latest) {
    return slot->check == idn_slot_check(slot->anchor, slot->stamp) && slot->anchor >= 0 &&
           slot->anchor <= latest;
}

#endif
