/*
 * Streams come to stand: by libcurl's CURLOPT_CONNECT_ONLY, over the loop's epoll.
 *
 * One that is taken out of its multi handle is closed, so it stays there for life. A multi handle takes 45 KiB, so some share
 * one. But when libcurl begins to connect it looks at all that stand in the same multi handle, and closes those that the other end
 * has closed, and those that stand for two minutes. So a stream begins only where no other one is in use, and it begins at once;
 * one that may have to begin again, since a proxy closes when it asks for a password, has a multi handle of its own.
 */
#include "connect.h"

#include "system/clock.h"
#include "system/process.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    GROUP = 16
};

struct idn_group {
    CURLM *multi;
    struct idn_streams *streams;
    struct idn_timer timer; /* libcurl's own */
    int count, room;        /* streams in it, and how many there may be */
    int is_broken;          /* libcurl had no memory, and is not to be asked to connect again */
    struct idn_group *next;
};

/* ---- what libcurl calls ---- */

static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address) {
    struct idn_stream *stream = arg;
    (void)purpose;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    stream->lack = fd < 0 && (errno == EMFILE || errno == ENFILE) ? errno : 0;
    return fd;
}

static void tell(struct idn_stream *stream, CURLcode code);

/* Where libcurl closes what it thinks is of no more use, a descriptor of that number is somebody else's, and the stream's user
   is told, if it has one: libcurl looks at idle ones before it connects, and finds what ended. */
static int on_close(void *arg, curl_socket_t fd) {
    struct idn_streams *streams = arg;
    struct idn_loop *loop = &streams->loop;
    struct idn_stream *stream = idn_loop_owner(loop, fd, IDN_OWNER_STREAM);
    idn_loop_watch(loop, fd, NULL, 0);
    if (stream && stream->fd == fd) {
        stream->fd = -1;
        if (stream->state == IDN_STREAM_STANDS)
            tell(stream, CURLE_RECV_ERROR);
        stream->state = IDN_STREAM_OVER;
    }
    return close(fd);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused) {
    static const uint32_t events[] = {0, EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT, 0};
    struct idn_group *group = arg;
    void *found = NULL;
    (void)unused;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &found);
    struct idn_stream *stream = found;
    if (stream && stream->state != IDN_STREAM_CONNECTS && stream->fd == fd)
        return 0; /* ours by now */
    return idn_loop_watch(&group->streams->loop, fd, stream, events[what & 7]) ? 0 : -1;
}

static int on_timer(CURLM *multi, long ms, void *arg) {
    struct idn_group *group = arg;
    (void)multi;
    if (ms >= 0)
        return idn_loop_set(&group->streams->loop, &group->timer, idn_clock() + (double)ms / 1e3) ? 0 : -1;
    idn_loop_unset(&group->streams->loop, &group->timer);
    return 0;
}

