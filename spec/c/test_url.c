/* Encoding, argument checks, targets and base URLs. */
#include "protocol/url.h"

#include "check.h"

#include <stdlib.h>

static struct idn_text text(const char *s) {
    return (struct idn_text){s, s ? strlen(s) : 0};
}

static struct idn_operation by_type = {
    .path = "/resources/checks/latest", .count = 2,
    .params = {{.name = "type", .where = IDN_QUERY, .type = IDN_FIXED, .value = "SIMILAR_SEARCH"},
               {.name = "applicantId", .where = IDN_QUERY, .type = IDN_STRING, .required = 1}}};
static struct idn_operation timeline = {
    .path = "/resources/applicantTimeline/{applicantId}", .count = 1,
    .params = {{.name = "applicantId", .where = IDN_PATH, .type = IDN_STRING, .required = 1}}};
static struct idn_operation report = {
    .path = "/resources/applicants/{applicantId}/summary/report", .count = 3,
    .params = {{.name = "applicantId", .where = IDN_PATH, .type = IDN_STRING, .required = 1},
               {.name = "report", .where = IDN_QUERY, .type = IDN_ONE_OF, .values = "a|b", .value = "applicantReport"},
               {.name = "lang", .where = IDN_QUERY, .type = IDN_STRING, .value = "en"}}};
static struct idn_operation link = {
    .path = "/resources/sdkIntegrations/levels/{levelName}/websdkLink", .count = 4,
    .params = {{.name = "levelName", .where = IDN_PATH, .type = IDN_STRING, .required = 1},
               {.name = "externalUserId", .where = IDN_QUERY, .type = IDN_STRING},
               {.name = "locale", .where = IDN_QUERY, .type = IDN_STRING},
               {.name = "ttlInSecs", .where = IDN_QUERY, .type = IDN_INTEGER}}};
static struct idn_operation levels = {.path = "/resources/applicants/-/levels"};
static struct idn_operation presence = {
    .path = "/resources/applicants/{applicantId}/presence/{status}", .count = 2,
    .params = {{.name = "applicantId", .where = IDN_PATH, .type = IDN_STRING, .required = 1},
               {.name = "status", .where = IDN_PATH, .type = IDN_ONE_OF, .required = 1,
                .values = "deactivated|activated"}}};
static struct idn_operation info = {
    .path = "/resources/applicants/{applicantId}/info", .count = 2,
    .params = {{.name = "applicantId", .where = IDN_PATH, .type = IDN_STRING, .required = 1},
               {.name = "unsetFields", .where = IDN_QUERY, .type = IDN_LIST}}};
/* a matrix parameter */
static struct idn_operation by_external_id = {
    .path = "/resources/applicants/-;externalUserId={externalUserId}/one", .count = 1,
    .params = {{.name = "externalUserId", .where = IDN_PATH, .type = IDN_STRING, .required = 1}}};

static void check_target(const struct idn_operation *operation, const char *const args[IDN_MAX_PARAMS],
                         const char *expected) {
    struct idn_text values[IDN_MAX_PARAMS] = {{NULL, 0}};
    for (int i = 0; i < IDN_MAX_PARAMS; i++)
        values[i] = text(args[i]);
    size_t bound = idn_target_bound(operation, 0, values);
    char *out = malloc(bound + 1); /* exact, so that the sanitizer sees a byte too many */
    size_t n = idn_target(operation, text(""), values, out);
    CHECK(n <= bound);
    out[n] = '\0';
    CHECK_STR(out, expected);
    free(out);
}

static void compile(void) {
    struct idn_operation *const all[] = {&by_type, &timeline, &report,   &link,
                                         &levels,  &presence, &info, &by_external_id};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        CHECK(idn_operation_compile(all[i]) == NULL);
    CHECK(presence.params[0].is_segment && presence.params[1].is_segment);
    CHECK(!by_external_id.params[0].is_segment && !by_type.params[1].is_segment);
}

static void refuse(const char *path, struct idn_param param) {
    struct idn_operation made = {.path = path, .count = 1, .params = {param}};
    CHECK(idn_operation_compile(&made) != NULL);
}

static void descriptions_without_sense(void) {
    struct idn_param in_path = {.name = "id", .where = IDN_PATH, .type = IDN_STRING, .required = 1};
    refuse("", in_path);
    refuse("no/slash/{id}", in_path);
    refuse("/a?b={id}", in_path);
    refuse("/a/{other}", in_path);
    refuse("/a/{id", in_path);
    refuse("/a/{id}/{id}", in_path);
    refuse("/a", in_path);
    in_path.required = 0;
    refuse("/a/{id}", in_path);
    refuse("/a", (struct idn_param){.name = "type", .where = IDN_QUERY, .type = IDN_FIXED});
    refuse("/a", (struct idn_param){.name = "type", .where = IDN_QUERY, .type = IDN_ONE_OF});
}

