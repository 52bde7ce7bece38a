/*
 * idngo.core: the sans-I/O heart as a Lua module. Opens no socket and blocks on nothing.
 *
 * Private to the Lua files of this project; users call `require "idngo"`.
 *   core.endpoints                     array of rows, see push_endpoint
 *   and the functions named at the head of each lua_*.c beside this file
 */
#include "lua_core.h"

#include "endpoint.h"

static void set_string(lua_State *L, const char *field, const char *value) {
    if (!value)
        return;
    lua_pushstring(L, value);
    lua_setfield(L, -2, field);
}

/* "a|b" -> {"a", "b"} */
static void push_values(lua_State *L, const char *values) {
    lua_newtable(L);
    for (int i = 1; values; i++) {
        const char *bar = strchr(values, '|');
        lua_pushlstring(L, values, bar ? (size_t)(bar - values) : strlen(values));
        lua_rawseti(L, -2, i);
        values = bar ? bar + 1 : NULL;
    }
}

/* {name, where = "path"|"query", type, required, values?, value?, doc?} */
static void push_param(lua_State *L, const struct idn_param *param) {
    lua_newtable(L);
    set_string(L, "name", param->name);
    set_string(L, "where", param->where == IDN_PATH ? "path" : "query");
    set_string(L, "type", idn_type_name(param->type));
    set_string(L, "value", param->value);
    set_string(L, "doc", param->doc);
    lua_pushboolean(L, param->required);
    lua_setfield(L, -2, "required");
    if (param->values) {
        push_values(L, param->values);
        lua_setfield(L, -2, "values");
    }
}

/* {name, method, path, body, reply, retry, lane?, title, params} */
static void push_endpoint(lua_State *L, const struct idn_endpoint *endpoint) {
    lua_newtable(L);
    set_string(L, "name", endpoint->name);
    set_string(L, "method", endpoint->method);
    set_string(L, "path", endpoint->path);
    set_string(L, "body", idn_body_name(endpoint->body));
    set_string(L, "reply", idn_reply_name(endpoint->reply));
    set_string(L, "retry", idn_retry_name(endpoint->retry));
    set_string(L, "lane", endpoint->lane);
    set_string(L, "title", endpoint->title);
    lua_newtable(L);
    for (int i = 0; i < IDN_MAX_PARAMS && endpoint->params[i].name; i++) {
        push_param(L, &endpoint->params[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "params");
}

IDN_EXPORT int luaopen_idngo_core(lua_State *L) {
    lua_newtable(L);
    lua_newtable(L);
    for (size_t i = 0; i < idn_endpoint_count; i++) {
        push_endpoint(L, &idn_endpoints[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "endpoints");
    idn_open_os(L);
    idn_open_file(L);
    idn_open_http(L);
    idn_open_json(L);
    idn_open_judge(L);
    idn_open_key(L);
    idn_open_limit(L);
    idn_open_resp(L);
    idn_open_shape(L);
    idn_open_sign(L);
    idn_open_spool(L);
    idn_open_url(L);
    return 1;
}
