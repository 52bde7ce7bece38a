/* Lua values to and from the wire; used at both ends. */
#ifndef IDNGO_JAIL_LUA_WIRE_H
#define IDNGO_JAIL_LUA_WIRE_H

#include "compat.h"
#include "jail/wire.h"

/*
 * Pushes the value in `bytes`; 0, and nothing pushed, when they are not one sound value. May raise
 * Lua's memory error.
 */
int idn_wire_push(lua_State *L, const char *bytes, size_t len);

/*
 * Adds the value at `index`. Tables are read raw; keys 1 … n alone make a list, else a map with its
 * keys in order, so that equal values give equal bytes. NULL, or why the value cannot be sent;
 * "too long" and no memory show in `out` only. May raise Lua's memory error; `out` stays its
 * owner's.
 */
const char *idn_wire_value(lua_State *L, int index, struct idn_wire_out *out);

#endif
