/* The strict JSON reader of json.h: one pass with an explicit stack. */
#include "json.h"

#include "url.h"

#include <endian.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *start, *p, *end;
    struct idn_json *out;
    unsigned uncounted; /* in place of a count, where there are too many */
};

static int fail(struct reader *r, const char *wrong) {
    r->out->wrong = wrong;
    r->out->at = (size_t)(r->p - r->start);
    return 0;
}

static int is_blank(char c) {
    return (unsigned char)c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
}

static void skip_blanks(struct reader *r) {
    while (r->p < r->end && is_blank(*r->p))
        r->p++;
}

static int is_digit(const struct reader *r) {
    return r->p < r->end && *r->p >= '0' && *r->p <= '9';
}

double idn_json_number(const char *text) {
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* a constant of libc's, which takes no memory */
    double n = strtod_l(text, NULL, c);
    freelocale(c);
    return n;
}

/* Four hex digits at `at`, or -1. */
static long hex4(const struct reader *r, const char *at) {
    long n = 0;
    if (r->end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdefABCDEF", *found = at[i] ? strchr(digits, at[i]) : NULL;
        if (!found)
            return -1;
        long digit = found - digits;
        n = n * 16 + (digit > 15 ? digit - 6 : digit);
    }
    return n;
}

static int read_escape(struct reader *r) {
    char c = r->p + 1 < r->end ? r->p[1] : '\0';
    if (c != 'u') {
        if (c == '\0' || !strchr("\"\\/bfnrt", c))
            return fail(r, "unknown escape");
        r->p += 2;
        return 1;
    }
    long unit = hex4(r, r->p + 2);
    if (unit < 0)
        return fail(r, "escape without four hex digits");
    if (unit >= 0xdc00 && unit <= 0xdfff)
        return fail(r, "lone surrogate");
    if (unit >= 0xd800 && unit <= 0xdbff) {
        long low = r->end - r->p >= 12 && r->p[6] == '\\' && r->p[7] == 'u' ? hex4(r, r->p + 8) : -1;
        if (low < 0xdc00 || low > 0xdfff)
            return fail(r, "lone surrogate");
        r->p += 6;
    }
    r->p += 6;
    return 1;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))
#define HIGH EACH(0x80)

/* Of eight bytes, the first in the lowest bits: the high bit of each that ends a run of plain ones, which is a quote, a
   backslash, a control byte, or no ASCII. Behind the first of these, others may be marked that are none. */
static uint64_t stops(const char *at) {
    uint64_t v;
    memcpy(&v, at, sizeof v);
    v = le64toh(v);
    uint64_t quote = v ^ EACH('"'), slash = v ^ EACH('\\');
    return (((v - EACH(0x20)) | (quote - EACH(1)) | (slash - EACH(1))) & ~v & HIGH) | (v & HIGH);
}

/* Where a run of plain bytes ends, or where fewer than eight bytes are left. */
static const char *skip_plain(const char *p, const char *end) {
    for (; end - p >= 8; p += 8) {
        uint64_t found = stops(p);
        if (found)
            return p + __builtin_ctzll(found) / 8;
    }
    return p;
}

static void note_string(struct idn_json *out, size_t len, int escaped) {
    if (out->strings < IDN_JSON_STRINGS)
        out->lengths[out->strings++] = len << 1 | (size_t)escaped;
}

/* The rest of a string that is more than one run of plain bytes. */
static int read_runs(struct reader *r, const char *start) {
    const char *plain = start;
    for (;;) {
        const char *p = skip_plain(r->p, r->end);
        unsigned char c = 0, seen = 0; /* seen: the bits of the bytes since `plain` */
        while (p < r->end && (c = (unsigned char)*p) >= 0x20 && c != '"' && c != '\\') {
            seen |= c;
            p++;
        }
        r->p = p;
        if (p == r->end)
            return fail(r, "text ends inside a string");
        if (c < 0x20)
            return fail(r, "control byte in a string");
        if (seen >= 0x80 && !idn_utf8((struct idn_text){plain, (size_t)(r->p - plain)}))
            return fail(r, "string that is not UTF-8");
        if (c == '"') {
            note_string(r->out, (size_t)(p - start), plain != start);
            r->p++;
            return 1;
        }
        if (!read_escape(r))
            return 0;
        plain = r->p;
    }
}

static inline int read_string(struct reader *r) {
    const char *start = r->p + 1, *p = skip_plain(start, r->end);
    r->p = start;
    if (p == r->end || *p != '"')
        return read_runs(r, start);
    note_string(r->out, (size_t)(p - start), 0);
    r->p = p + 1;
    return 1;
}

