/*
 * The event spool for Lua. Only the spool's own thread waits for a disk.
 *
 *   core.spool(dir, segment_size) -> spool | nil, message
 *   spool:append(text) -> ticket | nil, message
 *   spool:durable(ticket) -> true | false when not yet | nil, message, is_gone when storing failed
 *                                      is_gone: its folder is another by now, or was cleared
 *   spool:close()                      stores what waits first; also __gc and __close
 *
 *   core.spool_segments(dir [, sizes]) -> {{name, size, written}, …} in no order, found | nil, message
 *                                      written: when last, Unix seconds; without those that `sizes` has by name, as large as they are; found: how many of
 *                                      the names in it are there
 *   core.spool_remove(dir, name, size, ask) -> true, also when it is gone | false when it is still written, or not of that
 *                                      size | nil, message
 *                                      ask: removes nothing, and tells whether it would
 *   core.names(dir [, ending]) -> {name, …} of what lies in a folder, in no order; or of what has that ending, such as ".reader"
 *                                      | nil, message
 *   core.spool_reader(path, offset) -> reader | nil, message, is_gone
 *   reader:next() -> text, received (Unix seconds), from, to      offsets of the frame and behind it
 *                    "damaged", nil, from, to                     bytes that hold no whole frame
 *                    nil                                          nothing more for now
 *                    nil, message
 *   reader:close()
 */
#include "core/lua_core.h"
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define SPOOL "idngo.spool"
#define READER "idngo.spool_reader"
#define LISTING "idngo.spool_listing"

struct box {
    struct idn_spool *spool;
};

struct listing {
    DIR *dir;
};

static void set_class(lua_State *L, const char *name) {
    luaL_getmetatable(L, name);
    lua_setmetatable(L, -2);
}

/* nil and "PATH: REASON" */
static int push_problem(lua_State *L, const char *path, const char *reason) {
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, reason);
    return 2;
}

static int spool_new(lua_State *L) {
    const char *dir = luaL_checkstring(L, 1);
    int64_t segment_size = idn_checkint(L, 2);
    luaL_argcheck(L, segment_size > 0, 2, "a size in bytes expected");
    struct box *box = lua_newuserdata(L, sizeof *box);
    box->spool = NULL;
    set_class(L, SPOOL);
    const char *why;
    box->spool = idn_spool_open(dir, (uint64_t)segment_size, &why);
    return box->spool ? 1 : push_problem(L, dir, why);
}

static struct idn_spool *check_spool(lua_State *L) {
    struct box *box = idn_self(L, SPOOL);
    if (!box->spool)
        luaL_error(L, "spool is closed");
    return box->spool;
}

static int spool_append(lua_State *L) {
    struct idn_spool *spool = check_spool(L);
    size_t len;
    const char *text = luaL_checklstring(L, 2, &len);
    uint64_t ticket = idn_spool_append(spool, text, len);
    if (ticket) {
        idn_pushint(L, (int64_t)ticket);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, errno == ENOBUFS  ? "too much waits for the disk"
                      : errno == EINVAL ? "empty, too long or not UTF-8"
                                        : strerror(errno));
    return 2;
}

static int spool_durable(lua_State *L) {
    struct idn_spool *spool = check_spool(L);
    int64_t ticket = idn_checkint(L, 2);
    int state = idn_spool_state(spool, (uint64_t)ticket);
    if (state >= 0) {
        lua_pushboolean(L, state);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, strerror(-state));
    lua_pushboolean(L, state == -ENOENT);
    return 3;
}

static int spool_close(lua_State *L) {
    struct box *box = idn_self(L, SPOOL);
    struct idn_spool *spool = box->spool;
    box->spool = NULL;
    idn_spool_close(spool);
    return 0;
}

static int listing_close(lua_State *L) {
    struct listing *listing = idn_self(L, LISTING);
    if (listing->dir)
        closedir(listing->dir);
    listing->dir = NULL;
    return 0;
}

static int ends_with(const char *name, const char *suffix) {
    const char *dot = strrchr(name, '.');
    return dot && strcmp(dot, suffix) == 0;
}

static int is_segment(const char *name) {
    return ends_with(name, ".events");
}

/* A new listing at the top of the stack; its DIR is NULL with errno when the directory cannot be read. */
static struct listing *new_listing(lua_State *L, const char *path) {
    struct listing *listing = lua_newuserdata(L, sizeof *listing);
    listing->dir = NULL;
    set_class(L, LISTING);
    listing->dir = opendir(path);
    return listing;
}

static int names(lua_State *L) {
    const char *path = luaL_checkstring(L, 1), *ending = luaL_optstring(L, 2, NULL);
    struct listing *listing = new_listing(L, path);
    if (!listing->dir)
        return push_problem(L, path, strerror(errno));
    lua_newtable(L);
    struct dirent *entry;
    for (int n = 1; errno = 0, entry = readdir(listing->dir);)
        if (ending ? ends_with(entry->d_name, ending)
                   : strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            lua_pushstring(L, entry->d_name);
            lua_rawseti(L, -2, n++);
        }
    return errno == 0 ? 1 : push_problem(L, path, strerror(errno));
}

