/* The evaluator's protocol: what is written is read back, and nothing else passes. */
#include "check.h"
#include "fuzz_jail_protocol.c"

static struct idn_wire_out out;

static int sound(const char *bytes, size_t len) {
    return idn_wire_sound(bytes, len);
}

#define SOUND(literal) sound(literal, sizeof literal - 1)

static void test_round_trip(void) {
    struct idn_wire_token token;
    idn_wire_begin(&out, 1000);
    idn_wire_map(&out, 2);
    idn_wire_string(&out, "a\0b", 3);
    idn_wire_list(&out, 4);
    idn_wire_boolean(&out, 1);
    idn_wire_boolean(&out, 0);
    idn_wire_integer(&out, INT64_MIN);
    idn_wire_double(&out, -0.5);
    idn_wire_integer(&out, -1);
    idn_wire_string(&out, "", 0);
    CHECK(idn_wire_end(&out));
    CHECK(idn_wire_length((unsigned char *)out.bytes) == out.len - IDN_WIRE_HEAD);
    struct idn_wire_in in = {out.bytes + IDN_WIRE_HEAD, out.len - IDN_WIRE_HEAD};
    CHECK(idn_wire_sound(in.bytes, in.left));
    CHECK(idn_wire_next(&in, &token) && token.kind == IDN_WIRE_MAP && token.count == 2);
    CHECK(idn_wire_next(&in, &token) && token.kind == IDN_WIRE_STRING && token.count == 3 &&
          memcmp(token.string, "a\0b", 3) == 0);
    CHECK(idn_wire_next(&in, &token) && token.kind == IDN_WIRE_LIST && token.count == 4);
    CHECK(idn_wire_next(&in, &token) && token.kind == IDN_WIRE_BOOLEAN && token.boolean == 1);
    CHECK(idn_wire_next(&in, &token) && token.kind == IDN_WIRE_BOOLEAN && token.boolean == 0);
    CHECK(idn_wire_next(&in, &token) && token.kind == IDN_WIRE_INTEGER &&
          token.integer == INT64_MIN);
    CHECK(idn_wire_next(&in, &token) && token.kind == IDN_WIRE_DOUBLE && token.number == -0.5);
    CHECK(idn_wire_next(&in, &token) && token.kind == IDN_WIRE_INTEGER && token.integer == -1);
    CHECK(idn_wire_next(&in, &token) && token.kind == IDN_WIRE_STRING && token.count == 0);
    CHECK(!idn_wire_next(&in, &token));
}

static void test_every_cut_is_refused(void) {
    size_t len = out.len - IDN_WIRE_HEAD;
    for (size_t cut = 0; cut < len; cut++)
        CHECK(!idn_wire_sound(out.bytes + IDN_WIRE_HEAD, cut));
}

static void test_unsound(void) {
    CHECK(SOUND("T"));
    CHECK(!SOUND(""));
    CHECK(!SOUND("TT"));
    CHECK(!SOUND("N"));
    CHECK(!SOUND("S\xff\xff\xff\xff"
                 "x"));
    CHECK(!SOUND("L\xff\xff\xff\xff"
                 "T"));
    CHECK(!SOUND("M\xff\xff\xff\x7f"
                 "TT"));
    CHECK(SOUND("M\1\0\0\0"
                "S\0\0\0\0"
                "T"));
    CHECK(!SOUND("M\1\0\0\0"
                 "T"
                 "T"));
    CHECK(!SOUND("M\1\0\0\0"
                 "L\0\0\0\0"
                 "T"));
    CHECK(!SOUND("M\1\0\0\0"
                 "D12345678"
                 "T"));
}

static void test_depth(void) {
    char deep[5 * (IDN_WIRE_DEPTH + 1) + 1];
    for (int i = 0; i <= IDN_WIRE_DEPTH; i++)
        memcpy(deep + 5 * i, "L\1\0\0\0", 5);
    deep[5 * (IDN_WIRE_DEPTH + 1)] = 'T';
    CHECK(!idn_wire_sound(deep, sizeof deep));
    CHECK(idn_wire_sound(deep + 5, sizeof deep - 5));
}

static void test_too_long_is_not_sent(void) {
    idn_wire_begin(&out, 8);
    idn_wire_integer(&out, 1);
    CHECK(!idn_wire_end(&out));
    idn_wire_boolean(&out, 1);
    CHECK(!idn_wire_end(&out));
    idn_wire_begin(&out, 9);
    idn_wire_integer(&out, 1);
    CHECK(idn_wire_end(&out));
}

/* The fuzzer, on values made at random and damaged in one place. */
static void test_random_damage(void) {
    static const char tags[] = "TFIDSLM";
    unsigned char bytes[256];
    srand(5);
    for (int round = 0; round < 200000; round++) {
        size_t len = 1 + (size_t)rand() % sizeof bytes;
        for (size_t i = 0; i < len; i++)
            bytes[i] = (unsigned char)(rand() % 3 == 0 ? tags[rand() % 7]
                                       : rand() % 8    ? 0
                                                       : rand());
        LLVMFuzzerTestOneInput(bytes, len);
    }
    test_round_trip();
    for (int round = 0; round < 20000; round++) {
        size_t len = out.len - IDN_WIRE_HEAD, at = (size_t)rand() % len;
        memcpy(bytes, out.bytes + IDN_WIRE_HEAD, len);
        bytes[at] = (unsigned char)rand();
        LLVMFuzzerTestOneInput(bytes, len);
    }
}

int main(void) {
    test_round_trip();
    test_every_cut_is_refused();
    test_unsound();
    test_depth();
    test_too_long_is_not_sent();
    test_random_damage();
    idn_wire_free(&out);
    return check_done();
}
