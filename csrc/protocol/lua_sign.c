/*
 * Signers for Lua. A signer is a userdata; the secret never becomes a field, an upvalue or a message.
 *
 *   core.signer(secret) -> signer            secret: a non-empty string
 *   core.signer_from_file(path) -> signer | nil, message
 *                                            the file's first line, read in C so that it never is a Lua string
 *   signer:sign(ts, method, target, body) -> 64 hex digits     body: string or nil
 *   signer:headers(lines, time, method, target, body) -> those header lines, and the two that carry the time's whole
 *                                            seconds and the signature, each ended by CRLF; time: Unix seconds
 *   signer:copy() -> signer                  for a signature that takes its time while the first one makes others
 *   signer:begin(ts, method, target); signer:update(bytes); signer:finish() -> 64 hex digits
 *   signer:finish_headers(lines, ts) -> instead: header lines as `headers` gives them
 *   core.string_to_sign(ts, method, target, body) -> the bytes a signature is over, for people who compare
 *   signer:close()                           wipes; any later use throws "signer is closed"
 *   core.hmac(alg, secret, bytes) -> hex     alg: "sha1", "sha256", "sha512" (webhooks, the sandbox)
 *   core.sha256(bytes) -> hex
 *   core.sha1(bytes) -> hex                  the name that Redis knows a script by
 *   core.equal(a, b) -> boolean              in time that depends on the lengths alone
 */
#include "core/lua_core.h"
#include "bytes.h"
#include "sign.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

static struct idn_signer_box *new_box(lua_State *L) {
    struct idn_signer_box *box = lua_newuserdata(L, sizeof *box);
    box->signer = NULL;
    luaL_getmetatable(L, IDN_SIGNER);
    lua_setmetatable(L, -2);
    return box;
}

struct idn_signer *idn_check_signer(lua_State *L, int index) {
    struct idn_signer_box *box = index == 1 ? idn_self(L, IDN_SIGNER) : luaL_checkudata(L, index, IDN_SIGNER);
    if (!box->signer)
        luaL_error(L, "signer is closed");
    return box->signer;
}

int64_t idn_check_time(lua_State *L, int index) {
    lua_Number seconds = luaL_checknumber(L, index);
    luaL_argcheck(L, seconds > -1e15 && seconds < 1e15, index, "Unix seconds expected");
    return (int64_t)seconds;
}

static int signer_new(lua_State *L) {
    size_t len;
    const char *secret = luaL_checklstring(L, 1, &len);
    luaL_argcheck(L, len > 0, 1, "the secret is empty");
    struct idn_signer_box *box = new_box(L);
    box->signer = idn_signer_new(secret, len);
    if (!box->signer)
        return luaL_error(L, "not enough memory");
    return 1;
}

/* Reads the first line of `path`. 1 and its length, or 0 and what was wrong. */
static int read_secret(const char *path, char *secret, size_t size, size_t *len, const char **why) {
    FILE *file = fopen(path, "rbe");
    if (!file) {
        *why = strerror(errno);
        return 0;
    }
    setvbuf(file, NULL, _IONBF, 0); /* no copy of the secret in a stdio buffer */
    size_t n = fread(secret, 1, size, file);
    int failed = ferror(file);
    fclose(file);
    int utf16 = n >= 2 && (memcmp(secret, "\xff\xfe", 2) == 0 || memcmp(secret, "\xfe\xff", 2) == 0);
    if (n >= 3 && memcmp(secret, "\xef\xbb\xbf", 3) == 0) /* what editors put before UTF-8 */
        memmove(secret, secret + 3, n -= 3);
    char *end = memchr(secret, '\n', n);
    size_t line = end ? (size_t)(end - secret) : n;
    if (line > 0 && secret[line - 1] == '\r')
        line--;
    *why = failed        ? "cannot be read"
           : utf16       ? "it is UTF-16; save it as UTF-8"
           : line == 0   ? "its first line is empty"
           : line == size ? "its first line is longer than any secret"
                         : NULL;
    if (!*why && (memchr(secret, ' ', line) || memchr(secret, '\t', line) || memchr(secret, '\0', line)))
        *why = "its first line has a blank in it";
    *len = line;
    return *why == NULL;
}

