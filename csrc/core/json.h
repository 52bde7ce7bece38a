/*
 * A strict reading of JSON before the codec sees it, because codecs differ in what they let pass.
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
    size_t members;    /* object members in the whole text: tells whether a name came twice */
    size_t large;      /* whole numbers beyond 2^53, which a double would round */
    size_t empty;      /* objects without members, which codecs do not tell from empty lists */
};

struct idn_json idn_json_check(const char *bytes, size_t len);

/* The member that marks an object as one although it has no members: its name is a single NUL. */
#define IDN_JSON_MARK "\"\\u0000\":0"

/*
 * Copies a text that passed idn_json_check, with the whole numbers beyond 2^53 in quotes, so that no id is rounded,
 * and a mark inside every empty object. Writes idn_json_rewritten bytes.
 */
void idn_json_rewrite(const char *bytes, size_t len, char *out);
size_t idn_json_rewritten(size_t len, const struct idn_json *found);

#endif
