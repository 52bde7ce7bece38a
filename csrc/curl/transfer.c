/* libcurl options, callbacks and the meaning of its result codes. See transfer.h. */
#include "transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

double idn_monotonic(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int idn_bytes_room(struct idn_bytes *bytes, size_t size) {
    if (size <= bytes->size)
        return 1;
    size_t room = bytes->size ? bytes->size : 2048;
    while (room < size)
        room *= 2;
    char *grown = realloc(bytes->data, room);
    if (!grown)
        return 0;
    bytes->data = grown;
    bytes->size = room;
    return 1;
}

static int append(struct idn_bytes *bytes, const char *data, size_t len) {
    if (!idn_bytes_room(bytes, bytes->len + len))
        return 0;
    memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
    return 1;
}

static size_t stop(struct idn_transfer *t, enum idn_stop why) {
    t->stop = why;
    return 0;
}

/* Whether what comes is a file: nothing else that answers may take longer than the first answer has time for. */
static int is_file(const struct idn_transfer *t) {
    return (t->identity || t->write) && t->status / 100 == 2;
}

/* Reads one line of the head, or behind a chunked body. What is wrong with it, or NULL. */
static const char *read_line(struct idn_transfer *t, const char *line, size_t size) {
    size_t used;
    if (t->head_done)
        return !t->http.chunked ? "a header line behind the head"
               : idn_head_trailers(&t->http, line, size, &used) == IDN_HEAD_WRONG ? t->http.wrong
                                                                                  : NULL;
    enum idn_head_state state = idn_head_read(&t->http, line, size, &used);
    if (t->http.status && !t->status) {
        t->status = t->http.status;
        t->answered = idn_monotonic();
    }
    if (state == IDN_HEAD_WRONG)
        return t->http.wrong;
    if (state == IDN_HEAD_MORE)
        return used == size ? NULL : "a header line without CRLF";
    t->head_done = state == IDN_HEAD_DONE;
    if (t->head_done && is_file(t))
        t->pace.received += IDN_STEP; /* as a step: making a file takes a while, moving it another */
    if (state == IDN_HEAD_INTERIM)
        t->head.len = 0;
    else if ((t->http.has_coding && !t->http.chunked) || (t->identity && t->http.encoded))
        return "a coding that was not asked for";
    return NULL;
}

static size_t on_header(char *line, size_t one, size_t size, void *arg) {
    struct idn_transfer *t = arg;
    size *= one;
    int is_trailer = t->head_done;
    t->refused = read_line(t, line, size);
    if (t->refused)
        return stop(t, IDN_STOP_HEADERS);
    if (is_trailer || t->http.in_headers == 0)
        return size;
    return append(&t->head, line, size) ? size : stop(t, IDN_STOP_MEMORY);
}

static size_t on_body(char *bytes, size_t one, size_t size, void *arg) {
    struct idn_transfer *t = arg;
    size *= one;
    if (is_file(t))
        t->pace.received += (int64_t)size;
    if (t->write && t->status / 100 == 2)
        return t->write(t, bytes, size) ? size : stop(t, IDN_STOP_CALLER);
    if (size > t->max_reply - t->body.len)
        return stop(t, IDN_STOP_TOO_LARGE);
    return append(&t->body, bytes, size) ? size : stop(t, IDN_STOP_MEMORY);
}

static size_t on_read(char *to, size_t one, size_t size, void *arg) {
    struct idn_transfer *t = arg;
    size_t n = t->read(t, to, one * size);
    if (n == (size_t)-1) {
        stop(t, IDN_STOP_CALLER);
        return CURL_READFUNC_ABORT;
    }
    return n;
}

static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address) {
    struct idn_transfer *t = arg;
    (void)purpose;
    t->opened++;
    return idn_connection_open(t->connections, address);
}

/* Whether a proxy may be spoken to over TLS, so that the server's TLS is not what lies on the socket. */
static int may_be_nested(const struct idn_via *via) {
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    const char *proxy = via->direct ? "" : via->proxy;
    int nested = proxy && strncasecmp(proxy, "https", 5) == 0;
    for (size_t i = 0; !proxy && !nested && i < sizeof names / sizeof *names; i++) {
        const char *set = getenv(names[i]);
        nested = set && strncasecmp(set, "https", 5) == 0;
    }
    return nested;
}

/*
 * Runs when a connection stands and the request is about to be written. libcurl resends a request by itself
 * when a reused connection dies early; whether that is safe is for us to judge, so the second time ends it.
 */
