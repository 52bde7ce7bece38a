/*
 * HTTP/1.1 for both runtimes, sans I/O: a request written in one pass, and the reader of one reply, which is fed bytes and
 * gives back its head, the pieces of its body and its end. No clock, no socket, no Lua.
 *
 * The head is read as head.h says. A body is as long as the head tells, in chunks, or ends with the connection; what was
 * compressed with gzip comes out as it was before. Nothing is allocated by what a peer promises.
 */
#ifndef IDNGO_HTTP_H
#define IDNGO_HTTP_H

#include "head.h"
#include "sign.h"

#include <stddef.h>
#include <stdint.h>

/* Longest line between two chunks. */
#define IDN_CHUNK_LINE 1024

struct idn_http_request {
    const char *method;
    const char *target; /* sent as it is: it is what is signed */
    size_t target_len;
    const char *host; /* with the port, unless it is the scheme's own */
    const char *lines; /* of the header, each ended by CRLF */
    size_t lines_len;
    const char *body; /* NULL when it is streamed */
    int64_t body_len; /* -1: none */
    int gzip; /* whether the reply may be compressed */
    struct idn_signer *signer; /* NULL: `lines` hold the signature */
    int64_t time; /* that is signed, in Unix seconds */
};

/* Bytes that suffice for the request's head. */
size_t idn_http_request_room(const struct idn_http_request *request);

/* Writes the head: its length, or 0 when libcrypto cannot sign. The body follows it as it is. */
size_t idn_http_request_write(const struct idn_http_request *request, char *to);

enum idn_http_event {
    IDN_HTTP_MORE,    /* all was taken but an unfinished line, with which the next bytes have to begin */
    IDN_HTTP_INTERIM, /* the head of a 1xx reply ended */
    IDN_HTTP_HEAD,    /* the head ended: `head` tells what it says */
    IDN_HTTP_BODY,    /* a piece of the body */
    IDN_HTTP_END,     /* the reply ended; bytes behind it belong to nobody */
    IDN_HTTP_WRONG    /* see `wrong` */
};

/* Begun by idn_http_begin, ended by idn_http_free. */
struct idn_http {
    struct idn_head head;
    const char *wrong;
    int cut; /* with WRONG: the reply ended early */

    /* The rest is private. */
    int state, no_body, may_gzip;
    int64_t left; /* bytes of the body, or of this chunk */
    struct idn_inflate *inflate;
};

/* no_body: a reply to HEAD. may_gzip: the request said so. */
void idn_http_begin(struct idn_http *http, int no_body, int may_gzip);

/*
 * Takes bytes until something comes of them; how many goes to *used. With BODY the piece goes to *piece and *size: it lies in
 * `bytes`, or in the reader until the next call. To be called again, with the bytes that were not used, after any event but
 * MORE, END and WRONG; with none left it may be called, too.
 */
enum idn_http_event idn_http_feed(struct idn_http *http, const char *bytes, size_t len, size_t *used, const char **piece,
                                  size_t *size);

/* No more bytes will come, and none are left; what that means idn_http_feed tells. */
void idn_http_eof(struct idn_http *http);

/* The same, where that is known not to be the end of the reply: WRONG. */
void idn_http_cut(struct idn_http *http);

/* Whether the body is as long as the connection stands: then only how that ended tells whether it is whole. */
int idn_http_until_eof(const struct idn_http *http);

/* Frees what decoding took. The reader may be begun again. */
void idn_http_free(struct idn_http *http);

#endif