static int signer_from_file(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    struct idn_signer_box *box = new_box(L);
    char secret[1024];
    size_t len;
    const char *why;
    if (read_secret(path, secret, sizeof secret, &len, &why)) {
        box->signer = idn_signer_new(secret, len);
        why = "not enough memory";
    }
    OPENSSL_cleanse(secret, sizeof secret);
    if (!box->signer) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s: %s", path, why);
        return 2;
    }
    return 1;
}

/* Method and target are at `index` and the next. */
static void begin(lua_State *L, struct idn_signer *signer, int64_t ts, int index) {
    size_t target_len;
    const char *method = luaL_checkstring(L, index);
    const char *target = luaL_checklstring(L, index + 1, &target_len);
    if (!idn_sign_begin(signer, ts, method, target, target_len))
        luaL_error(L, "libcrypto cannot sign");
}

static void end(lua_State *L, struct idn_signer *signer, char hex[IDN_SIGNATURE_HEX + 1]) {
    if (!idn_sign_end(signer, hex))
        luaL_error(L, "libcrypto cannot sign");
}

static int push_signature(lua_State *L, struct idn_signer *signer) {
    char hex[IDN_SIGNATURE_HEX + 1];
    end(L, signer, hex);
    lua_pushlstring(L, hex, IDN_SIGNATURE_HEX);
    return 1;
}

static void update(lua_State *L, struct idn_signer *signer, const char *bytes, size_t len) {
    if (!idn_sign_update(signer, bytes, len))
        luaL_error(L, "libcrypto cannot sign");
}

static int signer_sign(lua_State *L) {
    struct idn_signer *signer = idn_check_signer(L, 1);
    size_t len;
    const char *body = luaL_optlstring(L, 5, "", &len);
    begin(L, signer, idn_checkint(L, 2), 3);
    update(L, signer, body, len);
    return push_signature(L, signer);
}

void idn_push_headers(lua_State *L, int lines, int64_t ts, const char *hex) {
    luaL_Buffer buffer;
    size_t len;
    char signed_lines[IDN_SIGN_LINES];
    const char *others = lua_tolstring(L, lines, &len);
    luaL_buffinit(L, &buffer);
    luaL_addlstring(&buffer, others, len);
    luaL_addlstring(&buffer, signed_lines, idn_sign_lines(signed_lines, ts, hex));
    luaL_pushresult(&buffer);
}

static int signer_headers(lua_State *L) {
    struct idn_signer *signer = idn_check_signer(L, 1);
    size_t len;
    luaL_checkstring(L, 2);
    int64_t ts = idn_check_time(L, 3);
    const char *body = luaL_optlstring(L, 6, "", &len);
    char hex[IDN_SIGNATURE_HEX + 1];
    begin(L, signer, ts, 4);
    update(L, signer, body, len);
    end(L, signer, hex);
    idn_push_headers(L, 2, ts, hex);
    return 1;
}

static int string_to_sign(lua_State *L) {
    char stamp[IDN_DIGITS];
    luaL_Buffer buffer;
    size_t len = idn_digits(stamp, idn_checkint(L, 1));
    luaL_checkstring(L, 2);
    luaL_checkstring(L, 3);
    luaL_optstring(L, 4, "");
    lua_settop(L, 4);
    luaL_buffinit(L, &buffer);
    luaL_addlstring(&buffer, stamp, len);
    for (int i = 2; i <= 4; i++) {
        if (lua_isnil(L, i))
            continue;
        lua_pushvalue(L, i);
        luaL_addvalue(&buffer);
    }
    luaL_pushresult(&buffer);
    return 1;
}

static int signer_copy(lua_State *L) {
    const struct idn_signer *signer = idn_check_signer(L, 1);
    struct idn_signer_box *box = new_box(L);
    box->signer = idn_signer_copy(signer);
    if (!box->signer)
        return luaL_error(L, "not enough memory");
    return 1;
}

