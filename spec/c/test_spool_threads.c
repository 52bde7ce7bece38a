/* The spool under threads: several that append and ask, the spool's own that writes, one that reads what is written. */
#include "system/spool.h"

#include "check.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 3, EACH = 300 };

static char dir[] = "/tmp/idngo-spool-XXXXXX";
static struct idn_spool *spool;
static atomic_int stored, ended;

static void *append(void *arg) {
    (void)arg;
    for (int i = 0; i < EACH; i++) {
        char text[64];
        int len = snprintf(text, sizeof text, "{\"n\":%d}", i);
        uint64_t ticket = idn_spool_append(spool, text, (size_t)len);
        int state = 0;
        if (i % 50 == 0) /* the others are durable when a later one is */
            while (ticket && (state = idn_spool_state(spool, ticket)) == 0)
                sched_yield();
        stored += ticket != 0 && state >= 0;
    }
    ended++;
    return NULL;
}

/* Whole frames in all segments. */
static int count_frames(int *damaged) {
    DIR *all = opendir(dir);
    int count = 0;
    for (struct dirent *entry; all && (entry = readdir(all));) {
        char path[320];
        struct idn_spool_reader reader;
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        if (idn_spool_reader_open(&reader, path, 0)) {
            struct idn_frame frame;
            while ((frame = idn_spool_reader_next(&reader)).state == IDN_FRAME_WHOLE)
                count++;
            *damaged += frame.state == IDN_FRAME_DAMAGED;
        }
        idn_spool_reader_close(&reader);
    }
    if (all)
        closedir(all);
    return count;
}

static void remove_all(void) {
    DIR *all = opendir(dir);
    for (struct dirent *entry; all && (entry = readdir(all));)
        unlinkat(dirfd(all), entry->d_name, 0);
    if (all)
        closedir(all);
    rmdir(dir);
}

int main(void) {
    pthread_t threads[THREADS];
    const char *why = NULL;
    int damaged = 0, before = 0;
    CHECK(mkdtemp(dir) != NULL);
    spool = idn_spool_open(dir, 4096, &why);
    CHECK(spool != NULL);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, append, NULL) == 0);
    while (ended < THREADS) { /* a reader sees ever more, and nothing broken */
        int count = count_frames(&damaged);
        CHECK(count >= before);
        before = count;
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    idn_spool_close(spool);
    CHECK(stored == THREADS * EACH);
    CHECK(count_frames(&damaged) == THREADS * EACH);
    CHECK(damaged == 0);
    remove_all();
    return check_done();
}
