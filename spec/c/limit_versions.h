/* Tables of idngo 0.1, for the tests of what is taken over from them. */
#ifndef IDNGO_LIMIT_VERSIONS_H
#define IDNGO_LIMIT_VERSIONS_H

#include "system/limit_old.h"

static struct idn_old_table old;

/* Puts checks that fit to what stands in a table. */
static inline void old_checks(void) {
    static struct idn_limit_table scratch;
    idn_head_put(&scratch, old.head);
    old.head = scratch.head;
    for (int64_t l = 0; l < old.head.lanes; l++) {
        idn_lane_put(&scratch, 0, old.lanes[l]);
        old.lanes[l] = scratch.lanes[0];
        for (int64_t i = 0; i < old.lanes[l].high; i++)
            idn_slot_set(&old.slots[l][i], old.slots[l][i].anchor, old.slots[l][i].stamp);
    }
}

/* An empty table, as 0.1 starts one. */
static inline void old_start(const char *boot, int64_t held) {
    static struct idn_limit_table scratch;
    idn_limit_init(&scratch, boot, held);
    memset(&old, 0, sizeof old);
    old.head = scratch.head;
    old.head.layout = IDN_OLD_LAYOUT;
    old.head.lease = 30 * IDN_SECOND;
    old_checks();
}

/* A lane of it that was used then, whose first slots are anchored so; the rest were never used. */
static inline void old_lane(const char *name, int slots, int64_t window, int64_t at, const int64_t *anchors,
                            int count) {
    int64_t l = old.head.lanes++;
    old.lanes[l] = (struct idn_lane_head){
        .slots = slots, .high = slots, .window = window, .slots_at = at, .window_at = at, .sent_at = at};
    strcpy(old.lanes[l].name, name);
    for (int i = 0; i < slots; i++)
        old.slots[l][i].anchor = i < count ? anchors[i] : old.head.held;
    old_checks();
}

#endif
