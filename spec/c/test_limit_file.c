/* The limiter's file: who may use it, what is done about damage, a full disk, and an enemy who writes it. */
#include "fuzz_limit.c"

#include "limit_files.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

/* As if nobody had ever used it. */
static void unmake(void) {
    static const char *const names[] = {"used", "v1", "v2"};
    char path[192];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/key.%s", dir, names[i]);
        unlink(path);
    }
}

static void expect_refusal(const char *path, const char *what, const char *remedy) {
    struct idn_limiter limiter;
    CHECK(!idn_limiter_open(&limiter, dir, "key"));
    if (!strstr(limiter.message, path) || !strstr(limiter.message, what) ||
        !strstr(limiter.message, remedy))
        printf("%s\n", limiter.message);
    CHECK(strncmp(limiter.message, path, strlen(path)) == 0 && strstr(limiter.message, what) &&
          strstr(limiter.message, remedy));
    idn_limiter_close(&limiter);
}

static void a_directory_that_is_not_ours_alone_is_refused(void) {
    char target[160];
    fresh("open");
    mkdir(dir, 0755);
    expect_refusal(dir, "has mode 0755", "chmod 700");
    fresh("target");
    mkdir(dir, 0700);
    snprintf(target, sizeof target, "%s", dir);
    fresh("link");
    CHECK(symlink(target, dir) == 0);
    expect_refusal(dir, "symbolic link", "remove it");
    fresh("link/");
    struct idn_limiter limiter;
    CHECK(!idn_limiter_open(&limiter, dir, "key"));
    idn_limiter_close(&limiter);
    fresh("regular");
    close(open(dir, O_CREAT | O_WRONLY, 0600));
    expect_refusal(dir, "no directory", "remove it");
    fresh("no/parent");
    expect_refusal(dir, "cannot be made", "another directory");
    if (geteuid() == 0) {
        fresh("foreign");
        mkdir(dir, 0700);
        CHECK(chown(dir, 1, 1) == 0);
        expect_refusal(dir, "belongs to uid 1", "another directory");
    }
}

static void a_file_that_is_not_ours_alone_is_refused(void) {
    char other[256];
    fresh("file");
    closed(opened());
    chmod(file, 0644);
    expect_refusal(file, "has mode 0644", "chmod 600");
    chmod(file, 0600);
    snprintf(other, sizeof other, "%s/other", dir);
    CHECK(link(file, other) == 0);
    expect_refusal(file, "hard link", "remove it");
    unlink(file);
    CHECK(symlink(other, file) == 0);
    expect_refusal(file, "symbolic link", "remove it");
    unlink(file);
    mkfifo(file, 0600);
    expect_refusal(file, "not a regular file", "remove it");
    unlink(file);
    if (geteuid() == 0) {
        close(open(file, O_CREAT | O_WRONLY, 0600));
        CHECK(chown(file, 1, 1) == 0);
        expect_refusal(file, "belongs to uid 1", "remove it");
    }
}

static void the_default_directory_is_the_users_own(void) {
    struct idn_limiter limiter;
    char key[32], expected[64];
    snprintf(key, sizeof key, "test-%ld", (long)getpid());
    snprintf(expected, sizeof expected, "/idngo-%ld/%s.v2", (long)geteuid(), key);
    CHECK(idn_limiter_open(&limiter, NULL, key));
    CHECK(strstr(limiter.path, expected));
    char *end = strstr(limiter.path, ".v2");
    unlink(limiter.path);
    memcpy(end, ".v1", sizeof ".v1");
    unlink(limiter.path);
    memcpy(end, ".used", sizeof ".used");
    unlink(limiter.path);
    idn_limiter_close(&limiter);
}

/* After `damage` every slot is held. */
static void expect_held(struct idn_limiter *limiter, const char *what) {
    int64_t before = idn_limiter_clock();
    enum idn_answer answer = ask(limiter);
    if (answer != IDN_WAIT || told.expected < before + 10 * S)
        printf("%s: answer %d\n", what, (int)answer);
    CHECK(answer == IDN_WAIT && told.expected >= before + 10 * S);
}

