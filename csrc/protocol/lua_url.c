/*
 * URLs for Lua.
 *
 *   core.base(url) -> {scheme, host, port?, prefix, loopback} | nil, message
 *   core.escape(text) -> percent-encoded text
 *   core.utf8(text) -> whether it is well-formed UTF-8
 */
#include "core/lua_core.h"
#include "url.h"

static int escape(lua_State *L) {
    struct idn_text text;
    text.bytes = luaL_checklstring(L, 1, &text.len);
    char *out = lua_newuserdata(L, 3 * text.len + 1);
    lua_pushlstring(L, out, (size_t)(idn_escape(out, text) - out));
    return 1;
}

static int utf8(lua_State *L) {
    struct idn_text text;
    text.bytes = luaL_checklstring(L, 1, &text.len);
    lua_pushboolean(L, idn_utf8(text));
    return 1;
}

static void set_text(lua_State *L, const char *field, struct idn_text text) {
    if (!text.bytes)
        return;
    lua_pushlstring(L, text.bytes, text.len);
    lua_setfield(L, -2, field);
}

static int base(lua_State *L) {
    struct idn_text url;
    struct idn_base parts;
    url.bytes = luaL_checklstring(L, 1, &url.len);
    const char *wrong = idn_parse_base(url, &parts);
    if (wrong) {
        lua_pushnil(L);
        lua_pushstring(L, wrong);
        return 2;
    }
    lua_newtable(L);
    set_text(L, "scheme", parts.scheme);
    set_text(L, "host", parts.host);
    set_text(L, "port", parts.port);
    set_text(L, "prefix", parts.prefix);
    lua_pushboolean(L, parts.loopback);
    lua_setfield(L, -2, "loopback");
    return 1;
}

void idn_open_url(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"escape", escape}, {"base", base}, {"utf8", utf8}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
