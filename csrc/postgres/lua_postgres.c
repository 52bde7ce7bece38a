/*
 * idngo.postgres: a connection to a PostgreSQL server, by libpq's calls that do not wait. Who calls waits for the descriptor.
 *
 *   postgres.connect(uri) -> connection | nil, message         begins; nothing has been sent yet
 *   connection:option(name) -> text | nil                      what is in effect of libpq's options: "host", "sslmode"
 *   connection:poll() -> "r" | "w" | "ok" | nil, message       goes on connecting, when the descriptor is ready for that
 *   connection:descriptor() -> number                          another one, perhaps, after each poll
 *
 * Once that is "ok", one of these begins a question:
 *   connection:query(sql) -> true | nil, message               any number of statements without values
 *   connection:prepare(name, sql) -> true | nil, message
 *   connection:describe(name) -> true | nil, message           of what types the values of a prepared statement are
 *   connection:execute(name, types, …) -> true | nil, message  binds nil, boolean, number, string
 * and these go on with it:
 *   connection:flush() -> true | false | nil, message          false: more is to be sent, when the descriptor is ready for it
 *   connection:take() -> "wait"                                nothing yet, until something is to be read
 *                      | "done"                                all of it was taken
 *                      | "rows", {{column = value} …}, count   NULL columns are absent; count: rows changed, or given
 *                      | "types", {number …}                   of a description
 *                      | "error", message, state               SQLSTATE, or "" where the connection is lost
 * While no question is under way:
 *   connection:notified() -> channel | false | nil, message    on which another connection has said something; false: none left
 *   connection:close()                                         also __gc and __close
 *
 * Values travel in their binary form, both ways: no locale and no rounding stands between. A message is the server's first
 * line alone, since what it adds may quote a row.
 */
#include "../compat.h"

#include <endian.h>
#include <libpq-fe.h>
#include <string.h>

#define CONNECTION "idngo.postgres"

/* Of the server's types, those that our tables have; a column may have an INT4 too. */
enum { BOOL = 16, BYTEA = 17, INT8 = 20, INT4 = 23, TEXT = 25, FLOAT8 = 701 };

/* Values of one statement. */
#define MOST 32

struct connection {
    PGconn *conn; /* NULL: closed */
    PGresult *result;
    PGnotify *notify;
    PQconninfoOption *options;
};

static int close_connection(lua_State *L) {
    struct connection *c = idn_self(L, CONNECTION);
    PQclear(c->result);
    PQfreemem(c->notify);
    PQconninfoFree(c->options);
    PQfinish(c->conn);
    *c = (struct connection){NULL, NULL, NULL, NULL};
    return 0;
}

static struct connection *check_open(lua_State *L) {
    struct connection *c = idn_self(L, CONNECTION);
    if (!c->conn)
        luaL_error(L, "connection is closed");
    return c;
}

/* The first line of what libpq says, without "ERROR: " before it. */
static void push_line(lua_State *L, const char *text) {
    if (!text || !*text)
        text = "the connection is lost";
    lua_pushlstring(L, text, strcspn(text, "\n"));
}

static int push_failure(lua_State *L, struct connection *c) {
    lua_pushnil(L);
    push_line(L, PQerrorMessage(c->conn));
    return 2;
}

/* What the server remarks is nobody's to read; libpq would print it. */
static void ignore(void *arg, const PGresult *result) {
    (void)arg;
    (void)result;
}

static int start(lua_State *L) {
    const char *uri = luaL_checkstring(L, 1);
    /* what the URI says counts, if it says something else */
    const char *const names[] = {
        "fallback_application_name", "keepalives_idle",  "keepalives_interval",
        "keepalives_count",          "tcp_user_timeout", "dbname",
        NULL};
    const char *const values[] = {"idngo", "10", "5", "3", "30000", uri, NULL};
    struct connection *c = lua_newuserdata(L, sizeof *c);
    *c = (struct connection){NULL, NULL, NULL, NULL};
    luaL_getmetatable(L, CONNECTION);
    lua_setmetatable(L, -2);
    c->conn = PQconnectStartParams(names, values, 1);
    if (!c->conn)
        return luaL_error(L, "not enough memory");
    if (PQstatus(c->conn) == CONNECTION_BAD)
        return push_failure(L, c);
    PQsetNoticeReceiver(c->conn, ignore, NULL);
    return 1;
}

static int option(lua_State *L) {
    struct connection *c = check_open(L);
    const char *name = luaL_checkstring(L, 2);
    if (!c->options)
        c->options = PQconninfo(c->conn);
    for (const PQconninfoOption *o = c->options; o && o->keyword; o++) {
        if (strcmp(o->keyword, name) == 0 && o->val) {
            lua_pushstring(L, o->val);
            return 1;
        }
    }
    return 0;
}

