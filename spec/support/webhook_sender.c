/*
 * Sends webhooks as the service would, at a steady rate, for the receiver's specs and its benchmark:
 *
 *   webhook_sender PORT NAME RATE SECONDS [resend]
 *
 * RATE * SECONDS events, one for each applicant NAME-0, NAME-1, …, signed with the secret "webhook-secret", to
 * /webhook. Each is due at its moment, whether or not the answers before it have come, and its latency counts
 * from that moment. With `resend`, what was not answered 200 is sent again until it is. Prints one line of JSON.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 64, REQUEST = 2048, REPLY = 2048, NONE = -1 };
static const char secret[] = "webhook-secret";
static const double patience = 40; /* seconds beyond the last due event */
static const double pause_before_resend = 0.02;

struct connection {
    int fd;
    long event; /* in flight, or NONE */
    size_t len, sent, got;
    char request[REQUEST], reply[REPLY];
};

struct waiting {
    long event;
    double due;
};

static struct connection connections[CONNECTIONS];
static struct waiting *again; /* a ring of what is to be resent, in order of `due` */
static long again_first, again_count;
static double *latency;
static long total, next_event, answered, resent, refused, lost;
static const char *name;
static uint16_t port;
static double rate, began;
static int resend;

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void connect_it(struct connection *c) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int on = 1;
    double end = now() + patience;
    for (;;) {
        c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (c->fd < 0)
            die("socket");
        if (connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0)
            break;
        if (!resend || (errno != ECONNREFUSED && errno != ECONNRESET) || now() > end) /* a receiver that was killed is started again */
            die("connect");
        close(c->fd);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    c->event = NONE;
    c->got = 0;
}

/* An event as the service lays it out. */
static void compose(struct connection *c, long event) {
    char body[REQUEST / 2], hex[2 * EVP_MAX_MD_SIZE + 1];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int digest_len;
    int len = snprintf(
        body, sizeof body,
        "{\n  \"applicantId\" : \"%s-%ld\",\n  \"inspectionId\" : \"5f194e74040c3f316bda271d\",\n"
        "  \"applicantType\" : \"individual\",\n  \"correlationId\" : \"req-%ld\",\n"
        "  \"levelName\" : \"basic-kyc-level\",\n  \"externalUserId\" : \"u-%ld\",\n"
        "  \"type\" : \"applicantReviewed\",\n  \"sandboxMode\" : false,\n"
        "  \"reviewStatus\" : \"completed\",\n  \"reviewResult\" : {\n"
        "    \"reviewAnswer\" : \"RED\",\n    \"rejectLabels\" : [ \"UNSATISFACTORY_PHOTOS\" ],\n"
        "    \"reviewRejectType\" : \"RETRY\"\n  },\n"
        "  \"createdAt\" : \"2020-07-23 11:18:12+0000\",\n"
        "  \"createdAtMs\" : \"2020-07-23 11:18:12.%03ld\",\n  \"clientId\" : \"sender\"\n}",
        name, event, event, event, event % 1000);
    HMAC(EVP_sha256(), secret, sizeof secret - 1, (unsigned char *)body, (size_t)len, digest,
         &digest_len);
    for (unsigned int i = 0; i < digest_len; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    c->len = (size_t)snprintf(
        c->request, REQUEST,
        "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        "X-Payload-Digest: %s\r\nX-Payload-Digest-Alg: HMAC_SHA256_HEX\r\n"
        "Content-Length: %d\r\n\r\n%s",
        hex, len, body);
}

static double due_at(long event) {
    return began + (double)event / rate;
}

static void put_back(long event) {
    if (!resend) {
        latency[event] = -1;
        answered++;
        return;
    }
    again[(again_first + again_count++) % total] =
        (struct waiting){event, now() + pause_before_resend};
    resent++;
}

static void lose(struct connection *c) {
    long event = c->event;
    close(c->fd);
    connect_it(c);
    if (event != NONE) {
        lost++;
        put_back(event);
    }
}

static void start(struct connection *c, long event) {
    c->event = event;
    compose(c, event);
    if (send(c->fd, c->request, c->len, MSG_NOSIGNAL) != (ssize_t)c->len)
        lose(c);
}

static void take_reply(struct connection *c) {
    ssize_t n = recv(c->fd, c->reply + c->got, REPLY - 1 - c->got, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        lose(c);
        return;
    }
    c->got += (size_t)n;
    c->reply[c->got] = '\0';
    if (!strstr(c->reply, "\r\n\r\n"))
        return;
    long event = c->event;
    c->event = NONE;
    c->got = 0;
    if (event == NONE || strncmp(c->reply, "HTTP/1.1 200", 12) != 0) {
        if (event != NONE) {
            refused++;
            put_back(event);
        }
        lose(c);
        return;
    }
    latency[event] = now() - due_at(event);
    answered++;
    if (strstr(c->reply, "Connection: close"))
        lose(c);
}

/* Gives every idle connection what is due; seconds until more is. */
static double hand_out(void) {
    for (int i = 0; i < CONNECTIONS; i++) {
        double at = now();
        if (connections[i].event != NONE)
            continue;
        if (again_count > 0 && again[again_first].due <= at) {
            long event = again[again_first].event;
            again_first = (again_first + 1) % total;
            again_count--;
            start(&connections[i], event);
        } else if (next_event < total && due_at(next_event) <= at)
            start(&connections[i], next_event++);
    }
    double pause = next_event < total ? due_at(next_event) - now() : 0.01;
    return pause < 0.01 ? pause : 0.01;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc < 5)
        return 2;
    port = (uint16_t)atoi(argv[1]);
    name = argv[2];
    rate = atof(argv[3]);
    total = (long)(rate * atof(argv[4]));
    resend = argc > 5 && strcmp(argv[5], "resend") == 0;
    latency = calloc((size_t)total, sizeof *latency);
    again = calloc((size_t)total, sizeof *again);
    if (!latency || !again)
        die("start");
    for (int i = 0; i < CONNECTIONS; i++)
        connect_it(&connections[i]);

    began = now() + 0.05;
    double end = due_at(total) + patience;
    while (answered < total && now() < end) {
        struct pollfd fds[CONNECTIONS];
        double pause = hand_out();
        struct timespec until = {.tv_nsec = (long)(pause > 0 ? pause * 1e9 : 0)};
        for (int i = 0; i < CONNECTIONS; i++)
            fds[i] = (struct pollfd){.fd = connections[i].fd, .events = POLLIN};
        ppoll(fds, CONNECTIONS, &until, NULL);
        for (int i = 0; i < CONNECTIONS; i++) {
            if (fds[i].revents)
                take_reply(&connections[i]);
        }
    }

    double took = now() - began;
    qsort(latency, (size_t)total, sizeof *latency, ascending);
    long acknowledged = 0;
    for (long i = 0; i < total; i++)
        acknowledged += latency[i] > 0;
    double *good = latency + (total - acknowledged);
    printf("{\"events\":%ld,\"acknowledged\":%ld,\"resent\":%ld,\"refused\":%ld,\"lost\":%ld,"
           "\"seconds\":%.2f,"
           "\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}\n",
           total, acknowledged, resent, refused, lost, took,
           acknowledged ? good[acknowledged / 2] * 1e3 : 0,
           acknowledged ? good[acknowledged * 99 / 100] * 1e3 : 0,
           acknowledged ? good[acknowledged - 1] * 1e3 : 0);
    return acknowledged == total ? 0 : 1;
}
