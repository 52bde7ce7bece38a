/*
 * Fuzzer: the head of a reply, and its trailers.
 *
 * However the bytes are cut into pieces, the same comes out; what comes out as a head ends with an empty line, has no
 * second meaning (one length or one coding), and no byte that another reader could take for a line's end.
 */
#include "fuzz.h"

#include "core/http.h"

typedef enum idn_head_state (*reading)(struct idn_head *, const char *, size_t, size_t *);

struct result {
    enum idn_head_state state;
    struct idn_head head;
    size_t used;
};

/* Reads `all` as a connection would bring it: at most `step` more bytes each time. */
static struct result read_all(reading read, const char *all, size_t len, size_t step) {
    struct result r = {IDN_HEAD_MORE, {0}, 0};
    for (size_t have = 0; have < len && r.state == IDN_HEAD_MORE;) {
        have = step < len - have ? have + step : len;
        do {
            struct fuzz in = {(const uint8_t *)all + r.used, have - r.used};
            struct piece exact = fuzz_rest(&in);
            size_t used;
            r.state = read(&r.head, exact.bytes, exact.len, &used);
            free(exact.bytes);
            MUST(used <= have - r.used);
            MUST(used > 0 || r.state != IDN_HEAD_INTERIM);
            r.used += used;
        } while (r.state == IDN_HEAD_INTERIM);
    }
    return r;
}

static void check_head(const struct result *r, const char *bytes) {
    const struct idn_head *head = &r->head;
    MUST(head->status >= 200 && head->status <= 599);
    MUST(!head->has_length || !head->has_coding);
    MUST(!head->chunked || head->has_coding);
    if (head->has_length)
        MUST(strlen(head->length) > 0 &&
             strspn(head->length, "0123456789") == strlen(head->length));
    MUST(r->used >= 4 && memcmp(bytes + r->used - 4, "\r\n\r\n", 4) == 0);
    MUST(r->used <= 2 * IDN_HEAD_BYTES * IDN_HEAD_LINES);
    for (size_t i = 0; i < r->used; i++) {
        MUST(bytes[i] != '\0' && (bytes[i] != '\n' || bytes[i - 1] == '\r'));
        MUST(bytes[i] != '\r' || bytes[i + 1] == '\n');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz in = {data, size};
    unsigned how = fuzz_byte(&in);
    reading read = how & 1 ? idn_head_trailers : idn_head_read;
    struct piece all = fuzz_rest(&in);
    struct result whole = read_all(read, all.bytes, all.len, all.len);
    struct result sliced = read_all(read, all.bytes, all.len, 1 + how / 2);
    MUST(whole.state == sliced.state);
    if (whole.state == IDN_HEAD_DONE) {
        MUST(whole.used == sliced.used &&
             memcmp(&whole.head, &sliced.head, sizeof whole.head) == 0);
        if (read == idn_head_read)
            check_head(&whole, all.bytes);
    }
    MUST((whole.state == IDN_HEAD_WRONG) == (whole.head.wrong != NULL));
    free(all.bytes);
    return 0;
}
