/*
 * URLs: percent-encoding, the base URL, and the request target of one call. Pure functions.
 *
 * Encoding is RFC 3986 with nothing but the unreserved characters left as they are, so an id such as
 * "auth0|a b/é" travels as one path segment and the signed bytes are the bytes on the request line.
 */
#ifndef IDNGO_URL_H
#define IDNGO_URL_H

#include "operation.h"

#include <stddef.h>

/* Longest id, name or text taken as an argument, in bytes. */
#define IDN_MAX_ARGUMENT 1024

struct idn_text {
    const char *bytes; /* NULL: absent */
    size_t len;
};

/* Why `text` cannot be sent as a value of `param` ("must not be empty", …), or NULL when it can. */
const char *idn_check_text(const struct idn_param *param, struct idn_text text);

/* Writes `text` percent-encoded (at most 3 * len bytes, no NUL) and returns the end. */
char *idn_escape(char *out, struct idn_text text);

/* An upper bound for what idn_target writes. */
size_t idn_target_bound(const struct idn_operation *operation, size_t prefix_len,
                        const struct idn_text *values);

/*
 * Writes the request target (path and query, starting with `prefix`) and returns its length.
 * values[i] belongs to params[i] and has passed idn_check_text; absent optional values are left out.
 */
size_t idn_target(const struct idn_operation *operation, struct idn_text prefix,
                  const struct idn_text *values, char *out);

struct idn_base {
    struct idn_text scheme, host, port, prefix; /* views into the URL; port may be absent */
    int loopback;
};

/*
 * Splits a base URL, e.g. https://api.idngo.kz or http://127.0.0.1:8080/prefix (a final slash is
 * dropped). Returns NULL, or what is wrong with it: http beyond loopback, user:password@, a query,
 * a fragment, characters that need encoding.
 */
const char *idn_parse_base(struct idn_text url, struct idn_base *out);

/* 1 when the bytes are well-formed UTF-8. */
int idn_utf8(struct idn_text text);

#endif
