/*
 * The policy evaluator while its memory runs out: within the bound of an evaluation, and of the process.
 *
 * A whole life (compile, take the policy, evaluate) gives what it gives with all the memory there is, or says that it had
 * too little; only one that cannot begin says nothing. Runs unconfined, in this process; every malloc of the evaluator, and of
 * Lua where that is linked in, is ours (the linker's --wrap).
 *
 *   test_jail_memory [STEP]    fails every STEP-th allocation (1: each), and tries a bound every 16 times STEP bytes
 */
#include "../c/check.h"

#include "jail/evaluate.h"

#include <limits.h>
#include <stdlib.h>

/* ---- allocations that fail ---- */

static long left = LONG_MAX, last = LONG_MIN, struck; /* they fail while last < left <= 0 */

static int strikes(void) {
    left--;
    int now = left <= 0 && left > last;
    struck += now;
    return now;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size) {
    return strikes() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return strikes() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
    return strikes() ? NULL : __real_realloc(old, size);
}

/* From the n-th allocation on, `count` fail. */
static void arm(long n, long count) {
    left = n;
    last = count == LONG_MAX ? LONG_MIN : -count;
    struck = 0;
}

static void calm(void) {
    left = LONG_MAX;
}

/* ---- a life ---- */

static const char text[] =
    "local seen = {}\n"
    "return { name = 'torture', version = '1', decide = function(applicant, facts)\n"
    "  for i = 1, 100 do seen[i] = ('n'):rep(i) .. applicant.country end\n"
    "  local ok, problem = pcall(error, { code = 7 })\n"
    "  table.sort(seen, function(a, b) return #a > #b end)\n"
    "  if not ok and facts.tin.answer == 'RED' then return deactivate('tin ' .. problem.code .. seen[100]), send_status_email() end\n"
    "  return hold(seen[1])\n"
    "end }";

static struct idn_wire_out setup, request, right[2], reply;

static void make_requests(void) {
    idn_wire_begin(&setup, IDN_WIRE_REQUEST);
    idn_wire_list(&setup, 4);
    idn_wire_string(&setup, text, sizeof text - 1);
    idn_wire_string(&setup, "torture.lua", 11);
    idn_wire_list(&setup, 1);
    idn_wire_string(&setup, "tin", 3);
    idn_wire_map(&setup, 1);
    idn_wire_string(&setup, "tin", 3);
    idn_wire_boolean(&setup, 1);
    CHECK(idn_wire_end(&setup));
    idn_wire_begin(&request, IDN_WIRE_REQUEST);
    idn_wire_list(&request, 3);
    idn_wire_map(&request, 1);
    idn_wire_string(&request, "country", 7);
    idn_wire_string(&request, "KAZ", 3);
    idn_wire_map(&request, 1);
    idn_wire_string(&request, "tin", 3);
    idn_wire_map(&request, 1);
    idn_wire_string(&request, "answer", 6);
    idn_wire_string(&request, "RED", 3);
    idn_wire_boolean(&request, 1);
    CHECK(idn_wire_end(&request));
}

static int holds(const struct idn_wire_out *out, const char *word) {
    return memmem(out->bytes, out->len, word, strlen(word)) != NULL;
}

static int equal(const struct idn_wire_out *a, const struct idn_wire_out *b) {
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* What came of a life; of one that could not begin, nothing. */
enum came { WRONG, NOTHING, SAID_SO, ALL };

static enum came ask(struct idn_jail_policy *policy, const struct idn_wire_out *what,
                     const struct idn_wire_out *expected) {
    int going = idn_jail_answer(policy, what->bytes + IDN_WIRE_HEAD, what->len - IDN_WIRE_HEAD, &reply);
    if (!idn_wire_end(&reply) || !idn_wire_sound(reply.bytes + IDN_WIRE_HEAD, reply.len - IDN_WIRE_HEAD))
        return WRONG;
    if (going)
        return equal(&reply, expected) ? ALL : WRONG;
    return holds(&reply, "reason") && (holds(&reply, "memory") || holds(&reply, "starved")) ? SAID_SO : WRONG;
}

static enum came live(size_t memory) {
    struct idn_jail_bounds bounds = {memory, 600000};
    struct idn_jail_policy *policy = idn_jail_policy_new(&bounds);
    if (!policy)
        return NOTHING;
    enum came came = ask(policy, &setup, &right[0]);
    for (int i = 0; i < 2 && came == ALL; i++)
        came = ask(policy, &request, &right[1]);
    idn_jail_policy_free(policy);
    return came;
}

/* The frame that tells of the start, in which every answer is written after that. */
static size_t start(void) {
    idn_wire_free(&reply);
    idn_wire_begin(&reply, IDN_WIRE_REPLY);
    return reply.size;
}

enum { ENOUGH = 16 << 20 };

static void learn(void) {
    struct idn_jail_bounds bounds = {ENOUGH, 600000};
    struct idn_jail_policy *policy = idn_jail_policy_new(&bounds);
    CHECK(policy && idn_jail_answer(policy, setup.bytes + IDN_WIRE_HEAD, setup.len - IDN_WIRE_HEAD, &right[0]));
    CHECK(idn_jail_answer(policy, request.bytes + IDN_WIRE_HEAD, request.len - IDN_WIRE_HEAD, &right[1]));
    CHECK(idn_wire_end(&right[0]) && holds(&right[0], "torture"));
    CHECK(idn_wire_end(&right[1]) && holds(&right[1], "deactivate") && holds(&right[1], "trace"));
    CHECK(right[1].size > start()); /* room has to be made for it */
    idn_jail_policy_free(policy);
}

/* Every bound from none to enough: too little is always said, and once it is enough it stays so. */
static void test_bounds(size_t step) {
    size_t enough = 0, refused = 0;
    for (size_t memory = 1; !enough || memory < enough + 64 * step; memory += step) {
        enum came came = live(memory);
        CHECK(came == ALL || came == SAID_SO);
        refused += came == SAID_SO;
        if (came == ALL && !enough)
            enough = memory;
        if (memory > ENOUGH)
            break;
    }
    CHECK(refused > 100 && enough > 10000 && enough < ENOUGH);
    printf("%zu bounds were too little, %zu bytes are enough\n", refused, enough);
}

/* `count` allocations fail from the n-th on, for every n. */
static void test_failures(long count, long step) {
    long came[ALL + 1] = {0};
    for (long n = 1;; n += step) {
        start();
        arm(n, count);
        enum came now = live(ENOUGH);
        calm();
        CHECK(now != WRONG);
        came[now]++;
        if (!struck) {
            CHECK(now == ALL);
            break;
        }
        if (count == LONG_MAX)
            CHECK(now != ALL);
    }
    CHECK(came[NOTHING] > 0 && (count == 1 || came[SAID_SO] > 0));
    printf("%ld failing: %ld silent, %ld said so, %ld right\n", count, came[NOTHING], came[SAID_SO], came[ALL]);
}

int main(int argc, char **argv) {
    long step = argc > 1 ? strtol(argv[1], NULL, 10) : 16; /* 1: every one */
    make_requests();
    learn();
    start();
    test_bounds((size_t)step * 16);
    test_failures(1, step);
    test_failures(2, step); /* Lua asks a second time after a collection */
    test_failures(LONG_MAX, step);
    idn_wire_free(&setup);
    idn_wire_free(&request);
    idn_wire_free(&reply);
    idn_wire_free(&right[0]);
    idn_wire_free(&right[1]);
    return check_done();
}
