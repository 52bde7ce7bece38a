/*
 * A TLS server that says something while its connections are idle: idle_tls FOLDER prints its port; FOLDER holds good.pem and
 * leaf.key. Ends when its standard input does.
 *
 * The last word of a request's path is what it does a moment after its answer: `ticket` sends a session ticket, `update` renews
 * its keys, `asked` asks the client to renew its own as well, `data` sends an answer that nobody asked for, `part` half of one's
 * record. For each it prints a line when that has left: the number of the connection, from 1 on.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BODY "{\"checks\":[]}"
static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n" BODY;

static SSL_CTX *context;

struct visit {
    int fd, number;
};

/* Sends an answer as one record, and of that only a part. */
static void send_part(SSL *tls, int fd) {
    unsigned char record[400];
    BIO *kept = BIO_new(BIO_s_mem()), *was = SSL_get_wbio(tls);
    BIO_up_ref(was);
    SSL_set0_wbio(tls, kept);
    SSL_write(tls, answer, sizeof answer - 1);
    int n = BIO_read(kept, record, sizeof record);
    SSL_set0_wbio(tls, was);
    if (n > 40 && write(fd, record, 40) != 40)
        perror("write");
}

static void speak(SSL *tls, int fd, const char *what) {
    if (strcmp(what, "ticket") == 0)
        SSL_new_session_ticket(tls);
    else if (strcmp(what, "update") == 0)
        SSL_key_update(tls, SSL_KEY_UPDATE_NOT_REQUESTED);
    else if (strcmp(what, "asked") == 0)
        SSL_key_update(tls, SSL_KEY_UPDATE_REQUESTED);
    if (strcmp(what, "data") == 0)
        SSL_write(tls, answer, sizeof answer - 1);
    else if (strcmp(what, "part") == 0)
        send_part(tls, fd);
    else
        SSL_do_handshake(tls);
}

static void *serve(void *arg) {
    struct visit visit = *(struct visit *)arg;
    char request[4096], what[20];
    int n;
    free(arg);
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, visit.fd);
    if (SSL_accept(tls) == 1)
        while ((n = SSL_read(tls, request, sizeof request - 1)) > 0) {
            request[n] = '\0';
            SSL_write(tls, answer, sizeof answer - 1);
            if (sscanf(request, "GET /%19[a-z]/", what) != 1)
                break;
            usleep(50000); /* the answer was read by then, or is read with what follows: both may be */
            speak(tls, visit.fd, what);
            printf("%d\n", visit.number);
            fflush(stdout);
        }
    SSL_free(tls);
    close(visit.fd);
    return NULL;
}

static void *watch(void *arg) {
    char byte;
    (void)arg;
    while (read(0, &byte, 1) > 0)
        ;
    _exit(0);
}

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    char path[4096];
    pthread_t thread;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (argc != 2 || bind(listener, (struct sockaddr *)&at, len) != 0 || listen(listener, 16) != 0)
        return 1;
    getsockname(listener, (struct sockaddr *)&at, &len);
    context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    snprintf(path, sizeof path, "%s/good.pem", argv[1]);
    if (SSL_CTX_use_certificate_chain_file(context, path) != 1)
        return 1;
    snprintf(path, sizeof path, "%s/leaf.key", argv[1]);
    if (SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) != 1)
        return 1;
    pthread_create(&thread, NULL, watch, NULL);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    for (int number = 1;; number++) {
        struct visit *visit = malloc(sizeof *visit);
        *visit = (struct visit){accept(listener, NULL, NULL), number};
        if (visit->fd < 0 || pthread_create(&thread, NULL, serve, visit) != 0)
            return 1;
    }
}
