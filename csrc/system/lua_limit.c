/*
 * The rate limiter for Lua. Times are seconds. Nothing here waits: who is told to, sleeps as its host does.
 *
 *   core.limiter(key, directory | nil, late | nil) -> limiter | nil, message
 *       key: names the account, 1 to 120 of A-Z a-z 0-9 _ -; the same key and directory share their slots
 *       late: how long after its last byte left a request that was broken off may still be counted; default: as long
 *       as its lease
 *   limiter:lane(name, slots, window) -> lane
 *       lane: a whole number; slots 1 to 1024; window 0: until answered
 *   limiter:acquire({lane, …}, lease, ticket | nil)
 *       -> grant                                          send now; be done with it within `lease`
 *       | nil, wait, ticket, lane_name, expected          ask again after `wait` with that ticket, which keeps the
 *                                                         place in the queue; expected: how long it takes in all
 *       | nil, message                                    the file cannot be used: do not send
 *   limiter:release(grant, "answered" | "not_sent" | "lost", at | nil)
 *       at: core.now() when the response arrived, or the last byte of a lost request left; default: now. Only the
 *       first release of a grant counts.
 *   limiter:extend(grant, seconds)
 *       -> true                                           its lease ends that much later than now, at least
 *       | false                                           not just now: ask again, before the lease ends that it has
 *       | nil                                             its slot may be another's: be done with it before that lease ends
 *   limiter:cancel_wait(ticket)                           a waiter gives up
 *   limiter:close_lane(lane, seconds)                     after a 429
 *   limiter:snapshot() -> {{name, slots, window, used, waiting, closed_for, gap, widened}, …} | nil, message
 *       every lane of the account that any process has used
 *   limiter:close()                                       grants not yet released count as lost
 *   core.most_lanes -> how many lanes an account may have
 *   core.limits_directory() -> path                       the default one, of the user that the process acts as now
 */
#include "limit_file.h"
#include "core/lua_core.h"

#define LIMITER "idngo.limiter"

static struct idn_limiter *check_limiter(lua_State *L) {
    struct idn_limiter *limiter = idn_self(L, LIMITER);
    if (!limiter->open)
        luaL_error(L, "limiter is closed");
    return limiter;
}

static int64_t check_time(lua_State *L, int index) {
    lua_Number seconds = luaL_checknumber(L, index);
    luaL_argcheck(L, seconds >= 0 && seconds <= 86400, index, "0 to 86400 seconds expected");
    return (int64_t)(seconds * 1e9);
}

static void push_time(lua_State *L, int64_t time) {
    lua_pushnumber(L, (lua_Number)time / 1e9);
}

static int check_lane(lua_State *L, const struct idn_limiter *limiter, int64_t lane, int arg) {
    luaL_argcheck(L, lane >= 1 && lane <= limiter->lane_count, arg, "no such lane");
    return (int)lane - 1;
}

static int limiter_new(lua_State *L) {
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t len;
    const char *key = luaL_checklstring(L, 1, &len);
    const char *directory = luaL_optstring(L, 2, NULL);
    int64_t late = lua_isnoneornil(L, 3) ? IDN_LIMIT_LONGEST : check_time(L, 3);
    luaL_argcheck(L, len >= 1 && len <= 120 && strspn(key, allowed) == len, 1, "not a key");
    luaL_argcheck(L, !directory || directory[0], 2, "the directory has no name");
    struct idn_limiter *limiter = lua_newuserdata(L, sizeof *limiter);
    limiter->open = false;
    luaL_getmetatable(L, LIMITER);
    lua_setmetatable(L, -2);
    if (!idn_limiter_open(limiter, directory, key)) {
        lua_pushnil(L);
        lua_pushstring(L, limiter->message);
        idn_limiter_close(limiter);
        return 2;
    }
    limiter->late = late > 0 ? late : 1; /* 0 is an answer */
    return 1;
}

static int limits_directory(lua_State *L) {
    char path[512];
    idn_limit_directory(path, sizeof path);
    lua_pushstring(L, path);
    return 1;
}

static int limiter_lane(lua_State *L) {
    struct idn_limiter *limiter = check_limiter(L);
    size_t len;
    const char *name = luaL_checklstring(L, 2, &len);
    int64_t slots = idn_checkint(L, 3);
    int64_t window = check_time(L, 4);
    luaL_argcheck(L, len >= 1 && len < IDN_LANE_NAME && strlen(name) == len, 2,
                  "1 to 31 bytes expected");
    luaL_argcheck(L, slots >= 1 && slots <= IDN_LANE_SLOTS, 3, "1 to 1024 slots expected");
    int lane = idn_limiter_lane(limiter, name, (int)slots, window);
    if (lane < 0)
        return luaL_error(L, "more than %d lanes", (int)IDN_LANES);
    idn_pushint(L, lane + 1);
    return 1;
}

