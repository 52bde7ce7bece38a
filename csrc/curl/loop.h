/*
 * What the calls of one Lua state wait for: descriptors, by epoll, and times, by a heap. No Lua here.
 *
 * Nothing is called back: the owner who turns the loop is told which descriptor or which time came.
 */
#ifndef IDNGO_LOOP_H
#define IDNGO_LOOP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

/* A moment that somebody waits for. Zeroed at first; `place` is the loop's. */
struct idn_timer {
    int kind;  /* the owner's: what it is a part of */
    double at; /* by idn_clock */
    size_t place; /* in the heap, from 1; 0: it is not set */
};

/* Whose descriptor it is. */
enum idn_owner { IDN_OWNER_STREAM, IDN_OWNER_GUEST }; /* a guest waits for a descriptor that is not ours to close */
struct idn_watch {
    void *owner; /* NULL: nobody's */
    uint32_t events; /* that are waited for */
    enum idn_owner kind;
};

enum {
    IDN_LOOP_BATCH = 64
};

struct idn_loop {
    int epoll; /* -1: not open */
    struct epoll_event batch[IDN_LOOP_BATCH]; /* that the system told and nobody was told yet: */
    int batch_at, batch_count;
    struct idn_watch *watches; /* by descriptor */
    size_t watch_room;
    struct idn_timer **heap; /* from 1; the earliest first */
    size_t timers, timer_room;
};

/* 0 when the system has no more descriptors. */
int idn_loop_open(struct idn_loop *loop);
void idn_loop_close(struct idn_loop *loop);

/* Waits for `events` of a descriptor on behalf of `owner` from now on; 0: for none. 0 when out of memory. */
int idn_loop_watch(struct idn_loop *loop, int fd, void *owner, uint32_t events);

/* The same for a guest. 0, and errno says why, also when the system cannot wait for such a descriptor. */
int idn_loop_host(struct idn_loop *loop, int fd, void *guest, uint32_t events);

/* Whose descriptor it is, when it is of this kind. */
void *idn_loop_owner(const struct idn_loop *loop, int fd, enum idn_owner kind);

/* Sets or moves a timer; 0 when out of memory. */
int idn_loop_set(struct idn_loop *loop, struct idn_timer *timer, double at);
void idn_loop_unset(struct idn_loop *loop, struct idn_timer *timer);

/* The earliest timer, or NULL. */
struct idn_timer *idn_loop_first(const struct idn_loop *loop);

/*
 * Waits until `until` at the latest, by idn_clock, for a descriptor: 1 with it, its owner and its events; 0 when the time
 * came; -1 when a signal did.
 */
struct idn_ready {
    int fd;
    void *owner;
    uint32_t events;
    enum idn_owner kind;
};
int idn_loop_wait(struct idn_loop *loop, double until, struct idn_ready *ready);

/* The next that the system reported at the same time, without waiting; 0 when there is none. */
int idn_loop_next(struct idn_loop *loop, struct idn_ready *ready);

/* In a process that was forked: the descriptors are the parent's, and those of ours are closed. The loop is closed, too. */
void idn_loop_leave(struct idn_loop *loop);

#endif
