/* The limiter's table: starting one, and telling a sound one from a damaged one. */
#include "limit_table.h"

#include <string.h>

#define MAGIC UINT64_C(0x74696d696c6e6469) /* "idnlimit" */
#define VERSION 2 /* 1, of idngo 0.1, is in limit_old.c */
#define LAYOUT ((uint64_t)VERSION << 32 | sizeof(struct idn_limit_table))

/* Not cryptographic: detects corruption, not tampering by a process of the same user. */
static uint64_t digest(const void *record, size_t size) {
    uint64_t sum = UINT64_C(0x6c62272e07bb0142);
    for (size_t i = 0; i + sizeof sum <= size; i += sizeof sum) {
        uint64_t word;
        memcpy(&word, (const char *)record + i, sizeof word);
        sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
    }
    return sum;
}

void idn_head_put(struct idn_limit_table *limit, struct idn_head head) {
    head.check = digest(&head, offsetof(struct idn_head, check));
    limit->head = head;
}

void idn_lane_put(struct idn_limit_table *limit, uint32_t index, struct idn_lane_head lane) {
    lane.check = digest(&lane, offsetof(struct idn_lane_head, check));
    limit->lanes[index] = lane;
}

size_t idn_limit_size(void) {
    return sizeof(struct idn_limit_table);
}

void idn_limit_init(struct idn_limit_table *limit, const char *boot, int64_t held) {
    struct idn_head head = {.magic = MAGIC, .layout = LAYOUT, .held = held};
    strncpy(head.boot, boot, sizeof head.boot - 1);
    idn_head_put(limit, head);
    limit->queue.count = 0; /* and not .last: tickets and stamps stay unique */
}

static bool head_sound(const struct idn_head *head, uint64_t layout, int64_t most) {
    return head->check == digest(head, offsetof(struct idn_head, check)) && head->magic == MAGIC &&
           head->layout == layout && head->boot[IDN_BOOT_ID - 1] == '\0' && head->lanes >= 0 &&
           head->lanes <= most && head->held >= 0 && head->lease >= 0 &&
           head->lease <= IDN_LIMIT_LONGEST;
}

static bool lane_sound(const struct idn_lane_head *lane) {
    return lane->check == digest(lane, offsetof(struct idn_lane_head, check)) &&
           lane->name[IDN_LANE_NAME - 1] == '\0' && lane->slots >= 1 && lane->slots <= lane->high &&
           lane->high <= IDN_LANE_SLOTS && lane->window >= 0 && lane->window <= IDN_LIMIT_LONGEST &&
           lane->level >= 0 && lane->level <= IDN_LEVELS && lane->slots_at >= 0 &&
           lane->window_at >= 0 && lane->sent_at >= 0 && lane->closed_until >= 0 &&
           lane->level_at >= 0;
}

/* Whether its times are of a clock that had not come further than `now`. */
static bool lane_past(const struct idn_lane_head *lane, int64_t now) {
    return lane->slots_at <= now && lane->window_at <= now && lane->sent_at <= now &&
           lane->level_at <= now && idn_time_sound(lane->closed_until, now);
}

enum idn_soundness idn_table_check(const struct idn_head *head, uint64_t layout,
                                   const struct idn_lane_head *lanes, int64_t most,
                                   const char *boot, int64_t now) {
    if (!head_sound(head, layout, most))
        return IDN_DAMAGED;
    bool past = idn_time_sound(head->held, now);
    for (int64_t i = 0; i < head->lanes; i++) {
        if (!lane_sound(&lanes[i]))
            return IDN_DAMAGED;
        past = past && lane_past(&lanes[i], now);
    }
    if (past)
        return IDN_SOUND;
    bool other = boot[0] && head->boot[0] && strncmp(head->boot, boot, IDN_BOOT_ID - 1) != 0;
    return other ? IDN_OTHER_BOOT : IDN_DAMAGED;
}

enum idn_soundness idn_limit_check(const struct idn_limit_table *limit, const char *boot, int64_t now) {
    return idn_table_check(&limit->head, LAYOUT, limit->lanes, IDN_LANES, boot, now);
}
