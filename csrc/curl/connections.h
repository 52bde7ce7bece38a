/*
 * The sockets that a multi handle has open, and whether the next request may leave over one of them. No Lua here.
 *
 * HTTP/1.1 numbers nothing: whatever is read first on a connection is taken for the answer to what was asked last. So
 * a connection on which something can be read before a request leaves is not used, and neither is one that has
 * answered for somebody else, or that was opened by another process.
 */
#ifndef IDNGO_CONNECTIONS_H
#define IDNGO_CONNECTIONS_H

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

struct idn_connection {
    int fd;
    int port;       /* the local one, once it is known */
    int64_t number; /* of this connection alone: descriptors are used again */
    int distrusted; /* it has carried a reply that was another's */
};

/* Zeroed at first; freed by idn_connections_free. libcurl keeps its address for as long as a socket is open. */
struct idn_connections {
    struct idn_connection *list;
    size_t count, room;
    int64_t last_number;
};

/* CURLOPT_OPENSOCKETFUNCTION without its first argument: a socket that no program started from here inherits. */
curl_socket_t idn_connection_open(struct idn_connections *all, const struct curl_sockaddr *address);

/* CURLOPT_CLOSESOCKETFUNCTION. */
int idn_connection_close(void *all, curl_socket_t fd);

enum idn_look {
    IDN_LOOK_CLEAN,  /* nothing is to be read: a request may leave */
    IDN_LOOK_SPEAKS, /* something is, or would be taken for an answer */
    IDN_LOOK_ENDED   /* the other end has closed it, or it cannot be found */
};

/*
 * Looks at the connection that `easy` is about to send a request over, from its local port; its number goes to *number
 * when it is clean. takes_tickets: TLS session tickets are no answer, and may be read: for a connection opened for this
 * very request.
 */
enum idn_look idn_connection_take(struct idn_connections *all, CURL *easy, int port,
                                  int takes_tickets, int64_t *number);

/* The connection with this number, where it is still open, carries no other request. */
void idn_connection_distrust(struct idn_connections *all, int64_t number);

/*
 * The request on this connection is broken off: closing it will reset it, since an ordinary end still delivers what the
 * system has taken.
 */
void idn_connection_break(struct idn_connections *all, int64_t number);

/* Bytes written to this connection that the other end has not confirmed yet; 0 where that cannot be known. */
int64_t idn_connection_unconfirmed(const struct idn_connections *all, int64_t number);

/* In a process that was forked: closes its copies of the sockets, without a word to whoever is at the other end. */
void idn_connections_leave(struct idn_connections *all);

void idn_connections_free(struct idn_connections *all);

/* Whether what TLS has read but nobody has asked for can be seen; else each TLS connection is to be used once. */
int idn_connections_see_tls(void);

#endif
