/*
 * Commands and replies of Redis for Lua: see resp.h.
 *
 *   core.resp_command({word, …}) -> bytes     words: strings, or whole numbers
 *   core.resp_reader() -> reader              of one connection
 *   reader:feed(bytes) -> "more"              nothing is there yet
 *                       | "end", reply, more  the first reply of those that came; feed("") gives the next.
 *                                             more: whether bytes came behind it
 *                       | "wrong", message    it is no reply of Redis: nothing more can be read
 *       reply: a string, a number, false for none, {reply, …} of an array, {error = message} of an error
 */
#include "core/lua_core.h"
#include "resp.h"

#define READER "idngo.resp_reader"

static int new_reader(lua_State *L) {
    struct idn_resp *resp = lua_newuserdata(L, sizeof *resp);
    memset(resp, 0, sizeof *resp);
    luaL_getmetatable(L, READER);
    lua_setmetatable(L, -2);
    return 1;
}

static void push_value(lua_State *L, const struct idn_resp *resp, size_t *at) {
    struct idn_resp_value value = idn_resp_next(resp, at);
    switch (value.type) {
    case IDN_RESP_NUMBER:
        idn_pushint(L, value.number);
        break;
    case IDN_RESP_NULL:
        lua_pushboolean(L, 0);
        break;
    case IDN_RESP_ERROR:
        lua_newtable(L);
        lua_pushlstring(L, value.text, value.len);
        lua_setfield(L, -2, "error");
        break;
    case IDN_RESP_ARRAY:
        lua_createtable(L, (int)value.number, 0);
        for (int i = 1; i <= value.number; i++) { /* in one another no more than IDN_RESP_DEPTH */
            push_value(L, resp, at);
            lua_rawseti(L, -2, i);
        }
        break;
    default:
        lua_pushlstring(L, value.text, value.len);
    }
}

static int feed(lua_State *L) {
    struct idn_resp *resp = idn_self(L, READER);
    size_t len, at = 0;
    const char *bytes = luaL_checklstring(L, 2, &len);
    luaL_checkstack(L, IDN_RESP_DEPTH + 4, "a reply of Redis");
    switch (idn_resp_feed(resp, bytes, len)) {
    case IDN_RESP_MORE:
        lua_pushliteral(L, "more");
        return 1;
    case IDN_RESP_WRONG:
        lua_pushliteral(L, "wrong");
        lua_pushstring(L, resp->wrong);
        return 2;
    default:
        lua_pushliteral(L, "end");
        push_value(L, resp, &at);
        lua_pushboolean(L, idn_resp_has_more(resp));
        idn_resp_drop(resp);
        return 3;
    }
}

static int free_reader(lua_State *L) {
    idn_resp_free(idn_self(L, READER));
    return 0;
}

/* What most commands have room in, without a piece of Lua's memory that it has to collect. */
enum { FEW = 512, SMALL = 16384 };

static int command(lua_State *L) {
    struct {
        const char *words[FEW];
        size_t lens[FEW];
        char digits[FEW * IDN_DIGITS], bytes[SMALL];
    } own;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    size_t count = lua_rawlen(L, 1);
    luaL_argcheck(L, count >= 1 && count <= IDN_RESP_VALUES, 1, "1 to 4096 words expected");
    const char **words = own.words;
    size_t *lens = own.lens;
    char *digits = own.digits, *bytes = own.bytes;
    if (count > FEW) {
        words = lua_newuserdata(L, count * (sizeof *words + sizeof *lens + IDN_DIGITS));
        lens = (size_t *)(words + count);
        digits = (char *)(lens + count);
    }
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 1, (int)i + 1);
        int64_t n;
        if (idn_toint(L, -1, &n)) {
            words[i] = digits;
            lens[i] = idn_digits(digits, n);
            digits += lens[i];
        } else {
            luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 1, "words must be strings or whole numbers");
            words[i] = lua_tolstring(L, -1, &lens[i]); /* stays where it is while the table has it */
        }
        lua_pop(L, 1);
    }
    size_t room = idn_resp_room(lens, count);
    if (room > SMALL)
        bytes = lua_newuserdata(L, room);
    idn_resp_write(words, lens, count, bytes);
    lua_pushlstring(L, bytes, room);
    return 1;
}

void idn_open_resp(lua_State *L) {
    static const luaL_Reg methods[] = {{"feed", feed}, {"__gc", free_reader}, {NULL, NULL}};
    static const luaL_Reg functions[] = {{"resp_command", command}, {"resp_reader", new_reader}, {NULL, NULL}};
    idn_newclass(L, READER, methods);
    idn_setfuncs(L, functions);
}
