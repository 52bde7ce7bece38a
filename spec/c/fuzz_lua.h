/*
 * A Lua state for fuzzers that reach the code through Lua: our modules are linked in, so that they are the instrumented
 * ones, our Lua files come from the source tree, and what they need beside (lua-cjson) from where the system has it.
 */
#ifndef IDNGO_FUZZ_LUA_H
#define IDNGO_FUZZ_LUA_H

#include "fuzz.h"

#include <lauxlib.h>
#include <lualib.h>

int luaopen_idngo_core(lua_State *L);
int luaopen_idngo_journal(lua_State *L);

/* Ends the program with what the call on top of the stack says. */
static inline void fuzz_call(lua_State *L, int arguments, int results) {
    if (lua_pcall(L, arguments, results, 0) != LUA_OK) {
        fprintf(stderr, "Lua: %s\n", lua_tostring(L, -1));
        abort();
    }
}

/* A state with what `chunk` returns on its stack. */
static inline lua_State *fuzz_state(const char *chunk) {
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, luaopen_idngo_core);
    lua_setfield(L, -2, "idngo.core");
    lua_pushcfunction(L, luaopen_idngo_journal);
    lua_setfield(L, -2, "idngo.journal");
    lua_getglobal(L, "package");
    lua_pushliteral(L, IDNGO_LUA_DIR "/?.lua;" IDNGO_LUA_DIR "/?/init.lua");
    lua_setfield(L, -2, "path");
    lua_settop(L, 0);
    if (luaL_loadstring(L, chunk) != LUA_OK) {
        fprintf(stderr, "Lua: %s\n", lua_tostring(L, -1));
        abort();
    }
    fuzz_call(L, 0, 1);
    return L;
}

#endif
