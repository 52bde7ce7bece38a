/*
 * Outcome rules for Lua.
 *
 *   core.classify(retry, failure, now) -> outcome, retry, wait | nil
 *       retry: the endpoint's class, a word; now: Unix seconds; failure: a table with status?, sent?, complete?,
 *       own?, permanent?, retry_after? (the header's text), date? (the header's text)
 *   core.http_date(text) -> Unix seconds | nil
 */
#include "outcome.h"
#include "core/lua_core.h"

static int field_flag(lua_State *L, const char *name) {
    lua_getfield(L, 2, name);
    int flag = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return flag;
}

/* The string field `name`, left on the stack so that it stays valid; NULL when absent. */
static const char *field_string(lua_State *L, const char *name) {
    lua_getfield(L, 2, name);
    return lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
}

static int classify(lua_State *L) {
    struct idn_attempt attempt = {.retry = (enum idn_retry)luaL_checkoption(L, 1, NULL, idn_retry_names)};
    luaL_checktype(L, 2, LUA_TTABLE);
    attempt.now = (int64_t)luaL_checknumber(L, 3);
    lua_getfield(L, 2, "status");
    attempt.status = (int)lua_tointeger(L, -1);
    attempt.sent = field_flag(L, "sent");
    attempt.complete = field_flag(L, "complete");
    attempt.own = field_flag(L, "own");
    attempt.permanent = field_flag(L, "permanent");
    attempt.retry_after = field_string(L, "retry_after");
    const char *date = field_string(L, "date");
    int64_t server = date ? idn_http_date(date) : -1;
    if (server >= 0)
        attempt.now = server;
    struct idn_verdict verdict = idn_classify(&attempt);
    lua_pushstring(L, idn_outcome_name(verdict.outcome));
    lua_pushboolean(L, verdict.retry);
    if (verdict.wait >= 0)
        lua_pushnumber(L, verdict.wait);
    else
        lua_pushnil(L);
    return 3;
}

static int http_date(lua_State *L) {
    int64_t at = idn_http_date(luaL_checkstring(L, 1));
    if (at < 0)
        return 0;
    idn_pushint(L, at);
    return 1;
}

void idn_open_outcome(lua_State *L) {
    static const luaL_Reg functions[] = {{"classify", classify}, {"http_date", http_date}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
