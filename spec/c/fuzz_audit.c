/*
 * Fuzzer: an audit log that somebody has worked on.
 *
 * A log of records is made here and checked: it is whole. Then one change is made to it: bytes are replaced, a record is
 * removed, moved or doubled, the end is cut off. Whatever differs from what was written must be found.
 */
#include "fuzz_lua.h"

#include <openssl/evp.h>
#include <unistd.h>

enum { MOST = 8, ROOM = 16 * 1024 };

static const char chunk[] =
    "local audit = require('idngo.run.audit')\n"
    "local core = require('idngo.core')\n"
    "local key = core.private_key(('ab'):rep(32))\n"
    "local M = {}\n"
    "function M.make(...)\n"
    "  local lines, previous, count = {}, audit.start, select('#', ...)\n"
    "  M.records, M.last = {}, nil\n"
    "  for seq, text in ipairs { ... } do\n"
    "    local first = seq == 1 and ('\"event\":\"begun\",\"run\":\"r\",\"key\":\"' .. key:id() .. "
    "'\",') or ''\n"
    "    local record = '{\"at\":1,' .. (seq == 1 and first or text) .. '\"seq\":' .. seq .. '}'\n"
    "    local hash = audit.hash(previous, record)\n"
    "    local signature\n"
    "    if seq == count or seq % 3 == 0 then signature = key:sign(audit.statement('r', seq, hash)) "
    "end\n"
    "    previous = hash .. (signature or '')\n"
    "    lines[seq] = audit.line(hash, record, signature)\n"
    "    M.records[seq] = { hash, record, signature }\n"
    "    M.last = { seq = seq, hash = hash }\n"
    "  end\n"
    "  return table.concat(lines)\n"
    "end\n"
    /* a log that was cut back to a signed end is whole: that it is not the last one, the head kept elsewhere tells */
    "function M.verify(path)\n"
    "  local result, why = audit.verify(path, key, function() end)\n"
    "  assert(result or type(why) == 'string')\n"
    "  return result ~= nil and result.head == M.last.hash\n"
    "end\n"
    /* how much of the log stands as the journal has it: only a torn end may be missing */
    "function M.reconcile(path)\n"
    "  local size = audit.reconcile(path, function(seq) if M.records[seq] then return "
    "table.unpack(M.records[seq], 1, 3) end end)\n"
    "  return size or -1\n"
    "end\n"
    "return M\n";

static char path[64];

static void remove_file(void) {
    unlink(path);
}

static void put_file(const char *bytes, size_t size) {
    static int fd = -1;
    if (fd < 0) {
        snprintf(path, sizeof path, "%s/fuzz_audit.XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        fd = mkstemp(path);
        atexit(remove_file);
    }
    MUST(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, bytes, size, 0) == (ssize_t)size);
}

static int64_t ask(lua_State *L, const char *function) {
    lua_getfield(L, 1, function);
    lua_pushstring(L, path);
    fuzz_call(L, 1, 1);
    int64_t result = lua_isboolean(L, -1) ? lua_toboolean(L, -1) : lua_tointeger(L, -1);
    lua_pop(L, 1);
    return result;
}

/* "name":"value", from bytes of the input, as the encoder would write them. */
static void push_member(lua_State *L, struct fuzz *in) {
    char member[160] = "\"event\":\"";
    size_t n = strlen(member);
    for (unsigned len = fuzz_byte(in) % 64; len > 0 && in->size > 0; len--) {
        unsigned c = fuzz_byte(in);
        if (c < 0x20 || c == '"' || c == '\\' || c > 0x7e) {
            member[n++] = '\\';
            member[n++] = c == '"' ? '"' : '\\';
        } else
            member[n++] = (char)c;
    }
    lua_pushlstring(L, member, n);
    lua_pushliteral(L, "\",");
    lua_concat(L, 2);
}

static size_t line_at(const char *log, size_t size, unsigned number, size_t *len) {
    size_t at = 0, count = 0;
    for (size_t i = 0; i < size; i++)
        count += log[i] == '\n';
    for (number = count ? number % (unsigned)count : 0; number > 0; number--)
        at = (size_t)((char *)memchr(log + at, '\n', size - at) - log) + 1;
    char *end = memchr(log + at, '\n', size - at);
    *len = end ? (size_t)(end - log) + 1 - at : 0;
    return at;
}

/* Changes the log in one way; its new size. */
static size_t change(struct fuzz *in, char *log, size_t size) {
    unsigned how = fuzz_byte(in);
    size_t len, at = line_at(log, size, fuzz_byte(in), &len), to;
    char line[1024];
    switch (how % 5) {
    case 0: /* other bytes, anywhere */
        to = size ? (fuzz_byte(in) << 8 | fuzz_byte(in)) % size : 0;
        for (; in->size > 0 && to < size; to++)
            log[to] = (char)fuzz_byte(in);
        return size;
    case 1: /* a record removed */
        memmove(log + at, log + at + len, size - at - len);
        return size - len;
    case 2: /* the end cut off */
        return size ? (fuzz_byte(in) << 8 | fuzz_byte(in)) % size : 0;
    case 3: /* a record twice */
        if (size + len > ROOM)
            return size;
        memmove(log + at + len, log + at, size - at);
        return size + len;
    default: /* a record moved to the front */
        if (len > sizeof line)
            return size;
        memcpy(line, log + at, len);
        memmove(log + len, log, at);
        memcpy(log, line, len);
        return size;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static lua_State *L;
    static char before[ROOM], after[ROOM];
    if (!L)
        L = fuzz_state(chunk);
    struct fuzz in = {data, size};
    int count = (int)(1 + fuzz_byte(&in) % MOST);
    lua_getfield(L, 1, "make");
    for (int i = 0; i < count; i++)
        push_member(L, &in);
    fuzz_call(L, count, 1);
    size_t len;
    const char *log = lua_tolstring(L, -1, &len);
    MUST(len <= ROOM);
    memcpy(before, log, len);
    memcpy(after, log, len);
    put_file(before, len);
    MUST(ask(L, "verify") == 1 && ask(L, "reconcile") == (int64_t)len);
    size_t changed = change(&in, after, len);
    int same = changed == len && memcmp(before, after, len) == 0;
    put_file(after, changed);
    MUST(ask(L, "verify") == same);
    int64_t kept = ask(L, "reconcile");
    MUST(kept == -1 || ((size_t)kept <= changed && memcmp(before, after, (size_t)kept) == 0));
    MUST(kept >= 0 || changed > len || memcmp(before, after, changed) != 0);
    lua_settop(L, 1);
    return 0;
}
