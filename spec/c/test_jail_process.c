/*
 * The host's end of an evaluator: what the process starts with, and that nothing it does hurts or holds up the host.
 * The processes are this very program, which plays a part when it is started as an evaluator is.
 */
#include "check.h"
#include "jail/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum part { REPORT = 1, SILENT, ENDS, LARGE, HALF, TWICE, DEAF, SLOW, BUSY };

#define SECOND INT64_C(1000000000)

extern char **environ;

/* ---- the parts ---- */

static void say(const void *bytes, size_t len) {
    if (write(STDOUT_FILENO, bytes, len) != (ssize_t)len)
        _exit(1);
}

static void report(void) {
    char text[200] = "", value[256];
    DIR *dir = opendir("/proc/self/fd");
    struct dirent *entry;
    int count = 0, variables = 0;
    while (dir && (entry = readdir(dir)))
        count += entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(dir);
    while (environ[variables])
        variables++;
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    struct sigaction action;
    sigaction(SIGUSR1, NULL, &action);
    snprintf(text, sizeof text,
             "variables %d, descriptors %d, blocked %d, ignored %d, own group %d", variables, count,
             sigismember(&blocked, SIGUSR2), action.sa_handler == SIG_IGN, getpgrp() == getpid());
    value[0] = (char)strlen(text);
    memset(value + 1, 0, 3);
    memcpy(value + 4, text, strlen(text));
    say(value, 4 + strlen(text));
}

static void wait_forever(void) {
    for (;;)
        pause();
}

static int play(enum part part) {
    switch (part) {
    case REPORT:
        report();
        wait_forever();
        break;
    case ENDS:
        return 3;
    case LARGE:
        say("\1\0\40\0", 4);
        wait_forever();
        break;
    case HALF:
        say("\4\0\0\0xx", 6);
        wait_forever();
        break;
    case TWICE:
        say("\1\0\0\0T\1\0\0\0F", 10);
        wait_forever();
        break;
    case DEAF:
        close(STDIN_FILENO);
        say("\1\0\0\0T", 5);
        wait_forever();
        break;
    case SLOW:
        for (int i = 0; i < 7; i++) {
            say(&"\3\0\0\0abc"[i], 1);
            nanosleep(&(struct timespec){0, 2000000}, NULL);
        }
        wait_forever();
        break;
    case BUSY:
        for (;;)
            continue;
    case SILENT:
        wait_forever();
    }
    return 0;
}

/* ---- the tests ---- */

static struct idn_evaluator evaluator;

static void start(enum part part) {
    CHECK(idn_evaluator_start(&evaluator, "/proc/self/exe", (size_t)part, 1) == 0);
}

static int64_t in(int64_t nanoseconds) {
    return idn_evaluator_now() + nanoseconds;
}

static void check_killed(void) {
    int status = idn_evaluator_stop(&evaluator);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    CHECK(idn_evaluator_stop(&evaluator) == -1);
}

static void test_starts_with_nothing(void) {
    int extra = open("/dev/null", O_RDONLY); /* not close-on-exec */
    sigset_t block, before;
    sigemptyset(&block);
    sigaddset(&block, SIGUSR2);
    sigprocmask(SIG_BLOCK, &block, &before);
    signal(SIGUSR1, SIG_IGN);
    setenv("IDNGO_SECRET_KEY", "secret", 1);
    start(REPORT);
    CHECK(idn_evaluator_receive(&evaluator, in(20 * SECOND)) == IDN_EVALUATOR_DONE);
    char text[200] = "";
    memcpy(text, evaluator.reply, evaluator.reply_len < 199 ? evaluator.reply_len : 199);
    CHECK_STR(text, "variables 0, descriptors 2, blocked 0, ignored 0, own group 1");
    check_killed();
    sigprocmask(SIG_SETMASK, &before, NULL);
    signal(SIGUSR1, SIG_DFL);
    close(extra);
}

/* Also where the host has closed its own 0 and 1. */
static void test_starts_without_standard_descriptors(void) {
    int saved = fcntl(STDOUT_FILENO, F_DUPFD, 50);
    for (int fd = 0; fd < 2; fd++)
        close(fd);
    int failed = idn_evaluator_start(&evaluator, "/proc/self/exe", REPORT, 1);
    enum idn_evaluator_io io = idn_evaluator_receive(&evaluator, in(20 * SECOND));
    open("/dev/null", O_RDONLY);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    CHECK(!failed && io == IDN_EVALUATOR_DONE);
    check_killed();
}

