/* Memory, work, time and facts, watched from inside; see guard.h. */
#include "jail/guard.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

const char idn_guard_describe = 0;

static int64_t now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

void idn_guard_reset(struct idn_guard *guard, unsigned long milliseconds) {
    guard->used = 0;
    guard->starved = 0;
    guard->instructions = IDN_GUARD_INSTRUCTIONS;
    guard->deadline = now() + (int64_t)milliseconds * 1000000;
    guard->stop = IDN_GO_ON;
    guard->line = 0;
    guard->fact[0] = 0;
    guard->source = NULL;
    idn_trace_reset(&guard->trace);
}

static void *allocate(void *owner, void *block, size_t old, size_t size) {
    struct idn_guard *guard = owner;
    if (!block)
        old = 0; /* then it tells the kind of object */
    if (size == 0) {
        free(block);
        guard->used -= old;
        return NULL;
    }
    if (size > old && size - old > guard->memory - guard->used)
        return NULL;
    void *moved = realloc(block, size);
    if (moved)
        guard->used = guard->used - old + size;
    else
        guard->starved = 1;
    return moved;
}

static struct idn_guard *guard_of(lua_State *L) {
    void *owner;
    lua_getallocf(L, &owner);
    return owner;
}

lua_State *idn_guard_state(struct idn_guard *guard) {
    return lua_newstate(allocate, guard);
}

/* The line the policy is at, or 0. */
static int policy_line(lua_State *L) {
    struct idn_guard *guard = guard_of(L);
    lua_Debug at;
    for (int level = 0; guard->source && lua_getstack(L, level, &at); level++) {
        lua_getinfo(L, "Sl", &at);
        if (at.source == guard->source)
            return at.currentline;
    }
    return 0;
}

static void on_event(lua_State *L, lua_Debug *event);

/* Raises what nothing in the policy catches. The first reason stays. */
static int stop(lua_State *L, enum idn_stop reason) {
    struct idn_guard *guard = guard_of(L);
    if (guard->stop == IDN_GO_ON) {
        guard->line = policy_line(L);
        guard->stop = reason;
    }
    lua_sethook(L, on_event, LUA_MASKCOUNT, 1);
    lua_pushnil(L);
    return lua_error(L);
}

enum { EVERY = 1000 }; /* instructions between two looks */

static void on_event(lua_State *L, lua_Debug *event) {
    struct idn_guard *guard = guard_of(L);
    if (event->event == LUA_HOOKLINE) {
        lua_getinfo(L, "S", event);
        if (event->source == guard->source)
            idn_trace_line(&guard->trace, event->currentline);
        return;
    }
    guard->instructions -= EVERY;
    if (guard->stop != IDN_GO_ON || guard->instructions <= 0)
        stop(L, IDN_STOP_INSTRUCTIONS);
    if (now() >= guard->deadline)
        stop(L, IDN_STOP_TIME);
}

void idn_guard_watch(lua_State *L) {
    lua_sethook(L, on_event, LUA_MASKCOUNT | (guard_of(L)->trace.wanted ? LUA_MASKLINE : 0), EVERY);
}

/* Whether `text`, which is `len` long, ends with `end`. */
static int ends_with(const char *text, size_t len, const char *end) {
    size_t n = strlen(end);
    return len >= n && memcmp(text + len - n, end, n) == 0;
}

enum idn_stop idn_guard_exhausted(lua_State *L, int status) {
    size_t len;
    if (status == LUA_ERRMEM)
        return IDN_STOP_MEMORY;
    if (status == LUA_ERRERR) /* an error while one was handled, at the end of the stack */
        return IDN_STOP_STACK;
    if (lua_type(L, -1) != LUA_TSTRING)
        return IDN_GO_ON;
    const char *text = lua_tolstring(L, -1, &len);
    if (strcmp(text, "not enough memory") == 0) /* of string buffers */
        return IDN_STOP_MEMORY;
    if (ends_with(text, len, "stack overflow") || ends_with(text, len, "too many results to unpack") ||
        (ends_with(text, len, ")") && memmem(text, len, "stack overflow (", 16)))
        return IDN_STOP_STACK;
    return IDN_GO_ON;
}

