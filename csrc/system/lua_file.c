/*
 * Sinks and sources for Lua. Messages are "PATH: REASON".
 *
 *   core.sink(path, is_new) -> sink | nil, message     is_new: a file that is there is left alone, and that is a failure
 *   sink:write(bytes) -> true | nil, message
 *   sink:through() -> whether what is written stands at once: it goes to a device, a pipe or an open descriptor
 *   sink:commit() -> {path, size, sha256} | nil, message
 *   sink:begin()                        lets a thread do what of that waits for the disk: then commit() does not wait,
 *                                       once busy() says no more. Nothing else may be called meanwhile, abort() waits
 *   sink:busy() -> whether the thread is at it
 *   sink:abort()                        also __gc and __close: nothing is left behind
 *
 *   core.source(path [, sha256 [, before, after]]) -> source | nil, message
 *                                       sha256: what it must be, or nothing of it is sent; before, after: bytes that are
 *                                       sent around it
 *   source:size() -> bytes              of all that is sent
 *   source:sha256() -> hex | nil, message      of the file alone; reads it once
 *   source:headers(signer, lines, time, method, target) -> lines | false | nil, message
 *                                       as signer:headers; reads the file once, a MiB for each call: false, when it
 *                                       is to be called again with the same
 *   source:read(n) -> at most n bytes, "" at the end | nil, message
 *   source:close()
 */
#include "file.h"
#include "core/lua_core.h"
#include "protocol/sign.h"

#include <errno.h>

#define SINK "idngo.sink"
#define SOURCE "idngo.source"

/* nil and "PATH: REASON" */
static int push_problem(lua_State *L, const char *path, const char *reason) {
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, reason);
    return 2;
}

/* A source, what is sent around it, and the signature over all that is being made. */
struct upload {
    struct idn_source source;
    struct idn_signer *signing;
    lua_Number time;
    char wanted[IDN_SHA256_HEX + 1]; /* empty: any file will do */
    size_t before, after;            /* bytes of `around` */
    size_t before_at, after_at;      /* how many of them were read */
    char around[];
};

/* An object of all zeros, of the class `name`, on top of the stack. */
static void *new_object(lua_State *L, const char *name, size_t size) {
    void *object = memset(lua_newuserdata(L, size), 0, size);
    luaL_getmetatable(L, name);
    lua_setmetatable(L, -2);
    return object;
}

static struct idn_sink *check_sink(lua_State *L) {
    struct idn_sink *sink = idn_self(L, SINK);
    if (sink->begun || sink->fd < 0)
        luaL_error(L, sink->begun ? "sink is being saved" : "sink is closed");
    return sink;
}

static int sink_new(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    int is_new = lua_toboolean(L, 2);
    struct idn_sink *sink = new_object(L, SINK, sizeof *sink);
    sink->fd = -1;
    if (idn_sink_open(sink, path, is_new))
        return 1;
    const char *reason = sink->through && errno == ENXIO ? "nobody reads this pipe" : strerror(errno);
    idn_sink_close(sink);
    return push_problem(L, path, reason);
}

static int sink_through(lua_State *L) {
    lua_pushboolean(L, check_sink(L)->through);
    return 1;
}

static int sink_write(lua_State *L) {
    struct idn_sink *sink = check_sink(L);
    size_t len;
    const char *bytes = luaL_checklstring(L, 2, &len);
    if (!idn_sink_write(sink, bytes, len))
        return push_problem(L, sink->path, strerror(errno));
    lua_pushboolean(L, 1);
    return 1;
}

static int sink_begin(lua_State *L) {
    struct idn_sink *sink = check_sink(L);
    if (idn_sink_sum(sink)) /* commit says what is wrong otherwise, and does without a thread */
        (void)idn_sink_begin(sink);
    return 0;
}

static int sink_busy(lua_State *L) {
    lua_pushboolean(L, idn_sink_busy(idn_self(L, SINK)));
    return 1;
}

