/* What is taken over from a table of idngo 0.1: every slot that it holds, whatever ours holds beside it. */
#include "limit_calls.h"
#include "limit_versions.h"

#include <zlib.h>

static const struct idn_lane lane = {"lane", 3, 10 * S};

/* Ours, in a lane of three: so many requests are under way. */
static void ours(int taken) {
    start();
    for (int i = 0; i < taken; i++)
        CHECK(send_one(&lane, NULL));
}

static bool take(void) {
    CHECK(idn_old_check(&old, BOOT, now) == IDN_SOUND);
    bool taken = idn_old_take(limit, &old, 0, now);
    CHECK(idn_limit_check(limit, BOOT, now) == IDN_SOUND);
    return taken;
}

/* The moment when nothing is held any more, in lanes whose window is ten seconds. */
static int64_t after(int64_t anchor) {
    return anchor + 10 * S + S / 10;
}

/*
 * Written by 0.1.1 itself, at 1000 s of its clock: lanes "lane" (3 in 10 s), "read" (300 in 5 s) and "closed" (2 in 10 s); of
 * "lane" one request was answered at 999 s, one is under way until 1020 s; "closed" had a 429 at 1000 s, for 60 s.
 */
static void a_table_that_0_1_wrote_is_read(void) {
    gzFile file = gzopen("spec/fixtures/limits/v1.gz", "rb");
    CHECK(file != NULL);
    CHECK(file && gzread(file, &old, sizeof old) == (int)sizeof old);
    CHECK(file && gzgetc(file) == -1);
    if (file)
        gzclose(file);
    start();
    now = 1000 * S;
    CHECK(take());
    CHECK(status_of("lane").slots == 3 && status_of("lane").used == 2);
    CHECK(status_of("read").slots == 300 && status_of("read").used == 2);
    CHECK(status_of("closed").closed == 60 * S && status_of("closed").gap > 0);
    now = after(999 * S) - 1;
    CHECK(status_of("lane").used == 2);
    now++;
    CHECK(status_of("lane").used == 1);
    now = after(1020 * S) - 1;
    CHECK(status_of("lane").used == 1);
    now++;
    CHECK(status_of("lane").used == 0 && drain(&lane) == 3);
}

static void its_mark_is_damage_to_0_1(void) {
    uint64_t mark = IDN_OLD_MARK;
    start();
    old_start(BOOT, 0);
    CHECK(idn_old_check(&old, BOOT, now) == IDN_SOUND);
    memcpy(&old, &mark, sizeof mark);
    CHECK(idn_old_check(&old, BOOT, now) == IDN_DAMAGED);
}

static void what_both_hold_is_held(void) {
    for (int mine = 0; mine <= 3; mine++)
        for (int theirs = 0; theirs <= 3; theirs++) {
            ours(mine);
            old_start(BOOT, 0);
            int64_t anchors[] = {now - S, now - 2 * S, now + 5 * S};
            old_lane("lane", 3, 10 * S, now, anchors, theirs);
            CHECK(take());
            int held = mine + theirs < 3 ? mine + theirs : 3;
            CHECK(status_of("lane").used == held);
            CHECK(take()); /* once more, as after a crash */
            CHECK(status_of("lane").used >= held);
            now = after(now + 30 * S); /* the lease of what is under way */
            CHECK(drain(&lane) == 3);
        }
}

/* Nothing of either is free before its time, whichever slots they have. */
static void each_slot_is_free_at_its_time(void) {
    for (unsigned seed = 1; seed <= 300; seed++) {
        int64_t anchors[6], began;
        start();
        srandom(seed);
        began = now;
        int count = (int)(random() % 4), own = (int)(random() % 4);
        old_start(BOOT, 0);
        for (int i = 0; i < count; i++)
            anchors[i] = now - 10 * S + random() % (30 * S);
        old_lane("lane", 3, 10 * S, now, anchors, count);
        for (int i = 0; i < own; i++) {
            struct call c = call(&lane, NULL);
            CHECK(try(&c));
            anchors[count + i] = now;
            answer(&c);
        }
        CHECK(take());
        for (now = began; now < began + 50 * S; now += S / 3) {
            int held = 0;
            for (int i = 0; i < count + own; i++)
                held += after(anchors[i]) > now;
            CHECK(status_of("lane").used == (held < 3 ? held : 3));
        }
    }
}

