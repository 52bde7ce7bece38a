/* Sinks and sources. See file.h. */
#include "file.h"

#include "protocol/sign.h"
#include "thread.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static EVP_MD_CTX *new_hash(void) {
    ERR_set_mark();
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    if (hash && !EVP_DigestInit_ex(hash, EVP_sha256(), NULL)) {
        EVP_MD_CTX_free(hash);
        hash = NULL;
    }
    ERR_pop_to_mark();
    if (!hash)
        errno = ENOMEM;
    return hash;
}

/* ---- sink ---- */

static int length_of_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (int)(slash - path + 1) : 0;
}

/* Replaces the path of a symlink by what it says. 1: it lies in /proc, where links lead to descriptors; 0: it is none. */
static int follow(char path[PATH_MAX]) {
    char said[PATH_MAX];
    struct statfs system;
    int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return 0;
    int in_proc = fstatfs(fd, &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
    ssize_t len = in_proc ? 0 : readlinkat(fd, "", said, sizeof said);
    close(fd);
    if (in_proc)
        return 1;
    int dir = len > 0 && said[0] != '/' ? length_of_folder(path) : 0;
    if (len <= 0 || (size_t)dir + (size_t)len >= PATH_MAX)
        return 0;
    memcpy(path + dir, said, (size_t)len);
    path[dir + len] = '\0';
    return -1;
}

/* Whether `path` leads into /proc; then `at` is where. */
static int leads_to_proc(const char *path, char at[PATH_MAX]) {
    enum { MOST_LINKS = 40 };
    size_t len = strlen(path);
    if (len >= PATH_MAX)
        return 0;
    memcpy(at, path, len + 1);
    for (int links = 0; links < MOST_LINKS; links++) {
        int state = follow(at);
        if (state >= 0)
            return state;
    }
    return 0;
}

/* The open descriptor of ours that `at`, within /proc, stands for, or -1. */
static int own_descriptor(const char *at) {
    const char *name = at + length_of_folder(at);
    struct stat there, own;
    char *end;
    long fd = strtol(name, &end, 10);
    if (end == name || *end || fd < 0 || fd > INT_MAX || fstat((int)fd, &own) != 0 ||
        stat(at, &there) != 0 || there.st_dev != own.st_dev || there.st_ino != own.st_ino)
        return -1;
    return (int)fd;
}

/* Opens what must not be replaced, and sets `through`; -1 when that fails, or `path` may be replaced. */
static int open_through(struct idn_sink *sink, const char *path) {
    char at[PATH_MAX];
    struct stat found;
    int in_proc = leads_to_proc(path, at);
    int there = stat(path, &found) == 0;
    sink->through = in_proc || (there && !S_ISREG(found.st_mode));
    if (!sink->through)
        return -1;
    int own = in_proc ? own_descriptor(at) : -1;
    if (own >= 0) /* and not opened again: a file's place is shared with others who write there */
        return fcntl(own, F_DUPFD_CLOEXEC, 3);
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0)
        (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return fd;
}

/* Whether something has this name. */
static int is_there(const char *path) {
    struct stat found;
    return lstat(path, &found) == 0;
}

int idn_sink_open(struct idn_sink *sink, const char *path, int is_new) {
    int dir = length_of_folder(path);
    memset(sink, 0, sizeof *sink);
    size_t size = strlen(path) + 32;
    sink->is_new = is_new;
    sink->fd = is_new ? -1 : open_through(sink, path); /* EISDIR for a folder */
    if (sink->through && sink->fd < 0)
        return 0;
    if (is_new && is_there(path)) {
        errno = EEXIST;
        return 0;
    }
    sink->path = strdup(path);
    sink->temp = calloc(1, size);
    sink->hash = sink->path && sink->temp ? new_hash() : NULL;
    if (!sink->hash)
        return 0;
    if (sink->through)
        return 1;
    snprintf(sink->temp, size, "%.*s.%s.XXXXXX", dir, path, path + dir);
    sink->fd = mkostemp(sink->temp, O_CLOEXEC); /* O_EXCL and 0600 by definition */
    if (sink->fd < 0)
        sink->temp[0] = '\0';
    return sink->fd >= 0;
}

int idn_sink_write(struct idn_sink *sink, const void *bytes, size_t len) {
    const char *p = bytes;
    if (sink->sha256[0] || !EVP_DigestUpdate(sink->hash, bytes, len)) {
        errno = EIO;
        return 0;
    }
    while (len > 0) {
        ssize_t n = write(sink->fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return 0;
        p += n;
        len -= (size_t)n;
        sink->size += (uint64_t)n;
    }
    return 1;
}

/* Makes the new name itself last. A directory that cannot be synced is no reason to fail. */
static void sync_directory(const char *path) {
    char *copy = strdup(path);
    if (!copy)
        return;
    char *slash = strrchr(copy, '/');
    if (slash)
        slash[slash == copy] = '\0';
    int fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

int idn_sink_sum(struct idn_sink *sink) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (sink->sha256[0])
        return 1;
    if (!EVP_DigestFinal_ex(sink->hash, digest, NULL)) {
        errno = EIO;
        return 0;
    }
    idn_hex(sink->sha256, digest, IDN_SHA256_HEX / 2);
    return 1;
}

/* A device or a pipe that has nothing to sync says EINVAL, or that it cannot. */
static int sync_file(const struct idn_sink *sink) {
    return fsync(sink->fd) == 0 ||
           (sink->through && (errno == EINVAL || errno == EROFS || errno == ENOTSUP));
}

/* Gives the file its name, which nothing has. */
static int take_name(const struct idn_sink *sink) {
    if (link(sink->temp, sink->path) != 0)
        return 0;
    (void)unlink(sink->temp);
    return 1;
}

/* Gives the file its name, which an older one may have. */
static int replace(const struct idn_sink *sink) {
    struct stat found;
    if (stat(sink->path, &found) == 0 && !S_ISREG(found.st_mode)) { /* it came meanwhile */
        errno = EEXIST;
        return 0;
    }
    return rename(sink->temp, sink->path) == 0;
}

static int commit(struct idn_sink *sink) {
    if (!sync_file(sink))
        return 0;
    int fd = sink->fd;
    sink->fd = -1;
    if (close(fd) != 0)
        return 0;
    if (sink->through)
        return 1;
    if (!(sink->is_new ? take_name(sink) : replace(sink)))
        return 0;
    sink->temp[0] = '\0';
    sync_directory(sink->path);
    return 1;
}

static void *commit_work(void *arg) {
    struct idn_sink *sink = arg;
    sink->error = commit(sink) ? 0 : errno;
    atomic_store(&sink->ended, 1);
    return NULL;
}

int idn_sink_begin(struct idn_sink *sink) {
    sink->begun = idn_thread_start(&sink->thread, commit_work, sink) == 0;
    return sink->begun;
}

int idn_sink_busy(struct idn_sink *sink) {
    return sink->begun && !atomic_load(&sink->ended);
}

/* Waits for the thread. */
static void join(struct idn_sink *sink) {
    pthread_join(sink->thread, NULL);
    sink->begun = 0;
}

int idn_sink_commit(struct idn_sink *sink) {
    if (!sink->begun)
        return commit(sink);
    join(sink);
    errno = sink->error;
    return sink->error == 0;
}

void idn_sink_close(struct idn_sink *sink) {
    if (sink->begun)
        join(sink);
    if (sink->fd >= 0)
        close(sink->fd);
    if (sink->temp && sink->temp[0])
        unlink(sink->temp);
    EVP_MD_CTX_free(sink->hash);
    free(sink->path);
    free(sink->temp);
    memset(sink, 0, sizeof *sink);
    sink->fd = -1;
}

/* ---- source ---- */

int idn_source_open(struct idn_source *source, const char *path) {
    struct stat found;
    memset(source, 0, sizeof *source);
    source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe of that name must not hang us */
    if (source->fd < 0 || fstat(source->fd, &found) != 0)
        return 0;
    if (!S_ISREG(found.st_mode)) {
        errno = S_ISDIR(found.st_mode) ? EISDIR : EINVAL;
        return 0;
    }
    source->size = (uint64_t)found.st_size;
    source->hash = new_hash();
    return source->hash != NULL;
}

static ssize_t read_some(int fd, void *to, size_t size) {
    ssize_t n;
    do
        n = read(fd, to, size);
    while (n < 0 && errno == EINTR);
    return n;
}

int idn_source_rewind(struct idn_source *source) {
    source->at = 0;
    ERR_set_mark();
    int ok = lseek(source->fd, 0, SEEK_SET) == 0 && EVP_DigestInit_ex(source->hash, NULL, NULL);
    ERR_pop_to_mark();
    return ok;
}

static int absorb(struct idn_source *source, size_t size,
                  int (*take)(void *arg, const void *bytes, size_t len), void *arg) {
    char piece[64 * 1024];
    while (size > 0) {
        ssize_t n = read_some(source->fd, piece, size < sizeof piece ? size : sizeof piece);
        if (n == 0) {
            source->size = source->at;
            return EVP_DigestFinal_ex(source->hash, source->digest, NULL) && idn_source_rewind(source) ? 0 : -1;
        }
        if (n < 0)
            return -1;
        source->at += (uint64_t)n;
        size -= (size_t)n;
        if (!EVP_DigestUpdate(source->hash, piece, (size_t)n) || !take(arg, piece, (size_t)n)) {
            errno = EIO;
            return -1;
        }
    }
    return 1;
}

int idn_source_absorb(struct idn_source *source, size_t size,
                      int (*take)(void *arg, const void *bytes, size_t len), void *arg) {
    ERR_set_mark();
    int more = absorb(source, size, take, arg);
    ERR_pop_to_mark();
    return more;
}

int64_t idn_source_read(struct idn_source *source, void *to, size_t size) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    uint64_t left = source->size - source->at;
    if (left == 0)
        return 0;
    size_t want = size < left ? size : (size_t)left;
    ssize_t n = read_some(source->fd, to, want);
    if (n < 0)
        return -1;
    if (n == 0)
        return IDN_SOURCE_CHANGED; /* shorter than it was */
    source->at += (uint64_t)n;
    if (!EVP_DigestUpdate(source->hash, to, (size_t)n))
        return IDN_SOURCE_CHANGED;
    if (source->at == source->size) {
        char more;
        if (!EVP_DigestFinal_ex(source->hash, digest, NULL) ||
            memcmp(digest, source->digest, IDN_SHA256_HEX / 2) != 0 ||
            read_some(source->fd, &more, 1) != 0)
            return IDN_SOURCE_CHANGED;
    }
    return (int64_t)n;
}

void idn_source_close(struct idn_source *source) {
    if (source->fd >= 0)
        close(source->fd);
    EVP_MD_CTX_free(source->hash);
    memset(source, 0, sizeof *source);
    source->fd = -1;
}
