/*
 * Streams of bytes to a server. libcurl resolves, connects, tunnels through proxies and verifies TLS; then bytes move, and
 * nothing here ever waits. No Lua, and no HTTP but what a proxy is asked with.
 *
 * HTTP/1.1 numbers nothing: whatever is read first on a connection is taken for the answer to what was asked last. So a
 * stream can be looked at: a request leaves only where nothing is to be read.
 */
#ifndef IDNGO_STREAM_H
#define IDNGO_STREAM_H

#include "failure.h"
#include "loop.h"
#include "route.h"

#include <stdint.h>
#include <sys/types.h>

struct idn_group;

enum idn_stream_state { IDN_STREAM_CONNECTS, IDN_STREAM_STANDS, IDN_STREAM_OVER };

struct idn_stream {
    enum idn_stream_state state;
    struct idn_streams *streams;
    struct idn_route *route;
    void *user;  /* whose it is now; NULL: it stands idle */
    int64_t number; /* of this stream alone */

    /* The rest is private. */
    CURL *easy;
    struct idn_group *group;
    int fd;
    void *tls; /* OpenSSL's, once it can be asked for */
    CURLcode code; /* why it failed */
    int no_trust;
    int lack; /* errno, when there was no descriptor for it */
    double born, idle_since;
    struct idn_stream *next, *before; /* in the list of all */
    struct idn_stream *older;         /* in the list of idle ones */
    struct idn_stream *later_told;    /* in that of those that libcurl is done with; one may be in both */
    char message[CURL_ERROR_SIZE];
};

/* Zeroed at first. */
struct idn_streams {
    struct idn_loop loop;
    pid_t process; /* whose they are; 0: not open */
    struct idn_group *groups;
    struct idn_stream *all, *idle, *told;
    int idle_count;
    int64_t last_number;
    char *room; /* of the exchange that reads; NULL before the first does */
};

/* 0 when memory or descriptors lack. */
int idn_streams_open(struct idn_streams *streams);
void idn_streams_close(struct idn_streams *streams);

/*
 * In a process that was forked: the streams are the parent's. Their descriptors are closed without a word to the process at
 * the other end; what libcurl made is left as it is, since it would say goodbye.
 */
void idn_streams_leave(struct idn_streams *streams);

/* What the kinds of timers are parts of: see idn_streams_timer. */
enum { IDN_TIMER_CONNECTS = 1, IDN_TIMER_OWN };

/* Begins to connect. NULL when out of memory. */
struct idn_stream *idn_stream_connect(struct idn_streams *streams, struct idn_route *route, void *user);

/* To be called when a descriptor of a stream that connects is ready, … */
void idn_streams_ready(struct idn_streams *streams, const struct idn_ready *ready);
/* … and when a timer of the kind IDN_TIMER_CONNECTS came. */
void idn_streams_timer(struct idn_streams *streams, struct idn_timer *timer);

/* The next stream that stands now, or failed to; NULL: none. */
struct idn_stream *idn_streams_told(struct idn_streams *streams);

/* Why a stream never stood. Its message lives as long as the stream. */
struct idn_failure idn_stream_failure(struct idn_stream *stream);

enum idn_look {
    IDN_LOOK_CLEAN,  /* nothing is to be read: a request may leave */
    IDN_LOOK_SPEAKS, /* something is, or would be taken for an answer */
    IDN_LOOK_ENDED   /* the other end has closed it */
};
enum idn_look idn_stream_look(struct idn_stream *stream);

enum idn_end {
    IDN_OPEN,
    IDN_CLOSED, /* in order: what came is all there was */
    IDN_CUT,    /* TLS ended without saying so */
    IDN_RESET,
    IDN_FAILED
};

/*
 * Moves some bytes: how many, 0 when none can move now, -1 when that direction of the stream ended, as *end says. What the
 * server said before it closed can still be read when nothing can be sent any more.
 */
ssize_t idn_stream_send(struct idn_stream *stream, const char *bytes, size_t len, enum idn_end *end);
ssize_t idn_stream_recv(struct idn_stream *stream, char *to, size_t size, enum idn_end *end);

/* Waits for bytes to read and, if `sends`, for room to write. 0 when out of memory. */
int idn_stream_wait(struct idn_stream *stream, int sends);

/* What libcurl says of the end, or a plain sentence. */
const char *idn_stream_message(const struct idn_stream *stream, enum idn_end end);

/* Whether bytes that have been received wait inside of TLS, so that the system tells nothing of them. */
int idn_stream_holds(const struct idn_stream *stream);

/* Bytes written that the other end has not confirmed yet; 0 where that cannot be known. */
int64_t idn_stream_unconfirmed(const struct idn_stream *stream);

/*
 * Ends it. `reset`: what the system has taken and not sent yet is thrown away, where an ordinary end would still deliver it.
 */
void idn_stream_close(struct idn_stream *stream, int reset);

/* Lets it stand idle, or closes it when it is too old, or cannot be looked into. */
void idn_stream_keep(struct idn_stream *stream);

/* An idle stream for `user`, which is to be looked at; NULL when there is none. */
struct idn_stream *idn_stream_take(struct idn_streams *streams, const struct idn_route *route, void *user);

/* Something came on an idle stream: closes it, unless that was TLS's own. */
void idn_stream_stir(struct idn_stream *stream);

/* Whether what TLS has read and nobody has asked for can be seen; else each TLS connection is used once. */
int idn_streams_see_tls(void);

#endif
