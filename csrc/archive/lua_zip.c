/*
 * idngo.zip: ZIP archives for Lua, read and written within bounds. Nothing is ever extracted to a disk.
 *
 * Private to the Lua files of this project; users call idngo.archive.
 *
 *   open({path = …} | {bytes = …}, max_entries) -> archive | nil, message
 *   archive:findings() -> array of {entry?, field, problem, remedy, severity}, whether contents may be read
 *       what zip_structure.h finds; entry is a name as it stands in the archive
 *   archive:entries() -> array of {name, size, compressed, kind, encrypted} | nil, message
 *       as the central directory claims: `size` is not to be believed, reading counts for itself
 *       kind: "file", "directory", "symlink" or "special"
 *   archive:read(index, max) -> bytes | nil, message       entry `index` of entries(); checksum verified
 *   archive:measure(index, max) -> size, first bytes | nil, message      the same without keeping the bytes
 *   archive:close()
 *
 * and the functions named at the head of lua_pack.c.
 */
#include "lua_zip.h"

#include "zip_content.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARCHIVE "idngo.zip"

struct archive {
    int open;
    int fd;            /* -1: the bytes are in a Lua string */
    int ref;           /* which the registry keeps */
    const char *bytes; /* that string */
    struct idn_zip_input input;
    struct idn_zip zip;
    struct idn_zip_content content; /* opened when the first entry is read */
};

static struct archive *check_archive(lua_State *L) {
    struct archive *archive = idn_self(L, ARCHIVE);
    if (!archive->open)
        luaL_error(L, "archive is closed");
    return archive;
}

int idn_fail(lua_State *L, const char *why) {
    if (why == idn_zip_no_memory)
        return luaL_error(L, "%s", why);
    lua_pushnil(L);
    lua_pushstring(L, why);
    return 2;
}

