/*
 * The event spool: a directory of append-only segments that outlives the process that writes it.
 *
 * Frames turn records into bytes and back and are pure; the writer makes them durable without making its
 * caller wait; the reader takes a segment that may be growing, cut or damaged. Every writer has segments of
 * its own, so workers share nothing, and none ever appends after what a killed one left behind.
 */
#ifndef IDNGO_SPOOL_H
#define IDNGO_SPOOL_H

#include <stddef.h>
#include <stdint.h>

/*
 * ---- Frames ----
 *
 * A frame is a head and a text: FF 'E' 'V' '1', the text's length (4 bytes), when it was received (8 bytes,
 * Unix microseconds), the first 8 bytes of the text's SHA-256, the first 8 bytes of the SHA-256 of all that.
 * Numbers are little-endian. A text is never empty and holds no byte FF, as no UTF-8 does: FF starts a frame
 * and nothing else, so a reader finds the next frame behind any damage.
 */
#define IDN_FRAME_HEAD 32
#define IDN_FRAME_TEXT_MAX (16u << 20)
#define IDN_FRAME_START 0xFF

enum idn_frame_state {
    IDN_FRAME_WHOLE,
    IDN_FRAME_CUT,     /* what is there is sound, but more must follow */
    IDN_FRAME_DAMAGED, /* not a frame: the next one cannot start before `size` bytes */
    IDN_FRAME_FAILED   /* libcrypto failed */
};

struct idn_frame {
    enum idn_frame_state state;
    size_t size;               /* bytes to step over; of a cut frame: bytes it needs in all */
    const unsigned char *text; /* inside the bytes given; whole frames only, as are the next two */
    size_t len;
    int64_t received;
};

/* Writes the head for `text`. 1, or 0 with errno: EINVAL when the text cannot be one, EIO. */
int idn_frame_head(unsigned char head[IDN_FRAME_HEAD], const void *text, size_t len,
                   int64_t received);

/* Reads the frame that starts at `bytes`, which may be hostile. Reading on to the end is linear in `len`. */
struct idn_frame idn_frame_read(const unsigned char *bytes, size_t len);

/*
 * ---- Writer ----
 *
 * Records are handed over in memory; a thread writes all that gathered while the disk was busy and makes it
 * durable with one fdatasync. So the caller never waits for a disk, and the slower the disk, the larger the
 * groups. The thread takes no signals. All calls come from one thread. The open segment has a shared flock(2), so that it
 * is not removed beneath its writer.
 */
struct idn_spool;

/*
 * Opens `dir`, making it (mode 0700) when only its last part is missing. A segment is left for a new one when
 * it has reached `segment_size`. NULL and *why when it cannot be, or when others may write there.
 */
struct idn_spool *idn_spool_open(const char *dir, uint64_t segment_size, const char **why);

/* Takes a copy of `text`. Its ticket, or 0 with errno: EINVAL, ENOBUFS while too much waits, ENOMEM, EIO. */
uint64_t idn_spool_append(struct idn_spool *spool, const void *text, size_t len);

/*
 * 1 when the record of `ticket` is durable, 0 while it is not yet, or -errno when storing failed: -ENOENT where readers
 * find another folder now, or none, or the segment no more. A failure is also told to those who had not asked yet: never
 * is a record called durable that is not. What is appended later is tried anew, in the folder that was opened.
 */
int idn_spool_state(struct idn_spool *spool, uint64_t ticket);

/* Stores what waits, then closes. */
void idn_spool_close(struct idn_spool *spool);

/* ---- Reader ---- */
struct idn_spool_reader {
    int fd;        /* -1: closed */
    uint64_t from; /* offset of the frame last read */
    uint64_t to;   /* offset behind it */
    unsigned char *bytes;
    size_t start, have, room; /* bytes[start, have) lie in the file at `to` */
};

/* Opens one segment to read from offset `at`. 1, or 0 with errno. */
int idn_spool_reader_open(struct idn_spool_reader *reader, const char *path, uint64_t at);

/*
 * The next frame, valid until the next call. Cut: nothing whole is left for now; ask again when the segment
 * has grown. Damaged: [from, to) was stepped over. Failed: errno says why.
 */
struct idn_frame idn_spool_reader_next(struct idn_spool_reader *reader);

/* Safe to call at any time, any number of times. */
void idn_spool_reader_close(struct idn_spool_reader *reader);

/*
 * Removes a segment that somebody has read to `size`, unless it has another size, or its writer still has it open. 1 when
 * it was removed, by whomever, or, where `ask` is set, would have been; 0 when not, -1 with errno.
 */
int idn_spool_remove(const char *dir, const char *name, uint64_t size, int ask);

#endif