static void test_no_such_program(void) {
    CHECK(idn_evaluator_start(&evaluator, "/proc/self/fd/no-such", 1, 1) == ENOENT);
    CHECK(evaluator.pid == 0 && evaluator.to == -1 && evaluator.from == -1);
    CHECK(idn_evaluator_stop(&evaluator) == -1);
}

static void test_silence_is_late(void) {
    start(SILENT);
    CHECK(idn_evaluator_send(&evaluator, "x", 1, in(SECOND)) == IDN_EVALUATOR_DONE);
    CHECK(idn_evaluator_receive(&evaluator, in(SECOND / 100)) == IDN_EVALUATOR_LATE);
    check_killed();
}

static void test_more_than_it_reads_is_late(void) {
    size_t len = 1 << 20;
    char *bytes = calloc(1, len);
    start(SILENT);
    CHECK(bytes &&
          idn_evaluator_send(&evaluator, bytes, len, in(SECOND / 100)) == IDN_EVALUATOR_LATE);
    check_killed();
    free(bytes);
}

static void test_an_end_is_told_from_lateness(void) {
    start(ENDS);
    CHECK(idn_evaluator_receive(&evaluator, in(20 * SECOND)) == IDN_EVALUATOR_GONE);
    CHECK(idn_evaluator_send(&evaluator, "x", 1, in(SECOND)) == IDN_EVALUATOR_GONE);
    /* it may still have been on its way out when it was killed */
    int status = idn_evaluator_stop(&evaluator);
    CHECK(WIFEXITED(status) ? WEXITSTATUS(status) == 3 : WTERMSIG(status) == SIGKILL);
}

/* SIGPIPE's default would end this program. */
static void test_writing_to_the_deaf_raises_no_signal(void) {
    start(DEAF);
    CHECK(idn_evaluator_receive(&evaluator, in(20 * SECOND)) == IDN_EVALUATOR_DONE);
    CHECK(idn_evaluator_send(&evaluator, "x", 1, in(SECOND)) == IDN_EVALUATOR_GONE);
    sigset_t pending;
    sigpending(&pending);
    CHECK(!sigismember(&pending, SIGPIPE));
    check_killed();
}

static void test_a_huge_frame_is_bad(void) {
    start(LARGE);
    CHECK(idn_evaluator_receive(&evaluator, in(20 * SECOND)) == IDN_EVALUATOR_BAD);
    check_killed();
}

static void test_half_a_frame_is_late(void) {
    start(HALF);
    CHECK(idn_evaluator_receive(&evaluator, in(SECOND / 20)) == IDN_EVALUATOR_LATE);
    check_killed();
}

static void test_a_frame_nobody_asked_for_is_bad(void) {
    start(TWICE);
    CHECK(idn_evaluator_receive(&evaluator, in(20 * SECOND)) == IDN_EVALUATOR_DONE);
    CHECK(evaluator.reply_len == 1 && evaluator.reply[0] == 'T');
    CHECK(idn_evaluator_send(&evaluator, "x", 1, in(SECOND)) == IDN_EVALUATOR_BAD);
    check_killed();
}

static void test_a_frame_may_come_in_pieces(void) {
    start(SLOW);
    enum idn_evaluator_io io;
    int64_t deadline = in(20 * SECOND);
    while ((io = idn_evaluator_receive(&evaluator, 0)) == IDN_EVALUATOR_LATE &&
           idn_evaluator_now() < deadline)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    CHECK(io == IDN_EVALUATOR_DONE && evaluator.reply_len == 3 &&
          memcmp(evaluator.reply, "abc", 3) == 0);
    check_killed();
}

/* What ends a process whose host is stuck. */
static void test_the_kernel_counts_processor_time(void) {
    start(BUSY);
    idn_evaluator_allow(&evaluator, 0);
    CHECK(idn_evaluator_receive(&evaluator, in(60 * SECOND)) == IDN_EVALUATOR_GONE);
    int status = idn_evaluator_stop(&evaluator);
    CHECK(WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL));
}

static void test_nothing_is_left(void) {
    CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

int main(int argc, char **argv) {
    if (argc == 3)
        return play((enum part)atoi(argv[1]));
    test_starts_with_nothing();
    test_starts_without_standard_descriptors();
    test_no_such_program();
    test_silence_is_late();
    test_more_than_it_reads_is_late();
    test_an_end_is_told_from_lateness();
    test_writing_to_the_deaf_raises_no_signal();
    test_a_huge_frame_is_bad();
    test_half_a_frame_is_late();
    test_a_frame_nobody_asked_for_is_bad();
    test_a_frame_may_come_in_pieces();
    test_the_kernel_counts_processor_time();
    test_nothing_is_left();
    return check_done();
}
