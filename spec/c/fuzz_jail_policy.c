/*
 * Fuzzer: the evaluator at work on bytes from its host, and on hostile policies.
 *
 * Every answer is one sound value, and an evaluator that may go on gives the same answer to the same request: its decisions
 * can be replayed. Runs unconfined, in this process.
 */
#include "fuzz.h"

#include "jail/evaluate.h"

enum { MEMORY = 4 << 20, MILLISECONDS = 50 };

/* A policy that looks at all it is given. */
static const char reader[] =
    "local function walk(v, n) if type(v) == 'table' and n < 8 then local c = #v for k, w in "
    "pairs(v) do "
    "c = c + #tostring(k) + walk(w, n + 1) end return c end return #tostring(v) end "
    "return { name = 'reader', decide = function(applicant, facts) "
    "local c = walk(applicant, 0) + walk(facts.duplicates, 0) + walk(facts.tin, 0) "
    "if c % 2 == 0 then return pass() end return hold('sum ' .. c) end }";

/* [text, chunkname, names of facts, fields of each] */
static void put_setup(struct idn_wire_out *out, const char *text, size_t len) {
    idn_wire_begin(out, IDN_WIRE_REQUEST);
    idn_wire_list(out, 4);
    idn_wire_string(out, text, len);
    idn_wire_string(out, "fuzz.lua", 8);
    idn_wire_list(out, 2);
    idn_wire_string(out, "duplicates", 10);
    idn_wire_string(out, "tin", 3);
    idn_wire_map(out, 2);
    idn_wire_string(out, "duplicates", 10);
    idn_wire_map(out, 2);
    idn_wire_string(out, "answer", 6);
    idn_wire_boolean(out, 1);
    idn_wire_string(out, "hits", 4);
    idn_wire_boolean(out, 1);
    idn_wire_string(out, "tin", 3);
    idn_wire_boolean(out, 1);
    MUST(idn_wire_end(out));
}

/* [applicant, facts, trace], all from the outside: sound or not. */
static void put_request(struct idn_wire_out *out, struct fuzz *in, int traced) {
    struct piece value = fuzz_rest(in);
    idn_wire_begin(out, IDN_WIRE_REQUEST);
    idn_wire_list(out, 3);
    idn_wire_map(out, 1);
    idn_wire_string(out, "id", 2);
    idn_wire_string(out, "a1", 2);
    idn_wire_map(out, value.len > 0);
    if (value.len > 0) {
        idn_wire_string(out, "duplicates", 10);
        idn_wire_raw(out, value.bytes, value.len);
    }
    idn_wire_boolean(out, traced);
    MUST(idn_wire_end(out));
    free(value.bytes);
}

/* Whether the reply tells of time or memory having run out, which may differ from one time to the next. */
static int ran_out(const struct idn_wire_out *reply) {
    return memmem(reply->bytes, reply->len, "time", 4) ||
           memmem(reply->bytes, reply->len, "memory", 6);
}

static int answer(struct idn_jail_policy *policy, const struct idn_wire_out *request,
                  struct idn_wire_out *reply) {
    int going = idn_jail_answer(policy, request->bytes + IDN_WIRE_HEAD,
                                request->len - IDN_WIRE_HEAD, reply);
    if (idn_wire_end(reply))
        MUST(idn_wire_sound(reply->bytes + IDN_WIRE_HEAD, reply->len - IDN_WIRE_HEAD));
    else
        MUST(!going);
    return going;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz in = {data, size};
    struct idn_jail_bounds bounds = {MEMORY, MILLISECONDS};
    struct idn_wire_out request = {NULL, 0, 0, 0, 0}, first = request, second = request;
    struct idn_jail_policy *policy = idn_jail_policy_new(&bounds);
    MUST(policy);
    unsigned how = fuzz_byte(&in);
    if (how % 4 == 0) { /* the first request itself is what comes */
        struct piece raw = fuzz_rest(&in);
        if (idn_jail_answer(policy, raw.bytes, raw.len, &first))
            MUST(idn_wire_end(&first));
        free(raw.bytes);
    } else {
        struct piece text = how % 4 == 1 ? fuzz_take(&in, 0) : fuzz_field(&in);
        if (how % 4 == 1)
            put_setup(&request, reader, sizeof reader - 1);
        else
            put_setup(&request, text.bytes, text.len);
        free(text.bytes);
        if (answer(policy, &request, &first)) {
            put_request(&request, &in, how >> 2 & 1);
            int going = answer(policy, &request, &first) && answer(policy, &request, &second);
            if (going && !ran_out(&first) && !ran_out(&second))
                MUST(first.len == second.len && memcmp(first.bytes, second.bytes, first.len) == 0);
        }
    }
    idn_wire_free(&request);
    idn_wire_free(&first);
    idn_wire_free(&second);
    idn_jail_policy_free(policy);
    return 0;
}