static void a_clock_that_is_behind_frees_nothing_early(void) {
    ours(0);
    old_start(BOOT, 0);
    int64_t anchor = now - 100 * S;
    old_lane("lane", 1, 10 * S, now - 100 * S, &anchor, 1);
    CHECK(idn_old_check(&old, BOOT, now - 100 * S) == IDN_SOUND);
    CHECK(idn_old_take(limit, &old, 100 * S, now)); /* the host slept so long */
    CHECK(status_of("lane").used == 1);
    now = after(now) - 1;
    CHECK(status_of("lane").used == 1);
    now++;
    CHECK(status_of("lane").used == 0);
}

/* A table that was started again stands for requests that nobody has slots for, in every lane. */
static void what_0_1_did_not_know_is_held_in_every_lane(void) {
    static const struct idn_lane later = {"later", 2, 10 * S};
    ours(1);
    old_start(BOOT, now + 30 * S);
    old_lane("another", 5, 10 * S, now, NULL, 0);
    CHECK(take());
    CHECK(status_of("lane").used == 3 && status_of("another").used == 5);
    CHECK(drain(&later) == 0);
    now = after(now + 30 * S) - 1;
    CHECK(drain(&lane) == 0 && drain(&later) == 0);
    now++;
    CHECK(drain(&lane) == 3 && drain(&later) == 2);
}

static void lanes_that_there_is_no_room_for_are_told(void) {
    char name[IDN_LANE_NAME];
    start();
    for (int i = 0; i < IDN_LANES - 1; i++) {
        struct idn_lane mine = {"", 1, 10 * S};
        snprintf(mine.name, sizeof mine.name, "mine %d", i);
        CHECK(send_one(&mine, NULL));
    }
    old_start(BOOT, 0);
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "theirs %d", i);
        old_lane(name, 1, 10 * S, now, &now, 1);
    }
    CHECK(!take());
}

static void all_of_its_lanes_have_room_beside_each_other(void) {
    char name[IDN_LANE_NAME];
    start();
    old_start(BOOT, 0);
    for (int i = 0; i < IDN_OLD_LANES; i++) {
        snprintf(name, sizeof name, "theirs %d", i);
        old_lane(name, 2, 10 * S, now, &now, 1);
    }
    CHECK(take());
    for (int i = 0; i < IDN_LANES; i++) {
        struct idn_lane mine = {"", 2, 10 * S};
        snprintf(mine.name, sizeof mine.name, "theirs %d", i);
        CHECK(drain(&mine) == (i < IDN_OLD_LANES ? 1 : 2));
    }
}

/* An enemy writes the table, also with checks that fit: nothing is written beyond ours, which stays sound. */
static void an_enemys_table_does_no_harm(void) {
    for (unsigned seed = 1; seed <= 3000; seed++) {
        ours(1);
        srandom(seed);
        old_start(BOOT, random() % 2 ? now : 0);
        int64_t anchors[] = {now, now - S};
        old_lane("lane", 3, 10 * S, now, anchors, 2);
        old_lane("other", 1 + (int)(random() % IDN_LANE_SLOTS), 10 * S, now, anchors, 1);
        for (int i = 0; i < 4; i++) {
            uint64_t word = (uint64_t)random() << (random() % 33);
            size_t at = (size_t)random() % (sizeof old.head + 2 * sizeof old.lanes[0]);
            if (random() % 4 == 0)
                at = offsetof(struct idn_old_table, slots) + (size_t)random() % 64;
            memcpy((char *)&old + at, &word, sizeof word);
        }
        if (random() % 2 && old.head.lanes >= 0 && old.head.lanes <= IDN_OLD_LANES && old.lanes[0].high <= IDN_LANE_SLOTS &&
            old.lanes[1].high <= IDN_LANE_SLOTS)
            old_checks();
        if (idn_old_check(&old, BOOT, now) == IDN_SOUND)
            idn_old_take(limit, &old, 0, now);
        CHECK(idn_limit_check(limit, BOOT, now) == IDN_SOUND);
        CHECK(drain(&lane) <= 2);
    }
}

int main(void) {
    limit = calloc(1, idn_limit_size());
    if (!limit)
        return 1;
    a_table_that_0_1_wrote_is_read();
    its_mark_is_damage_to_0_1();
    what_both_hold_is_held();
    each_slot_is_free_at_its_time();
    a_clock_that_is_behind_frees_nothing_early();
    what_0_1_did_not_know_is_held_in_every_lane();
    lanes_that_there_is_no_room_for_are_told();
    all_of_its_lanes_have_room_beside_each_other();
    an_enemys_table_does_no_harm();
    free(limit);
    return check_done();
}
