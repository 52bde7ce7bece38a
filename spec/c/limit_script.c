/*
 * Whether the script that Redis runs grants what the limiter of one machine grants: limit_script PORT SCRIPT OPERATIONS SEED
 *
 * Both get the same random history, in virtual time: requests in one lane or two, batches of them, answers, what was not
 * sent, lost or takes longer, waiters that come back, stay away or give up, 429s, lanes whose slots become fewer and more.
 * Every grant and ticket must be the same, and every wait but for the part of a microsecond. SCRIPT is a file; the last
 * word that it is given is the time. What they do not share is left out: 429s that widen a window, which the script
 * applies to all that it remembers.
 */
#include "system/limit_table.h"
#include "protocol/resp.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LANES = 5, MOST = 512, AT_ONCE = 64, WORDS = 128, TEXT = 4096, SEVERAL = 3, ASKS = 3 * SEVERAL };
#define S IDN_SECOND
#define US 1000

/* Windows and slots whose gaps are whole microseconds at every level. */
static const struct idn_lane lanes[2][LANES] = {
    {{"five", 5, 10 * S}, {"eight", 8, 4 * S}, {"fifty", 50, 5 * S}, {"one", 1, 0}, {"four", 4, S}},
    {{"five", 4, 10 * S}, {"eight", 8, 4 * S}, {"fifty", 25, 5 * S}, {"one", 1, 0}, {"four", 5, S}},
};

struct call {
    int lanes[2], count;
    uint64_t ticket;
    struct idn_grant grant;
    int64_t ends; /* of its lease */
};

/* What the limiter said to one exchange. */
struct expected {
    int extends, extended[8], asks;
    bool granted[ASKS];
    uint64_t stamp[ASKS]; /* or the ticket */
    int64_t wait[ASKS];
};

static struct idn_limit_table *limit;
static int64_t now = 1000 * S;
static uint64_t state;
static int fd;
static struct idn_resp resp;
static struct call sent[MOST], waiting[MOST];
static int sent_count, waiting_count;

static uint64_t chance(uint64_t n) { /* splitmix64 */
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % n;
}

static void die(const char *what) {
    fprintf(stderr, "limit_script: %s\n", what);
    exit(2);
}

/* One command, word by word. */
static char text[TEXT];
static const char *words[WORDS];
static size_t lens[WORDS], word_count, text_len;

static void say(const char *format, ...) {
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text + text_len, TEXT - text_len, format, args);
    va_end(args);
    if (word_count == WORDS || (size_t)len >= TEXT - text_len)
        die("a command is too long");
    words[word_count] = text + text_len;
    lens[word_count++] = (size_t)len;
    text_len += (size_t)len + 1;
}

static void flush_words(void) {
    size_t room = idn_resp_room(lens, word_count);
    char *bytes = malloc(room);
    idn_resp_write(words, lens, word_count, bytes);
    for (size_t at = 0; at < room;) {
        ssize_t n = write(fd, bytes + at, room - at);
        if (n <= 0)
            die("Redis is gone");
        at += (size_t)n;
    }
    free(bytes);
    word_count = text_len = 0;
}

static void await(void) {
    static bool has;
    enum idn_resp_state read_state = has ? idn_resp_drop(&resp) : IDN_RESP_MORE;
    while (read_state == IDN_RESP_MORE) {
        char bytes[65536];
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n <= 0)
            die("Redis is gone");
        read_state = idn_resp_feed(&resp, bytes, (size_t)n);
    }
    if (read_state == IDN_RESP_WRONG)
        die(resp.wrong);
    has = true;
}

static const char *lane_list(const struct call *call) {
    static char list[16];
    snprintf(list, sizeof list, call->count == 2 ? "%d,%d" : "%d", call->lanes[0] + 1, call->lanes[1] + 1);
    return list;
}

static void drop(struct call *list, int *count, int i) {
    list[i] = list[--*count];
}

static long long us(int64_t time) {
    return (long long)(time / US);
}

/* One call was answered, and others in the same lanes, which are told together. */
static void answer(int first) {
    const struct call *call = &sent[first];
    int most = 1 + (int)chance(SEVERAL), lane = call->lanes[0], other = call->lanes[1], count = call->count;
    size_t size = word_count + 3;
    say("answered"), say("%s", lane_list(call)), say("0"), say("0");
    for (int i = first, done = 0; i >= 0 && done < most; i--) {
        call = &sent[i];
        if (call->ends <= now || call->count != count || call->lanes[0] != lane || (count == 2 && call->lanes[1] != other))
            continue;
        int64_t age = (int64_t)chance((uint64_t)us(now - call->grant.sent) + 1) * US;
        say("%llu", (unsigned long long)call->grant.stamp), say("%lld", us(age));
        idn_limit_release(limit, &call->grant, now - age, now);
        text[words[size] - text] = (char)('0' + ++done);
        drop(sent, &sent_count, i);
    }
}

