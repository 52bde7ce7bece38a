/*
 * Fuzzer: what a server says about waiting, and what is made of an attempt.
 *
 * A wait stays within its clamp, a date is the one that libc reads out of its parts, nothing that people would notice twice
 * is tried again unless it surely had no effect, and what took effect never is.
 */
#include "fuzz.h"

#include "protocol/outcome.h"

#include <time.h>

/* An accepted date, written in the preferred form, must mean the same moment; libc says what that form is. */
static void check_date(const char *text) {
    int64_t at = idn_http_date(text);
    if (at < 0) {
        MUST(at == -1);
        return;
    }
    time_t time = (time_t)at;
    struct tm parts;
    char form[64];
    MUST(gmtime_r(&time, &parts) &&
         strftime(form, sizeof form, "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0);
    MUST(parts.tm_year + 1900 <= 10000);
    if (parts.tm_year + 1900 < 10000)
        MUST(idn_http_date(form) == at);
    MUST(strftime(form, sizeof form, "%a %b %e %H:%M:%S %Y", &parts) > 0);
    if (parts.tm_year + 1900 < 10000)
        MUST(idn_http_date(form) == at);
}

static void check_wait(const char *text, int64_t now) {
    double wait = idn_retry_after(text, now);
    MUST(wait == -1 || (wait >= 0 && wait <= IDN_MAX_WAIT));
    if (*text && strspn(text, "0123456789") == strlen(text)) {
        double seconds = strtod(text, NULL);
        MUST(wait == (seconds < IDN_MAX_WAIT ? seconds : IDN_MAX_WAIT));
    } else if (wait >= 0) {
        double left = (double)(idn_http_date(text) - now);
        MUST(wait == (left < 0 ? 0 : left < IDN_MAX_WAIT ? left : IDN_MAX_WAIT));
    }
}

static void check_verdict(const struct idn_attempt *a) {
    struct idn_verdict v = idn_classify(a);
    MUST(v.wait == -1 || (v.wait >= 0 && v.wait <= IDN_MAX_WAIT));
    MUST(!v.retry || !a->permanent);
    MUST(v.outcome != IDN_APPLIED ||
         (!v.retry && a->status >= 100 && a->status < 300 && a->complete));
    MUST(v.outcome != IDN_NOT_SENT || (!a->sent && !a->status));
    MUST(v.outcome != IDN_UNKNOWN || !v.retry || a->retry != IDN_RETRY_ONCE);
    MUST(v.outcome != IDN_REJECTED || a->retry != IDN_RETRY_ONCE || a->own || a->status == 401 || a->status == 429);
    MUST(strlen(idn_outcome_name(v.outcome)) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz in = {data, size};
    struct idn_attempt attempt = {0};
    unsigned flags = fuzz_byte(&in);
    attempt.retry = (enum idn_retry)(fuzz_byte(&in) % (IDN_RETRY_ONCE + 1));
    attempt.status = flags & 8 ? 0 : (int)(100 + (fuzz_byte(&in) << 8 | fuzz_byte(&in)) % 500);
    attempt.sent = flags & 1 || attempt.status;
    attempt.complete = flags >> 1 & 1;
    attempt.permanent = flags >> 2 & 1;
    attempt.own = flags >> 5 & 1;
    for (int i = 0; i < 5; i++)
        attempt.now = attempt.now << 8 | fuzz_byte(&in);
    char *text = calloc(1, in.size + 1);
    MUST(text);
    if (in.size > 0)
        memcpy(text, in.data, in.size);
    attempt.retry_after = flags & 16 ? NULL : text;
    check_date(text);
    check_wait(text, attempt.now);
    check_verdict(&attempt);
    free(text);
    return 0;
}
