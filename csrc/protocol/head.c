/* The strict reading of a reply's head. See head.h. */
#include "head.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

static enum idn_head_state refuse(struct idn_head *head, const char *what) {
    head->wrong = what;
    return IDN_HEAD_WRONG;
}

struct span {
    const char *at;
    size_t len;
};

static int is(struct span text, const char *word) {
    return text.len == strlen(word) && strncasecmp(text.at, word, text.len) == 0;
}

/* The characters that a header's name may hold (RFC 9110, 5.6.2). */
static const char is_token[256] = {
    ['!'] = 1, ['#'] = 1, ['$'] = 1, ['%'] = 1, ['&'] = 1, ['\''] = 1, ['*'] = 1, ['+'] = 1, ['-'] = 1, ['.'] = 1,
    ['^'] = 1, ['_'] = 1, ['`'] = 1, ['|'] = 1, ['~'] = 1, ['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1,
};

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether a tab or a control byte is among eight. */
static int has_low(const char *eight) {
    uint64_t v;
    memcpy(&v, eight, sizeof v);
    uint64_t del = v ^ EACH(0x7f);
    return ((((v - EACH(0x20)) & ~v) | ((del - EACH(1)) & ~del)) & EACH(0x80)) != 0;
}

/* Whether a control byte other than the tab is in the text. */
static int has_control(const char *text, size_t len) {
    size_t i = 0;
    while (i + 8 <= len && !has_low(text + i))
        i += 8;
    if (len >= 8 && i + 8 > len && !has_low(text + len - 8))
        return 0;
    for (; i < len; i++)
        if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f)
            return 1;
    return 0;
}

/* Between the lines of a folded header stands CRLF; no other CR or LF is in it. */
static int is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span trim(struct span text) {
    while (text.len > 0 && is_blank(*text.at))
        text.at++, text.len--;
    while (text.len > 0 && is_blank(text.at[text.len - 1]))
        text.len--;
    return text;
}

/* Whether the comma-separated list has `word` in it. */
static int has_word(struct span list, const char *word) {
    while (list.len > 0) {
        const char *comma = memchr(list.at, ',', list.len);
        size_t len = comma ? (size_t)(comma - list.at) : list.len;
        if (is(trim((struct span){list.at, len}), word))
            return 1;
        len += comma != NULL;
        list.at += len;
        list.len -= len;
    }
    return 0;
}

