/* Outcome and retry rules. See outcome.h. */
#include "outcome.h"

#include <string.h>

/* Whether a status of 300 to 499, 501 or 505 says for sure that nothing was done. */
static int is_refusal(const struct idn_attempt *a) {
    if (a->status == 401 || a->status == 429)
        return 1;
    if (a->status == 303 || a->status == 408 || a->status == 425)
        return a->retry == IDN_RETRY_SAFE; /* a read has nothing to do */
    return a->own || a->retry != IDN_RETRY_ONCE;
}

static struct idn_verdict classify_status(const struct idn_attempt *a) {
    struct idn_verdict v = {IDN_UNKNOWN, a->retry != IDN_RETRY_ONCE, idn_retry_after(a->retry_after, a->now)};
    if (a->status < 300)
        return (struct idn_verdict){IDN_APPLIED, 0, v.wait};
    if (a->status >= 500 && a->status != 501 && a->status != 505)
        return v;
    if (is_refusal(a))
        v.outcome = IDN_REJECTED;
    if (a->status == 429)
        v.retry = 1;
    else if (a->status == 409) /* a state that is changing says when; a conflict that stays does not */
        v.retry = v.wait >= 0 && (v.retry || v.outcome == IDN_REJECTED);
    else if (a->status != 408 && a->status != 425)
        v.retry = 0;
    return v;
}

struct idn_verdict idn_classify(const struct idn_attempt *a) {
    struct idn_verdict v = {IDN_UNKNOWN, a->retry != IDN_RETRY_ONCE, -1};
    if (a->status >= 300 || (a->status && a->complete))
        v = classify_status(a);
    else if (!a->sent)
        v = (struct idn_verdict){IDN_NOT_SENT, 1, -1};
    if (a->permanent)
        v.retry = 0;
    return v;
}

const char *idn_outcome_name(enum idn_outcome outcome) {
    static const char *const names[] = {"not_sent", "rejected", "unknown", "applied"};
    return names[outcome];
}

/* Reads `min` to `max` digits. 0 when there are fewer. */
static int read_digits(const char **p, int min, int max, int *out) {
    int n = 0;
    for (*out = 0; n < max && **p >= '0' && **p <= '9'; n++)
        *out = *out * 10 + (*(*p)++ - '0');
    return n >= min;
}

static int read_char(const char **p, char c) {
    return **p == c ? (*p)++, 1 : 0;
}

static int read_month(const char **p, int *month) {
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (*month = 1; *month <= 12; (*month)++)
        if (strncmp(*p, names + 3 * (*month - 1), 3) == 0) {
            *p += 3;
            return 1;
        }
    return 0;
}

struct date {
    int year, month, day, hour, minute, second;
};

static int read_time(const char **p, struct date *d) {
    return read_digits(p, 2, 2, &d->hour) && read_char(p, ':') && read_digits(p, 2, 2, &d->minute) &&
           read_char(p, ':') && read_digits(p, 2, 2, &d->second);
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994" */
static int read_date(const char *p, struct date *d) {
    p += strcspn(p, ", ");
    int comma = read_char(&p, ',');
    if (!read_char(&p, ' '))
        return 0;
    if (!comma) {
        if (!read_month(&p, &d->month) || !read_char(&p, ' '))
            return 0;
        read_char(&p, ' ');
        return read_digits(&p, 1, 2, &d->day) && read_char(&p, ' ') && read_time(&p, d) &&
               read_char(&p, ' ') && read_digits(&p, 4, 4, &d->year) && *p == '\0';
    }
    if (!read_digits(&p, 2, 2, &d->day))
        return 0;
    char dash = *p++;
    if ((dash != ' ' && dash != '-') || !read_month(&p, &d->month) || !read_char(&p, dash))
        return 0;
    if (dash == ' ') {
        if (!read_digits(&p, 4, 4, &d->year))
            return 0;
    } else {
        if (!read_digits(&p, 2, 2, &d->year))
            return 0;
        d->year += d->year < 70 ? 2000 : 1900;
    }
    return read_char(&p, ' ') && read_time(&p, d) && strcmp(p, " GMT") == 0;
}

int64_t idn_http_date(const char *value) {
    static const int days_before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    struct date d = {0};
    if (!read_date(value, &d) || d.year < 1970 || d.day < 1 || d.day > 31 || d.hour > 23 ||
        d.minute > 59 || d.second > 60)
        return -1;
    int past = d.year - 1; /* leap days of all whole years before this one */
    int64_t days = (int64_t)(d.year - 1970) * 365 + (past / 4 - past / 100 + past / 400) - 477 +
                   days_before[d.month - 1] + d.day - 1;
    if (d.month > 2 && d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0))
        days++;
    return ((days * 24 + d.hour) * 60 + d.minute) * 60 + d.second;
}

double idn_retry_after(const char *value, int64_t now) {
    if (!value || !*value)
        return -1;
    if (strspn(value, "0123456789") == strlen(value)) {
        double seconds = 0;
        for (const char *p = value; *p && seconds <= IDN_MAX_WAIT; p++)
            seconds = seconds * 10 + (*p - '0');
        return seconds < IDN_MAX_WAIT ? seconds : IDN_MAX_WAIT;
    }
    int64_t at = idn_http_date(value);
    if (at < 0)
        return -1;
    double seconds = (double)(at - now);
    return seconds < 0 ? 0 : seconds < IDN_MAX_WAIT ? seconds : IDN_MAX_WAIT;
}
