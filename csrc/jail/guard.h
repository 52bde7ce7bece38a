/*
 * What watches over one evaluation from inside: memory, time, and the fact that is missing. Once it
 * says stop, nothing in the policy catches that.
 *
 * The inside can be got around, by library functions that loop in C; then the host's SIGKILL ends the
 * process, with a poorer message. It has no coroutines to watch: policies have none.
 */
#ifndef IDNGO_JAIL_GUARD_H
#define IDNGO_JAIL_GUARD_H

#include <lauxlib.h>
#include <lua.h>
#include <stdint.h>

enum idn_stop { IDN_GO_ON, IDN_STOP_TIME, IDN_STOP_MEMORY, IDN_STOP_NEED };

enum {
    IDN_TRACE_LINES =
        10000, /* executed lines kept in order; after them, only lines not seen before */
    IDN_TRACE_KNOWN = 1 << 14, /* lines beyond this one are not told apart */
};

struct idn_guard {
    size_t memory, used; /* bytes a state may hold, and holds */
    int64_t deadline;    /* nanoseconds on the monotonic clock */
    enum idn_stop stop;
    int line;           /* of the policy, where it was stopped or failed; 0 is unknown */
    char fact[64];      /* the one needed */
    const char *source; /* the policy's chunk name, by its address in this state */
    int traced;         /* set before idn_guard_watch */
    int lines[IDN_TRACE_LINES + IDN_TRACE_KNOWN];
    int line_count;
    unsigned char seen[IDN_TRACE_KNOWN];
};

/* Sets up for one evaluation. */
void idn_guard_reset(struct idn_guard *guard, unsigned long milliseconds);

/* A state bounded by the guard, or NULL. The guard outlives it. */
lua_State *idn_guard_state(struct idn_guard *guard);

/* From here on the hook watches the time, and the lines if they are traced. */
void idn_guard_watch(lua_State *L);

/* Pushes the table of functions that prelude.lua calls `host`. */
void idn_guard_push_host(lua_State *L);

/* The message handler of the evaluation: makes a string of any error, calling idn_guard_describe's function. */
int idn_guard_message(lua_State *L);

/* Whether the error on top, of that status, means that memory has run out. */
int idn_guard_is_memory(lua_State *L, int status);

/* Key in the registry: the function that makes strings of error objects, without addresses. */
extern const char idn_guard_describe;

#endif
