/*
 * One exchange over HTTP/1.1: what goes out, the gate that lets it, what has come in, and why it ended. No Lua here.
 *
 * The gate is the one place that decides whether bytes may leave. When the slots of a call are held, it asks in this order:
 * does a connection stand, is it this process's, and is nothing to be read on it; does the caller still want the request
 * sent (`before`); has its time not come. Then the request is signed, and its first byte leaves.
 */
#ifndef IDNGO_EXCHANGE_H
#define IDNGO_EXCHANGE_H

#include "protocol/reply.h"
#include "failure.h"
#include "stream.h"

#include <stddef.h>
#include <stdint.h>

/* Why we ended an exchange, and not its stream. */
enum idn_stop {
    IDN_STOP_NONE,
    IDN_STOP_REPLY,     /* its reply cannot be used: see idn_reply_wrong */
    IDN_STOP_CONNECT,   /* no connection came to stand */
    IDN_STOP_UNCLEAN,   /* the server spoke before it was asked; nothing was sent */
    IDN_STOP_ENDED,     /* the server closed before anything was sent */
    IDN_STOP_BROKEN,    /* the stream ended before the reply */
    IDN_STOP_LATE,      /* its time came before anything was sent */
    IDN_STOP_TIME,      /* its time came */
    IDN_STOP_SILENT,    /* a body that moves got on no more, or may take no longer */
    IDN_STOP_SLOT,      /* a body moved until its slot was another's */
    IDN_STOP_REFUSED,   /* the caller does not want it sent any more */
    IDN_STOP_CLOSED,    /* there is no signer any more */
    IDN_STOP_SIGN,      /* libcrypto cannot sign */
    IDN_STOP_MEMORY,
    IDN_STOP_CALLER     /* the caller's reader or writer failed */
};

/*
 * Of a request whose body moves: a large one, or one for a file. `until` is moved on whenever IDN_STEP bytes more have, of the
 * request as the other end confirms them and of the file that answers; and at the end of the request, and when the answer's
 * head is there. What trickles gets nowhere.
 */
enum { IDN_STEP = 64 * 1024 };
struct idn_pace {
    double silence;    /* seconds in which a step has to move; 0: it is none of those */
    double limit;      /* when nothing may move any more, unless it is renewed */
    double looked;     /* when it was looked at last, and … */
    double renewed;    /* … when its owner was asked for more time; 0: not yet */
    int64_t confirmed; /* of the request's body, at the last look */
    int64_t received;  /* of the file */
    int64_t mark;      /* how much had moved when `until` was moved on last */
};

enum { IDN_LATER = -1 };

enum idn_phase { IDN_CONNECTS, IDN_GATE, IDN_SENDS, IDN_READS, IDN_OVER };

struct idn_exchange {
    /* Set by the owner; the strings live until it is over. */
    struct idn_http_request request;
    struct idn_route *route;
    int fresh;    /* over a connection of its own, so that nothing stale can be met */
    int is_whole; /* the reply cannot show by itself that it was cut */
    double until; /* by idn_clock, after which nothing may move: its slot may be another's */
    struct idn_pace pace;
    /*
     * What the caller has to say; each may be missing. read fills `to` and returns the bytes, or -1; before returns whether the
     * request may leave, or IDN_LATER: then it is asked again when the exchange is to go on; signs gives the signer, NULL when
     * there is none any more, and the time to sign. reply.write, too.
     */
    ssize_t (*read)(struct idn_exchange *, char *to, size_t size);
    int (*before)(struct idn_exchange *);
    struct idn_signer *(*signs)(struct idn_exchange *, int64_t *time);

    /* What came of it. */
    enum idn_phase phase;
    enum idn_stop stop;
    int started; /* the first byte may have left */
    struct idn_reply reply;
    double received_at; /* when its final status line came, by idn_clock */

    /* The rest is private. */
    struct idn_stream *stream; /* NULL before, and after it was given back */
    int is_new;                /* the stream was opened for it */
    enum idn_end end;
    struct idn_bytes out; /* of the request: written, and not sent before `out_at` */
    size_t out_at;
    int64_t body_at; /* of the request's body, bytes that went to `out` or left */
    int keep; /* the stream may carry another request */
    char message[CURL_ERROR_SIZE];
};

/* Begins: takes an idle stream, or opens one. When it does not have to wait for that its phase is IDN_GATE. */
void idn_exchange_begin(struct idn_exchange *x, struct idn_streams *streams);

/*
 * Moves what can move now. Its phase is IDN_OVER when it ended; else it is to be called again when the stream is ready, or at
 * once when that returns 1.
 */
int idn_exchange_go(struct idn_exchange *x);

/* Its stream stands, or failed to; then it is over. */
void idn_exchange_connected(struct idn_exchange *x);

/* When to look at the time again, if nothing happens before. */
double idn_exchange_next(const struct idn_exchange *x);

/* Looks at the time. RENEW: a body moves, and the owner is to be asked how long it may go on, which idn_exchange_renew takes. */
enum idn_time { IDN_TIME_FINE, IDN_TIME_RENEW };
enum idn_time idn_exchange_time(struct idn_exchange *x);

/* It may go on for so many seconds, and for as long as its pace lets it; below 0: its slot is another's. */
void idn_exchange_renew(struct idn_exchange *x, double seconds);

/* Ends it: what it had sent is taken back where that is possible. */
void idn_exchange_stop(struct idn_exchange *x, enum idn_stop why);

/* Gives the stream back, for others if it may carry another request. After this the exchange may be begun anew. */
void idn_exchange_leave(struct idn_exchange *x);

/* Frees what it gathered. */
void idn_exchange_free(struct idn_exchange *x);

/* The failure of an exchange that ended without a reply. */
struct idn_failure idn_exchange_failure(struct idn_exchange *x);

#endif
