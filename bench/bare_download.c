/*
 * The least that a download to a file can cost with libcurl: its own fwrite() of what comes, for a request that
 * is not signed; or that and its SHA-256.
 *
 *   bare_download plain|sha256 PATH WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
 */
#include "measure.h"
#include "request.h"

#include <openssl/evp.h>
#include <string.h>

struct target {
    FILE *file;
    EVP_MD_CTX *digest;
};

static size_t hash_and_write(char *bytes, size_t size, size_t n, void *arg) {
    struct target *target = arg;
    return EVP_DigestUpdate(target->digest, bytes, size * n) ? fwrite(bytes, size, n, target->file) : 0;
}

/* `digest` is NULL where the file is not hashed. */
static void download(CURL *easy, EVP_MD_CTX *digest, const char *path, long times) {
    unsigned char sum[EVP_MAX_MD_SIZE];
    for (long i = 0; i < times; i++) {
        FILE *file = fopen(path, "wb");
        struct target target = {file, digest};
        if (!file || (digest && !EVP_DigestInit_ex(digest, EVP_sha256(), NULL)))
            exit(1);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, digest ? (void *)&target : (void *)file);
        CURLcode code = curl_easy_perform(easy);
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (fclose(file) != 0 || code != CURLE_OK || status != 200 || (digest && !EVP_DigestFinal_ex(digest, sum, NULL))) {
            fprintf(stderr, "a download failed: %s, status %ld\n", curl_easy_strerror(code),
                    status);
            exit(1);
        }
    }
}

int main(int argc, char **argv) {
    const char *base_url = getenv("IDNGO_BASE_URL");
    int hashes = argc == 5 && strcmp(argv[1], "sha256") == 0;
    if (argc != 5 || !base_url || (!hashes && strcmp(argv[1], "plain") != 0))
        return 2;
    EVP_MD_CTX *digest = hashes ? EVP_MD_CTX_new() : NULL;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct curl_slist *headers = request_headers();
    CURL *easy = request_new(base_url, REPORT, headers, NULL);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, hashes ? hash_and_write : NULL);
    download(easy, digest, argv[2], measure_count(argv[3]));
    struct measure since = measure_start();
    download(easy, digest, argv[2], measure_count(argv[4]));
    measure_print(since);
    printf("\n");
    EVP_MD_CTX_free(digest);
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    return 0;
}
