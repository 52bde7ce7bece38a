/*
 * What watches over one evaluation from inside: memory, the stack, instructions, time, and the fact that is missing. Once
 * it says stop, nothing in the policy catches that.
 *
 * How much memory or stack is left differs a little from process to process, so an error that shows it is never the
 * policy's to decide by. Work is counted in instructions, which is the same everywhere. Time is only the last resort: what
 * it ends was not decided, and is tried again.
 *
 * The inside can be got around, by library functions that loop in C; then the host's SIGKILL ends the
 * process, with a poorer message. It has no coroutines to watch: policies have none.
 */
#ifndef IDNGO_JAIL_GUARD_H
#define IDNGO_JAIL_GUARD_H

#include "jail/trace.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdint.h>

enum idn_stop {
    IDN_GO_ON,
    IDN_STOP_TIME,
    IDN_STOP_INSTRUCTIONS,
    IDN_STOP_MEMORY,
    IDN_STOP_STACK,
    IDN_STOP_NEED
};

#define IDN_GUARD_INSTRUCTIONS 50000000L /* of Lua's machine, that an evaluation may take */

struct idn_guard {
    size_t memory, used; /* bytes a state may hold, and holds */
    int starved;         /* the system had no memory although the state might have held more */
    long instructions;   /* that are left */
    int64_t deadline;    /* nanoseconds on the monotonic clock */
    enum idn_stop stop;
    int line;           /* of the policy, where it was stopped or failed; 0 is unknown */
    char fact[64];      /* the one needed */
    const char *source; /* the policy's chunk name, by its address in this state */
    struct idn_trace trace;
};

/* Sets up for one evaluation. */
void idn_guard_reset(struct idn_guard *guard, unsigned long milliseconds);

/* A state bounded by the guard, or NULL. The guard outlives it. */
lua_State *idn_guard_state(struct idn_guard *guard);

/* From here on the hook counts instructions, watches the time, and the lines if a trace is wanted. */
void idn_guard_watch(lua_State *L);

/* Pushes the table of functions that prelude.lua calls `host`. */
void idn_guard_push_host(lua_State *L);

/* The message handler of the evaluation: makes a string of any error, calling idn_guard_describe's function. */
int idn_guard_message(lua_State *L);

/* What the error on top, of that status, tells has run out: IDN_STOP_MEMORY, IDN_STOP_STACK, or IDN_GO_ON for nothing. */
enum idn_stop idn_guard_exhausted(lua_State *L, int status);

/* Key in the registry: the function that makes strings of error objects, without addresses. */
extern const char idn_guard_describe;

#endif