static int poll_connect(lua_State *L) {
    struct connection *c = check_open(L);
    switch (PQconnectPoll(c->conn)) {
    case PGRES_POLLING_READING:
        lua_pushliteral(L, "r");
        return 1;
    case PGRES_POLLING_WRITING:
        lua_pushliteral(L, "w");
        return 1;
    case PGRES_POLLING_OK:
        if (PQsetnonblocking(c->conn, 1) != 0)
            return push_failure(L, c);
        lua_pushliteral(L, "ok");
        return 1;
    default:
        return push_failure(L, c);
    }
}

static int descriptor(lua_State *L) {
    lua_pushinteger(L, PQsocket(check_open(L)->conn));
    return 1;
}

static int begun(lua_State *L, struct connection *c, int ok) {
    if (!ok)
        return push_failure(L, c);
    lua_pushboolean(L, 1);
    return 1;
}

static int query(lua_State *L) {
    struct connection *c = check_open(L);
    return begun(L, c, PQsendQuery(c->conn, luaL_checkstring(L, 2)));
}

static int prepare(lua_State *L) {
    struct connection *c = check_open(L);
    return begun(L, c,
                 PQsendPrepare(c->conn, luaL_checkstring(L, 2), luaL_checkstring(L, 3), 0, NULL));
}

static int describe(lua_State *L) {
    struct connection *c = check_open(L);
    return begun(L, c, PQsendDescribePrepared(c->conn, luaL_checkstring(L, 2)));
}

/* Makes of the value at `index` the bytes of a value of `type`; where those are no string's own they are written to `room`. */
static const char *bind(lua_State *L, int index, Oid type, uint64_t *room, size_t *len) {
    int64_t n = 0;
    int kind = lua_type(L, index);
    if (kind == LUA_TNIL || kind == LUA_TNONE)
        return NULL;
    if (type == TEXT || type == BYTEA) {
        luaL_argcheck(L, kind == LUA_TSTRING, index, "the statement takes a string");
        return lua_tolstring(L, index, len);
    }
    if (type != INT8 && type != FLOAT8)
        luaL_error(L, "value %d is of type %d, which no table of ours has", index - 3, (int)type);
    if (kind == LUA_TBOOLEAN)
        n = lua_toboolean(L, index);
    else if (!idn_toint(L, index, &n))
        luaL_argcheck(L, kind == LUA_TNUMBER && type == FLOAT8, index,
                      "the statement takes a number, a whole one but for times");
    double d = kind == LUA_TNUMBER ? lua_tonumber(L, index) : (double)n;
    *len = sizeof *room;
    memcpy(room, type == INT8 ? (void *)&n : (void *)&d, sizeof *room);
    *room = htobe64(*room);
    return (const char *)room;
}

static int execute(lua_State *L) {
    struct connection *c = check_open(L);
    const char *name = luaL_checkstring(L, 2), *values[MOST];
    int lengths[MOST], formats[MOST];
    uint64_t room[MOST];
    luaL_checktype(L, 3, LUA_TTABLE);
    int count = (int)lua_rawlen(L, 3);
    luaL_argcheck(L, count <= MOST, 3, "too many values");
    if (lua_gettop(L) - 3 > count)
        luaL_error(L, "the statement takes %d values", count);
    for (int i = 0; i < count; i++) {
        size_t len = 0;
        lua_rawgeti(L, 3, i + 1);
        Oid type = (Oid)lua_tointeger(L, -1);
        lua_pop(L, 1);
        /* behind what was given there may be something else by now */
        values[i] = i + 4 <= lua_gettop(L) ? bind(L, i + 4, type, &room[i], &len) : NULL;
        lengths[i] = (int)len;
        formats[i] = 1;
    }
    return begun(L, c, PQsendQueryPrepared(c->conn, name, count, values, lengths, formats, 1));
}

static int flush(lua_State *L) {
    struct connection *c = check_open(L);
    int left = PQflush(c->conn);
    if (left < 0 || !PQconsumeInput(c->conn)) /* a server that cannot send does not read either */
        return push_failure(L, c);
    lua_pushboolean(L, left == 0);
    return 1;
}

