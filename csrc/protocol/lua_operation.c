/*
 * Operations for Lua.
 *
 *   core.operation(path, params) -> target
 *       path: template of the path below the base URL; params: rows {name, where, type, required?, value?, values?} as
 *       `idngo.endpoints` has them. A description that makes no sense throws.
 *   target(prefix, …) -> target | nil, message
 *       one value per parameter that is not fixed, in the rows' order, nil for an absent optional one. The message
 *       names the parameter and what is wrong, never the value.
 */
#include "core/lua_core.h"
#include "url.h"

/* ---- compiling a description ---- */

/* Takes the text on top into the table of texts, which keeps it; NULL for nil. */
static const char *keep(lua_State *L, int texts) {
    const char *text = NULL;
    if (!lua_isnil(L, -1)) {
        text = luaL_checkstring(L, -1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, texts, (int)lua_rawlen(L, texts) + 1);
    }
    lua_pop(L, 1);
    return text;
}

static const char *text_of(lua_State *L, int row, const char *field, int texts) {
    lua_getfield(L, row, field);
    return keep(L, texts);
}

/* {"a", "b"} -> "a|b" */
static const char *values_of(lua_State *L, int row, int texts) {
    lua_getfield(L, row, "values");
    if (!lua_isnil(L, -1)) {
        luaL_checktype(L, -1, LUA_TTABLE);
        lua_pushliteral(L, "");
        for (int i = 1, n = (int)lua_rawlen(L, -2); i <= n; i++) {
            lua_rawgeti(L, -2, i);
            lua_pushfstring(L, "%s%s%s", lua_tostring(L, -2), i > 1 ? "|" : "",
                            luaL_checkstring(L, -1));
            lua_replace(L, -3);
            lua_pop(L, 1);
        }
        lua_remove(L, -2);
    }
    return keep(L, texts);
}

/* Which of `names` the field of a row is. */
static int word_of(lua_State *L, int row, const char *field, const char *const names[]) {
    lua_getfield(L, row, field);
    const char *word = lua_tostring(L, -1);
    for (int i = 0; word && names[i]; i++)
        if (strcmp(names[i], word) == 0) {
            lua_pop(L, 1);
            return i;
        }
    return luaL_error(L, "a parameter has no %s that is known", field);
}

static void take_param(lua_State *L, struct idn_param *param, int row, int texts) {
    static const char *const places[] = {"path", "query", "matrix", NULL};
    luaL_checktype(L, row, LUA_TTABLE);
    param->name = text_of(L, row, "name", texts);
    if (!param->name)
        luaL_error(L, "a parameter has no name");
    param->where = (enum idn_where)word_of(L, row, "where", places);
    param->type = (enum idn_type)word_of(L, row, "type", idn_type_names);
    param->value = text_of(L, row, "value", texts);
    param->values = values_of(L, row, texts);
    lua_getfield(L, row, "required");
    param->required = lua_toboolean(L, -1);
    lua_pop(L, 1);
}

/* ---- a call's target ---- */

/* Pushes "NAME WHAT" after nil, and the values that would be right: the two results of a refused argument. */
static int refuse(lua_State *L, const struct idn_param *param, const char *what) {
    const char *colon = param->values ? ": " : "";
    const char *values = param->values ? luaL_gsub(L, param->values, "|", ", ") : "";
    lua_pushnil(L);
    lua_pushfstring(L, "%s %s%s%s", param->name, what, colon, values);
    return 2;
}

/* Replaces the list of names at `index` by one string joined with commas; 0 when it is no such list. */
static int join_list(lua_State *L, int index) {
    size_t n = lua_rawlen(L, index);
    luaL_Buffer buffer;
    if (n == 0 || n > IDN_MAX_ARGUMENT)
        return 0;
    for (size_t i = 1; i <= n; i++) { /* checked before the buffer takes the stack */
        lua_rawgeti(L, index, (int)i);
        int ok = lua_type(L, -1) == LUA_TSTRING && lua_rawlen(L, -1) > 0 &&
                 !strchr(lua_tostring(L, -1), ',');
        lua_pop(L, 1);
        if (!ok)
            return 0;
    }
    luaL_buffinit(L, &buffer);
    for (size_t i = 1; i <= n; i++) {
        if (i > 1)
            luaL_addchar(&buffer, ',');
        lua_rawgeti(L, index, (int)i);
        luaL_addvalue(&buffer);
    }
    luaL_pushresult(&buffer);
    lua_replace(L, index);
    return 1;
}

/* What is wrong with the type of the value at `index`, or NULL; makes it a string where it must be one. */
static const char *check_type(lua_State *L, const struct idn_param *param, int index) {
    int type = lua_type(L, index);
    int64_t n;
    switch (param->type) {
    case IDN_INTEGER:
        if (!idn_toint(L, index, &n) || n <= 0)
            return "must be a whole number above 0";
        lua_pushfstring(L, "%d", (int)(n > INT32_MAX ? INT32_MAX : n));
        lua_replace(L, index);
        return n > INT32_MAX ? "is too large" : NULL;
    case IDN_LIST:
        if (type != LUA_TTABLE || !join_list(L, index))
            return "must be a list of field names, such as {\"dob\", \"tin\"}";
        return NULL;
    default:
        return type == LUA_TSTRING ? NULL : "must be a string";
    }
}

static int target(lua_State *L) {
    const struct idn_operation *operation = lua_touserdata(L, lua_upvalueindex(1));
    struct idn_text prefix, values[IDN_MAX_PARAMS];
    prefix.bytes = luaL_checklstring(L, 1, &prefix.len);
    int arg = 2, count = operation->count;
    lua_settop(L, arg + count);
    for (int i = 0; i < count; i++) {
        const struct idn_param *param = &operation->params[i];
        values[i] = (struct idn_text){NULL, 0};
        if (param->type == IDN_FIXED)
            continue;
        int index = arg++;
        if (lua_isnil(L, index)) {
            if (param->required)
                return refuse(L, param, "is missing");
            continue;
        }
        const char *wrong = check_type(L, param, index);
        if (!wrong) {
            values[i].bytes = lua_tolstring(L, index, &values[i].len);
            wrong = idn_check_text(param, values[i]);
        }
        if (wrong)
            return refuse(L, param, wrong);
    }
    char small[512]; /* enough for all but the oddest ids */
    size_t bound = idn_target_bound(operation, prefix.len, values);
    char *out = bound <= sizeof small ? small : lua_newuserdata(L, bound);
    lua_pushlstring(L, out, idn_target(operation, prefix, values, out));
    return 1;
}

static int operation(lua_State *L) {
    luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    struct idn_operation *made = lua_newuserdata(L, sizeof *made);
    memset(made, 0, sizeof *made);
    lua_newtable(L); /* the texts that the operation points to live as long as it does */
    lua_pushvalue(L, 1);
    made->path = keep(L, 4);
    int count = (int)lua_rawlen(L, 2);
    if (count > IDN_MAX_PARAMS)
        return luaL_error(L, "%s has more than %d parameters", made->path, IDN_MAX_PARAMS);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, 2, i + 1);
        take_param(L, &made->params[i], 5, 4);
        lua_pop(L, 1);
    }
    made->count = count;
    const char *wrong = idn_operation_compile(made);
    if (wrong)
        return luaL_error(L, "%s %s", made->path, wrong);
    lua_pushcclosure(L, target, 2);
    return 1;
}

void idn_open_operation(lua_State *L) {
    static const luaL_Reg functions[] = {{"operation", operation}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
