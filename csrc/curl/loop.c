/* epoll and a binary heap. See loop.h. */
#include "loop.h"

#include "system/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int idn_loop_open(struct idn_loop *loop) {
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    return loop->epoll >= 0;
}

void idn_loop_close(struct idn_loop *loop) {
    for (size_t i = 1; i <= loop->timers; i++)
        loop->heap[i]->place = 0; /* those whose timers they are may live on */
    if (loop->epoll >= 0)
        close(loop->epoll);
    free(loop->watches);
    free(loop->heap);
    *loop = (struct idn_loop){.epoll = -1};
}

/* ---- descriptors ---- */

static int make_room(struct idn_loop *loop, size_t fd) {
    if (fd < loop->watch_room)
        return 1;
    size_t room = loop->watch_room ? loop->watch_room : 16;
    while (room <= fd)
        room *= 2;
    struct idn_watch *grown = realloc(loop->watches, room * sizeof *grown);
    if (!grown)
        return 0;
    memset(grown + loop->watch_room, 0, (room - loop->watch_room) * sizeof *grown);
    loop->watches = grown;
    loop->watch_room = room;
    return 1;
}

static int watch_as(struct idn_loop *loop, int fd, enum idn_owner kind, void *owner, uint32_t events) {
    if (!events && (size_t)fd >= loop->watch_room)
        return 1;
    if (!make_room(loop, (size_t)fd))
        return 0;
    struct idn_watch *watch = &loop->watches[fd];
    struct epoll_event event = {.events = events, .data.fd = fd};
    int failed = 0;
    if (events && watch->events == events && watch->owner == owner && watch->kind == kind)
        return 1;
    if (events && (!watch->events || epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event) != 0))
        /* closed unseen, and opened again: then it is not there */
        failed = epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) != 0 &&
                 (errno != EEXIST || epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event) != 0);
    else if (!events && watch->events)
        epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, &event);
    *watch = (struct idn_watch){events ? owner : NULL, failed ? 0 : events, kind};
    return !failed;
}

int idn_loop_watch(struct idn_loop *loop, int fd, void *owner, uint32_t events) {
    return watch_as(loop, fd, IDN_OWNER_STREAM, owner, events);
}

int idn_loop_host(struct idn_loop *loop, int fd, void *guest, uint32_t events) {
    if (watch_as(loop, fd, IDN_OWNER_GUEST, guest, events))
        return 1;
    if ((size_t)fd < loop->watch_room)
        loop->watches[fd].owner = NULL;
    return 0;
}

void *idn_loop_owner(const struct idn_loop *loop, int fd, enum idn_owner kind) {
    return fd >= 0 && (size_t)fd < loop->watch_room && loop->watches[fd].kind == kind ? loop->watches[fd].owner : NULL;
}

/* What was closed since, or is nobody's, is passed over. */
int idn_loop_next(struct idn_loop *loop, struct idn_ready *ready) {
    while (loop->batch_at < loop->batch_count) {
        const struct epoll_event *event = &loop->batch[loop->batch_at++];
        const struct idn_watch *watch = &loop->watches[event->data.fd];
        *ready = (struct idn_ready){event->data.fd, watch->owner, event->events, watch->kind};
        if (watch->events)
            return 1;
    }
    return 0;
}

int idn_loop_wait(struct idn_loop *loop, double until, struct idn_ready *ready) {
    while (!idn_loop_next(loop, ready)) {
        double left = until > 0 ? until - idn_clock() : 0;
        int n = epoll_wait(loop->epoll, loop->batch, IDN_LOOP_BATCH, idn_clock_ms(left));
        loop->batch_at = 0;
        loop->batch_count = n > 0 ? n : 0;
        if (n < 0 || (n == 0 && left <= 1000))
            return n;
    }
    return 1;
}

void idn_loop_leave(struct idn_loop *loop) {
    for (size_t fd = 0; fd < loop->watch_room; fd++)
        if (loop->watches[fd].events && loop->watches[fd].kind == IDN_OWNER_STREAM)
            close((int)fd);
    idn_loop_close(loop);
}

/* ---- times ---- */

static void place(struct idn_loop *loop, struct idn_timer *timer, size_t at) {
    loop->heap[at] = timer;
    timer->place = at;
}

static void sift(struct idn_loop *loop, struct idn_timer *timer, size_t at) {
    while (at > 1 && loop->heap[at / 2]->at > timer->at) {
        place(loop, loop->heap[at / 2], at);
        at /= 2;
    }
    for (size_t child; (child = 2 * at) <= loop->timers; at = child) {
        if (child < loop->timers && loop->heap[child + 1]->at < loop->heap[child]->at)
            child++;
        if (timer->at <= loop->heap[child]->at)
            break;
        place(loop, loop->heap[child], at);
    }
    place(loop, timer, at);
}

int idn_loop_set(struct idn_loop *loop, struct idn_timer *timer, double at) {
    if (!timer->place && loop->timers + 2 > loop->timer_room) {
        size_t room = loop->timer_room ? 2 * loop->timer_room : 16;
        struct idn_timer **grown = realloc(loop->heap, room * sizeof(struct idn_timer *));
        if (!grown)
            return 0;
        loop->heap = grown;
        loop->timer_room = room;
    }
    timer->at = at;
    sift(loop, timer, timer->place ? timer->place : ++loop->timers);
    return 1;
}

void idn_loop_unset(struct idn_loop *loop, struct idn_timer *timer) {
    size_t at = timer->place;
    if (!at)
        return;
    timer->place = 0;
    struct idn_timer *last = loop->heap[loop->timers--];
    if (last != timer)
        sift(loop, last, at);
}

struct idn_timer *idn_loop_first(const struct idn_loop *loop) {
    return loop->timers ? loop->heap[1] : NULL;
}
