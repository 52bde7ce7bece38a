/*
 * The certificates that a client trusts, read once. No Lua here.
 *
 * libcurl reads the file of authorities again for every connection: 249 million instructions and 900 KiB that stay with
 * it, for the file of Debian 12. So a client has one store for all its connections.
 */
#ifndef IDNGO_TRUST_H
#define IDNGO_TRUST_H

#include <openssl/x509_vfy.h>

struct idn_trust {
    X509_STORE *store; /* NULL before the first TLS connection */
    double read;       /* by idn_clock */
};

/*
 * Gives the store to the SSL_CTX of a connection about to be made; reads `ca_file`, or without one what libcurl trusts by
 * itself, when that was not done in the last day. 0 when it cannot be read or holds no certificate. The connection's keys
 * are written nowhere.
 */
int idn_trust_use(struct idn_trust *trust, const char *ca_file, void *ssl_ctx, double now);

void idn_trust_free(struct idn_trust *trust);

#endif