static void targets(void) {
    check_target(&by_type, (const char *[IDN_MAX_PARAMS]){NULL, "5eea3f5204f940217bcbc03d"},
                 "/resources/checks/latest?type=SIMILAR_SEARCH&applicantId=5eea3f5204f940217bcbc03d");
    check_target(&by_type, (const char *[IDN_MAX_PARAMS]){NULL, "auth0|a b+c@d/\xc3\xa9"},
                 "/resources/checks/latest?type=SIMILAR_SEARCH&applicantId=auth0%7Ca%20b%2Bc%40d%2F%C3%A9");
    check_target(&timeline, (const char *[IDN_MAX_PARAMS]){"auth0|a b+c@d/\xc3\xa9"},
                 "/resources/applicantTimeline/auth0%7Ca%20b%2Bc%40d%2F%C3%A9");
    check_target(&timeline, (const char *[IDN_MAX_PARAMS]){"a?b#c%2f..~-_"},
                 "/resources/applicantTimeline/a%3Fb%23c%252f..~-_");
    check_target(&report, (const char *[IDN_MAX_PARAMS]){"x"},
                 "/resources/applicants/x/summary/report?report=applicantReport&lang=en");
    check_target(&link, (const char *[IDN_MAX_PARAMS]){"basic", NULL, "ru", "600"},
                 "/resources/sdkIntegrations/levels/basic/websdkLink?locale=ru&ttlInSecs=600");
    check_target(&levels, (const char *[IDN_MAX_PARAMS]){NULL}, "/resources/applicants/-/levels");
    check_target(&by_external_id, (const char *[IDN_MAX_PARAMS]){"auth0|4711;x=y"},
                 "/resources/applicants/-;externalUserId=auth0%7C4711%3Bx%3Dy/one");
}

static const char *check(const struct idn_operation *operation, int param, const char *bytes, size_t len) {
    return idn_check_text(&operation->params[param], (struct idn_text){bytes, len});
}

static void arguments(void) {
    static char longest[IDN_MAX_ARGUMENT + 1];
    memset(longest, 'a', sizeof longest);
    CHECK(check(&timeline, 0, "x", 1) == NULL);
    CHECK(check(&timeline, 0, "", 0) != NULL);
    CHECK(check(&timeline, 0, longest, IDN_MAX_ARGUMENT) == NULL);
    CHECK(check(&timeline, 0, longest, IDN_MAX_ARGUMENT + 1) != NULL);
    CHECK(check(&timeline, 0, "a\r\nb", 4) != NULL);
    CHECK(check(&timeline, 0, "a\0b", 3) != NULL);
    CHECK(check(&timeline, 0, "\xff", 1) != NULL);
    CHECK(check(&timeline, 0, ".", 1) != NULL);
    CHECK(check(&timeline, 0, "..", 2) != NULL);
    CHECK(check(&timeline, 0, "-", 1) != NULL);
    CHECK(check(&timeline, 0, "...", 3) == NULL);
    CHECK(check(&by_type, 1, "..", 2) == NULL); /* harmless in a query */
    CHECK(check(&by_external_id, 0, "-", 1) == NULL); /* and behind a name in a segment */
    CHECK(check(&presence, 1, "activated", 9) == NULL);
    CHECK(check(&presence, 1, "active", 6) != NULL);
    CHECK(check(&presence, 1, "deactivated|activated", 21) != NULL);
    CHECK(check(&info, 1, "dob,tin", 7) == NULL);
    CHECK(check(&info, 1, "dob tin", 7) != NULL);
}

static void utf8(void) {
    CHECK(idn_utf8(text("plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80")));
    CHECK(!idn_utf8(text("\xc0\xaf")));         /* overlong */
    CHECK(!idn_utf8(text("\xe0\x80\xaf")));     /* overlong */
    CHECK(!idn_utf8(text("\xed\xa0\x80")));     /* surrogate */
    CHECK(!idn_utf8(text("\xf4\x90\x80\x80"))); /* beyond U+10FFFF */
    CHECK(!idn_utf8(text("\x80")));
    CHECK(!idn_utf8((struct idn_text){"\xe2\x82", 2}));
}

static void base(const char *url, const char *host, const char *port, const char *prefix) {
    struct idn_base out;
    char part[256];
    CHECK(idn_parse_base(text(url), &out) == NULL);
    snprintf(part, sizeof part, "%.*s", (int)out.host.len, out.host.bytes);
    CHECK_STR(part, host);
    snprintf(part, sizeof part, "%.*s", (int)out.port.len, out.port.len ? out.port.bytes : "");
    CHECK_STR(part, port);
    snprintf(part, sizeof part, "%.*s", (int)out.prefix.len, out.prefix.bytes);
    CHECK_STR(part, prefix);
}

static void bases(void) {
    static const char *const refused[] = {
        "", "api.idngo.kz", "ftp://h", "http://api.idngo.kz", "http://127.0.0.1.evil.example", "http://127.1",
        "https://user:pw@h", "https://h?x", "https://h/#x", "https://h/a b", "https://h:0", "https://h:65536",
        "https://h:1x", "https://h:", "https://", "https:///x", "https://-h", "https://h\x01", "http://[::2]",
        "https://h/\"", "http://127.0.0.1111", "http://127.0.0.256", "http://127..0.1", "http://127.0.0.1.",
    };
    base("https://api.idngo.kz", "api.idngo.kz", "", "");
    base("https://api.idngo.kz/", "api.idngo.kz", "", "");
    base("HTTPS://h:8443/a/b//", "h", "8443", "/a/b");
    base("http://127.0.0.1:8080", "127.0.0.1", "8080", "");
    base("http://localhost/x", "localhost", "", "/x");
    base("http://[::1]:81", "[::1]", "81", "");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct idn_base out;
        CHECK(idn_parse_base(text(refused[i]), &out) != NULL);
    }
}

/* A URL in memory of its own, where what follows it is not ours. */
static void base_is_not_read_beyond(void) {
    static const char url[] = "https://h";
    struct idn_base out;
    char *exact = malloc(sizeof url - 1);
    memcpy(exact, url, sizeof url - 1);
    CHECK(idn_parse_base((struct idn_text){exact, sizeof url - 1}, &out) == NULL);
    CHECK(out.host.len == 1 && out.port.bytes == NULL);
    free(exact);
}

int main(void) {
    compile();
    descriptions_without_sense();
    targets();
    arguments();
    utf8();
    bases();
    base_is_not_read_beyond();
    return check_done();
}
