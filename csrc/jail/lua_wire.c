/* Lua values to and from the wire; see lua_wire.h. */
#include "jail/lua_wire.h"

#include <string.h>

/* Pushes the next value of bytes that are known to be sound; the recursion is as deep as IDN_WIRE_DEPTH. */
static void push_next(lua_State *L, struct idn_wire_in *in) {
    struct idn_wire_token token;
    idn_wire_next(in, &token);
    luaL_checkstack(L, 3, NULL);
    switch (token.kind) {
    case IDN_WIRE_BOOLEAN:
        lua_pushboolean(L, token.boolean);
        return;
    case IDN_WIRE_INTEGER:
        idn_pushint(L, token.integer);
        return;
    case IDN_WIRE_DOUBLE:
        lua_pushnumber(L, token.number);
        return;
    case IDN_WIRE_STRING:
        lua_pushlstring(L, token.string, token.count);
        return;
    case IDN_WIRE_LIST:
        lua_createtable(L, (int)token.count, 0);
        for (uint32_t i = 1; i <= token.count; i++) {
            push_next(L, in);
            lua_rawseti(L, -2, (int)i);
        }
        return;
    case IDN_WIRE_MAP:
        lua_createtable(L, 0, (int)token.count);
        for (uint32_t i = 0; i < token.count; i++) {
            push_next(L, in);
            push_next(L, in);
            lua_rawset(L, -3);
        }
        return;
    }
}

int idn_wire_push(lua_State *L, const char *bytes, size_t len) {
    if (!idn_wire_sound(bytes, len))
        return 0;
    struct idn_wire_in in = {bytes, len};
    push_next(L, &in);
    return 1;
}

struct key {
    const char *string; /* NULL: an integer */
    size_t len;
    int64_t integer;
};

/* Integers first, then strings by their bytes. */
static int compare(const struct key *a, const struct key *b) {
    if (!a->string || !b->string) {
        if (a->string || b->string)
            return a->string ? 1 : -1;
        return (a->integer > b->integer) - (a->integer < b->integer);
    }
    int order = memcmp(a->string, b->string, a->len < b->len ? a->len : b->len);
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

static void sink(struct key *keys, size_t at, size_t count) {
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && compare(&keys[child], &keys[child + 1]) < 0)
            child++;
        if (compare(&keys[at], &keys[child]) >= 0)
            return;
        struct key lower = keys[at];
        keys[at] = keys[child];
        keys[child] = lower;
    }
}

/* A heap sort: the C library's qsort asks the system how much memory there is, and that kills an evaluator. */
static void sort(struct key *keys, size_t count) {
    for (size_t i = count / 2; i > 0; i--)
        sink(keys, i - 1, count);
    for (size_t i = count; i > 1; i--) {
        struct key last = keys[i - 1];
        keys[i - 1] = keys[0];
        keys[0] = last;
        sink(keys, 0, i - 1);
    }
}

static const char *add(lua_State *L, struct idn_wire_out *out, int depth);

/* Adds the pairs of the table on top, whose `count` keys are all strings or integers. */
static const char *add_map(lua_State *L, struct idn_wire_out *out, size_t count, int depth) {
    int table = lua_gettop(L);
    struct key *keys = lua_newuserdata(L, (count + 1) * sizeof *keys), *key = keys;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        *key = (struct key){NULL, 0, 0};
        if (lua_type(L, -2) == LUA_TSTRING)
            key->string = lua_tolstring(L, -2, &key->len); /* stays while the table holds it */
        else
            idn_toint(L, -2, &key->integer);
        key++;
        lua_pop(L, 1);
    }
    sort(keys, count);
    idn_wire_map(out, count);
    const char *wrong = NULL;
    for (key = keys; !wrong && key < keys + count; key++) {
        if (key->string) {
            idn_wire_string(out, key->string, key->len);
            lua_pushlstring(L, key->string, key->len);
        } else {
            idn_wire_integer(out, key->integer);
            idn_pushint(L, key->integer);
        }
        lua_rawget(L, table);
        wrong = add(L, out, depth);
        lua_pop(L, 1);
    }
    lua_settop(L, table);
    return wrong;
}

static const char *add_table(lua_State *L, struct idn_wire_out *out, int depth) {
    size_t count = 0, len = lua_rawlen(L, -1), positions = 0;
    if (depth == IDN_WIRE_DEPTH)
        return "is nested too deeply, or holds itself";
    luaL_checkstack(L, 6, NULL);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        int64_t n;
        if (idn_toint(L, -2, &n))
            positions += n >= 1 && (uint64_t)n <= len;
        else if (lua_type(L, -2) != LUA_TSTRING) {
            lua_pop(L, 2);
            return "has a key that is neither a string nor a whole number";
        }
        count++;
        lua_pop(L, 1);
    }
    if (positions < count || count < len)
        return add_map(L, out, count, depth + 1);
    const char *wrong = NULL;
    idn_wire_list(out, count);
    for (size_t i = 1; !wrong && i <= count; i++) {
        lua_rawgeti(L, -1, (int)i);
        wrong = add(L, out, depth + 1);
        lua_pop(L, 1);
    }
    return wrong;
}

/* Adds the value on top. */
static const char *add(lua_State *L, struct idn_wire_out *out, int depth) {
    size_t len;
    int64_t integer;
    const char *string;
    if (out->failed)
        return NULL;
    switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN:
        idn_wire_boolean(out, lua_toboolean(L, -1));
        return NULL;
    case LUA_TNUMBER:
        if (idn_isint(L, -1) && idn_toint(L, -1, &integer))
            idn_wire_integer(out, integer);
        else
            idn_wire_double(out, lua_tonumber(L, -1));
        return NULL;
    case LUA_TSTRING:
        string = lua_tolstring(L, -1, &len);
        idn_wire_string(out, string, len);
        return NULL;
    case LUA_TTABLE:
        return add_table(L, out, depth);
    default:
        return "holds something that is neither a boolean, a number, a string nor a table";
    }
}

const char *idn_wire_value(lua_State *L, int index, struct idn_wire_out *out) {
    luaL_checkstack(L, 2, NULL);
    lua_pushvalue(L, index);
    const char *wrong = add(L, out, 0);
    lua_pop(L, 1);
    return wrong;
}
