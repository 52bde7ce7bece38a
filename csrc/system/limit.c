/* The limiter's algorithm: lanes, slots, the queue, and what a lane learns from a 429. */
#include "limit_table.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#define MILLISECOND (IDN_SECOND / 1000)
#define LIVE (60 * IDN_SECOND)     /* a definition or a lane not used for longer may be replaced */
#define PROMISE IDN_SECOND         /* a waiter at the front asks again at least this often … */
#define PROMISE_STEP MILLISECOND   /* … plus this for each waiter ahead of it in the queue */
#define GRACE (IDN_SECOND / 4)     /* how late it may be before it is passed over */
#define FORGIVE (600 * IDN_SECOND) /* without a 429: one level is unlearned */

/* A lane as seen by one operation. */
struct view {
    int64_t hold;    /* how long a slot is held after its response */
    int64_t gap;     /* least time between two requests */
    int64_t open_at; /* closed, or its gap not over, until then */
    int busy;        /* slots that are held */
    int free;        /* requests that could be sent now … */
    int taken;       /* … and of these the ones that are somebody's turn before ours */
    int ahead;       /* waiters before us that wait for this lane */
    int spare;       /* a free slot, if there is any */
};

struct op {
    struct idn_limit_table *limit;
    int64_t now;
    bool alone;    /* nobody waits: look no further than to the first free slot */
    uint64_t seen; /* the lanes whose view is there */
    struct view views[IDN_LANES];
};

static void begin(struct op *op, struct idn_limit_table *limit, int64_t now) {
    op->limit = limit;
    op->now = now;
    op->alone = false;
    op->seen = 0; /* and not the views, which are many */
}

static uint64_t bit(uint32_t lane) {
    return UINT64_C(1) << lane;
}

/* The first lane of a set that is not empty. A set has one bit for each lane; they are gone through
 * with `for (rest = set; rest; rest &= rest - 1)`. */
static uint32_t first(uint64_t set) {
    return (uint32_t)__builtin_ctzll(set);
}

/*
 * Learned strictness, one number per lane. Level 0 is the plain algorithm; from level 1 on requests
 * keep an even gap, stretched by 5 % of W/N for each level up to GAP_LEVELS. Only while 429s go on,
 * that is come within GOES_ON windows of each other, there are more levels, and each adds 5 % to W
 * (and so to the gap), up to 2 W. Chosen by simulation, see spec/c/test_limit_servers.c: widening
 * sooner costs more requests than the 429s it saves.
 */
enum { GAP_LEVELS = 6, STEP_PERCENT = 5, GOES_ON = 3 };
_Static_assert(IDN_LEVELS == GAP_LEVELS + 100 / STEP_PERCENT, "the last level is 2 W");

static int64_t percent(int64_t time, int64_t part) {
    return time / 100 * part;
}

static int64_t learned_hold(const struct idn_lane_head *lane) {
    int64_t hold = lane->window + percent(lane->window, 1);
    if (lane->level > GAP_LEVELS)
        hold += percent(lane->window, (lane->level - GAP_LEVELS) * STEP_PERCENT);
    return hold;
}

static int64_t learned_gap(const struct idn_lane_head *lane) {
    if (lane->level == 0)
        return 0;
    int64_t stretch = (lane->level < GAP_LEVELS ? lane->level : GAP_LEVELS) - 1;
    return percent(learned_hold(lane) / lane->slots, 100 + stretch * STEP_PERCENT);
}

static bool unlearn(struct idn_lane_head *lane, int64_t now) {
    int64_t steps = (now - lane->level_at) / FORGIVE;
    if (lane->level == 0 || steps <= 0)
        return false;
    lane->level = steps < lane->level ? lane->level - steps : 0;
    lane->level_at += steps * FORGIVE;
    return true;
}

static bool held(const struct idn_slot *slot, int64_t hold, int64_t now) {
    return slot->anchor + hold > now;
}

/* Makes the first n slots usable: they were never used, or were free when they were given up. */
static void raise_high(struct idn_limit_table *limit, uint32_t index, struct idn_lane_head *lane, int n) {
    for (; lane->high < n; lane->high++)
        idn_slot_set(&limit->slots[index][lane->high], limit->head.held, 0);
}

/*
 * Whether a definition takes the place of the one in force, last used `age` ago: a stricter one
 * does, a laxer one if the other is out of use, and the same one to note, now and then, that it is
 * in use.
 */
static bool replaces(int64_t stricter, int64_t age) {
    return stricter > 0 || age > (stricter == 0 ? IDN_SECOND : LIVE);
}

