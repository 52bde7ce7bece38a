/*
 * Request signing: lowercase hex of HMAC-SHA256(secret, ts || METHOD || request target || body).
 *
 * The secret is used once, to prepare two digest states, and is not kept: what stays in memory can sign
 * but does not hold the secret, and idn_signer_free wipes it. No I/O, no globals; OpenSSL's error queue
 * is left as found. A signer may be used by one thread at a time.
 */
#ifndef IDNGO_SIGN_H
#define IDNGO_SIGN_H

#include <stddef.h>
#include <stdint.h>

#define IDN_SIGNATURE_HEX 64

struct idn_signer;

/* A signer as Lua holds it, in a userdata of this class; NULL when it was closed. */
#define IDN_SIGNER "idngo.signer"
struct idn_signer_box {
    struct idn_signer *signer;
};

/* NULL when memory is short. `secret` may be wiped by the caller as soon as this returns. */
struct idn_signer *idn_signer_new(const void *secret, size_t len);

/* One more holder, who frees it too: the last one's free wipes it. Signatures of one signer are made one after another. */
struct idn_signer *idn_signer_hold(struct idn_signer *signer);
void idn_signer_free(struct idn_signer *signer);

/* Another signer with the same secret, for a signature that takes its time while `signer` makes others. As above. */
struct idn_signer *idn_signer_copy(const struct idn_signer *signer);

/*
 * One signature in three steps, so that a body of any size can be streamed through. `ts` is in whole
 * Unix seconds. Each returns 1, or 0 when libcrypto failed. idn_sign_end writes 64 hex digits and NUL.
 */
int idn_sign_begin(struct idn_signer *signer, int64_t ts, const char *method, const char *target,
                   size_t target_len);
int idn_sign_update(struct idn_signer *signer, const void *body, size_t len);
int idn_sign_end(struct idn_signer *signer, char hex[IDN_SIGNATURE_HEX + 1]);

/* The SHA-256 of some bytes: 1, or 0 when libcrypto failed. */
#define IDN_SHA256 32
int idn_sha256(const void *bytes, size_t len, unsigned char out[IDN_SHA256]);

/* The header lines that carry a timestamp and the signature made with it, each ended by CRLF; their length. */
#define IDN_SIGN_LINES 160
size_t idn_sign_lines(char out[IDN_SIGN_LINES], int64_t ts, const char *hex);

/* Writes 2 * len lowercase hex digits and NUL. */
void idn_hex(char *out, const unsigned char *bytes, size_t len);

#endif
