/* Reads one segment of the spool, frame by frame, in memory bounded by the largest frame; and removes one. See spool.h. */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

int idn_spool_reader_open(struct idn_spool_reader *reader, const char *path, uint64_t at) {
    struct stat found;
    *reader = (struct idn_spool_reader){.from = at, .to = at};
    reader->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (reader->fd < 0 || fstat(reader->fd, &found) != 0)
        return 0;
    if (!S_ISREG(found.st_mode) || at > INT64_MAX) {
        errno = EINVAL;
        return 0;
    }
    reader->bytes = malloc(PIECE);
    reader->room = PIECE;
    return reader->bytes != NULL;
}

/* Reads on, with room for `need` bytes in all. Bytes read, 0 at the end, -1 with errno. */
static ssize_t read_more(struct idn_spool_reader *reader, size_t need) {
    size_t held = reader->have - reader->start;
    if (reader->start > 0)
        memmove(reader->bytes, reader->bytes + reader->start, held);
    reader->start = 0;
    reader->have = held;
    if (reader->room < need) {
        unsigned char *bytes = realloc(reader->bytes, need);
        if (!bytes)
            return -1;
        reader->bytes = bytes;
        reader->room = need;
    }
    ssize_t n;
    do
        n = pread(reader->fd, reader->bytes + held, reader->room - held,
                  (off_t)(reader->to + held));
    while (n < 0 && errno == EINTR);
    if (n > 0)
        reader->have += (size_t)n;
    return n;
}

struct idn_frame idn_spool_reader_next(struct idn_spool_reader *reader) {
    uint64_t damaged = 0;
    for (;;) {
        struct idn_frame frame =
            idn_frame_read(reader->bytes + reader->start, reader->have - reader->start);
        if (frame.state == IDN_FRAME_CUT) {
            ssize_t n = read_more(reader, frame.size);
            if (n > 0)
                continue;
            if (n < 0)
                frame.state = IDN_FRAME_FAILED;
        }
        if (frame.state == IDN_FRAME_DAMAGED) {
            reader->start += frame.size;
            reader->to += frame.size;
            damaged += frame.size;
            continue;
        }
        if (damaged > 0 && frame.state != IDN_FRAME_FAILED) { /* the whole of it, told once */
            reader->from = reader->to - damaged;
            return (struct idn_frame){.state = IDN_FRAME_DAMAGED, .size = (size_t)damaged};
        }
        if (frame.state == IDN_FRAME_WHOLE) {
            reader->from = reader->to;
            reader->start += frame.size;
            reader->to += frame.size;
        }
        return frame;
    }
}

void idn_spool_reader_close(struct idn_spool_reader *reader) {
    if (reader->fd >= 0)
        close(reader->fd);
    free(reader->bytes);
    *reader = (struct idn_spool_reader){.fd = -1};
}

/* Removes what `fd` is open on, when nobody writes it and it has that size; as idn_spool_remove. */
static int remove_open(int dir, const char *name, int fd, uint64_t size, int ask) {
    struct stat found;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? 0 : -1;
    if (fstat(fd, &found) != 0)
        return -1;
    if (!S_ISREG(found.st_mode) || (uint64_t)found.st_size != size)
        return 0;
    return ask || unlinkat(dir, name, 0) == 0 ? 1 : -1;
}

int idn_spool_remove(const char *dir, const char *name, uint64_t size, int ask) {
    int removed = -1, fd = -1, folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0)
        fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd >= 0)
        removed = remove_open(folder, name, fd, size, ask);
    if (removed < 0 && folder >= 0 && errno == ENOENT)
        removed = 1;
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (folder >= 0)
        close(folder);
    errno = error;
    return removed;
}
