/* An evaluator's process and its pipes; see process.h. */
#include "jail/process.h"

#include "jail/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t idn_evaluator_now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

/* Signals as they are at a program's start, and out of the terminal's group: Ctrl-C is for the host. */
static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    int failed = posix_spawnattr_setsigmask(attributes, &none);
    if (!failed)
        failed = posix_spawnattr_setsigdefault(attributes, &all);
    if (!failed)
        failed = posix_spawnattr_setpgroup(attributes, 0);
    return failed ? failed : posix_spawnattr_setflags(attributes, (short)flags);
}

/* Both pipe ends are above 1 here, so neither dup2 closes the other's source. */
static int set_descriptors(posix_spawn_file_actions_t *actions, int requests, int replies) {
    int failed = posix_spawn_file_actions_adddup2(actions, requests, IDN_JAIL_REQUESTS);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(actions, replies, IDN_JAIL_REPLIES);
    return failed ? failed
                  : posix_spawn_file_actions_addclosefrom_np(actions, IDN_JAIL_REPLIES + 1);
}

static int spawn(pid_t *pid, const char *program, char *const *argv, int requests, int replies) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char *const environment[] = {NULL};
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) {
        failed = set_descriptors(&actions, requests, replies);
        if (!failed)
            failed = set_attributes(&attributes);
        if (!failed)
            failed = posix_spawn(pid, program, &actions, &attributes, argv, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static void close_both(const int ends[2]) {
    close(ends[0]);
    close(ends[1]);
}

/* A pipe none of whose ends is 0, 1 or 2, whatever the host has closed. */
static int make_pipe(int ends[2]) {
    int low[2] = {-1, -1};
    if (pipe2(low, O_CLOEXEC) != 0)
        return errno;
    ends[0] = fcntl(low[0], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ends[1] = fcntl(low[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int failed = ends[0] < 0 || ends[1] < 0 ? errno : 0;
    close_both(low);
    if (failed)
        close_both(ends);
    return failed;
}

int idn_evaluator_start(struct idn_evaluator *evaluator, const char *program, size_t memory,
                        unsigned milliseconds) {
    int requests[2] = {-1, -1}, replies[2] = {-1, -1};
    char bytes[24], time[16];
    snprintf(bytes, sizeof bytes, "%zu", memory);
    snprintf(time, sizeof time, "%u", milliseconds);
    char name[] = "idngo-jail";
    char *const argv[] = {name, bytes, time, NULL};
    *evaluator = (struct idn_evaluator){.to = -1, .from = -1};
    int failed = make_pipe(requests);
    if (failed)
        return failed;
    failed = make_pipe(replies);
    if (failed) {
        close_both(requests);
        return failed;
    }
    failed = spawn(&evaluator->pid, program, argv, requests[0], replies[1]);
    close(requests[0]);
    close(replies[1]);
    evaluator->to = requests[1];
    evaluator->from = replies[0];
    fcntl(evaluator->to, F_SETFL, O_NONBLOCK);
    fcntl(evaluator->from, F_SETFL, O_NONBLOCK);
    if (failed) {
        evaluator->pid = 0;
        idn_evaluator_stop(evaluator);
    }
    return failed;
}

void idn_evaluator_allow(const struct idn_evaluator *evaluator, unsigned seconds) {
    clockid_t clock;
    struct timespec used;
    struct rlimit limit;
    if (clock_getcpuclockid(evaluator->pid, &clock) != 0 || clock_gettime(clock, &used) != 0 ||
        prlimit(evaluator->pid, RLIMIT_CPU, NULL, &limit) != 0)
        return;
    limit.rlim_cur = (rlim_t)used.tv_sec + seconds + 1;
    if (limit.rlim_cur > limit.rlim_max)
        limit.rlim_cur = limit.rlim_max;
    prlimit(evaluator->pid, RLIMIT_CPU, &limit, NULL);
}

/* Waits until `fd` is ready or the deadline has come; 0 then. */
static int wait_for(int fd, short events, int64_t deadline) {
    struct pollfd ready = {fd, events, 0};
    for (;;) {
        int64_t left = deadline - idn_evaluator_now();
        if (left < 0)
            left = 0;
        struct timespec time = {left / 1000000000, left % 1000000000};
        int n = ppoll(&ready, 1, &time, NULL);
        if (n > 0)
            return 1;
        if (n == 0 || errno != EINTR)
            return 0;
    }
}

/* write() without the SIGPIPE that a process that has ended would give the host. */
static ssize_t write_quietly(int fd, const void *bytes, size_t len) {
    sigset_t pipe, before, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    ssize_t n = write(fd, bytes, len);
    int error = errno;
    if (n < 0 && error == EPIPE && !sigismember(&pending, SIGPIPE)) {
        struct timespec none = {0, 0};
        while (sigtimedwait(&pipe, NULL, &none) < 0 && errno == EINTR)
            continue;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return n;
}

enum idn_evaluator_io idn_evaluator_send(struct idn_evaluator *evaluator, const char *bytes,
                                         size_t len, int64_t deadline) {
    struct pollfd unasked = {evaluator->from, POLLIN, 0};
    if (poll(&unasked, 1, 0) > 0)
        return unasked.revents & POLLIN ? IDN_EVALUATOR_BAD : IDN_EVALUATOR_GONE;
    evaluator->head_len = evaluator->reply_len = 0;
    while (len > 0) {
        ssize_t n = write_quietly(evaluator->to, bytes, len);
        if (n >= 0) {
            bytes += n;
            len -= (size_t)n;
        } else if (errno == EAGAIN) {
            if (!wait_for(evaluator->to, POLLOUT, deadline))
                return IDN_EVALUATOR_LATE;
        } else if (errno != EINTR)
            return IDN_EVALUATOR_GONE;
    }
    return IDN_EVALUATOR_DONE;
}

/* Reads into `at` until `*have` is `want`. */
static enum idn_evaluator_io fill(int fd, void *at, size_t *have, size_t want, int64_t deadline) {
    while (*have < want) {
        ssize_t n = read(fd, (char *)at + *have, want - *have);
        if (n > 0)
            *have += (size_t)n;
        else if (n < 0 && errno == EAGAIN) {
            if (!wait_for(fd, POLLIN, deadline))
                return IDN_EVALUATOR_LATE;
        } else if (n == 0 || errno != EINTR)
            return IDN_EVALUATOR_GONE;
    }
    return IDN_EVALUATOR_DONE;
}

enum idn_evaluator_io idn_evaluator_receive(struct idn_evaluator *evaluator, int64_t deadline) {
    enum idn_evaluator_io io =
        fill(evaluator->from, evaluator->head, &evaluator->head_len, IDN_WIRE_HEAD, deadline);
    if (io != IDN_EVALUATOR_DONE)
        return io;
    size_t size = idn_wire_length(evaluator->head);
    if (size == 0 || size > IDN_WIRE_REPLY)
        return IDN_EVALUATOR_BAD;
    if (size > evaluator->reply_size) {
        char *reply = realloc(evaluator->reply, size);
        if (!reply)
            return IDN_EVALUATOR_MEMORY;
        evaluator->reply = reply;
        evaluator->reply_size = size;
    }
    return fill(evaluator->from, evaluator->reply, &evaluator->reply_len, size, deadline);
}

int idn_evaluator_stop(struct idn_evaluator *evaluator) {
    int status = -1;
    if (evaluator->pid > 0) {
        kill(evaluator->pid, SIGKILL);
        while (waitpid(evaluator->pid, &status, 0) < 0 && errno == EINTR)
            continue;
    }
    if (evaluator->to >= 0)
        close(evaluator->to);
    if (evaluator->from >= 0)
        close(evaluator->from);
    free(evaluator->reply);
    *evaluator = (struct idn_evaluator){.to = -1, .from = -1};
    return status;
}
