/* The limiter's file: finding, checking, locking and mapping it, and the grants of one process. */
#include "limit_file.h"

#include "clock.h"
#include "limit_old.h"

#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MANY_SLOTS 32 /* slots of a lane that can do without a few for as long as a lease */
#define PREFETCH_TIME (IDN_SECOND / 20) /* how long slots taken ahead are kept for the next requests */
#define UNKNOWN_LEASE (40 * IDN_SECOND) /* of requests we know nothing of: a client's usual one for a file, see limits/pace.lua */

int64_t idn_limiter_clock(void) {
    return idn_clock_ns();
}

/* Says what is wrong with the file or directory at hand, and what to do about it. */
__attribute__((format(printf, 2, 3))) static bool fail(struct idn_limiter *limiter,
                                                       const char *format, ...) {
    va_list args;
    const char *path = limiter->path; /* as the user wrote it */
    if (strncmp(path, limiter->directory, limiter->hidden) == 0)
        path += limiter->hidden;
    int len = snprintf(limiter->message, sizeof limiter->message, "%s ", path);
    va_start(args, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): clang-tidy 14 overlooks va_start */
    vsnprintf(limiter->message + len, sizeof limiter->message - (size_t)len, format, args);
    va_end(args);
    return false;
}

/*
 * flock, and not a robust mutex in the file: the kernel keeps it, so whatever is in the file, and
 * whenever its holder is killed, it is free again and cannot be broken. It never waits: a holder
 * may be stopped for good, and our caller may be an event loop.
 */
static bool lock(int fd, int yields, int naps) {
    for (;;) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return false;
        if (yields-- > 0)
            sched_yield();
        else if (naps-- > 0)
            nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
        else
            return false;
    }
}

/* Whether it is ours, and ours alone. */
static bool check_owner(struct idn_limiter *limiter, const struct stat *st, unsigned mode) {
    unsigned found = st->st_mode & 0777;
    if (st->st_uid != geteuid())
        return fail(limiter, "belongs to uid %ld, not to %ld: remove it, or use another directory",
                    (long)st->st_uid, (long)geteuid());
    if (found != mode)
        return fail(limiter, "has mode %04o instead of %04o: chmod %o it", found, mode, mode);
    return true;
}

