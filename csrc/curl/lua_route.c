/* How a client reaches its server, as a Lua value. See lua_route.h. */
#include "lua_route.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void idn_route_release(struct idn_route *route) {
    if (!route || --route->holders > 0)
        return;
    idn_trust_free(&route->trust);
    if (route->sessions)
        curl_share_cleanup(route->sessions);
    curl_url_cleanup(route->origin);
    curl_slist_free_all(route->place);
    free(route);
}

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

static double number_setting(lua_State *L, const char *name, double otherwise) {
    lua_getfield(L, 1, name);
    double value = lua_isnil(L, -1) && otherwise > 0 ? otherwise : luaL_checknumber(L, -1);
    lua_pop(L, 1);
    return value;
}

/* Whether there may be a proxy, by the setting or by what libcurl reads, whose URL begins so. */
static int may_have_proxy(const struct idn_route *route, const char *scheme) {
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    size_t len = strlen(scheme);
    if (route->direct || route->proxy)
        return !route->direct && *route->proxy && strncasecmp(route->proxy, scheme, len) == 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *set = getenv(names[i]);
        if (set && *set && strncasecmp(set, scheme, len) == 0)
            return 1;
    }
    return 0;
}

/* Sessions of TLS that all connections of the client share. No locks: a Lua state is one thread. */
static CURLSH *new_sessions(void) {
    CURLSH *share = curl_share_init();
    if (share && curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK)
        return share;
    curl_share_cleanup(share);
    return NULL;
}

/* 0 when out of memory. */
static int set_place(lua_State *L, struct idn_route *route) {
    lua_getfield(L, 1, "place");
    const char *place = luaL_optstring(L, -1, NULL);
    route->place = place ? curl_slist_append(NULL, place) : NULL;
    lua_pop(L, 1);
    return !place || route->place;
}

static CURLUcode fill(lua_State *L, struct idn_route *route, char *end, const char *origin) {
    static const char between[] = "://";
    lua_getfield(L, 1, "direct");
    route->direct = lua_toboolean(L, -1);
    lua_getfield(L, 1, "raw");
    route->raw = lua_toboolean(L, -1);
    lua_pop(L, 2);
    route->ca_file = copy_setting(L, "ca_file", &end);
    route->cert_file = copy_setting(L, "cert_file", &end);
    route->key_file = copy_setting(L, "key_file", &end);
    route->proxy = copy_setting(L, "proxy", &end);
    route->path = copy_setting(L, "path", &end);
    route->host = copy_setting(L, "origin", &end);
    const char *host = strstr(route->host, between);
    if (host)
        route->host = host + sizeof between - 1;
    route->proxied = may_have_proxy(route, "");
    route->nested = may_have_proxy(route, "https");
    if (!set_place(L, route) || (!route->direct && !(route->sessions = new_sessions())))
        return CURLUE_OUT_OF_MEMORY;
    route->origin = curl_url();
    return route->origin ? curl_url_set(route->origin, CURLUPART_URL, origin, 0) : CURLUE_OUT_OF_MEMORY;
}

int idn_new_route(lua_State *L) {
    static const char *const names[] = {"ca_file", "cert_file", "key_file", "proxy", "path", "origin"};
    size_t size = 0;
    luaL_checktype(L, 1, LUA_TTABLE);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lua_getfield(L, 1, names[i]);
        size += lua_isnil(L, -1) ? 0 : strlen(luaL_checkstring(L, -1)) + 1;
        lua_pop(L, 1);
    }
    double max_reply = number_setting(L, "max_reply", 0);
    struct idn_route settings = {
        .holders = 1,
        .connect_timeout = number_setting(L, "connect_timeout", 0),
        .idle = number_setting(L, "connection_idle", 30),
        .age = number_setting(L, "connection_age", 120),
        .max_reply = max_reply < 1e15 ? (size_t)max_reply : (size_t)1e15,
    };
    lua_getfield(L, 1, "origin");
    const char *origin = luaL_checkstring(L, -1);
    struct idn_route **box = lua_newuserdata(L, sizeof(struct idn_route *)), *route;
    *box = NULL;
    luaL_getmetatable(L, IDN_ROUTE);
    lua_setmetatable(L, -2);
    route = *box = malloc(sizeof *route + size);
    if (!route)
        return luaL_error(L, "not enough memory");
    *route = settings;
    CURLUcode code = fill(L, route, (char *)(route + 1), origin);
    if (code == CURLUE_OUT_OF_MEMORY)
        return luaL_error(L, "not enough memory");
    if (code != CURLUE_OK)
        return luaL_error(L, "libcurl cannot use %s", origin);
    return 1;
}

static int free_route(lua_State *L) {
    struct idn_route **box = idn_self(L, IDN_ROUTE);
    idn_route_release(*box); /* the box stays, empty, only for as long as this collection takes */
    *box = NULL;
    return 0;
}

void idn_open_route(lua_State *L) {
    static const luaL_Reg methods[] = {{"__gc", free_route}, {NULL, NULL}};
    idn_newclass(L, IDN_ROUTE, methods);
}
