/*
 * HTTP/1.1 for the runtime that moves bytes itself, nginx: see http.h and reply.h.
 *
 *   core.http_request(method, target, host, lines, body | size | nil, gzip, signer | nil, time) -> bytes
 *       the request's head, and behind it the body when that is a string; lines: header lines, each ended by CRLF; gzip:
 *       whether the reply may be compressed; signer, time: what signs it, and the Unix seconds; nil: the lines are signed
 *   core.http_reply() -> reply       serves one reply after another
 *   reply:begin(no_body, gzip, max)   no_body: the request was HEAD; max: bytes of the body that are kept
 *   reply:feed(bytes) -> state, status | nil, has_head
 *       state: "more", "end", or "wrong": see problem
 *   reply:eof(cut) -> the same        no more bytes come; cut: and that is not known to be in order
 *   reply:head() -> status line and header lines as they came
 *   reply:take() -> what came of the body since it was taken last
 *   reply:finish() -> the same; status line and header lines; whether the connection may carry another reply: when it ended
 *   reply:problem() -> message, complete
 */
#include "core/lua_core.h"
#include "reply.h"

#include <string.h>

#define REPLY "idngo.http_reply"

static struct idn_reply *check_reply(lua_State *L) {
    return idn_self(L, REPLY);
}

static int new_reply(lua_State *L) {
    struct idn_reply *reply = lua_newuserdata(L, sizeof *reply);
    memset(reply, 0, sizeof *reply);
    luaL_getmetatable(L, REPLY);
    lua_setmetatable(L, -2);
    return 1;
}

static int begin(lua_State *L) {
    struct idn_reply *reply = check_reply(L);
    lua_Number max = luaL_checknumber(L, 4);
    idn_reply_begin(reply, lua_toboolean(L, 2), lua_toboolean(L, 3), max > 0 && max < 1e15 ? (size_t)max : (size_t)1e15);
    return 0;
}

static int push_state(lua_State *L, const struct idn_reply *reply) {
    lua_pushstring(L, reply->state == IDN_REPLY_MORE ? "more" : reply->state == IDN_REPLY_END ? "end" : "wrong");
    if (reply->status)
        idn_pushint(L, reply->status);
    else
        lua_pushnil(L);
    lua_pushboolean(L, reply->has_head);
    return 3;
}

static int feed(lua_State *L) {
    struct idn_reply *reply = check_reply(L);
    size_t len;
    const char *bytes = luaL_checklstring(L, 2, &len);
    idn_reply_take(reply, bytes, len);
    return push_state(L, reply);
}

static int end_of_file(lua_State *L) {
    struct idn_reply *reply = check_reply(L);
    idn_reply_eof(reply, lua_toboolean(L, 2));
    return push_state(L, reply);
}

static void push_bytes(lua_State *L, const struct idn_bytes *bytes) {
    lua_pushlstring(L, bytes->data ? bytes->data : "", bytes->len);
}

static int head(lua_State *L) {
    const struct idn_reply *reply = check_reply(L);
    push_bytes(L, &reply->head);
    return 1;
}

static int take(lua_State *L) {
    struct idn_reply *reply = check_reply(L);
    push_bytes(L, &reply->body);
    idn_bytes_empty(&reply->body);
    return 1;
}

static int finish(lua_State *L) {
    struct idn_reply *reply = check_reply(L);
    push_bytes(L, &reply->body);
    idn_bytes_empty(&reply->body);
    push_bytes(L, &reply->head);
    lua_pushboolean(L, reply->keep);
    return 3;
}

static int problem(lua_State *L) {
    const struct idn_reply *reply = check_reply(L);
    int complete;
    lua_pushstring(L, idn_reply_wrong(reply, &complete));
    lua_pushboolean(L, complete);
    return 2;
}

static int free_reply(lua_State *L) {
    idn_reply_free(check_reply(L));
    return 0;
}

static int http_request(lua_State *L) {
    enum { METHOD = 1, TARGET, HOST, LINES, BODY, GZIP, SIGNER, TIME };
    size_t body_len = 0;
    struct idn_http_request r = {.method = luaL_checkstring(L, METHOD), .host = luaL_checkstring(L, HOST), .body_len = -1};
    r.target = luaL_checklstring(L, TARGET, &r.target_len);
    r.lines = luaL_checklstring(L, LINES, &r.lines_len);
    if (lua_type(L, BODY) == LUA_TSTRING) {
        r.body = lua_tolstring(L, BODY, &body_len);
        r.body_len = (int64_t)body_len;
    } else if (!lua_isnoneornil(L, BODY)) {
        r.body_len = (int64_t)luaL_checknumber(L, BODY);
    }
    r.gzip = lua_toboolean(L, GZIP);
    if (!lua_isnoneornil(L, SIGNER)) {
        r.signer = idn_check_signer(L, SIGNER);
        r.time = idn_check_time(L, TIME);
        if (r.body_len > 0 && !r.body)
            return luaL_argerror(L, SIGNER, "a body that is streamed is signed before");
    }
    char small[4096], *room = small;
    if (idn_http_request_room(&r) > sizeof small)
        room = lua_newuserdata(L, idn_http_request_room(&r));
    size_t len = idn_http_request_write(&r, room);
    if (len == 0)
        return luaL_error(L, "libcrypto cannot sign");
    lua_pushlstring(L, room, len);
    if (body_len > 0) {
        lua_pushvalue(L, BODY);
        lua_concat(L, 2);
    }
    return 1;
}

void idn_open_http(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"begin", begin}, {"feed", feed},   {"eof", end_of_file},   {"head", head},       {"take", take},
        {"finish", finish}, {"problem", problem}, {"__gc", free_reply}, {NULL, NULL},
    };
    static const luaL_Reg functions[] = {{"http_request", http_request}, {"http_reply", new_reply}, {NULL, NULL}};
    idn_newclass(L, REPLY, methods);
    idn_setfuncs(L, functions);
}