/* Pushes a value; false where it is of no type that our tables have, or not as long as its type is. */
static int push_value(lua_State *L, const PGresult *result, int row, int column) {
    const char *bytes = PQgetvalue(result, row, column);
    size_t len = (size_t)PQgetlength(result, row, column);
    Oid type = PQftype(result, column);
    uint64_t n = 0;
    uint32_t small;
    double d;
    if (type == TEXT || type == BYTEA) {
        lua_pushlstring(L, bytes, len);
    } else if (type == BOOL && len == 1) {
        lua_pushboolean(L, *bytes);
    } else if (type == INT4 && len == sizeof small) {
        memcpy(&small, bytes, sizeof small);
        idn_pushint(L, (int32_t)be32toh(small));
    } else if ((type == INT8 || type == FLOAT8) && len == sizeof n) {
        memcpy(&n, bytes, sizeof n);
        n = be64toh(n);
        memcpy(&d, &n, sizeof d);
        if (type == INT8)
            idn_pushint(L, (int64_t)n);
        else
            lua_pushnumber(L, d);
    } else {
        return 0;
    }
    return 1;
}

/* What is wrong is said as an error of the server is: its answer is taken to the end. */
static int push_wrong(lua_State *L, const PGresult *result, int column) {
    lua_pushliteral(L, "error");
    lua_pushfstring(L, "column %s is of type %d, which no table of ours has, or not as long",
                    PQfname(result, column), (int)PQftype(result, column));
    lua_pushliteral(L, "42804"); /* datatype_mismatch */
    return 3;
}

static int push_rows(lua_State *L, PGresult *result) {
    int rows = PQntuples(result), columns = PQnfields(result);
    lua_pushliteral(L, "rows");
    lua_createtable(L, rows, 0);
    for (int row = 0; row < rows && PQbinaryTuples(result);
         row++) { /* of a question without values, as text, nothing is read */
        lua_createtable(L, 0, columns);
        for (int column = 0; column < columns; column++) {
            if (PQgetisnull(result, row, column))
                continue;
            if (!push_value(L, result, row, column))
                return push_wrong(L, result, column);
            lua_setfield(L, -2, PQfname(result, column));
        }
        lua_rawseti(L, -2, row + 1);
    }
    int64_t count = 0;
    for (const char *digit = PQcmdTuples(result); *digit >= '0' && *digit <= '9'; digit++)
        count = count * 10 + (*digit - '0');
    idn_pushint(L, count);
    return 3;
}

static int push_types(lua_State *L, const PGresult *result) {
    int count = PQnparams(result);
    lua_pushliteral(L, "types");
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        lua_pushinteger(L, (lua_Integer)PQparamtype(result, i));
        lua_rawseti(L, -2, i + 1);
    }
    return 2;
}

static int take(lua_State *L) {
    struct connection *c = check_open(L);
    PQclear(c->result);
    c->result = NULL;
    int whole = PQconsumeInput(c->conn);
    if (whole && PQisBusy(c->conn)) {
        lua_pushliteral(L, "wait");
        return 1;
    }
    c->result = whole ? PQgetResult(c->conn)
                      : NULL; /* kept: what is pushed of it may want memory that is not there */
    if (whole && !c->result && PQstatus(c->conn) == CONNECTION_OK) {
        lua_pushliteral(L, "done");
        return 1;
    }
    ExecStatusType status = PQresultStatus(c->result);
    if (status == PGRES_COMMAND_OK && PQnparams(c->result) > 0)
        return push_types(L, c->result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
        return push_rows(L, c->result);
    const char *state = c->result ? PQresultErrorField(c->result, PG_DIAG_SQLSTATE) : NULL;
    const char *said = c->result ? PQresultErrorField(c->result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    lua_pushliteral(L, "error");
    push_line(L, said ? said : PQerrorMessage(c->conn));
    lua_pushstring(L, state ? state : "");
    return 3;
}

/* What this connection itself has said is nothing new to its owner. */
static int notified(lua_State *L) {
    struct connection *c = check_open(L);
    if (!PQconsumeInput(c->conn))
        return push_failure(L, c);
    do {
        PQfreemem(c->notify);
        c->notify = PQnotifies(c->conn); /* kept: pushing its name may want memory that is not there */
    } while (c->notify && c->notify->be_pid == PQbackendPID(c->conn));
    if (c->notify)
        lua_pushstring(L, c->notify->relname);
    else
        lua_pushboolean(L, 0);
    return 1;
}

IDN_EXPORT int luaopen_idngo_postgres(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"option", option},
        {"poll", poll_connect},
        {"descriptor", descriptor},
        {"query", query},
        {"prepare", prepare},
        {"describe", describe},
        {"execute", execute},
        {"flush", flush},
        {"take", take},
        {"notified", notified},
        {"close", close_connection},
        {"__gc", close_connection},
        {"__close", close_connection},
        {NULL, NULL},
    };
    static const luaL_Reg functions[] = {{"connect", start}, {NULL, NULL}};
    idn_newclass(L, CONNECTION, methods);
    lua_newtable(L);
    idn_setfuncs(L, functions);
    return 1;
}
