/*
 * Files on either side of a call: a sink that appears whole or not at all, and a source that is read twice.
 *
 * Both keep a SHA-256 of the bytes and use constant memory. Messages name the path and the reason. No globals.
 */
#ifndef IDNGO_FILE_H
#define IDNGO_FILE_H

#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define IDN_SHA256_HEX 64

/*
 * A file being written under a temporary name beside `path`, mode 0600. It takes the name `path` only in
 * idn_sink_commit, after fsync; a symlink of that name is replaced, not followed.
 *
 * What is no regular file is never replaced but written through: a device, a pipe, and what stands for a descriptor, such
 * as /dev/stdout and /dev/fd/N, whatever that is. There every byte stands as soon as it is written. A pipe must have its
 * reader when it is opened (ENXIO): the process that opens a sink may hold what others wait for.
 *
 * `is_new`: nothing is replaced or written through. Where something has that name, be it a link that leads nowhere, opening
 * or committing fails with EEXIST: of several processes that make the same file, one does.
 */
struct idn_sink {
    int fd;      /* -1: closed */
    int through; /* what is written cannot be taken back */
    int is_new;
    uint64_t size;
    EVP_MD_CTX *hash;
    char sha256[IDN_SHA256_HEX + 1]; /* empty until idn_sink_sum */
    char *path, *temp;               /* owned */

    pthread_t thread; /* of idn_sink_begin */
    int begun;        /* the thread was started and not yet waited for; what is above is its own until it has ended */
    atomic_int ended;
    int error; /* of the thread */
};

/* Each returns 1, or 0 with errno set. */
int idn_sink_open(struct idn_sink *sink, const char *path, int is_new);
int idn_sink_write(struct idn_sink *sink, const void *bytes, size_t len);
int idn_sink_commit(struct idn_sink *sink);

/*
 * For runtimes that must not wait for a disk: begins to commit on a thread of its own. From then on only idn_sink_busy,
 * idn_sink_commit and idn_sink_close may be called, and the latter two wait until the thread has ended. 0 when there is no
 * thread to be had: then idn_sink_commit does it all.
 */
int idn_sink_begin(struct idn_sink *sink);
int idn_sink_busy(struct idn_sink *sink);

/* Ends the sum: nothing more can be written. Then the hex is in sink->sha256. May be called again. */
int idn_sink_sum(struct idn_sink *sink);

/* Removes what was written, unless committed, or about to be. Safe to call at any time, any number of times. */
void idn_sink_close(struct idn_sink *sink);

/*
 * A regular file that is read once to be hashed (and signed) and once to be sent. The second reading gives out
 * its last bytes only when the whole is what the first reading saw.
 */
struct idn_source {
    int fd; /* -1: closed */
    uint64_t size, at;
    EVP_MD_CTX *hash;
    unsigned char digest[EVP_MAX_MD_SIZE]; /* from the first reading */
};

#define IDN_SOURCE_CHANGED (-2)

int idn_source_open(struct idn_source *source, const char *path);

/* Begins the first reading. 1, or 0 with errno set. */
int idn_source_rewind(struct idn_source *source);

/*
 * The first reading goes on for `size` bytes; calls `take` with every piece. 1 when there is more, 0 when the file is
 * read and the second reading may begin, -1 with errno set.
 */
int idn_source_absorb(struct idn_source *source, size_t size,
                      int (*take)(void *arg, const void *bytes, size_t len), void *arg);

/* The second reading: bytes read (0 at the end), -1 with errno set, or IDN_SOURCE_CHANGED. */
int64_t idn_source_read(struct idn_source *source, void *to, size_t size);

void idn_source_close(struct idn_source *source);

#endif
