/*
 * A call under way: its exchange, the Lua values that it needs, and what Lua gets when it ends. For lua_curl.c.
 */
#ifndef IDNGO_LUA_CALL_H
#define IDNGO_LUA_CALL_H

#include "../compat.h"
#include "exchange.h"

struct wire;

enum { TIMER_EXCHANGE = IDN_TIMER_OWN, TIMER_SLEEP, TIMER_WAIT };

/* An exchange, a sleep, or a wait for a descriptor, and the Lua values that it needs; registry references keep those alive. */
struct call {
    struct idn_timer timer; /* first: a timer is its call */
    struct idn_exchange exchange;
    struct wire *wire;
    int64_t id;
    struct idn_bytes strings; /* method, target and headers of a request that does not leave at once */
    struct idn_signer *signer; /* held, since the client may be closed before it leaves */
    double skew;
    int body_ref, read_ref, write_ref, renew_ref, before_ref, error_ref; /* error_ref: false until there is one */
    int is_hot, is_over, is_forked;
    int fd, wants, found; /* of a wait: see lua_wait.c */
    struct call *also;    /* another that waits for the same descriptor */
    struct call *next, *before; /* in the list of those under way; next also in that of those kept for reuse */
    struct call *queued;        /* in the list of those that ended, or that go on at once */
};

struct queue {
    struct call *first, **last;
};

struct wire {
    const void *signers, *routes; /* the metatables of their classes */
    struct idn_streams streams;
    lua_State *L; /* the caller's, only while bytes move */
    struct call *active, *idle;
    struct call *starting; /* of an add under way, or of one that threw; it is among the active */
    struct queue hot, ended; /* ended: not yet told to Lua */
    int idle_count, is_open;
    int is_asked; /* somebody said "later", and the step ends */
    int64_t last_id, count;
    int64_t replied;          /* the stream of the reply that Lua was given last, */
    struct idn_bytes replied_to; /* and the head of its request */
};

void idn_queue_push(struct queue *queue, struct call *call);
void idn_queue_take_out(struct queue *queue, struct call *call);

/* The call of an exchange. */
struct call *idn_call_of(struct idn_exchange *exchange);

/* A call that is under way from now on; NULL when out of memory. */
struct call *idn_call_take(struct wire *wire);

/* Takes the call out of the active list and keeps it for the next, or frees it; a stream that it still has is reset. */
void idn_call_drop(lua_State *L, struct wire *wire, struct call *call);
void idn_call_free(struct call *call);

/* What the table of the rarer settings adds to a request; the call is in use already. May throw. */
void idn_call_options(lua_State *L, int options, struct call *call);

/* Gives an exchange its signer. */
struct idn_signer *idn_call_sign(struct idn_exchange *exchange, int64_t *time);

/* Push four values, or the table of a failure: see lua_curl.c. */
void idn_call_push_reply(lua_State *L, const struct idn_exchange *x);
void idn_call_push_failure(lua_State *L, struct call *call);

/* wire:wait, of a wire that was checked; and curl.poll. */
int idn_wait_begin(lua_State *L, struct wire *wire);
int idn_wait_poll(lua_State *L);

/* The loop told something of a descriptor that calls wait for. */
void idn_wait_ready(struct wire *wire, const struct idn_ready *ready);

/* The wait is over, or given up. */
void idn_wait_end(struct wire *wire, struct call *call);

/* What came of it, as one value. */
void idn_wait_push(lua_State *L, const struct call *call);

#endif
