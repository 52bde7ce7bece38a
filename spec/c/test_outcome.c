/* Outcome and retry rules, Retry-After, HTTP dates. */
#include "protocol/outcome.h"

#include "check.h"

static struct idn_verdict classify(enum idn_retry retry, int status, int sent, int complete, const char *after) {
    struct idn_attempt attempt = {
        .retry = retry, .status = status, .sent = sent, .complete = complete, .retry_after = after, .now = 1000};
    return idn_classify(&attempt);
}

/* The same with an error in the service's own words. */
static struct idn_verdict judge_own(enum idn_retry retry, int status, const char *after) {
    struct idn_attempt attempt = {
        .retry = retry, .status = status, .sent = 1, .complete = 1, .own = 1, .retry_after = after, .now = 1000};
    return idn_classify(&attempt);
}

static void expect(struct idn_verdict v, const char *outcome, int retry) {
    CHECK_STR(idn_outcome_name(v.outcome), outcome);
    CHECK(v.retry == retry);
}

int main(void) {
    for (int r = IDN_RETRY_SAFE; r <= IDN_RETRY_ONCE; r++) {
        enum idn_retry retry = (enum idn_retry)r;
        int not_n = retry != IDN_RETRY_ONCE;
        expect(classify(retry, 0, 0, 0, NULL), "not_sent", 1);
        expect(classify(retry, 0, 1, 0, NULL), "unknown", not_n);
        expect(classify(retry, 200, 1, 0, NULL), "unknown", not_n); /* cut off */
        expect(classify(retry, 200, 1, 1, NULL), "applied", 0);
        expect(classify(retry, 201, 1, 1, "5"), "applied", 0);
        static const int unknown[] = {500, 502, 503, 504, 520, 599};
        for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
            expect(classify(retry, unknown[i], 1, 1, NULL), "unknown", not_n);
        static const int final[] = {301, 302, 307, 400, 403, 404, 405, 409, 413, 415, 422, 501, 505};
        for (size_t i = 0; i < sizeof final / sizeof final[0]; i++) {
            expect(classify(retry, final[i], 1, 1, NULL), not_n ? "rejected" : "unknown", 0);
            expect(judge_own(retry, final[i], NULL), "rejected", 0);
        }
        static const int later[] = {408, 425};
        for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
            expect(classify(retry, later[i], 1, 1, NULL), retry == IDN_RETRY_SAFE ? "rejected" : "unknown", not_n);
            expect(judge_own(retry, later[i], NULL), retry == IDN_RETRY_SAFE ? "rejected" : "unknown", not_n);
        }
        expect(classify(retry, 303, 1, 1, NULL), retry == IDN_RETRY_SAFE ? "rejected" : "unknown", 0);
        expect(judge_own(retry, 303, NULL), retry == IDN_RETRY_SAFE ? "rejected" : "unknown", 0);
        expect(classify(retry, 401, 1, 1, NULL), "rejected", 0);
        expect(classify(retry, 429, 1, 1, NULL), "rejected", 1);
        expect(classify(retry, 409, 1, 1, "10"), not_n ? "rejected" : "unknown", not_n);
        expect(judge_own(retry, 409, "10"), "rejected", 1);
        expect(judge_own(retry, 409, "soon"), "rejected", 0);
        expect(judge_own(retry, 500, NULL), "unknown", not_n);
        expect(classify(retry, 503, 1, 0, NULL), "unknown", not_n);
    }
    struct idn_attempt certificate = {.retry = IDN_RETRY_SAFE, .permanent = 1};
    expect(idn_classify(&certificate), "not_sent", 0);

    CHECK(idn_retry_after("0", 0) == 0);
    CHECK(idn_retry_after("7", 0) == 7);
    CHECK(idn_retry_after("120", 0) == 120);
    CHECK(idn_retry_after("99999999999999999999", 0) == 120);
    CHECK(idn_retry_after("-5", 0) < 0);
    CHECK(idn_retry_after("", 0) < 0);
    CHECK(idn_retry_after(NULL, 0) < 0);
    CHECK(idn_retry_after("soon", 0) < 0);
    CHECK(idn_retry_after("1.5", 0) < 0);
    CHECK(idn_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784111777 - 30) == 30);
    CHECK(idn_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784111777 + 30) == 0);
    CHECK(idn_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 0) == 120);

    /* expected values by date(1) */
    CHECK(idn_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
    CHECK(idn_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == 784111777);
    CHECK(idn_http_date("Sun Nov  6 08:49:37 1994") == 784111777);
    CHECK(idn_http_date("Thu, 01 Jan 1970 00:00:00 GMT") == 0);
    CHECK(idn_http_date("Thu, 29 Feb 2024 00:00:00 GMT") == 1709164800);
    CHECK(idn_http_date("Fri, 01 Mar 2024 00:00:00 GMT") == 1709251200);
    CHECK(idn_http_date("Thu, 31 Dec 2099 23:59:59 GMT") == 4102444799);
    static const char *const garbage[] = {
        "", "x", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1960 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMTx", "Sun,", "Sun, ", ",", " ",
    };
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++)
        CHECK(idn_http_date(garbage[i]) == -1);
    return check_done();
}