static int sink_commit(lua_State *L) {
    struct idn_sink *sink = idn_self(L, SINK);
    if (!sink->begun && !idn_sink_sum(check_sink(L)))
        return push_problem(L, sink->path, strerror(errno));
    lua_newtable(L); /* before the file is there: this may throw */
    lua_pushstring(L, sink->path);
    lua_setfield(L, -2, "path");
    idn_pushint(L, (int64_t)sink->size);
    lua_setfield(L, -2, "size");
    lua_pushstring(L, sink->sha256);
    lua_setfield(L, -2, "sha256");
    if (!idn_sink_commit(sink))
        return push_problem(L, sink->path, strerror(errno));
    idn_sink_close(sink);
    return 1;
}

static int sink_abort(lua_State *L) {
    idn_sink_close(idn_self(L, SINK));
    return 0;
}

static struct upload *check_upload(lua_State *L) {
    struct upload *upload = idn_self(L, SOURCE);
    if (upload->source.fd < 0)
        luaL_error(L, "source is closed");
    return upload;
}

static void end_signing(struct upload *upload) {
    idn_signer_free(upload->signing);
    upload->signing = NULL;
}

static void close_upload(struct upload *upload) {
    end_signing(upload);
    idn_source_close(&upload->source);
}

static int source_new(lua_State *L) {
    size_t len = 0, before_len = 0, after_len = 0;
    const char *path = luaL_checkstring(L, 1), *wanted = luaL_optlstring(L, 2, "", &len);
    const char *before = luaL_optlstring(L, 3, "", &before_len), *after = luaL_optlstring(L, 4, "", &after_len);
    luaL_argcheck(L, len == 0 || len == IDN_SHA256_HEX, 2, "64 hex digits");
    struct upload *upload = new_object(L, SOURCE, sizeof *upload + before_len + after_len);
    memcpy(upload->wanted, wanted, len);
    memcpy(upload->around, before, before_len);
    memcpy(upload->around + before_len, after, after_len);
    upload->before = before_len;
    upload->after = after_len;
    upload->source.fd = -1;
    if (idn_source_open(&upload->source, path))
        return 1;
    const char *reason = errno == EINVAL ? "not a regular file" : strerror(errno);
    close_upload(upload);
    return push_problem(L, path, reason);
}

static int source_size(lua_State *L) {
    const struct upload *upload = check_upload(L);
    idn_pushint(L, (int64_t)(upload->source.size + upload->before + upload->after));
    return 1;
}

/* Of a file that was read. */
static void hex_of(const struct upload *upload, char hex[IDN_SHA256_HEX + 1]) {
    idn_hex(hex, upload->source.digest, IDN_SHA256_HEX / 2);
}

static int take_nothing(void *arg, const void *bytes, size_t len) {
    (void)arg, (void)bytes, (void)len;
    return 1;
}

static int source_sha256(lua_State *L) {
    enum { AT_ONCE = 1024 * 1024 };
    struct upload *upload = check_upload(L);
    char hex[IDN_SHA256_HEX + 1];
    int more = idn_source_rewind(&upload->source) ? 1 : -1;
    while (more > 0)
        more = idn_source_absorb(&upload->source, AT_ONCE, take_nothing, NULL);
    if (more < 0) {
        lua_pushnil(L);
        lua_pushstring(L, strerror(errno));
        return 2;
    }
    hex_of(upload, hex);
    lua_pushstring(L, hex);
    return 1;
}

static int take_piece(void *arg, const void *bytes, size_t len) {
    return idn_sign_update(arg, bytes, len);
}

/* Begins a signature of its own: the client's signer makes others meanwhile. */
static int begin_signing(lua_State *L, struct upload *upload, lua_Number time, int64_t ts) {
    size_t target_len;
    const char *method = luaL_checkstring(L, 5);
    const char *target = luaL_checklstring(L, 6, &target_len);
    end_signing(upload);
    upload->signing = idn_signer_copy(idn_check_signer(L, 2));
    upload->time = time;
    if (!upload->signing)
        return luaL_error(L, "not enough memory");
    upload->before_at = upload->after_at = 0;
    return idn_sign_begin(upload->signing, ts, method, target, target_len) &&
           idn_sign_update(upload->signing, upload->around, upload->before) && idn_source_rewind(&upload->source);
}

