/*
 * Fuzzer: arguments of a call, and base URLs.
 *
 * Whatever is accepted as an argument must travel as one segment or one value: the target has the template's segments and
 * the description's parameters, holds nothing but characters that need no encoding, and decoded gives the arguments back.
 */
#include "fuzz.h"

#include "protocol/url.h"

/* Percent-decodes strictly; the length, or -1 when a byte should have been encoded. */
static long decode(const char *from, size_t len, char *out) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    static const char hex[] = "0123456789ABCDEF";
    long n = 0;
    for (size_t i = 0; i < len; i++) {
        if (from[i] != '%') {
            if (!from[i] || !strchr(plain, from[i]))
                return -1;
            out[n++] = from[i];
            continue;
        }
        const char *high = len - i > 2 && from[i + 1] ? strchr(hex, from[i + 1]) : NULL;
        const char *low = high && from[i + 2] ? strchr(hex, from[i + 2]) : NULL;
        if (!low)
            return -1;
        out[n++] = (char)((high - hex) << 4 | (low - hex));
        i += 2;
    }
    return n;
}

static int decodes_to(const char *from, size_t len, const char *value, size_t value_len) {
    char out[3 * IDN_MAX_ARGUMENT];
    long n = decode(from, len, out);
    return n >= 0 && (size_t)n == value_len && memcmp(out, value, value_len) == 0;
}

/* Follows the path template beside the target; where the query begins. */
static const char *walk_path(const struct idn_operation *operation, const struct idn_text *values,
                             const char *at, const char *end) {
    for (const char *p = operation->path; *p;) {
        if (*p != '{') {
            MUST(at < end && *at == *p);
            at++, p++;
            continue;
        }
        const char *close = strchr(p, '}'), *segment = at;
        while (at < end && *at != '/' && *at != '?')
            at++;
        int found = 0;
        for (int i = 0; i < operation->count; i++)
            if (strlen(operation->params[i].name) == (size_t)(close - p - 1) &&
                strncmp(operation->params[i].name, p + 1, (size_t)(close - p - 1)) == 0)
                found = decodes_to(segment, (size_t)(at - segment), values[i].bytes, values[i].len);
        MUST(found && at > segment);
        p = close + 1;
    }
    return at;
}

/* Walks the parameters of one sort, each up to where the next begins; returns the end of the last one. */
static const char *walk_params(const struct idn_operation *operation, const struct idn_text *values,
                               enum idn_where where, char mark, char between, const char *at,
                               const char *end) {
    for (int i = 0; i < operation->count; i++) {
        const struct idn_param *param = &operation->params[i];
        const char *value = values[i].bytes ? values[i].bytes : param->value;
        if (param->where != where || !value)
            continue;
        size_t name = strlen(param->name);
        MUST((size_t)(end - at) > name + 1 && *at == mark &&
             memcmp(at + 1, param->name, name) == 0 && at[name + 1] == '=');
        at += name + 2;
        const char *stop = at;
        while (stop < end && *stop != between && *stop != '?')
            stop++;
        MUST(decodes_to(at, (size_t)(stop - at), value,
                        values[i].bytes ? values[i].len : strlen(value)));
        at = stop;
        mark = between;
    }
    return at;
}