int idn_json_is_large(const char *digits, size_t len) {
    static const char limit[] = "9007199254740992";
    return len > 16 || (len == 16 && memcmp(digits, limit, 16) > 0);
}

static int read_number(struct reader *r) {
    const char *start = r->p;
    r->p += *r->p == '-';
    const char *digits = r->p;
    if (!is_digit(r))
        return fail(r, "number without digits");
    if (*r->p == '0')
        r->p++;
    else
        while (is_digit(r))
            r->p++;
    if (is_digit(r))
        return fail(r, "number with a leading zero");
    size_t whole = (size_t)(r->p - digits);
    int exponent = 0;
    if (r->p < r->end && *r->p == '.') {
        r->p++;
        if (!is_digit(r))
            return fail(r, "number without digits after its point");
        while (is_digit(r))
            r->p++;
    }
    if (r->p < r->end && (*r->p == 'e' || *r->p == 'E')) {
        r->p++;
        if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
            r->p++;
        if (!is_digit(r))
            return fail(r, "number without digits in its exponent");
        while (is_digit(r))
            r->p++;
        exponent = 1;
    }
    int is_whole = r->p == digits + whole; /* kept as its digits where a double would round it */
    /* Only an exponent, or hundreds of digits before the point, can leave a double's range. */
    if (exponent || (whole > 300 && !is_whole)) {
        char copy[400];
        size_t len = (size_t)(r->p - start);
        if (len >= sizeof copy) {
            r->p = start;
            return fail(r, "number too long");
        }
        memcpy(copy, start, len);
        copy[len] = '\0';
        if (isinf(idn_json_number(copy))) {
            r->p = start;
            return fail(r, "number out of range");
        }
    }
    return 1;
}

static int read_word(struct reader *r) {
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);
        if ((size_t)(r->end - r->p) >= n && memcmp(r->p, words[i], n) == 0) {
            r->p += n;
            return 1;
        }
    }
    return fail(r, r->p == r->end ? "text ends too early" : "unexpected character");
}

static int read_scalar(struct reader *r) {
    if (r->p < r->end && *r->p == '"')
        return read_string(r);
    if (r->p < r->end && (*r->p == '-' || is_digit(r)))
        return read_number(r);
    return read_word(r);
}

/* A member's name and its colon. */
static int read_name(struct reader *r) {
    skip_blanks(r);
    if (r->p == r->end || *r->p != '"')
        return fail(r, r->p == r->end ? "text ends too early" : "member name expected");
    if (!read_string(r))
        return 0;
    skip_blanks(r);
    if (r->p == r->end || *r->p != ':')
        return fail(r, r->p == r->end ? "text ends too early" : "colon expected");
    r->p++;
    return 1;
}

/* An open object or list: the bracket that closes it, and where its members are counted. */
struct open {
    char close;
    unsigned *count;
};

static struct open open_container(struct reader *r) {
    struct idn_json *out = r->out;
    struct open opened = {.close = *r->p++ == '{' ? '}' : ']', .count = &r->uncounted};
    if (out->containers < IDN_JSON_COUNTED)
        opened.count = &out->counts[out->containers++];
    *opened.count = 0;
    return opened;
}

static int read_value(struct reader *r) {
    struct open stack[IDN_JSON_DEPTH];
    size_t depth = 0;
    for (;;) {
        skip_blanks(r);
        if (r->p < r->end && (*r->p == '{' || *r->p == '[')) {
            if (depth == IDN_JSON_DEPTH)
                return fail(r, "nested too deeply");
            struct open opened = stack[depth++] = open_container(r);
            skip_blanks(r);
            if (r->p == r->end || *r->p != opened.close) { /* not empty: its first value follows */
                *opened.count = 1;
                if (opened.close == '}' && !read_name(r))
                    return 0;
                continue;
            }
        } else if (!read_scalar(r)) {
            return 0;
        }
        /* a value, or an empty container, ends here: close what it completes */
        for (;;) {
            skip_blanks(r);
            if (depth == 0)
                return 1;
            if (r->p == r->end)
                return fail(r, "text ends too early");
            if (*r->p == ',') {
                r->p++;
                ++*stack[depth - 1].count;
                if (stack[depth - 1].close == '}' && !read_name(r))
                    return 0;
                break;
            }
            if (*r->p != stack[depth - 1].close)
                return fail(r, "comma or closing bracket expected");
            r->p++;
            depth--;
        }
    }
}

void idn_json_check(const char *bytes, size_t len, struct idn_json *found) {
    struct reader r = {bytes, bytes, bytes + len, found, 0}; // cppcheck-suppress ctuuninitvar
    found->wrong = NULL;
    found->at = 0;
    found->containers = found->strings = 0;
    if (read_value(&r) && r.p != r.end)
        fail(&r, "something follows the value");
}