static int source_headers(lua_State *L) {
    enum { AT_ONCE = 1024 * 1024 };
    struct upload *upload = check_upload(L);
    char hex[IDN_SIGNATURE_HEX + 1], sum[IDN_SHA256_HEX + 1];
    luaL_checkstring(L, 3);
    int64_t ts = idn_check_time(L, 4);
    lua_Number time = lua_tonumber(L, 4);
    int going_on = upload->signing && upload->time == time, more = -1;
    if (going_on || begin_signing(L, upload, time, ts))
        more = idn_source_absorb(&upload->source, AT_ONCE, take_piece, upload->signing);
    if (more > 0) {
        lua_pushboolean(L, 0);
        return 1;
    }
    int ok = more == 0 && idn_sign_update(upload->signing, upload->around + upload->before, upload->after) &&
             idn_sign_end(upload->signing, hex);
    int reason = errno;
    end_signing(upload);
    if (!ok) {
        lua_pushnil(L);
        lua_pushfstring(L, "the file to send cannot be read: %s", strerror(reason));
        return 2;
    }
    hex_of(upload, sum);
    if (upload->wanted[0] && memcmp(sum, upload->wanted, IDN_SHA256_HEX) != 0) {
        lua_pushnil(L);
        lua_pushliteral(L, "the file to send changed since it was looked at");
        return 2;
    }
    idn_push_headers(L, 3, ts, hex);
    return 1;
}

/* Pushes what is left of `len` bytes, `n` at most. */
static int push_rest(lua_State *L, const char *bytes, size_t len, size_t *at, int64_t n) {
    size_t left = len - *at, size = (uint64_t)n < left ? (size_t)n : left;
    lua_pushlstring(L, bytes + *at, size);
    *at += size;
    return 1;
}

static int source_read(lua_State *L) {
    struct upload *upload = check_upload(L);
    struct idn_source *source = &upload->source;
    int64_t n = idn_checkint(L, 2);
    luaL_argcheck(L, n > 0 && n <= 1 << 30, 2, "1 byte to 1 GiB");
    if (upload->before_at < upload->before)
        return push_rest(L, upload->around, upload->before, &upload->before_at, n);
    uint64_t left = source->size - source->at;
    if (left == 0)
        return push_rest(L, upload->around + upload->before, upload->after, &upload->after_at, n);
    size_t size = (uint64_t)n < left ? (size_t)n : (size_t)left;
    char *piece = lua_newuserdata(L, size + 1);
    int64_t got = idn_source_read(source, piece, size);
    if (got < 0) {
        lua_pushnil(L);
        if (got == IDN_SOURCE_CHANGED)
            lua_pushliteral(L, "the file changed while it was being sent");
        else
            lua_pushfstring(L, "the file to send cannot be read: %s", strerror(errno));
        return 2;
    }
    lua_pushlstring(L, piece, (size_t)got);
    return 1;
}

static int source_close(lua_State *L) {
    close_upload(idn_self(L, SOURCE));
    return 0;
}

void idn_open_file(lua_State *L) {
    static const luaL_Reg sink_methods[] = {
        {"write", sink_write}, {"through", sink_through}, {"commit", sink_commit}, {"begin", sink_begin},
        {"busy", sink_busy},   {"abort", sink_abort},     {"__gc", sink_abort},    {"__close", sink_abort},
        {NULL, NULL},
    };
    static const luaL_Reg source_methods[] = {
        {"size", source_size}, {"sha256", source_sha256}, {"headers", source_headers}, {"read", source_read},
        {"close", source_close}, {"__gc", source_close}, {"__close", source_close},
        {NULL, NULL},
    };
    static const luaL_Reg functions[] = {
        {"sink", sink_new}, {"source", source_new}, {NULL, NULL}};
    idn_newclass(L, SINK, sink_methods);
    idn_newclass(L, SOURCE, source_methods);
    idn_setfuncs(L, functions);
}
