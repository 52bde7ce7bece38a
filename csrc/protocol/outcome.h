/*
 * The verdict over one attempt: did the call take effect, and may it be sent again. Pure functions.
 *
 *   not_sent  no byte of the request left: any call may be tried again
 *   rejected  the server said no before doing anything: tried again only where waiting helps
 *   unknown   the request left and no usable answer came: tried again unless people would notice (class `once`)
 *
 * Between us and the service there may be others who answer in its place. A write that is answered with 408, 425 or 303
 * may have been done. Of a call that people would notice twice only the service itself is believed that it was not: an
 * error in its own words, 401, or 429.
 *
 *   applied   a 2xx status came, its body is unusable: never sent again
 */
#ifndef IDNGO_OUTCOME_H
#define IDNGO_OUTCOME_H

#include "operation.h"

#include <stdint.h>

enum idn_outcome { IDN_NOT_SENT, IDN_REJECTED, IDN_UNKNOWN, IDN_APPLIED };

struct idn_attempt {
    enum idn_retry retry;
    int status;              /* final status line seen, else 0 */
    int sent;                /* whether any byte of the request was written */
    int complete;            /* whether the whole reply arrived */
    int own;                 /* the body is an error as the service itself writes them */
    int permanent;           /* the failure will not pass by itself, e.g. a refused certificate */
    const char *retry_after; /* the header's value, or NULL */
    int64_t now;             /* Unix seconds by the server's Date header, else by our clock */
};

struct idn_verdict {
    enum idn_outcome outcome;
    int retry;   /* whether another attempt is allowed */
    double wait; /* seconds the server asked for, at most IDN_MAX_WAIT; negative when it did not */
};

#define IDN_MAX_WAIT 120.0

struct idn_verdict idn_classify(const struct idn_attempt *attempt);

const char *idn_outcome_name(enum idn_outcome outcome);

/* Retry-After as seconds from `now` (digits or an HTTP date), clamped to 0 … IDN_MAX_WAIT; -1 when unusable. */
double idn_retry_after(const char *value, int64_t now);

/* Unix seconds of an HTTP date in any of RFC 9110's three forms; -1 when it is none. */
int64_t idn_http_date(const char *value);

#endif
