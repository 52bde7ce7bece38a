/* The limiter's rules one by one, over simulated time: slots, the queue, definitions, learning. */
#include "limit_calls.h"

#include <sys/wait.h>

static void a_slot_is_free_a_window_after_its_response(void) {
    start();
    struct call c = call(&seven, NULL);
    CHECK(try(&c));
    for (int i = 0; i < 6; i++)
        CHECK(send_one(&seven, NULL));
    now += 2 * S;
    answer(&c);
    int64_t free_at = now + 10 * S + S / 10;
    struct call next = call(&seven, NULL);
    CHECK(!try(&next));
    CHECK(next.wait.expected == free_at);
    CHECK(strcmp(next.wait.lane, "seven") == 0);
    CHECK(status_of("seven").used == 7 && status_of("seven").waiting == 1);
    while (now < free_at) {
        CHECK(!try(&next));
        CHECK(next.wait.until > now && next.wait.until <= now + S);
        now = next.wait.until;
    }
    CHECK(now == free_at);
    CHECK(try(&next));
}

static void a_lost_response_holds_its_slot_for_lease_and_window(void) {
    start();
    for (int i = 0; i < 7; i++)
        CHECK(send_one(&seven, NULL));
    now += 30 * S + 10 * S + S / 10 - 1;
    CHECK(drain(&seven) == 0);
    now += 1;
    CHECK(drain(&seven) == 7);
}

static void what_was_not_sent_is_free_at_once(void) {
    start();
    struct call c = call(&seven, &read_lane);
    CHECK(try(&c));
    CHECK(status_of("seven").used == 1 && status_of("read").used == 1);
    idn_limit_release(limit, &c.grant, 0, now);
    CHECK(status_of("seven").used == 0 && status_of("read").used == 0);
}

static void only_the_owner_of_a_slot_releases_it(void) {
    start();
    struct call old = call(&report, NULL), new = call(&report, NULL);
    CHECK(try(&old));
    now += 30 * S; /* the lease is over: somebody else takes the slot */
    CHECK(try(&new));
    answer(&old);
    CHECK(!send_one(&report, NULL));
    answer(&new);
    CHECK(send_one(&report, NULL));
    answer(&new);
    CHECK(status_of("report").used == 1);
}

static void a_response_is_not_before_its_request_nor_after_now(void) {
    start();
    struct call c = call(&seven, NULL);
    CHECK(try(&c));
    now += S;
    idn_limit_release(limit, &c.grant, 1, now);
    CHECK(limit->slots[c.grant.lanes[0]][c.grant.slots[0]].anchor == now - S);
    CHECK(try(&c));
    idn_limit_release(limit, &c.grant, now + 500 * S, now);
    CHECK(limit->slots[c.grant.lanes[0]][c.grant.slots[0]].anchor == now);
}

static void window_zero_is_a_mutual_exclusion(void) {
    start();
    struct call a = call(&report, NULL), b = call(&report, NULL);
    CHECK(try(&a));
    for (int i = 0; i < 60; i++) { /* asks less and less often while the answer takes longer */
        CHECK(!try(&b));
        CHECK(b.wait.until - now >= S / 1000 && b.wait.until - now <= S / 10);
        now = b.wait.until;
    }
    CHECK(now > 1001 * S);
    answer(&a);
    CHECK(try(&b));
}

static void all_lanes_or_none(void) {
    start();
    CHECK(drain(&seven) == 7);
    struct call c = call(&seven, &read_lane);
    CHECK(!try(&c));
    CHECK(status_of("read").used == 0);
}

static void the_same_lane_twice_is_one_slot(void) {
    start();
    struct call c = call(&seven, &seven);
    for (int i = 0; i < 7; i++, c.ticket = 0)
        CHECK(try(&c) && c.grant.count == 1);
    CHECK(!try(&c));
}

static void first_come_first_served(void) {
    start();
    struct call waiting[20];
    CHECK(drain(&seven) == 7);
    for (int i = 0; i < 20; i++) {
        waiting[i] = call(&seven, NULL);
        CHECK(!try(&waiting[i]));
    }
    int64_t round = 10 * S + S / 10;
    CHECK(waiting[6].wait.expected == now + round);
    CHECK(waiting[7].wait.expected == now + 2 * round);
    for (int served = 0; served < 20 && now < 2000 * S; now += S / 10)
        for (int i = 19; i >= 0; i--) /* the last asks first */
            if (waiting[i].ticket && waiting[i].wait.until <= now && try(&waiting[i])) {
                answer(&waiting[i]);
                for (int j = 0; j < i; j++)
                    CHECK(waiting[j].ticket == 0 || waiting[j].wait.until <= now);
                served++;
            }
    for (int i = 0; i < 20; i++)
        CHECK(waiting[i].ticket == 0);
    CHECK(status_of("seven").waiting == 0);
}

