/* Limiters of one account on one file: slots they share, leases, slots taken ahead, locks, forks and killed processes. */
#include "limit_files.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

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
        CHECK(used(b) >= 1 && used(b) <= 2 * IDN_BATCH + 2);
        free_of_locks = granted_without_lock(a);
    }
    CHECK(free_of_locks >= 1 && free_of_locks <= IDN_BATCH);
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
    CHECK(count <= IDN_BATCH);
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
    int64_t end = idn_limiter_clock() + 3 * S; /* or longer, where a busy machine has let too little happen */
    bool enough = false;
    for (unsigned seed = 1; !broken && (!enough || idn_limiter_clock() < end); seed++) {
        enough = killed > 20 && log->count > 100 && (slots == FEW || log->ahead > 0);
        int i = (int)random() % PROCESSES;
        if (child[i]) {
            if (random() % 3 == 0) { /* some are stopped before they die, the lock perhaps in hand */
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
    CHECK(n < LOG && broken == 0);
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
    if (!limit_files_start())
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
    a_lost_request_is_counted_until_late_after_it_left();
    a_stopped_holder_of_the_lock_blocks_nobody();
    a_fork_locks_for_itself_and_leaves_its_parents_grants();
    killed_and_stopped_processes_never_exceed_the_limit(FEW);
    killed_and_stopped_processes_never_exceed_the_limit(MANY);
    limit_files_end();
    return check_done();
}
