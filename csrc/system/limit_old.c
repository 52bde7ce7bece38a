/* What is taken over from the table of idngo 0.1. See limit_old.h. */
#include "limit_old.h"

#include <string.h>

/* As 0.1 was compiled. */
_Static_assert(sizeof(struct idn_old_table) == 493416, "the layout of KEY.v1");

size_t idn_old_size(void) {
    return sizeof(struct idn_old_table);
}

enum idn_soundness idn_old_check(const struct idn_old_table *old, const char *boot, int64_t now) {
    return idn_table_check(&old->head, IDN_OLD_LAYOUT, old->lanes, IDN_OLD_LANES, boot, now);
}

/* A number for a boot id, for the stamp of when the file was looked at. */
static uint64_t number_of(const char *boot) {
    uint64_t sum = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (; *boot; boot++)
        sum = (sum ^ (unsigned char)*boot) * UINT64_C(0x100000001b3);
    return sum;
}

int64_t idn_old_since(const struct idn_limit_table *limit, const char *boot, int64_t now) {
    bool known = idn_slot_sound(&limit->old, now) && limit->old.stamp == number_of(boot);
    return known ? now - limit->old.anchor : INT64_MAX;
}

void idn_old_note(struct idn_limit_table *limit, const char *boot, int64_t now) {
    idn_slot_set(&limit->old, now, number_of(boot));
}

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* No slot may be anchored later than the head tells. */
static void note_anchor(struct idn_limit_table *limit, int64_t anchor, int64_t now) {
    if (anchor <= idn_latest_anchor(&limit->head, now))
        return;
    struct idn_head head = limit->head;
    head.lease = anchor - now;
    idn_head_put(limit, head);
}

/* Holds a slot more until then, in a lane where the last `slots` count: in place of the one that is free the earliest. */
static void hold_one(struct idn_limit_table *limit, uint32_t index, int64_t anchor) {
    struct idn_slot *earliest = &limit->slots[index][0];
    for (int64_t i = 1; i < limit->lanes[index].high; i++)
        if (limit->slots[index][i].anchor < earliest->anchor)
            earliest = &limit->slots[index][i];
    if (earliest->anchor < anchor)
        idn_slot_set(earliest, anchor, 0);
}

/* The lane of that name, made if need be; IDN_LANES: there is no room. */
static uint32_t find(struct idn_limit_table *limit, const struct idn_lane_head *lane) {
    struct idn_head head = limit->head;
    uint32_t index = 0;
    while (index < head.lanes && strncmp(limit->lanes[index].name, lane->name, IDN_LANE_NAME) != 0)
        index++;
    if (index < head.lanes || index == IDN_LANES)
        return index;
    struct idn_lane_head made = *lane; /* its times are past by any clock */
    for (made.high = 0; made.high < lane->slots; made.high++)
        idn_slot_set(&limit->slots[index][made.high], head.held, 0);
    idn_lane_put(limit, index, made);
    head.lanes++;
    idn_head_put(limit, head);
    return index;
}

/* What the lane of both versions learned, and who may not send. */
static void take_lane_head(struct idn_limit_table *limit, uint32_t index, const struct idn_lane_head *old,
                           int64_t behind) {
    struct idn_lane_head lane = limit->lanes[index];
    lane.sent_at = later(lane.sent_at, old->sent_at + behind);
    lane.closed_until = later(lane.closed_until, old->closed_until ? old->closed_until + behind : 0);
    if (old->level > lane.level) {
        lane.level = old->level;
        lane.level_at = old->level_at + behind;
    }
    idn_lane_put(limit, index, lane);
}

bool idn_old_take(struct idn_limit_table *limit, const struct idn_old_table *old, int64_t behind,
                  int64_t now) {
    uint64_t known = 0; /* the lanes that 0.1 has, too */
    int64_t latest = idn_latest_anchor(&old->head, now - behind), held = old->head.held + behind;
    if (limit->head.lanes + old->head.lanes > IDN_LANES)
        return false;
    note_anchor(limit, latest + behind, now);
    for (int64_t l = 0; l < old->head.lanes; l++) {
        const struct idn_lane_head *lane = &old->lanes[l];
        uint32_t index = find(limit, lane);
        known |= UINT64_C(1) << index;
        take_lane_head(limit, index, lane, behind);
        for (int64_t i = 0; i < lane->high; i++) {
            const struct idn_slot *slot = &old->slots[l][i];
            hold_one(limit, index, (idn_slot_sound(slot, latest) ? slot->anchor : latest) + behind);
        }
    }
    if (old->head.held == 0)
        return true;
    /* 0.1 knew of requests that it had no slots for: each lane that it has not used since holds them */
    for (uint32_t index = 0; index < limit->head.lanes; index++)
        for (int64_t i = 0; !(known & UINT64_C(1) << index) && i < limit->lanes[index].high; i++)
            hold_one(limit, index, held);
    struct idn_head head = limit->head;
    head.held = later(head.held, held);
    idn_head_put(limit, head);
    return true;
}
