/*
 * idngo.archive: reads ZIP archives held in memory, within bounds. Nothing is ever extracted to a
 * disk.
 *
 *   open(bytes, max_entries) -> archive | nil, message
 *   archive:entries() -> array of {name, size, compressed, kind, encrypted}
 *       as the central directory claims: `size` is not to be believed, read() counts for itself
 *       kind: "file", "directory", "symlink" or "special"
 *   archive:read(index, max) -> bytes | nil, message      entry `index` of entries(); CRC checked
 *   archive:close()
 */
#include "compat.h"

#include <string.h>
#include <zip.h>

#define ARCHIVE "idngo.archive"

struct archive {
    zip_t *zip;
    zip_file_t
        *file; /* open only inside read(); kept here so that an error in between leaks nothing */
    int bytes; /* registry reference: libzip reads straight from the Lua string */
};

static struct archive *check_archive(lua_State *L) {
    struct archive *archive = luaL_checkudata(L, 1, ARCHIVE);
    if (!archive->zip)
        luaL_error(L, "archive is closed");
    return archive;
}

static int fail(lua_State *L, const char *why) {
    lua_pushnil(L);
    lua_pushstring(L, why);
    return 2;
}

static int fail_zip(lua_State *L, zip_error_t *error) {
    fail(L, zip_error_strerror(error));
    zip_error_fini(error);
    return 2;
}

static void close_file(struct archive *archive) {
    if (archive->file)
        zip_fclose(archive->file);
    archive->file = NULL;
}

/*
 * An upper bound of the entries, taken before libzip allocates for each: every entry of a central
 * directory starts with these four bytes, wherever the directory is said to be.
 */
static size_t count_entries(const char *bytes, size_t len, size_t enough) {
    static const char mark[] = "PK\1\2";
    size_t count = 0;
    const char *end = bytes + len;
    while (count <= enough && (bytes = memmem(bytes, (size_t)(end - bytes), mark, 4))) {
        bytes += 4;
        count++;
    }
    return count;
}

static int archive_open(lua_State *L) {
    size_t len;
    const char *bytes = luaL_checklstring(L, 1, &len);
    int64_t max = idn_checkint(L, 2);
    luaL_argcheck(L, max > 0, 2, "out of range");
    if (count_entries(bytes, len, (size_t)max) > (size_t)max)
        return fail(L, "too many entries");
    struct archive *archive = lua_newuserdata(L, sizeof *archive);
    *archive = (struct archive){NULL, NULL, LUA_NOREF};
    luaL_getmetatable(L, ARCHIVE);
    lua_setmetatable(L, -2);
    lua_pushvalue(L, 1);
    archive->bytes = luaL_ref(L, LUA_REGISTRYINDEX);
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, len, 0, &error);
    if (!source)
        return fail_zip(L, &error);
    archive->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (!archive->zip) {
        zip_source_free(source);
        return fail_zip(L, &error);
    }
    zip_error_fini(&error);
    return 1;
}

/* The Unix file type in the external attributes, where the archive was made on Unix; else by the
 * name. */
static const char *kind_of(zip_t *zip, zip_uint64_t index, const char *name) {
    enum { TYPE = 0170000, DIRECTORY = 0040000, REGULAR = 0100000, SYMLINK = 0120000 };
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    size_t len = strlen(name);
    zip_file_get_external_attributes(zip, index, 0, &system, &attributes);
    zip_uint32_t type = system == ZIP_OPSYS_UNIX ? (attributes >> 16) & TYPE : 0;
    if (type == SYMLINK)
        return "symlink";
    if (type != 0 && type != REGULAR && type != DIRECTORY)
        return "special";
    return type == DIRECTORY || (len > 0 && name[len - 1] == '/') ? "directory" : "file";
}

static int archive_entries(lua_State *L) {
    struct archive *archive = check_archive(L);
    zip_int64_t count = zip_get_num_entries(archive->zip, 0);
    lua_newtable(L);
    for (zip_int64_t i = 0; i < count; i++) {
        zip_stat_t stat;
        if (zip_stat_index(archive->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW, &stat) != 0)
            return fail(L, zip_strerror(archive->zip));
        lua_createtable(L, 0, 5);
        lua_pushstring(L, stat.name);
        lua_setfield(L, -2, "name");
        idn_pushint(L, (int64_t)stat.size);
        lua_setfield(L, -2, "size");
        idn_pushint(L, (int64_t)stat.comp_size);
        lua_setfield(L, -2, "compressed");
        lua_pushstring(L, kind_of(archive->zip, (zip_uint64_t)i, stat.name));
        lua_setfield(L, -2, "kind");
        lua_pushboolean(L, stat.encryption_method != ZIP_EM_NONE);
        lua_setfield(L, -2, "encrypted");
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

static int archive_read(lua_State *L) {
    struct archive *archive = check_archive(L);
    int64_t index = idn_checkint(L, 2), max = idn_checkint(L, 3), total = 0;
    luaL_argcheck(L, index >= 1 && index <= zip_get_num_entries(archive->zip, 0), 2,
                  "no such entry");
    luaL_argcheck(L, max >= 0, 3, "out of range");
    close_file(archive);
    archive->file = zip_fopen_index(archive->zip, (zip_uint64_t)index - 1, 0);
    if (!archive->file)
        return fail(L, zip_strerror(archive->zip));
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (;;) {
        zip_int64_t n = zip_fread(archive->file, luaL_prepbuffer(&buffer), LUAL_BUFFERSIZE);
        if (n < 0) {
            fail(L, zip_file_strerror(archive->file));
            close_file(archive);
            return 2;
        }
        if (n == 0)
            break;
        total += n;
        if (total > max) {
            close_file(archive);
            return fail(L, "entry is larger than allowed");
        }
        luaL_addsize(&buffer, (size_t)n);
    }
    close_file(archive);
    luaL_pushresult(&buffer);
    return 1;
}

static int archive_close(lua_State *L) {
    struct archive *archive = luaL_checkudata(L, 1, ARCHIVE);
    close_file(archive);
    if (archive->zip)
        zip_discard(archive->zip);
    archive->zip = NULL;
    luaL_unref(L, LUA_REGISTRYINDEX, archive->bytes);
    archive->bytes = LUA_NOREF;
    return 0;
}

IDN_EXPORT int luaopen_idngo_archive(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"entries", archive_entries}, {"read", archive_read},     {"close", archive_close},
        {"__gc", archive_close},      {"__close", archive_close}, {NULL, NULL},
    };
    static const luaL_Reg functions[] = {{"open", archive_open}, {NULL, NULL}};
    idn_newclass(L, ARCHIVE, methods);
    lua_newtable(L);
    idn_setfuncs(L, functions);
    return 1;
}
