/*
 * The server of the measurements: answers every GET on loopback over kept connections, as cheaply as it can, with
 * one canned reply, or a big file where a report is asked for. It reads no more of a request than where it ends,
 * but for a connection's first and every 64th after it: of these it checks the signature, and a wrong one is
 * answered with 401. A client that calls itself sbx:bare signs nothing.
 *
 *   server COMMAND ARGS...
 *       runs COMMAND, serves until that ends, and ends with its exit status. COMMAND finds the server's URL in
 *       IDNGO_BASE_URL, and the size and the SHA-256 of the big file in IDNGO_FILE_SIZE and IDNGO_FILE_SHA256
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECRET "bench-secret"
#define FILE_SIZE 100000000

enum { CHECK_EVERY = 64, CLOCK_SKEW = 60 };

#define BODY                                                                                       \
    "{\"checks\":[{\"answer\":\"GREEN\",\"createdAt\":\"2023-04-17 12:47:21\",\"extractedDoc\":"   \
    "[{\"street\":\"1157 BOLENS CREEC RD\",\"state\":\"NC\",\"buildingNumber\":\"1157\","          \
    "\"town\":\"BURNSVILLE\",\"postCode\":\"28714-7602\",\"startDate\":\"1996-03-01 00:00:00\","   \
    "\"endDate\":\"2016-10-07 00:00:00\",\"country\":\"USA\"}]}]}"

static const char refusal[] = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";

struct connection {
    int fd;
    unsigned requests;
    size_t len;
    char request[4096];
};

static char answer[1024], file_head[256];
static size_t answer_len;
static unsigned char *file;

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

static void to_hex(char *hex, const unsigned char *bytes, unsigned int len) {
    for (unsigned int i = 0; i < len; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
}

/* Bytes that begin as a PDF does and that nothing compresses, and what identifies them. */
static void make_file(void) {
    static const char magic[] = "%PDF-1.4\n";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len;
    char hex[2 * EVP_MAX_MD_SIZE + 1], size[16];
    uint64_t random = 88172645463325252U; /* xorshift64 */
    file = malloc(FILE_SIZE);
    if (!file)
        die("malloc");
    for (size_t i = 0; i < FILE_SIZE; i += sizeof random) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        memcpy(file + i, &random, sizeof random);
    }
    memcpy(file, magic, sizeof magic - 1);
    if (!EVP_Digest(file, FILE_SIZE, digest, &len, EVP_sha256(), NULL))
        exit(1);
    to_hex(hex, digest, len);
    snprintf(size, sizeof size, "%d", FILE_SIZE);
    setenv("IDNGO_FILE_SIZE", size, 1);
    setenv("IDNGO_FILE_SHA256", hex, 1);
    snprintf(file_head, sizeof file_head,
             "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: %s\r\n\r\n",
             size);
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

/* The value of a header, which ends with the line. NULL when it is missing. */
static const char *header(const char *head, const char *name) {
    const char *line = strcasestr(head, name);
    if (!line)
        return NULL;
    line += strlen(name);
    return line + strspn(line, " ");
}

/* Whether a request, ended by NUL, is signed as the API wants it. */
static int is_signed(const char *head) {
    const char *token = header(head, "\r\nX-App-Token:"),
               *ts = header(head, "\r\nX-App-Access-Ts:"),
               *signature = header(head, "\r\nX-App-Access-Sig:");
    if (!token || !ts || !signature)
        return 0;
    if (strncmp(token, "sbx:bare\r", 9) == 0)
        return 1;
    char bytes[sizeof((struct connection *)0)->request], hex[2 * EVP_MAX_MD_SIZE + 1];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len;
    size_t method = strcspn(head, " "), target = strcspn(head + method + 1, " ");
    int n = snprintf(bytes, sizeof bytes, "%.*s%.*s%.*s", (int)strcspn(ts, "\r"), ts, (int)method,
                     head, (int)target, head + method + 1);
    if (!HMAC(EVP_sha256(), SECRET, sizeof SECRET - 1, (unsigned char *)bytes, (size_t)n, digest,
              &len))
        return 0;
    to_hex(hex, digest, len);
    long long skew = strtoll(ts, NULL, 10) - (long long)time(NULL);
    return llabs(skew) <= CLOCK_SKEW && strncmp(signature, hex, 2 * len) == 0 &&
           signature[2 * len] == '\r';
}

/* Writes all of it, waiting where the peer is slower. 0 when the connection is of no more use. */
static int send_all(int fd, const void *bytes, size_t len) {
    for (const char *at = bytes; len > 0;) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN)
            poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
        else if (n <= 0)
            return 0;
        else
            at += n, len -= (size_t)n;
    }
    return 1;
}

/* Answers a request that is ended by NUL. */
static int answer_to(struct connection *c) {
    if (c->requests++ % CHECK_EVERY == 0 && !is_signed(c->request)) {
        send_all(c->fd, refusal, sizeof refusal - 1);
        return 0;
    }
    size_t line = strcspn(c->request, "\r");
    if (!memmem(c->request, line, "/summary/report", 15))
        return send_all(c->fd, answer, answer_len);
    return send_all(c->fd, file_head, strlen(file_head)) && send_all(c->fd, file, FILE_SIZE);
}

/* Answers what was asked so far. 0 when the connection is of no more use. */
static int serve(struct connection *c) {
    ssize_t n = read(c->fd, c->request + c->len, sizeof c->request - c->len);
    if (n < 0 && errno == EAGAIN)
        return 1;
    if (n <= 0)
        return 0;
    c->len += (size_t)n;
    char *end;
    while ((end = memmem(c->request, c->len, "\r\n\r\n", 4))) {
        size_t used = (size_t)(end - c->request) + 4;
        end[2] = '\0'; /* of its last two ends of line the first stays, as every header's end */
        if (!answer_to(c))
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
    make_file();
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
