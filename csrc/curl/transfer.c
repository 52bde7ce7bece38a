/* libcurl options, callbacks and the meaning of its result codes. See transfer.h. */
#include "transfer.h"

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

/* The value of the header line `line` when it is called `name`, its length in *len; else NULL. */
static const char *header_value(const char *line, size_t size, const char *name, size_t *len) {
    size_t n = strlen(name);
    if (size <= n || strncasecmp(line, name, n) != 0 || line[n] != ':')
        return NULL;
    const char *from = line + n + 1, *end = line + size;
    while (from < end && (*from == ' ' || *from == '\t'))
        from++;
    while (end > from && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *len = (size_t)(end - from);
    return from;
}

/*
 * Two lengths that differ, or a length beside chunks, mean that somebody on the way reads this reply
 * differently from us.
 */
static const char *check_framing(struct idn_transfer *t, const char *line, size_t size) {
    size_t len;
    if (!strchr("ctCT", *line)) /* most headers are none of these */
        return NULL;
    const char *value = header_value(line, size, "content-length", &len);
    if (value) {
        if (len == 0 || len >= sizeof t->length || strspn(value, "0123456789") < len)
            return "content-length is no number of bytes";
        if (t->has_length && (strlen(t->length) != len || memcmp(t->length, value, len) != 0))
            return "two different content-lengths";
        memcpy(t->length, value, len);
        t->length[len] = '\0';
        t->has_length = 1;
    }
    if (header_value(line, size, "transfer-encoding", &len))
        t->has_chunked = 1;
    value = header_value(line, size, "content-encoding", &len);
    if (value && t->identity && (len != 8 || strncasecmp(value, "identity", 8) != 0))
        return "a content-encoding that was not asked for";
    return t->has_length && t->has_chunked ? "both a content-length and a transfer-encoding" : NULL;
}

#define EACH UINT64_C(0x0101010101010101) /* times a byte: eight of it */
#define HIGH (EACH * 0x80)

/* For each byte that is zero its high bit. */
static uint64_t zeros(uint64_t eight) {
    return ~(((eight & ~HIGH) + ~HIGH) | eight) & HIGH;
}

/* Not zero when one of eight bytes is a control byte other than a tab. */
static uint64_t controls(uint64_t eight) {
    uint64_t below_space = ~((eight | HIGH) - EACH * 0x20) & ~eight & HIGH;
    return (below_space & ~zeros(eight ^ EACH * '\t')) | zeros(eight ^ EACH * 0x7f);
}

static int has_controls(const char *bytes, size_t len) {
    uint64_t found = 0, eight;
    size_t i = 0;
    for (; i + sizeof eight <= len; i += sizeof eight) {
        memcpy(&eight, bytes + i, sizeof eight);
        found |= controls(eight);
    }
    for (; i < len; i++)
        found |= ((unsigned char)bytes[i] < 0x20 && bytes[i] != '\t') || bytes[i] == 0x7f;
    return found != 0;
}

/* What is wrong with a header line, or NULL: it ends with CRLF, and is "name: value" without control bytes. */
static const char *check_line(const char *line, size_t size) {
    if (size < 2 || line[size - 2] != '\r' || line[size - 1] != '\n')
        return "a header line without CRLF";
    if (has_controls(line, size - 2))
        return "a control byte in a header";
    size_t name = 0;
    while (name < size - 2 && line[name] > ' ' && line[name] != ':')
        name++;
    if (size > 2 && (name == 0 || line[name] != ':'))
        return *line == ' ' || *line == '\t' ? "a folded header line" : "a header line without a name and a colon";
    return NULL;
}

/* The status of a status line: 100 to 599, or 0. */
static int status_of(const char *line, size_t size) {
    const char *space = memchr(line, ' ', size), *end = line + size;
    if (!space || end - space < 4 || space[1] < '1' || space[1] > '5')
        return 0;
    for (int i = 2; i < 4; i++)
        if (space[i] < '0' || space[i] > '9')
            return 0;
    if (end - space > 4 && space[4] != ' ' && space[4] != '\r')
        return 0;
    return (space[1] - '0') * 100 + (space[2] - '0') * 10 + space[3] - '0';
}

/* A status line starts the next header block. */
static const char *begin_head(struct idn_transfer *t, const char *line, size_t size) {
    int status = status_of(line, size);
    t->head.len = 0;
    t->has_length = t->has_chunked = t->head_done = 0;
    t->status = status >= 200 ? status : 0;
    t->answered = t->status ? idn_monotonic() : 0;
    return status == 0 ? "a status line that is none" : status == 101 ? "another protocol, unasked" : NULL;
}

static size_t on_header(char *line, size_t one, size_t size, void *arg) {
    struct idn_transfer *t = arg;
    size *= one;
    const char *wrong = NULL;
    if (size > 5 && memcmp(line, "HTTP/", 5) == 0) {
        wrong = begin_head(t, line, size);
    } else {
        wrong = check_line(line, size);
        if (!wrong)
            wrong = check_framing(t, line, size);
    }
    if (++t->header_lines > IDN_MAX_HEADERS || t->head.len + size > IDN_MAX_HEADER_BYTES)
        wrong = "too many or too long headers";
    if (wrong) {
        t->refused = wrong;
        return stop(t, IDN_STOP_HEADERS);
    }
    if (size == 2)
        t->head_done = 1;
    return append(&t->head, line, size) ? size : stop(t, IDN_STOP_MEMORY);
}

static size_t on_body(char *bytes, size_t one, size_t size, void *arg) {
    struct idn_transfer *t = arg;
    size *= one;
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

/*
 * Runs when a connection stands and the request is about to be written. libcurl resends a request by itself
 * when a reused connection dies early; whether that is safe is for us to judge, so the second time ends it.
 */
static int on_request(void *arg, char *peer, char *local, int peer_port, int local_port) {
    struct idn_transfer *t = arg;
    (void)peer, (void)local, (void)peer_port, (void)local_port;
    if (t->started == 0 && idn_monotonic() > t->send_by) {
        stop(t, IDN_STOP_LATE);
        return CURL_PREREQFUNC_ABORT;
    }
    if (t->started++ == 0)
        return CURL_PREREQFUNC_OK;
    stop(t, IDN_STOP_RESENT);
    return CURL_PREREQFUNC_ABORT;
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
    code |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    code |= curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    code |= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* a name that resolves slowly must not hold the caller past its deadline */
    code |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
    code |= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    code |= curl_easy_setopt(easy, CURLOPT_PREREQDATA, t);
    code |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    code |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    code |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    code |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    return code;
}

/* Options that say which server is reached, and how. */
static CURLcode set_via(CURL *easy, const struct idn_via *via) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_CURLU, via->origin);
    code |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(via->connect_timeout));
    if (via->ca_file)
        code |= curl_easy_setopt(easy, CURLOPT_CAINFO, via->ca_file);
    if (via->cert_file)
        code |= curl_easy_setopt(easy, CURLOPT_SSLCERT, via->cert_file);
    if (via->key_file)
        code |= curl_easy_setopt(easy, CURLOPT_SSLKEY, via->key_file);
    if (via->proxy)
        code |= curl_easy_setopt(easy, CURLOPT_PROXY, via->proxy);
    if (via->direct)
        code |= curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    else /* TLS tells whether a connection carries many requests at once: worth waiting for */
        code |= curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    return code;
}