static void a_truncated_file_is_rebuilt_with_every_slot_held(void) {
    static const off_t sizes[] = {0, 1, 100, 5000, 200000};
    struct stat st;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        fresh("truncated");
        struct idn_limiter *a = opened(), *b = opened();
        CHECK(ask(a) == IDN_GRANTED);
        CHECK(truncate(file, sizes[i]) == 0);
        expect_held(a, "truncated while open");
        CHECK(stat(file, &st) == 0 && st.st_size == (off_t)idn_limit_size());
        CHECK(truncate(file, (off_t)idn_limit_size() + 1) == 0);
        expect_held(b, "grown while open");
        closed(a);
        closed(b);
        CHECK(truncate(file, sizes[i]) == 0);
        a = opened();
        expect_held(a, "truncated while closed");
        closed(a);
        unmake();
    }
}

static void a_file_of_rubbish_is_rebuilt_with_every_slot_held(void) {
    fresh("rubbish");
    closed(opened());
    char *rubbish = malloc(idn_limit_size());
    for (size_t i = 0; i < idn_limit_size(); i++)
        rubbish[i] = (char)random();
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    CHECK(pwrite(fd, rubbish, idn_limit_size(), 0) == (ssize_t)idn_limit_size());
    close(fd);
    free(rubbish);
    struct idn_limiter *a = opened();
    expect_held(a, "rubbish");
    closed(a);
}

static void a_file_removed_in_use_is_made_anew_with_every_slot_held(void) {
    fresh("removed");
    struct idn_limiter *a = opened();
    CHECK(ask(a) == IDN_GRANTED);
    unlink(file);
    expect_held(a, "removed");
    CHECK(access(file, F_OK) == 0);
    struct idn_limiter *b = opened();
    CHECK(used(b) == 2);
    unlink(file);
    chmod(dir, 0755);
    CHECK(ask(a) == IDN_BROKEN);
    CHECK(strstr(a->message, "chmod 700"));
    chmod(dir, 0700);
    expect_held(a, "mended");
    closed(a);
    closed(b);
}

static void a_file_made_anew_starts_with_every_slot_held(void) {
    fresh("made-anew");
    struct idn_limiter *a = opened();
    CHECK(ask(a) == IDN_GRANTED);
    closed(a);
    unlink(file);
    a = opened();
    expect_held(a, "removed while nobody used it");
    closed(a);

    unmake();
    a = opened();
    CHECK(ask(a) == IDN_GRANTED);
    closed(a);
    char command[2 * sizeof file + 64];
    snprintf(command, sizeof command, "cp -p '%s' '%s.copy'", file, file);
    a = opened();
    CHECK(ask(a) == IDN_GRANTED); /* the last slot, of which the copy will know nothing */
    CHECK(system(command) == 0);
    snprintf(command, sizeof command, "mv '%s.copy' '%s'", file, file);
    CHECK(system(command) == 0);
    expect_held(a, "replaced by a copy");
    struct idn_limiter *b = opened();
    expect_held(b, "the copy");
    closed(a);
    closed(b);

    unmake();
    a = opened();
    CHECK(ask(a) == IDN_GRANTED);
    snprintf(command, sizeof command, "rm -r '%s'", dir);
    CHECK(system(command) == 0);
    b = opened();
    expect_held(b, "removed with its directory while in use");
    expect_held(a, "the same for who used it");
    closed(a);
    closed(b);
}

static void a_file_half_made_counts_as_full(void) {
    fresh("half-made");
    closed(opened());
    unmake();
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    struct idn_limiter *a = opened();
    expect_held(a, "empty");
    closed(a);
    unmake();
    close(fd);
    fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    CHECK(ftruncate(fd, (off_t)idn_limit_size()) == 0);
    close(fd);
    a = opened();
    struct stat st;
    CHECK(stat(file, &st) == 0 && st.st_blocks * 512 >= st.st_size); /* no page is missing that could be missed */
    expect_held(a, "of zeros");
    closed(a);
}