/* Runs before a TLS handshake, with the server or with a proxy. */
static CURLcode on_tls(CURL *easy, void *ssl_ctx, void *arg) {
    struct idn_stream *stream = arg;
    (void)easy;
    /* what could not be written whole may be offered again from another place, and other calls have their turn in between */
    SSL_CTX_set_mode(ssl_ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (idn_trust_use(&stream->route->trust, stream->route->ca_file, ssl_ctx, idn_clock()))
        return CURLE_OK;
    stream->no_trust = 1;
    return CURLE_SSL_CACERT_BADFILE;
}

/* ---- groups ---- */

/* The two lowest descriptors that are free. */
static void find_free(int fds[2]) {
    for (int i = 0; i < 2; i++)
        fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

static CURLM *new_multi(void) {
    int fds[2], domain = 0;
    socklen_t len = sizeof domain;
    find_free(fds);
    CURLM *multi = curl_multi_init();
    /* libcurl opens a pair of sockets to wake itself, which programs that are started would inherit */
    for (int i = 0; multi && i < 2; i++)
        if (getsockopt(fds[i], SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 && domain == AF_UNIX)
            fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    return multi;
}

/* Whether a stream of the group may have an answer to be read. */
static int is_in_use(const struct idn_group *group) {
    const struct idn_stream *stream = group->streams->all;
    while (stream && !(stream->group == group && stream->state == IDN_STREAM_STANDS && stream->user))
        stream = stream->next;
    return stream != NULL;
}

static struct idn_group *group_with_room(struct idn_streams *streams, const struct idn_route *route) {
    struct idn_group *group = streams->groups;
    int room = route->proxied ? 1 : GROUP;
    while (group && (group->room != room || group->count >= room || group->is_broken || is_in_use(group)))
        group = group->next;
    if (group)
        return group;
    group = calloc(1, sizeof *group);
    if (group)
        group->multi = new_multi();
    if (!group || !group->multi) {
        free(group);
        return NULL;
    }
    group->streams = streams;
    group->room = room;
    group->timer.kind = IDN_TIMER_CONNECTS;
    curl_multi_setopt(group->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(group->multi, CURLMOPT_SOCKETDATA, group);
    curl_multi_setopt(group->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(group->multi, CURLMOPT_TIMERDATA, group);
    group->next = streams->groups;
    streams->groups = group;
    return group;
}

/* Frees the group that `link` holds. */
static void end_group(struct idn_group **link) {
    struct idn_group *group = *link;
    *link = group->next;
    curl_multi_cleanup(group->multi);
    idn_loop_unset(&group->streams->loop, &group->timer); /* libcurl sets it no more */
    free(group);
}

/* ---- connecting ---- */

static long milliseconds(double seconds) {
    double ms = seconds * 1000;
    return ms < 1 ? 1 : ms > 1e9 ? 1000000000L : (long)ms;
}

/* What is trusted: the client's own store, where libcurl's TLS is the one that we know. */
static CURLcode set_tls(CURL *easy, struct idn_stream *stream) {
    const struct idn_route *route = stream->route;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    code |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1); /* by ALPN */
    if (route->sessions)
        code |= curl_easy_setopt(easy, CURLOPT_SHARE, route->sessions);
    if (route->cert_file)
        code |= curl_easy_setopt(easy, CURLOPT_SSLCERT, route->cert_file);
    if (route->key_file)
        code |= curl_easy_setopt(easy, CURLOPT_SSLKEY, route->key_file);
    if (!idn_streams_see_tls())
        return route->ca_file ? code | curl_easy_setopt(easy, CURLOPT_CAINFO, route->ca_file) : code;
    code |= curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
    code |= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    code |= curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, NULL);
    code |= curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
#if LIBCURL_VERSION_NUM >= 0x075700
    code |= curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L); /* else it gives one client's store to another */
#endif
    code |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
    return code | curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, stream);
}

/* Where it goes when that is not what the origin says. */
static CURLcode set_place(CURL *easy, const struct idn_route *route) {
    CURLcode code = CURLE_OK;
    if (route->path)
        code |= curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, route->path);
    if (route->place)
        code |= curl_easy_setopt(easy, CURLOPT_CONNECT_TO, route->place);
    return route->raw ? code | curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L) : code;
}

static CURLcode set_proxy(CURL *easy, const struct idn_route *route) {
    if (route->direct)
        return curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    code |= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    code |= curl_easy_setopt(easy, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY); /* no password before it is asked for */
    if (!route->proxy)
        return code;
    code |= curl_easy_setopt(easy, CURLOPT_PROXY, route->proxy);
    return code | curl_easy_setopt(easy, CURLOPT_NOPROXY, ""); /* what is set is not undone by NO_PROXY */
}

static CURLcode set_options(CURL *easy, struct idn_stream *stream) {
    CURLcode code = CURLE_OK; /* any failure below is a lack of memory; the codes are only told from zero */
    code |= curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    code |= curl_easy_setopt(easy, CURLOPT_CURLU, stream->route->origin);
    code |= curl_easy_setopt(easy, CURLOPT_PRIVATE, stream);
    code |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, stream->message);
    code |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    code |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    code |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(stream->route->connect_timeout));
    code |= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* a name that resolves slowly must not hold the caller past its deadline */
    code |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
    code |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    code |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, stream);
    code |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    code |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, stream->streams);
    code |= set_place(easy, stream->route);
    code |= set_proxy(easy, stream->route);
    return stream->route->direct ? code : code | set_tls(easy, stream);
}