int idn_transfer_start(struct idn_transfer *t, const struct idn_request *r) {
    CURL *easy = t->easy;
    CURLcode code = CURLE_OK; /* any failure below is a lack of memory; the codes are only told from zero */
    int is_plain = strcmp(r->method, "GET") == 0 && r->body_len < 0 && !r->fresh && !t->identity;
    t->message[0] = '\0';
    t->max_reply = r->via->max_reply;
    t->send_by = idn_monotonic() + r->timeout;
    if (!is_plain || t->via != r->via) {
        curl_easy_reset(easy);
        code |= set_constants(t);
        code |= set_via(easy, r->via);
        code |= set_body(t, r);
        if (strcmp(r->method, "GET") != 0)
            code |= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r->method);
        if (!t->identity)
            code |= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
        code |= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, (long)r->fresh);
        t->via = is_plain && code == CURLE_OK ? r->via : NULL;
    }
    code |= curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, r->target);
    code |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->headers);
    code |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(r->timeout));
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
    memset(t, 0, sizeof *t);
    t->easy = easy;
    t->via = via;
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
    case IDN_STOP_LATE:
        f = (struct idn_failure){.kind = "timeout"};
        f.message = "timed out before the request was sent";
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

struct idn_failure idn_transfer_failure(struct idn_transfer *t, CURLcode code) {
    if (t->stop != IDN_STOP_NONE)
        return stopped(t);
    struct idn_failure f = {.kind = "io"};
    long written = 0;
    curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &written);
    f.sent = t->started > 0 && written > 0;
    /* libcurl quotes a proxy's URL that it does not understand, with the password in it */
    int telling = t->message[0] && !strchr(t->message, '@');
    f.message = telling ? t->message : curl_easy_strerror(code);
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        f.kind = "dns";
        break;
    case CURLE_COULDNT_CONNECT:
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
