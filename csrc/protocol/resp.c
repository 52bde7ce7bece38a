/* RESP2: see resp.h. */
#include "resp.h"

#include <stdlib.h>
#include <string.h>

static enum idn_resp_state fail(struct idn_resp *resp, const char *why) {
    resp->state = IDN_RESP_WRONG;
    resp->wrong = why;
    return resp->state;
}

/* A whole number of at most 18 digits, which is all there is between `from` and `to`. */
static int parse(const char *from, const char *to, int64_t *out) {
    int negative = from < to && *from == '-';
    int64_t n = 0;
    from += negative;
    if (from == to || to - from > 18)
        return 0;
    for (; from < to; from++) {
        if (*from < '0' || *from > '9')
            return 0;
        n = n * 10 + (*from - '0');
    }
    *out = negative ? -n : n;
    return 1;
}

/* The value at `at`, whose line ends at `end`, and where the next one begins. 0: it is none. */
static int read_value(const char *data, size_t at, size_t end, struct idn_resp_value *value, size_t *next) {
    const char *line = data + at + 1, *line_end = data + end;
    *value = (struct idn_resp_value){.text = line, .len = (size_t)(line_end - line)};
    *next = end + 2;
    switch (data[at]) {
    case '+':
    case '-':
        value->type = data[at] == '+' ? IDN_RESP_STATUS : IDN_RESP_ERROR;
        return 1;
    case ':':
        value->type = IDN_RESP_NUMBER;
        return parse(line, line_end, &value->number);
    case '$':
    case '*':
        value->type = data[at] == '*' ? IDN_RESP_ARRAY : IDN_RESP_TEXT;
        if (!parse(line, line_end, &value->number) || (*line == '-' && value->number == 0) || value->number < -1 || value->number > IDN_RESP_BYTES)
            return 0;
        if (value->number < 0) {
            value->type = IDN_RESP_NULL;
            return value->len == 2; /* and not -0 or -01 */
        }
        if (value->type == IDN_RESP_TEXT) {
            value->text = data + *next;
            value->len = (size_t)value->number;
            *next += value->len + 2;
        }
        return 1;
    default:
        return 0;
    }
}

/* Where the line at resp->at ends; 0: not here yet, or too late. */
static size_t line_end(struct idn_resp *resp) {
    const char *data = resp->bytes.data;
    size_t from = resp->looked > resp->at ? resp->looked : resp->at;
    const char *end = from < resp->bytes.len ? memchr(data + from, '\r', resp->bytes.len - from) : NULL;
    if (!end || (size_t)(end - data) + 1 == resp->bytes.len) {
        resp->looked = end ? (size_t)(end - data) : resp->bytes.len;
        if (resp->looked - resp->at > IDN_RESP_LINE)
            fail(resp, "a line is too long");
        return 0;
    }
    if (end == data + resp->at)
        fail(resp, "no reply of Redis");
    else if (end[1] != '\n')
        fail(resp, "a line does not end in CR LF");
    else if ((size_t)(end - data) - resp->at > IDN_RESP_LINE)
        fail(resp, "a line is too long");
    return resp->state == IDN_RESP_WRONG ? 0 : (size_t)(end - data);
}

/* A value is complete: so may be the arrays that it is the last of. */
static void complete(struct idn_resp *resp) {
    while (resp->depth > 0 && --resp->left[resp->depth] == 0)
        resp->depth--;
    if (resp->depth == 0)
        resp->state = IDN_RESP_END;
}

/* Goes on to the end of the reply, or of what has come. */
static enum idn_resp_state look(struct idn_resp *resp) {
    while (resp->state == IDN_RESP_MORE) {
        struct idn_resp_value value;
        size_t end = line_end(resp), next;
        if (end == 0)
            break;
        if (!read_value(resp->bytes.data, resp->at, end, &value, &next))
            return fail(resp, "no reply of Redis");
        if (next > IDN_RESP_BYTES)
            return fail(resp, "a reply is too large");
        if (next > resp->bytes.len)
            break;
        if (value.type == IDN_RESP_TEXT && memcmp(resp->bytes.data + next - 2, "\r\n", 2) != 0)
            return fail(resp, "a text does not end where it says");
        if (++resp->values > IDN_RESP_VALUES)
            return fail(resp, "a reply has too many values");
        resp->at = next;
        if (value.type != IDN_RESP_ARRAY || value.number == 0) {
            complete(resp);
        } else {
            if (resp->depth == IDN_RESP_DEPTH)
                return fail(resp, "a reply is nested too deeply");
            if (value.number > IDN_RESP_VALUES)
                return fail(resp, "a reply has too many values");
            resp->left[++resp->depth] = value.number;
        }
    }
    if (resp->state == IDN_RESP_MORE && resp->bytes.len > IDN_RESP_BYTES)
        return fail(resp, "a reply is too large");
    return resp->state;
}

enum idn_resp_state idn_resp_feed(struct idn_resp *resp, const char *bytes, size_t len) {
    if (resp->state == IDN_RESP_WRONG)
        return resp->state;
    if (resp->bytes.len + len > 2 * IDN_RESP_BYTES) /* replies that nobody asked for */
        return fail(resp, "a reply is too large");
    if (len > 0 && !idn_bytes_append(&resp->bytes, bytes, len))
        return fail(resp, "out of memory");
    return look(resp);
}

int idn_resp_has_more(const struct idn_resp *resp) {
    return resp->bytes.len > resp->at;
}

enum idn_resp_state idn_resp_drop(struct idn_resp *resp) {
    if (resp->state != IDN_RESP_END)
        return resp->state;
    struct idn_bytes *bytes = &resp->bytes;
    bytes->len -= resp->at;
    memmove(bytes->data, bytes->data + resp->at, bytes->len);
    resp->at = resp->looked = 0;
    resp->values = resp->depth = 0;
    resp->state = IDN_RESP_MORE;
    return look(resp);
}

void idn_resp_reset(struct idn_resp *resp) {
    struct idn_bytes bytes = resp->bytes;
    idn_bytes_empty(&bytes);
    *resp = (struct idn_resp){.bytes = bytes};
}

void idn_resp_free(struct idn_resp *resp) {
    free(resp->bytes.data);
    *resp = (struct idn_resp){0};
}

struct idn_resp_value idn_resp_next(const struct idn_resp *resp, size_t *at) {
    struct idn_resp_value value;
    const char *data = resp->bytes.data;
    const char *end = memchr(data + *at, '\r', resp->at - *at);
    read_value(data, *at, (size_t)(end - data), &value, at); /* it was looked at before */
    return value;
}

/* "*3\r\n", "$12\r\n" */
static char *write_header(char *at, char type, size_t n) {
    *at++ = type;
    at += idn_digits(at, (int64_t)n);
    *at++ = '\r';
    *at++ = '\n';
    return at;
}

static size_t header_room(size_t n) {
    size_t len = sizeof "*1\r\n" - 1;
    while ((n /= 10) > 0)
        len++;
    return len;
}

size_t idn_resp_room(const size_t *lens, size_t count) {
    size_t len = header_room(count);
    for (size_t i = 0; i < count; i++)
        len += header_room(lens[i]) + lens[i] + 2;
    return len;
}

size_t idn_resp_write(const char *const *words, const size_t *lens, size_t count, char *room) {
    char *at = write_header(room, '*', count);
    for (size_t i = 0; i < count; i++) {
        at = write_header(at, '$', lens[i]);
        memcpy(at, words[i], lens[i]);
        at += lens[i];
        *at++ = '\r';
        *at++ = '\n';
    }
    return (size_t)(at - room);
}
