/*
 * Heads of HTTP/1.1 replies for Lua: see http.h for what is refused.
 *
 *   core.http_head() -> head
 *   head:read(bytes, from) -> next, state | nil, message
 *       reads the lines that are complete from position `from` on; `next` is the position behind them.
 *       state: "more", "interim" (a 1xx reply ended) or "done"
 *   head:trailers(bytes, from)   the same behind a chunked body
 *   head:status() -> the final status, or nil while its line has not come
 *   head:framing() -> how the body ends: its length, "chunked", "close", or "coded" when it is in a coding that was
 *                     not asked for; and whether the server lets the connection live on
 */
#include "http.h"
#include "lua_core.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "idngo.http_head"

typedef enum idn_head_state (*reading)(struct idn_head *, const char *, size_t, size_t *);

static int head_new(lua_State *L) {
    struct idn_head *head = lua_newuserdata(L, sizeof *head);
    memset(head, 0, sizeof *head);
    luaL_getmetatable(L, HEAD);
    lua_setmetatable(L, -2);
    return 1;
}

static int read_with(lua_State *L, reading read) {
    static const char *const names[] = {"more", "interim", "done"};
    struct idn_head *head = luaL_checkudata(L, 1, HEAD);
    size_t len, used;
    const char *bytes = luaL_checklstring(L, 2, &len);
    int64_t from = idn_checkint(L, 3);
    luaL_argcheck(L, from >= 1 && (size_t)from <= len + 1, 3, "not a position in bytes");
    size_t at = (size_t)from - 1;
    enum idn_head_state state = read(head, bytes + at, len - at, &used);
    if (state == IDN_HEAD_WRONG) {
        lua_pushnil(L);
        lua_pushstring(L, head->wrong);
    } else {
        idn_pushint(L, from + (int64_t)used);
        lua_pushstring(L, names[state]);
    }
    return 2;
}

static int head_read(lua_State *L) {
    return read_with(L, idn_head_read);
}

static int head_trailers(lua_State *L) {
    return read_with(L, idn_head_trailers);
}

static int head_status(lua_State *L) {
    const struct idn_head *head = luaL_checkudata(L, 1, HEAD);
    if (!head->status)
        return 0;
    idn_pushint(L, head->status);
    return 1;
}

static int head_framing(lua_State *L) {
    const struct idn_head *head = luaL_checkudata(L, 1, HEAD);
    if (head->encoded || (head->has_coding && !head->chunked))
        lua_pushliteral(L, "coded");
    else if (head->chunked)
        lua_pushliteral(L, "chunked");
    else if (head->has_length)
        idn_pushint(L, strtoll(head->length, NULL, 10));
    else
        lua_pushliteral(L, "close");
    lua_pushboolean(L, head->keep);
    return 2;
}

void idn_open_http(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"read", head_read},
        {"trailers", head_trailers},
        {"status", head_status},
        {"framing", head_framing},
        {NULL, NULL},
    };
    static const luaL_Reg functions[] = {{"http_head", head_new}, {NULL, NULL}};
    idn_newclass(L, HEAD, methods);
    idn_setfuncs(L, functions);
}
