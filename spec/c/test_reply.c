/* Replies as they come: bodies of every framing, gzip, ends, and that slicing changes nothing of it. */
#include "protocol/reply.h"

#include "check.h"

#include <stdlib.h>
#include <zlib.h>

enum { MAX = 100000 };

/* Takes the bytes in slices of `step`. What is left of the reply is the caller's to free. */
static struct idn_reply take(const char *bytes, size_t len, size_t step, int no_body) {
    struct idn_reply reply = {0};
    idn_reply_begin(&reply, no_body, 1, MAX);
    for (size_t at = 0; at < len && reply.state == IDN_REPLY_MORE; at += step) {
        size_t n = step < len - at ? step : len - at;
        char *exact = malloc(n); /* so that the sanitizer sees a byte too many */
        memcpy(exact, bytes + at, n);
        idn_reply_take(&reply, exact, n);
        free(exact);
    }
    return reply;
}

static const size_t steps[] = {1, 2, 3, 7, 64, 100000};

/* The reply ends with its bytes, or when they do (`eof`), and has this body. */
static void whole(const char *bytes, size_t len, int eof, const char *body, size_t body_len, int keep) {
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct idn_reply reply = take(bytes, len, steps[i], 0);
        if (eof) {
            CHECK(reply.state == IDN_REPLY_MORE);
            idn_reply_eof(&reply, 0);
        }
        CHECK(reply.state == IDN_REPLY_END);
        CHECK(reply.body.len == body_len && (body_len == 0 || memcmp(reply.body.data, body, body_len) == 0));
        CHECK(reply.keep == keep);
        CHECK(reply.head.len > 12 && memcmp(reply.head.data, "HTTP/1.1 ", 9) == 0 &&
              memcmp(reply.head.data + reply.head.len - 4, "\r\n\r\n", 4) == 0);
        if (reply.state != IDN_REPLY_END)
            printf("  in slices of %zu: %.60s\n", steps[i], bytes);
        idn_reply_free(&reply);
    }
}

static void wrong(const char *bytes, size_t len, const char *message, int complete) {
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        int came = 2;
        struct idn_reply reply = take(bytes, len, steps[i], 0);
        idn_reply_eof(&reply, 0);
        CHECK(reply.state == IDN_REPLY_WRONG);
        CHECK_STR(idn_reply_wrong(&reply, &came), message);
        CHECK(came == complete && reply.status == 200);
        idn_reply_free(&reply);
    }
}

#define OK "HTTP/1.1 200 OK\r\n"
#define WHOLE(bytes, eof, body, keep) whole(bytes, sizeof(bytes) - 1, eof, body, sizeof(body) - 1, keep)
#define WRONG(bytes, message, complete) wrong(bytes, sizeof(bytes) - 1, message, complete)

