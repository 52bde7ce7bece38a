/*
 * Schemas of decoded replies: which parts they must have, and of which type.
 *
 *   core.schema(description, objects) -> check
 *       description: "string", "number", "boolean", "table", "text" (a string with something in it), "object", "list",
 *       "strings" (a list of them), {each = description} (a list of …), or a table of the parts that an object may
 *       have by their names, and under `required` a list of those that it must have.
 *       objects: the table in which core.json_decode notes objects without members, which look like empty lists.
 *   check(value [, closed]) -> nothing, or what is wrong and where below the value; places are named, contents are not.
 *       closed: false where json_decode left out no null of a list; else each list is looked up in objects
 *
 * A check runs over every reply, so a description is taken apart once, into an array of nodes.
 */
#include "core/lua_core.h"

enum kind { STRING, NUMBER, BOOLEAN, TABLE, TEXT, OBJECT, LIST, STRINGS, EACH, PARTS };

/* The first of these are named by descriptions. */
static const char *const names[] = {"string", "number", "boolean", "table", "text", "object", "list", "strings", NULL};
static const char *const words[] = {
    "a string", "a number", "a boolean", "a table", "a text", "an object", "a list", "a list of strings",
};

struct node {
    enum kind kind;
    int first, count; /* of EACH: the node of the elements; of PARTS: its parts */
};

struct part {
    int name, node; /* name: where it stands in the list of names */
    int required;
};

enum { NODES = 64, PARTS_MOST = 96, DEPTH = 8 };

struct schema {
    struct node nodes[NODES];
    struct part parts[PARTS_MOST];
    int node_count, part_count;
};

/* ---- taking a description apart ---- */

struct maker {
    lua_State *L;
    struct schema *schema;
    int names; /* where the list of names is on the stack */
};

static void make(struct maker *m, int node, int depth);

static int new_node(struct maker *m) {
    if (m->schema->node_count == NODES)
        return luaL_error(m->L, "a schema with more than %d nodes", (int)NODES);
    return m->schema->node_count++;
}

/* Whether the name on top is one of the list at `required`. */
static int is_required(lua_State *L, int required) {
    if (lua_isnil(L, required))
        return 0;
    int found = 0;
    for (int i = 1; i <= (int)lua_rawlen(L, required); i++) {
        lua_rawgeti(L, required, i);
        found |= lua_rawequal(L, -1, -2);
        lua_pop(L, 1);
    }
    return found;
}

