/* Limiters of one account on a file of the test's own, for the tests of the limiter's file. */
#ifndef IDNGO_LIMIT_FILES_H
#define IDNGO_LIMIT_FILES_H

#include "system/limit_file.h"

#include "check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define S IDN_SECOND

static char root[64], dir[128], file[192];
static uint64_t ticket, grant;
static struct idn_wait told;

/* A directory of its own for each test. */
static inline void fresh(const char *name) {
    snprintf(dir, sizeof dir, "%s/%s", root, name);
    snprintf(file, sizeof file, "%s/key.v2", dir);
}

static inline struct idn_limiter *opened(void) {
    struct idn_limiter *limiter = calloc(1, sizeof *limiter);
    CHECK(idn_limiter_open(limiter, dir, "key"));
    idn_limiter_lane(limiter, "lane", 2, 10 * S);
    return limiter;
}

static inline void closed(struct idn_limiter *limiter) {
    idn_limiter_close(limiter);
    free(limiter);
}

static inline enum idn_answer ask(struct idn_limiter *limiter) {
    ticket = 0;
    enum idn_answer answer =
        idn_limiter_acquire(limiter, (int[]){0}, 1, 1 * S, &ticket, &grant, &told);
    if (answer == IDN_WAIT && ticket)
        idn_limiter_cancel_wait(limiter, ticket);
    return answer;
}

static inline int used(struct idn_limiter *limiter) {
    struct idn_lane_status all[IDN_LANES];
    int n = idn_limiter_status(limiter, all);
    return n == 1 ? all[0].used : n == 0 ? 0 : -1;
}

/* Before the first test and after the last: the directory that all their directories are in. */
static inline bool limit_files_start(void) {
    const char *tmp = getenv("TMPDIR");
    snprintf(root, sizeof root, "%s/idngo-test-XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
    return mkdtemp(root) != NULL;
}

static inline void limit_files_end(void) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    CHECK(system(command) == 0);
}

#endif
