/*
 * The least that many calls at once can cost with libcurl: as many easy handles as there are calls at once, each
 * added to one multi handle again as soon as it is done, neither signing nor decoding.
 *
 *   bare_multi CONCURRENCY WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
 */
#include "measure.h"
#include "request.h"

enum { MOST = 1024 };

static void finish(CURLM *multi, const CURLMsg *message) {
    char *reply;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &reply);
    request_check(message->easy_handle, message->data.result, (struct reply *)reply);
    curl_multi_remove_handle(multi, message->easy_handle);
}

static void start(CURLM *multi, CURL *easy) {
    char *reply;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &reply);
    ((struct reply *)reply)->len = 0;
    curl_multi_add_handle(multi, easy);
}

static void call(CURLM *multi, CURL **easies, long concurrency, long times) {
    long started = 0, done = 0;
    for (; started < concurrency && started < times; started++)
        start(multi, easies[started]);
    while (done < times) {
        int running, left;
        CURLMsg *message;
        curl_multi_perform(multi, &running);
        while ((message = curl_multi_info_read(multi, &left))) {
            CURL *easy = message->easy_handle;
            finish(multi, message);
            done++;
            if (started < times) {
                start(multi, easy);
                started++;
            }
        }
        if (done < times)
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
}

int main(int argc, char **argv) {
    const char *base_url = getenv("IDNGO_BASE_URL");
    long concurrency = argc == 4 ? measure_count(argv[1]) : 0;
    if (!base_url || concurrency < 1 || concurrency > MOST)
        return 2;
    static struct reply replies[MOST];
    static CURL *easies[MOST];
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct curl_slist *headers = request_headers();
    CURLM *multi = curl_multi_init();
    for (long i = 0; i < concurrency; i++)
        easies[i] = request_new(base_url, TIN_CHECKS, headers, &replies[i]);
    call(multi, easies, concurrency, measure_count(argv[2]));
    struct measure since = measure_start();
    call(multi, easies, concurrency, measure_count(argv[3]));
    measure_print(since);
    printf("\n");
    for (long i = 0; i < concurrency; i++)
        curl_easy_cleanup(easies[i]);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    return 0;
}
