/* Streams that stand: bytes, looks, ends, and those that are idle. See stream.h; connect.c makes them. */
#include "stream.h"

#include "connect.h"
#include "system/clock.h"

#include <errno.h>
#include <linux/sockios.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MOST_IDLE = 64
};

static int is_tls(const struct idn_stream *stream) {
    return !stream->route->direct;
}

int idn_streams_see_tls(void) {
    static int sees = -1;
    if (sees < 0) {
        static const char ours[] = "OpenSSL/";
        const char *theirs = curl_version_info(CURLVERSION_NOW)->ssl_version;
        unsigned long major = OpenSSL_version_num() >> 28;
        sees = theirs && strncmp(theirs, ours, sizeof ours - 1) == 0 &&
               strtoul(theirs + sizeof ours - 1, NULL, 10) == major;
    }
    return sees;
}

/* The stream's TLS: libcurl tells it only when bytes were asked for. */
static SSL *tls_of(struct idn_stream *stream) {
    struct curl_tlssessioninfo *info = NULL;
    if (!stream->tls && idn_streams_see_tls() &&
        curl_easy_getinfo(stream->easy, CURLINFO_TLS_SSL_PTR, &info) == CURLE_OK && info &&
        info->backend == CURLSSLBACKEND_OPENSSL)
        stream->tls = info->internals;
    return stream->tls;
}

/* ---- bytes ---- */

static ssize_t ended(enum idn_end *end, enum idn_end how) {
    *end = how;
    return -1;
}

static enum idn_end end_of(int error) {
    return error == ECONNRESET || error == EPIPE ? IDN_RESET : IDN_FAILED;
}

/* What libcurl's code means for a stream over TLS. */
static ssize_t tls_failed(struct idn_stream *stream, CURLcode code, enum idn_end *end) {
    long error = 0;
    if (code == CURLE_AGAIN)
        return 0;
    curl_easy_getinfo(stream->easy, CURLINFO_OS_ERRNO, &error);
    return ended(end, error == ECONNRESET || error == EPIPE ? IDN_RESET : stream->message[0] ? IDN_FAILED : IDN_CUT);
}

ssize_t idn_stream_send(struct idn_stream *stream, const char *bytes, size_t len, enum idn_end *end) {
    size_t n = 0;
    *end = IDN_OPEN;
    if (stream->state != IDN_STREAM_STANDS)
        return ended(end, IDN_FAILED);
    if (is_tls(stream)) {
        stream->message[0] = '\0';
        CURLcode code = curl_easy_send(stream->easy, bytes, len, &n);
        return code == CURLE_OK ? (ssize_t)n : tls_failed(stream, code, end);
    }
    ssize_t sent;
    do
        sent = send(stream->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0)
        return sent;
    return errno == EAGAIN ? 0 : ended(end, end_of(errno));
}

