/*
 * Clocks for Lua, which has none finer than a second.
 *
 *   core.now()  -> seconds on the monotonic clock, never set back, the same for every process of the host
 *   core.wall() -> Unix seconds
 */
#include "lua_core.h"

#include <time.h>

static int push_clock(lua_State *L, clockid_t id) {
    struct timespec at;
    clock_gettime(id, &at);
    lua_pushnumber(L, (lua_Number)at.tv_sec + (lua_Number)at.tv_nsec / 1e9);
    return 1;
}

static int now(lua_State *L) {
    return push_clock(L, CLOCK_MONOTONIC);
}

static int wall(lua_State *L) {
    return push_clock(L, CLOCK_REALTIME);
}

void idn_open_clock(lua_State *L) {
    static const luaL_Reg functions[] = {{"now", now}, {"wall", wall}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
