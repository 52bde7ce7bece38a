/* How a client reaches its server, as a Lua value. See lua_via.h. */
#include "lua_via.h"

#include "transfer.h"

#include <string.h>

/* The setting `name` of the table at 1 as a copy at *end, which moves on behind it; NULL when absent. */
static const char *copy_setting(lua_State *L, const char *name, char **end) {
    size_t len;
    lua_getfield(L, 1, name);
    const char *value = luaL_optlstring(L, -1, NULL, &len);
    char *copy = value ? memcpy(*end, value, len + 1) : NULL;
    if (copy)
        *end += len + 1;
    lua_pop(L, 1);
    return copy;
}

int idn_new_via(lua_State *L) {
    static const char *const names[] = {"ca_file", "cert_file", "key_file", "proxy"};
    size_t size = 0;
    luaL_checktype(L, 1, LUA_TTABLE);
    for (int i = 0; i < 4; i++) {
        lua_getfield(L, 1, names[i]);
        size += lua_isnil(L, -1) ? 0 : strlen(luaL_checkstring(L, -1)) + 1;
        lua_pop(L, 1);
    }
    lua_getfield(L, 1, "origin");
    lua_getfield(L, 1, "connect_timeout");
    lua_getfield(L, 1, "max_reply");
    lua_getfield(L, 1, "direct");
    const char *origin = luaL_checkstring(L, -4);
    double connect_timeout = luaL_checknumber(L, -3), max_reply = luaL_checknumber(L, -2);
    int direct = lua_toboolean(L, -1);
    struct idn_via *via = lua_newuserdata(L, sizeof *via + sizeof(struct idn_trust) + size);
    via->origin = NULL;
    via->trust = memset(via + 1, 0, sizeof *via->trust);
    luaL_getmetatable(L, IDN_VIA);
    lua_setmetatable(L, -2);
    char *end = (char *)(via->trust + 1);
    via->ca_file = copy_setting(L, names[0], &end);
    via->cert_file = copy_setting(L, names[1], &end);
    via->key_file = copy_setting(L, names[2], &end);
    via->proxy = copy_setting(L, names[3], &end);
    via->direct = direct;
    via->connect_timeout = connect_timeout;
    via->max_reply = max_reply < 1e15 ? (size_t)max_reply : (size_t)1e15;
    via->origin = curl_url();
    if (!via->origin)
        return luaL_error(L, "not enough memory");
    CURLUcode code = curl_url_set(via->origin, CURLUPART_URL, origin, 0);
    if (code == CURLUE_OUT_OF_MEMORY)
        return luaL_error(L, "not enough memory");
    if (code != CURLUE_OK)
        return luaL_error(L, "libcurl cannot use %s", origin);
    return 1;
}

static int free_via(lua_State *L) {
    struct idn_via *via = idn_self(L, IDN_VIA);
    idn_trust_free(via->trust);
    curl_url_cleanup(via->origin);
    via->origin = NULL;
    return 0;
}

void idn_open_via(lua_State *L) {
    static const luaL_Reg methods[] = {{"__gc", free_via}, {NULL, NULL}};
    idn_newclass(L, IDN_VIA, methods);
}
