/*
 * The trace of an evaluation: which lines ran, and what was read of facts and applicant.
 *
 * Kept outside of the Lua state, and by functions that are called whether it is wanted or not: a policy that is looked at
 * must find neither less memory nor fewer instructions than one that is not.
 */
#ifndef IDNGO_JAIL_TRACE_H
#define IDNGO_JAIL_TRACE_H

#include "jail/wire.h"

#include <lua.h>

enum {
    IDN_TRACE_LINES = 10000,   /* executed lines kept in order; after them, only lines not seen before */
    IDN_TRACE_KNOWN = 1 << 14, /* lines beyond this one are not told apart */
    IDN_TRACE_READS = 1000,    /* reads kept; of their paths and texts, so many bytes: */
    IDN_TRACE_TEXT = 256,
};

struct idn_trace {
    int wanted;
    int lines[IDN_TRACE_LINES + IDN_TRACE_KNOWN];
    int line_count;
    unsigned char seen[IDN_TRACE_KNOWN];
    struct idn_wire_out reads; /* so many maps */
    int read_count;
};

void idn_trace_reset(struct idn_trace *trace);

void idn_trace_line(struct idn_trace *trace, int line);

/*
 * A read at `line`: the value at the stack's index 3 under the key at 2 of the proxy at 1. Where that was read from, and under
 * which key, is in the tables at `origins` and `keys`; of one that was read from nothing, the key is its name.
 */
void idn_trace_read(struct idn_trace *trace, lua_State *L, int origins, int keys, int line);

/* Adds {lines, reads}. */
void idn_trace_write(const struct idn_trace *trace, struct idn_wire_out *out);

void idn_trace_free(struct idn_trace *trace);

#endif