ssize_t idn_stream_recv(struct idn_stream *stream, char *to, size_t size, enum idn_end *end) {
    size_t n = 0;
    *end = IDN_OPEN;
    if (stream->state != IDN_STREAM_STANDS)
        return ended(end, IDN_FAILED);
    if (is_tls(stream)) {
        stream->message[0] = '\0';
        CURLcode code = curl_easy_recv(stream->easy, to, size, &n);
        if (code != CURLE_OK)
            return tls_failed(stream, code, end);
        if (n > 0)
            return (ssize_t)n;
        const SSL *tls = tls_of(stream);
        return ended(end, tls && SSL_get_shutdown(tls) & SSL_RECEIVED_SHUTDOWN ? IDN_CLOSED : IDN_CUT);
    }
    ssize_t got;
    do
        got = recv(stream->fd, to, size, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        return got;
    return got == 0          ? ended(end, IDN_CLOSED)
           : errno == EAGAIN ? 0
                             : ended(end, end_of(errno));
}

int idn_stream_wait(struct idn_stream *stream, int sends) {
    uint32_t events = EPOLLIN;
    if (sends && !(stream->tls && SSL_want(stream->tls) == SSL_READING))
        events |= EPOLLOUT;
    return idn_loop_watch(&stream->streams->loop, stream->fd, stream, events);
}

const char *idn_stream_message(const struct idn_stream *stream, enum idn_end end) {
    /* libcurl quotes a proxy's URL that it does not understand, with the password in it */
    if (end == IDN_FAILED && stream->message[0] && !strchr(stream->message, '@'))
        return stream->message;
    return end == IDN_RESET ? "connection reset by the server" : "connection closed";
}

int idn_stream_holds(const struct idn_stream *stream) {
    return stream->tls && SSL_has_pending(stream->tls);
}

int64_t idn_stream_unconfirmed(const struct idn_stream *stream) {
    int bytes = 0;
    if (stream->state != IDN_STREAM_STANDS || ioctl(stream->fd, SIOCOUTQ, &bytes) != 0)
        return 0;
    return bytes;
}

/* ---- looks ---- */

/* Reads through TLS: tickets and the like are no answer. */
static enum idn_look look_through_tls(struct idn_stream *stream) {
    char byte;
    size_t n = 0;
    stream->message[0] = '\0';
    ERR_set_mark();
    CURLcode code = curl_easy_recv(stream->easy, &byte, 1, &n);
    ERR_pop_to_mark();
    const SSL *tls = tls_of(stream);
    if (code == CURLE_OK && n > 0)
        return IDN_LOOK_SPEAKS;
    if (code != CURLE_AGAIN)
        return IDN_LOOK_ENDED;
    return tls && SSL_has_pending(tls) ? IDN_LOOK_SPEAKS : IDN_LOOK_CLEAN; /* half a record */
}

enum idn_look idn_stream_look(struct idn_stream *stream) {
    char byte;
    if (stream->state != IDN_STREAM_STANDS)
        return IDN_LOOK_ENDED;
    ssize_t got = recv(stream->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    int is_silent = got < 0 && errno == EAGAIN;
    if (!is_tls(stream))
        return is_silent ? IDN_LOOK_CLEAN : got > 0 ? IDN_LOOK_SPEAKS : IDN_LOOK_ENDED;
    if (is_silent && stream->tls && !stream->route->nested)
        return SSL_has_pending(stream->tls) ? IDN_LOOK_SPEAKS : IDN_LOOK_CLEAN;
    return look_through_tls(stream);
}

/* ---- idle ones ---- */

static void leave_idle(struct idn_streams *streams, struct idn_stream *stream) {
    struct idn_stream **link = &streams->idle;
    while (*link && *link != stream)
        link = &(*link)->older;
    if (!*link)
        return;
    *link = stream->older;
    stream->older = NULL;
    streams->idle_count--;
}

void idn_stream_close(struct idn_stream *stream, int reset) {
    static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    if (!stream->user)
        leave_idle(stream->streams, stream);
    if (reset && stream->fd >= 0)
        setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ERR_set_mark();
    idn_connect_end(stream);
    ERR_pop_to_mark();
}

void idn_stream_keep(struct idn_stream *stream) {
    struct idn_streams *streams = stream->streams;
    const struct idn_route *route = stream->route;
    double now = idn_clock();
    struct idn_stream *oldest = streams->idle;
    if (stream->state != IDN_STREAM_STANDS || now - stream->born >= route->age || route->idle <= 0 ||
        (is_tls(stream) && !idn_streams_see_tls()) || !idn_stream_wait(stream, 0)) {
        idn_stream_close(stream, 0);
        return;
    }
    if (streams->idle_count >= MOST_IDLE) {
        while (oldest->older)
            oldest = oldest->older;
        idn_stream_close(oldest, 0);
    }
    stream->user = NULL;
    stream->idle_since = now;
    stream->older = streams->idle;
    streams->idle = stream;
    streams->idle_count++;
}

struct idn_stream *idn_stream_take(struct idn_streams *streams, const struct idn_route *route, void *user) {
    double now = idn_clock();
    for (struct idn_stream *stream = streams->idle, *older; stream; stream = older) {
        older = stream->older;
        if (now - stream->idle_since >= stream->route->idle || now - stream->born >= stream->route->age) {
            idn_stream_close(stream, 0);
        } else if (stream->route == route) {
            leave_idle(streams, stream);
            stream->user = user;
            return stream;
        }
    }
    return NULL;
}

void idn_stream_stir(struct idn_stream *stream) {
    if (idn_stream_look(stream) != IDN_LOOK_CLEAN)
        idn_stream_close(stream, 0);
}
