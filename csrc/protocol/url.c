/* Percent-encoding, argument checks and request targets. See url.h. */
#include "url.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

static int is_alnum(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Letters, digits, and "-._~" (RFC 3986, 2.3): a bit for each. */
static int is_unreserved(unsigned char c) {
    static const uint32_t set[8] = {0, 0x03ff6000, 0x87fffffe, 0x47fffffe};
    return set[c >> 5] >> (c & 31) & 1;
}

char *idn_escape(char *out, struct idn_text text) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (is_unreserved(c)) {
            *out++ = (char)c;
        } else {
            *out++ = '%';
            *out++ = digits[c >> 4];
            *out++ = digits[c & 15];
        }
    }
    return out;
}

/* Length of the well-formed UTF-8 sequence at `s`, or 0 (RFC 3629: no overlong forms, no surrogates). */
static size_t utf8_length(const unsigned char *s, size_t left) {
    if (s[0] < 0x80)
        return 1;
    size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || left < n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return n;
}

int idn_utf8(struct idn_text text) {
    const unsigned char *s = (const unsigned char *)text.bytes;
    for (size_t i = 0; i < text.len;) {
        size_t n = utf8_length(s + i, text.len - i);
        if (n == 0)
            return 0;
        i += n;
    }
    return 1;
}

static int text_is(struct idn_text text, const char *word) {
    return text.len == strlen(word) && memcmp(text.bytes, word, text.len) == 0;
}

static int is_one_of(struct idn_text text, const char *values) {
    for (;;) {
        size_t n = strcspn(values, "|");
        if (n == text.len && memcmp(values, text.bytes, n) == 0)
            return 1;
        if (values[n] == '\0')
            return 0;
        values += n + 1;
    }
}

const char *idn_check_text(const struct idn_param *param, struct idn_text text) {
    if (text.len == 0)
        return "must not be empty";
    if (text.len > IDN_MAX_ARGUMENT)
        return "is longer than 1024 bytes";
    size_t plain = 0;
    while (plain < text.len && is_unreserved((unsigned char)text.bytes[plain]))
        plain++;
    for (size_t i = plain; i < text.len; i++)
        if ((unsigned char)text.bytes[i] < 0x20 || text.bytes[i] == 0x7f)
            return "has a control byte in it (a line break, a tab or a NUL)";
    if (plain < text.len && !idn_utf8(text))
        return "is not UTF-8";
    if (param->type == IDN_ONE_OF && !is_one_of(text, param->values))
        return "is not one of the allowed values";
    if (param->type == IDN_LIST)
        for (size_t i = 0; i < text.len; i++)
            if (!is_unreserved((unsigned char)text.bytes[i]) && text.bytes[i] != ',')
                return "holds a name with a character that no field has";
    /* as a segment these would name another resource: the folder, its parent, the API's own "-" */
    if (param->is_segment && (text_is(text, ".") || text_is(text, "..") || text_is(text, "-")))
        return "must not be \".\", \"..\" or \"-\"";
    return NULL;
}

size_t idn_target_bound(const struct idn_operation *operation, size_t prefix_len,
                        const struct idn_text *values) {
    size_t bound = prefix_len + operation->bound;
    for (int i = 0; i < operation->count; i++)
        bound += 3 * values[i].len;
    return bound;
}

static char *put(char *out, const char *bytes, size_t len) {
    memcpy(out, bytes, len);
    return out + len;
}

/* The parameters that stand at `where`: `mark` is before the first of them, `between` before the others. */
static char *put_params(char *out, const struct idn_operation *operation,
                        const struct idn_text *values, enum idn_where where, char mark,
                        char between) {
    for (int i = 0; i < operation->count; i++) {
        const struct idn_param *param = &operation->params[i];
        struct idn_text value = values[i];
        if (!value.bytes && param->value)
            value = (struct idn_text){param->value, strlen(param->value)};
        if (param->where != where || !value.bytes)
            continue;
        *out++ = mark;
        out = put(out, param->name, strlen(param->name));
        *out++ = '=';
        out = idn_escape(out, value);
        mark = between;
    }
    return out;
}

