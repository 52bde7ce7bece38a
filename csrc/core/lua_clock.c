/*
 * What Lua lacks or has too coarse: clocks and chance.
 *
 *   core.now()    -> seconds on the monotonic clock, never set back, the same for every process of the host
 *   core.wall()   -> Unix seconds
 *   core.random() -> a number from 0 up to, not including, 1; differs between processes, unlike an unseeded
 *                    math.random
 */
#include "lua_core.h"

#include <openssl/rand.h>
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

static int random_number(lua_State *L) {
    uint32_t n = 0;
    if (RAND_bytes((unsigned char *)&n, sizeof n) != 1)
        return luaL_error(L, "libcrypto has no random bytes");
    lua_pushnumber(L, (lua_Number)n / 4294967296.0);
    return 1;
}

void idn_open_clock(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"now", now}, {"wall", wall}, {"random", random_number}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
