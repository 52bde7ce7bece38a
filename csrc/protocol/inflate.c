/* zlib's inflate over any number of gzip members. See inflate.h. */
#include "inflate.h"

#include <stdlib.h>
#include <zlib.h>

struct idn_inflate {
    z_stream zlib;
    int inside; /* a member has begun and not ended */
    int failed; /* what came is no gzip, behind what has been given */
    int full;   /* the window was filled: there may be more */
    char window[IDN_INFLATE_WINDOW];
};

struct idn_inflate *idn_inflate_new(void) {
    enum { GZIP_ONLY = 16 };
    struct idn_inflate *inflate = malloc(sizeof *inflate);
    if (!inflate)
        return NULL;
    inflate->zlib = (z_stream){0};
    inflate->inside = inflate->failed = inflate->full = 0;
    if (inflateInit2(&inflate->zlib, GZIP_ONLY + MAX_WBITS) != Z_OK) {
        free(inflate);
        return NULL;
    }
    return inflate;
}

void idn_inflate_free(struct idn_inflate *inflate) {
    if (!inflate)
        return;
    inflateEnd(&inflate->zlib);
    free(inflate);
}

int idn_inflate_feed(struct idn_inflate *state, const char *bytes, size_t len, size_t *used, const char **piece,
                     size_t *size) {
    z_stream *zlib = &state->zlib;
    uInt most = len > 1 << 20 ? 1 << 20 : (uInt)len;
    *used = *size = 0;
    *piece = state->window;
    state->full = 0;
    if (state->failed)
        return 0;
    if (!state->inside) {
        if (most == 0)
            return 1;
        if (inflateReset(zlib) != Z_OK)
            return 0;
        state->inside = 1;
    }
    zlib->next_in = (z_const Bytef *)bytes;
    zlib->avail_in = most;
    zlib->next_out = (Bytef *)state->window;
    zlib->avail_out = sizeof state->window;
    int code = inflate(zlib, Z_NO_FLUSH);
    *used = most - zlib->avail_in;
    *size = sizeof state->window - zlib->avail_out;
    if (code == Z_STREAM_END)
        state->inside = 0;
    state->full = zlib->avail_out == 0;
    state->failed = code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR; /* the last: nothing can move now */
    return !state->failed || *size > 0; /* what came of it first is given first, however much came at once */
}

int idn_inflate_has_more(const struct idn_inflate *inflate) {
    return inflate->full || inflate->failed;
}

int idn_inflate_is_whole(const struct idn_inflate *inflate) {
    return !inflate->inside;
}
