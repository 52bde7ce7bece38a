/* The sandbox's HTTP host over libmicrohttpd; see host.h. */
#include "host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTION_MEMORY ((size_t)32 * 1024)

/* A list of requests: a ring through its head. A request is on at most one. */
struct link {
    struct link *prev, *next;
};

struct idn_request {
    struct link link; /* first, so that a link is its request */
    struct idn_host *host;
    struct MHD_Connection *connection;
    struct idn_request **owner;
    const char *method;
    enum { RECEIVING, WAITING, DROPPED } stage;
    unsigned status;
    struct MHD_Response *response; /* only while delayed */
    int refused;
    char *body;
    size_t body_len, body_size;
    double arrived, due;
    char target[];
};

struct idn_host {
    struct MHD_Daemon *daemon;
    struct link ready;   /* whole, waiting to be taken */
    struct link taken;   /* in the caller's hands */
    struct link delayed; /* answered or dropped, by due time */
    size_t max_body, max_bodies, bodies;
    int epoll_fd, signal_fd, outer_fd; /* the last: both others, for a loop of the caller's */
    int resumed; /* a connection waits for libmicrohttpd to go on; its own timeout does not know */
    sigset_t old_mask;
    uint16_t port;
};

static double monotonic(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void list_init(struct link *head) {
    head->prev = head->next = head;
}

static void list_remove(struct link *link) {
    link->prev->next = link->next;
    link->next->prev = link->prev;
    list_init(link);
}

static void list_insert_after(struct link *place, struct link *link) {
    link->prev = place;
    link->next = place->next;
    place->next->prev = link;
    place->next = link;
}

static struct idn_request *list_first(const struct link *head) {
    return head->next == head ? NULL : (struct idn_request *)head->next;
}

/* Bodies. */

void idn_request_free_body(struct idn_request *request) {
    request->host->bodies -= request->body_size;
    free(request->body);
    request->body = NULL;
    request->body_len = request->body_size = 0;
}

/* The rest of a refused body is read and thrown away: a client that is still sending would not
 * read. */
static void refuse(struct idn_request *request, int status) {
    idn_request_free_body(request);
    request->refused = status;
}

static int reserve(struct idn_request *request, size_t need) {
    struct idn_host *host = request->host;
    if (need <= request->body_size)
        return 1;
    size_t size = request->body_size ? 2 * request->body_size : 4096;
    if (size > host->max_body)
        size = host->max_body;
    if (size < need)
        size = need;
    if (host->bodies - request->body_size + size > host->max_bodies)
        return 0;
    char *body = realloc(request->body, size);
    if (!body)
        return 0;
    host->bodies += size - request->body_size;
    request->body = body;
    request->body_size = size;
    return 1;
}

static void receive(struct idn_request *request, const char *bytes, size_t len) {
    if (request->refused)
        return;
    if (len > request->host->max_body - request->body_len) {
        refuse(request, MHD_HTTP_CONTENT_TOO_LARGE);
        return;
    }
    if (!reserve(request, request->body_len + len)) {
        refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE);
        return;
    }
    memcpy(request->body + request->body_len, bytes, len);
    request->body_len += len;
}

/* What libmicrohttpd calls. */

/* Called with the request target before libmicrohttpd cuts and decodes it: the only moment it is
 * raw. */
static void *begin(void *cls, const char *target, struct MHD_Connection *connection) {
    size_t size = strlen(target) + 1;
    struct idn_request *request = calloc(1, sizeof *request + size);
    if (!request)
        return NULL;
    list_init(&request->link);
    request->host = cls;
    request->connection = connection;
    memcpy(request->target, target, size);
    return request;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_len, void **context) {
    (void)connection, (void)url, (void)version;
    struct idn_host *host = cls;
    struct idn_request *request = *context;
    if (!request || request->stage == DROPPED)
        return MHD_NO; /* closes the connection without an answer */
    if (!request->method) {
        request->method = method; /* headers only; the body follows */
        return MHD_YES;
    }
    if (*upload_len > 0) {
        receive(request, upload, *upload_len);
        *upload_len = 0;
        return MHD_YES;
    }
    request->stage = WAITING;
    request->arrived = monotonic();
    list_insert_after(host->ready.prev, &request->link);
    MHD_suspend_connection(connection);
    return MHD_YES;
}

static void completed(void *cls, struct MHD_Connection *connection, void **context,
                      enum MHD_RequestTerminationCode code) {
    (void)cls, (void)connection, (void)code;
    struct idn_request *request = *context;
    if (!request)
        return;
    idn_request_free_body(request);
    free(request);
    *context = NULL;
}

