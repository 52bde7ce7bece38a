/* The spool: torn at every byte, every bit flipped, a disk that fails and comes back, damage stepped over. */
#include "system/spool.h"

#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { TEXTS = 3 };
static const char *const texts[TEXTS] = {"{\"type\" : \"a\"}", "{}",
                                         "{\"comment\" : \"\xc3\xa9\"}"};

static char dir[] = "/tmp/idngo-spool-XXXXXX";

/* ---- a disk that stops, and one that fails ---- */

static pthread_mutex_t disk_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t disk_moved = PTHREAD_COND_INITIALIZER;
static int disk_stopped, disk_waited_for, disk_error;

/* The writer's fdatasync, instead of libc's. */
int fdatasync(int fd) {
    pthread_mutex_lock(&disk_lock);
    disk_waited_for = 1;
    pthread_cond_broadcast(&disk_moved);
    while (disk_stopped)
        pthread_cond_wait(&disk_moved, &disk_lock);
    disk_waited_for = 0;
    int error = disk_error;
    pthread_mutex_unlock(&disk_lock);
    errno = error;
    return error ? -1 : (int)syscall(SYS_fdatasync, fd);
}

static void set_disk(int stopped, int error) {
    pthread_mutex_lock(&disk_lock);
    disk_stopped = stopped;
    disk_error = error;
    pthread_cond_broadcast(&disk_moved);
    pthread_mutex_unlock(&disk_lock);
}

static void await_disk_waited_for(void) {
    pthread_mutex_lock(&disk_lock);
    while (!disk_waited_for)
        pthread_cond_wait(&disk_moved, &disk_lock);
    pthread_mutex_unlock(&disk_lock);
}

/* ---- frames ---- */

static size_t put(unsigned char *to, const char *text) {
    size_t len = strlen(text);
    CHECK(idn_frame_head(to, text, len, 1700000000000000));
    memcpy(to + IDN_FRAME_HEAD, text, len);
    return IDN_FRAME_HEAD + len;
}

static size_t put_all(unsigned char *to, size_t ends[TEXTS]) {
    size_t len = 0;
    for (size_t i = 0; i < TEXTS; i++)
        ends[i] = len += put(to + len, texts[i]);
    return len;
}

/* Reads an exact copy, so that the sanitizer sees any byte read too far. */
struct tally {
    int texts;      /* whole frames, all of them among `texts` */
    size_t damaged; /* bytes stepped over */
    size_t rest;    /* bytes of a frame cut short */
};

static struct tally read_all(const unsigned char *bytes, size_t len) {
    unsigned char *copy = malloc(len ? len : 1);
    memcpy(copy, bytes, len);
    struct tally tally = {0};
    size_t at = 0;
    for (;;) {
        struct idn_frame frame = idn_frame_read(copy + at, len - at);
        CHECK(frame.state != IDN_FRAME_FAILED);
        if (frame.state == IDN_FRAME_CUT) {
            CHECK(frame.size > len - at);
            break;
        }
        CHECK(frame.size > 0 && frame.size <= len - at);
        if (frame.state == IDN_FRAME_DAMAGED)
            tally.damaged += frame.size;
        else {
            int known = 0;
            for (size_t i = 0; i < TEXTS; i++)
                known |=
                    frame.len == strlen(texts[i]) && memcmp(frame.text, texts[i], frame.len) == 0;
            CHECK(known);
            tally.texts++;
        }
        at += frame.size;
    }
    tally.rest = len - at;
    free(copy);
    return tally;
}

static void torn_at_every_byte(void) {
    unsigned char bytes[512];
    size_t ends[TEXTS], len = put_all(bytes, ends);
    for (size_t cut = 0; cut <= len; cut++) {
        int whole = 0;
        for (size_t i = 0; i < TEXTS; i++)
            whole += ends[i] <= cut;
        struct tally tally = read_all(bytes, cut);
        CHECK(tally.texts == whole);
        CHECK(tally.damaged == 0);
        CHECK(tally.rest == cut - (whole ? ends[whole - 1] : 0));
    }
}