/* One who cannot read the boot id, and one who reads another, use the table as it is. */
static void a_boot_is_not_told_by_its_id_alone(void) {
    static const char *const boots[] = {"another", ""};
    fresh("boot");
    struct idn_limiter *a = opened(), *b = opened();
    CHECK(ask(a) == IDN_GRANTED);
    CHECK(ask(a) == IDN_GRANTED);
    for (size_t i = 0; i < sizeof boots / sizeof boots[0]; i++) {
        strcpy(b->boot, boots[i]);
        CHECK(ask(b) == IDN_WAIT);
        CHECK(ask(a) == IDN_WAIT);
    }
    /* a table whose times have not come yet, as one from before a boot */
    int64_t earlier = idn_limiter_clock();
    for (size_t i = 0; i < sizeof boots / sizeof boots[0]; i++) {
        struct idn_lane_head lane = a->limit->lanes[0];
        lane.sent_at = lane.slots_at = lane.window_at = earlier + 3600 * S;
        idn_lane_put(a->limit, 0, lane);
        strcpy(b->boot, boots[i]);
        if (i == 0)
            CHECK(ask(b) == IDN_GRANTED);
        else
            expect_held(b, "of another boot, perhaps");
    }
    closed(a);
    closed(b);
}

/* Where the disk is full: a full disk is an error, never a SIGBUS, and never a free slot. */
static void a_full_disk_ends_nobody(void) {
    fresh("full");
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mkdir(dir, 0700) != 0 || mount("none", dir, "tmpfs", 0, "size=4m,mode=0700") != 0)
            _exit(77);
        struct idn_limiter *a = opened();
        CHECK(ask(a) == IDN_GRANTED);
        CHECK(truncate(file, 0) == 0);
        char filler[256];
        snprintf(filler, sizeof filler, "head -c 8m /dev/zero >'%s/filler' 2>&-", dir);
        CHECK(system(filler) != 0);
        for (int i = 0; i < 3; i++) {
            CHECK(ask(a) == IDN_BROKEN && strstr(a->message, "make room"));
            struct idn_limiter b;
            CHECK(!idn_limiter_open(&b, dir, "other") && strstr(b.message, "make room"));
            idn_limiter_close(&b);
        }
        CHECK(truncate(file, (off_t)idn_limit_size()) == 0); /* all holes */
        struct idn_limiter c;
        CHECK(!idn_limiter_open(&c, dir, "key") && strstr(c.message, "make room"));
        idn_limiter_close(&c);
        snprintf(filler, sizeof filler, "rm '%s/filler'", dir);
        CHECK(system(filler) == 0);
        CHECK(truncate(file, 0) == 0);
        expect_held(a, "with room again");
        closed(a);
        status = check_done();
        fflush(stdout);
        _exit(status);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        printf("no disk can be made full here\n");
}

static void nothing_is_left_open(void) {
    fresh("descriptors");
    struct idn_limiter *a = opened();
    int first = dup(0), fd = a->fd;
    close(first);
    closed(a);
    for (int i = 0; i < 100; i++) {
        a = opened();
        CHECK(ask(a) != IDN_BROKEN);
        unlink(file);
        CHECK(ask(a) != IDN_BROKEN);
        closed(a);
        idn_limiter_close(&(struct idn_limiter){.open = false});
    }
    a = opened();
    CHECK(a->fd == fd);
    int last = dup(0);
    CHECK(last == first);
    close(last);
    closed(a);
}

static void an_enemy_in_the_file_does_not_crash_us(void) {
    uint8_t program[300];
    for (int round = 0; round < 3000; round++) {
        for (size_t i = 0; i < sizeof program; i++)
            program[i] = (uint8_t)(random() >> 8);
        LLVMFuzzerTestOneInput(program, sizeof program);
    }
}

int main(void) {
    if (!limit_files_start())
        return 1;
    a_directory_that_is_not_ours_alone_is_refused();
    a_file_that_is_not_ours_alone_is_refused();
    the_default_directory_is_the_users_own();
    a_truncated_file_is_rebuilt_with_every_slot_held();
    a_file_of_rubbish_is_rebuilt_with_every_slot_held();
    a_file_removed_in_use_is_made_anew_with_every_slot_held();
    a_file_made_anew_starts_with_every_slot_held();
    a_file_half_made_counts_as_full();
    a_boot_is_not_told_by_its_id_alone();
    a_full_disk_ends_nobody();
    nothing_is_left_open();
    an_enemy_in_the_file_does_not_crash_us();
    limit_files_end();
    return check_done();
}
