/*
 * What the fuzzers share: input taken apart piece by piece, and MUST, which ends the program when a property does not hold.
 *
 * A piece is a copy of its own on the heap, so that the sanitizer sees every byte read beyond it.
 */
#ifndef IDNGO_FUZZ_H
#define IDNGO_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

struct fuzz {
    const uint8_t *data;
    size_t size;
};

struct piece {
    char *bytes;
    size_t len;
};

/* The next byte, 0 behind the end. */
static inline unsigned fuzz_byte(struct fuzz *in) {
    if (in->size == 0)
        return 0;
    in->size--;
    return *in->data++;
}

static inline struct piece fuzz_take(struct fuzz *in, size_t len) {
    struct piece piece = {NULL, len < in->size ? len : in->size};
    piece.bytes = malloc(piece.len ? piece.len : 1);
    MUST(piece.bytes);
    if (piece.len > 0)
        memcpy(piece.bytes, in->data, piece.len);
    in->data += piece.len;
    in->size -= piece.len;
    return piece;
}

/* What comes before the next byte 0, which is dropped. */
static inline struct piece fuzz_field(struct fuzz *in) {
    const uint8_t *end = in->size > 0 ? memchr(in->data, 0, in->size) : NULL;
    struct piece piece = fuzz_take(in, end ? (size_t)(end - in->data) : in->size);
    if (end)
        fuzz_byte(in);
    return piece;
}

static inline struct piece fuzz_rest(struct fuzz *in) {
    return fuzz_take(in, in->size);
}

#endif