/* Every form that a description can have. */
static struct idn_operation operations[] = {
    {.path = "/checks/latest", .count = 2,
     .params = {{.name = "type", .where = IDN_QUERY, .type = IDN_FIXED, .value = "TIN"},
                {.name = "applicantId", .where = IDN_QUERY, .type = IDN_STRING, .required = 1}}},
    {.path = "/applicants/{applicantId}/presence/{status}", .count = 2,
     .params = {{.name = "applicantId", .where = IDN_PATH, .type = IDN_STRING, .required = 1},
                {.name = "status", .where = IDN_PATH, .type = IDN_ONE_OF, .required = 1, .values = "deactivated|activated"}}},
    {.path = "/applicants/{applicantId}/info", .count = 2,
     .params = {{.name = "applicantId", .where = IDN_PATH, .type = IDN_STRING, .required = 1},
                {.name = "unsetFields", .where = IDN_QUERY, .type = IDN_LIST}}},
    {.path = "/levels/{levelName}/link", .count = 4,
     .params = {{.name = "levelName", .where = IDN_PATH, .type = IDN_STRING, .required = 1},
                {.name = "locale", .where = IDN_QUERY, .type = IDN_STRING},
                {.name = "ttlInSecs", .where = IDN_QUERY, .type = IDN_INTEGER},
                {.name = "report", .where = IDN_QUERY, .type = IDN_ONE_OF, .values = "a|b", .value = "a"}}},
    {.path = "/applicants/-;externalUserId={externalUserId}/one", .count = 1,
     .params = {{.name = "externalUserId", .where = IDN_PATH, .type = IDN_STRING, .required = 1}}},
    {.path = "/kyt/txns/query/-", .count = 3,
     .params = {{.name = "data.type", .where = IDN_MATRIX, .type = IDN_STRING},
                {.name = "limit", .where = IDN_QUERY, .type = IDN_INTEGER},
                {.name = "data.info.direction", .where = IDN_MATRIX, .type = IDN_STRING}}},
};

static void call(struct fuzz *in) {
    struct idn_operation *operation =
        &operations[fuzz_byte(in) % (sizeof operations / sizeof operations[0])];
    MUST(idn_operation_compile(operation) == NULL);
    struct idn_text values[IDN_MAX_PARAMS] = {{NULL, 0}};
    struct piece pieces[IDN_MAX_PARAMS] = {{NULL, 0}};
    int good = 1;
    for (int i = 0; i < operation->count; i++) {
        const struct idn_param *param = &operation->params[i];
        if (param->type == IDN_FIXED || (!param->required && fuzz_byte(in) % 2))
            continue;
        pieces[i] = fuzz_field(in);
        values[i] = (struct idn_text){pieces[i].bytes, pieces[i].len};
        good = good && idn_check_text(param, values[i]) == NULL;
    }
    if (good) {
        static const char prefix[] = "/base";
        size_t bound = idn_target_bound(operation, sizeof prefix - 1, values);
        char *target = malloc(bound);
        MUST(target);
        size_t len =
            idn_target(operation, (struct idn_text){prefix, sizeof prefix - 1}, values, target);
        MUST(len <= bound && memcmp(target, prefix, sizeof prefix - 1) == 0);
        const char *end = target + len;
        const char *at = walk_path(operation, values, target + sizeof prefix - 1, end);
        at = walk_params(operation, values, IDN_MATRIX, ';', ';', at, end);
        MUST(walk_params(operation, values, IDN_QUERY, '?', '&', at, end) == end);
        free(target);
    }
    for (int i = 0; i < IDN_MAX_PARAMS; i++)
        free(pieces[i].bytes);
}

/* What is taken for a base URL must be put together again from its parts. */
static void base(struct fuzz *in) {
    struct piece url = fuzz_rest(in);
    struct idn_base parts;
    if (!idn_parse_base((struct idn_text){url.bytes, url.len}, &parts)) {
        size_t at = parts.scheme.len + 3;
        MUST(parts.host.len > 0 && parts.host.bytes == url.bytes + at);
        at += parts.host.len;
        if (parts.port.bytes) {
            MUST(parts.port.bytes == url.bytes + at + 1 && url.bytes[at] == ':');
            at += 1 + parts.port.len;
        }
        MUST(parts.prefix.bytes == url.bytes + at);
        for (at += parts.prefix.len; at < url.len; at++)
            MUST(url.bytes[at] == '/');
        for (size_t i = 0; i < parts.host.len; i++)
            MUST(!strchr("/?#@\\ ", parts.host.bytes[i]));
        MUST(parts.loopback || parts.scheme.len == 5);
    }
    free(url.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz in = {data, size};
    if (fuzz_byte(&in) % 2)
        call(&in);
    else
        base(&in);
    return 0;
}