static void framings(void) {
    WHOLE(OK "Content-Length: 3\r\n\r\nabc", 0, "abc", 1);
    WHOLE(OK "Content-Length: 0\r\n\r\n", 0, "", 1);
    WHOLE(OK "\r\nabc", 1, "abc", 0);
    WHOLE(OK "\r\n", 1, "", 0);
    WHOLE("HTTP/1.1 204 No\r\n\r\n", 0, "", 1);
    WHOLE("HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", 0, "", 1);
    WHOLE("HTTP/1.1 100 C\r\nX: y\r\n\r\n" OK "Content-Length: 1\r\nConnection: close\r\n\r\na", 0, "a", 0);
    WHOLE(OK "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA \r\n0123456789\r\n00\r\nX: y\r\n z\r\n\r\n", 0, "abc0123456789", 1);
    struct idn_reply reply = take("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 38, 100, 1);
    CHECK(reply.state == IDN_REPLY_END && reply.body.len == 0 && reply.keep);
    idn_reply_free(&reply);
    reply = take(OK "Content-Length: 1\r\n\r\nab", 40, 100, 0); /* what is behind it belongs to nobody */
    CHECK(reply.state == IDN_REPLY_END && reply.body.len == 1 && !reply.keep);
    idn_reply_free(&reply);
}

static void refused(void) {
    static const char cut[] = "connection closed before the end of the reply";
    WRONG(OK "Content-Length: 3\r\n\r\nab", cut, 0);
    WRONG(OK "Content-Length: 3\r\n", cut, 0);
    WRONG(OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", cut, 0);
    WRONG(OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", cut, 0);
    WRONG(OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", "a chunk longer than its size", 1);
    WRONG(OK "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", "bad chunk size", 1);
    WRONG(OK "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n", "bad chunk size", 1);
    WRONG(OK "Transfer-Encoding: chunked\r\n\r\n3 x\r\nabc\r\n0\r\n\r\n", "bad chunk size", 1);
    WRONG(OK "Transfer-Encoding: chunked\r\n\r\n1000000000000\r\n", "bad chunk size", 1);
    WRONG(OK "Transfer-Encoding: chunked\r\n\r\n3;a\001\r\n", "bad chunk size", 1);
    WRONG(OK "Transfer-Encoding: chunked\r\n\r\n0\r\nX\r\n\r\n", "a header line without a name and a colon", 1);
    WRONG(OK "Transfer-Encoding: gzip\r\n\r\n", "a coding that was not asked for", 1);
    WRONG(OK "Content-Encoding: br\r\n\r\n", "a coding that was not asked for", 1);
    char line[2 * IDN_CHUNK_LINE], text[4 * IDN_CHUNK_LINE];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    int len = snprintf(text, sizeof text, OK "Transfer-Encoding: chunked\r\n\r\n3;%s", line);
    wrong(text, (size_t)len, "bad chunk size", 1);
    struct idn_reply reply = take(OK "\r\nabc", 22, 100, 0);
    CHECK(idn_reply_eof(&reply, 1) == IDN_REPLY_WRONG); /* it was cut, and nothing shows that it is whole */
    idn_reply_free(&reply);
}

/* `len` bytes compressed, behind a head that tells their length. */
static size_t compress_reply(char *out, size_t room, const char *bytes, size_t len, size_t drop) {
    char packed[70000];
    z_stream zlib = {0};
    deflateInit2(&zlib, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    zlib.next_in = (z_const Bytef *)bytes;
    zlib.avail_in = (uInt)len;
    zlib.next_out = (Bytef *)packed;
    zlib.avail_out = sizeof packed;
    CHECK(deflate(&zlib, Z_FINISH) == Z_STREAM_END);
    size_t n = sizeof packed - zlib.avail_out - drop;
    deflateEnd(&zlib);
    int head = snprintf(out, room, OK "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", n);
    memcpy(out + head, packed, n);
    return (size_t)head + n;
}

static void compressed(void) {
    static char text[90000], out[70000 + 200];
    for (size_t i = 0; i < sizeof text; i++) /* more than a window, and not all alike */
        text[i] = (char)('a' + (i * i / 7) % 26);
    size_t len = compress_reply(out, sizeof out, text, sizeof text, 0);
    whole(out, len, 0, text, sizeof text, 1);
    len = compress_reply(out, sizeof out, "", 0, 0);
    whole(out, len, 0, "", 0, 1);
    WHOLE(OK "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", 0, "", 1);
    len = compress_reply(out, sizeof out, text, 5000, 4);
    wrong(out, len, "a compressed reply that ends early", 1);
    len = compress_reply(out, sizeof out, text, 5000, 0);
    out[len - 6] ^= 1; /* its checksum */
    wrong(out, len, "a compressed reply that is no gzip", 1);
    WRONG(OK "Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\n{\"a\": 1}", "a compressed reply that is no gzip", 1);
    /* two members, and then what is none */
    char first[6000], second[6000], both[12000];
    size_t a = compress_reply(first, sizeof first, "abc", 3, 0), b = compress_reply(second, sizeof second, "def", 3, 0);
    const char *p = strstr(first, "\r\n\r\n") + 4, *q = strstr(second, "\r\n\r\n") + 4;
    a -= (size_t)(p - first), b -= (size_t)(q - second);
    int head = snprintf(both, sizeof both, OK "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", a + b);
    memcpy(both + head, p, a);
    memcpy(both + head + a, q, b);
    whole(both, (size_t)head + a + b, 0, "abcdef", 6, 1);
    both[head + (int)a] = 'x';
    wrong(both, (size_t)head + a + b, "a compressed reply that is no gzip", 1);
}

/* A thousand times as much as came is not kept. */
static void bomb(void) {
    static char zeros[3 * MAX], out[70000];
    size_t len = compress_reply(out, sizeof out, zeros, sizeof zeros, 0);
    CHECK(len < 2000);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct idn_reply reply = take(out, len, steps[i], 0);
        CHECK(reply.state == IDN_REPLY_TOO_LARGE && reply.body.len <= MAX);
        idn_reply_free(&reply);
    }
}

static void requests(void) {
    char out[1000];
    struct idn_http_request r = {.method = "POST", .target = "/a?b", .target_len = 4, .host = "h:1", .lines = "A: b\r\n",
                                 .lines_len = 6, .body = "{}", .body_len = 2, .gzip = 1};
    size_t len = idn_http_request_write(&r, out);
    out[len] = '\0';
    CHECK_STR(out, "POST /a?b HTTP/1.1\r\nHost: h:1\r\nA: b\r\nAccept-Encoding: gzip\r\nContent-Length: 2\r\n\r\n");
    CHECK(len <= idn_http_request_room(&r));
    r = (struct idn_http_request){.method = "GET", .target = "/", .target_len = 1, .host = "h", .lines = "", .body_len = -1};
    r.signer = idn_signer_new("secret", 6);
    r.time = 1700000000;
    len = idn_http_request_write(&r, out);
    out[len] = '\0';
    /* printf '1700000000GET/' | openssl dgst -sha256 -hmac secret */
    CHECK_STR(out, "GET / HTTP/1.1\r\nHost: h\r\nX-App-Access-Ts: 1700000000\r\nX-App-Access-Sig: "
                   "431a498c8565b88a62587c0b27a39552ce59224370b4fd2a7315ed0008b3691f\r\n\r\n");
    CHECK(len <= idn_http_request_room(&r));
    idn_signer_free(r.signer);
}

int main(void) {
    framings();
    refused();
    compressed();
    bomb();
    requests();
    return check_done();
}
