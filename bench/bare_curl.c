/*
 * The least that one call after another can cost with libcurl: an easy handle performed in a loop over one
 * connection, neither signing nor decoding.
 *
 *   bare_curl WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
 */
#include "measure.h"
#include "request.h"

static void call(CURL *easy, struct reply *reply, long times) {
    for (long i = 0; i < times; i++) {
        reply->len = 0;
        request_check(easy, curl_easy_perform(easy), reply);
    }
}

int main(int argc, char **argv) {
    const char *base_url = getenv("IDNGO_BASE_URL");
    if (argc != 3 || !base_url)
        return 2;
    static struct reply reply;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct curl_slist *headers = request_headers();
    CURL *easy = request_new(base_url, TIN_CHECKS, headers, &reply);
    call(easy, &reply, measure_count(argv[1]));
    struct measure since = measure_start();
    call(easy, &reply, measure_count(argv[2]));
    measure_print(since);
    printf("\n");
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    return 0;
}