/* "HTTP/1.1 200 OK": what is wrong with it, or NULL. */
static const char *read_status(struct idn_head *head, struct span line) {
    const char *p = line.at;
    if (line.len < 12 || memcmp(p, "HTTP/1.", 7) != 0 || (p[7] != '0' && p[7] != '1') ||
        p[8] != ' ' || (line.len > 12 && p[12] != ' '))
        return "not an HTTP/1.1 reply";
    if (p[9] < '1' || p[9] > '5' || p[10] < '0' || p[10] > '9' || p[11] < '0' || p[11] > '9')
        return "a status that is none";
    int status = (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
    head->keep = p[7] == '1';
    head->interim = status < 200;
    if (!head->interim)
        head->status = status;
    return status == 101 ? "another protocol, unasked" : NULL;
}

static const char *read_length(struct idn_head *head, struct span value) {
    if (value.len == 0 || value.len >= sizeof head->length)
        return "content-length is no number of bytes";
    for (size_t i = 0; i < value.len; i++)
        if (value.at[i] < '0' || value.at[i] > '9')
            return "content-length is no number of bytes";
    if (head->has_length &&
        (strlen(head->length) != value.len || memcmp(head->length, value.at, value.len) != 0))
        return "two different content-lengths";
    memcpy(head->length, value.at, value.len);
    head->length[value.len] = '\0';
    head->has_length = 1;
    return NULL;
}

/* Takes a header apart: what is wrong with it, or NULL. */
static const char *read_header(struct idn_head *head, struct span line, int trailer) {
    size_t n = 0;
    while (is_token[(unsigned char)line.at[n]]) /* the CR behind the line is none */
        n++;
    if (n == 0 || n == line.len || line.at[n] != ':')
        return "a header line without a name and a colon";
    if (trailer)
        return NULL;
    const char *wrong = NULL;
    struct span name = {line.at, n}, value = trim((struct span){line.at + n + 1, line.len - n - 1});
    if (is(name, "content-length")) {
        wrong = read_length(head, value);
    } else if (is(name, "transfer-encoding")) {
        head->chunked = !head->has_coding && is(value, "chunked");
        head->has_coding = 1;
    } else if (is(name, "content-encoding")) {
        int is_gzip = is(value, "gzip") || is(value, "x-gzip");
        if (!is(value, "identity")) {
            head->gzip = is_gzip && !head->encoded;
            head->encoded = 1;
        }
    } else if (is(name, "connection")) {
        if (has_word(value, "close"))
            head->keep = 0;
    }
    if (!wrong && head->has_length && head->has_coding)
        wrong = "both a content-length and a transfer-encoding";
    return wrong;
}

/* What is wrong with a line's bytes, or NULL. `size` counts the line feed. */
static const char *check_line(struct idn_head *head, const char *line, size_t size) {
    head->size += size;
    if (++head->lines > IDN_HEAD_LINES || head->size > IDN_HEAD_BYTES)
        return "too many or too long headers";
    if (size < 2 || line[size - 2] != '\r')
        return "a header line without CRLF";
    return has_control(line, size - 2) ? "a control byte in a header" : NULL;
}

/*
 * The length of the header line that begins here, with the lines folded into it; 0 while its end, or what follows it, has
 * not come. What is wrong with its bytes goes to *wrong.
 */
static size_t find_line(struct idn_head *head, const char *line, size_t left, const char **wrong) {
    size_t size = 0, was_size = head->size;
    int was_lines = head->lines;
    for (;;) {
        const char *end = memchr(line + size, '\n', left - size);
        size_t more = end ? (size_t)(end - (line + size)) + 1 : 0;
        if (end) {
            *wrong = check_line(head, line + size, more);
            size += more;
            int may_fold = head->in_headers && size > 2; /* neither the status line nor the empty one */
            if (*wrong || !may_fold || (size < left && line[size] != ' ' && line[size] != '\t'))
                return size;
        }
        if (!end || size == left) {
            if (head->size + (left - size) > IDN_HEAD_BYTES)
                *wrong = "too many or too long headers";
            head->size = was_size; /* it will be read again */
            head->lines = was_lines;
            return 0;
        }
    }
}

/* Reads one line if it is complete: MORE with *size set when there may be another. */
static enum idn_head_state read_line(struct idn_head *head, const char *line, size_t left,
                                     int trailer, size_t *size) {
    static const char protocol[] = "HTTP/";
    const char *wrong = NULL;
    *size = 0;
    if (!head->in_headers && memcmp(line, protocol, left < 5 ? left : 5) != 0)
        return refuse(head, "not an HTTP reply");
    *size = find_line(head, line, left, &wrong);
    if (wrong)
        return refuse(head, wrong);
    if (*size == 0)
        return IDN_HEAD_MORE;
    struct span text = {line, *size - 2};
    if (!head->in_headers) {
        wrong = read_status(head, text);
        head->in_headers = 1;
    } else if (text.len > 0) {
        wrong = read_header(head, text, trailer);
    } else {
        enum idn_head_state state = head->interim ? IDN_HEAD_INTERIM : IDN_HEAD_DONE;
        if (head->interim) /* what it said is not about the final reply; the limits go on */
            *head = (struct idn_head){.lines = head->lines, .size = head->size};
        return state;
    }
    return wrong ? refuse(head, wrong) : IDN_HEAD_MORE;
}

static enum idn_head_state read_lines(struct idn_head *head, const char *bytes, size_t len,
                                      int trailer, size_t *used) {
    enum idn_head_state state = IDN_HEAD_MORE;
    size_t size = 1;
    *used = 0;
    while (state == IDN_HEAD_MORE && size > 0 && *used < len) {
        state = read_line(head, bytes + *used, len - *used, trailer, &size);
        *used += size;
    }
    return state;
}

enum idn_head_state idn_head_read(struct idn_head *head, const char *bytes, size_t len,
                                  size_t *used) {
    return read_lines(head, bytes, len, 0, used);
}

enum idn_head_state idn_head_trailers(struct idn_head *head, const char *bytes, size_t len,
                                      size_t *used) {
    return read_lines(head, bytes, len, 1, used);
}
