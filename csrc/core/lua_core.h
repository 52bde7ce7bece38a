/* What the files of idngo.core that know Lua share. */
#ifndef IDNGO_LUA_CORE_H
#define IDNGO_LUA_CORE_H

#include "../compat.h"

#include <string.h>

/* Each adds its functions to the module table on top of the stack. */
void idn_open_os(lua_State *L);
void idn_open_file(lua_State *L);
void idn_open_http(lua_State *L);
void idn_open_json(lua_State *L);
void idn_open_outcome(lua_State *L);
void idn_open_key(lua_State *L);
void idn_open_limit(lua_State *L);
void idn_open_operation(lua_State *L);
void idn_open_resp(lua_State *L);
void idn_open_schema(lua_State *L);
void idn_open_sign(lua_State *L);
void idn_open_spool(lua_State *L);
void idn_open_url(lua_State *L);

/* The open signer at `index`, or an error. */
struct idn_signer *idn_check_signer(lua_State *L, int index);

/* The whole seconds of a Unix time, which may have a fraction, or an error. */
int64_t idn_check_time(lua_State *L, int index);

/* Pushes the header lines at `lines`, a string, and behind them those that idn_sign_lines makes of the others. */
void idn_push_headers(lua_State *L, int lines, int64_t ts, const char *hex);

int luaopen_idngo_core(lua_State *L);

#endif
