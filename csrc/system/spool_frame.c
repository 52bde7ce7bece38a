/* Frames of the spool: records to bytes and back. See spool.h. */
#include "protocol/sign.h"
#include "spool.h"

#include <errno.h>
#include <string.h>

enum { MAGIC = 4, LENGTH = 4, RECEIVED = 8, TEXT_SUM = 16, HEAD_SUM = 24, SUM = 8 };

static const unsigned char magic[MAGIC] = {IDN_FRAME_START, 'E', 'V', '1'};

static void put_number(unsigned char *to, uint64_t n, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        to[i] = (unsigned char)(n >> 8 * i);
}

static uint64_t get_number(const unsigned char *from, size_t bytes) {
    uint64_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n |= (uint64_t)from[i] << 8 * i;
    return n;
}

static int sum(unsigned char out[SUM], const void *bytes, size_t len) {
    unsigned char digest[IDN_SHA256];
    if (!idn_sha256(bytes, len, digest)) { /* which fails for want of memory alone */
        errno = ENOMEM;
        return 0;
    }
    memcpy(out, digest, SUM);
    return 1;
}

int idn_frame_head(unsigned char head[IDN_FRAME_HEAD], const void *text, size_t len,
                   int64_t received) {
    if (len == 0 || len > IDN_FRAME_TEXT_MAX || memchr(text, IDN_FRAME_START, len)) {
        errno = EINVAL;
        return 0;
    }
    memcpy(head, magic, MAGIC);
    put_number(head + LENGTH, len, 4);
    put_number(head + RECEIVED, (uint64_t)received, 8);
    return sum(head + TEXT_SUM, text, len) && sum(head + HEAD_SUM, head, HEAD_SUM);
}

static struct idn_frame failed(void) {
    return (struct idn_frame){.state = IDN_FRAME_FAILED};
}

static struct idn_frame cut(size_t need) {
    return (struct idn_frame){.state = IDN_FRAME_CUT, .size = need};
}

/* Nothing starts at `bytes`: the next frame is where the next FF is, if anywhere. */
static struct idn_frame damaged(const unsigned char *bytes, size_t len) {
    const unsigned char *next = memchr(bytes + 1, IDN_FRAME_START, len - 1);
    return (struct idn_frame){.state = IDN_FRAME_DAMAGED,
                              .size = next ? (size_t)(next - bytes) : len};
}

struct idn_frame idn_frame_read(const unsigned char *bytes, size_t len) {
    unsigned char check[SUM];
    if (len > 0 && memcmp(bytes, magic, len < MAGIC ? len : MAGIC) != 0)
        return damaged(bytes, len);
    if (len < IDN_FRAME_HEAD)
        return cut(IDN_FRAME_HEAD);
    if (!sum(check, bytes, HEAD_SUM))
        return failed();
    uint64_t text_len = get_number(bytes + LENGTH, 4);
    if (memcmp(check, bytes + HEAD_SUM, SUM) != 0 || text_len == 0 || text_len > IDN_FRAME_TEXT_MAX)
        return damaged(bytes, len);

    const unsigned char *text = bytes + IDN_FRAME_HEAD;
    size_t there = len - IDN_FRAME_HEAD;
    size_t size = IDN_FRAME_HEAD + (size_t)text_len;
    /* Looked for before anything is hashed, so that heads nested in each other's texts stay linear. */
    const unsigned char *next =
        memchr(text, IDN_FRAME_START, there < text_len ? there : (size_t)text_len);
    if (next)
        return (struct idn_frame){.state = IDN_FRAME_DAMAGED, .size = (size_t)(next - bytes)};
    if (there < text_len)
        return cut(size);
    if (!sum(check, text, (size_t)text_len))
        return failed();
    if (memcmp(check, bytes + TEXT_SUM, SUM) != 0)
        return (struct idn_frame){.state = IDN_FRAME_DAMAGED, .size = size};
    return (struct idn_frame){.state = IDN_FRAME_WHOLE,
                              .size = size,
                              .text = text,
                              .len = (size_t)text_len,
                              .received = (int64_t)get_number(bytes + RECEIVED, 8)};
}