static int limiter_acquire(lua_State *L) {
    struct idn_limiter *limiter = check_limiter(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    int64_t lease = check_time(L, 3), ticket = lua_isnoneornil(L, 4) ? 0 : idn_checkint(L, 4);
    size_t count = lua_rawlen(L, 2);
    luaL_argcheck(L, count >= 1 && count <= IDN_REQUEST_LANES, 2, "1 to 4 lanes expected");
    luaL_argcheck(L, lease > 0, 3, "a lease above 0 expected");
    luaL_argcheck(L, ticket >= 0, 4, "not a ticket");
    int lanes[IDN_REQUEST_LANES];
    for (size_t i = 0; i < count; i++) {
        int64_t lane = 0;
        lua_rawgeti(L, 2, (int)i + 1);
        idn_toint(L, -1, &lane);
        lanes[i] = check_lane(L, limiter, lane, 2);
        lua_pop(L, 1);
    }
    uint64_t place = (uint64_t)ticket, grant;
    struct idn_wait wait;
    switch (idn_limiter_acquire(limiter, lanes, (int)count, lease, &place, &grant, &wait)) {
    case IDN_GRANTED:
        idn_pushint(L, (int64_t)grant);
        return 1;
    case IDN_WAIT:
        lua_pushnil(L);
        push_time(L, wait.until - limiter->now);
        idn_pushint(L, (int64_t)place);
        lua_pushstring(L, wait.lane);
        push_time(L, wait.expected - limiter->now);
        return 5;
    default:
        lua_pushnil(L);
        lua_pushstring(L, limiter->message);
        return 2;
    }
}

static int limiter_release(lua_State *L) {
    static const char *const names[] = {"answered", "not_sent", "lost", NULL};
    static const enum idn_release hows[] = {IDN_ANSWERED, IDN_NOT_SENT, IDN_LOST};
    struct idn_limiter *limiter = check_limiter(L);
    int64_t grant = idn_checkint(L, 2), now = idn_limiter_clock();
    enum idn_release how = hows[luaL_checkoption(L, 3, NULL, names)];
    lua_Number at = luaL_optnumber(L, 4, (lua_Number)now / 1e9);
    /* Outside what can be, the limiter knows better: not before the request, not after now. */
    int64_t time = at >= 0 && at < (lua_Number)now / 1e9 ? (int64_t)(at * 1e9) + 1 : now;
    idn_limiter_release(limiter, (uint64_t)grant, how, time);
    return 0;
}

static int limiter_extend(lua_State *L) {
    struct idn_limiter *limiter = check_limiter(L);
    int64_t grant = idn_checkint(L, 2), lease = check_time(L, 3);
    enum idn_extension extended = idn_limiter_extend(limiter, (uint64_t)grant, lease);
    if (extended == IDN_GONE)
        lua_pushnil(L);
    else
        lua_pushboolean(L, extended == IDN_EXTENDED);
    return 1;
}

static int limiter_cancel_wait(lua_State *L) {
    struct idn_limiter *limiter = check_limiter(L);
    idn_limiter_cancel_wait(limiter, (uint64_t)idn_checkint(L, 2));
    return 0;
}

static int limiter_close_lane(lua_State *L) {
    struct idn_limiter *limiter = check_limiter(L);
    int lane = check_lane(L, limiter, idn_checkint(L, 2), 2);
    int64_t time = check_time(L, 3);
    idn_limiter_close_lane(limiter, lane, idn_limiter_clock() + time);
    return 0;
}

static void set_count(lua_State *L, const char *field, int n) {
    idn_pushint(L, n);
    lua_setfield(L, -2, field);
}

static void set_time(lua_State *L, const char *field, int64_t time) {
    push_time(L, time);
    lua_setfield(L, -2, field);
}

static int limiter_snapshot(lua_State *L) {
    struct idn_limiter *limiter = check_limiter(L);
    struct idn_lane_status lanes[IDN_LANES];
    int count = idn_limiter_status(limiter, lanes);
    if (count < 0) {
        lua_pushnil(L);
        lua_pushstring(L, limiter->message);
        return 2;
    }
    lua_newtable(L);
    for (int i = 0; i < count; i++) {
        lua_newtable(L);
        lua_pushstring(L, lanes[i].name);
        lua_setfield(L, -2, "name");
        set_count(L, "slots", lanes[i].slots);
        set_time(L, "window", lanes[i].window);
        set_count(L, "used", lanes[i].used);
        set_count(L, "waiting", lanes[i].waiting);
        set_time(L, "closed_for", lanes[i].closed);
        set_time(L, "gap", lanes[i].gap);
        set_time(L, "widened", lanes[i].widened);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static int limiter_close(lua_State *L) {
    idn_limiter_close(idn_self(L, LIMITER));
    return 0;
}

void idn_open_limit(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"lane", limiter_lane},
        {"acquire", limiter_acquire},
        {"release", limiter_release},
        {"extend", limiter_extend},
        {"cancel_wait", limiter_cancel_wait},
        {"close_lane", limiter_close_lane},
        {"snapshot", limiter_snapshot},
        {"close", limiter_close},
        {"__gc", limiter_close},
        {"__close", limiter_close},
        {NULL, NULL},
    };
    static const luaL_Reg functions[] = {
        {"limiter", limiter_new}, {"limits_directory", limits_directory}, {NULL, NULL}};
    idn_newclass(L, LIMITER, methods);
    idn_setfuncs(L, functions);
    idn_pushint(L, IDN_LANES);
    lua_setfield(L, -2, "most_lanes");
}
