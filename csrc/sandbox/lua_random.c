/*
 * Numbers that look like chance and follow from what is hashed alone (splitmix64). In C because it takes integers of 64
 * bits, which not every Lua has.
 *
 *   host.hash(seed, index, salt) -> 16 hex digits
 *   host.one_of(n, seed, index, salt) -> a whole number in 1..n
 */
#include "lua_host.h"

#include <inttypes.h>
#include <stdio.h>

static const uint64_t GOLDEN = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* The hash of the three whole numbers from `index` on. */
static uint64_t hash_at(lua_State *L, int index) {
    uint64_t seed = (uint64_t)idn_checkint(L, index), thing = (uint64_t)idn_checkint(L, index + 1),
             salt = (uint64_t)idn_checkint(L, index + 2);
    return mix(mix(mix(seed + GOLDEN) + thing) + salt * GOLDEN);
}

static int hash(lua_State *L) {
    char digits[17];
    snprintf(digits, sizeof digits, "%016" PRIx64, hash_at(L, 1));
    lua_pushlstring(L, digits, 16);
    return 1;
}

static int one_of(lua_State *L) {
    int64_t n = idn_checkint(L, 1);
    if (n <= 0)
        return luaL_argerror(L, 1, "number above 0 expected");
    idn_pushint(L, (int64_t)((hash_at(L, 2) >> 1) % (uint64_t)n) + 1);
    return 1;
}

void idn_open_random(lua_State *L) {
    static const luaL_Reg functions[] = {{"hash", hash}, {"one_of", one_of}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
