/*
 * Replies of Redis (RESP2), read without I/O: bytes in, one reply after another out.
 *
 * A reply is a tree of simple values and arrays. It is kept as the bytes that came, and walked through when all of it is
 * there: nothing is allocated for what a header promises, only for what has come. Depth, values and bytes are bounded;
 * what goes beyond, and what is no RESP2, ends the reader for good, since nothing tells where the next reply begins.
 */
#ifndef IDNGO_RESP_H
#define IDNGO_RESP_H

#include "bytes.h"

#include <stdint.h>

enum {
    IDN_RESP_DEPTH = 4,           /* arrays in one another */
    IDN_RESP_VALUES = 4096,       /* values of one reply, arrays counted */
    IDN_RESP_BYTES = 256 * 1024,  /* of one reply */
    IDN_RESP_LINE = 1024          /* bytes of a line: a number, a status, an error */
};

enum idn_resp_state { IDN_RESP_MORE, IDN_RESP_END, IDN_RESP_WRONG };

/* Zeroed at first. */
struct idn_resp {
    enum idn_resp_state state;
    const char *wrong; /* what is wrong, when it is */

    /* The rest is private. */
    struct idn_bytes bytes; /* that came and were not dropped */
    size_t at;              /* behind the values that were looked at */
    size_t looked;          /* up to where an end of line was looked for */
    int values, depth;
    int64_t left[IDN_RESP_DEPTH + 1]; /* values that each array still lacks */
};

/*
 * Takes bytes in. IDN_RESP_END: a reply is there, to be walked through and then dropped. What comes behind a reply is kept
 * for the next.
 */
enum idn_resp_state idn_resp_feed(struct idn_resp *resp, const char *bytes, size_t len);

/* Whether bytes came behind the reply that is there. */
int idn_resp_has_more(const struct idn_resp *resp);

/* Drops the reply that was there, and looks for the next in what came behind it. */
enum idn_resp_state idn_resp_drop(struct idn_resp *resp);

/* Forgets all: the bytes of another connection come. */
void idn_resp_reset(struct idn_resp *resp);
void idn_resp_free(struct idn_resp *resp);

enum idn_resp_type { IDN_RESP_STATUS, IDN_RESP_ERROR, IDN_RESP_NUMBER, IDN_RESP_TEXT, IDN_RESP_ARRAY, IDN_RESP_NULL };

struct idn_resp_value {
    enum idn_resp_type type;
    int64_t number;   /* the number, or the values that follow as the array's */
    const char *text; /* of a status, an error, a text; in the reader's own room */
    size_t len;
};

/* The value at *at of a reply that is there, which becomes where the next one is; *at is 0 at first. */
struct idn_resp_value idn_resp_next(const struct idn_resp *resp, size_t *at);

/* Bytes that a command of `count` words has, and writes them: an array of texts. */
size_t idn_resp_room(const size_t *lens, size_t count);
size_t idn_resp_write(const char *const *words, const size_t *lens, size_t count, char *room);

#endif
