/*
 * Heads of HTTP/1.1 replies for Lua: see http.h for what is refused.
 *
 *   core.http_head(bytes, from, so_far | nil) -> at, status, framing, keep, first, so_far | nil, status, message
 *       reads the lines that are complete from position `from` on, past interim (1xx) replies.
 *       at: the position behind them; status: the final one, nil while its line has not come;
 *       framing: how the body ends: its length, "chunked", "close", or "coded" when it is in a coding that was not
 *       asked for; nil while the head is not complete; keep: the server lets the connection live on;
 *       first: where the head begins that follows the last interim one, nil when none ended in these bytes;
 *       so_far: given back with more bytes, or with those behind a chunked body
 *   core.http_trailers(bytes, from, so_far) -> at, done | nil, status, message
 *       the same for the lines behind a chunked body
 */
#include "http.h"
#include "lua_core.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "idngo.http_head"

/* The position at `index`, as an offset into `len` bytes. */
static size_t check_position(lua_State *L, int index, size_t len) {
    int64_t from = idn_checkint(L, index);
    luaL_argcheck(L, from >= 1 && (size_t)from <= len + 1, index, "not a position in bytes");
    return (size_t)from - 1;
}

static void push_status(lua_State *L, const struct idn_head *head) {
    if (head->status)
        idn_pushint(L, head->status);
    else
        lua_pushnil(L);
}

static int refuse(lua_State *L, const struct idn_head *head) {
    lua_pushnil(L);
    push_status(L, head);
    lua_pushstring(L, head->wrong);
    return 3;
}

static void push_framing(lua_State *L, const struct idn_head *head) {
    if (head->encoded || (head->has_coding && !head->chunked))
        lua_pushliteral(L, "coded");
    else if (head->chunked)
        lua_pushliteral(L, "chunked");
    else if (head->has_length)
        idn_pushint(L, strtoll(head->length, NULL, 10));
    else
        lua_pushliteral(L, "close");
}

static void push_so_far(lua_State *L, const struct idn_head *head) {
    *(struct idn_head *)lua_newuserdata(L, sizeof *head) = *head;
    luaL_getmetatable(L, HEAD);
    lua_setmetatable(L, -2);
}

static int http_head(lua_State *L) {
    size_t len, used;
    const char *bytes = luaL_checklstring(L, 1, &len);
    size_t at = check_position(L, 2, len), first = 0;
    struct idn_head head = {0}; /* most come in one piece, and need no room for what is so far */
    if (!lua_isnoneornil(L, 3))
        head = *(struct idn_head *)luaL_checkudata(L, 3, HEAD);
    enum idn_head_state state = idn_head_read(&head, bytes + at, len - at, &used);
    while (state == IDN_HEAD_INTERIM) {
        first = at += used;
        state = idn_head_read(&head, bytes + at, len - at, &used);
    }
    if (state == IDN_HEAD_WRONG)
        return refuse(L, &head);
    int done = state == IDN_HEAD_DONE;
    lua_settop(L, 0);
    idn_pushint(L, (int64_t)(at + used) + 1);
    push_status(L, &head);
    if (done)
        push_framing(L, &head);
    else
        lua_pushnil(L);
    lua_pushboolean(L, head.keep);
    if (first)
        idn_pushint(L, (int64_t)first + 1);
    else
        lua_pushnil(L);
    if (done && !head.chunked)
        return 5;
    push_so_far(L, &head);
    return 6;
}

static int http_trailers(lua_State *L) {
    size_t len, used;
    const char *bytes = luaL_checklstring(L, 1, &len);
    size_t at = check_position(L, 2, len);
    struct idn_head *head = luaL_checkudata(L, 3, HEAD);
    enum idn_head_state state = idn_head_trailers(head, bytes + at, len - at, &used);
    if (state == IDN_HEAD_WRONG)
        return refuse(L, head);
    idn_pushint(L, (int64_t)(at + used) + 1);
    lua_pushboolean(L, state == IDN_HEAD_DONE);
    return 2;
}

void idn_open_http(lua_State *L) {
    static const luaL_Reg methods[] = {{NULL, NULL}}; /* what is so far can only be given back */
    static const luaL_Reg functions[] = {
        {"http_head", http_head}, {"http_trailers", http_trailers}, {NULL, NULL}};
    idn_newclass(L, HEAD, methods);
    idn_setfuncs(L, functions);
}
