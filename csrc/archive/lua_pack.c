/*
 * What idngo.archive needs to make an archive. The bytes of files go through piece by piece.
 *
 *   zip.list(path) -> array of {name, kind = "file" | "directory" | "special", link} | nil, message
 *       link: whether it is a symbolic link, which is followed for the kind
 *   zip.crc(bytes) -> checksum
 *   zip.local_header(name, checksum, size) -> bytes
 *   zip.central_header(name, checksum, size, offset) -> bytes
 *   zip.end_record(count, size, offset) -> bytes      of the central directory
 *
 *   zip.file(path) -> file | nil, message             regular files only
 *   file:measure(max) -> size, first bytes, checksum | nil, message      the first reading
 *   file:read(n) -> at most n bytes, "" at the end | nil, message        the second, which must see the same
 *   file:close()
 */
#include "lua_zip.h"
#include "zip_format.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define FILE_BOX "idngo.zip.file"
#define FOLDER_BOX "idngo.zip.folder"

/* ---- records ---- */

static struct idn_zip_item check_item(lua_State *L, const char **name) {
    struct idn_zip_item item = {0, 0, 0, 0};
    *name = luaL_checklstring(L, 1, &item.name_len);
    int64_t crc = idn_checkint(L, 2), size = idn_checkint(L, 3);
    luaL_argcheck(L, item.name_len > 0 && item.name_len <= UINT16_MAX, 1, "out of range");
    luaL_argcheck(L, crc >= 0 && crc <= UINT32_MAX, 2, "out of range");
    luaL_argcheck(L, size >= 0 && size < UINT32_MAX, 3, "out of range");
    item.crc = (uint32_t)crc;
    item.size = (uint32_t)size;
    return item;
}

static int push_record(lua_State *L, const unsigned char *record, size_t len, const char *name,
                       size_t name_len) {
    lua_pushlstring(L, (const char *)record, len);
    lua_pushlstring(L, name, name_len);
    lua_concat(L, 2);
    return 1;
}

static int local_header(lua_State *L) {
    unsigned char record[IDN_ZIP_LOCAL];
    const char *name;
    struct idn_zip_item item = check_item(L, &name);
    idn_zip_write_local(record, &item);
    return push_record(L, record, sizeof record, name, item.name_len);
}

static int central_header(lua_State *L) {
    unsigned char record[IDN_ZIP_CENTRAL];
    const char *name;
    struct idn_zip_item item = check_item(L, &name);
    int64_t offset = idn_checkint(L, 4);
    luaL_argcheck(L, offset >= 0 && offset < UINT32_MAX, 4, "out of range");
    item.offset = (uint32_t)offset;
    idn_zip_write_central(record, &item);
    return push_record(L, record, sizeof record, name, item.name_len);
}

static int end_record(lua_State *L) {
    unsigned char record[IDN_ZIP_END];
    int64_t count = idn_checkint(L, 1), size = idn_checkint(L, 2), offset = idn_checkint(L, 3);
    luaL_argcheck(L, count >= 0 && count < UINT16_MAX, 1, "out of range");
    luaL_argcheck(L, size >= 0 && size < UINT32_MAX, 2, "out of range");
    luaL_argcheck(L, offset >= 0 && offset < UINT32_MAX, 3, "out of range");
    idn_zip_write_end(record, (uint16_t)count, (uint32_t)size, (uint32_t)offset);
    return push_record(L, record, sizeof record, "", 0);
}

static int checksum(lua_State *L) {
    size_t len;
    const char *bytes = luaL_checklstring(L, 1, &len);
    idn_pushint(L, (int64_t)crc32_z(0, (const unsigned char *)bytes, len));
    return 1;
}

/* ---- files ---- */

struct file {
    int fd; /* -1: closed */
    uint64_t size, at;
    uLong crc, seen; /* of the first reading, and of the second so far */
};

static struct file *check_file(lua_State *L) {
    struct file *file = idn_self(L, FILE_BOX);
    if (file->fd < 0)
        luaL_error(L, "file is closed");
    return file;
}

static ssize_t read_some(int fd, void *to, size_t len) {
    ssize_t n;
    do
        n = read(fd, to, len);
    while (n < 0 && errno == EINTR);
    return n;
}

static int file_open(lua_State *L) {
    const char *path = luaL_checkstring(L, 1), *why;
    struct file *file = lua_newuserdata(L, sizeof *file);
    *file = (struct file){-1, 0, 0, 0, 0};
    luaL_getmetatable(L, FILE_BOX);
    lua_setmetatable(L, -2);
    file->fd = idn_open_regular(path, &file->size, &why);
    return file->fd < 0 ? idn_fail(L, why) : 1;
}

