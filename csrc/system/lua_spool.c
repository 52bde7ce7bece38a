/*
 * The event spool for Lua. Only the spool's own thread waits for a disk.
 *
 *   core.spool(dir, segment_size) -> spool | nil, message
 *   spool:append(text) -> ticket | nil, message
 *   spool:durable(ticket) -> true | false when not yet | nil, message when storing failed
 *   spool:close()                      stores what waits first; also __gc and __close
 *
 *   core.spool_segments(dir) -> {{name, size}, …} in no order | nil, message
 *   core.spool_reader(path, offset) -> reader | nil, message
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
    return 2;
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

static int is_segment(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && strcmp(dot, ".events") == 0;
}

static int segments(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    struct listing *listing = lua_newuserdata(L, sizeof *listing);
    listing->dir = NULL;
    set_class(L, LISTING);
    int box = lua_gettop(L);
    listing->dir = opendir(path);
    if (!listing->dir)
        return push_problem(L, path, strerror(errno));
    lua_newtable(L);
    struct dirent *entry;
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
        lua_newtable(L);
        lua_pushstring(L, entry->d_name);
        lua_setfield(L, -2, "name");
        idn_pushint(L, (int64_t)found.st_size);
        lua_setfield(L, -2, "size");
        lua_rawseti(L, -2, n++);
    }
    if (errno != 0)
        return push_problem(L, path, strerror(errno));
    closedir(listing->dir);
    listing->dir = NULL;
    lua_remove(L, box);
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
    const char *reason = strerror(errno);
    idn_spool_reader_close(reader);
    return push_problem(L, path, reason);
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
        {"spool_reader", reader_new},
        {NULL, NULL},
    };
    idn_newclass(L, SPOOL, spool_methods);
    idn_newclass(L, READER, reader_methods);
    idn_newclass(L, LISTING, listing_methods);
    idn_setfuncs(L, functions);
}
