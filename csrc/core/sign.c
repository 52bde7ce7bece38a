/* HMAC-SHA256 from two prepared digest states: the secret itself is never kept. */
#include "sign.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64, DIGEST = IDN_SHA256 };

struct idn_signer {
    EVP_MD_CTX *inner, *outer; /* after the key's first block: HMAC's two starting points */
    EVP_MD_CTX *work;
};

/* Starts `ctx` with the key block XORed with HMAC's pad byte. */
static int absorb_key(EVP_MD_CTX *ctx, const unsigned char key[BLOCK], unsigned char pad) {
    unsigned char block[BLOCK];
    for (size_t i = 0; i < BLOCK; i++)
        block[i] = key[i] ^ pad;
    int ok = EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) && EVP_DigestUpdate(ctx, block, BLOCK);
    OPENSSL_cleanse(block, sizeof block);
    return ok;
}

/* Ends what ERR_set_mark began: whatever went wrong here is told by the result, and by nothing else. */
static int forget_errors(int ok) {
    ERR_pop_to_mark();
    return ok;
}

struct idn_signer *idn_signer_new(const void *secret, size_t len) {
    struct idn_signer *signer = calloc(1, sizeof *signer);
    if (!signer)
        return NULL;
    ERR_set_mark();
    unsigned char key[BLOCK] = {0};
    signer->inner = EVP_MD_CTX_new();
    signer->outer = EVP_MD_CTX_new();
    signer->work = EVP_MD_CTX_new();
    int ok = signer->inner && signer->outer && signer->work;
    if (len <= BLOCK)
        memcpy(key, secret, len);
    else
        ok = ok && idn_sha256(secret, len, key);
    ok = ok && absorb_key(signer->inner, key, 0x36) && absorb_key(signer->outer, key, 0x5c);
    OPENSSL_cleanse(key, sizeof key);
    if (!forget_errors(ok)) {
        idn_signer_free(signer);
        return NULL;
    }
    return signer;
}

void idn_signer_free(struct idn_signer *signer) {
    if (!signer)
        return;
    EVP_MD_CTX_free(signer->inner); /* libcrypto wipes digest states as it frees them */
    EVP_MD_CTX_free(signer->outer);
    EVP_MD_CTX_free(signer->work);
    free(signer);
}

size_t idn_stamp(char out[IDN_STAMP], int64_t ts) {
    return (size_t)snprintf(out, IDN_STAMP, "%lld", (long long)ts);
}

int idn_sign_begin(struct idn_signer *signer, int64_t ts, const char *method, const char *target,
                   size_t target_len) {
    char stamp[IDN_STAMP];
    size_t n = idn_stamp(stamp, ts);
    ERR_set_mark();
    return forget_errors(EVP_MD_CTX_copy_ex(signer->work, signer->inner) &&
                         EVP_DigestUpdate(signer->work, stamp, n) &&
                         EVP_DigestUpdate(signer->work, method, strlen(method)) &&
                         EVP_DigestUpdate(signer->work, target, target_len));
}

int idn_sign_update(struct idn_signer *signer, const void *body, size_t len) {
    ERR_set_mark();
    return forget_errors(EVP_DigestUpdate(signer->work, body, len));
}

int idn_sign_end(struct idn_signer *signer, char hex[IDN_SIGNATURE_HEX + 1]) {
    unsigned char digest[DIGEST];
    ERR_set_mark();
    int ok = EVP_DigestFinal_ex(signer->work, digest, NULL) &&
             EVP_MD_CTX_copy_ex(signer->work, signer->outer) &&
             EVP_DigestUpdate(signer->work, digest, DIGEST) &&
             EVP_DigestFinal_ex(signer->work, digest, NULL);
    if (forget_errors(ok))
        idn_hex(hex, digest, DIGEST);
    return ok;
}

int idn_sha256(const void *bytes, size_t len, unsigned char out[IDN_SHA256]) {
    ERR_set_mark();
    return forget_errors(EVP_Digest(bytes, len, out, NULL, EVP_sha256(), NULL));
}

void idn_hex(char *out, const unsigned char *bytes, size_t len) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}
