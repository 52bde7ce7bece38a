/*
 * JSON to Lua values.
 *
 *   core.json_decode(text, objects) -> value [, true where a list closed up] | nil, message
 *       Members and elements that are null are left out (lists close up); whole numbers are integers where Lua has
 *       them, and beyond 2^53 strings of their digits, so that no id is rounded; objects that end up without
 *       members become keys of `objects`, with true, and lists that closed up, with false. A name that stands twice in one object is an error. The message says what
 *       is wrong and at which byte, never a piece of the text.
 *   core.json_decode(text, objects, null) -> value | nil, message
 *       The same, but nothing is left out or made something else: `null` stands for null, and numbers are numbers.
 *   core.null -> the value that lua-cjson and nginx have for null
 */
#include "json.h"
#include "core/lua_core.h"

#include <math.h>

enum {
    FEW = 16, /* names of an object that are compared one by one */
    ROOM = 4, /* of a table whose members were not counted */
    MOST = 1024 /* caps what a table is made with: counts include members that are null */
};

/* Reads a text that idn_json_check has passed: nothing below looks for its end, or for what cannot be there. */
struct decoder {
    lua_State *L;
    const char *p;
    const struct idn_json *found;
    unsigned opened, strings; /* objects and lists, and strings, so far */
    int twice;       /* a name came twice in one object */
    int closed;      /* a list closed up */
    int keeps;       /* nulls, as the value at index 3, and large numbers */
};

static int push_value(struct decoder *d);

/* The next byte that is no blank, where the decoder then is. */
static char next(struct decoder *d) {
    while ((unsigned char)*d->p <= ' ')
        d->p++;
    return *d->p;
}

static unsigned long hex4(const char *at) {
    unsigned long n = 0;
    for (int i = 0; i < 4; i++) {
        unsigned c = (unsigned char)at[i];
        n = n * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return n;
}

static char *put_utf8(char *out, unsigned long code) {
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    *out++ = (char)(lead[more] | code >> 6 * more);
    while (more-- > 0)
        *out++ = (char)(0x80 | (code >> 6 * more & 0x3f));
    return out;
}

/* Writes what the escape at *from stands for, and moves behind both. */
static char *unescape(const char **from, char *out) {
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    char c = (*from)[1];
    if (c != 'u') {
        const char *found = strchr(letters, c);
        *out++ = found ? meant[found - letters] : c;
        *from += 2;
        return out;
    }
    unsigned long code = hex4(*from + 2);
    *from += 6;
    if (code >= 0xd800 && code < 0xdc00) {
        code = 0x10000 + ((code - 0xd800) << 10) + (hex4(*from + 2) - 0xdc00);
        *from += 6;
    }
    return put_utf8(out, code);
}

/* The end of a string beyond those whose length is noted. */
static const char *find_end(const char *at, int *escaped) {
    for (; *at != '"'; at++)
        if (*at == '\\') {
            *escaped = 1;
            at++;
        }
    return at;
}

/* Pushes the string that begins here; 1 when it is spelled with escapes. */
static int push_string(struct decoder *d) {
    const char *start = d->p + 1, *end;
    int escaped = 0;
    if (d->strings < d->found->strings) {
        size_t noted = d->found->lengths[d->strings++];
        end = start + (noted >> 1);
        escaped = noted & 1;
    } else {
        end = find_end(start, &escaped);
    }
    d->p = end + 1;
    size_t len = (size_t)(end - start);
    if (!escaped) {
        lua_pushlstring(d->L, start, len);
        return 0;
    }
    char *text = lua_newuserdata(d->L, len),
         *out = text; /* no escape is shorter than what it stands for */
    for (const char *from = start; from < end;)
        if (*from == '\\')
            out = unescape(&from, out);
        else
            *out++ = *from++;
    lua_pushlstring(d->L, text, (size_t)(out - text));
    lua_remove(d->L, -2);
    return 1;
}

static void push_number(struct decoder *d) {
    lua_State *L = d->L;
    const char *start = d->p;
    size_t sign = *start == '-', whole = sign + strspn(start + sign, "0123456789");
    size_t len = whole + strspn(start + whole, "+-.0123456789eE");
    d->p += len;
    if (len == whole && !idn_json_is_large(start + sign, len - sign)) {
        int64_t n = 0;
        for (size_t i = sign; i < len; i++)
            n = n * 10 + (start[i] - '0');
        idn_pushint(L, sign ? -n : n);
        return;
    }
    if (len == whole && !d->keeps) {
        lua_pushlstring(L, start, len);
        return;
    }
    lua_Number n = idn_json_number(start);
    if (n >= -9007199254740992.0 && n <= 9007199254740992.0 && floor(n) == n)
        idn_pushint(L, (int64_t)n);
    else
        lua_pushnumber(L, n);
}

/* How many members or elements the object or list that opens here has, as far as a table is made for them. */
static int room_of(struct decoder *d) {
    unsigned i = d->opened++;
    unsigned n = i < d->found->containers ? d->found->counts[i] : ROOM;
    return n < MOST ? (int)n : MOST;
}

/* Makes the table on top a key of the table at index 2. */
static void note(lua_State *L, int value) {
    lua_pushvalue(L, -1);
    lua_pushboolean(L, value);
    lua_rawset(L, 2);
}

static void push_list(struct decoder *d) {
    int count = 0, nulls = 0;
    lua_createtable(d->L, room_of(d), 0);
    d->p++;
    while (next(d) != ']') {
        if (push_value(d))
            lua_rawseti(d->L, -2, ++count);
        else
            nulls = 1;
        if (next(d) == ',')
            d->p++;
    }
    d->p++;
    if (nulls) {
        note(d->L, 0);
        d->closed = 1;
    }
}

/* Takes the members that stand for null out of the table on top. */
static void drop_nulls(lua_State *L) {
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        int is_null = lua_islightuserdata(L, -1);
        lua_pop(L, 1);
        if (is_null) {
            lua_pushvalue(L, -1);
            lua_pushnil(L);
            lua_rawset(L, -4);
        }
    }
}

