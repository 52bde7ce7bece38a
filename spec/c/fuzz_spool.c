/*
 * Fuzzer: a hostile segment. The reader must step over all of it, in steps that make progress, and every text
 * it gives must be one that could have been written.
 */
#include "core/spool.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Half of the inputs are given a sound head, for no fuzzer guesses a SHA-256. */
static void mend(uint8_t *bytes, size_t size) {
    size_t len = bytes[0] / 2;
    if (size > IDN_FRAME_HEAD + len)
        (void)idn_frame_head(bytes + 1, bytes + 1 + IDN_FRAME_HEAD, len, bytes[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    uint8_t *bytes = malloc(size);
    memcpy(bytes, data, size);
    if (bytes[0] & 1)
        mend(bytes, size);
    for (size_t at = 0; at < size;) {
        struct idn_frame frame = idn_frame_read(bytes + at, size - at);
        uint8_t head[IDN_FRAME_HEAD];
        if (frame.state == IDN_FRAME_CUT) {
            if (frame.size <= size - at)
                abort();
            break;
        }
        if (frame.size == 0 || frame.size > size - at)
            abort();
        if (frame.state == IDN_FRAME_WHOLE &&
            (!idn_frame_head(head, frame.text, frame.len, frame.received) ||
             memcmp(head, bytes + at, sizeof head) != 0))
            abort();
        at += frame.size;
    }
    free(bytes);
    return 0;
}
