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

/* How many objects and lists have their members counted, and strings their length noted: as many as most replies hold. */
#define IDN_JSON_COUNTED 256
#define IDN_JSON_STRINGS 256

struct idn_json {
    const char *wrong; /* what is wrong, or NULL */
    size_t at;         /* offset in bytes of what is wrong */
    unsigned containers; /* objects and lists counted, in the order in which they open */
    unsigned counts[IDN_JSON_COUNTED]; /* of each, its members or elements */
    unsigned strings;                  /* whose length is noted, names among them, in the order of the text */
    size_t lengths[IDN_JSON_STRINGS];  /* of each, its bytes between the quotes, twice, and 1 when there is an escape */
};

/* Fills *found; of `counts` and `lengths` as many as it says. */
void idn_json_check(const char *bytes, size_t len, struct idn_json *found);

/* The number that begins a text, as JSON writes it; whatever the program's locale has in the place of the point. */
double idn_json_number(const char *text);

/* Whether a whole number, given as its digits without sign, is beyond 2^53, where doubles begin to skip some. */
int idn_json_is_large(const char *digits, size_t len);

#endif