static void apply(struct idn_limit_table *limit, uint32_t index, const struct idn_lane *mine,
                  int64_t now) {
    struct idn_lane_head lane = limit->lanes[index];
    bool slots = replaces(lane.slots - mine->slots, now - lane.slots_at);
    bool window = replaces(mine->window - lane.window, now - lane.window_at);
    if (slots) {
        raise_high(limit, index, &lane, mine->slots);
        lane.slots = mine->slots;
        lane.slots_at = now;
    }
    if (window) {
        lane.window = mine->window;
        lane.window_at = now;
    }
    if (unlearn(&lane, now) || slots || window)
        idn_lane_put(limit, index, lane);
}

/* What can be sent in a lane now. Corrects slots whose content cannot be. */
static struct view *look(struct op *op, uint32_t index) {
    struct view *view = &op->views[index];
    if (op->seen & bit(index))
        return view;
    op->seen |= bit(index);
    const struct idn_lane_head *lane = &op->limit->lanes[index];
    struct idn_slot *slots = op->limit->slots[index];
    int64_t gap = learned_gap(lane), paced = gap ? lane->sent_at + gap : 0;
    *view = (struct view){.hold = learned_hold(lane), .gap = gap, .spare = -1};
    view->open_at = paced > lane->closed_until ? paced : lane->closed_until;
    int64_t latest = idn_latest_anchor(&op->limit->head, op->now);
    int high = (int)lane->high, top = 0;
    for (int i = 0; i < high; i++) {
        if (!idn_slot_sound(&slots[i], latest))
            idn_slot_set(&slots[i], latest, 0);
        if (held(&slots[i], view->hold, op->now)) {
            view->busy++;
            top = i + 1;
        } else if (view->spare < 0) {
            view->spare = i;
            if (op->alone && high <= lane->slots)
                break;
        }
    }
    if (high > lane->slots) { /* N became less: give up the slots above it once they are free */
        struct idn_lane_head lower = *lane;
        lower.high = top > lane->slots ? top : lane->slots;
        idn_lane_put(op->limit, index, lower);
    }
    view->free = view->busy < lane->slots ? (int)lane->slots - view->busy : 0;
    if (view->open_at > op->now)
        view->free = 0;
    else if (gap && view->free > 1)
        view->free = 1;
    return view;
}

static bool idle(struct op *op, uint32_t index) {
    const struct idn_lane_head *lane = &op->limit->lanes[index];
    if (op->now - lane->slots_at <= LIVE || op->now - lane->window_at <= LIVE)
        return false;
    const struct view *view = look(op, index);
    return view->free == lane->slots && lane->level == 0;
}

/* The lane of that name, made if need be. IDN_LANES: there are too many lanes in use. */
static uint32_t find(struct op *op, const struct idn_lane *mine) {
    struct idn_limit_table *limit = op->limit;
    struct idn_head head = limit->head;
    uint32_t index = 0;
    for (; index < head.lanes; index++)
        if (strncmp(limit->lanes[index].name, mine->name, IDN_LANE_NAME) == 0) {
            apply(limit, index, mine, op->now);
            op->seen &= ~bit(index);
            return index;
        }
    if (index == IDN_LANES)
        for (index = 0; index < IDN_LANES && !idle(op, index);)
            index++;
    if (index == IDN_LANES)
        return IDN_LANES;
    struct idn_lane_head lane = {
        .slots = mine->slots, .slots_at = op->now, .window = mine->window, .window_at = op->now};
    memcpy(lane.name, mine->name, strnlen(mine->name, IDN_LANE_NAME - 1));
    raise_high(limit, index, &lane, mine->slots);
    idn_lane_put(limit, index, lane);
    op->seen &= ~bit(index);
    if (index == head.lanes) {
        head.lanes++;
        idn_head_put(limit, head);
    }
    return index;
}

/* A process of another pid namespace can seem to be gone: it is passed over, and keeps its place. */
static bool gone(pid_t pid) {
    return pid > 0 && kill(pid, 0) != 0 && errno == ESRCH;
}

/* Counts a waiter before us: everywhere if it is its turn, else only in the lanes it waits for. */
static bool count_ahead(struct op *op, uint64_t lanes) {
    uint64_t blocked = 0;
    for (uint64_t rest = lanes; rest; rest &= rest - 1) {
        uint32_t i = first(rest);
        const struct view *view = look(op, i);
        if (view->taken >= view->free)
            blocked |= bit(i);
    }
    for (uint64_t rest = blocked ? blocked : lanes; rest; rest &= rest - 1) {
        uint32_t i = first(rest);
        op->views[i].ahead++;
        op->views[i].taken += !blocked;
    }
    return !blocked;
}

