/* The spool's writer: a thread that stores in groups, so that nobody waits for a disk. See spool.h. */
#include "folder.h"
#include "spool.h"
#include "thread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* More than this waits only when the disk has stopped. */
enum { WAITING_MAX = 64 << 20, KEEP = 1 << 20 };

struct group {
    unsigned char *bytes;
    size_t len, room;
    int64_t begun; /* when its first record was received */
};

struct idn_spool {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t more;

    /* Under the lock. */
    struct group waiting;
    uint64_t last;   /* ticket given out last */
    uint64_t done;   /* every ticket up to this one was tried */
    uint64_t failed; /* and up to this one counts as failed, for `error` */
    int error, closing;

    /* The thread's own, until it has ended. */
    uint64_t segment_size;
    char *path;       /* of the folder */
    int dir, segment; /* segment -1: none open */
    uint64_t size;    /* of the open segment; all of it is durable */
    char name[48];
};

static int64_t unix_micros(void) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

/* ---- the thread ---- */

/* Segments sort by name in the order of their first records. */
static int begin_segment(struct idn_spool *spool, int64_t begun) {
    do {
        snprintf(spool->name, sizeof spool->name, "%016lld-%ld.events", (long long)begun++,
                 (long)getpid());
        spool->segment = openat(spool->dir, spool->name,
                                O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    } while (spool->segment < 0 && errno == EEXIST);
    spool->size = 0;
    if (spool->segment >= 0)
        (void)flock(spool->segment, LOCK_SH | LOCK_NB); /* nobody else knows it yet; some file systems have no locks */
    return spool->segment >= 0;
}

static int write_all(int fd, const unsigned char *bytes, size_t len) {
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return 0;
        bytes += n;
        len -= (size_t)n;
    }
    return 1;
}

static void end_segment(struct idn_spool *spool) {
    close(spool->segment);
    spool->segment = -1;
}

/* What was not stored is taken back as well as can be, and the segment is left: who knows what it holds. */
static void abandon_segment(struct idn_spool *spool) {
    int kept = spool->size == 0 ? unlinkat(spool->dir, spool->name, 0)
                                : ftruncate(spool->segment, (off_t)spool->size);
    (void)kept; /* readers take records nobody acknowledged, and step over half of one */
    end_segment(spool);
}

