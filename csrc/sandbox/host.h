/*
 * The HTTP/1.1 host of the local sandbox: libmicrohttpd on an external event loop, one thread, no
 * Lua.
 *
 *   host = idn_host_open(&config, &why);
 *   for (;;) {
 *       idn_host_wait(host, seconds);                   moves bytes; never calls back
 *       while ((request = idn_host_next(host)))         whole requests, in order of arrival
 *           idn_request_answer(request, response, ...)  or idn_request_drop(request, ...)
 *   }
 *   idn_host_close(host);
 *
 * A request is handed out once its body is complete; its connection is suspended until it is
 * answered, so nothing ever blocks on one client. Memory is bounded: by the number of connections,
 * by the headers of each (32 KiB, libmicrohttpd answers 431 or 414 beyond), by the body of each and
 * by all bodies together.
 */
#ifndef IDNGO_SANDBOX_HOST_H
#define IDNGO_SANDBOX_HOST_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

struct idn_host;
struct idn_request;

struct idn_host_config {
    const char *address; /* numeric IPv4 or IPv6 */
    uint16_t port;       /* 0: a free one */
    unsigned max_connections;
    unsigned idle_seconds; /* a silent connection is closed after this */
    size_t max_body;       /* of one request */
    size_t max_bodies;     /* of all requests together */
};

/* NULL and why (errno's text or a constant) when the port cannot be served. */
struct idn_host *idn_host_open(const struct idn_host_config *config, const char **why);
uint16_t idn_host_port(const struct idn_host *host);

/* From now until close, SIGINT and SIGTERM end idn_host_wait instead of the process. 0 when
 * refused. */
int idn_host_catch_signals(struct idn_host *host);

/* Waits up to `seconds` for something to do and does it. Returns the signal caught, or 0. */
int idn_host_wait(struct idn_host *host, double seconds);

/* For a loop of the caller's own: a descriptor to be waited for, no longer than so many of `seconds`; then
 * idn_host_wait(host, 0) does what is to be done. -1 when none can be had. */
int idn_host_descriptor(struct idn_host *host);
double idn_host_patience(struct idn_host *host, double seconds);

/* Whether idn_host_next has one. */
int idn_host_ready(const struct idn_host *host);

/* The next whole request, or NULL. It is the caller's until answered or dropped. */
struct idn_request *idn_host_next(struct idn_host *host);

/* Drops every request still open, closes every connection and restores the signals. */
void idn_host_close(struct idn_host *host);

const char *idn_request_method(const struct idn_request *request);
const char *idn_request_target(const struct idn_request *request); /* raw, as on the request line */
double
idn_request_arrived(const struct idn_request *request);     /* monotonic seconds: body complete */
int idn_request_refused(const struct idn_request *request); /* 413, 503, or 0 */
const char *idn_request_body(const struct idn_request *request, size_t *len);
void idn_request_free_body(struct idn_request *request);

struct idn_header {
    const char *name, *value;
    size_t name_len, value_len;
};

/* Fills at most `max` headers; returns how many the request has. They live until it is answered. */
size_t idn_request_headers(const struct idn_request *request, struct idn_header *headers,
                           size_t max);

/* `*owner`, which points at this request, is set to NULL when the host is closed under it. */
void idn_request_set_owner(struct idn_request *request, struct idn_request **owner);

/* A response of `len` bytes (copied) whose connection breaks after `sent` of them. NULL: no memory.
 */
struct MHD_Response *idn_response_new(const void *body, size_t len, size_t sent);

/* Answers after `delay` seconds. Takes the response. The request is gone for the caller. */
void idn_request_answer(struct idn_request *request, unsigned status, struct MHD_Response *response,
                        double delay);

/* Closes the connection without a byte of answer, after `delay` seconds. */
void idn_request_drop(struct idn_request *request, double delay);

#endif
