/*
 * The least that signing can cost in C by the usual means: OpenSSL's one-shot HMAC() in a loop.
 *
 *   hmac SECRET BYTES WARM_UP COUNT
 */
#include "measure.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

static unsigned char digest[EVP_MAX_MD_SIZE];
static unsigned int digest_len;

static void sign(const char *secret, const char *bytes, long times) {
    for (long i = 0; i < times; i++)
        if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)bytes,
                  strlen(bytes), digest, &digest_len))
            exit(1);
}

int main(int argc, char **argv) {
    if (argc != 5)
        return 2;
    sign(argv[1], argv[2], measure_count(argv[3]));
    struct measure since = measure_start();
    sign(argv[1], argv[2], measure_count(argv[4]));
    measure_print(since);
    printf(" signature=");
    for (unsigned int i = 0; i < digest_len; i++)
        printf("%02x", digest[i]);
    printf("\n");
    return 0;
}
