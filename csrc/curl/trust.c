/* One store of certificates for a client. See trust.h. */
#include "trust.h"

#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

enum {
    A_DAY = 24 * 60 * 60
}; /* for a process that runs on while authorities are exchanged, as libcurl does */

/* What libcurl was built to trust; either may be NULL. */
static int load_default(X509_STORE *store) {
    char *file = NULL, *folder = NULL;
    CURL *easy = curl_easy_init();
    if (!easy)
        return 0;
    curl_easy_getinfo(easy, CURLINFO_CAINFO, &file);
    curl_easy_getinfo(easy, CURLINFO_CAPATH, &folder);
    int loaded = file || folder ? X509_STORE_load_locations(store, file, folder)
                                : X509_STORE_set_default_paths(store);
    curl_easy_cleanup(easy);
    return loaded;
}

static X509_STORE *load(const char *ca_file) {
    X509_STORE *store = X509_STORE_new();
    if (!store)
        return NULL;
    if (ca_file ? X509_STORE_load_locations(store, ca_file, NULL) : load_default(store)) {
        /* as libcurl has it: what is in the store ends the chain, be it an authority that another one signed */
        X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
        return store;
    }
    X509_STORE_free(store);
    return NULL;
}

int idn_trust_use(struct idn_trust *trust, const char *ca_file, void *ssl_ctx, double now) {
    if (!trust->store || now - trust->read > A_DAY) {
        ERR_set_mark();
        X509_STORE *store = load(ca_file);
        ERR_pop_to_mark();
        if (!store)
            return 0;
        X509_STORE_free(trust->store);
        trust->store = store;
        trust->read = now;
    }
    SSL_CTX_set1_cert_store(ssl_ctx, trust->store);
    SSL_CTX_set_keylog_callback(ssl_ctx, NULL); /* set before us, where SSLKEYLOGFILE is: a log for other programs */
    return 1;
}

void idn_trust_free(struct idn_trust *trust) {
    X509_STORE_free(trust->store);
    trust->store = NULL;
}
