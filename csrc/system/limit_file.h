/*
 * A limiter: the table of limit.h in a file that every process of one user and one account shares.
 *
 * The file, of 1.7 megabytes, lives in a directory of the user's own, by default
 * /dev/shm/idngo-UID (where there is no /dev/shm: /tmp/idngo-UID), so that cron jobs, shells and
 * services of one user meet. It outlives the processes: a second run sees the slots of the first. A
 * damaged file is started again with every slot held, as is one that was removed or replaced; only
 * the first file ever made for an account starts with free slots. That it was made is told by an
 * empty file beside it and, where the whole directory is gone, by the processes that still use it.
 * A user who removes both while no process uses them makes the slots of the last window free.
 *
 * No call blocks: each holds the file's lock for microseconds, and one that finds it taken for
 * longer than about a millisecond does without. Then acquire says to ask again, and what release
 * and close_lane were told is kept and written by the next call.
 *
 * In lanes of many slots a process that sends one request after another takes some slots ahead, as
 * long as there are plenty and nobody waits, and flushes answers in batches: most of its calls
 * then need no lock. Others see up to two batches of slots more held than there are, until the
 * next call that locks, or at worst until their lease is over.
 *
 * idngo 0.1 kept 16 lanes in a file of its own; both versions may use an account at once: see limit_old.h.
 *
 * A limiter belongs to one thread; threads and processes each open their own. After a fork the
 * child's copy opens the file for itself at its first use, and has no part in the parent's grants.
 */
#ifndef IDNGO_LIMIT_FILE_H
#define IDNGO_LIMIT_FILE_H

#include "limit.h"

struct idn_pending {
    struct idn_grant grant;
    bool has_spare_slots;    /* its lanes have slots enough to spare some for a while */
    bool settled; /* released, but not yet written */
    int64_t at;   /* as idn_limit_release and idn_limit_lose take it */
    int64_t late; /* of a request that is lost; else 0 */
};

enum { IDN_BATCH = 8 }; /* slots taken, or answers written, at once */

/* Slots taken ahead, for requests in the same lanes. */
struct idn_prefetched {
    uint64_t lanes;  /* one bit for each lane of the limiter */
    int64_t lease;   /* the longest that a request may have */
    int64_t use_by;
    int wanted;      /* how many to take next time: more after each time that all were used */
    int count;
    struct idn_grant grants[IDN_BATCH];
};

struct idn_limiter {
    bool open;
    int64_t now;        /* when the last call looked at the table: what a wait is counted from */
    int64_t late;       /* how long after a lost request left it may still be counted; set it after opening, if at all */
    char message[1024]; /* why the last call failed: the path, what is wrong, and what to do */

    /* The rest is private. */
    struct idn_limit_table *limit;
    int fd; /* -1: to be opened (again) */
    pid_t pid;
    bool lost;     /* the file was removed or replaced under us */
    dev_t device;  /* which file it is */
    ino_t inode;
    int64_t lease; /* the longest asked for */
    char boot[IDN_BOOT_ID];
    char directory[512], key[128]; /* directory: "" for the default */
    size_t hidden;                 /* bytes at its beginning that its user did not write */
    char path[640];
    struct idn_lane lanes[IDN_LANES];
    int64_t close_until[IDN_LANES]; /* to be written; 0: nothing */
    int lane_count;
    int unwritten; /* settled grants and lanes to be closed */
    struct idn_prefetched prefetched;
    int *ours; /* not zero: we are no fork of the process that set it; NULL: the system cannot tell so */
    struct idn_pending *grants;
    size_t grant_count, grant_room;
};

enum idn_answer { IDN_GRANTED, IDN_WAIT, IDN_BROKEN };
enum idn_extension { IDN_EXTENDED, IDN_LATER, IDN_GONE };
enum idn_release { IDN_ANSWERED, IDN_NOT_SENT, IDN_LOST };

/* Nanoseconds; see clock.h. */
int64_t idn_limiter_clock(void);

/* The default directory, by the effective user id of now: a worker may have dropped privileges since. */
void idn_limit_directory(char *out, size_t size);

/*
 * `key` names the account and becomes the file's name: 1 to 120 of A-Z a-z 0-9 _ -, no secret.
 * `directory`: NULL for the default. false: see message. Close it in any case.
 */
bool idn_limiter_open(struct idn_limiter *limiter, const char *directory, const char *key);

/* Idempotent. Requests under way count as lost now. */
void idn_limiter_close(struct idn_limiter *limiter);

/* Defines a lane, or defines it anew, and returns its index; -1: too many. */
int idn_limiter_lane(struct idn_limiter *limiter, const char *name, int slots, int64_t window);

/*
 * As idn_limit_acquire, for lanes given by index. IDN_BROKEN: the file cannot be used, see message;
 * the next call tries again.
 */
enum idn_answer idn_limiter_acquire(struct idn_limiter *limiter, const int *lanes, int count,
                                    int64_t lease, uint64_t *ticket, uint64_t *grant,
                                    struct idn_wait *wait);

/*
 * A grant that is unknown, or was released before, is ignored. `at`: when the response arrived; of
 * a lost request, when the last of it left.
 */
void idn_limiter_release(struct idn_limiter *limiter, uint64_t grant, enum idn_release how,
                         int64_t at);

/*
 * As idn_limit_extend. IDN_LATER: the file could not be used just now, and nothing has changed. IDN_GONE: the grant's
 * slots may be another's when its lease ends, or it was released.
 */
enum idn_extension idn_limiter_extend(struct idn_limiter *limiter, uint64_t grant, int64_t lease);

void idn_limiter_cancel_wait(struct idn_limiter *limiter, uint64_t ticket);
void idn_limiter_close_lane(struct idn_limiter *limiter, int lane, int64_t until);

/* How many lanes the account has; -1: see message. */
int idn_limiter_status(struct idn_limiter *limiter, struct idn_lane_status out[IDN_LANES]);

#endif
