/*
 * Ed25519 for Lua: a holder of the public key can check what only the holder of the private one can sign.
 *
 *   core.private_key(text) -> key | nil, message     PKCS#8 in PEM, unencrypted; or 64 hex digits: the key's seed
 *   core.public_key(text) -> key | nil, message      SubjectPublicKeyInfo in PEM; or 64 hex digits: the key's id
 *   key:sign(text) -> 128 hex digits
 *   key:verify(text, signature) -> boolean           false for whatever is no signature
 *   key:id() -> 64 hex digits: the public key
 *   key:pem() -> the public key in PEM
 *   key:private_pem() -> the private key in PEM
 *   key:close()                                      also __gc and __close
 */
#include "core/lua_core.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#define KEY "idngo.key"

enum { RAW = 32, SIGNATURE = 64 };

struct box {
    EVP_PKEY *key; /* NULL: closed */
};

static EVP_PKEY *check_key(lua_State *L) {
    struct box *box = idn_self(L, KEY);
    if (!box->key)
        luaL_error(L, "key is closed");
    return box->key;
}

static struct box *new_box(lua_State *L) {
    struct box *box = lua_newuserdata(L, sizeof *box);
    box->key = NULL;
    luaL_getmetatable(L, KEY);
    lua_setmetatable(L, -2);
    return box;
}

static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Whether `text` is `size` bytes as lower-case hex digits, which go to `bytes`. */
static int from_hex(const char *text, size_t len, unsigned char *bytes, size_t size) {
    if (len != 2 * size)
        return 0;
    for (size_t i = 0; i < size; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return 0;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return 1;
}

static int push_hex(lua_State *L, const unsigned char *bytes, size_t size) {
    char hex[2 * SIGNATURE];
    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    lua_pushlstring(L, hex, 2 * size);
    return 1;
}

/* A key's text asks for no passphrase: nobody may be there to give it. */
static int no_passphrase(char *text, int size, int writing, void *user) {
    (void)text, (void)size, (void)writing, (void)user;
    return -1;
}

typedef EVP_PKEY *reader(BIO *bio, EVP_PKEY **key, pem_password_cb *passphrase, void *user);

static EVP_PKEY *read_pem(const char *text, size_t len, reader *read) {
    BIO *bio = len < INT32_MAX ? BIO_new_mem_buf(text, (int)len) : NULL;
    EVP_PKEY *key = bio ? read(bio, NULL, no_passphrase, NULL) : NULL;
    BIO_free(bio);
    if (key && EVP_PKEY_id(key) != EVP_PKEY_ED25519) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

static int push_read(lua_State *L, struct box *box, const char *expected) {
    ERR_pop_to_mark();
    if (box->key)
        return 1;
    lua_pushnil(L);
    lua_pushfstring(L, "is no %s", expected);
    return 2;
}

static int private_key(lua_State *L) {
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    struct box *box = new_box(L);
    unsigned char seed[RAW];
    ERR_set_mark();
    if (from_hex(text, len, seed, sizeof seed))
        box->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
    else
        box->key = read_pem(text, len, PEM_read_bio_PrivateKey);
    OPENSSL_cleanse(seed, sizeof seed);
    return push_read(L, box, "Ed25519 private key in PEM");
}

static int public_key(lua_State *L) {
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    struct box *box = new_box(L);
    unsigned char raw[RAW];
    ERR_set_mark();
    if (from_hex(text, len, raw, sizeof raw))
        box->key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, sizeof raw);
    else
        box->key = read_pem(text, len, PEM_read_bio_PUBKEY);
    return push_read(L, box, "Ed25519 public key in PEM");
}

static int key_sign(lua_State *L) {
    EVP_PKEY *key = check_key(L);
    size_t len, size = SIGNATURE;
    const char *text = luaL_checklstring(L, 2, &len);
    unsigned char signature[SIGNATURE];
    ERR_set_mark();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int ok = context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1
             && EVP_DigestSign(context, signature, &size, (const unsigned char *)text, len) == 1
             && size == SIGNATURE;
    EVP_MD_CTX_free(context);
    ERR_pop_to_mark();
    return ok ? push_hex(L, signature, size) : luaL_error(L, "libcrypto cannot sign with this key");
}

static int key_verify(lua_State *L) {
    EVP_PKEY *key = check_key(L);
    size_t len, hex_len;
    const char *text = luaL_checklstring(L, 2, &len);
    const char *hex = luaL_checklstring(L, 3, &hex_len);
    unsigned char signature[SIGNATURE];
    int ok = from_hex(hex, hex_len, signature, sizeof signature);
    if (ok) {
        ERR_set_mark();
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        int ready = context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1;
        ok = ready
             && EVP_DigestVerify(context, signature, sizeof signature, (const unsigned char *)text, len)
                    == 1;
        EVP_MD_CTX_free(context);
        ERR_pop_to_mark();
        if (!ready)
            return luaL_error(L, "libcrypto cannot check a signature");
    }
    lua_pushboolean(L, ok);
    return 1;
}

static int key_id(lua_State *L) {
    EVP_PKEY *key = check_key(L);
    unsigned char raw[RAW];
    size_t size = sizeof raw;
    if (EVP_PKEY_get_raw_public_key(key, raw, &size) != 1 || size != sizeof raw)
        return luaL_error(L, "libcrypto cannot show this key");
    return push_hex(L, raw, size);
}

static int push_pem(lua_State *L, int private) {
    EVP_PKEY *key = check_key(L);
    ERR_set_mark();
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    int ok = bio && (private ? PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL)
                             : PEM_write_bio_PUBKEY(bio, key)) == 1;
    long len = ok ? BIO_get_mem_data(bio, &text) : 0;
    char copy[512];
    ok = ok && len > 0 && (size_t)len < sizeof copy;
    if (ok)
        memcpy(copy, text, (size_t)len);
    BIO_free(bio); /* nothing of libcrypto's is held while Lua makes a string */
    ERR_pop_to_mark();
    if (!ok)
        return luaL_error(L, "libcrypto cannot write this key");
    lua_pushlstring(L, copy, (size_t)len);
    OPENSSL_cleanse(copy, sizeof copy);
    return 1;
}

static int key_pem(lua_State *L) {
    return push_pem(L, 0);
}

static int key_private_pem(lua_State *L) {
    return push_pem(L, 1);
}

static int key_close(lua_State *L) {
    struct box *box = idn_self(L, KEY);
    EVP_PKEY_free(box->key);
    box->key = NULL;
    return 0;
}

void idn_open_key(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"sign", key_sign},   {"verify", key_verify},           {"id", key_id},
        {"pem", key_pem},     {"private_pem", key_private_pem}, {"close", key_close},
        {"__gc", key_close},  {"__close", key_close},           {NULL, NULL},
    };
    static const luaL_Reg functions[] = {
        {"private_key", private_key}, {"public_key", public_key}, {NULL, NULL}};
    idn_newclass(L, KEY, methods);
    idn_setfuncs(L, functions);
}