/*
 * Goes through the queue: drops waiters that stay away or cannot be, counts those before `ticket`.
 * Ticket 0: not in the queue yet.
 */
static void go_through_queue(struct op *op, uint64_t ticket, pid_t self) {
    struct idn_queue *queue = &op->limit->queue;
    int64_t in_use = op->limit->head.lanes;
    uint64_t lanes_in_use = in_use < IDN_LANES ? bit((uint32_t)in_use) - 1 : UINT64_MAX;
    uint64_t before = 0, kept = 0, count = queue->count < IDN_WAITERS ? queue->count : IDN_WAITERS;
    pid_t alive = self;
    for (uint64_t i = 0; i < count; i++) {
        const struct idn_waiter waiter = queue->waiters[i];
        if (waiter.ticket <= before || waiter.ticket > queue->last ||
            (waiter.lanes & ~lanes_in_use) ||
            waiter.promise > op->now + PROMISE + IDN_WAITERS * PROMISE_STEP ||
            waiter.promise < op->now - GRACE)
            continue;
        if (ticket == 0 || waiter.ticket < ticket) {
            bool turn = count_ahead(op, waiter.lanes);
            if (turn && waiter.pid != alive && gone(waiter.pid)) {
                for (uint64_t rest = waiter.lanes; rest; rest &= rest - 1) {
                    uint32_t l = first(rest);
                    op->views[l].ahead--;
                    op->views[l].taken--;
                }
                continue;
            }
            if (turn)
                alive = waiter.pid;
        }
        before = waiter.ticket;
        if (kept != i)
            queue->waiters[kept] = waiter;
        kept++;
    }
    queue->count = kept;
}

/* Where a waiter is in the queue, or should be. The queue has been gone through before. */
static uint64_t place(const struct idn_queue *queue, uint64_t ticket) {
    uint64_t at = queue->count;
    while (at > 0 && queue->waiters[at - 1].ticket >= ticket)
        at--;
    return at;
}

static bool queued(const struct idn_queue *queue, uint64_t at, uint64_t ticket) {
    return at < queue->count && queue->waiters[at].ticket == ticket;
}

static void unqueue(struct idn_queue *queue, uint64_t ticket) {
    uint64_t at = place(queue, ticket);
    if (!queued(queue, at, ticket))
        return;
    queue->count--;
    memmove(&queue->waiters[at], &queue->waiters[at + 1],
            (queue->count - at) * sizeof queue->waiters[0]);
}

/* A full queue takes nobody in; its ticket keeps the place of a waiter that could not enter. */
static void enqueue(struct idn_queue *queue, struct idn_waiter waiter) {
    uint64_t at = place(queue, waiter.ticket);
    if (!queued(queue, at, waiter.ticket)) {
        if (queue->count == IDN_WAITERS)
            return;
        memmove(&queue->waiters[at + 1], &queue->waiters[at],
                (queue->count - at) * sizeof queue->waiters[0]);
        queue->count++;
    }
    queue->waiters[at] = waiter;
}

