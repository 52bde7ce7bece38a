/*
 * Fuzzer: replies of Redis in pieces. Whatever comes, in one piece or byte by byte, gives the same replies and the same
 * end; what is read lies within what came.
 */
#include "protocol/resp.h"
#include "fuzz.h"

struct told {
    uint64_t hash;
    int replies;
    enum idn_resp_state state;
};

static void mix(struct told *told, const char *bytes, size_t len) {
    for (size_t i = 0; i < len; i++)
        told->hash = (told->hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
}

static void walk(struct told *told, const struct idn_resp *resp, size_t *at, int depth) {
    struct idn_resp_value value = idn_resp_next(resp, at);
    MUST(depth <= IDN_RESP_DEPTH);
    MUST(*at <= resp->at);
    mix(told, (const char *)&value.type, sizeof value.type);
    if (value.type == IDN_RESP_STATUS || value.type == IDN_RESP_ERROR || value.type == IDN_RESP_TEXT)
        mix(told, value.text, value.len);
    else
        mix(told, (const char *)&value.number, sizeof value.number);
    for (int64_t i = 0; value.type == IDN_RESP_ARRAY && i < value.number; i++)
        walk(told, resp, at, depth + 1);
}

static struct told read_all(const struct piece *bytes, size_t piece) {
    struct idn_resp resp = {0};
    struct told told = {.state = IDN_RESP_MORE};
    for (size_t from = 0; from < bytes->len && told.state != IDN_RESP_WRONG; from += piece) {
        size_t len = bytes->len - from < piece ? bytes->len - from : piece;
        told.state = idn_resp_feed(&resp, bytes->bytes + from, len);
        while (told.state == IDN_RESP_END) {
            size_t at = 0;
            walk(&told, &resp, &at, 0);
            MUST(at == resp.at);
            told.replies++;
            told.state = idn_resp_drop(&resp);
        }
    }
    idn_resp_free(&resp);
    return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz in = {data, size};
    size_t piece = fuzz_byte(&in) + 1;
    struct piece bytes = fuzz_rest(&in);
    struct told whole = read_all(&bytes, bytes.len ? bytes.len : 1), some = read_all(&bytes, piece),
                each = read_all(&bytes, 1);
    MUST(whole.state == some.state && whole.replies == some.replies && whole.hash == some.hash);
    MUST(whole.state == each.state && whole.replies == each.replies && whole.hash == each.hash);
    free(bytes.bytes);
    return 0;
}