size_t idn_target(const struct idn_operation *operation, struct idn_text prefix,
                  const struct idn_text *values, char *out) {
    char *start = out;
    out = prefix.len ? put(out, prefix.bytes, prefix.len) : out;
    for (int i = 0; i < operation->piece_count; i++) {
        const struct idn_piece *piece = &operation->pieces[i];
        out = put(out, piece->text, piece->len);
        if (piece->param >= 0)
            out = idn_escape(out, values[piece->param]);
    }
    out = put_params(out, operation, values, IDN_MATRIX, ';', ';');
    out = put_params(out, operation, values, IDN_QUERY, '?', '&');
    return (size_t)(out - start);
}

/* 127.0.0.0/8, ::1 or localhost: the only hosts that plain http may reach. */
static int is_loopback(struct idn_text host) {
    if (text_is(host, "[::1]") || (host.len == 9 && strncasecmp(host.bytes, "localhost", 9) == 0))
        return 1;
    /* four whole numbers: anything else with digits and dots is a name, which is looked up, wherever that leads */
    int dots = 0, digits = 0, number = 0;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.bytes[i];
        if (c == '.' && digits > 0) {
            dots++;
            digits = number = 0;
        } else if (c < '0' || c > '9' || ++digits > 3 || (number = number * 10 + (c - '0')) > 255) {
            return 0;
        }
    }
    return dots == 3 && digits > 0 && memcmp(host.bytes, "127.", 4) == 0;
}

static int is_host(struct idn_text host) {
    if (host.len > 2 && host.bytes[0] == '[' && host.bytes[host.len - 1] == ']') {
        for (size_t i = 1; i + 1 < host.len; i++)
            if (!strchr("0123456789abcdefABCDEF:.", host.bytes[i]))
                return 0;
        return 1;
    }
    for (size_t i = 0; i < host.len; i++)
        if (!is_alnum((unsigned char)host.bytes[i]) && host.bytes[i] != '-' && host.bytes[i] != '.')
            return 0;
    return host.len > 0 && host.bytes[0] != '-' && host.bytes[0] != '.';
}

static int is_port(struct idn_text port) {
    unsigned long n = 0;
    for (size_t i = 0; i < port.len; i++) {
        if (port.bytes[i] < '0' || port.bytes[i] > '9' || i > 4)
            return 0;
        n = n * 10 + (unsigned long)(port.bytes[i] - '0');
    }
    return n > 0 && n < 65536;
}

const char *idn_parse_base(struct idn_text url, struct idn_base *out) {
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < url.len; i++)
        if (url.bytes[i] <= ' ' || url.bytes[i] > '~')
            return "has a blank or a byte that a URL cannot hold";
    const char *end = url.bytes + url.len;
    size_t scheme = url.len >= 8 && strncasecmp(url.bytes, "https://", 8) == 0  ? 5
                    : url.len >= 7 && strncasecmp(url.bytes, "http://", 7) == 0 ? 4
                                                                                : 0;
    if (!scheme)
        return "must start with https://";
    out->scheme = (struct idn_text){scheme == 5 ? "https" : "http", scheme};
    const char *host = url.bytes + scheme + 3, *path = host;
    while (path < end && *path != '/' && *path != '?' && *path != '#')
        path++;
    if (memchr(host, '@', (size_t)(path - host)))
        return "must not hold a user name or password";
    const char *colon = path;
    for (const char *p = path; p > host && p[-1] != ']'; p--)
        if (p[-1] == ':')
            colon = p - 1;
    out->host = (struct idn_text){host, (size_t)(colon - host)};
    if (!is_host(out->host))
        return "has no valid host name";
    if (colon < path) {
        out->port = (struct idn_text){colon + 1, (size_t)(path - colon - 1)};
        if (!is_port(out->port))
            return "has no valid port";
    }
    while (end > path && end[-1] == '/')
        end--;
    out->prefix = (struct idn_text){path, (size_t)(end - path)};
    for (const char *p = path; p < end; p++)
        if (!is_unreserved((unsigned char)*p) && !strchr("/%!$&'()*+,;=:@", *p))
            return *p == '?' || *p == '#' ? "must not hold a query or a fragment"
                                          : "has a character that must be percent-encoded";
    out->loopback = is_loopback(out->host);
    if (scheme == 4 && !out->loopback)
        return "must start with https:// (plain http is for loopback only)";
    return NULL;
}