static void a_newcomer_does_not_overtake(void) {
    start();
    CHECK(drain(&seven) == 7);
    struct call first = call(&seven, NULL), newcomer = call(&seven, NULL);
    CHECK(!try(&first));
    while (first.wait.until < 1000 * S + 10 * S + S / 10) {
        now = first.wait.until;
        CHECK(!try(&first));
    }
    now = first.wait.until;
    CHECK(drain(&seven) == 6); /* seven are free and one is spoken for */
    CHECK(!try(&newcomer));
    CHECK(try(&first));
}

static void a_waiter_that_stays_away_is_passed_over_and_keeps_its_place(void) {
    start();
    struct call running = call(&report, NULL), away = call(&report, NULL),
                next = call(&report, NULL), last = call(&report, NULL);
    CHECK(try(&running));
    CHECK(!try(&away) && !try(&next) && !try(&last));
    answer(&running);
    now = away.wait.until + S / 5; /* late, but within the grace */
    CHECK(!try(&next));
    now += S / 10;
    CHECK(try(&next));
    CHECK(!try(&last));
    CHECK(!try(&away)); /* back again, with its ticket */
    answer(&next);
    CHECK(!try(&last));
    CHECK(try(&away));
}

static void a_waiter_whose_process_died_is_passed_over(void) {
    start();
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    struct call running = call(&report, NULL), dead = call(&report, NULL),
                next = call(&report, NULL);
    CHECK(try(&running));
    dead.request.pid = child;
    CHECK(!try(&dead) && !try(&next));
    answer(&running);
    CHECK(try(&next));
    CHECK(status_of("report").waiting == 0);
}

static void a_waiter_that_gives_up_is_gone(void) {
    start();
    struct call running = call(&report, NULL), a = call(&report, NULL), b = call(&report, NULL);
    CHECK(try(&running));
    CHECK(!try(&a) && !try(&b));
    idn_limit_cancel_wait(limit, a.ticket, now);
    idn_limit_cancel_wait(limit, 12345, now);
    CHECK(status_of("report").waiting == 1);
    answer(&running);
    CHECK(try(&b));
}

static void one_full_lane_does_not_hold_up_another(void) {
    start();
    CHECK(drain(&seven) == 7);
    struct call both[50];
    for (int i = 0; i < 50; i++) {
        both[i] = call(&seven, &read_lane);
        CHECK(!try(&both[i]));
    }
    CHECK(drain(&read_lane) == 300);
}

static void a_place_is_kept_in_a_lane_several_wait_for(void) {
    start();
    static const struct idn_lane one = {"one", 1, 0};
    struct call running = call(&one, NULL), both = call(&seven, &one), newcomer = call(&one, NULL);
    CHECK(try(&running));
    CHECK(!try(&both)); /* seven is free, one is not */
    CHECK(!try(&newcomer));
    answer(&running);
    CHECK(!try(&newcomer));
    CHECK(try(&both));
}

static void more_waiters_than_the_table_remembers(void) {
    enum { MANY = IDN_WAITERS + 500 };
    static const struct idn_lane wide = {"wide", 1000, 1 * S};
    struct call *waiting = calloc(MANY, sizeof *waiting);
    int served = 0;
    start();
    CHECK(drain(&wide) == 1000);
    for (int i = 0; i < MANY; i++) {
        waiting[i] = call(&wide, NULL);
        CHECK(!try(&waiting[i]) && waiting[i].ticket != 0);
    }
    CHECK(status_of("wide").waiting == IDN_WAITERS);
    for (int64_t end = now + 60 * S; served < MANY && now < end; now += S / 20)
        for (int i = 0; i < MANY; i++)
            if (waiting[i].ticket && waiting[i].wait.until <= now && try(&waiting[i])) {
                answer(&waiting[i]);
                served++;
            }
    CHECK(served == MANY);
    CHECK(now <= 1000 * S + 7 * S); /* five windows, and not much more */
    free(waiting);
}

