/* The limiter's file: who may use it, what is done about damage, locks, forks and killed processes.
 */
#include "core/limit_file.h"

#include "check.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz_limit.c"

#define S IDN_SECOND

static char root[64], dir[128], file[192], mark[192];
static uint64_t ticket, grant;
static struct idn_wait told;

/* A directory of its own for each test. */
static void fresh(const char *name) {
    snprintf(dir, sizeof dir, "%s/%s", root, name);
    snprintf(file, sizeof file, "%s/key.v1", dir);
    snprintf(mark, sizeof mark, "%s/key.used", dir);
}

/* As if nobody had ever used it. */
static void unmake(void) {
    unlink(file);
    unlink(mark);
}

static struct idn_limiter *opened(void) {
    struct idn_limiter *limiter = calloc(1, sizeof *limiter);
    CHECK(idn_limiter_open(limiter, dir, "key"));
    idn_limiter_lane(limiter, "lane", 2, 10 * S);
    return limiter;
}

static void closed(struct idn_limiter *limiter) {
    idn_limiter_close(limiter);
    free(limiter);
}

static enum idn_answer ask(struct idn_limiter *limiter) {
    ticket = 0;
    enum idn_answer answer =
        idn_limiter_acquire(limiter, (int[]){0}, 1, 1 * S, &ticket, &grant, &told);
    if (answer == IDN_WAIT && ticket)
        idn_limiter_forget(limiter, ticket);
    return answer;
}

static int used(struct idn_limiter *limiter) {
    struct idn_lane_status all[IDN_LANES];
    int n = idn_limiter_status(limiter, all);
    return n == 1 ? all[0].used : n == 0 ? 0 : -1;
}

static void limiters_of_one_account_share_their_slots(void) {
    fresh("share");
    struct idn_limiter *a = opened(), *b = opened();
    CHECK(ask(a) == IDN_GRANTED);
    CHECK(ask(b) == IDN_GRANTED);
    CHECK(ask(a) == IDN_WAIT && ask(b) == IDN_WAIT);
    closed(a);
    a = opened(); /* a second run */
    CHECK(ask(a) == IDN_WAIT && used(a) == 2);
    idn_limiter_release(b, grant, IDN_NOT_SENT, 0);
    CHECK(ask(a) == IDN_GRANTED);
    closed(a);
    closed(b);
}

static void a_grant_is_released_once(void) {
    fresh("once");
    struct idn_limiter *a = opened();
    CHECK(ask(a) == IDN_GRANTED);
    idn_limiter_release(a, grant, IDN_LOST, 0);
    idn_limiter_release(a, grant, IDN_NOT_SENT, 0);
    idn_limiter_release(a, 4711, IDN_NOT_SENT, 0);
    CHECK(used(a) == 1);
    closed(a);
}

static void a_lease_is_extended_while_its_grant_holds_its_slots(void) {
    fresh("extend");
    struct idn_limiter *a = opened(), *b = opened();
    CHECK(ask(a) == IDN_GRANTED);
    uint64_t first = grant;
    CHECK(idn_limiter_extend(b, first, 900 * S) == IDN_GONE); /* it is not b's */
    int fd = open(file, O_RDWR);
    CHECK(fd >= 0 && flock(fd, LOCK_EX) == 0);
    CHECK(idn_limiter_extend(a, first, 900 * S) == IDN_LATER);
    close(fd);
    CHECK(idn_limiter_extend(a, first, 900 * S) == IDN_EXTENDED);
    CHECK(ask(a) == IDN_GRANTED);
    CHECK(ask(a) == IDN_WAIT);
    idn_limiter_release(a, grant, IDN_NOT_SENT, 0);
    CHECK(idn_limiter_extend(a, grant, 900 * S) == IDN_GONE);
    CHECK(idn_limiter_extend(a, first, 900 * S) == IDN_EXTENDED);
    unlink(file); /* as logind does: whoever comes next starts with every slot held */
    CHECK(used(b) == 0 && ask(b) == IDN_WAIT);
    CHECK(idn_limiter_extend(a, first, 900 * S) == IDN_GONE);
    closed(a);
    closed(b);
}

