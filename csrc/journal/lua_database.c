/*
 * A run's database: SQLite, kept to what a journal needs.
 *
 *   journal.open(path, create) -> database | nil, message, word
 *       WAL, synchronous=FULL: what is committed survives a power cut. Without `create` the file must exist.
 *   journal.scratch() -> database | nil, message, word
 *       For what one process has too much of for its memory: a file without a name in SQLite's folder for such
 *       (SQLITE_TMPDIR, TMPDIR, /var/tmp, /tmp), written only when the cache is full, and gone with the database.
 *   database:exec(sql) -> true | nil, message, word          any number of statements, without values
 *   database:prepare(sql) -> statement | nil, message, word
 *   database:in_transaction() -> boolean                     SQLite itself rolls some back that fail
 *   database:close()                                         also its statements; __gc and __close
 *   statement:run(…) -> rows changed | nil, message, word    binds nil, boolean, number, string
 *   statement:rows(…) -> array of {column = value} | nil, message, word      NULL columns are absent
 *
 * The word is for programs: "busy" (another process writes), "full" (no space left), "io", "corrupt", "memory", or
 * "sql" (a mistake in the statement or its values).
 */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define DATABASE "idngo.database"
#define STATEMENT "idngo.statement"

/* How long a reader waits while a writer closes or checkpoints. */
#define BUSY_MS 2000

struct database {
    sqlite3 *db; /* NULL: closed */
};

struct statement {
    sqlite3_stmt *stmt; /* NULL: closed; also void once the database is */
    struct database *database;
    int anchor; /* registry reference: keeps the database alive */
};

static const char *word_of(sqlite3 *db, int code) {
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "busy";
    case SQLITE_FULL:
        return "full";
    case SQLITE_NOMEM:
        return "memory";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "corrupt";
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return db && sqlite3_system_errno(db) == ENOSPC ? "full" : "io";
    default:
        return "sql";
    }
}

/* nil, message, word for the last failure; SQLite's words, and the system's where it has any. */
static int push_failure(lua_State *L, sqlite3 *db, int code) {
    int extended = db ? sqlite3_extended_errcode(db) : code;
    const char *word = word_of(db, extended);
    int system =
        db && (strcmp(word, "io") == 0 || strcmp(word, "full") == 0) ? sqlite3_system_errno(db) : 0;
    lua_pushnil(L);
    lua_pushfstring(L, "%s%s%s", db ? sqlite3_errmsg(db) : sqlite3_errstr(code), system ? ": " : "",
                    system ? strerror(system) : "");
    lua_pushstring(L, word);
    return 3;
}

static struct database *check_database(lua_State *L) {
    struct database *database = idn_self(L, DATABASE);
    if (!database->db)
        luaL_error(L, "journal is closed");
    return database;
}

/* A closed database on top of the stack. */
static struct database *new_database(lua_State *L) {
    struct database *database = lua_newuserdata(L, sizeof *database);
    database->db = NULL;
    luaL_getmetatable(L, DATABASE);
    lua_setmetatable(L, -2);
    return database;
}

/* The database on top of the stack after `code`; where that is no success, it is closed: nil, message, word. */
static int end_open(lua_State *L, struct database *database, int code) {
    if (code == SQLITE_OK)
        return 1;
    int pushed = push_failure(L, database->db, code);
    sqlite3_close_v2(database->db);
    database->db = NULL;
    return pushed;
}

