/*
 * What differs between Lua 5.1, LuaJIT and 5.4, once. Only this file knows.
 */
#ifndef IDNGO_COMPAT_H
#define IDNGO_COMPAT_H

#include <lauxlib.h>
#include <lua.h>
#include <stdint.h>

/* The one symbol a module shows; everything else is built with hidden visibility. */
#define IDN_EXPORT __attribute__((visibility("default")))

#if LUA_VERSION_NUM < 502

#define lua_rawlen(L, index) lua_objlen(L, index)
#define idn_setfuncs(L, funcs) luaL_register(L, NULL, funcs)

#else

#define idn_setfuncs(L, funcs) luaL_setfuncs(L, funcs, 0)

#endif

/* Pushes a whole number: an integer where Lua has them, else a number. */
static inline void idn_pushint(lua_State *L, int64_t n) {
#if LUA_VERSION_NUM >= 503
    lua_pushinteger(L, (lua_Integer)n);
#else
    lua_pushnumber(L, (lua_Number)n);
#endif
}

/* 1 and the value when the value at `index` is a whole number (strings do not count), else 0. */
static inline int idn_toint(lua_State *L, int index, int64_t *out) {
    if (lua_type(L, index) != LUA_TNUMBER)
        return 0;
#if LUA_VERSION_NUM >= 503
    int ok;
    lua_Integer n = lua_tointegerx(L, index, &ok);
    *out = (int64_t)n;
    return ok;
#else
    lua_Number n = lua_tonumber(L, index);
    if (!(n >= -9007199254740992.0 && n <= 9007199254740992.0) || (lua_Number)(int64_t)n != n)
        return 0;
    *out = (int64_t)n;
    return 1;
#endif
}

/* Whether Lua keeps the value at `index` as an integer; true for every number where Lua has no integers. */
static inline int idn_isint(lua_State *L, int index) {
#if LUA_VERSION_NUM >= 503
    return lua_isinteger(L, index);
#else
    return lua_type(L, index) == LUA_TNUMBER;
#endif
}

/* The whole number at `index`, or an argument error. */
static inline int64_t idn_checkint(lua_State *L, int index) {
    int64_t n = 0;
    if (!idn_toint(L, index, &n))
        luaL_argerror(L, index, "whole number expected");
    return n;
}

/*
 * Registers a metatable `name` holding `methods` (also as __index) once per state. Each method has the metatable as
 * its upvalue, for idn_self. `methods` lists __gc and, where Lua has it, __close as the same function as close.
 */
static inline void idn_newclass(lua_State *L, const char *name, const luaL_Reg *methods) {
    if (luaL_newmetatable(L, name)) {
        for (; methods->name; methods++) {
            lua_pushvalue(L, -1);
            lua_pushcclosure(L, methods->func, 1);
            lua_setfield(L, -2, methods->name);
        }
        lua_pushvalue(L, -1);
        lua_setfield(L, -2, "__index");
        lua_pushliteral(L, "idngo: private");
        lua_setfield(L, -2, "__metatable");
    }
    lua_pop(L, 1);
}

/* The object that a method of the class `name` was called on, or an argument error; faster than luaL_checkudata. */
static inline void *idn_self(lua_State *L, const char *name) {
    void *self = lua_touserdata(L, 1);
    if (self && lua_getmetatable(L, 1)) {
        int is_ours = lua_rawequal(L, -1, lua_upvalueindex(1));
        lua_pop(L, 1);
        if (is_ours)
            return self;
    }
    return luaL_checkudata(L, 1, name);
}

#endif