static int on_request(void *arg, char *peer, char *local, int peer_port, int local_port) {
    struct idn_transfer *t = arg;
    (void)peer, (void)local, (void)peer_port;
    if (t->started > 0) {
        stop(t, IDN_STOP_RESENT);
        return CURL_PREREQFUNC_ABORT;
    }
    if (idn_monotonic() > t->until) {
        stop(t, IDN_STOP_LATE);
        return CURL_PREREQFUNC_ABORT;
    }
    int takes_tickets = t->opened && !may_be_nested(t->used);
    enum idn_look found = idn_connection_take(t->connections, t->easy, local_port, takes_tickets, &t->connection);
    if (found != IDN_LOOK_CLEAN) {
        stop(t, found == IDN_LOOK_ENDED ? IDN_STOP_ENDED : IDN_STOP_UNCLEAN);
        return CURL_PREREQFUNC_ABORT;
    }
    t->started++;
    return CURL_PREREQFUNC_OK;
}

static long milliseconds(double seconds) {
    double ms = seconds * 1000;
    return ms < 1 ? 1 : ms > 1e9 ? 1000000000L : (long)ms;
}

static CURLcode set_body(struct idn_transfer *t, const struct idn_request *r) {
    CURL *easy = t->easy;
    CURLcode code = CURLE_OK;
    if (r->body_len < 0 && strcmp(r->method, "GET") == 0)
        return code;
    curl_off_t len = r->body_len < 0 ? 0 : (curl_off_t)r->body_len;
    code |= curl_easy_setopt(easy, CURLOPT_POST, 1L);
    code |= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, len);
    if (t->read) {
        code |= curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
        code |= curl_easy_setopt(easy, CURLOPT_READDATA, t);
    } else {
        code |= curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->body ? r->body : "");
    }
    return code;
}

/* Options that no request has another value for. */
static CURLcode set_constants(struct idn_transfer *t) {
    CURL *easy = t->easy;
    CURLcode code = CURLE_OK;
    code |= curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
    code |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->message);
    code |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    code |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    code |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    code |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    code |= curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    code |= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* a name that resolves slowly must not hold the caller past its deadline */
    code |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
    code |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    code |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
    code |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, idn_connection_close);
    code |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, t->connections);
    code |= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    code |= curl_easy_setopt(easy, CURLOPT_PREREQDATA, t);
    code |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    code |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    code |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    code |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    return code;
}

/* Runs before a TLS handshake, with the server or with a proxy. */
static CURLcode on_tls(CURL *easy, void *ssl_ctx, void *arg) {
    struct idn_transfer *t = arg;
    (void)easy;
    if (idn_trust_use(t->used->trust, t->used->ca_file, ssl_ctx, idn_monotonic()))
        return CURLE_OK;
    stop(t, IDN_STOP_TRUST);
    return CURLE_SSL_CACERT_BADFILE;
}

/* What is trusted: the client's own store, where libcurl's TLS is the one that we know. */
static CURLcode set_trust(struct idn_transfer *t, const struct idn_via *via) {
    CURL *easy = t->easy;
    if (via->direct)
        return CURLE_OK;
    if (!idn_connections_see_tls())
        return via->ca_file ? curl_easy_setopt(easy, CURLOPT_CAINFO, via->ca_file) : CURLE_OK;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
    code |= curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, NULL);
    /* never read, since OpenSSL looks into a folder only when it is asked for somebody; but by this libcurl tells apart
       connections that clients of one scheduler have verified differently */
    code |= curl_easy_setopt(easy, CURLOPT_CAPATH, via->ca_file);
    code |= curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, via->ca_file);
    code |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
    return code | curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, t);
}

/* Options that say which server is reached, and how. */
static CURLcode set_via(struct idn_transfer *t, const struct idn_via *via) {
    CURL *easy = t->easy;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_CURLU, via->origin);
    code |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(via->connect_timeout));
    code |= set_trust(t, via);
    if (via->cert_file)
        code |= curl_easy_setopt(easy, CURLOPT_SSLCERT, via->cert_file);
    if (via->key_file)
        code |= curl_easy_setopt(easy, CURLOPT_SSLKEY, via->key_file);
    if (via->proxy) {
        code |= curl_easy_setopt(easy, CURLOPT_PROXY, via->proxy);
        code |= curl_easy_setopt(easy, CURLOPT_NOPROXY, ""); /* what is set is not undone by NO_PROXY */
    }
    if (via->direct)
        code |= curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    return code;
}

