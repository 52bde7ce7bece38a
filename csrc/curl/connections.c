/* Which connections may carry a request. See connections.h. */
#include "connections.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

curl_socket_t idn_connection_open(struct idn_connections *all,
                                  const struct curl_sockaddr *address) {
    if (all->count == all->room) {
        size_t room = all->room ? 2 * all->room : 4;
        struct idn_connection *list = realloc(all->list, room * sizeof *list);
        if (!list)
            return CURL_SOCKET_BAD;
        all->list = list;
        all->room = room;
    }
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0)
        all->list[all->count++] = (struct idn_connection){.fd = fd, .number = ++all->last_number};
    return fd;
}

int idn_connection_close(void *arg, curl_socket_t fd) {
    struct idn_connections *all = arg;
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].fd == fd) {
            all->list[i] = all->list[--all->count];
            break;
        }
    return close(fd);
}

static int local_port(int fd) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } name = {0};
    socklen_t len = sizeof name;
    if (getsockname(fd, &name.any, &len) != 0)
        return 0;
    return ntohs(name.any.sa_family == AF_INET6 ? name.v6.sin6_port : name.v4.sin_port);
}

/* What a look at the socket finds. */
static enum idn_look look(int fd) {
    char byte;
    ssize_t got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0)
        return IDN_LOOK_SPEAKS;
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? IDN_LOOK_CLEAN : IDN_LOOK_ENDED;
}

/* The connection's TLS, or NULL without. */
static SSL *tls_of(CURL *easy) {
    struct curl_tlssessioninfo *info = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK || !info)
        return NULL;
    return info->backend == CURLSSLBACKEND_OPENSSL ? info->internals : NULL;
}

/*
 * Behind a TLS 1.3 handshake the server sends session tickets, which are no answer. Lets OpenSSL read them, straight
 * from the socket: libcurl's own way of reading works only inside of libcurl. What else was there.
 */
static enum idn_look read_tickets(SSL *tls, int fd) {
    BIO *read = SSL_get_rbio(tls), *write = SSL_get_wbio(tls);
    BIO *direct = BIO_new_socket(fd, BIO_NOCLOSE);
    if (!direct)
        return IDN_LOOK_SPEAKS;
    char byte;
    BIO_up_ref(read);
    BIO_up_ref(write);
    BIO_up_ref(direct);
    SSL_set0_rbio(tls, direct);
    SSL_set0_wbio(tls, direct);
    ERR_set_mark();
    int got = SSL_peek(tls, &byte, 1), why = got > 0 ? SSL_ERROR_NONE : SSL_get_error(tls, got);
    ERR_pop_to_mark();
    SSL_set0_rbio(tls, read);
    SSL_set0_wbio(tls, write);
    if (why == SSL_ERROR_NONE || (why == SSL_ERROR_WANT_READ && SSL_has_pending(tls)))
        return IDN_LOOK_SPEAKS;
    return why == SSL_ERROR_WANT_READ ? IDN_LOOK_CLEAN : IDN_LOOK_ENDED;
}

static enum idn_look look_into(CURL *easy, int fd, int takes_tickets) {
    SSL *tls = idn_connections_see_tls() ? tls_of(easy) : NULL;
    if (tls && SSL_has_pending(tls)) /* read from the socket already, with what came before */
        return IDN_LOOK_SPEAKS;
    enum idn_look found = look(fd);
    if (found == IDN_LOOK_SPEAKS && takes_tickets && tls && SSL_version(tls) >= TLS1_3_VERSION)
        return read_tickets(tls, fd);
    return found;
}

enum idn_look idn_connection_take(struct idn_connections *all, CURL *easy, int port,
                                  int takes_tickets, int64_t *number) {
    enum idn_look found = IDN_LOOK_ENDED;
    for (size_t i = 0; i < all->count; i++) {
        struct idn_connection *one = &all->list[i];
        if (!one->port)
            one->port = local_port(one->fd);
        if (one->port != port)
            continue;
        /* two servers may be reached from one port; then both connections must be clean */
        found = one->distrusted ? IDN_LOOK_SPEAKS : look_into(easy, one->fd, takes_tickets);
        if (found != IDN_LOOK_CLEAN)
            break;
        *number = one->number;
    }
    return found;
}

void idn_connection_distrust(struct idn_connections *all, int64_t number) {
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].number == number)
            all->list[i].distrusted = 1;
}

void idn_connection_break(struct idn_connections *all, int64_t number) {
    static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].number == number)
            setsockopt(all->list[i].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

int64_t idn_connection_unconfirmed(const struct idn_connections *all, int64_t number) {
    int bytes = 0;
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].number == number && ioctl(all->list[i].fd, SIOCOUTQ, &bytes) != 0)
            bytes = 0;
    return bytes;
}

void idn_connections_leave(struct idn_connections *all) {
    for (size_t i = 0; i < all->count; i++)
        close(all->list[i].fd);
    all->count = 0;
}

void idn_connections_free(struct idn_connections *all) {
    free(all->list);
    all->list = NULL;
    all->count = all->room = 0;
}

int idn_connections_see_tls(void) {
    static int sees = -1;
    if (sees < 0) {
        static const char ours[] = "OpenSSL/";
        const char *theirs = curl_version_info(CURLVERSION_NOW)->ssl_version;
        unsigned long major = OpenSSL_version_num() >> 28;
        sees = theirs && strncmp(theirs, ours, sizeof ours - 1) == 0 &&
               strtoul(theirs + sizeof ours - 1, NULL, 10) == major;
    }
    return sees;
}