static void a_fork_extends_nothing_of_its_parents(void) {
    fresh("extend-fork");
    struct idn_limiter *a = opened();
    CHECK(ask(a) == IDN_GRANTED);
    pid_t child = fork();
    if (child == 0)
        _exit(idn_limiter_extend(a, grant, 900 * S) == IDN_GONE ? 0 : 1);
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
    CHECK(idn_limiter_extend(a, grant, 900 * S) == IDN_EXTENDED);
    closed(a);
}

static void slots_taken_ahead_are_extended_as_others(void) {
    fresh("extend-ahead");
    struct idn_limiter *a = opened();
    idn_limiter_lane(a, "lane", 64, 0);
    for (int i = 0; i < 40; i++) {
        CHECK(ask(a) == IDN_GRANTED);
        CHECK(idn_limiter_extend(a, grant, 2 * S) == IDN_EXTENDED);
        idn_limiter_release(a, grant, IDN_ANSWERED, idn_limiter_clock());
    }
    CHECK(used(a) == 0);
    closed(a);
}

/* Requests that get slots while somebody else keeps the file locked; each is answered. */
static int granted_without_lock(struct idn_limiter *limiter) {
    int fd = open(file, O_RDWR), count = 0;
    CHECK(fd >= 0 && flock(fd, LOCK_EX) == 0);
    while (ask(limiter) == IDN_GRANTED) {
        idn_limiter_release(limiter, grant, IDN_ANSWERED, idn_limiter_clock());
        count++;
    }
    close(fd);
    return count;
}

static void requests_in_a_wide_lane_need_few_locks(void) {
    fresh("wide");
    struct idn_limiter *a = opened(), *b = opened();
    idn_limiter_lane(a, "lane", 64, 0); /* window 0: what is answered is free */
    CHECK(ask(a) == IDN_GRANTED);
    idn_limiter_release(a, grant, IDN_NOT_SENT, 0);
    CHECK(used(b) == 0);
    closed(a);
    a = opened();
    idn_limiter_lane(a, "lane", 64, 0);
    CHECK(ask(a) == IDN_GRANTED);
    idn_limiter_release(a, grant, IDN_ANSWERED, idn_limiter_clock());
    CHECK(used(b) == 1); /* not yet written */
    CHECK(granted_without_lock(a) == 0);
    CHECK(used(a) == 0);
    int free_of_locks = 0;
    for (int tries = 0; tries < 100 && free_of_locks == 0; tries++) { /* a slow machine may lose what was kept */
        for (int i = 0; i < 40; i++) {
            CHECK(ask(a) == IDN_GRANTED);
            idn_limiter_release(a, grant, IDN_ANSWERED, idn_limiter_clock());
        }
        CHECK(used(b) >= 1 && used(b) <= 2 * IDN_HANDFUL + 2);
        free_of_locks = granted_without_lock(a);
    }
    CHECK(free_of_locks >= 1 && free_of_locks <= IDN_HANDFUL);
    CHECK(used(a) == 0 && used(b) == 0);
    for (int i = 0; i < 40; i++)
        CHECK(ask(a) == IDN_GRANTED);
    idn_limiter_close_lane(a, 0, idn_limiter_clock() + 1 * S);
    CHECK(ask(a) == IDN_WAIT && used(b) == 40); /* who met a 429 uses nothing that was taken before */
    closed(a);
    closed(b);
}

static void slots_taken_ahead_are_nobody_elses(void) {
    fresh("ahead");
    struct idn_limiter *both[] = {opened(), opened()};
    int count = 0;
    for (int i = 0; i < 2; i++)
        idn_limiter_lane(both[i], "lane", 64, 100 * S);
    for (int i = 0; i < 200; i++)
        count += ask(both[i / 3 % 2]) == IDN_GRANTED;
    CHECK(count == 64);
    closed(both[0]);
    closed(both[1]);
}