/* Whether the connection is the request's own, which nobody uses after. */
static CURLcode set_fresh(CURL *easy, const struct idn_request *r) {
    int once = r->fresh || (!r->via->direct && !idn_connections_see_tls());
    CURLcode code = curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, (long)r->fresh);
    return code | curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, (long)once);
}

int idn_transfer_start(struct idn_transfer *t, const struct idn_request *r) {
    CURL *easy = t->easy;
    CURLcode code = CURLE_OK; /* any failure below is a lack of memory; the codes are only told from zero */
    int is_plain = strcmp(r->method, "GET") == 0 && r->body_len < 0 && !r->fresh && !t->identity;
    t->message[0] = '\0';
    t->max_reply = r->via->max_reply;
    t->used = r->via;
    t->until = idn_monotonic() + r->timeout;
    t->pace = (struct idn_pace){.silence = r->silence, .limit = t->until, .size = r->body_len};
    if (!is_plain || t->via != r->via) {
        curl_easy_reset(easy);
        code |= set_constants(t);
        code |= set_via(t, r->via);
        code |= set_body(t, r);
        if (strcmp(r->method, "GET") != 0)
            code |= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r->method);
        if (!t->identity)
            code |= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
        code |= set_fresh(easy, r);
        t->via = is_plain && code == CURLE_OK ? r->via : NULL;
    }
    code |= curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, r->target);
    code |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->headers);
    code |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, r->silence > 0 ? 0L : milliseconds(r->timeout));
    return code == CURLE_OK;
}

enum idn_pace_found idn_transfer_look(struct idn_transfer *t, double now) {
    struct idn_pace *pace = &t->pace;
    curl_off_t sent = 0;
    curl_easy_getinfo(t->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    int64_t confirmed = sent - idn_connection_unconfirmed(t->connections, t->connection);
    int done = sent == pace->size && confirmed == sent && confirmed > pace->confirmed;
    if (confirmed > pace->confirmed)
        pace->confirmed = confirmed;
    pace->looked = now;
    int64_t moved = pace->confirmed + pace->received;
    if (moved - pace->mark >= IDN_STEP || done) {
        pace->mark = moved;
        t->until = now + pace->silence < pace->limit ? now + pace->silence : pace->limit;
        if (pace->renewed == 0 || now >= pace->renewed + pace->silence / 3)
            return IDN_PACE_RENEW;
    }
    if (now < t->until)
        return IDN_PACE_FINE;
    idn_transfer_break(t, IDN_STOP_SILENT);
    return IDN_PACE_STOPPED;
}

void idn_transfer_go_on(struct idn_transfer *t, double now, double seconds) {
    struct idn_pace *pace = &t->pace;
    if (seconds < 0) {
        idn_transfer_break(t, IDN_STOP_SLOT);
        return;
    }
    pace->renewed = now;
    pace->limit = now + seconds;
    t->until = now + pace->silence < pace->limit ? now + pace->silence : pace->limit;
}

void idn_transfer_break(struct idn_transfer *t, enum idn_stop why) {
    stop(t, why);
    idn_connection_break(t->connections, t->connection);
}

double idn_transfer_next_look(const struct idn_transfer *t) {
    double next = t->pace.looked + t->pace.silence / 3;
    return next < t->until ? next : t->until;
}

int idn_transfer_restart(struct idn_transfer *t) {
    double left = t->until - idn_monotonic();
    if (t->opened || left <= 0)
        return 0;
    t->stop = IDN_STOP_NONE;
    t->message[0] = '\0';
    t->via = NULL; /* the handle has other options than it was given */
    CURLcode code = curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
    if (t->pace.silence == 0)
        code |= curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, milliseconds(left));
    return code == CURLE_OK;
}

static void empty(struct idn_bytes *bytes) {
    enum { KEEP = 64 * 1024 }; /* a small buffer serves the next transfer, a large one goes back */
    bytes->len = 0;
    if (bytes->size > KEEP) {
        free(bytes->data);
        bytes->data = NULL;
        bytes->size = 0;
    }
}

void idn_transfer_reset(struct idn_transfer *t) {
    empty(&t->head);
    empty(&t->body);
    struct idn_bytes head = t->head, body = t->body;
    CURL *easy = t->easy;
    const struct idn_via *via = t->via;
    struct idn_connections *connections = t->connections;
    memset(t, 0, sizeof *t);
    t->easy = easy;
    t->via = via;
    t->connections = connections;
    t->head = head;
    t->body = body;
}

