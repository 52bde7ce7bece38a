/*
 * Preloaded into a client under test (LD_PRELOAD=slow_dns.so), makes names fail on purpose.
 *
 * NAME.slow.test is looked up for IDN_SLOW_DNS_MS milliseconds (default 5000) and then fails for
 * now; NAME.fail.test does not exist; every other name goes to the real getaddrinfo.
 *
 * Build: cc -shared -fPIC -o slow_dns.so slow_dns.c
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static int ends_with(const char *name, const char *end) {
    size_t n = strlen(name), m = strlen(end);
    return n >= m && strcmp(name + n - m, end) == 0;
}

int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict out) {
    if (name && ends_with(name, ".fail.test"))
        return EAI_NONAME;
    if (name && ends_with(name, ".slow.test")) {
        const char *set = getenv("IDN_SLOW_DNS_MS");
        long ms = set ? atol(set) : 5000;
        nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
        return EAI_AGAIN;
    }
    lookup *real;
    void *found = dlsym(RTLD_NEXT, "getaddrinfo");
    memcpy(&real, &found, sizeof real);
    return real(name, service, hints, out);
}
