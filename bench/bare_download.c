/*
 * The least that a download to a file can cost with libcurl: its own fwrite() of what comes, for a request that
 * is not signed.
 *
 *   bare_download PATH WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
 */
#include "measure.h"
#include "request.h"

static void download(CURL *easy, const char *path, long times) {
    for (long i = 0; i < times; i++) {
        FILE *file = fopen(path, "wb");
        if (!file)
            exit(1);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, file);
        CURLcode code = curl_easy_perform(easy);
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (fclose(file) != 0 || code != CURLE_OK || status != 200) {
            fprintf(stderr, "a download failed: %s, status %ld\n", curl_easy_strerror(code),
                    status);
            exit(1);
        }
    }
}

int main(int argc, char **argv) {
    const char *base_url = getenv("IDNGO_BASE_URL");
    if (argc != 4 || !base_url)
        return 2;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct curl_slist *headers = request_headers();
    CURL *easy = request_new(base_url, REPORT, headers, NULL);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, NULL);
    download(easy, argv[1], measure_count(argv[2]));
    struct measure since = measure_start();
    download(easy, argv[1], measure_count(argv[3]));
    measure_print(since);
    printf("\n");
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    return 0;
}
