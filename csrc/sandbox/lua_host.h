/* What the files of idngo.sandbox_host that know Lua share. */
#ifndef IDNGO_LUA_HOST_H
#define IDNGO_LUA_HOST_H

#include "compat.h"

/* Each adds its functions to the module table on top of the stack. */
void idn_open_random(lua_State *L);
void idn_open_spawn(lua_State *L);

int luaopen_idngo_sandbox_host(lua_State *L);

#endif
