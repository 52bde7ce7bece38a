/* Streams of bytes as Lua values: see lua_stream.c. */
#ifndef IDNGO_LUA_STREAM_H
#define IDNGO_LUA_STREAM_H

#include "../compat.h"

/* Registers the class. */
void idn_open_stream(lua_State *L);

/* curl.stream(route, seconds) */
int idn_new_stream(lua_State *L);

#endif
