/* Why a call got no answer, in the words of the Lua contract. */
#ifndef IDNGO_FAILURE_H
#define IDNGO_FAILURE_H

struct idn_failure {
    const char *kind; /* "dns" "connect" "tls" "timeout" "io" "malformed" "cancelled" */
    const char *message;
    int sent;         /* a byte of the request may have reached the server */
    int complete;     /* the reply came whole but is unusable */
    int permanent;    /* no use in trying again */
    int proxy_status; /* what a proxy refused to connect with, else 0 */
};

#endif
