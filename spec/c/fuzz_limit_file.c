/*
 * Fuzzer: the limiter's shared file, found in any state.
 *
 * Whatever lies there, the limiter opens it, mends it or says why not; it never grants more than a lane has slots within
 * its window, and what it found damaged it takes for full.
 */
#include "fuzz.h"

#include "system/limit_file.h"
#include "system/limit_table.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 3, TRIES = 2 * SLOTS };

static char dir[64], path[96], mark[96], old[96];

static void remove_files(void) {
    unlink(path);
    unlink(mark);
    unlink(old);
    rmdir(dir);
}

static void set_up(void) {
    if (dir[0])
        return;
    snprintf(dir, sizeof dir, "%s/fuzz_limit.XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    MUST(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/key.v2", dir);
    snprintf(mark, sizeof mark, "%s/key.used", dir);
    snprintf(old, sizeof old, "%s/key.v1", dir);
    atexit(remove_files);
}

/* Too long to pass meanwhile, and passed since the machine was started: before, a fresh file's slots are held. */
static int64_t window(void) {
    static int64_t chosen;
    if (chosen == 0)
        chosen = idn_limiter_clock() / 2;
    return chosen < 1000 * IDN_SECOND ? chosen : 1000 * IDN_SECOND;
}

/* Requests that are granted at once; each is answered. */
static int granted(struct idn_limiter *limiter) {
    int lane = idn_limiter_lane(limiter, "lane", SLOTS, window()), count = 0;
    for (int i = 0; i < TRIES; i++) {
        uint64_t ticket = 0, grant = 0;
        struct idn_wait wait;
        enum idn_answer answer =
            idn_limiter_acquire(limiter, &lane, 1, IDN_SECOND, &ticket, &grant, &wait);
        if (answer == IDN_BROKEN)
            MUST(strlen(limiter->message) > 0);
        if (answer == IDN_WAIT && ticket)
            idn_limiter_cancel_wait(limiter, ticket);
        if (answer == IDN_GRANTED) {
            MUST(idn_limiter_extend(limiter, grant, 2 * IDN_SECOND) == IDN_EXTENDED);
            idn_limiter_release(limiter, grant, IDN_ANSWERED, idn_limiter_clock());
            count++;
        }
    }
    return count;
}

/* Puts bytes over what a limiter has made; where, says the input. A short input is a file cut off. */
static void damage(struct fuzz *in) {
    int fd = open(path, O_RDWR);
    struct stat found;
    if (fd < 0 || fstat(fd, &found) != 0)
        abort();
    unsigned how = fuzz_byte(in);
    size_t area = sizeof(struct idn_limit_table) < (size_t)found.st_size ? sizeof(struct idn_limit_table)
                                                                   : (size_t)found.st_size;
    size_t at = (fuzz_byte(in) << 8 | fuzz_byte(in)) % (how & 1 ? 512 : area);
    struct piece bytes = fuzz_rest(in);
    if (bytes.len > area - at)
        bytes.len = area - at;
    MUST(pwrite(fd, bytes.bytes, bytes.len, (off_t)at) == (ssize_t)bytes.len);
    if (how & 2)
        MUST(ftruncate(fd, (off_t)(at + bytes.len)) == 0);
    free(bytes.bytes);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct idn_limiter before, after;
    struct fuzz in = {data, size};
    set_up();
    unlink(path);
    unlink(mark); /* else the new file would be taken for one that replaces another */
    unlink(old);
    MUST(idn_limiter_open(&before, dir, "key"));
    MUST(granted(&before) == SLOTS);
    idn_limiter_close(&before);
    damage(&in);
    if (idn_limiter_open(&after, dir, "key"))
        MUST(granted(&after) <= SLOTS);
    else
        MUST(strlen(after.message) > 0);
    idn_limiter_close(&after);
    return 0;
}
