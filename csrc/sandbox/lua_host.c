/*
 * idngo.sandbox_host: the sandbox's HTTP host for Lua. No callback: Lua drives the loop.
 *
 *   open(options) -> host | nil, message
 *       address, port, max_connections, idle_seconds, max_body, max_bodies: all required
 *   host:port() -> number
 *   host:catch_signals()       SIGINT and SIGTERM end wait() until close()
 *   host:wait(seconds) -> nil, or the number of the signal caught
 *   host:descriptor() -> a descriptor for a loop of the caller's own, to be waited for as long as …
 *   host:patience(seconds) -> … so many of the seconds; then host:wait(0) does what is to be done
 *   host:next() -> nil, or request, method, target, headers, body, arrived, refused
 *       target    raw, as on the request line
 *       headers   by lower-case name; repeated ones joined by ", "
 *       body      bytes ("" when there is none)
 *       arrived   seconds on the monotonic clock (core.now), when the last byte of the request came
 *       refused   nil, or the status to refuse with: 413 body too large, 431 too many headers,
 *                 503 no memory for the body now
 *   request:reply(status, headers, body, delay, sent) -> true | nil, message
 *       headers   {name = value}, strings; delay in seconds; with `sent` the connection breaks after that many
 *                 bytes of the body
 *   request:drop(delay)        closes the connection without an answer
 *   host:close()               drops what is open; a request collected unanswered is dropped too
 *   spawn, stop                a sandbox in a process of its own: lua_spawn.c
 */
#include "lua_host.h"
#include "host.h"

#include <ctype.h>
#include <string.h>

#define HOST "idngo.sandbox_host"
#define REQUEST "idngo.sandbox_request"
#define MAX_HEADERS 100
#define MAX_NAME 128

struct host_box {
    struct idn_host *host;
};

struct request_box {
    struct idn_request *request;
};

static struct idn_host *check_host(lua_State *L) {
    struct host_box *box = idn_self(L, HOST);
    if (!box->host)
        luaL_error(L, "host is closed");
    return box->host;
}

/* Field `name` of the table at 1 as a whole number in 0..max. */
static uint64_t number_field(lua_State *L, const char *name, uint64_t max) {
    int64_t n = 0;
    lua_getfield(L, 1, name);
    if (!idn_toint(L, -1, &n) || n < 0 || (uint64_t)n > max)
        luaL_error(L, "%s: bad value", name);
    lua_pop(L, 1);
    return (uint64_t)n;
}

static int host_open(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    struct idn_host_config config = {
        .port = (uint16_t)number_field(L, "port", UINT16_MAX),
        .max_connections = (unsigned)number_field(L, "max_connections", UINT16_MAX),
        .idle_seconds = (unsigned)number_field(L, "idle_seconds", UINT16_MAX),
        .max_body = (size_t)number_field(L, "max_body", INT32_MAX),
        .max_bodies = (size_t)number_field(L, "max_bodies", INT64_MAX),
    };
    lua_getfield(L, 1, "address");
    config.address = luaL_checkstring(L, -1);
    struct host_box *box = lua_newuserdata(L, sizeof *box);
    box->host = NULL;
    luaL_getmetatable(L, HOST);
    lua_setmetatable(L, -2);
    const char *why;
    box->host = idn_host_open(&config, &why);
    if (!box->host) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s port %d: %s", config.address, (int)config.port, why);
        return 2;
    }
    return 1;
}

static int host_port(lua_State *L) {
    idn_pushint(L, idn_host_port(check_host(L)));
    return 1;
}

static int host_catch_signals(lua_State *L) {
    if (!idn_host_catch_signals(check_host(L)))
        return luaL_error(L, "signals cannot be caught");
    return 0;
}

static int host_wait(lua_State *L) {
    int signal = idn_host_wait(check_host(L), luaL_checknumber(L, 2));
    if (!signal)
        return 0;
    idn_pushint(L, signal);
    return 1;
}

static int host_descriptor(lua_State *L) {
    int fd = idn_host_descriptor(check_host(L));
    if (fd < 0)
        return luaL_error(L, "no descriptor is left");
    idn_pushint(L, fd);
    return 1;
}

static int host_patience(lua_State *L) {
    lua_pushnumber(L, idn_host_patience(check_host(L), luaL_checknumber(L, 2)));
    return 1;
}

static int host_close(lua_State *L) {
    struct host_box *box = idn_self(L, HOST);
    struct idn_host *host = box->host;
    box->host = NULL;
    if (host)
        idn_host_close(host);
    return 0;
}