static void every_bit_flipped(void) {
    unsigned char bytes[512];
    size_t ends[TEXTS], len = put_all(bytes, ends);
    for (size_t bit = 0; bit < 8 * len; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        size_t hit = bit / 8 < ends[0] ? 0 : bit / 8 < ends[1] ? 1 : 2;
        struct tally tally = read_all(bytes, len);
        CHECK(tally.texts == TEXTS - 1);
        CHECK(tally.damaged == ends[hit] - (hit ? ends[hit - 1] : 0));
        CHECK(tally.rest == 0);
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
}

static void every_byte_missing(void) {
    unsigned char bytes[512], less[512];
    size_t ends[TEXTS], len = put_all(bytes, ends);
    for (size_t at = 0; at < ends[1]; at++) {
        memcpy(less, bytes, at);
        memcpy(less + at, bytes + at + 1, len - at - 1);
        struct tally tally = read_all(less, len - 1);
        CHECK(tally.texts == TEXTS - 1);
        CHECK(tally.damaged > 0);
    }
}

static void only_texts_are_framed(void) {
    unsigned char head[IDN_FRAME_HEAD];
    CHECK(!idn_frame_head(head, "", 0, 0) && errno == EINVAL);
    CHECK(!idn_frame_head(head, "a\xff", 2, 0) && errno == EINVAL);
    char *long_text = malloc(IDN_FRAME_TEXT_MAX + 1);
    memset(long_text, 'x', IDN_FRAME_TEXT_MAX + 1);
    CHECK(!idn_frame_head(head, long_text, IDN_FRAME_TEXT_MAX + 1, 0) && errno == EINVAL);
    CHECK(idn_frame_head(head, long_text, IDN_FRAME_TEXT_MAX, 0));
    free(long_text);
}

/* ---- writer and reader ---- */

static int await(struct idn_spool *spool, uint64_t ticket) {
    int state;
    while ((state = idn_spool_state(spool, ticket)) == 0)
        sched_yield();
    return state;
}

/* Calls `each` with the path of every segment; returns how many there are. */
static int each_segment(void (*each)(const char *path)) {
    DIR *listing = opendir(dir);
    struct dirent *entry;
    int count = 0;
    while ((entry = readdir(listing))) {
        char path[512];
        if (entry->d_name[0] == '.')
            continue;
        count++;
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        if (each)
            each(path);
    }
    closedir(listing);
    return count;
}

static void remove_it(const char *path) {
    CHECK(unlink(path) == 0);
}

static int read_count;
static uint64_t read_damage;

static void read_it(const char *path) {
    struct idn_spool_reader reader;
    CHECK(idn_spool_reader_open(&reader, path, 0));
    for (;;) {
        struct idn_frame frame = idn_spool_reader_next(&reader);
        if (frame.state == IDN_FRAME_WHOLE)
            read_count++;
        else if (frame.state == IDN_FRAME_DAMAGED)
            read_damage += reader.to - reader.from;
        else {
            CHECK(frame.state == IDN_FRAME_CUT);
            break;
        }
    }
    idn_spool_reader_close(&reader);
    idn_spool_reader_close(&reader);
}

static int read_spool(void) {
    read_count = 0;
    read_damage = 0;
    each_segment(read_it);
    return read_count;
}

static struct idn_spool *open_spool(uint64_t segment_size) {
    const char *why = NULL;
    struct idn_spool *spool = idn_spool_open(dir, segment_size, &why);
    if (!spool)
        printf("%s: %s\n", dir, why);
    CHECK(spool != NULL);
    return spool;
}

static void private_it(const char *path) {
    struct stat found;
    CHECK(stat(path, &found) == 0 && (found.st_mode & 0777) == 0600);
}

static void what_is_durable_is_read_back(void) {
    struct idn_spool *spool = open_spool(1 << 20);
    uint64_t ticket = 0;
    for (int i = 0; i < 1000; i++)
        CHECK((ticket = idn_spool_append(spool, texts[i % TEXTS], strlen(texts[i % TEXTS]))) != 0);
    CHECK(await(spool, ticket) == 1);
    CHECK(idn_spool_state(spool, 1) == 1);
    CHECK(idn_spool_state(spool, ticket + 1) == 0);
    CHECK(read_spool() == 1000);
    CHECK(each_segment(private_it) == 1);
    idn_spool_close(spool);
    each_segment(remove_it);
}

static void closing_stores_what_waits(void) {
    struct idn_spool *spool = open_spool(1 << 20);
    for (int i = 0; i < 100; i++)
        CHECK(idn_spool_append(spool, "{}", 2) != 0);
    idn_spool_close(spool);
    CHECK(read_spool() == 100);
    each_segment(remove_it);
}

static void a_full_segment_is_left_for_a_new_one(void) {
    struct idn_spool *spool = open_spool(100);
    for (int i = 0; i < 10; i++) /* one at a time: a group stays together */
        CHECK(await(spool, idn_spool_append(spool, texts[0], strlen(texts[0]))) == 1);
    idn_spool_close(spool);
    CHECK(read_spool() == 10);
    CHECK(each_segment(remove_it) == 4); /* 46 bytes a frame: three to a segment */
}

static void a_failing_disk_is_told_and_forgotten(void) {
    struct rlimit before, tight;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    struct idn_spool *spool = open_spool(1 << 20);
    uint64_t good = idn_spool_append(spool, texts[0], strlen(texts[0]));
    CHECK(await(spool, good) == 1);
    tight = before;
    tight.rlim_cur = 60; /* the next frame's first bytes still fit */
    setrlimit(RLIMIT_FSIZE, &tight);
    uint64_t bad = idn_spool_append(spool, texts[0], strlen(texts[0]));
    CHECK(await(spool, bad) == -EFBIG);
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(await(spool, idn_spool_append(spool, texts[1], strlen(texts[1]))) == 1);
    CHECK(idn_spool_state(spool, bad) == -EFBIG);
    idn_spool_close(spool);
    CHECK(read_spool() == 2);
    CHECK(read_damage == 0);
    CHECK(each_segment(remove_it) == 2);
}

static void cut_and_damage(const char *path) {
    struct stat found;
    CHECK(stat(path, &found) == 0 && truncate(path, found.st_size - 1) == 0);
    int fd = open(path, O_WRONLY);
    CHECK(pwrite(fd, "\xff\xff\xff", 3, 100) == 3);
    close(fd);
}

static void a_damaged_segment_gives_all_the_rest(void) {
    struct idn_spool *spool = open_spool(1 << 20);
    char *long_text = malloc(200000);
    memset(long_text, ' ', 200000);
    for (int i = 0; i < 5; i++)
        CHECK(idn_spool_append(spool, texts[0], strlen(texts[0])) != 0);
    CHECK(idn_spool_append(spool, long_text, 200000) != 0);
    CHECK(idn_spool_append(spool, texts[1], strlen(texts[1])) != 0);
    idn_spool_close(spool);
    each_segment(cut_and_damage);
    CHECK(read_spool() == 5); /* of seven, the third damaged and the last cut */
    CHECK(read_damage == IDN_FRAME_HEAD + strlen(texts[0]));
    each_segment(remove_it);
    free(long_text);
}

static void growing(const char *path) {
    struct idn_spool_reader reader;
    unsigned char bytes[128];
    size_t len = put(bytes, texts[0]);
    int fd = open(path, O_WRONLY | O_TRUNC);
    CHECK(idn_spool_reader_open(&reader, path, 0));
    for (size_t i = 0; i < len; i++) {
        CHECK(idn_spool_reader_next(&reader).state == IDN_FRAME_CUT);
        CHECK(write(fd, bytes + i, 1) == 1);
    }
    CHECK(idn_spool_reader_next(&reader).state == IDN_FRAME_WHOLE);
    CHECK(reader.from == 0 && reader.to == len);
    CHECK(idn_spool_reader_next(&reader).state == IDN_FRAME_CUT);
    close(fd);
    idn_spool_reader_close(&reader);
}

static void a_reader_follows_a_growing_segment(void) {
    struct idn_spool *spool = open_spool(1 << 20);
    CHECK(idn_spool_append(spool, "{}", 2) != 0);
    idn_spool_close(spool);
    each_segment(growing);
    each_segment(remove_it);
}

static void what_the_disk_has_not_taken_is_not_durable(void) {
    struct idn_spool *spool = open_spool(1 << 20);
    set_disk(1, 0);
    uint64_t ticket = idn_spool_append(spool, "{}", 2);
    await_disk_waited_for();
    CHECK(idn_spool_state(spool, ticket) == 0);
    set_disk(0, 0);
    CHECK(await(spool, ticket) == 1);
    set_disk(0, EIO);
    CHECK(await(spool, idn_spool_append(spool, "{}", 2)) == -EIO);
    CHECK(idn_spool_state(spool, ticket) == -EIO); /* to be safe, see spool.h */
    set_disk(0, 0);
    CHECK(await(spool, idn_spool_append(spool, "{}", 2)) == 1);
    idn_spool_close(spool);
    CHECK(read_spool() == 2);
    CHECK(each_segment(remove_it) == 2);
}

static void a_segment_taken_away_is_told(void) {
    struct idn_spool *spool = open_spool(1 << 20);
    CHECK(await(spool, idn_spool_append(spool, "{}", 2)) == 1);
    each_segment(remove_it);
    CHECK(await(spool, idn_spool_append(spool, "{}", 2)) == -ENOENT);
    CHECK(await(spool, idn_spool_append(spool, "{}", 2)) == 1);
    idn_spool_close(spool);
    CHECK(read_spool() == 1);
    each_segment(remove_it);
}

static void a_folder_that_readers_do_not_find_is_told_whatever_the_disk_says(void) {
    char away[sizeof dir + 5];
    snprintf(away, sizeof away, "%s.away", dir);
    struct idn_spool *spool = open_spool(1 << 20);
    CHECK(rename(dir, away) == 0);
    set_disk(0, EIO);
    CHECK(await(spool, idn_spool_append(spool, "{}", 2)) == -ENOENT);
    set_disk(0, 0);
    CHECK(await(spool, idn_spool_append(spool, "{}", 2)) == -ENOENT);
    CHECK(rename(away, dir) == 0);
    CHECK(await(spool, idn_spool_append(spool, "{}", 2)) == 1);
    idn_spool_close(spool);
    CHECK(read_spool() == 1);
    each_segment(remove_it);
}

static void too_much_waiting_is_refused(void) {
    struct idn_spool *spool = open_spool(1 << 20);
    enum { LARGE = 15 << 20 };
    char *large = malloc(LARGE);
    memset(large, ' ', LARGE);
    set_disk(1, 0);
    CHECK(idn_spool_append(spool, "{}", 2) != 0);
    await_disk_waited_for();
    for (int i = 0; i < 4; i++)
        CHECK(idn_spool_append(spool, large, LARGE) != 0);
    CHECK(idn_spool_append(spool, large, LARGE) == 0 && errno == ENOBUFS);
    set_disk(0, 0);
    uint64_t last = idn_spool_append(spool, "{}", 2);
    CHECK(await(spool, last) == 1);
    CHECK(idn_spool_append(spool, large, LARGE) != 0);
    idn_spool_close(spool);
    CHECK(read_spool() == 7);
    each_segment(remove_it);
    free(large);
}

static void only_a_private_directory_is_taken(void) {
    const char *why = NULL;
    CHECK(chmod(dir, 0770) == 0);
    CHECK(idn_spool_open(dir, 1, &why) == NULL);
    CHECK_STR(why, "group or others may write there");
    CHECK(chmod(dir, 0700) == 0);
    CHECK(idn_spool_open("/dev/null", 1, &why) == NULL);
    CHECK_STR(why, "Not a directory");
    char path[64];
    snprintf(path, sizeof path, "%s/made", dir);
    struct idn_spool *spool = idn_spool_open(path, 1, &why);
    struct stat found;
    CHECK(spool && stat(path, &found) == 0 && (found.st_mode & 0777) == 0700);
    idn_spool_close(spool);
    CHECK(rmdir(path) == 0);
}

int main(void) {
    CHECK(mkdtemp(dir) != NULL);
    torn_at_every_byte();
    every_bit_flipped();
    every_byte_missing();
    only_texts_are_framed();
    what_is_durable_is_read_back();
    closing_stores_what_waits();
    a_full_segment_is_left_for_a_new_one();
    a_failing_disk_is_told_and_forgotten();
    a_damaged_segment_gives_all_the_rest();
    a_reader_follows_a_growing_segment();
    what_the_disk_has_not_taken_is_not_durable();
    a_segment_taken_away_is_told();
    a_folder_that_readers_do_not_find_is_told_whatever_the_disk_says();
    too_much_waiting_is_refused();
    only_a_private_directory_is_taken();
    CHECK(rmdir(dir) == 0);
    return check_done();
}
