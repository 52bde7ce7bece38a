/* What the files of idngo.zip share. */
#ifndef IDNGO_LUA_ZIP_H
#define IDNGO_LUA_ZIP_H

#include "compat.h"

/* Adds what lua_pack.c has to the table on top. */
void idn_open_pack(lua_State *L);

/* Pushes nil and a message. */
int idn_fail(lua_State *L, const char *why);

/* Opens a regular file to read, and its size; its descriptor, or -1 with the reason in `why`. */
int idn_open_regular(const char *path, uint64_t *size, const char **why);

#endif
