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

/* How many objects and lists have their members counted: as many as most replies hold. */
#define IDN_JSON_COUNTED 256

struct idn_json {
    const char *wrong; /* what is wrong, or NULL */
    size_t at;         /* offset in bytes of what is wrong */
    unsigned containers; /* objects and lists counted, in the order in which they open */
    unsigned counts[IDN_JSON_COUNTED]; /* of each, its members or elements */
};

/* Fills *found, which is all zeros before; of `counts` only the first `containers`. */
void idn_json_check(const char *bytes, size_t len, struct idn_json *found);

/* Whether a whole number, given as its digits without sign, is beyond 2^53, where doubles begin to skip some. */
int idn_json_is_large(const char *digits, size_t len);

#endif
