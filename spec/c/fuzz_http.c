/*
 * Fuzzer: a reply, its head and its body.
 *
 * However the bytes are cut into pieces, the same comes out. A head that is taken has no second meaning (one length or one
 * coding), and no byte that another reader could take for a line's end; of the body no more is kept than may be.
 */
#include "fuzz.h"

#include "protocol/reply.h"

enum { MAX = 1 << 16 };

/* Reads `all` as a connection would bring it, at most `step` more bytes each time, and ends it. */
static struct idn_reply read_all(const struct piece *all, size_t step, unsigned how) {
    struct idn_reply reply = {0};
    idn_reply_begin(&reply, how & 1, how & 2 ? 1 : 0, MAX);
    for (size_t at = 0; at < all->len && reply.state == IDN_REPLY_MORE;) {
        struct fuzz in = {(const uint8_t *)all->bytes + at, all->len - at};
        struct piece exact = fuzz_take(&in, step);
        idn_reply_take(&reply, exact.bytes, exact.len);
        at += exact.len;
        free(exact.bytes);
    }
    idn_reply_eof(&reply, how & 4 ? 1 : 0);
    MUST(reply.state != IDN_REPLY_MORE);
    return reply;
}

static void check_head(const struct idn_reply *reply) {
    const struct idn_head *head = &reply->http.head;
    const char *bytes = reply->head.data;
    size_t len = reply->head.len;
    MUST(head->status >= 200 && head->status <= 599 && head->status == reply->status);
    MUST(!head->has_length || !head->has_coding);
    MUST(!head->chunked || head->has_coding);
    if (head->has_length)
        MUST(strlen(head->length) > 0 &&
             strspn(head->length, "0123456789") == strlen(head->length));
    MUST(len >= 4 && memcmp(bytes + len - 4, "\r\n\r\n", 4) == 0 && memcmp(bytes, "HTTP/1.", 7) == 0);
    MUST(len <= IDN_HEAD_BYTES);
    for (size_t i = 0; i < len; i++) {
        MUST(bytes[i] != '\0' && (bytes[i] != '\n' || bytes[i - 1] == '\r'));
        MUST(bytes[i] != '\r' || bytes[i + 1] == '\n');
    }
}

static int same(const struct idn_bytes *a, const struct idn_bytes *b) {
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz in = {data, size};
    unsigned how = fuzz_byte(&in);
    struct piece all = fuzz_rest(&in);
    struct idn_reply whole = read_all(&all, all.len + 1, how), sliced = read_all(&all, 1 + how / 8, how);
    MUST(whole.state == sliced.state && whole.status == sliced.status && whole.has_head == sliced.has_head);
    MUST(whole.body.len <= MAX && sliced.body.len <= MAX);
    if (whole.state == IDN_REPLY_END) {
        MUST(same(&whole.head, &sliced.head) && same(&whole.body, &sliced.body));
        if (whole.has_head)
            check_head(&whole);
    } else if (whole.state == IDN_REPLY_WRONG) {
        int complete;
        MUST(idn_reply_wrong(&whole, &complete) != NULL);
    }
    idn_reply_free(&whole);
    idn_reply_free(&sliced);
    free(all.bytes);
    return 0;
}
