/* The reader of a reply's body behind its head, and the writer of requests. See http.h. */
#include "http.h"

#include "bytes.h"
#include "inflate.h"

#include <stdlib.h>
#include <string.h>

/* ---- requests ---- */

size_t idn_http_request_room(const struct idn_http_request *r) {
    enum { WORDS = 128 }; /* of ours: the version, names of headers, a length */
    return strlen(r->method) + r->target_len + strlen(r->host) + r->lines_len + IDN_SIGN_LINES + WORDS;
}

static char *put(char *to, const char *bytes, size_t len) {
    memcpy(to, bytes, len);
    return to + len;
}

#define PUT(to, text) put(to, text, sizeof(text) - 1)

size_t idn_http_request_write(const struct idn_http_request *r, char *to) {
    char hex[IDN_SIGNATURE_HEX + 1], *at = to;
    at = put(at, r->method, strlen(r->method));
    *at++ = ' ';
    at = put(at, r->target, r->target_len);
    at = PUT(at, " HTTP/1.1\r\nHost: ");
    at = put(at, r->host, strlen(r->host));
    at = PUT(at, "\r\n");
    at = put(at, r->lines, r->lines_len);
    if (r->signer) {
        int ok = idn_sign_begin(r->signer, r->time, r->method, r->target, r->target_len) &&
                 (r->body_len <= 0 || idn_sign_update(r->signer, r->body, (size_t)r->body_len));
        if (!idn_sign_end(r->signer, hex) || !ok)
            return 0;
        at += idn_sign_lines(at, r->time, hex);
    }
    if (r->gzip)
        at = PUT(at, "Accept-Encoding: gzip\r\n");
    if (r->body_len >= 0 || strcmp(r->method, "GET") != 0) {
        at = PUT(at, "Content-Length: ");
        at += idn_digits(at, r->body_len < 0 ? 0 : r->body_len);
        at = PUT(at, "\r\n");
    }
    at = PUT(at, "\r\n");
    return (size_t)(at - to);
}

/* ---- replies ---- */

enum { IN_HEAD, BEHIND_HEAD, IN_LENGTH, CHUNK_SIZE, IN_CHUNK, CHUNK_END, TRAILERS, UNTIL_EOF, DRAIN, OVER, FAILED };

void idn_http_begin(struct idn_http *http, int no_body, int may_gzip) {
    struct idn_inflate *inflate = http->inflate;
    *http = (struct idn_http){.no_body = no_body, .may_gzip = may_gzip};
    idn_inflate_free(inflate);
}

void idn_http_free(struct idn_http *http) {
    idn_inflate_free(http->inflate);
    http->inflate = NULL;
}

static enum idn_http_event refuse(struct idn_http *http, const char *what) {
    http->wrong = what;
    http->state = FAILED;
    return IDN_HTTP_WRONG;
}

static enum idn_http_event end(struct idn_http *http) {
    if (http->inflate && !idn_inflate_is_whole(http->inflate))
        return refuse(http, "a compressed reply that ends early");
    http->state = OVER;
    return IDN_HTTP_END;
}

/* How the body ends, once the head has. */
static enum idn_http_event choose(struct idn_http *http) {
    const struct idn_head *head = &http->head;
    if (http->no_body || head->status == 204 || head->status == 304)
        return end(http);
    if ((head->has_coding && !head->chunked) || (head->encoded && !(http->may_gzip && head->gzip)))
        return refuse(http, "a coding that was not asked for");
    if (head->encoded && !(http->inflate = idn_inflate_new()))
        return refuse(http, "not enough memory for the reply");
    http->left = head->has_length ? strtoll(head->length, NULL, 10) : 0;
    http->state = head->chunked ? CHUNK_SIZE : head->has_length ? IN_LENGTH : UNTIL_EOF;
    return IDN_HTTP_MORE;
}

static enum idn_http_event read_head(struct idn_http *http, const char *bytes, size_t len, size_t *used) {
    switch (idn_head_read(&http->head, bytes, len, used)) {
    case IDN_HEAD_WRONG:
        return refuse(http, http->head.wrong);
    case IDN_HEAD_INTERIM:
        return IDN_HTTP_INTERIM;
    case IDN_HEAD_DONE:
        http->state = BEHIND_HEAD;
        return IDN_HTTP_HEAD;
    default:
        return IDN_HTTP_MORE;
    }
}

/* The line that begins here, without CRLF, or NULL: then MORE, or WRONG. */
static const char *find_line(struct idn_http *http, const char *bytes, size_t len, size_t *size, size_t *used) {
    const char *stop = memchr(bytes, '\n', len);
    *size = stop ? (size_t)(stop - bytes) : len;
    if (*size > IDN_CHUNK_LINE || (stop && (*size == 0 || stop[-1] != '\r'))) {
        refuse(http, "bad chunk size");
        return NULL;
    }
    if (!stop)
        return NULL;
    *used += *size + 1;
    *size -= 1;
    return bytes;
}

