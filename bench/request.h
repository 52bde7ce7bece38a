/*
 * The requests of the bare libcurl programs: the URLs and the headers that an idngo client sends, with
 * a signature that was not computed, and a reply that is read and not decoded.
 */
#ifndef IDNGO_BENCH_REQUEST_H
#define IDNGO_BENCH_REQUEST_H

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIN_CHECKS "/resources/checks/latest?type=TIN&applicantId=5eea3f5204f940217bcbc03d"
#define REPORT "/resources/applicants/5eea3f5204f940217bcbc03d/summary/report"

struct reply {
    char bytes[4096];
    size_t len;
};

static size_t request_on_body(char *bytes, size_t one, size_t size, void *arg) {
    struct reply *reply = arg;
    size *= one;
    if (size > sizeof reply->bytes - reply->len)
        return 0;
    memcpy(reply->bytes + reply->len, bytes, size);
    reply->len += size;
    return size;
}

static inline struct curl_slist *request_headers(void) {
    static const char *const lines[] = {
        "X-App-Token: sbx:bare",
        "X-App-Access-Ts: 1700000000",
        "X-App-Access-Sig: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "Accept: application/json",
        "User-Agent: bare",
    };
    struct curl_slist *headers = NULL;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        headers = curl_slist_append(headers, lines[i]);
    return headers;
}

/* An easy handle that is ready to be performed again and again. */
static inline CURL *request_new(const char *base_url, const char *target,
                                struct curl_slist *headers, struct reply *reply) {
    char url[256];
    snprintf(url, sizeof url, "%s%s", base_url, target);
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, request_on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, reply);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, reply);
    return easy;
}

/* Ends the program unless the transfer brought the answer. */
static inline void request_check(CURL *easy, CURLcode code, const struct reply *reply) {
    static const char wanted[] = "\"answer\":\"GREEN\"";
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK && status == 200 &&
        memmem(reply->bytes, reply->len, wanted, sizeof wanted - 1))
        return;
    fprintf(stderr, "a call failed: %s, status %ld\n", curl_easy_strerror(code), status);
    exit(1);
}

#endif
