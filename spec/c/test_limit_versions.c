/* Beside idngo 0.1: its file, what is taken over from it, and that it is marked for as long as ours is used. */
#include "limit_files.h"
#include "limit_versions.h"

#include <fcntl.h>
#include <sys/file.h>
#include <time.h>

static char old_file[192];

static void begin(const char *name) {
    fresh(name);
    snprintf(old_file, sizeof old_file, "%s/key.v1", dir);
    mkdir(dir, 0700);
}

static int64_t old_clock(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * S + at.tv_nsec;
}

/* What 0.1 leaves: its table, in its file, and the sign that the account was used. */
static void write_old(void) {
    char mark[192];
    snprintf(mark, sizeof mark, "%s/key.used", dir);
    close(open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    int fd = open(old_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && pwrite(fd, &old, sizeof old, 0) == (ssize_t)sizeof old);
    close(fd);
}

static bool is_marked(void) {
    uint64_t word = 0;
    int fd = open(old_file, O_RDONLY | O_CLOEXEC);
    bool marked = fd >= 0 && pread(fd, &word, sizeof word, 0) == sizeof word && word == IDN_OLD_MARK;
    close(fd);
    return marked;
}

/* A lane of two slots as 0.1 used it, so many of them just now. */
static void used_by_old(struct idn_limiter *any, int count) {
    int64_t now = old_clock(), anchors[] = {now, now};
    old_start(any ? any->boot : "", 0);
    old_lane("lane", 2, 10 * S, now, anchors, count);
    write_old();
}

/* As if the file had been looked at that long ago. */
static void looked(struct idn_limiter *limiter, int64_t ago) {
    idn_old_note(limiter->limit, limiter->boot, idn_limiter_clock() - ago);
}

static void what_0_1_holds_is_held_when_ours_is_new(void) {
    for (int count = 0; count <= 2; count++) {
        begin(count == 0 ? "none" : count == 1 ? "one" : "two");
        used_by_old(NULL, count);
        struct idn_limiter *a = opened();
        CHECK(is_marked());
        CHECK(used(a) == count);
        for (int i = count; i < 2; i++)
            CHECK(ask(a) == IDN_GRANTED);
        CHECK(ask(a) == IDN_WAIT);
        closed(a);
    }
}

static void a_file_of_0_1_that_is_no_table_counts_as_full(void) {
    static const off_t sizes[] = {0, 1, 8, 100, 5000, 200000, 493416};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char name[32];
        snprintf(name, sizeof name, "cut-%zu", i);
        begin(name);
        used_by_old(NULL, 0);
        if (sizes[i] == 493416) {
            int fd = open(old_file, O_WRONLY | O_CLOEXEC);
            CHECK(pwrite(fd, "x", 1, 60) == 1);
            close(fd);
        } else {
            CHECK(truncate(old_file, sizes[i]) == 0);
        }
        struct idn_limiter *a = opened();
        CHECK(is_marked());
        CHECK(ask(a) == IDN_WAIT && told.expected > idn_limiter_clock() + 30 * S);
        closed(a);
    }
}

static void a_table_of_0_1_from_before_a_boot_holds_nothing(void) {
    begin("boot");
    int64_t later = old_clock() + 3600 * S;
    old_start("another boot", 0);
    old_lane("lane", 2, 10 * S, later, (int64_t[]){later, later}, 2);
    write_old();
    struct idn_limiter *a = opened();
    if (a->boot[0])
        CHECK(ask(a) == IDN_GRANTED && ask(a) == IDN_GRANTED && is_marked());
    closed(a);
}

/* 0.1 would make a file with free slots where there is none. */
static void a_file_of_0_1_is_made_where_there_is_none(void) {
    begin("unused");
    struct idn_limiter *a = opened();
    CHECK(is_marked());
    CHECK(ask(a) == IDN_GRANTED && ask(a) == IDN_GRANTED);
    closed(a);
}

/* As 0.1 does when it meets the mark: it starts its table again, and polls. */
static void a_mark_that_0_1_wiped_is_there_again_within_a_second(void) {
    begin("wiped");
    struct idn_limiter *a = opened();
    CHECK(ask(a) == IDN_GRANTED);
    old_start(a->boot, old_clock() + 30 * S);
    write_old();
    looked(a, S / 2);
    CHECK(used(a) == 1 && !is_marked());
    looked(a, 2 * S);
    CHECK(used(a) == 1 && is_marked()); /* 0.1 cannot have sent anything */
    CHECK(ask(a) == IDN_GRANTED);
    closed(a);
}

static void what_0_1_sent_while_ours_was_idle_is_held(void) {
    begin("idle");
    struct idn_limiter *a = opened();
    used_by_old(a, 1);
    looked(a, 29 * S); /* it cannot have */
    CHECK(used(a) == 0 && is_marked());
    used_by_old(a, 1);
    looked(a, 30 * S);
    CHECK(used(a) == 1 && is_marked());
    CHECK(ask(a) == IDN_GRANTED && ask(a) == IDN_WAIT);
    used_by_old(a, 2);
    looked(a, 3600 * S);
    CHECK(used(a) == 2 && is_marked());
    closed(a);
}