/* Notes the table on top when it is empty. */
static void note_empty(lua_State *L) {
    lua_pushnil(L);
    if (lua_next(L, -2)) {
        lua_pop(L, 2);
        return;
    }
    note(L, 1);
}

/* The names of an object as the text spells them, as long as they are few and have no escapes. */
struct names {
    int count; /* FEW: no longer */
    struct piece {
        const char *bytes;
        size_t len;
    } list[FEW];
};

/* Whether the name on top, which the text spells as these bytes, stood in the object beneath it before. */
static int is_second(lua_State *L, struct names *names, const char *bytes, size_t len, int escaped) {
    if (!escaped && names->count < FEW) {
        for (int i = 0; i < names->count; i++)
            if (names->list[i].len == len && memcmp(names->list[i].bytes, bytes, len) == 0)
                return 1;
        names->list[names->count++] = (struct piece){bytes, len};
        return 0;
    }
    names->count = FEW;
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    int found = !lua_isnil(L, -1);
    lua_pop(L, 1);
    return found;
}

static void push_object(struct decoder *d) {
    lua_State *L = d->L;
    struct names names;
    int count = 0, nulls = 0;
    names.count = 0;
    lua_createtable(L, 0, room_of(d));
    d->p++;
    for (; next(d) != '}'; count++) {
        const char *name = d->p + 1;
        int escaped = push_string(d);
        d->twice |= is_second(L, &names, name, (size_t)(d->p - 1 - name), escaped);
        next(d);
        d->p++; /* the colon */
        if (!push_value(d)) {
            lua_pushlightuserdata(L, d); /* for the time being: its name has come */
            nulls++;
        }
        lua_rawset(L, -3);
        if (next(d) == ',')
            d->p++;
    }
    d->p++;
    if (nulls)
        drop_nulls(L);
    if (count == nulls)
        note_empty(L);
}

/* Pushes the next value; 0 when it is null, and nothing was pushed. */
static int push_value(struct decoder *d) {
    char c = next(d);
    switch (c) {
    case '{':
    case '[':
        luaL_checkstack(d->L, 8, "nested too deeply");
        if (c == '{')
            push_object(d);
        else
            push_list(d);
        return 1;
    case '"':
        push_string(d);
        return 1;
    case 't':
    case 'f':
        lua_pushboolean(d->L, c == 't');
        d->p += c == 't' ? 4 : 5;
        return 1;
    case 'n':
        d->p += 4;
        if (d->keeps)
            lua_pushvalue(d->L, 3);
        return d->keeps;
    default:
        push_number(d);
        return 1;
    }
}

static int json_decode(lua_State *L) {
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 3);
    struct idn_json found;
    idn_json_check(text, len, &found);
    if (found.wrong) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s at byte %d", found.wrong, (int)found.at + 1);
        return 2;
    }
    struct decoder d = {.L = L, .p = text, .found = &found, .keeps = !lua_isnil(L, 3)};
    int pushed = push_value(&d);
    if (pushed && !d.twice) {
        if (d.closed)
            lua_pushboolean(L, 1);
        return 1 + d.closed;
    }
    lua_pushnil(L);
    lua_pushstring(L, pushed ? "a name stands twice in one object" : "null");
    return 2;
}

void idn_open_json(lua_State *L) {
    static const luaL_Reg functions[] = {{"json_decode", json_decode}, {NULL, NULL}};
    idn_setfuncs(L, functions);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
}
