/*
 * Threads that each have a limiter on one file: never more at once than there are slots, and no access to the table
 * without its lock.
 *
 * The second is what ThreadSanitizer finds, with two things it cannot know said here: that all mappings of the file are
 * one memory, and that flock is a lock.
 */
#include "system/limit_file.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __SANITIZE_THREAD__
void __tsan_acquire(void *);
void __tsan_release(void *);
#else
#define __tsan_acquire(token) (void)(token)
#define __tsan_release(token) (void)(token)
#endif

enum { THREADS = 4, ROUNDS = 500, SLOTS = 3 };

static char dir[] = "/tmp/idngo-limit-XXXXXX";
static atomic_int at_once, most, granted;

/* ---- one memory, one lock ---- */

static void *table;
static char token;

/* libc's, but the first mapping of a file serves all who ask for one. */
void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    int shared = fd >= 0 && (flags & MAP_SHARED);
    if (shared && table)
        return table;
    void *memory = (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset); // NOLINT
    if (shared)
        table = memory;
    return memory;
}

int munmap(void *at, size_t size) {
    return at == table ? 0 : (int)syscall(SYS_munmap, at, size);
}

int flock(int fd, int operation) {
    if (operation & LOCK_UN)
        __tsan_release(&token);
    int result = (int)syscall(SYS_flock, fd, operation);
    if (result == 0 && (operation & LOCK_EX))
        __tsan_acquire(&token);
    return result;
}

/* ---- */

static void note_most(int n) {
    int before = most;
    while (n > before && !atomic_compare_exchange_weak(&most, &before, n))
        continue;
}

static void *work(void *limiter) {
    int lane = idn_limiter_lane(limiter, "lane", SLOTS, 0);
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t ticket = 0, grant;
        struct idn_wait wait;
        enum idn_answer answer;
        while ((answer = idn_limiter_acquire(limiter, &lane, 1, 60 * IDN_SECOND, &ticket, &grant,
                                             &wait)) == IDN_WAIT)
            sched_yield();
        if (answer != IDN_GRANTED)
            break;
        note_most(++at_once);
        granted++;
        sched_yield();
        --at_once;
        idn_limiter_release(limiter, grant, i % 2 ? IDN_ANSWERED : IDN_NOT_SENT, idn_limiter_clock());
    }
    return NULL;
}

int main(void) {
    static struct idn_limiter limiters[THREADS];
    pthread_t threads[THREADS];
    CHECK(mkdtemp(dir) != NULL);
    for (int i = 0; i < THREADS; i++)
        CHECK(idn_limiter_open(&limiters[i], dir, "key"));
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, &limiters[i]) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK(granted == THREADS * ROUNDS);
    CHECK(most <= SLOTS);
    struct idn_lane_status all[IDN_LANES];
    CHECK(idn_limiter_status(&limiters[0], all) == 1);
    CHECK(all[0].used == 0);
    for (int i = 0; i < THREADS; i++)
        idn_limiter_close(&limiters[i]);
    char path[64];
    snprintf(path, sizeof path, "%s/key.v2", dir);
    unlink(path);
    rmdir(dir);
    return check_done();
}