/* The parts of the description on top; those that are needed first, since their lack says most. */
static void make_parts(struct maker *m, int node, int depth) {
    lua_State *L = m->L;
    int description = lua_gettop(L);
    lua_getfield(L, description, "required");
    int required = description + 1, first = m->schema->part_count;
    for (int wanted = 1; wanted >= 0; wanted--) {
        lua_pushnil(L);
        while (lua_next(L, description)) {
            lua_insert(L, -2); /* the name on top of its description */
            int is_name = strcmp(luaL_checkstring(L, -1), "required") != 0;
            if (is_name && is_required(L, required) == wanted) {
                if (m->schema->part_count == PARTS_MOST)
                    luaL_error(L, "a schema with more than %d parts", (int)PARTS_MOST);
                struct part *part = &m->schema->parts[m->schema->part_count++];
                part->required = wanted;
                part->name = (int)lua_rawlen(L, m->names) + 1;
                lua_pushvalue(L, -1);
                lua_rawseti(L, m->names, part->name);
            }
            lua_remove(L, -2); /* the name goes on to lua_next */
        }
    }
    int count = m->schema->part_count - first;
    m->schema->nodes[node].first = first;
    m->schema->nodes[node].count = count;
    for (int i = first; i < first + count; i++) {
        lua_rawgeti(L, m->names, m->schema->parts[i].name);
        lua_rawget(L, description);
        m->schema->parts[i].node = new_node(m);
        make(m, m->schema->parts[i].node, depth + 1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Fills the node from the description on top. */
static void make(struct maker *m, int node, int depth) {
    lua_State *L = m->L;
    luaL_checkstack(L, 8, NULL);
    if (depth > DEPTH)
        luaL_error(L, "a schema nested deeper than %d", (int)DEPTH);
    if (lua_type(L, -1) == LUA_TSTRING) {
        m->schema->nodes[node].kind = (enum kind)luaL_checkoption(L, -1, NULL, names);
        return;
    }
    luaL_checktype(L, -1, LUA_TTABLE);
    lua_getfield(L, -1, "each");
    int is_list = !lua_isnil(L, -1);
    m->schema->nodes[node].kind = is_list ? EACH : PARTS;
    if (is_list) {
        int each = m->schema->nodes[node].first = new_node(m);
        make(m, each, depth + 1);
    }
    lua_pop(L, 1);
    if (!is_list)
        make_parts(m, node, depth);
}

/* ---- checking a value ---- */

struct walk {
    lua_State *L;
    const struct schema *schema;
    int closed; /* a list of the value may have closed up */
};

#define NAMES lua_upvalueindex(2)
#define OBJECTS lua_upvalueindex(3)

/* Each check looks at the value on top and leaves the stack as it was, or pushes what is wrong and where; then 0. */
static int check(const struct walk *w, int node);

static int wrong(const struct walk *w, const char *what) {
    lua_pushstring(w->L, what);
    lua_pushliteral(w->L, "");
    return 0;
}

/* A failure within a part, one level up: what is wrong, and where with the part's own place before it. */
static int within(const struct walk *w, const char *place) {
    lua_pushfstring(w->L, "%s%s", place, lua_tostring(w->L, -2)); /* beneath it are the place, and where */
    lua_pushvalue(w->L, -4);
    lua_insert(w->L, -2);
    return 0;
}

static int not_a(const struct walk *w, enum kind kind) {
    size_t len = 1;
    int is_empty = lua_type(w->L, -1) == LUA_TSTRING && (lua_tolstring(w->L, -1, &len), len == 0);
    if (is_empty)
        lua_pushfstring(w->L, "is empty, not %s", words[kind]);
    else
        lua_pushfstring(w->L, "is a %s, not %s", luaL_typename(w->L, -1), words[kind]);
    lua_pushliteral(w->L, "");
    return 0;
}

static int has_first(lua_State *L) {
    lua_rawgeti(L, -1, 1);
    int found = !lua_isnil(L, -1);
    lua_pop(L, 1);
    return found;
}

/* Whether the value on top is a list: it has a first element, or has no members and is no object without any. */
static int is_list(lua_State *L) {
    if (!lua_istable(L, -1))
        return 0;
    if (has_first(L))
        return 1;
    lua_pushnil(L);
    if (lua_next(L, -2)) {
        lua_pop(L, 2);
        return 0;
    }
    lua_pushvalue(L, -1);
    lua_rawget(L, OBJECTS);
    int found = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return !found;
}

/* Whether nulls were left out of the list on top: what they stood for cannot be told. */
static int had_nulls(lua_State *L) {
    lua_pushvalue(L, -1);
    lua_rawget(L, OBJECTS);
    int found = lua_isboolean(L, -1) && !lua_toboolean(L, -1);
    lua_pop(L, 1);
    return found;
}

static int are_strings(lua_State *L) {
    int ok = is_list(L);
    for (int i = 1, n = ok ? (int)lua_rawlen(L, -1) : 0; i <= n; i++) {
        lua_rawgeti(L, -1, i);
        ok = ok && lua_type(L, -1) == LUA_TSTRING;
        lua_pop(L, 1);
    }
    return ok;
}

static int check_each(const struct walk *w, const struct node *node) {
    lua_State *L = w->L;
    if (!is_list(L))
        return wrong(w, "is not a list");
    for (int i = 1, n = (int)lua_rawlen(L, -1); i <= n; i++) {
        lua_rawgeti(L, -1, i);
        if (!check(w, node->first))
            return within(w, lua_pushfstring(L, "[%d]", i));
        lua_pop(L, 1);
    }
    return 1;
}

static int check_parts(const struct walk *w, const struct node *node) {
    lua_State *L = w->L;
    if (!lua_istable(L, -1) || has_first(L))
        return wrong(w, "is not an object");
    for (int i = 0; i < node->count; i++) {
        const struct part *part = &w->schema->parts[node->first + i];
        lua_rawgeti(L, NAMES, part->name);
        lua_rawget(L, -2);
        int is_there = !lua_isnil(L, -1);
        if (!is_there && part->required) {
            lua_rawgeti(L, NAMES, part->name);
            lua_pushfstring(L, "has no %s", lua_tostring(L, -1));
            lua_pushliteral(L, "");
            return 0;
        }
        if (is_there && !check(w, part->node)) {
            lua_rawgeti(L, NAMES, part->name);
            lua_pushfstring(L, ".%s", lua_tostring(L, -1));
            lua_remove(L, -2);
            return within(w, lua_tostring(L, -1));
        }
        lua_pop(L, 1);
    }
    return 1;
}

static int check(const struct walk *w, int index) {
    static const int types[] = {LUA_TSTRING, LUA_TNUMBER, LUA_TBOOLEAN, LUA_TTABLE};
    const struct node *node = &w->schema->nodes[index];
    lua_State *L = w->L;
    int ok;
    if (w->closed && (node->kind == EACH || node->kind == LIST || node->kind == STRINGS) && lua_istable(L, -1) &&
        had_nulls(L))
        return wrong(w, "holds null");
    switch (node->kind) {
    case EACH:
        return check_each(w, node);
    case PARTS:
        return check_parts(w, node);
    case TEXT:
        ok = lua_type(L, -1) == LUA_TSTRING && lua_rawlen(L, -1) > 0;
        break;
    case OBJECT:
        ok = lua_istable(L, -1) && !has_first(L);
        break;
    case LIST:
        ok = is_list(L);
        break;
    case STRINGS:
        ok = are_strings(L);
        break;
    default:
        ok = lua_type(L, -1) == types[node->kind];
    }
    return ok || not_a(w, node->kind);
}

static int check_value(lua_State *L) {
    struct walk w = {L, lua_touserdata(L, lua_upvalueindex(1)), lua_isnoneornil(L, 2) || lua_toboolean(L, 2)};
    lua_settop(L, 1);
    luaL_checkstack(L, 6 * DEPTH, NULL);
    if (check(&w, 0))
        return 0;
    return 2;
}

static int schema(lua_State *L) {
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    struct maker m = {.L = L, .names = 4};
    m.schema = lua_newuserdata(L, sizeof *m.schema);
    memset(m.schema, 0, sizeof *m.schema);
    lua_newtable(L);
    lua_pushvalue(L, 1);
    make(&m, new_node(&m), 1);
    lua_settop(L, 4);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, check_value, 3);
    return 1;
}

void idn_open_schema(lua_State *L) {
    static const luaL_Reg functions[] = {{"schema", schema}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
