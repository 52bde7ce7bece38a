/*
 * The border of a table: `#t`, and all that goes by it (insert, remove, unpack, concat).
 *
 * Where a table has holes, Lua's own answer depends on how its parts came to be laid out, and that on the hash seed and on
 * addresses: the same policy decided differently from process to process. This one looks at contents alone. The linker
 * puts it in the place of Lua's (--wrap=luaH_getn), which takes the static library of Lua 5.4; main.c proves it.
 */
#include <lauxlib.h>
#include <lua.h>

#if defined(LUA_VERSION_NUM) && LUA_VERSION_NUM != 504
#error "the evaluator is made for Lua 5.4"
#endif

/* Lua's own, as they are in every 5.4: a value's tag follows its eight bytes, and nil's lower four bits are 0. */
struct value {
    lua_Integer bits;
    unsigned char tag;
};
const struct value *luaH_getint(void *table, lua_Integer key);

lua_Unsigned __wrap_luaH_getn(void *table);

static int is_nil(void *table, lua_Unsigned key) {
    return (luaH_getint(table, (lua_Integer)key)->tag & 0x0f) == 0;
}

/* Doubles until a position is empty, then halves what lies between. */
lua_Unsigned __wrap_luaH_getn(void *table) {
    lua_Unsigned full = 0, empty = 1;
    while (!is_nil(table, empty)) {
        full = empty;
        if (empty > LUA_MAXINTEGER / 2)
            return full; /* nobody has that many; any border will do, as long as it is the same one */
        empty *= 2;
    }
    while (empty - full > 1) {
        lua_Unsigned middle = full + (empty - full) / 2;
        if (is_nil(table, middle))
            empty = middle;
        else
            full = middle;
    }
    return full;
}
