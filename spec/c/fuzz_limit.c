/*
 * Fuzzer: an enemy writes into the limiter's table between calls, also with checks that fit.
 *
 * The input is a program: one byte says what is done next, the bytes after it with what. Nothing
 * may crash, and no grant may point outside the table. Also run by test_limit_file.c on random
 * programs.
 */
#include "system/limit_table.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t size;
};

static uint64_t number(struct input *in, size_t bytes) {
    uint64_t n = 0;
    for (; bytes > 0 && in->size > 0; bytes--, in->size--)
        n = n << 8 | *in->data++;
    return n;
}

static void scribble(struct idn_limit_table *limit, struct input *in) {
    /* Into the head, the lanes and the first waiters, or the first slots of a lane. */
    size_t at = (size_t)number(in, 2) % (offsetof(struct idn_limit_table, queue) + 256), len = 8;
    uint64_t lane = number(in, 1), word = number(in, 8);
    if (lane < IDN_LANES)
        at = offsetof(struct idn_limit_table, slots) + (size_t)lane * sizeof limit->slots[0] + at % 512;
    memcpy((char *)limit + at, &word, len);
}

static void make_checks_fit(struct idn_limit_table *limit) {
    idn_head_put(limit, limit->head);
    for (uint32_t i = 0; i < IDN_LANES; i++) {
        idn_lane_put(limit, i, limit->lanes[i]);
        for (int s = 0; s < 64; s++) {
            struct idn_slot *slot = &limit->slots[i][s];
            idn_slot_set(slot, slot->anchor, slot->stamp);
        }
    }
}

static void step(struct idn_limit_table *limit, struct input *in, int64_t *now) {
    static const struct idn_lane lanes[] = {{"a", 7, 10 * IDN_SECOND},
                                            {"b", 1, 0},
                                            {"a", 64, IDN_SECOND},
                                            {"c", IDN_LANE_SLOTS, IDN_LIMIT_LONGEST}};
    struct idn_lane_status status[IDN_LANES];
    struct idn_grant grant = {.stamp = 0};
    struct idn_wait wait;
    uint64_t what = number(in, 1), ticket;
    const struct idn_lane *lane = &lanes[what / 8 % 4], *other = &lanes[what / 32 % 4];
    if (what % 8 < 2) {
        scribble(limit, in);
        return;
    }
    if (what % 8 == 2)
        make_checks_fit(limit);
    if (idn_limit_check(limit, "fuzz", *now) != IDN_SOUND)
        idn_limit_init(limit, "fuzz", *now);
    switch (what % 8) {
    case 3:
        ticket = number(in, 4);
        if (!idn_limit_acquire(limit, &(struct idn_request){{lane, other}, 2, 30 * IDN_SECOND, 0},
                               *now, &ticket, &grant, &wait)) {
            if (wait.until <= *now || wait.until > *now + 10 * IDN_SECOND)
                abort();
            break;
        }
        for (int i = 0; i < grant.count; i++)
            if (grant.lanes[i] >= IDN_LANES || grant.slots[i] >= IDN_LANE_SLOTS)
                abort();
        if (!idn_limit_extend(limit, &grant, (int64_t)number(in, 4), *now))
            abort();
        grant.stamp++; /* as one whose slots are another's */
        if (idn_limit_extend(limit, &grant, IDN_SECOND, *now))
            abort();
        grant.stamp--;
        idn_limit_release(limit, &grant, (int64_t)number(in, 4), *now);
        break;
    case 4:
        idn_limit_close_lane(limit, lane, *now + (int64_t)number(in, 6), *now);
        break;
    case 5:
        idn_limit_cancel_wait(limit, number(in, 4), *now);
        break;
    case 6:
        idn_limit_status(limit, *now, status);
        break;
    default:
        *now += (int64_t)number(in, 5);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input in = {data, size};
    struct idn_limit_table *limit = calloc(1, sizeof *limit);
    int64_t now = 1000 * IDN_SECOND;
    if (!limit)
        abort();
    while (in.size > 0)
        step(limit, &in, &now);
    free(limit);
    return 0;
}
