/* What the limiter makes of a table that a killed process or an accident has left damaged. */
#include "limit_calls.h"

static void a_table_of_another_boot_is_known(void) {
    start();
    CHECK(idn_limit_check(limit, BOOT, now) == IDN_SOUND);
    CHECK(send_one(&seven, NULL));
    CHECK(idn_limit_check(limit, BOOT, now) == IDN_SOUND);
    CHECK(idn_limit_check(limit, "another", now) == IDN_SOUND);
    CHECK(idn_limit_check(limit, "", now) == IDN_SOUND);
    CHECK(idn_limit_check(limit, BOOT, now - 1) == IDN_DAMAGED); /* its times have not come yet */
    CHECK(idn_limit_check(limit, "another", now - 1) == IDN_OTHER_BOOT);
    CHECK(idn_limit_check(limit, "", now - 1) == IDN_DAMAGED);
    limit->head.magic++;
    CHECK(idn_limit_check(limit, BOOT, now) == IDN_DAMAGED);
    memset(limit, 0, sizeof *limit);
    CHECK(idn_limit_check(limit, BOOT, now) == IDN_DAMAGED);
}

static void a_table_started_as_held_frees_its_slots_a_window_later(void) {
    start();
    idn_limit_init(limit, BOOT, now + 30 * S);
    CHECK(drain(&seven) == 0);
    now += 40 * S + S / 10 - 1;
    CHECK(drain(&seven) == 0);
    now += 1;
    CHECK(drain(&seven) == 7);
}

/* A table in a state that work leaves behind. */
static void work(unsigned seed) {
    start();
    srandom(seed);
    struct call open[16];
    int n = 0;
    for (int i = 0; i < 60; i++) {
        now += (random() % 1000) * (S / 1000);
        struct call c = call(&seven, random() % 2 ? &read_lane : NULL);
        if (n < 16 && try(&c))
            open[n++] = c;
        else if (n > 0)
            answer(&open[--n]);
    }
    struct idn_lane_status all[IDN_LANES];
    idn_limit_status(limit, now, all); /* undoes what any look at the table undoes */
}

/* How many requests `table` lets through now; more than there can be where it is damaged. */
static int would_send(const struct idn_limit_table *table, const struct idn_lane *lane) {
    *limit = *table;
    if (idn_limit_check(limit, BOOT, now) != IDN_SOUND)
        return 0;
    limit->queue.count = 0;
    return drain(lane);
}

static void killed_between_any_two_stores(void) {
    static struct idn_limit_table before, after, torn;
    for (unsigned seed = 1; seed <= 300; seed++) {
        work(seed);
        struct call c = call(&seven, &read_lane);
        bool sent = try(&c); /* so that there is something to release */
        before = *limit;
        int64_t at = now + S;
        unsigned kind = seed % 4;
        now = at;
        struct call other = call(&seven, &read_lane);
        if (kind == 0)
            try(&other);
        else if (kind == 1 && sent)
            answer(&c);
        else if (kind == 2 && sent)
            idn_limit_release(limit, &c.grant, 0, now);
        else
            idn_limit_close_lane(limit, &seven, now + S, now);
        after = *limit;

        int first = would_send(&before, &seven), last = would_send(&after, &seven);
        int most = first > last ? first : last;
        for (int turn = 0; turn < 20; turn++) {
            torn = before; /* any of the stores made, in any order the compiler may have chosen */
            const uint64_t *from = (const uint64_t *)&after;
            uint64_t *to = (uint64_t *)&torn;
            for (size_t i = 0; i < sizeof torn / sizeof *to; i++)
                if (from[i] != to[i] && random() % 2)
                    to[i] = from[i];
            CHECK(would_send(&torn, &seven) <= most);
        }
    }
}

static void damage_never_frees_a_slot(void) {
    static struct idn_limit_table before, bad;
    /* Where there is something to damage: head, lanes, a bit of queue, the slots of two lanes. */
    static const size_t areas[][2] = {
        {0, offsetof(struct idn_limit_table, queue) + 2 * sizeof(struct idn_waiter)},
        {offsetof(struct idn_limit_table, slots), 7 * sizeof(struct idn_slot)},
        {offsetof(struct idn_limit_table, slots) + sizeof(struct idn_slot[IDN_LANE_SLOTS]),
         30 * sizeof(struct idn_slot)},
    };
    for (unsigned seed = 1; seed <= 300; seed++) {
        work(seed);
        before = *limit;
        int most = would_send(&before, &seven), most_read = would_send(&before, &read_lane);
        for (int turn = 0; turn < 20; turn++) {
            const size_t *area = areas[random() % 3];
            size_t at = area[0] + (size_t)random() % area[1], len = 1 + (size_t)random() % 64;
            bad = before;
            if (at + len > sizeof bad)
                len = sizeof bad - at;
            unsigned char *bytes = (unsigned char *)&bad + at;
            long how = random() % 3;
            for (size_t i = 0; i < len; i++)
                bytes[i] = how == 0 ? 0 : how == 1 ? 0xff : (unsigned char)random();
            CHECK(would_send(&bad, &seven) <= most);
            CHECK(would_send(&bad, &read_lane) <= most_read);
        }
    }
}

int main(void) {
    limit = calloc(1, idn_limit_size());
    a_table_of_another_boot_is_known();
    a_table_started_as_held_frees_its_slots_a_window_later();
    killed_between_any_two_stores();
    damage_never_frees_a_slot();
    free(limit);
    return check_done();
}
