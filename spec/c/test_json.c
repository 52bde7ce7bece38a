/* The strict JSON reader: what passes, what is refused and where, and which numbers are large. */
#include "protocol/json.h"

#include "check.h"

#include <stdlib.h>

/* Checks an exact copy, so that the sanitizer sees any byte read too far. */
static struct idn_json check(const char *bytes, size_t len) {
    char *copy = malloc(len ? len : 1);
    memcpy(copy, bytes, len);
    struct idn_json found = {0};
    idn_json_check(copy, len, &found);
    free(copy);
    return found;
}

static void taken(const char *s) {
    struct idn_json found = check(s, strlen(s));
    if (found.wrong)
        printf("%s: %s at %zu\n", s, found.wrong, found.at);
    CHECK(found.wrong == NULL);
}

static void refused(const char *s, size_t len, size_t at) {
    struct idn_json found = check(s, len);
    CHECK(found.wrong != NULL);
    if (found.at != at)
        printf("%.60s: at %zu, expected %zu\n", s, found.at, at);
    CHECK(found.at == at);
}

#define REFUSED(literal, at) refused(literal, sizeof(literal) - 1, at)

/* Bytes are looked at by eights: what ends a run of plain ones is found at every place of them, in the middle and at the end of
   a text. */
static void runs(void) {
    enum { MOST = 20 };
    char text[MOST + 16];
    for (int len = 0; len <= MOST; len++)
        for (int at = 0; at <= len; at++)
            for (int behind = 0; behind <= 8; behind++) {
                memset(text, ' ', sizeof text);
                memset(text + 1, 'x', (size_t)len);
                text[0] = text[len + 1] = '"';
                size_t size = (size_t)(len + 2 + behind);
                struct idn_json found = check(text, size);
                CHECK(found.wrong == NULL && found.strings == 1 && found.lengths[0] == (size_t)len << 1);
                if (at == len)
                    continue;
                text[1 + at] = '\n';
                refused(text, size, (size_t)(1 + at));
                text[1 + at] = (char)0xff; /* told at the end of the run */
                refused(text, size, (size_t)(1 + len));
                if (at + 1 == len)
                    continue;
                memcpy(text + 1 + at, "\xc3\xa9", 2);
                found = check(text, size);
                CHECK(found.wrong == NULL && found.lengths[0] == (size_t)len << 1);
                memcpy(text + 1 + at, "\\\"", 2);
                found = check(text, size);
                CHECK(found.wrong == NULL && found.lengths[0] == ((size_t)len << 1 | 1));
            }
}

int main(void) {
    runs();
    static const char *const good[] = {
        "{}", "[]", " null ", "true", "false", "0", "-0", "1.5e-3", "\"\"", "\"\\u00e9\\n\\\"\\/\"",
        "{\"a\":{\"b\":[1,2,{}]},\"c\":null}", "\"\\ud83d\\ude00\"", "\"\xc3\xa9\"", "[[],{}]", "1E300",
        "\"\\u0000\"",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        taken(good[i]);

    REFUSED("", 0);
    REFUSED("{", 1);
    REFUSED("[1,]", 3);
    REFUSED("{\"a\":1,}", 7);
    REFUSED("{\"a\"}", 4);
    REFUSED("{a:1}", 1);
    REFUSED("[1 2]", 3);
    REFUSED("[1}", 2);
    REFUSED("1 2", 2);
    REFUSED("01", 1);
    REFUSED("-", 1);
    REFUSED("1.", 2);
    REFUSED("1e", 2);
    REFUSED("+1", 0);
    REFUSED(".5", 0);
    REFUSED("0x10", 1);
    REFUSED("NaN", 0);
    REFUSED("Infinity", 0);
    REFUSED("1e400", 0);
    REFUSED("\"abc", 4);
    REFUSED("\"a\nb\"", 2);
    REFUSED("\"a\0b\"", 2);
    REFUSED("\"\\x\"", 1);
    REFUSED("\"\\u12\"", 1);
    REFUSED("\"\\u123\0\"", 1);
    REFUSED("\"\\ud800\"", 1);
    REFUSED("\"\\udc00\"", 1);
    REFUSED("\"\\ud800\\u0041\"", 1);
    REFUSED("\"\xff\"", 2);
    REFUSED("\"\\", 1);
    REFUSED("\xef\xbb\xbf{}", 0);
    REFUSED("tru", 0);
    REFUSED("truex", 4);
    REFUSED("// c\n1", 0);

    char deep[2 * IDN_JSON_DEPTH + 3];
    memset(deep, '[', IDN_JSON_DEPTH);
    memset(deep + IDN_JSON_DEPTH, ']', IDN_JSON_DEPTH);
    CHECK(check(deep, 2 * IDN_JSON_DEPTH).wrong == NULL);
    memset(deep, '[', IDN_JSON_DEPTH + 1);
    CHECK(check(deep, IDN_JSON_DEPTH + 1).wrong != NULL);

    struct idn_json counted = {0};
    static const char nested[] = "{\"a\":[1,[],{\"b\":null}],\"c\":{},\"d\":[[2,3]]}";
    static const unsigned members[] = {3, 3, 0, 1, 0, 1, 2};
    idn_json_check(nested, sizeof nested - 1, &counted);
    CHECK(counted.wrong == NULL && counted.containers == sizeof members / sizeof *members);
    CHECK(memcmp(counted.counts, members, sizeof members) == 0);

    /* more than are counted: the rest is read, and not counted */
    char many[3 * IDN_JSON_COUNTED + 32];
    size_t len = 0;
    many[len++] = '[';
    for (int i = 0; i <= IDN_JSON_COUNTED; i++) {
        memcpy(many + len, "[],", 3);
        len += 3;
    }
    many[len - 1] = ']';
    counted = (struct idn_json){0};
    idn_json_check(many, len, &counted);
    CHECK(counted.wrong == NULL && counted.containers == IDN_JSON_COUNTED);
    CHECK(counted.counts[0] == IDN_JSON_COUNTED + 1);

    CHECK(!idn_json_is_large("9007199254740992", 16));
    CHECK(idn_json_is_large("9007199254740993", 16));
    CHECK(idn_json_is_large("10000000000000000", 17));
    return check_done();
}
