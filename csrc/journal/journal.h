/* What the files of idngo.journal share. */
#ifndef IDNGO_JOURNAL_H
#define IDNGO_JOURNAL_H

#include "../compat.h"

/* Each adds its functions to the module table on top of the stack. */
void idn_open_database(lua_State *L);
void idn_open_run_files(lua_State *L);

/* nil, "PATH: REASON", and a word for programs: "full", "busy", "exists", "missing" or "io". */
int idn_push_errno(lua_State *L, const char *path, int code);

int luaopen_idngo_journal(lua_State *L);

#endif