/* One thing that a client has to say; false: there was none of the kind. */
static bool give(struct expected *expected, int variant) {
    int kind = (int)chance(20), i = sent_count > 0 ? (int)chance((uint64_t)sent_count) : 0;
    struct call *call = &sent[i];
    if (kind < 2) {
        if (waiting_count == 0)
            return false;
        i = (int)chance((uint64_t)waiting_count);
        say("forget"), say(""), say("0"), say("1"), say("%llu", (unsigned long long)waiting[i].ticket), say("0");
        idn_limit_cancel_wait(limit, waiting[i].ticket, now);
        drop(waiting, &waiting_count, i);
        return true;
    }
    if (kind == 2) {
        int lane = (int)chance(LANES);
        int64_t time = (int64_t)chance(3000) * 1000 * US;
        for (int l = 0; l < (int)limit->head.lanes; l++)
            if (strcmp(limit->lanes[l].name, lanes[0][lane].name) == 0 && limit->lanes[l].level >= 6)
                return false;
        if (chance(30) > 0)
            return false;
        say("close"), say("%d", lane + 1), say("0"), say("1"), say("0"), say("%lld", us(time));
        idn_limit_close_lane(limit, &lanes[variant][lane], now + time, now);
        return true;
    }
    if (sent_count == 0)
        return false;
    if (kind == 3) {
        int64_t lease = (int64_t)(1 + chance(20000)) * 1000 * US;
        say("extend"), say("%s", lane_list(call)), say("0"), say("1");
        say("%llu", (unsigned long long)call->grant.stamp), say("%lld", us(lease));
        bool extended = idn_limit_extend(limit, &call->grant, lease, now);
        expected->extended[expected->extends++] = extended;
        if (extended && now + lease > call->ends)
            call->ends = now + lease;
        return true;
    }
    if (call->ends <= now) { /* its slot may be another's in the one and its own in the other */
        drop(sent, &sent_count, i);
        return false;
    }
    if (kind > 5) {
        answer(i);
        return true;
    }
    int64_t age = (int64_t)chance((uint64_t)us(now - call->grant.sent) + 1) * US, late = (int64_t)chance(4000) * 1000 * US;
    say(kind == 4 ? "lost" : "not_sent"), say("%s", lane_list(call)), say("%lld", kind == 4 ? us(late) : 0), say("1");
    say("%llu", (unsigned long long)call->grant.stamp), say("%lld", kind == 4 ? us(age) : 0);
    if (kind == 4)
        idn_limit_lose(limit, &call->grant, now - age, late, now);
    else
        idn_limit_release(limit, &call->grant, 0, now);
    drop(sent, &sent_count, i);
    return true;
}

static void acquire(struct expected *expected, const struct idn_request *request, struct call call) {
    struct idn_wait wait;
    int n = expected->asks++;
    expected->granted[n] = idn_limit_acquire(limit, request, now, &call.ticket, &call.grant, &wait);
    if (expected->granted[n]) {
        expected->stamp[n] = call.grant.stamp;
        call.ends = now + request->lease;
        if (sent_count < MOST)
            sent[sent_count++] = call;
    } else {
        expected->stamp[n] = call.ticket;
        expected->wait[n] = wait.until - now;
        if (waiting_count < MOST && chance(12) > 0) /* else it stays away */
            waiting[waiting_count++] = call;
    }
}

static bool ask(struct expected *expected, int variant) {
    struct call call = {.count = 1 + (int)chance(2), .lanes = {(int)chance(LANES), 0}};
    static int first;
    if (first < LANES) { /* so that the limiter's table has them in our order, which decides between equal waits */
        call = (struct call){.count = 1, .lanes = {first++, 0}};
    } else if (waiting_count > 0 && (chance(3) > 0 || waiting_count > 40)) {
        int i = (int)chance((uint64_t)waiting_count);
        call = waiting[i];
        drop(waiting, &waiting_count, i);
    } else if (call.count == 2) {
        int other = (call.lanes[0] + 1 + (int)chance(LANES - 1)) % LANES;
        call.lanes[1] = other > call.lanes[0] ? other : call.lanes[0];
        call.lanes[0] = other < call.lanes[0] ? other : call.lanes[0];
    }
    int64_t lease = (int64_t)(1 + chance(30000)) * 1000 * US;
    int count = call.ticket == 0 ? 1 + (int)chance(SEVERAL) : 1; /* that want the same */
    say("%s", lane_list(&call)), say("%lld", us(lease)), say("%llu", (unsigned long long)call.ticket), say("%d", count);
    struct idn_request request = {.count = call.count, .lease = lease, .pid = getpid()};
    for (int i = 0; i < call.count; i++)
        request.lanes[i] = &lanes[variant][call.lanes[i]];
    for (int i = 0; i < count; i++)
        acquire(expected, &request, call);
    return true;
}

/* So many things of one kind, behind their number: what is said of them is put behind it. */
static int several(bool (*one)(struct expected *, int), struct expected *expected, int variant, int most) {
    size_t at = word_count;
    int done = 0, tries = (int)chance((uint64_t)most + 1);
    say("0");
    for (int i = 0; i < tries; i++)
        done += one(expected, variant);
    text[words[at] - text] = (char)('0' + done);
    return done;
}

