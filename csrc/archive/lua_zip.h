/* What the files of idngo.zip share. */
#ifndef IDNGO_LUA_ZIP_H
#define IDNGO_LUA_ZIP_H

#include "compat.h"

/* Adds what lua_pack.c has to the table on top. */
void idn_open_pack(lua_State *L);

#endif
