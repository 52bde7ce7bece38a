/*
 * The table of idngo 0.1, which had room for 16 lanes, in a file of its own: KEY.v1. An account may be used by both versions,
 * one after the other or at once, and then they share its limits:
 *
 * What 0.1 holds is taken over into the table of now, and its file is marked. 0.1 reads the mark as damage, so it starts its
 * table again with every slot held, for 30 s and a window at least, as nothing is known of who damaged it. As long as somebody
 * uses the table of now the mark is renewed every second, so that 0.1 waits; when nobody does, it is let through, and what it
 * has sent is taken over again.
 */
#ifndef IDNGO_LIMIT_OLD_H
#define IDNGO_LIMIT_OLD_H

#include "limit_table.h"

/* The first bytes of a file that is marked. No sound table of 0.1 begins so. */
#define IDN_OLD_MARK UINT64_C(0x6465766f6d6e6469) /* "idnmoved" */

#define IDN_OLD_RENEW IDN_SECOND      /* after so long the mark is looked at again */
#define IDN_OLD_HELD (30 * IDN_SECOND) /* for so long at least 0.1 sends nothing after it met the mark */

/* As it lies in the file; for limit_old.c and its tests. */
enum { IDN_OLD_LANES = 16 };
#define IDN_OLD_LAYOUT (UINT64_C(1) << 32 | sizeof(struct idn_old_table))

struct idn_old_waiter {
    uint64_t ticket;
    int64_t promise;
    uint32_t lanes;
    int32_t pid;
};

struct idn_old_table {
    struct idn_head head;
    struct idn_lane_head lanes[IDN_OLD_LANES];
    uint64_t last, count;
    struct idn_old_waiter waiters[IDN_WAITERS];
    struct idn_slot slots[IDN_OLD_LANES][IDN_LANE_SLOTS];
};

size_t idn_old_size(void);

/* As idn_limit_check; `now` is CLOCK_MONOTONIC's, by which 0.1 went. */
enum idn_soundness idn_old_check(const struct idn_old_table *old, const char *boot, int64_t now);

/*
 * Takes over what a sound table holds, beside what `limit` holds itself; `behind`: by how much its clock is behind ours.
 * Taken over twice it is only held for no shorter. false: there is no room for its lanes, and `limit` holds nothing of them.
 */
bool idn_old_take(struct idn_limit_table *limit, const struct idn_old_table *old, int64_t behind,
                  int64_t now);

/* How long ago the file of 0.1 was marked, or found marked, since the host's boot; INT64_MAX: nobody knows. */
int64_t idn_old_since(const struct idn_limit_table *limit, const char *boot, int64_t now);
void idn_old_note(struct idn_limit_table *limit, const char *boot, int64_t now);

#endif
