/*
 * What lua-cjson leaves undone, so that users see the same whichever of its forks is installed.
 *
 *   core.json_check(text) -> text, members | nil, message
 *       The text to decode: the same, or with whole numbers beyond 2^53 turned into strings of their digits.
 *   core.json_tidy(value, null) -> members
 *       Changes a decoded value in place: members and elements equal to `null` go (arrays close up), whole
 *       numbers become integers where Lua has them. Returns how many members it saw, nulls included: fewer
 *       than json_check counted means that a name came twice.
 */
#include "json.h"
#include "lua_core.h"

#include <math.h>

static int json_check(lua_State *L) {
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    struct idn_json found = idn_json_check(text, len);
    if (found.wrong) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s at byte %d", found.wrong, (int)found.at + 1);
        return 2;
    }
    if (found.large) {
        char *copy = lua_newuserdata(L, len + 2 * found.large);
        idn_json_quote_large(text, len, copy);
        lua_pushlstring(L, copy, len + 2 * found.large);
    } else {
        lua_settop(L, 1);
    }
    idn_pushint(L, (int64_t)found.members);
    return 2;
}

/* 1 when the number on top is better kept as an integer, which then replaces it. */
static int make_integer(lua_State *L) {
#if LUA_VERSION_NUM >= 503
    if (lua_isinteger(L, -1))
        return 0;
    lua_Number n = lua_tonumber(L, -1);
    if (!(n >= -9007199254740992.0 && n <= 9007199254740992.0) || floor(n) != n)
        return 0;
    lua_pop(L, 1);
    lua_pushinteger(L, (lua_Integer)n);
    return 1;
#else
    (void)L;
    return 0;
#endif
}

/* Tidies the table on top; `null` is at index 2. */
static size_t tidy_table(lua_State *L) {
    size_t members = 0, length = lua_rawlen(L, -1), kept = 0;
    luaL_checkstack(L, 6, "nested too deeply");
    for (size_t i = 1; i <= length; i++) {
        lua_rawgeti(L, -1, (int)i);
        if (lua_rawequal(L, -1, 2)) {
            lua_pop(L, 1);
            continue;
        }
        int changed = ++kept != i;
        if (lua_type(L, -1) == LUA_TTABLE)
            members += tidy_table(L);
        else if (lua_type(L, -1) == LUA_TNUMBER)
            changed |= make_integer(L);
        if (changed)
            lua_rawseti(L, -2, (int)kept);
        else
            lua_pop(L, 1);
    }
    for (size_t i = length; i > kept; i--) {
        lua_pushnil(L);
        lua_rawseti(L, -2, (int)i);
    }
    if (length > 0)
        return members;
    lua_pushnil(L);
    while (lua_next(L, -2)) { /* only fields that exist are assigned: the traversal stays valid */
        members++;
        int changed = 0;
        if (lua_rawequal(L, -1, 2)) {
            lua_pop(L, 1);
            lua_pushnil(L);
            changed = 1;
        } else if (lua_type(L, -1) == LUA_TTABLE) {
            members += tidy_table(L);
        } else if (lua_type(L, -1) == LUA_TNUMBER) {
            changed = make_integer(L);
        }
        if (changed) {
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, -4);
        } else {
            lua_pop(L, 1);
        }
    }
    return members;
}

static int json_tidy(lua_State *L) {
    lua_settop(L, 2);
    lua_pushvalue(L, 1);
    idn_pushint(L, lua_istable(L, 1) ? (int64_t)tidy_table(L) : 0);
    return 1;
}

void idn_open_json(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"json_check", json_check}, {"json_tidy", json_tidy}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