/* Frees what no libcurl handle knows of any more. */
static void free_stream(struct idn_stream *stream) {
    struct idn_streams *streams = stream->streams;
    for (struct idn_stream **link = &streams->told; *link; link = &(*link)->later_told)
        if (*link == stream) {
            *link = stream->later_told;
            break;
        }
    if (stream->before)
        stream->before->next = stream->next;
    else
        streams->all = stream->next;
    if (stream->next)
        stream->next->before = stream->before;
    idn_route_release(stream->route);
    free(stream);
}

void idn_connect_end(struct idn_stream *stream) {
    struct idn_group *group = stream->group;
    stream->state = IDN_STREAM_OVER;
    curl_multi_remove_handle(group->multi, stream->easy);
    curl_easy_cleanup(stream->easy);
    free_stream(stream);
    struct idn_group **link = &group->streams->groups;
    if (--group->count > 0 || (!group->next && !group->is_broken)) /* one is kept for the next stream */
        return;
    while (*link != group)
        link = &(*link)->next;
    end_group(link);
}

/* libcurl is done with a stream, in this way; where it is in the list already, the last word counts. */
static void tell(struct idn_stream *stream, CURLcode code) {
    struct idn_stream **last = &stream->streams->told;
    while (*last && *last != stream)
        last = &(*last)->later_told;
    stream->code = code;
    stream->state = IDN_STREAM_OVER;
    *last = stream;
}

/* Takes over the streams of a group that libcurl is done with. */
static void hear(struct idn_group *group) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(group->multi, &left))) {
        void *found = NULL;
        curl_socket_t fd = CURL_SOCKET_BAD;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &found);
        struct idn_stream *stream = found;
        if (code == CURLE_OK)
            curl_easy_getinfo(message->easy_handle, CURLINFO_ACTIVESOCKET, &fd);
        tell(stream, code);
        if (fd != CURL_SOCKET_BAD) {
            stream->fd = fd;
            stream->state = idn_stream_wait(stream, 0) ? IDN_STREAM_STANDS : IDN_STREAM_OVER;
        }
    }
}

/* libcurl 7.88 forgets half of a socket when memory lacks, and divides by zero when it meets it again. */
static void give_up(struct idn_group *group) {
    group->is_broken = 1;
    idn_loop_unset(&group->streams->loop, &group->timer);
    for (struct idn_stream *stream = group->streams->all; stream; stream = stream->next)
        if (stream->group == group && stream->state == IDN_STREAM_CONNECTS)
            tell(stream, CURLE_OUT_OF_MEMORY);
}

static void advance(struct idn_group *group, curl_socket_t fd, int what) {
    int running;
    ERR_set_mark();
    CURLMcode code = curl_multi_socket_action(group->multi, fd, what, &running);
    hear(group);
    if (code != CURLM_OK)
        give_up(group);
    ERR_pop_to_mark();
}

struct idn_stream *idn_stream_connect(struct idn_streams *streams, struct idn_route *route, void *user) {
    struct idn_group *group = group_with_room(streams, route);
    struct idn_stream *stream = group ? calloc(1, sizeof *stream) : NULL;
    if (!stream)
        return NULL;
    stream->streams = streams;
    stream->route = route;
    route->holders++;
    stream->user = user;
    stream->number = ++streams->last_number;
    stream->group = group;
    stream->fd = -1;
    stream->born = idn_clock();
    stream->next = streams->all;
    if (stream->next)
        stream->next->before = stream;
    streams->all = stream;
    stream->easy = curl_easy_init();
    if (!stream->easy || set_options(stream->easy, stream) != CURLE_OK ||
        curl_multi_add_handle(group->multi, stream->easy) != CURLM_OK) {
        curl_easy_cleanup(stream->easy);
        free_stream(stream);
        return NULL;
    }
    group->count++;
    advance(group, CURL_SOCKET_TIMEOUT, 0);
    return stream;
}