/* Pushes {name = value}; 0 when there are too many, or a name is too long to be one of ours. */
static int push_headers(lua_State *L, const struct idn_request *request) {
    struct idn_header headers[MAX_HEADERS];
    size_t count = idn_request_headers(request, headers, MAX_HEADERS);
    int fits = count <= MAX_HEADERS;
    lua_createtable(L, 0, 8);
    for (size_t i = 0; fits && i < count; i++) {
        char name[MAX_NAME];
        const struct idn_header *header = &headers[i];
        fits = header->name_len <= sizeof name;
        for (size_t at = 0; fits && at < header->name_len; at++)
            name[at] = (char)tolower((unsigned char)header->name[at]);
        if (!fits)
            break;
        lua_pushlstring(L, name, header->name_len);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            lua_pushlstring(L, header->value, header->value_len);
        } else {
            lua_pushliteral(L, ", ");
            lua_pushlstring(L, header->value, header->value_len);
            lua_concat(L, 3);
        }
        lua_rawset(L, -3);
    }
    return fits;
}

static int host_next(lua_State *L) {
    struct idn_host *host = check_host(L);
    if (!idn_host_ready(host))
        return 0;
    struct request_box *box = lua_newuserdata(L, sizeof *box);
    box->request = NULL;
    luaL_getmetatable(L, REQUEST);
    lua_setmetatable(L, -2);
    struct idn_request *request = idn_host_next(host);
    box->request = request;
    idn_request_set_owner(request, &box->request);
    lua_pushstring(L, idn_request_method(request));
    lua_pushstring(L, idn_request_target(request));
    int refused = push_headers(L, request) ? idn_request_refused(request)
                                           : MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
    size_t len;
    const char *body = idn_request_body(request, &len);
    lua_pushlstring(L, len ? body : "", len);
    idn_request_free_body(request);
    lua_pushnumber(L, idn_request_arrived(request));
    if (!refused)
        return 6;
    idn_pushint(L, refused);
    return 7;
}

/* The headers of the table at 3 into `response`; 0 when one is not a header. Raises nothing. */
static int add_headers(lua_State *L, struct MHD_Response *response) {
    lua_pushnil(L);
    while (lua_next(L, 3)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING ||
            MHD_add_response_header(response, lua_tostring(L, -2), lua_tostring(L, -1)) != MHD_YES)
            return 0;
        lua_pop(L, 1);
    }
    return 1;
}

static int request_reply(lua_State *L) {
    struct request_box *box = idn_self(L, REQUEST);
    int64_t status = idn_checkint(L, 2);
    luaL_argcheck(L, status >= 200 && status <= 599, 2, "not a status");
    luaL_checktype(L, 3, LUA_TTABLE);
    size_t len;
    const char *body = luaL_checklstring(L, 4, &len);
    lua_Number delay = luaL_optnumber(L, 5, 0);
    int64_t sent = lua_isnoneornil(L, 6) ? (int64_t)len : idn_checkint(L, 6);
    luaL_argcheck(L, sent >= 0, 6, "out of range");
    luaL_checkstack(L, 3, NULL);
    if (!box->request)
        return luaL_error(L, "request is answered or its host is closed");
    struct MHD_Response *response = idn_response_new(body, len, (size_t)sent);
    const char *why = "not enough memory";
    if (response && !add_headers(L, response)) {
        MHD_destroy_response(response);
        response = NULL;
        why = "not a header";
    }
    if (!response) {
        lua_pushnil(L);
        lua_pushstring(L, why);
        return 2;
    }
    idn_request_answer(box->request, (unsigned)status, response, delay);
    lua_pushboolean(L, 1);
    return 1;
}

static int request_drop(lua_State *L) {
    struct request_box *box = idn_self(L, REQUEST);
    lua_Number delay = luaL_optnumber(L, 2, 0);
    if (box->request)
        idn_request_drop(box->request, delay);
    return 0;
}

IDN_EXPORT int luaopen_idngo_sandbox_host(lua_State *L) {
    static const luaL_Reg host_methods[] = {
        {"port", host_port},
        {"catch_signals", host_catch_signals},
        {"wait", host_wait},
        {"next", host_next},
        {"descriptor", host_descriptor},
        {"patience", host_patience},
        {"close", host_close},
        {"__gc", host_close},
        {"__close", host_close},
        {NULL, NULL},
    };
    static const luaL_Reg request_methods[] = {
        {"reply", request_reply}, {"drop", request_drop}, {"__gc", request_drop}, {NULL, NULL}};
    static const luaL_Reg functions[] = {{"open", host_open}, {NULL, NULL}};
    idn_newclass(L, HOST, host_methods);
    idn_newclass(L, REQUEST, request_methods);
    lua_newtable(L);
    idn_setfuncs(L, functions);
    idn_open_random(L);
    idn_open_spawn(L);
    return 1;
}
