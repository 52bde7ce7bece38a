/* The strict reading of reply heads: what is accepted, what is refused, and that slicing changes neither. */
#include "protocol/head.h"

#include "check.h"

#include <stdlib.h>

/* Reads `text` in slices of `step` bytes, as a connection would bring them. */
static struct idn_head read_sliced(const char *text, size_t step, enum idn_head_state *state) {
    struct idn_head head = {0};
    size_t len = strlen(text), from = 0, have = 0;
    *state = IDN_HEAD_MORE;
    while (have < len && (*state == IDN_HEAD_MORE || *state == IDN_HEAD_INTERIM)) {
        have = have + step < len ? have + step : len;
        do {
            size_t used, left = have - from;
            char *exact = malloc(left + !left); /* so that the sanitizer sees a byte too many */
            memcpy(exact, text + from, left);
            *state = idn_head_read(&head, exact, left, &used);
            free(exact);
            CHECK(used <= left);
            from += used;
        } while (*state == IDN_HEAD_INTERIM);
    }
    return head;
}

static struct idn_head check_state(const char *text, enum idn_head_state expected) {
    struct idn_head head = {0};
    enum idn_head_state state;
    size_t steps[] = {1, 2, 7, strlen(text)};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        head = read_sliced(text, steps[i], &state);
        CHECK(state == expected);
        if (state != expected)
            printf("  in slices of %zu: %s\n", steps[i], text);
    }
    return head;
}

static void accepted(void) {
    struct idn_head head =
        check_state("HTTP/1.1 200 OK\r\nContent-Length: 12\r\nServer: x\r\n\r\n", IDN_HEAD_DONE);
    CHECK(head.status == 200 && head.keep && head.has_length);
    CHECK_STR(head.length, "12");
    head =
        check_state("HTTP/1.1 404\r\nTransfer-Encoding: Chunked\r\nconnection: a , CLOSE\r\n\r\n",
                    IDN_HEAD_DONE);
    CHECK(head.status == 404 && !head.keep && head.chunked && !head.has_length);
    head =
        check_state("HTTP/1.0 204 No Content\r\nContent-Encoding: identity\r\n\r\n", IDN_HEAD_DONE);
    CHECK(head.status == 204 && !head.keep && !head.encoded);
    head = check_state("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length:\t3 \r\n\r\n",
                       IDN_HEAD_DONE);
    CHECK_STR(head.length, "3");
    head = check_state(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n",
        IDN_HEAD_DONE);
    CHECK(head.has_coding && !head.chunked);
    head = check_state("HTTP/1.1 200 OK\r\nContent-Encoding: X-GZIP\r\n\r\n", IDN_HEAD_DONE);
    CHECK(head.encoded && head.gzip);
    head = check_state("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n", IDN_HEAD_DONE);
    CHECK(head.encoded && !head.gzip);
}

static void folded(void) {
    struct idn_head head = check_state("HTTP/1.1 200 OK\r\nX: a\r\n Content-Length: 7\r\nContent-Length:\r\n\t5\r\nY: b\r\n \r\n\r\n", IDN_HEAD_DONE);
    CHECK(head.has_length);
    CHECK_STR(head.length, "5");
    head = check_state("HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\nConnection: a,\r\n close\r\n\r\n", IDN_HEAD_DONE);
    CHECK(head.chunked && !head.keep);
    check_state("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n 2\r\n\r\n", IDN_HEAD_WRONG);
    check_state("HTTP/1.1 200 OK\r\nX: a\r\n b\001\r\n\r\n", IDN_HEAD_WRONG);
    check_state("HTTP/1.1 200 OK\r\nX: a\r\n b\n\r\n", IDN_HEAD_WRONG);
}

static void interim(void) {
    struct idn_head head =
        check_state("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n"
                    "Connection: close\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n",
                    IDN_HEAD_DONE);
    CHECK(head.status == 200 && head.keep);
    CHECK_STR(head.length, "1");
    CHECK(check_state("HTTP/1.1 103 Early Hints\r\n", IDN_HEAD_MORE).status == 0);
}

static void refused(void) {
    static const char *const lines[] = {
        "Content-Length: -1",
        "Content-Length: 12abc",
        "Content-Length:",
        "Content-Length: 1234567890123456",
        "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 1",
        " folded: x",
        "\tfolded",
        "no colon",
        "space : x",
        ": x",
        "X: a\x01"
        "b",
        "X: a\x7f",
        "X: a\rb",
        "X: a\nY: b",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char text[200];
        snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n%s\r\n\r\n", lines[i]);
        CHECK(check_state(text, IDN_HEAD_WRONG).status == 200);
    }
    static const char *const first[] = {
        "ICY 200 OK\r\n",
        "{\"a\":1}",
        "HTTP/2 200\r\n",
        "HTTP/1.2 200 OK\r\n",
        "HTTP/1.1 20 OK\r\n",
        "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1 999 OK\r\n",
        "HTTP/1.1 099 OK\r\n",
        "HTTP/1.1  200 OK\r\n",
        "HTTP/1.1 200 OK\n",
        "HTTP/1.1 101 Switching\r\n",
        "\r\nHTTP/1.1 200 OK\r\n",
    };
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        check_state(first[i], IDN_HEAD_WRONG);
}

/* A status line and `count` more lines of `size` bytes. */
static char *long_head(int count, size_t size) {
    static const char status[] = "HTTP/1.1 200 OK\r\n";
    char *text = malloc(sizeof status + (size_t)count * size), *p = text;
    memcpy(p, status, sizeof status - 1);
    p += sizeof status - 1;
    for (int i = 0; i < count; i++, p += size) {
        memset(p, 'x', size);
        p[1] = ':';
        p[size - 2] = '\r';
        p[size - 1] = '\n';
    }
    *p = '\0';
    return text;
}

static void limits(void) {
    static const struct {
        int count;
        size_t size;
        enum idn_head_state state;
    } cases[] = {
        {IDN_HEAD_LINES - 1, 8, IDN_HEAD_MORE},
        {IDN_HEAD_LINES, 8, IDN_HEAD_WRONG},
        {1, IDN_HEAD_BYTES - 17, IDN_HEAD_MORE},
        {1, IDN_HEAD_BYTES - 16, IDN_HEAD_WRONG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = long_head(cases[i].count, cases[i].size);
        struct idn_head head = {0};
        size_t used;
        CHECK(idn_head_read(&head, text, strlen(text), &used) == cases[i].state);
        free(text);
    }
    /* a line without end is refused before it ends */
    char *text = long_head(1, IDN_HEAD_BYTES);
    struct idn_head head = {0};
    size_t used;
    CHECK(idn_head_read(&head, text, strlen(text) - 2, &used) == IDN_HEAD_WRONG);
    free(text);
}

static void trailers(void) {
    struct idn_head head = {0};
    size_t used;
    const char *text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK(idn_head_read(&head, text, strlen(text), &used) == IDN_HEAD_DONE);
    text = "Content-Length: 7\r\nX: y\r\n\r\nrest";
    CHECK(idn_head_trailers(&head, text, strlen(text), &used) == IDN_HEAD_DONE);
    CHECK_STR(text + used, "rest");
    CHECK(!head.has_length); /* a trailer changes nothing about the message */
    CHECK(idn_head_trailers(&head, "bad line\r\n", 10, &used) == IDN_HEAD_MORE && used == 0); /* it might be folded */
    CHECK(idn_head_trailers(&head, "bad line\r\n\r\n", 12, &used) == IDN_HEAD_WRONG);
}

int main(void) {
    accepted();
    folded();
    interim();
    refused();
    limits();
    trailers();
    return check_done();
}
