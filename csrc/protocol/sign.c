/*
 * HMAC-SHA256 from two prepared digest states: the secret itself is never kept.
 *
 * The states are enough to sign with, so they lie in memory of their own that no core dump holds, that is not swapped out
 * where the system allows it, and that is wiped. For that the digests must be where we put them, which only libcrypto's
 * older calls for SHA-256 do.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "bytes.h"
#include "sign.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>
#include <sys/mman.h>

enum { BLOCK = SHA256_CBLOCK, DIGEST = SHA256_DIGEST_LENGTH };

struct idn_signer {
    SHA256_CTX inner, outer; /* after the key's first block: HMAC's two starting points */
    SHA256_CTX work;
    int holders;
};

/* Starts `state` with the key block XORed with HMAC's pad byte. */
static int absorb_key(SHA256_CTX *state, const unsigned char key[BLOCK], unsigned char pad) {
    unsigned char block[BLOCK];
    for (size_t i = 0; i < BLOCK; i++)
        block[i] = key[i] ^ pad;
    int ok = SHA256_Init(state) && SHA256_Update(state, block, BLOCK);
    OPENSSL_cleanse(block, sizeof block);
    return ok;
}

/* The key as HMAC takes it: as it is, or its digest when it is longer than a block. */
static int shorten_key(SHA256_CTX *state, const void *secret, size_t len,
                       unsigned char key[BLOCK]) {
    if (len > BLOCK)
        return SHA256_Init(state) && SHA256_Update(state, secret, len) && SHA256_Final(key, state);
    memcpy(key, secret, len);
    return 1;
}

static struct idn_signer *new_signer(void) {
    struct idn_signer *signer =
        mmap(NULL, sizeof *signer, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (signer == MAP_FAILED)
        return NULL;
#ifdef MADV_DONTDUMP
    (void)madvise(signer, sizeof *signer, MADV_DONTDUMP);
#endif
    (void)mlock(signer, sizeof *signer); /* a limit may forbid it */
    signer->holders = 1;
    return signer;
}

struct idn_signer *idn_signer_copy(const struct idn_signer *signer) {
    struct idn_signer *copy = new_signer();
    if (copy) {
        copy->inner = signer->inner;
        copy->outer = signer->outer;
    }
    return copy;
}

struct idn_signer *idn_signer_new(const void *secret, size_t len) {
    struct idn_signer *signer = new_signer();
    if (!signer)
        return NULL;
    unsigned char key[BLOCK] = {0};
    int ok = shorten_key(&signer->work, secret, len, key) &&
             absorb_key(&signer->inner, key, 0x36) && absorb_key(&signer->outer, key, 0x5c);
    OPENSSL_cleanse(key, sizeof key);
    if (!ok) {
        idn_signer_free(signer);
        return NULL;
    }
    return signer;
}

struct idn_signer *idn_signer_hold(struct idn_signer *signer) {
    signer->holders++;
    return signer;
}

void idn_signer_free(struct idn_signer *signer) {
    if (!signer || --signer->holders > 0)
        return;
    OPENSSL_cleanse(signer, sizeof *signer);
    munmap(signer, sizeof *signer);
}

size_t idn_sign_lines(char out[IDN_SIGN_LINES], int64_t ts, const char *hex) {
    static const char first[] = "X-App-Access-Ts: ", second[] = "\r\nX-App-Access-Sig: ", end[] = "\r\n";
    memcpy(out, first, sizeof first - 1);
    size_t len = sizeof first - 1;
    len += idn_digits(out + len, ts);
    memcpy(out + len, second, sizeof second - 1);
    len += sizeof second - 1;
    memcpy(out + len, hex, IDN_SIGNATURE_HEX);
    len += IDN_SIGNATURE_HEX;
    memcpy(out + len, end, sizeof end);
    return len + sizeof end - 1;
}

int idn_sign_begin(struct idn_signer *signer, int64_t ts, const char *method, const char *target,
                   size_t target_len) {
    char stamp[IDN_DIGITS];
    size_t n = idn_digits(stamp, ts);
    signer->work = signer->inner;
    return SHA256_Update(&signer->work, stamp, n) &&
           SHA256_Update(&signer->work, method, strlen(method)) &&
           SHA256_Update(&signer->work, target, target_len);
}

int idn_sign_update(struct idn_signer *signer, const void *body, size_t len) {
    return SHA256_Update(&signer->work, body, len);
}

int idn_sign_end(struct idn_signer *signer, char hex[IDN_SIGNATURE_HEX + 1]) {
    unsigned char digest[DIGEST];
    int ok = SHA256_Final(digest, &signer->work);
    signer->work = signer->outer;
    ok = ok && SHA256_Update(&signer->work, digest, DIGEST) && SHA256_Final(digest, &signer->work);
    OPENSSL_cleanse(&signer->work, sizeof signer->work);
    if (ok)
        idn_hex(hex, digest, DIGEST);
    return ok;
}

int idn_sha256(const void *bytes, size_t len, unsigned char out[IDN_SHA256]) {
    SHA256_CTX state;
    return SHA256_Init(&state) && SHA256_Update(&state, bytes, len) && SHA256_Final(out, &state);
}

void idn_hex(char *out, const unsigned char *bytes, size_t len) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}