static void a_429_of_another_process_is_heeded_after_a_handful(void) {
    fresh("ahead-429");
    struct idn_limiter *a = opened(), *b = opened();
    int count = 0;
    idn_limiter_lane(a, "lane", 200, 100 * S);
    idn_limiter_lane(b, "lane", 200, 100 * S);
    for (int i = 0; i < 40; i++)
        CHECK(ask(a) == IDN_GRANTED);
    idn_limiter_close_lane(b, 0, idn_limiter_clock() + 10 * S);
    while (ask(a) == IDN_GRANTED)
        count++;
    CHECK(count <= IDN_HANDFUL);
    closed(a);
    closed(b);
}

static void a_fork_has_no_part_in_what_was_taken_ahead(void) {
    fresh("ahead-fork");
    struct idn_limiter *a = opened();
    idn_limiter_lane(a, "lane", 200, 100 * S);
    for (int i = 0; i < 25; i++)
        CHECK(ask(a) == IDN_GRANTED);
    pid_t child = fork();
    if (child == 0) {
        int count = 0;
        for (int i = 0; i < 20; i++)
            count += ask(a) == IDN_GRANTED;
        closed(a);
        _exit(count == 20 ? 0 : 1);
    }
    int status = 1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
    for (int i = 0; i < 20; i++)
        CHECK(ask(a) == IDN_GRANTED);
    CHECK(used(a) >= 65);
    closed(a);
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
    snprintf(expected, sizeof expected, "/idngo-%ld/%s.v1", (long)geteuid(), key);
    CHECK(idn_limiter_open(&limiter, NULL, key));
    CHECK(strstr(limiter.path, expected));
    char *end = strstr(limiter.path, ".v1");
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

static void a_lost_request_is_counted_until_late_after_it_left(void) {
    fresh("lost");
    struct idn_limiter *a = opened(), *b = opened();
    a->late = b->late = 3 * S;
    for (int i = 0; i < 2; i++) { /* the lease of both is 60 s */
        uint64_t place = 0, taken = 0;
        CHECK(idn_limiter_acquire(a, (int[]){0}, 1, 60 * S, &place, &taken, &told) == IDN_GRANTED);
        if (i == 0)
            idn_limiter_release(a, taken, IDN_LOST, idn_limiter_clock());
    }
    int64_t before = idn_limiter_clock();
    CHECK(ask(b) == IDN_WAIT);
    CHECK(told.expected > before + 10 * S && told.expected < before + 14 * S);
    closed(a); /* its second request is lost with it */
    CHECK(ask(b) == IDN_WAIT && told.expected < before + 14 * S + (idn_limiter_clock() - before));
    CHECK(used(b) == 2);
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
            mkdir(dir, 0700) != 0 || mount("none", dir, "tmpfs", 0, "size=1m,mode=0700") != 0)
            _exit(77);
        struct idn_limiter *a = opened();
        CHECK(ask(a) == IDN_GRANTED);
        CHECK(truncate(file, 0) == 0);
        char filler[256];
        snprintf(filler, sizeof filler, "head -c 2m /dev/zero >'%s/filler' 2>&-", dir);
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

static void a_stopped_holder_of_the_lock_blocks_nobody(void) {
    fresh("stopped");
    struct idn_limiter *a = opened(), *b = opened();
    CHECK(ask(a) == IDN_GRANTED);
    uint64_t answered = grant;
    CHECK(ask(a) == IDN_GRANTED);
    CHECK(flock(b->fd, LOCK_EX) == 0);
    int64_t before = idn_limiter_clock();
    CHECK(ask(a) == IDN_WAIT);
    CHECK(told.until == a->now + S / 1000 && strcmp(told.lane, "lane") == 0);
    idn_limiter_release(a, answered, IDN_NOT_SENT, 0);
    idn_limiter_close_lane(a, 0, idn_limiter_clock() + 5 * S);
    CHECK(used(a) == -1 && strstr(a->message, "locked"));
    CHECK(idn_limiter_clock() - before < 2 * S); /* of milliseconds, on any machine */
    CHECK(flock(b->fd, LOCK_UN) == 0);
    CHECK(used(b) == 2);
    struct idn_lane_status all[IDN_LANES];
    CHECK(idn_limiter_status(a, all) == 1); /* what was kept is written now */
    CHECK(all[0].used == 1 && all[0].closed > 0);
    closed(a);
    closed(b);
}

static void a_fork_locks_for_itself_and_leaves_its_parents_grants(void) {
    fresh("fork");
    struct idn_limiter *a = opened();
    CHECK(ask(a) == IDN_GRANTED);
    int fd = a->fd, go[2], done[2], status = 0;
    char byte = 0;
    CHECK(pipe(go) == 0 && pipe(done) == 0);
    pid_t child = fork();
    if (child == 0) {
        close(go[1]);
        idn_limiter_release(a, grant, IDN_NOT_SENT, 0);
        bool ok = used(a) == 1 && a->fd >= 0 && flock(a->fd, LOCK_EX | LOCK_NB) == 0;
        ok = ok && write(done[1], &byte, 1) == 1 && read(go[0], &byte, 1) == 1;
        idn_limiter_close(a);
        _exit(ok ? 0 : 1);
    }
    close(go[0]);
    close(done[1]); /* so that a child that failed is noticed */
    CHECK(read(done[0], &byte, 1) == 1);
    CHECK(ask(a) == IDN_WAIT && told.until == a->now + S / 1000);
    CHECK(write(go[1], &byte, 1) == 1);
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(a->fd == fd && used(a) == 1);
    idn_limiter_release(a, grant, IDN_NOT_SENT, 0);
    CHECK(used(a) == 0);
    closed(a);
    close(go[1]);
    close(done[0]);
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

/*
 * Four processes that send as fast as they may while they are killed and stopped at any moment,
 * also with the lock in their hands and with requests under way. Each request is counted at some
 * time between its grant and its response, or within its lease where there is none.
 */
enum { PROCESSES = 4, FEW = 7, MANY = 40, LOG = 1 << 16 }; /* MANY: some are taken ahead */
#define WINDOW (S / 50)
#define LEASE (S / 20)

struct log {
    atomic_int count, ahead; /* requests counted by the server; those that were granted without a lock */
    int64_t at[LOG];
};

static void note(struct log *log, int64_t at) {
    int i = atomic_fetch_add(&log->count, 1);
    if (i < LOG)
        log->at[i] = at;
}

static void nap(int64_t time) {
    nanosleep(&(struct timespec){time / S, time % S}, NULL);
}

static void send_until_killed(struct log *log, int slots, unsigned seed) {
    struct idn_limiter limiter;
    if (!idn_limiter_open(&limiter, dir, "key"))
        _exit(1);
    idn_limiter_lane(&limiter, "lane", slots, WINDOW);
    idn_limiter_lane(&limiter, "all", 300, WINDOW);
    for (ticket = 0;;) {
        int64_t asked = idn_limiter_clock(), looked = limiter.now;
        enum idn_answer answer =
            idn_limiter_acquire(&limiter, (int[]){0, 1}, 2, LEASE, &ticket, &grant, &told);
        if (answer == IDN_BROKEN)
            _exit(1);
        if (answer == IDN_WAIT) {
            nap(told.until - limiter.now);
            continue;
        }
        int64_t end = asked + LEASE, sent = idn_limiter_clock();
        log->ahead += limiter.now == looked;
        int fate = rand_r(&seed) % 100;
        if (fate < 2 || sent > end) {
            idn_limiter_release(&limiter, grant, IDN_NOT_SENT, 0);
        } else if (fate < 5) { /* counted late, and nobody is there for the answer */
            note(log, sent + (int64_t)((double)(end - sent) * (rand_r(&seed) / (double)RAND_MAX)));
            raise(SIGKILL);
        } else {
            if (fate < 50)
                note(log, sent);
            nap(rand_r(&seed) % 2000000);
            if (fate >= 95) { /* takes longer than its lease */
                int64_t renewed = idn_limiter_clock();
                if (idn_limiter_extend(&limiter, grant, LEASE) == IDN_EXTENDED) {
                    end = renewed + LEASE;
                    nap(rand_r(&seed) % LEASE);
                }
            }
            int64_t at = idn_limiter_clock();
            if (fate >= 50)
                note(log, at < end ? at : end);
            idn_limiter_release(&limiter, grant, at < end ? IDN_ANSWERED : IDN_LOST, at);
        }
    }
}

static int later(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void killed_and_stopped_processes_never_exceed_the_limit(int slots) {
    fresh(slots == FEW ? "killed" : "killed-wide");
    struct log *log =
        mmap(NULL, sizeof *log, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child[PROCESSES] = {0};
    closed(opened()); /* who is killed making the file leaves every slot held, for longer than this takes */
    int killed = 0, broken = 0, status;
    fflush(stdout);
    int64_t end = idn_limiter_clock() + 3 * S;
    for (unsigned seed = 1; idn_limiter_clock() < end; seed++) {
        int i = (int)random() % PROCESSES;
        if (child[i]) {
            if (random() % 3 ==
                0) { /* some are stopped before they die, the lock perhaps in hand */
                kill(child[i], SIGSTOP);
                nap(random() % 3000000);
            }
            kill(child[i], random() % 4 ? SIGKILL : SIGCONT);
            if (waitpid(child[i], &status, WNOHANG) == child[i]) {
                killed += WIFSIGNALED(status);
                broken += WIFEXITED(status);
                child[i] = 0;
            }
        }
        if (!child[i] && (child[i] = fork()) == 0)
            send_until_killed(log, slots, seed);
        nap(random() % 12000000);
    }
    for (int i = 0; i < PROCESSES; i++)
        if (child[i]) {
            kill(child[i], SIGKILL);
            waitpid(child[i], NULL, 0);
        }
    int n = atomic_load(&log->count), most = 0;
    CHECK(n > 100 && n < LOG && killed > 20 && broken == 0);
    qsort(log->at, (size_t)n, sizeof log->at[0], later);
    for (int i = 0, first = 0; i < n; i++) {
        while (log->at[i] - log->at[first] >= WINDOW)
            first++;
        most = i - first + 1 > most ? i - first + 1 : most;
    }
    CHECK(most <= slots && (log->ahead > 0) == (slots == MANY));
    printf("%d requests, at most %d within the window, %d processes killed\n", n, most, killed);
    munmap(log, sizeof *log);
}

int main(void) {
    const char *tmp = getenv("TMPDIR");
    snprintf(root, sizeof root, "%s/idngo-test-XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
    if (!mkdtemp(root))
        return 1;
    limiters_of_one_account_share_their_slots();
    a_grant_is_released_once();
    a_lease_is_extended_while_its_grant_holds_its_slots();
    a_fork_extends_nothing_of_its_parents();
    slots_taken_ahead_are_extended_as_others();
    requests_in_a_wide_lane_need_few_locks();
    slots_taken_ahead_are_nobody_elses();
    a_429_of_another_process_is_heeded_after_a_handful();
    a_fork_has_no_part_in_what_was_taken_ahead();
    a_directory_that_is_not_ours_alone_is_refused();
    a_file_that_is_not_ours_alone_is_refused();
    the_default_directory_is_the_users_own();
    a_truncated_file_is_rebuilt_with_every_slot_held();
    a_file_of_rubbish_is_rebuilt_with_every_slot_held();
    a_file_removed_in_use_is_made_anew_with_every_slot_held();
    a_file_made_anew_starts_with_every_slot_held();
    a_file_half_made_counts_as_full();
    a_boot_is_not_told_by_its_id_alone();
    a_lost_request_is_counted_until_late_after_it_left();
    a_full_disk_ends_nobody();
    a_stopped_holder_of_the_lock_blocks_nobody();
    a_fork_locks_for_itself_and_leaves_its_parents_grants();
    nothing_is_left_open();
    an_enemy_in_the_file_does_not_crash_us();
    killed_and_stopped_processes_never_exceed_the_limit(FEW);
    killed_and_stopped_processes_never_exceed_the_limit(MANY);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    CHECK(system(command) == 0);
    return check_done();
}