static void the_stricter_definition_holds_while_it_is_used(void) {
    static const struct idn_lane lax = {"lane", 10, 5 * S}, strict = {"lane", 7, 10 * S};
    start();
    CHECK(drain(&lax) == 10);
    now += 5 * S + S / 20;
    CHECK(drain(&strict) == 0); /* 10 within 10 s are 3 too many already */
    now += 5 * S + S / 20;
    CHECK(drain(&strict) == 7);
    now += 10 * S + S / 10;
    CHECK(drain(&lax) == 7);
    CHECK(status_of("lane").slots == 7 && status_of("lane").window == 10 * S);
    now += 61 * S;
    CHECK(drain(&lax) == 10);
    CHECK(status_of("lane").slots == 10 && status_of("lane").window == 5 * S);
}

static void an_idle_lane_makes_room_for_a_new_one(void) {
    start();
    struct idn_lane lane = {"", 2, 10 * S};
    for (int i = 0; i < IDN_LANES; i++) {
        snprintf(lane.name, sizeof lane.name, "lane %d", i);
        CHECK(send_one(&lane, NULL));
    }
    struct idn_lane more = {"more", 1, S};
    struct call c = call(&more, NULL);
    CHECK(!try(&c));
    CHECK(strcmp(c.wait.lane, "more") == 0 && c.wait.until > now);
    now += 61 * S;
    CHECK(try(&c));
    CHECK(status_of("more").used == 1 && status_of("lane 0").slots == -1);
}

static void a_429_closes_the_lane_and_is_learned_from(void) {
    start();
    CHECK(send_one(&seven, NULL));
    idn_limit_close_lane(limit, &seven, now + 3 * S, now);
    idn_limit_close_lane(limit, &seven, now + 4 * S, now); /* another answer of the same burst */
    struct idn_lane_status s = status_of("seven");
    CHECK(s.closed == 4 * S);
    CHECK(s.gap > 10 * S / 7 && s.gap < 103 * S / 70 && s.widened == 0);
    struct call c = call(&seven, NULL);
    CHECK(!try(&c) && c.wait.expected == now + 4 * S);
    now += 4 * S;
    CHECK(try(&c));
    CHECK(!try(&c) && c.wait.expected == now + s.gap);

    for (int i = 0; i < 40; i++) {
        now += 10 * S;
        idn_limit_close_lane(limit, &seven, now + S, now);
    }
    s = status_of("seven");
    CHECK(s.widened == 10 * S);
    CHECK(s.gap > 20 * S / 7 && s.gap < 28 * S / 7);
    now += 599 * S;
    CHECK(status_of("seven").widened == 10 * S);
    now += S;
    CHECK(status_of("seven").widened < 10 * S);
    now += 25 * 600 * S;
    CHECK(status_of("seven").gap == 0);
    CHECK(drain(&seven) == 7);
}

static void a_mutual_exclusion_learns_nothing(void) {
    start();
    idn_limit_close_lane(limit, &report, now + S, now);
    CHECK(status_of("report").closed == S && status_of("report").gap == 0);
}

static void tickets_of_a_table_that_was_started_again_keep_their_order(void) {
    start();
    struct call running = call(&report, NULL), a = call(&report, NULL), b = call(&report, NULL);
    CHECK(try(&running));
    CHECK(!try(&a) && !try(&b));
    now += S / 10;
    idn_limit_init(limit, BOOT, now);
    memset(&limit->queue, 0, sizeof limit->queue);
    struct call newcomer = call(&report, NULL);
    CHECK(send_one(&report, NULL));
    CHECK(!try(&newcomer) && !try(&b) && !try(&a));
    CHECK(limit->queue.waiters[0].ticket == a.ticket);
    CHECK(limit->queue.waiters[1].ticket == b.ticket);
    CHECK(limit->queue.waiters[2].ticket == newcomer.ticket);
}

/* Free a window after the last moment at which it may be counted: `late` after it left, and no later than its lease. */
static void a_lost_request_holds_its_slot_until_it_counts_no_more(void) {
    static const struct {
        int64_t left, told, late, free; /* seconds after the grant, whose lease is of 30 */
    } cases[] = {
        {0, 1, 3, 3},    {8, 9, 3, 11},  {8, 20, 3, 11},  {29, 29, 3, 30},
        {0, 5, 999, 30}, {40, 40, 3, 40}, /* it was under way for longer than its lease */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start();
        int64_t granted = now;
        static const struct idn_lane one = {"one", 1, 10 * S};
        struct call c = call(&one, NULL);
        CHECK(try(&c));
        now = granted + cases[i].told * S;
        idn_limit_lose(limit, &c.grant, granted + cases[i].left * S, cases[i].late * S, now);
        idn_limit_release(limit, &c.grant, 0, now); /* only the first counts */
        int64_t free = granted + cases[i].free * S + 10 * S + S / 10;
        now = free - 1;
        CHECK(!send_one(&one, NULL));
        now = free;
        CHECK(send_one(&one, NULL));
    }
}