static struct idn_failure stopped(const struct idn_transfer *t) {
    struct idn_failure f = {.kind = "malformed", .sent = 1, .complete = 1};
    switch (t->stop) {
    case IDN_STOP_HEADERS:
        f.message = t->refused;
        break;
    case IDN_STOP_TOO_LARGE:
        f.message = "reply larger than max_reply";
        break;
    case IDN_STOP_RESENT:
        f = (struct idn_failure){.kind = "io", .sent = 1};
        f.message = "connection closed before an answer";
        break;
    case IDN_STOP_UNCLEAN:
        f = (struct idn_failure){.kind = "io"};
        f.message = "the server sent something before it was asked";
        break;
    case IDN_STOP_ENDED:
        f = (struct idn_failure){.kind = t->used->direct ? "connect" : "tls"};
        f.message = "the server closed the connection before it was asked";
        break;
    case IDN_STOP_TRUST:
        f = (struct idn_failure){.kind = "tls", .permanent = 1};
        f.message = t->used->ca_file ? "ca_file holds no certificate" : "this system's certificates cannot be read";
        break;
    case IDN_STOP_DISTRUST:
        f.complete = 0;
        f.message = "the connection mixed up replies";
        break;
    case IDN_STOP_LATE:
        f = (struct idn_failure){.kind = "timeout"};
        f.message = "timed out before the request was sent";
        break;
    case IDN_STOP_SILENT:
        f = (struct idn_failure){.kind = "timeout", .sent = t->started > 0};
        f.message = t->started == 0 ? "timed out before the request was sent"
                    : t->status     ? "timed out while the file was received"
                                    : "timed out while the request was sent, or waiting for the answer";
        break;
    case IDN_STOP_SLOT:
        f = (struct idn_failure){.kind = "timeout", .sent = 1};
        f.message = "its rate-limit slot was another's while its body moved";
        break;
    case IDN_STOP_MEMORY:
        f.kind = "io";
        f.message = "not enough memory for the reply";
        break;
    default:
        f.kind = "io";
        f.message = "reading or writing the body failed";
        f.complete = t->status > 0;
        f.permanent = 1;
    }
    return f;
}

/* What a proxy answered instead of a connection; 0 when there was none in between, or it let us through. */
static int proxy_status(const struct idn_transfer *t, CURLcode code) {
    long answered = 0, why = 0;
    if (t->started > 0)
        return 0;
    curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &answered);
    curl_easy_getinfo(t->easy, CURLINFO_PROXY_ERROR, &why);
    if (code == CURLE_PROXY && (why == CURLPX_USER_REJECTED || why == CURLPX_NO_AUTH))
        return 407; /* SOCKS says it without a number */
    if (code == CURLE_PROXY && why == CURLPX_REPLY_NOT_ALLOWED)
        return 403;
    return answered >= 300 ? (int)answered : 0;
}

struct idn_failure idn_transfer_failure(struct idn_transfer *t, CURLcode code) {
    if (t->stop != IDN_STOP_NONE)
        return stopped(t);
    struct idn_failure f = {.kind = "io", .proxy_status = proxy_status(t, code)};
    long written = 0;
    curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &written);
    f.sent = t->started > 0 && written > 0;
    if (f.proxy_status) {
        snprintf(t->message, sizeof t->message, "the proxy refused to connect: %d", f.proxy_status);
        f.message = t->message;
        f.kind = "connect";
        f.permanent = f.proxy_status < 500;
        return f;
    }
    /* libcurl quotes a proxy's URL that it does not understand, with the password in it */
    int telling = t->message[0] && !strchr(t->message, '@');
    f.message = telling ? t->message : curl_easy_strerror(code);
    switch (code) {
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
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9 or no HTTP at all */
    case CURLE_WEIRD_SERVER_REPLY:
        f.kind = "malformed";
        f.complete = t->status > 0;
        break;
    case CURLE_OUT_OF_MEMORY: /* also libcurl's word for a header line beyond 100 KiB */
        if (t->started) {
            f.kind = "malformed";
            f.message = "too long a header line, or not enough memory";
            f.complete = t->status > 0;
        }
        break;
    case CURLE_PARTIAL_FILE:
        f.kind = t->status > 0 ? "malformed" : "io";
        f.message = "reply cut off";
        break;
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR: /* ours are told by `stop`; libcurl's own are decoding errors */
        f.kind = "malformed";
        f.complete = 1;
        break;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        if (strstr(t->message, "chunk") || strstr(t->message, "HTTP"))
            f.kind = "malformed", f.complete = t->status > 0;
        break;
    default:
        break;
    }
    return f;
}