static int database_scratch(lua_State *L) {
    struct database *database = new_database(L);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2("", &database->db, flags, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(database->db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL,
                            NULL, NULL);
    return end_open(L, database, code);
}

static int database_open(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    int flags = SQLITE_OPEN_READWRITE | (lua_toboolean(L, 2) ? SQLITE_OPEN_CREATE : 0);
    struct database *database = new_database(L);
    int fd = lua_toboolean(L, 2) ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    if (fd >= 0)
        close(fd); /* SQLite would let others read it */
    int code = sqlite3_open_v2(path, &database->db, flags | SQLITE_OPEN_NOFOLLOW, NULL);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(database->db, BUSY_MS);
        sqlite3_db_config(database->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        /* a user who can write the file must not have code of theirs run */
        sqlite3_db_config(database->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
        sqlite3_db_config(database->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
        code = sqlite3_exec(
            database->db,
            "PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
            NULL, NULL, NULL);
    }
    return end_open(L, database, code);
}

static int database_exec(lua_State *L) {
    struct database *database = check_database(L);
    int code = sqlite3_exec(database->db, luaL_checkstring(L, 2), NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return push_failure(L, database->db, code);
    lua_pushboolean(L, 1);
    return 1;
}

static int database_in_transaction(lua_State *L) {
    lua_pushboolean(L, !sqlite3_get_autocommit(check_database(L)->db));
    return 1;
}

static int database_prepare(lua_State *L) {
    struct database *database = check_database(L);
    size_t len;
    const char *sql = luaL_checklstring(L, 2, &len);
    struct statement *statement = lua_newuserdata(L, sizeof *statement);
    *statement = (struct statement){NULL, database, LUA_NOREF};
    luaL_getmetatable(L, STATEMENT);
    lua_setmetatable(L, -2);
    lua_pushvalue(L, 1);
    statement->anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    int code = sqlite3_prepare_v3(database->db, sql, (int)len, SQLITE_PREPARE_PERSISTENT,
                                  &statement->stmt, NULL);
    if (code != SQLITE_OK)
        return push_failure(L, database->db, code);
    luaL_argcheck(L, statement->stmt, 2, "no statement");
    return 1;
}

static int database_close(lua_State *L) {
    struct database *database = idn_self(L, DATABASE);
    if (database->db) {
        sqlite3_stmt *stmt;
        while ((stmt = sqlite3_next_stmt(database->db, NULL)))
            sqlite3_finalize(stmt);
        sqlite3_close_v2(database->db);
    }
    database->db = NULL;
    return 0;
}

static struct statement *check_statement(lua_State *L) {
    struct statement *statement = idn_self(L, STATEMENT);
    if (!statement->stmt || !statement->database->db)
        luaL_error(L, "journal is closed");
    return statement;
}

/* Binds the values from stack index 2 on; wrong types and counts throw. */
static void bind_values(lua_State *L, sqlite3_stmt *stmt) {
    int wanted = sqlite3_bind_parameter_count(stmt);
    if (lua_gettop(L) - 1 > wanted)
        luaL_error(L, "the statement takes %d values", wanted);
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    for (int i = 1; i <= wanted; i++) {
        int code = SQLITE_OK, index = i + 1;
        int64_t n = 0;
        size_t len;
        switch (lua_type(L, index)) {
        case LUA_TNONE:
        case LUA_TNIL:
            break;
        case LUA_TBOOLEAN:
            code = sqlite3_bind_int(stmt, i, lua_toboolean(L, index));
            break;
        case LUA_TNUMBER:
            code = idn_toint(L, index, &n) ? sqlite3_bind_int64(stmt, i, n)
                                           : sqlite3_bind_double(stmt, i, lua_tonumber(L, index));
            break;
        case LUA_TSTRING: {
            const char *text = lua_tolstring(L, index, &len);
            code = sqlite3_bind_text64(stmt, i, text, len, SQLITE_TRANSIENT, SQLITE_UTF8);
            break;
        }
        default:
            luaL_argerror(L, index, "nil, boolean, number or string expected");
        }
        if (code != SQLITE_OK)
            luaL_error(L, "value %d: %s", i, sqlite3_errstr(code));
    }
}

static void push_column(lua_State *L, sqlite3_stmt *stmt, int i) {
    switch (sqlite3_column_type(stmt, i)) {
    case SQLITE_INTEGER:
        idn_pushint(L, sqlite3_column_int64(stmt, i));
        break;
    case SQLITE_FLOAT:
        lua_pushnumber(L, sqlite3_column_double(stmt, i));
        break;
    case SQLITE_NULL:
        lua_pushnil(L);
        break;
    default: {
        const void *bytes = sqlite3_column_blob(stmt, i);
        lua_pushlstring(L, bytes ? bytes : "", bytes ? (size_t)sqlite3_column_bytes(stmt, i) : 0);
    }
    }
}

/* Pushes the row the statement is at. */
static void push_row(lua_State *L, sqlite3_stmt *stmt) {
    int columns = sqlite3_column_count(stmt);
    lua_createtable(L, 0, columns);
    for (int i = 0; i < columns; i++) {
        const char *name = sqlite3_column_name(stmt, i);
        push_column(L, stmt, i);
        if (!name || sqlite3_errcode(sqlite3_db_handle(stmt)) == SQLITE_NOMEM)
            luaL_error(L, "not enough memory");
        lua_setfield(L, -2, name);
    }
}

/* All rows of the bound statement at 1, in the table at 2; returns SQLite's last word. */
static int collect_rows(lua_State *L) {
    sqlite3_stmt *stmt = lua_touserdata(L, 1);
    int code, count = 0;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        push_row(L, stmt);
        lua_rawseti(L, 2, ++count);
    }
    lua_pushinteger(L, code);
    return 1;
}

/* Ends a use of the statement: the failure, or nothing pushed and 0. */
static int end_use(lua_State *L, struct statement *statement, int code) {
    int pushed = code == SQLITE_DONE ? 0 : push_failure(L, statement->database->db, code);
    sqlite3_reset(statement->stmt);
    return pushed;
}

static int statement_run(lua_State *L) {
    struct statement *statement = check_statement(L);
    bind_values(L, statement->stmt);
    int code;
    while ((code = sqlite3_step(statement->stmt)) == SQLITE_ROW)
        ;
    int pushed = end_use(L, statement, code);
    if (pushed)
        return pushed;
    idn_pushint(L, sqlite3_changes(statement->database->db));
    return 1;
}

static int statement_rows(lua_State *L) {
    struct statement *statement = check_statement(L);
    sqlite3_stmt *stmt = statement->stmt;
    bind_values(L, stmt);
    lua_settop(L, 1); /* the statement stays: nobody else may hold it */
    lua_newtable(L);
    lua_pushcfunction(L, collect_rows);
    lua_pushlightuserdata(L, stmt);
    lua_pushvalue(L, 2);
    if (lua_pcall(L, 2, 1, 0) != 0) { /* a statement that is not reset holds what it read for all others */
        sqlite3_reset(stmt);
        return lua_error(L);
    }
    int code = (int)lua_tointeger(L, -1);
    lua_settop(L, 2);
    int pushed = end_use(L, statement, code);
    return pushed ? pushed : 1;
}

static int statement_close(lua_State *L) {
    struct statement *statement = idn_self(L, STATEMENT);
    if (statement->stmt && statement->database->db)
        sqlite3_finalize(statement->stmt);
    statement->stmt = NULL;
    luaL_unref(L, LUA_REGISTRYINDEX, statement->anchor);
    statement->anchor = LUA_NOREF;
    return 0;
}

void idn_open_database(lua_State *L) {
    static const luaL_Reg database_methods[] = {
        {"exec", database_exec},
        {"prepare", database_prepare},
        {"in_transaction", database_in_transaction},
        {"close", database_close},
        {"__gc", database_close}, {"__close", database_close},   {NULL, NULL},
    };
    static const luaL_Reg statement_methods[] = {
        {"run", statement_run},    {"rows", statement_rows},     {"close", statement_close},
        {"__gc", statement_close}, {"__close", statement_close}, {NULL, NULL},
    };
    static const luaL_Reg functions[] = {
        {"open", database_open}, {"scratch", database_scratch}, {NULL, NULL}};
    idn_newclass(L, DATABASE, database_methods);
    idn_newclass(L, STATEMENT, statement_methods);
    idn_setfuncs(L, functions);
}

IDN_EXPORT int luaopen_idngo_journal(lua_State *L) {
    lua_newtable(L);
    idn_open_database(L);
    idn_open_run_files(L);
    return 1;
}