static bool extend(const struct call *c, int64_t lease) {
    return idn_limit_extend(limit, &c->grant, lease, now);
}

static void an_extended_lease_holds_its_slots_until_its_new_end(void) {
    start();
    int64_t granted = now;
    static const struct idn_lane one = {"one", 1, 10 * S};
    struct call c = call(&one, &report);
    CHECK(try(&c));
    now += 29 * S;
    CHECK(extend(&c, 100 * S)); /* longer than any lease before */
    CHECK(extend(&c, S));       /* which is no later: nothing is taken back */
    now = granted + 129 * S + 10 * S + S / 10 - 1;
    CHECK(!send_one(&one, NULL));
    CHECK(send_one(&report, NULL)); /* window 0: free at the end of the lease */
    now += 1;
    CHECK(send_one(&one, NULL));
}

static void an_answer_frees_the_slots_of_an_extended_lease(void) {
    start();
    struct call c = call(&report, &seven);
    CHECK(try(&c));
    for (int i = 0; i < 9; i++) {
        now += 20 * S;
        CHECK(extend(&c, 30 * S));
        CHECK(!send_one(&report, NULL));
    }
    answer(&c);
    CHECK(send_one(&report, NULL));
    now += 10 * S + S / 10;
    CHECK(status_of("seven").used == 0);
}

static void a_lease_that_is_over_or_anothers_is_not_extended(void) {
    start();
    struct call old = call(&report, &seven), new = call(&report, NULL);
    CHECK(try(&old));
    now += 30 * S;
    CHECK(!extend(&old, 30 * S)); /* over, though nobody has taken the slot yet */
    CHECK(try(&new));
    CHECK(!extend(&old, 30 * S));
    CHECK(extend(&new, 30 * S));
    answer(&new);
    CHECK(!extend(&new, 30 * S));
    CHECK(try(&new));
    idn_limit_init(limit, BOOT, now + 30 * S); /* as one that was damaged */
    CHECK(!extend(&new, 30 * S));
}

static void a_lease_is_extended_in_all_lanes_or_in_none(void) {
    start();
    struct call c = call(&seven, &report);
    CHECK(try(&c));
    int64_t end = now + 30 * S;
    limit->slots[c.grant.lanes[1]][c.grant.slots[1]].anchor += 1; /* its check no longer fits */
    CHECK(!extend(&c, 60 * S));
    CHECK(limit->slots[c.grant.lanes[0]][c.grant.slots[0]].anchor == end);
}

int main(void) {
    limit = calloc(1, idn_limit_size());
    a_lost_request_holds_its_slot_until_it_counts_no_more();
    an_extended_lease_holds_its_slots_until_its_new_end();
    an_answer_frees_the_slots_of_an_extended_lease();
    a_lease_that_is_over_or_anothers_is_not_extended();
    a_lease_is_extended_in_all_lanes_or_in_none();
    a_slot_is_free_a_window_after_its_response();
    a_lost_response_holds_its_slot_for_lease_and_window();
    what_was_not_sent_is_free_at_once();
    only_the_owner_of_a_slot_releases_it();
    a_response_is_not_before_its_request_nor_after_now();
    window_zero_is_a_mutual_exclusion();
    all_lanes_or_none();
    the_same_lane_twice_is_one_slot();
    first_come_first_served();
    a_newcomer_does_not_overtake();
    a_waiter_that_stays_away_is_passed_over_and_keeps_its_place();
    a_waiter_whose_process_died_is_passed_over();
    a_waiter_that_gives_up_is_gone();
    one_full_lane_does_not_hold_up_another();
    a_place_is_kept_in_a_lane_several_wait_for();
    more_waiters_than_the_table_remembers();
    the_stricter_definition_holds_while_it_is_used();
    an_idle_lane_makes_room_for_a_new_one();
    a_429_closes_the_lane_and_is_learned_from();
    a_mutual_exclusion_learns_nothing();
    tickets_of_a_table_that_was_started_again_keep_their_order();
    free(limit);
    return check_done();
}
