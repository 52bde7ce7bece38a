/*
 * Fuzzer: a hostile segment of the spool.
 *
 * The frames must be walked in steps that make progress, every text must be one that could have been written, and the
 * reader, which sees the same bytes through a file and piece by piece, must tell the same: the same texts, and damage in
 * between, told once.
 */
#include "fuzz.h"

#include "system/spool.h"

#include <fcntl.h>
#include <unistd.h>

static char path[64];

static void remove_file(void) {
    unlink(path);
}

static void put_file(const uint8_t *bytes, size_t size) {
    static int fd = -1;
    if (fd < 0) {
        snprintf(path, sizeof path, "%s/fuzz_spool.XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        fd = mkstemp(path);
        atexit(remove_file);
    }
    MUST(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, bytes, size, 0) == (ssize_t)size);
}

/* Half of the inputs are given sound heads here and there, for no fuzzer guesses a SHA-256. */
static void mend(uint8_t *bytes, size_t size) {
    for (size_t at = 1; at < size; at++) {
        size_t len = bytes[at - 1];
        if (bytes[at] != IDN_FRAME_START || size - at < IDN_FRAME_HEAD + len)
            continue;
        if (idn_frame_head(bytes + at, bytes + at + IDN_FRAME_HEAD, len, bytes[0]))
            at += IDN_FRAME_HEAD + len;
    }
}

/* The next frame of the bytes that is whole, cut or the end; whether damage came before it. */
static struct idn_frame walk(const uint8_t *bytes, size_t size, size_t *at, int *damaged) {
    struct idn_frame frame = {IDN_FRAME_CUT, 0, NULL, 0, 0};
    uint8_t head[IDN_FRAME_HEAD];
    *damaged = 0;
    while (*at < size) {
        frame = idn_frame_read(bytes + *at, size - *at);
        if (frame.state == IDN_FRAME_CUT) {
            MUST(frame.size > size - *at);
            break;
        }
        MUST(frame.size > 0 && frame.size <= size - *at);
        *at += frame.size;
        if (frame.state == IDN_FRAME_WHOLE) {
            MUST(idn_frame_head(head, frame.text, frame.len, frame.received));
            MUST(memcmp(head, bytes + *at - frame.size, sizeof head) == 0);
            break;
        }
        *damaged = 1;
    }
    return frame;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz in = {data, size};
    struct idn_spool_reader reader;
    unsigned how = fuzz_byte(&in);
    struct piece piece = fuzz_rest(&in);
    uint8_t *bytes = (uint8_t *)piece.bytes;
    if (how & 1)
        mend(bytes, piece.len);
    put_file(bytes, piece.len);
    MUST(idn_spool_reader_open(&reader, path, 0));
    for (size_t at = 0;;) {
        int damaged;
        struct idn_frame expected = walk(bytes, piece.len, &at, &damaged);
        struct idn_frame told = idn_spool_reader_next(&reader);
        if (damaged) {
            MUST(told.state == IDN_FRAME_DAMAGED);
            told = idn_spool_reader_next(&reader);
        }
        if (expected.state != IDN_FRAME_WHOLE) {
            MUST(told.state == IDN_FRAME_CUT && at <= piece.len && reader.to == at);
            break;
        }
        MUST(told.state == IDN_FRAME_WHOLE && reader.to == at && reader.from == at - expected.size);
        MUST(told.len == expected.len && told.received == expected.received);
        MUST(memcmp(told.text, expected.text, told.len) == 0);
    }
    idn_spool_reader_close(&reader);
    free(piece.bytes);
    return 0;
}