static int signer_begin(lua_State *L) {
    struct idn_signer *signer = idn_check_signer(L, 1);
    begin(L, signer, idn_checkint(L, 2), 3);
    return 0;
}

static int signer_update(lua_State *L) {
    struct idn_signer *signer = idn_check_signer(L, 1);
    size_t len;
    const char *bytes = luaL_checklstring(L, 2, &len);
    update(L, signer, bytes, len);
    return 0;
}

static int signer_finish(lua_State *L) {
    return push_signature(L, idn_check_signer(L, 1));
}

static int signer_finish_headers(lua_State *L) {
    struct idn_signer *signer = idn_check_signer(L, 1);
    char hex[IDN_SIGNATURE_HEX + 1];
    luaL_checkstring(L, 2);
    int64_t ts = idn_checkint(L, 3);
    end(L, signer, hex);
    idn_push_headers(L, 2, ts, hex);
    return 1;
}

static int signer_close(lua_State *L) {
    struct idn_signer_box *box = idn_self(L, IDN_SIGNER);
    idn_signer_free(box->signer);
    box->signer = NULL;
    return 0;
}

static int push_hex(lua_State *L, const unsigned char *digest, unsigned int len) {
    char hex[2 * EVP_MAX_MD_SIZE + 1];
    idn_hex(hex, digest, len);
    lua_pushlstring(L, hex, 2 * (size_t)len);
    return 1;
}

static int hmac(lua_State *L) {
    static const char *const names[] = {"sha1", "sha256", "sha512", NULL};
    const EVP_MD *const algs[] = {EVP_sha1(), EVP_sha256(), EVP_sha512()};
    size_t key_len, len;
    const EVP_MD *alg = algs[luaL_checkoption(L, 1, NULL, names)];
    const char *key = luaL_checklstring(L, 2, &key_len);
    const char *bytes = luaL_checklstring(L, 3, &len);
    luaL_argcheck(L, key_len < INT32_MAX, 2, "too long");
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int digest_len;
    ERR_set_mark();
    int ok = HMAC(alg, key, (int)key_len, (const unsigned char *)bytes, len, digest, &digest_len) != NULL;
    ERR_pop_to_mark();
    if (!ok)
        return luaL_error(L, "libcrypto cannot sign");
    return push_hex(L, digest, digest_len);
}

static int sha256(lua_State *L) {
    size_t len;
    const char *bytes = luaL_checklstring(L, 1, &len);
    unsigned char digest[IDN_SHA256];
    if (!idn_sha256(bytes, len, digest))
        return luaL_error(L, "libcrypto cannot hash");
    return push_hex(L, digest, sizeof digest);
}

static int sha1(lua_State *L) {
    size_t len;
    const char *bytes = luaL_checklstring(L, 1, &len);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int digest_len;
    ERR_set_mark();
    int ok = EVP_Digest(bytes, len, digest, &digest_len, EVP_sha1(), NULL);
    ERR_pop_to_mark();
    if (!ok)
        return luaL_error(L, "libcrypto cannot hash");
    return push_hex(L, digest, digest_len);
}

static int equal(lua_State *L) {
    size_t a_len, b_len;
    const char *a = luaL_checklstring(L, 1, &a_len);
    const char *b = luaL_checklstring(L, 2, &b_len);
    lua_pushboolean(L, a_len == b_len && CRYPTO_memcmp(a, b, a_len) == 0);
    return 1;
}

void idn_open_sign(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"sign", signer_sign},     {"headers", signer_headers}, {"begin", signer_begin},
        {"update", signer_update}, {"finish", signer_finish},   {"finish_headers", signer_finish_headers},
        {"copy", signer_copy},     {"close", signer_close},
        {"__gc", signer_close},    {"__close", signer_close},   {NULL, NULL},
    };
    static const luaL_Reg functions[] = {
        {"signer", signer_new}, {"signer_from_file", signer_from_file},
        {"hmac", hmac},         {"sha256", sha256},   {"sha1", sha1},
        {"equal", equal},       {"string_to_sign", string_to_sign},
        {NULL, NULL},
    };
    idn_newclass(L, IDN_SIGNER, methods);
    idn_setfuncs(L, functions);
}