/* The size that the table at index 2, if it is one, has for a segment; -1 when none. */
static int64_t size_in(lua_State *L, const char *name) {
    int64_t size = -1;
    if (lua_istable(L, 2)) {
        lua_getfield(L, 2, name);
        if (lua_isnumber(L, -1))
            size = (int64_t)lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    return size;
}

static int segments(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    lua_settop(L, 2);
    struct listing *listing = new_listing(L, path);
    int box = lua_gettop(L);
    if (!listing->dir)
        return push_problem(L, path, strerror(errno));
    lua_newtable(L);
    struct dirent *entry;
    int found_of = 0;
    for (int n = 1; errno = 0, entry = readdir(listing->dir);) {
        struct stat found;
        if (!is_segment(entry->d_name))
            continue;
        if (fstatat(dirfd(listing->dir), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT) /* removed since */
                continue;
            return push_problem(L, path, strerror(errno));
        }
        if (!S_ISREG(found.st_mode))
            continue;
        int64_t known = size_in(L, entry->d_name);
        found_of += known >= 0;
        if (known == (int64_t)found.st_size)
            continue;
        lua_newtable(L);
        lua_pushstring(L, entry->d_name);
        lua_setfield(L, -2, "name");
        idn_pushint(L, (int64_t)found.st_size);
        lua_setfield(L, -2, "size");
        idn_pushint(L, (int64_t)found.st_mtim.tv_sec);
        lua_setfield(L, -2, "written");
        lua_rawseti(L, -2, n++);
    }
    if (errno != 0)
        return push_problem(L, path, strerror(errno));
    closedir(listing->dir);
    listing->dir = NULL;
    lua_remove(L, box);
    idn_pushint(L, found_of);
    return 2;
}

static int remove_segment(lua_State *L) {
    const char *dir = luaL_checkstring(L, 1), *name = luaL_checkstring(L, 2);
    int64_t size = idn_checkint(L, 3);
    luaL_argcheck(L, is_segment(name) && !strchr(name, '/'), 2, "the name of a segment expected");
    int removed = idn_spool_remove(dir, name, (uint64_t)size, lua_toboolean(L, 4));
    if (removed < 0)
        return push_problem(L, dir, strerror(errno));
    lua_pushboolean(L, removed);
    return 1;
}

static int reader_new(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    int64_t offset = idn_checkint(L, 2);
    luaL_argcheck(L, offset >= 0, 2, "an offset expected");
    struct idn_spool_reader *reader = lua_newuserdata(L, sizeof *reader);
    *reader = (struct idn_spool_reader){.fd = -1};
    set_class(L, READER);
    if (idn_spool_reader_open(reader, path, (uint64_t)offset))
        return 1;
    int error = errno;
    idn_spool_reader_close(reader);
    push_problem(L, path, strerror(error));
    lua_pushboolean(L, error == ENOENT);
    return 3;
}

static int reader_next(lua_State *L) {
    struct idn_spool_reader *reader = idn_self(L, READER);
    if (reader->fd < 0)
        return luaL_error(L, "reader is closed");
    struct idn_frame frame = idn_spool_reader_next(reader);
    switch (frame.state) {
    case IDN_FRAME_CUT:
        return 0;
    case IDN_FRAME_FAILED:
        lua_pushnil(L);
        lua_pushstring(L, strerror(errno));
        return 2;
    case IDN_FRAME_WHOLE:
        lua_pushlstring(L, (const char *)frame.text, frame.len);
        lua_pushnumber(L, (lua_Number)frame.received / 1e6);
        break;
    case IDN_FRAME_DAMAGED:
        lua_pushliteral(L, "damaged");
        lua_pushnil(L);
        break;
    }
    idn_pushint(L, (int64_t)reader->from);
    idn_pushint(L, (int64_t)reader->to);
    return 4;
}

static int reader_close(lua_State *L) {
    idn_spool_reader_close(idn_self(L, READER));
    return 0;
}

void idn_open_spool(lua_State *L) {
    static const luaL_Reg spool_methods[] = {
        {"append", spool_append}, {"durable", spool_durable}, {"close", spool_close},
        {"__gc", spool_close},    {"__close", spool_close},   {NULL, NULL},
    };
    static const luaL_Reg reader_methods[] = {
        {"next", reader_next},  {"close", reader_close},
        {"__gc", reader_close}, {"__close", reader_close},
        {NULL, NULL},
    };
    static const luaL_Reg listing_methods[] = {{"__gc", listing_close}, {NULL, NULL}};
    static const luaL_Reg functions[] = {
        {"spool", spool_new},
        {"spool_segments", segments},
        {"spool_remove", remove_segment},
        {"names", names},
        {"spool_reader", reader_new},
        {NULL, NULL},
    };
    idn_newclass(L, SPOOL, spool_methods);
    idn_newclass(L, READER, reader_methods);
    idn_newclass(L, LISTING, listing_methods);
    idn_setfuncs(L, functions);
}