/* The k-th smallest (from 0) of n times, which it puts into another order. */
static int64_t smallest(int64_t *times, int n, int k) {
    int low = 0, high = n - 1;
    while (low < high) {
        int64_t pivot = times[low + (high - low) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (times[i] < pivot)
                i++;
            while (times[j] > pivot)
                j--;
            if (i <= j) {
                int64_t swap = times[i];
                times[i++] = times[j];
                times[j--] = swap;
            }
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            break;
    }
    return times[k];
}

/* When it is our turn in a lane, should nothing unexpected happen. Rather too early than late. */
static int64_t estimate(struct op *op, uint32_t index) {
    const struct view *view = &op->views[index];
    const struct idn_lane_head *lane = &op->limit->lanes[index];
    const struct idn_slot *slots = op->limit->slots[index];
    int n = (int)lane->slots, high = (int)lane->high;
    /*
     * A response that is awaited may arrive this moment. Its slot is then held for W from now;
     * where W is 0 that says nothing, so the longer it has taken already the less often we ask.
     */
    int64_t answer = op->now;
    if (view->hold == 0) {
        int64_t patience = (op->now - lane->sent_at) / 8;
        answer += patience < MILLISECOND         ? MILLISECOND
                  : patience > 100 * MILLISECOND ? 100 * MILLISECOND
                                                 : patience;
    }
    int64_t times[IDN_LANE_SLOTS] = {0};
    for (int i = 0; i < high; i++) {
        int64_t anchor = slots[i].anchor;
        times[i] = (slots[i].stamp && anchor > answer ? answer : anchor) + view->hold;
    }
    int64_t at = smallest(times, high, high - n + view->ahead % n);
    if (at < op->now) /* it is free */
        at = op->now;
    at += view->ahead / n * (view->hold ? view->hold : answer - op->now);
    int64_t paced = view->open_at + view->ahead * view->gap;
    return at > paced ? at : paced;
}

/* Before a slot is written whose lease is that long: no slot is anchored later than the longest tells. */
static void note_lease(struct idn_limit_table *limit, int64_t lease) {
    if (lease <= limit->head.lease)
        return;
    struct idn_head head = limit->head;
    head.lease = lease;
    idn_head_put(limit, head);
}

static void take(struct op *op, const struct idn_request *request, uint64_t lanes,
                 struct idn_grant *grant) {
    struct idn_limit_table *limit = op->limit;
    *grant = (struct idn_grant){.stamp = ++limit->queue.last, .sent = op->now};
    note_lease(limit, request->lease);
    for (uint64_t rest = lanes; rest; rest &= rest - 1) {
        uint32_t i = first(rest);
        int spare = op->views[i].spare;
        struct idn_lane_head lane = limit->lanes[i];
        idn_slot_set(&limit->slots[i][spare], op->now + request->lease, grant->stamp);
        lane.sent_at = op->now;
        idn_lane_put(limit, i, lane);
        grant->lanes[grant->count] = (uint16_t)i;
        grant->slots[grant->count++] = (uint16_t)spare;
    }
}

bool idn_limit_acquire(struct idn_limit_table *limit, const struct idn_request *request, int64_t now,
                       uint64_t *ticket, struct idn_grant *grant, struct idn_wait *wait) {
    struct op op;
    begin(&op, limit, now);
    uint64_t lanes = 0;
    /* Tickets and stamps follow the clock: so they stay unique when a table is started again. */
    struct idn_queue *queue = &limit->queue;
    uint64_t us = (uint64_t)now / 1000;
    if (queue->last < us || queue->last >> 52)
        queue->last = us;
    if (*ticket > queue->last)
        *ticket = 0; /* not one of ours */
    for (int i = 0; i < request->count; i++) {
        uint32_t index = find(&op, request->lanes[i]);
        if (index == IDN_LANES) { /* some lane will be idle one day */
            *wait = (struct idn_wait){.until = now + PROMISE, .expected = now + LIVE};
            memcpy(wait->lane, request->lanes[i]->name, IDN_LANE_NAME);
            return false;
        }
        lanes |= bit(index);
    }
    go_through_queue(&op, *ticket, request->pid);
    op.alone = queue->count == 0;

    bool our_turn = true;
    for (uint64_t rest = lanes; rest; rest &= rest - 1) {
        uint32_t i = first(rest);
        const struct view *view = look(&op, i);
        our_turn = our_turn && view->taken < view->free;
    }
    if (our_turn) {
        unqueue(queue, *ticket);
        *ticket = 0;
        take(&op, request, lanes, grant);
        return true;
    }

    *wait = (struct idn_wait){.expected = 0};
    int64_t patience = 0;
    if (op.alone) /* then it was looked no further than to the first free slot */
        op.seen &= ~lanes;
    op.alone = false;
    for (uint64_t rest = lanes; rest; rest &= rest - 1) {
        uint32_t i = first(rest);
        look(&op, i); /* an estimate is made of every slot, and takes them for sound */
        int64_t at = estimate(&op, i);
        if (at > wait->expected) {
            wait->expected = at;
            patience = PROMISE + op.views[i].ahead * PROMISE_STEP;
            memcpy(wait->lane, limit->lanes[i].name, IDN_LANE_NAME);
        }
    }
    if (wait->expected <= now) /* it is the turn of others, and they have not come yet */
        wait->expected = now + MILLISECOND;
    wait->until = wait->expected - now < patience ? wait->expected : now + patience;
    if (*ticket == 0)
        *ticket = ++queue->last;
    enqueue(queue, (struct idn_waiter){*ticket, wait->until, lanes, request->pid, 0});
    return false;
}

void idn_limit_cancel_wait(struct idn_limit_table *limit, uint64_t ticket, int64_t now) {
    struct op op;
    begin(&op, limit, now);
    go_through_queue(&op, 0, 0);
    unqueue(&limit->queue, ticket);
}

/* Anchors a grant's slots at `at`, or `late` after it where their lease does not end before. */
static void end_grant(struct idn_limit_table *limit, const struct idn_grant *grant, int64_t at,
                      int64_t late, int64_t now) {
    int64_t latest = idn_latest_anchor(&limit->head, now);
    for (int i = 0; i < grant->count; i++) {
        struct idn_slot *slot = &limit->slots[grant->lanes[i]][grant->slots[i]];
        if (idn_slot_sound(slot, latest) &&
            slot->stamp == grant->stamp) { /* else it is no longer ours */
            int64_t left = slot->anchor > at ? slot->anchor - at : 0;
            idn_slot_set(slot, at + (late < left ? late : left), 0);
        }
    }
}

void idn_limit_release(struct idn_limit_table *limit, const struct idn_grant *grant, int64_t at,
                       int64_t now) {
    if (at != 0 && at < grant->sent)
        at = grant->sent;
    end_grant(limit, grant, at > now ? now : at, 0, now);
}

void idn_limit_lose(struct idn_limit_table *limit, const struct idn_grant *grant, int64_t at,
                    int64_t late, int64_t now) {
    if (at < grant->sent)
        at = grant->sent;
    end_grant(limit, grant, at > now ? now : at, late, now);
}

/* Whether a grant's slot is still its own, in a table that may have been started again: that wipes no slots. */
static bool holds(const struct idn_limit_table *limit, const struct idn_grant *grant, int i, int64_t now) {
    uint16_t lane = grant->lanes[i], number = grant->slots[i];
    if (lane >= limit->head.lanes || number >= limit->lanes[lane].high)
        return false;
    const struct idn_slot *slot = &limit->slots[lane][number];
    return idn_slot_sound(slot, idn_latest_anchor(&limit->head, now)) && slot->stamp == grant->stamp &&
           slot->anchor > now;
}

bool idn_limit_extend(struct idn_limit_table *limit, const struct idn_grant *grant, int64_t lease,
                      int64_t now) {
    for (int i = 0; i < grant->count; i++)
        if (!holds(limit, grant, i, now))
            return false;
    note_lease(limit, lease);
    for (int i = 0; i < grant->count; i++) {
        struct idn_slot *slot = &limit->slots[grant->lanes[i]][grant->slots[i]];
        if (now + lease > slot->anchor)
            idn_slot_set(slot, now + lease, grant->stamp);
    }
    return true;
}

void idn_limit_close_lane(struct idn_limit_table *limit, const struct idn_lane *mine, int64_t until,
                          int64_t now) {
    struct op op;
    begin(&op, limit, now);
    uint32_t index = find(&op, mine);
    if (index == IDN_LANES)
        return;
    struct idn_lane_head lane = limit->lanes[index];
    /* A 429 that finds the lane closed answers a request sent before that: it says nothing new. */
    if (lane.closed_until <= now && lane.window > 0) {
        bool goes_on = now - lane.level_at < (int64_t)GOES_ON * lane.window;
        if (lane.level < GAP_LEVELS || (lane.level < IDN_LEVELS && goes_on))
            lane.level++;
        int64_t gap = now + learned_gap(&lane);
        if (until < gap) /* long enough to tell the answers of one burst from the next */
            until = gap;
    }
    lane.level_at = now;
    if (until > now + IDN_LIMIT_LONGEST)
        until = now + IDN_LIMIT_LONGEST;
    if (until > lane.closed_until)
        lane.closed_until = until;
    idn_lane_put(limit, index, lane);
}

int idn_limit_status(struct idn_limit_table *limit, int64_t now, struct idn_lane_status out[IDN_LANES]) {
    struct op op;
    begin(&op, limit, now);
    int count = (int)limit->head.lanes;
    go_through_queue(&op, 0, 0);
    for (uint32_t i = 0; i < (uint32_t)count; i++) {
        struct idn_lane_head lane = limit->lanes[i];
        if (unlearn(&lane, now))
            idn_lane_put(limit, i, lane);
        op.seen &= ~bit(i);
        const struct view *view = look(&op, i);
        out[i] = (struct idn_lane_status){
            .slots = (int)lane.slots,
            .window = lane.window,
            .closed = lane.closed_until > now ? lane.closed_until - now : 0,
            .gap = view->gap,
            .widened = view->hold - lane.window - percent(lane.window, 1),
            .used = view->busy,
        };
        memcpy(out[i].name, lane.name, IDN_LANE_NAME);
        for (uint64_t w = 0; w < limit->queue.count; w++)
            out[i].waiting += (int)(limit->queue.waiters[w].lanes >> i & 1);
    }
    return count;
}
