/* What an evaluation did; see trace.h. Lua's memory is only looked at. */
#include "jail/trace.h"

#include <stdio.h>
#include <string.h>

enum { REPLY_BYTES = IDN_TRACE_READS * (2 * IDN_TRACE_TEXT + 64), DEEPEST = IDN_WIRE_DEPTH + 4 };

void idn_trace_reset(struct idn_trace *trace) {
    trace->wanted = 0;
    trace->line_count = 0;
    memset(trace->seen, 0, sizeof trace->seen);
    idn_wire_begin(&trace->reads, REPLY_BYTES);
    trace->read_count = 0;
}

void idn_trace_line(struct idn_trace *trace, int line) {
    int known = line < IDN_TRACE_KNOWN ? line : IDN_TRACE_KNOWN - 1;
    if (trace->line_count < IDN_TRACE_LINES || !trace->seen[known])
        trace->lines[trace->line_count++] = line;
    trace->seen[known] = 1;
}

/* A path as it grows, cut where it is full. */
struct path {
    char text[IDN_TRACE_TEXT];
    size_t len;
};

static void add(struct path *path, const char *bytes, size_t len) {
    size_t room = sizeof path->text - path->len;
    if (len > room)
        len = room;
    memcpy(path->text + path->len, bytes, len);
    path->len += len;
}

/* One step of a path, as it lies in Lua's memory. */
struct step {
    const char *name; /* NULL: a number */
    size_t len;
    int whole;
    lua_Integer integer;
    lua_Number number;
};

static struct step step_at(lua_State *L, int index) {
    struct step step = {NULL, 0, lua_isinteger(L, index), 0, 0};
    if (lua_type(L, index) == LUA_TSTRING)
        step.name = lua_tolstring(L, index, &step.len);
    else if (step.whole)
        step.integer = lua_tointeger(L, index);
    else
        step.number = lua_tonumber(L, index);
    return step;
}

static void add_step(struct path *path, const struct step *step) {
    char text[48];
    if (step->name) {
        add(path, ".", path->len > 0);
        add(path, step->name, step->len);
        return;
    }
    int len = step->whole ? snprintf(text, sizeof text, "[%lld]", (long long)step->integer)
                          : snprintf(text, sizeof text, "[%.14g]", step->number);
    add(path, text, (size_t)len);
}

/* From the name of the whole to the key that was read. Facts are no deeper than the wire lets them be. */
static void find_path(lua_State *L, int origins, int keys, struct path *path) {
    struct step steps[DEEPEST];
    int count = 0;
    steps[count++] = step_at(L, 2);
    lua_pushvalue(L, 1);
    while (count < DEEPEST && lua_type(L, -1) == LUA_TTABLE) {
        lua_pushvalue(L, -1);
        lua_rawget(L, keys);
        steps[count++] = step_at(L, -1);
        lua_pop(L, 1);
        lua_rawget(L, origins);
    }
    lua_pop(L, 1);
    while (count > 0)
        add_step(path, &steps[--count]);
}

static void add_value(lua_State *L, struct idn_wire_out *out) {
    size_t len;
    switch (lua_type(L, 3)) {
    case LUA_TBOOLEAN:
        idn_wire_boolean(out, lua_toboolean(L, 3));
        return;
    case LUA_TNUMBER:
        if (lua_isinteger(L, 3))
            idn_wire_integer(out, lua_tointeger(L, 3));
        else
            idn_wire_double(out, lua_tonumber(L, 3));
        return;
    default: {
        const char *text = lua_tolstring(L, 3, &len);
        idn_wire_string(out, text, len < IDN_TRACE_TEXT ? len : IDN_TRACE_TEXT);
    }
    }
}

void idn_trace_read(struct idn_trace *trace, lua_State *L, int origins, int keys, int line) {
    struct path path = {{0}, 0};
    int has_value = !lua_isnoneornil(L, 3);
    if (!trace->wanted || trace->read_count == IDN_TRACE_READS)
        return;
    trace->read_count++;
    find_path(L, origins, keys, &path);
    idn_wire_map(&trace->reads, has_value ? 3 : 2);
    idn_wire_string(&trace->reads, "path", 4);
    idn_wire_string(&trace->reads, path.text, path.len);
    idn_wire_string(&trace->reads, "line", 4);
    idn_wire_integer(&trace->reads, line);
    if (has_value) {
        idn_wire_string(&trace->reads, "value", 5);
        add_value(L, &trace->reads);
    }
}

void idn_trace_write(const struct idn_trace *trace, struct idn_wire_out *out) {
    idn_wire_map(out, 2);
    idn_wire_string(out, "lines", 5);
    idn_wire_list(out, (size_t)trace->line_count);
    for (int i = 0; i < trace->line_count; i++)
        idn_wire_integer(out, trace->lines[i]);
    idn_wire_string(out, "reads", 5);
    idn_wire_list(out, (size_t)trace->read_count);
    idn_wire_raw(out, trace->reads.bytes + IDN_WIRE_HEAD, trace->reads.len - IDN_WIRE_HEAD);
    if (trace->reads.failed)
        out->failed = trace->reads.failed;
}

void idn_trace_free(struct idn_trace *trace) {
    idn_wire_free(&trace->reads);
}