static int hex_digit(char c) {
    char lower = (char)(c | 0x20);
    return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* "1a2b;extension": 0 when it is none. */
static int read_size(struct idn_http *http, const char *line, size_t size) {
    enum { MOST_DIGITS = 12 };
    size_t i = 0;
    http->left = 0;
    for (; i < size && hex_digit(line[i]) >= 0; i++)
        if (i < MOST_DIGITS)
            http->left = http->left * 16 + hex_digit(line[i]);
    if (i == 0 || i > MOST_DIGITS)
        return 0;
    while (i < size && (line[i] == ' ' || line[i] == '\t'))
        i++;
    if (i < size && line[i] != ';')
        return 0;
    for (; i < size; i++)
        if (((unsigned char)line[i] < 0x20 && line[i] != '\t') || line[i] == 0x7f)
            return 0;
    return 1;
}

/* Between chunks: the line that closes one, or the one that tells the next one's size. */
static enum idn_http_event read_chunk_line(struct idn_http *http, const char *bytes, size_t len, size_t *used) {
    size_t size;
    if (len > 0 && http->state == CHUNK_END && *bytes != '\r')
        return refuse(http, "a chunk longer than its size");
    if (len > 0 && http->state == CHUNK_SIZE && hex_digit(*bytes) < 0)
        return refuse(http, "bad chunk size");
    const char *line = find_line(http, bytes, len, &size, used);
    if (!line)
        return http->state == FAILED ? IDN_HTTP_WRONG : IDN_HTTP_MORE;
    if (http->state == CHUNK_END) {
        if (size > 0)
            return refuse(http, "a chunk longer than its size");
        http->state = CHUNK_SIZE;
    } else if (!read_size(http, line, size)) {
        return refuse(http, "bad chunk size");
    } else {
        http->state = http->left == 0 ? TRAILERS : IN_CHUNK;
    }
    return IDN_HTTP_MORE;
}

/* Whether more comes of what was taken already. */
static int has_more(const struct idn_http *http) {
    return http->inflate && idn_inflate_has_more(http->inflate);
}

/* Bytes of the body: decoded, when they are compressed. */
static enum idn_http_event take(struct idn_http *http, const char *bytes, size_t len, size_t *used, const char **piece,
                                size_t *size) {
    size_t most = http->state == UNTIL_EOF || (int64_t)len < http->left ? len : (size_t)http->left, taken = most;
    *piece = bytes;
    *size = most;
    if (http->inflate && !idn_inflate_feed(http->inflate, bytes, most, &taken, piece, size))
        return refuse(http, "a compressed reply that is no gzip");
    *used += taken;
    if (http->state != UNTIL_EOF)
        http->left -= (int64_t)taken;
    if (*size > 0)
        return IDN_HTTP_BODY;
    if (taken == 0 && most > 0)
        return refuse(http, "a compressed reply that is no gzip");
    return IDN_HTTP_MORE;
}

/* What is inside of the inflater still, when all bytes of the body were taken. */
static enum idn_http_event drain(struct idn_http *http, const char **piece, size_t *size) {
    size_t none;
    if (!http->inflate || idn_inflate_is_whole(http->inflate))
        return end(http);
    if (!idn_inflate_feed(http->inflate, "", 0, &none, piece, size))
        return refuse(http, "a compressed reply that is no gzip");
    return *size > 0 ? IDN_HTTP_BODY : end(http);
}

/* One step: MORE with nothing used, and the state unchanged, when nothing more comes of the bytes. */
static enum idn_http_event step(struct idn_http *http, const char *bytes, size_t len, size_t *used, const char **piece,
                                size_t *size) {
    size_t n;
    switch (http->state) {
    case IN_HEAD:
        return read_head(http, bytes, len, used);
    case BEHIND_HEAD:
        return choose(http);
    case IN_LENGTH:
    case IN_CHUNK:
        if ((http->left > 0 && len > 0) || has_more(http)) {
            enum idn_http_event event = take(http, bytes, len, used, piece, size);
            if (event != IDN_HTTP_MORE)
                return event;
        }
        if (http->left == 0)
            http->state = http->state == IN_LENGTH ? DRAIN : CHUNK_END;
        return IDN_HTTP_MORE;
    case CHUNK_SIZE:
    case CHUNK_END:
        return read_chunk_line(http, bytes, len, used);
    case TRAILERS:
        switch (idn_head_trailers(&http->head, bytes, len, &n)) {
        case IDN_HEAD_WRONG:
            return refuse(http, http->head.wrong);
        case IDN_HEAD_DONE:
            http->state = DRAIN;
            break;
        default:
            break;
        }
        *used += n;
        return IDN_HTTP_MORE;
    case UNTIL_EOF:
        return len > 0 || has_more(http) ? take(http, bytes, len, used, piece, size) : IDN_HTTP_MORE;
    case DRAIN:
        return drain(http, piece, size);
    case OVER:
        return IDN_HTTP_END;
    default:
        return IDN_HTTP_WRONG;
    }
}

enum idn_http_event idn_http_feed(struct idn_http *http, const char *bytes, size_t len, size_t *used, const char **piece,
                                  size_t *size) {
    *used = *size = 0;
    for (;;) {
        int state = http->state;
        size_t n = 0;
        enum idn_http_event event = step(http, bytes + *used, len - *used, &n, piece, size);
        *used += n;
        if (event != IDN_HTTP_MORE || (state == http->state && (n == 0 || state == IN_HEAD)))
            return event;
    }
}

void idn_http_cut(struct idn_http *http) {
    http->cut = 1;
    refuse(http, "connection closed before the end of the reply");
}

void idn_http_eof(struct idn_http *http) {
    if (http->state == UNTIL_EOF)
        http->state = DRAIN;
    else if (http->state != OVER && http->state != FAILED)
        idn_http_cut(http);
}

int idn_http_until_eof(const struct idn_http *http) {
    return http->state == UNTIL_EOF;
}
