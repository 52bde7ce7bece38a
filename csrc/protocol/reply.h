/* One reply as it comes: its head and its body, gathered from the bytes that a stream brings. For both runtimes. */
#ifndef IDNGO_REPLY_H
#define IDNGO_REPLY_H

#include "bytes.h"
#include "http.h"

enum idn_reply_state {
    IDN_REPLY_MORE,
    IDN_REPLY_END,
    IDN_REPLY_WRONG,     /* it breaks a rule of HTTP, or ended early: see idn_reply_wrong */
    IDN_REPLY_TOO_LARGE, /* more of its body than `max` is kept */
    IDN_REPLY_MEMORY,
    IDN_REPLY_CALLER /* the writer failed */
};

/* Zeroed at first. */
struct idn_reply {
    enum idn_reply_state state;
    int status;            /* of the final status line, 0 before */
    int has_head;          /* all of it */
    int keep;              /* the stream may carry another reply, once this one ended */
    struct idn_bytes head; /* final status line and header lines as they came */
    struct idn_bytes body; /* what came of it, and no writer took */
    /* Set by the owner: who takes the body of a 2xx reply, if anybody; it returns whether the bytes were taken. */
    int (*write)(struct idn_reply *, const char *bytes, size_t len);

    /* The rest is private. */
    size_t max;
    struct idn_http http;
    struct idn_bytes rest; /* an unfinished line */
};

/* no_body: the request was HEAD. may_gzip: it said that the reply may be compressed. */
void idn_reply_begin(struct idn_reply *reply, int no_body, int may_gzip, size_t max);

/* Takes what came, and tells how the reply stands. */
enum idn_reply_state idn_reply_take(struct idn_reply *reply, const char *bytes, size_t len);

/* The stream ended. `cut`: not in order, and the reply cannot show by itself that it is whole. */
enum idn_reply_state idn_reply_eof(struct idn_reply *reply, int cut);

/* What is wrong with it, and whether it still came whole. */
const char *idn_reply_wrong(const struct idn_reply *reply, int *complete);

void idn_reply_free(struct idn_reply *reply);

#endif