static int exchange(struct expected *expected) {
    static const int64_t steps[] = {0, 1, 1000, 20 * 1000, 300 * 1000, 2000 * 1000};
    int64_t step = steps[chance(6)];
    int variant = chance(40) == 0;
    now += step > 0 ? (int64_t)chance((uint64_t)step + 1) * US : 0;
    if (chance(20000) == 0)
        now += 100 * S;
    *expected = (struct expected){0};
    say("EVALSHA"), say("%040d", 0), say("1"), say("idngo:1:{equal}:h");
    say("0123456789abcdef"), say("1"), say("0"), say("0"), say("0"), say("0"), say("0"), say("");
    say("%d", LANES);
    for (int i = 0; i < LANES; i++)
        say("%s", lanes[variant][i].name), say("%d", lanes[variant][i].slots), say("%lld", us(lanes[variant][i].window));
    int done = several(give, expected, variant, 3);
    done += several(ask, expected, variant, 3);
    say("%lld", us(now));
    return done;
}

static int64_t number(size_t *at) {
    struct idn_resp_value value = idn_resp_next(&resp, at);
    if (value.type == IDN_RESP_ERROR) {
        fprintf(stderr, "limit_script: %.*s\n", (int)value.len, value.text);
        exit(1);
    }
    return value.number;
}

static void must(bool holds, const char *what, long done) {
    if (holds)
        return;
    fprintf(stderr, "limit_script: %s, after %ld operations\n", what, done);
    exit(1);
}

static void compare(const struct expected *expected, long done) {
    size_t at = 0;
    await();
    must(number(&at) == 9, "an answer of nine parts is expected", done);
    for (int i = 0; i < 7; i++)
        idn_resp_next(&resp, &at);
    must(number(&at) == expected->extends, "extended others", done);
    for (int i = 0; i < expected->extends; i++)
        must(number(&at) == expected->extended[i], "one was extended, and by the other not", done);
    int64_t answers = number(&at); /* some are for several */
    for (int i = 0; i < expected->asks; i++, answers--) {
        if (number(&at) == 2) {
            uint64_t first = (uint64_t)number(&at);
            for (int64_t k = 0, count = number(&at); k < count; k++, i += k < count) {
                must(i < expected->asks && expected->granted[i], "one has granted, and the other not", done);
                must(first + (uint64_t)k == expected->stamp[i], "another stamp", done);
            }
            continue;
        }
        must(!expected->granted[i], "one has granted, and the other not", done);
        number(&at);
        int64_t wait = number(&at);
        bool same = wait * US >= expected->wait[i] && wait * US - expected->wait[i] < 2 * US;
        must((uint64_t)number(&at) == expected->stamp[i], "another ticket", done);
        int64_t due = number(&at);
        struct idn_resp_value lane = idn_resp_next(&resp, &at);
        if (!same)
            fprintf(stderr, "lane %.*s: %lld ns by the limiter, %lld us by the script, which expects %lld us\n", (int)lane.len,
                    lane.text, (long long)expected->wait[i], (long long)wait, (long long)due);
        must(same, "another wait", done);
    }
    must(answers == 0, "answered others", done);
}

static char sha[41];

static void load_script(const char *path) {
    FILE *file = fopen(path, "r");
    char *script = malloc(1 << 16);
    if (!file || !script)
        die("no script");
    words[0] = "SCRIPT", words[1] = "LOAD", words[2] = script;
    lens[0] = 6, lens[1] = 4, lens[2] = fread(script, 1, 1 << 16, file);
    word_count = 3;
    fclose(file);
    flush_words();
    free(script);
    await();
    size_t at = 0;
    struct idn_resp_value value = idn_resp_next(&resp, &at);
    if (value.type != IDN_RESP_TEXT || value.len != 40)
        die("Redis does not take the script");
    memcpy(sha, value.text, 40);
}

int main(int argc, char **argv) {
    static struct expected expected[AT_ONCE];
    if (argc != 5)
        die("PORT SCRIPT OPERATIONS SEED are expected");
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        die("no Redis there");
    limit = calloc(1, idn_limit_size());
    if (!limit)
        die("no memory");
    idn_limit_init(limit, "equal", 0);
    long done = 0, wanted = atol(argv[3]);
    long granted = 0;
    state = (uint64_t)atol(argv[4]);
    load_script(argv[2]);
    say("EVALSHA"), say("%s", sha), say("1"), say("idngo:1:{equal}:h");
    say("0123456789abcdef"), say("1"), say("0"), say("0"), say("0"), say("0"), say("1"), say("");
    say("0"), say("0"), say("0"), say("%lld", us(now));
    flush_words();
    compare(&(struct expected){0}, 0);
    while (done < wanted) {
        long first = done;
        for (int i = 0; i < AT_ONCE; i++) {
            done += exchange(&expected[i]);
            words[1] = sha, lens[1] = 40;
            flush_words();
        }
        for (int i = 0; i < AT_ONCE; i++) {
            compare(&expected[i], first);
            for (int n = 0; n < expected[i].asks; n++)
                granted += expected[i].granted[n];
        }
    }
    printf("%ld operations, %ld grants, all equal\n", done, granted);
    idn_resp_free(&resp);
    free(limit);
    return 0;
}
