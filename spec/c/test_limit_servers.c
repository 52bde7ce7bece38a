/*
 * The limiter against six kinds of servers over simulated time, millions of requests in all.
 *
 * Workers always want to send. Each way takes 20 ms and an exponential rest of 60 ms, and 2 % of
 * the requests straggle by up to 1.5 s. In a run with crashes 3 % of the requests are never heard
 * of again and reach the server at any time within their lease, and 1 % are not sent after all.
 *
 * Asserted: never more than N requests in any window of W, as the server counts them; not one 429
 * from a rolling log, a fixed window or a token bucket; few from servers that are stricter than N
 * per W; and slots that are in use at least 97 % of the time that a reply and W leave them.
 */
#include "system/limit.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

enum server { ROLLING, FIXED, TOKEN, TWO_BUCKETS, SUB_BUCKETS, LEAKY, SERVERS };

struct run {
    enum server server;
    int slots; /* N and W of the server, and of the lane */
    double window;
    int workers;
    double seconds; /* of simulated time */
    bool crashes;
    uint64_t seed;
};

struct result {
    long sent, rejected, accepted;
    double
        use; /* time slots were held for (at most lease or reply time, and W), of N times the run */
    double excess; /* seconds by which N + 1 requests came within less than W; 0 where they never
                      did */
    double level;  /* seconds added to the gap and the window in the end */
    long polls;
};

/* Of the simulated time: the sanitizers, which say nothing of numbers, find in less of it what they find. */
#ifdef __SANITIZE_ADDRESS__
#define PART 0.25
#else
#define PART 1
#endif
#define START (INT64_C(1000) * IDN_SECOND)
#define LEASE (INT64_C(5) * IDN_SECOND)

static const char *const server_names[SERVERS] = {"rolling log", "fixed window",   "token bucket",
                                                  "two buckets", "1/10 W buckets", "strict leaky"};

/* 0 <= x < 1, from a state of any value but 0. */
static double uniform(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (double)(*state >> 11) / 9007199254740992.0;
}

/* A server: what it has counted, and whether it takes one more. */
struct counter {
    enum server kind;
    int n;
    int64_t window;
    int64_t log[IDN_LANE_SLOTS]; /* ring: rolling log */
    long logged;
    int64_t start; /* of the window, the last refill, or the last request taken */
    double tokens;
    long bucket, counts[16]; /* ring of counts, the last one of number `bucket` */
};

static void turn_buckets(struct counter *c, long bucket) {
    for (; c->bucket < bucket; c->bucket++)
        c->counts[(c->bucket + 1) % 16] = 0;
}

static bool take(struct counter *c, int64_t at) {
    int64_t width = c->kind == SUB_BUCKETS ? c->window / 10 : c->window;
    double rate = (double)c->n / (double)c->window, sum = 0;
    switch (c->kind) {
    case ROLLING:
        if (c->logged >= c->n && at - c->log[c->logged % c->n] < c->window)
            return false;
        c->log[c->logged++ % c->n] = at;
        return true;
    case FIXED:
        if (at - c->start >= c->window) {
            c->start = at;
            c->tokens = c->n;
        }
        break;
    case TOKEN:
        c->tokens = fmin(c->n, c->tokens + (double)(at - c->start) * rate);
        c->start = at;
        break;
    case LEAKY: /* to the millisecond, as nginx's limit_req without burst */
        c->tokens = (double)(at / 1000000 - c->start / 1000000) * 1e6 * rate;
        if (c->tokens >= 1)
            c->start = at;
        return c->tokens >= 1;
    case TWO_BUCKETS:
    case SUB_BUCKETS:
        turn_buckets(c, at / width);
        if (c->kind == TWO_BUCKETS) {
            double part = (double)(at % width) / (double)width;
            sum = (double)c->counts[(c->bucket + 15) % 16] * (1 - part) +
                  (double)c->counts[c->bucket % 16];
        } else {
            for (long i = c->bucket - 10; i <= c->bucket; i++)
                sum += (double)c->counts[i % 16];
        }
        if (sum + 1 > c->n)
            return false;
        c->counts[c->bucket % 16]++;
        return true;
    default:
        abort();
    }
    if (c->tokens < 1)
        return false;
    c->tokens--;
    return true;
}