void idn_streams_ready(struct idn_streams *streams, const struct idn_ready *ready) {
    struct idn_stream *stream = ready->owner;
    int what = 0;
    (void)streams;
    if (ready->events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        what |= CURL_CSELECT_IN;
    if (ready->events & EPOLLOUT)
        what |= CURL_CSELECT_OUT;
    if (ready->events & EPOLLERR)
        what |= CURL_CSELECT_ERR;
    advance(stream->group, ready->fd, what);
}

void idn_streams_timer(struct idn_streams *streams, struct idn_timer *timer) {
    struct idn_group *group = (struct idn_group *)((char *)timer - offsetof(struct idn_group, timer));
    idn_loop_unset(&streams->loop, timer);
    advance(group, CURL_SOCKET_TIMEOUT, 0);
}

struct idn_stream *idn_streams_told(struct idn_streams *streams) {
    struct idn_stream *stream = streams->told;
    if (stream) {
        streams->told = stream->later_told;
        stream->later_told = NULL;
    }
    return stream;
}

/* ---- all of them ---- */

int idn_streams_open(struct idn_streams *streams) {
    if (!idn_loop_open(&streams->loop))
        return 0;
    streams->process = idn_process();
    return 1;
}

void idn_streams_close(struct idn_streams *streams) {
    while (streams->all)
        idn_stream_close(streams->all, 0);
    while (streams->groups)
        end_group(&streams->groups);
    idn_loop_close(&streams->loop);
    free(streams->room);
    *streams = (struct idn_streams){0};
}

void idn_streams_leave(struct idn_streams *streams) {
    for (struct idn_stream *stream = streams->all; stream; stream = stream->next) {
        stream->state = IDN_STREAM_OVER;
        stream->fd = -1;
    }
    idn_loop_leave(&streams->loop);
    free(streams->room);
    *streams = (struct idn_streams){0};
}

/* ---- why one never stood ---- */

/* What a proxy answered instead of a connection; 0 when there was none in between, or it let us through. */
static int proxy_status(struct idn_stream *stream) {
    long answered = 0, why = 0;
    curl_easy_getinfo(stream->easy, CURLINFO_HTTP_CONNECTCODE, &answered);
    curl_easy_getinfo(stream->easy, CURLINFO_PROXY_ERROR, &why);
    if (stream->code == CURLE_PROXY && (why == CURLPX_USER_REJECTED || why == CURLPX_NO_AUTH))
        return 407; /* SOCKS says it without a number */
    if (stream->code == CURLE_PROXY && why == CURLPX_REPLY_NOT_ALLOWED)
        return 403;
    return answered >= 300 ? (int)answered : 0;
}

struct idn_failure idn_stream_failure(struct idn_stream *stream) {
    struct idn_failure f = {.kind = "io", .proxy_status = proxy_status(stream)};
    int telling = stream->message[0] && !strchr(stream->message, '@');
    f.message = telling ? stream->message : curl_easy_strerror(stream->code);
    if (f.proxy_status) {
        snprintf(stream->message, sizeof stream->message, "the proxy refused to connect: %d", f.proxy_status);
        f.message = stream->message;
        f.kind = "connect";
        f.permanent = f.proxy_status < 500;
        return f;
    }
    switch (stream->code) {
    case CURLE_OK:
    case CURLE_OUT_OF_MEMORY:
        f.message = "not enough memory for a connection";
        break;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        f.kind = "dns";
        break;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
        f.kind = "connect";
        break;
    case CURLE_OPERATION_TIMEDOUT:
        f.kind = "timeout";
        break;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_NOTFOUND:
        f.permanent = 1;
        f.kind = "tls";
        break;
    case CURLE_SSL_CONNECT_ERROR:
        f.kind = "tls";
        break;
    default:
        break;
    }
    if (stream->lack) /* libcurl says that it could not connect */
        f.message = strerror(stream->lack);
    if (stream->no_trust)
        f.message = stream->route->ca_file ? "ca_file holds no certificate" : "this system's certificates cannot be read";
    return f;
}
