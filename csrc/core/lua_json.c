/*
 * What lua-cjson leaves undone, so that users see the same whichever of its forks is installed.
 *
 *   core.json_check(text) -> text, members | nil, message
 *       The text to decode: the same, or rewritten as idn_json_rewrite does.
 *   core.json_tidy(value, null, objects) -> members
 *       Changes a decoded value in place: members and elements equal to `null` go (lists close up), whole
 *       numbers become integers where Lua has them, marks go out of empty objects, which become keys of `objects`.
 *       Returns how many members it saw, nulls included: fewer than json_check counted means that a name came
 *       twice.
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
    if (found.large || found.empty) {
        size_t size = idn_json_rewritten(len, &found);
        char *copy = lua_newuserdata(L, size);
        idn_json_rewrite(text, len, copy);
        lua_pushlstring(L, copy, size);
    } else {
        lua_settop(L, 1);
    }
    idn_pushint(L, (int64_t)found.members);
    return 2;
}

/* Takes the mark out of the table on top, when it is the decoded form of an empty object. */
static int unmark(lua_State *L) {
    lua_pushlstring(L, "", 1);
    lua_rawget(L, -2);
    int marked = !lua_isnil(L, -1);
    lua_pop(L, 1);
    if (!marked)
        return 0;
    lua_pushlstring(L, "", 1);
    lua_pushnil(L);
    lua_rawset(L, -3);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, 3);
    return 1;
}

static size_t tidy_table(lua_State *L);

/* Tidies the value on top, which something may replace: 1 when it did. Null becomes nil; `null` is at index 2. */
static int tidy_value(lua_State *L, size_t *members) {
    switch (lua_type(L, -1)) {
    case LUA_TTABLE:
        *members += tidy_table(L);
        return 0;
    case LUA_TLIGHTUSERDATA:
        if (!lua_rawequal(L, -1, 2))
            return 0;
        lua_pop(L, 1);
        lua_pushnil(L);
        return 1;
#if LUA_VERSION_NUM >= 503
    case LUA_TNUMBER: {
        lua_Number n = lua_tonumber(L, -1);
        if (lua_isinteger(L, -1) || !(n >= -9007199254740992.0 && n <= 9007199254740992.0) ||
            floor(n) != n)
            return 0;
        lua_pop(L, 1);
        lua_pushinteger(L, (lua_Integer)n);
        return 1;
    }
#endif
    default:
        return 0;
    }
}

/* Tidies the table on top; `objects` is at index 3. */
static size_t tidy_table(lua_State *L) {
    size_t members = 0, length = lua_rawlen(L, -1), kept = 0;
    luaL_checkstack(L, 6, "nested too deeply");
    for (size_t i = 1; i <= length; i++) {
        lua_rawgeti(L, -1, (int)i);
        int changed = tidy_value(L, &members);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            continue;
        }
        if (++kept != i || changed)
            lua_rawseti(L, -2, (int)kept);
        else
            lua_pop(L, 1);
    }
    for (size_t i = length; i > kept; i--) {
        lua_pushnil(L);
        lua_rawseti(L, -2, (int)i);
    }
    if (length > 0 || unmark(L))
        return members;
    lua_pushnil(L);
    while (lua_next(L, -2)) { /* only fields that exist are assigned: the traversal stays valid */
        members++;
        if (tidy_value(L, &members)) {
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
    lua_settop(L, 3);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_pushvalue(L, 1);
    idn_pushint(L, lua_istable(L, 1) ? (int64_t)tidy_table(L) : 0);
    return 1;
}

void idn_open_json(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"json_check", json_check}, {"json_tidy", json_tidy}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