enum what { POLL, ARRIVE, ANSWER, UNSENT };

struct event {
    int64_t at;
    enum what what;
    int worker;   /* POLL */
    bool refused; /* ANSWER */
    bool heard;   /* ARRIVE: whether there will be an answer */
    struct idn_grant grant;
};

struct world {
    const struct run *run;
    struct idn_limit_table *limit;
    struct idn_lane lane;
    struct counter server;
    uint64_t rng;
    int64_t now, arrivals[IDN_LANE_SLOTS]; /* ring of the last N arrivals, whether taken or not */
    uint64_t *tickets;
    struct event *heap;
    size_t events, room;
    struct result result;
};

static void push(struct world *w, struct event event) {
    if (w->events == w->room) {
        w->room = w->room ? 2 * w->room : 1024;
        w->heap = realloc(w->heap, w->room * sizeof *w->heap);
        if (!w->heap)
            abort();
    }
    size_t i = w->events++;
    for (; i > 0 && w->heap[(i - 1) / 2].at > event.at; i = (i - 1) / 2)
        w->heap[i] = w->heap[(i - 1) / 2];
    w->heap[i] = event;
}

static struct event pop(struct world *w) {
    struct event top = w->heap[0], last = w->heap[--w->events];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= w->events)
            break;
        if (child + 1 < w->events && w->heap[child + 1].at < w->heap[child].at)
            child++;
        if (w->heap[child].at >= last.at)
            break;
        w->heap[i] = w->heap[child];
        i = child;
    }
    w->heap[i] = last;
    return top;
}

static int64_t one_way(struct world *w) {
    double seconds = 0.02 - 0.06 * log(1 - uniform(&w->rng));
    if (uniform(&w->rng) < 0.01) /* on either way: 2 % of the requests */
        seconds += 1.5 * uniform(&w->rng);
    return (int64_t)(seconds * 1e9);
}

static void count_use(struct world *w, int64_t held) {
    w->result.use += (double)held / ((double)w->run->slots * w->run->seconds * 1e9);
}

static void poll_table(struct world *w, int worker) {
    struct idn_request request = {.lanes = {&w->lane}, .count = 1, .lease = LEASE};
    struct event event = {.what = ARRIVE};
    struct idn_wait wait;
    w->result.polls++;
    if (!idn_limit_acquire(w->limit, &request, w->now, &w->tickets[worker], &event.grant, &wait)) {
        push(w, (struct event){.at = wait.until, .what = POLL, .worker = worker});
        return;
    }
    push(w, (struct event){.at = w->now + 1000, .what = POLL, .worker = worker});
    double fate = w->run->crashes ? uniform(&w->rng) : 1;
    if (fate < 0.03) {
        event.at = w->now + (int64_t)(uniform(&w->rng) * (double)LEASE);
        count_use(w, LEASE + w->lane.window);
    } else if (fate < 0.04) {
        event.what = UNSENT;
        event.at = w->now + one_way(w);
    } else {
        event.heard = true;
        event.at = w->now + one_way(w);
    }
    push(w, event);
}

static void arrive(struct world *w, struct event event) {
    int64_t *oldest = &w->arrivals[w->result.sent % w->run->slots];
    double short_by = (double)(w->lane.window - (w->now - *oldest)) / 1e9;
    if (w->result.sent >= w->run->slots)
        w->result.excess = fmax(w->result.excess, short_by);
    *oldest = w->now;
    w->result.sent++;
    event.refused = !take(&w->server, w->now);
    w->result.rejected += event.refused;
    w->result.accepted += !event.refused;
    if (!event.heard)
        return;
    event.what = ANSWER;
    event.at = w->now + one_way(w);
    push(w, event);
}

