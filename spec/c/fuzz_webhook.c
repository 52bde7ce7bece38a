/*
 * Fuzzer: a webhook from anybody: headers in any number and spelling, any body.
 *
 * A message is taken for the service's exactly when a digest made here, over the body's bytes and with one of the secrets,
 * says so. To get past that, half of the inputs have their digest replaced by the right one.
 */
#include "fuzz_lua.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <strings.h>

static const char *const secrets[] = {"first-secret", "second-secret"};

static const char chunk[] =
    "local webhook = require('idngo.webhook')\n"
    "return function(body, headers, sha1, alg)\n"
    "  local event, problem = webhook.verify(body, headers, { 'first-secret', 'second-secret' },\n"
    "    { allow_sha1 = sha1, default_alg = alg, max_body = 4096 })\n"
    "  if event then\n"
    "    assert(type(event.type) == 'string' and event.type ~= '')\n"
    "    for _, id in ipairs { 'applicantId', 'applicantActionId' } do\n"
    "      assert(event[id] == nil or type(event[id]) == 'string')\n"
    "    end\n"
    "    return 200\n"
    "  end\n"
    "  local text = tostring(problem)\n"
    "  assert(not text:find('secret-', 1, true) and not text:find('%c'), text)\n"
    "  assert(problem.outcome == 'rejected')\n"
    "  return problem.status\n"
    "end\n";

static const EVP_MD *algorithm(const char *name) {
    return strcmp(name, "HMAC_SHA256_HEX") == 0   ? EVP_sha256()
           : strcmp(name, "HMAC_SHA512_HEX") == 0 ? EVP_sha512()
           : strcmp(name, "HMAC_SHA1_HEX") == 0   ? EVP_sha1()
                                                  : NULL;
}

static void digest_of(const EVP_MD *alg, const char *secret, struct piece body, char *hex) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    MUST(HMAC(alg, secret, (int)strlen(secret), (const unsigned char *)body.bytes, body.len, digest,
              &len));
    for (unsigned i = 0; i < len; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

struct header {
    char name[64], value[160];
};

/* What the header called `name` says: 1 once, 0 not at all, 2 more than once. */
static int find(const struct header *headers, size_t count, const char *name, const char **value) {
    int found = 0;
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(headers[i].name, name) == 0) {
            *value = headers[i].value;
            found = found ? 2 : 1;
        }
    return found;
}

static void copy(char *out, size_t size, struct piece piece) {
    size_t n = piece.len < size - 1 ? piece.len : size - 1;
    memcpy(out, piece.bytes, n);
    out[n] = '\0';
    free(piece.bytes);
}

/* Reads headers; the same spelling given again replaces the first, as keys of a table do. */
static size_t take_headers(struct fuzz *in, struct header *headers, size_t most) {
    size_t count = 0, wanted = fuzz_byte(in) % (most + 1);
    for (size_t i = 0; i < wanted; i++) {
        struct header header;
        unsigned kind = fuzz_byte(in) % 4;
        copy(header.name, sizeof header.name, fuzz_field(in));
        copy(header.value, sizeof header.value, fuzz_field(in));
        if (kind == 1)
            snprintf(header.name, sizeof header.name, "X-Payload-Digest");
        if (kind == 2)
            snprintf(header.name, sizeof header.name, "x-payload-digest-alg");
        size_t at = 0;
        while (at < count && strcmp(headers[at].name, header.name) != 0)
            at++;
        headers[at] = header;
        count += at == count;
    }
    return count;
}

/* Whether the message is the service's, by rules written down here once more. */
static int genuine(const struct header *headers, size_t count, struct piece body, int sha1,
                   const char *fallback) {
    const char *digest = NULL, *name = fallback;
    if (body.len > 4096 || find(headers, count, "x-payload-digest", &digest) != 1 ||
        find(headers, count, "x-payload-digest-alg", &name) == 2 || !name)
        return 0;
    const EVP_MD *alg = algorithm(name);
    if (!alg || (alg == EVP_sha1() && !sha1))
        return 0;
    for (size_t i = 0; i < 2; i++) {
        char hex[2 * EVP_MAX_MD_SIZE + 1];
        digest_of(alg, secrets[i], body, hex);
        if (strcasecmp(hex, digest) == 0)
            return 1;
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static lua_State *L;
    if (!L)
        L = fuzz_state(chunk);
    struct fuzz in = {data, size};
    struct header headers[4];
    unsigned flags = fuzz_byte(&in);
    size_t count = take_headers(&in, headers, 4);
    struct piece body = fuzz_rest(&in);
    const char *fallback = flags & 2 ? "HMAC_SHA256_HEX" : NULL;
    for (size_t i = 0; i < count && flags & 4; i++) {
        const char *name = fallback;
        find(headers, count, "x-payload-digest-alg", &name);
        if (strcasecmp(headers[i].name, "x-payload-digest") == 0 && name && algorithm(name))
            digest_of(algorithm(name), secrets[flags >> 3 & 1], body, headers[i].value);
    }
    lua_pushvalue(L, 1);
    lua_pushlstring(L, body.bytes, body.len);
    lua_createtable(L, 0, (int)count);
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, headers[i].value);
        lua_setfield(L, -2, headers[i].name);
    }
    lua_pushboolean(L, flags & 1);
    lua_pushstring(L, fallback);
    fuzz_call(L, 4, 1);
    lua_Integer status = lua_tointeger(L, -1);
    MUST((status == 200 || status == 400) == genuine(headers, count, body, flags & 1, fallback));
    MUST(status == 200 || status == 400 || status == (body.len > 4096 ? 413 : 401));
    lua_settop(L, 1);
    free(body.bytes);
    return 0;
}
