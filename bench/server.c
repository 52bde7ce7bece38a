/*
 * The server of the measurements: answers every GET on loopback with one canned reply over kept connections, as
 * cheaply as it can. It reads no more of a request than where it ends.
 *
 *   server COMMAND ARGS...
 *       runs COMMAND with its URL in IDNGO_BASE_URL, serves until that ends, and ends with its exit status
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BODY                                                                                       \
    "{\"checks\":[{\"answer\":\"GREEN\",\"createdAt\":\"2023-04-17 12:47:21\",\"extractedDoc\":"   \
    "[{\"street\":\"1157 BOLENS CREEC RD\",\"state\":\"NC\",\"buildingNumber\":\"1157\","          \
    "\"town\":\"BURNSVILLE\",\"postCode\":\"28714-7602\",\"startDate\":\"1996-03-01 00:00:00\","   \
    "\"endDate\":\"2016-10-07 00:00:00\",\"country\":\"USA\"}]}]}"

struct connection {
    int fd;
    size_t len;
    char request[4096];
};

static char answer[1024];
static size_t answer_len;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void make_answer(void) {
    int n = snprintf(answer, sizeof answer,
                     "HTTP/1.1 200 OK\r\n"
                     "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
                     "Content-Type: application/json;charset=UTF-8\r\n"
                     "Content-Length: %zu\r\n"
                     "Connection: keep-alive\r\n"
                     "X-Correlation-Id: req-3f1a9f5e-7d36-4c0e-a2c4-5d9c3f0b7e21\r\n"
                     "\r\n%s",
                     sizeof BODY - 1, BODY);
    answer_len = (size_t)n;
}

/* A listening socket on a free port of loopback, which is told in IDNGO_BASE_URL. */
static int listen_on_loopback(void) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) || listen(fd, 1024) ||
        getsockname(fd, (struct sockaddr *)&at, &len))
        die("listen");
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(at.sin_port));
    setenv("IDNGO_BASE_URL", url, 1);
    return fd;
}

/* SIGCHLD as something to wait for beside sockets. */
static int child_events(sigset_t *mask) {
    sigemptyset(mask);
    sigaddset(mask, SIGCHLD);
    sigprocmask(SIG_BLOCK, mask, NULL);
    int fd = signalfd(-1, mask, SFD_CLOEXEC);
    if (fd < 0)
        die("signalfd");
    return fd;
}

static void watch(int epoll, int fd, void *what) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
        die("epoll_ctl");
}

static void welcome(int epoll, int listener) {
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        die("calloc");
    connection->fd = fd;
    watch(epoll, fd, connection);
}

/* Answers what was asked so far. 0 when the connection is of no more use. */
static int serve(struct connection *c) {
    ssize_t n = read(c->fd, c->request + c->len, sizeof c->request - c->len);
    if (n < 0 && errno == EAGAIN)
        return 1;
    if (n <= 0)
        return 0;
    c->len += (size_t)n;
    const char *end;
    while ((end = memmem(c->request, c->len, "\r\n\r\n", 4))) {
        size_t used = (size_t)(end - c->request) + 4;
        /* a peer that reads one small answer per request never fills the socket's buffer */
        if (write(c->fd, answer, answer_len) != (ssize_t)answer_len)
            return 0;
        memmove(c->request, c->request + used, c->len - used);
        c->len -= used;
    }
    return c->len < sizeof c->request;
}

int main(int argc, char **argv) {
    enum { EVENTS = 64 };
    if (argc < 2)
        return 2;
    make_answer();
    sigset_t mask;
    int listener = listen_on_loopback(), epoll = epoll_create1(EPOLL_CLOEXEC);
    int children = child_events(&mask), status;
    watch(epoll, listener, &listener);
    watch(epoll, children, &children);
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        sigprocmask(SIG_UNBLOCK, &mask, NULL);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        execvp(argv[1], argv + 1);
        die(argv[1]);
    }
    for (;;) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            void *what = events[i].data.ptr;
            if (what == &children) {
                if (waitpid(child, &status, 0) == child)
                    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            } else if (what == &listener) {
                welcome(epoll, listener);
            } else if (!serve(what)) {
                close(((struct connection *)what)->fd);
                free(what);
            }
        }
    }
}
