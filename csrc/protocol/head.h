/*
 * The head of an HTTP/1.1 reply, read strictly and line by line as bytes come. No I/O, no memory of its own.
 *
 * What two readers could understand differently is refused: a line that does not end with CRLF, control bytes, a header
 * without name, two lengths that differ, a length beside a transfer-encoding. A folded line is one with the line before
 * (RFC 9112, 5.2). Interim replies (1xx) are passed over; they and trailers count against the limits of the head.
 */
#ifndef IDNGO_HEAD_H
#define IDNGO_HEAD_H

#include <stddef.h>

#define IDN_HEAD_BYTES (64 * 1024)
#define IDN_HEAD_LINES 256

enum idn_head_state {
    IDN_HEAD_MORE,    /* all complete lines were taken, and more must come */
    IDN_HEAD_INTERIM, /* the head of a 1xx reply ended; call again behind it */
    IDN_HEAD_DONE,
    IDN_HEAD_WRONG /* see `wrong` */
};

/* Zeroed before the first byte. */
struct idn_head {
    int status;      /* of the final status line, 0 before it came */
    int keep;        /* the server lets the connection live on */
    int has_length;  /* else: */
    char length[16]; /* digits, at most 15, so that any number type holds them */
    int has_coding;  /* a transfer-encoding came, */
    int chunked;     /* and it is chunked alone */
    int encoded;     /* a content-encoding other than identity came, */
    int gzip;        /* and it is gzip alone */
    const char *wrong;

    /* The rest is private. */
    int lines, in_headers, interim;
    size_t size;
};

/*
 * Reads the complete lines of `bytes` (a header line is complete when the next one has begun), whose length goes to *used; the next call begins behind them, with all bytes
 * that were not used and those that came since.
 */
enum idn_head_state idn_head_read(struct idn_head *head, const char *bytes, size_t len,
                                  size_t *used);

/* The same for the lines behind a chunked body; nothing of them is kept. */
enum idn_head_state idn_head_trailers(struct idn_head *head, const char *bytes, size_t len,
                                      size_t *used);

#endif
