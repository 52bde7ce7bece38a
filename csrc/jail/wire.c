/* Values and frames; see wire.h. Pure: no Lua, no descriptors. */
#include "jail/wire.h"

#include <stdlib.h>
#include <string.h>

static uint32_t get32(const void *bytes) {
    const unsigned char *b = bytes;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint64_t get64(const char *bytes) {
    return (uint64_t)get32(bytes) | (uint64_t)get32(bytes + 4) << 32;
}

static const char *take(struct idn_wire_in *in, size_t len) {
    if (in->left < len)
        return NULL;
    const char *bytes = in->bytes;
    in->bytes += len;
    in->left -= len;
    return bytes;
}

static int take_number(struct idn_wire_in *in, struct idn_wire_token *token, char tag) {
    const char *bytes = take(in, 8);
    if (!bytes)
        return 0;
    uint64_t n = get64(bytes);
    token->kind = tag == 'I' ? IDN_WIRE_INTEGER : IDN_WIRE_DOUBLE;
    if (tag == 'I')
        memcpy(&token->integer, &n, sizeof n);
    else
        memcpy(&token->number, &n, sizeof n);
    return 1;
}

/* A count that the bytes left could not hold is refused here, so that nobody makes room for it. */
static int take_counted(struct idn_wire_in *in, struct idn_wire_token *token, char tag) {
    const char *bytes = take(in, 4);
    if (!bytes)
        return 0;
    token->count = get32(bytes);
    if (token->count > in->left / (tag == 'M' ? 2 : 1))
        return 0;
    token->kind = tag == 'S' ? IDN_WIRE_STRING : tag == 'L' ? IDN_WIRE_LIST : IDN_WIRE_MAP;
    if (tag == 'S')
        token->string = take(in, token->count);
    return 1;
}

int idn_wire_next(struct idn_wire_in *in, struct idn_wire_token *token) {
    const char *tag = take(in, 1);
    *token = (struct idn_wire_token){.kind = IDN_WIRE_BOOLEAN};
    if (!tag)
        return 0;
    switch (*tag) {
    case 'T':
    case 'F':
        token->boolean = *tag == 'T';
        return 1;
    case 'I':
    case 'D':
        return take_number(in, token, *tag);
    case 'S':
    case 'L':
    case 'M':
        return take_counted(in, token, *tag);
    default:
        return 0;
    }
}

int idn_wire_sound(const char *bytes, size_t len) {
    struct idn_wire_in in = {bytes, len};
    struct idn_wire_token token;
    uint64_t left[IDN_WIRE_DEPTH] = {0}; /* values still to come, per level; keys count as values */
    int is_map[IDN_WIRE_DEPTH] = {0}, depth = 0;
    do {
        if (!idn_wire_next(&in, &token))
            return 0;
        if (depth > 0) {
            int is_key = is_map[depth - 1] && left[depth - 1] % 2 == 0;
            if (is_key && token.kind != IDN_WIRE_STRING && token.kind != IDN_WIRE_INTEGER)
                return 0;
            left[depth - 1]--;
        }
        if (token.kind == IDN_WIRE_LIST || token.kind == IDN_WIRE_MAP) {
            if (depth == IDN_WIRE_DEPTH)
                return 0;
            is_map[depth] = token.kind == IDN_WIRE_MAP;
            left[depth++] = (uint64_t)token.count * (token.kind == IDN_WIRE_MAP ? 2 : 1);
        }
        while (depth > 0 && left[depth - 1] == 0)
            depth--;
    } while (depth > 0);
    return in.left == 0;
}

/* Room for `len` more bytes, or NULL. */
static unsigned char *extend(struct idn_wire_out *out, size_t len) {
    if (!out->failed && len > out->most - (out->len - IDN_WIRE_HEAD))
        out->failed = IDN_WIRE_TOO_LONG;
    if (out->failed)
        return NULL;
    if (len > out->size - out->len) {
        size_t size = (out->len + len) * 2;
        char *bytes = realloc(out->bytes, size);
        if (!bytes) {
            out->failed = IDN_WIRE_NO_MEMORY;
            return NULL;
        }
        out->bytes = bytes;
        out->size = size;
    }
    out->len += len;
    return (unsigned char *)out->bytes + out->len - len;
}

static void put32(unsigned char *at, uint32_t n) {
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(n >> 8 * i);
}

static void put_number(struct idn_wire_out *out, char tag, uint64_t n) {
    unsigned char *at = extend(out, 9);
    if (!at)
        return;
    at[0] = (unsigned char)tag;
    put32(at + 1, (uint32_t)n);
    put32(at + 5, (uint32_t)(n >> 32));
}

static void put_counted(struct idn_wire_out *out, char tag, size_t count) {
    if (count > out->most && !out->failed)
        out->failed = IDN_WIRE_TOO_LONG;
    unsigned char *at = extend(out, 5);
    if (!at)
        return;
    at[0] = (unsigned char)tag;
    put32(at + 1, (uint32_t)count);
}

void idn_wire_boolean(struct idn_wire_out *out, int value) {
    unsigned char *at = extend(out, 1);
    if (at)
        *at = value ? 'T' : 'F';
}

void idn_wire_integer(struct idn_wire_out *out, int64_t value) {
    put_number(out, 'I', (uint64_t)value);
}

void idn_wire_double(struct idn_wire_out *out, double value) {
    uint64_t n;
    memcpy(&n, &value, sizeof n);
    put_number(out, 'D', n);
}

void idn_wire_raw(struct idn_wire_out *out, const void *bytes, size_t len) {
    unsigned char *at = extend(out, len);
    if (at && len > 0)
        memcpy(at, bytes, len);
}

void idn_wire_string(struct idn_wire_out *out, const char *bytes, size_t len) {
    put_counted(out, 'S', len);
    idn_wire_raw(out, bytes, len);
}

void idn_wire_list(struct idn_wire_out *out, size_t count) {
    put_counted(out, 'L', count);
}

void idn_wire_map(struct idn_wire_out *out, size_t count) {
    put_counted(out, 'M', count);
}

void idn_wire_begin(struct idn_wire_out *out, size_t most) {
    out->len = IDN_WIRE_HEAD;
    out->most = most;
    out->failed = 0;
    if (out->size >= IDN_WIRE_HEAD)
        return;
    enum { FIRST = 4096 };
    out->bytes = malloc(FIRST);
    out->size = out->bytes ? FIRST : 0;
    out->failed = out->bytes ? 0 : IDN_WIRE_NO_MEMORY;
}

int idn_wire_end(struct idn_wire_out *out) {
    if (out->failed)
        return 0;
    put32((unsigned char *)out->bytes, (uint32_t)(out->len - IDN_WIRE_HEAD));
    return 1;
}

void idn_wire_free(struct idn_wire_out *out) {
    free(out->bytes);
    *out = (struct idn_wire_out){NULL, 0, 0, 0, 0};
}

uint32_t idn_wire_length(const unsigned char head[IDN_WIRE_HEAD]) {
    return get32(head);
}
