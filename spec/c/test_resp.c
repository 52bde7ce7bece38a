/* Replies of Redis: what is read, in whatever pieces it comes, and what is refused. */
#include "protocol/resp.h"

#include "check.h"

#include <stdlib.h>

/* Everything of a reply as text: +OK :1 "text" nil -ERR [ … ] */
static void tell(const struct idn_resp *resp, size_t *at, char *to) {
    struct idn_resp_value value = idn_resp_next(resp, at);
    char word[64];
    switch (value.type) {
    case IDN_RESP_STATUS:
    case IDN_RESP_ERROR:
        snprintf(word, sizeof word, "%c%.*s ", value.type == IDN_RESP_ERROR ? '-' : '+', (int)value.len, value.text);
        break;
    case IDN_RESP_NUMBER:
        snprintf(word, sizeof word, ":%lld ", (long long)value.number);
        break;
    case IDN_RESP_TEXT:
        snprintf(word, sizeof word, "\"%.*s\" ", (int)value.len, value.text);
        break;
    case IDN_RESP_NULL:
        snprintf(word, sizeof word, "nil ");
        break;
    default:
        strcat(to, "[ ");
        for (int64_t i = 0; i < value.number; i++)
            tell(resp, at, to);
        snprintf(word, sizeof word, "] ");
    }
    strcat(to, word);
}

/* What comes of bytes that come `piece` at a time: all replies, then "more" or what is wrong. */
static const char *read_all(const char *bytes, size_t len, size_t piece) {
    static char told[1024];
    struct idn_resp resp = {0};
    enum idn_resp_state state = IDN_RESP_MORE;
    told[0] = '\0';
    for (size_t from = 0; from < len && state != IDN_RESP_WRONG; from += piece) {
        state = idn_resp_feed(&resp, bytes + from, len - from < piece ? len - from : piece);
        while (state == IDN_RESP_END) {
            size_t at = 0;
            tell(&resp, &at, told);
            state = idn_resp_drop(&resp);
        }
    }
    strcat(told, state == IDN_RESP_WRONG ? resp.wrong : resp.bytes.len > 0 ? "more" : "");
    idn_resp_free(&resp);
    return told;
}

static void check(const char *bytes, const char *expected) {
    size_t len = strlen(bytes);
    for (size_t piece = 1; piece <= len; piece++)
        CHECK_STR(read_all(bytes, len, piece), expected);
}

static void reads_every_type_in_any_pieces(void) {
    check("+OK\r\n", "+OK ");
    check("-NOSCRIPT No matching script\r\n", "-NOSCRIPT No matching script ");
    check(":-12\r\n:0\r\n:123456789012345678\r\n", ":-12 :0 :123456789012345678 ");
    check("$5\r\nhe\r\no\r\n$0\r\n\r\n$-1\r\n", "\"he\r\no\" \"\" nil ");
    check("*3\r\n:1\r\n*2\r\n$1\r\na\r\n*0\r\n*-1\r\n+x\r\n", "[ :1 [ \"a\" [ ] ] nil ] +x ");
    check("*2\r\n:1\r\n", "more");
}

static void refuses_what_is_none(void) {
    static const char *const none[] = {"x\r\n",       "\r\n",       ":\r\n",  ":1a\r\n", ":1234567890123456789\r\n",
                                       "$-2\r\n",     "$01-\r\n",   "*-0\r\n", "$-01\r\n", "HTTP/1.1 400 Bad Request\r\n",
                                       "$ 1\r\na\r\n", "%1\r\n+a\r\n"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        check(none[i], "no reply of Redis");
    check("+O\rK\r\n", "a line does not end in CR LF");
    check("$1\r\nab\r\n", "a text does not end where it says");
}

static void refuses_what_is_too_much(void) {
    check("$262144\r\n", "a reply is too large");
    check("*5000\r\n", "a reply has too many values");
    check("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "a reply is nested too deeply");
    check("*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "[ [ [ [ :1 ] ] ] ] ");
    size_t len = 3 * IDN_RESP_BYTES;
    char *bytes = malloc(len);
    memset(bytes, 'a', len);
    bytes[0] = '+';
    CHECK_STR(read_all(bytes, len, 16), "a line is too long");
    CHECK_STR(read_all(bytes, len, len), "a reply is too large");
    for (size_t i = 0; i + 3 < len; i += 4)
        memcpy(bytes + i, ":1\r\n", 4);
    memcpy(bytes, "*04096\r\n", 8); /* arrays are values, too */
    CHECK_STR(read_all(bytes, 5 * 4096, 4096), "a reply has too many values");
    free(bytes);
}

static void writes_commands(void) {
    static const char *const words[] = {"EVALSHA", "", "a\r\n"};
    static const size_t lens[] = {7, 0, 3};
    static const char expected[] = "*3\r\n$7\r\nEVALSHA\r\n$0\r\n\r\n$3\r\na\r\n\r\n";
    char room[64];
    CHECK(idn_resp_room(lens, 3) == sizeof expected - 1);
    CHECK(idn_resp_write(words, lens, 3, room) == sizeof expected - 1);
    CHECK(memcmp(room, expected, sizeof expected - 1) == 0);
}

static void writes_numbers(void) {
    static const struct {
        int64_t n;
        const char *text;
    } cases[] = {{0, "0"}, {9, "9"}, {10, "10"}, {-1, "-1"}, {1700000000000001, "1700000000000001"},
                 {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[IDN_DIGITS + 1] = {0};
        CHECK(idn_digits(room, cases[i].n) == strlen(cases[i].text));
        CHECK_STR(room, cases[i].text);
    }
}

int main(void) {
    reads_every_type_in_any_pieces();
    refuses_what_is_none();
    refuses_what_is_too_much();
    writes_commands();
    writes_numbers();
    return check_done();
}