static int read_file(void *arg, uint64_t at, void *to, size_t len) {
    struct archive *archive = arg;
    char *p = to;
    while (len > 0) {
        ssize_t n = pread(archive->fd, p, len, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return 0;
        p += n;
        at += (uint64_t)n;
        len -= (size_t)n;
    }
    return 1;
}

static int read_bytes(void *arg, uint64_t at, void *to, size_t len) {
    memcpy(to, ((struct archive *)arg)->bytes + at, len);
    return 1;
}

int idn_open_regular(const char *path, uint64_t *size, const char **why) {
    struct stat found;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not hang us */
    if (fd < 0 || fstat(fd, &found) != 0) {
        *why = strerror(errno);
    } else if (!S_ISREG(found.st_mode)) {
        *why = S_ISDIR(found.st_mode) ? strerror(EISDIR) : "not a regular file";
    } else {
        *size = (uint64_t)found.st_size;
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static int archive_close(lua_State *L) {
    struct archive *archive = idn_self(L, ARCHIVE);
    idn_zip_content_close(&archive->content);
    idn_zip_free(&archive->zip);
    if (archive->fd >= 0)
        close(archive->fd);
    luaL_unref(L, LUA_REGISTRYINDEX, archive->ref);
    archive->fd = -1;
    archive->ref = LUA_NOREF;
    archive->open = 0;
    return 0;
}

static int archive_open(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    int64_t max = idn_checkint(L, 2);
    luaL_argcheck(L, max > 0 && max <= UINT16_MAX, 2, "out of range");
    lua_settop(L, 2);
    lua_getfield(L, 1, "path");
    lua_getfield(L, 1, "bytes");
    struct archive *archive = lua_newuserdata(L, sizeof *archive);
    memset(archive, 0, sizeof *archive);
    archive->fd = -1;
    archive->ref = LUA_NOREF;
    archive->input.arg = archive;
    luaL_getmetatable(L, ARCHIVE);
    lua_setmetatable(L, -2);
    if (lua_type(L, 3) == LUA_TSTRING) {
        const char *why;
        archive->fd = idn_open_regular(lua_tostring(L, 3), &archive->input.size, &why);
        archive->input.read = read_file;
        if (archive->fd < 0)
            return idn_fail(L, why);
    } else {
        size_t len;
        luaL_argcheck(L, lua_type(L, 4) == LUA_TSTRING, 1, "path or bytes expected");
        archive->bytes = lua_tolstring(L, 4, &len);
        archive->input.size = len;
        archive->input.read = read_bytes;
        lua_pushvalue(L, 4);
        archive->ref = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    if (!idn_zip_inspect(&archive->zip, &archive->input, (size_t)max))
        return luaL_error(L, "not enough memory");
    archive->open = 1;
    lua_pushvalue(L, 5);
    return 1;
}

static void set_string(lua_State *L, const char *field, const char *value) {
    lua_pushstring(L, value);
    lua_setfield(L, -2, field);
}

/* Adds a finding for every problem of a set to the array on top. */
static int push_problems(lua_State *L, uint64_t problems, const struct idn_zip_entry *entry,
                         int count) {
    for (int i = 0; i < IDN_ZIP_PROBLEM_COUNT; i++) {
        const struct idn_zip_problem_row *row = &idn_zip_problem_rows[i];
        if (!(problems & IDN_ZIP_BIT(i)))
            continue;
        lua_createtable(L, 0, 5);
        if (entry) {
            lua_pushlstring(L, entry->name, entry->name_len);
            lua_setfield(L, -2, "entry");
        }
        set_string(L, "field", row->field);
        set_string(L, "problem", row->problem);
        set_string(L, "remedy", row->remedy);
        set_string(L, "severity", row->level == IDN_ZIP_WARNING ? "warning" : "error");
        lua_rawseti(L, -2, ++count);
    }
    return count;
}

static int archive_findings(lua_State *L) {
    const struct idn_zip *zip = &check_archive(L)->zip;
    lua_newtable(L);
    int count = push_problems(L, zip->problems, NULL, 0);
    for (size_t i = 0; i < zip->count; i++)
        count = push_problems(L, zip->entries[i].problems, &zip->entries[i], count);
    lua_pushboolean(L, zip->level < IDN_ZIP_DAMAGE);
    return 2;
}

static const char *fatal_problem(const struct idn_zip *zip) {
    int i = 0;
    while (!(zip->problems & IDN_ZIP_BIT(i)) || idn_zip_problem_rows[i].level != IDN_ZIP_FATAL)
        i++;
    return idn_zip_problem_rows[i].problem;
}

static int archive_entries(lua_State *L) {
    static const char *const kinds[] = {"file", "directory", "symlink", "special"};
    const struct idn_zip *zip = &check_archive(L)->zip;
    if (zip->level == IDN_ZIP_FATAL)
        return idn_fail(L, fatal_problem(zip));
    lua_createtable(L, (int)zip->count, 0);
    for (size_t i = 0; i < zip->count; i++) {
        const struct idn_zip_entry *entry = &zip->entries[i];
        lua_createtable(L, 0, 5);
        lua_pushlstring(L, entry->name, entry->name_len);
        lua_setfield(L, -2, "name");
        idn_pushint(L, entry->size);
        lua_setfield(L, -2, "size");
        idn_pushint(L, entry->compressed);
        lua_setfield(L, -2, "compressed");
        set_string(L, "kind", kinds[entry->kind]);
        lua_pushboolean(L, (entry->problems & IDN_ZIP_BIT(IDN_ZIP_ENCRYPTED)) != 0);
        lua_setfield(L, -2, "encrypted");
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/* Starts to read the entry at argument 2, of at most argument 3 bytes; 1, or 0 with the reason in `why`. */
static int start(lua_State *L, struct archive *archive, int64_t *max, const char **why) {
    int64_t index = idn_checkint(L, 2);
    *max = idn_checkint(L, 3);
    luaL_argcheck(L, index >= 1 && (uint64_t)index <= archive->zip.count, 2, "no such entry");
    luaL_argcheck(L, *max >= 0, 3, "out of range");
    if (!archive->content.zip && !idn_zip_content_open(&archive->content, &archive->input, why)) {
        if (*why == idn_zip_no_memory)
            return 0;
        lua_pushstring(L, *why); /* a copy: closing frees the text */
        *why = lua_tostring(L, -1);
        idn_zip_content_close(&archive->content);
        return 0;
    }
    return idn_zip_content_start(&archive->content, (size_t)index - 1, why);
}

/* The next piece; its length, 0 at the end, -1 with the reason in `why`, also when `*left` is used up. */
static int64_t next_piece(struct archive *archive, void *to, size_t len, int64_t *left,
                          const char **why) {
    int64_t n = idn_zip_content_read(&archive->content, to, len, why);
    if (n <= *left) {
        *left -= n > 0 ? n : 0;
        return n;
    }
    *why = "entry is larger than allowed";
    return -1;
}

static int archive_read(lua_State *L) {
    struct archive *archive = check_archive(L);
    const char *why = NULL;
    int64_t left, n;
    if (!start(L, archive, &left, &why))
        return idn_fail(L, why);
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    while ((n = next_piece(archive, luaL_prepbuffer(&buffer), LUAL_BUFFERSIZE, &left, &why)) > 0)
        luaL_addsize(&buffer, (size_t)n);
    luaL_pushresult(&buffer);
    int results = n < 0 ? idn_fail(L, why) : 1;
    idn_zip_content_stop(&archive->content);
    return results;
}

static int archive_measure(lua_State *L) {
    struct archive *archive = check_archive(L);
    const char *why = NULL;
    char piece[64 * 1024], head[16];
    int64_t left, n, max;
    size_t have = 0;
    if (!start(L, archive, &left, &why))
        return idn_fail(L, why);
    max = left;
    while ((n = next_piece(archive, piece, sizeof piece, &left, &why)) > 0)
        for (int64_t i = 0; i < n && have < sizeof head; i++)
            head[have++] = piece[i];
    if (n < 0) {
        idn_fail(L, why);
    } else {
        idn_pushint(L, max - left);
        lua_pushlstring(L, head, have);
    }
    idn_zip_content_stop(&archive->content);
    return 2;
}

IDN_EXPORT int luaopen_idngo_zip(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"findings", archive_findings}, {"entries", archive_entries},
        {"read", archive_read},         {"measure", archive_measure},
        {"close", archive_close},       {"__gc", archive_close},
        {"__close", archive_close},     {NULL, NULL},
    };
    static const luaL_Reg functions[] = {{"open", archive_open}, {NULL, NULL}};
    idn_newclass(L, ARCHIVE, methods);
    lua_newtable(L);
    idn_setfuncs(L, functions);
    idn_open_pack(L);
    return 1;
}