/* Opens, makes if need be, and locks the directory. Its descriptor, or -1. */
static int open_directory(struct idn_limiter *limiter) {
    if (mkdir(limiter->path, 0700) != 0 && errno != EEXIST) {
        fail(limiter, "cannot be made: %s; use another directory", strerror(errno));
        return -1;
    }
    int fd = open(limiter->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
        fail(limiter, "is a symbolic link or no directory: remove it, or use another directory");
    else if (fd < 0 || fstat(fd, &st) != 0)
        fail(limiter, "cannot be opened: %s", strerror(errno));
    else if (check_owner(limiter, &st, 0700)) {
        /* While it is locked nobody sees a file that is made but not yet filled. */
        if (lock(fd, 50, 1000))
            return fd;
        fail(limiter, "is locked by another process: is one stopped?");
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

/*
 * Gives the file its size. Its blocks are taken before: a file that has its size without them, on a
 * full disk, is a SIGBUS for the process that touches it.
 */
static bool resize(struct idn_limiter *limiter, int fd) {
    off_t size = (off_t)idn_limit_size();
    int error = posix_fallocate(fd, 0, size);
    if (error == 0 && ftruncate(fd, size) != 0) /* it was larger */
        error = errno;
    if (error == 0)
        return true;
    if (ftruncate(fd, 0) != 0) /* so that nobody takes it for whole */
        error = errno;
    return fail(limiter, "cannot be given %zu bytes: %s; make room, or use another directory",
                idn_limit_size(), strerror(error));
}

/* Whether we can use it; one that has its size, but holes in it, is given the blocks it lacks. */
static bool check_file(struct idn_limiter *limiter, int fd, struct stat *st) {
    if (fstat(fd, st) != 0)
        return fail(limiter, "cannot be examined: %s", strerror(errno));
    if (!S_ISREG(st->st_mode))
        return fail(limiter, "is not a regular file: remove it");
    if (st->st_nlink != 1)
        return fail(limiter, "has a second name, a hard link: remove it");
    if (!check_owner(limiter, st, 0600))
        return false;
    int error = st->st_blocks * 512 < st->st_size ? posix_fallocate(fd, 0, st->st_size) : 0;
    return error == 0 || fail(limiter, "has holes that cannot be filled: %s; make room, or remove it", strerror(error));
}

static bool map(struct idn_limiter *limiter, int fd) {
    void *memory = mmap(NULL, idn_limit_size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return fail(limiter, "cannot be mapped: %s", strerror(errno));
    limiter->limit = memory;
    return true;
}

/* Whether a process of ours uses a file of one of these names in a directory of this one's name that is removed. */
static bool used_though_removed(int directory, const char *name, const char *other) {
    char path[64], line[1024], where[640], removed[2][800];
    snprintf(path, sizeof path, "/proc/self/fd/%d", directory); /* where it is, symbolic links resolved */
    ssize_t len = readlink(path, where, sizeof where);
    if (len <= 0)
        return false;
    snprintf(removed[0], sizeof removed[0], "%.*s/%s (deleted)\n", (int)len, where, name);
    snprintf(removed[1], sizeof removed[1], "%.*s/%s (deleted)\n", (int)len, where, other);
    bool found = false;
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes && !found && (entry = readdir(processes));) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
            continue;
        snprintf(path, sizeof path, "/proc/%.20s/maps", entry->d_name);
        FILE *maps = fopen(path, "re");
        while (maps && !found && fgets(line, sizeof line, maps))
            found = strstr(line, removed[0]) || strstr(line, removed[1]);
        if (maps)
            fclose(maps);
    }
    if (processes)
        closedir(processes);
    return found;
}

/*
 * Whether the file, which is there or just made, is the account's first, so that nothing has been
 * sent; and marks that there was one. Answers `true` only for what is certain.
 */
static bool is_first(struct idn_limiter *limiter, int directory, const char *name, bool made) {
    char mark[sizeof limiter->key + 8], old[sizeof mark];
    snprintf(mark, sizeof mark, "%s.used", limiter->key);
    snprintf(old, sizeof old, "%s.v1", limiter->key);
    int fd = openat(directory, mark, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    close(fd);
    return made && !used_though_removed(directory, name, old);
}

/* Until when the requests that we know nothing of may be under way. */
static int64_t latest_answer(const struct idn_limiter *limiter) {
    int64_t lease = limiter->lease > UNKNOWN_LEASE ? limiter->lease : UNKNOWN_LEASE;
    return idn_limiter_clock() + lease;
}

/* Starts the table again, with every slot held. */
static void hold_all(struct idn_limiter *limiter) {
    idn_limit_init(limiter->limit, limiter->boot, latest_answer(limiter));
    limiter->prefetched.count = 0;
}

enum entered { ENTERED, BUSY, BROKEN };

/* Takes over what idngo 0.1 holds in its file, which is locked, of `size` bytes; `starts`: our table was made just now. */
static bool take_old(struct idn_limiter *limiter, int fd, off_t size, bool starts) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    int64_t now = idn_limiter_clock(), old_now = (int64_t)at.tv_sec * IDN_SECOND + at.tv_nsec;
    if (size != (off_t)idn_old_size()) {
        hold_all(limiter);
        return true;
    }
    struct idn_old_table *old = mmap(NULL, idn_old_size(), PROT_READ, MAP_SHARED, fd, 0);
    if (old == MAP_FAILED)
        return fail(limiter, "cannot be mapped: %s", strerror(errno));
    enum idn_soundness found = idn_old_check(old, limiter->boot, old_now);
    if (found != IDN_DAMAGED && starts)
        idn_limit_init(limiter->limit, limiter->boot, 0);
    if (found == IDN_DAMAGED || (found == IDN_SOUND && !idn_old_take(limiter->limit, old, now - old_now, now)))
        hold_all(limiter);
    munmap(old, idn_old_size());
    return true;
}

/*
 * Marks the file of idngo 0.1, whose path is at hand, and before takes over what 0.1 sent since we know that it was marked.
 * One that is not there is made: 0.1 would make one with free slots.
 */
static enum entered mark_old(struct idn_limiter *limiter, bool starts) {
    int64_t since = idn_old_since(limiter->limit, limiter->boot, idn_limiter_clock());
    int fd = open(limiter->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool made = fd >= 0;
    if (!made && errno == EEXIST)
        fd = open(limiter->path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        (void)(errno == ELOOP ? fail(limiter, "is a symbolic link: remove it")
                              : fail(limiter, "cannot be opened: %s", strerror(errno)));
        return BROKEN;
    }
    uint64_t mark = IDN_OLD_MARK, found = 0;
    struct stat st;
    enum entered entered = ENTERED;
    if (pread(fd, &found, sizeof found, 0) == sizeof found && found == mark) {
        if (starts) /* there was a table of ours before */
            hold_all(limiter);
    } else {
        if (!lock(fd, 20, 10))
            entered = BUSY;
        else if (!check_file(limiter, fd, &st) ||
                 (!made && since >= IDN_OLD_HELD && !take_old(limiter, fd, st.st_size, starts)))
            entered = BROKEN;
        else if (made && !starts && since >= IDN_OLD_HELD)
            hold_all(limiter); /* it was removed, and with it what 0.1 may have sent */
        if (entered == ENTERED && pwrite(fd, &mark, sizeof mark, 0) != sizeof mark) {
            fail(limiter, "cannot be marked: %s; make room, or use another directory", strerror(errno));
            entered = BROKEN;
        }
    }
    close(fd);
    return entered;
}

/* Sees to it that idngo 0.1 grants nothing beside us: see limit_old.h. `starts`: our table was made just now. */
static enum entered look_at_old(struct idn_limiter *limiter, bool starts) {
    char *version = limiter->path + strlen(limiter->path) - 1;
    char ours = *version;
    *version = '1';
    enum entered entered = mark_old(limiter, starts);
    *version = ours;
    if (entered == ENTERED)
        idn_old_note(limiter->limit, limiter->boot, idn_limiter_clock());
    return entered;
}

/* Opens the file, in its locked directory, and maps it. */
static bool open_file(struct idn_limiter *limiter, int directory, const char *name) {
    int fd = openat(directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool made = fd >= 0;
    if (!made && errno == EEXIST)
        fd = openat(directory, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ELOOP ? fail(limiter, "is a symbolic link: remove it")
                              : fail(limiter, "cannot be opened: %s", strerror(errno));
    struct stat st;
    if (!check_file(limiter, fd, &st) || (made && !resize(limiter, fd)) || !map(limiter, fd)) {
        if (made)
            unlinkat(directory, name, 0);
        close(fd);
        return false;
    }
    limiter->device = st.st_dev;
    limiter->inode = st.st_ino;
    bool first = is_first(limiter, directory, name, made);
    if (made) {
        idn_limit_init(limiter->limit, limiter->boot, first ? 0 : latest_answer(limiter));
        if (lock(fd, 20, 10)) { /* where that fails now, all slots are held, and the next call tries it again */
            look_at_old(limiter, true);
            flock(fd, LOCK_UN);
        }
    }
    limiter->fd = fd;
    return true;
}

static void unmap(struct idn_limiter *limiter) {
    if (limiter->limit)
        munmap(limiter->limit, idn_limit_size());
    if (limiter->fd >= 0)
        close(limiter->fd);
    limiter->limit = NULL;
    limiter->fd = -1;
    limiter->prefetched.count = 0;
}

void idn_limit_directory(char *out, size_t size) {
    const char *parent = access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(out, size, "%s/idngo-%ld", parent, (long)geteuid());
}

static void find_directory(struct idn_limiter *limiter) {
    if (limiter->directory[0])
        snprintf(limiter->path, sizeof limiter->path, "%s", limiter->directory);
    else
        idn_limit_directory(limiter->path, sizeof limiter->path);
}

static bool reopen(struct idn_limiter *limiter) {
    unmap(limiter);
    find_directory(limiter);
    int directory = open_directory(limiter);
    if (directory < 0)
        return false;
    size_t len = strlen(limiter->path);
    snprintf(limiter->path + len, sizeof limiter->path - len, "/%s.v2", limiter->key);
    bool ok = open_file(limiter, directory, limiter->path + len + 1);
    close(directory);
    return ok;
}

/* A word of memory that is zero in every fork of this process; NULL when the system has none. */
static int *mark_process(void) {
#ifdef MADV_WIPEONFORK
    int *mark = mmap(NULL, sizeof *mark, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mark == MAP_FAILED)
        return NULL;
    if (madvise(mark, sizeof *mark, MADV_WIPEONFORK) == 0) {
        *mark = 1;
        return mark;
    }
    munmap(mark, sizeof *mark);
#endif
    return NULL;
}

bool idn_limiter_open(struct idn_limiter *limiter, const char *directory, const char *key) {
    *limiter = (struct idn_limiter){
        .fd = -1, .pid = getpid(), .late = IDN_LIMIT_LONGEST, .open = true};
    limiter->ours = mark_process();
    snprintf(limiter->path, sizeof limiter->path, "the limiter's file");
    idn_boot_id(limiter->boot);
    size_t len = directory ? strlen(directory) : 0;
    while (len > 1 && directory[len - 1] == '/')
        len--; /* or a symbolic link would be followed */
    size_t before = 0;
    if (directory && directory[0] != '/') { /* the process may go elsewhere while we use it */
        if (!getcwd(limiter->directory, sizeof limiter->directory - 1))
            return fail(limiter, "cannot be found: %s", strerror(errno));
        before = strlen(limiter->directory);
        limiter->directory[before++] = '/';
    }
    if (before + len >= sizeof limiter->directory || strlen(key) > 120)
        return fail(limiter, "has too long a name");
    limiter->hidden = before;
    memcpy(limiter->directory + before, directory ? directory : "", len);
    memcpy(limiter->key, key, strlen(key) + 1);
    return reopen(limiter);
}

/* Frees the slots taken ahead that nobody has used. */
static void give_back(struct idn_limiter *limiter) {
    struct idn_prefetched *prefetched = &limiter->prefetched;
    for (; prefetched->count > 0; prefetched->wanted = 0)
        idn_limit_release(limiter->limit, &prefetched->grants[--prefetched->count], 0, limiter->now);
}

static void write_unwritten(struct idn_limiter *limiter) {
    for (size_t i = limiter->grant_count; i-- > 0;) {
        struct idn_pending *pending = &limiter->grants[i];
        if (!pending->settled)
            continue;
        if (pending->late)
            idn_limit_lose(limiter->limit, &pending->grant, pending->at, pending->late, limiter->now);
        else
            idn_limit_release(limiter->limit, &pending->grant, pending->at, limiter->now);
        *pending = limiter->grants[--limiter->grant_count];
    }
    for (int i = 0; i < limiter->lane_count; i++) {
        if (limiter->close_until[i])
            idn_limit_close_lane(limiter->limit, &limiter->lanes[i], limiter->close_until[i],
                                 limiter->now);
        limiter->close_until[i] = 0;
    }
    limiter->unwritten = 0;
}

/* Whether the file at our path is the one that we have. */
static bool is_there(const struct idn_limiter *limiter, struct stat *st) {
    return lstat(limiter->path, st) == 0 && st->st_ino == limiter->inode &&
           st->st_dev == limiter->device;
}

/* Locks the file and makes the table fit for use. */
static enum entered enter(struct idn_limiter *limiter) {
    pid_t pid = getpid();
    if (pid != limiter->pid) { /* a lock is shared with a fork's parent: the child needs its own */
        unmap(limiter);
        limiter->pid = pid;
        if (limiter->ours)
            *limiter->ours = 1;
        limiter->grant_count = 0;
        limiter->unwritten = 0;
        memset(limiter->close_until, 0, sizeof limiter->close_until);
    }
    struct stat st;
    for (int tries = 0;; tries++) {
        if (limiter->fd < 0 && !reopen(limiter))
            return BROKEN;
        if (!lock(limiter->fd, 20, 10))
            return BUSY;
        if (is_there(limiter, &st))
            break;
        /* Removed or replaced: by hand, by a restored copy, or by logind, which clears /dev/shm when a user has
         * logged out. What we hold in it is nobody's any more, so the new one starts with every slot held. */
        unmap(limiter);
        limiter->lost = true;
        if (tries == 3) {
            fail(limiter, "is removed or replaced again and again");
            return BROKEN;
        }
    }
    limiter->now = idn_limiter_clock();
    bool damaged = limiter->lost;
    if (st.st_size != (off_t)idn_limit_size()) {
        if (!resize(limiter, limiter->fd)) {
            flock(limiter->fd, LOCK_UN);
            return BROKEN;
        }
        damaged = true;
    }
    enum idn_soundness found = idn_limit_check(limiter->limit, limiter->boot, limiter->now);
    if (damaged || found == IDN_DAMAGED) {
        hold_all(limiter);
        limiter->lost = false;
    } else if (found == IDN_OTHER_BOOT) {
        idn_limit_init(limiter->limit, limiter->boot, 0);
    }
    if (idn_old_since(limiter->limit, limiter->boot, limiter->now) >= IDN_OLD_RENEW) {
        enum entered entered = look_at_old(limiter, false);
        if (entered != ENTERED) {
            flock(limiter->fd, LOCK_UN);
            return entered;
        }
    }
    if (limiter->unwritten)
        write_unwritten(limiter);
    if (limiter->now > limiter->prefetched.use_by)
        give_back(limiter);
    return ENTERED;
}

static void leave(struct idn_limiter *limiter) {
    flock(limiter->fd, LOCK_UN);
}

/* Writes what is to be written; `all` is what nobody will ask for any more, too. */
static void enter_to_write(struct idn_limiter *limiter, bool all) {
    if (enter(limiter) != ENTERED)
        return;
    if (all)
        give_back(limiter);
    leave(limiter);
}

/* Keeps how a request ended until it is written. */
static void settle(struct idn_limiter *limiter, struct idn_pending *pending, enum idn_release how,
                   int64_t at) {
    if (pending->settled)
        return;
    pending->settled = true;
    pending->at = how == IDN_NOT_SENT ? 0 : at;
    pending->late = how == IDN_LOST ? limiter->late : 0;
    limiter->unwritten++;
}

void idn_limiter_close(struct idn_limiter *limiter) {
    if (!limiter->open)
        return;
    if (limiter->pid == getpid()) {
        for (size_t i = 0; i < limiter->grant_count; i++)
            settle(limiter, &limiter->grants[i], IDN_LOST, idn_limiter_clock());
        if (limiter->unwritten || limiter->prefetched.count > 0)
            enter_to_write(limiter, true);
    }
    unmap(limiter);
    free(limiter->grants);
    if (limiter->ours)
        munmap(limiter->ours, sizeof *limiter->ours);
    *limiter = (struct idn_limiter){.fd = -1};
}

int idn_limiter_lane(struct idn_limiter *limiter, const char *name, int slots, int64_t window) {
    int index = 0;
    while (index < limiter->lane_count && strcmp(limiter->lanes[index].name, name) != 0)
        index++;
    if (index == IDN_LANES)
        return -1;
    struct idn_lane lane = {.slots = slots, .window = window};
    strncpy(lane.name, name, sizeof lane.name - 1);
    limiter->lanes[index] = lane;
    limiter->prefetched.use_by = 0; /* it was taken by another definition */
    if (index == limiter->lane_count)
        limiter->lane_count++;
    return index;
}

/* A slot in each of these lanes that was taken ahead. */
static bool use_prefetched(struct idn_limiter *limiter, uint64_t lanes, int64_t lease,
                      struct idn_grant *grant) {
    struct idn_prefetched *prefetched = &limiter->prefetched;
    if (prefetched->count == 0 || prefetched->lanes != lanes || lease > prefetched->lease)
        return false;
    if (!limiter->ours || !*limiter->ours)
        return false;
    int64_t now = idn_limiter_clock();
    if (now > prefetched->use_by)
        return false;
    *grant = prefetched->grants[--prefetched->count];
    grant->sent = now;
    return true;
}

/*
 * Takes slots ahead, after `request` got its own. Twice as many each time, beginning with none: a
 * lone request, or the last one of many, leaves few behind.
 */
static void prefetch(struct idn_limiter *limiter, struct idn_request request, uint64_t lanes,
                       const struct idn_grant *first) {
    struct idn_prefetched *prefetched = &limiter->prefetched;
    int wanted = prefetched->lanes == lanes && limiter->now <= prefetched->use_by ? prefetched->wanted : 0;
    prefetched->lanes = lanes;
    prefetched->lease = request.lease;
    prefetched->use_by = limiter->now + PREFETCH_TIME;
    prefetched->wanted = wanted == 0 ? 1 : wanted < IDN_BATCH / 2 ? 2 * wanted : IDN_BATCH;
    request.lease += PREFETCH_TIME;
    bool plenty = true;
    for (int i = 0; i < request.count; i++) /* slots are taken from the first on */
        plenty = plenty && 2 * (first->slots[i] + IDN_BATCH) < request.lanes[i]->slots;
    while (plenty && prefetched->count < wanted) {
        uint64_t ticket = 0;
        struct idn_wait wait;
        if (!idn_limit_acquire(limiter->limit, &request, limiter->now, &ticket,
                               &prefetched->grants[prefetched->count], &wait)) {
            idn_limit_cancel_wait(limiter->limit, ticket, limiter->now);
            break;
        }
        prefetched->count++;
    }
}

/* Room for one more grant. */
static bool make_room(struct idn_limiter *limiter) {
    if (limiter->grant_count < limiter->grant_room)
        return true;
    size_t room = limiter->grant_room ? 2 * limiter->grant_room : 16;
    struct idn_pending *grants = realloc(limiter->grants, room * sizeof *grants);
    if (!grants)
        return fail(limiter, "needs more memory than there is");
    limiter->grants = grants;
    limiter->grant_room = room;
    return true;
}

/* Asks the shared table; `has_spare_slots`: its lanes have slots enough to take some ahead. */
static enum idn_answer ask_table(struct idn_limiter *limiter, struct idn_request request,
                                 uint64_t lanes, bool has_spare_slots, uint64_t *ticket,
                                 struct idn_grant *grant, struct idn_wait *wait) {
    enum entered entered = enter(limiter);
    if (entered == BROKEN)
        return IDN_BROKEN;
    if (entered == BUSY) {
        limiter->now = idn_limiter_clock();
        wait->until = wait->expected = limiter->now + IDN_SECOND / 1000;
        memcpy(wait->lane, limiter->lanes[__builtin_ctzll(lanes)].name, IDN_LANE_NAME);
        return IDN_WAIT;
    }
    give_back(limiter); /* of other lanes, or for shorter leases */
    request.pid = limiter->pid;
    bool granted = idn_limit_acquire(limiter->limit, &request, limiter->now, ticket, grant, wait);
    if (granted && has_spare_slots && limiter->ours)
        prefetch(limiter, request, lanes, grant);
    leave(limiter);
    return granted ? IDN_GRANTED : IDN_WAIT;
}

enum idn_answer idn_limiter_acquire(struct idn_limiter *limiter, const int *lanes, int count,
                                    int64_t lease, uint64_t *ticket, uint64_t *grant,
                                    struct idn_wait *wait) {
    struct idn_request request = {.count = count, .lease = lease};
    struct idn_pending pending = {.has_spare_slots = true};
    uint64_t set = 0;
    for (int i = 0; i < count; i++) {
        request.lanes[i] = &limiter->lanes[lanes[i]];
        pending.has_spare_slots = pending.has_spare_slots && request.lanes[i]->slots >= MANY_SLOTS;
        set |= UINT64_C(1) << lanes[i];
    }
    if (lease > limiter->lease)
        limiter->lease = lease;
    if (!make_room(limiter))
        return IDN_BROKEN;
    if (*ticket != 0 || !use_prefetched(limiter, set, lease, &pending.grant)) {
        enum idn_answer answer =
            ask_table(limiter, request, set, pending.has_spare_slots, ticket, &pending.grant, wait);
        if (answer != IDN_GRANTED)
            return answer;
    }
    limiter->grants[limiter->grant_count++] = pending;
    *grant = pending.grant.stamp;
    return IDN_GRANTED;
}

/* A grant that is not yet released, or NULL. */
static struct idn_pending *find_grant(struct idn_limiter *limiter, uint64_t grant) {
    size_t i = limiter->grant_count;
    while (i > 0 && limiter->grants[i - 1].grant.stamp != grant)
        i--;
    return i > 0 && !limiter->grants[i - 1].settled ? &limiter->grants[i - 1] : NULL;
}

enum idn_extension idn_limiter_extend(struct idn_limiter *limiter, uint64_t grant, int64_t lease) {
    if (enter(limiter) != ENTERED)
        return IDN_LATER;
    const struct idn_pending *pending = find_grant(limiter, grant); /* a fork has none of them */
    bool extended = pending && idn_limit_extend(limiter->limit, &pending->grant, lease, limiter->now);
    leave(limiter);
    if (extended && lease > limiter->lease)
        limiter->lease = lease;
    return extended ? IDN_EXTENDED : IDN_GONE;
}

void idn_limiter_release(struct idn_limiter *limiter, uint64_t grant, enum idn_release how,
                         int64_t at) {
    struct idn_pending *pending = find_grant(limiter, grant);
    if (!pending)
        return;
    settle(limiter, pending, how, at);
    if (how != IDN_ANSWERED || !pending->has_spare_slots || limiter->unwritten > IDN_BATCH + 1)
        enter_to_write(limiter, false);
}

void idn_limiter_cancel_wait(struct idn_limiter *limiter, uint64_t ticket) {
    if (enter(limiter) != ENTERED)
        return; /* it will be passed over */
    idn_limit_cancel_wait(limiter->limit, ticket, limiter->now);
    leave(limiter);
}

void idn_limiter_close_lane(struct idn_limiter *limiter, int lane, int64_t until) {
    if (until > limiter->close_until[lane])
        limiter->close_until[lane] = until;
    limiter->unwritten++;
    enter_to_write(limiter, true);
}

int idn_limiter_status(struct idn_limiter *limiter, struct idn_lane_status out[IDN_LANES]) {
    enum entered entered = enter(limiter);
    if (entered == BUSY)
        fail(limiter, "is locked by another process: is one stopped?");
    if (entered != ENTERED)
        return -1;
    give_back(limiter);
    int count = idn_limit_status(limiter->limit, limiter->now, out);
    leave(limiter);
    return count;
}