/* Stops when the error on top, of that status, is not for the policy to know of. */
static void keep_from_policy(lua_State *L, int status) {
    struct idn_guard *guard = guard_of(L);
    enum idn_stop reason = guard->stop != IDN_GO_ON ? guard->stop : idn_guard_exhausted(L, status);
    if (reason != IDN_GO_ON)
        stop(L, reason);
}

/* What a protected call returns to the policy: false and the error, unless everything is to stop. */
static int finish_call(lua_State *L, int status) {
    if (status != LUA_OK || guard_of(L)->stop != IDN_GO_ON)
        keep_from_policy(L, status);
    if (status == LUA_OK)
        return lua_gettop(L);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

static int guarded_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    return finish_call(L, lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0));
}

/* The policy's message handler, but not for what nothing may catch: from a hook it would run unwatched. */
static int handle_message(lua_State *L) {
    struct idn_guard *guard = guard_of(L);
    lua_settop(L, 1);
    if (guard->stop == IDN_GO_ON && idn_guard_exhausted(L, LUA_ERRRUN) != IDN_GO_ON)
        return 1; /* the call that is ended by it stops */
    if (guard->stop != IDN_GO_ON)
        return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static int guarded_xpcall(lua_State *L) {
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, handle_message, 1);
    lua_pushvalue(L, 1);
    lua_replace(L, 2);
    lua_replace(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 2); /* handler, true, function, arguments */
    int status = lua_pcall(L, lua_gettop(L) - 3, LUA_MULTRET, 1);
    return finish_call(L, status) - (status == LUA_OK);
}

static int need(lua_State *L) {
    struct idn_guard *guard = guard_of(L);
    if (guard->stop == IDN_GO_ON) {
        strncpy(guard->fact, luaL_checkstring(L, 1), sizeof guard->fact - 1);
        guard->fact[sizeof guard->fact - 1] = 0;
    }
    return stop(L, IDN_STOP_NEED);
}

/* Raises "chunk:line: message" with the policy's line. */
static int fail(lua_State *L) {
    const char *message = luaL_checkstring(L, 1);
    int line = policy_line(L);
    const char *source = guard_of(L)->source;
    if (line <= 0)
        return lua_settop(L, 1), lua_error(L);
    lua_pushfstring(L, "%s:%d: %s", source + (*source == '@'), line, message);
    return lua_error(L);
}

/* note(proxy, key, value), of something that was read. */
static int note(lua_State *L) {
    struct idn_guard *guard = guard_of(L);
    if (guard->trace.wanted)
        idn_trace_read(&guard->trace, L, lua_upvalueindex(1), lua_upvalueindex(2), policy_line(L));
    return 0;
}

/* The function `note`, for proxies that were read from others as these two tables say. */
static int noter(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_pushcclosure(L, note, 2);
    return 1;
}

static int line(lua_State *L) {
    lua_pushinteger(L, policy_line(L));
    return 1;
}

static int call(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int caller(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_pushcclosure(L, call, 1);
    return 1;
}

static int set_metatable(lua_State *L) {
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

void idn_guard_push_host(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"pcall", guarded_pcall},
        {"xpcall", guarded_xpcall},
        {"need", need},
        {"fail", fail},
        {"line", line},
        {"noter", noter},
        {"caller", caller},
        {"setmetatable", set_metatable},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
}

int idn_guard_message(lua_State *L) {
    struct idn_guard *guard = guard_of(L);
    lua_settop(L, 1);
    if (guard->stop != IDN_GO_ON)
        return 1;
    guard->line = policy_line(L);
    if (lua_type(L, 1) == LUA_TSTRING)
        return 1;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &idn_guard_describe);
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}