/* Lua decodes the target itself: what the client signed must not be rewritten. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text) {
    (void)cls, (void)connection;
    return strlen(text);
}

/* Opening and closing. */

static int listen_on(const struct idn_host_config *config, uint16_t *port) {
    struct sockaddr_storage storage;
    memset(&storage, 0, sizeof storage);
    struct sockaddr_in *v4 = (struct sockaddr_in *)&storage;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&storage;
    socklen_t len;
    if (inet_pton(AF_INET, config->address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(config->port);
        len = sizeof *v4;
    } else if (inet_pton(AF_INET6, config->address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(config->port);
        len = sizeof *v6;
    } else {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    int on = 1;
    struct sockaddr *address = (struct sockaddr *)&storage;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, address, len) != 0 || listen(fd, SOMAXCONN) != 0 ||
        getsockname(fd, address, &len) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    *port = ntohs(storage.ss_family == AF_INET ? v4->sin_port : v6->sin6_port);
    return fd;
}

struct idn_host *idn_host_open(const struct idn_host_config *config, const char **why) {
    struct idn_host *host = calloc(1, sizeof *host);
    *why = "not enough memory";
    if (!host)
        return NULL;
    list_init(&host->ready);
    list_init(&host->taken);
    list_init(&host->delayed);
    host->max_body = config->max_body;
    host->max_bodies = config->max_bodies;
    host->signal_fd = host->outer_fd = -1;
    int fd = listen_on(config, &host->port);
    if (fd < 0) {
        *why = strerror(errno);
        free(host);
        return NULL;
    }
    host->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, host,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, begin, host,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, completed,
        host, MHD_OPTION_CONNECTION_LIMIT, config->max_connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
        config->idle_seconds, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (!host->daemon) {
        *why = "libmicrohttpd cannot start";
        close(fd);
        free(host);
        return NULL;
    }
    host->epoll_fd = MHD_get_daemon_info(host->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return host;
}

uint16_t idn_host_port(const struct idn_host *host) {
    return host->port;
}

static int watch(struct idn_host *host, int fd) {
    struct epoll_event event = {.events = EPOLLIN};
    return epoll_ctl(host->outer_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

int idn_host_descriptor(struct idn_host *host) {
    if (host->outer_fd >= 0)
        return host->outer_fd;
    host->outer_fd = epoll_create1(EPOLL_CLOEXEC);
    if (host->outer_fd < 0)
        return -1;
    if (watch(host, host->epoll_fd) && (host->signal_fd < 0 || watch(host, host->signal_fd)))
        return host->outer_fd;
    close(host->outer_fd);
    return host->outer_fd = -1;
}

int idn_host_catch_signals(struct idn_host *host) {
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    if (host->signal_fd >= 0)
        return 1;
    host->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (host->signal_fd < 0)
        return 0;
    if (host->outer_fd >= 0 && !watch(host, host->signal_fd)) {
        close(host->signal_fd);
        host->signal_fd = -1;
        return 0;
    }
    pthread_sigmask(SIG_BLOCK, &mask, &host->old_mask);
    return 1;
}

static void drop_all(struct link *head) {
    struct idn_request *request;
    while ((request = list_first(head)))
        idn_request_drop(request, 0);
}

static void release(struct idn_request *request);

void idn_host_close(struct idn_host *host) {
    /* libmicrohttpd cannot stop while a connection is suspended. */
    drop_all(&host->ready);
    drop_all(&host->taken);
    struct idn_request *request;
    while ((request = list_first(&host->delayed)))
        release(request);
    if (host->outer_fd >= 0)
        close(host->outer_fd);
    MHD_stop_daemon(host->daemon); /* closes the listening socket too */
    if (host->signal_fd >= 0) {
        close(host->signal_fd);
        pthread_sigmask(SIG_SETMASK, &host->old_mask, NULL);
    }
    free(host);
}

/* The loop. */

/* How long poll may sleep: no longer than libmicrohttpd or the next delayed answer can wait. */
double idn_host_patience(struct idn_host *host, double seconds) {
    MHD_UNSIGNED_LONG_LONG ms;
    if (host->resumed)
        return 0;
    if (MHD_get_timeout(host->daemon, &ms) == MHD_YES && (double)ms / 1e3 < seconds)
        seconds = (double)ms / 1e3;
    const struct idn_request *next = list_first(&host->delayed);
    if (next && next->due - monotonic() < seconds)
        seconds = next->due - monotonic();
    return seconds < 0 ? 0 : seconds;
}

static int caught_signal(struct idn_host *host) {
    struct signalfd_siginfo info;
    if (host->signal_fd < 0 || read(host->signal_fd, &info, sizeof info) != sizeof info)
        return 0;
    return (int)info.ssi_signo;
}

int idn_host_wait(struct idn_host *host, double seconds) {
    seconds = idn_host_patience(host, seconds);
    struct pollfd fds[2] = {{host->epoll_fd, POLLIN, 0}, {host->signal_fd, POLLIN, 0}};
    struct timespec timeout = {(time_t)seconds, 0};
    timeout.tv_nsec = (long)((seconds - (double)timeout.tv_sec) * 1e9);
    ppoll(fds, 2, &timeout, NULL); /* an fd below zero is skipped */
    if (fds[1].revents)
        return caught_signal(host);
    host->resumed = 0;
    MHD_run_wait(host->daemon, 0);
    struct idn_request *request;
    double now = monotonic();
    while ((request = list_first(&host->delayed)) && request->due <= now)
        release(request);
    return 0;
}

int idn_host_ready(const struct idn_host *host) {
    return list_first(&host->ready) != NULL;
}

struct idn_request *idn_host_next(struct idn_host *host) {
    struct idn_request *request = list_first(&host->ready);
    if (request) {
        list_remove(&request->link);
        list_insert_after(host->taken.prev, &request->link);
    }
    return request;
}

/* Requests. */

const char *idn_request_method(const struct idn_request *request) {
    return request->method;
}

const char *idn_request_target(const struct idn_request *request) {
    return request->target;
}

double idn_request_arrived(const struct idn_request *request) {
    return request->arrived;
}

int idn_request_refused(const struct idn_request *request) {
    return request->refused;
}

const char *idn_request_body(const struct idn_request *request, size_t *len) {
    *len = request->body_len;
    return request->body;
}

struct collect {
    struct idn_header *headers;
    size_t count, max;
};

static enum MHD_Result collect_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                      size_t name_len, const char *value, size_t value_len) {
    (void)kind;
    struct collect *collect = cls;
    if (collect->count < collect->max)
        collect->headers[collect->count] =
            (struct idn_header){name, value ? value : "", name_len, value ? value_len : 0};
    collect->count++;
    return MHD_YES;
}

size_t idn_request_headers(const struct idn_request *request, struct idn_header *headers,
                           size_t max) {
    struct collect collect = {headers, 0, max};
    MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, collect_header, &collect);
    return collect.count;
}

void idn_request_set_owner(struct idn_request *request, struct idn_request **owner) {
    request->owner = owner;
}

/* Answers. */

struct broken {
    size_t sent;
    char body[];
};

static ssize_t read_broken(void *cls, uint64_t pos, char *out, size_t max) {
    const struct broken *broken = cls;
    if (pos >= broken->sent)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t len = broken->sent - (size_t)pos;
    if (len > max)
        len = max;
    memcpy(out, broken->body + pos, len);
    return (ssize_t)len;
}

struct MHD_Response *idn_response_new(const void *body, size_t len, size_t sent) {
    union {
        const void *in;
        void *out;
    } bytes = {.in = body}; /* they are copied; the parameter only lacks its const */
    if (sent >= len)
        return MHD_create_response_from_buffer(len, bytes.out, MHD_RESPMEM_MUST_COPY);
    struct broken *broken = malloc(sizeof *broken + sent);
    if (!broken)
        return NULL;
    broken->sent = sent;
    memcpy(broken->body, body, sent);
    struct MHD_Response *response =
        MHD_create_response_from_callback(len, 4096, read_broken, broken, free);
    if (!response)
        free(broken);
    return response;
}

/* Lets the connection go on: with its response, or (DROPPED) into its end; see handle(). */
static void release(struct idn_request *request) {
    list_remove(&request->link);
    if (request->response) {
        if (MHD_queue_response(request->connection, request->status, request->response) != MHD_YES)
            request->stage = DROPPED;
        MHD_destroy_response(request->response);
        request->response = NULL;
    }
    request->host->resumed = 1;
    MHD_resume_connection(request->connection);
}

static void release_after(struct idn_request *request, double delay) {
    if (request->owner)
        *request->owner = NULL;
    request->owner = NULL;
    idn_request_free_body(request);
    if (!(delay > 0)) {
        release(request);
        return;
    }
    list_remove(&request->link);
    request->due = monotonic() + delay;
    struct link *place = request->host->delayed.prev;
    while (place != &request->host->delayed && ((struct idn_request *)place)->due > request->due)
        place = place->prev;
    list_insert_after(place, &request->link);
}

void idn_request_answer(struct idn_request *request, unsigned status, struct MHD_Response *response,
                        double delay) {
    request->status = status;
    request->response = response;
    release_after(request, delay);
}

void idn_request_drop(struct idn_request *request, double delay) {
    request->stage = DROPPED;
    release_after(request, delay);
}