static void answer(struct world *w, const struct event *event) {
    idn_limit_release(w->limit, &event->grant, w->now, w->now);
    count_use(w, w->now - event->grant.sent + w->lane.window);
    if (event->refused)
        idn_limit_close_lane(w->limit, &w->lane, w->now + w->lane.window, w->now);
}

static struct result simulate(const struct run *run) {
    struct world w = {.run = run, .rng = run->seed, .now = START};
    w.lane = (struct idn_lane){.name = "lane", .slots = run->slots};
    w.lane.window = (int64_t)(run->window * 1e9);
    w.server = (struct counter){
        .kind = run->server, .n = run->slots, .window = w.lane.window, .tokens = run->slots};
    w.limit = calloc(1, idn_limit_size());
    w.tickets = calloc((size_t)run->workers, sizeof *w.tickets);
    if (!w.limit || !w.tickets)
        abort();
    idn_limit_init(w.limit, "simulated", 0);
    for (int i = 0; i < run->workers; i++)
        push(&w, (struct event){.at = START + i, .what = POLL, .worker = i});
    int64_t end = START + (int64_t)(run->seconds * 1e9);
    for (;;) {
        struct event event = pop(&w);
        w.now = event.at;
        if (w.now >= end)
            break;
        if (event.what == POLL)
            poll_table(&w, event.worker);
        else if (event.what == ARRIVE)
            arrive(&w, event);
        else if (event.what == ANSWER)
            answer(&w, &event);
        else
            idn_limit_release(w.limit, &event.grant, 0, w.now);
    }
    struct idn_lane_status status[IDN_LANES];
    idn_limit_status(w.limit, w.now, status);
    w.result.level = (double)(status[0].gap + status[0].widened) / 1e9;
    free(w.limit);
    free(w.tickets);
    free(w.heap);
    return w.result;
}

static struct result show(const char *what, const struct run *run) {
    struct result r = simulate(run);
    printf("%-22s %-16s %4d / %-3g s %9ld %10.2f %9.2f %8.1f %%\n", what, server_names[run->server],
           run->slots, run->window, r.sent, 1000.0 * (double)r.rejected / (double)r.sent,
           (double)r.accepted * run->window / run->seconds, 100 * r.use);
    CHECK(r.sent > 1000);
    CHECK(r.excess <= 0);
    if (run->server <= TOKEN) {
        CHECK(r.rejected == 0);
        CHECK(r.use >= 0.97);
    }
    return r;
}

int main(void) {
    printf("%-22s %-16s %10s %9s %10s %9s %10s\n", "", "server", "limit", "sent", "429/1000",
           "per W", "in use");
    for (enum server server = 0; server < SERVERS; server++) {
        struct run run = {server, 7, 10, 6, 100000 * PART, false, 41};
        struct result r = show("", &run);
        CHECK(r.rejected * 100 < r.sent);
        CHECK((double)r.accepted > 0.7 * 7 / 10 * run.seconds);
    }
    for (enum server server = 0; server < SERVERS; server++) {
        struct run run = {server, 7, 10, 6, 100000 * PART, true, 42};
        struct result r = show("crashes, late arrivals", &run);
        CHECK(r.rejected * 30 < r.sent);
    }
    show("", &(struct run){ROLLING, 50, 5, 4, 100000 * PART, false, 43});
    show("crashes, late arrivals", &(struct run){FIXED, 50, 5, 4, 50000 * PART, true, 44});
    show("", &(struct run){TOKEN, 300, 5, 8, 10000 * PART, false, 45});
    show("crashes, late arrivals", &(struct run){ROLLING, 300, 5, 8, 10000 * PART, true, 46});
    show("", &(struct run){ROLLING, 1, 1, 2, 10000 * PART, false, 47});
    show("one slot", &(struct run){FIXED, 1, 1, 2, 10000 * PART, true, 48});
    return check_done();
}