/* Whether the folder is still the one that readers find: somebody may have put another in its place, or a disk is gone. */
static int is_named(const struct idn_spool *spool) {
    struct stat ours, named;
    return fstat(spool->dir, &ours) == 0 && stat(spool->path, &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev;
}

/* Whether the open segment is still in its folder: somebody may have cleared it. */
static int is_kept(const struct idn_spool *spool) {
    struct stat found;
    return fstat(spool->segment, &found) == 0 && found.st_nlink > 0;
}

/* Makes a group durable, whole, in one segment. 0, or errno. */
static int store(struct idn_spool *spool, const struct group *group) {
    if (spool->segment >= 0 && spool->size >= spool->segment_size)
        end_segment(spool);
    int begun = spool->segment >= 0 || begin_segment(spool, group->begun);
    int written = begun && write_all(spool->segment, group->bytes, group->len) &&
                  fdatasync(spool->segment) == 0 && (spool->size > 0 || fsync(spool->dir) == 0);
    int error = written ? 0 : errno;
    if (!is_named(spool) || (written && !is_kept(spool)))
        error = ENOENT;
    if (!error)
        spool->size += group->len;
    else if (begun)
        abandon_segment(spool);
    return error;
}

static void clear(struct group *group) {
    group->len = 0;
    if (group->room > KEEP) {
        free(group->bytes);
        *group = (struct group){0};
    }
}

static void *work(void *arg) {
    struct idn_spool *spool = arg;
    struct group group = {0};
    pthread_mutex_lock(&spool->lock);
    for (;;) {
        while (spool->waiting.len == 0 && !spool->closing)
            pthread_cond_wait(&spool->more, &spool->lock);
        if (spool->waiting.len == 0)
            break;
        struct group filled = spool->waiting;
        spool->waiting = group;
        group = filled;
        uint64_t last = spool->last;
        pthread_mutex_unlock(&spool->lock);

        int error = store(spool, &group);
        clear(&group);

        pthread_mutex_lock(&spool->lock);
        spool->done = last;
        if (error) {
            spool->failed = last;
            spool->error = error;
        }
    }
    pthread_mutex_unlock(&spool->lock);
    free(group.bytes);
    return NULL;
}

/* ---- the caller's side ---- */

static void dispose(struct idn_spool *spool) {
    if (spool->segment >= 0)
        close(spool->segment);
    close(spool->dir);
    free(spool->path);
    pthread_cond_destroy(&spool->more);
    pthread_mutex_destroy(&spool->lock);
    free(spool->waiting.bytes);
    free(spool);
}

struct idn_spool *idn_spool_open(const char *dir, uint64_t segment_size, const char **why) {
    struct idn_spool *spool = calloc(1, sizeof *spool);
    if (!spool) {
        *why = strerror(ENOMEM);
        return NULL;
    }
    spool->segment = -1;
    spool->segment_size = segment_size;
    spool->dir = idn_folder_open(dir, 0, why);
    if (spool->dir < 0) {
        free(spool);
        return NULL;
    }
    spool->path = realpath(dir, NULL); /* the process may go to another folder */
    if (!spool->path) {
        *why = strerror(errno);
        close(spool->dir);
        free(spool);
        return NULL;
    }
    pthread_mutex_init(&spool->lock, NULL);
    pthread_cond_init(&spool->more, NULL);
    int error = idn_thread_start(&spool->thread, work, spool);
    if (error) {
        *why = strerror(error);
        dispose(spool);
        return NULL;
    }
    return spool;
}

static int make_room(struct group *group, size_t more) {
    size_t need = group->len + more, room = group->room ? group->room : 64 * 1024;
    if (need <= group->room)
        return 1;
    while (room < need)
        room *= 2;
    unsigned char *bytes = realloc(group->bytes, room);
    if (!bytes)
        return 0;
    group->bytes = bytes;
    group->room = room;
    return 1;
}

uint64_t idn_spool_append(struct idn_spool *spool, const void *text, size_t len) {
    unsigned char head[IDN_FRAME_HEAD];
    int64_t received = unix_micros();
    if (!idn_frame_head(head, text, len, received))
        return 0;
    uint64_t ticket = 0;
    size_t size = IDN_FRAME_HEAD + len;
    pthread_mutex_lock(&spool->lock);
    struct group *waiting = &spool->waiting;
    if (waiting->len + size > WAITING_MAX)
        errno = ENOBUFS;
    else if (!make_room(waiting, size))
        errno = ENOMEM;
    else {
        if (waiting->len == 0)
            waiting->begun = received;
        memcpy(waiting->bytes + waiting->len, head, IDN_FRAME_HEAD);
        memcpy(waiting->bytes + waiting->len + IDN_FRAME_HEAD, text, len);
        waiting->len += size;
        ticket = ++spool->last;
        pthread_cond_signal(&spool->more);
    }
    pthread_mutex_unlock(&spool->lock);
    return ticket;
}

int idn_spool_state(struct idn_spool *spool, uint64_t ticket) {
    pthread_mutex_lock(&spool->lock);
    int state = ticket <= spool->failed ? -spool->error : ticket <= spool->done;
    pthread_mutex_unlock(&spool->lock);
    return state;
}

void idn_spool_close(struct idn_spool *spool) {
    if (!spool)
        return;
    pthread_mutex_lock(&spool->lock);
    spool->closing = 1;
    pthread_cond_signal(&spool->more);
    pthread_mutex_unlock(&spool->lock);
    pthread_join(spool->thread, NULL);
    dispose(spool);
}
