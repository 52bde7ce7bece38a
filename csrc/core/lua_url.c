/*
 * Request targets for Lua.
 *
 *   core.target(index, prefix, …) -> target | nil, message
 *       index: row of core.endpoints; then one value per parameter that is not fixed, in the row's order,
 *       nil for an absent optional one. The message names the parameter and what is wrong, never the value.
 *   core.base(url) -> {scheme, host, port?, prefix, loopback} | nil, message
 *   core.escape(text) -> percent-encoded text
 *   core.utf8(text) -> whether it is well-formed UTF-8
 */
#include "lua_core.h"
#include "url.h"

/* Pushes "NAME WHAT" after nil, and the values that would be right: the two results of a refused argument. */
static int refuse(lua_State *L, const struct idn_param *param, const char *what) {
    const char *colon = param->values ? ": " : "";
    const char *values = param->values ? luaL_gsub(L, param->values, "|", ", ") : "";
    lua_pushnil(L);
    lua_pushfstring(L, "%s %s%s%s", param->name, what, colon, values);
    return 2;
}

/* Replaces the list of names at `index` by one string joined with commas; 0 when it is no such list. */
static int join_list(lua_State *L, int index) {
    size_t n = lua_rawlen(L, index);
    luaL_Buffer buffer;
    if (n == 0 || n > IDN_MAX_ARGUMENT)
        return 0;
    for (size_t i = 1; i <= n; i++) { /* checked before the buffer takes the stack */
        lua_rawgeti(L, index, (int)i);
        int ok = lua_type(L, -1) == LUA_TSTRING && lua_rawlen(L, -1) > 0 &&
                 !strchr(lua_tostring(L, -1), ',');
        lua_pop(L, 1);
        if (!ok)
            return 0;
    }
    luaL_buffinit(L, &buffer);
    for (size_t i = 1; i <= n; i++) {
        if (i > 1)
            luaL_addchar(&buffer, ',');
        lua_rawgeti(L, index, (int)i);
        luaL_addvalue(&buffer);
    }
    luaL_pushresult(&buffer);
    lua_replace(L, index);
    return 1;
}

/* What is wrong with the type of the value at `index`, or NULL; makes it a string where it must be one. */
static const char *check_type(lua_State *L, const struct idn_param *param, int index) {
    int type = lua_type(L, index);
    int64_t n;
    switch (param->type) {
    case IDN_INTEGER:
        if (!idn_toint(L, index, &n) || n <= 0)
            return "must be a whole number above 0";
        lua_pushfstring(L, "%d", (int)(n > INT32_MAX ? INT32_MAX : n));
        lua_replace(L, index);
        return n > INT32_MAX ? "is too large" : NULL;
    case IDN_LIST:
        if (type != LUA_TTABLE || !join_list(L, index))
            return "must be a list of field names, such as {\"dob\", \"tin\"}";
        return NULL;
    default:
        return type == LUA_TSTRING ? NULL : "must be a string";
    }
}

static int target(lua_State *L) {
    int64_t row = idn_checkint(L, 1);
    luaL_argcheck(L, row >= 1 && (size_t)row <= idn_endpoint_count, 1, "no such endpoint");
    const struct idn_endpoint *endpoint = &idn_endpoints[row - 1];
    struct idn_text prefix, values[IDN_MAX_PARAMS] = {{NULL, 0}};
    prefix.bytes = luaL_checklstring(L, 2, &prefix.len);
    int arg = 3;
    lua_settop(L, arg + IDN_MAX_PARAMS);
    for (int i = 0; i < IDN_MAX_PARAMS && endpoint->params[i].name; i++) {
        const struct idn_param *param = &endpoint->params[i];
        if (param->type == IDN_FIXED)
            continue;
        int index = arg++;
        if (lua_isnil(L, index)) {
            if (param->required)
                return refuse(L, param, "is missing");
            continue;
        }
        const char *wrong = check_type(L, param, index);
        if (!wrong) {
            values[i].bytes = lua_tolstring(L, index, &values[i].len);
            wrong = idn_check_text(param, values[i]);
        }
        if (wrong)
            return refuse(L, param, wrong);
    }
    char small[512]; /* enough for all but the oddest ids */
    size_t bound = idn_target_bound(endpoint, prefix.len, values);
    char *out = bound <= sizeof small ? small : lua_newuserdata(L, bound);
    lua_pushlstring(L, out, idn_target(endpoint, prefix, values, out));
    return 1;
}

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
        {"target", target}, {"escape", escape}, {"base", base}, {"utf8", utf8}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
