/*
 * gzip (RFC 1952) undone, piece by piece, in a window of its own: however much a few bytes stand for, a call gives no more
 * than the window holds.
 */
#ifndef IDNGO_INFLATE_H
#define IDNGO_INFLATE_H

#include <stddef.h>

#define IDN_INFLATE_WINDOW (32 * 1024)

struct idn_inflate;

/* NULL when out of memory. */
struct idn_inflate *idn_inflate_new(void);
void idn_inflate_free(struct idn_inflate *inflate);

/*
 * Takes from `bytes`; how many goes to *used. What came of them goes to *piece and *size, and stands until the next call.
 * 0 when it is not gzip. To be called until it takes nothing and gives nothing.
 */
int idn_inflate_feed(struct idn_inflate *inflate, const char *bytes, size_t len, size_t *used, const char **piece,
                     size_t *size);

/* Whether it is to be called again, though nothing more came. */
int idn_inflate_has_more(const struct idn_inflate *inflate);

/* Whether what was fed is whole: nothing at all, or one member after another, and each to its end. */
int idn_inflate_is_whole(const struct idn_inflate *inflate);

#endif