static int file_measure(lua_State *L) {
    struct file *file = check_file(L);
    int64_t max = idn_checkint(L, 2);
    unsigned char piece[64 * 1024], head[16];
    size_t have = 0;
    ssize_t n;
    file->size = 0;
    file->crc = 0;
    while ((n = read_some(file->fd, piece, sizeof piece)) > 0) {
        if (file->size == 0) {
            have = (size_t)n < sizeof head ? (size_t)n : sizeof head;
            memcpy(head, piece, have);
        }
        file->crc = crc32_z(file->crc, piece, (size_t)n);
        file->size += (uint64_t)n;
        if (file->size > (uint64_t)max)
            return idn_fail(L, "larger than allowed");
    }
    if (n < 0 || lseek(file->fd, 0, SEEK_SET) != 0)
        return idn_fail(L, strerror(errno));
    file->at = 0;
    file->seen = 0;
    idn_pushint(L, (int64_t)file->size);
    lua_pushlstring(L, (const char *)head, have);
    idn_pushint(L, (int64_t)file->crc);
    return 3;
}

static int file_read(lua_State *L) {
    struct file *file = check_file(L);
    int64_t want = idn_checkint(L, 2);
    luaL_argcheck(L, want > 0 && want <= 1 << 20, 2, "1 byte to 1 MiB");
    unsigned char *piece = lua_newuserdata(L, (size_t)want);
    ssize_t n = read_some(file->fd, piece, (size_t)want);
    if (n < 0)
        return idn_fail(L, strerror(errno));
    file->at += (uint64_t)n;
    file->seen = crc32_z(file->seen, piece, (size_t)n);
    if (file->at > file->size || (n == 0 && (file->at != file->size || file->seen != file->crc)))
        return idn_fail(L, "changed while it was read");
    lua_pushlstring(L, (const char *)piece, (size_t)n);
    return 1;
}

static int file_close(lua_State *L) {
    struct file *file = idn_self(L, FILE_BOX);
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
    return 0;
}

/* ---- folders ---- */

struct folder {
    DIR *dir; /* NULL: closed */
};

static int folder_close(lua_State *L) {
    struct folder *folder = idn_self(L, FOLDER_BOX);
    if (folder->dir)
        closedir(folder->dir);
    folder->dir = NULL;
    return 0;
}

/* Symbolic links are followed: what is packed is the file itself. A search for files of people reports them. */
static const char *kind_of(int folder, const char *name, int *is_link) {
    struct stat found;
    *is_link = 0;
    if (fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0)
        return "special";
    *is_link = S_ISLNK(found.st_mode);
    if (*is_link && fstatat(folder, name, &found, 0) != 0)
        return "special";
    return S_ISREG(found.st_mode) ? "file" : S_ISDIR(found.st_mode) ? "directory" : "special";
}

/* Pushes what is in the folder; 0 and errno when not all of it can be read. */
static int push_entries(lua_State *L, DIR *folder) {
    struct dirent *entry;
    lua_newtable(L);
    for (int n = 1; errno = 0, entry = readdir(folder);) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int is_link;
        lua_createtable(L, 0, 3);
        lua_pushstring(L, entry->d_name);
        lua_setfield(L, -2, "name");
        lua_pushstring(L, kind_of(dirfd(folder), entry->d_name, &is_link));
        lua_setfield(L, -2, "kind");
        lua_pushboolean(L, is_link);
        lua_setfield(L, -2, "link");
        lua_rawseti(L, -2, n++);
    }
    return errno == 0;
}

static int list(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    struct folder *folder = lua_newuserdata(L, sizeof *folder);
    folder->dir = NULL;
    luaL_getmetatable(L, FOLDER_BOX);
    lua_setmetatable(L, -2);
    folder->dir = opendir(path);
    if (!folder->dir)
        return idn_fail(L, strerror(errno));
    if (!push_entries(L, folder->dir))
        return idn_fail(L, strerror(errno));
    closedir(folder->dir);
    folder->dir = NULL;
    return 1;
}

void idn_open_pack(lua_State *L) {
    static const luaL_Reg file_methods[] = {
        {"measure", file_measure}, {"read", file_read},     {"close", file_close},
        {"__gc", file_close},      {"__close", file_close}, {NULL, NULL},
    };
    static const luaL_Reg folder_methods[] = {{"__gc", folder_close}, {NULL, NULL}};
    static const luaL_Reg functions[] = {
        {"list", list},
        {"crc", checksum},
        {"file", file_open},
        {"local_header", local_header},
        {"end_record", end_record},
        {"central_header", central_header},
        {NULL, NULL},
    };
    idn_newclass(L, FILE_BOX, file_methods);
    idn_newclass(L, FOLDER_BOX, folder_methods);
    idn_setfuncs(L, functions);
}
