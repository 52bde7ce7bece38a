/*
 * One HTTP exchange over libcurl: what goes out, what has come in, and why it ended. No Lua here.
 *
 * Rules kept for every transfer: HTTP/1.1, no redirects, TLS 1.2 or later and verified, no signals, no second try
 * behind our back, no connection that has more to say than it was asked, heads read as core/http.h says, and a cap on
 * the reply counted after decoding.
 */
#ifndef IDNGO_TRANSFER_H
#define IDNGO_TRANSFER_H

#include "connections.h"
#include "core/http.h"
#include "trust.h"

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

struct idn_bytes {
    char *data;
    size_t len, size;
};

/* Makes room for `size` bytes in all; 0 when out of memory. */
int idn_bytes_room(struct idn_bytes *bytes, size_t size);

/* Why we, not libcurl, ended a transfer. */
enum idn_stop {
    IDN_STOP_NONE,
    IDN_STOP_HEADERS,   /* the header block breaks a limit or a rule */
    IDN_STOP_TOO_LARGE, /* the reply is larger than max_reply */
    IDN_STOP_RESENT,    /* libcurl was about to send the request a second time */
    IDN_STOP_UNCLEAN,   /* the connection is not to be used, since the server spoke first; nothing was sent */
    IDN_STOP_ENDED,     /* it ended before anything was sent */
    IDN_STOP_DISTRUST,  /* the connection was found to mix up replies, while this one was under way */
    IDN_STOP_LATE,      /* the process was stopped, or busy, until the request's time was over */
    IDN_STOP_TRUST,     /* the certificates to trust cannot be read */
    IDN_STOP_SILENT,    /* a body that moves got on no more, or may take no longer */
    IDN_STOP_SLOT,      /* a body moved until its slot was another's */
    IDN_STOP_MEMORY,
    IDN_STOP_CALLER     /* the caller's reader or writer failed */
};

/*
 * Of a request whose body moves: a large one, or one for a file. libcurl's own time-out is off for it. `until` is moved on
 * whenever IDN_STEP bytes more have, of the request as the other end confirms them and of the file that answers; and at
 * the end of the request, and when the answer's head is there. What trickles gets nowhere.
 */
enum { IDN_STEP = 64 * 1024 };
struct idn_pace {
    double silence;    /* seconds in which a step has to move; 0: it is none of those */
    double limit;      /* monotonic seconds after which nothing may move, unless it is renewed */
    double looked;     /* when it was looked at last, and … */
    double renewed;    /* … when its owner was asked for more time; 0: not yet */
    int64_t size;      /* of the request's body */
    int64_t confirmed; /* of that, at the last look */
    int64_t received;  /* of the file */
    int64_t mark;      /* how much had moved when `until` was moved on last */
};

struct idn_transfer {
    CURL *easy;
    struct curl_slist *headers; /* the owner's */
    char message[CURL_ERROR_SIZE];
    struct idn_bytes head; /* final status line and header lines as they came, CRLF included */
    struct idn_bytes body; /* unless a writer took it */
    const struct idn_via *via; /* whose options the handle has, with those of a GET; NULL: it has others */
    const struct idn_via *used; /* the request's */
    int identity; /* take no content-encoding: nothing in a file shows that one was cut */
    size_t max_reply; /* bytes of it at the most; set from the request's via */
    struct idn_connections *connections; /* of its multi handle; the owner's */
    int64_t connection; /* the one the request left over, 0 before */
    int opened, started; /* sockets opened for it; times the request was about to be written */
    double until;       /* monotonic seconds after which not a byte may leave: its slot may be another's */
    struct idn_pace pace;
    struct idn_head http; /* what the head says so far */
    int head_done;
    int status;          /* of the final status line, 0 before */
    double answered;     /* monotonic seconds when it came */
    const char *refused; /* what was wrong with the head */
    enum idn_stop stop;

    /*
     * Set by the owner for bodies that stream. read fills `to` and returns the bytes, 0 at the end, or
     * (size_t)-1; write returns whether the bytes were taken. write is asked only for 2xx replies.
     */
    size_t (*read)(struct idn_transfer *, char *to, size_t size);
    int (*write)(struct idn_transfer *, const char *bytes, size_t len);
    void *owner;
};

/* How a client reaches its server; the same for all its requests. Any string may be NULL. */
struct idn_via {
    CURLU *origin; /* scheme, host and port, taken apart once: libcurl would do it for every request */
    const char *ca_file, *cert_file, *key_file, *proxy;
    struct idn_trust *trust; /* the client's */
    int direct;             /* plain http, on this machine: never through a proxy */
    double connect_timeout; /* seconds */
    size_t max_reply;       /* bytes of a reply kept in memory, after decoding */
};

struct idn_request {
    const char *method;
    const char *target; /* sent as it is: it is what was signed */
    const char *body;   /* must live as long as the transfer; NULL with a reader or without a body */
    int64_t body_len;   /* -1: no body */
    const struct idn_via *via; /* must not change while a handle may have its options */
    double timeout;            /* seconds */
    double silence;            /* as in struct idn_pace */
    int fresh;                 /* a connection of its own, so that nothing stale can be met */
};

/*
 * Makes libcurl's list of `block`, lines that end with CRLF each, and sets it as the transfer's headers. It lies in `room`,
 * one piece of memory that serves the next request too. 0 when out of memory.
 */
int idn_transfer_lines(struct idn_transfer *transfer, struct idn_bytes *room, const char *block, size_t len,
                       const struct idn_request *request);

/* Prepares the easy handle; headers, connections, read, write and owner are set before. 0 when out of memory. */
int idn_transfer_start(struct idn_transfer *transfer, const struct idn_request *request);

/*
 * Prepares a transfer anew that met a connection that was not to be used, for one of its own. 0 when that would not
 * help, since it had one, or memory lacks.
 */
int idn_transfer_restart(struct idn_transfer *transfer);

/*
 * Looks at a transfer that has a pace, at `now`. When `until` has come it is stopped. IDN_PACE_RENEW: it moves, and its
 * owner is to be asked until when it may go on, which idn_transfer_go_on is told.
 */
enum idn_pace_found { IDN_PACE_FINE, IDN_PACE_RENEW, IDN_PACE_STOPPED };
enum idn_pace_found idn_transfer_look(struct idn_transfer *transfer, double now);

/* It may go on for so many seconds from `now`, and for as long as its pace lets it; below 0: its slot is another's. */
void idn_transfer_go_on(struct idn_transfer *transfer, double now, double seconds);

/* Stops a transfer with a pace that may not go on: nothing more of it leaves. */
void idn_transfer_break(struct idn_transfer *transfer, enum idn_stop why);

/* When to look at it next, if nothing happens before. */
double idn_transfer_next_look(const struct idn_transfer *transfer);

/* Frees what a transfer gathered, keeps its easy handle for the next one. */
void idn_transfer_reset(struct idn_transfer *transfer);

/* The words of the Lua contract for a transfer that failed with `code`. */
struct idn_failure {
    const char *kind; /* "dns" "connect" "tls" "timeout" "io" "malformed" */
    const char *message;
    int sent;      /* a byte of the request may have reached the server */
    int complete;  /* the reply came whole but is unusable */
    int permanent; /* no use in trying again */
    int proxy_status; /* what a proxy refused to connect with, else 0 */
};

struct idn_failure idn_transfer_failure(struct idn_transfer *transfer, CURLcode code);

double idn_monotonic(void);

#endif
