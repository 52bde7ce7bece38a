/* How a client reaches its server; the same for all its calls. No Lua here. */
#ifndef IDNGO_ROUTE_H
#define IDNGO_ROUTE_H

#include "trust.h"

#include <curl/curl.h>
#include <stddef.h>

/* Any string may be NULL. Kept as long as somebody holds it: the client, its connections, its calls. */
struct idn_route {
    int holders;
    CURLU *origin;    /* scheme, host and port */
    const char *host; /* as the Host header has it */
    const char *ca_file, *cert_file, *key_file, *proxy;
    const char *path;         /* of the socket on this machine that is connected to in place of host and port */
    struct curl_slist *place; /* host and port to connect to in place of the origin's, which the certificate is for */
    int raw;                  /* it speaks another protocol than HTTP */
    struct idn_trust trust;
    CURLSH *sessions;       /* of TLS, which a later connection goes on with */
    int direct;             /* plain http, on this machine: never through a proxy, and without TLS */
    int proxied;            /* there may be a proxy, … */
    int nested;             /* … which may be spoken to over TLS: then there is TLS in TLS */
    double connect_timeout; /* seconds */
    double idle, age;       /* seconds for which a connection may stand unused, and stand */
    size_t max_reply;       /* bytes of a reply kept in memory, after decoding */
};

void idn_route_release(struct idn_route *route);

#endif
