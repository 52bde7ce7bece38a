/*
 * Fuzzer: bytes from an evaluator that has been taken over.
 *
 * What is found sound must be walked without leaving it, and written again give the same bytes.
 * Also run by test_jail_wire.c on random and on damaged values.
 */
#include "jail/wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void copy(struct idn_wire_out *out, const struct idn_wire_token *token) {
    switch (token->kind) {
    case IDN_WIRE_BOOLEAN:
        idn_wire_boolean(out, token->boolean);
        break;
    case IDN_WIRE_INTEGER:
        idn_wire_integer(out, token->integer);
        break;
    case IDN_WIRE_DOUBLE:
        idn_wire_double(out, token->number);
        break;
    case IDN_WIRE_STRING:
        idn_wire_string(out, token->string, token->count);
        break;
    case IDN_WIRE_LIST:
        idn_wire_list(out, token->count);
        break;
    case IDN_WIRE_MAP:
        idn_wire_map(out, token->count);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* on the heap, so that a read beyond the end is seen */
    char *bytes = malloc(size ? size : 1);
    struct idn_wire_out out = {NULL, 0, 0, 0, 0};
    struct idn_wire_token token;
    if (!bytes)
        abort();
    if (size > 0)
        memcpy(bytes, data, size);
    struct idn_wire_in in = {bytes, size};
    if (idn_wire_sound(bytes, size)) {
        idn_wire_begin(&out, size);
        while (in.left > 0) {
            if (!idn_wire_next(&in, &token))
                abort();
            copy(&out, &token);
        }
        if (!idn_wire_end(&out) || out.len != IDN_WIRE_HEAD + size ||
            memcmp(out.bytes + IDN_WIRE_HEAD, bytes, size) != 0)
            abort();
    } else {
        while (idn_wire_next(&in, &token))
            continue;
    }
    idn_wire_free(&out);
    free(bytes);
    return 0;
}
