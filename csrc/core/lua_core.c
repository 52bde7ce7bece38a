/*
 * idngo.core: the sans-I/O heart as a Lua module. Opens no socket and blocks on nothing.
 *
 * Private to the Lua files of this project; users call `require "idngo"`.
 * It has the functions named at the head of each lua_*.c beside this file.
 */
#include "lua_core.h"

IDN_EXPORT int luaopen_idngo_core(lua_State *L) {
    lua_newtable(L);
    idn_open_os(L);
    idn_open_file(L);
    idn_open_http(L);
    idn_open_json(L);
    idn_open_outcome(L);
    idn_open_key(L);
    idn_open_limit(L);
    idn_open_operation(L);
    idn_open_resp(L);
    idn_open_schema(L);
    idn_open_sign(L);
    idn_open_spool(L);
    idn_open_url(L);
    return 1;
}