static void a_look_of_another_boot_is_none(void) {
    begin("other-boot");
    struct idn_limiter *a = opened();
    used_by_old(a, 1);
    idn_old_note(a->limit, "another boot", idn_limiter_clock() - S / 2);
    CHECK(used(a) == 1 && is_marked());
    closed(a);
}

static void a_file_of_0_1_that_vanished_counts_as_full(void) {
    begin("vanished");
    struct idn_limiter *a = opened();
    unlink(old_file);
    looked(a, 2 * S);
    CHECK(used(a) == 0 && is_marked()); /* 0.1 cannot have sent anything meanwhile */
    unlink(old_file);
    looked(a, 31 * S);
    CHECK(ask(a) == IDN_WAIT && is_marked());
    closed(a);
}

static void a_file_of_ours_that_vanished_counts_as_full(void) {
    begin("ours-vanished");
    closed(opened());
    char mark[192];
    snprintf(mark, sizeof mark, "%s/key.used", dir);
    unlink(file);
    unlink(mark); /* only the mark in the file of 0.1 tells that ours was there */
    struct idn_limiter *a = opened();
    CHECK(ask(a) == IDN_WAIT && told.expected > idn_limiter_clock() + 30 * S);
    closed(a);
}

static void a_file_of_0_1_that_cannot_be_marked_stops_us(void) {
    static const char *const whats[] = {"has mode 0644", "is a symbolic link", "has a second name", "is not a regular file"};
    char other[256];
    begin("unusable");
    struct idn_limiter *a = opened();
    snprintf(other, sizeof other, "%s/other", dir);
    for (int i = 0; i < 4; i++) {
        unlink(old_file);
        unlink(other);
        if (i == 3) {
            mkfifo(old_file, 0600);
        } else {
            used_by_old(a, 0);
            if (i == 0)
                chmod(old_file, 0644);
            else if (i == 1)
                CHECK(rename(old_file, other) == 0 && symlink(other, old_file) == 0);
            else
                CHECK(link(old_file, other) == 0);
        }
        looked(a, 2 * S);
        CHECK(ask(a) == IDN_BROKEN);
        CHECK(strncmp(a->message, old_file, strlen(old_file)) == 0 && strstr(a->message, whats[i]));
        CHECK(strcmp(a->path, file) == 0);
        idn_limiter_close(a);
        *a = (struct idn_limiter){0};
        CHECK(idn_limiter_open(a, dir, "key")); /* ours is sound; it is the next call that cannot be made */
        idn_limiter_lane(a, "lane", 2, 10 * S);
        looked(a, 2 * S);
        CHECK(ask(a) == IDN_BROKEN);
    }
    unlink(old_file);
    looked(a, 2 * S);
    CHECK(ask(a) == IDN_GRANTED);
    closed(a);
}

/* One of 0.1 that is stopped while it holds its file: nobody knows what it is about to write. */
static void a_file_of_0_1_that_is_locked_is_waited_for(void) {
    begin("locked");
    used_by_old(NULL, 1);
    int fd = open(old_file, O_RDONLY | O_CLOEXEC);
    CHECK(flock(fd, LOCK_EX) == 0);
    struct idn_limiter *a = opened();
    for (int i = 0; i < 3; i++)
        CHECK(ask(a) == IDN_WAIT && !is_marked());
    close(fd);
    CHECK(ask(a) == IDN_WAIT || used(a) >= 1);
    CHECK(is_marked() && used(a) >= 1);
    closed(a);
}

static void nothing_is_left_open(void) {
    begin("descriptors");
    struct idn_limiter *a = opened();
    int first = dup(0);
    close(first);
    for (int i = 0; i < 100; i++) {
        used_by_old(a, i % 3);
        looked(a, i % 2 ? 2 * S : 100 * S);
        CHECK(used(a) >= 0);
        unlink(old_file);
        looked(a, 2 * S);
        CHECK(used(a) >= 0);
    }
    int last = dup(0);
    CHECK(last == first);
    close(last);
    closed(a);
}

int main(void) {
    if (!limit_files_start())
        return 1;
    what_0_1_holds_is_held_when_ours_is_new();
    a_file_of_0_1_that_is_no_table_counts_as_full();
    a_table_of_0_1_from_before_a_boot_holds_nothing();
    a_file_of_0_1_is_made_where_there_is_none();
    a_mark_that_0_1_wiped_is_there_again_within_a_second();
    what_0_1_sent_while_ours_was_idle_is_held();
    a_look_of_another_boot_is_none();
    a_file_of_0_1_that_vanished_counts_as_full();
    a_file_of_ours_that_vanished_counts_as_full();
    a_file_of_0_1_that_cannot_be_marked_stops_us();
    a_file_of_0_1_that_is_locked_is_waited_for();
    nothing_is_left_open();
    limit_files_end();
    return check_done();
}
