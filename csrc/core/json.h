/*
 * A strict reading of JSON, so that the decoder behind it can rely on every byte.
 *
 * Refuses what RFC 8259 refuses, and bytes that are not UTF-8, lone surrogates, numbers beyond a double and
 * nesting beyond IDN_JSON_DEPTH. Pure, no allocation, linear in the length.
 */
#ifndef IDNGO_JSON_H
#define IDNGO_JSON_H

#include <stddef.h>

#define IDN_JSON_DEPTH 200

struct idn_json {
    const char *wrong; /* what is wrong, or NULL */
    size_t at;         /* offset in bytes of what is wrong */
};

struct idn_json idn_json_check(const char *bytes, size_t len);

/* Whether a whole number, given as its digits without sign, is beyond 2^53, where doubles begin to skip some. */
int idn_json_is_large(const char *digits, size_t len);

#endif
